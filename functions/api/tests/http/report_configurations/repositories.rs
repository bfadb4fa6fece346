//! A report about several repositories: the list in bodies, beside the first one under its own names.

use crate::support::call::{Answer, pointers};
use crate::support::stack::ANN;
use crate::support::test_api::{TestApi, user};
use app::ports::{Configurations, Repositories};
use axum::http::Method;
use domain::id::RepositoryId;
use domain::repository::Repository;
use serde_json::{Value, json};
use testkit::builders;

const PATH: &str = "/report-configurations";

struct Scene {
    api: TestApi,
    ids: [RepositoryId; 3],
}

impl Scene {
    async fn new() -> Self {
        let api = TestApi::new().await;
        let first = api.configuration.settings.repository;
        let others = [8, 9].map(|number| builders::repository(user(ANN), number));
        for other in &others {
            api.store.put_repository(other).await.unwrap();
        }
        let [second, third] = others.map(|Repository { id, .. }| id);
        Self { api, ids: [first, second, third] }
    }

    fn list(&self, order: &[usize]) -> Value {
        let entry = |at: &usize| {
            json!({
                "repository_id": self.ids[*at].to_string(),
                "branch": "main",
                "include_paths": [],
                "exclude_paths": [],
            })
        };
        order.iter().map(entry).collect()
    }

    fn body(&self, order: &[usize]) -> Value {
        json!({
            "repository_id": self.ids[order[0]].to_string(),
            "branch": "main",
            "schedule": "0 * * * *",
            "repositories": self.list(order),
        })
    }

    fn path(&self) -> String {
        format!("{PATH}/{}", self.api.configuration.id)
    }

    async fn patch(&self, body: Value) -> Answer {
        self.api.send(ANN, (Method::PATCH, &self.path()), &[], Some(&body)).await
    }

    async fn generations(&self) -> Vec<u64> {
        let found = self.api.store.configuration(user(ANN), self.api.configuration.id).await.unwrap().unwrap();
        found.progress.coverages().map(|coverage| coverage.generation).collect()
    }
}

#[tokio::test]
async fn list_is_created_read_and_sent_back() {
    let scene = Scene::new().await;
    let made = scene.api.create(ANN, PATH, &scene.body(&[1, 0, 2])).await.expect(201);
    assert_eq!(made["repositories"], scene.list(&[1, 0, 2]));
    assert_eq!((&made["repository_id"], &made["branch"]), (&json!(scene.ids[1].to_string()), &json!("main")));
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let read = scene.api.get(ANN, &path).await.expect(200);
    assert_eq!(scene.api.put(ANN, &path, &read).await.expect(200)["repositories"], read["repositories"]);
}

#[tokio::test]
async fn configuration_without_a_list_has_one_of_one_repository() {
    let scene = Scene::new().await;
    let read = scene.api.get(ANN, &scene.path()).await.expect(200);
    assert_eq!(read["repositories"], scene.list(&[0]));
    let items = scene.api.items().await;
    assert!(!items.iter().any(|item| item.contains("further") || item.contains("coverage_")), "{items:?}");
}

#[tokio::test]
async fn entry_that_stays_keeps_its_coverage_in_any_order() {
    let scene = Scene::new().await;
    scene.patch(json!({"repositories": scene.list(&[0, 1])})).await.expect(200);
    assert_eq!(scene.generations().await, [0, 1]);
    let swapped = scene.patch(json!({"repositories": scene.list(&[1, 0, 2])})).await.expect(200);
    assert_eq!(swapped["repository_id"], json!(scene.ids[1].to_string()));
    assert_eq!(scene.generations().await, [1, 0, 2]);
    scene.patch(json!({"repositories": scene.list(&[1, 0])})).await.expect(200);
    scene.patch(json!({"repositories": scene.list(&[1, 0, 2])})).await.expect(200);
    assert_eq!(scene.generations().await, [1, 0, 3], "what is added again begins again");
}

#[tokio::test]
async fn patch_of_the_first_one_keeps_the_others() {
    let scene = Scene::new().await;
    scene.patch(json!({"repositories": scene.list(&[0, 1])})).await.expect(200);
    let patched = scene.patch(json!({"branch": "next"})).await.expect(200);
    let mut expected = scene.list(&[0, 1]);
    expected[0]["branch"] = json!("next");
    assert_eq!(patched["repositories"], expected);
    let back = scene.patch(json!({"branch": "main", "repository_id": scene.ids[1].to_string()})).await;
    assert_eq!(pointers(&back.expect_problem("VALIDATION_FAILED")), ["/branch"]);
    let single = scene.patch(json!({"repositories": null})).await.expect(200);
    assert_eq!(single["repositories"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn invalid_lists_are_refused_with_their_place() {
    let scene = Scene::new().await;
    let many = |count: usize| -> Value {
        (0..count).map(|at| json!({"repository_id": scene.ids[0].to_string(), "branch": format!("b{at}")})).collect()
    };
    let mut full = many(10);
    full[0]["branch"] = json!("main");
    for (list, expected) in [
        (json!([]), "/repositories"),
        (many(11), "/repositories"),
        (scene.list(&[0, 1, 1]), "/repositories/2"),
        (scene.list(&[1, 0]), "/repositories"),
        (json!([{"repository_id": scene.ids[0].to_string()}]), "/repositories/0/branch"),
        (json!([{"repository_id": "x", "branch": "main"}]), "/repositories/0/repository_id"),
        (json!([{"repository_id": scene.ids[0].to_string(), "branch": "main", "path": "x"}]), "/repositories/0/path"),
        (json!("main"), "/repositories"),
    ] {
        let mut body = scene.body(&[0]);
        body["repositories"] = list;
        let refused = scene.api.create(ANN, PATH, &body).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), [expected], "{body}");
    }
    let mut body = scene.body(&[0]);
    body["repositories"] = full;
    scene.api.create(ANN, PATH, &body).await.expect(201);
}

#[tokio::test]
async fn repository_of_another_user_in_the_list_is_unknown() {
    let scene = Scene::new().await;
    let mut body = scene.body(&[0]);
    let bobs = scene.api.bobs.settings.repository.to_string();
    body["repositories"] = json!([scene.list(&[0])[0], {"repository_id": bobs, "branch": "main"}]);
    let refused = scene.api.create(ANN, PATH, &body).await;
    assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), ["/repositories"]);
    let preview = scene.api.create(ANN, &format!("{PATH}/preview"), &body).await.expect(200);
    assert_eq!(preview["problems"][0]["pointer"], "/repositories", "{preview}");
}

