//! Structures: public fields if they occur in responses, a constructor and setters if they occur in requests.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, FieldsNamed, Generics, ImplItemFn, Item, ItemStruct, Visibility, token};

use super::enums::named;
use super::syntax::{
    self, argument, attribute, converted, deprecated, docs, field, ident, input_type, limits,
    output_type,
};
use crate::model::{Member, Place, Structure, Ty};

/// Emits the struct, its builder functions, and its table of members.
pub(super) fn emit(structure: &Structure, items: &mut Vec<Item>) {
    let shape = Shape {
        name: &structure.name,
        docs: &structure.docs,
        members: &structure.members,
        constructor: &structure.constructor,
        input: structure.input,
        public: structure.output,
        deprecated: structure.deprecated.as_ref(),
        renamed_from: structure.renamed_from.as_ref(),
    };
    items.push(shape.definition());
    items.extend(shape.debug());
    items.extend(shape.alias());
    if structure.input {
        items.push(shape.builder());
    }
    items.push(shape.wire_table());
}

/// Common parts of operations and structures.
pub(super) struct Shape<'a> {
    pub(super) name: &'a str,
    pub(super) docs: &'a [String],
    pub(super) members: &'a [Member],
    pub(super) constructor: &'a [usize],
    /// Whether users create it, so that its limits are checked.
    pub(super) input: bool,
    /// Whether the fields are public.
    pub(super) public: bool,
    pub(super) deprecated: Option<&'a String>,
    pub(super) renamed_from: Option<&'a String>,
}

