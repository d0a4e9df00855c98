//! Descriptions that vendors publish of their APIs, read into one form: botocore's service models, OpenAPI, Swagger, and the
//! documents of the API explorers of Volcengine and Huawei.
//!
//! Each format has a file. None of them knows the spec language; [`draft`](crate::draft) writes a spec from what they
//! return. What the form cannot express is named and counted, never guessed.

mod botocore;
mod description;
mod document;
mod explorers;
mod java;
mod openapi;
mod schema;
mod text;
mod yaml;

pub(crate) use description::{
    Description, ErrorCode, Field, Limits, Operation, Place, Range, Retryable, Scheme, Shape,
    Signature, Time, Type, TypeId, TypeKind, lacking, lacks,
};
pub(crate) use document::{File, Unreadable};

/// Reads a description: one file, and for botocore the paginators beside it.
///
/// # Errors
/// Returns an error with its place if a file is no description, or describes nothing.
///
/// If a reply has the member `envelope`, it holds the output.
pub(crate) fn describe(files: &[File], envelope: Option<&str>) -> Result<Description, Unreadable> {
    let documents = files.iter().map(document::Document::read);
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    let (paginators, mut services): (Vec<_>, Vec<_>) = documents
        .iter()
        .partition(|document| botocore::is_paginators(document.root()));
    let (Some(document), None) = (services.pop(), services.pop()) else {
        let file = files.first().map(|file| file.name.as_str());
        return Err(Unreadable::new(
            file.unwrap_or("--against"),
            "a description of a service is needed, one at a time, with its paginators if it is botocore's",
        ));
    };
    let mut description = if botocore::is_service(document.root()) {
        botocore::read(document, paginators.first().copied())?
    } else {
        let file = explorers::unpack(document)?;
        openapi::read(&file, envelope)?
    };
    document.sha256().clone_into(&mut description.sha256);
    if description.operations.is_empty() {
        return Err(document.unreadable(None, "this description has no operation"));
    }
    Ok(description)
}
