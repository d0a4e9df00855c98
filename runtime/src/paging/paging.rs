//! [`Paging`]: the members of requests and pages that paging is about, as data.

/// Where an operation and its pages say what page they are, in wire names. Names inside objects are separated by dots.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(
    not(feature = "fake"),
    allow(dead_code, reason = "clients follow pages, and only fakes build them")
)]
pub struct Paging {
    /// The list of a page.
    pub(crate) items: &'static str,
    pub(crate) style: Style,
    /// The total of a page.
    pub(crate) total: Option<&'static str>,
    /// A total that the service never exceeds, however many items there are.
    pub(crate) total_cap: Option<i64>,
    /// The page size that a page states.
    pub(crate) stated_size: Option<&'static str>,
    /// The parameter that sets the page size.
    pub(crate) page_size: Option<&'static str>,
    /// The page size if the parameter is absent.
    pub(crate) default_size: Option<i64>,
}

/// How the next page is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "fake"),
    allow(dead_code, reason = "clients follow pages, and only fakes build them")
)]
pub(crate) enum Style {
    /// By the token in this member of the page.
    Token(&'static str),
    /// By a marker in this member of the page, if the second says that there are more pages.
    Marker(&'static str, &'static str),
    /// By counting items or pages.
    Counted,
    /// There is only one page.
    Single,
}

impl Paging {
    const fn new(items: &'static str, style: Style) -> Self {
        Self {
            items,
            style,
            total: None,
            total_cap: None,
            stated_size: None,
            page_size: None,
            default_size: None,
        }
    }

    /// Each page but the last contains a token.
    pub const fn token(items: &'static str, token: &'static str) -> Self {
        Self::new(items, Style::Token(token))
    }

    /// Each page says whether there are more, and contains the marker of the next.
    pub const fn marker(items: &'static str, marker: &'static str, more: &'static str) -> Self {
        Self::new(items, Style::Marker(marker, more))
    }

    /// Pages are found by their number, or by the number of items before them.
    pub const fn counted(items: &'static str) -> Self {
        Self::new(items, Style::Counted)
    }

    /// There is only one page.
    pub const fn single(items: &'static str) -> Self {
        Self::new(items, Style::Single)
    }

    /// Sets the total of a page.
    pub const fn total(self, total: &'static str) -> Self {
        Self {
            total: Some(total),
            ..self
        }
    }

    /// Sets the total that the service never exceeds.
    pub const fn total_cap(self, cap: i64) -> Self {
        Self {
            total_cap: Some(cap),
            ..self
        }
    }

    /// Sets the member of a page with its page size.
    pub const fn stated_size(self, size: &'static str) -> Self {
        Self {
            stated_size: Some(size),
            ..self
        }
    }

    /// Sets the parameter of the page size.
    pub const fn page_size(self, parameter: &'static str) -> Self {
        Self {
            page_size: Some(parameter),
            ..self
        }
    }

    /// Sets the page size if the parameter is absent.
    pub const fn default_size(self, size: i64) -> Self {
        Self {
            default_size: Some(size),
            ..self
        }
    }

    /// Returns whether pages are found by counting items.
    pub(crate) fn is_counted(&self) -> bool {
        self.style == Style::Counted
    }
}
