//! Structures: public fields if they occur in responses, a constructor and setters if they occur in requests.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, FieldsNamed, Generics, ImplItemFn, Item, ItemStruct, Visibility, token};

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
    items.extend(shape.record());
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
        let default = self.has_default().then(|| quote!(Default,));
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

    /// Returns whether users may create the value that reading starts from.
    fn has_default(&self) -> bool {
        // A request without required parameters is valid with no parameters set.
        self.public || self.constructor.is_empty()
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
                let nothing = match &member.ty {
                    Ty::List(_) if self.public => quote!(Vec::new()),
                    Ty::Map(_) if self.public => quote!(std::collections::BTreeMap::new()),
                    _ => quote!(None),
                };
                return quote!(#name: #nothing);
            }
            let value = converted(member, &name);
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

    /// Returns whether the field is a list or map without an `Option`.
    fn is_plain(&self, member: &Member) -> bool {
        self.public && member.ty.is_container()
    }

    fn setter(&self, member: &Member) -> Option<ImplItemFn> {
        let name = ident(&member.rust_name);
        let (ty, value) = (argument(&member.ty), converted(member, &ident("value")));
        let value = if self.is_plain(member) {
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

    /// Returns the value to read into, of a type that has no `Default`.
    fn blank(&self) -> Option<Item> {
        if self.has_default() {
            return None;
        }
        let name = ident(self.name);
        let arguments = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index));
        let arguments = arguments.map(|member| {
            let ty = syntax::ty(&member.ty);
            quote!(rt::blank::<#ty>())
        });
        Some(syntax::item(quote! {
            impl rt::Blank for #name {
                fn blank() -> Self {
                    Self::new(#(#arguments),*)
                }
            }
        }))
    }

    /// Returns what describes the members, and the traits that follow from it.
    pub(super) fn record(&self) -> impl Iterator<Item = Item> {
        let name = ident(self.name);
        let rows = self.members.iter().map(|member| {
            let (wire, field) = (&member.wire, ident(&member.rust_name));
            let place = match member.place {
                Place::Path => quote!(path),
                Place::Query => quote!(query),
                Place::QueryCsv => quote!(query_csv),
                Place::Header => quote!(header),
                Place::Body => quote!(body),
            };
            // Responses are not checked, because services change sooner than their documentation.
            let limits = self.input.then(|| limits(member));
            let format = syntax::format(member);
            quote!(to.#place(#wire, &self.#field)#format #limits;)
        });
        let places = self.members.iter().map(|member| {
            let (wire, field) = (&member.wire, ident(&member.rust_name));
            let format = syntax::read_format(member);
            quote!(to.member(#wire, &mut self.#field)#format;)
        });
        let to = ident(if self.members.is_empty() { "_to" } else { "to" });
        let functions = [
            quote! {
                fn members<'a>(&'a self, #to: &mut rt::Members<'a>) {
                    #(#rows)*
                }
            },
            quote! {
                fn members_mut<'a>(&'a mut self, #to: &mut rt::MembersMut<'a>) {
                    #(#places)*
                }
            },
        ];
        let functions = functions.into_iter().filter_map(syntax::parsed).collect();
        let table = syntax::implementation(quote!(impl rt::Record for #name), functions);
        let traits = match (self.public, self.has_default()) {
            (true, _) => "output",
            (false, true) => "input",
            (false, false) => "input_without_default",
        };
        let traits = syntax::call(traits, quote!(#name));
        [table].into_iter().chain(self.blank()).chain([traits])
    }
}
