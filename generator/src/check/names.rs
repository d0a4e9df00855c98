//! Checks names: they have the right case, are valid in Rust, and are unique.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostics::{
    Diagnostics, Fault, Location, closest, did_you_mean, has_foreign_letters,
};
use crate::names::{self, Role, Unfit};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{BUILT_IN, Field, Piece, Spec, Type, TypeKind};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut scope = Scope { spec, diagnostics };
    if let Some(module) = &spec.head.value.module {
        let span = spec.head.at("module");
        let snake = names::member(module);
        let is_other_case = snake != *module && names::check(&snake, Role::Module).is_ok();
        if is_other_case {
            let finding = spec.finding(
                Rule::N02,
                span,
                format!("the module `{module}` is not in snake_case"),
            );
            let help = format!(
                "write `{snake}`; the file is {}.yaml",
                snake.replace('_', "-")
            );
            scope.diagnostics.push(finding.help(help));
        } else if scope.fits(module, module, Role::Module, span, "")
            && !names::is_member_case(module)
        {
            let finding = spec.finding(
                Rule::N02,
                span,
                format!("the module `{module}` is not in the case of Rust modules"),
            );
            scope
                .diagnostics
                .push(finding.help("lower case, with single underscores between words"));
        }
        if !is_other_case && spec.source.stem().replace('-', "_") != *module {
            let message = format!(
                "the module is `{module}`, but the file is named `{}`",
                spec.source.stem()
            );
            let finding = spec.finding(Rule::N02, spec.head.at("module"), message);
            scope.diagnostics.push(finding.help(format!(
                "rename one of them: {}.yaml",
                module.replace('_', "-")
            )));
        }
    }

    // The marker type of the service shares a module with the operations and types.
    let marker = spec
        .head
        .value
        .module
        .as_deref()
        .map(names::marker)
        .unwrap_or_default();
    if !marker.is_empty() && names::check(&marker, Role::Type) == Err(Unfit::Taken) {
        let message = format!(
            "the module's type would be `{marker}`, a name that generated code uses itself"
        );
        let finding = spec.finding(Rule::N06, spec.head.at("module"), message);
        scope
            .diagnostics
            .push(finding.help("choose another name, such as one with the vendor's in front"));
    }
    let mut types = Names::default();
    if let Some(first) = spec.endpoint_parameters.first() {
        let place = ("parameters".to_owned(), first.name_span);
        types.insert("EndpointParameter".to_owned(), place);
        let mut seen = Names::default();
        for parameter in &spec.endpoint_parameters {
            let (name, span) = (parameter.name, parameter.name_span);
            let rust = names::variant(name);
            scope.once(&mut seen, name, &rust, Role::Variant, span, "");
        }
    }
    for operation in &spec.operations {
        let block = &operation.block;
        let rust = block
            .value
            .rust_name
            .clone()
            .unwrap_or_else(|| block.name.to_owned());
        let place = (block.name_span, Item::Operation);
        scope.type_name(&mut types, block.name, &rust, &marker, place);
        let members = operation.parameters.iter().map(|(_, field)| field);
        scope.members(members);
        scope.constructor(block, block.value.constructor.as_deref(), || {
            operation.parameters.iter().map(|(_, field)| field)
        });
        scope.removed(
            &block.value.removed,
            operation
                .parameters
                .iter()
                .map(|(_, field)| (field.name, field.name_span)),
        );
        if let Some(old) = &block.value.renamed_from {
            let span = block.at("renamed_from");
            scope.type_name(&mut types, old, old, &marker, (span, Item::Alias));
        }
    }
    for ty in &spec.types {
        let name = ty.block.name;
        let span = ty.block.name_span;
        if BUILT_IN.contains(&name) || RESERVED_TYPES.contains(&name) {
            let message = format!("`{name}` cannot name a type: it is a word of `type:`");
            let finding = spec.finding(Rule::N06, span, message);
            let other = names::variant(name);
            scope
                .diagnostics
                .push(match names::check(&other, Role::Type) {
                    Ok(()) => finding.help(format!("call it `{other}`")),
                    Err(_) => finding.help("choose another name"),
                });
            continue;
        }
        let (rust, span) = match &ty.block.value.rust_name {
            Some(pinned) => (pinned.as_str(), ty.block.at("rust_name")),
            None => (name, span),
        };
        scope.type_name(&mut types, name, rust, &marker, (span, Item::Type));
        if let Some(old) = &ty.block.value.renamed_from {
            let span = ty.block.at("renamed_from");
            scope.type_name(&mut types, old, old, &marker, (span, Item::Alias));
        }
        let named = match &ty.kind {
            TypeKind::Structure(fields) => {
                scope.members(fields.iter());
                scope.constructor(&ty.block, ty.block.value.constructor.as_deref(), || {
                    fields.iter()
                });
                places(fields)
            }
            TypeKind::Enum(values) => {
                let mut wires = BTreeSet::new();
                let once = values.iter().filter(|value| wires.insert(value.name));
                scope.variants(once, |value| value.rust_name.as_deref());
                places(values)
            }
            TypeKind::Union(members) => {
                scope.type_member(members);
                scope.variants(members.iter(), |member| member.rust_name.as_deref());
                places(members)
            }
            TypeKind::Broken => Vec::new(),
        };
        scope.removed(&ty.block.value.removed, named.into_iter());
    }
    let all = spec
        .operations
        .iter()
        .map(|operation| (operation.block.name, operation.block.name_span));
    let all = all.chain(
        spec.types
            .iter()
            .map(|ty| (ty.block.name, ty.block.name_span)),
    );
    scope.removed(&spec.head.value.removed, all);

    stuttering(spec, scope.diagnostics);
    let mut codes = Names::default();
    for code in &spec.codes {
        let rust = code
            .value
            .rust_name
            .clone()
            .unwrap_or_else(|| names::error_code(code.name));
        scope.once(
            &mut codes,
            code.name,
            &rust,
            Role::Variant,
            code.name_span,
            "rust_name",
        );
    }
}

