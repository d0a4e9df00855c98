//! The path of an operation as the service sees it.

/// Returns a path without the names of its parameters: `/v1/{id}` becomes `/v1/{}`.
pub(crate) fn route(path: &str) -> String {
    let segments = path.split('/').map(|segment| {
        if segment.starts_with('{') {
            "{}"
        } else {
            segment
        }
    });
    segments.collect::<Vec<_>>().join("/")
}
