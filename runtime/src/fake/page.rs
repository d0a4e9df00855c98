//! Pages of a list, in the style of its operation.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::answer::Answer;
use super::call::Call;
use super::on::Refused;
use crate::error::ServiceErrorKind;
use crate::paging::{Paginated, Position, Style};
use crate::schema::{Blank, Members, MembersMut, Slot, Source, Value};

/// Number of items per page, if neither the request nor the service says; and the most on one, if the service says none.
const PAGE_SIZE: i64 = 100;

/// The items of a list, and which of them a request is about.
pub(super) struct List<O: Paginated> {
    pub(super) items: Option<Arc<[O::Item]>>,
    pub(super) matching: Option<Arc<Matching<O>>>,
    pub(super) ignores_filters: bool,
}

/// Returns whether an item belongs to the list that a request asks for.
pub(super) type Matching<O> =
    dyn Fn(&Call<O>, &<O as Paginated>::Item) -> bool + Send + Sync + 'static;

impl<O: Paginated> Default for List<O> {
    fn default() -> Self {
        Self {
            items: None,
            matching: None,
            ignores_filters: false,
        }
    }
}

impl<O: Paginated> Clone for List<O> {
    fn clone(&self) -> Self {
        Self {
            items: self.items.clone(),
            matching: self.matching.clone(),
            ignores_filters: self.ignores_filters,
        }
    }
}

impl<O: Paginated> List<O> {
    /// Returns the page that a request asks for.
    pub(super) fn page(&self, call: &Call<O>) -> Result<O::Output, Refused> {
        if self.matching.is_none() && !self.ignores_filters {
            check_filters(call)?;
        }
        let is_asked_for = |item: &&O::Item| match &self.matching {
            Some(matching) => matching(call, item),
            None => true,
        };
        let items = self.items.iter().flat_map(|items| items.iter());
        let items: Vec<&O::Item> = items.filter(is_asked_for).collect();
        let size = page_size(call);
        let start = start(call, size)?;
        let page = items.iter().skip(start).take(size);
        let page: Vec<O::Item> = page.map(|item| (*item).clone()).collect();
        let end = start.saturating_add(page.len());
        let next = (end < items.len()).then(|| token::<O>(end));
        output::<O>(page, next.as_deref(), items.len(), size)
    }
}

/// Refuses a request that sets a parameter which the fake does not interpret.
fn check_filters<O: Paginated>(call: &Call<O>) -> Result<(), Refused> {
    let mut request = call.request().clone();
    // Without the position, what is set is either the page size, or required, or a filter.
    match request.position() {
        Position::Token(value) => *value = None,
        Position::Page(value) | Position::Offset(value) => *value = None,
        Position::Single => {}
    }
    let blank = O::blank();
    let is_required = |name: &str| {
        let members = Members::of(&blank);
        let mut members = members.iter();
        members.any(|member| member.name == name && !member.value.is_absent())
    };
    let set = Members::of(&request);
    let set = set.iter().filter(|member| !member.value.is_absent());
    let filters = set
        .filter(|member| O::PAGING.page_size != Some(member.name) && !is_required(member.name))
        .map(|member| member.name);
    let filters: Vec<&str> = filters
        .chain(call.unknown().iter().map(|(name, _)| name.as_str()))
        .collect();
    if filters.is_empty() {
        return Ok(());
    }
    Err(Refused::Misuse(format!(
        "{} sets {}, which the fake does not interpret: call `On::matching` to say which items it selects, or \
         `On::ignoring_filters`",
        O::NAME,
        filters.join(", ")
    )))
}

/// Returns the number of items on a page: as many as asked for, else the default of the service, and at most the limit.
fn page_size<O: Paginated>(call: &Call<O>) -> usize {
    let paging = O::PAGING;
    if paging.style == Style::Single {
        return usize::MAX;
    }
    let members = Members::of(call.request());
    let limit = members
        .iter()
        .find(|member| paging.page_size == Some(member.name))
        .and_then(|member| member.maximum());
    let default = paging.default_size.unwrap_or(PAGE_SIZE);
    let limit = limit.unwrap_or(default.max(PAGE_SIZE));
    let asked = paging
        .page_size
        .and_then(|name| call.json().get(name)?.as_i64());
    let size = asked.filter(|asked| *asked > 0).unwrap_or(default);
    usize::try_from(size.min(limit)).unwrap_or(usize::MAX)
}

