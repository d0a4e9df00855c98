//! When a call is tried again, and after how long.
//!
//! The rules and numbers are those of the AWS SDKs' standard mode in its version 2.1: three attempts, waits that double and
//! are spread at random, and a budget for all calls of a client, so that a service in trouble is not run over.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::{CodeKind, Error, ErrorKind};

/// How often a call is tried, and how long it waits in between.
///
/// ```
/// use cloud_models_runtime::RetryPolicy;
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
    /// Three attempts; waits of up to 50 ms, or 1 s where the service throttles, that double up to 20 s.
    pub fn standard() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(50),
            throttled_base: Duration::from_secs(1),
            max_backoff: Duration::from_secs(20),
        }
    }

    /// One attempt.
    pub fn never() -> Self {
        Self::standard().max_attempts(1)
    }

    /// The most attempts, the first among them; 0 counts as 1.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest first wait, after trouble and after throttling. Each further wait may be twice as long as the one before;
    /// how long it is between nothing and that is chance.
    pub fn backoff(mut self, trouble: Duration, throttled: Duration) -> Self {
        self.base = trouble;
        self.throttled_base = throttled;
        self
    }

    /// The longest wait that doubling leads to. A service that asks for more is given up to five seconds more.
    pub fn max_backoff(mut self, wait: Duration) -> Self {
        self.max_backoff = wait;
        self
    }

    /// Whether there may be one more attempt after so many.
    pub(crate) fn allows_another(&self, attempts: u32) -> bool {
        attempts < self.max_attempts
    }

    /// How long to wait after attempt number `attempt`, counted from 1. `chance` is from 0 to 1; `asked` is what the service
    /// asks for, if it does.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        trouble: Trouble,
        chance: f64,
        asked: Option<Duration>,
    ) -> Duration {
        /// How much longer than planned a service may make us wait.
        const PATIENCE: Duration = Duration::from_secs(5);

        let base = match trouble {
            Trouble::Throttled => self.throttled_base,
            Trouble::Timeout | Trouble::Other => self.base,
        };
        let doubled = 2_u32
            .checked_pow(attempt.saturating_sub(1))
            .map_or(Duration::MAX, |factor| base.saturating_mul(factor));
        let planned = doubled
            .min(self.max_backoff)
            .mul_f64(chance.clamp(0.0, 1.0));
        match asked {
            Some(asked) => asked.clamp(planned, planned.saturating_add(PATIENCE)),
            None => planned,
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

/// A trouble that may pass by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Throttled,
    Timeout,
    Other,
}

impl Trouble {
    /// What an error is, if another attempt may help. An operation that changes something is repeated only if it cannot
    /// have happened: nothing was sent, or the service refused for lack of capacity.
    pub(crate) fn of(error: &Error, read_only: bool) -> Option<Self> {
        match error.kind() {
            ErrorKind::Api if error.is_throttled() => Some(Self::Throttled),
            ErrorKind::Transport if error.never_sent() => Some(Self::Other),
            _ if !read_only => None,
            ErrorKind::Api if error.code_kind() == CodeKind::Transient => Some(Self::Other),
            ErrorKind::Transport => Some(Self::Other),
            ErrorKind::Timeout => Some(Self::Timeout),
            _ => None,
        }
    }

    /// How much of the budget a retry takes.
    fn cost(self) -> u32 {
        match self {
            Self::Throttled => 5,
            Self::Timeout | Self::Other => 14,
        }
    }
}

/// What all calls of a client may spend on retries. Success refills it; when it is empty, errors are final.
#[derive(Debug)]
pub(crate) struct Budget {
    left: Mutex<u32>,
    capacity: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self::new(Self::CAPACITY)
    }
}

impl Budget {
    /// 35 retries at once.
    const CAPACITY: u32 = 500;

    fn new(capacity: u32) -> Self {
        Self {
            left: Mutex::new(capacity),
            capacity,
        }
    }

    /// Takes what a retry costs, if that much is left.
    pub(crate) fn take(&self, trouble: Trouble) -> Option<u32> {
        let mut left = self.lock();
        *left = left.checked_sub(trouble.cost())?;
        Some(trouble.cost())
    }

    /// Gives back what the last retry of a call took; a call that needed none gives a little.
    pub(crate) fn give(&self, taken: u32) {
        let mut left = self.lock();
        *left = left.saturating_add(taken).min(self.capacity);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> u32 {
        *self.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(policy: &RetryPolicy, trouble: Trouble, n: u32) -> Vec<u128> {
        (1..=n)
            .map(|attempt| policy.wait(attempt, trouble, 1.0, None).as_millis())
            .collect()
    }

    /// The vectors of the AWS SDKs.
    #[test]
    fn waits_double_up_to_their_end() {
        let standard = RetryPolicy::standard();
        assert_eq!(
            waits(&standard, Trouble::Other, 11),
            [
                50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000
            ]
        );
        assert_eq!(
            waits(&standard, Trouble::Throttled, 6),
            [1000, 2000, 4000, 8000, 16000, 20000]
        );
        let short = RetryPolicy::standard().max_backoff(Duration::from_millis(200));
        assert_eq!(waits(&short, Trouble::Timeout, 4), [50, 100, 200, 200]);
        let far = standard.wait(u32::MAX, Trouble::Other, 1.0, None);
        assert_eq!(far, Duration::from_secs(20));
        assert_eq!(standard.wait(3, Trouble::Other, 0.0, None), Duration::ZERO);
    }

    #[test]
    fn a_service_is_heard_within_limits() {
        let policy = RetryPolicy::standard();
        let wait = |asked| {
            policy
                .wait(1, Trouble::Other, 1.0, Some(Duration::from_millis(asked)))
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
        let budget = Budget::new(30);
        assert_eq!(budget.take(Trouble::Other), Some(14));
        assert_eq!(budget.take(Trouble::Timeout), Some(14));
        assert_eq!(budget.take(Trouble::Throttled), None);
        assert_eq!(budget.left(), 2);
        budget.give(14);
        assert_eq!(budget.left(), 16);
        budget.give(100);
        assert_eq!(budget.left(), 30);
    }
}
