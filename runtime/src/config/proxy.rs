//! [`ProxyConfig`]: which requests go through which proxy. All transports use it.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Uri};
use percent_encoding::percent_decode_str;
use zeroize::Zeroizing;

use super::endpoint::{address, is_host, is_loopback};
use super::environment::Environment;
use crate::auth::Secret;
#[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
use crate::error::TransportError;
use crate::error::{Context, Error, Hidden, Result, Secrets};

/// Proxies, and the hosts that are reached without one.
///
/// [`Config::from_env`](crate::Config::from_env) reads proxies from the environment; see [`from_env`](Self::from_env) for the
/// variables. Any other configuration uses no proxy unless it is given one with [`Config::proxy`](crate::Config::proxy).
///
/// The client passes these proxies to its default transport. A transport created by hand has no proxy until its builder is given
/// one, and a client that is given a transport does not change the proxies of that transport.
///
/// Requests to `localhost` and to loopback addresses never go through a proxy.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::ProxyConfig;
///
/// # fn main() -> cloud_models::Result<()> {
/// let proxy = ProxyConfig::new("http://user:password@proxy.example.com:3128")?
///     .no_proxy("internal.example.com, 10.0.0.0/8");
/// assert!(!format!("{proxy:?}").contains("password"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct ProxyConfig(Arc<Rules>);

#[derive(Clone)]
struct Rules {
    http: Rule,
    https: Rule,
    no_proxy: NoProxy,
}

/// The proxy of a scheme, or what is wrong with its variable. The latter matters only if a request would need it.
type Rule = Result<Option<Proxy>, String>;

impl Default for Rules {
    fn default() -> Self {
        Self {
            http: Ok(None),
            https: Ok(None),
            no_proxy: NoProxy(String::new()),
        }
    }
}

impl ProxyConfig {
    /// Creates a configuration that sends everything through one HTTP proxy, such as `http://user:password@host:3128`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Config`](crate::ErrorKind::Config) if `url` is not the URL of an HTTP proxy. The message does
    /// not show it, because it may contain a password.
    pub fn new(url: &str) -> Result<Self> {
        let proxy = Proxy::parse(url).map_err(|problem| {
            Error::config(&Context::NONE, format!("invalid proxy URL: {problem}"))
        })?;
        Ok(Self(Arc::new(Rules {
            http: Ok(Some(proxy.clone())),
            https: Ok(Some(proxy)),
            no_proxy: NoProxy(String::new()),
        })))
    }

    /// Creates a configuration without a proxy, which is the default.
    pub fn none() -> Self {
        Self::default()
    }

