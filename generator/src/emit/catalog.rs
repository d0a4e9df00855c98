//! The catalog of the crate: the enum of all items, and the names of the runtime's types with it.

use quote::quote;

use super::nodes::ident;
use super::syntax::{self, Code, InvalidItem};
use crate::model::{Operation, Service, Ty};
use crate::names;

/// Returns the services whose models a catalog can list, each with the operation that lists them and the structure of an item.
pub(super) fn listed(services: &[Service]) -> impl Iterator<Item = (&Service, &Operation, &str)> {
    services.iter().filter_map(|service| {
        let mut operations = service.operations.iter();
        let operation = operations.find(|operation| operation.catalog.is_some())?;
        match &operation.paging.as_ref()?.item {
            Ty::Structure(item) => Some((service, operation, item.as_str())),
            _ => None,
        }
    })
}

/// Returns the file of the catalog, if a service has one.
pub(crate) fn catalog(services: &[Service]) -> Option<Result<String, InvalidItem>> {
    listed(services).next()?;
    Some(file(services))
}

fn file(services: &[Service]) -> Result<String, InvalidItem> {
    let docs = [
        "The models of all clouds in one list.",
        "",
        "A listing across clouds is rarely whole: a key has expired, a region is down. Here that is data. Each source ends with an",
        "[`Outcome`], which says whether all of its models are there and, if not, why. So a source that did not answer never looks",
        "like one without models.",
        "",
        "```",
        "use cloud_models::catalog::{AllFailed, Catalog};",
        "",
        "# async fn example() -> Result<(), AllFailed> {",
        "let (catalog, skipped) = Catalog::from_env();",
        "for cloud in skipped {",
        "    eprintln!(\"{} is left out: {}\", cloud.cloud, cloud.reason);",
        "}",
        "let listing = catalog.collect().await?;",
        "for model in &listing.models {",
        "    println!(\"{} {} {}\", model.cloud, model.display_name(), model.id);",
        "}",
        "for failed in listing.failed() {",
        "    eprintln!(\"{} is not complete: {:?}\", failed.source, failed.error);",
        "}",
        "# Ok(())",
        "# }",
        "```",
    ]
    .map(str::to_owned);
    let mut code = Code::new("specs", &docs, Vec::new());
    code.push(syntax::item(quote! {
        use cloud_models_runtime::{catalog as rt, codegen};
    })?);
    for (service, ..) in listed(services) {
        let (module, feature) = (ident(&service.module), names::feature(&service.module));
        code.push(syntax::item(quote! {
            #[cfg(feature = #feature)]
            use crate::#module;
        })?);
    }
    code.push(syntax::item(quote! {
        pub use cloud_models_runtime::catalog::{
            AllFailed, Outcome, ReadError, Scope, Skipped, SourceError, SourceErrorKind, Status,
        };
    })?);
    for (name, docs) in ALIASES {
        let name = ident(name);
        code.push(syntax::item(quote! {
            #[doc = #docs]
            pub type #name = rt::#name<Raw>;
        })?);
    }
    code.push(syntax::item(quote! {
        /// The catalog of blocking clients. Models, outcomes and listings are the same.
        pub mod blocking {
            use super::Raw;
            use cloud_models_runtime::catalog::blocking as rt;

            /// Several sources, which are listed at once, each in its own thread.
            pub type Catalog = rt::Catalog<Raw>;
            /// A list of models of one cloud.
            pub type Source = rt::Source<Raw>;
            /// The entries of a catalog as they arrive.
            pub type Models = rt::Models<Raw>;
        }
    })?);
    raw(services, &mut code)?;
    Ok(code.finish())
}

/// The types of the runtime that contain an item.
const ALIASES: [(&str, &str); 9] = [
    ("Catalog", " Several sources, which are listed at once."),
    ("Source", " A list of models of one cloud."),
    ("Models", " The entries of a catalog as they arrive."),
    ("Entry", " A model, or how a source ended."),
    ("Model", " A model of any cloud."),
    (
        "Listing",
        " The models of all sources, and how each source ended.",
    ),
    ("Diff", " The changes between two listings."),
    ("Change", " A model that changed."),
    ("Unsure", " A model that may be new or gone."),
];

/// Emits the enum of all items, and what the runtime needs to know of them.
fn raw(services: &[Service], code: &mut Code) -> Result<(), InvalidItem> {
    let variants = listed(services).map(|(service, _, item)| {
        let (variant, module) = (ident(&service.marker), ident(&service.module));
        let (item, feature) = (ident(item), names::feature(&service.module));
        let docs = format!(" An item of {}.", service.name);
        quote! {
            #[doc = #docs]
            #[cfg(feature = #feature)]
            #variant(Box<#module::#item>)
        }
    });
    code.push(syntax::item(quote! {
        /// A model as its vendor describes it, with all that the vendor says of it.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Raw {
            #(#variants,)*
        }
    })?);
    for (service, _, item) in listed(services) {
        let (variant, module) = (ident(&service.marker), ident(&service.module));
        let (item, feature) = (ident(item), names::feature(&service.module));
        code.push(syntax::item(quote! {
            #[cfg(feature = #feature)]
            impl From<#module::#item> for Raw {
                fn from(item: #module::#item) -> Self {
                    Self::#variant(Box::new(item))
                }
            }
        })?);
    }
    let visits = listed(services).map(|(service, operation, _)| {
        let (module, name) = (ident(&service.module), ident(&operation.rust_name));
        let feature = names::feature(&service.module);
        let arguments = operation.constructor.iter();
        let arguments = arguments.filter_map(|index| operation.members.get(*index));
        let arguments: Vec<_> = arguments.map(|member| &member.rust_name).collect();
        let visit = if arguments.is_empty() {
            quote!(visitor.list(#module::#name::new());)
        } else {
            quote!(visitor.needs::<#module::#name>(&[#(#arguments),*]);)
        };
        quote! {
            #[cfg(feature = #feature)]
            #visit
        }
    });
    code.push(syntax::item(quote! {
        impl codegen::Clouds for Raw {
            fn visit(visitor: &mut impl codegen::CloudVisitor<Self>) {
                let _ = &visitor;
                #(#visits)*
            }
        }
    })?);
    Ok(())
}
