//! Nodes of the syntax tree.
//!
//! Documentation, fields, setters and tables are nearly all of the output. Building their nodes takes a fraction of the
//! time of parsing templates, so that templates are left for what occurs once in an item.

use proc_macro2::{Ident, Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::{
    AngleBracketedGenericArguments, AssocType, AttrStyle, Attribute, Block, Expr, ExprArray,
    ExprAssign, ExprCall, ExprField, ExprLit, ExprMethodCall, ExprPath, ExprReference, ExprStruct,
    ExprTuple, Field, FieldValue, Fields, FnArg, FnModifiers, GenericArgument, Generics,
    ImplItemFn, Lit, LitInt, LitStr, MacroDelimiter, Meta, MetaList, MetaNameValue, Pat, PatIdent,
    PatType, Path, PathArguments, PathSegment, Receiver, ReceiverKind, ReturnType, Safety,
    Signature, Stmt, TraitBound, TraitBoundModifiers, Type, TypeImplTrait, TypeParamBound,
    TypePath, Variant, Visibility, token,
};

/// Returns an identifier. The names of a spec were already checked, so this does not panic.
pub(super) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

// --- attributes ---

/// Returns doc comments, with the usual space before the text.
pub(super) fn docs(lines: &[String]) -> impl Iterator<Item = Attribute> {
    lines.iter().map(|line| {
        if line.is_empty() {
            named_value("doc", "")
        } else {
            named_value("doc", &format!(" {line}"))
        }
    })
}

/// Returns `#[deprecated = "…"]` if there is a reason.
pub(super) fn deprecated(reason: Option<&String>) -> Option<Attribute> {
    reason.map(|reason| named_value("deprecated", reason))
}

/// Returns `#[name = "value"]`.
fn named_value(name: &str, value: &str) -> Attribute {
    attribute_of(Meta::NameValue(MetaNameValue {
        path: ident(name).into(),
        eq_token: token::Eq::default(),
        value: text(value),
    }))
}

/// Returns `#[name(tokens)]`, or `#[name]` without tokens.
pub(super) fn attribute(name: &str, tokens: TokenStream) -> Attribute {
    let path = Path::from(ident(name));
    if tokens.is_empty() {
        return attribute_of(Meta::Path(path));
    }
    attribute_of(Meta::List(MetaList {
        path,
        delimiter: MacroDelimiter::Paren(token::Paren::default()),
        tokens,
    }))
}

fn attribute_of(meta: Meta) -> Attribute {
    Attribute {
        pound_token: token::Pound::default(),
        style: AttrStyle::Outer,
        bracket_token: token::Bracket::default(),
        meta,
    }
}

// --- paths and types ---

/// Returns `a::b::c`.
pub(super) fn path(names: &[&str]) -> Path {
    let segments = names.iter().map(|name| PathSegment::from(ident(name)));
    Path {
        leading_colon: None,
        segments: segments.collect(),
    }
}

/// Returns `name<argument>`.
fn generic_path(name: &str, argument: GenericArgument) -> Path {
    let arguments = PathArguments::AngleBracketed(AngleBracketedGenericArguments {
        colon2_token: None,
        lt_token: token::Lt::default(),
        args: Punctuated::from_iter([argument]),
        gt_token: token::Gt::default(),
    });
    let segment = PathSegment {
        ident: ident(name),
        arguments,
    };
    segment.into()
}

fn type_of(path: Path) -> Type {
    Type::Path(TypePath {
        attrs: Vec::new(),
        qself: None,
        path,
    })
}

/// Returns the type `name`.
pub(super) fn named(name: &str) -> Type {
    type_of(ident(name).into())
}

/// Returns the type `name<argument>`.
pub(super) fn generic(name: &str, argument: Type) -> Type {
    type_of(generic_path(name, GenericArgument::Type(argument)))
}

/// Returns the type `impl Into<ty>`.
pub(super) fn impl_into(ty: Type) -> Type {
    impl_trait(generic_path("Into", GenericArgument::Type(ty)))
}

/// Returns the type `impl IntoIterator<Item = item>`.
pub(super) fn impl_into_iterator(item: Type) -> Type {
    let argument = GenericArgument::AssocType(AssocType {
        ident: ident("Item"),
        generics: None,
        eq_token: token::Eq::default(),
        ty: item,
    });
    impl_trait(generic_path("IntoIterator", argument))
}

fn impl_trait(path: Path) -> Type {
    let bound = TypeParamBound::Trait(TraitBound {
        paren_token: None,
        lifetimes: None,
        modifiers: TraitBoundModifiers::default(),
        maybe: None,
        path,
    });
    Type::ImplTrait(TypeImplTrait {
        attrs: Vec::new(),
        impl_token: token::Impl::default(),
        bounds: Punctuated::from_iter([bound]),
    })
}

// --- items ---

/// Returns a field of a struct.
pub(super) fn field(attrs: Vec<Attribute>, vis: Visibility, name: &str, ty: Type) -> Field {
    Field {
        attrs,
        vis,
        modifiers: syn::FieldModifiers::default(),
        ident: Some(ident(name)),
        colon_token: Some(token::Colon::default()),
        ty,
        default: None,
    }
}

/// Returns a variant without fields.
pub(super) fn variant(attrs: Vec<Attribute>, name: &str) -> Variant {
    Variant {
        attrs,
        ident: ident(name),
        fields: Fields::Unit,
        discriminant: None,
    }
}

/// Returns the function `pub fn name(mut self, value: argument) -> Self`, which sets a field.
pub(super) fn setter(attrs: Vec<Attribute>, name: &str, argument: Type, value: Expr) -> ImplItemFn {
    let receiver = FnArg::Receiver(Receiver {
        attrs: Vec::new(),
        mutability: Some(token::Mut::default()),
        self_token: token::SelfValue::default(),
        kind: ReceiverKind::Value,
    });
    let parameter = FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(Pat::Ident(PatIdent {
            attrs: Vec::new(),
            by_ref: None,
            mutability: None,
            ident: ident("value"),
            subpat: None,
        })),
        colon_token: token::Colon::default(),
        ty: Box::new(argument),
    });
    let sig = Signature {
        constness: None,
        asyncness: None,
        safety: Safety::Default,
        abi: None,
        fn_token: token::Fn::default(),
        ident: ident(name),
        generics: Generics::default(),
        paren_token: token::Paren::default(),
        inputs: Punctuated::from_iter([receiver, parameter]),
        variadic: None,
        output: ReturnType::Type(token::RArrow::default(), Box::new(named("Self"))),
    };
    let assignment = Expr::Assign(ExprAssign {
        attrs: Vec::new(),
        left: Box::new(of_self(name)),
        eq_token: token::Eq::default(),
        right: Box::new(value),
    });
    ImplItemFn {
        attrs,
        vis: Visibility::Public(token::Pub::default()),
        modifiers: FnModifiers::default(),
        sig,
        block: Block {
            brace_token: token::Brace::default(),
            stmts: vec![statement(assignment), Stmt::Expr(name_of("self"), None)],
        },
    }
}

