//! Futures behind trait objects, and the runtime that drives them.

use std::future::Future;
use std::pin::Pin;

/// A boxed future, as methods of trait objects return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Identity of a tokio runtime. A future with a timer or a socket of one runtime stalls in another.
#[cfg(any(feature = "hyper", feature = "reqwest"))]
pub(crate) type RuntimeId = tokio::runtime::Id;
#[cfg(not(any(feature = "hyper", feature = "reqwest")))]
pub(crate) type RuntimeId = std::convert::Infallible;

/// Returns the tokio runtime of the current thread; `None` outside of one, and if no feature needs tokio.
pub(crate) fn current_runtime() -> Option<RuntimeId> {
    #[cfg(any(feature = "hyper", feature = "reqwest"))]
    return tokio::runtime::Handle::try_current()
        .ok()
        .map(|runtime| runtime.id());
    #[cfg(not(any(feature = "hyper", feature = "reqwest")))]
    None
}
