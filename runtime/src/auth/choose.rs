//! Chooses the scheme that fits the credentials, and authenticates a request with it.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::{HeaderName, HeaderValue, Request};
use percent_encoding::utf8_percent_encode;
use zeroize::Zeroizing;

use super::Credentials;
use super::credentials::{Kind, basic};
use super::sign::{self, AwsSigV4, BaiduBceV1, HuaweiSdkHmac, Signing, VolcengineHmac};
use crate::encode::RESERVED;
use crate::service::Scheme;

/// The facts about a client that signing needs.
pub(crate) struct Authenticator<'a> {
    /// Schemes that the operation accepts.
    pub(crate) schemes: &'a [Scheme],
    /// Region of the credential scope.
    pub(crate) region: Option<&'a str>,
    /// Whether the request cannot be read on its way: https, or loopback.
    pub(crate) is_private: bool,
}

impl Authenticator<'_> {
    /// Adds what authenticates a request: headers, or a token in the query. Returns what was signed, or what is wrong without showing a secret.
    pub(crate) fn authenticate(
        &self,
        request: &mut Request<Bytes>,
        credentials: &Credentials,
        now: SystemTime,
    ) -> Result<Option<Signing>, String> {
        credentials.check()?;
        let Some(scheme) = choose_scheme(self.schemes, credentials)? else {
            return Ok(None);
        };
        let key = match (scheme, &credentials.kind) {
            (Scheme::Bearer { .. }, Kind::Bearer(token)) => {
                self.check_privacy()?;
                let value = Zeroizing::new(format!("Bearer {}", token.expose()));
                add_header(request, AUTHORIZATION, &value)?;
                return Ok(None);
            }
            (Scheme::Token { header, .. }, Kind::Token(token)) => {
                self.check_privacy()?;
                let name = HeaderName::try_from(*header)
                    .map_err(|_| format!("{header:?} is not the name of a header"))?;
                add_header(request, name, token.expose())?;
                return Ok(None);
            }
            (Scheme::QueryToken { query, .. }, Kind::Token(token)) => {
                self.check_privacy()?;
                add_query(request, query, token.expose())?;
                return Ok(None);
            }
            (Scheme::Basic(_), Kind::Basic { user, password }) => {
                self.check_privacy()?;
                let value = Zeroizing::new(format!("Basic {}", &*basic(user, password)));
                add_header(request, AUTHORIZATION, &value)?;
                return Ok(None);
            }
            (_, Kind::AccessKey(key)) => key,
            (_, kind) => return Err(no_scheme(self.schemes, kind)),
        };
        let region = || self.region.ok_or(NO_REGION);
        let signing = match scheme {
            Scheme::AwsSigV4 { service: name, .. } => {
                let signer = AwsSigV4::new(region()?, name);
                sign(request, &[], |request| signer.sign(request, key, now))
            }
            Scheme::VolcengineHmac { service: name, .. } => {
                let signer = VolcengineHmac::new(region()?, name);
                sign(request, &[], |request| signer.sign(request, key, now))
            }
            // As the vendor's SDKs do, which leave out the type of the body.
            Scheme::BaiduBceV1(_) => sign(request, &[CONTENT_TYPE], |request| {
                BaiduBceV1::new().sign(request, key, now)
            }),
            Scheme::HuaweiSdkHmac(_) => sign(request, &[], |request| {
                HuaweiSdkHmac.sign(request, key, now)
            }),
            Scheme::Bearer { .. }
            | Scheme::Token { .. }
            | Scheme::QueryToken { .. }
            | Scheme::Basic(_)
            | Scheme::None => {
                return Err(no_scheme(self.schemes, &credentials.kind));
            }
        }?;
        for (name, value) in signing.headers() {
            add_header(request, HeaderName::from_static(name), value)?;
        }
        Ok(Some(signing))
    }

    /// Refuses to send a token that others could read on its way.
    fn check_privacy(&self) -> Result<(), String> {
        match self.is_private {
            true => Ok(()),
            false => Err(
                "tokens and passwords are sent over https only: use an https endpoint (`allow_http` does not change this)"
                    .to_owned(),
            ),
        }
    }
}

