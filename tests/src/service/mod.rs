//! A large spec with everything that the language has, composed from a fixture and a table of features: each feature of
//! a member is in each place where it can be, once required and once optional.

mod features;
mod names;
mod package;

use std::collections::VecDeque;
use std::fmt::Write;
use std::fs;

use features::{Feature, Place, features};
pub use package::Package;

use crate::cases;

/// Name of the spec.
pub const STEM: &str = "whole-service";

const VERBS: [&str; 10] = [
    "Create", "Update", "Erase", "Read", "Probe", "Run", "Patch", "Move", "Merge", "Split",
];
const NOUNS: [&str; 12] = [
    "Model", "Job", "Table", "Bucket", "Queue", "Index", "Stream", "Cluster", "Image", "Volume",
    "Network", "Alarm",
];
const METHODS: [&str; 6] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
const WORDS: [&str; 18] = [
    "colour", "shape", "weight", "owner", "region", "height", "label", "source", "target",
    "window", "filter", "ratio", "margin", "anchor", "branch", "detail", "effort", "figure",
];

/// Returns the text of the spec, which is always the same.
pub fn spec() -> String {
    let fixture = |name: &str| {
        let path = cases::package().join("fixtures/service").join(name);
        let text = fs::read_to_string(path).expect("a fixture can be read");
        text.replace("\r\n", "\n")
    };
    let mut composer = Composer::new();
    for number in 0..VERBS.len() * NOUNS.len() {
        composer.operation(number);
    }
    assert_eq!(composer.left(), [0; 6], "every feature has its place");
    let Composer {
        operations, types, ..
    } = composer;
    format!(
        "{}{operations}{}{types}",
        fixture("head.yaml"),
        fixture("types.yaml")
    )
}

/// A feature of a member that is still to be placed, and whether the member is required.
type Open = VecDeque<(Feature, bool)>;

struct Composer {
    /// Names that types do not have yet.
    names: std::slice::Iter<'static, &'static str>,
    operations: String,
    types: String,
    path: Open,
    query: Open,
    header: Open,
    body: Open,
    reply: Open,
    union: Open,
}

impl Composer {
    fn new() -> Self {
        let features = features();
        let open = |place: Place, seed: u64| {
            let here = || {
                features
                    .iter()
                    .filter(|feature| feature.places.contains(&place))
            };
            let required = here()
                .filter(|feature| feature.can_be_required(place))
                .map(|feature| (feature.clone(), true));
            let optional = here()
                .filter(|feature| feature.can_be_optional(place))
                .map(|feature| (feature.clone(), false));
            shuffled(required.chain(optional).collect(), seed)
        };
        Self {
            names: names::TYPES.iter(),
            operations: String::new(),
            types: String::new(),
            path: open(Place::Path, 1),
            query: open(Place::Query, 2),
            header: open(Place::Header, 3),
            body: open(Place::Body, 4),
            reply: open(Place::Reply, 5),
            union: open(Place::Union, 6),
        }
    }

    /// Returns the number of features without a place.
    fn left(&self) -> [usize; 6] {
        [
            &self.path,
            &self.query,
            &self.header,
            &self.body,
            &self.reply,
            &self.union,
        ]
        .map(VecDeque::len)
    }

    /// Returns a name for a type of an operation.
    fn name(&mut self, operation: &str, suffix: &str) -> String {
        let name = self.names.next().map(|name| (*name).to_owned());
        name.unwrap_or_else(|| format!("{operation}{suffix}"))
    }

    /// Adds an operation with its types.
    fn operation(&mut self, number: usize) {
        let noun = NOUNS[number % NOUNS.len()];
        let name = format!("{}{noun}", VERBS[number / NOUNS.len()]);
        // Neither six nor twelve, so that each verb meets each method.
        let method = METHODS[(number + number / NOUNS.len()) % METHODS.len()];
        let has_body = matches!(method, "POST" | "PUT" | "PATCH");
        let style = Style::ALL[number % 3];

        let path = Block::new(style, "at", &mut self.path, number % 3);
        let query = Block::new(style, "by", &mut self.query, 2 + number % 3);
        let header = Block::new(Style::Header, "via", &mut self.header, 2 + number % 2);
        let mut body = Block::default();
        if has_body {
            body = Block::new(Style::Bare(number * 5), "", &mut self.body, 8);
            body.add_type("item", &self.structure_in(&name, Style::Bare(number * 7)));
            body.add_type("rule", &self.union(&name, Style::Bare(number * 11)));
        }
        let response = match number {
            _ if method == "HEAD" || number.is_multiple_of(11) => "none".to_owned(),
            _ if number.is_multiple_of(13) => "Nothing".to_owned(),
            _ => self.structure_out(&name, Style::Bare(number * 13)),
        };

        let blocks = [
            ("path", &path),
            ("query", &query),
            ("header", &header),
            ("body", &body),
        ];
        let mut constructor: Vec<_> = blocks
            .iter()
            .flat_map(|(_, block)| block.required.iter().cloned())
            .collect();
        // An order that is not that of the members.
        let first = number % constructor.len().max(1);
        constructor.rotate_left(first);
        let labels: String = path
            .required
            .iter()
            .map(|name| format!("/{{{name}}}"))
            .collect();
        let mut out = format!(
            "  {name}:\n    docs: Operation {number} of all.\n    see: https://example.com/docs/{number}\n    http: {method} /{number}{labels}\n    constructor: [{}]\n    response: {response}\n",
            constructor.join(", ")
        );
        let repeats = match method {
            "GET" | "HEAD" => "read_only",
            "PUT" | "DELETE" => "idempotent",
            "POST" if number.is_multiple_of(4) => "read_only",
            _ if number.is_multiple_of(5) => "idempotent",
            _ => "",
        };
        if !repeats.is_empty() {
            writeln!(out, "    {repeats}: true").unwrap();
        }
        if let ([first, second, ..], true) = (query.optional.as_slice(), number.is_multiple_of(3)) {
            writeln!(out, "    require_any_of: [{first}, {second}]").unwrap();
        }
        if number.is_multiple_of(7) {
            writeln!(out, "    fixed: {{Action: {name}, Version: '2024-01-01'}}").unwrap();
        }
        if number.is_multiple_of(17) {
            writeln!(
                out,
                "    deprecated: use another one\n    renamed_from: Former{name}"
            )
            .unwrap();
        }
        if blocks.iter().any(|(_, block)| !block.text.is_empty()) {
            out.push_str("    request:\n");
        }
        for (place, block) in blocks {
            if !block.text.is_empty() {
                writeln!(out, "      {place}:\n{}", block.indented(8)).unwrap();
            }
        }
        self.operations.push_str(&out);
    }

