//! Ways to authenticate: which schemes a document requires, of a service and of single operations.

use std::collections::BTreeMap;

use super::description::{Operation, Scheme, Vendor};
use super::document::Json;
use super::text;
use crate::check::{RESERVED_HEADERS, is_header};
use crate::spec::Node;

/// Ways to authenticate, of which one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ways {
    /// In the order of preference; that without credentials is the last.
    schemes: Vec<Scheme>,
    /// Names of ways that a spec cannot express, with what they are.
    others: Vec<String>,
}

/// The security schemes of a document.
pub(super) struct Security<'a> {
    /// By name; what a scheme is if a spec cannot express it.
    definitions: BTreeMap<&'a str, Result<Scheme, String>>,
    /// What the service requires, unless an operation says otherwise.
    of_service: Option<Ways>,
    /// What each operation requires that says so.
    of_operations: Vec<Option<Ways>>,
    /// Headers that carry a token, though they are described as parameters.
    headers: Vec<String>,
}

impl<'a> Security<'a> {
    pub(super) fn new(root: &'a Node, resolve: impl Fn(&'a Node) -> &'a Node) -> Self {
        let components = root.get("components");
        let definitions = components
            .and_then(|components| components.get("securitySchemes"))
            .or(root.get("securityDefinitions"))
            .or(root.get("security_definitions"));
        let definitions = definitions.map(Node::entries).unwrap_or_default().iter();
        let definitions = definitions
            .map(|entry| (entry.key.as_str(), scheme(resolve(&entry.value))))
            .collect();
        let mut security = Self {
            definitions,
            of_service: None,
            of_operations: Vec::new(),
            headers: Vec::new(),
        };
        security.of_service = root.get("security").map(|list| security.ways(list));
        security
    }

    /// Notes a header that carries a token.
    pub(super) fn header(&mut self, name: &str) {
        if !self.headers.iter().any(|known| known == name) {
            self.headers.push(name.to_owned());
        }
    }

    /// Whether a parameter carries a token of a scheme, which the client sends.
    pub(super) fn is_token(&self, place: &str, name: &str) -> bool {
        self.definitions
            .values()
            .flatten()
            .any(|scheme| match scheme {
                Scheme::Header(header) => place == "header" && header.eq_ignore_ascii_case(name),
                Scheme::Query(query) => place == "query" && query == name,
                _ => false,
            })
    }

    /// Reads what an operation requires, in the order of operations.
    pub(super) fn operation(&mut self, node: &Node) {
        let ways = node.get("security").map(|list| self.ways(list));
        self.of_operations.push(ways);
    }

    fn ways(&self, list: &Node) -> Ways {
        let mut ways = Ways::default();
        let mut is_open = list.elements().is_empty();
        for way in list.elements() {
            match way.entries() {
                [] => is_open = true,
                [only] => match self.definitions.get(only.key.as_str()) {
                    Some(Ok(scheme)) if !ways.schemes.contains(scheme) => {
                        ways.schemes.push(scheme.clone());
                    }
                    Some(Ok(_)) => {}
                    Some(Err(what)) => ways.others.push(format!("`{}`, {what}", only.key)),
                    None => ways
                        .others
                        .push(format!("`{}`, a scheme that is not described", only.key)),
                },
                several => {
                    let names: Vec<_> = several
                        .iter()
                        .map(|entry| format!("`{}`", entry.key))
                        .collect();
                    ways.others
                        .push(format!("{}, several ways at once", names.join(" with ")));
                }
            }
        }
        if is_open {
            // An empty list, or an alternative without a scheme, lets everybody in.
            ways.schemes.push(Scheme::None);
        }
        for other in &mut ways.others {
            *other = text::printable(other);
        }
        ways
    }

    /// Sets the ways of the operations that differ from those of the service, and returns the latter, with those that a
    /// spec cannot express. `skip` counts what cannot be expressed.
    pub(super) fn finish(
        self,
        operations: &mut [&mut Operation],
        vendor: Option<&Vendor>,
        service: &str,
        mut skip: impl FnMut(&mut Vec<String>, &str),
    ) -> (Vec<Scheme>, Vec<String>) {
        // What a vendor signs needs credentials, whatever most of a few operations state.
        let is_open = |ways: &Ways| ways.schemes == [Scheme::None];
        let counted = { self.of_operations.iter().flatten() }
            .filter(|ways| vendor.is_none() || !is_open(ways));
        let are_stated = self.of_service.is_some()
            || vendor.is_none() && self.of_operations.iter().any(Option::is_some);
        let is_root_stated = self.of_service.is_some();
        // Without a word about all, what most operations require is that of the service.
        let of_service = self
            .of_service
            .or_else(|| most(counted))
            .unwrap_or_default();
        for other in &of_service.others {
            skip(&mut Vec::new(), &format!("credentials of the kind {other}"));
        }
        let signed = vendor.map(|vendor| {
            let name = vendor.signs_service.then(|| service.to_lowercase());
            Scheme::Signed(vendor.signature, name)
        });
        let open = Ways {
            schemes: vec![Scheme::None],
            others: Vec::new(),
        };
        for (operation, ways) in operations.iter_mut().zip(self.of_operations) {
            let ways = match ways {
                Some(ways) => ways,
                None if is_root_stated || !are_stated => continue,
                None => open.clone(),
            };
            if ways == of_service {
                continue;
            }
            for other in &ways.others {
                skip(
                    &mut operation.notes,
                    &format!("credentials of the kind {other}"),
                );
            }
            if ways.schemes.is_empty() || ways.schemes == of_service.schemes {
                continue;
            }
            let signed = signed.clone().filter(|_| !is_open(&ways));
            operation.auth = Some(signed.into_iter().chain(ways.schemes).collect());
        }
        let mut schemes: Vec<_> = signed.into_iter().collect();
        for header in self.headers {
            let scheme = Scheme::Header(header);
            if !of_service.schemes.contains(&scheme) {
                schemes.push(scheme);
            }
        }
        let (open, named): (Vec<_>, Vec<_>) = of_service
            .schemes
            .into_iter()
            .partition(|scheme| *scheme == Scheme::None);
        schemes.extend(named);
        schemes.extend(open);
        (schemes, of_service.others)
    }
}

