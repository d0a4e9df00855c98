//! Descriptions that vendors publish of their APIs, read into one form: botocore's service models, OpenAPI, Swagger, and the
//! documents of the API explorers of Volcengine and Huawei.
//!
//! Each format has files of its own. None of them knows the spec language; [`draft`](crate::draft) writes a spec from what they
//! return. What the form cannot express is named and counted, never guessed.

mod bodies;
mod botocore;
mod choices;
mod description;
mod document;
mod endless;
mod enums;
mod excluded;
mod explorers;
mod failures;
mod faults;
mod fields;
mod java;
mod limits;
mod nulls;
mod numbers;
mod openapi;
mod pages;
mod parameters;
mod paths;
mod references;
mod replies;
mod schema;
mod security;
mod servers;
mod shapes;
mod text;
mod yaml;

pub(crate) use description::{
    Description, EndpointParameter, ErrorCode, ErrorPlaces, Field, Format, Limits, Operation,
    Paging, Place, Range, Retryable, Scheme, Shape, Signature, Time, Type, TypeId, TypeKind,
    UnreadableOperation, is_about, lacking, lacks, left_out,
};
pub(crate) use document::{File, Unreadable};

/// Reads a description: one file, and for botocore the paginators beside it.
///
/// If a reply has the member `envelope`, it holds the output.
///
/// # Errors
/// Returns an error with its place if a file is no description, or describes nothing.
pub(crate) fn describe(files: &[File], envelope: Option<&str>) -> Result<Description, Unreadable> {
    let mut all = describe_each(files, envelope)?.into_iter();
    match (all.next(), all.next()) {
        (Some((_, description)), None) => Ok(description),
        _ => Err(needed(
            files,
            "a description of a service is needed, one at a time, with its paginators if it is botocore's",
        )),
    }
}

/// Reads several descriptions: single files, and for botocore the paginators beside it. Each has the name of its file.
///
/// # Errors
/// Returns the same errors as [`describe`].
pub(crate) fn describe_each<'f>(
    files: &'f [File],
    envelope: Option<&str>,
) -> Result<Vec<(&'f str, Description)>, Unreadable> {
    let documents = files.iter().map(document::Document::read);
    let documents = documents.collect::<Result<Vec<_>, _>>()?;
    let files_of = files.iter().zip(&documents);
    let (paginators, services): (Vec<_>, Vec<_>) =
        files_of.partition(|(_, document)| botocore::is_paginators(document.root()));
    let of_botocore = services
        .iter()
        .filter(|(_, document)| botocore::is_service(document.root()))
        .count();
    if let (0, [(file, _), ..]) = (of_botocore, paginators.as_slice()) {
        let why = "these paginators belong to a service model of botocore, which is missing";
        return Err(Unreadable::new(&file.name, why));
    }
    if let [_, (file, _), ..] = paginators.as_slice() {
        let why = "these are second paginators: a service model has one file of them";
        return Err(Unreadable::new(&file.name, why));
    }
    if of_botocore > 1 {
        let why = "of botocore one service model is read at a time, with its paginators";
        return Err(needed(files, why));
    }
    if services.is_empty() {
        return Err(needed(files, "a description of a service is needed"));
    }
    let mut descriptions = Vec::new();
    for (file, document) in services {
        let mut description = if botocore::is_service(document.root()) {
            botocore::read(document, paginators.first().map(|(_, document)| *document))?
        } else {
            let inside = explorers::unpack(document)?;
            openapi::read(&inside, envelope)?
        };
        endless::open(&mut description);
        document.sha256().clone_into(&mut description.sha256);
        if description.operations.is_empty() {
            return Err(match description.unreadable.first() {
                Some(first) => first.why.clone(),
                None => document.unreadable(None, "this description has no operation"),
            });
        }
        descriptions.push((file.name.as_str(), description));
    }
    Ok(descriptions)
}

fn needed(files: &[File], why: &str) -> Unreadable {
    let file = files.first().map(|file| file.name.as_str());
    Unreadable::new(file.unwrap_or("--against"), why)
}
