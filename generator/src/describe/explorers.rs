//! Envelopes that the API explorers of Volcengine and Huawei put around OpenAPI and Swagger.

use super::description::{Format, Signature, Vendor};
use super::document::{Document, Unreadable};
use super::openapi::File;
use crate::spec::Node;

const VOLCENGINE: Vendor = Vendor {
    name: "Volcengine",
    signature: Signature::VolcengineHmac,
    signs_service: true,
    has_regional_hosts: false,
    has_actions: true,
    envelope: Some("Result"),
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

/// Its tools read no variable for the region.
const HUAWEI: Vendor = Vendor {
    name: "Huawei Cloud",
    signature: Signature::HuaweiSdkHmac,
    signs_service: false,
    has_regional_hosts: true,
    has_actions: false,
    envelope: None,
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

/// Returns the vendor of a document, by its form or by its host.
pub(super) fn vendor(format: Format, host: Option<&str>) -> Option<&'static Vendor> {
    let ends = |end: &str| host.is_some_and(|host| host.ends_with(end));
    if format == Format::VolcengineExplorer || ends(".volcengineapi.com") {
        Some(&VOLCENGINE)
    } else if format == Format::HuaweiExplorer || ends(".myhuaweicloud.com") {
        Some(&HUAWEI)
    } else {
        None
    }
}

/// Returns the OpenAPI or Swagger document in a file, and its form.
pub(super) fn unpack(document: &Document) -> Result<File, Unreadable> {
    if let Some(inside) = document.at(&["Result", "Api"]) {
        // Some sites send the document as a text.
        let inside = document.part(inside);
        return Ok(File::new(inside, Format::VolcengineExplorer));
    }
    let root = document.root();
    let format = if let Some(version) = root.get("openapi") {
        let text = version.text().unwrap_or_default();
        let is_known = |known: &&str| {
            let rest = text.strip_prefix(*known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if !["3.0", "3.1"].iter().any(is_known) {
            return Err(unsupported(document, version));
        }
        Format::OpenApi
    } else if let Some(version) = root.get("swagger") {
        if version.text() != Some("2.0") {
            return Err(unsupported(document, version));
        }
        Format::Swagger
    } else if root.get("product_short").is_some() && root.get("paths").is_some() {
        Format::HuaweiExplorer
    } else {
        let why = "this is no description that can be read: botocore's service model, OpenAPI 3, Swagger 2.0, or a document of the API explorer of Volcengine or Huawei";
        return Err(document.unreadable(None, why));
    };
    Ok(File::new(document.part(root), format))
}

/// Returns the error of a version that may mean other things by the same words.
fn unsupported(document: &Document, version: &Node) -> Unreadable {
    let text = version.text().unwrap_or("without a number");
    let why = format!(
        "the version `{text}` is not supported: only OpenAPI 3.0 and 3.1, and Swagger 2.0 are"
    );
    document.unreadable(Some(version), why)
}
