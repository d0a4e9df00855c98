//! Paging: which page is next, and when a list ends.

mod cursor;
mod mapping;
mod next;
mod pager;
mod paginated;
mod paging;
mod visitor;

pub use cursor::{Cursor, ParseCursorError, Position};
pub use mapping::{Catalogued, Mapping, State};
pub use next::Next;
pub(crate) use pager::Pager;
#[cfg(feature = "catalog")]
pub(crate) use pager::Request as PageRequest;
pub use paginated::Paginated;
#[cfg(feature = "catalog")]
pub(crate) use paginated::nulls;
pub use paging::Paging;
#[cfg(feature = "fake")]
pub(crate) use paging::Style;
pub use visitor::Visitor;
