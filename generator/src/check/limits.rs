//! Checks that limits and defaults fit their types.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::Diagnostics;
use crate::names;
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::charset;
use crate::spec::patterns::{self, Anchors};
use crate::spec::{
    Bounds, Container, Entry, Field, Node, Piece, Range, Scalar, Spec, TimestampFormat, TypeKind,
};
use crate::spec::{compiled, for_default};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let cursors = spec.cursors();
    let mut good = BTreeSet::new();
    for member in spec.members() {
        // A type that does not exist is reported elsewhere.
        bounds(spec, member, diagnostics);
        if !spec.is_type(&member.value.ty.name) {
            continue;
        }
        kinds(spec, member, diagnostics);
        default(spec, member, diagnostics);
        for limits in [member.value.text_limits(), member.value.key_limits()] {
            pattern(spec, member, &limits, &mut good, diagnostics);
            let span = member.at_path(&limits.path("chars"));
            chars(spec, limits.chars, span, diagnostics);
        }
        hints(spec, member, &cursors, diagnostics);
    }
    for parameter in &spec.endpoint_parameters {
        let class = parameter.value.chars.as_deref();
        chars(spec, class, parameter.at("chars"), diagnostics);
    }
    defaults_of_replies(spec, diagnostics);
    enums(spec, diagnostics);
    ambiguous_words(spec, diagnostics);
}

fn chars(spec: &Spec<'_>, class: Option<&str>, span: Span, diagnostics: &mut Diagnostics) {
    if let Some(Err(problem)) = class.map(characters) {
        let finding = spec.finding(Rule::C13, span, problem);
        diagnostics.push(finding.help("a set is characters and ranges of them: `A-Za-z0-9_-`"));
    }
}

/// Limits of a text.
#[derive(Clone, Copy)]
pub(super) struct TextLimits<'a> {
    /// Key under which the limits are, if they are not those of the member itself.
    below: Option<&'static str>,
    length: Option<Bounds>,
    chars: Option<&'a str>,
    pattern: Option<&'a str>,
}

impl<'a> TextLimits<'a> {
    pub(super) fn new(length: Option<Bounds>, pattern: Option<&'a str>) -> Self {
        Self {
            below: None,
            length,
            chars: None,
            pattern,
        }
    }
}

impl Field {
    /// Returns the limits of the member's values.
    pub(super) fn text_limits(&self) -> TextLimits<'_> {
        TextLimits {
            below: None,
            length: self.length,
            chars: self.chars.as_deref(),
            pattern: self.pattern.as_deref(),
        }
    }

    /// Returns the limits of the keys of a map.
    pub(super) fn key_limits(&self) -> TextLimits<'_> {
        let keys = self.keys.as_ref();
        TextLimits {
            below: Some("keys"),
            length: keys.and_then(|keys| keys.length),
            chars: keys.and_then(|keys| keys.chars.as_deref()),
            pattern: keys.and_then(|keys| keys.pattern.as_deref()),
        }
    }
}

impl TextLimits<'_> {
    fn path<'k>(&self, key: &'k str) -> Vec<&'k str> {
        self.below.into_iter().chain([key]).collect()
    }

    /// Returns the key of the limit that a text breaks.
    pub(super) fn broken_by(&self, text: &str) -> Option<&'static str> {
        let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
        if self.length.is_some_and(|length| !length.has(count)) {
            return Some("length");
        }
        let allowed = |class: &str| text.chars().all(|c| charset::has(class, c));
        if self.chars.is_some_and(|class| !allowed(class)) {
            return Some("chars");
        }
        if patterns::obstacle(self.pattern?).is_some() {
            return None;
        }
        // A pattern that does not compile is reported elsewhere.
        let differs = compiled(self.pattern?).is_ok_and(|pattern| !pattern.is_match(text));
        differs.then_some("pattern")
    }
}

