//! Endpoints: hosts and regions.

use std::collections::BTreeSet;

use super::{BEHAVIOUR, ELSEWHERE, option, parameters};
use crate::diff::changes::Changes;
use crate::diff::operations::routes::{is_same_path, split};
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Domain, Endpoint, Operation, Service};

/// Compares endpoints by the base URL of each region, and not by how a spec writes them.
pub(super) fn endpoint(
    changes: &mut Changes,
    services: (&Service, &Service),
    operations: &[(&Operation, &Operation)],
) {
    // Paths of operations may begin in the URL.
    let has_base =
        |(old, new): (&Service, &Service)| split(&old.endpoint.url).1 != split(&new.endpoint.url).1;
    let is_moved = has_base(services)
        && !operations.is_empty()
        && operations
            .iter()
            .all(|versions| is_same_path(services, *versions));
    let (old, new) = services;
    let (old, new) = (
        &parameters::renamed(&old.endpoint, &new.endpoint),
        &new.endpoint,
    );
    match is_moved {
        true => hosts(
            changes,
            &without_path(old),
            &without_path(new),
            Some((&old.url, &new.url)),
        ),
        false => hosts(changes, old, new, None),
    }
    let words = (
        "programs that name no region go to another one",
        "say so in the changelog",
    );
    changes.changed(
        Rule::DefaultRegionChanged,
        &["endpoint", "default_region"],
        (&old.default_region, &new.default_region),
        option,
        BEHAVIOUR,
        words,
    );
}

fn without_path(endpoint: &Endpoint) -> Endpoint {
    Endpoint {
        url: split(&endpoint.url).0.to_owned(),
        ..endpoint.clone()
    }
}

/// Compares hosts, and the paths in base URLs unless they `moved` into those of operations, with the URLs before and after.
fn hosts(changes: &mut Changes, old: &Endpoint, new: &Endpoint, moved: Option<(&String, &String)>) {
    if let Some(urls) = moved {
        let words = (
            "requests are the same, unless a program sets another URL: it has the start of all paths, or no longer",
            "say so in the changelog",
        );
        let rule = Rule::EndpointRewritten;
        changes.changed(
            rule,
            &["endpoint", "url"],
            urls,
            String::clone,
            BEHAVIOUR,
            words,
        );
    }
    if old.url == new.url && old.domains == new.domains {
        return;
    }
    let key = if old.url == new.url { "domains" } else { "url" };
    let path = ["endpoint", key];
    let mut differing = Vec::new();
    for variant in variants(old, new) {
        let (before, after) = (variant.resolve(old), variant.resolve(new));
        if before.as_ref().map(|it| &it.url) != after.as_ref().map(|it| &it.url) {
            differing.push((variant, before, after));
        }
    }
    let verdicts = differing.iter().map(|(variant, before, after)| {
        let is_default = [&old.default_region, &new.default_region]
            .iter()
            .any(|region| region.as_ref() == Some(&variant.region));
        match (before, after) {
            (None, _) => Verdict::HARMLESS,
            // Until now, dual stack had no host of its own.
            (Some(before), Some(_)) if variant.dual_stack && before.is_shared => BEHAVIOUR,
            // A region that fell into the row for all others has a row of its own: probably it had no host at all.
            (Some(before), Some(after)) if before.is_rest && !after.is_rest && !is_default => {
                Verdict::new(Wire::Risk, Api::None, Behaviour::Changed)
            }
            _ => ELSEWHERE,
        }
    });
    let verdict = verdicts.fold(Verdict::HARMLESS, Verdict::and);
    let (rule, words) = if differing.is_empty() {
        let words = ("every region has the host that it had", "nothing");
        (Rule::EndpointRewritten, words)
    } else if verdict == Verdict::HARMLESS {
        let words = ("regions or settings that had no host have one", "nothing");
        (Rule::EndpointAdded, words)
    } else {
        let words = (
            "requests, and credentials with them, go to another host",
            "make sure that the vendor owns it, and that it speaks the same",
        );
        (Rule::EndpointChanged, words)
    };
    let values = if differing.is_empty() {
        (shown(old), shown(new))
    } else {
        // The variants of a region are listed if its usual host is the same.
        let has_plain = |region: &str| {
            let mut plain = differing.iter().filter(|each| each.0.is_plain());
            plain.any(|each| each.0.region == region)
        };
        let listed: Vec<_> = differing
            .iter()
            .filter(|each| each.0.is_plain() || !has_plain(&each.0.region))
            .collect();
        let list = |side: fn(&Difference) -> &Option<Resolved>| {
            let hosts = listed.iter().map(|each| {
                let url = side(each).as_ref().map_or("none", |it| it.url.as_str());
                format!("{}: {url}", each.0.shown())
            });
            hosts.collect::<Vec<_>>().join(", ")
        };
        (list(|each| &each.1), list(|each| &each.2))
    };
    changes.report(
        rule,
        &path,
        (Some(values.0), Some(values.1)),
        verdict,
        words,
    );
}

/// A variant of an endpoint with its old and new base URL.
type Difference = (Variant, Option<Resolved>, Option<Resolved>);

