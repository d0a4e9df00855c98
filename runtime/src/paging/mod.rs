//! From page to page.

mod cursor;
mod next;
mod pager;
mod paginated;

pub use cursor::{Cursor, ParseCursorError, Position};
pub use next::Next;
pub(crate) use pager::Walk;
pub use paginated::Paginated;
