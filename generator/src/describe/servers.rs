//! Servers: the host of a service, the path before all paths, and what differs between customers.

use super::description::{Endpoint, EndpointParameter, Vendor};
use super::document::Json;
use super::text;
use crate::names::{self, Role};
use crate::spec::Node;

/// A server of a document.
#[derive(Debug, Default)]
pub(super) struct Server {
    /// Host with its port, perhaps with names in braces.
    pub(super) host: Option<String>,
    /// Path that stands before every path; empty or with a slash at its beginning and none at its end.
    pub(super) path: String,
    /// Whether the document names no server, and single operations do.
    pub(super) is_of_operations: bool,
    /// URL without a host that a spec can have.
    odd: Option<String>,
    parameters: Vec<EndpointParameter>,
    default_region: Option<String>,
    notes: Vec<String>,
}

impl Server {
    /// Returns the server of a document of Swagger.
    pub(super) fn of_swagger(root: &Node) -> Self {
        let base = root.string_at("basePath").or(root.string_at("base_path"));
        let schemes: Vec<_> = root.texts_at("schemes").collect();
        let is_plain = !schemes.is_empty()
            && schemes
                .iter()
                .all(|scheme| !scheme.eq_ignore_ascii_case("https"));
        let scheme = if is_plain { "http" } else { "https" };
        let base = base.unwrap_or_default().trim_start_matches('/');
        match root.string_at("host").filter(|host| !host.is_empty()) {
            Some(host) => Self::of_url(&format!("{scheme}://{host}/{base}"), None),
            None => Self::of_url(&format!("/{base}"), None),
        }
    }

    /// Returns the server of a document of OpenAPI: its own, else that of an operation or a path.
    pub(super) fn of_document(root: &Node) -> Self {
        if let Some(own) = Self::of(root, None) {
            return own;
        }
        let items = super::openapi::paths(root).map(|path| &path.value);
        let nodes = items.flat_map(|item| {
            let inside = item.entries().iter().map(|entry| &entry.value);
            std::iter::once(item).chain(inside)
        });
        let mut servers = nodes.filter_map(|node| Self::of(node, None));
        let server = servers.find(|server| server.host.is_some());
        let server = server.map(|server| Self {
            path: String::new(),
            is_of_operations: true,
            ..server
        });
        server.unwrap_or_default()
    }

    /// Returns the server of a path or an operation, if one is named: that on the host of the service, if there are several.
    pub(super) fn beside(node: &Node, usual: &Self) -> Option<Self> {
        Self::of(node, usual.host.as_deref())
    }

    /// Returns the host that is named, or the URL that has none; `None` for a path, which is on the host of the document.
    pub(super) fn other_host(&self) -> Option<&str> {
        self.host.as_deref().or(self.odd.as_deref())
    }

    /// Returns the first of the servers of a node that is on a host, else that uses TLS; `None` if none is named.
    fn of(node: &Node, host: Option<&str>) -> Option<Self> {
        let servers = node.get("servers").map(Node::elements)?;
        let url = |server: &Node| server.string_at("url").map(str::to_owned);
        let is_there = |server: &&Node| {
            let made = url(server).map(|url| Self::of_url(&url, server.get("variables")));
            made.is_some_and(|made| made.host.as_deref() == host)
        };
        let mut secure = servers
            .iter()
            .filter(|server| url(server).is_some_and(|url| url.starts_with("https://")));
        let there = host.and_then(|_| servers.iter().find(is_there));
        let server = there.or_else(|| secure.next()).or(servers.first())?;
        let mut found = Self::of_url(&url(server)?, server.get("variables"));
        let others = servers.iter().filter(|other| !std::ptr::eq(*other, server));
        let others: Vec<_> = others.filter_map(url).take(8).collect();
        if !others.is_empty() {
            found
                .notes
                .push(format!("Other servers: {}.", others.join(", ")));
        }
        found.name_values(server.get("variables"));
        Some(found)
    }

    /// Notes the values of variables that are not those of a parameter.
    fn name_values(&mut self, variables: Option<&Node>) {
        for variable in variables.map(Node::entries).unwrap_or_default() {
            let own = parameter_name(&variable.key);
            let values: Vec<_> = variable.value.texts_at("enum").collect();
            if values.len() > 1 && !self.parameters.iter().any(|known| known.name == own) {
                let (name, values) = (&variable.key, values.join(", "));
                self.notes
                    .push(format!("For `{name}`, the description names {values}."));
            }
        }
    }

