//! [`Target`]: from a region to the URL of a service.

use std::net::IpAddr;

use http::uri::Scheme;
use http::{HeaderValue, Uri};

use super::config::{GivenPart, Options};
use super::environment::is_of_region;
use crate::schema::in_class;
use crate::service::{Domain, ServiceInfo, UrlPart};

/// The destination of the requests of a client.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Scheme, host and port, and the path before the path of every operation, without a final slash.
    pub(crate) base: String,
    /// The `Host` header: without the default port of the scheme, so that every HTTP stack sends what was signed.
    pub(crate) host: HeaderValue,
    /// Region of the credential scope.
    pub(crate) region: Option<String>,
    /// Whether the host follows from the region.
    is_regional: bool,
    /// Whether requests cannot be read on their way: https, or loopback.
    pub(crate) is_private: bool,
    pub(crate) uri: Uri,
}

impl Target {
    /// Resolves the endpoint of a configuration, or returns what is wrong with it.
    pub(crate) fn resolve(service: &ServiceInfo, options: &Options) -> Result<Self, String> {
        let variant = Variant::of(service, options)?;
        let regional = || {
            let region = variant.region?;
            let mut endpoints = options.regional_endpoints.iter();
            endpoints.find(|endpoint| {
                let source = endpoint.variable.as_deref();
                source.is_some_and(|variable| is_of_region(service, variable, region))
            })
        };
        let endpoint = options.endpoint.as_ref().or_else(regional);
        let (base, source) = match endpoint {
            Some(endpoint) => {
                let source = match &endpoint.variable {
                    Some(variable) => format!(" (from {variable})"),
                    None => String::new(),
                };
                let conflict = match variant {
                    Variant { fips: true, .. } => Some("FIPS"),
                    _ if options.dual_stack => Some("dual stack"),
                    _ => None,
                };
                if let Some(conflict) = conflict {
                    return Err(format!(
                        "a custom endpoint{source} cannot be combined with {conflict}: remove one of them"
                    ));
                }
                (endpoint.url.clone(), source)
            }
            None => (service.endpoint(&variant, options)?, String::new()),
        };
        let uri = parse_endpoint(&base, &source)?;
        let host = host_header(&uri)?;
        let is_private = uri.scheme() == Some(&Scheme::HTTPS) || is_loopback(&uri);
        if !is_private && !options.allow_http {
            return Err(format!(
                "endpoint http://{}{source} is not encrypted: use https, or allow it with `Config::allow_http(true)`",
                host.to_str().unwrap_or_default()
            ));
        }
        Ok(Self {
            base: base.trim_end_matches('/').to_owned(),
            host,
            region: variant.region.map(str::to_owned),
            is_regional: endpoint.is_none() && service.url.contains("{region}"),
            is_private,
            uri,
        })
    }
}

impl Target {
    /// Returns the base URL and the `Host` header with a prefix before the name of the host. An address and `localhost` have
    /// no names below them, so they stay as they are.
    pub(crate) fn prefixed(&self, prefix: &str) -> Result<(String, HeaderValue), String> {
        if prefix.is_empty() || !has_subdomains(self.uri.host().unwrap_or_default()) {
            return Ok((self.base.clone(), self.host.clone()));
        }
        let base = self.base.replacen("://", &format!("://{prefix}"), 1);
        let host = [prefix.as_bytes(), self.host.as_bytes()].concat();
        let host = HeaderValue::from_bytes(&host);
        let host = host.map_err(|error| format!("invalid prefix of the host: {error}"))?;
        Ok((base, host))
    }

    /// Returns the region that the host follows from, if it does.
    pub(crate) fn region_of_host(&self) -> Option<&str> {
        self.region.as_deref().filter(|_| self.is_regional)
    }
}

/// The region and kind of endpoint that a configuration asks for.
struct Variant<'a> {
    region: Option<&'a str>,
    fips: bool,
}

