//! The time of a call, and a clock that is off.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// The moment of an event, on two clocks.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Now {
    /// What the clock of this machine shows; it may be off, and it may jump.
    pub time: SystemTime,
    /// How long it is since the call began; never jumps.
    pub elapsed: Duration,
}

impl Now {
    /// Both clocks, given by hand.
    pub fn new(time: SystemTime, elapsed: Duration) -> Self {
        Self { time, elapsed }
    }

    /// This moment of a call that began at `start`.
    pub fn since(start: Instant) -> Self {
        Self::new(SystemTime::now(), start.elapsed())
    }
}

/// By how much the clock of this machine is behind that of the service, in milliseconds, as far as that matters: services
/// accept a difference of a few minutes.
#[derive(Debug, Default)]
pub(crate) struct Skew(AtomicI64);

/// Less than this is left alone.
const MATTERS: Duration = Duration::from_secs(4 * 60);

/// A reply that was so long on its way tells nothing of the time.
const LONGEST_WAY: Duration = Duration::from_secs(15 * 60);

impl Skew {
    /// What is known of it.
    pub(crate) fn known(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Compares the clocks by the date of a reply to what was sent at `sent` with a correction of `used`. Whether from now on
    /// requests are dated so differently that another attempt may succeed.
    pub(crate) fn learn(&self, theirs: SystemTime, sent: Now, received: Now, used: i64) -> bool {
        let Some(measured) = measure(theirs, sent, received) else {
            return false;
        };
        let new = if matters(measured) { measured } else { 0 };
        self.0.store(new, Ordering::Relaxed);
        matters(new.saturating_sub(used))
    }
}

/// By how much the clocks differ, if it matters.
pub(crate) fn difference(theirs: SystemTime, sent: Now, received: Now) -> Option<Duration> {
    let measured = measure(theirs, sent, received).filter(|measured| matters(*measured))?;
    Some(Duration::from_millis(measured.unsigned_abs()))
}

fn matters(skew: i64) -> bool {
    Duration::from_millis(skew.unsigned_abs()) >= MATTERS
}

/// By how many milliseconds the clock of this machine is behind; `None` if the reply tells nothing of it.
fn measure(theirs: SystemTime, sent: Now, received: Now) -> Option<i64> {
    let way = received.elapsed.saturating_sub(sent.elapsed);
    if way > LONGEST_WAY {
        return None;
    }
    // The reply was dated somewhere on the way.
    let ours = sent.time.checked_add(way / 2).unwrap_or(sent.time);
    Some(match theirs.duration_since(ours) {
        Ok(behind) => millis(behind),
        Err(ahead) => -millis(ahead.duration()),
    })
}

/// The time as the service sees it.
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