impl Shape<'_> {
    pub(super) fn definition(&self) -> Item {
        let debug = (!self.has_secrets()).then(|| quote!(Debug,));
        // A request without required parameters is valid with no parameters set.
        let default = (self.public || self.constructor.is_empty()).then(|| quote!(Default,));
        let mut attrs: Vec<_> = docs(self.docs).collect();
        attrs.extend(deprecated(self.deprecated));
        attrs.push(attribute(
            "derive",
            quote!(Clone, #debug #default PartialEq),
        ));
        attrs.push(attribute(
            if self.public {
                "non_exhaustive"
            } else {
                "must_use"
            },
            TokenStream::new(),
        ));
        let fields = self.members.iter().map(|member| {
            if !self.public {
                return field(
                    Vec::new(),
                    Visibility::Inherited,
                    &member.rust_name,
                    input_type(member),
                );
            }
            let attrs = docs(&member.docs)
                .chain(deprecated(member.deprecated.as_ref()))
                .collect();
            let public = Visibility::Public(token::Pub::default());
            field(attrs, public, &member.rust_name, output_type(member))
        });
        let named = fields.collect();
        Item::Struct(ItemStruct {
            attrs,
            vis: Visibility::Public(token::Pub::default()),
            struct_token: token::Struct::default(),
            ident: ident(self.name),
            generics: Generics::default(),
            fields: Fields::Named(FieldsNamed {
                brace_token: token::Brace::default(),
                named,
            }),
            semi_token: None,
        })
    }

    fn has_secrets(&self) -> bool {
        self.members.iter().any(|member| member.sensitive)
    }

    /// Returns a manual implementation of `Debug` if a member is secret.
    pub(super) fn debug(&self) -> Option<Item> {
        if !self.has_secrets() {
            return None;
        }
        let text = self.name;
        let name = ident(self.name);
        let fields = self.members.iter().map(|member| {
            let text = &member.rust_name;
            let field = ident(&member.rust_name);
            if member.sensitive {
                quote!(.field(#text, &rt::Redacted))
            } else {
                quote!(.field(#text, &self.#field))
            }
        });
        Some(syntax::item(quote! {
            impl std::fmt::Debug for #name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(#text)#(#fields)*.finish()
                }
            }
        }))
    }

    /// Returns an alias for the former name, so that existing code still compiles.
    pub(super) fn alias(&self) -> Option<Item> {
        self.renamed_from.map(|old| syntax::alias(old, self.name))
    }

    /// Returns the implementation of `new` and the setters.
    pub(super) fn builder(&self) -> Item {
        let name = ident(self.name);
        let optional = self.members.iter().filter(|member| !member.required);
        let setters = optional.filter_map(|member| self.setter(member));
        syntax::implementation(
            quote!(impl #name),
            self.new_function().into_iter().chain(setters).collect(),
        )
    }

    fn new_function(&self) -> Option<ImplItemFn> {
        let arguments: Vec<_> = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index))
            .collect();
        if arguments.is_empty() {
            return syntax::parsed(quote! {
                /// Creates a value with no parameters set.
                pub fn new() -> Self {
                    Default::default()
                }
            });
        }
        let mut text = vec![
            "Creates a value with the required parameters.".to_owned(),
            String::new(),
        ];
        for member in &arguments {
            let lines = member.docs.join(" ");
            text.push(format!("- `{}`: {lines}", member.rust_name));
        }
        let parameters = arguments.iter().map(|member| {
            let (name, ty) = (ident(&member.rust_name), argument(&member.ty));
            quote!(#name: #ty)
        });
        let fields = self.members.iter().map(|member| {
            let name = ident(&member.rust_name);
            if !member.required {
                let nothing = if self.is_plain_list(member) {
                    quote!(Vec::new())
                } else {
                    quote!(None)
                };
                return quote!(#name: #nothing);
            }
            let value = converted(&member.ty, &name);
            if value.to_string() == member.rust_name {
                quote!(#name)
            } else {
                quote!(#name: #value)
            }
        });
        let function = syntax::parsed::<ImplItemFn>(quote! {
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#fields),* }
            }
        });
        let mut attrs: Vec<_> = docs(&text).collect();
        if arguments.len() > 7 {
            attrs.push(attribute("allow", quote!(clippy::too_many_arguments)));
        }
        function.map(|function| ImplItemFn { attrs, ..function })
    }

    /// Returns whether the field is a list without an `Option`.
    fn is_plain_list(&self, member: &Member) -> bool {
        self.public && matches!(member.ty, Ty::List(_))
    }

    fn setter(&self, member: &Member) -> Option<ImplItemFn> {
        let name = ident(&member.rust_name);
        let (ty, value) = (argument(&member.ty), converted(&member.ty, &ident("value")));
        let value = if self.is_plain_list(member) {
            value
        } else {
            quote!(Some(#value))
        };
        let function = syntax::parsed::<ImplItemFn>(quote! {
            pub fn #name(mut self, value: #ty) -> Self {
                self.#name = #value;
                self
            }
        });
        let attrs = docs(&member.docs)
            .chain(deprecated(member.deprecated.as_ref()))
            .collect();
        function.map(|function| ImplItemFn { attrs, ..function })
    }

    /// Returns the name with the argument types of `new`.
    fn name_with_arguments(&self) -> TokenStream {
        let name = ident(self.name);
        let arguments = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index));
        let arguments: Vec<_> = arguments.map(|member| syntax::ty(&member.ty)).collect();
        if arguments.is_empty() || self.public {
            quote!(#name)
        } else {
            quote!(#name(#(#arguments),*))
        }
    }

    /// Returns the table of the wire names of a structure.
    fn wire_table(&self) -> Item {
        let name = self.name_with_arguments();
        let rows = self.members.iter().map(|member| {
            // Responses are not checked, because services change sooner than their documentation.
            let limits = if self.input {
                limits(member)
            } else {
                TokenStream::new()
            };
            if limits.is_empty() {
                return named(&member.rust_name, &member.wire);
            }
            let (field, wire) = (ident(&member.rust_name), &member.wire);
            quote!(#field = #wire #limits)
        });
        let completion = if self.public { "output" } else { "input" };
        syntax::call(completion, quote!(#name { #(#rows),* }))
    }

    /// Returns the table of an operation's members with their places, wire names and limits.
    pub(super) fn record(&self) -> [Item; 2] {
        let name = ident(self.name);
        let lines = self.members.iter().map(|member| {
            let (wire, field, limits) = (&member.wire, ident(&member.rust_name), limits(member));
            let place = match member.place {
                Place::Path => quote!(path),
                Place::Query => quote!(query),
                Place::QueryCsv => quote!(query_csv),
                Place::Header => quote!(header),
                Place::Body => quote!(body),
            };
            quote!(to.#place(#wire, &mut self.#field)#limits;)
        });
        let to = ident(if self.members.is_empty() { "_to" } else { "to" });
        let table = syntax::item(quote! {
            impl rt::Record for #name {
                fn members(&mut self, #to: &mut impl rt::Members) {
                    #(#lines)*
                }
            }
        });
        let name = self.name_with_arguments();
        [table, syntax::call("input", quote!(#name))]
    }
}
