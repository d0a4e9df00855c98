//! Ways to authenticate: which schemes a document requires, of a service and of single operations.

use std::collections::BTreeMap;

use super::description::{Operation, Scheme, Signature, Vendor};
use super::document::Json;
use super::openapi::paths;
use super::text;
use crate::check::{RESERVED_HEADERS, is_header};
use crate::spec::{Node, is_forbidden};

/// Ways to authenticate, of which one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ways {
    /// In the order of preference; that without credentials is the last.
    schemes: Vec<Scheme>,
    /// Names of ways that a spec cannot express, with what they are.
    others: Vec<String>,
    /// Names of ways that travel as another one does, with what they are. A spec has one of them.
    seconds: Vec<String>,
}

/// The security schemes of a document.
pub(super) struct Security<'a> {
    /// By name; what a scheme is if a spec cannot express it.
    definitions: BTreeMap<&'a str, Result<Scheme, String>>,
    /// The schemes that the service or an operation requires, with the first name of each.
    used: Vec<(Scheme, &'a str)>,
    /// What the service requires, unless an operation says otherwise.
    of_service: Option<Ways>,
    /// What each operation requires that says so.
    of_operations: Vec<Option<Ways>>,
    /// Whether a token may be described as a parameter: the vendor does so, or nothing is said about security.
    has_parameters: bool,
    /// Headers that carry a token, though they are described as parameters.
    headers: Vec<String>,
}

/// What the client does with a parameter.
pub(super) enum Carried {
    /// The operation's credentials are in it.
    Token,
    /// Credentials of other operations are in it.
    Other,
}

impl<'a> Security<'a> {
    pub(super) fn new(
        root: &'a Node,
        vendor: Option<&Vendor>,
        resolve: impl Fn(&'a Node) -> &'a Node,
    ) -> Self {
        let components = root.get("components");
        let definitions = components
            .and_then(|components| components.get("securitySchemes"))
            .or(root.get("securityDefinitions"))
            .or(root.get("security_definitions"));
        let definitions = definitions.map(Node::entries).unwrap_or_default().iter();
        let definitions: BTreeMap<_, _> = definitions
            .map(|entry| (entry.key.as_str(), scheme(resolve(&entry.value))))
            .collect();
        let operations = paths(root).flat_map(|path| resolve(&path.value).entries());
        let nodes = std::iter::once(root).chain(operations.map(|entry| &entry.value));
        let lists: Vec<_> = nodes.filter_map(|node| node.get("security")).collect();
        let is_huawei = vendor.is_some_and(|vendor| vendor.signature == Signature::HuaweiSdkHmac);
        let mut security = Self {
            has_parameters: is_huawei || definitions.is_empty() && lists.is_empty(),
            definitions,
            used: Vec::new(),
            of_service: None,
            of_operations: Vec::new(),
            headers: Vec::new(),
        };
        let ways = lists.into_iter().flat_map(Node::elements);
        for name in ways.filter_map(only_name) {
            if let Some(Ok(scheme)) = security.definitions.get(name)
                && !security.used.iter().any(|(known, _)| known == scheme)
            {
                security.used.push((scheme.clone(), name));
            }
        }
        security.of_service = root.get("security").map(|list| security.ways(list));
        security
    }

    /// Notes a header that carries a token, if such headers may be described as parameters.
    pub(super) fn header(&mut self, name: &str) -> bool {
        if self.has_parameters && !self.headers.iter().any(|known| known == name) {
            self.headers.push(name.to_owned());
        }
        self.has_parameters
    }

    /// Returns what the client does with a parameter of the operation that was noted last.
    pub(super) fn carried(&self, place: &str, name: &str) -> Option<Carried> {
        let carries = |scheme: &Scheme| match scheme {
            Scheme::Header(header) => place == "header" && header.eq_ignore_ascii_case(name),
            Scheme::Query(query) => place == "query" && query == name,
            _ => false,
        };
        let own = self.of_operations.last().and_then(Option::as_ref);
        let ways = own.or(self.of_service.as_ref());
        if ways.is_some_and(|ways| ways.schemes.iter().any(carries)) {
            return Some(Carried::Token);
        }
        // The client knows what has credentials by its name, in all operations.
        let is_other = self.used.iter().any(|(scheme, _)| carries(scheme));
        is_other.then_some(Carried::Other)
    }

    /// Notes what an operation requires, in the order of operations.
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
                    Some(Ok(scheme)) => {
                        if !ways.schemes.contains(scheme) {
                            ways.schemes.push(scheme.clone());
                        }
                        let mut used = self.used.iter();
                        let first = used.find(|(known, _)| known == scheme);
                        if first.is_some_and(|(_, name)| *name != only.key) {
                            let second = second(scheme);
                            ways.seconds.push(format!("`{}`, {second}", only.key));
                        }
                    }
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
        for other in ways.others.iter_mut().chain(&mut ways.seconds) {
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
        for other in of_service.others.iter().chain(&of_service.seconds) {
            skip(&mut Vec::new(), &format!("credentials of the kind {other}"));
        }
        let signed = vendor.map(|vendor| {
            let name = vendor.signs_service.then(|| service.to_lowercase());
            Scheme::Signed(vendor.signature, name)
        });
        let open = Ways {
            schemes: vec![Scheme::None],
            ..Ways::default()
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
            // The service's credentials are not those of an operation that only takes others.
            let mut others = ways.others.iter();
            let is_same = of_service.schemes.is_empty()
                && others.all(|other| of_service.others.contains(other));
            if ways.schemes.is_empty() && vendor.is_none() && !is_same {
                let others = ways.others.join(", or ");
                let why = || format!("an operation that needs credentials of the kind {others}");
                operation.inexpressible.get_or_insert_with(why);
                continue;
            }
            for other in ways.others.iter().chain(&ways.seconds) {
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
        let notes = of_service.others.into_iter().chain(of_service.seconds);
        (schemes, notes.collect())
    }
}

/// Returns the name of a way to authenticate that consists of one scheme.
fn only_name(way: &Node) -> Option<&str> {
    match way.entries() {
        [only] => Some(&only.key),
        _ => None,
    }
}

/// Returns what a scheme is that travels as another one does.
fn second(scheme: &Scheme) -> String {
    match scheme {
        Scheme::Basic => "a second user with a password".to_owned(),
        Scheme::Header(name) => format!("a second key in the header {name}"),
        Scheme::Query(name) => format!("a second key in the query, {name}"),
        Scheme::Bearer | Scheme::Signed(..) | Scheme::None => "a second bearer token".to_owned(),
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
    let name = || node.string_at("name").unwrap_or_default().to_owned();
    let is_odd = |c: char| c.is_whitespace() || is_forbidden(c);
    let scheme = node.string_at("scheme").map(str::to_lowercase);
    let kind = node.string_at("type").unwrap_or_default();
    match (kind, scheme.as_deref(), node.string_at("in")) {
        ("http", Some("bearer"), _) => Ok(Scheme::Bearer),
        ("http", Some("basic"), _) | ("basic", ..) => Ok(Scheme::Basic),
        ("apiKey", _, Some("query" | "header")) if name().is_empty() => {
            Err("a key without a name".to_owned())
        }
        ("apiKey", _, Some("query")) if name().contains(is_odd) => {
            Err(format!("a key in the query, {}", name()))
        }
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
