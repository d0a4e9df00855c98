//! The rules of each signature scheme, from the vendors' descriptions, as data for the judge of the fakes.
//!
//! Signers do not use them: a mistake in a signer must not hide behind the same mistake here.

use std::time::Duration;

use super::Scheme;

/// The rules of a scheme.
pub(crate) struct Signature {
    pub(crate) form: Form,
    /// The word that begins the header `Authorization`.
    pub(crate) algorithm: &'static str,
    /// Header with the date.
    pub(crate) date: &'static str,
    /// Whether the date is written with hyphens and colons.
    pub(crate) extended_date: bool,
    /// Maximum difference between the date of a request and the clock of the service.
    pub(crate) tolerance: Duration,
    /// Header with the session token.
    pub(crate) token: &'static str,
    /// Header with the hash of the body.
    pub(crate) hash: Option<&'static str>,
    /// The text in place of the hash of a body that is not JSON and not signed.
    pub(crate) unsigned_body: Option<&'static str>,
    /// Headers that begin like this must be signed.
    pub(crate) prefix: Option<&'static str>,
    /// Whether the service joins headers of one name and shortens runs of spaces. Otherwise a signed header comes once.
    pub(crate) joins_headers: bool,
    /// Whether a default port may be signed as part of the host or not.
    pub(crate) optional_port: bool,
    pub(crate) path: Path,
    /// Whether the query is sorted after it was encoded. Otherwise it is sorted before.
    pub(crate) sorts_encoded: bool,
}

/// The form of the header `Authorization`, and what is signed with which key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `{algorithm} Credential={id}/{day}/{region}/{service}/{end}, SignedHeaders={names}, Signature={hex}`. The key is
    /// derived from the parts of the scope.
    Scoped {
        service: &'static str,
        end: &'static str,
        /// Text before the secret.
        before_secret: &'static str,
    },
    /// `{algorithm} Access={id}, SignedHeaders={names}, Signature={hex}`. The key is the secret.
    Plain,
    /// `{algorithm}/{id}/{date}/{seconds}/{names}/{hex}`. The key is derived from the first four parts, and signs the
    /// canonical request without a hash of the body.
    Slashed,
}

/// The canonical form of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Path {
    /// Dot segments and repeated slashes are removed, and all but slashes is encoded once more.
    Resolved,
    /// Decoded, and all but slashes encoded again.
    Decoded,
    /// The same, ending in a slash.
    DecodedWithSlash,
}

impl Scheme {
    /// Returns the rules of the scheme; `None` if it signs nothing.
    pub(crate) fn signature(&self) -> Option<Signature> {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        Some(match *self {
            Self::AwsSigV4 { service, .. } => Signature {
                form: Form::Scoped {
                    service,
                    end: "aws4_request",
                    before_secret: "AWS4",
                },
                algorithm: "AWS4-HMAC-SHA256",
                date: "x-amz-date",
                extended_date: false,
                tolerance: minutes(5),
                token: "x-amz-security-token",
                hash: Some("x-amz-content-sha256"),
                unsigned_body: None,
                prefix: Some("x-amz-"),
                joins_headers: true,
                optional_port: false,
                // S3 alone takes paths as they are.
                path: Path::Resolved,
                sorts_encoded: true,
            },
            Self::VolcengineHmac { service, .. } => Signature {
                form: Form::Scoped {
                    service,
                    end: "request",
                    before_secret: "",
                },
                algorithm: "HMAC-SHA256",
                date: "x-date",
                extended_date: false,
                tolerance: minutes(15),
                token: "x-security-token",
                hash: Some("x-content-sha256"),
                unsigned_body: None,
                prefix: None,
                joins_headers: false,
                // Most SDKs sign the host without its port, although they send it.
                optional_port: true,
                path: Path::Decoded,
                sorts_encoded: false,
            },
            Self::BaiduBceV1(_) => Signature {
                form: Form::Slashed,
                algorithm: "bce-auth-v1",
                date: "x-bce-date",
                extended_date: true,
                tolerance: minutes(30),
                token: "x-bce-security-token",
                hash: None,
                unsigned_body: None,
                prefix: Some("x-bce-"),
                joins_headers: false,
                optional_port: false,
                path: Path::Decoded,
                sorts_encoded: true,
            },
            Self::HuaweiSdkHmac(_) => Signature {
                form: Form::Plain,
                algorithm: "SDK-HMAC-SHA256",
                date: "x-sdk-date",
                extended_date: false,
                tolerance: minutes(15),
                token: "x-security-token",
                hash: Some("x-sdk-content-sha256"),
                unsigned_body: Some("UNSIGNED-PAYLOAD"),
                prefix: None,
                joins_headers: false,
                optional_port: false,
                path: Path::DecodedWithSlash,
                sorts_encoded: false,
            },
            Self::Bearer { .. }
            | Self::Token { .. }
            | Self::QueryToken { .. }
            | Self::Basic(_)
            | Self::None => return None,
        })
    }
}