/// Checks that clients can compile a pattern and match it with the whole text. Patterns that compile are remembered,
/// because members of several operations often share one.
fn pattern<'a>(
    spec: &Spec<'_>,
    member: &Piece<'_, Field>,
    limits: &TextLimits<'a>,
    good: &mut BTreeSet<&'a str>,
    diagnostics: &mut Diagnostics,
) {
    let Some(pattern) = limits.pattern else {
        return;
    };
    let span = member.at_path(&limits.path("pattern"));
    if let Some(obstacle) = patterns::obstacle(pattern) {
        let message = format!("clients do not check this pattern: it has {obstacle}");
        let finding = spec.finding(Rule::C15, span, message);
        let help =
            "it stays in the documentation; write a wider one without it to have that checked";
        return diagnostics.push(finding.help(help));
    }
    if good.insert(pattern)
        && let Err(error) = compiled(pattern)
    {
        good.remove(pattern);
        let message = format!("the pattern does not compile: {error}");
        let finding = spec.finding(Rule::C06, span, message);
        diagnostics.push(finding.help("correct it, or leave it to the service: drop `pattern`"));
    }
    if let Anchors::Around { inner, start, end } = patterns::anchors(pattern) {
        let message = "a pattern is for the whole text already";
        let finding = spec.finding(Rule::C06, span, message);
        diagnostics.push(match (start, end) {
            (true, true) => finding
                .help(format!("leave out `^` and `$`: `{inner}`"))
                .replacing(pattern, inner),
            (true, false) => finding.help(format!(
                "leave out `^`, and end with `.*` if more may follow: `{inner}.*`"
            )),
            _ => finding.help(format!(
                "leave out `$`, and begin with `.*` if more may precede: `.*{inner}`"
            )),
        });
    }
}

/// Reports types that do not fit the name of the member.
fn hints(
    spec: &Spec<'_>,
    member: &Piece<'_, Field>,
    cursors: &BTreeSet<&str>,
    diagnostics: &mut Diagnostics,
) {
    let field = &member.value;
    let is_text = field.ty.name == "string";
    let name = names::member(member.name);
    let last = name.rsplit('_').next().unwrap_or_default();
    if is_text
        && field.ty.is_single()
        && name.contains('_')
        && matches!(last, "time" | "at" | "date" | "modified" | "timestamp")
    {
        let message = format!("`{}` looks like a time", member.name);
        let finding = spec.finding(Rule::C10, member.at("type"), message);
        diagnostics.push(finding.help("is it a `timestamp`?"));
    }
    let is_harmless = cursors.contains(member.name) || super::repeats::is_token(member);
    let holds_a_secret = is_text || matches!(field.ty.name.as_str(), "bytes" | "json");
    if holds_a_secret && !field.sensitive && !is_harmless && super::secrets::is_secret(member.name)
    {
        let message = format!("`{}` looks like a secret", member.name);
        let finding = spec.finding(Rule::C11, member.name_span, message);
        let finding = finding.help(
            "say `sensitive: true`, so that no error and no log shows it; if it is none, allow it and say why",
        );
        diagnostics.push(finding.fix(member.node.adding("sensitive: true")));
    }
}

/// Reports defaults in responses: a default is the value that the service uses for an absent parameter.
fn defaults_of_replies(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let inputs: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    for ty in spec
        .types
        .iter()
        .filter(|ty| !inputs.contains(ty.block.name))
    {
        for field in ty
            .fields()
            .iter()
            .filter(|field| field.value.default.is_some())
        {
            let message = format!("`{}` occurs in replies, which have no defaults", field.name);
            let finding = spec.finding(Rule::C05, field.at_key("default"), message);
            diagnostics.push(finding.help("say in `docs` what an absent field means"));
        }
    }
}

