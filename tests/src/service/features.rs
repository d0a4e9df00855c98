//! Everything that a member can be: types, limits, and the places where they can be.

/// A place of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Path of an operation.
    Path,
    /// Query of an operation.
    Query,
    /// Header of an operation.
    Header,
    /// Body of an operation, or a structure in requests.
    Body,
    /// Structure in replies.
    Reply,
    /// Union.
    Union,
}

/// Places in JSON.
const JSON: &[Place] = &[Place::Body, Place::Reply, Place::Union];

/// A type with what can stand beside it.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Type.
    pub ty: String,
    /// Keys in the flow style of YAML.
    pub keys: String,
    /// Places where it can be.
    pub places: Vec<Place>,
}

impl Feature {
    /// Whether it can be required in a place.
    pub fn can_be_required(&self, place: Place) -> bool {
        place != Place::Union && !self.keys.contains("default: ")
    }

    /// Whether it can be optional in a place.
    pub fn can_be_optional(&self, place: Place) -> bool {
        place != Place::Path
    }
}

/// Types of single values with the sets of keys that they can have, and a default. The types that are no built-in ones
/// are in `fixtures/service/types.yaml`.
const TYPES: &[(&str, &[&str], &str)] = &[
    (
        "string",
        &[
            "length: 1..=64",
            "length: 3..",
            "chars: A-Za-z0-9_-",
            "length: ..=8, chars: a-z",
            "pattern: '[a-z][a-z0-9-]*'",
            "pattern: '(?!aws)[a-z]+'",
        ],
        "text",
    ),
    (
        "integer",
        &["range: 1..=100", "range: -5..", "range: ..=9"],
        "1",
    ),
    ("number", &["range: 0.5..=1", "range: 1e-07.."], "0.5"),
    ("boolean", &[], "true"),
    (
        "timestamp",
        &[
            "format: rfc3339",
            "format: epoch-seconds",
            "format: epoch-millis",
            "format: http-date",
        ],
        "",
    ),
    ("json", &[], ""),
    ("bytes", &["length: 1..=64"], ""),
    ("State", &[], "used"),
    ("Size", &["length: ..=64"], "Big"),
    ("Shared", &[], ""),
    ("Choice", &[], ""),
];

/// Containers, and the keys that they allow in addition.
const CONTAINERS: &[(&str, &[&str])] = &[
    ("", &[""]),
    ("list of ", &["", "count: 1..=9"]),
    (
        "map of ",
        &[
            "count: ..=9",
            "keys: {length: 1..=8, chars: a-z, pattern: '[a-z]+'}",
        ],
    ),
    ("list of list of ", &["count: 2.."]),
    ("map of list of ", &[""]),
    ("list of map of ", &["keys: {length: ..=8}"]),
    ("map of map of ", &[""]),
];

/// Keys that every member can have.
const ANYWHERE: &[&str] = &["deprecated: use another one, seen: capture"];

/// Returns all features.
pub fn features() -> Vec<Feature> {
    let mut features = Vec::new();
    for (name, limits, default) in TYPES {
        let is_plain = !matches!(*name, "json" | "bytes" | "Shared" | "Choice");
        for (container, keys) in CONTAINERS {
            let mut places = JSON.to_vec();
            if is_plain && container.is_empty() {
                places.extend([Place::Path, Place::Query, Place::Header]);
            } else if *name == "bytes" && container.is_empty()
                || is_plain && *container == "list of "
            {
                places.extend([Place::Query, Place::Header]);
            }
            let mut add = |keys: &[&str], places: &[Place]| {
                let keys: Vec<_> = keys
                    .iter()
                    .filter(|keys| !keys.is_empty())
                    .copied()
                    .collect();
                features.push(Feature {
                    ty: format!("{container}{name}"),
                    keys: keys.join(", "),
                    places: places.to_vec(),
                });
            };
            for keys in *keys {
                add(&[keys], &places);
                for limits in *limits {
                    add(&[keys, limits], &places);
                }
                for anywhere in ANYWHERE {
                    add(&[keys, anywhere], &places);
                }
                // Secrets are in no URL.
                add(&[keys, "sensitive: true"], JSON);
                if *container == "list of " && is_plain {
                    add(&[keys, "list_style: csv"], &[Place::Query, Place::Header]);
                    add(&[keys, "list_style: repeated"], &[Place::Query]);
                }
            }
            if container.is_empty() && is_plain {
                add(&["sensitive: true"], &[Place::Header]);
                if !default.is_empty() {
                    let default = format!("default: {default}");
                    add(&[&default], &[Place::Query, Place::Header, Place::Body]);
                }
            }
        }
    }
    let time = |keys: &str, places: &[Place]| Feature {
        ty: "timestamp".to_owned(),
        keys: keys.to_owned(),
        places: places.to_vec(),
    };
    features.push(time(
        "format: epoch-seconds, default: 1700000000",
        &[Place::Query, Place::Body],
    ));
    features.push(time(
        "default: '2024-01-01T00:00:00Z'",
        &[Place::Query, Place::Body],
    ));
    features
}
