//! The queues against a server that refuses messages.

use crate::surroundings::{answer_calls, received, sdk};
use adapters::sqs::{SqsDeliveryQueue, SqsQueue, parse_delivery_request, parse_run_request};
use app::ports::{DeliveryQueue, DeliveryRequest, QueueError, RunQueue, RunRequest};
use aws_sdk_sqs::Client;
use domain::delivery::Lane;
use domain::event::DeliverySubject;
use domain::id::{ConfigurationId, RunId, UserId};
use serde_json::{Value, json};
use uuid::Uuid;
use wiremock::MockServer;

const TARGET: &str = "AmazonSQS.SendMessageBatch";
const URL: &str = "https://sqs.eu-west-1.amazonaws.com/1/queue";

fn user() -> UserId {
    UserId::from_record("0190a3b0-0000-7000-8000-000000000001").expect("a UUID")
}

fn requests(count: usize) -> Vec<RunRequest> {
    let uuid = |index: usize| Uuid::from_u128(u128::try_from(index).expect("small"));
    let request = |index| RunRequest {
        user: user(),
        run: RunId::from_uuid(uuid(index)),
        configuration: ConfigurationId::from_uuid(uuid(index)),
        fire: None,
    };
    (1..=count).map(request).collect()
}

/// Takes every entry except those for which `refuses` gives a failure (whether it is the sender's fault, code).
fn batch_answer(body: &Value, refuses: impl Fn(&RunRequest) -> Option<(bool, &'static str)>) -> Value {
    let mut successful = Vec::new();
    let mut failed = Vec::new();
    for (request, id) in sent_in(body) {
        match refuses(&request) {
            Some((fault, code)) => failed.push(json!({"Id": id, "SenderFault": fault, "Code": code})),
            None => successful.push(json!({"Id": id, "MessageId": "m", "MD5OfMessageBody": "x"})),
        }
    }
    json!({"Successful": successful, "Failed": failed})
}

fn sent_in(body: &Value) -> Vec<(RunRequest, String)> {
    let entries = body["Entries"].as_array().expect("entries");
    entries
        .iter()
        .map(|entry| {
            let request = parse_run_request(entry["MessageBody"].as_str().expect("a body")).expect("a request");
            (request, entry["Id"].as_str().expect("an id").to_owned())
        })
        .collect()
}

fn queue(server: &MockServer) -> SqsQueue {
    SqsQueue::new(Client::new(&sdk(server, "AWS_ENDPOINT_URL_SQS")), URL)
}

#[tokio::test]
async fn messages_are_sent_ten_a_call_each_once() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |_, body| (200, batch_answer(body, |_| None))).await;
    let requests = requests(23);

    assert_eq!(queue(&server).request_runs(&requests).await, Ok(()));

    let calls = received(&server).await;
    // The calls are made at the same time, so they arrive in any order.
    let mut sent: Vec<Vec<_>> =
        calls.iter().map(|body| sent_in(body).into_iter().map(|(request, _)| request).collect()).collect();
    sent.sort_by_key(|batch| requests.iter().position(|request| *request == batch[0]));
    assert_eq!(sent, [requests[..10].to_vec(), requests[10..20].to_vec(), requests[20..].to_vec()]);
    assert_eq!(calls[0]["QueueUrl"], URL);
}

#[tokio::test]
async fn empty_list_makes_no_call() {
    let server = MockServer::start().await;
    assert_eq!(queue(&server).request_runs(&[]).await, Ok(()));
    assert!(received(&server).await.is_empty());
}

#[tokio::test]
async fn only_refused_entries_are_sent_again() {
    let server = MockServer::start().await;
    let requests = requests(10);
    let rejected = [requests[2], requests[7]];
    answer_calls(&server, TARGET, move |call, body| {
        let refuses =
            |request: &RunRequest| (call == 0 && rejected.contains(request)).then_some((false, "InternalError"));
        (200, batch_answer(body, refuses))
    })
    .await;

    assert_eq!(queue(&server).request_runs(&requests).await, Ok(()));

    let calls: Vec<Vec<_>> = received(&server)
        .await
        .iter()
        .map(|body| sent_in(body).into_iter().map(|(request, _)| request).collect())
        .collect();
    assert_eq!(calls, [requests, rejected.to_vec()]);
}

#[tokio::test]
async fn entry_refused_three_times_is_counted() {
    let server = MockServer::start().await;
    let requests = requests(4);
    let rejected = requests[1];
    answer_calls(&server, TARGET, move |_, body| {
        (200, batch_answer(body, |request| (*request == rejected).then_some((false, "ServiceUnavailable"))))
    })
    .await;

    let error = queue(&server).request_runs(&requests).await.expect_err("one is refused");

    assert_eq!((error.sent, error.refused), (4, 1));
    assert!(error.detail.contains("ServiceUnavailable"), "{error}");
    let sizes: Vec<_> = received(&server).await.iter().map(|body| sent_in(body).len()).collect();
    assert_eq!(sizes, [4, 1, 1]);
}

