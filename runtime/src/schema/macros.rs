//! The macros that generated code completes its types with: wire names in, implementations out.
//!
//! In all of them a name without `= "…"` is spelled on the wire as in Rust.

/// Completes an enum with a variant `Unknown`: the table of its wire texts, `KNOWN`, `as_str`, `Display`, `From` for
/// texts, and the traits that put a value into requests and take it from replies.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// /// How to sort.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum Order {
///     /// Smallest first.
///     Up,
///     /// Largest first.
///     Down,
///     /// A value this version of the crate does not know.
///     Unknown(rt::Unknown<Self>),
/// }
///
/// rt::open_enum!(Order { Up = "UP", Down = "DOWN" });
///
/// assert_eq!(Order::from("UP"), Order::Up);
/// assert_eq!(Order::from("SIDEWAYS").as_str(), "SIDEWAYS");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($value:ident $(= $wire:literal)?),* $(,)? }) => {
        impl $name {
            /// All values this version of the crate knows, with their wire names.
            pub const KNOWN: $crate::codegen::Table<Self> = &[$(($crate::__wire!($value $($wire)?), Self::$value)),*];

            /// Returns the wire name of this value.
            pub fn as_str(&self) -> &str {
                $crate::codegen::OpenEnum::to_wire(self)
            }
        }

        impl $crate::codegen::OpenEnum for $name {
            const TABLE: $crate::codegen::Table<Self> = Self::KNOWN;

            fn unknown(value: $crate::codegen::Unknown<Self>) -> Self {
                Self::Unknown(value)
            }

            fn as_unknown(&self) -> ::core::option::Option<&$crate::codegen::Unknown<Self>> {
                match self {
                    Self::Unknown(value) => ::core::option::Option::Some(value),
                    _ => ::core::option::Option::None,
                }
            }
        }

        /// Returns an unknown value with an empty wire name.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::codegen::OpenEnum::from_wire("".into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::codegen::OpenEnum::from_wire(text.into())
            }
        }

        impl ::core::convert::From<&::std::string::String> for $name {
            fn from(text: &::std::string::String) -> Self {
                text.as_str().into()
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::codegen::OpenEnum::from_wire(text.into())
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::OpenEnum::read(deserializer)
            }
        }

        impl $crate::codegen::Limited for $name {
            fn texts(&self, each: &mut dyn ::core::ops::FnMut(&str)) {
                each(self.as_str());
            }
        }

        impl $crate::codegen::Member for $name {
            fn blank() -> Self {
                Self::default()
            }

            fn write_text(&self, to: &mut dyn ::core::ops::FnMut(&str)) {
                to(self.as_str());
            }
        }
    };
}

/// Defines the open enum of the error codes that a service documents, grouped by the HTTP status that they are documented
/// with, `_` for codes that come with several. If a code means something else than its status, a
/// [`ServiceErrorKind`](crate::ServiceErrorKind) follows the status. A text in brackets is documentation.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// rt::error_codes!(ErrorCode {
///     403 => AccessDenied = "AccessDeniedException" ["Ask the owner."];
///     403 Authentication => ExpiredToken;
/// });
///
/// assert_eq!(ErrorCode::from("AccessDeniedException"), ErrorCode::AccessDenied);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! error_codes {
    ($name:ident { $(
        $status:tt $($kind:ident)? => $($code:ident $(= $wire:literal)? $([$docs:literal])?),+;
    )+ }) => {
        /// The error codes that the service documents.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(
                #[doc = concat!("`", $crate::__wire!($code $($wire)?), "`, ", $crate::__status!(text $status), "." $(, " ", $docs)?)]
                $code,
            )+)+
            /// A code this version of the crate does not know.
            Unknown($crate::codegen::Unknown<Self>),
        }

        impl $name {
            /// The codes by status and meaning.
            const GROUPS: &'static [$crate::codegen::CodeGroup] = &[$($crate::codegen::CodeGroup {
                status: $crate::__status!($status),
                kind: $crate::__kind!($($kind)?),
                codes: &[$($crate::__wire!($code $($wire)?)),+],
            }),+];
        }

        $crate::open_enum!($name { $($($code $(= $wire)?),+),+ });
    };
}

