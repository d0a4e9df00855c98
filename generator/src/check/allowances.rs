//! Suppressions: findings that a spec allows, with reasons.
//!
//! `allow:` in a block suppresses the findings of a rule in that block and in the blocks inside it; at the head, in the
//! whole spec and its samples. Errors can be suppressed in a single sample only. A suppression without a finding is an
//! error, so that none outlives its purpose.

use super::docs::is_left_to_write;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, closest};
use crate::rules::Rule;
use crate::source::Span;
use crate::spec::{Allowances, Entry, Node, Piece, Reason, Spec, TypeKind};

pub(super) fn check(spec: &Spec<'_>, diagnostics: &mut Diagnostics) {
    let mut blocks = blocks(spec);
    let mut allowed = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        for (id, reason) in block.allow {
            let entry = block.node.get("allow").and_then(|node| node.entry(id));
            let span = entry.map_or(block.node.span, |entry| entry.key_span);
            match rule(spec, id, block, span) {
                Ok(rule) => {
                    reasons(spec, rule, (reason, entry), span, diagnostics);
                    allowed.push(Allowance {
                        block: index,
                        rule,
                        span,
                        is_used: false,
                    });
                }
                Err(finding) => diagnostics.push(*finding),
            }
        }
    }
    if allowed.is_empty() {
        return;
    }
    // The innermost block comes first.
    blocks.sort_by_key(|block| std::cmp::Reverse(block.depth));
    diagnostics.retain(|finding| {
        let mut holding = blocks.iter().filter(|block| block.holds(spec, finding));
        let index = holding.find_map(|block| {
            let mut allowed = allowed.iter();
            allowed.position(|each| each.rule == finding.rule && each.block == block.index)
        });
        match index.and_then(|index| allowed.get_mut(index)) {
            Some(allowance) => {
                allowance.is_used = true;
                false
            }
            None => true,
        }
    });
    // Only a comparison with the vendor's description can tell about those of drift.
    let unused = allowed.iter();
    let unused = unused.filter(|each| !each.is_used && !each.rule.is_of_drift());
    let findings: Vec<_> = unused
        .filter_map(|unused| idle(spec, &blocks, unused, diagnostics))
        .collect();
    findings
        .into_iter()
        .for_each(|finding| diagnostics.push(finding));
}

/// Checks that everything that is suppressed has a reason.
fn reasons(
    spec: &Spec<'_>,
    rule: Rule,
    (reason, entry): (&Reason, Option<&Entry>),
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let mut missing = |span, what: &str| {
        let message = format!("why is {what} allowed here?");
        let finding = spec.finding(Rule::A02, span, message);
        diagnostics.push(finding.help("give the reason, with where it was seen"));
    };
    let parts = match reason {
        Reason::Whole(reason) if is_missing(reason) => return missing(span, rule.id()),
        Reason::Whole(_) => return,
        Reason::Parts(parts) if parts.is_empty() => return missing(span, rule.id()),
        Reason::Parts(parts) => parts,
    };
    for (part, _) in parts.iter().filter(|(_, reason)| is_missing(reason)) {
        let part_of = entry.and_then(|entry| entry.value.entry(part));
        let span = part_of.map_or(span, |part| part.key_span);
        missing(span, &format!("{rule} of `{part}`"));
    }
    if !rule.is_of_drift() {
        let message = format!("{rule} is allowed as a whole");
        let help = "only differences from a vendor's description, from V01 on, are allowed one by one; write the reason as text";
        diagnostics.push(spec.finding(Rule::A02, span, message).help(help));
    }
}

fn is_missing(reason: &str) -> bool {
    reason.trim().is_empty() || is_left_to_write(reason)
}

/// Returns the finding for a suppression that suppressed nothing.
fn idle(
    spec: &Spec<'_>,
    blocks: &[Block<'_>],
    unused: &Allowance,
    diagnostics: &Diagnostics,
) -> Option<Diagnostic> {
    let block = blocks.iter().find(|block| block.index == unused.block)?;
    // An error in the block may have prevented the check for the finding.
    let is_error = |each: &&Diagnostic| {
        each.severity() == Severity::Error && each.rule != Rule::A02 && block.holds(spec, each)
    };
    if diagnostics.iter().any(|each| is_error(&each)) {
        return None;
    }
    // Without any samples, as in a copy of the spec alone, the finding cannot occur.
    if unused.rule.id().starts_with('X') && spec.source.samples.is_empty() {
        return None;
    }
    if let Extent::Sample(path) = &block.extent
        && !has_sample(spec, path)
    {
        let name = path.trim_start_matches('/');
        let names = spec
            .source
            .samples
            .iter()
            .filter_map(|sample| sample.path.rsplit('/').next());
        let finding = spec.finding(Rule::A01, unused.span, format!("there is no sample {name}"));
        return Some(match closest(name, names) {
            Some(near) => finding.help(format!("did you mean {near}?")),
            None => finding.help("its key is `case.kind`, as in `page.response`"),
        });
    }
    let finding = spec.finding(
        Rule::A01,
        unused.span,
        format!("nothing here breaks {}", unused.rule),
    );
    let elsewhere = diagnostics.iter().find(|each| each.rule == unused.rule);
    Some(match elsewhere {
        Some(other) => finding.help(format!(
            "move it to the block around line {}",
            other.at.span.line
        )),
        None => finding.help("delete the allowance"),
    })
}

fn has_sample(spec: &Spec<'_>, path: &str) -> bool {
    spec.source
        .samples
        .iter()
        .any(|sample| sample.path.ends_with(path))
}

struct Allowance {
    block: usize,
    rule: Rule,
    span: Span,
    is_used: bool,
}

/// A block with an `allow` key.
struct Block<'s> {
    index: usize,
    /// Nesting depth of the block.
    depth: usize,
    extent: Extent,
    allow: &'s Allowances,
    /// The node of `allow`.
    node: &'s Node,
}

