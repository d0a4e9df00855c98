//! Random numbers of a call, which all follow from one seed: its idempotency token, and the jitter of its waits.

/// Returns a seed from the operating system, or `None` if it has no random numbers.
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub(super) fn seed() -> Option<u128> {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes).ok()?;
    Some(u128::from_le_bytes(bytes))
}

/// Returns `None`: there is no operating system to ask.
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
pub(super) fn seed() -> Option<u128> {
    None
}

/// Returns a UUID of version 4 in lower case, whose other bits are those of the seed.
pub(super) fn uuid(seed: u128) -> String {
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        seed >> 96,
        seed >> 80 & 0xffff,
        seed >> 64 & 0x0fff,
        seed >> 48 & 0x3fff | 0x8000,
        seed & 0xffff_ffff_ffff,
    )
}

/// Returns the source of the jitter.
pub(super) fn jitter(seed: u128) -> fastrand::Rng {
    // Both halves, because a seed that was written by hand may be short.
    let [low, high] = [seed, seed >> 64].map(|half| (half & u128::from(u64::MAX)) as u64);
    fastrand::Rng::with_seed(low ^ high.rotate_left(32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_the_bits_of_its_seed_beside_version_and_variant() {
        for (seed, expected) in [
            (0, "00000000-0000-4000-8000-000000000000"),
            (u128::MAX, "ffffffff-ffff-4fff-bfff-ffffffffffff"),
            (
                0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
                "01234567-89ab-4def-8123-456789abcdef",
            ),
        ] {
            assert_eq!(uuid(seed), expected);
        }
    }

    #[test]
    fn seeds_differ() {
        let seeds = [seed(), seed(), seed()].map(Option::unwrap);
        assert!(seeds[0] != seeds[1] && seeds[1] != seeds[2]);
        assert_ne!(jitter(1).u64(..), jitter(2).u64(..));
        assert_ne!(jitter(1).u64(..), jitter(1 << 64).u64(..));
        assert_eq!(jitter(7).u64(..), jitter(7).u64(..));
    }
}
