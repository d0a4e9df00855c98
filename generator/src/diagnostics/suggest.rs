//! The name that was probably meant.

/// The candidate that `name` may have been meant to be.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// More than people can look through is not looked through for them either.
    const MOST: usize = 300;
    let name = name.to_lowercase();
    let length = name.chars().count();
    // So many edits are a slip, more are another name.
    let slips = |candidate: &str| candidate.chars().count().max(3) / 3;
    candidates
        .into_iter()
        .take(MOST)
        .filter(|candidate| length.abs_diff(candidate.chars().count()) <= slips(candidate))
        .map(|candidate| (edits(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= slips(candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many insertions, deletions and replacements lie between two short texts.
fn edits(from: &str, to: &str) -> usize {
    // Names that long are no typing errors of each other, and the table would be large.
    const MOST: usize = 64;
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len() > MOST || to.len() > MOST {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (b, above) in to.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *above;
            left = replaced.min(left + 1).min(diagonal + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted_as_people_do() {
        assert_eq!(edits("", ""), 0);
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("docs", "doc"), 1);
        assert_eq!(edits("abc", ""), 3);
    }

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(
            closest("requierd", ["required", "range", "docs"]),
            Some("required")
        );
        assert_eq!(
            closest("nexttoken", ["nextToken", "maxResults"]),
            Some("nextToken")
        );
        assert_eq!(closest("zzz", ["docs", "type"]), None);
    }
}
