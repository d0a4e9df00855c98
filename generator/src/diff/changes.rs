//! The changes of one service, as comparisons report them.

use super::finding::{Finding, Witness};
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};
use crate::model::Service;

/// The changes of one service.
pub(super) struct Changes {
    /// Module of the new service.
    service: String,
    /// Module of the old service.
    old_service: String,
    pub(super) findings: Vec<Finding>,
    /// Pairs of types whose members are being compared, because one is used instead of the other.
    inside: Vec<(String, String)>,
}

impl Changes {
    pub(super) fn new(old: &Service, new: &Service) -> Self {
        Self {
            service: new.module.clone(),
            old_service: old.module.clone(),
            findings: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// Creates a list for a type that is used instead of another one, or returns `None` within such a comparison of the
    /// same types.
    pub(super) fn of_types(&self, old: &str, new: &str) -> Option<Self> {
        let pair = (old.to_owned(), new.to_owned());
        if self.inside.contains(&pair) {
            return None;
        }
        Some(Self {
            service: self.service.clone(),
            old_service: self.old_service.clone(),
            findings: Vec::new(),
            inside: [&self.inside[..], &[pair]].concat(),
        })
    }

    /// Creates an empty list for a comparison whose findings are parts of one finding.
    pub(super) fn within(&self) -> Self {
        Self {
            service: self.service.clone(),
            old_service: self.old_service.clone(),
            findings: Vec::new(),
            inside: self.inside.clone(),
        }
    }

    pub(super) fn report(
        &mut self,
        rule: Rule,
        path: &[&str],
        (old, new): (Option<String>, Option<String>),
        verdict: Verdict,
        (why, advice): (&'static str, &'static str),
    ) {
        self.findings.push(Finding {
            rule,
            verdict,
            service: self.service.clone(),
            old_service: self.old_service.clone(),
            path: path.iter().map(|key| (*key).to_owned()).collect(),
            old_path: path.iter().map(|key| (*key).to_owned()).collect(),
            old,
            new,
            item: None,
            witness: None,
            compiler: None,
            hint: None,
            why,
            advice,
            old_at: None,
            new_at: None,
        });
    }

    /// Adds what a member looks like in requests and responses to the findings from a position on, if it differs.
    pub(super) fn witness(&mut self, from: usize, before: Option<String>, after: Option<String>) {
        if before == after {
            return;
        }
        let findings = self.findings.iter_mut().skip(from);
        let witness = Witness { before, after };
        for finding in findings.filter(|finding| finding.rule.shows_on_the_wire()) {
            finding.witness = Some(witness.clone());
        }
    }

    /// Adds a hint to the last finding.
    pub(super) fn hint(&mut self, hint: String) {
        if let Some(finding) = self.findings.last_mut() {
            finding.hint = Some(hint);
        }
    }

    /// Reports something that was removed.
    pub(super) fn gone(
        &mut self,
        rule: Rule,
        path: &[&str],
        what: &str,
        verdict: Verdict,
        why: &'static str,
        advice: &'static str,
    ) {
        self.report(
            rule,
            path,
            (Some(what.to_owned()), None),
            verdict,
            (why, advice),
        );
    }

    /// Reports something that was added.
    pub(super) fn came(
        &mut self,
        rule: Rule,
        path: &[&str],
        what: &str,
        verdict: Verdict,
        why: &'static str,
        advice: &'static str,
    ) {
        self.report(
            rule,
            path,
            (None, Some(what.to_owned())),
            verdict,
            (why, advice),
        );
    }

    /// Reports a changed value, if the values differ.
    pub(super) fn changed<T: PartialEq + ?Sized>(
        &mut self,
        rule: Rule,
        path: &[&str],
        (old, new): (&T, &T),
        show: impl Fn(&T) -> String,
        verdict: Verdict,
        words: (&'static str, &'static str),
    ) {
        if old != new {
            let values = (Some(show(old)), Some(show(new)));
            self.report(rule, path, values, verdict, words);
        }
    }

    /// Reports changed documentation, if it differs.
    pub(super) fn docs(&mut self, path: &[&str], old: &[String], new: &[String]) {
        let shown = |lines: &[String]| lines.join("\n");
        let words = ("documentation only", "nothing");
        self.changed(
            Rule::DocsChanged,
            path,
            (old, new),
            shown,
            Verdict::HARMLESS,
            words,
        );
    }

    /// Reports a deprecation of an argument of `new`, of which the compiler warns nobody.
    pub(super) fn deprecated_argument(
        &mut self,
        path: &[&str],
        (old, new): (Option<&String>, Option<&String>),
    ) {
        let rule = match (old, new) {
            (None, Some(_)) => Rule::Deprecated,
            (Some(_), None) => Rule::DeprecationLifted,
            (old, new) => return self.deprecation(path, old, new),
        };
        let words = (
            "callers of `new` get no warning, since they do not name its arguments",
            "nothing",
        );
        self.report(
            rule,
            path,
            (old.cloned(), new.cloned()),
            Verdict::HARMLESS,
            words,
        );
    }

    /// Reports a deprecation that was added or removed.
    pub(super) fn deprecation(
        &mut self,
        path: &[&str],
        old: Option<&String>,
        new: Option<&String>,
    ) {
        let values = (old.cloned(), new.cloned());
        match (old, new) {
            (None, Some(_)) => self.report(
                Rule::Deprecated,
                path,
                values,
                Verdict::new(Wire::Safe, Api::Minor, Behaviour::Same),
                (
                    "users get a warning of the compiler",
                    "say in the reason what to use instead",
                ),
            ),
            (Some(_), None) => self.report(
                Rule::DeprecationLifted,
                path,
                values,
                Verdict::HARMLESS,
                ("the warning of the compiler is gone", "nothing"),
            ),
            (Some(old), Some(new)) => {
                self.docs(path, std::slice::from_ref(old), std::slice::from_ref(new))
            }
            (None, None) => {}
        }
    }
}