/// What a base URL follows from.
struct Variant {
    region: String,
    fips: bool,
    dual_stack: bool,
}

/// A base URL.
struct Resolved {
    url: String,
    /// Whether it is from the row for all other regions.
    is_rest: bool,
    /// Whether the host is the same with and without dual stack.
    is_shared: bool,
}

impl Variant {
    /// Returns the base URL, or `None` if the service has none for the variant.
    fn resolve(&self, endpoint: &Endpoint) -> Option<Resolved> {
        let url = &endpoint.url;
        if (self.fips && !url.contains("{fips}")) || (self.dual_stack && !url.contains("{domain}"))
        {
            return None;
        }
        let serves = |domain: &&Domain| {
            let mut regions = domain.regions.iter();
            domain.regions.is_empty() || regions.any(|pattern| matches(pattern, &self.region))
        };
        let domain = endpoint.domains.iter().find(serves);
        let name = domain.map_or("", |domain| match self.dual_stack {
            true => &domain.dual_stack,
            false => &domain.plain,
        });
        let url = url.replace("{fips}", if self.fips { "-fips" } else { "" });
        let url = url.replace("{domain}", name);
        Some(Resolved {
            url: normal(&url.replace("{region}", &self.region)),
            is_rest: domain.is_some_and(|domain| domain.regions.is_empty()),
            is_shared: domain.is_some_and(|domain| domain.plain == domain.dual_stack),
        })
    }

    fn is_plain(&self) -> bool {
        !self.fips && !self.dual_stack
    }

    fn shown(&self) -> String {
        let fips = if self.fips { " with FIPS" } else { "" };
        let dual_stack = if self.dual_stack {
            " with dual stack"
        } else {
            ""
        };
        format!("{}{fips}{dual_stack}", self.region)
    }
}

/// Returns a base URL as servers see it: the host in lower case, without the default port of the scheme and without a
/// final slash. Placeholders stay as they are.
fn normal(url: &str) -> String {
    let (host, path) = split(url);
    let lower = |part: &str| match part.ends_with('}') {
        true => part.to_owned(),
        false => part.to_lowercase(),
    };
    let host: String = host.split_inclusive(['{', '}']).map(lower).collect();
    let port = if host.starts_with("http:") {
        ":80"
    } else {
        ":443"
    };
    let host = host.strip_suffix(port).unwrap_or(&host);
    format!("{host}{}", path.trim_end_matches('/'))
}

/// Returns variants of which at least one differs if any does: a region for each pattern and each overlap of two
/// patterns, the default regions, and `{region}` for any that no pattern matches.
fn variants(old: &Endpoint, new: &Endpoint) -> Vec<Variant> {
    let domains = || old.domains.iter().chain(&new.domains);
    let patterns: BTreeSet<&str> = domains()
        .flat_map(|domain| domain.regions.iter().map(String::as_str))
        .collect();
    let mut regions = BTreeSet::from(["{region}".to_owned()]);
    regions.extend(old.default_region.clone());
    regions.extend(new.default_region.clone());
    for a in &patterns {
        for b in &patterns {
            regions.extend(common_region(a, b));
        }
    }
    let variant = |region: &String, fips, dual_stack| Variant {
        region: region.clone(),
        fips,
        dual_stack,
    };
    let each = |region: String| {
        let settings = [(false, false), (false, true), (true, false), (true, true)];
        settings.map(|(fips, dual_stack)| variant(&region, fips, dual_stack))
    };
    regions.into_iter().flat_map(each).collect()
}

/// Returns a region that two patterns match, if there is one.
fn common_region(a: &str, b: &str) -> Option<String> {
    let words = |pattern: &str| pattern.split('-').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (words(a), words(b));
    if a.len() != b.len() {
        return None;
    }
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    let common = a
        .iter()
        .zip(&b)
        .map(|(a, b)| match (a.as_str(), b.as_str()) {
            ("*", "*") => Some("any"),
            ("#" | "*", "#" | "*") => Some("1"),
            ("*", word) | (word, "*") => Some(word),
            ("#", word) | (word, "#") => is_number(word).then_some(word),
            (a, b) => (a == b).then_some(a),
        });
    let common: Option<Vec<_>> = common.collect();
    Some(common?.join("-"))
}

/// Returns whether a region matches a pattern, in which `*` is any word and `#` a number.
fn matches(pattern: &str, region: &str) -> bool {
    let mut words = region.split('-');
    let all = pattern.split('-').all(|expected| {
        words.next().is_some_and(|word| match expected {
            "*" => !word.is_empty(),
            "#" => !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()),
            _ => word == expected,
        })
    });
    all && words.next().is_none()
}

/// Returns an endpoint as its spec writes it.
fn shown(endpoint: &Endpoint) -> String {
    let rows = endpoint.domains.iter().map(|domain| {
        let regions = match domain.regions.as_slice() {
            [] => "*".to_owned(),
            regions => regions.join(" "),
        };
        format!("; {regions}: {}, {}", domain.plain, domain.dual_stack)
    });
    format!("{}{}", endpoint.url, rows.collect::<String>())
}
