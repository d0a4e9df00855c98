//! [`CachingResolver`], which looks names up once for several requests.
//!
//! ureq's own resolver starts a thread and asks the system for every request, even if the request uses an idle connection. Its
//! limit is also another than that of the connection.

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

use crate::time::{Clock, SystemClock};

/// Lifetime of cached addresses: enough for a burst of requests, and short enough to follow a service that moves.
const MAX_AGE: Duration = Duration::from_secs(5);

/// Time after which a lookup without an answer counts as lost: a resolver may be stuck, and a fork leaves the thread behind.
const MAX_SILENCE: Duration = Duration::from_secs(30);

/// Maximum number of cached names.
const MAX_NAMES: usize = 64;

/// Maximum number of addresses that ureq's list can hold.
const MAX_ADDRESSES: usize = 16;

type Addresses = Arc<[SocketAddr]>;

/// Resolves names, and caches addresses for a short time, but no errors.
#[derive(Default)]
pub(super) struct CachingResolver {
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
struct Lookup {
    start: Duration,
    answer: Mutex<Option<Answer>>,
    answered: Condvar,
}

struct Answer {
    addresses: Result<Addresses, Arc<io::Error>>,
    at: Duration,
}

impl CachingResolver {
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
        let mut wanted = NoResolver.empty();
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
            Some(Err(error)) => Err(ureq::Error::Other(Box::new(LookupError(error)))),
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
        let now = SystemClock.monotonic();
        let (name, is_new) = match cached.filter(|name| name.lookup.is_usable(now)) {
            Some(name) => (name, false),
            None => {
                names.truncate(MAX_NAMES - 1);
                let name = Name {
                    host: host.into(),
                    port,
                    lookup: Arc::new(Lookup::new(now)),
                };
                (name, true)
            }
        };
        let lookup = Arc::clone(&name.lookup);
        names.insert(0, name);
        (lookup, is_new)
    }
}

/// Looks up nothing: the connector does, if a request needs a connection.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _: &Uri,
        _: &Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

impl Lookup {
    fn new(now: Duration) -> Self {
        Self {
            start: now,
            answer: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// Returns whether waiting for it is worthwhile: its answer is fresh, or may still come.
    fn is_usable(&self, now: Duration) -> bool {
        let answer = self.answer.lock().unwrap_or_else(PoisonError::into_inner);
        match &*answer {
            Some(answer) => answer.addresses.is_ok() && now.saturating_sub(answer.at) < MAX_AGE,
            None => now.saturating_sub(self.start) < MAX_SILENCE,
        }
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

/// The error of a name without an address. The name is part of the message that this error ends up in.
#[derive(Debug)]
struct LookupError(Arc<io::Error>);

impl fmt::Display for LookupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("name lookup failed")
    }
}

impl StdError for LookupError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use ureq::Agent;

    use super::super::connect::ProxyConnector;
    use super::*;
    use crate::config::ProxyConfig;
    use crate::transport::tls::{self, Roots};

    #[test]
    fn lookups_without_an_answer_are_given_up() {
        let start = Duration::from_secs(100);
        let lookup = Lookup::new(start);
        assert!(lookup.is_usable(start));
        assert!(lookup.is_usable(start + MAX_SILENCE - Duration::from_millis(1)));
        assert!(!lookup.is_usable(start + MAX_SILENCE));
    }

    #[test]
    fn answers_are_cached_for_a_short_time_and_errors_are_not() {
        let lookup = Lookup::new(SystemClock.monotonic());
        lookup.answer(Ok([].into()));
        let now = SystemClock.monotonic();
        assert!(lookup.is_usable(now));
        assert!(!lookup.is_usable(now + MAX_AGE));
        lookup.answer(Err(io::ErrorKind::NotFound.into()));
        assert!(!lookup.is_usable(now));
    }

    #[test]
    fn one_limit_holds_for_lookup_connection_and_handshake() {
        // No connection is accepted, so the handshake never ends.
        let silent = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = silent.local_addr().unwrap();
        let tls = tls::client_config(&Roots(Vec::new())).unwrap();
        let limit = Duration::from_secs(1);
        let connector = ProxyConnector::new(tls.into(), ProxyConfig::none(), limit);
        let (lookup, _) = connector.resolver.lookup("slow.invalid", address.port());
        thread::spawn(move || {
            thread::sleep(limit * 7 / 10);
            lookup.answer(Ok([address].into()));
        });
        let config = Agent::config_builder().timeout_connect(Some(limit)).build();
        let agent = Agent::with_parts(config, connector, NoResolver);
        let start = SystemClock.monotonic();
        let outcome = agent
            .get(format!("https://slow.invalid:{}", address.port()))
            .call();
        let took = SystemClock.monotonic() - start;
        assert!(outcome.is_err());
        assert!(took >= limit * 9 / 10 && took < limit * 15 / 10, "{took:?}");
    }
}
