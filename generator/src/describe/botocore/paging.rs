//! Paging of operations, as `paginators-1.json` has it.

use super::form;
use crate::describe::description::Paging;
use crate::describe::document::{Document, Json, Unreadable};
use crate::describe::text;
use crate::spec::{Entry, Node};

/// What paginators say that a spec cannot.
const SEVERAL: &str = "pages with several tokens or an expression";
const NO_MEMBER: &str = "pages by a member that is not there";
const NO_TEXT: &str = "pages whose token is no text";
const NO_FIRST: &str = "pages without a first one, as the token is required";
const NO_LIST: &str = "pages whose items are no list";
const NO_TRUTH: &str = "pages whose end is no truth value";
const NO_SIZE: &str = "a page size that is no whole number";
pub(super) const OTHERS: &str = "results of a page beside its items";

/// Why the pages of an operation are not read.
pub(super) enum Fault {
    /// What a spec cannot say.
    Lacks(&'static str),
    Broken(Unreadable),
}

impl From<Unreadable> for Fault {
    fn from(why: Unreadable) -> Self {
        Self::Broken(why)
    }
}

/// Pages of an operation in wire names.
pub(super) struct Pages {
    pub(super) paging: Paging,
    /// Why the page size is not in it, if there is one.
    pub(super) size: Option<&'static str>,
    /// Results beside the items, as the paginator names them.
    pub(super) others: Vec<String>,
}

/// The paginators of a service.
pub(super) struct Paginators<'a> {
    document: &'a Document,
    operations: &'a [Entry],
}

impl<'a> Paginators<'a> {
    /// Checks that they belong to a service: some are of its operations. Others may be of another version.
    pub(super) fn new(document: &'a Document, operations: &Node) -> Result<Self, Unreadable> {
        form::check(document, "this file", document.root(), form::PAGINATORS)?;
        let pages = document.at(&["pagination"]).map(Node::entries);
        let pages = pages.unwrap_or_default();
        let is_known = |entry: &Entry| operations.get(&entry.key).is_some();
        match pages.first().filter(|_| !pages.iter().any(is_known)) {
            None => Ok(Self {
                document,
                operations: pages,
            }),
            Some(entry) => {
                let why = format!(
                    "the service model has no operation `{}`, nor any other of these: give the paginators of the same service",
                    entry.key
                );
                Err(document.unreadable(Some(&entry.value), why))
            }
        }
    }

    /// Returns the pages of an operation, or `None` if it has no pages.
    pub(super) fn of(&self, operation: &str, shapes: &Shapes<'a>) -> Result<Option<Pages>, Fault> {
        let entry = self.operations.iter().find(|entry| entry.key == operation);
        let Some(Entry { value, .. }) = entry else {
            return Ok(None);
        };
        let owner = format!("the paginator of `{operation}`");
        form::check(self.document, owner, value, form::PAGES)?;
        Walk { shapes }.pages(value).map(Some)
    }
}

/// Shapes of an operation.
pub(super) struct Shapes<'a> {
    /// All shapes by name.
    pub(super) all: &'a Node,
    pub(super) input: Option<&'a Node>,
    pub(super) output: Option<&'a Node>,
}

/// A member at the end of a path.
struct Found<'a> {
    /// Path in wire names.
    path: String,
    shape: &'a Node,
    is_required: bool,
}

/// A member, or why there is none that a spec can say.
type Step<'a> = Result<Found<'a>, &'static str>;

impl Found<'_> {
    fn is(&self, types: &[&str]) -> bool {
        let name = self.shape.string_at("type").unwrap_or_default();
        types.contains(&name) && self.shape.get("enum").is_none()
    }
}

struct Walk<'w, 'a> {
    shapes: &'w Shapes<'a>,
}

