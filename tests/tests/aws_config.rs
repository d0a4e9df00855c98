//! Use of an AWS SDK configuration by our client: from files and environment variables to requests.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use cloud_models::Credentials;
use cloud_models_tests::clouds::Cloud;
use cloud_models_tests::server::{Reply, Request, Server};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A home folder with the configuration files of the AWS CLI.
struct Home(PathBuf);

impl Home {
    fn new(name: &str, config: &str, credentials: &str) -> Self {
        let home = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("aws-home-{name}"));
        let folder = home.join(".aws");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("config"), config).unwrap();
        fs::write(folder.join("credentials"), credentials).unwrap();
        Self(home)
    }

    /// Runs the example `profile` with only these variables in its environment.
    fn run(&self, variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_profile"));
        command
            .env_clear()
            .env("HOME", &self.0)
            .env("USERPROFILE", &self.0)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(variables.iter().copied());
        for kept in ["SystemRoot", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.output().unwrap()
    }
}

fn names(output: &Output) -> Vec<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8_lossy(&output.stdout);
    let names = lines.lines().filter_map(|line| line.split(' ').next());
    names.map(str::to_owned).collect()
}

fn bedrock(keys: Credentials) -> Server {
    let cloud = Cloud::new("aws-bedrock", 3, keys);
    Server::start(move |request: &Request, _| cloud.reply(request))
}

/// Returns a profile with a region and a services section that sets the endpoint.
fn profile(server: &Server, more: &str) -> String {
    let url = server.url();
    format!(
        "[default]\nregion = eu-central-1\nservices = local\n{more}\n[services local]\nbedrock =\n  endpoint_url = {url}\n"
    )
}

fn key_file() -> String {
    format!("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {SECRET}\n")
}

#[test]
fn a_profile_gives_region_endpoint_and_keys() {
    let server = bedrock(Credentials::access_key("AKIDEXAMPLE", SECRET));
    let home = Home::new("profile", &profile(&server, ""), &key_file());
    assert_eq!(names(&home.run(&[])), ["model-0", "model-1", "model-2"]);
    let request = server.requests().remove(0);
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains("/eu-central-1/bedrock/"));
}

#[test]
fn a_bearer_token_of_the_service_takes_precedence_over_keys() {
    let server = Server::always(Reply::json(200, r#"{"modelSummaries": []}"#));
    let home = Home::new("token", &profile(&server, ""), &key_file());
    names(&home.run(&[("AWS_BEARER_TOKEN_BEDROCK", "token")]));
    let request = server.requests().remove(0);
    assert_eq!(request.header("authorization"), Some("Bearer token"));
}

#[test]
fn credentials_of_a_container_come_through_our_transport() {
    let server = bedrock(Credentials::access_key("AKIDCONTAINER", SECRET).session_token("session"));
    let answer = format!(
        r#"{{"AccessKeyId": "AKIDCONTAINER", "SecretAccessKey": "{SECRET}", "Token": "session", "Expiration": "2999-01-01T00:00:00Z"}}"#
    );
    let container = Server::always(Reply::json(200, answer));
    let home = Home::new("container", &profile(&server, ""), "");
    let uri = format!("{}/credentials", container.url());
    let output = home.run(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri)]);
    assert_eq!(names(&output).len(), 3);
    assert_eq!(container.requests().len(), 1);
}

#[test]
fn the_number_of_attempts_of_a_profile_is_obeyed() {
    let server = Server::always(Reply::json(500, "{}"));
    let config = profile(&server, "max_attempts = 2");
    let home = Home::new("attempts", &config, &key_file());
    assert!(!home.run(&[]).status.success());
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn fips_and_an_endpoint_exclude_each_other() {
    let server = bedrock(Credentials::access_key("AKIDEXAMPLE", SECRET));
    let config = profile(&server, "use_fips_endpoint = true");
    let home = Home::new("fips", &config, &key_file());
    let output = home.run(&[]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("FIPS"));
    assert!(server.requests().is_empty());
}

#[test]
fn without_credentials_the_error_says_what_was_tried_and_no_secret() {
    let server = bedrock(Credentials::access_key("AKIDEXAMPLE", SECRET));
    let home = Home::new("none", &profile(&server, ""), "");
    let output = home.run(&[]);
    assert!(!output.status.success());
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(stderr.contains("kind: Credentials"), "{stderr}");
    // Retrying is useless until the user adds credentials.
    assert!(stderr.contains("retryable: false"), "{stderr}");
    assert!(server.requests().is_empty());
}
