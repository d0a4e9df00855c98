//! Which operation a request is for: method, path, and everything that is the same in each request of an operation.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST};
use http::uri::Authority;
use http::{HeaderMap, Request};

use super::query;
use crate::config::has_subdomains;
use crate::service::{Http, ServiceInfo};

/// A request with its path and query taken apart.
pub(super) struct Asked<'a> {
    pub(super) request: &'a Request<Bytes>,
    /// The path without that of the endpoint; two, if the endpoint may have one or not.
    paths: Vec<&'a str>,
    pub(super) query: Vec<(String, String)>,
}

impl<'a> Asked<'a> {
    /// Takes a request apart, or returns what is wrong with its query. With a `base_path`, all paths begin with it; otherwise,
    /// they may begin with the path of the service's own URL.
    pub(super) fn new(
        service: &ServiceInfo,
        base_path: &str,
        request: &'a Request<Bytes>,
    ) -> Result<Self, String> {
        let path = request.uri().path();
        // It may have placeholders, too.
        let after_own = || {
            let (_, rest) = service.url.split_once("://")?;
            let base = rest.get(rest.find('/')?..)?.trim_end_matches('/');
            let (_, rest) = match_start(base, path, '/')?;
            (!base.is_empty()).then_some(rest)
        };
        let paths = match base_path {
            "" => [path].into_iter().chain(after_own()).collect(),
            base => path.strip_prefix(base).into_iter().collect(),
        };
        Ok(Self {
            request,
            paths,
            query: query::texts(request.uri().query().unwrap_or_default())?,
        })
    }

    /// Returns how specific the operation is for the request; `None` if the request is for another one.
    pub(super) fn rank(&self, http: &Http) -> Option<Rank> {
        let headers = self.request.headers();
        let has = |name: &str, value: &str| {
            let mut pairs = self.query.iter();
            pairs.any(|(other, text)| other == name && text == value)
        };
        // A header that is missing is a mistake, one with another value is another operation.
        let is_other = |(name, value): &(&str, &str)| {
            headers.contains_key(*name) && !has_header(headers, name, value)
        };
        let is_for = http.method == *self.request.method()
            && self.labels(http.path).is_some()
            && http.query.iter().all(|(name, value)| has(name, value))
            && http.bare.iter().all(|name| has(name, ""))
            && !http.headers.iter().any(is_other);
        let prefix = usize::from(!http.host_prefix.is_empty() && self.named_host().is_some());
        is_for.then(|| Rank {
            is_complete: self.labels_of_host(http).is_ok()
                && self.missing_header(http.headers).is_none(),
            fixed: http.query.len() + http.headers.len() + prefix,
            bare: http.bare.len(),
            path: segments(http.path),
        })
    }

