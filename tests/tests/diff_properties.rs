//! Properties of the diff over all edits of `fixtures/diff/edits.yaml`: two edits at a time, structures that go both ways,
//! and agreement with what is emitted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use cloud_models_tests::edits::{Edit, edits, try_replaced};
use generator::diff::{Api, Behaviour, Finding, Rule, Verdict, diff};
use generator::model::{Service, Type};
use generator::{SpecSource, read, read_leniently};

fn source(spec: &str) -> SpecSource {
    SpecSource::new("specs/example-models.yaml", spec)
}

/// Returns the service of a spec, which may break rules.
fn model(spec: &str) -> Service {
    read_leniently(&source(spec)).0.expect("it can be read")
}

fn compared(old: &Service, new: &Service) -> Vec<Finding> {
    diff(std::slice::from_ref(old), std::slice::from_ref(new))
}

/// Returns the worst verdict of some findings.
fn verdict<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Verdict {
    let findings = findings.into_iter().map(|finding| finding.verdict);
    findings.fold(Verdict::HARMLESS, |all, each| Verdict {
        wire: all.wire.max(each.wire),
        api: all.api.max(each.api),
        behaviour: all.behaviour.max(each.behaviour),
    })
}

/// Returns whether a verdict is at least as bad as another one, for all three groups.
fn covers(all: Verdict, other: Verdict) -> bool {
    all.wire >= other.wire && all.api >= other.api && all.behaviour >= other.behaviour
}

/// Returns both directions of all edits, with their descriptions.
fn ways() -> Vec<(String, String, String)> {
    let ways = edits().into_iter().flat_map(|edit| {
        let (before, after) = (edit.before(), edit.after());
        let back = (
            format!("back: {}", edit.what),
            after.clone(),
            before.clone(),
        );
        [(edit.what, before, after), back]
    });
    ways.collect()
}

// --- two edits at a time ---

/// Pairs whose verdict is not that of both edits, with the reason.
const TOGETHER: [(&str, &str, &str); 3] = [
    (
        "an operation without output returns a structure",
        "an output without fields gets its first one",
        "only with both, replies need a body, which changes programs",
    ),
    (
        "an operation without output returns a structure without fields",
        "an output without fields gets its first one",
        "only with both, replies need a body, which changes programs",
    ),
    (
        "an operation no longer returns its structure",
        "an output without fields gets its first one",
        "the structure with the field is not read, so no reply needs a body",
    ),
];

/// Returns the paths of the members, or other parts of the spec, that findings are about.
fn members(findings: &[Finding]) -> BTreeSet<Vec<String>> {
    let member = |finding: &Finding| {
        let path: Vec<_> = finding.path.iter().map(String::as_str).collect();
        let length = match path.as_slice() {
            ["operations", _, "request", ..] => 5,
            ["types", _, "fields" | "union" | "enum", ..] => 4,
            ["errors", "codes", ..] => 3,
            _ => path.len(),
        };
        finding.path.iter().take(length).cloned().collect()
    };
    findings.iter().map(member).collect()
}

/// Returns whether findings are about different members, none of which contains another.
fn are_apart(first: &[Finding], second: &[Finding]) -> bool {
    let (first, second) = (members(first), members(second));
    first.iter().all(|a| {
        let mut others = second.iter();
        others.all(|b| !a.starts_with(b) && !b.starts_with(a))
    })
}

/// An edit with its texts and models.
struct Alone {
    edit: Edit,
    texts: [String; 2],
    models: [Service; 2],
    findings: Vec<Finding>,
    /// Operations and types that change.
    holders: BTreeSet<Vec<String>>,
}

impl Alone {
    fn new(edit: Edit) -> Self {
        let texts = [edit.before(), edit.after()];
        let models = texts.each_ref().map(|text| model(text));
        let findings = compared(&models[0], &models[1]);
        // Both are two levels deep in a spec.
        let holder = |each: &Finding| each.path.iter().take(2).cloned().collect();
        Self {
            holders: findings.iter().map(holder).collect(),
            edit,
            texts,
            models,
            findings,
        }
    }
}

/// Two edits of the same spec.
struct Pair<'a> {
    first: &'a Alone,
    second: &'a Alone,
    /// The spec before both and with the first of them, if it is not that of the first edit alone.
    start: Option<[String; 2]>,
    /// The spec with the second edit, and with both.
    end: [String; 2],
}

impl<'a> Pair<'a> {
    /// Returns two edits, or `None` if they need or change the same text.
    fn new(first: &'a Alone, second: &'a Alone) -> Option<Self> {
        let (mut first, mut second) = (first, second);
        let mut lacks = first.edit.lacks(&second.edit);
        // What one of them begins with, the other may be applied to as it is: that costs less.
        if !lacks.is_empty() && second.edit.lacks(&first.edit).is_empty() {
            (first, second, lacks) = (second, first, Vec::new());
        }
        let start = match lacks.is_empty() {
            true => None,
            false => {
                let before = try_replaced(&first.texts[0], &lacks)?;
                let after = first.edit.apply(&before)?;
                Some([before, after])
            }
        };
        let [before, after] = start.as_ref().unwrap_or(&first.texts);
        let end = [second.edit.apply(before)?, second.edit.apply(after)?];
        // In the other order, they lead to the same.
        let is_same = first.edit.apply(&end[0]).as_ref() == Some(&end[1]);
        is_same.then_some(Self {
            first,
            second,
            start,
            end,
        })
    }

