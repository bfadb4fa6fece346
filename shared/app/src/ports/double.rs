//! The declaration of ports, and their test doubles.
//!
//! [`port!`] declares a port from its methods, and implements it for every [`Double`]: a double states once what it
//! does at a call, and has all methods of its ports, also those that are added later.

use async_trait::async_trait;
use std::pin::Pin;

/// What a call of a port returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A call that a double may make, of the port that it replaces.
pub type Call<'a, P, T> = Box<dyn FnOnce(&'a P) -> Answer<'a, T> + Send + 'a>;

/// A replacement of a port in tests, such as one that records calls, or one that always fails.
pub trait Double: Send + Sync {
    /// The port or the ports that it replaces, such as `dyn Store`.
    type Port: ?Sized;
}

/// What a double does at the calls that return a `T`.
#[async_trait]
pub trait Intercept<T: 'static>: Double {
    /// Returns the answer to a call of this method, with or without making the call.
    async fn intercept<'a>(&'a self, method: &'static str, call: Call<'a, Self::Port, T>) -> T;
}

/// Declares a port. All its methods are `async`, and each is implemented for the doubles of the port.
macro_rules! port {
    (
        $(#[$about:meta])*
        pub trait $port:ident;
        $($(#[$law:meta])* async fn $method:ident(&self $(, $given:ident: $type:ty)* $(,)?) -> $answer:ty;)+
    ) => {
        $(#[$about])*
        #[async_trait::async_trait]
        pub trait $port: Send + Sync {
            $($(#[$law])* async fn $method(&self $(, $given: $type)*) -> $answer;)+
        }

        #[async_trait::async_trait]
        impl<D> $port for D
        where
            D: $crate::ports::Double<Port: $port> $(+ $crate::ports::Intercept<$answer>)+,
        {
            $(async fn $method(&self $(, $given: $type)*) -> $answer {
                let call: $crate::ports::Call<'_, D::Port, $answer> = Box::new(move |port| port.$method($($given),*));
                $crate::ports::Intercept::intercept(self, stringify!($method), call).await
            })+
        }
    };
}

pub(crate) use port;