/// Returns `expression;`.
pub(super) fn statement(expression: Expr) -> Stmt {
    Stmt::Expr(expression, Some(token::Semi::default()))
}

// --- expressions ---

/// Returns the expression `a::b::c`.
pub(super) fn path_to(names: &[&str]) -> Expr {
    Expr::Path(ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: path(names),
    })
}

/// Returns the expression `name`.
pub(super) fn name_of(name: &str) -> Expr {
    path_to(&[name])
}

/// Returns `self.name`.
pub(super) fn of_self(name: &str) -> Expr {
    Expr::Field(ExprField {
        attrs: Vec::new(),
        base: Box::new(name_of("self")),
        dot_token: token::Dot::default(),
        member: ident(name).into(),
    })
}

/// Returns a string literal.
pub(super) fn text(text: &str) -> Expr {
    literal(Lit::Str(LitStr::new(text, Span::call_site())))
}

/// Returns an integer literal without a suffix.
pub(super) fn integer(value: i64) -> Expr {
    literal(Lit::Int(LitInt::new(&value.to_string(), Span::call_site())))
}

/// Returns a floating-point literal without a suffix.
pub(super) fn number(value: f64) -> Expr {
    let text = format!("{value:?}");
    literal(Lit::Float(syn::LitFloat::new(&text, Span::call_site())))
}

