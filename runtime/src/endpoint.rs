//! From a region to the URL of a service.

use http::Uri;

use crate::config::Options;
use crate::{Error, ServiceInfo};

/// Where requests of a service go.
#[derive(Debug)]
pub struct Endpoint {
    /// The base URL. `{region}` stands for the region, `{domain}` for a domain of `domains`, and `{fips}` for `-fips`
    /// where FIPS is asked for and for nothing elsewhere.
    pub url: &'static str,
    /// Domains by region; the first row that fits counts.
    pub domains: &'static [Domain],
    /// The region if none is given.
    pub default_region: Option<&'static str>,
}

/// A row of the table of domains.
#[derive(Debug)]
pub struct Domain {
    /// Patterns of regions: `*` stands for a word, `#` for a number. Empty: any region.
    pub regions: &'static [&'static str],
    /// The domain.
    pub plain: &'static str,
    /// The domain whose hosts have IPv6 addresses too.
    pub dual_stack: &'static str,
}

/// Where the requests of one client go.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Scheme, host and port, and the path that stands before every path of an operation, without a final slash.
    pub(crate) base: String,
}

impl Target {
    pub(crate) fn resolve(service: &ServiceInfo, options: &Options) -> Result<Self, Error> {
        let base = match &options.endpoint {
            Some(endpoint) => {
                let option = match options {
                    Options { fips: true, .. } => Some("FIPS"),
                    Options { dual_stack: true, .. } => Some("dual stack"),
                    _ => None,
                };
                if let Some(option) = option {
                    return Err(Error::invalid(
                        service.name,
                        format!("an endpoint of your own and {option} exclude each other: drop one of them"),
                    ));
                }
                endpoint.clone()
            }
            None => service.endpoint.url(service, options)?,
        };
        check_url(service, &base)?;
        Ok(Self { base: base.trim_end_matches('/').to_owned() })
    }
}

impl Endpoint {
    fn url(&self, service: &ServiceInfo, options: &Options) -> Result<String, Error> {
        let mut fips = options.fips;
        let mut region = options.region.as_deref().or(self.default_region);
        if self.url.contains("{fips}") {
            // `fips-us-east-1` and `us-east-1-fips` are old names for FIPS in us-east-1.
            let plain = region.and_then(|name| name.strip_prefix("fips-").or_else(|| name.strip_suffix("-fips")));
            if plain.is_some() {
                (fips, region) = (true, plain);
            }
        } else if fips {
            return Err(Error::invalid(service.name, "the service has no FIPS hosts: leave `fips` out"));
        }
        let Some(region) = region.filter(|_| self.depends_on_region()) else {
            return if self.depends_on_region() { Err(missing_region(service)) } else { Ok(self.url.to_owned()) };
        };
        check_region(service, region)?;
        let domain = self.domains.iter().find(|domain| domain.serves(region));
        let domain = domain.map_or("", |domain| if options.dual_stack { domain.dual_stack } else { domain.plain });
        Ok(self
            .url
            .replace("{fips}", if fips { "-fips" } else { "" })
            .replace("{domain}", domain)
            .replace("{region}", region))
    }

    fn depends_on_region(&self) -> bool {
        self.url.contains('{')
    }
}

impl Domain {
    fn serves(&self, region: &str) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|pattern| fits(pattern, region))
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

fn missing_region(service: &ServiceInfo) -> Error {
    let variables = match service.environment.region {
        [] => String::new(),
        names => format!(", or set {}", names.join(" or ")),
    };
    Error::invalid(service.name, format!("no region is given: name one with `Config::region`{variables}"))
}

/// A region becomes part of a host name.
fn check_region(service: &ServiceInfo, region: &str) -> Result<(), Error> {
    let fits = (1..=63).contains(&region.len())
        && region.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !region.starts_with('-')
        && !region.ends_with('-');
    if fits {
        return Ok(());
    }
    Err(Error::invalid(
        service.name,
        format!("the region {region:?} cannot be part of a host name: it takes letters, digits and inner hyphens"),
    ))
}

fn check_url(service: &ServiceInfo, url: &str) -> Result<(), Error> {
    let problem = match url.parse::<Uri>() {
        Err(error) => error.to_string(),
        Ok(uri) if !matches!(uri.scheme_str(), Some("http" | "https")) => "it begins with neither https:// nor http://".into(),
        Ok(uri) if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) => {
            // Not shown: what stands before the @ may be a password.
            return Err(Error::invalid(service.name, "the endpoint holds a user name: leave it out"));
        }
        Ok(uri) if uri.query().is_some() => "it has a query".into(),
        Ok(_) => return Ok(()),
    };
    Err(Error::invalid(service.name, format!("the endpoint {url:?} is no base URL: {problem}")))
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
