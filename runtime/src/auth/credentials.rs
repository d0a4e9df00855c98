//! Credentials: access keys and tokens.

use std::fmt;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::error::{Hidden, REDACTED, Secrets};

/// A secret text: never printed, and wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Returns the text. Copies made of it are not wiped.
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
        f.write_str(REDACTED)
    }
}

/// Credentials of a request: an access key, a token, or none.
///
/// Secrets never appear in `Debug` output, errors or logs. The copies this crate keeps are wiped when dropped; what the HTTP
/// stack copies into its buffers, a session token in a header for example, is not.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Credentials;
///
/// let credentials = Credentials::access_key("AKIDEXAMPLE", "wJalrXUtnFEMI").session_token("FwoGZXIvYXdzE");
/// assert!(!format!("{credentials:?}").contains("wJalr"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Credentials {
    pub(crate) kind: Kind,
    pub(super) expires_at: Option<SystemTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    AccessKey(AccessKey),
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// A token in a header or query parameter of the vendor.
    Token(Secret),
    /// `Authorization: Basic …`
    Basic {
        user: String,
        password: Secret,
    },
    Anonymous,
}

/// An access key: an ID, a secret that signs, and the session token of a temporary key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessKey {
    /// ID of the key, sent with every request.
    pub id: String,
    /// Secret that signs requests; never sent.
    pub secret: Secret,
    /// Session token, sent with every request that a temporary key signs.
    pub session_token: Option<Secret>,
}

impl AccessKey {
    /// Creates a long-term access key.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            session_token: None,
        }
    }

    /// Sets the session token of a temporary key.
    pub fn with_session_token(mut self, token: impl Into<Secret>) -> Self {
        self.session_token = Some(token.into());
        self
    }
}

impl Credentials {
    /// Creates credentials from an access key, which some vendors call AK/SK.
    pub fn access_key(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self::new(Kind::AccessKey(AccessKey::new(id, secret)))
    }

    /// Creates credentials from a token for `Authorization: Bearer …`, such as an Amazon Bedrock API key.
    pub fn bearer_token(token: impl Into<Secret>) -> Self {
        Self::new(Kind::Bearer(token.into()))
    }

    /// Creates credentials from a user name, or the ID of a key, and a password for `Authorization: Basic …`.
    pub fn basic(user: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self::new(Kind::Basic {
            user: user.into(),
            password: password.into(),
        })
    }

    /// Creates credentials from a token for a header of the vendor, such as Huawei's `X-Auth-Token`, or for the query.
    pub fn auth_token(token: impl Into<Secret>) -> Self {
        Self::new(Kind::Token(token.into()))
    }

    /// Creates anonymous credentials: requests are sent unsigned, for mocks and for proxies that sign.
    pub fn anonymous() -> Self {
        Self::new(Kind::Anonymous)
    }

    /// Sets the session token of a temporary access key. Other credentials stay as they are.
    pub fn session_token(mut self, token: impl Into<Secret>) -> Self {
        if let Kind::AccessKey(key) = &mut self.kind {
            key.session_token = Some(token.into());
        }
        self
    }

    /// Sets the expiry, before which a [provider](crate::ProvideCredentials) is asked for new credentials.
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

    /// Returns what is unusable about the credentials, without showing them.
    pub(crate) fn check(&self) -> Result<(), String> {
        match &self.kind {
            Kind::AccessKey(key) => {
                check_header("access key ID", &key.id)?;
                check_secret("secret access key", key.secret.expose())?;
                match &key.session_token {
                    Some(token) => check_header("session token", token.expose()),
                    None => Ok(()),
                }
            }
            Kind::Bearer(token) => check_header("bearer token", token.expose()),
            Kind::Token(token) => check_header("token", token.expose()),
            Kind::Basic { user, .. } if user.contains(':') => {
                Err("the user name contains a colon, which ends it in a header".to_owned())
            }
            Kind::Basic { user, password } => {
                check_secret("user name", user)?;
                check_secret("password", password.expose())
            }
            Kind::Anonymous => Ok(()),
        }
    }

