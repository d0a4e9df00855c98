//! How requests are authenticated, as data.

/// A way to authenticate a request.
#[derive(Debug)]
#[non_exhaustive]
pub enum Scheme {
    /// AWS Signature Version 4, with the service name of the credential scope.
    AwsSigV4(&'static str, Keys),
    /// Volcengine's HMAC-SHA256, with the service name of the credential scope.
    VolcengineHmac(&'static str, Keys),
    /// Baidu's `bce-auth-v1`.
    BaiduBceV1(Keys),
    /// Huawei's SDK-HMAC-SHA256.
    HuaweiSdkHmac(Keys),
    /// `Authorization: Bearer …`, with the environment variables of the token.
    Bearer(&'static [&'static str]),
    /// A token in a header of its own: the header, and the environment variables of the token.
    Token(&'static str, &'static [&'static str]),
}

/// Names of the environment variables of an access key: of its id, of its secret, and of the session token that temporary
/// keys need; of each list the first that is set counts.
#[derive(Debug)]
pub struct Keys(
    pub &'static [&'static str],
    pub &'static [&'static str],
    pub &'static [&'static str],
);

/// The variables of a scheme.
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

    /// What makes the credentials that it takes, for messages.
    pub(crate) fn takes(&self) -> &'static str {
        match self {
            Self::Bearer(_) => "`Credentials::bearer_token`",
            Self::Token(..) => "`Credentials::auth_token`",
            _ => "`Credentials::access_key`",
        }
    }

    /// Whether its signatures name a region.
    pub(crate) fn needs_region(&self) -> bool {
        matches!(self, Self::AwsSigV4(..) | Self::VolcengineHmac(..))
    }
}
