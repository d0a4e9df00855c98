//! Bodies that are parameters of an operation, or the fields of a structure: the same bytes.

use crate::diff::changes::Changes;
use crate::diff::members::{self, Group, Kind, SENT};
use crate::diff::renames::Renames;
use crate::diff::requirements::{self, Requirements};
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Operation, Place, Requirement, Structure, Ty};

/// Parameters, and the arguments of `new` as indices of them.
pub(super) struct Parameters {
    pub(super) members: Vec<Member>,
    pub(super) constructor: Vec<usize>,
}

impl Parameters {
    pub(super) fn of(operation: &Operation) -> Self {
        Self {
            members: operation.members.clone(),
            constructor: operation.constructor.clone(),
        }
    }

    /// Returns those that are not in the body.
    fn beside_body(operation: &Operation) -> Self {
        let is_in_body = |member: &&Member| matches!(member.place, Place::Body | Place::Payload);
        let members = operation
            .members
            .iter()
            .filter(|member| !is_in_body(member));
        let members: Vec<_> = members.cloned().collect();
        let position = |index: &usize| {
            let argument = operation.members.get(*index)?;
            let mut members = members.iter();
            members.position(|member| member.wire == argument.wire)
        };
        Self {
            constructor: operation.constructor.iter().filter_map(position).collect(),
            members,
        }
    }
}

/// What a body consists of.
struct Body<'a> {
    members: Vec<Member>,
    requirements: Vec<Requirement>,
    /// The payload, if it is one.
    payload: Option<&'a Member>,
}

impl<'a> Body<'a> {
    /// Returns the body of an operation, if it is a JSON object.
    fn of(
        operation: &'a Operation,
        structure: impl Fn(&str) -> Option<&'a Structure>,
    ) -> Option<Self> {
        let mut members = operation.members.iter();
        if let Some(payload) = members.find(|member| member.place == Place::Payload) {
            let Ty::Structure(name) = &payload.ty else {
                return None;
            };
            let structure = structure(name)?;
            return Some(Self {
                members: structure.members.clone(),
                requirements: [&operation.requirements[..], &structure.requirements].concat(),
                payload: Some(payload),
            });
        }
        let members = operation
            .members
            .iter()
            .filter(|member| member.place == Place::Body);
        let members: Vec<_> = members.cloned().collect();
        (!members.is_empty()).then(|| Self {
            members,
            requirements: operation.requirements.clone(),
            payload: None,
        })
    }

    /// Returns the members together with the parameters of an operation, which rules may name, too.
    fn with(&self, operation: &Operation) -> Vec<Member> {
        let members = self.members.iter().chain(&operation.members);
        members.cloned().collect()
    }

    fn shown(&self) -> String {
        match self.payload {
            Some(payload) => format!("payload {}", members::type_name(&payload.ty)),
            None => "body".to_owned(),
        }
    }
}

/// Reports parameters in a body that became the fields of a payload, or the other way round, and returns the other
/// parameters. What it means for the wire follows from the members. `None` if the operation has neither.
pub(super) fn compare(
    changes: &mut Changes,
    renames: &Renames<'_>,
    path: &[&str],
    (old, new): (&Operation, &Operation),
) -> Option<[Parameters; 2]> {
    let before = Body::of(old, |name| renames.old_structure(name))?;
    let after = Body::of(new, |name| renames.new_structure(name))?;
    let key = match (before.payload, after.payload) {
        (None, Some(_)) => "payload",
        (Some(_), None) => "body",
        _ => return None,
    };
    // Without any body in common, these are other requests.
    let is_in_both = |member: &Member| after.members.iter().any(|other| other.wire == member.wire);
    if !before.members.iter().any(is_in_both) {
        return None;
    }
    let mut inside = changes.within();
    let group = Group {
        path: &[],
        usage: SENT,
        old: &before.members,
        new: &after.members,
        kind: Kind::Fields,
        in_path: &[],
        arguments: (&[], &[]),
        constants: (&[], &[]),
    };
    members::compare(&mut inside, renames, &group);
    let (olds, news) = (before.with(old), after.with(new));
    requirements::compare(
        &mut inside,
        &[],
        Requirements {
            list: &before.requirements,
            members: &olds,
        },
        Requirements {
            list: &after.requirements,
            members: &news,
        },
    );
    let findings = inside.findings.iter();
    let verdict = findings.fold(Verdict::HARMLESS, |all, each| all.and(each.verdict));
    // An absent payload sends no body, and an object without members is one.
    let is_optional = before.payload.is_some_and(|payload| !payload.required);
    let wire = if is_optional { Wire::Risk } else { Wire::Safe };
    let verdict = verdict.and(Verdict::new(wire, Api::Major, Behaviour::Same));
    let words = match verdict.wire {
        Wire::Safe => (
            "the body has the same members, which are fields of a structure in Rust, or no longer",
            "make it a major version",
        ),
        Wire::Risk | Wire::Breaking => (
            "the body has other members, and they are fields of a structure in Rust, or no longer",
            "check it against a captured request",
        ),
    };
    changes.report(
        Rule::ParameterMoved,
        &[path, &[key]].concat(),
        (Some(before.shown()), Some(after.shown())),
        verdict,
        words,
    );
    Some([old, new].map(Parameters::beside_body))
}
