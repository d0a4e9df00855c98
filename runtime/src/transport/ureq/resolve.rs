//! [`CachingResolver`], which looks names up once for several requests.
//!
//! ureq's own resolver starts a thread and asks the system for every request, even if the request uses an idle connection.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use http::Uri;
use ureq::config::Config;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::config::ProxyConfig;
use crate::time::{Clock, SystemClock};

/// Lifetime of cached addresses: enough for a burst of requests, and short enough to follow a service that moves.
const MAX_AGE: Duration = Duration::from_secs(5);

/// Maximum number of cached names.
const MAX_NAMES: usize = 64;

/// Maximum number of addresses that ureq's list can hold.
const MAX_ADDRESSES: usize = 16;

type Addresses = Arc<[SocketAddr]>;

/// Resolves names, and caches addresses for a short time, but no errors.
pub(super) struct CachingResolver {
    proxy: ProxyConfig,
    /// The most recently used name is first.
    names: Mutex<Vec<Name>>,
}

struct Name {
    host: Box<str>,
    port: u16,
    lookup: Arc<Lookup>,
}

/// A lookup, which all requests for the same name share: a system that does not answer blocks one thread for each name, not
/// one for each attempt.
#[derive(Default)]
struct Lookup {
    answer: Mutex<Option<Answer>>,
    answered: Condvar,
}

struct Answer {
    addresses: Result<Addresses, Arc<io::Error>>,
    at: Duration,
}

impl CachingResolver {
    pub(super) fn new(proxy: ProxyConfig) -> Self {
        Self {
            proxy,
            names: Mutex::default(),
        }
    }

    /// Returns the addresses of a host.
    pub(super) fn addresses(
        &self,
        host: &str,
        port: u16,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'))
            .unwrap_or(host);
        let addresses = match bare.parse::<IpAddr>() {
            Ok(address) => [SocketAddr::new(address, port)].into(),
            Err(_) => self.look_up(host, port, timeout)?,
        };
        let mut wanted = self.empty();
        let all = addresses.iter().copied();
        for address in config.ip_family().keep_wanted(all).take(MAX_ADDRESSES) {
            wanted.push(address);
        }
        match wanted.is_empty() {
            true => Err(ureq::Error::HostNotFound),
            false => Ok(wanted),
        }
    }

    fn look_up(
        &self,
        host: &str,
        port: u16,
        timeout: NextTimeout,
    ) -> Result<Addresses, ureq::Error> {
        let (lookup, is_new) = self.lookup(host, port);
        if is_new {
            let name = (host.to_owned(), port);
            let answered = Arc::clone(&lookup);
            let ask = move || answered.answer(name.to_socket_addrs().map(Iterator::collect));
            // Only a thread can be left alone when it takes too long. Every system knows `localhost` at once.
            if timeout.after.is_not_happening() || host.eq_ignore_ascii_case("localhost") {
                ask();
            } else if let Err(error) = thread::Builder::new().name("resolve".to_owned()).spawn(ask)
            {
                lookup.answer(Err(error));
            }
        }
        match lookup.wait(*timeout.after) {
            Some(Ok(addresses)) => Ok(addresses),
            Some(Err(source)) => {
                let host = host.to_owned();
                Err(ureq::Error::Other(Box::new(LookupError { host, source })))
            }
            None => Err(ureq::Error::Timeout(timeout.reason)),
        }
    }

    /// Returns the lookup of a name, and whether it is new and has to be started.
    fn lookup(&self, host: &str, port: u16) -> (Arc<Lookup>, bool) {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |name: &Name| name.port == port && name.host.eq_ignore_ascii_case(host);
        let cached = names
            .iter()
            .position(is_same)
            .map(|index| names.remove(index));
        let (name, is_new) = match cached.filter(|name| name.lookup.is_usable()) {
            Some(name) => (name, false),
            None => {
                names.truncate(MAX_NAMES - 1);
                let name = Name {
                    host: host.into(),
                    port,
                    lookup: Arc::default(),
                };
                (name, true)
            }
        };
        let lookup = Arc::clone(&name.lookup);
        names.insert(0, name);
        (lookup, is_new)
    }
}

impl Resolver for CachingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        // The proxy looks up the host behind it; the connector, the proxy.
        if let Ok(Some(_)) = self.proxy.for_uri(uri) {
            return Ok(self.empty());
        }
        let port = uri.port_u16().unwrap_or(match uri.scheme_str() {
            Some("http") => 80,
            _ => 443,
        });
        match uri.host() {
            Some(host) => self.addresses(host, port, config, timeout),
            None => Err(ureq::Error::HostNotFound),
        }
    }
}

impl Lookup {
    /// Returns whether waiting for it is worthwhile: it is fresh, or has not been answered.
    fn is_usable(&self) -> bool {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().is_none_or(|answer| {
            let age = SystemClock.monotonic().saturating_sub(answer.at);
            answer.addresses.is_ok() && age < MAX_AGE
        })
    }

    fn answer(&self, addresses: io::Result<Addresses>) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(Answer {
            addresses: addresses.map_err(Arc::new),
            at: SystemClock.monotonic(),
        });
        self.answered.notify_all();
    }

    fn wait(&self, limit: Duration) -> Option<Result<Addresses, Arc<io::Error>>> {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, _) = self
            .answered
            .wait_timeout_while(answer, limit, |answer| answer.is_none())
            .unwrap_or_else(PoisonError::into_inner);
        answer.as_ref().map(|answer| answer.addresses.clone())
    }
}

impl fmt::Debug for CachingResolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CachingResolver")
    }
}

/// The error of a name without an address.
#[derive(Debug)]
pub(super) struct LookupError {
    host: String,
    source: Arc<io::Error>,
}

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot resolve host {}", self.host)
    }
}

impl StdError for LookupError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