#[tokio::test]
async fn entry_refused_as_the_senders_fault_is_not_sent_again() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |_, body| (200, batch_answer(body, |_| Some((true, "InvalidMessageContents")))))
        .await;

    let error = queue(&server).request_runs(&requests(3)).await.expect_err("all are refused");

    assert_eq!((error.sent, error.refused), (3, 3));
    assert_eq!(received(&server).await.len(), 1);
}

#[tokio::test]
async fn failed_call_ends_the_sending() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |call, body| match call {
        0 => (200, batch_answer(body, |_| None)),
        _ => (400, json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no queue"})),
    })
    .await;

    let error = queue(&server).request_runs(&requests(400)).await.expect_err("the queue does not exist");

    assert_eq!((error.sent, error.refused), (400, 390));
    assert!(error.detail.contains("no queue"), "{error}");
    let calls = received(&server).await.len();
    assert!(calls <= 1 + 8, "{calls} calls: those that were under way at the failure are the last");
}

#[tokio::test]
async fn entry_missing_from_the_answer_is_sent_again() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |call, body| match call {
        0 => (200, json!({"Successful": [], "Failed": []})),
        _ => (200, batch_answer(body, |_| None)),
    })
    .await;
    assert_eq!(queue(&server).request_runs(&requests(2)).await, Ok(()));
    assert_eq!(received(&server).await.len(), 2);
}

const SLOW_URL: &str = "https://sqs.eu-west-1.amazonaws.com/1/slow-queue";

fn delivery_queue(server: &MockServer) -> SqsDeliveryQueue {
    SqsDeliveryQueue::new(Client::new(&sdk(server, "AWS_ENDPOINT_URL")), URL, SLOW_URL)
}

fn delivery(id: u128) -> DeliveryRequest {
    DeliveryRequest::of(user(), DeliverySubject::Run(RunId::from_uuid(Uuid::from_u128(id))), 3)
}

async fn take_all(server: &MockServer) {
    answer_calls(server, TARGET, |_, body| {
        let entries = body["Entries"].as_array().expect("entries");
        let taken = |entry: &Value| json!({"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": "x"});
        (200, json!({"Successful": entries.iter().map(taken).collect::<Vec<_>>()}))
    })
    .await;
}

#[tokio::test]
async fn group_of_every_message_is_its_account() -> Result<(), QueueError> {
    let server = MockServer::start().await;
    take_all(&server).await;
    queue(&server).request_runs(&requests(12)).await?;
    delivery_queue(&server).request_deliveries(&[delivery(1)], 0).await?;

    let calls = received(&server).await;
    let groups: Vec<_> = calls
        .iter()
        .flat_map(|body| body["Entries"].as_array().expect("entries"))
        .map(|entry| entry["MessageGroupId"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(groups, vec![Some(user().to_string()); 13]);
    Ok(())
}

#[tokio::test]
async fn each_lane_has_its_queue() -> Result<(), QueueError> {
    let server = MockServer::start().await;
    take_all(&server).await;
    let requests = [delivery(1), delivery(2).in_lane(Lane::Slow), delivery(3)];
    delivery_queue(&server).request_deliveries(&requests, 0).await?;

    let calls = received(&server).await;
    let sent: Vec<_> = calls
        .iter()
        .map(|body| (body["QueueUrl"].as_str().expect("a URL"), body["Entries"].as_array().expect("entries").len()))
        .collect();
    assert_eq!(sent, [(URL, 2), (SLOW_URL, 1)]);
    let slow = calls[1]["Entries"][0]["MessageBody"].as_str().expect("a body");
    assert_eq!(parse_delivery_request(slow), Ok(requests[1]));
    Ok(())
}

#[tokio::test]
async fn failure_of_one_lane_does_not_keep_the_other_back() {
    let server = MockServer::start().await;
    answer_calls(&server, TARGET, |_, body| {
        if body["QueueUrl"] == URL {
            return (400, json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "no queue"}));
        }
        (200, json!({"Successful": [{"Id": "0", "MessageId": "m", "MD5OfMessageBody": "x"}]}))
    })
    .await;
    let requests = [delivery(1), delivery(2).in_lane(Lane::Slow)];
    let error = delivery_queue(&server).request_deliveries(&requests, 0).await.expect_err("one queue fails");
    assert_eq!((error.sent, error.refused), (1, 1));
    assert_eq!(received(&server).await.len(), 2);
}

#[tokio::test]
async fn delay_is_cut_to_the_maximum_of_sqs() -> Result<(), QueueError> {
    let server = MockServer::start().await;
    take_all(&server).await;
    let queue = delivery_queue(&server);
    let request = delivery(9);

    for delay in [0, 60, 901] {
        queue.request_deliveries(&[request], delay).await?;
    }

    let calls = received(&server).await;
    let entries: Vec<_> = calls.iter().map(|body| &body["Entries"][0]).collect();
    let delays: Vec<_> = entries.iter().map(|entry| entry["DelaySeconds"].as_i64()).collect();
    assert_eq!(delays, [None, Some(60), Some(900)]);
    let body = entries[0]["MessageBody"].as_str().expect("a body");
    assert_eq!(parse_delivery_request(body), Ok(request));
    Ok(())
}
