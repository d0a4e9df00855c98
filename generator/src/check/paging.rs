//! Checks that the members that pagination refers to exist and have the right type.

use super::repeats::is_token;
use crate::diagnostics::{Diagnostics, Fault, closest};
use crate::names;
use crate::rules::Rule;
use crate::spec::{
    BUILT_IN, Field, Operation, Pagination, PagingStyle, Piece, Scalar, Spec, Type, TypeKind,
};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    for operation in &spec.operations {
        if let (Some(paging), Some(output)) = (
            &operation.block.value.pagination,
            operation.block.value.output(),
        ) {
            let mut scope = Scope {
                spec,
                operation,
                output,
                diagnostics,
            };
            scope.request(paging);
            scope.response(paging);
            scope.total_cap(paging);
            if paging.style == Some(PagingStyle::PageNumber) {
                scope.first_page(paging);
            }
        } else if operation.block.value.pagination.is_some()
            && operation.block.value.returns_nothing()
        {
            let message = "an operation that returns nothing has no pages";
            let finding = spec.finding(Rule::P02, operation.block.at_key("pagination"), message);
            let finding = finding.second(operation.block.at("response"), "it returns nothing");
            diagnostics
                .push(finding.help("drop `pagination`, or name the structure with the list"));
        } else if operation.block.lacks("pagination") && looks_like_a_list(spec, operation) {
            let name = operation.block.name;
            let message = format!("`{name}` looks like a list, but has no `pagination`");
            let finding = spec.finding(Rule::P06, operation.block.name_span, message);
            let likely = likely_pagination(spec, operation);
            let finding = finding.help(format!(
                "add `pagination: {likely}`; if the service returns everything at once, write `style: none` and `items`"
            ));
            let node = operation.block.node;
            diagnostics.push(finding.fix(match likely.contains('…') {
                true => node.allowing(Rule::P06),
                false => node.adding(&format!("pagination: {likely}")),
            }));
        }
    }
}

/// Whether an operation that changes nothing returns a list, and either its name or one of its parameters suggests pages.
fn looks_like_a_list(spec: &Spec<'_>, operation: &Operation<'_>) -> bool {
    let block = &operation.block;
    let method = block.value.http.as_ref();
    let is_read = block.value.read_only || method.is_some_and(|http| http.method == "GET");
    let output = block.value.output().unwrap_or_default();
    let fields = spec.fields_of(output).unwrap_or_default();
    is_read
        && fields.iter().any(|field| field.value.ty.is_list())
        && (block.name.starts_with("List") || page_parameter(operation).is_some())
}

/// Returns the parameter that selects a page, judged by its name, with the style of paging.
fn page_parameter<'a>(operation: &'a Operation<'_>) -> Option<(&'a str, &'static str)> {
    let style = |name: &str| {
        let name = names::member(name);
        let has = |wanted: &str| name.split('_').any(|word| word == wanted);
        let words = [
            ("token", "token"),
            ("marker", "marker"),
            ("cursor", "token"),
            ("offset", "offset"),
            ("page", "page-number"),
        ];
        let is_size = ["size", "limit"].iter().any(|word| has(word));
        let known = words.iter().find(|(word, _)| has(word) && !is_size);
        known.map(|(_, style)| *style)
    };
    let parameters = operation.parameters.iter().map(|(_, field)| field);
    let mut parameters = parameters.filter(|field| !is_token(field));
    parameters.find_map(|field| Some((field.name, style(field.name)?)))
}

/// Returns the value of `pagination` that is likely to fit, with `…` for what cannot be told.
fn likely_pagination(spec: &Spec<'_>, operation: &Operation<'_>) -> String {
    let fields = spec.fields_of(operation.block.value.output().unwrap_or_default());
    let fields = fields.unwrap_or_default();
    let list = fields.iter().find(|field| field.value.ty.is_list());
    let items = list.map_or("…", |list| list.name);
    let (request, style) = page_parameter(operation).unwrap_or(("…", "…"));
    // Where the next page begins has the name of the parameter, or one of the same kind.
    let of_words = |words: &[&str]| {
        let is_it = |name: &str| {
            let name = names::member(name);
            words
                .iter()
                .any(|wanted| name.split('_').any(|word| word == *wanted))
        };
        let same = fields.iter().find(|field| field.name == request);
        let near = || fields.iter().find(|field| is_it(field.name));
        same.or_else(near).map_or("…", |field| field.name)
    };
    let more = match style {
        "token" => format!(" response: {},", of_words(&["token", "marker", "cursor"])),
        "marker" => format!(
            " response: {}, more: {},",
            of_words(&["marker", "next"]),
            of_words(&["truncated", "more"])
        ),
        "offset" | "page-number" => match of_words(&["total", "count"]) {
            "…" => String::new(),
            total => format!(" total: {total},"),
        },
        _ => String::new(),
    };
    format!("{{style: {style}, request: {request},{more} items: {items}}}")
}

