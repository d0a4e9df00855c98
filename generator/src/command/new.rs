//! `new`: creates a spec, from a template or from a description that a vendor publishes.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use heck::ToTitleCase;

use super::{Context, Outcome, say};
use crate::SpecSource;
use crate::describe::{Description, File, Operation, UnreadableOperation, describe};
use crate::diagnostics::{Format, closest};
use crate::draft::{Subject, draft};
use crate::manifest::Manifest;
use crate::names::{self, Role};
use crate::rules::Rule;

const SKELETON: &str = include_str!("skeleton.yaml");

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Name of the module with hyphens, such as `acme-models`.
    name: String,
    /// Description to write the spec from: a service model of botocore, perhaps with its paginators, OpenAPI 3 or
    /// Swagger 2.0 in JSON or YAML, or a document of the API explorer of Volcengine or Huawei. Packed with gzip or not.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
    /// Operation to write, by the vendor's name; all if there is none.
    #[arg(long, value_name = "NAME", requires = "from", value_delimiter = ',')]
    operation: Vec<String>,
}

pub(super) fn run(context: &Context<'_>, arguments: &Arguments) -> Outcome {
    let name = arguments.name.as_str();
    let module = name.replace('-', "_");
    let fits = names::check(&module, Role::Module).is_ok() && names::is_member_case(&module);
    if !fits || name.contains('_') || name.ends_with('-') {
        return Err(format!(
            "{name:?} cannot be the name of a spec: lower case with hyphens, such as `acme-models`, and no word of Rust"
        ));
    }
    let manifest = fs::read_to_string(context.root.join("generated/Cargo.toml"));
    let manifest = manifest.ok().and_then(|text| Manifest::parse(&text).ok());
    if manifest.is_some_and(|manifest| manifest.is_taken(name)) {
        return Err(format!(
            "{name:?} cannot be the name of a spec: the crate has another feature of this name"
        ));
    }
    let path = context.root.join("specs").join(format!("{name}.yaml"));
    let shown = format!("specs/{name}.yaml");
    if !context.root.join("specs").is_dir() {
        let root = context.root.display();
        return Err(format!(
            "there is no folder `specs` in {root}: name another one with --root"
        ));
    }
    if path.symlink_metadata().is_ok() {
        return Err(format!("{shown} is there already"));
    }
    if !arguments.from.is_empty() {
        return from_description(context, arguments, &shown);
    }
    let text = SKELETON
        .replace("{{title}}", &name.to_title_case())
        .replace("{{variable}}", &module.to_uppercase())
        .replace("{{module}}", &module)
        .replace("{{name}}", name);
    crate::output::create(&context.root, &shown, &text, context.disk)
        .map_err(|problem| problem.to_string())?;
    let called = &context.called;
    say(&format!(
        "created {shown}, which is a whole spec of a service that does not exist\n\n\
         1. Write down what the vendor's page says, with the comments as a guide: {called} check {shown}\n\
         2. Add `{name} = []` to [features] in generated/Cargo.toml, and `\"{name}\"` to `default`\n\
         3. {called} codegen\n\
         4. Put the vendor's examples, one of a request and one of a reply for each operation at least, under\n   \
            specs/samples/{name}, as Operation.case.request.json and so on: {called} explain X01\n\
         5. Run the tests, which find the operation by its name\n\
         CONTRIBUTING.md says more of each step\n"
    ));
    Ok(0)
}

/// Refuses operations that cannot be read or expressed, if they are asked for.
fn refuse_unreadable(description: &Description, asked: &[String]) -> Result<(), String> {
    let is_asked = |each: &Operation| asked.iter().any(|name| each.is_named(name));
    let mut unreadable = description.unreadable.iter();
    let is_refused = |each: &&UnreadableOperation| match asked.is_empty() {
        // What is only beyond this program is left out.
        true => !each.why.is_beyond(),
        false => is_asked(&each.operation),
    };
    if let Some(found) = unreadable.find(is_refused) {
        let name = &found.operation.name;
        let help = match asked.is_empty() {
            true => "; name others with --operation",
            false => "",
        };
        return Err(format!(
            "the operation `{name}` cannot be read: {}{help}",
            found.why
        ));
    }
    let are_all = description
        .operations
        .iter()
        .all(|each| each.inexpressible.is_some());
    let all = description.operations.iter();
    let mut refused = all.filter(|each| are_all || is_asked(each));
    match refused.find_map(|each| Some((each, each.inexpressible.as_deref()?))) {
        Some((each, why)) => Err(format!(
            "no spec can express `{}`, {} {}: {why}",
            each.name, each.method, each.path
        )),
        None => Ok(()),
    }
}

/// Writes a spec from a vendor's description, and reports what the rules say about it.
fn from_description(context: &Context<'_>, arguments: &Arguments, shown: &str) -> Outcome {
    let files = arguments.from.iter().map(|path| File::read(path));
    let files = files.collect::<Result<Vec<_>, String>>()?;
    let description = describe(&files, None).map_err(|problem| problem.to_string())?;
    refuse_unreadable(&description, &arguments.operation)?;
    let source = arguments.from.first().and_then(|path| path.file_name());
    let source = source.unwrap_or_default().to_string_lossy();
    let subject = Subject {
        name: &arguments.name,
        operations: &arguments.operation,
        source: &source,
        names: &BTreeMap::new(),
    };
    let drafted = draft(&description, &subject).map_err(|missing| {
        let names = description.operations.iter();
        let names: Vec<_> = names.map(|each| each.name.as_str()).collect();
        let meant = missing
            .iter()
            .map(|name| match closest(name, names.iter().copied()) {
                Some(meant) => format!("`{name}` (did you mean `{meant}`?)"),
                None => format!("`{name}`"),
            });
        let missing: Vec<_> = meant.collect();
        format!("the description has no operation {}", missing.join(", "))
    })?;
    let source = SpecSource::new(shown.to_owned(), drafted.text.as_bytes());
    let (_, found) = crate::read(std::slice::from_ref(&source));
    let findings = found.without_notes();
    if let Some(too_large) = findings.iter().find(|each| each.rule == Rule::Y01) {
        return Err(format!(
            "{shown} would be too large: {}. Name some of the {} operations with --operation, and write several specs",
            too_large.message, drafted.operations
        ));
    }
    crate::output::create(&context.root, shown, &drafted.text, context.disk)
        .map_err(|problem| problem.to_string())?;
    context.report(&findings, Format::Text, std::slice::from_ref(&source));
    let name = &arguments.name;
    let called = &context.called;
    say(&format!(
        "created {shown} from {} of {} operations\n\n\
         1. Replace what is marked TODO, and read the rest beside the vendor's page: {called} check {shown}\n\
         2. Add `{name} = []` to [features] in generated/Cargo.toml, and `\"{name}\"` to `default`\n\
         3. {called} codegen\n",
        drafted.operations,
        description.operations.len() + description.unreadable.len(),
    ));
    for skip in &drafted.skipped {
        say(&format!("left out: {skip}\n"));
    }
    Ok(0)
}
