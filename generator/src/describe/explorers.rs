//! Envelopes that the API explorers of Volcengine and Huawei put around OpenAPI and Swagger.

use super::description::Format;
use super::document::{Document, Json, Unreadable};
use super::openapi::File;

/// Returns the OpenAPI or Swagger document in a file, and its form.
pub(super) fn unpack(document: &Document) -> Result<File, Unreadable> {
    if let Some(inside) = document.at(&["Result", "Api"]) {
        // Some sites send the document as a text.
        let inside = document.part(inside);
        return Ok(File::new(inside, Format::VolcengineExplorer));
    }
    let root = document.root();
    let format = if root.get("openapi").is_some() {
        Format::OpenApi
    } else if root.string_at("swagger") == Some("2.0") {
        Format::Swagger
    } else if root.get("product_short").is_some() && root.get("paths").is_some() {
        Format::HuaweiExplorer
    } else {
        let why = "this is no description that can be read: botocore's service model, OpenAPI 3, Swagger 2.0, or a document of the API explorer of Volcengine or Huawei";
        return Err(document.unreadable(None, why));
    };
    Ok(File::new(document.part(root), format))
}
