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
    ("comments", "docs"),
    ("notes", "docs"),
    ("exclusiveminimum", "range"),
    ("exclusivemaximum", "range"),
    ("basicauth", "basic"),
    ("httpbasic", "basic"),
    ("apikey", "token"),
    ("jwt", "bearer"),
    ("oauth2", "bearer"),
    ("anonymous", "none"),
    ("noauth", "none"),
    ("sigv4", "aws-sigv4"),
    ("ge", "range"),
    ("le", "range"),
    ("minproperties", "count"),
    ("maxproperties", "count"),
    ("schemas", "types"),
    ("definitions", "types"),
    ("models", "types"),
    ("structs", "types"),
    ("messages", "types"),
    ("endpoints", "operations"),
    ("actions", "operations"),
    ("methods", "operations"),
    ("authentication", "auth"),
    ("security", "auth"),
    ("env", "environment"),
    ("ordering", "constructor"),
    ("new", "constructor"),
    ("arguments", "constructor"),
    ("args", "constructor"),
    ("variants", "union"),
    ("input", "request"),
    ("reply", "response"),
    ("result", "response"),
    ("paginate", "pagination"),
    ("paginator", "pagination"),
    ("cursor", "token"),
    ("page", "page-number"),
    ("pagenumber", "page-number"),
    ("limitoffset", "offset"),
    ("skip", "offset"),
    ("next", "response"),
    ("hasmore", "more"),
    ("pagesize", "page_size"),
    ("limit", "page_size"),
    ("apikey", "token"),
    ("key", "token"),
    ("xapikey", "token"),
    ("header", "token"),
    ("oauth", "bearer"),
    ("oauth2", "bearer"),
    ("jwt", "bearer"),
    ("aws", "aws-sigv4"),
    ("aws4", "aws-sigv4"),
    ("awsv4", "aws-sigv4"),
    ("sigv4", "aws-sigv4"),
    ("volcengine", "volcengine-hmac"),
    ("baidu", "baidu-bce-v1"),
    ("bce", "baidu-bce-v1"),
    ("huawei", "huawei-sdk-hmac"),
    ("sdkhmacsha256", "huawei-sdk-hmac"),
    ("forbidden", "access-denied"),
    ("permissiondenied", "access-denied"),
    ("unauthorized", "authentication"),
    ("unauthenticated", "authentication"),
    ("ratelimit", "throttled"),
    ("ratelimited", "throttled"),
    ("throttling", "throttled"),
    ("toomanyrequests", "throttled"),
    ("unavailable", "transient"),
    ("internal", "transient"),
    ("internalerror", "transient"),
    ("servererror", "transient"),
    ("timeout", "transient"),
    ("retryable", "transient"),
    ("badrequest", "invalid"),
    ("validation", "invalid"),
    ("invalidargument", "invalid"),
    ("missing", "not-found"),
    ("conflict", "other"),
    ("unknown", "other"),
    ("limitexceeded", "quota"),
    ("datetime", "rfc3339"),
    ("iso8601", "rfc3339"),
    ("seconds", "epoch-seconds"),
    ("unix", "epoch-seconds"),
    ("unixtimestamp", "epoch-seconds"),
    ("epoch", "epoch-seconds"),
    ("millis", "epoch-millis"),
    ("milliseconds", "epoch-millis"),
    ("ms", "epoch-millis"),
    ("rfc1123", "http-date"),
    ("rfc7231", "http-date"),
    ("comma", "csv"),
    ("commas", "csv"),
    ("multi", "repeated"),
    ("explode", "repeated"),
];

