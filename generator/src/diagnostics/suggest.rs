//! The name that was probably meant.

/// Words of other languages for what a spec says, and what it says.
const SYNONYMS: &[(&str, &str)] = &[
    ("description", "docs"),
    ("summary", "docs"),
    ("comment", "docs"),
    ("doc", "docs"),
    ("url", "see"),
    ("link", "see"),
    ("minimum", "range"),
    ("maximum", "range"),
    ("min", "range"),
    ("max", "range"),
    ("minlength", "length"),
    ("maxlength", "length"),
    ("minitems", "count"),
    ("maxitems", "count"),
    ("regex", "pattern"),
    ("format", "type"),
    ("parameters", "request"),
    ("params", "request"),
    ("properties", "fields"),
    ("members", "fields"),
    ("values", "enum"),
    ("secret", "sensitive"),
    ("paging", "pagination"),
    ("paginated", "pagination"),
    ("headers", "header"),
    ("returns", "response"),
    ("output", "response"),
    ("readonly", "read_only"),
];

/// The key that was meant: the nearest, or the one that other languages call so.
pub(crate) fn meant<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let lower = name.to_lowercase();
    let plain = lower.replace(['-', '_'], "");
    let mut synonyms = SYNONYMS.iter();
    let synonym = synonyms.find(|(other, _)| *other == lower || *other == plain);
    let known = |word: &str| candidates.clone().into_iter().find(|each| *each == word);
    synonym
        .and_then(|(_, word)| known(word))
        .or_else(|| closest(name, candidates.clone()))
}

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

/// How many insertions, deletions, replacements and swaps of neighbours lie between two short texts.
fn edits(from: &str, to: &str) -> usize {
    // Names that long are no typing errors of each other, and the table would be large.
    const MOST: usize = 64;
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    if from.len() > MOST || to.len() > MOST {
        return usize::MAX;
    }
    let first: Vec<usize> = (0..=to.len()).collect();
    let mut rows = vec![first];
    for (i, a) in from.iter().enumerate() {
        let cell = |row: usize, column: usize| -> usize {
            let row: Option<&Vec<usize>> = rows.get(row);
            row.and_then(|row| row.get(column))
                .copied()
                .unwrap_or(usize::MAX / 2)
        };
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let left = row.last().copied().unwrap_or_default();
            let mut least = (left + 1)
                .min(cell(i, j + 1) + 1)
                .min(cell(i, j) + usize::from(a != b));
            let before = |list: &[char], index: usize| {
                index.checked_sub(1).and_then(|at| list.get(at)).copied()
            };
            if before(&from, i) == Some(*b) && before(&to, j) == Some(*a) {
                least = least.min(cell(i.wrapping_sub(1), j.wrapping_sub(1)) + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last()
        .and_then(|row| row.last())
        .copied()
        .unwrap_or_default()
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
        assert_eq!(edits("Modle", "Model"), 1);
        assert_eq!(edits("dcos", "docs"), 1);
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