/// Completes a structure that occurs in requests, or an operation: serde's traits, refusing unknown members.
///
/// The types of the arguments of `new` follow the name in parentheses. The table of wire names and limits follows in braces;
/// without it, the type implements `Record` itself.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Filter {
///     ids: Option<Vec<String>>,
///     name: Option<String>,
/// }
///
/// rt::input!(Filter { ids = "Ids", name = "Name".length(1, 63) });
///
/// let filter: Filter = serde_json::from_str(r#"{"Name": "a"}"#).unwrap();
/// assert_eq!(serde_json::to_string(&filter).unwrap(), r#"{"Name":"a"}"#);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! input {
    ($name:ident $(($($argument:ty),+))?) => {
        $crate::__record!($name, true $(, $($argument),+)?);
    };
    ($name:ident $(($($argument:ty),+))? { $($table:tt)* }) => {
        $crate::__members!($name { $($table)* });
        $crate::__record!($name, true $(, $($argument),+)?);
    };
}

/// Completes a structure that occurs in responses: serde's traits, ignoring unknown members. The table of wire names follows
/// in braces.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Tag {
///     pub key: String,
///     pub values: Vec<String>,
/// }
///
/// rt::output!(Tag { key = "Key", values = "Values" });
///
/// let tag: Tag = serde_json::from_str(r#"{"Key": "a", "Values": null, "New": 1}"#).unwrap();
/// assert_eq!(serde_json::to_string(&tag).unwrap(), r#"{"Key":"a","Values":[]}"#);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! output {
    ($name:ident { $($table:tt)* }) => {
        $crate::__members!($name { $($table)* });
        $crate::__record!($name, false);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __members {
    ($name:ident { $($field:ident $(= $wire:literal $(.$limit:ident($($bound:expr),*))*)?),* $(,)? }) => {
        impl $crate::codegen::Record for $name {
            fn members(&mut self, to: &mut impl $crate::codegen::Members) {
                // There may be no member that uses it.
                let _ = &to;
                $(to.body($crate::__wire!($field $($wire)?), &mut self.$field)$($(.$limit($($bound),*))*)?;)*
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($name:ident, $strict:literal $(, $argument:ty)*) => {
        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(&mut self.clone(), serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut record = <Self as $crate::codegen::Member>::blank();
                $crate::codegen::fill(&mut record, $strict, deserializer)?;
                ::core::result::Result::Ok(record)
            }
        }

        impl $crate::codegen::Limited for $name {
            fn secrets(&self, each: &mut dyn ::core::ops::FnMut(&str)) {
                $crate::codegen::secrets(&mut self.clone(), each);
            }
        }

        impl $crate::codegen::Member for $name {
            const NESTED: bool = true;

            fn blank() -> Self {
                $crate::__start!($name $(, $argument)*)
            }

            fn fill_json<'de, D: $crate::codegen::Deserializer<'de>>(
                &mut self,
                deserializer: D,
            ) -> ::core::result::Result<(), D::Error> {
                $crate::codegen::fill(self, $strict, deserializer)
            }

            fn write_json<S: $crate::codegen::Serializer>(
                &mut self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }

            fn check(&mut self, violations: &mut $crate::codegen::Violations) {
                $crate::codegen::Record::members(self, violations);
            }
        }
    };
}

/// The value that reading fills.
#[doc(hidden)]
#[macro_export]
macro_rules! __start {
    ($name:ident) => {
        <$name as ::core::default::Default>::default()
    };
    ($name:ident, $($argument:ty),+) => {
        $name::new($(<$argument as $crate::codegen::Member>::blank()),+)
    };
}

/// The wire text of a name.
#[doc(hidden)]
#[macro_export]
macro_rules! __wire {
    ($name:ident) => {
        stringify!($name)
    };
    ($name:ident $wire:literal) => {
        $wire
    };
}

/// The status of a group of error codes, and what is said of it.
#[doc(hidden)]
#[macro_export]
macro_rules! __status {
    (_) => {
        ::core::option::Option::None
    };
    ($status:literal) => {
        ::core::option::Option::Some($status)
    };
    (text _) => {
        "with several HTTP statuses"
    };
    (text $status:literal) => {
        concat!("HTTP ", $status)
    };
}

/// The meaning of a group of error codes, if it is not that of their status.
#[doc(hidden)]
#[macro_export]
macro_rules! __kind {
    () => {
        ::core::option::Option::None
    };
    ($kind:ident) => {
        ::core::option::Option::Some($crate::codegen::ServiceErrorKind::$kind)
    };
}
