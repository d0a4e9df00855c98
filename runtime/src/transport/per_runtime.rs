//! [`PerRuntime`], one value for each tokio runtime.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::runtime::{Handle, Id};

use crate::error::TransportError;

/// Values by tokio runtime.
///
/// An idle connection is driven by a task of the runtime it was made in. A current-thread runtime drives it only while it
/// blocks on something, so a connection must not be used from another runtime: the request would stall.
pub(super) struct PerRuntime<T>(Mutex<Vec<(Id, T)>>);

impl<T: Clone> PerRuntime<T> {
    /// Maximum number of runtimes, more than a server with one for each thread has; the one that was used longest ago is
    /// forgotten.
    const MAX: usize = 256;

    pub(super) fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns the value of the current runtime, from `make` at first.
    ///
    /// # Errors
    ///
    /// Returns an error outside of a runtime, or that of `make`.
    pub(super) fn get(
        &self,
        make: impl FnOnce() -> Result<T, TransportError>,
    ) -> Result<T, TransportError> {
        let id = match Handle::try_current() {
            Ok(runtime) => runtime.id(),
            Err(_) => {
                return Err(TransportError::config(
                    "no tokio runtime: call from within one, or use `blocking::Client`",
                ));
            }
        };
        if let Some(value) = used(&mut self.lock(), id) {
            return Ok(value);
        }
        // Made without the lock: `make` takes long, and may run code of the user.
        let value = make()?;
        let mut values = self.lock();
        if let Some(other) = used(&mut values, id) {
            return Ok(other);
        }
        values.truncate(Self::MAX - 1);
        values.insert(0, (id, value.clone()));
        Ok(value)
    }
}

impl<T> PerRuntime<T> {
    fn lock(&self) -> MutexGuard<'_, Vec<(Id, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the value of a runtime, and notes that it was used.
fn used<T: Clone>(values: &mut Vec<(Id, T)>, id: Id) -> Option<T> {
    let found = values.iter().position(|(other, _)| *other == id)?;
    let entry = values.remove(found);
    let value = entry.1.clone();
    values.insert(0, entry);
    Some(value)
}

#[cfg(test)]
mod tests {
    use tokio::runtime::Builder;

    use super::*;

    fn get(values: &PerRuntime<usize>, made: usize) -> usize {
        values.get(|| Ok(made)).unwrap()
    }

    #[test]
    fn each_runtime_has_its_own_value_and_old_ones_are_forgotten() {
        let values = PerRuntime::new();
        let error = values.get(|| Ok(0)).unwrap_err();
        assert_eq!(error.kind(), crate::error::TransportErrorKind::Config);
        let max = PerRuntime::<usize>::MAX;
        let runtimes: Vec<_> = (0..=max)
            .map(|_| Builder::new_current_thread().build().unwrap())
            .collect();
        for (number, runtime) in runtimes.iter().take(max).enumerate() {
            let _guard = runtime.enter();
            assert_eq!(get(&values, number), number);
            assert_eq!(get(&values, 1000), number);
        }
        // The first is used again, so the second is forgotten for the last.
        for (number, made, expected) in [
            (0, 1000, 0),
            (max, max, max),
            (0, 1000, 0),
            (1, 1001, 1001),
            (max, 1000, max),
        ] {
            let _guard = runtimes[number].enter();
            assert_eq!(get(&values, made), expected);
        }
    }

    #[test]
    fn values_are_made_without_the_lock_and_the_first_one_wins() {
        let runtime = Builder::new_current_thread().build().unwrap();
        let _guard = runtime.enter();
        let values = PerRuntime::new();
        let value = values.get(|| {
            assert!(values.0.try_lock().is_ok(), "locked");
            assert_eq!(get(&values, 1), 1);
            Ok(2)
        });
        assert_eq!(value.unwrap(), 1);
        assert_eq!(get(&values, 3), 1);
    }
}