/// Returns `true` or `false`.
pub(super) fn boolean(value: bool) -> Expr {
    literal(Lit::Bool(syn::LitBool::new(value, Span::call_site())))
}

fn literal(lit: Lit) -> Expr {
    Expr::Lit(ExprLit {
        attrs: Vec::new(),
        lit,
    })
}

/// Returns `&expression`.
pub(super) fn reference(expression: Expr) -> Expr {
    reference_of(None, expression)
}

/// Returns `&mut expression`.
pub(super) fn mutable(expression: Expr) -> Expr {
    reference_of(Some(token::Mut::default()), expression)
}

fn reference_of(mutability: Option<token::Mut>, expression: Expr) -> Expr {
    Expr::Reference(ExprReference {
        attrs: Vec::new(),
        and_token: token::And::default(),
        mutability,
        expr: Box::new(expression),
    })
}

/// Returns `function(arguments)`.
pub(super) fn call(function: Expr, arguments: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Call(ExprCall {
        attrs: Vec::new(),
        func: Box::new(function),
        paren_token: token::Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

/// Returns `Some(value)`.
pub(super) fn some(value: Expr) -> Expr {
    call(name_of("Some"), [value])
}

/// Returns `receiver.name(arguments)`.
pub(super) fn method(
    receiver: Expr,
    name: &str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Expr {
    Expr::MethodCall(ExprMethodCall {
        attrs: Vec::new(),
        receiver: Box::new(receiver),
        dot_token: token::Dot::default(),
        method: ident(name),
        turbofish: None,
        paren_token: token::Paren::default(),
        args: arguments.into_iter().collect(),
    })
}

/// Returns `(a, b)`.
pub(super) fn pair(a: Expr, b: Expr) -> Expr {
    Expr::Tuple(ExprTuple {
        attrs: Vec::new(),
        paren_token: token::Paren::default(),
        elems: Punctuated::from_iter([a, b]),
    })
}

/// Returns `&[elements]`.
pub(super) fn list(elements: impl IntoIterator<Item = Expr>) -> Expr {
    reference(Expr::Array(ExprArray {
        attrs: Vec::new(),
        bracket_token: token::Bracket::default(),
        elems: elements.into_iter().collect(),
    }))
}

/// Returns `&["a", "b"]`.
pub(super) fn texts(texts: &[String]) -> Expr {
    list(texts.iter().map(|text| self::text(text)))
}

/// Returns `&[("a", "b"), ("c", "d")]`.
pub(super) fn pairs(pairs: &[(String, String)]) -> Expr {
    list(pairs.iter().map(|(a, b)| pair(text(a), text(b))))
}

/// Returns `path { field: value, ..rest }`.
pub(super) fn structure<'a>(
    path: Path,
    fields: impl IntoIterator<Item = (&'a str, Expr)>,
    rest: Option<Expr>,
) -> Expr {
    let fields = fields.into_iter().map(|(name, expr)| FieldValue {
        attrs: Vec::new(),
        member: ident(name).into(),
        colon_token: Some(token::Colon::default()),
        expr,
    });
    Expr::Struct(ExprStruct {
        attrs: Vec::new(),
        qself: None,
        path,
        brace_token: token::Brace::default(),
        fields: fields.collect(),
        dot2_token: rest.is_some().then(token::DotDot::default),
        rest: rest.map(Box::new),
    })
}
