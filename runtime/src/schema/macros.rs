//! The macros that generated code completes its types with: wire names in, implementations out.
//!
//! In all of them a name without `= "…"` is spelled on the wire as in Rust.

/// Completes an enum with a variant `Unknown`: the table of its wire texts, `KNOWN`, `as_str`, `Display`, `From` for
/// texts, and the traits that put a value into requests and take it from replies.
///
/// ```
/// use cloud_models_runtime as rt;
///
/// /// How to sort.
/// #[derive(Clone, Debug, PartialEq, Eq, Hash)]
/// #[non_exhaustive]
/// pub enum Order {
///     /// Smallest first.
///     Up,
///     /// Largest first.
///     Down,
///     /// A value newer than this crate.
///     Unknown(rt::Unknown<Self>),
/// }
///
/// rt::open_enum!(Order { Up = "UP", Down = "DOWN" });
///
/// assert_eq!(Order::from("UP"), Order::Up);
/// assert_eq!(Order::from("SIDEWAYS").as_str(), "SIDEWAYS");
/// ```
#[macro_export]
macro_rules! open_enum {
    ($name:ident { $($value:ident $(= $wire:literal)?),* $(,)? }) => {
        impl $name {
            /// Every value that this version of the crate knows, with its wire text.
            pub const KNOWN: $crate::Table<Self> = &[$(($crate::__wire!($value $($wire)?), Self::$value)),*];

            /// The wire text of this value.
            pub fn as_str(&self) -> &str {
                $crate::OpenEnum::to_wire(self)
            }
        }

        impl $crate::OpenEnum for $name {
            const TABLE: $crate::Table<Self> = Self::KNOWN;

            fn unknown(value: $crate::Unknown<Self>) -> Self {
                Self::Unknown(value)
            }

            fn as_unknown(&self) -> ::core::option::Option<&$crate::Unknown<Self>> {
                match self {
                    Self::Unknown(value) => ::core::option::Option::Some(value),
                    _ => ::core::option::Option::None,
                }
            }
        }

        /// An unknown value with an empty text.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::OpenEnum::from_wire("".into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::OpenEnum::from_wire(text.into())
            }
        }

        impl ::core::convert::From<&::std::string::String> for $name {
            fn from(text: &::std::string::String) -> Self {
                text.as_str().into()
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::OpenEnum::from_wire(text.into())
            }
        }

        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::OpenEnum::read(deserializer)
            }
        }

        impl $crate::Limited for $name {
            fn texts(&self, each: &mut dyn ::core::ops::FnMut(&str)) {
                each(self.as_str());
            }
        }

        impl $crate::Member for $name {
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
/// with, `_` for codes that come with several. Where a code means something else than its status, the meaning, a
/// [`CodeKind`](crate::CodeKind), stands behind the status. A text in brackets is documentation.
///
/// ```
/// use cloud_models_runtime as rt;
///
/// rt::error_codes!(ErrorCode {
///     403 => AccessDenied = "AccessDeniedException" ["Ask the owner."];
///     403 Authentication => ExpiredToken;
/// });
///
/// assert_eq!(ErrorCode::from("AccessDeniedException"), ErrorCode::AccessDenied);
/// ```
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
            /// A code newer than this crate.
            Unknown($crate::Unknown<Self>),
        }

        impl $name {
            /// The codes by status and meaning.
            const GROUPS: &'static [$crate::CodeGroup] = &[$($crate::CodeGroup {
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
/// The types of what `new` takes stand behind the name, if it takes anything. The table of wire names and limits stands in
/// braces; without it, the type implements [`Record`](crate::Record) itself.
///
/// ```
/// use cloud_models_runtime as rt;
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

/// Completes a structure that occurs in replies: serde's traits, passing over unknown members. The table of wire names
/// stands in braces.
///
/// ```
/// use cloud_models_runtime as rt;
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
        impl $crate::Record for $name {
            fn members(&mut self, to: &mut impl $crate::Members) {
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
        impl $crate::__private::Serialize for $name {
            fn serialize<S: $crate::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize(&mut self.clone(), serializer)
            }
        }

        impl<'de> $crate::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                let mut record = <Self as $crate::Member>::blank();
                $crate::__private::fill(&mut record, $strict, deserializer)?;
                ::core::result::Result::Ok(record)
            }
        }

        impl $crate::Limited for $name {}

        impl $crate::Member for $name {
            const NESTED: bool = true;

            fn blank() -> Self {
                $crate::__start!($name $(, $argument)*)
            }

            fn fill_json<'de, D: $crate::__private::Deserializer<'de>>(
                &mut self,
                deserializer: D,
            ) -> ::core::result::Result<(), D::Error> {
                $crate::__private::fill(self, $strict, deserializer)
            }

            fn write_json<S: $crate::__private::Serializer>(
                &mut self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serialize(self, serializer)
            }

            fn check(&mut self, violations: &mut $crate::Violations) {
                $crate::Record::members(self, violations);
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
        $name::new($(<$argument as $crate::Member>::blank()),+)
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
        ::core::option::Option::Some($crate::CodeKind::$kind)
    };
}
