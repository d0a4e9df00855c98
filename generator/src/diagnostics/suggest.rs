//! Suggestions for misspelled names.

/// Terms of other languages, with the equivalent keys of the spec language.
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
    ("timestampformat", "format"),
    ("oneof", "union"),
    ("anyof", "union"),
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

/// Returns the key that was probably meant: the equivalent of a term from another language, or else the most similar
/// key.
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

/// Returns the candidate that is most similar to `name`, if one is similar enough.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Maximum number of candidates to compare, which bounds the time.
    const MOST: usize = 300;
    let name = name.to_lowercase();
    let length = name.chars().count();
    // Up to this number of edits counts as a misspelling of the candidate.
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

/// Returns the edit distance between two short texts, in insertions, deletions, replacements and swaps of adjacent
/// characters.
fn edits(from: &str, to: &str) -> usize {
    // Longer names are not compared, because the table would be large.
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
