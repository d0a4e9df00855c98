//! Authentication schemes, as rows of the `auth:` list of a spec.

/// An authentication scheme of a service.
#[derive(Debug)]
#[non_exhaustive]
pub enum Scheme {
    /// AWS Signature Version 4.
    AwsSigV4 {
        /// Name of the service in the credential scope.
        service: &'static str,
        /// Environment variables.
        keys: Keys,
    },
    /// Volcengine HMAC-SHA256.
    VolcengineHmac {
        /// Name of the service in the credential scope.
        service: &'static str,
        /// Environment variables.
        keys: Keys,
    },
    /// Baidu `bce-auth-v1`.
    BaiduBceV1(Keys),
    /// Huawei Cloud SDK-HMAC-SHA256.
    HuaweiSdkHmac(Keys),
    /// `Authorization: Bearer …`
    Bearer {
        /// Environment variables of the token; the first that is set wins.
        token: &'static [&'static str],
    },
    /// A token in a separate header.
    Token {
        /// Name of the header.
        header: &'static str,
        /// Environment variables of the token; the first that is set wins.
        token: &'static [&'static str],
    },
    /// A token in the query.
    QueryToken {
        /// Name of the query parameter.
        query: &'static str,
        /// Environment variables of the token; the first that is set wins.
        token: &'static [&'static str],
    },
    /// `Authorization: Basic …`
    Basic(Keys),
    /// No authentication, for requests without credentials.
    None,
}

/// Names of the environment variables of an access key. The first variable of each list that is set wins.
#[derive(Debug)]
pub struct Keys {
    /// The ID.
    pub access_key: &'static [&'static str],
    /// The secret.
    pub secret_key: &'static [&'static str],
    /// The session token of a temporary key.
    pub session_token: &'static [&'static str],
}

/// The environment variables of a scheme.
#[derive(Debug)]
pub enum Variables {
    /// Variables of a token; the first that is set wins.
    Token(&'static [&'static str]),
    /// Variables of an access key, or of a user name and a password.
    Keys(&'static Keys),
    /// The scheme has no credentials.
    None,
}

impl Scheme {
    /// Returns the environment variables of the scheme.
    pub fn variables(&'static self) -> Variables {
        match self {
            Self::AwsSigV4 { keys, .. }
            | Self::VolcengineHmac { keys, .. }
            | Self::BaiduBceV1(keys)
            | Self::HuaweiSdkHmac(keys)
            | Self::Basic(keys) => Variables::Keys(keys),
            Self::Bearer { token } | Self::Token { token, .. } | Self::QueryToken { token, .. } => {
                Variables::Token(token)
            }
            Self::None => Variables::None,
        }
    }

    /// Returns the constructor of the credentials that the scheme takes, for messages.
    pub(crate) fn constructor(&self) -> &'static str {
        match self {
            Self::Bearer { .. } => "`Credentials::bearer_token`",
            Self::Token { .. } | Self::QueryToken { .. } => "`Credentials::auth_token`",
            Self::Basic(_) => "`Credentials::basic`",
            Self::None => "`Credentials::anonymous`",
            Self::AwsSigV4 { .. }
            | Self::VolcengineHmac { .. }
            | Self::BaiduBceV1(_)
            | Self::HuaweiSdkHmac(_) => "`Credentials::access_key`",
        }
    }

    /// Returns whether signatures are made of the decoded path, so that an escaped slash and another one look the same.
    pub(crate) fn signs_decoded_path(&self) -> bool {
        matches!(
            self,
            Self::VolcengineHmac { .. } | Self::BaiduBceV1(_) | Self::HuaweiSdkHmac(_)
        )
    }

    /// Returns whether signatures contain a region.
    pub(crate) fn needs_region(&self) -> bool {
        matches!(self, Self::AwsSigV4 { .. } | Self::VolcengineHmac { .. })
    }
}