    /// Sets the hosts to reach without a proxy, in the syntax of `NO_PROXY`: host names, which include their subdomains, IP
    /// addresses and networks such as `10.0.0.0/8`, separated by commas; or `*` for all.
    pub fn no_proxy(mut self, hosts: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).no_proxy = NoProxy(hosts.into());
        self
    }

    /// Reads the environment variables that curl reads: `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, in lower case
    /// or in capitals. If both are set, lower case wins.
    ///
    /// It differs from curl in these points:
    ///
    /// - `HTTP_PROXY` in capitals is read too, except in a CGI program, in which `REQUEST_METHOD` is set. There it could be a
    ///   header of the caller's request.
    /// - Requests to `localhost` and to loopback addresses never go through a proxy.
    /// - The proxy must be an HTTP proxy, `http://` or `https://`. SOCKS proxies are not supported.
    /// - Without a port, a proxy is reached on port 80 or 443, not 1080.
    /// - A space separates two hosts of `no_proxy` as well as a comma does.
    ///
    /// An empty variable counts as unset. An invalid one is reported when a client that needs it is built.
    pub fn from_env() -> Self {
        Self::read(&Environment::of_process())
    }

    pub(super) fn read(environment: &Environment) -> Self {
        Self::read_on(environment, cfg!(windows))
    }

    /// Reads the variables of a system whose names of variables do or do not ignore case.
    fn read_on(environment: &Environment, ignores_case: bool) -> Self {
        // A CGI program gets the header `Proxy` of its caller as HTTP_PROXY, which Windows finds as `http_proxy` too.
        let http: &[&'static str] = match environment.has("REQUEST_METHOD") {
            true if ignores_case => &[],
            true => &["http_proxy"],
            false => &["http_proxy", "HTTP_PROXY"],
        };
        let rule = |names: &[&'static str]| {
            for name in [names, &["all_proxy", "ALL_PROXY"]].concat() {
                // Unlike other variables, one of blanks is an error: it was meant to name a proxy.
                match environment.read_raw(name)? {
                    None => {}
                    Some(value) if value.is_empty() => {}
                    Some(value) => {
                        let mut proxy = Proxy::parse(&value).map_err(|problem| {
                            format!("invalid environment variable {name}: {problem}")
                        })?;
                        proxy.variable = Some(name);
                        return Ok(Some(proxy));
                    }
                }
            }
            Ok(None)
        };
        let hosts = match environment.read_raw("no_proxy") {
            Ok(hosts) if hosts.as_deref().unwrap_or_default().is_empty() => {
                environment.read_raw("NO_PROXY")
            }
            hosts => hosts,
        };
        let (http, https) = (rule(http), rule(&["https_proxy", "HTTPS_PROXY"]));
        Self(Arc::new(match hosts {
            Ok(hosts) => Rules {
                http,
                https,
                no_proxy: NoProxy(hosts.unwrap_or_default()),
            },
            Err(problem) => Rules {
                http: http.and(Err(problem.clone())),
                https: https.and(Err(problem)),
                no_proxy: NoProxy(String::new()),
            },
        }))
    }

    /// Returns the proxy of a request, `None` for a direct connection, or what is wrong with the proxy's variable.
    pub(crate) fn for_uri(&self, uri: &Uri) -> Result<Option<&Proxy>, String> {
        let no_proxy = &self.0.no_proxy;
        if is_loopback(uri) || no_proxy.matches(uri.host().unwrap_or_default()) {
            return Ok(None);
        }
        self.for_scheme(uri.scheme_str().unwrap_or_default())
    }

    /// Returns the proxy of a scheme for any host.
    pub(crate) fn for_scheme(&self, scheme: &str) -> Result<Option<&Proxy>, String> {
        let rule = match scheme {
            "http" => &self.0.http,
            _ => &self.0.https,
        };
        rule.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// Returns the proxy of a request as transports need it.
    #[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
    pub(crate) fn for_transport(&self, uri: &Uri) -> Result<Option<&Proxy>, TransportError> {
        self.for_uri(uri).map_err(TransportError::config)
    }
}

/// Shows proxies without user name and password.
impl fmt::Debug for ProxyConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyConfig")
            .field("http", &self.0.http)
            .field("https", &self.0.https)
            .field("no_proxy", &self.0.no_proxy.0)
            .finish()
    }
}

/// The passwords of the proxies.
impl Secrets for ProxyConfig {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        for rule in [&self.0.http, &self.0.https] {
            if let Ok(Some(Proxy {
                login: Some(login), ..
            })) = rule
            {
                match login.password.expose() {
                    // A key is often given as the user name, without a password.
                    "" => each(Hidden::Secret(&login.user)),
                    password => each(Hidden::Secret(password)),
                }
                // A proxy may send back the header.
                each(Hidden::Secret(&login.encode()));
            }
        }
    }
}

/// An HTTP proxy.
#[derive(Clone)]
pub(crate) struct Proxy {
    pub(crate) is_https: bool,
    /// Host name or address; an IPv6 address in brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) login: Option<Login>,
    /// The environment variable that it is from.
    variable: Option<&'static str>,
}

#[derive(Clone)]
#[cfg_attr(
    not(any(feature = "hyper", feature = "reqwest", feature = "ureq")),
    allow(dead_code, reason = "only transports log in")
)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: Secret,
}

