//! What pagination names is there and of the right type.

use crate::diagnostics::Diagnostics;
use crate::names;
use crate::rules::Rule;
use crate::spec::{Field, Operation, Pagination, PagingStyle, Piece, Spec};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for operation in &spec.operations {
        if let (Some(paging), Some(output)) = (
            &operation.block.value.pagination,
            &operation.block.value.response,
        ) {
            let mut scope = Scope {
                spec,
                operation,
                output,
                diagnostics,
            };
            scope.request(paging);
            scope.response(paging);
        } else if operation.block.lacks("pagination") && looks_like_a_list(spec, operation) {
            let name = operation.block.name;
            let message = format!("`{name}` looks like a list, but has no `pagination`");
            let finding = spec.finding(Rule::P06, operation.block.name_span, message);
            diagnostics.push(finding.help("say how its pages follow each other; if it answers with all at once, allow it and say so"));
        }
    }
}

/// Whether an operation answers with a list, and is named like one or takes what pages are asked for with.
fn looks_like_a_list(spec: &Spec<'_>, operation: &Operation<'_>) -> bool {
    let output = operation
        .block
        .value
        .response
        .as_deref()
        .unwrap_or_default();
    let fields = spec.fields_of(output).unwrap_or_default();
    let asks_for_a_page = |name: &str| {
        let name = names::member(name);
        let mut words = name.split('_');
        words.any(|word| matches!(word, "token" | "marker" | "cursor" | "page" | "offset"))
    };
    fields.iter().any(|field| field.value.ty.list)
        && (operation.block.name.starts_with("List")
            || operation
                .parameters
                .iter()
                .any(|(_, field)| asks_for_a_page(field.name)))
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    operation: &'a Operation<'a>,
    output: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Scope<'a> {
    fn error(&mut self, rule: Rule, key: &str, message: String) {
        let block = &self.operation.block;
        let node = block.node.get("pagination");
        let span = node
            .and_then(|node| node.get(key))
            .or(node)
            .map_or(block.name_span, |node| node.span);
        self.diagnostics
            .push(self.spec.finding(rule, span, message));
    }

    /// Whether the type is another than expected. One that is not there has a finding of its own.
    fn is_other(&self, field: &Field, expected: &str) -> bool {
        let known = self.spec.named_type(&field.ty.name).is_some()
            || super::BUILT_IN.contains(&field.ty.name.as_str());
        known && (field.ty.list || field.ty.name != expected)
    }

    /// The parameters that paging sets.
    fn request(&mut self, paging: &Pagination) {
        let counted = matches!(paging.style, PagingStyle::PageNumber | PagingStyle::Offset);
        let expected = if counted { "integer" } else { "string" };
        self.parameter("request", &paging.request, expected);
        if let Some(size) = &paging.page_size {
            self.parameter("page_size", size, "integer");
        }
    }

    fn parameter(&mut self, key: &str, name: &str, expected: &str) {
        let Some((_, field)) = self
            .operation
            .parameters
            .iter()
            .find(|(_, field)| field.name == name)
        else {
            return self.error(
                Rule::P01,
                key,
                format!("the operation has no parameter `{name}`"),
            );
        };
        if self.is_other(&field.value, expected) {
            self.error(
                Rule::P04,
                key,
                format!("`{name}` must be of type {expected} for this style of paging"),
            );
        } else if field.value.required {
            self.error(
                Rule::P05,
                key,
                format!("`{name}` is required, so there is no first page to begin with"),
            );
        }
    }

    /// The places in the output that paging reads.
    fn response(&mut self, paging: &Pagination) {
        let needs: &[(&str, bool, &Option<String>)] = match paging.style {
            PagingStyle::Token => &[
                ("response", true, &paging.response),
                ("more", false, &paging.more),
                ("total", false, &paging.total),
            ],
            PagingStyle::Marker => &[
                ("response", true, &paging.response),
                ("more", true, &paging.more),
                ("total", false, &paging.total),
            ],
            PagingStyle::PageNumber | PagingStyle::Offset => &[
                ("response", false, &paging.response),
                ("more", false, &paging.more),
            ],
        };
        for (key, needed, value) in needs {
            match (needed, value) {
                (true, None) => self.error(
                    Rule::P02,
                    "style",
                    format!("this style of paging needs `{key}`"),
                ),
                (false, Some(_)) => self.error(
                    Rule::P02,
                    key,
                    format!("this style of paging has no use for `{key}`"),
                ),
                _ => {}
            }
        }
        if paging.response_page_size.is_some() && paging.style != PagingStyle::PageNumber {
            self.error(
                Rule::P02,
                "response_page_size",
                "only numbered pages have a use for `response_page_size`".into(),
            );
        }
        let places = [
            ("response", &paging.response, "string"),
            ("more", &paging.more, "boolean"),
            ("total", &paging.total, "integer"),
            ("response_page_size", &paging.response_page_size, "integer"),
        ];
        for (key, path, expected) in places {
            if let Some(path) = path
                && let Some(field) = self.place(key, path)
                && self.is_other(&field.value, expected)
            {
                self.error(
                    Rule::P04,
                    key,
                    format!("`{path}` must be of type {expected}"),
                );
            }
        }
        if let Some(field) = self.place("items", &paging.items)
            && !field.value.ty.list
            && !field.value.ty.is_unknown()
        {
            self.error(Rule::P03, "items", format!("`{}` is no list", paging.items));
        }
    }

    fn place(&mut self, key: &str, path: &str) -> Option<&'a Piece<'a, Field>> {
        // A response that does not exist has its own finding.
        self.spec.fields_of(self.output)?;
        match self.spec.walk(self.output, path) {
            Ok(way) => way.last().copied(),
            Err(index) => {
                let name = path.split('.').nth(index).unwrap_or_default();
                self.error(
                    Rule::P02,
                    key,
                    format!("the path `{path}` leads nowhere: there is no `{name}`"),
                );
                None
            }
        }
    }
}
