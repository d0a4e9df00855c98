//! From a vendor's item to a [`Model`].

use super::{Model, Scope, Status};
use crate::paging::{Catalogued, State};
use crate::schema::{Value, View};
use crate::time::Timestamp;

/// Returns the model that an item is.
pub(super) fn model<O: Catalogued, R: From<O::Item>>(
    item: O::Item,
    source: &str,
    scope: &Scope,
) -> Model<R> {
    let mapping = &O::MAPPING;
    let read = |path: Option<&str>| path.and_then(|path| text(at(item.view(), path)));
    let time = |path: Option<&str>| path.and_then(|path| timestamp(at(item.view(), path)));
    let status = read(mapping.status).map(|text| {
        let meaning = mapping.statuses.iter().find(|(known, _)| *known == text);
        match meaning.map(|(_, state)| state) {
            Some(State::Ready) => Status::Ready,
            Some(State::Pending) => Status::Pending,
            Some(State::Failed) => Status::Failed,
            None => Status::Unknown(text),
        }
    });
    let scope = Scope {
        account: read(mapping.account).or_else(|| scope.account.clone()),
        project: read(mapping.project).or_else(|| scope.project.clone()),
        ..scope.clone()
    };
    Model {
        cloud: O::CLOUD.to_owned(),
        source: source.to_owned(),
        scope,
        id: read(Some(mapping.id)).unwrap_or_default(),
        name: read(mapping.name),
        status,
        customization: read(mapping.customization),
        modality: read(mapping.modality),
        base_model: read(mapping.base_model),
        version: read(mapping.version),
        created: time(mapping.created),
        updated: time(mapping.updated),
        raw: Some(R::from(item)),
    }
}

/// Returns the workspace that an operation names.
pub(super) fn workspace<O: Catalogued>(operation: &O) -> Option<String> {
    let parameter = O::MAPPING.workspace?;
    text(at(View::Record(operation), parameter))
}

/// Returns the value at the end of a path of wire names.
fn at<'a>(mut view: View<'a>, path: &str) -> View<'a> {
    for name in path.split('.') {
        let Some(members) = view.members() else {
            return View::Absent;
        };
        let member = members.iter().find(|member| member.name == name);
        view = match member {
            Some(member) => member.value.view(),
            None => View::Absent,
        };
    }
    view
}

/// Returns a value as text. A blank one counts as absent.
fn text(view: View<'_>) -> Option<String> {
    let text = match view {
        View::Text(text) => text.to_owned(),
        View::Integer(number) => number.to_string(),
        View::Number(number) => number.to_string(),
        View::Boolean(value) => value.to_string(),
        View::Timestamp(time) => time.to_string(),
        _ => return None,
    };
    (!text.trim().is_empty()).then_some(text)
}

fn timestamp(view: View<'_>) -> Option<Timestamp> {
    match view {
        View::Timestamp(time) => (!time.as_str().trim().is_empty()).then(|| time.clone()),
        _ => None,
    }
}