    /// Returns the labels of a path with their values, as they were sent.
    pub(super) fn labels<'t>(&self, template: &'t str) -> Option<Vec<(&'t str, &'a str)>> {
        let mut paths = self.paths.iter();
        paths.find_map(|path| match_path(template, path))
    }

    /// Returns the labels in front of the host with their values, or what is wrong with the host. An address and `localhost`
    /// have no names below them, so there is nothing in front of them.
    pub(super) fn labels_of_host(
        &self,
        http: &Http,
    ) -> Result<Vec<(&'static str, &'a str)>, String> {
        let Some(host) = self.named_host() else {
            return Ok(Vec::new());
        };
        match match_start(http.host_prefix, host, '.') {
            Some((values, rest)) if !rest.is_empty() => Ok(values),
            _ => Err(format!("the host must begin with {:?}", http.host_prefix)),
        }
    }

    /// Returns host and port, if the host is a name that may have others below it.
    fn named_host(&self) -> Option<&'a str> {
        let text = self.request.headers().get(HOST)?.to_str().ok()?;
        let authority: Authority = text.parse().ok()?;
        has_subdomains(authority.host()).then_some(text)
    }

    /// Returns what is wrong with the host and the headers that are the same in every request of an operation.
    pub(super) fn mistake(
        &self,
        service: &ServiceInfo,
        http: &Http,
        has_body: bool,
    ) -> Option<String> {
        let replaces = |name: &str| {
            let mut own = http.headers.iter();
            own.any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let general = service.fixed_headers.iter().copied();
        let general: Vec<_> = general.filter(|(name, _)| !replaces(name)).collect();
        let content_type = || {
            let is_sent = has_body && !self.request.body().is_empty();
            (is_sent && !self.has_content_type(http.content_type))
                .then(|| format!("the content type must be {}", http.content_type))
        };
        let host = self.labels_of_host(http).err();
        host.or_else(|| self.missing_header(&general))
            .or_else(|| self.missing_header(http.headers))
            .or_else(content_type)
    }

    fn missing_header(&self, fixed: &[(&str, &str)]) -> Option<String> {
        let headers = self.request.headers();
        let mut fixed = fixed.iter();
        let (name, value) = fixed.find(|(name, value)| !has_header(headers, name, value))?;
        Some(format!("the header {name} must be {value:?}"))
    }

    /// Whether the body has a content type, whatever its parameters are.
    fn has_content_type(&self, expected: &str) -> bool {
        let essence = |text: &str| {
            let essence = text.split(';').next().unwrap_or_default();
            essence.trim().to_ascii_lowercase()
        };
        let mut sent = self.request.headers().get_all(CONTENT_TYPE).iter();
        let first = sent.next().and_then(|value| value.to_str().ok());
        first.is_some_and(|text| essence(text) == essence(expected)) && sent.next().is_none()
    }

    /// Returns the path in front of an operation's, if the endpoint could have one.
    pub(super) fn base_path(&self, http: &Http) -> Option<&'a str> {
        let path = self.request.uri().path();
        let mut bases = path.match_indices('/').filter(|(at, _)| *at > 0);
        let (at, _) = bases.find(|(at, _)| {
            let rest = path.get(*at..).unwrap_or_default();
            match_path(http.path, rest).is_some()
        })?;
        path.get(..at)
            .filter(|_| http.method == *self.request.method())
    }
}

/// How specific an operation is for a request that fits several; the largest is meant.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// Whether everything is there that every request of the operation has.
    is_complete: bool,
    /// Number of fixed values in query, headers and host.
    fixed: usize,
    /// Number of fixed names without a value.
    bare: usize,
    /// Each segment of the path: `/models/latest` comes before `/models/{id}`, and that before `/models/{id+}`.
    path: Vec<Segment>,
}

/// A segment of a path, by how much it determines.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Segment {
    Greedy(usize),
    /// With the number of characters outside of labels.
    Label(usize),
    Literal,
}

fn segments(template: &str) -> Vec<Segment> {
    let segments = template.split('/');
    segments
        .map(|segment| {
            let labels = segment.split('{').skip(1);
            let inside: usize = labels
                .map(|label| label.find('}').map_or(0, |end| end + 2))
                .sum();
            let outside = segment.len().saturating_sub(inside);
            match (inside, segment.contains("+}")) {
                (0, _) => Segment::Literal,
                (_, true) => Segment::Greedy(outside),
                (_, false) => Segment::Label(outside),
            }
        })
        .collect()
}

fn has_header(headers: &HeaderMap, name: &str, value: &str) -> bool {
    let mut values = headers.get_all(name).iter();
    values.any(|sent| sent.as_bytes().trim_ascii() == value.as_bytes())
}

/// Matches a path with a template, and returns the values of its labels as they were sent: `{name}` takes a part of one segment,
/// the greedy `{name+}` any number of segments. Values that would lead to another resource do not match.
fn match_path<'t, 'p>(template: &'t str, path: &'p str) -> Option<Vec<(&'t str, &'p str)>> {
    let (values, rest) = match_start(template, path, '/')?;
    let is_there =
        |(_, value): &(&str, &str)| !value.split('/').any(|part| matches!(part, "" | "." | ".."));
    (rest.is_empty() && values.iter().all(is_there)).then_some(values)
}

