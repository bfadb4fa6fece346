//! The class of a missing answer, by what a real receiver does.

use super::{PATIENCE, answering, report, target};
use crate::server::loopback;
use adapters::webhook::SignedWebhooks;
use app::ports::WebhookSender;
use domain::delivery::{Answer, NoAnswer};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;
use wiremock::ResponseTemplate;

/// A server that lives as long as this.
pub(super) struct Server(JoinHandle<()>);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn serve<F: Future<Output = ()> + Send>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> (Url, Server) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer(stream).await;
        }
    });
    (url, Server(task))
}

/// A server that reads a request and writes these bytes; then it keeps the connection open, or closes it.
pub(super) async fn raw(bytes: String, stays_open: bool) -> (Url, Server) {
    serve(move |mut stream| {
        let bytes = bytes.clone();
        async move {
            read_request(&mut stream).await;
            stream.write_all(bytes.as_bytes()).await.unwrap();
            if stays_open {
                std::future::pending::<()>().await;
            }
        }
    })
    .await
}

/// Reads until nothing more arrives: a connection that is closed with unread bytes is reset.
async fn read_request(stream: &mut TcpStream) {
    let mut bytes = [0; 4_096];
    loop {
        match tokio::time::timeout(Duration::from_millis(100), stream.read(&mut bytes)).await {
            Ok(Ok(1..)) => {}
            _ => return,
        }
    }
}

async fn class(url: &str, timeout: Duration) -> NoAnswer {
    let sender = SignedWebhooks::new(loopback(), None, timeout);
    match sender.send(&target(url.parse().unwrap()), &report("text")).await.answer {
        Answer::NoAnswer(class) => class,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn receiver_that_does_not_answer_is_timeout() {
    // The kernel accepts its connections, but no one reads them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    assert_eq!(class(&url, Duration::from_millis(50)).await, NoAnswer::Timeout);
}

#[tokio::test]
async fn receiver_that_does_not_end_the_handshake_is_connect_timeout() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", silent.local_addr().unwrap());
    assert_eq!(class(&url, PATIENCE).await, NoAnswer::ConnectTimeout);
}

#[tokio::test]
async fn closed_port_is_refused() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(class(&format!("http://{closed}/"), PATIENCE).await, NoAnswer::Refused);
}

#[tokio::test]
async fn unknown_name_is_dns() {
    assert_eq!(class("https://no-such-name.invalid/", PATIENCE).await, NoAnswer::Dns);
}

#[tokio::test]
async fn server_without_tls_is_tls() {
    let plain = answering(ResponseTemplate::new(200)).await;
    assert_eq!(class(&format!("https://{}/", plain.address()), PATIENCE).await, NoAnswer::Tls);
}

/// A connection that is closed while bytes are unread is reset by the kernel.
#[tokio::test]
async fn reset_connection_is_reset() {
    let (url, _server) = serve(|mut stream| async move {
        let mut one = [0; 1];
        stream.read_exact(&mut one).await.unwrap();
        stream.set_zero_linger().unwrap();
    })
    .await;
    assert_eq!(class(url.as_str(), PATIENCE).await, NoAnswer::Reset);
}

#[tokio::test]
async fn connection_that_is_closed_before_the_answer_ends_is_closed_early() {
    for begun in ["", "HTTP/1.1 200 OK\r\ncontent-le"] {
        let (url, _server) = raw(begun.to_owned(), false).await;
        assert_eq!(class(url.as_str(), PATIENCE).await, NoAnswer::ClosedEarly, "{begun:?}");
    }
    let (url, _server) = serve(|mut stream| async move { read_request(&mut stream).await }).await;
    let https = url.as_str().replace("http:", "https:");
    assert_eq!(class(&https, PATIENCE).await, NoAnswer::ClosedEarly, "within the handshake");
}

#[tokio::test]
async fn server_of_another_protocol_is_not_http() {
    for greeting in ["SSH-2.0-OpenSSH_9.6\r\n", "220 mail.example.com ESMTP\r\n", "\u{1}\u{2}\u{3}\u{4}\r\n\r\n"] {
        let (url, _server) = raw(greeting.to_owned(), false).await;
        assert_eq!(class(url.as_str(), PATIENCE).await, NoAnswer::NotHttp, "{greeting:?}");
    }
}