fn places<'p, T>(pieces: &[Piece<'p, T>]) -> Vec<(&'p str, Span)> {
    let place = |piece: &Piece<'p, T>| (piece.name, piece.name_span);
    pieces.iter().map(place).collect()
}

/// Reports names that repeat a word or the name of their type.
fn stuttering(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut doubled = |name: &str, pinned: &Option<String>, span: Span| {
        let rust = names::member(pinned.as_deref().unwrap_or(name));
        let mut words = rust.split('_').zip(rust.split('_').skip(1));
        let twice = words
            .find(|(a, b)| a == b && a.len() > 1 && !a.starts_with(|c: char| c.is_ascii_digit()));
        if let Some((word, _)) = twice {
            let message = format!("`{name}` says `{word}` twice");
            let finding = spec.finding(Rule::N07, span, message);
            diagnostics.push(finding.help("give it a shorter name in Rust"));
        }
    };
    for operation in &spec.operations {
        let block = &operation.block;
        doubled(block.name, &block.value.rust_name, block.name_span);
        for (_, field) in &operation.parameters {
            doubled(field.name, &field.value.rust_name, field.name_span);
        }
    }
    for ty in &spec.types {
        let rust_name = &ty.block.value.rust_name;
        doubled(ty.block.name, rust_name, ty.block.name_span);
        for field in ty.fields() {
            doubled(field.name, &field.value.rust_name, field.name_span);
        }
        if let TypeKind::Enum(values) = &ty.kind {
            for value in values {
                doubled(value.name, &value.value.rust_name, value.name_span);
            }
        }
    }
    for ty in &spec.types {
        repeating_their_type(spec, ty, diagnostics);
    }
}

