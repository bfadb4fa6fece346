//! HTTP clients that can reach checked addresses only.

use super::recent::Recent;
use super::{AddressPolicy, USER_AGENT, tls};
use app::ports::{Addresses, Inside};
use async_trait::async_trait;
use domain::host::{self, HostError};
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::{Host, Url};

/// The longest time to resolve a name, and to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest time for any request; callers set a shorter one.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(5);
/// How many clients are kept for their open connections; of more hosts, those that were used last. A client takes
/// 22 kB, and its connection a few times that (`cargo run -p adapters --example clients` measures it): together 16 to
/// 30 MB of the 128 MB that a function has, if it ever sends to so many hosts.
const CLIENTS_MAX: usize = 256;

/// Gives clients for addresses that a user has named.
#[derive(Debug)]
pub struct Guard {
    policy: AddressPolicy,
    /// A port of this machine that is not reached.
    denied_port: Option<u16>,
    clients: Mutex<Recent<CheckedHost, Client>>,
}

/// A host with its checked addresses. An address literal has no others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct CheckedHost {
    host: String,
    addresses: Vec<IpAddr>,
}

/// Why an address may not or can't be reached.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    #[error("an address that begins with '{scheme}:' is not allowed: use https")]
    Scheme { scheme: String },
    #[error("the address has no host")]
    NoHost,
    #[error(transparent)]
    Host(#[from] HostError),
    /// It resolves to a private or reserved network. The address is omitted, so that it reveals nothing of our network.
    #[error("'{host}' resolves to a private or reserved network, which is not allowed")]
    Forbidden { host: String },
    #[error("the name '{host}' does not resolve")]
    Unresolved { host: String },
    #[error("no HTTP client could be created: {detail}")]
    Client { detail: String },
}

impl GuardError {
    /// Whether the address may not be reached, whenever it is tried.
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Scheme { .. } | Self::NoHost | Self::Host(_) | Self::Forbidden { .. })
    }
}

impl Guard {
    /// A guard that admits the addresses of a policy.
    pub fn new(policy: AddressPolicy) -> Self {
        Self { policy, denied_port: None, clients: Mutex::new(Recent::new(CLIENTS_MAX)) }
    }

    /// The same, without a port of this machine: Lambda's runtime interface, which ends an invocation for any caller.
    #[must_use]
    pub fn without_port(self, port: Option<u16>) -> Self {
        Self { denied_port: port, ..self }
    }

    /// A client that connects to the address' host at the addresses that were just checked, and resolves no other
    /// name. It follows no redirect, uses no proxy and asks for no compression.
    pub async fn client_for(&self, url: &Url) -> Result<Client, GuardError> {
        self.client(self.checked(url).await?)
    }

    /// The address' host, if it may be reached.
    async fn checked(&self, url: &Url) -> Result<CheckedHost, GuardError> {
        let scheme = url.scheme();
        if !self.policy.admits_scheme(scheme) {
            return Err(GuardError::Scheme { scheme: scheme.to_owned() });
        }
        host::check(url, self.policy.admits_loopback())?;
        let (host, addresses) = match url.host() {
            None => return Err(GuardError::NoHost),
            Some(Host::Ipv4(address)) => (address.to_string(), vec![address.into()]),
            Some(Host::Ipv6(address)) => (address.to_string(), vec![address.into()]),
            Some(Host::Domain(name)) => (name.to_owned(), resolve(name).await?),
        };
        let is_denied = |address: &IpAddr| {
            self.denied_port.is_some()
                && url.port_or_known_default() == self.denied_port
                && address.to_canonical().is_loopback()
        };
        if addresses.iter().all(|address| self.policy.admits(scheme, *address) && !is_denied(address)) {
            Ok(CheckedHost { host, addresses })
        } else {
            Err(GuardError::Forbidden { host })
        }
    }

    fn client(&self, checked: CheckedHost) -> Result<Client, GuardError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&checked) {
            return Ok(client);
        }
        let client = self.build(&checked)?;
        clients.insert(checked, client.clone());
        Ok(client)
    }

    fn build(&self, checked: &CheckedHost) -> Result<Client, GuardError> {
        let failed = |detail: String| GuardError::Client { detail };
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .dns_resolver(Pinned(checked.clone()))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT);
        // Reading the machine's own certificate authorities costs 20 ms a client, and ten times that in a function
        // with little CPU. Only a machine whose network may have an authority of its own needs it.
        if self.policy == AddressPolicy::Public {
            builder = builder.tls_backend_preconfigured(tls::public().map_err(|error| failed(error.to_string()))?);
        }
        builder.build().map_err(|error| failed(error.to_string()))
    }
}

#[async_trait]
impl Addresses for Guard {
    async fn check(&self, url: &Url) -> Result<(), Inside> {
        match self.checked(url).await {
            Err(error) if error.is_forbidden() => Err(Inside { why: error.to_string() }),
            // Also where no check is possible now: the address is checked again whenever it is requested.
            Ok(_) | Err(_) => Ok(()),
        }
    }
}

async fn resolve(name: &str) -> Result<Vec<IpAddr>, GuardError> {
    let unresolved = || GuardError::Unresolved { host: name.to_owned() };
    let found = tokio::time::timeout(CONNECT_TIMEOUT, tokio::net::lookup_host((name, 0)))
        .await
        .map_err(|_| unresolved())?
        .map_err(|_| unresolved())?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    // Servers rotate the order of their answers: sorted, the same addresses find the same client.
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() { Err(unresolved()) } else { Ok(addresses) }
}

/// Resolves the checked host to its checked addresses, and no other name at all.
#[derive(Clone, Debug)]
struct Pinned(CheckedHost);

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let known = name.as_str().eq_ignore_ascii_case(&self.0.host);
        let addresses = self.0.addresses.clone();
        Box::pin(async move {
            if known {
                // Port 0 is replaced by the port of the requested address.
                let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
                let sockets: Addrs = Box::new(sockets);
                Ok(sockets)
            } else {
                Err("the client is for another host".into())
            }
        })
    }
}
