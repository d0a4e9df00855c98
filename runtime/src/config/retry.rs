//! [`RetryPolicy`] and the retry budget.
//!
//! Rules and numbers are those of the standard mode, version 2.1, of the AWS SDKs: three attempts, exponential backoff with
//! full jitter, and a budget shared by all calls of a client, so that retries do not overload a struggling service.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Number of attempts of a call, and the waits between them.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::RetryPolicy;
/// use std::time::Duration;
///
/// let patient = RetryPolicy::standard().max_attempts(6).max_backoff(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    base: Duration,
    throttled_base: Duration,
    max_backoff: Duration,
}

impl RetryPolicy {
    /// Creates the default policy: three attempts, with a backoff of up to 50 ms, or 1 s after throttling, that doubles up to
    /// 20 s.
    pub fn standard() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(50),
            throttled_base: Duration::from_secs(1),
            max_backoff: Duration::from_secs(20),
        }
    }

    /// Creates a policy of a single attempt.
    pub fn never() -> Self {
        Self::standard().max_attempts(1)
    }

    /// Sets the maximum number of attempts, including the first; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// Sets the maximum of the first wait, after a transient failure and after throttling. It doubles with every further
    /// attempt; the actual wait is a random share of it.
    pub fn backoff(mut self, transient: Duration, throttled: Duration) -> Self {
        self.base = transient;
        self.throttled_base = throttled;
        self
    }

    /// Sets the maximum that doubling leads to. A service may ask for up to five seconds more.
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// Returns whether another attempt is allowed after `attempts`.
    pub(crate) fn allows_another(&self, attempts: u32) -> bool {
        attempts < self.max_attempts
    }

    /// Returns whether a call may have to wait between attempts.
    pub(crate) fn has_retries(&self) -> bool {
        self.max_attempts > 1
    }

    /// Returns the wait after attempt number `attempt`, from 1. `jitter` is between 0 and 1; `retry_after` is what the service
    /// asks for.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        cause: RetryCause,
        jitter: f64,
        retry_after: Option<Duration>,
    ) -> Duration {
        /// Maximum time by which a service can extend a planned wait.
        const MAX_EXTRA: Duration = Duration::from_secs(5);

        let base = match cause {
            RetryCause::Throttled => self.throttled_base,
            RetryCause::Timeout | RetryCause::Other => self.base,
        };
        let doubled = 2_u32
            .checked_pow(attempt.saturating_sub(1))
            .map_or(Duration::MAX, |factor| base.saturating_mul(factor));
        let planned = doubled
            .min(self.max_backoff)
            .mul_f64(jitter.clamp(0.0, 1.0));
        match retry_after {
            Some(wait) => wait.clamp(planned, planned.saturating_add(MAX_EXTRA)),
            None => planned,
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

/// Why a call is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryCause {
    Throttled,
    Timeout,
    Other,
}

impl RetryCause {
    /// Returns what a retry takes from the budget.
    fn cost(self) -> u32 {
        match self {
            Self::Throttled => 5,
            Self::Timeout | Self::Other => 14,
        }
    }
}

/// The budget for retries that all calls of a client share. Success refills it; while it is empty, errors are final.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    left: Mutex<u32>,
    capacity: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

impl RetryBudget {
    /// Enough for 35 retries at once.
    const CAPACITY: u32 = 500;

    /// Amount that a call without retries returns.
    pub(crate) const REFILL: u32 = 1;

    fn new(capacity: u32) -> Self {
        Self {
            left: Mutex::new(capacity),
            capacity,
        }
    }

    /// Takes the cost of a retry and returns it, if enough is left.
    pub(crate) fn take(&self, cause: RetryCause) -> Option<u32> {
        let mut left = self.lock();
        *left = left.checked_sub(cause.cost())?;
        Some(cause.cost())
    }

    /// Returns an amount to the budget.
    pub(crate) fn give(&self, amount: u32) {
        let mut left = self.lock();
        *left = left.saturating_add(amount).min(self.capacity);
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(policy: &RetryPolicy, cause: RetryCause, attempts: u32) -> Vec<u128> {
        (1..=attempts)
            .map(|attempt| policy.wait(attempt, cause, 1.0, None).as_millis())
            .collect()
    }

    /// The test vectors of the AWS SDKs.
    #[test]
    fn waits_double_up_to_a_maximum() {
        let standard = RetryPolicy::standard();
        assert_eq!(
            waits(&standard, RetryCause::Other, 11),
            [
                50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000
            ]
        );
        assert_eq!(
            waits(&standard, RetryCause::Throttled, 6),
            [1000, 2000, 4000, 8000, 16000, 20000]
        );
        let short = RetryPolicy::standard().max_backoff(Duration::from_millis(200));
        assert_eq!(waits(&short, RetryCause::Timeout, 4), [50, 100, 200, 200]);
        let far = standard.wait(u32::MAX, RetryCause::Other, 1.0, None);
        assert_eq!(far, Duration::from_secs(20));
        assert_eq!(
            standard.wait(3, RetryCause::Other, 0.0, None),
            Duration::ZERO
        );
        assert_eq!(
            standard.wait(3, RetryCause::Other, 0.5, None),
            Duration::from_millis(100)
        );
    }

    #[test]
    fn a_service_can_ask_for_five_seconds_more() {
        let policy = RetryPolicy::standard();
        let wait = |retry_after| {
            let retry_after = Some(Duration::from_millis(retry_after));
            policy
                .wait(1, RetryCause::Other, 1.0, retry_after)
                .as_millis()
        };
        assert_eq!(wait(1500), 1500);
        assert_eq!(wait(0), 50);
        assert_eq!(wait(5050), 5050);
        assert_eq!(wait(5051), 5050);
        assert_eq!(wait(u64::MAX), 5050);
    }

    #[test]
    fn the_budget_runs_out_and_is_refilled() {
        let budget = RetryBudget::new(33);
        let left = |budget: &RetryBudget| *budget.lock();
        assert_eq!(budget.take(RetryCause::Other), Some(14));
        assert_eq!(budget.take(RetryCause::Timeout), Some(14));
        assert_eq!(budget.take(RetryCause::Throttled), Some(5));
        assert_eq!(left(&budget), 0);
        assert_eq!(budget.take(RetryCause::Throttled), None);
        budget.give(14);
        assert_eq!(left(&budget), 14);
        budget.give(100);
        assert_eq!(left(&budget), 33);
    }

    #[test]
    fn a_policy_counts_attempts() {
        let allowed = |policy: &RetryPolicy| {
            (0..10)
                .take_while(|attempts| policy.allows_another(*attempts))
                .count()
        };
        let standard = RetryPolicy::standard();
        assert_eq!(allowed(&standard), 3);
        assert_eq!(allowed(&standard.clone().max_attempts(2)), 2);
        for once in [RetryPolicy::never(), standard.clone().max_attempts(0)] {
            assert_eq!(allowed(&once), 1);
            assert!(!once.has_retries());
        }
        assert!(standard.clone().max_attempts(2).has_retries());
        assert_eq!(RetryPolicy::default(), standard);
    }

    #[test]
    fn the_backoff_can_be_set() {
        let policy =
            RetryPolicy::standard().backoff(Duration::from_millis(3), Duration::from_millis(7));
        assert_eq!(waits(&policy, RetryCause::Other, 2), [3, 6]);
        assert_eq!(waits(&policy, RetryCause::Timeout, 2), [3, 6]);
        assert_eq!(waits(&policy, RetryCause::Throttled, 2), [7, 14]);
        // A share of the wait outside of 0 to 1 would be no jitter.
        assert_eq!(policy.wait(1, RetryCause::Other, 9.0, None).as_millis(), 3);
    }
}