/// Letters of other alphabets that look like Latin ones, with these.
const LOOK_ALIKES: &[(char, char)] = &[
    ('а', 'a'),
    ('е', 'e'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('у', 'y'),
    ('х', 'x'),
    ('і', 'i'),
    ('ѕ', 's'),
    ('ј', 'j'),
    ('һ', 'h'),
    ('ԁ', 'd'),
    ('ԛ', 'q'),
    ('ԝ', 'w'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('У', 'Y'),
    ('Х', 'X'),
    ('І', 'I'),
    ('Ѕ', 'S'),
    ('Ј', 'J'),
    ('ο', 'o'),
    ('ν', 'v'),
    ('ι', 'i'),
    ('α', 'a'),
    ('ρ', 'p'),
    ('υ', 'u'),
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ı', 'i'),
    ('ⅼ', 'l'),
    ('‐', '-'),
    ('‑', '-'),
    ('–', '-'),
    ('＿', '_'),
];

/// Returns a text with the letters of other alphabets that look like Latin ones replaced with these.
pub(crate) fn latin(text: &str) -> String {
    let letter = |c: char| {
        let found = LOOK_ALIKES.iter().find(|(other, _)| *other == c);
        let code = u32::from(c);
        match found {
            Some((_, latin)) => *latin,
            // Full-width forms.
            None if (0xff01..=0xff5e).contains(&code) => char::from_u32(code - 0xfee0).unwrap_or(c),
            None => c,
        }
    };
    text.chars().map(letter).collect()
}

/// Whether a name has letters of other alphabets that look like Latin ones.
pub(crate) fn has_foreign_letters(name: &str) -> bool {
    !name.is_ascii() && latin(name).is_ascii()
}

/// Returns the question whether `near` was meant, or which letter only looks like that of `near`.
pub(crate) fn did_you_mean(name: &str, near: &str) -> String {
    let odd = name.chars().find(|c| !c.is_ascii() && !near.contains(*c));
    match odd.filter(|_| latin(name).is_ascii()) {
        Some(odd) => format!(
            "write `{near}`: `{odd}` is U+{:04X}, {}, which looks like `{}`",
            u32::from(odd),
            alphabet(odd),
            latin(&odd.to_string())
        ),
        None => format!("did you mean `{near}`?"),
    }
}

/// Describes the alphabet of a character.
fn alphabet(c: char) -> &'static str {
    match u32::from(c) {
        0x370..=0x3ff => "a Greek letter",
        0x400..=0x52f => "a Cyrillic letter",
        0xff01..=0xff5e => "a full-width form",
        _ => "another character",
    }
}

/// Words of OpenAPI and other languages that have no equivalent key, with what to do instead.
const ADVICE: &[(&str, &str)] = &[
    ("$ref", "write the name of the type: `type: Model`"),
    (
        "additionalproperties",
        "write `type: map of …`, with the type of the values",
    ),
    ("allof", "write out the fields of all parts"),
    (
        "array",
        "write `type: list of …`, with the type of the elements",
    ),
    ("body", "parameters in the body are under `request: body:`"),
    ("components", "types are under `types:`"),
    (
        "const",
        "a fixed query parameter is under `fixed:` of the operation",
    ),
    (
        "content",
        "bodies are JSON; their members are under `request: body:` and in the structure that `response` names",
    ),
    ("definitions", "types are under `types:`"),
    (
        "example",
        "examples are files under `samples`, beside the spec",
    ),
    (
        "examples",
        "examples are files under `samples`, beside the spec",
    ),
    ("host", "the base URL is under `endpoint: url:`"),
    ("id", "the key of the block is its name"),
    (
        "in",
        "the place is the key around the parameter: `request: query:`",
    ),
    (
        "info",
        "write `vendor`, `service`, `module` and `docs` at the beginning of lines",
    ),
    ("items", "the type says it: `type: list of …`"),
    (
        "method",
        "write method and path in one line: `http: GET /v1/models`",
    ),
    ("name", "the key of the block is its name"),
    (
        "nullable",
        "drop it: a field is optional unless it has `required: true`, and null counts as absent",
    ),
    (
        "openapi",
        "a spec is written by hand, in another language: `new` makes one to change",
    ),
    ("operationid", "the key of the operation is its name"),
    (
        "optional",
        "drop it: what has no `required: true` is optional",
    ),
    (
        "path",
        "write method and path in one line: `http: GET /v1/models`",
    ),
    (
        "paths",
        "operations are under `operations:`, by name, with `http: GET /v1/models`",
    ),
    (
        "query",
        "parameters in the query are under `request: query:`",
    ),
    (
        "requestbody",
        "members of the body are under `request: body:`",
    ),
    (
        "required",
        "write `required: true` at each field or parameter",
    ),
    ("schema", "write the type itself: `type: string`"),
    ("schemas", "types are under `types:`"),
    (
        "security",
        "authentication schemes are under `auth:` at the head",
    ),
    (
        "securityschemes",
        "authentication schemes are under `auth:` at the head",
    ),
    ("server", "the base URL is under `endpoint: url:`"),
    ("servers", "the base URL is under `endpoint: url:`"),
    (
        "size",
        "write `length` for texts, `count` for lists, `range` for numbers",
    ),
    (
        "status",
        "the status of an error is at its code: `errors: codes:`; any 2xx is success",
    ),
    (
        "swagger",
        "a spec is written by hand, in another language: `new` makes one to change",
    ),
    ("tags", "drop it: operations have no groups"),
    (
        "title",
        "the key of the block is its name, and `docs` says what it is",
    ),
    (
        "type",
        "a type has `fields`, `enum` or `union`; the type of a field is at the field",
    ),
    ("uniqueitems", "say it in `docs`: there is no such limit"),
    (
        "version",
        "drop it: a version in the path or the query is written there",
    ),
    (
        "enum",
        "name the enum: write it under `types:`, and its name as the `type` here",
    ),
    (
        "readonly",
        "drop it: a field in requests or replies is where its type is used",
    ),
    (
        "writeonly",
        "drop it: a field in requests or replies is where its type is used",
    ),
];

/// Returns advice for a key of another language that has no equivalent here.
pub(crate) fn advice(key: &str) -> Option<&'static str> {
    let plain = key.to_lowercase().replace(['-', '_'], "");
    let found = ADVICE.iter().find(|(other, _)| *other == plain);
    if plain.starts_with('x') && key.to_lowercase().starts_with("x-") {
        return Some("drop it, or make it a comment: there are no extensions");
    }
    found.map(|(_, advice)| *advice)
}

/// Returns the key that was probably meant: the equivalent of a term from another language, or else the most similar
/// key.
pub(crate) fn meant<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<&'a str> {
    let lower = latin(name).to_lowercase();
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
    let name = latin(name).to_lowercase();
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

    #[test]
    fn letters_that_only_look_right_are_named() {
        assert_eq!(
            did_you_mean("requirеd", "required"),
            "write `required`: `е` is U+0435, a Cyrillic letter, which looks like `e`"
        );
        assert_eq!(
            did_you_mean("requierd", "required"),
            "did you mean `required`?"
        );
        assert_eq!(closest("tуре", ["docs", "type"]), Some("type"));
        assert_eq!(closest("ｔｙｐｅ", ["docs", "type"]), Some("type"));
        assert!(
            has_foreign_letters("Mоdel")
                && !has_foreign_letters("模型")
                && !has_foreign_letters("Model")
        );
    }
}
