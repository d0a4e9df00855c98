//! Checks that what a catalog reads exists, has a type that fits, and that statuses are values of their enum.

use crate::diagnostics::{Diagnostics, Fault, closest};
use crate::rules::Rule;
use crate::spec::{CatalogBlock, Field, Operation, Piece, Spec, TypeKind};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut first: Option<&Operation<'_>> = None;
    for operation in &spec.operations {
        let Some(catalog) = &operation.block.value.catalog else {
            continue;
        };
        if let Some(first) = first {
            let message = "another operation of the service has a `catalog`";
            let finding = spec.finding(Rule::M04, operation.block.at_key("catalog"), message);
            let finding = finding.second(first.block.at_key("catalog"), "it is here");
            let help = "keep that of the list of all models: a second one would list them twice";
            diagnostics.push(finding.help(help));
        }
        first.get_or_insert(operation);
        let mut scope = Scope {
            spec,
            operation,
            diagnostics,
        };
        scope.id();
        scope.workspace(catalog);
        if let Some(item) = scope.item() {
            scope.paths(catalog, item);
            scope.statuses(catalog, item);
        }
    }
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    operation: &'a Operation<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Scope<'a> {
    fn fault(&self, rule: Rule, path: &[&str], message: String) -> Fault {
        let path = [&["catalog"], path].concat();
        let span = self.operation.block.at_path(&path);
        self.spec.finding(rule, span, message)
    }

    fn id(&mut self) {
        let block = &self.operation.block;
        let is_missing = block
            .node
            .get("catalog")
            .is_some_and(|node| node.get("id").is_none());
        if is_missing && !block.is_cut_below("catalog", "id") {
            let at = block.at_key("catalog");
            let finding = self.spec.finding(Rule::N11, at, "`catalog` lacks `id`");
            self.diagnostics
                .push(finding.help("add the path to the ID of a model in an item"));
        }
    }

    /// Returns the structure of an item; `None` if it is reported here or elsewhere.
    fn item(&mut self) -> Option<&'a str> {
        let block = &self.operation.block;
        let Some(paging) = &block.value.pagination else {
            if block.lacks("pagination") {
                let message = "an operation without `pagination` has no items to read";
                let finding = self
                    .spec
                    .finding(Rule::M01, block.at_key("catalog"), message);
                self.diagnostics.push(
                    finding.help("drop `catalog`, or say under `pagination` where the items are"),
                );
            }
            return None;
        };
        let items = self
            .spec
            .walk(block.value.output()?, paging.items.as_deref()?)
            .ok()?
            .pop()?;
        let ty = &items.value.ty;
        let is_structure = self.spec.fields_of(&ty.name).is_some();
        if is_structure && ty.is_list() {
            return Some(&ty.name);
        }
        // A type that does not exist or cannot be read is reported elsewhere, and so is what is no list.
        let is_broken = self
            .spec
            .named_type(&ty.name)
            .is_some_and(|ty| matches!(ty.kind, TypeKind::Broken));
        if ty.is_list() && self.spec.is_type(&ty.name) && !is_broken {
            let message = format!("the items of `{}` are not structures", items.name);
            let finding = self
                .spec
                .finding(Rule::M01, block.at_key("catalog"), message);
            self.diagnostics
                .push(finding.help("drop `catalog`: there is nothing to read from them"));
        }
        None
    }

    /// Returns the field at the end of a path into an item, or reports that there is none.
    fn field(&mut self, item: &'a str, key: &str, path: &str) -> Option<&'a Piece<'a, Field>> {
        let index = match self.spec.walk(item, path) {
            Ok(way) => return way.last().copied(),
            Err(index) => index,
        };
        let names: Vec<_> = path.split('.').collect();
        let (before, name) = (names.get(..index)?, names.get(index)?);
        let structure = match before {
            [] => item,
            before => {
                let way = self.spec.walk(item, &before.join(".")).ok()?;
                &way.last()?.value.ty.name
            }
        };
        let is_broken = self
            .spec
            .named_type(structure)
            .is_some_and(|ty| matches!(ty.kind, TypeKind::Broken) || ty.block.is_cut("fields"));
        if is_broken || !self.spec.is_type(structure) {
            return None;
        }
        let fields = self.spec.fields_of(structure).unwrap_or_default();
        let message = format!("the path `{path}` leads nowhere: there is no `{name}`");
        let fault = self.fault(Rule::M01, &[key], message);
        let near = closest(name, fields.iter().map(|field| field.name));
        self.diagnostics.push(match near {
            Some(near) => fault.did_you_mean(name, near),
            None => fault.help("a path goes from an item through its structures, and into no list"),
        });
        None
    }

    fn paths(&mut self, catalog: &CatalogBlock, item: &'a str) {
        for (key, path) in catalog.paths() {
            let Some(field) = self.field(item, key, path) else {
                continue;
            };
            let ty = &field.value.ty;
            let is_enum = self
                .spec
                .named_type(&ty.name)
                .is_some_and(|ty| matches!(ty.kind, TypeKind::Enum(_) | TypeKind::Broken));
            let is_time = matches!(key, "created" | "updated");
            let fits = match ty.name.as_str() {
                "timestamp" => is_time,
                "string" => !is_time,
                "integer" => !is_time && key != "status",
                other => (is_enum && !is_time) || !self.spec.is_type(other),
            };
            if !ty.is_single() || !fits {
                let expected = if is_time {
                    "a timestamp"
                } else if key == "status" {
                    "a text or an enum"
                } else {
                    "a text, an enum or an integer"
                };
                let message = format!("`{path}` must be {expected}");
                let fault = self.fault(Rule::M02, &[key], message);
                self.diagnostics.push(fault.help("name another field"));
            }
        }
    }

    fn statuses(&mut self, catalog: &CatalogBlock, item: &'a str) {
        let Some(status) = &catalog.status else {
            if !catalog.statuses.is_empty()
                && !self.operation.block.is_cut_below("catalog", "status")
            {
                let message = "`statuses` without a `status` whose values they are".to_owned();
                let fault = self.fault(Rule::M03, &["statuses"], message);
                self.diagnostics
                    .push(fault.help("add the path to the status, or drop `statuses`"));
            }
            return;
        };
        let Ok(way) = self.spec.walk(item, status) else {
            return;
        };
        let Some(field) = way.last() else { return };
        let Some(ty) = self.spec.named_type(&field.value.ty.name) else {
            return;
        };
        let TypeKind::Enum(values) = &ty.kind else {
            return;
        };
        if ty.block.is_cut("enum") {
            return;
        }
        for text in catalog.statuses.keys() {
            if values.iter().any(|value| value.name == text) {
                continue;
            }
            let message = format!("`{}` has no value `{text}`", ty.block.name);
            let catalog = self.operation.block.node.get("catalog");
            let statuses = catalog.and_then(|catalog| catalog.get("statuses"));
            let span = statuses
                .and_then(|statuses| statuses.entry(text))
                .map_or(self.operation.block.at("catalog"), |entry| entry.key_span);
            let fault = self.spec.finding(Rule::M03, span, message);
            let near = closest(text, values.iter().map(|value| value.name));
            self.diagnostics.push(match near {
                Some(near) => fault.did_you_mean(text, near),
                None => fault.help("add the value to the enum, or drop it here"),
            });
        }
    }

    fn workspace(&mut self, catalog: &CatalogBlock) {
        let Some(name) = &catalog.workspace else {
            return;
        };
        let parameters = self.operation.parameters.iter().map(|(_, field)| field);
        let Some(field) = parameters.clone().find(|field| field.name == name) else {
            if !self.operation.is_broken {
                let message = format!("the operation has no parameter `{name}`");
                let fault = self.fault(Rule::M01, &["workspace"], message);
                let near = closest(name, parameters.map(|field| field.name));
                self.diagnostics.push(match near {
                    Some(near) => fault.did_you_mean(name, near),
                    None => fault.help("name the parameter that selects the workspace"),
                });
            }
            return;
        };
        let ty = &field.value.ty;
        if self.spec.is_type(&ty.name) && !(ty.is_single() && ty.name == "string") {
            let message = format!("`{name}` must be a text");
            let fault = self.fault(Rule::M02, &["workspace"], message);
            self.diagnostics.push(fault.help("name another parameter"));
        }
    }
}