impl Proxy {
    /// Parses the URL of a proxy. Returns what is wrong without any part of the URL, since even an invalid one may contain a
    /// password.
    fn parse(url: &str) -> Result<Self, String> {
        if url.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("white space is not allowed".to_owned());
        }
        if !url.is_ascii() {
            return Err("characters other than ASCII must be percent-encoded".to_owned());
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let is_https = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err("the scheme must be http or https; SOCKS is not supported".to_owned()),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        if !matches!(path, "" | "/") {
            return Err(
                "expected http://host:port or http://user:password@host:port, in which `/`, `?` and `#` of a password are \
                 percent-encoded"
                    .to_owned(),
            );
        }
        // As in curl, the last @ ends the password.
        let (login, host_and_port) = match authority.rsplit_once('@') {
            Some((login, rest)) => (Some(Login::parse(login)?), rest),
            None => (None, authority),
        };
        let (host, port) = match host_and_port.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (host_and_port, None),
        };
        if !is_host(host) {
            return Err("the host must be a name or an address".to_owned());
        }
        let port = match port {
            None if is_https => 443,
            None => 80,
            Some(port) => match port.parse() {
                Ok(port) if port > 0 => port,
                _ => return Err("the port must be between 1 and 65535".to_owned()),
            },
        };
        Ok(Self {
            is_https,
            host: host.to_owned(),
            port,
            login,
            variable: None,
        })
    }

    /// Describes the proxy in messages: scheme, host, port and the variable that it is from.
    #[cfg(any(feature = "hyper", feature = "reqwest", feature = "ureq"))]
    pub(crate) fn description(&self) -> String {
        match self.variable {
            Some(variable) => format!("{self} (from {variable})"),
            None => self.to_string(),
        }
    }

    /// Returns the value of the header `Proxy-Authorization`, if the proxy wants a login.
    #[cfg_attr(
        not(any(feature = "hyper", feature = "ureq")),
        allow(dead_code, reason = "reqwest encodes it itself")
    )]
    pub(crate) fn authorization(&self) -> Option<HeaderValue> {
        let login = self.login.as_ref()?;
        let value = Zeroizing::new(format!("Basic {}", *login.encode()));
        let mut value = HeaderValue::from_str(&value).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Returns host and port.
    pub(crate) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl Login {
    /// Returns user name and password in base64, as the scheme `Basic` sends them.
    fn encode(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.password.expose()));
        Zeroizing::new(STANDARD.encode(pair.as_bytes()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let decode = |text: &str| match percent_decode_str(text).decode_utf8() {
            Ok(decoded) => Ok(decoded.into_owned()),
            Err(_) => Err("user name and password must be UTF-8 when decoded".to_owned()),
        };
        Ok(Self {
            user: decode(user)?,
            password: decode(password)?.into(),
        })
    }
}

/// Writes scheme, host and port.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_https { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The hosts to reach without a proxy, read as curl reads `NO_PROXY`.
#[derive(Clone)]
struct NoProxy(String);

impl NoProxy {
    fn matches(&self, host: &str) -> bool {
        if self.0.trim() == "*" {
            return true;
        }
        let mut entries = self
            .0
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty());
        match address(host) {
            Some(address) => entries.any(|entry| in_network(entry, address)),
            None => {
                let host = host.strip_suffix('.').unwrap_or(host);
                entries.any(|entry| in_domain(entry, host))
            }
        }
    }
}

/// Returns whether a host is a domain or below it: `example.com` contains `www.example.com`, but not `notexample.com`.
fn in_domain(domain: &str, host: &str) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let Some(start) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    let is_end = host
        .get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(domain));
    let is_whole_label = start == 0 || host.get(..start).is_some_and(|rest| rest.ends_with('.'));
    !domain.is_empty() && is_end && is_whole_label
}

/// Returns whether an address is in a network such as `10.0.0.0/8`, or is the address itself.
fn in_network(network: &str, host: IpAddr) -> bool {
    let (network, bits) = match network.split_once('/') {
        Some((network, bits)) => match bits.parse() {
            Ok(bits) => (network, bits),
            Err(_) => return false,
        },
        None => (network, 0),
    };
    let shift = |width: u32| match bits {
        // curl takes 0 for a whole address.
        0 => Some(0),
        bits => width.checked_sub(bits),
    };
    match (address(network), host) {
        (Some(IpAddr::V4(network)), IpAddr::V4(host)) => {
            shift(32).is_some_and(|shift| u32::from(network) >> shift == u32::from(host) >> shift)
        }
        (Some(IpAddr::V6(network)), IpAddr::V6(host)) => shift(128)
            .is_some_and(|shift| u128::from(network) >> shift == u128::from(host) >> shift),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
