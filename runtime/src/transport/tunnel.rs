//! The request for a tunnel through an HTTP proxy, and its response.

use http::{StatusCode, Uri};

use super::proxy_error::ProxyError;
use crate::config::Proxy;

/// Maximum size of the head of a response to CONNECT.
const MAX_HEAD: usize = 8 << 10;

/// Returns the request for a tunnel to the host of `uri`.
pub(super) fn connect_request(proxy: &Proxy, uri: &Uri) -> Vec<u8> {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(443);
    let mut head =
        format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n").into_bytes();
    if let Some(authorization) = proxy.authorization() {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(authorization.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// Judges what was received of the response to CONNECT; `None` if more is needed.
///
/// In TLS the server does not speak first, so nothing may follow the head of a success. A refusal is known from its first
/// line.
pub(super) fn judge_response(proxy: &Proxy, received: &[u8]) -> Option<Result<(), ProxyError>> {
    let not_http = || Some(Err(ProxyError::not_http(proxy)));
    let too_long = received.len() >= MAX_HEAD;
    let Some(line) = received.windows(2).position(|pair| pair == b"\r\n") else {
        return if too_long { not_http() } else { None };
    };
    let Some(status) = received.get(..line).and_then(parse_status) else {
        return not_http();
    };
    if !status.is_success() {
        return Some(Err(ProxyError::refused(proxy, status)));
    }
    match received.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(end) if end + 4 == received.len() => Some(Ok(())),
        None if !too_long => None,
        _ => not_http(),
    }
}

/// Parses a status line: `HTTP/1.1 407 Proxy Authentication Required`.
fn parse_status(line: &[u8]) -> Option<StatusCode> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let (minor, rest) = rest.split_first()?;
    let rest = rest.strip_prefix(b" ")?;
    let digits = rest.get(..3)?;
    let ends = rest.get(3).is_none_or(|byte| *byte == b' ');
    match minor.is_ascii_digit() && ends {
        true => StatusCode::from_bytes(digits).ok(),
        false => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ProxyConfig;

    #[test]
    fn responses_to_connect_are_judged_as_soon_as_possible() {
        let config = ProxyConfig::new("http://user:password@proxy:1").unwrap();
        let proxy = config.for_scheme("https").unwrap().unwrap();
        let judge = |received: &[u8]| {
            judge_response(proxy, received)
                .map(|judged| judged.map_err(|error| (error.is_permanent(), error.to_string())))
        };
        assert!(judge(b"").is_none());
        assert!(judge(b"HTTP/1.1 200 OK\r\nx: y\r\n").is_none());
        assert_eq!(judge(b"HTTP/1.1 200 OK\r\nx: y\r\n\r\n"), Some(Ok(())));
        assert_eq!(judge(b"HTTP/1.0 200\r\n\r\n"), Some(Ok(())));
        assert!(judge(&[b'a'; 100]).is_none());
        for (received, permanent) in [
            (&b"HTTP/1.1 407 X\r\n"[..], true),
            (b"HTTP/1.1 403 X\r\n", true),
            (b"HTTP/1.1 401 X\r\n", true),
            (b"HTTP/1.1 500 X\r\n", false),
            (b"HTTP/1.1 503 X\r\n", false),
            (b"HTTP/1.1 302 X\r\n", false),
            (b"HTTP/1.1 200 OK\r\n\r\nmore", false),
            (b"HTTP/1.1 2000 OK\r\n\r\n", false),
            (b"HTTP/1.1 2x0 OK\r\n\r\n", false),
            (b"HTTP/2 200 OK\r\n\r\n", false),
            (b"SSH-2.0-x\r\n", false),
            (&[b'a'; MAX_HEAD], false),
        ] {
            let (is_permanent, text) = judge(received).unwrap().unwrap_err();
            assert_eq!(is_permanent, permanent, "{text}");
            assert!(text.contains("http://proxy:1"), "{text}");
            assert!(!text.contains("password"), "{text}");
        }
        let mut long = b"HTTP/1.1 200 OK\r\n".to_vec();
        long.resize(MAX_HEAD, b'a');
        assert!(judge(&long).unwrap().is_err());
    }

    #[test]
    fn tunnels_are_requested_with_login() {
        let config = ProxyConfig::new("http://user:password@proxy:1").unwrap();
        let proxy = config.for_scheme("https").unwrap().unwrap();
        let request = connect_request(proxy, &"https://example.com/path".parse().unwrap());
        assert_eq!(
            String::from_utf8(request).unwrap(),
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\
             Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==\r\n\r\n"
        );
    }
}