/// Reports enums and unions with nothing in them, and values that occur twice.
fn enums(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for ty in &spec.types {
        let name = ty.block.name;
        let (key, what, instead) = match &ty.kind {
            TypeKind::Enum(_) => ("enum", "values", "string"),
            TypeKind::Union(_) => ("union", "members", "json"),
            TypeKind::Structure(_) | TypeKind::Broken => continue,
        };
        let is_empty = |node: &Node| {
            node.entries().is_empty() && node.elements().is_empty() && !node.is_nothing()
        };
        if ty.block.node.get(key).is_some_and(is_empty) {
            let message = format!("the {key} `{name}` has no {what}");
            let finding = spec.finding(Rule::C08, ty.block.name_span, message);
            let help = format!("if none is known, say `{instead}` where it is used");
            diagnostics.push(finding.help(help));
        }
        let TypeKind::Enum(values) = &ty.kind else {
            continue;
        };
        let mut seen = BTreeMap::new();
        for value in values {
            if let Some(first) = seen.insert(value.name, value.name_span) {
                let message = format!("the value `{}` is there twice", value.name);
                let finding = spec.finding(Rule::C08, value.name_span, message);
                let finding = finding.second(first, "first here");
                diagnostics.push(finding.help("drop one of them"));
            }
        }
    }
}

/// Reports unquoted words that some version of YAML does not read as text.
fn ambiguous_words(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut look = |text: &str, plain: bool, span: Span| {
        if plain && is_ambiguous(text) {
            let message =
                format!("some readers of YAML take `{text}` for something else than text");
            let finding = spec.finding(Rule::C12, span, message);
            let finding = finding.help(format!("quote it: \"{text}\""));
            diagnostics.push(finding.writing(format!("\"{text}\"")));
        }
    };
    let keys = |node: Option<&Node>| node.map(Node::entries).unwrap_or_default().to_vec();
    for ty in &spec.types {
        let values = ty.block.node.get("enum");
        for entry in keys(values) {
            look(&entry.key, entry.key_is_plain, entry.key_span);
        }
        for element in values.map(Node::elements).unwrap_or_default() {
            look(
                element.text().unwrap_or_default(),
                element.is_plain(),
                element.span,
            );
        }
    }
    for operation in &spec.operations {
        for Entry { value, .. } in keys(operation.block.node.get("fixed")) {
            // A name without a value, or a finding of its own.
            if value.is_nothing() {
                continue;
            }
            look(
                value.text().unwrap_or_default(),
                value.is_plain(),
                value.span,
            );
        }
    }
    for entry in keys(
        spec.head
            .node
            .get("errors")
            .and_then(|node| node.get("codes")),
    ) {
        look(&entry.key, entry.key_is_plain, entry.key_span);
    }
}

fn is_ambiguous(text: &str) -> bool {
    let words = [
        "y", "n", "yes", "no", "on", "off", "true", "false", "null", "~",
    ];
    let number = text.trim_start_matches(['-', '+', '.']);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        && number
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".:_+-".contains(c))
        && (text.parse::<f64>().is_ok()
            || number.starts_with("0x")
            || number.starts_with("0o")
            || number
                .chars()
                .all(|c| c.is_ascii_digit() || ".:_-".contains(c)));
    is_number || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Reports limits on types that they do not apply to.
fn kinds(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    let is_enum = spec
        .named_type(&field.ty.name)
        .is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_)));
    let is_text = field.ty.name == "string" || is_enum;
    let is_number = matches!(field.ty.name.as_str(), "integer" | "number");
    let has_length = is_text || field.ty.name == "bytes";
    let has_count = !field.ty.is_single();
    let is_timestamp = field.ty.name == "timestamp";
    let rows = [
        (
            "range",
            field.range.is_some(),
            is_number,
            "integers and numbers",
        ),
        (
            "length",
            field.length.is_some(),
            has_length,
            "text and bytes",
        ),
        ("chars", field.chars.is_some(), is_text, "text"),
        ("pattern", field.pattern.is_some(), is_text, "text"),
        ("count", field.count.is_some(), has_count, "lists and maps"),
        (
            "keys",
            field.keys.is_some(),
            field.ty.containers.contains(&Container::Map),
            "maps",
        ),
        ("format", field.format.is_some(), is_timestamp, "timestamps"),
    ];
    for (key, given, fits, what) in rows {
        if given && !fits {
            let message = format!(
                "`{key}` is for {what}, but the type of `{}` is `{}`",
                member.name, field.ty
            );
            let finding = spec.finding(Rule::C02, member.at_key(key), message);
            let help = format!("change the type, or drop `{key}`");
            diagnostics.push(finding.help(help));
        }
    }
}

