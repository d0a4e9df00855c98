//! Runs over several pages, compared with those of the official paginators: the same requests in the same order.

use cloud_models_runtime::blocking::Client;
use cloud_models_runtime::codegen::Visitor;
use cloud_models_runtime::{Config, Credentials, Operation, Paginated};
use cloud_models_tests::cases::Case;
use cloud_models_tests::server::{Action, Reply, Server};
use http::Uri;
use serde_json::Value;

use super::all;
use super::requests::pairs;

/// Goes through all pages of a case on a server.
struct Run<'a> {
    case: &'a Case,
    endpoint: &'a str,
}

impl Visitor for Run<'_> {
    type Output = usize;

    fn one<O: Operation>(self) -> usize {
        panic!("{}: {} has no pages", self.case.name, O::NAME)
    }

    /// Returns the number of items.
    fn list<O: Paginated>(self) -> usize {
        let mut input = self.case.input();
        // Settings of the paginator, and the parameters that it sets.
        for (setting, parameter) in [("PageSize", "maxResults"), ("StartingToken", "nextToken")] {
            if let Some(value) = self.case.value["pagination_config"].get(setting) {
                input[parameter] = value.clone();
            }
        }
        let operation: O = serde_json::from_value(input).unwrap();
        let config = Config::new()
            .region(self.case.value["region"].as_str().unwrap())
            .endpoint(self.endpoint)
            .credentials(Credentials::access_key("key", "secret"));
        let client = Client::<O::Service>::new(config).unwrap();
        client
            .items(operation)
            .inspect(|item| assert!(item.is_ok(), "{:?}", item.as_ref().err()))
            .count()
    }

    fn unknown(self) -> usize {
        panic!("{} has an unknown operation", self.case.name)
    }
}

#[test]
fn runs_over_several_pages_send_the_requests_of_the_official_paginators() {
    let mut runs = 0;
    for case in all() {
        let Some(theirs) = case.value["requests"].as_array() else {
            continue;
        };
        let replies = case.value["replies"].as_array().unwrap();
        let script = replies
            .iter()
            .map(|reply| Action::from(Reply::json(200, reply.to_string())));
        let server = Server::in_turn(script.collect::<Vec<_>>());
        let items = cloud_models::visit(
            &case.spec,
            case.operation(),
            Run {
                case: &case,
                endpoint: &server.url(),
            },
        );
        let names = case.value["job_names_by_page"].as_array().unwrap().iter();
        let count: usize = names.map(|page| page.as_array().unwrap().len()).sum();
        assert_eq!(items, count, "{}", case.name);
        let targets = |targets: Vec<String>| -> Vec<_> {
            let uris = targets.iter().map(|target| target.parse::<Uri>().unwrap());
            uris.map(|uri| (uri.path().to_owned(), pairs(&uri)))
                .collect()
        };
        let ours = server.requests();
        let ours = ours.iter().map(|each| each.target.clone());
        let theirs = theirs.iter().map(|each| &each["target"]);
        let theirs = theirs.filter_map(Value::as_str).map(str::to_owned);
        assert_eq!(
            targets(ours.collect()),
            targets(theirs.collect()),
            "{}",
            case.name
        );
        server.assert_no_problems();
        runs += 1;
    }
    assert_eq!(runs, 2);
}
