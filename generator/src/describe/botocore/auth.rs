//! Ways to authenticate that a service or an operation names.

use super::Reader;
use crate::describe::description::{Operation, Scheme, Signature};
use crate::describe::document::{Json, Unreadable};
use crate::describe::text;
use crate::spec::Node;

/// Ways to authenticate, of which one is enough.
#[derive(Default)]
pub(super) struct Ways {
    /// In the order of preference.
    pub(super) schemes: Vec<Scheme>,
    /// Names of those that a spec cannot express.
    pub(super) others: Vec<String>,
}

impl Ways {
    fn add(&mut self, name: &str, scheme: Option<Scheme>) {
        match scheme {
            Some(scheme) => self.schemes.push(scheme),
            None => self.others.push(format!("`{}`", text::printable(name))),
        }
    }
}

impl<'a> Reader<'a> {
    /// Returns the ways of the service. Without a word they are those of the vendor.
    pub(super) fn ways_of_service(&self) -> Result<Ways, Unreadable> {
        if let Some(list) = self.metadata.get("auth") {
            return self.ways(list);
        }
        let mut ways = Ways::default();
        let version = self.metadata.string_at("signatureVersion");
        let version = version.unwrap_or("v4");
        ways.add(version, self.scheme_of(version));
        Ok(ways)
    }

    /// Notes the ways of an operation, if they are not those of the service.
    pub(super) fn authentication(
        &mut self,
        node: &'a Node,
        operation: &mut Operation,
    ) -> Result<(), Unreadable> {
        // A list replaces the older key.
        let ways = match (node.get("auth"), node.string_at("authtype")) {
            (Some(list), _) => self.ways(list)?,
            // It is about the body alone, which is named elsewhere.
            (None, None | Some("v4-unsigned-body")) => return Ok(()),
            (None, Some(name)) => {
                let mut ways = Ways::default();
                ways.add(name, self.scheme_of(name));
                ways
            }
        };
        for other in &ways.others {
            self.skip(
                &mut operation.notes,
                &format!("credentials of the kind {other}"),
            );
        }
        if !ways.schemes.is_empty() && ways.schemes != self.auth {
            operation.auth = Some(ways.schemes);
        }
        Ok(())
    }

    /// Returns the ways in a list of names.
    fn ways(&self, list: &Node) -> Result<Ways, Unreadable> {
        let mut ways = Ways::default();
        for name in list.elements().iter().filter_map(Json::string) {
            let scheme = match name {
                "aws.auth#sigv4" => Some(self.signed()),
                "smithy.api#httpBearerAuth" => Some(Scheme::Bearer),
                "smithy.api#httpBasicAuth" => Some(Scheme::Basic),
                "smithy.api#noAuth" => Some(Scheme::None),
                _ => None,
            };
            ways.add(name, scheme);
        }
        match list.elements() {
            [] => {
                let why = "`auth` names no way to authenticate";
                Err(self.document.unreadable(Some(list), why))
            }
            _ => Ok(ways),
        }
    }

    /// Returns the way of a signature's version, or of the type of an operation's authentication.
    fn scheme_of(&self, name: &str) -> Option<Scheme> {
        match name {
            "v4" => Some(self.signed()),
            "bearer" => Some(Scheme::Bearer),
            "none" => Some(Scheme::None),
            _ => None,
        }
    }

    fn signed(&self) -> Scheme {
        let name = self.metadata.string_at("signingName");
        let name = name.or(self.metadata.string_at("endpointPrefix"));
        Scheme::Signed(Signature::AwsSigv4, name.map(str::to_owned))
    }
}
