//! Output of the generator for the fixtures, compiled and documented with warnings denied. It must contain no examples
//! that rustdoc would run.
#![deny(warnings, missing_docs, unreachable_pub)]

#[path = "../goldens/documentation.rs"]
pub mod documentation;
#[path = "../goldens/environment.rs"]
pub mod environment;
#[path = "../goldens/errors.rs"]
pub mod errors;
#[path = "../goldens/life_of_names.rs"]
pub mod life_of_names;
#[path = "../goldens/maps.rs"]
pub mod maps;
#[path = "../goldens/minimal.rs"]
pub mod minimal;
#[path = "../goldens/obstacles.rs"]
pub mod obstacles;
#[path = "../goldens/paging.rs"]
pub mod paging;
#[path = "../goldens/parameters.rs"]
pub mod parameters;
#[path = "../goldens/places.rs"]
pub mod places;
#[path = "../goldens/recursion.rs"]
pub mod recursion;
#[path = "../goldens/timestamps.rs"]
pub mod timestamps;
#[path = "../goldens/unions.rs"]
pub mod unions;
#[path = "../goldens/writes.rs"]
pub mod writes;
