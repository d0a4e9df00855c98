//! Endpoints: hosts and regions.

use super::{BEHAVIOUR, ELSEWHERE, option};
use crate::diff::changes::Changes;
use crate::diff::rules::Rule;
use crate::model::Service;

pub(super) fn endpoint(changes: &mut Changes, old: &Service, new: &Service) {
    let (old, new) = (&old.endpoint, &new.endpoint);
    let words = (
        "requests, and credentials with them, go to another host",
        "make sure that the vendor owns it, and that it speaks the same",
    );
    changes.changed(
        Rule::EndpointChanged,
        &["endpoint", "url"],
        (&old.url, &new.url),
        String::clone,
        ELSEWHERE,
        words,
    );
    let shown = |domains: &Vec<_>| {
        let rows = domains.iter().map(
            |crate::model::Domain {
                 regions,
                 plain,
                 dual_stack,
             }| {
                format!(
                    "{}: {plain}, {dual_stack}",
                    if regions.is_empty() {
                        "*".to_owned()
                    } else {
                        regions.join(" ")
                    }
                )
            },
        );
        rows.collect::<Vec<_>>().join("; ")
    };
    changes.changed(
        Rule::EndpointChanged,
        &["endpoint", "domains"],
        (&old.domains, &new.domains),
        shown,
        ELSEWHERE,
        words,
    );
    let words = (
        "programs that name no region go to another one",
        "say so in the changelog",
    );
    changes.changed(
        Rule::DefaultRegionChanged,
        &["endpoint", "default_region"],
        (&old.default_region, &new.default_region),
        option,
        BEHAVIOUR,
        words,
    );
}
