//! The model of a configuration is judged when it is named.

use crate::support::call::{Answer, pointers};
use crate::support::house::{House, user};
use crate::support::stack::ANN;
use app::ports::{Accounts, CatalogError};
use domain::account::{Account, Plan};
use domain::instant::Duration;
use serde_json::{Value, json};

const PATH: &str = "/report-configurations";

fn body(house: &House, model: &str, enabled: bool) -> Value {
    json!({
        "repository_id": house.repository.id.to_string(), "branch": "main", "schedule": "0 9 * * *",
        "model": model, "enabled": enabled,
    })
}

async fn create(house: &House, model: &str) -> Answer {
    house.create(ANN, PATH, &body(house, model, true)).await
}

fn detail(problem: &Value) -> &str {
    problem["errors"][0]["detail"].as_str().unwrap()
}

#[tokio::test]
async fn model_that_does_not_exist_is_refused_with_similar_names() {
    let house = House::new().await;
    let refused = create(&house, "gtp-6-luna").await.expect(422);
    assert_eq!(pointers(&refused), ["/model"]);
    let words = detail(&refused);
    assert!(words.starts_with("The model 'gtp-6-luna' is unknown") && words.contains("'gpt-6-luna'"), "{words}");
    let refused = create(&house, "lama3").await.expect(422);
    assert!(detail(&refused).contains("'llama-3'"), "the provider's own names too: {refused}");
    let refused = create(&house, "zzzzzzzzzzzz").await.expect(422);
    assert!(
        detail(&refused).contains("'llama-3', 'm', 'm2'"),
        "those of the provider, where none is similar: {refused}"
    );
    let kept = house.get(ANN, PATH).await.expect(200);
    assert_eq!(kept["data"].as_array().unwrap().len(), 1, "only what was there before");
}

#[tokio::test]
async fn priced_models_and_those_that_the_provider_lists_are_accepted() {
    let house = House::new().await;
    for model in
        ["plain", "gpt-6-luna", "openai/gpt-6-luna", "azure/gpt-4o-mini", "claude-haiku-4-5-20251001", "llama-3"]
    {
        create(&house, model).await.expect(201);
    }
    house.stack.outside.catalog.answer(Ok(vec!["models/gemini-9".to_owned()]));
    create(&house, "gemini-9").await.expect(201);
}

#[tokio::test]
async fn edit_judges_another_model_and_leaves_one_that_stays() {
    let house = House::new().await;
    let made = create(&house, "llama-3").await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let silent = || Err(CatalogError::Unavailable { detail: "no answer".to_owned() });
    house.stack.outside.catalog.answer(silent());
    house.put(ANN, &path, &body(&house, "llama-3", false)).await.expect(200);
    let problem = house.put(ANN, &path, &body(&house, "llama-4", true)).await.expect(502);
    assert_eq!(problem["code"], "LLM_UNAVAILABLE");
    house.stack.outside.catalog.answer(Err(CatalogError::NoList { detail: "status 404".to_owned() }));
    assert_eq!(pointers(&house.put(ANN, &path, &body(&house, "llama-4", true)).await.expect(422)), ["/model"]);
    house.put(ANN, &path, &body(&house, "gpt-6-luna", true)).await.expect(200);
}

#[tokio::test]
async fn model_that_ends_is_warned_about_for_ninety_days_and_then_refused() {
    let house = House::new().await;
    let made = create(&house, "openai/gpt-4o-mini").await.expect(201);
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    assert_eq!(made["model_retirement"], json!(null));
    // From 2026-01-15 to the 89th day before the end.
    house.stack.pass(Duration::days(275));
    let shown = house.get(ANN, &path).await.expect(200)["model_retirement"].clone();
    let expected = json!({
        "model": "openai/gpt-4o-mini", "retired_on": "2027-01-14", "retired": false,
        "message": "The provider of the model 'openai/gpt-4o-mini' ends it on 2027-01-14. Choose another one before that day.",
    });
    assert_eq!(shown, expected);
    assert_eq!(house.get(ANN, PATH).await.expect(200)["data"][0]["model_retirement"], expected);
    let azure = create(&house, "azure/gpt-4o-mini").await.expect(201);
    assert_eq!(azure["model_retirement"], json!(null), "a cloud ends it on a day of its own");
    house.stack.pass(Duration::days(89));
    assert_eq!(house.get(ANN, &path).await.expect(200)["model_retirement"]["retired"], true);
    let refused = create(&house, "gpt-4o-mini").await.expect(422);
    assert_eq!(pointers(&refused), ["/model"]);
    assert!(
        detail(&refused).starts_with("The provider of the model 'gpt-4o-mini' ended it on 2027-01-14"),
        "{refused}"
    );
    house.put(ANN, &path, &body(&house, "openai/gpt-4o-mini", true)).await.expect(422);
    house.put(ANN, &path, &body(&house, "openai/gpt-4o-mini", false)).await.expect(200);
    let listed = house.get(ANN, "/plans").await.expect(200);
    assert!(listed["models"].as_array().unwrap().iter().all(|model| model["model"] != "gpt-4o-mini"));
}

#[tokio::test]
async fn own_model_that_does_not_exist_is_refused_unless_its_provider_has_no_list_and_its_user_gives_prices() {
    let house = House::new().await;
    let account = Account { plan: Plan::Pro, limits_version: 1, ..Account::free(user(ANN)) };
    house.store.put_account(&account).await.unwrap();
    let own = |model: &str| json!({"model": {"base_url": "https://93.184.215.14/v1", "model": model}});
    let refused = house.put(ANN, "/users/profile", &own("llama-33")).await.expect(422);
    assert_eq!(pointers(&refused), ["/model/model"]);
    assert!(detail(&refused).contains("'llama-3'"), "{refused}");
    house.put(ANN, "/users/profile", &own("llama-3")).await.expect(200);
    house.stack.outside.catalog.answer(Err(CatalogError::NoList { detail: "status 404".to_owned() }));
    house.put(ANN, "/users/profile", &own("llama-3")).await.expect(200);
    house.put(ANN, "/users/profile", &own("phi-4")).await.expect(422);
    let mut priced = own("phi-4");
    priced["model"]["prices"] = json!({"input": 0, "output": 0});
    house.put(ANN, "/users/profile", &priced).await.expect(200);
}