impl<'a> Walk<'_, 'a> {
    fn pages(&self, node: &Node) -> Result<Pages, Fault> {
        let input = |key| self.each(self.shapes.input, node, key);
        let output = |key| self.each(self.shapes.output, node, key);
        let (request, size) = (input("input_token"), input("limit_key"));
        let (response, more) = (output("output_token"), output("more_results"));
        let results = output("result_key");
        let request = one(request)?;
        let response = one(response)?;
        if !request.is(&["string"]) || !response.is(&["string"]) {
            return Err(Fault::Lacks(NO_TEXT));
        }
        if request.is_required {
            return Err(Fault::Lacks(NO_FIRST));
        }
        let more = match more.is_empty() {
            true => None,
            false => Some(one(more)?),
        };
        if more.as_ref().is_some_and(|more| !more.is(&["boolean"])) {
            return Err(Fault::Lacks(NO_TRUTH));
        }
        // Of several lists, the first is the main one.
        let fault = results.iter().find_map(|found| found.as_ref().err());
        let fault = fault.copied().unwrap_or(NO_LIST);
        let results: Vec<_> = { results.into_iter() }
            .zip(texts(node, "result_key"))
            .collect();
        let is_list = |found: &Step<'_>| found.as_ref().is_ok_and(|it| it.is(&["list"]));
        let Some(at) = results.iter().position(|(found, _)| is_list(found)) else {
            return Err(Fault::Lacks(fault));
        };
        let mut items = String::new();
        let mut others = Vec::new();
        for (index, (found, path)) in results.into_iter().enumerate() {
            match found {
                Ok(found) if index == at => items = found.path,
                _ => others.push(text::printable(path)),
            }
        }
        let (page_size, size) = page_size(size)?;
        let paging = Paging {
            request: request.path,
            response: response.path,
            items,
            more: more.map(|more| more.path),
            page_size,
        };
        Ok(Pages {
            paging,
            size,
            others,
        })
    }

    /// Follows the paths under a key.
    fn each(&self, from: Option<&'a Node>, node: &Node, key: &str) -> Vec<Step<'a>> {
        let paths = texts(node, key).into_iter();
        paths.map(|path| self.follow(from, path)).collect()
    }

    /// Follows the members of structures.
    fn follow(&self, from: Option<&'a Node>, path: &str) -> Step<'a> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let is_expression = |name: &str| !name.chars().all(is_name);
        let mut shape = from;
        let mut wires = Vec::new();
        let mut is_required = false;
        for name in path.split('.') {
            let inside = shape.and_then(|shape| shape.string_at("type"));
            // What an entry of a map is called is up to the service.
            if is_expression(name) || inside == Some("map") {
                return Err(SEVERAL);
            }
            let member = shape.and_then(|shape| shape.get("members")?.get(name));
            let member = member.ok_or(NO_MEMBER)?;
            let mut required = shape.into_iter().flat_map(|it| it.texts_at("required"));
            is_required = required.any(|other| other == name);
            wires.push(member.string_at("locationName").unwrap_or(name));
            let target = member.string_at("shape").unwrap_or_default();
            shape = self.shapes.all.get(target);
        }
        Ok(Found {
            path: wires.join("."),
            shape: shape.ok_or(NO_MEMBER)?,
            is_required,
        })
    }
}

/// Returns the parameter of the page size. One that is required is an ordinary parameter, which callers set.
fn page_size(found: Vec<Step<'_>>) -> Result<(Option<String>, Option<&'static str>), Fault> {
    if found.is_empty() {
        return Ok((None, None));
    }
    let size = match one(found) {
        Ok(size) => size,
        Err(Fault::Lacks(_)) => return Ok((None, Some(NO_SIZE))),
        Err(broken) => return Err(broken),
    };
    if size.is_required {
        return Ok((None, None));
    }
    match size.is(&["byte", "short", "integer", "long", "bigInteger"]) {
        true => Ok((Some(size.path), None)),
        false => Ok((None, Some(NO_SIZE))),
    }
}

/// Returns a text, or the texts of a list.
fn texts<'n>(pages: &'n Node, key: &str) -> Vec<&'n str> {
    let Some(node) = pages.get(key) else {
        return Vec::new();
    };
    let all = match node.string() {
        Some(_) => std::slice::from_ref(node),
        None => node.elements(),
    };
    all.iter().filter_map(Json::string).collect()
}

/// Returns the only member that is named.
fn one(found: Vec<Step<'_>>) -> Result<Found<'_>, Fault> {
    let mut found = found.into_iter();
    match (found.next(), found.next()) {
        (Some(only), None) => only.map_err(Fault::Lacks),
        _ => Err(Fault::Lacks(SEVERAL)),
    }
}
