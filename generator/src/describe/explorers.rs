//! Envelopes that the API explorers of Volcengine and Huawei put around OpenAPI and Swagger.

use super::description::{Format, Vendor};
use super::document::{Document, Json, Unreadable};
use super::openapi::File;

/// Volcengine.
pub(super) const VOLCENGINE: Vendor = Vendor {
    name: "Volcengine",
    region: &["VOLCSTACK_REGION"],
    access_key: "VOLCENGINE_ACCESS_KEY",
    secret_key: "VOLCENGINE_SECRET_KEY",
    session_token: "VOLCENGINE_SESSION_TOKEN",
    bearer_token: None,
    code: &["body ResponseMetadata.Error.Code"],
    message: &["body ResponseMetadata.Error.Message"],
    request_id: &["body ResponseMetadata.RequestId"],
    namespaced: false,
};

/// Huawei Cloud, whose tools read no variable for the region.
pub(super) const HUAWEI: Vendor = Vendor {
    name: "Huawei Cloud",
    region: &[],
    access_key: "HUAWEICLOUD_SDK_AK",
    secret_key: "HUAWEICLOUD_SDK_SK",
    session_token: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    bearer_token: None,
    code: &["body error_code"],
    message: &["body error_msg"],
    request_id: &["header x-request-id"],
    namespaced: false,
};

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