/// Returns the ways that most operations state.
fn most<'a>(all: impl Iterator<Item = &'a Ways>) -> Option<Ways> {
    let mut counts: Vec<(&Ways, usize)> = Vec::new();
    for ways in all {
        match counts.iter_mut().find(|(known, _)| *known == ways) {
            Some((_, count)) => *count += 1,
            None => counts.push((ways, 1)),
        }
    }
    // Of the same number, the first one.
    let most = counts.iter().map(|(_, count)| *count).max()?;
    let found = counts.into_iter().find(|(_, count)| *count == most);
    found.map(|(ways, _)| ways.clone())
}

/// Whether a token can travel in a header. Others belong to the connection, or have a word before the token.
fn can_carry_token(name: &str) -> bool {
    let name = name.to_lowercase();
    is_header(&name) && (!RESERVED_HEADERS.contains(&name.as_str()) || name.ends_with("-token"))
}

/// Returns a scheme, or what it is if a spec cannot express it.
fn scheme(node: &Node) -> Result<Scheme, String> {
    let name = || node.string_at("name").unwrap_or("Authorization").to_owned();
    let scheme = node.string_at("scheme").map(str::to_lowercase);
    let kind = node.string_at("type").unwrap_or_default();
    match (kind, scheme.as_deref(), node.string_at("in")) {
        ("http", Some("bearer"), _) => Ok(Scheme::Bearer),
        ("http", Some("basic"), _) | ("basic", ..) => Ok(Scheme::Basic),
        ("apiKey", _, Some("query")) => Ok(Scheme::Query(name())),
        ("apiKey", _, Some("header")) if can_carry_token(&name()) => Ok(Scheme::Header(name())),
        ("apiKey", _, Some("header")) => Err(format!("a key in the header {}", name())),
        ("apiKey", _, Some("cookie")) => Err("a cookie".to_owned()),
        ("oauth2", ..) => Err("OAuth 2".to_owned()),
        ("openIdConnect", ..) => Err("OpenID Connect".to_owned()),
        ("mutualTLS", ..) => Err("a certificate of the client".to_owned()),
        ("http", Some(other), _) => Err(format!("the scheme {other} of HTTP")),
        _ => Err("an unknown scheme".to_owned()),
    }
}