fn bounds(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    let keys = field.key_limits();
    if let Some(range) = &field.range {
        self::range(spec, member, range, diagnostics);
    }
    for (path, bounds) in [
        (vec!["length"], field.length),
        (vec!["count"], field.count),
        (keys.path("length"), keys.length),
    ] {
        let (Some(Bounds { min, max, fit }), Some(key)) = (bounds, path.last()) else {
            continue;
        };
        let span = member.at_path(&path);
        if !fit {
            let message = format!("a bound of `{key}` does not fit into 64 bits");
            let finding = spec.finding(Rule::C09, span, message);
            diagnostics.push(finding.help("leave the bound out: nothing larger can be sent"));
        }
        let mut report = |message: String, help: &str| {
            let finding = spec.finding(Rule::C01, span, message);
            diagnostics.push(finding.help(help));
        };
        if min.zip(max).is_some_and(|(min, max)| min > max) {
            let message = "the first number is larger than the last".to_owned();
            report(message, "swap them: no value can meet this");
        }
        if [min, max].into_iter().flatten().any(|bound| bound < 0) {
            report(
                format!("a {key} cannot be negative"),
                "begin at 0, or leave the first number out",
            );
        }
    }
}

/// Checks the range of an integer or number.
fn range(spec: &Spec<'_>, member: &Piece<'_, Field>, range: &Range, diagnostics: &mut Diagnostics) {
    let mut report = |rule, message: String, help: &str| {
        let finding = spec.finding(rule, member.at("range"), message);
        diagnostics.push(finding.help(help));
    };
    let is_integer = member.value.ty.name == "integer";
    if !range.fits() {
        let message = "a bound of `range` does not fit into 64 bits".to_owned();
        let help = "leave the bound out: nothing larger can be sent";
        report(Rule::C09, message, help);
    }
    if is_integer && range.whole.is_none() {
        let message = format!("`{}` is an integer, and {range} has fractions", member.name);
        let help = "write whole numbers with digits alone, or change the type to `number`";
        report(Rule::C02, message, help);
    }
    if range.is_empty() {
        let message = "the first number is larger than the last".to_owned();
        report(Rule::C01, message, "swap them: no value can meet this");
    }
}

/// Checks that a default is a valid value of its parameter.
fn default(spec: &Spec<'_>, member: &Piece<'_, Field>, diagnostics: &mut Diagnostics) {
    let field = &member.value;
    let Some(default) = &field.default else {
        return;
    };
    if let Some(problem) = unfit_default(spec, field, default) {
        let message = format!("the default of `{}` {problem}", member.name);
        let finding = spec.finding(Rule::C03, member.at("default"), message);
        let node = member.node.get("default");
        let written = node.and_then(Node::text).unwrap_or_default();
        let is_text = matches!(default, Scalar::Text(_));
        diagnostics.push(match for_default(&field.ty.name, is_text, written) {
            Some(advice) => match advice.instead {
                Some(instead) => finding.help(advice.help).writing(instead),
                None => finding.help(advice.help),
            },
            None => finding
                .help("correct what the vendor does not say: the default, the type, or the limit"),
        });
    }
    if field.required {
        let message = "what is required is always sent, so it needs no default";
        let finding = spec.finding(Rule::C04, member.at_key("default"), message);
        diagnostics.push(finding.help("drop `default`, or `required`"));
    }
}

