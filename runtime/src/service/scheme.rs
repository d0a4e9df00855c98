//! Authentication schemes, as rows of the `auth:` list of a spec.

/// An authentication scheme of a service.
#[derive(Debug)]
#[non_exhaustive]
pub enum Scheme {
    /// AWS Signature Version 4, with the service name of the credential scope.
    AwsSigV4(&'static str, Keys),
    /// Volcengine HMAC-SHA256, with the service name of the credential scope.
    VolcengineHmac(&'static str, Keys),
    /// Baidu `bce-auth-v1`.
    BaiduBceV1(Keys),
    /// Huawei Cloud SDK-HMAC-SHA256.
    HuaweiSdkHmac(Keys),
    /// `Authorization: Bearer …`, with the environment variables of the token.
    Bearer(&'static [&'static str]),
    /// A token in a header: the name of the header, and the environment variables of the token.
    Token(&'static str, &'static [&'static str]),
}

/// Names of the environment variables of an access key: its ID, its secret, and the session token of a temporary key. The
/// first variable of each list that is set wins.
#[derive(Debug)]
pub struct Keys(
    pub &'static [&'static str],
    pub &'static [&'static str],
    pub &'static [&'static str],
);

/// The environment variables of a scheme.
pub(crate) enum Variables {
    Token(&'static [&'static str]),
    Keys(&'static Keys),
}

impl Scheme {
    pub(crate) fn variables(&'static self) -> Variables {
        match self {
            Self::AwsSigV4(_, keys)
            | Self::VolcengineHmac(_, keys)
            | Self::BaiduBceV1(keys)
            | Self::HuaweiSdkHmac(keys) => Variables::Keys(keys),
            Self::Bearer(token) | Self::Token(_, token) => Variables::Token(token),
        }
    }

    /// Returns the constructor of the credentials that the scheme takes, for messages.
    pub(crate) fn constructor(&self) -> &'static str {
        match self {
            Self::Bearer(_) => "`Credentials::bearer_token`",
            Self::Token(..) => "`Credentials::auth_token`",
            _ => "`Credentials::access_key`",
        }
    }

    /// Returns whether signatures contain a region.
    pub(crate) fn needs_region(&self) -> bool {
        matches!(self, Self::AwsSigV4(..) | Self::VolcengineHmac(..))
    }
}