/// Headers that proxies and HTTP stacks may change on the way, so that no scheme signs them.
const UNSIGNED: [HeaderName; 2] = [USER_AGENT, ACCEPT_ENCODING];

/// Signs a request with all of its headers, except for some.
fn sign(
    request: &Request<Bytes>,
    except: &[HeaderName],
    signer: impl FnOnce(&sign::Request<'_>) -> Signing,
) -> Result<Signing, String> {
    let is_signed = |name: &HeaderName| !UNSIGNED.contains(name) && !except.contains(name);
    let headers = request.headers().iter().filter(|(name, _)| is_signed(name));
    let headers = headers.map(|(name, value)| match value.to_str() {
        Ok(value) => Ok((name.as_str(), value)),
        Err(_) => Err(format!(
            "header {name} is not ASCII, so it cannot be signed"
        )),
    });
    let headers = headers.collect::<Result<Vec<_>, _>>()?;
    Ok(signer(&sign::Request {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: &headers,
        body: request.body(),
    }))
}

const NO_REGION: &str = "signing needs a region: set `Config::region`";

/// Describes credentials that the service does not accept.
fn no_scheme(schemes: &[Scheme], kind: &Kind) -> String {
    let mut accepted: Vec<_> = schemes.iter().map(Scheme::constructor).collect();
    accepted.dedup();
    format!(
        "the service does not accept {}: use {}",
        kind.constructor(),
        accepted.join(" or ")
    )
}

/// Returns the first of several schemes that fits the credentials; `None` for anonymous credentials, and where no credentials
/// are needed.
pub(crate) fn choose_scheme<'a>(
    schemes: &'a [Scheme],
    credentials: &Credentials,
) -> Result<Option<&'a Scheme>, String> {
    let kind = &credentials.kind;
    let fits = |scheme: &&Scheme| match scheme {
        Scheme::Bearer { .. } => matches!(kind, Kind::Bearer(_)),
        Scheme::Token { .. } | Scheme::QueryToken { .. } => matches!(kind, Kind::Token(_)),
        Scheme::Basic(_) => matches!(kind, Kind::Basic { .. }),
        Scheme::AwsSigV4 { .. }
        | Scheme::VolcengineHmac { .. }
        | Scheme::BaiduBceV1(_)
        | Scheme::HuaweiSdkHmac(_) => matches!(kind, Kind::AccessKey(_)),
        Scheme::None => false,
    };
    if *kind == Kind::Anonymous || needs_none(schemes) {
        return Ok(None);
    }
    let scheme = schemes.iter().find(fits);
    scheme.map(Some).ok_or_else(|| no_scheme(schemes, kind))
}

/// Returns whether requests are sent without credentials, even if there are some.
pub(crate) fn needs_none(schemes: &[Scheme]) -> bool {
    matches!(schemes, [Scheme::None])
}

/// Adds a token to the query of a request. It is in no message: paths and queries are not logged, and errors are redacted.
fn add_query(request: &mut Request<Bytes>, name: &str, value: &str) -> Result<(), String> {
    let uri = request.uri();
    let mark = if uri.query().is_some() { '&' } else { '?' };
    let name = utf8_percent_encode(name, RESERVED);
    let value = utf8_percent_encode(value, RESERVED);
    let text = Zeroizing::new(format!("{uri}{mark}{name}={value}"));
    *request.uri_mut() = text
        .parse()
        .map_err(|_| "the token makes the URL too long".to_owned())?;
    Ok(())
}

/// Adds a header that HTTP stacks do not show.
fn add_header(request: &mut Request<Bytes>, name: HeaderName, value: &str) -> Result<(), String> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        format!("the credentials contain a character that is not allowed in header {name}")
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(())
}
