//! Root of the crate, and the tables in the README.

use quote::quote;
use syn::Item;

use super::nodes::{attribute, ident};
use super::syntax::{self, Code, InvalidItem};
use crate::model::{PagingStyle, Service, Setting, Support};
use crate::names;

/// Returns the root of the crate.
pub(crate) fn library(services: &[Service]) -> Result<String, InvalidItem> {
    let mut docs: Vec<String> = [
        "Typed clients for the custom models of several clouds.",
        "",
        "Each module is a service, behind a cargo feature of the same name with hyphens:",
        "",
    ]
    .map(str::to_owned)
    .into();
    docs.extend(services.iter().map(|service| {
        let feature = names::feature(&service.module);
        // With the link before the colon, Markdown would treat the line as a link definition.
        format!(
            "- {}: [`{}`], feature `{feature}`",
            service.name, service.module
        )
    }));
    // Only for documentation: a crate generated elsewhere has no guide.
    let guide = attribute("cfg_attr", quote!(doc, doc = include_str!("../GUIDE.md")));
    let badges = attribute("cfg_attr", quote!(docsrs, feature(doc_cfg)));
    let mut code = Code::new("specs", &docs, vec![guide, badges]);
    code.push(syntax::item(quote! {
        pub use cloud_models_runtime::{
            AccessKey, Attempt, AttemptHook, BoxFuture, Call, CallOptions, Client, ClientBuilder, Clock, Config, Credentials, Cursor,
            Error, ErrorKind, Event, Items, Json, Now, OpenEnum, Operation, Pages, Paginated, ParseCursorError, ProvideCredentials,
            ProviderError, ProxyConfig, Reply, ReplyInfo, Result, RetryPolicy, Secret, Service, ServiceErrorKind, Step, SystemClock,
            Timestamp, Unknown, UnknownMember, Violation, blocking, sign, transport,
        };
    })?);
    // Crates whose types occur in the API.
    code.push(syntax::item(quote! {
        pub use cloud_models_runtime::{bytes, http, serde_json};
    })?);
    code.push(syntax::item(quote! {
        #[cfg(feature = "aws-credentials")]
        pub use cloud_models_runtime::aws;
    })?);
    code.push(syntax::item(quote! {
        #[cfg(feature = "fake")]
        pub use cloud_models_runtime::fake;
    })?);
    code.push(syntax::item(quote! {
        #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
        pub use cloud_models_runtime::NotAnInstant;
    })?);
    if super::catalog::listed(services).next().is_some() {
        code.push(syntax::item(quote! {
            #[cfg(feature = "catalog")]
            pub mod catalog;
        })?);
    }
    for service in services {
        let (module, feature) = (ident(&service.module), names::feature(&service.module));
        code.push(syntax::item(quote! {
            #[cfg(feature = #feature)]
            pub mod #module;
        })?);
    }
    code.push(visit(services)?);
    Ok(code.finish())
}

/// Returns the function that finds an operation by the names of its spec and of itself.
fn visit(services: &[Service]) -> Result<Item, InvalidItem> {
    let operations = services
        .iter()
        .flat_map(|service| service.operations.iter().map(move |each| (service, each)));
    let arms = operations.map(|(service, operation)| {
        let (module, feature) = (ident(&service.module), names::feature(&service.module));
        let (stem, wire, name) = (&service.stem, &operation.name, ident(&operation.rust_name));
        let method = match operation.paging {
            Some(_) => quote!(list),
            None => quote!(one),
        };
        quote! {
            #[cfg(feature = #feature)]
            (#stem, #wire) => visitor.#method::<#module::#name>(),
        }
    });
    let mut operations = services.iter().flat_map(|service| &service.operations);
    let deprecated = operations
        .any(|each| each.deprecated.is_some())
        .then(|| quote!(#[allow(deprecated, reason = "deprecated operations are found too")]));
    syntax::item(quote! {
        /// Calls a visitor with the operation of a spec. For tools that handle every operation; not part of the API.
        #[doc(hidden)]
        #deprecated
        pub fn visit<V: cloud_models_runtime::codegen::Visitor>(
            spec: &str,
            operation: &str,
            visitor: V,
        ) -> V::Output {
            match (spec, operation) {
                #(#arms)*
                _ => visitor.unknown(),
            }
        }
    })
}

/// Returns the table of supported services and operations, in Markdown.
pub(crate) fn support_table(services: &[Service]) -> String {
    let mut table =
        "| vendor | service | feature | module | operations | paging | authentication |\n"
            .to_owned();
    table.push_str("|---|---|---|---|---|---|---|\n");
    for service in services {
        let operation = |(name, see): (&String, &String)| format!("[`{name}`]({see})");
        let operations = service
            .operations
            .iter()
            .map(|each| operation((&each.name, &each.see)));
        let mut paging: Vec<_> = service
            .operations
            .iter()
            .filter_map(|each| each.paging.as_ref())
            .map(|paging| match paging.style {
                PagingStyle::Token { .. } => "token",
                PagingStyle::Marker { .. } => "marker",
                PagingStyle::PageNumber { .. } => "page number",
                PagingStyle::Offset { .. } => "offset",
                PagingStyle::None => "one page",
            })
            .collect();
        paging.sort_unstable();
        paging.dedup();
        let mut auth: Vec<_> = service.auth.iter().map(|scheme| scheme.title()).collect();
        // A scheme occurs more than once if its keys have several sets of variables.
        auth.dedup();
        table.push_str(&format!(
            "| {} | {} | `{}` | `{}` | {} | {} | {} |\n",
            cell(&service.vendor),
            cell(&service.name),
            names::feature(&service.module),
            service.module,
            operations.collect::<Vec<_>>().join(", "),
            paging.join(", "),
            auth.join(", "),
        ));
    }
    table
}

/// Returns the table of environment variables and files, in Markdown.
pub(crate) fn settings_table(services: &[Service]) -> String {
    let mut table = "| service | variable or file | what it is | read by this crate |\n\
                     |---|---|---|---|\n"
        .to_owned();
    for service in services {
        // Only the first row of a service contains its name.
        let mut name = cell(&service.name);
        for Setting {
            purpose,
            names,
            support,
        } in &service.settings
        {
            let support = match support {
                Support::Read => "yes".to_owned(),
                Support::WithFeature(feature) => format!("with the feature `{feature}`"),
                Support::NotRead => "no".to_owned(),
            };
            table.push_str(&format!(
                "| {} | {} | {} | {support} |\n",
                std::mem::take(&mut name),
                cell(names),
                cell(purpose),
            ));
        }
    }
    table
}

/// Escapes text for a table cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
