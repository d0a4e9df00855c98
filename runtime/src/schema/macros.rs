//! The macros that implement, for a generated type, what is the same for all types of its kind.

/// Completes an enum that has a table `KNOWN` and a variant `Unknown`: `as_str`, `Display`, `From` for texts, equality, and
/// what puts a value into requests and takes it from replies.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// /// How to sort.
/// #[derive(Clone, Debug)]
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
/// impl Order {
///     /// All values this version of the crate knows, with their wire names.
///     pub const KNOWN: rt::Table<Self> = &[("UP", Self::Up), ("DOWN", Self::Down)];
/// }
///
/// rt::open_enum!(Order);
///
/// assert_eq!(Order::from("UP"), Order::Up);
/// assert_eq!(Order::from("SIDEWAYS").as_str(), "SIDEWAYS");
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! open_enum {
    ($name:ident) => {
        impl $name {
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

        impl ::core::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::core::cmp::Eq for $name {}

        impl ::core::hash::Hash for $name {
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        /// Returns an unknown value with an empty wire name.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::codegen::OpenEnum::from_wire("")
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                $crate::codegen::OpenEnum::from_wire(text)
            }
        }

        impl ::core::convert::From<&::std::string::String> for $name {
            fn from(text: &::std::string::String) -> Self {
                $crate::codegen::OpenEnum::from_wire(text)
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                $crate::codegen::OpenEnum::from_wire(&text)
            }
        }

        impl ::core::convert::From<&mut str> for $name {
            fn from(text: &mut str) -> Self {
                $crate::codegen::OpenEnum::from_wire(text)
            }
        }

        impl ::core::convert::From<::std::boxed::Box<str>> for $name {
            fn from(text: ::std::boxed::Box<str>) -> Self {
                $crate::codegen::OpenEnum::from_wire(&text)
            }
        }

        impl ::core::convert::From<::std::borrow::Cow<'_, str>> for $name {
            fn from(text: ::std::borrow::Cow<'_, str>) -> Self {
                $crate::codegen::OpenEnum::from_wire(&text)
            }
        }

        impl ::core::convert::From<char> for $name {
            fn from(text: char) -> Self {
                $crate::codegen::OpenEnum::from_wire(text.encode_utf8(&mut [0; 4]))
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
                $crate::codegen::deserialize(deserializer)
            }
        }

        $crate::__blank!($name);

        impl $crate::codegen::Value for $name {
            fn view(&self) -> $crate::codegen::View<'_> {
                $crate::codegen::View::Text(self.as_str())
            }

            fn slot(&mut self) -> $crate::codegen::Slot<'_> {
                $crate::codegen::Slot::Enum(self)
            }
        }
    };
}

/// Completes a union that has a variant `Unknown`: serde's traits, and a `Default`, which is a union without a member.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// #[derive(Clone, Debug, PartialEq)]
/// #[non_exhaustive]
/// pub enum Shape {
///     /// A radius.
///     Circle(f64),
///     /// A member this version of the crate does not know.
///     Unknown(rt::UnknownMember),
/// }
///
/// impl rt::Union for Shape {
///     fn member<'a, 'm>(&'a self, to: &'m mut rt::Members<'a>) -> &'m mut rt::Member<'a> {
///         match self {
///             Self::Circle(value) => to.body("circle", value),
///             Self::Unknown(member) => to.unknown(member),
///         }
///     }
///
///     fn member_mut<'a, 'm>(
///         &'a mut self,
///         to: &'m mut rt::MembersMut<'a>,
///     ) -> &'m mut rt::MemberMut<'a> {
///         match self {
///             Self::Circle(value) => to.member("circle", value),
///             Self::Unknown(member) => to.unknown(member),
///         }
///     }
///
///     fn set(&mut self, name: &str) -> bool {
///         *self = match name {
///             "circle" => Self::Circle(rt::blank()),
///             _ => return false,
///         };
///         true
///     }
/// }
///
/// rt::union!(Shape);
///
/// let shape: Shape = serde_json::from_str(r#"{"circle": 1.5, "square": null}"#).unwrap();
/// assert_eq!(shape, Shape::Circle(1.5));
/// let new: Shape = serde_json::from_str(r#"{"line": [1]}"#).unwrap();
/// assert_eq!(serde_json::to_string(&new).unwrap(), r#"{"line":[1]}"#);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! union {
    ($name:ident) => {
        impl $crate::codegen::OpenUnion for $name {
            fn set_unknown(&mut self, member: $crate::codegen::UnknownMember) {
                *self = Self::Unknown(member);
            }
        }

        /// Returns a union without a member, which is an empty object in JSON. Sending it violates a limit.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                Self::Unknown($crate::codegen::UnknownMember::NONE)
            }
        }

        $crate::__blank!($name);
        $crate::__record!($name, Union, deserialize);
    };
}