/// Reports a field or value that begins with the name of its type. If several do, it is how the vendor names things, as
/// in `modelVersionId` and `modelVersionName`; and a name that also occurs elsewhere is known by all of it.
fn repeating_their_type(spec: &Spec<'_>, ty: &Type<'_>, diagnostics: &mut Diagnostics) {
    let name = ty.block.name;
    let owner = ty.block.value.rust_name.as_deref().unwrap_or(name);
    let words = names::member(owner);
    // Many vendors prefix names with a single word.
    if !words.contains('_') {
        return;
    }
    let prefix = format!("{words}_");
    let repeats = |name: &str, pinned: &Option<String>| {
        let name = pinned.as_deref().unwrap_or(name);
        names::member(name).starts_with(&prefix)
    };
    let repeating: Vec<_> = match &ty.kind {
        TypeKind::Enum(values) => {
            let values = values.iter();
            let values = values.filter(|value| repeats(value.name, &value.value.rust_name));
            values.map(|value| (value.name, value.name_span)).collect()
        }
        _ => {
            let fields = ty.fields().iter();
            let fields = fields.filter(|field| repeats(field.name, &field.value.rust_name));
            fields.map(|field| (field.name, field.name_span)).collect()
        }
    };
    let [(name, span)] = repeating.as_slice() else {
        return;
    };
    let occurs_elsewhere =
        |member: &Piece<'_, Field>| member.name == *name && member.name_span != *span;
    if spec.members().any(occurs_elsewhere) {
        return;
    }
    let message = format!("`{name}` begins with the name of its type, `{owner}`");
    let finding = spec.finding(Rule::N07, *span, message);
    diagnostics.push(finding.help("give it a shorter name in Rust"));
}

/// The module of a spec, and the place of its name.
pub(crate) struct Module {
    name: String,
    file: String,
    span: Span,
}

impl Module {
    pub(crate) fn of(spec: &Spec<'_>) -> Option<Self> {
        let name = spec.head.value.module.clone()?;
        Some(Self {
            name,
            file: spec.source.path.clone(),
            span: spec.head.at("module"),
        })
    }
}

/// Checks that no two specs have the same module.
pub(crate) fn check_together<'a>(
    modules: impl Iterator<Item = &'a Module>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: BTreeMap<&str, &Module> = BTreeMap::new();
    for module in modules {
        if let Some(first) = seen.insert(&module.name, module) {
            let message = format!(
                "the module `{}` is that of {} already",
                module.name, first.file
            );
            let finding = Fault::new(Rule::N03, &module.file, module.span, message);
            let place = Location {
                file: first.file.clone(),
                span: first.span,
            };
            let finding = finding.second_in(place, "first here");
            diagnostics.push(finding.help("each spec has a module of its own"));
        }
    }
}

/// Words of `type:` and `response:` that are no built-in types.
const RESERVED_TYPES: [&str; 3] = ["none", "list", "map"];

/// Item that has the name of a type in Rust.
#[derive(Clone, Copy, PartialEq)]
enum Item {
    Operation,
    Type,
    /// The former name of one of the others.
    Alias,
}

/// Rust names in use, each with its wire name and place.
type Names = BTreeMap<String, (String, Span)>;

