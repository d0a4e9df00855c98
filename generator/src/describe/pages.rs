//! Paging that the names of parameters and fields suggest. No document states it, so it becomes a proposal.

use heck::ToSnakeCase;

use super::description::{Operation, Paging, Place, Shape, Type, TypeKind};

/// Parameters that usually hold the token of a page.
const TOKENS: [&str; 8] = [
    "page_token",
    "next_token",
    "next_page_token",
    "cursor",
    "marker",
    "next_cursor",
    "page_cursor",
    "continuation_token",
];

/// Parameters that usually hold the size of a page.
const SIZES: [&str; 7] = [
    "limit",
    "page_size",
    "max_results",
    "per_page",
    "max_items",
    "page_limit",
    "count",
];

/// Returns how the pages of an operation may follow each other: a token in the query, the same or the next one in the
/// reply, and exactly one list beside it.
pub(super) fn proposal(operation: &Operation, types: &[Type]) -> Option<Paging> {
    let output = types.get(operation.output?.0)?;
    let TypeKind::Structure(fields) = &output.kind else {
        return None;
    };
    let mut queries = operation
        .parameters
        .iter()
        .filter(|field| field.place == Place::Query && field.shape == Shape::String);
    let request = queries.find(|field| TOKENS.contains(&field.name.to_snake_case().as_str()))?;
    let name = request.name.to_snake_case();
    let is_next = |field: &&super::description::Field| {
        let other = field.name.to_snake_case();
        field.place == Place::Body
            && field.shape == Shape::String
            && (other == name
                || other == format!("next_{name}")
                || TOKENS.contains(&other.as_str()))
    };
    // The next one counts before the one that was sent.
    let mut next = fields.iter().filter(is_next);
    let first = next
        .clone()
        .find(|field| field.name.to_snake_case().starts_with("next"));
    let response = first.or_else(|| next.next())?;
    let mut lists = fields
        .iter()
        .filter(|field| field.place == Place::Body && matches!(field.shape, Shape::List(_)));
    let (Some(items), None) = (lists.next(), lists.next()) else {
        return None;
    };
    let mut sizes = operation.parameters.iter().filter(|field| {
        field.place == Place::Query && SIZES.contains(&field.name.to_snake_case().as_str())
    });
    Some(Paging {
        request: request.name.clone(),
        response: response.name.clone(),
        items: items.name.clone(),
        more: None,
        page_size: sizes.next().map(|field| field.name.clone()),
    })
}
