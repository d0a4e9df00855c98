//! Credentials for the calls of a client.

use std::sync::Arc;

use crate::auth::CredentialsCache;
use crate::config::{CredentialsSource, ResolvedConfig};
use crate::time::{Clock, CorrectedClock};

/// Creates the cache of a client, if its credentials come from a provider.
pub(crate) fn credentials_cache(
    config: &ResolvedConfig,
    clock: &Arc<dyn Clock>,
) -> Option<CredentialsCache> {
    let CredentialsSource::Provider(provider) = &config.options.credentials else {
        return None;
    };
    let shared = Arc::clone(&config.options.shared);
    let clock = CorrectedClock::new(Arc::clone(clock), move || shared.skew.get());
    Some(CredentialsCache::new(Arc::clone(provider), Arc::new(clock)))
}