struct Scope<'a> {
    spec: &'a Spec<'a>,
    operation: &'a Operation<'a>,
    output: &'a str,
    diagnostics: &'a mut Diagnostics,
}

impl<'a> Scope<'a> {
    fn report(&mut self, rule: Rule, key: &str, message: String, help: &str) {
        let fault = self.fault(rule, key, message);
        self.diagnostics.push(fault.help(help));
    }

    fn fault(&self, rule: Rule, key: &str, message: String) -> Fault {
        let block = &self.operation.block;
        let node = block.node.get("pagination");
        let span = node
            .and_then(|node| node.get(key))
            .or(node)
            .map_or(block.name_span, |node| node.span);
        self.spec.finding(rule, span, message)
    }

    /// Whether a type differs from the expected one. A type that does not exist is reported elsewhere.
    fn is_other(&self, field: &Field, expected: &str) -> bool {
        let is_expected = field.ty.is_single() && field.ty.name == expected;
        self.spec.is_type(&field.ty.name) && !is_expected
    }

    /// Checks the parameters that pagination sets.
    fn request(&mut self, paging: &Pagination) {
        if paging.style == Some(PagingStyle::None) {
            for (key, value) in [
                ("request", &paging.request),
                ("page_size", &paging.page_size),
            ] {
                if value.is_some() {
                    self.no_use(key);
                }
            }
            return;
        }
        let expected = match paging.style {
            Some(PagingStyle::PageNumber | PagingStyle::Offset) => "integer",
            _ => "string",
        };
        // Without a style, the expected type is unknown.
        if let (Some(name), Some(_)) = (&paging.request, paging.style) {
            self.parameter("request", name, expected);
        }
        if paging.page_size.is_some() && paging.page_size == paging.request {
            let message =
                "one parameter cannot say both which page to send and how large it is".to_owned();
            self.report(Rule::P01, "page_size", message, "name another parameter");
        } else if let Some(size) = &paging.page_size {
            self.parameter("page_size", size, "integer");
        }
    }

    fn parameter(&mut self, key: &str, name: &str, expected: &str) {
        let mut parameters = self.operation.parameters.iter().map(|(_, field)| field);
        let Some(field) = parameters.clone().find(|field| field.name == name) else {
            if self.operation.is_broken {
                return;
            }
            let message = format!("the operation has no parameter `{name}`");
            let near = closest(name, parameters.by_ref().map(|field| field.name));
            let fault = self.fault(Rule::P01, key, message);
            return self.diagnostics.push(match near {
                Some(near) => fault.did_you_mean(name, near),
                None => fault.help("add it under `request:`"),
            });
        };
        if self.is_other(&field.value, expected) {
            let message = format!("`{name}` must be of type {expected} for this style of paging");
            self.report(Rule::P04, key, message, "change its type, or the style");
        } else if field.value.required && key == "page_size" {
            let message = format!(
                "`{name}` is required, so the client cannot leave the size of a page to the service"
            );
            self.report(
                Rule::P05,
                key,
                message,
                "leave out `page_size`: callers of `new` set it",
            );
        } else if field.value.required {
            let message = format!("`{name}` is required, so there is no first page to begin with");
            self.report(Rule::P05, key, message, "drop `required: true` from it");
        }
    }

