//! Character sets in the notation of `chars:`: single characters and ranges, such as `A-Za-z0-9_-`.

/// Returns the ranges of a set in their order; a single character is a range of one. The end of a range may precede its
/// start.
pub(crate) fn ranges(class: &str) -> Vec<(char, char)> {
    let mut ranges = Vec::new();
    let mut rest = class.chars();
    while let Some(first) = rest.next() {
        let mut ahead = rest.clone();
        let last = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(last)) => {
                rest = ahead;
                last
            }
            _ => first,
        };
        ranges.push((first, last));
    }
    ranges
}

/// Whether a set contains a character.
pub(crate) fn has(class: &str, c: char) -> bool {
    let mut ranges = ranges(class).into_iter();
    ranges.any(|(first, last)| (first..=last).contains(&c))
}

/// Whether a set contains every character of another set.
pub(crate) fn covers(class: &str, other: &str) -> bool {
    let joined = joined(ranges(class));
    let within = |(first, last): &(char, char)| {
        let mut wholes = joined.iter();
        wholes.any(|(from, to)| from <= first && last <= to)
    };
    ranges(other).iter().all(within)
}

/// Whether two sets have the same characters.
pub(crate) fn same(class: &str, other: &str) -> bool {
    covers(class, other) && covers(other, class)
}

/// Merges ranges that overlap or touch.
fn joined(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut joined: Vec<(char, char)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if u32::from(first) <= u32::from(*end) + 1 => *end = (*end).max(last),
            _ => joined.push((first, last)),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hyphen_at_an_end_is_itself() {
        assert_eq!(ranges("a-c_-"), [('a', 'c'), ('_', '_'), ('-', '-')]);
        assert!(has("A-Z-", '-') && has("-a", '-') && !has("a-c", '-'));
    }

    #[test]
    fn a_set_covers_what_its_ranges_have_together() {
        assert!(covers("a-mn-z", "a-z") && covers("A-Za-z", "b-cX"));
        assert!(!covers("a-ln-z", "a-z") && !covers("a-z", "a-z_") && covers("_a-z", "a-z_"));
    }
}
