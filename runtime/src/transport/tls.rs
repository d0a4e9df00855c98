//! Whom to trust: the system's root certificates and those of a user, with a provider of cryptography that is named.
//!
//! A program may have two providers of cryptography in its tree, and rustls panics if it has to choose; so nothing here is
//! left to choose.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::error::TransportError;

/// Root certificates.
#[derive(Clone)]
pub(crate) struct Roots(pub(crate) Vec<CertificateDer<'static>>);

impl Roots {
    /// Those of the system, and those in texts in PEM form.
    ///
    /// A system without any is no error yet: programs that never leave their machine need none.
    pub(crate) fn load(extra: &[Vec<u8>]) -> Result<Self, TransportError> {
        let mut certificates = Self::of_system().0;
        for (index, pem) in extra.iter().enumerate() {
            let before = certificates.len();
            let mut trial = RootCertStore::empty();
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| {
                    TransportError::other(format!(
                        "root certificates, text {} of those given: {error}",
                        index + 1
                    ))
                })?;
                // Later on, what cannot be used is passed over in silence.
                trial.add(certificate.clone()).map_err(|error| {
                    TransportError::other(format!(
                        "root certificates, text {} of those given: {error}",
                        index + 1
                    ))
                })?;
                certificates.push(certificate);
            }
            if certificates.len() == before {
                return Err(TransportError::other(format!(
                    "root certificates, text {} of those given: it holds no certificate in PEM form",
                    index + 1
                )));
            }
        }
        Ok(Self(certificates))
    }

    /// Those of the system.
    pub(crate) fn of_system() -> Self {
        Self(rustls_native_certs::load_native_certs().certs)
    }

    /// An error if there is nobody to trust, which a failed handshake would say less clearly.
    pub(crate) fn for_uri(&self, uri: &http::Uri) -> Result<(), TransportError> {
        if self.0.is_empty() && uri.scheme() == Some(&http::uri::Scheme::HTTPS) {
            return Err(TransportError::setup(
                "the system has no root certificates: install them (in many systems the package ca-certificates), or \
                 give some",
            ));
        }
        Ok(())
    }
}

pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// A configuration that trusts these. A certificate that cannot be used is passed over, as in every browser.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub(crate) fn client_config(roots: &Roots) -> Result<rustls::ClientConfig, TransportError> {
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(roots.0.iter().cloned());
    let versions = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions();
    Ok(versions
        .map_err(TransportError::other)?
        .with_root_certificates(store)
        .with_no_client_auth())
}
