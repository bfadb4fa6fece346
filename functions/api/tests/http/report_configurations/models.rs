//! The model of a configuration is checked when it is set.

use crate::support::call::{Answer, pointers};
use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Accounts, CatalogError};
use domain::account::{Account, Plan};
use domain::instant::Duration;
use serde_json::{Value, json};

const PATH: &str = "/report-configurations";

fn body(api: &TestApi, model: &str, enabled: bool) -> Value {
    json!({
        "repository_id": api.repository.id.to_string(), "branch": "main", "schedule": "0 9 * * *",
        "model": model, "enabled": enabled,
    })
}

async fn create(api: &TestApi, model: &str) -> Answer {
    api.create(ANN, PATH, &body(api, model, true)).await
}

fn detail(problem: &Value) -> &str {
    problem["errors"][0]["detail"].as_str().unwrap()
}

#[tokio::test]
async fn model_that_does_not_exist_is_refused_with_similar_names() {
    let api = TestApi::new().await;
    let refused = create(&api, "gtp-6-luna").await.expect(422);
    assert_eq!(pointers(&refused), ["/model"]);
    let words = detail(&refused);
    assert!(words.starts_with("The model 'gtp-6-luna' is unknown") && words.contains("'gpt-6-luna'"), "{words}");
    let refused = create(&api, "lama3").await.expect(422);
    assert!(detail(&refused).contains("'llama-3'"), "the provider's own names too: {refused}");
    let refused = create(&api, "zzzzzzzzzzzz").await.expect(422);
    assert!(
        detail(&refused).contains("'llama-3', 'm', 'm2'"),
        "those of the provider, where none is similar: {refused}"
    );
    let kept = api.get(ANN, PATH).await.expect(200);
    assert_eq!(kept["data"].as_array().unwrap().len(), 1, "only the existing one");
}

#[tokio::test]
async fn priced_models_and_those_that_the_provider_lists_are_accepted() {
    let api = TestApi::new().await;
    for model in
        ["plain", "gpt-6-luna", "openai/gpt-6-luna", "azure/gpt-4o-mini", "claude-haiku-4-5-20251001", "llama-3"]
    {
        create(&api, model).await.expect(201);
    }
    api.stack.outside.catalog.answer(Ok(vec!["models/gemini-9".to_owned()]));
    create(&api, "gemini-9").await.expect(201);
}

#[tokio::test]
async fn edit_checks_a_changed_model_and_not_an_unchanged_one() {
    let api = TestApi::new().await;
    let made = create(&api, "llama-3").await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let silent = || Err(CatalogError::Unavailable { detail: "no answer".to_owned() });
    api.stack.outside.catalog.answer(silent());
    api.put(ANN, &path, &body(&api, "llama-3", false)).await.expect(200);
    let problem = api.put(ANN, &path, &body(&api, "llama-4", true)).await.expect(502);
    assert_eq!(problem["code"], "LLM_UNAVAILABLE");
    api.stack.outside.catalog.answer(Err(CatalogError::NoList { detail: "status 404".to_owned() }));
    assert_eq!(pointers(&api.put(ANN, &path, &body(&api, "llama-4", true)).await.expect(422)), ["/model"]);
    api.put(ANN, &path, &body(&api, "gpt-6-luna", true)).await.expect(200);
}

#[tokio::test]
async fn retiring_model_has_a_warning_for_ninety_days_and_is_then_refused() {
    let api = TestApi::new().await;
    let made = create(&api, "openai/gpt-4o-mini").await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(made["model_retirement"], json!(null));
    // From 2026-01-15 to the 89th day before the retirement.
    api.stack.pass(Duration::days(275));
    let shown = api.get(ANN, &path).await.expect(200)["model_retirement"].clone();
    let expected = json!({
        "model": "openai/gpt-4o-mini", "retired_on": "2027-01-14", "retired": false,
        "message": "The provider of the model 'openai/gpt-4o-mini' ends it on 2027-01-14. Choose another one before \
            that day.",
    });
    assert_eq!(shown, expected);
    assert_eq!(api.get(ANN, PATH).await.expect(200)["data"][0]["model_retirement"], expected);
    let azure = create(&api, "azure/gpt-4o-mini").await.expect(201);
    assert_eq!(azure["model_retirement"], json!(null), "a cloud has its own day of retirement");
    api.stack.pass(Duration::days(89));
    assert_eq!(api.get(ANN, &path).await.expect(200)["model_retirement"]["retired"], true);
    let refused = create(&api, "gpt-4o-mini").await.expect(422);
    assert_eq!(pointers(&refused), ["/model"]);
    assert!(
        detail(&refused).starts_with("The provider of the model 'gpt-4o-mini' ended it on 2027-01-14"),
        "{refused}"
    );
    api.put(ANN, &path, &body(&api, "openai/gpt-4o-mini", true)).await.expect(422);
    api.put(ANN, &path, &body(&api, "openai/gpt-4o-mini", false)).await.expect(200);
    let listed = api.get(ANN, "/plans").await.expect(200);
    assert!(listed["models"].as_array().unwrap().iter().all(|model| model["model"] != "gpt-4o-mini"));
}

#[tokio::test]
async fn own_model_that_does_not_exist_is_refused_unless_its_provider_has_no_list_and_its_user_gives_prices() {
    let api = TestApi::new().await;
    let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(user(ANN)) };
    api.store.put_account(&account).await.unwrap();
    let own = |model: &str| json!({"model": {"base_url": "https://93.184.215.14/v1", "model": model}});
    let refused = api.put(ANN, "/users/profile", &own("llama-33")).await.expect(422);
    assert_eq!(pointers(&refused), ["/model/model"]);
    assert!(detail(&refused).contains("'llama-3'"), "{refused}");
    api.put(ANN, "/users/profile", &own("llama-3")).await.expect(200);
    api.stack.outside.catalog.answer(Err(CatalogError::NoList { detail: "status 404".to_owned() }));
    api.put(ANN, "/users/profile", &own("llama-3")).await.expect(200);
    api.put(ANN, "/users/profile", &own("phi-4")).await.expect(422);
    let mut priced = own("phi-4");
    priced["model"]["prices"] = json!({"input": 0, "output": 0});
    api.put(ANN, "/users/profile", &priced).await.expect(200);
}
