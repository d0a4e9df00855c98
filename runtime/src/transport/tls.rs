//! TLS: root certificates and the provider of cryptography.
//!
//! A program may have two providers in its tree, and rustls panics if it has to choose, so the provider is always named.

use std::error::Error as StdError;
use std::ffi::OsStr;
use std::fmt::{self, Display};
use std::fs;
use std::io;
use std::sync::Arc;

use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{InvalidMessage, RootCertStore};

use crate::error::TransportError;

/// Root certificates.
#[derive(Clone)]
pub(super) struct Roots(pub(super) Vec<CertificateDer<'static>>);

impl Roots {
    /// Loads the root certificates of the system, and those in `extra` in PEM form.
    ///
    /// A system without any is not an error yet: a program that never leaves its machine does not need them. A variable that names a
    /// missing or empty file is.
    pub(super) fn load(extra: &[Vec<u8>]) -> Result<Self, TransportError> {
        let mut certificates = Self::of_system()?.0;
        for (index, pem) in extra.iter().enumerate() {
            let invalid = |problem: &dyn Display| {
                TransportError::config(format!(
                    "invalid root certificates #{}: {problem}",
                    index + 1
                ))
            };
            let before = certificates.len();
            let mut trial = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| invalid(&error))?;
                // Later, an unusable certificate would be skipped.
                trial
                    .add(certificate.clone())
                    .map_err(|error| invalid(&error))?;
                certificates.push(certificate);
            }
            if certificates.len() == before {
                return Err(invalid(&"no certificate in PEM form"));
            }
        }
        Ok(Self(certificates))
    }

    /// Loads the root certificates of the system.
    pub(super) fn of_system() -> Result<Self, TransportError> {
        let set = |name: &'static str| std::env::var_os(name).map(|value| (name, value));
        let variable = |name| set(name).filter(|(_, value)| !value.is_empty());
        let unusable = |name: &str, value: &OsStr, problem: &dyn Display| {
            TransportError::config(format!(
                "invalid environment variable {name}: cannot load root certificates from {value:?}: {problem}"
            ))
        };
        let (file, folders) = (variable("SSL_CERT_FILE"), variable("SSL_CERT_DIR"));
        if let Some((name, path)) = &file
            && let Err(error) = fs::metadata(path)
        {
            return Err(unusable(name, path, &error));
        }
        if let Some((name, paths)) = &folders {
            let mut found = std::env::split_paths(paths).map(fs::metadata);
            if found.all(|folder| folder.is_err()) {
                return Err(unusable(name, paths, &"no such folder"));
            }
        }
        let loaded = rustls_native_certs::load_native_certs();
        if loaded.certs.is_empty()
            && let Some((name, path)) = file.or(folders).or_else(|| set("SSL_CERT_FILE"))
        {
            return Err(match loaded.errors.first() {
                _ if path.is_empty() => unusable(name, &path, &"it is empty: unset the variable"),
                Some(error) => unusable(name, &path, error),
                None => unusable(name, &path, &"no certificate in PEM form"),
            });
        }
        Ok(Self(loaded.certs))
    }

    /// Returns an error if no certificate authority is trusted, which a failed handshake would report less clearly.
    pub(super) fn check(&self, uri: &http::Uri) -> Result<(), TransportError> {
        if self.0.is_empty() && uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return Err(TransportError::config(
                "the system has no root certificates: install them (the package is often called ca-certificates), or \
                 call `root_certificates_pem`",
            ));
        }
        Ok(())
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// Creates a TLS configuration that trusts these roots. An unusable certificate of the system is skipped, as browsers do.
pub(super) fn client_config(roots: &Roots) -> Result<rustls::ClientConfig, TransportError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.0.iter().cloned());
    let versions = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions();
    Ok(versions
        .map_err(TransportError::other)?
        .with_root_certificates(store)
        .with_no_client_auth())
}

/// Removes the ALPN protocols: a server that is offered `h2` may choose it, and the transports speak HTTP/1.1 only.
#[cfg(any(feature = "hyper", feature = "ureq"))]
pub(super) fn without_alpn(config: Arc<rustls::ClientConfig>) -> rustls::ClientConfig {
    let mut config = Arc::unwrap_or_clone(config);
    config.alpn_protocols.clear();
    config
}

/// Returns an error and all of its sources, including those that `io::Error` and `ureq::Error` carry but do not return.
pub(super) fn sources<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    fn next<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
        if let Some(io) = error.downcast_ref::<io::Error>() {
            return io.get_ref().map(|inner| inner as _);
        }
        #[cfg(feature = "ureq")]
        if let Some(ureq) = error.downcast_ref::<ureq::Error>() {
            return match ureq {
                ureq::Error::Io(inner) => Some(inner),
                ureq::Error::Other(inner) => Some(&**inner),
                _ => None,
            };
        }
        error.source()
    }
    std::iter::successors(Some(error), |error| next(*error))
}

/// Returns whether an error is about the certificate of the server: untrusted, expired, or for another host.
pub(super) fn is_certificate_problem(error: &(dyn StdError + 'static)) -> bool {
    sources(error).any(|error| {
        matches!(
            error.downcast_ref(),
            Some(rustls::Error::InvalidCertificate(_))
        )
    })
}

/// Returns whether the peer responded to the handshake with something other than TLS, such as HTTP.
pub(super) fn is_other_protocol(error: &(dyn StdError + 'static)) -> bool {
    sources(error).any(|error| {
        matches!(
            error.downcast_ref(),
            Some(rustls::Error::InvalidMessage(
                InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion
            ))
        )
    })
}

/// The error of a handshake with a peer that does not speak TLS, in words that say so.
#[derive(Debug)]
pub(super) struct OtherProtocol(pub(super) Box<dyn StdError + Send + Sync>);

impl Display for OtherProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server does not speak TLS on this port")
    }
}

impl StdError for OtherProtocol {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.0)
    }
}