#[tokio::test]
async fn paths_are_created_read_and_edited() {
    let scene = Scene::new().await;
    let mut body = scene.body(&[0]);
    body["repositories"].take();
    body["include_paths"] = json!(["./packages/api/", "README.md"]);
    body["exclude_paths"] = json!(["packages/api/tests"]);
    let made = scene.api.create(ANN, PATH, &body).await.expect(201);
    assert_eq!(made["include_paths"], json!(["packages/api", "README.md"]));
    assert_eq!(made["repositories"][0]["exclude_paths"], json!(["packages/api/tests"]));
    let path = format!("{PATH}/{}", made["id"].as_str().unwrap());
    let read = scene.api.get(ANN, &path).await.expect(200);
    assert_eq!(scene.api.put(ANN, &path, &read).await.expect(200)["include_paths"], read["include_paths"]);
    let put = scene.api.put(ANN, &path, &scene.body(&[0])).await.expect(200);
    assert_eq!((&put["include_paths"], &put["exclude_paths"]), (&json!([]), &json!([])), "PUT replaces everything");
}

#[tokio::test]
async fn patch_of_paths_changes_both_forms_and_keeps_the_coverage() {
    let scene = Scene::new().await;
    scene.patch(json!({"repositories": scene.list(&[0, 1])})).await.expect(200);
    let patched = scene.patch(json!({"include_paths": ["api"]})).await.expect(200);
    assert_eq!(patched["repositories"][0]["include_paths"], json!(["api"]));
    assert_eq!(patched["repositories"][1]["include_paths"], json!([]));
    let mut list = patched["repositories"].clone();
    list[0]["include_paths"] = json!(["web"]);
    list[1]["exclude_paths"] = json!(["docs"]);
    let patched = scene.patch(json!({"repositories": list})).await.expect(200);
    assert_eq!((&patched["include_paths"], &patched["repositories"]), (&json!(["web"]), &list));
    assert_eq!(scene.generations().await, [0, 1]);
    let cleared = scene.patch(json!({"include_paths": null})).await.expect(200);
    assert_eq!(cleared["repositories"][0]["include_paths"], json!([]));
    assert_eq!(cleared["repositories"][1]["exclude_paths"], json!(["docs"]));
    assert_eq!(scene.generations().await, [0, 1]);
}

#[tokio::test]
async fn invalid_paths_are_refused_with_their_place() {
    let scene = Scene::new().await;
    let many: Vec<String> = (0..11).map(|number| format!("p{number}")).collect();
    for (member, value, expected) in [
        ("include_paths", json!(["a", "/b"]), "/include_paths/1"),
        ("include_paths", json!(["a", "a/"]), "/include_paths/1"),
        ("exclude_paths", json!(["../a"]), "/exclude_paths/0"),
        ("exclude_paths", json!(["src/*.rs"]), "/exclude_paths/0"),
        ("include_paths", json!([""]), "/include_paths/0"),
        ("include_paths", json!(["a\u{0}b"]), "/include_paths/0"),
        ("include_paths", json!([7]), "/include_paths/0"),
        ("include_paths", json!("src"), "/include_paths"),
        ("include_paths", json!(many), "/include_paths"),
        ("exclude_paths", json!([["a"]]), "/exclude_paths/0"),
    ] {
        let mut body = scene.body(&[0]);
        body["repositories"].take();
        body[member] = value;
        let refused = scene.api.create(ANN, PATH, &body).await;
        assert_eq!(pointers(&refused.expect_problem("VALIDATION_FAILED")), [expected], "{body}");
        let preview = scene.api.create(ANN, &format!("{PATH}/preview"), &body).await.expect(200);
        assert_eq!(preview["problems"][0]["pointer"], expected, "{preview}");
    }
    let mut body = scene.body(&[0, 1]);
    body["repositories"][1]["include_paths"] = json!(["a/b"]);
    body["repositories"][1]["exclude_paths"] = json!(["a"]);
    let refused = scene.api.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/repositories/1/exclude_paths"]);
    let mut body = scene.body(&[0]);
    (body["include_paths"], body["exclude_paths"]) = (json!(["a/b"]), json!(["a"]));
    body["repositories"].take();
    let refused = scene.api.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/exclude_paths"]);
    let mut body = scene.body(&[0, 1]);
    body["include_paths"] = json!(["api"]);
    let refused = scene.api.create(ANN, PATH, &body).await.expect_problem("VALIDATION_FAILED");
    assert_eq!(pointers(&refused), ["/repositories"], "the first one is given twice, and differs");
}
