//! The names of vendor and service, guessed from what a description has: a title and a host.

use heck::ToTitleCase;

/// Last words of titles that are no part of a service's name.
const NOT_OF_NAMES: [&str; 9] = [
    "api",
    "apis",
    "rest",
    "http",
    "openapi",
    "reference",
    "documentation",
    "spec",
    "specification",
];

/// Returns the names of vendor and service. `name` is that of the spec, `host` that of the service without its scheme.
pub(super) fn names(title: &str, host: Option<&str>, name: &str) -> (String, String) {
    let words: Vec<_> = title.split_whitespace().collect();
    let is_of_name = |word: &&str| {
        let word = word.to_lowercase();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let digits = word.strip_prefix('v').unwrap_or(word);
        let is_version = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
        !is_version && !NOT_OF_NAMES.contains(&word)
    };
    let length = words
        .iter()
        .rposition(is_of_name)
        .map_or(0, |last| last + 1);
    let words = words.get(..length).unwrap_or_default();
    let vendor = match (host.and_then(domain), words.first()) {
        (Some(domain), _) => spelt(words, domain).unwrap_or_else(|| domain.to_title_case()),
        (None, Some(first)) => (*first).to_owned(),
        (None, None) => name.to_title_case(),
    };
    let service = words.join(" ");
    let is_more = !service.is_empty() && service != vendor;
    let service = if is_more { service } else { title.to_owned() };
    (vendor, service)
}

/// Returns the label of a host that somebody has registered: `acme` of `api.eu.acme.co.uk`.
fn domain(host: &str) -> Option<&str> {
    let host = host.split([':', '/']).next()?;
    let labels: Vec<_> = host.split('.').collect();
    // Countries have registries below them.
    let is_below = |last: &str, label: &str| last.len() == 2 && label.len() <= 3;
    let label = match labels.as_slice() {
        [.., label, below, last] if is_below(last, below) => label,
        [.., label, _] => label,
        _ => return None,
    };
    let is_name = label.starts_with(|c: char| c.is_ascii_alphabetic());
    Some(*label).filter(|_| is_name)
}

/// Returns a name as a title spells it, perhaps in several words.
fn spelt(words: &[&str], name: &str) -> Option<String> {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let starts = 0..words.len();
    let mut spans = starts.flat_map(|start| (start + 1..=words.len()).map(move |end| start..end));
    let span = spans.find_map(|span| {
        let part = words.get(span)?.join(" ");
        (plain(&part) == plain(name)).then_some(part)
    })?;
    Some(span.trim_matches(|c: char| !c.is_alphanumeric()).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_hosts_give_two_names() {
        for (title, host, vendor, service) in [
            (
                "Orbit Models API",
                Some("{cluster}.orbit.example"),
                "Orbit",
                "Orbit Models",
            ),
            (
                "Adyen Checkout API v71",
                Some("checkout-test.adyen.com"),
                "Adyen",
                "Adyen Checkout",
            ),
            (
                "PagerDuty API",
                Some("api.pagerduty.com"),
                "PagerDuty",
                "PagerDuty API",
            ),
            (
                "Twilio - Accounts",
                Some("accounts.twilio.com"),
                "Twilio",
                "Twilio - Accounts",
            ),
            (
                "Digital Ocean API",
                Some("api.digitalocean.com:443"),
                "Digital Ocean",
                "Digital Ocean API",
            ),
            (
                "Files REST API v1.0",
                Some("api.acme-cloud.co.uk"),
                "Acme Cloud",
                "Files",
            ),
            ("Models", Some("10.0.0.1"), "Models", "Models"),
            ("API", None, "Acme Models", "API"),
            ("Acme Models API", None, "Acme", "Acme Models"),
            ("", None, "Acme Models", ""),
        ] {
            let found = names(title, host, "acme-models");
            assert_eq!(found, (vendor.to_owned(), service.to_owned()), "{title}");
        }
    }
}
