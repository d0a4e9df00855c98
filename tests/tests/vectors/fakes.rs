//! Fakes, which must accept what the official SDKs send, and nothing else.

use std::time::Duration;

use cloud_models::fake::Fake;
use cloud_models::{Credentials, Operation, Paginated, blocking};
use cloud_models_runtime::codegen::{self as rt, Visitor};
use cloud_models_tests::cases::Case;
use cloud_models_tests::judge::{Fixed, captured, clock, signed_headers};
use cloud_models_tests::server::Request;

use super::limits::{OVER_LIMITS, OVER_PATTERNS};
use super::vectors;

/// A request of a case, which the fake of its operation is asked.
struct Ask<'a> {
    case: &'a Case,
    request: &'a Request,
    credentials: &'a Credentials,
}

impl Visitor for Ask<'_> {
    /// The status of the response.
    type Output = u16;

    fn one<O: Operation>(self) -> u16 {
        let fake = Fake::<O::Service>::new().credentials(self.credentials.clone());
        let endpoint = self.case.value["endpoint_override"].as_str();
        let base_path = endpoint.and_then(|url| url.splitn(4, '/').nth(3));
        let fake = fake
            .clock(Fixed(clock(self.case)))
            .base_path(base_path.unwrap_or_default());
        fake.on::<O>().reply(|_| Ok(rt::blank()));
        match blocking::Transport::send(&fake, self.request.to_http(), Duration::MAX) {
            Ok(response) => response.status().as_u16(),
            // A path that is none of the operation's.
            Err(error) => {
                assert!(error.to_string().contains("knows no operation"), "{error}");
                404
            }
        }
    }

    fn list<O: Paginated>(self) -> u16 {
        self.one::<O>()
    }

    fn unknown(self) -> u16 {
        panic!(
            "{} has no operation {}",
            self.case.spec,
            self.case.operation()
        )
    }
}

#[test]
fn fakes_accept_the_requests_of_the_official_sdks_and_no_others() {
    let mut accepted = 0;
    for case in vectors() {
        let Some((request, credentials)) = captured(&case) else {
            continue;
        };
        let ask = |request: &Request| {
            let ask = Ask {
                case: &case,
                request,
                credentials: &credentials,
            };
            cloud_models::visit(&case.spec, case.operation(), ask)
        };
        let is = |(name, _): &(&str, &[&str])| *name == case.name;
        let is_limited = OVER_LIMITS.iter().any(is)
            || cfg!(feature = "patterns") && OVER_PATTERNS.iter().any(is);
        let expected = if is_limited { 400 } else { 200 };
        assert_eq!(ask(&request), expected, "{}", case.name);
        accepted += usize::from(!is_limited);

        // One change of each part: method, path, query, body, and every header that may be signed.
        let mut changed = Vec::new();
        let remade = |method: &str, target: &str, headers: &[(String, String)], body: &[u8]| {
            let headers = headers.iter().map(|(name, value)| (name, value));
            Request::new(method, target, headers, body.to_vec())
        };
        let Request {
            method,
            target,
            headers,
            body,
            ..
        } = &request;
        let is_signed = !request
            .header("authorization")
            .unwrap()
            .starts_with("Bearer");
        if is_signed {
            let other = if method == "GET" { "POST" } else { "PUT" };
            changed.push(("method", remade(other, target, headers, body)));
            let more = if target.contains('?') { "&a=b" } else { "?a=b" };
            changed.push((
                "query",
                remade(method, &format!("{target}{more}"), headers, body),
            ));
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            changed.push((
                "path",
                remade(method, &format!("{path}x?{query}"), headers, body),
            ));
            // Where the path is signed as it is decoded, it still leads to no operation.
            for (at, _) in path.match_indices('/').filter(|(at, _)| *at > 0) {
                let mut other = target.clone();
                other.replace_range(at..=at, "%2F");
                changed.push(("slash", remade(method, &other, headers, body)));
            }
            if case.spec != "baidu-qianfan" {
                let other = [body, b" ".as_slice()].concat();
                changed.push(("body", remade(method, target, headers, &other)));
            }
        }
        let listed = if is_signed {
            signed_headers(&request)
        } else {
            Vec::new()
        };
        for (index, (name, value)) in headers.iter().enumerate() {
            if name != "authorization" && !listed.contains(name) || value.is_empty() {
                continue;
            }
            let mut other = headers.clone();
            let value = &mut other[index].1;
            let last = if value.ends_with('0') { '1' } else { '0' };
            value.pop();
            value.push(last);
            changed.push((name, remade(method, target, &other, body)));
        }
        for (what, request) in changed {
            let status = ask(&request);
            assert!(
                (400..500).contains(&status),
                "{}: {what}: {status}",
                case.name
            );
        }
    }
    assert!(accepted > 300, "only {accepted} cases were accepted");
}