impl<'a> Variant<'a> {
    fn of(service: &ServiceInfo, options: &'a Options) -> Result<Self, String> {
        let mut region = options.region.as_deref().or(service.default_region);
        let mut fips = options.fips;
        if service.url.contains("{fips}") {
            // `fips-us-east-1` and `us-east-1-fips` are old names of us-east-1 with FIPS.
            let plain = region.and_then(|name| {
                name.strip_prefix("fips-")
                    .or_else(|| name.strip_suffix("-fips"))
            });
            if plain.is_some() {
                (fips, region) = (true, plain);
            }
        } else if fips {
            return Err("the service has no FIPS endpoints: remove `Config::fips`".to_owned());
        }
        if options.dual_stack && !service.url.contains("{domain}") {
            return Err(
                "the service has no dual-stack endpoints: remove `Config::dual_stack`".to_owned(),
            );
        }
        // A service without regions ignores one.
        if let Some(region) = region.filter(|_| service.is_regional()) {
            check_region(region).map_err(|problem| format!("invalid region: {problem}"))?;
        }
        Ok(Self { region, fips })
    }
}

impl ServiceInfo {
    /// Whether the base URL depends on the region.
    fn is_regional(&self) -> bool {
        let placeholders = ["{region}", "{domain}", "{fips}"];
        placeholders.iter().any(|name| self.url.contains(name))
    }

    /// Returns the service's own base URL.
    fn endpoint(&self, variant: &Variant<'_>, options: &Options) -> Result<String, String> {
        let mut url = self.url.to_owned();
        for part in self.endpoint_parameters {
            let UrlPart { name, .. } = part;
            let value = options.endpoint_parameters.get(name);
            let GivenPart { value, variable } = value.ok_or_else(|| missing_url_part(part))?;
            check_url_part(part, value).map_err(|problem| match variable {
                Some(variable) => format!("invalid environment variable {variable}: {problem}"),
                None => format!("invalid `{name}` of the endpoint: {problem}"),
            })?;
            url = url.replace(&format!("{{{name}}}"), value);
        }
        if !self.is_regional() {
            return Ok(url);
        }
        let region = variant.region.ok_or_else(|| missing_region(self))?;
        let domain = self.domains.iter().find(|domain| domain.serves(region));
        let domain = domain.map_or(
            "",
            |Domain {
                 plain,
                 dual_stack: both,
                 ..
             }| match options.dual_stack {
                true => both,
                false => plain,
            },
        );
        let url = url.replace("{fips}", if variant.fips { "-fips" } else { "" });
        Ok(url.replace("{domain}", domain).replace("{region}", region))
    }
}

impl Domain {
    fn serves(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|pattern| matches(pattern, region))
    }
}

