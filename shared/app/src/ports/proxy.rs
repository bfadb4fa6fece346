//! The declaration of ports, and their proxies.
//!
//! [`port!`] declares a port from its methods, and implements it for every [`Proxy`]: a proxy states once what it does
//! at a call, and has all methods of its ports, also those that are added later. Most proxies are test doubles, such as
//! a store that always fails, and one that records its calls.

use async_trait::async_trait;
use domain::id::UserId;
use std::pin::Pin;

/// Something that is called instead of a port.
pub trait Proxy: Send + Sync {
    /// The port or the ports behind it, such as `dyn Store`.
    type Port: ?Sized;
}

/// What a proxy does at the calls that return a `T`.
#[async_trait]
pub trait Intercept<T: 'static>: Proxy {
    /// Returns the answer to a call, with or without making it.
    async fn intercept<'a>(&'a self, call: Call<'a, Self::Port, T>) -> T;
}

/// A call that a proxy may make.
pub struct Call<'a, P: ?Sized, T> {
    pub method: &'static str,
    /// Whose records it is about: its first argument, if that is named `user`.
    pub user: Option<UserId>,
    make: Box<dyn FnOnce(&'a P) -> Answer<'a, T> + Send + 'a>,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<'a, P: ?Sized, T> Call<'a, P, T> {
    pub(crate) fn new(
        method: &'static str,
        user: Option<UserId>,
        make: impl FnOnce(&'a P) -> Answer<'a, T> + Send + 'a,
    ) -> Self {
        Self { method, user, make: Box::new(make) }
    }

    /// Makes the call of this port.
    pub async fn of(self, port: &'a P) -> T {
        (self.make)(port).await
    }
}

/// Declares a port, all of whose methods are `async`, and implements it for its proxies.
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
            D: $crate::ports::Proxy<Port: $port> $(+ $crate::ports::Intercept<$answer>)+,
        {
            $(async fn $method(&self $(, $given: $type)*) -> $answer {
                let user = $crate::ports::proxy::user_of!([$($given)*] $($given)*);
                let call = $crate::ports::Call::new(stringify!($method), user, move |port: &D::Port| {
                    port.$method($($given),*)
                });
                $crate::ports::Intercept::<$answer>::intercept(self, call).await
            })+
        }
    };
}

/// The first of these arguments, if it is named `user`.
macro_rules! user_of {
    ([$user:ident $($_others:ident)*] user $($_rest:ident)*) => {
        Some($user)
    };
    ([$($_all:ident)*] $($_same:ident)*) => {
        None
    };
}

pub(crate) use {port, user_of};