    /// Returns the findings on each edit alone and on both, all compared with the same spec.
    fn findings(&self) -> [Vec<Finding>; 3] {
        let start = self.start.as_ref();
        let start = start.map(|texts| texts.each_ref().map(|text| model(text)));
        let (before, first) = match &start {
            Some([before, first]) => (before, compared(before, first)),
            None => (&self.first.models[0], self.first.findings.clone()),
        };
        let is_known = *before == self.second.models[0];
        let second = match is_known {
            true => self.second.findings.clone(),
            false => compared(before, &model(&self.end[0])),
        };
        let both = compared(before, &model(&self.end[1]));
        [first, second, both]
    }

    /// Returns whether none of the specs breaks a rule.
    fn is_valid(&self) -> bool {
        let start = self.start.as_ref().unwrap_or(&self.first.texts);
        let mut specs = start.iter().chain(&self.end);
        specs.all(|spec| !read(&[source(spec)]).1.has_errors())
    }

    /// Returns whether it is in the list.
    fn is_in(&self, list: &[(&str, &str, &str)]) -> bool {
        let whats = BTreeSet::from([&*self.first.edit.what, &*self.second.edit.what]);
        list.iter()
            .any(|(first, second, _)| BTreeSet::from([*first, *second]) == whats)
    }
}

/// Returns the pairs of edits to try: for each two kinds of edits, whose worst findings are of other rules, a pair that
/// changes the same operation or type if there is one, else any. All pairs take many minutes: `DIFF_PAIRS=all` asks for them.
fn pairs(edits: &[Alone]) -> Vec<Pair<'_>> {
    if std::env::var("DIFF_PAIRS").is_ok_and(|which| which == "all") {
        let with_later = |(at, first)| edits.iter().skip(at + 1).map(move |second| (first, second));
        let all = edits.iter().enumerate().flat_map(with_later);
        return all
            .filter_map(|(first, second)| Pair::new(first, second))
            .collect();
    }
    let mut kinds: BTreeMap<Option<Rule>, Vec<&Alone>> = BTreeMap::new();
    for each in edits {
        let worst = each.findings.first().map(|finding| finding.rule);
        kinds.entry(worst).or_default().push(each);
    }
    let kinds: Vec<_> = kinds.values().collect();
    let mut pairs = Vec::new();
    for (at, firsts) in kinds.iter().enumerate() {
        for seconds in &kinds[at..] {
            let mut candidates: Vec<_> = firsts
                .iter()
                .flat_map(|first| seconds.iter().map(move |second| (*first, *second)))
                .filter(|(first, second)| first.edit.what != second.edit.what)
                .collect();
            // Those of one base take the least time.
            candidates.sort_by_cached_key(|(first, second)| {
                let is_apart = first.holders.is_disjoint(&second.holders);
                (is_apart, first.texts[0] != second.texts[0])
            });
            let mut found = candidates.into_iter();
            pairs.extend(found.find_map(|(first, second)| Pair::new(first, second)));
        }
    }
    pairs
}

/// The verdict on two edits together must be at least as bad as on each of them alone, and where they change different
/// members, no worse than both.
#[test]
fn two_edits_mean_what_both_mean() {
    let edits: Vec<_> = edits().into_iter().map(Alone::new).collect();
    let pairs = pairs(&edits);
    let (next, apart) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(pair) = pairs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let [a, b, both] = pair.findings();
            let (found, least) = (verdict(&both), verdict(a.iter().chain(&b)));
            let is_apart = are_apart(&a, &b);
            apart.fetch_add(usize::from(is_apart), Ordering::Relaxed);
            let is_right = covers(found, least) && (!is_apart || found == least);
            // Few pairs break a rule, so this is looked at last.
            if is_right == pair.is_in(&TOGETHER) && pair.is_valid() {
                let (first, second) = (&pair.first.edit.what, &pair.second.edit.what);
                let what = format!("{first} + {second}: {found:?}, {least:?}");
                wrong.lock().unwrap().push(what);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let apart = apart.into_inner();
    let wrong = wrong.into_inner().unwrap();
    println!("{} pairs, {apart} of them apart", pairs.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        pairs.len() > 3_000 && apart > 3_000,
        "{}, {apart}",
        pairs.len()
    );
}

// --- both directions ---

/// Returns a service whose structures and unions are all used in the given directions.
fn used(service: &Service, (sent, received): (bool, bool)) -> Service {
    let mut service = service.clone();
    for ty in &mut service.types {
        let (input, output) = match ty {
            Type::Structure(item) => (&mut item.input, &mut item.output),
            Type::Union(item) => (&mut item.input, &mut item.output),
            Type::Enum(_) => continue,
        };
        (*input, *output) = (sent, received);
    }
    service
}

/// What changes in a structure that is both sent and received must mean at least what it means for either.
#[test]
fn structures_that_go_both_ways_have_the_worse_verdict() {
    let mut wrong = Vec::new();
    for (what, old, new) in ways() {
        let (old, new) = (model(&old), model(&new));
        let of = |way| verdict(&compared(&used(&old, way), &used(&new, way)));
        let (sent, received, both) = (of((true, false)), of((false, true)), of((true, true)));
        if !covers(both, sent) || !covers(both, received) {
            wrong.push(format!("{what}: {both:?} of {sent:?} and {received:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// --- what is emitted ---

/// A change that leaves the generated module as it is must change neither code nor programs.
#[test]
fn verdicts_agree_with_what_is_emitted() {
    let mut wrong = Vec::new();
    let mut same = 0;
    for (what, old, new) in ways() {
        let (before, after) = (model(&old), model(&new));
        let found = verdict(&compared(&before, &after));
        let is_felt = found.api > Api::None || found.behaviour == Behaviour::Changed;
        let is_same = generator::module(&before) == generator::module(&after);
        same += usize::from(is_same);
        if is_same && is_felt {
            wrong.push(format!("{what}: the module is the same, not {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 10, "{same}");
}
