//! Paging: which page is next, and when a list ends.

mod cursor;
mod next;
mod pager;
mod paginated;
mod visitor;

pub use cursor::{Cursor, ParseCursorError, Position};
pub use next::Next;
pub(crate) use pager::Pager;
pub use paginated::Paginated;
pub use visitor::Visitor;
