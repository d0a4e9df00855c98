//! [`Call`], a request that a fake received.

use std::fmt;

use serde_json::Value;

/// A request that a [`Fake`](super::Fake) received, as the operation and as JSON.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Operation;
/// use cloud_models::fake::Fake;
///
/// fn page_sizes<O: Operation>(fake: &Fake<O::Service>) -> Vec<Option<i64>> {
///     let calls = fake.calls::<O>();
///     calls.iter().map(|call| call.json()["maxResults"].as_i64()).collect()
/// }
/// ```
#[derive(Clone)]
pub struct Call<O> {
    request: O,
    json: Value,
    unknown: Vec<(String, Value)>,
}

impl<O> Call<O> {
    pub(super) fn new(request: O, json: Value, unknown: Vec<(String, Value)>) -> Self {
        Self {
            request,
            json,
            unknown,
        }
    }

    /// Returns the operation with the parameters that were sent.
    pub fn request(&self) -> &O {
        &self.request
    }

    /// Returns the parameters that were sent, by their wire names. Sensitive ones are readable here.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// Returns names and values of the parameters in query and body that this version of the crate does not know, such as those that
    /// [`CallOptions`](crate::CallOptions) add, in the order in which they were sent.
    pub fn unknown(&self) -> &[(String, Value)] {
        &self.unknown
    }
}

/// Omits the JSON, in which secrets are readable.
impl<O: fmt::Debug> fmt::Debug for Call<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}
