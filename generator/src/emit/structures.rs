//! Structures: public fields where they come from a service, a constructor and setters where users make them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Item;

use super::enums::named;
use super::syntax::{
    self, argument, converted, deprecated, docs, ident, input_type, limits, output_type,
};
use crate::model::{Member, Place, Structure, Ty};

/// The struct, what builds it, and its table of members.
pub(super) fn emit(structure: &Structure, items: &mut Vec<Item>) {
    let shape = Shape {
        name: &structure.name,
        docs: &structure.docs,
        members: &structure.members,
        constructor: &structure.constructor,
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

/// What operations and structures have in common.
pub(super) struct Shape<'a> {
    pub(super) name: &'a str,
    pub(super) docs: &'a [String],
    pub(super) members: &'a [Member],
    pub(super) constructor: &'a [usize],
    /// Whether the fields are public.
    pub(super) public: bool,
    pub(super) deprecated: Option<&'a String>,
    pub(super) renamed_from: Option<&'a String>,
}

impl Shape<'_> {
    pub(super) fn definition(&self) -> Item {
        let name = ident(self.name);
        let text = docs(self.docs);
        let deprecated_type = deprecated(self.deprecated);
        let debug = (!self.has_secrets()).then(|| quote!(Debug,));
        // Without a required member, a request with nothing set is a request.
        let default = (self.public || self.constructor.is_empty()).then(|| quote!(Default,));
        let attribute = if self.public {
            quote!(#[non_exhaustive])
        } else {
            quote!(#[must_use])
        };
        let fields = self.members.iter().map(|member| {
            let name = ident(&member.rust_name);
            if self.public {
                let (text, deprecated) =
                    (docs(&member.docs), deprecated(member.deprecated.as_ref()));
                let ty = output_type(member);
                quote!(#text #deprecated pub #name: #ty)
            } else {
                let ty = input_type(member);
                quote!(#name: #ty)
            }
        });
        syntax::item(quote! {
            #text
            #deprecated_type
            #[derive(Clone, #debug #default PartialEq)]
            #attribute
            pub struct #name {
                #(#fields,)*
            }
        })
    }

    fn has_secrets(&self) -> bool {
        self.members.iter().any(|member| member.sensitive)
    }

    /// `Debug` by hand where a member must not be shown.
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

    /// The former name, for those who still use it.
    pub(super) fn alias(&self) -> Option<Item> {
        let (old, new) = (self.renamed_from?, self.name);
        let (text, reason) = (
            format!(" The former name of [`{new}`]."),
            format!("renamed to `{new}`"),
        );
        let (old, new) = (ident(old), ident(new));
        Some(syntax::item(quote! {
            #[doc = #text]
            #[deprecated = #reason]
            pub type #old = #new;
        }))
    }

    /// `new` and the setters.
    pub(super) fn builder(&self) -> Item {
        let name = ident(self.name);
        let new = self.new_function();
        let optional = self.members.iter().filter(|member| !member.required);
        let setters = optional.map(|member| self.setter(member));
        syntax::implementation(quote! {
            impl #name {
                #new
                #(#setters)*
            }
        })
    }

    fn new_function(&self) -> TokenStream {
        let arguments: Vec<_> = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index))
            .collect();
        if arguments.is_empty() {
            return quote! {
                /// With nothing set.
                pub fn new() -> Self {
                    Self::default()
                }
            };
        }
        let mut text = vec![
            "With what is required, and nothing else set.".to_owned(),
            String::new(),
        ];
        for member in &arguments {
            let lines = member.docs.join(" ");
            text.push(format!("- `{}`: {lines}", member.rust_name));
        }
        let text = docs(&text);
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
        quote! {
            #text
            pub fn new(#(#parameters),*) -> Self {
                Self { #(#fields),* }
            }
        }
    }

    /// Whether the field is a list without an `Option`.
    fn is_plain_list(&self, member: &Member) -> bool {
        self.public && matches!(member.ty, Ty::List(_))
    }

    fn setter(&self, member: &Member) -> TokenStream {
        let name = ident(&member.rust_name);
        let (text, deprecated) = (docs(&member.docs), deprecated(member.deprecated.as_ref()));
        let (ty, value) = (argument(&member.ty), converted(&member.ty, &ident("value")));
        let value = if self.is_plain_list(member) {
            value
        } else {
            quote!(Some(#value))
        };
        quote! {
            #text
            #deprecated
            pub fn #name(mut self, value: #ty) -> Self {
                self.#name = #value;
                self
            }
        }
    }

    /// The name with the types of what `new` takes.
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

    /// The wire names of a structure.
    fn wire_table(&self) -> Item {
        let name = self.name_with_arguments();
        let rows = self.members.iter().map(|member| {
            // Replies are not checked: servers change faster than documents.
            let limits = if self.public {
                TokenStream::new()
            } else {
                limits(member)
            };
            if limits.is_empty() {
                return named(&member.rust_name, &member.wire);
            }
            let (field, wire) = (ident(&member.rust_name), &member.wire);
            quote!(#field = #wire #limits)
        });
        let completion = if self.public {
            ident("output")
        } else {
            ident("input")
        };
        syntax::item(quote!(rt::#completion!(#name { #(#rows),* });))
    }

    /// The table of an operation's members: where each travels, its wire name, its limits.
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
        let table = syntax::item(quote! {
            impl rt::Record for #name {
                fn members(&mut self, to: &mut impl rt::Members) {
                    #(#lines)*
                }
            }
        });
        let name = self.name_with_arguments();
        [table, syntax::item(quote!(rt::input!(#name);))]
    }
}
