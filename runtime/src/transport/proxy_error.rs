//! [`ProxyError`], the failure of a proxy.

use std::error::Error as StdError;
use std::fmt;

use http::StatusCode;

use crate::config::Proxy;
use crate::error::TransportError;

/// The failure of a proxy, which an error about the host behind it would not explain.
#[derive(Debug)]
pub(super) struct ProxyError {
    /// Scheme, host and port, and where they are from.
    proxy: String,
    fault: Fault,
}

#[derive(Debug)]
enum Fault {
    /// No connection, or it was lost.
    Unreachable(Box<dyn StdError + Send + Sync>),
    Refused(StatusCode),
    #[cfg(any(feature = "hyper", feature = "ureq"))]
    NotHttp,
}

impl ProxyError {
    pub(super) fn unreachable(
        proxy: &Proxy,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::new(proxy, Fault::Unreachable(source.into()))
    }

    pub(super) fn refused(proxy: &Proxy, status: StatusCode) -> Self {
        Self::new(proxy, Fault::Refused(status))
    }

    #[cfg(any(feature = "hyper", feature = "ureq"))]
    pub(super) fn not_http(proxy: &Proxy) -> Self {
        Self::new(proxy, Fault::NotHttp)
    }

    fn new(proxy: &Proxy, fault: Fault) -> Self {
        Self {
            proxy: proxy.description(),
            fault,
        }
    }

    /// Returns whether the proxy will refuse again.
    pub(super) fn is_permanent(&self) -> bool {
        matches!(
            self.fault,
            Fault::Refused(
                StatusCode::UNAUTHORIZED
                    | StatusCode::FORBIDDEN
                    | StatusCode::PROXY_AUTHENTICATION_REQUIRED
            )
        )
    }
}

impl From<ProxyError> for TransportError {
    fn from(error: ProxyError) -> Self {
        match error.is_permanent() {
            true => Self::proxy(error),
            false => Self::connect(error),
        }
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.fault {
            Fault::Unreachable(_) => write!(f, "proxy {proxy} cannot be reached"),
            Fault::Refused(status) => write!(f, "proxy {proxy} refused: HTTP {status}"),
            #[cfg(any(feature = "hyper", feature = "ureq"))]
            Fault::NotHttp => write!(f, "proxy {proxy} does not respond with HTTP"),
        }
    }
}

impl StdError for ProxyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.fault {
            Fault::Unreachable(source) => Some(&**source),
            _ => None,
        }
    }
}