/// Returns whether a region matches a pattern such as `us-iso-*-#`.
fn matches(pattern: &str, region: &str) -> bool {
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

pub(crate) fn missing_region(service: &ServiceInfo) -> String {
    match service.region_env {
        [] => "missing region: set `Config::region`; no environment variable is read for it"
            .to_owned(),
        names => format!(
            "missing region: set `Config::region` or the environment variable {}",
            names.join(" or ")
        ),
    }
}

fn missing_url_part(part: &UrlPart) -> String {
    let variables = match part.env {
        [] => "; no environment variable is read for it".to_owned(),
        names => format!(" or the environment variable {}", names.join(" or ")),
    };
    let name = part.name;
    format!("missing `{name}` of the endpoint: set `Config::endpoint_parameter`{variables}")
}

/// Checks a parameter of an endpoint.
fn check_url_part(part: &UrlPart, value: &str) -> Result<(), String> {
    if !is_host_label(value) {
        return Err(format!(
            "it consists of 1 to 63 letters, digits and hyphens, and neither begins nor ends with a hyphen, found {value:?}"
        ));
    }
    match part.chars {
        Some(class) if !value.chars().all(|c| in_class(class, c)) => Err(format!(
            "it consists of the characters {class}, found {value:?}"
        )),
        _ => Ok(()),
    }
}

/// Checks a region, which becomes part of a host name.
pub(crate) fn check_region(region: &str) -> Result<(), String> {
    match is_host_label(region) {
        true => Ok(()),
        false => Err(format!(
            "a region consists of 1 to 63 letters, digits and hyphens, and neither begins nor ends with a hyphen, found \
             {region:?}"
        )),
    }
}

/// Returns whether a text can stand between two points of a host name.
pub(crate) fn is_host_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Parses a base URL. `source` names the variable that it is from.
fn parse_endpoint(url: &str, source: &str) -> Result<Uri, String> {
    // A URL with such characters is not shown: what is before an @ or after a ? may be a secret.
    let invalid = |problem: &str| {
        let shown = match url.contains(['@', '?', '#']) {
            true => String::new(),
            false => format!(" {url:?}"),
        };
        Err(format!("invalid endpoint{shown}{source}: {problem}"))
    };
    if url.contains('@') {
        return invalid("a user name is not allowed");
    }
    if !url.is_ascii() {
        return invalid("characters other than ASCII must be percent-encoded");
    }
    // The parser would drop a fragment.
    if url.contains('#') {
        return invalid("a fragment is not allowed");
    }
    let Some(rest) = ["https://", "http://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))
    else {
        return invalid("must begin with https:// or http://");
    };
    if rest.is_empty() || rest.starts_with('/') {
        return invalid("the host is missing");
    }
    let uri: Uri = match url.parse() {
        Ok(uri) => uri,
        Err(error) => return invalid(&format!("{error}")),
    };
    if uri.query().is_some() {
        return invalid("a query is not allowed");
    }
    // The parser accepts more as host and port than can be used.
    let authority = rest.split('/').next().unwrap_or_default();
    let host = uri.host().unwrap_or_default();
    if !is_host(host) {
        return invalid("the host must be a name or an address");
    }
    if authority != host && uri.port_u16().is_none_or(|port| port == 0) {
        return invalid("the port must be between 1 and 65535");
    }
    Ok(uri)
}

/// Returns whether a text is a host name or an address, IPv6 in brackets.
pub(super) fn is_host(host: &str) -> bool {
    let mut bytes = host.bytes();
    let is_name = !host.is_empty()
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'));
    is_name || host.starts_with('[') && host.ends_with(']') && address(host).is_some()
}

/// Returns the address that a host is, if it is not a name.
pub(super) fn address(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[')
        .trim_end_matches(']')
        .parse()
        .ok()
}

fn host_header(uri: &Uri) -> Result<HeaderValue, String> {
    let host = uri.host().unwrap_or_default();
    let default_port = match uri.scheme() == Some(&Scheme::HTTPS) {
        true => 443,
        false => 80,
    };
    let host = match uri.port_u16() {
        Some(port) if port != default_port => format!("{host}:{port}"),
        _ => host.to_owned(),
    };
    HeaderValue::from_str(&host).map_err(|error| format!("invalid host of the endpoint: {error}"))
}

/// Returns whether there may be names below a host, so that a prefix can be put before it.
pub(crate) fn has_subdomains(host: &str) -> bool {
    !host.eq_ignore_ascii_case("localhost") && address(host).is_none()
}

/// Returns whether a URL leads to this machine.
pub(super) fn is_loopback(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
        || address(host).is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_regions() {
        assert!(matches("us-iso-*-#", "us-iso-east-1"));
        assert!(matches("cn-*-#", "cn-north-12"));
        assert!(!matches("us-iso-*-#", "us-isob-east-1"));
        assert!(!matches("cn-*-#", "cn-north"));
        assert!(!matches("cn-*-#", "cn-north-1-x"));
        assert!(!matches("cn-*-#", "cn--1"));
        assert!(!matches("cn-*-#", "cn-north-x"));
    }
}
