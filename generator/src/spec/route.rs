//! The path of an operation as the service sees it.

/// A path without the names of its parameters: `/v1/{id}` is `/v1/{}`.
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