/// Matches the beginning of a text with a template, and returns the values of its labels, and the rest. A label ends at the
/// separator, unless it is greedy.
fn match_start<'t, 'p>(
    mut template: &'t str,
    mut text: &'p str,
    separator: char,
) -> Option<(Vec<(&'t str, &'p str)>, &'p str)> {
    let mut values = Vec::new();
    while let Some((literal, rest)) = template.split_once('{') {
        let (label, after) = rest.split_once('}')?;
        text = text.strip_prefix(literal)?;
        let next = after.split('{').next().unwrap_or_default();
        let (name, end) = match label.strip_suffix('+') {
            Some(name) if next.is_empty() => (name, text.len()),
            Some(name) => (name, text.rfind(next)?),
            None => {
                let segment = text.split(separator).next().unwrap_or_default();
                let next = next.split(separator).next().unwrap_or_default();
                // An empty text is found at the end.
                (label, segment.rfind(next)?)
            }
        };
        let (value, behind) = text.split_at_checked(end)?;
        if value.is_empty() {
            return None;
        }
        values.push((name, value));
        (template, text) = (after, behind);
    }
    Some((values, text.strip_prefix(template)?))
}

#[cfg(test)]
mod tests {
    use super::{match_path, match_start, segments};

    #[test]
    fn paths_match_templates_segment_by_segment() {
        for (template, path, expected) in [
            ("/models", "/models", Some(vec![])),
            ("/models", "/models/", None),
            ("/models", "/model", None),
            (
                "/{a}/models/{b}",
                "/x%2Fy/models/z",
                Some(vec![("a", "x%2Fy"), ("b", "z")]),
            ),
            ("/{a}/models", "//models", None),
            ("/{a}", "/x/y", None),
            ("/{a}:stop", "/x:stop", Some(vec![("a", "x")])),
            ("/{a}:stop", "/x:stop:stop", Some(vec![("a", "x:stop")])),
            ("/{a}:stop/now", "/x:stop/now", Some(vec![("a", "x")])),
            ("/{a}.{b}", "/x.y", Some(vec![("a", "x"), ("b", "y")])),
            ("/{a}:stop", "/x:start", None),
            ("/{a}/{b+}", "/x/y/z", Some(vec![("a", "x"), ("b", "y/z")])),
            ("/{a+}/end", "/x/end/end", Some(vec![("a", "x/end")])),
            ("/{a+}", "/x//y", None),
            ("/{a+}", "/x/../y", None),
            ("/{a}", "/..", None),
        ] {
            assert_eq!(match_path(template, path), expected, "{template} {path}");
        }
    }

    #[test]
    fn hosts_begin_with_their_prefix() {
        let host = "acc-1.data-eu-1.example.com";
        let found = match_start("{id}.data-{region}.", host, '.');
        let values = vec![("id", "acc-1"), ("region", "eu-1")];
        assert_eq!(found, Some((values, "example.com")));
        for (template, host) in [
            ("data.", "example.com"),
            ("{id}.data.", "a.b.data.example.com"),
            ("{id}.", ".example.com"),
        ] {
            assert_eq!(match_start(template, host, '.'), None, "{template}");
        }
    }

    #[test]
    fn literal_segments_come_before_labels_and_labels_before_greedy_ones() {
        let sorted = [
            "/{a+}",
            "/{a+}/{b}",
            "/{a}",
            "/{a}:stop",
            "/{a}:stop/{b+}",
            "/models",
            "/models/{b+}",
            "/models/{b+}/files",
            "/models/{b}",
            "/models/latest",
        ];
        assert!(sorted.is_sorted_by_key(|template| segments(template)));
    }
}
