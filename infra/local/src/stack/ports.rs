//! The ports that the local stack listens on.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// The port numbers by purpose. 0 selects any free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::Args)]
pub struct Ports {
    /// The port of the HTTP API; 0 selects any free port
    #[arg(long = "api-port", value_name = "PORT", env = "GIT_REPORT_API_PORT", default_value_t = 4000)]
    #[arg(value_parser = parse_port)]
    pub api: u16,
    /// The port of the webhook receiver, which shows what arrived
    #[arg(long = "receiver-port", value_name = "PORT", env = "GIT_REPORT_RECEIVER_PORT", default_value_t = 4001)]
    #[arg(value_parser = parse_port)]
    pub receiver: u16,
    /// The port of the embedded DynamoDB
    #[arg(long = "dynamodb-port", value_name = "PORT", env = "GIT_REPORT_DYNAMODB_PORT", default_value_t = 4002)]
    #[arg(value_parser = parse_port)]
    pub dynamodb: u16,
    /// The port of the embedded SQS
    #[arg(long = "sqs-port", value_name = "PORT", env = "GIT_REPORT_SQS_PORT", default_value_t = 4003)]
    #[arg(value_parser = parse_port)]
    pub sqs: u16,
    /// The port of the embedded EventBridge, which keeps what was published
    #[arg(long = "eventbridge-port", value_name = "PORT", env = "GIT_REPORT_EVENTBRIDGE_PORT", default_value_t = 4004)]
    #[arg(value_parser = parse_port)]
    pub eventbridge: u16,
}

impl Ports {
    /// Any free ports.
    pub const ANY: Self = Self { api: 0, receiver: 0, dynamodb: 0, sqs: 0, eventbridge: 0 };
}

/// Loopback sockets, bound but not served yet.
#[derive(Debug)]
pub struct Listeners {
    pub api: TcpListener,
    pub receiver: TcpListener,
    pub dynamodb: TcpListener,
    pub sqs: TcpListener,
    pub eventbridge: TcpListener,
}

fn parse_port(text: &str) -> Result<u16, String> {
    text.trim().parse().map_err(|_| format!("give a number from 0 to {}; 0 selects any free port", u16::MAX))
}

/// The ports that can't be bound.
#[derive(Debug, thiserror::Error)]
pub struct PortError {
    refused: Vec<Refused>,
}

#[derive(Debug)]
struct Refused {
    port: u16,
    purpose: &'static str,
    flag: &'static str,
    error: io::Error,
}

impl fmt::Display for PortError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Refused { port, purpose, flag, error }) in self.refused.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            match error.kind() {
                io::ErrorKind::AddrInUse => write!(formatter, "port {port} for {purpose} is in use")?,
                _ => write!(formatter, "port {port} for {purpose} can't be listened on: {error}")?,
            }
            write!(formatter, ": choose another one with {flag} (0 selects any free port)")?;
        }
        Ok(())
    }
}

/// Binds every port on loopback. One error lists all ports that can't be bound.
pub async fn bind(ports: &Ports) -> Result<Listeners, PortError> {
    let mut refused = Vec::new();
    let api = listen(ports.api, "the HTTP API", "--api-port", &mut refused).await;
    let receiver = listen(ports.receiver, "the webhook receiver", "--receiver-port", &mut refused).await;
    let dynamodb = listen(ports.dynamodb, "DynamoDB", "--dynamodb-port", &mut refused).await;
    let sqs = listen(ports.sqs, "SQS", "--sqs-port", &mut refused).await;
    let eventbridge = listen(ports.eventbridge, "EventBridge", "--eventbridge-port", &mut refused).await;
    match (api, receiver, dynamodb, sqs, eventbridge) {
        (Some(api), Some(receiver), Some(dynamodb), Some(sqs), Some(eventbridge)) => {
            Ok(Listeners { api, receiver, dynamodb, sqs, eventbridge })
        }
        _ => Err(PortError { refused }),
    }
}

/// The URL of a listener: `http://127.0.0.1:<port>`.
pub fn address(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

async fn listen(
    port: u16,
    purpose: &'static str,
    flag: &'static str,
    refused: &mut Vec<Refused>,
) -> Option<TcpListener> {
    match TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await {
        Ok(listener) => Some(listener),
        Err(error) => {
            refused.push(Refused { port, purpose, flag, error });
            None
        }
    }
}
