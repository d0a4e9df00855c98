//! Futures behind trait objects.

use std::future::Future;
use std::pin::Pin;

/// A future on the heap: what a method of a trait object answers with.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
