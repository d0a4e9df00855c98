//! From credentials to an authenticated request, by the scheme of the service that fits them.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderName, HeaderValue};

use super::{AwsSigV4, BaiduBceV1, HuaweiSdkHmac, Request, Signing, VolcengineHmac};
use crate::credentials::Kind;
use crate::endpoint::Target;
use crate::{AccessKey, Credentials, Scheme, ServiceInfo};

/// Adds to a request what proves who sends it. Says what is wrong, without a secret, if that cannot be.
pub(crate) fn authenticate(
    request: &mut http::Request<Bytes>,
    service: &ServiceInfo,
    target: &Target,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<Option<Signing>, String> {
    credentials.kind.check()?;
    let Some(scheme) = fitting_scheme(service, credentials)? else {
        return Ok(None);
    };
    let tokens_are_safe = || {
        match target.is_private {
        true => Ok(()),
        false => Err(
            "a token is sent over https only, but the endpoint is http, which `allow_http` does not change"
                .to_owned(),
        ),
    }
    };
    let region = || {
        let region = target.region.as_deref();
        region.ok_or_else(|| {
            "no region is given, and the signature names one: see `Config::region`".to_owned()
        })
    };
    let signing = match (scheme, &credentials.kind) {
        (Scheme::Bearer(_), Kind::Bearer(token)) => {
            tokens_are_safe()?;
            let value = zeroize::Zeroizing::new(format!("Bearer {}", token.expose()));
            add(request, AUTHORIZATION, &value, "the bearer token")?;
            return Ok(None);
        }
        (Scheme::Token(header, _), Kind::Token(token)) => {
            tokens_are_safe()?;
            let name = HeaderName::try_from(*header)
                .map_err(|_| format!("{header} is no name of a header"))?;
            add(request, name, token.expose(), "the token")?;
            return Ok(None);
        }
        (Scheme::AwsSigV4(name, _), Kind::AccessKey(key)) => {
            let signer = AwsSigV4::new(region()?, name);
            sign(request, &[HOST], |request| signer.sign(request, key, now))
        }
        (Scheme::VolcengineHmac(name, _), Kind::AccessKey(key)) => {
            let signer = VolcengineHmac::new(region()?, name);
            sign(request, &[HOST, CONTENT_TYPE], |request| {
                signer.sign(request, key, now)
            })
        }
        (Scheme::BaiduBceV1(_), Kind::AccessKey(key)) => sign(request, &[HOST], |request| {
            BaiduBceV1::new().sign(request, key, now)
        }),
        (Scheme::HuaweiSdkHmac(_), Kind::AccessKey(key)) => {
            let mut names = vec![HOST, CONTENT_TYPE];
            let project = service.project_header.map(HeaderName::try_from);
            names.extend(project.and_then(Result::ok));
            sign(request, &names, |request| {
                HuaweiSdkHmac.sign(request, key, now)
            })
        }
        _ => return Ok(None),
    };
    if let Kind::AccessKey(key) = &credentials.kind {
        for (name, value) in signing.headers() {
            add(
                request,
                HeaderName::from_static(name),
                value,
                what_is_odd(key),
            )?;
        }
    }
    Ok(Some(signing))
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
    match service.auth.iter().find(fits) {
        Some(scheme) => Ok(Some(scheme)),
        None => {
            let mut accepted: Vec<_> = service.auth.iter().map(Scheme::takes).collect();
            accepted.dedup();
            Err(format!(
                "{} was given, the service takes {}",
                credentials.kind.name(),
                accepted.join(" or ")
            ))
        }
    }
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
