//! What a webhook costs its sender, by the number of hosts: `cargo run --release -p adapters --example clients`.
//!
//! Prints what a client takes to create, for public hosts, and its memory. Then it sends in turn to 8, 40 and 200
//! hosts, which are addresses of the loopback network with one server in a thread of its own, and prints the sender's
//! CPU time for one request, and the memory of a client with its open connection.

use adapters::guard::{AddressPolicy, Guard};
use std::error::Error;
use std::fs::read_to_string;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const ROUNDS: u32 = 10;
const CLIENTS: u32 = 200;
const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout().lock();
    create(&mut out).await?;
    let port = serve()?;
    for hosts in [8, 40, 200] {
        send(hosts, port, &mut out).await?;
    }
    Ok(())
}

async fn create(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let guard = Guard::new(AddressPolicy::Public);
    let (bytes, before) = (resident_bytes()?, cpu_nanoseconds()?);
    for host in 0..CLIENTS {
        guard.client_for(&Url::parse(&format!("https://8.8.8.{host}/"))?).await?;
    }
    let (bytes, nanoseconds) = (resident_bytes()?.saturating_sub(bytes), cpu_nanoseconds()? - before);
    let clients = u64::from(CLIENTS);
    writeln!(out, "a client: {} µs of CPU, {} bytes", nanoseconds / 1_000 / clients, bytes / clients)?;
    Ok(())
}

async fn send(hosts: u32, port: u16, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let guard = Guard::new(AddressPolicy::LoopbackToo);
    // The first round opens the connections, and its time is not counted.
    let bytes = resident_bytes()?;
    send_to_all(&guard, hosts, port).await?;
    let bytes = resident_bytes()?.saturating_sub(bytes) / u64::from(hosts);
    let before = cpu_nanoseconds()?;
    for _ in 0..ROUNDS {
        send_to_all(&guard, hosts, port).await?;
    }
    let micros = (cpu_nanoseconds()? - before) / 1_000 / u64::from(ROUNDS * hosts);
    writeln!(out, "{hosts} hosts: {micros} µs of CPU a request, {bytes} bytes a host")?;
    Ok(())
}

async fn send_to_all(guard: &Guard, hosts: u32, port: u16) -> Result<(), Box<dyn Error>> {
    for host in 0..hosts {
        let url = Url::parse(&format!("http://127.0.{}.{}:{port}/", host / 200 + 1, host % 200 + 1))?;
        guard.client_for(&url).await?.post(url).body("{}").send().await?.bytes().await?;
    }
    Ok(())
}

/// Answers every request at every address of this machine, on the port that is returned.
fn serve() -> Result<u16, Box<dyn Error>> {
    let listener = std::net::TcpListener::bind("0.0.0.0:0")?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(answer(connection));
            }
        });
    });
    Ok(port)
}

async fn answer(mut connection: TcpStream) {
    let mut request = [0; 4_096];
    while connection.read(&mut request).await.is_ok_and(|read| read > 0) {
        if connection.write_all(ANSWER).await.is_err() {
            return;
        }
    }
}

/// The CPU time of this thread.
fn cpu_nanoseconds() -> Result<u64, Box<dyn Error>> {
    let text = read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("no time")?.parse()?)
}

fn resident_bytes() -> Result<u64, Box<dyn Error>> {
    let text = read_to_string("/proc/self/statm")?;
    Ok(text.split_whitespace().nth(1).ok_or("no pages")?.parse::<u64>()? * 4_096)
}
