//! What pagination names is there and of the right type.

use crate::diagnostics::Diagnostics;
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
        }
    }
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    operation: &'a Operation<'a>,
    output: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Scope<'a> {
    fn error(&mut self, rule: &'static str, key: &str, message: String) {
        let block = &self.operation.block;
        let node = block.node.get("pagination");
        let span = node
            .and_then(|node| node.get(key))
            .or(node)
            .map_or(block.name_span, |node| node.span);
        self.diagnostics.push(self.spec.error(rule, span, message));
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
                "P01",
                key,
                format!("the operation has no parameter `{name}`"),
            );
        };
        if self.is_other(&field.value, expected) {
            self.error(
                "P04",
                key,
                format!("`{name}` must be of type {expected} for this style of paging"),
            );
        } else if field.value.required {
            self.error(
                "P05",
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
                    "P02",
                    "style",
                    format!("this style of paging needs `{key}`"),
                ),
                (false, Some(_)) => self.error(
                    "P02",
                    key,
                    format!("this style of paging has no use for `{key}`"),
                ),
                _ => {}
            }
        }
        if paging.response_page_size.is_some() && paging.style != PagingStyle::PageNumber {
            self.error(
                "P02",
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
                self.error("P04", key, format!("`{path}` must be of type {expected}"));
            }
        }
        if let Some(field) = self.place("items", &paging.items)
            && !field.value.ty.list
            && !field.value.ty.is_unknown()
        {
            self.error("P03", "items", format!("`{}` is no list", paging.items));
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
                    "P02",
                    key,
                    format!("the path `{path}` leads nowhere: there is no `{name}`"),
                );
                None
            }
        }
    }
}
