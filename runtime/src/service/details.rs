//! Details of errors: structures with the members of the object that holds an error code.

use std::any::TypeId;

use serde_core::Serialize;
use serde_json::Value;

use super::Service;
use crate::error::{Error, Result};
#[cfg(feature = "fake")]
use crate::schema::deserialize_strictly;
use crate::schema::{Blank, read_part};

/// A structure with the details of errors of a service.
///
/// Generated code implements it for the structures that the vendor documents. [`Error::details`] decodes them.
pub trait Details: Blank + Serialize + Clone + Send + 'static {
    /// The service that reports the errors.
    type Service: Service;
}

/// A structure with details, as data.
#[derive(Clone, Copy, Debug)]
pub struct DetailsType {
    id: fn() -> TypeId,
    /// Decodes the details, and returns them by their wire names.
    json: fn(&Error) -> Option<Result<Value>>,
    /// Reads the details by their wire names.
    #[cfg(feature = "fake")]
    read: fn(&Value) -> serde_json::Result<Box<dyn crate::schema::Value>>,
}

impl DetailsType {
    pub(super) const fn of<T: Details>() -> Self {
        Self {
            id: TypeId::of::<T>,
            json: |error| {
                let details = decode::<T>(error)?;
                Some(details.map(|details| serde_json::to_value(&details).unwrap_or_default()))
            },
            #[cfg(feature = "fake")]
            read: |json| Ok(Box::new(deserialize_strictly::<T, _>(json)?)),
        }
    }

    /// Reads details by their wire names. An unknown name is an error.
    #[cfg(feature = "fake")]
    pub(crate) fn read(self, json: &Value) -> serde_json::Result<Box<dyn crate::schema::Value>> {
        (self.read)(json)
    }

    /// Decodes the details of an error, and returns them by their wire names.
    pub(super) fn to_json(self, error: &Error) -> Option<Result<Value>> {
        (self.json)(error)
    }
}

impl Error {
    /// Decodes the details that the vendor documents for the [code](Self::code) of the error; `None` if it documents no `T`
    /// for that code, or the error is not from a response.
    ///
    /// The structure is read from the object that holds the code. It is not redacted, but its `Debug` hides sensitive fields.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Decode`](crate::ErrorKind::Decode) if the response does not have the details as documented.
    /// It does not quote the response.
    pub fn details<T: Details>(&self) -> Option<Result<T>> {
        let code = T::Service::INFO.documented(self.code()?)?;
        code.details
            .filter(|details| (details.id)() == TypeId::of::<T>())?;
        decode(self)
    }
}

/// Decodes the details of an error that a response reports.
fn decode<T: Details>(error: &Error) -> Option<Result<T>> {
    let source = error.details_source(T::Service::INFO.name)?;
    let mut details = T::blank();
    Some(match read_part(&mut details, &source) {
        Ok(()) => Ok(details),
        Err(path) => Err(error.without_details(path)),
    })
}