    fn of_url(url: &str, variables: Option<&Node>) -> Self {
        let mut server = Self::default();
        let mut url = text::without_marks(url.trim());
        // A variable may stand for all that is before the path.
        if let Some((name, rest)) = url.strip_prefix('{').and_then(|rest| rest.split_once('}'))
            && (rest.is_empty() || rest.starts_with(['/', ':']))
            && let Some(value) = default(variables, name)
        {
            url = format!("{value}{rest}");
        }
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) => (scheme.to_owned(), rest.to_owned()),
            None => match url.strip_prefix("//") {
                Some(rest) => ("https".to_owned(), rest.to_owned()),
                None => (String::new(), format!("/{}", url.trim_start_matches('/'))),
            },
        };
        if scheme.eq_ignore_ascii_case("http") {
            server
                .notes
                .push("The description says http, which no client uses.".to_owned());
        }
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let at = first_slash(rest);
        let (host, path) = rest.split_at_checked(at).unwrap_or((rest, ""));
        let host = host.rsplit('@').next().unwrap_or_default();
        let host = server.filled_host(host, variables).to_lowercase();
        // What a variable stands for may hold a path, too.
        let at = first_slash(&host);
        let (host, more) = host.split_at_checked(at).unwrap_or((&host, ""));
        server.path = filled_path(&format!("{more}{path}"), variables);
        let is_http = ["", "http", "https"].contains(&scheme.to_lowercase().as_str());
        let host = host.strip_suffix(":443").unwrap_or(host);
        server.host = (is_http && is_host(host)).then(|| host.to_owned());
        if server.host.is_none() {
            server.parameters.clear();
            server.default_region = None;
            if !scheme.is_empty() || url.starts_with("//") {
                let text = text::printable(&url);
                server
                    .notes
                    .push(format!("The description names the server `{text}`."));
                server.odd = Some(text);
            }
        }
        server
    }

    /// Returns a host with the values of variables that cannot be parameters of an endpoint.
    fn filled_host(&mut self, host: &str, variables: Option<&Node>) -> String {
        let mut out = String::new();
        let mut rest = host;
        let is_alone =
            host.matches('{').count() == 1 && host.starts_with('{') && host.ends_with('}');
        while let Some((before, (name, after))) = rest
            .split_once('{')
            .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
        {
            out.push_str(before);
            rest = after;
            let variable = variables.and_then(|variables| variables.get(name));
            let values: Vec<_> = variable
                .map(|node| node.texts_at("enum").collect())
                .unwrap_or_default();
            let value = default(variables, name);
            let is_label = value.as_deref().is_none_or(is_label);
            // An empty text, or one with points, is no label of a host.
            if let Some(value) = &value
                && (!is_label || values.len() == 1 || out.contains(':') || is_alone)
            {
                out.push_str(value);
                continue;
            }
            if out.ends_with(':') {
                out.pop();
                continue;
            }
            if name.eq_ignore_ascii_case("region") {
                self.default_region = value;
                out.push_str("{region}");
                continue;
            }
            let own = parameter_name(name);
            out.push_str(&format!("{{{own}}}"));
            if self.parameters.iter().any(|known| known.name == own) {
                continue;
            }
            let others = values
                .into_iter()
                .filter(|other| Some(*other) != value.as_deref());
            let values = value.iter().cloned().chain(others.map(str::to_owned));
            self.parameters.push(EndpointParameter {
                name: own,
                docs: variable
                    .and_then(|node| node.string_at("description"))
                    .and_then(text::sentence),
                values: values.collect(),
            });
        }
        out + rest
    }

    /// Returns what the spec says of the endpoint. Hosts of some vendors are `service.region.domain`.
    pub(super) fn endpoint(self, vendor: Option<&Vendor>) -> Endpoint {
        let has_regions = vendor.is_some_and(|vendor| vendor.has_regional_hosts);
        let url = self
            .host
            .map(|host| format!("https://{}", regional(&host, has_regions)));
        Endpoint {
            url,
            parameters: self.parameters,
            default_region: self.default_region,
            notes: self.notes,
        }
    }
}

/// Returns the position of the first slash outside of braces, or the length.
fn first_slash(text: &str) -> usize {
    text.find('/').unwrap_or(text.len())
}

/// Returns the value of a variable, which may be empty: its default, else the first one.
fn default(variables: Option<&Node>, name: &str) -> Option<String> {
    let variable = variables?.get(name)?;
    let first = || variable.texts_at("enum").next();
    let value = variable
        .get("default")
        .and_then(Node::text)
        .or_else(first)?;
    Some(text::without_marks(value))
}

/// Returns a path with the values of its variables. One without a value becomes a parameter of every operation.
fn filled_path(path: &str, variables: Option<&Node>) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, (name, after))) = rest
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        out.push_str(before);
        rest = after;
        match default(variables, name) {
            Some(value) => out.push_str(value.trim_matches('/')),
            None => out.push_str(&format!("{{{name}}}")),
        }
    }
    out.push_str(rest);
    let parts = out.split('/').filter(|part| !part.is_empty());
    parts.map(|part| format!("/{part}")).collect()
}

fn is_label(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !text.is_empty() && text.chars().all(fits)
}

/// Whether a text can be the host of an endpoint.
fn is_host(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '{' | '}' | '_');
    let starts = |c: char| c.is_ascii_alphanumeric() || c == '{';
    // A parameter is one label, not all of a host.
    let has_domain = host.contains('.') || !host.contains('{');
    has_domain
        && port.is_none_or(|port| port.parse::<u16>().is_ok())
        && host
            .split('.')
            .all(|label| label.starts_with(starts) && label.chars().all(fits))
        && host.matches('{').count() == host.matches('}').count()
}

/// Returns a name that a parameter of the endpoint can have.
fn parameter_name(name: &str) -> String {
    use heck::ToSnakeCase;
    let name = name.to_snake_case();
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect();
    let is_unfit = |name: &str| names::check(&names::variant(name), Role::Variant).is_err();
    match plain.as_str() {
        "" => "part".to_owned(),
        // Words with a meaning of their own there.
        "region" | "domain" | "fips" | "project" => format!("{plain}_name"),
        _ if plain.starts_with(|c: char| c.is_ascii_digit()) => format!("part_{plain}"),
        // A word of Rust, or longer than names are.
        _ if is_unfit(&plain) => format!("part_{}", plain.chars().take(40).collect::<String>()),
        _ => plain,
    }
}

/// Returns a host with `{region}` in place of the region of the example, if the vendor's hosts are `service.region.domain`.
fn regional(host: &str, has_regions: bool) -> String {
    let labels: Vec<_> = host.split('.').collect();
    match labels.as_slice() {
        [service, region, domain @ ..] if has_regions && region.contains('-') => {
            format!("{service}.{{region}}.{}", domain.join("."))
        }
        _ => host.to_owned(),
    }
}
