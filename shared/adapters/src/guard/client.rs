//! Clients that reach judged addresses only.

use super::{AddressPolicy, USER_AGENT, tls};
use app::ports::{Addresses, Inside};
use async_trait::async_trait;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use url::{Host, Url};

/// How long a name may take to resolve, and a connection to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long any request may take; whoever makes one sets a shorter time.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(5);
/// How many clients are kept for their open connections. A function talks to few hosts at a time.
const CLIENTS_MAX: usize = 32;

/// Gives clients for addresses that a user has named.
#[derive(Debug)]
pub struct Guard {
    policy: AddressPolicy,
    clients: Mutex<HashMap<Judged, Client>>,
}

/// A host with the addresses that were judged. An address literal has no others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Judged {
    host: String,
    addresses: Vec<IpAddr>,
}

/// The address is one that may not be reached, or that can't be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GuardError {
    /// Neither https nor, where that is allowed, http on loopback.
    #[error("an address that begins with '{scheme}:' is not allowed: use https")]
    Scheme {
        /// What it begins with.
        scheme: String,
    },
    /// No host in it.
    #[error("the address has no host")]
    NoHost,
    /// It leads into a private or reserved network. Which address it led to is not said, so that nobody learns our
    /// network from it.
    #[error("'{host}' resolves to a private or reserved network, which is not allowed")]
    Forbidden {
        /// The host.
        host: String,
    },
    /// No address for the name.
    #[error("the name '{host}' does not resolve")]
    Unresolved {
        /// The host.
        host: String,
    },
    /// No client could be made.
    #[error("no HTTP client could be created: {detail}")]
    Client {
        /// For the log.
        detail: String,
    },
}

impl GuardError {
    /// Whether the address may not be reached, whenever it is tried.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Scheme { .. } | Self::NoHost | Self::Forbidden { .. })
    }
}

impl Guard {
    /// A guard under the policy.
    #[must_use]
    pub fn new(policy: AddressPolicy) -> Self {
        Self { policy, clients: Mutex::default() }
    }

    /// A client that connects to the address' host at the addresses that were judged just now, and nowhere else by
    /// name. It follows no redirect, uses no proxy and asks for no compression.
    pub async fn client_for(&self, url: &Url) -> Result<Client, GuardError> {
        self.client(self.judged(url).await?)
    }

    /// The address' host, if it may be reached.
    async fn judged(&self, url: &Url) -> Result<Judged, GuardError> {
        let scheme = url.scheme();
        if !self.policy.admits_scheme(scheme) {
            return Err(GuardError::Scheme { scheme: scheme.to_owned() });
        }
        let (host, addresses) = match url.host() {
            None => return Err(GuardError::NoHost),
            Some(Host::Ipv4(address)) => (address.to_string(), vec![address.into()]),
            Some(Host::Ipv6(address)) => (address.to_string(), vec![address.into()]),
            Some(Host::Domain(name)) => (name.to_owned(), resolve(name).await?),
        };
        if addresses.iter().all(|address| self.policy.admits(scheme, *address)) {
            Ok(Judged { host, addresses })
        } else {
            Err(GuardError::Forbidden { host })
        }
    }

    fn client(&self, judged: Judged) -> Result<Client, GuardError> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = clients.get(&judged) {
            return Ok(client.clone());
        }
        let client = self.build(&judged)?;
        if clients.len() >= CLIENTS_MAX {
            clients.clear();
        }
        clients.insert(judged, client.clone());
        Ok(client)
    }

    fn build(&self, judged: &Judged) -> Result<Client, GuardError> {
        let failed = |detail: String| GuardError::Client { detail };
        let mut builder = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            .dns_resolver(Pinned(judged.clone()))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT);
        // Reading the machine's own authorities costs 20 ms a client, ten times that where a function has little CPU:
        // worth it on a machine whose network may have an authority of its own, and on no other.
        if self.policy == AddressPolicy::Public {
            builder = builder.tls_backend_preconfigured(tls::public().map_err(|error| failed(error.to_string()))?);
        }
        builder.build().map_err(|error| failed(error.to_string()))
    }
}

#[async_trait]
impl Addresses for Guard {
    async fn check(&self, url: &Url) -> Result<(), Inside> {
        match self.judged(url).await {
            Err(error) if error.is_forbidden() => Err(Inside { why: error.to_string() }),
            // Also where no judgement can be made now: it is made again whenever the address is reached.
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
    // Servers turn their answers' order round: sorted, the same addresses find the same client.
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() { Err(unresolved()) } else { Ok(addresses) }
}

/// Resolves the judged host to the judged addresses, and no other name at all.
#[derive(Clone, Debug)]
struct Pinned(Judged);

impl Resolve for Pinned {
    fn resolve(&self, name: Name) -> Resolving {
        let known = name.as_str().eq_ignore_ascii_case(&self.0.host);
        let addresses = self.0.addresses.clone();
        Box::pin(async move {
            if known {
                // Port 0 stands for the one in the address.
                let sockets = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
                let sockets: Addrs = Box::new(sockets);
                Ok(sockets)
            } else {
                Err("the client is for another host".into())
            }
        })
    }
}