    fn structure_in(&mut self, operation: &str, style: Style) -> String {
        let name = self.name(operation, "Input");
        let mut block = Block::new(style, "", &mut self.body, 8);
        block.add_type("next", &name);
        let constructor: Vec<_> = block.required.iter().rev().cloned().collect();
        let requirement = match block.optional.as_slice() {
            [first, second, ..] => format!("    require_any_of: [{first}, {second}]\n"),
            _ => String::new(),
        };
        writeln!(
            self.types,
            "  {name}:\n    docs: Input of {operation}.\n    constructor: [{}]\n{requirement}    fields:\n{}",
            constructor.join(", "),
            block.indented(6)
        )
        .unwrap();
        name
    }

    fn structure_out(&mut self, operation: &str, style: Style) -> String {
        let name = self.name(operation, "Reply");
        let mut block = Block::new(style, "", &mut self.reply, 12);
        block.add_type("outcome", "Outcome");
        let text = block.indented(6);
        writeln!(
            self.types,
            "  {name}:\n    docs: Reply to {operation}.\n    fields:\n{text}",
        )
        .unwrap();
        name
    }

    fn union(&mut self, operation: &str, style: Style) -> String {
        let name = self.name(operation, "Rule");
        let mut block = Block::new(style, "", &mut self.union, 8);
        block.add_type("otherwise", &name);
        let text = block.indented(6);
        writeln!(
            self.types,
            "  {name}:\n    docs: Rule of {operation}.\n    union:\n      ends: {{type: boolean, docs: Whether it ends.}}\n{text}",
        )
        .unwrap();
        name
    }
}

/// Spelling of names.
#[derive(Clone, Copy, Debug)]
enum Style {
    Camel,
    Pascal,
    Snake,
    Header,
    /// Names that stand alone, from this one on.
    Bare(usize),
}

impl Style {
    const ALL: [Self; 3] = [Self::Camel, Self::Pascal, Self::Snake];

    /// Returns the name of the member with a number.
    fn name(self, first: &str, number: usize) -> String {
        let second = WORDS[number % WORDS.len()];
        let capital = |word: &str| format!("{}{}", word[..1].to_uppercase(), &word[1..]);
        match self {
            Self::Camel => format!("{first}{}", capital(second)),
            Self::Pascal => format!("{}{}", capital(first), capital(second)),
            Self::Snake => format!("{first}_{second}"),
            Self::Header => format!("X-{}-{}", capital(first), capital(second)),
            Self::Bare(start) => names::MEMBERS[(start + number) % names::MEMBERS.len()].to_owned(),
        }
    }
}

/// Members in one place.
#[derive(Debug, Default)]
struct Block {
    text: String,
    /// Names of the required members.
    required: Vec<String>,
    /// Names of optional members without a default.
    optional: Vec<String>,
}

impl Block {
    /// Takes as many of the open features as there are, up to a number.
    fn new(style: Style, first: &str, open: &mut Open, count: usize) -> Self {
        let mut block = Self::default();
        for (feature, required) in open.drain(..count.min(open.len())) {
            let number = block.text.lines().count();
            let name = style.name(first, number);
            let Feature { ty, keys, .. } = feature;
            let mut line = format!("{name}: {{type: {ty}, docs: Value {number}.");
            for keys in [keys.as_str(), if required { "required: true" } else { "" }] {
                if !keys.is_empty() {
                    write!(line, ", {keys}").unwrap();
                }
            }
            block.text.push_str(&format!("{line}}}\n"));
            if required {
                block.required.push(name);
            } else if !keys.contains("default: ") {
                block.optional.push(name);
            }
        }
        block
    }

    /// Adds an optional member of a type.
    fn add_type(&mut self, name: &str, ty: &str) {
        self.text
            .push_str(&format!("{name}: {{type: {ty}, docs: Its {name}.}}\n"));
    }

    fn indented(&self, spaces: usize) -> String {
        let lines = self
            .text
            .lines()
            .map(|line| format!("{:spaces$}{line}", ""));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Puts elements into an order that depends on the seed alone.
fn shuffled(mut open: Open, seed: u64) -> Open {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for index in (1..open.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let other = usize::try_from(state % (index as u64 + 1)).expect("an index");
        open.swap(index, other);
    }
    open
}
