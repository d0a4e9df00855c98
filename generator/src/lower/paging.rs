//! Pages, and what their items mean in a catalog.

use std::collections::BTreeSet;
use std::iter;

use super::members::{rust_name, timestamp_format, ty};
use crate::model::{Catalog, FieldPath, Paging, PagingStyle, Place, Ty};
use crate::spec::{self, Field, Piece, Spec};

pub(super) fn lower_paging(
    spec: &Spec<'_>,
    operation: &spec::Operation<'_>,
    paging: &spec::Pagination,
    output: &str,
) -> Option<Paging> {
    let inputs: BTreeSet<_> = spec.inputs().iter().map(|ty| ty.block.name).collect();
    let way = |path: &str| {
        let fields = spec.walk(output, path).ok()?;
        // A payload is the body, not a member of it.
        let is_member =
            |field: &&&Piece<'_, Field>| field.value.from != Some(spec::Source::Payload);
        let wire = fields.iter().filter(is_member);
        let holders = fields.iter().map(|field| field.value.ty.name.as_str());
        let holders = iter::once(output).chain(holders);
        let field = |(field, holder): (&&Piece<'_, Field>, &str)| {
            let is_optional =
                !field.value.required && (inputs.contains(holder) || field.value.ty.is_single());
            (rust_name(field), is_optional)
        };
        Some(FieldPath {
            fields: fields.iter().zip(holders).map(field).collect(),
            wire: wire.map(|field| field.name.to_owned()).collect(),
        })
    };
    let optional_way = |path: &Option<String>| path.as_deref().and_then(way);
    let parameter = |name: &str| {
        let mut fields = operation.parameters.iter().map(|(_, field)| field);
        fields.find(|field| field.name == name)
    };
    let page_size = paging.page_size.as_deref().and_then(parameter);
    let style = match paging.style? {
        spec::PagingStyle::Token => PagingStyle::Token {
            token: optional_way(&paging.response)?,
        },
        spec::PagingStyle::Marker => PagingStyle::Marker {
            marker: optional_way(&paging.response)?,
            more: optional_way(&paging.more)?,
        },
        spec::PagingStyle::PageNumber => PagingStyle::PageNumber {
            total: optional_way(&paging.total),
            size: optional_way(&paging.response_page_size),
        },
        spec::PagingStyle::Offset => PagingStyle::Offset {
            total: optional_way(&paging.total),
        },
        spec::PagingStyle::None => PagingStyle::None,
    };
    let request = match style {
        PagingStyle::None => None,
        _ => Some(rust_name(parameter(paging.request.as_deref()?)?)),
    };
    let list = paging.items.as_deref()?;
    let items = spec.walk(output, list).ok()?.pop()?;
    let format = timestamp_format(&items.value, Place::Body);
    let Ty::List(item) = ty(spec, &items.value.ty, format) else {
        return None;
    };
    Some(Paging {
        style,
        request,
        items: way(list)?,
        item: *item,
        page_size: page_size.map(rust_name),
        total_cap: paging.total_cap,
    })
}

pub(super) fn lower_catalog(catalog: &spec::CatalogBlock) -> Catalog {
    let owned = |(key, path): (&str, &str)| (key.to_owned(), path.to_owned());
    let workspace = catalog.workspace.as_deref();
    let workspace = workspace.map(|parameter| ("workspace", parameter));
    let statuses = catalog.statuses.iter().map(|(text, status)| {
        let state = match status {
            spec::CatalogStatus::Ready => "Ready",
            spec::CatalogStatus::Pending => "Pending",
            spec::CatalogStatus::Failed => "Failed",
        };
        (text.clone(), state.to_owned())
    });
    Catalog {
        paths: catalog.paths().chain(workspace).map(owned).collect(),
        statuses: statuses.collect(),
    }
}
