//! `new`: creates a spec.

use heck::ToTitleCase;

use super::{Context, Outcome, say};
use crate::names::{self, Role};

const SKELETON: &str = include_str!("skeleton.yaml");

pub(super) fn run(context: &Context<'_>, name: &str) -> Outcome {
    let module = name.replace('-', "_");
    let fits = names::check(&module, Role::Module).is_ok() && names::is_member_case(&module);
    if !fits || name.contains('_') || name.ends_with('-') {
        return Err(format!(
            "{name:?} cannot be the name of a spec: lower case with hyphens, such as `acme-models`, and no word of Rust"
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
