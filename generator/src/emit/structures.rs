//! Structures: public fields if they occur in responses, a constructor and setters if they occur in requests.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Expr, Fields, FieldsNamed, Generics, ImplItem, ImplItemFn, Item, ItemStruct, Visibility, token,
};

use super::nodes::{
    attribute, deprecated, docs, field, ident, method, mutable, name_of, of_self, reference,
    setter, some, statement, text, texts,
};
use super::syntax::{self, Code, InvalidItem};
use super::types::{
    argument, converted, field_type, formatted, is_plain, limited, read_formatted, ty,
};
use crate::model::{Member, Place, Requirement, Source, Structure};

/// Emits the struct, its builder functions, and its table of members.
pub(super) fn emit(structure: &Structure, code: &mut Code) -> Result<(), InvalidItem> {
    let shape = Shape {
        name: &structure.name,
        docs: &structure.docs,
        members: &structure.members,
        requirements: &structure.requirements,
        constructor: &structure.constructor,
        input: structure.input,
        public: structure.output,
        deprecated: structure.deprecated.as_ref(),
        renamed_from: structure.renamed_from.as_ref(),
    };
    code.push(shape.definition());
    shape.debug(code)?;
    shape.alias(code)?;
    if structure.input {
        code.push(shape.builder()?);
    }
    shape.record(code)
}

thread_local! {
    static NEW: Result<Item, InvalidItem> = syntax::item(quote! {
        impl Name {
            /// Creates a value with no parameters set.
            pub fn new() -> Self {
                Default::default()
            }
        }
    });
    static TABLE: Result<Item, InvalidItem> = table("to");
    static EMPTY_TABLE: Result<Item, InvalidItem> = table("_to");
}

/// Returns the implementation of `Record` without the members.
fn table(to: &str) -> Result<Item, InvalidItem> {
    let to = ident(to);
    syntax::item(quote! {
        impl rt::Record for Name {
            fn members<'a>(&'a self, #to: &mut rt::Members<'a>) {}
            fn members_mut<'a>(&'a mut self, #to: &mut rt::MembersMut<'a>) {}
        }
    })
}

/// Appends the place in a reply to a row of the members to read, if it is not the JSON object.
fn sourced(row: Expr, member: &Member) -> Expr {
    match &member.source {
        Source::Body => row,
        Source::Header(name) => method(row, "header", [text(name)]),
        Source::HeaderPrefix(prefix) => method(row, "header_prefix", [text(prefix)]),
        Source::Status => method(row, "status", []),
        Source::Payload => method(row, "payload", []),
    }
}