/// Returns the reason why a default is not a valid value.
fn unfit_default(spec: &Spec<'_>, field: &Field, default: &Scalar) -> Option<String> {
    let kind = match default {
        Scalar::Boolean(_) => "a boolean",
        Scalar::Integer(_) => "an integer",
        Scalar::Number(_) => "a number",
        Scalar::Text(_) => "a text",
    };
    let other_kind = || Some(format!("is {kind}, and its type is {}", field.ty.name));
    match field.ty.outermost() {
        Some(Container::List) => {
            return Some("is one value, and its type is a list".to_owned());
        }
        Some(Container::Map) => return Some("is one value, and its type is a map".to_owned()),
        None => {}
    }
    match (default, field.ty.name.as_str()) {
        (Scalar::Integer(value), "integer") => {
            let whole = field.range.and_then(|range| range.whole);
            // An empty range is reported elsewhere.
            let range = whole.filter(|range| !range.is_empty() && !range.has(*value))?;
            Some(format!("is {value}, outside of {range}"))
        }
        (Scalar::Number(number), "number" | "timestamp") if !number.is_finite() => {
            Some(format!("is {number}, which JSON cannot express"))
        }
        (Scalar::Integer(_) | Scalar::Number(_), "number") => {
            let value = default.to_string();
            let number = value.parse().ok()?;
            let range = field
                .range
                .filter(|range| !range.is_empty() && !range.has(number))?;
            Some(format!("is {value}, outside of {range}"))
        }
        (Scalar::Boolean(_), "boolean") => None,
        (Scalar::Text(text), "timestamp") => {
            (!is_time(text)).then(|| format!("is {text:?}, which is not a time"))
        }
        (Scalar::Integer(_) | Scalar::Number(_), "timestamp")
            if field.format.is_some_and(TimestampFormat::is_number) =>
        {
            None
        }
        (Scalar::Text(text), "string") => {
            let limit = field.text_limits().broken_by(text)?;
            Some(format!("breaks its `{limit}`"))
        }
        (default, name) => match spec.named_type(name).map(|ty| &ty.kind) {
            Some(TypeKind::Enum(values)) => {
                let text = default.to_string();
                let names: Vec<_> = values.iter().map(|value| value.name).collect();
                let is_known = names.contains(&text.as_str());
                (!is_known).then(|| format!("is `{text}`, and the values are {}", names.join(", ")))
            }
            Some(TypeKind::Union(_)) => Some("is one value, and its type is a union".to_owned()),
            Some(_) => Some("is one value, and its type is a structure".to_owned()),
            None => other_kind(),
        },
    }
}

/// Whether a text looks like a time in one of the formats: it begins with a date as in `2026-11-22`, or with a weekday as in
/// `Sun, 22 Nov 2026`.
pub(crate) fn is_time(text: &str) -> bool {
    let form = |text: &str| {
        let digit = |c: char| if c.is_ascii_digit() { '0' } else { c };
        text.chars().map(digit).collect::<String>()
    };
    let is_followed = |rest: &str| rest.is_empty() || rest.starts_with(['T', 't', ' ', 'Z', '+']);
    let is_date = form(text)
        .strip_prefix("0000-00-00")
        .is_some_and(is_followed);
    let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let has_weekday = weekdays.iter().any(|weekday| text.starts_with(weekday));
    is_date || has_weekday && form(text).contains("00:00")
}

/// Checks that a character set consists of single characters and ranges: `A-Za-z0-9_-`.
fn characters(class: &str) -> Result<(), String> {
    if class.is_empty() {
        return Err("the set has no characters".into());
    }
    if class.contains(['[', ']', '\\', '^']) {
        return Err("write only the inside of the set, `A-Za-z0-9_-`, without brackets, `^` and backslashes".into());
    }
    let mut ranges = charset::ranges(class).into_iter();
    if let Some((first, last)) = ranges.find(|(first, last)| last < first) {
        return Err(format!("the range {first}-{last} ends before it begins"));
    }
    Ok(())
}