    /// Returns what to do if a service refuses the credentials.
    pub(crate) fn advice(&self) -> &'static str {
        match &self.kind {
            Kind::AccessKey(AccessKey {
                session_token: Some(_),
                ..
            }) => {
                "check the access key and its session token, which may have expired, and the region"
            }
            Kind::AccessKey(_) => {
                "check the access key ID and its secret, and the region; a temporary key also needs its session token"
            }
            Kind::Bearer(_) | Kind::Token(_) => {
                "check the token: it may have expired, or be for another service or region"
            }
            Kind::Basic { .. } => "check the user name and the password",
            Kind::Anonymous => "the request was sent without credentials",
        }
    }
}

/// Checks a text that is sent in a header.
fn check_header(what: &str, text: &str) -> Result<(), String> {
    check_secret(what, text)?;
    match HeaderValue::from_str(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!(
            "the {what} contains a character that is not allowed in a header"
        )),
    }
}

/// Checks a text that is only used to sign.
fn check_secret(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() {
        Err(format!("the {what} is empty"))
    } else if text.ends_with(['\n', '\r']) {
        Err(format!("the {what} ends with a line break: remove it"))
    } else if text.contains(char::is_control) {
        Err(format!("the {what} contains a control character"))
    } else if text.trim().len() < text.len() {
        Err(format!("the {what} begins or ends with a space: remove it"))
    } else {
        Ok(())
    }
}

impl Secrets for Credentials {
    fn for_each(&self, each: &mut dyn FnMut(Hidden<'_>)) {
        match &self.kind {
            Kind::AccessKey(key) => {
                each(Hidden::Secret(key.secret.expose()));
                if let Some(token) = &key.session_token {
                    each(Hidden::Secret(token.expose()));
                }
            }
            Kind::Bearer(token) | Kind::Token(token) => each(Hidden::Secret(token.expose())),
            Kind::Basic { user, password } => {
                each(Hidden::Secret(password.expose()));
                each(Hidden::Secret(&basic(user, password)));
            }
            Kind::Anonymous => {}
        }
    }
}

/// Returns what follows `Basic` in a header.
pub(super) fn basic(user: &str, password: &Secret) -> Zeroizing<String> {
    let pair = Zeroizing::new(format!("{user}:{}", password.expose()));
    Zeroizing::new(STANDARD.encode(pair.as_bytes()))
}

impl Kind {
    /// Returns the constructor, for messages.
    pub(super) fn constructor(&self) -> &'static str {
        match self {
            Self::AccessKey(_) => "`Credentials::access_key`",
            Self::Bearer(_) => "`Credentials::bearer_token`",
            Self::Token(_) => "`Credentials::auth_token`",
            Self::Basic { .. } => "`Credentials::basic`",
            Self::Anonymous => "`Credentials::anonymous`",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_secrets() {
        let key = Credentials::access_key("AKIDEXAMPLE", "secret-canary");
        let shown = format!("{:?}", key.session_token("token-canary"));
        assert!(shown.contains("AKIDEXAMPLE"), "{shown}");
        assert_eq!(shown.matches(REDACTED).count(), 2, "{shown}");
        assert!(!shown.contains("canary"), "{shown}");
    }

    #[test]
    fn what_no_service_accepts_is_refused() {
        Credentials::access_key("id", "se cret").check().unwrap();
        for wrong in [
            "",
            " ",
            "secret\n",
            "secret\r\n",
            "se\tcret",
            " secret",
            "secret ",
        ] {
            let secret = Credentials::access_key("id", wrong);
            let id = Credentials::access_key(wrong, "secret");
            for credentials in [secret, id, Credentials::bearer_token(wrong)] {
                credentials.check().unwrap_err();
            }
        }
        // Only headers are limited to bytes that HTTP allows.
        Credentials::access_key("id", "\u{fc}").check().unwrap();
        Credentials::bearer_token("a\u{7f}").check().unwrap_err();
    }
}
