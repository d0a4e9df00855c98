//! Chooses the scheme that fits the credentials, and authenticates a request with it.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue, Request};
use zeroize::Zeroizing;

use super::Credentials;
use super::credentials::Kind;
use super::sign::{self, AwsSigV4, BaiduBceV1, HuaweiSdkHmac, Signing, VolcengineHmac};
use crate::service::{Scheme, ServiceInfo};

/// The facts about a client that signing needs.
pub(crate) struct Authenticator<'a> {
    pub(crate) service: &'a ServiceInfo,
    /// Region of the credential scope.
    pub(crate) region: Option<&'a str>,
    /// Whether the request cannot be read on its way: https, or loopback.
    pub(crate) is_private: bool,
    /// Headers that the caller added; they are signed too.
    pub(crate) extra_headers: &'a [HeaderName],
}

impl Authenticator<'_> {
    /// Adds the headers that authenticate a request. Returns what was signed, or what is wrong without showing a secret.
    pub(crate) fn authenticate(
        &self,
        request: &mut Request<Bytes>,
        credentials: &Credentials,
        now: SystemTime,
    ) -> Result<Option<Signing>, String> {
        credentials.check()?;
        let Some(scheme) = choose_scheme(self.service, credentials)? else {
            return Ok(None);
        };
        let key = match (scheme, &credentials.kind) {
            (Scheme::Bearer(_), Kind::Bearer(token)) => {
                self.check_privacy()?;
                let value = Zeroizing::new(format!("Bearer {}", token.expose()));
                add_header(request, AUTHORIZATION, &value)?;
                return Ok(None);
            }
            (Scheme::Token(header, _), Kind::Token(token)) => {
                self.check_privacy()?;
                let name = HeaderName::try_from(*header)
                    .map_err(|_| format!("{header:?} is not the name of a header"))?;
                add_header(request, name, token.expose())?;
                return Ok(None);
            }
            (_, Kind::AccessKey(key)) => key,
            (_, kind) => return Err(no_scheme(self.service, kind)),
        };
        let region = || self.region.ok_or(NO_REGION);
        let signing = match scheme {
            Scheme::AwsSigV4(name, _) => {
                let signer = AwsSigV4::new(region()?, name);
                self.sign(request, &[HOST], |request| signer.sign(request, key, now))
            }
            Scheme::VolcengineHmac(name, _) => {
                let signer = VolcengineHmac::new(region()?, name);
                self.sign(request, &[HOST, CONTENT_TYPE], |request| {
                    signer.sign(request, key, now)
                })
            }
            Scheme::BaiduBceV1(_) => self.sign(request, &[HOST], |request| {
                BaiduBceV1::new().sign(request, key, now)
            }),
            Scheme::HuaweiSdkHmac(_) => {
                let mut names = vec![HOST, CONTENT_TYPE];
                let project = self.service.project_header.map(HeaderName::try_from);
                names.extend(project.and_then(Result::ok));
                self.sign(request, &names, |request| {
                    HuaweiSdkHmac.sign(request, key, now)
                })
            }
            Scheme::Bearer(_) | Scheme::Token(..) => {
                return Err(no_scheme(self.service, &credentials.kind));
            }
        };
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
                "tokens are sent over https only: use an https endpoint (`allow_http` does not change this)"
                    .to_owned(),
            ),
        }
    }

    /// Signs these headers of a request, and those that the caller added.
    fn sign(
        &self,
        request: &Request<Bytes>,
        names: &[HeaderName],
        signer: impl FnOnce(&sign::Request<'_>) -> Signing,
    ) -> Signing {
        // A value that is not text was refused when the request was built.
        let headers: Vec<_> = names
            .iter()
            .chain(self.extra_headers)
            .filter_map(|name| Some((name.as_str(), request.headers().get(name)?.to_str().ok()?)))
            .collect();
        signer(&sign::Request {
            method: request.method().as_str(),
            path: request.uri().path(),
            query: request.uri().query().unwrap_or_default(),
            headers: &headers,
            body: request.body(),
        })
    }
}

const NO_REGION: &str = "signing needs a region: set `Config::region`";

/// Describes credentials that the service does not accept.
fn no_scheme(service: &ServiceInfo, kind: &Kind) -> String {
    let mut accepted: Vec<_> = service.auth.iter().map(Scheme::constructor).collect();
    accepted.dedup();
    format!(
        "the service does not accept {}: use {}",
        kind.constructor(),
        accepted.join(" or ")
    )
}

/// Returns the first scheme of a service that fits the credentials; `None` for anonymous credentials.
pub(crate) fn choose_scheme<'a>(
    service: &'a ServiceInfo,
    credentials: &Credentials,
) -> Result<Option<&'a Scheme>, String> {
    let kind = &credentials.kind;
    let fits = |scheme: &&Scheme| match (kind, scheme) {
        (Kind::Bearer(_), Scheme::Bearer(_)) | (Kind::Token(_), Scheme::Token(..)) => true,
        (Kind::AccessKey(_), scheme) => !matches!(scheme, Scheme::Bearer(_) | Scheme::Token(..)),
        _ => false,
    };
    if *kind == Kind::Anonymous {
        return Ok(None);
    }
    let scheme = service.auth.iter().find(fits);
    scheme.map(Some).ok_or_else(|| no_scheme(service, kind))
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
