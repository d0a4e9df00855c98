//! Signing a request and applying the headers, beside the crate `aws-sigv4`.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use cloud_models::AccessKey;
use cloud_models::sign::{AwsSigV4, Request};
use http::{HeaderName, HeaderValue};

use crate::Result;
use crate::measure::{cpu_us, median, ratio};

const HOST: &str = "bedrock.us-east-1.amazonaws.com";
const URL: &str = "https://bedrock.us-east-1.amazonaws.com/custom-models?maxResults=10";

pub fn run(rounds: usize) -> Result<()> {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_715_691_912);
    let key = AccessKey::new("AKIDEXAMPLE", "secret");
    let ours = || {
        let (path, query) = ("/custom-models", "maxResults=10");
        let request = Request {
            method: "GET",
            path,
            query,
            headers: &[("host", HOST)],
            body: b"",
        };
        let signing = AwsSigV4::new("us-east-1", "bedrock").sign(&request, &key, now);
        let mut request = http::Request::builder().uri(URL).body(())?;
        for (name, value) in signing.headers() {
            let mut value = HeaderValue::from_str(value)?;
            value.set_sensitive(true);
            request
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
        Ok(request)
    };
    let identity = Credentials::new("AKIDEXAMPLE", "secret", None, None, "static").into();
    let aws = || {
        let parameters = SigningParams::builder()
            .identity(&identity)
            .region("us-east-1")
            .name("bedrock")
            .time(now)
            .settings(SigningSettings::default())
            .build()?;
        let headers = [("host", HOST)].into_iter();
        let request = SignableRequest::new("GET", URL, headers, SignableBody::Bytes(b""))?;
        let (instructions, _) = sign(request, &parameters.into())?.into_parts();
        let mut request = http::Request::builder().uri(URL).body(())?;
        instructions.apply_to_request_http1x(&mut request);
        Ok(request)
    };
    if ours()?.headers() != aws()?.headers() {
        return Err("the signers add different headers".into());
    }
    let (mut our_us, mut aws_us) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        our_us.push(batch(ours)?);
        aws_us.push(batch(aws)?);
    }
    println!("signer      CPU us  beside aws-sigv4     goal");
    println!(
        "AwsSigV4   {:>7.2}  {:<19}  0.50",
        median(&our_us),
        ratio(&our_us, &aws_us)
    );
    println!("aws-sigv4  {:>7.2}", median(&aws_us));
    Ok(())
}

/// Returns the CPU microseconds of a signature, over enough of them for a clock that ticks slowly.
fn batch(signed: impl Fn() -> Result<http::Request<()>>) -> Result<f64> {
    const REPEATS: u32 = 5000;
    let start = cpu_us()?;
    for _ in 0..REPEATS {
        black_box(signed()?);
    }
    Ok((cpu_us()? - start) / f64::from(REPEATS))
}
