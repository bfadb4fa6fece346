//! `GET /ready`.

use crate::support::call::get;
use crate::support::down::{Down, INNER_WORDS};
use crate::support::stack::Stack;
use crate::support::test_api::TestApi;
use std::sync::Arc;

#[tokio::test]
async fn table_that_answers_is_ready() {
    let api = TestApi::new().await;
    let body = get(&api.stack.router, "/ready", None).await.expect(200);
    assert_eq!(body["status"], "ready");
}

#[tokio::test]
async fn unavailable_table_is_named_in_general_terms() {
    for down in [Down::Unavailable, Down::Busy, Down::Broken] {
        let stack = Stack::on(Arc::new(down), &[]);
        let answer = get(&stack.router, "/ready", None).await;
        let problem = answer.expect_problem("SERVICE_UNAVAILABLE");
        assert!(problem["detail"].as_str().unwrap().contains("database"), "{problem}");
        assert!(!answer.text.contains(INNER_WORDS));
        assert!(answer.header("retry-after").is_some());
    }
}