/// Returns the number of items before the page that a request asks for.
fn start<O: Paginated>(call: &Call<O>, size: usize) -> Result<usize, Refused> {
    let invalid = |problem: &str| {
        let answer = Answer::kind(ServiceErrorKind::Invalid);
        Refused::Answer(answer.message(problem.to_owned()))
    };
    match call.request().clone().position() {
        Position::Token(None) | Position::Single => Ok(0),
        Position::Token(Some(token)) => parse_token::<O>(token)
            .ok_or_else(|| invalid("the token is not one that this list has sent")),
        Position::Page(number) => match number.unwrap_or(1) {
            number @ 1.. => {
                let before = usize::try_from(number - 1).unwrap_or(usize::MAX);
                Ok(before.saturating_mul(size))
            }
            _ => Err(invalid("page numbers begin at 1")),
        },
        Position::Offset(offset) => usize::try_from(offset.unwrap_or(0))
            .map_err(|_| invalid("the offset must not be negative")),
    }
}

/// Returns the token of a page. Clients must not look into it, so it looks like nothing.
fn token<O: Paginated>(start: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{start}", O::NAME))
}

fn parse_token<O: Paginated>(token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (name, start) = text.rsplit_once(':')?;
    start.parse().ok().filter(|_| name == O::NAME)
}

/// Returns a page with its items, the way to the next page, and the total.
fn output<O: Paginated>(
    items: Vec<O::Item>,
    next: Option<&str>,
    total: usize,
    size: usize,
) -> Result<O::Output, Refused> {
    let paging = O::PAGING;
    let number = |number: usize| Fact::Integer(i64::try_from(number).unwrap_or(i64::MAX));
    let mut facts = vec![(paging.items, Fact::List)];
    match paging.style {
        Style::Token(token) => facts.extend(next.map(|next| (token, Fact::Text(next)))),
        Style::Marker(marker, more) => {
            facts.extend(next.map(|next| (marker, Fact::Text(next))));
            facts.push((more, Fact::Boolean(next.is_some())));
        }
        Style::Counted | Style::Single => {}
    }
    if let Some(place) = paging.total {
        let cap = paging.total_cap.and_then(|cap| usize::try_from(cap).ok());
        facts.push((place, number(total.min(cap.unwrap_or(usize::MAX)))));
    }
    facts.extend(paging.stated_size.map(|place| (place, number(size))));
    let mut output = O::Output::blank();
    for (place, fact) in facts {
        let names: Vec<&str> = place.split('.').collect();
        if !put(&mut output, &names, fact) {
            return Err(Refused::Misuse(format!("the output has no member {place}")));
        }
    }
    if let Some(list) = O::items(&mut output) {
        *list = items;
    }
    Ok(output)
}

/// Value of a member of a page.
#[derive(Clone, Copy)]
enum Fact<'a> {
    Text(&'a str),
    Integer(i64),
    Boolean(bool),
    /// The items, which are added later: only the way to them must be there.
    List,
}

/// Sets the value at a path, and creates what is absent on the way. Returns whether the path leads to such a value.
fn put(value: &mut dyn Value, path: &[&str], fact: Fact<'_>) -> bool {
    match (value.slot(), path, fact) {
        (Slot::Optional(inner), _, _) => put(inner.get_or_insert(), path, fact),
        (Slot::Record(record), [name, rest @ ..], _) => {
            let mut members = MembersMut::of(record);
            if let Some(member) = members.named(name) {
                return put(member.value, rest, fact);
            }
            // Names in a body that is one member begin inside of it.
            let payload = members
                .iter_mut()
                .find(|member| member.source == Source::Payload);
            payload.is_some_and(|member| put(member.value, path, fact))
        }
        (Slot::List(_), [], Fact::List) => true,
        (Slot::Text(place), [], Fact::Text(text)) => {
            text.clone_into(place);
            true
        }
        (Slot::OptionalText(place), [], Fact::Text(text)) => {
            *place = Some(text.to_owned());
            true
        }
        (Slot::Integer(place), [], Fact::Integer(integer)) => {
            *place = integer;
            true
        }
        (Slot::Boolean(place), [], Fact::Boolean(boolean)) => {
            *place = boolean;
            true
        }
        _ => false,
    }
}
