//! From credentials to an authenticated request, by the scheme of the service that fits them.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::credentials::Kind;
use super::sign::{AwsSigV4, BaiduBceV1, HuaweiSdkHmac, Request, Signing, VolcengineHmac};
use super::{AccessKey, Credentials};
use crate::service::{Scheme, ServiceInfo};

/// Adds to a request what proves who sends it. Says what is wrong, without a secret, if that cannot be.
pub(crate) fn authenticate(
    request: &mut http::Request<Bytes>,
    service: &ServiceInfo,
    region: Option<&str>,
    is_private: bool,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<Option<Signing>, String> {
    credentials.kind.check()?;
    let Some(scheme) = fitting_scheme(service, credentials)? else {
        return Ok(None);
    };
    let key = match (scheme, &credentials.kind) {
        (Scheme::Bearer(_), Kind::Bearer(token)) => {
            check_privacy(is_private)?;
            let value = Zeroizing::new(format!("Bearer {}", token.expose()));
            add(request, AUTHORIZATION, &value, "the bearer token")?;
            return Ok(None);
        }
        (Scheme::Token(header, _), Kind::Token(token)) => {
            check_privacy(is_private)?;
            let name = HeaderName::try_from(*header)
                .map_err(|_| format!("{header} is no name of a header"))?;
            add(request, name, token.expose(), "the token")?;
            return Ok(None);
        }
        (_, Kind::AccessKey(key)) => key,
        (_, kind) => return Err(no_scheme(service, kind)),
    };
    let region = || region.ok_or(NO_REGION);
    let signing = match scheme {
        Scheme::AwsSigV4(name, _) => {
            let signer = AwsSigV4::new(region()?, name);
            sign(request, &[HOST], |request| signer.sign(request, key, now))
        }
        Scheme::VolcengineHmac(name, _) => {
            let signer = VolcengineHmac::new(region()?, name);
            sign(request, &[HOST, CONTENT_TYPE], |request| {
                signer.sign(request, key, now)
            })
        }
        Scheme::BaiduBceV1(_) => {
            let signer = BaiduBceV1::new();
            sign(request, &[HOST], |request| signer.sign(request, key, now))
        }
        Scheme::HuaweiSdkHmac(_) => {
            let mut names = vec![HOST, CONTENT_TYPE];
            let project = service.project_header.map(HeaderName::try_from);
            names.extend(project.and_then(Result::ok));
            sign(request, &names, |request| {
                HuaweiSdkHmac.sign(request, key, now)
            })
        }
        Scheme::Bearer(_) | Scheme::Token(..) => {
            return Err(no_scheme(service, &credentials.kind));
        }
    };
    for (name, value) in signing.headers() {
        let name = HeaderName::from_static(name);
        add(request, name, value, what_is_odd(key))?;
    }
    Ok(Some(signing))
}

const NO_REGION: &str = "no region is given, and the signature names one: see `Config::region`";

/// An error if others could read a token on its way.
fn check_privacy(is_private: bool) -> Result<(), String> {
    const PROBLEM: &str = "a token is sent over https only, but the endpoint is http, which `allow_http` does not change";
    match is_private {
        true => Ok(()),
        false => Err(PROBLEM.to_owned()),
    }
}

/// What to say to credentials that the service does not take.
fn no_scheme(service: &ServiceInfo, kind: &Kind) -> String {
    let mut accepted: Vec<_> = service.auth.iter().map(Scheme::takes).collect();
    accepted.dedup();
    format!(
        "{} was given, the service takes {}",
        kind.name(),
        accepted.join(" or ")
    )
}

/// The first scheme of a service that can do something with these credentials; none for anonymous ones.
pub(crate) fn fitting_scheme<'a>(
    service: &'a ServiceInfo,
    credentials: &Credentials,
) -> Result<Option<&'a Scheme>, String> {
    let fits = |scheme: &&Scheme| match (&credentials.kind, scheme) {
        (Kind::Bearer(_), Scheme::Bearer(_)) | (Kind::Token(_), Scheme::Token(..)) => true,
        (Kind::AccessKey(_), scheme) => !matches!(scheme, Scheme::Bearer(_) | Scheme::Token(..)),
        _ => false,
    };
    if matches!(credentials.kind, Kind::Anonymous) {
        return Ok(None);
    }
    let scheme = service.auth.iter().find(fits);
    scheme
        .map(Some)
        .ok_or_else(|| no_scheme(service, &credentials.kind))
}

/// Signs these headers of a request, as far as it has them.
fn sign(
    request: &http::Request<Bytes>,
    names: &[HeaderName],
    signer: impl FnOnce(&Request<'_>) -> Signing,
) -> Signing {
    // A value that is no text was refused when the request was built.
    let headers: Vec<_> = names
        .iter()
        .filter_map(|name| Some((name.as_str(), request.headers().get(name)?.to_str().ok()?)))
        .collect();
    signer(&Request {
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or_default(),
        headers: &headers,
        body: request.body(),
    })
}

fn add(
    request: &mut http::Request<Bytes>,
    name: HeaderName,
    value: &str,
    what: &str,
) -> Result<(), String> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        format!(
            "{what} holds a character that no header can carry, such as a line break at its end"
        )
    })?;
    value.set_sensitive(true);
    request.headers_mut().insert(name, value);
    Ok(())
}

/// Which part of a key no header can carry, if one cannot.
fn what_is_odd(key: &AccessKey) -> &'static str {
    match HeaderValue::from_str(&key.id) {
        Err(_) => "the id of the access key",
        Ok(_) => "the session token",
    }
}