/// Common parts of operations and structures.
pub(super) struct Shape<'a> {
    pub(super) name: &'a str,
    pub(super) docs: &'a [String],
    pub(super) members: &'a [Member],
    pub(super) requirements: &'a [Requirement],
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
            let ty = field_type(member, self.input);
            if !self.public {
                return field(Vec::new(), Visibility::Inherited, &member.rust_name, ty);
            }
            let attrs = docs(&member.docs)
                .chain(deprecated(member.deprecated.as_ref()))
                .collect();
            let public = Visibility::Public(token::Pub::default());
            field(attrs, public, &member.rust_name, ty)
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

    /// Emits a manual implementation of `Debug` if a member is secret.
    pub(super) fn debug(&self, code: &mut Code) -> Result<(), InvalidItem> {
        if !self.has_secrets() {
            return Ok(());
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
        code.push(syntax::item(quote! {
            impl std::fmt::Debug for #name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(#text)#(#fields)*.finish()
                }
            }
        })?);
        Ok(())
    }

    /// Emits an alias for the former name, so that existing code still compiles.
    pub(super) fn alias(&self, code: &mut Code) -> Result<(), InvalidItem> {
        if let Some(old) = self.renamed_from {
            code.push(syntax::alias(old, self.name)?);
        }
        Ok(())
    }

    /// Returns the implementation of `new` and the setters.
    pub(super) fn builder(&self) -> Result<Item, InvalidItem> {
        let mut builder = self.new_function()?;
        if let Item::Impl(builder) = &mut builder {
            let optional = self.members.iter().filter(|member| !member.required);
            let setters = optional.map(|member| ImplItem::Fn(Self::setter(member)));
            builder.items.extend(setters);
        }
        Ok(builder)
    }

    /// Returns the implementation of `new` alone.
    fn new_function(&self) -> Result<Item, InvalidItem> {
        let name = ident(self.name);
        let arguments: Vec<_> = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index))
            .collect();
        if arguments.is_empty() {
            return syntax::fixed(&NEW, self.name);
        }
        let mut lines = vec![
            "Creates a value with the required parameters.".to_owned(),
            String::new(),
        ];
        for member in &arguments {
            let docs = member.docs.join(" ");
            lines.push(format!("- `{}`: {docs}", member.rust_name));
        }
        let parameters = arguments.iter().map(|member| {
            let (name, ty) = (ident(&member.rust_name), argument(&member.ty));
            quote!(#name: #ty)
        });
        let fields = self.members.iter().map(|member| {
            let name = ident(&member.rust_name);
            let value = converted(member, &member.rust_name);
            match member.required {
                true if is_plain(member) => quote!(#name),
                true => quote!(#name: #value),
                false => quote!(#name: None),
            }
        });
        let mut item = syntax::item(quote! {
            impl #name {
                pub fn new(#(#parameters),*) -> Self {
                    Self { #(#fields),* }
                }
            }
        })?;
        for function in syntax::functions(&mut item) {
            function.attrs.extend(docs(&lines));
            if arguments.len() > 7 {
                let lint = quote!(clippy::too_many_arguments);
                function.attrs.push(attribute("allow", lint));
            }
        }
        Ok(item)
    }

    fn setter(member: &Member) -> ImplItemFn {
        let value = some(converted(member, "value"));
        let attrs = docs(&member.docs).chain(deprecated(member.deprecated.as_ref()));
        setter(
            attrs.collect(),
            &member.rust_name,
            argument(&member.ty),
            value,
        )
    }

    /// Emits the value to read into, of a type that has no `Default`.
    fn blank(&self, code: &mut Code) -> Result<(), InvalidItem> {
        if self.has_default() {
            return Ok(());
        }
        let name = ident(self.name);
        let arguments = self
            .constructor
            .iter()
            .filter_map(|index| self.members.get(*index));
        let arguments = arguments.map(|member| {
            let ty = ty(&member.ty);
            quote!(rt::blank::<#ty>())
        });
        code.push(syntax::item(quote! {
            impl rt::Blank for #name {
                fn blank() -> Self {
                    Self::new(#(#arguments),*)
                }
            }
        })?);
        Ok(())
    }

    /// Emits what describes the members, and the traits that follow from it.
    pub(super) fn record(&self, code: &mut Code) -> Result<(), InvalidItem> {
        let name = ident(self.name);
        let rows = self.members.iter().map(|member| {
            let place = match member.place {
                Place::Path => "path",
                Place::Query => "query",
                Place::QueryCsv => "query_csv",
                Place::Header => "header",
                Place::Body => "body",
                Place::Payload => "payload",
            };
            let field = reference(of_self(&member.rust_name));
            let row = method(name_of("to"), place, [text(&member.wire), field]);
            let row = formatted(row, member);
            // Responses are not checked, because services change sooner than their documentation.
            statement(if self.input {
                limited(row, member)
            } else {
                row
            })
        });
        let requirements = self.requirements.iter().map(|requirement| {
            let (function, members) = match requirement {
                Requirement::OneOf(members) => ("require_one_of", members),
                Requirement::AnyOf(members) => ("require_any_of", members),
            };
            statement(method(name_of("to"), function, [texts(members)]))
        });
        let rows = rows.chain(requirements);
        let places = self.members.iter().map(|member| {
            let field = mutable(of_self(&member.rust_name));
            let row = method(name_of("to"), "member", [text(&member.wire), field]);
            statement(sourced(read_formatted(row, member), member))
        });
        let table = if self.members.is_empty() {
            &EMPTY_TABLE
        } else {
            &TABLE
        };
        let mut table = syntax::fixed(table, self.name)?;
        let bodies = [rows.collect(), places.collect()];
        for (function, statements) in syntax::functions(&mut table).zip(bodies) {
            function.block.stmts = statements;
        }
        code.push(table);
        self.blank(code)?;
        let traits = match (self.public, self.has_default()) {
            (true, _) => "output",
            (false, true) => "input",
            (false, false) => "input_without_default",
        };
        code.push(syntax::call(traits, quote!(#name)));
        Ok(())
    }
}