struct Scope<'a> {
    spec: &'a Spec<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Scope<'_> {
    /// Reports a name that is not valid in Rust. Returns whether the name is valid.
    fn fits(&mut self, wire: &str, rust: &str, role: Role, span: Span, remedy: &str) -> bool {
        let Err(unfit) = names::check(rust, role) else {
            return true;
        };
        let what = if wire == rust {
            format!("`{wire}`")
        } else {
            format!("`{wire}`, in Rust `{rust}`,")
        };
        let (rule, why) = match unfit {
            Unfit::NoIdentifier => (
                Rule::N05,
                "is not an identifier: letters, digits and inner underscores of ASCII, at most 64",
            ),
            Unfit::Keyword => (Rule::N04, "is a word of the Rust language"),
            Unfit::Taken => (Rule::N06, "is a name that generated code uses itself"),
            Unfit::Device => (
                Rule::N06,
                "is a device on Windows, where no file can have the name",
            ),
        };
        let finding = self.spec.finding(rule, span, format!("{what} {why}"));
        if has_foreign_letters(wire) {
            let odd = wire.chars().find(|c| !c.is_ascii()).unwrap_or_default();
            let near: String = did_you_mean(&odd.to_string(), "");
            let near = near.split_once(": ").map_or("", |(_, what)| what);
            let help = format!("write it in Latin letters: {near}");
            self.diagnostics.push(finding.help(help));
            return false;
        }
        self.diagnostics.push(match remedy {
            "" => finding.help("choose another name"),
            remedy => finding.help(format!("give it another name in Rust: `{remedy}: …`")),
        });
        false
    }

    /// Reports a name that is not valid or already in use.
    fn once(
        &mut self,
        seen: &mut Names,
        wire: &str,
        rust: &str,
        role: Role,
        span: Span,
        remedy: &str,
    ) {
        if !self.fits(wire, rust, role, span, remedy) {
            return;
        }
        if role == Role::Variant && !names::is_type_case(rust) {
            let finding = self.spec.finding(
                Rule::N02,
                span,
                format!("`{rust}` is not in the case of Rust variants"),
            );
            let name = names::variant(rust);
            let finding = finding.help(format!("say `rust_name: {name}`"));
            let is_pinned = wire != rust;
            self.diagnostics.push(match is_pinned {
                true => finding.replacing(rust, name),
                false => finding,
            });
            return;
        }
        if let Some((first, place)) = seen.get(rust) {
            // The checks of the wire format report parameters of the same name.
            if first == wire && role == Role::Member {
                return;
            }
            let (message, help) = if first == wire {
                (
                    format!("`{wire}` is there twice"),
                    "drop one of them".to_owned(),
                )
            } else {
                let message = format!("`{wire}` and `{first}` are both `{rust}` in Rust");
                let help = match remedy {
                    "" => "rename one of them".to_owned(),
                    remedy => format!("tell them apart with `{remedy}:` on one of them"),
                };
                (message, help)
            };
            let finding = self.spec.finding(Rule::N03, span, message);
            let finding = finding.second(*place, "first here");
            self.diagnostics.push(finding.help(help));
            return;
        }
        seen.insert(rust.to_owned(), (wire.to_owned(), span));
    }

    /// Checks the name of a type in Rust.
    fn type_name(
        &mut self,
        seen: &mut Names,
        wire: &str,
        rust: &str,
        marker: &str,
        (span, item): (Span, Item),
    ) {
        let remedy = if item == Item::Alias { "" } else { "rust_name" };
        if rust == marker {
            let message = format!("`{rust}` is the type of the service");
            self.diagnostics.push(
                self.spec
                    .finding(Rule::N06, span, message)
                    .help("choose another name"),
            );
            return;
        }
        if !names::is_type_case(rust) && names::check(rust, Role::Type).is_ok() {
            let what = if item == Item::Operation {
                "operation"
            } else {
                "type"
            };
            let message = format!("the {what} `{rust}` is not in the case of Rust types");
            let finding = self.spec.finding(Rule::N02, span, message);
            let name = names::variant(rust);
            // The name of a type in the spec never travels, so it can be another one.
            self.diagnostics.push(match item {
                Item::Operation => finding.help(format!("say `rust_name: {name}`")),
                Item::Type if wire != rust => finding.help(format!("say `rust_name: {name}`")),
                Item::Type | Item::Alias => finding.help(format!("call it `{name}`")),
            });
            return;
        }
        self.once(seen, wire, rust, Role::Type, span, remedy);
    }

    /// Reports a union member with the name that clients pass over when they read a union.
    fn type_member(&mut self, members: &[Piece<'_, Field>]) {
        for member in members.iter().filter(|member| member.name == "__type") {
            let message = "`__type` cannot be a member of a union: clients pass over it";
            let finding = self.spec.finding(Rule::N06, member.name_span, message);
            let help = "leave it out: services name the type of a value with it, beside the member that is present";
            self.diagnostics.push(finding.help(help));
        }
    }

    /// Checks the names of variants, of an enum or a union.
    fn variants<'p, T: 'p>(
        &mut self,
        variants: impl Iterator<Item = &'p Piece<'p, T>>,
        pinned: impl Fn(&T) -> Option<&str>,
    ) {
        let mut seen = Names::default();
        for variant in variants {
            let rust = match pinned(&variant.value) {
                Some(pinned) => pinned.to_owned(),
                None => names::variant(variant.name),
            };
            let span = variant.name_span;
            self.once(
                &mut seen,
                variant.name,
                &rust,
                Role::Variant,
                span,
                "rust_name",
            );
        }
    }

    fn members<'p>(&mut self, members: impl Iterator<Item = &'p Piece<'p, Field>>) {
        let mut seen = Names::default();
        for member in members {
            let rust = member
                .value
                .rust_name
                .clone()
                .unwrap_or_else(|| names::member(member.name));
            if !names::is_member_case(&rust) && names::check(&rust, Role::Member).is_ok() {
                let message = format!("`{rust}` is not in the case of Rust fields");
                let finding = self
                    .spec
                    .finding(Rule::N02, member.at("rust_name"), message);
                self.diagnostics
                    .push(finding.help(format!("say `rust_name: {}`", names::member(&rust))));
                continue;
            }
            self.once(
                &mut seen,
                member.name,
                &rust,
                Role::Member,
                member.name_span,
                "rust_name",
            );
        }
    }

    /// Checks that the list of arguments names each required member once, and no other member.
    fn constructor<'p, T, I>(
        &mut self,
        block: &Piece<'_, T>,
        list: Option<&[String]>,
        members: impl Fn() -> I,
    ) where
        I: Iterator<Item = &'p Piece<'p, Field>>,
    {
        let Some(list) = list else { return };
        for (index, name) in list.iter().enumerate() {
            let problem = match members().find(|member| member.name == *name) {
                None => format!("`{name}` is not a member"),
                Some(member) if !member.value.required && !member.is_cut("required") => {
                    format!("`{name}` is not required, so `new` cannot take it")
                }
                Some(_) if list.iter().take(index).any(|other| other == name) => {
                    format!("`{name}` is there twice")
                }
                Some(_) => continue,
            };
            let finding = self.spec.finding(
                Rule::R06,
                block.at_element(&["constructor"], index),
                problem,
            );
            let is_member = members().any(|member| member.name == *name);
            let near = closest(name, members().map(|member| member.name)).filter(|_| !is_member);
            self.diagnostics.push(match near {
                _ if name.contains(' ') => {
                    let names = name.split_whitespace().collect::<Vec<_>>().join(", ");
                    let finding = finding.help(format!("separate names with commas: `{names}`"));
                    finding.replacing(name, names)
                }
                Some(near) => finding.did_you_mean(name, near),
                None => finding.help("`constructor` lists the required members, each once"),
            });
        }
        // A token must not be required, so it has a finding already.
        let is_argument =
            |member: &&Piece<'_, Field>| member.value.required && !member.value.idempotency_token;
        for member in members().filter(is_argument) {
            if !list.iter().any(|name| name == member.name) {
                let message = format!(
                    "`{}` is required, but `constructor` does not take it",
                    member.name
                );
                let span = member.at_key("required");
                self.diagnostics.push(
                    self.spec
                        .finding(Rule::R06, span, message)
                        .help("add it, at the end of the list"),
                );
            }
        }
    }

    /// Reports removed names that are used again.
    fn removed<'p>(&mut self, removed: &[String], names: impl Iterator<Item = (&'p str, Span)>) {
        for (name, span) in names {
            if removed.iter().any(|other| other == name) {
                let message =
                    format!("`{name}` was removed, and may not come back with another meaning");
                self.diagnostics.push(
                    self.spec
                        .finding(Rule::N08, span, message)
                        .help("drop it from `removed` if it is the same"),
                );
            }
        }
    }
}
