//! [`Call`], a request that a fake received.

use std::fmt;

use serde_json::{Map, Value};

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
    /// Names of parameters that the operation does not have.
    unknown: Vec<String>,
}

impl<O> Call<O> {
    /// Creates a request from the operation, the JSON of it, and parameters that it does not have.
    pub(super) fn new(request: O, mut json: Value, unknown: Map<String, Value>) -> Self {
        let names = unknown.keys().cloned().collect();
        if let Value::Object(members) = &mut json {
            members.extend(unknown);
        }
        Self {
            request,
            json,
            unknown: names,
        }
    }

    pub(super) fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// Returns the operation with the parameters that were sent.
    pub fn request(&self) -> &O {
        &self.request
    }

    /// Returns the parameters that were sent, by their wire names; also those that this version of the crate does not know. Sensitive
    /// ones are readable here.
    pub fn json(&self) -> &Value {
        &self.json
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
