//! The path of an operation: its labels, and how the service sees it.

/// A segment of a path that a parameter replaces: `{name}`, or the greedy `{name+}`, whose value may have slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Label<'a> {
    pub(crate) name: &'a str,
    pub(crate) is_greedy: bool,
}

impl<'a> Label<'a> {
    /// Returns the label that a segment is, if it is one.
    pub(crate) fn of(segment: &'a str) -> Option<Self> {
        let inside = segment.strip_prefix('{')?.strip_suffix('}')?;
        let name = inside.strip_suffix('+');
        Some(Self {
            name: name.unwrap_or(inside),
            is_greedy: name.is_some(),
        })
    }
}

/// Names in braces, in paths and before hosts, that stand for a value of the client: its region and its project ID.
/// A path parameter of the name takes precedence.
pub(crate) const OF_THE_CLIENT: [&str; 2] = ["region", "project"];

/// Returns a path without the names of its parameters: `/v1/{id}/{key+}` becomes `/v1/{}/{+}`. Other labels are values of
/// the client, and stay.
pub(crate) fn route(path: &str, is_parameter: impl Fn(&str) -> bool) -> String {
    let segments = path.split('/').map(|segment| match Label::of(segment) {
        Some(label) if OF_THE_CLIENT.contains(&label.name) && !is_parameter(label.name) => segment,
        Some(label) if label.is_greedy => "{+}",
        Some(_) => "{}",
        None => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// Returns the names in braces.
pub(crate) fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .map(|rest| rest.split('}').next().unwrap_or_default())
}