    /// Checks the places in the output that pagination reads.
    fn response(&mut self, paging: &Pagination) {
        let needs: &[(&str, bool, &Option<String>)] = match paging.style {
            None => &[],
            Some(PagingStyle::Token) => &[
                ("response", true, &paging.response),
                ("more", false, &paging.more),
                ("total", false, &paging.total),
            ],
            Some(PagingStyle::Marker) => &[
                ("response", true, &paging.response),
                ("more", true, &paging.more),
                ("total", false, &paging.total),
            ],
            Some(PagingStyle::PageNumber | PagingStyle::Offset) => &[
                ("response", false, &paging.response),
                ("more", false, &paging.more),
            ],
            Some(PagingStyle::None) => &[
                ("response", false, &paging.response),
                ("more", false, &paging.more),
                ("total", false, &paging.total),
            ],
        };
        for (key, needed, value) in needs {
            match (needed, value) {
                (true, None) => {
                    let message = format!("this style of paging needs `{key}`");
                    let help = "say where it is in the output, or choose another style";
                    self.report(Rule::P02, "style", message, help);
                }
                (false, Some(_)) => self.no_use(key),
                _ => {}
            }
        }
        let numbered = paging
            .style
            .is_none_or(|style| style == PagingStyle::PageNumber);
        if paging.response_page_size.is_some() && !numbered {
            self.no_use("response_page_size");
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
                let message = format!("`{path}` must be of type {expected}");
                self.report(
                    Rule::P04,
                    key,
                    message,
                    "change its type, or name another field",
                );
            }
        }
        if let Some(items) = &paging.items
            && let Some(field) = self.place("items", items)
            && !field.value.ty.is_list()
            && !self.is_unknown(field)
        {
            let message = format!("`{items}` is not a list");
            self.report(
                Rule::P03,
                "items",
                message,
                "name the field with the elements of a page",
            );
        }
    }

    /// Whether the type of a field is reported elsewhere.
    fn is_unknown(&self, field: &Piece<'_, Field>) -> bool {
        !self.spec.is_type(&field.value.ty.name)
    }

    /// Reports services that do not number their pages from 1, because the client would skip a page.
    fn first_page(&mut self, paging: &Pagination) {
        let mut parameters = self.operation.parameters.iter().map(|(_, field)| field);
        let Some(field) = parameters.find(|field| Some(field.name) == paging.request.as_deref())
        else {
            return;
        };
        let begins = match (&field.value.default, field.value.range) {
            (Some(Scalar::Integer(default)), _) => Some(*default),
            (_, Some(range)) => range.whole.and_then(|range| range.min),
            _ => None,
        };
        if let Some(first) = begins.filter(|first| *first != 1) {
            let message = format!(
                "this style of paging counts pages from 1, but `{}` begins at {first}",
                field.name
            );
            let help = "no style counts from another number: leave out `pagination`, and allow P06 with that reason";
            self.report(Rule::P07, "style", message, help);
        }
    }

    /// Checks that a cap comes with a total, and is at least 1.
    fn total_cap(&mut self, paging: &Pagination) {
        let Some(cap) = paging.total_cap else { return };
        let counts = matches!(
            paging.style,
            None | Some(PagingStyle::PageNumber | PagingStyle::Offset)
        );
        let has_total =
            paging.total.is_some() || self.operation.block.is_cut_below("pagination", "total");
        if !counts {
            self.no_use("total_cap");
        } else if !has_total {
            let message = "`total_cap` without a `total` that it limits".to_owned();
            let help = "add where the output has the total, or drop the cap";
            self.report(Rule::P08, "total_cap", message, help);
        }
        if cap < 1 {
            let message = format!("the total cannot be capped at {cap}");
            let help = "write the largest total that the service reports, such as 10000";
            self.report(Rule::P08, "total_cap", message, help);
        }
    }

    fn no_use(&mut self, key: &str) {
        let message = format!("this style of paging has no use for `{key}`");
        self.report(Rule::P02, key, message, "drop it, or choose another style");
    }

    fn place(&mut self, key: &str, path: &str) -> Option<&'a Piece<'a, Field>> {
        // A response that does not exist is reported elsewhere.
        self.spec.fields_of(self.output)?;
        match self.spec.walk(self.output, path) {
            Ok(way) => way.last().copied(),
            Err(index) if self.is_broken(path, index) => None,
            Err(index) => {
                let name = path.split('.').nth(index).unwrap_or_default();
                let message = format!("the path `{path}` leads nowhere: there is no `{name}`");
                let fields = self.spec.fields_of(self.structure_before(path, index));
                let names = fields.unwrap_or_default().iter().map(|field| field.name);
                let fault = self.fault(Rule::P02, key, message);
                self.diagnostics.push(match closest(name, names) {
                    Some(near) => fault.did_you_mean(name, near),
                    None => fault.help(
                        "a path goes from the output through its structures, and into no list",
                    ),
                });
                None
            }
        }
    }

    /// Returns the name of the structure in which the name at an index of a path is looked for.
    fn structure_before(&self, path: &str, index: usize) -> &'a str {
        let before: Vec<_> = path.split('.').take(index).collect();
        match before.as_slice() {
            [] => self.output,
            names => match self.spec.walk(self.output, &names.join(".")) {
                Ok(way) => way.last().map_or("", |field| field.value.ty.name.as_str()),
                Err(_) => "",
            },
        }
    }

    /// Whether the structure at the end of a path does not exist or cannot be read. Both are reported elsewhere.
    fn is_broken(&self, path: &str, index: usize) -> bool {
        let structure = self.structure_before(path, index);
        let is_whole =
            |ty: &Type<'_>| !matches!(ty.kind, TypeKind::Broken) && !ty.block.is_cut("fields");
        !BUILT_IN.contains(&structure) && !self.spec.named_type(structure).is_some_and(is_whole)
    }
}
