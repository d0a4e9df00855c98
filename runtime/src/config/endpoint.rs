//! From a region to the URL of a service.

use std::net::IpAddr;

use http::uri::Scheme;
use http::{HeaderValue, Uri};

use super::config::Options;
use crate::error::Error;
use crate::service::{Domain, ServiceInfo};

/// Where the requests of one client go.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Scheme, host and port, and the path that stands before every path of an operation, without a final slash.
    pub(crate) base: String,
    /// The `Host` header: without a port where it is the scheme's own, so that every HTTP stack sends what was signed.
    pub(crate) host: HeaderValue,
    /// The region that signatures name.
    pub(crate) region: Option<String>,
    /// Whether nobody on the way can read along: https, or no way at all.
    pub(crate) is_private: bool,
}

impl Target {
    pub(crate) fn resolve(service: &ServiceInfo, options: &Options) -> Result<Self, Error> {
        let place = Place::of(service, options)?;
        let base = match &options.endpoint {
            Some(endpoint) => {
                let option = match place {
                    Place { fips: true, .. } => Some("FIPS"),
                    _ if options.dual_stack => Some("dual stack"),
                    _ => None,
                };
                if let Some(option) = option {
                    return Err(Error::invalid(
                        service,
                        format!(
                            "an endpoint of your own and {option} exclude each other: drop one of them"
                        ),
                    ));
                }
                endpoint.clone()
            }
            None => service.endpoint(&place, options.dual_stack)?,
        };
        let from = match &options.endpoint_variable {
            Some(variable) => format!(", from {variable},"),
            None => String::new(),
        };
        let uri = check_url(service, &base, &from)?;
        let host = host_header(service, &uri)?;
        let is_private = uri.scheme() == Some(&Scheme::HTTPS) || is_loopback(&uri);
        if !is_private && !options.allow_http {
            return Err(Error::invalid(
                service,
                format!(
                    "the endpoint http://{}{from} is not encrypted: use https, or allow it with `Config::allow_http(true)`",
                    host.to_str().unwrap_or_default()
                ),
            ));
        }
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            host,
            region: place.region.map(str::to_owned),
            is_private,
        })
    }
}

/// The region and the kind of host that are asked for.
struct Place<'a> {
    region: Option<&'a str>,
    fips: bool,
}

impl<'a> Place<'a> {
    fn of(service: &ServiceInfo, options: &'a Options) -> Result<Self, Error> {
        let mut region = options.region.as_deref().or(service.default_region);
        let mut fips = options.fips;
        if service.url.contains("{fips}") {
            // `fips-us-east-1` and `us-east-1-fips` are old names for FIPS in us-east-1.
            let plain = region.and_then(|name| {
                name.strip_prefix("fips-")
                    .or_else(|| name.strip_suffix("-fips"))
            });
            if plain.is_some() {
                (fips, region) = (true, plain);
            }
        } else if fips {
            return Err(Error::invalid(
                service,
                "the service has no FIPS hosts: remove `Config::fips`",
            ));
        }
        if options.dual_stack && !service.url.contains("{domain}") {
            return Err(Error::invalid(
                service,
                "the service has no dual-stack hosts: remove `Config::dual_stack`",
            ));
        }
        // A service without regions does not look at one.
        if let Some(region) = region.filter(|_| service.url.contains('{')) {
            check_region(service, region)?;
        }
        Ok(Self { region, fips })
    }
}

impl ServiceInfo {
    fn endpoint(&self, place: &Place<'_>, dual_stack: bool) -> Result<String, Error> {
        if !self.url.contains('{') {
            return Ok(self.url.to_owned());
        }
        let region = place.region.ok_or_else(|| missing_region(self))?;
        let domain = self.domains.iter().find(|domain| domain.serves(region));
        let domain = domain.map_or("", |Domain(_, plain, both)| match dual_stack {
            true => both,
            false => plain,
        });
        let url = self
            .url
            .replace("{fips}", if place.fips { "-fips" } else { "" });
        Ok(url.replace("{domain}", domain).replace("{region}", region))
    }
}

