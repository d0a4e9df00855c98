//! Clocks, and the correction of a clock that is wrong.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// A source of time for a client: it dates signatures, ages credentials and measures timeouts.
///
/// The default is [`SystemClock`]. A test of retries, timeouts or expiry gives
/// [`ClientBuilder::clock`](crate::ClientBuilder::clock) one that it moves by hand.
///
/// # Examples
///
/// ```
/// # use cloud_models_runtime as cloud_models;
/// use cloud_models::Clock;
/// use std::time::{Duration, SystemTime};
///
/// /// A clock that stands still.
/// struct Noon;
///
/// impl Clock for Noon {
///     fn system_time(&self) -> SystemTime {
///         SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_688_000)
///     }
///
///     fn monotonic(&self) -> Duration {
///         Duration::ZERO
///     }
/// }
/// ```
pub trait Clock: Send + Sync + 'static {
    /// Returns the wall-clock time. It may be wrong, and it may jump.
    fn system_time(&self) -> SystemTime;

    /// Returns the time since an arbitrary fixed point. It never goes back.
    fn monotonic(&self) -> Duration;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn system_time(&self) -> SystemTime {
        (**self).system_time()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}

/// The time of an event of a [`Call`](crate::Call), on two clocks.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Now {
    /// Wall-clock time. It may be wrong, and it may jump.
    pub time: SystemTime,
    /// Time since the call began. It never goes back.
    pub elapsed: Duration,
}

impl Now {
    /// Creates a time from both clocks.
    pub fn new(time: SystemTime, elapsed: Duration) -> Self {
        Self { time, elapsed }
    }

    /// Returns the current time of a call that began at `start`.
    pub fn since(start: Instant) -> Self {
        Self::new(SystemTime::now(), start.elapsed())
    }

    /// Returns the current time of a call that began when [`Clock::monotonic`] was `start`.
    pub(crate) fn read(clock: &dyn Clock, start: Duration) -> Self {
        let elapsed = clock.monotonic().saturating_sub(start);
        Self::new(clock.system_time(), elapsed)
    }
}

/// A clock that shows the time of the service.
pub(crate) struct CorrectedClock<F> {
    clock: Arc<dyn Clock>,
    skew: F,
}

impl<F> CorrectedClock<F> {
    /// Corrects a clock by `skew`, which returns the skew in milliseconds that is known at the time.
    pub(crate) fn new(clock: Arc<dyn Clock>, skew: F) -> Self {
        Self { clock, skew }
    }
}

impl<F: Fn() -> i64 + Send + Sync + 'static> Clock for CorrectedClock<F> {
    fn system_time(&self) -> SystemTime {
        corrected(self.clock.system_time(), (self.skew)())
    }

    fn monotonic(&self) -> Duration {
        self.clock.monotonic()
    }
}

/// Time by which the clock of this machine is behind that of the service, in milliseconds; 0 if the difference does not
/// matter.
#[derive(Debug, Default)]
pub(crate) struct ClockSkew(AtomicI64);

/// Services accept smaller differences.
const TOLERANCE: Duration = Duration::from_secs(4 * 60);

/// A slower response says nothing about the time.
const MAX_ROUND_TRIP: Duration = Duration::from_secs(15 * 60);

impl ClockSkew {
    /// Returns the known skew in milliseconds.
    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Measures the skew from the date of a response to a request that was sent at `sent`, dated with a correction of
    /// `used`. Returns whether requests are now dated so differently that another attempt may succeed.
    pub(crate) fn learn(&self, date: SystemTime, sent: Now, received: Now, used: i64) -> bool {
        let Some(measured) = measure(date, sent, received) else {
            return false;
        };
        let skew = if matters(measured) { measured } else { 0 };
        self.0.store(skew, Ordering::Relaxed);
        matters(skew.saturating_sub(used))
    }
}

/// Returns how far the clocks differ, if it matters.
pub(crate) fn clock_difference(date: SystemTime, sent: Now, received: Now) -> Option<Duration> {
    let measured = measure(date, sent, received).filter(|measured| matters(*measured))?;
    Some(Duration::from_millis(measured.unsigned_abs()))
}

fn matters(skew: i64) -> bool {
    Duration::from_millis(skew.unsigned_abs()) >= TOLERANCE
}

/// Returns how many milliseconds the clock of this machine is behind.
fn measure(date: SystemTime, sent: Now, received: Now) -> Option<i64> {
    let round_trip = received.elapsed.saturating_sub(sent.elapsed);
    if round_trip > MAX_ROUND_TRIP {
        return None;
    }
    // The service dated the response somewhere between sending and receiving.
    let midpoint = sent.time.checked_add(round_trip / 2).unwrap_or(sent.time);
    Some(match date.duration_since(midpoint) {
        Ok(behind) => millis(behind),
        Err(ahead) => -millis(ahead.duration()),
    })
}

/// Returns the time by the clock of the service.
pub(crate) fn corrected(time: SystemTime, skew: i64) -> SystemTime {
    let by = Duration::from_millis(skew.unsigned_abs());
    let corrected = match skew < 0 {
        true => time.checked_sub(by),
        false => time.checked_add(by),
    };
    corrected.unwrap_or(time)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skew_is_measured_from_the_midpoint_of_the_round_trip() {
        let second = Duration::from_secs;
        let start = SystemTime::UNIX_EPOCH + second(1_000_000);
        let sent = Now::new(start, Duration::ZERO);
        let received = Now::new(start + second(100), second(100));
        // Measured from the start the clock would be 290 s behind, from the end 190 s.
        let date = start + second(50) + second(240);
        assert_eq!(measure(date, sent, received), Some(240_000));
        assert_eq!(clock_difference(date, sent, received), Some(second(240)));
        assert_eq!(clock_difference(date - second(1), sent, received), None);
        let late = Now::new(start, MAX_ROUND_TRIP + second(1));
        assert_eq!(measure(date, sent, late), None);
        let in_time = Now::new(start, MAX_ROUND_TRIP);
        assert!(measure(date, sent, in_time).is_some());
        // A clock that is ahead has a negative skew.
        let same = Now::new(start, Duration::ZERO);
        assert_eq!(measure(start - second(300), sent, same), Some(-300_000));
    }

    #[test]
    fn a_corrected_time_is_that_of_the_service() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let millis = Duration::from_millis;
        assert_eq!(corrected(time, 0), time);
        assert_eq!(corrected(time, 1_500), time + millis(1_500));
        assert_eq!(corrected(time, -1_500), time - millis(1_500));
        assert!(corrected(time, i64::MAX) > time);
    }

    #[test]
    fn small_differences_of_the_clocks_are_forgotten() {
        let skew = ClockSkew::default();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let now = Now::new(start, Duration::ZERO);
        let learn = |seconds: u64, used| {
            let date = start + Duration::from_secs(seconds);
            skew.learn(date, now, now, used)
        };
        // Another attempt helps only if it has another date.
        assert!(learn(600, 0));
        assert_eq!(skew.get(), 600_000);
        assert!(!learn(600, 600_000));
        assert!(!learn(239, 0));
        assert_eq!(skew.get(), 0);
        assert!(learn(0, 600_000));
        assert!(learn(240, 0));
    }
}
