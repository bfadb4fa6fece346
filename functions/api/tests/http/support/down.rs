//! A store that fails in one way, whatever is called: for the answers that callers get then, and to prove that a
//! request does not reach the store.

use app::ports::{Call, Intercept, Proxy, Store, StoreError};
use async_trait::async_trait;
use std::time::Duration;

#[derive(Clone, Copy)]
pub(crate) enum Down {
    Unavailable,
    Busy,
    Broken,
    Panicking,
}

/// Words that no caller may see.
pub(crate) const INNER_WORDS: &str = "ProvisionedThroughput at dynamodb.eu-west-1";

impl Proxy for Down {
    type Port = dyn Store;
}

#[async_trait]
impl<T: Send + 'static, E: From<StoreError> + Send + 'static> Intercept<Result<T, E>> for Down {
    async fn intercept<'a>(&'a self, _: Call<'a, dyn Store, Result<T, E>>) -> Result<T, E> {
        let detail = INNER_WORDS.to_owned();
        Err(E::from(match self {
            Self::Unavailable => StoreError::Unavailable { detail },
            Self::Busy => StoreError::Busy { detail, retry_after: Duration::from_secs(7) },
            Self::Broken => StoreError::Broken { detail },
            Self::Panicking => panic!("{INNER_WORDS}"),
        }))
    }
}
