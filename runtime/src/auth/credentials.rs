//! Credentials: what requests are authenticated with.

use std::fmt;
use std::time::SystemTime;

use zeroize::Zeroizing;

/// A text that nobody should see: never printed, wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text itself. What it is copied into is no longer wiped.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

/// Takes the text over, so that no copy stays behind.
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// What a request is authenticated with: an access key, a token, or nothing.
///
/// ```
/// use cloud_models_runtime::Credentials;
///
/// let credentials = Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI").session_token("FwoGZXIvYXdzE");
/// assert!(!format!("{credentials:?}").contains("wJalr"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Credentials {
    pub(crate) kind: Kind,
    pub(crate) expires_at: Option<SystemTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AccessKey(AccessKey),
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// A token in a header of its own.
    Token(Secret),
    Anonymous,
}

/// An access key: an id, the secret that signs, and a session token if the key is temporary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessKey {
    /// Names the key; travels with every request.
    pub id: String,
    /// Signs; never travels.
    pub secret: Secret,
    /// Travels with every request that a temporary key signs.
    pub session_token: Option<Secret>,
}

impl AccessKey {
    /// A key that is not temporary.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            session_token: None,
        }
    }

    /// The token that a temporary key comes with.
    pub fn with_session_token(mut self, token: impl Into<Secret>) -> Self {
        self.session_token = Some(token.into());
        self
    }
}

impl Credentials {
    /// An access key, called AK/SK by some vendors.
    pub fn access_key(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self::new(Kind::AccessKey(AccessKey::new(id, secret)))
    }

    /// A token for `Authorization: Bearer …`, such as an API key of Amazon Bedrock.
    pub fn bearer_token(token: impl Into<Secret>) -> Self {
        Self::new(Kind::Bearer(token.into()))
    }

    /// A token for a header of its own, such as Huawei's `X-Auth-Token`.
    pub fn auth_token(token: impl Into<Secret>) -> Self {
        Self::new(Kind::Token(token.into()))
    }

    /// None: requests go out as they are, for mocks and proxies that sign by themselves.
    pub fn anonymous() -> Self {
        Self::new(Kind::Anonymous)
    }

    /// The token that a temporary access key comes with. Of other credentials it changes nothing.
    pub fn session_token(mut self, token: impl Into<Secret>) -> Self {
        if let Kind::AccessKey(key) = &mut self.kind {
            key.session_token = Some(token.into());
        }
        self
    }

    /// When they end, so that a [provider](crate::ProvideCredentials) is asked for new ones in time.
    pub fn expires_at(mut self, time: SystemTime) -> Self {
        self.expires_at = Some(time);
        self
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            expires_at: None,
        }
    }
}

impl Kind {
    /// What makes them, for messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::AccessKey(_) => "`Credentials::access_key`",
            Self::Bearer(_) => "`Credentials::bearer_token`",
            Self::Token(_) => "`Credentials::auth_token`",
            Self::Anonymous => "`Credentials::anonymous`",
        }
    }

    /// What of them is empty, which no service accepts.
    pub(crate) fn check(&self) -> Result<(), String> {
        let empty = |what: &str| Err(format!("the {what} is empty"));
        match self {
            Self::AccessKey(key) if key.id.is_empty() => empty("id of the access key"),
            Self::AccessKey(key) if key.secret.expose().is_empty() => {
                empty("secret of the access key")
            }
            Self::AccessKey(AccessKey {
                session_token: Some(token),
                ..
            }) if token.expose().is_empty() => empty("session token"),
            Self::Bearer(token) | Self::Token(token) if token.expose().is_empty() => empty("token"),
            _ => Ok(()),
        }
    }

    /// The texts that nobody should see.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &str> {
        let (one, other) = match self {
            Self::AccessKey(key) => (Some(&key.secret), key.session_token.as_ref()),
            Self::Bearer(token) | Self::Token(token) => (Some(token), None),
            Self::Anonymous => (None, None),
        };
        one.into_iter().chain(other).map(Secret::expose)
    }

    /// What to do if a service does not accept them.
    pub(crate) fn advice(&self) -> &'static str {
        match self {
            Self::AccessKey(AccessKey {
                session_token: Some(_),
                ..
            }) => "check the access key and its session token, which may have expired",
            Self::AccessKey(_) => {
                "check the id of the access key and its secret; a temporary key needs its session token too"
            }
            Self::Bearer(_) | Self::Token(_) => {
                "check the token: it may be for another service or region, or have expired"
            }
            Self::Anonymous => "the request was sent without credentials: give some",
        }
    }
}