/// The part of the files that a block covers.
enum Extent {
    /// The lines from its name to its end.
    Lines(Span, (usize, usize)),
    /// A sample, given by the end of its path.
    Sample(String),
    /// A spec and its samples.
    Spec,
}

impl Block<'_> {
    fn holds(&self, spec: &Spec<'_>, finding: &Diagnostic) -> bool {
        let place = &finding.at;
        let is_here = place.file == spec.source.path;
        match &self.extent {
            Extent::Lines(start, end) => {
                let at = (place.span.line, place.span.column);
                is_here && (start.line, start.column) <= at && at < *end
            }
            Extent::Sample(name) => place.file.ends_with(name.as_str()),
            Extent::Spec => true,
        }
    }
}

fn blocks<'s>(spec: &'s Spec<'_>) -> Vec<Block<'s>> {
    fn lines<'s, T>(piece: &Piece<'s, T>) -> (Extent, &'s Node) {
        (Extent::Lines(piece.name_span, piece.node.end), piece.node)
    }
    let mut blocks = Vec::new();
    let mut add = |depth, (extent, node), allow| {
        let index = blocks.len();
        blocks.push(Block {
            index,
            depth,
            extent,
            allow,
            node,
        });
    };
    add(0, (Extent::Spec, spec.head.node), &spec.head.value.allow);
    for code in &spec.codes {
        add(1, lines(code), &code.value.allow);
    }
    for operation in &spec.operations {
        let block = &operation.block;
        add(1, lines(block), &block.value.allow);
        for (_, field) in &operation.parameters {
            add(2, lines(field), &field.value.allow);
        }
        // Without any samples, as in a copy of the spec alone, this cannot be determined.
        let samples = block.node.get("samples");
        let samples = samples.filter(|_| !spec.source.samples.is_empty());
        for entry in samples.map(Node::entries).unwrap_or_default() {
            if let Some(sample) = block.value.samples.get(&entry.key) {
                let path = format!("/{}.{}.json", block.name, entry.key);
                add(2, (Extent::Sample(path), &entry.value), &sample.allow);
            }
        }
    }
    for ty in &spec.types {
        add(1, lines(&ty.block), &ty.block.value.allow);
        for field in ty.fields() {
            add(2, lines(field), &field.value.allow);
        }
        if let TypeKind::Enum(values) = &ty.kind {
            // Values in the short form cannot have an `allow` key.
            let blocks = values.iter().filter(|value| value.node.text().is_none());
            for value in blocks {
                add(2, lines(value), &value.value.allow);
            }
        }
    }
    blocks
}

/// Returns the rule that a suppression names.
fn rule(spec: &Spec<'_>, id: &str, block: &Block<'_>, span: Span) -> Result<Rule, Box<Diagnostic>> {
    let finding = |message: String| spec.finding(Rule::A02, span, message);
    let Ok(rule) = id.parse::<Rule>() else {
        let finding = finding(format!("there is no rule `{id}`"));
        let ids = Rule::ALL.iter().map(|rule| rule.id());
        return Err(match closest(id, ids) {
            Some(near) => finding.did_you_mean(id, near),
            None => finding.help("an allowance is the id of a rule and a reason"),
        }
        .into());
    };
    if !rule.can_be_allowed() {
        let message = format!("{rule} cannot be allowed: the spec would have no meaning");
        return Err(finding(message).help("mend what it reports").into());
    }
    if rule == Rule::V05 || rule.is_of_drift() && matches!(block.extent, Extent::Sample(_)) {
        let message =
            format!("{rule} is about a description of the vendor, which does not have this");
        return Err(finding(message).help("delete the allowance").into());
    }
    if rule == Rule::W08 {
        if block.depth < 2 {
            let message = "W08 is an error, which is allowed beside a parameter only".to_owned();
            return Err(finding(message).help("move it to the parameter").into());
        }
    } else if rule.severity() == Severity::Error && !matches!(block.extent, Extent::Sample(_)) {
        let message = format!("{rule} is an error, which is allowed in a single sample only");
        let help = format!(
            "move it to the operation: `samples: {{page.response: {{allow: {{{rule}: …}}}}}}`"
        );
        return Err(finding(message).help(help).into());
    }
    Ok(rule)
}
