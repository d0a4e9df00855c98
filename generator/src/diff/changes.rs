//! The changes of one service, as comparisons report them.

use super::finding::Finding;
use super::rules::Rule;
use super::verdict::{Api, Behaviour, Verdict, Wire};

/// The changes of one service.
pub(super) struct Changes {
    service: String,
    pub(super) findings: Vec<Finding>,
}

impl Changes {
    pub(super) fn new(service: &str) -> Self {
        Self {
            service: service.to_owned(),
            findings: Vec::new(),
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
            path: path.iter().map(|key| (*key).to_owned()).collect(),
            old,
            new,
            why,
            advice,
            old_at: None,
            new_at: None,
        });
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
