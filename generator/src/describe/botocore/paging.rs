//! Paging of operations, as `paginators-1.json` has it.

use crate::describe::description::Paging;
use crate::describe::document::Json;
use crate::spec::Node;

/// What paginators say that a spec cannot.
const SEVERAL: &str = "pages with several tokens or an expression";
const NO_MEMBER: &str = "pages by a member that is not there";
const NO_TEXT: &str = "pages whose token is no text";
const NO_FIRST: &str = "pages without a first one, as the token is required";
const NO_LIST: &str = "pages whose items are no list";
const NO_TRUTH: &str = "pages whose end is no truth value";
const NO_SIZE: &str = "a page size that is no whole number";

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

impl Found<'_> {
    fn is(&self, types: &[&str]) -> bool {
        let name = self.shape.string_at("type").unwrap_or_default();
        types.contains(&name) && self.shape.get("enum").is_none()
    }
}

impl<'a> Shapes<'a> {
    /// Returns the paging of an operation in wire names, with what a spec cannot say of it; or what it cannot say at all.
    pub(super) fn paging(
        &self,
        pages: &Node,
    ) -> Result<(Paging, Option<&'static str>), &'static str> {
        let request = self.walk(self.input, &one(pages, "input_token")?)?;
        if !request.is(&["string"]) {
            return Err(NO_TEXT);
        }
        if request.is_required {
            return Err(NO_FIRST);
        }
        let response = self.walk(self.output, &one(pages, "output_token")?)?;
        if !response.is(&["string"]) {
            return Err(NO_TEXT);
        }
        // Of several lists, the first is the main one.
        let mut items = Err(NO_MEMBER);
        for path in texts(pages, "result_key") {
            let found = self.walk(self.output, path)?;
            items = match found.is(&["list"]) {
                true => Ok(found.path),
                false => Err(NO_LIST),
            };
            if items.is_ok() {
                break;
            }
        }
        let more = match pages.get("more_results") {
            None => None,
            Some(_) => {
                let more = self.walk(self.output, &one(pages, "more_results")?)?;
                if !more.is(&["boolean"]) {
                    return Err(NO_TRUTH);
                }
                Some(more.path)
            }
        };
        let (page_size, rest) = self.size(pages);
        let paging = Paging {
            request: request.path,
            response: response.path,
            items: items?,
            more,
            page_size,
        };
        Ok((paging, rest))
    }

    /// Returns the parameter of the page size. One that is required is an ordinary parameter, which callers set.
    fn size(&self, pages: &Node) -> (Option<String>, Option<&'static str>) {
        let Ok(name) = one(pages, "limit_key") else {
            return (None, None);
        };
        match self.walk(self.input, &name) {
            Err(_) => (None, None),
            Ok(size) if size.is_required => (None, None),
            Ok(size) if size.is(&["byte", "short", "integer", "long", "bigInteger"]) => {
                (Some(size.path), None)
            }
            Ok(_) => (None, Some(NO_SIZE)),
        }
    }

    /// Follows the members of structures.
    fn walk(&self, from: Option<&'a Node>, path: &str) -> Result<Found<'a>, &'static str> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        let mut names = path.split('.');
        if names.any(|name| name.is_empty() || !name.chars().all(is_name)) {
            return Err(SEVERAL);
        }
        let mut shape = from.ok_or(NO_MEMBER)?;
        let mut wires = Vec::new();
        let mut is_required = false;
        for name in path.split('.') {
            let members = shape.get("members").ok_or(NO_MEMBER)?;
            let member = members.get(name).ok_or(NO_MEMBER)?;
            is_required = shape.texts_at("required").any(|other| other == name);
            wires.push(member.string_at("locationName").unwrap_or(name));
            let target = member.string_at("shape").ok_or(NO_MEMBER)?;
            shape = self.all.get(target).ok_or(NO_MEMBER)?;
        }
        Ok(Found {
            path: wires.join("."),
            shape,
            is_required,
        })
    }
}

/// Returns a text, or the texts of a list.
fn texts<'n>(pages: &'n Node, key: &str) -> Vec<&'n str> {
    let Some(node) = pages.get(key) else {
        return Vec::new();
    };
    match node.elements() {
        [] => node.string().into_iter().collect(),
        several => several.iter().filter_map(Json::string).collect(),
    }
}

fn one(pages: &Node, key: &str) -> Result<String, &'static str> {
    match texts(pages, key).as_slice() {
        [] => Err(NO_MEMBER),
        [only] => Ok((*only).to_owned()),
        _ => Err(SEVERAL),
    }
}