impl Domain {
    fn serves(&self, region: &str) -> bool {
        let Self(patterns, ..) = self;
        patterns.is_empty() || patterns.iter().any(|pattern| fits(pattern, region))
    }
}

/// Whether a region fits a pattern such as `us-iso-*-#`.
fn fits(pattern: &str, region: &str) -> bool {
    let mut words = region.split('-');
    let all = pattern.split('-').all(|expected| {
        words.next().is_some_and(|word| match expected {
            "*" => !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_'),
            "#" => !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()),
            _ => word == expected,
        })
    });
    all && words.next().is_none()
}

pub(crate) fn missing_region(service: &ServiceInfo) -> Error {
    let variables = match service.region_env {
        [] => {
            ", since no variable names one: `Client::new(Config::from_env()?.region(…))`".to_owned()
        }
        names => format!(", or set {}", names.join(" or ")),
    };
    Error::invalid(
        service,
        format!("no region is given: name one with `Config::region`{variables}"),
    )
}

/// A region becomes part of a host name.
fn check_region(service: &ServiceInfo, region: &str) -> Result<(), Error> {
    let fits = (1..=63).contains(&region.len())
        && region
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-');
    if fits {
        return Ok(());
    }
    Err(Error::invalid(
        service,
        format!(
            "the region {region:?} cannot be part of a host name: those are letters, digits, and hyphens between them"
        ),
    ))
}

/// `from` says which variable the endpoint is from.
fn check_url(service: &ServiceInfo, url: &str, from: &str) -> Result<Uri, Error> {
    // Only of a URL without such characters is anything shown: what stands before an @, or behind a ?, may be a secret.
    let invalid = |problem: &str| {
        let shown = match url.contains(['@', '?', '#']) {
            true => String::new(),
            false => format!(" {url:?}"),
        };
        Err(Error::invalid(
            service,
            format!("the endpoint{shown}{from} is no base URL: {problem}"),
        ))
    };
    if url.contains('@') {
        return invalid("it holds a user name");
    }
    if !url.is_ascii() {
        return invalid("it has characters that a URL has to escape");
    }
    // The parser drops what stands behind it.
    if url.contains('#') {
        return invalid("it has a fragment");
    }
    let Some(rest) = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
    else {
        return invalid("it begins with neither https:// nor http://");
    };
    if rest.is_empty() || rest.starts_with('/') {
        return invalid("it has no host");
    }
    let uri: Uri = match url.parse() {
        Ok(uri) => uri,
        Err(error) => return invalid(&error.to_string()),
    };
    if uri.query().is_some() {
        return invalid("it has a query");
    }
    // The parser takes more for a host and a port than can be one.
    let authority = rest.split('/').next().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    let mut bytes = host.bytes();
    let is_name = bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    if !is_name && address(host).is_none() {
        return invalid("its host is no name and no address");
    }
    if authority != host && uri.port_u16().is_none_or(|port| port == 0) {
        return invalid("its port is none: those are 1 to 65535");
    }
    Ok(uri)
}

/// The address that a host is, if it is no name.
fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn host_header(service: &ServiceInfo, uri: &Uri) -> Result<HeaderValue, Error> {
    let host = uri.host().unwrap_or_default();
    let default_port = match uri.scheme() == Some(&Scheme::HTTPS) {
        true => 443,
        false => 80,
    };
    let host = match uri.port_u16() {
        Some(port) if port != default_port => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    HeaderValue::from_str(&host)
        .map_err(|error| Error::invalid(service, format!("the endpoint has an odd host: {error}")))
}

/// Whether a URL leads nowhere but to this machine.
pub(crate) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
        || address(host).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns_fit_whole_regions() {
        assert!(fits("us-iso-*-#", "us-iso-east-1"));
        assert!(fits("cn-*-#", "cn-north-12"));
        assert!(!fits("us-iso-*-#", "us-isob-east-1"));
        assert!(!fits("cn-*-#", "cn-north"));
        assert!(!fits("cn-*-#", "cn-north-1-x"));
        assert!(!fits("cn-*-#", "cn--1"));
        assert!(!fits("cn-*-#", "cn-north-x"));
    }
}
