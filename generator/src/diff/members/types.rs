//! Types of members, and formats of timestamps.

use super::pair::Pair;
use super::{Group, Kind, Usage};
use crate::diff::changes::Changes;
use crate::diff::renames::Renames;
use crate::diff::rules::Rule;
use crate::diff::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::{Member, Place, TimestampFormat, Ty, Type};

/// Returns a type as specs write it.
pub(in crate::diff) fn type_name(ty: &Ty) -> String {
    match ty {
        Ty::String => "string".to_owned(),
        Ty::Integer => "integer".to_owned(),
        Ty::Number => "number".to_owned(),
        Ty::Boolean => "boolean".to_owned(),
        Ty::Timestamp(_) => "timestamp".to_owned(),
        Ty::Bytes => "bytes".to_owned(),
        Ty::Json => "json".to_owned(),
        Ty::Enum(name) | Ty::Structure(name) | Ty::Union(name) => name.clone(),
        Ty::List(element) => format!("list of {}", type_name(element)),
        Ty::Map(value) => format!("map of {}", type_name(value)),
    }
}

impl Pair<'_> {
    /// Compares the types, and returns whether they differ.
    pub(super) fn ty(&self, changes: &mut Changes, renames: &Renames<'_>) -> bool {
        let old = renames.apply(&self.old.ty);
        // A type that changed its kind has its own finding.
        if old == self.new.ty || type_name(&old) == type_name(&self.new.ty) {
            return false;
        }
        let types = Types {
            is_json: matches!(self.new.place, Place::Body | Place::Payload),
            changes,
            renames,
        };
        let (old, new) = (&self.old.ty, &self.new.ty);
        let sent = self.usage.sent.then(|| types.sent(old, new));
        let received = self.usage.received.then(|| types.received(old, new));
        let mut verdict = sent
            .into_iter()
            .chain(received)
            .fold(Verdict::HARMLESS, Verdict::and);
        // The value of a variant is given as it is, without `impl Into`.
        if self.kind == Kind::Variants {
            verdict.api = Api::Major;
        }
        let mut path = self.path.clone();
        path.push("type");
        let values = (Some(type_name(&self.old.ty)), Some(type_name(&self.new.ty)));
        let words = (
            "values of another type are sent, received or in the API",
            "if both are right, it is a major version",
        );
        changes.report(Rule::TypeChanged, &path, values, verdict, words);
        true
    }

    pub(super) fn timestamp_format(&self, changes: &mut Changes) {
        let format = |member: &Member| match member.ty.innermost() {
            Ty::Timestamp(format) => Some(*format),
            _ => None,
        };
        let (Some(old), Some(new)) = (format(self.old), format(self.new)) else {
            return;
        };
        let mut verdict = Verdict::HARMLESS;
        if self.usage.sent {
            verdict = verdict.and(Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed));
        }
        if self.usage.received {
            verdict = verdict.and(format_received(old, new));
        }
        let path = [&self.path[..], &["format"]].concat();
        let words = match (self.usage.sent, verdict.wire) {
            (true, _) => (
                "times are sent in another format; the API is the same, so nobody sees it",
                "is it a correction of the spec? Released clients send the old format",
            ),
            (false, Wire::Safe) => (
                "replies have times in another format; clients read all of them",
                "nothing",
            ),
            (false, Wire::Risk | Wire::Breaking) => (
                "replies have times in another unit, which released clients read wrongly",
                "is it a correction of the spec? Released clients expect the old unit",
            ),
        };
        changes.changed(
            Rule::TimestampFormatChanged,
            &path,
            (&old, &new),
            |format| format_name(*format).to_owned(),
            verdict,
            words,
        );
    }
}

/// Comparison of types that differ.
struct Types<'a> {
    /// Whether the values are part of a JSON body.
    is_json: bool,
    changes: &'a Changes,
    renames: &'a Renames<'a>,
}