/// Completes a structure that users create, or an operation: serde's traits, which refuse unknown members. One without a
/// `Default` implements `Blank` itself, and is completed with `input_without_default`.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Filter {
///     name: Option<String>,
/// }
///
/// impl rt::Record for Filter {
///     fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
///         to.body("Name", &self.name).length(1, 63);
///     }
///
///     fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
///         to.member("Name", &mut self.name);
///     }
/// }
///
/// rt::input!(Filter);
///
/// let filter: Filter = serde_json::from_str(r#"{"Name": "a"}"#).unwrap();
/// assert_eq!(serde_json::to_string(&filter).unwrap(), r#"{"Name":"a"}"#);
/// assert!(serde_json::from_str::<Filter>(r#"{"Nmae": "a"}"#).is_err());
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! input {
    ($name:ident) => {
        $crate::__blank!($name);
        $crate::__record!($name, Record, deserialize_strictly);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! input_without_default {
    ($name:ident) => {
        $crate::__record!($name, Record, deserialize_strictly);
    };
}

/// Completes a structure that occurs in replies: serde's traits, which pass over unknown members.
///
/// ```
/// use cloud_models_runtime::codegen as rt;
///
/// #[derive(Clone, Debug, Default, PartialEq)]
/// pub struct Tag {
///     pub values: Vec<String>,
/// }
///
/// impl rt::Record for Tag {
///     fn members<'a>(&'a self, to: &mut rt::Members<'a>) {
///         to.body("Values", &self.values);
///     }
///
///     fn members_mut<'a>(&'a mut self, to: &mut rt::MembersMut<'a>) {
///         to.member("Values", &mut self.values);
///     }
/// }
///
/// rt::output!(Tag);
///
/// let tag: Tag = serde_json::from_str(r#"{"Values": null, "New": 1}"#).unwrap();
/// assert_eq!(serde_json::to_string(&tag).unwrap(), r#"{"Values":[]}"#);
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! output {
    ($name:ident) => {
        $crate::__blank!($name);
        $crate::__record!($name, Record, deserialize);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __blank {
    ($name:ident) => {
        impl $crate::codegen::Blank for $name {
            fn blank() -> Self {
                ::core::default::Default::default()
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __record {
    ($name:ident, $kind:ident, $deserialize:ident) => {
        impl $crate::codegen::Value for $name {
            fn view(&self) -> $crate::codegen::View<'_> {
                $crate::codegen::View::$kind(self)
            }

            fn slot(&mut self) -> $crate::codegen::Slot<'_> {
                $crate::codegen::Slot::$kind(self)
            }
        }

        impl $crate::codegen::Serialize for $name {
            fn serialize<S: $crate::codegen::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::codegen::serialize(self, serializer)
            }
        }

        impl<'de> $crate::codegen::Deserialize<'de> for $name {
            fn deserialize<D: $crate::codegen::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::codegen::$deserialize(deserializer)
            }
        }
    };
}