impl Types<'_> {
    /// Returns the verdict on a changed type in requests.
    fn sent(&self, old: &Ty, new: &Ty) -> Verdict {
        const MAJOR: Verdict = Verdict::new(Wire::Safe, Api::Major, Behaviour::Same);
        let is_json = self.is_json;
        match (old, new) {
            // Setters accept `impl Into` of the enum, which includes strings.
            (Ty::String, Ty::Enum(_)) => Verdict::HARMLESS,
            // The same applies to timestamps, but invalid values are then rejected instead of sent.
            (Ty::String, Ty::Timestamp(format)) if !(is_json && is_number(*format)) => {
                Verdict::new(Wire::Safe, Api::None, Behaviour::Changed)
            }
            (Ty::Timestamp(format), Ty::String) if !(is_json && is_number(*format)) => MAJOR,
            (Ty::Enum(_), Ty::String) => MAJOR,
            (Ty::Enum(old), Ty::Enum(new)) if self.has_all_values(old, new) => MAJOR,
            (Ty::Structure(old), Ty::Structure(new)) | (Ty::Union(old), Ty::Union(new)) => {
                self.members(old, new, SENT)
            }
            // The service takes anything.
            (_, Ty::Json) => MAJOR,
            (Ty::Integer, Ty::Number) => MAJOR,
            // A query contains only text.
            (Ty::Integer | Ty::Number | Ty::Boolean, Ty::String) if !is_json => MAJOR,
            (Ty::List(old), Ty::List(new)) | (Ty::Map(old), Ty::Map(new)) => {
                let verdict = self.sent(old, new);
                // Setters convert the elements of a list, but take a list inside of it as it is, such as `Vec<String>`.
                match old.is_container() {
                    true => verdict.and(MAJOR),
                    false => verdict,
                }
            }
            _ => Verdict::new(Wire::Breaking, Api::Major, Behaviour::Same),
        }
    }

    /// Returns the verdict on a changed type in responses.
    fn received(&self, old: &Ty, new: &Ty) -> Verdict {
        let is_text = |ty: &Ty| match ty {
            Ty::String | Ty::Enum(_) => true,
            Ty::Timestamp(format) => !is_number(*format),
            _ => false,
        };
        let wire = match (old, new) {
            (old, new) if is_text(old) && is_text(new) => Wire::Safe,
            // Released clients read every format of a time, and any JSON.
            (Ty::Timestamp(_), new) if is_text(new) => Wire::Safe,
            (Ty::Json, _) => Wire::Safe,
            (Ty::String, Ty::Bytes) => Wire::Safe,
            (Ty::Number, Ty::Integer) => Wire::Safe,
            (Ty::Structure(old), Ty::Structure(new)) | (Ty::Union(old), Ty::Union(new)) => {
                return self.members(old, new, RECEIVED);
            }
            (Ty::List(old), Ty::List(new)) | (Ty::Map(old), Ty::Map(new)) => {
                return self.received(old, new);
            }
            _ => Wire::Breaking,
        };
        Verdict::new(wire, Api::Major, Behaviour::Same)
    }

    /// Returns whether an enum has all values of another one, which released clients send.
    fn has_all_values(&self, old: &str, new: &str) -> bool {
        let Some((Type::Enum(old), Type::Enum(new))) = self.renames.types(old, new) else {
            return false;
        };
        let has = |wire: &String| new.values.iter().any(|other| other.wire == *wire);
        old.values.iter().all(|value| has(&value.wire))
    }

    fn members(&self, old: &str, new: &str, usage: Usage) -> Verdict {
        let verdict = other_members(self.changes, self.renames, (old, new), usage);
        verdict.and(Verdict::new(Wire::Safe, Api::Major, Behaviour::Same))
    }
}

/// Usage of the parameters of operations.
pub(in crate::diff) const SENT: Usage = Usage {
    sent: true,
    received: false,
};
/// Usage of the types of replies.
pub(in crate::diff) const RECEIVED: Usage = Usage {
    sent: false,
    received: true,
};

/// Returns the verdict on a structure or union that is used instead of another one, which follows from their members.
/// The code that uses either is another matter.
pub(in crate::diff) fn other_members(
    changes: &Changes,
    renames: &Renames<'_>,
    (old, new): (&str, &str),
    usage: Usage,
) -> Verdict {
    /// They have nothing in common.
    const OTHER: Verdict = Verdict::new(Wire::Breaking, Api::None, Behaviour::Same);
    // Types that contain themselves are compared once.
    let Some(mut changes) = changes.of_types(old, new) else {
        return Verdict::HARMLESS;
    };
    let kind = match renames.types(old, new) {
        Some((Type::Structure(_), Type::Structure(_))) => Kind::Fields,
        Some((Type::Union(_), Type::Union(_))) => Kind::Variants,
        _ => return OTHER,
    };
    let Some((old, new)) = renames.types(old, new) else {
        return OTHER;
    };
    let (old, new) = (old.members(), new.members());
    let is_in_both = |member: &Member| new.iter().any(|other| other.wire == member.wire);
    if !old.is_empty() && !old.iter().any(is_in_both) {
        return OTHER;
    }
    let group = Group {
        path: &[],
        usage,
        old,
        new,
        kind,
        in_path: &[],
        arguments: (&[], &[]),
        constants: (&[], &[]),
    };
    super::compare(&mut changes, renames, &group);
    let findings = changes.findings.iter();
    findings.fold(Verdict::HARMLESS, |all, each| all.and(each.verdict))
}

/// Returns the verdict on a changed format of timestamps in responses. Numbers are milliseconds if the format says so or
/// if they are large, else seconds.
fn format_received(old: TimestampFormat, new: TimestampFormat) -> Verdict {
    use TimestampFormat::{EpochMillis, EpochSeconds};
    match (old, new) {
        (EpochMillis, EpochSeconds) => Verdict::new(Wire::Breaking, Api::None, Behaviour::Changed),
        (EpochMillis, _) | (_, EpochMillis) => {
            Verdict::new(Wire::Risk, Api::None, Behaviour::Changed)
        }
        _ => Verdict::HARMLESS,
    }
}

/// Whether timestamps of a format are numbers in JSON.
fn is_number(format: TimestampFormat) -> bool {
    matches!(
        format,
        TimestampFormat::EpochSeconds | TimestampFormat::EpochMillis
    )
}

/// Returns the name of a format in specs.
fn format_name(format: TimestampFormat) -> &'static str {
    match format {
        TimestampFormat::Rfc3339 => "rfc3339",
        TimestampFormat::EpochSeconds => "epoch-seconds",
        TimestampFormat::EpochMillis => "epoch-millis",
        TimestampFormat::HttpDate => "http-date",
    }
}
