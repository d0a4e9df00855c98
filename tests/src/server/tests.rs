use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use flate2::read::GzDecoder;

use super::{Reply, Request, Server, gzip_stored, gzip_zeros};

/// Sends the bytes to a new server and returns the requests and problems that it recorded.
fn exchange(bytes: &[u8]) -> (Vec<Request>, Vec<String>) {
    let server = Server::always(Reply::new(204));
    let mut client = TcpStream::connect(server.authority()).unwrap();
    client.write_all(bytes).unwrap();
    client.shutdown(Shutdown::Write).unwrap();
    client
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut response = Vec::new();
    // A reset is possible, because the server does not read what follows an invalid request.
    let _ = client.read_to_end(&mut response);
    assert!(server.wait_until_closed(Duration::from_secs(10)));
    (server.requests(), server.problems())
}

fn accepted(bytes: impl AsRef<[u8]>) -> Request {
    let (mut requests, problems) = exchange(bytes.as_ref());
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(requests.len(), 1);
    requests.remove(0)
}

fn refused(bytes: impl AsRef<[u8]>) {
    let bytes = bytes.as_ref();
    let (_, problems) = exchange(bytes);
    let text = String::from_utf8_lossy(bytes);
    assert!(!problems.is_empty(), "accepted {text:?}");
}

#[test]
fn valid_requests_have_no_problems() {
    let request =
        accepted("GET /a/%2F?b=%20c&d HTTP/1.1\r\nHost:x \t\r\nX-Any: \t\u{e9}t\u{e9} \r\n\r\n");
    assert_eq!(request.method, "GET");
    assert_eq!(request.target, "/a/%2F?b=%20c&d");
    assert_eq!((&*request.path, &*request.query), ("/a/%2F", "b=%20c&d"));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(request.pairs, [pair("b", " c"), pair("d", "")]);
    assert_eq!(
        request.headers,
        [pair("host", "x"), pair("x-any", "\u{e9}t\u{e9}")]
    );

    let request = accepted("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    assert_eq!(request.body, "abc");
    accepted("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    accepted("GET / HTTP/1.1\r\nHost: x\r\nX-Empty:\r\n\r\n");

    let chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n";
    let request = accepted(format!(
        "{chunked}3\r\nabc\r\n0A\r\n\r\n23456789\r\n0\r\n\r\n"
    ));
    assert_eq!(request.body, "abc\r\n23456789");
    assert_eq!(accepted(format!("{chunked}0\r\n\r\n")).body, "");

    let many: String = (0..500).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let request = accepted(format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"));
    assert_eq!(request.headers.len(), 501);
}

#[test]
fn requests_may_share_a_connection() {
    let one = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
    let two = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n1";
    let (requests, problems) = exchange(format!("{one}{two}{one}").as_bytes());
    assert!(problems.is_empty(), "{problems:?}");
    let methods: Vec<&str> = requests.iter().map(|r| r.method.as_str()).collect();
    assert_eq!(methods, ["GET", "POST", "GET"]);
}

#[test]
fn invalid_request_lines_are_problems() {
    for line in [
        "",
        " ",
        "GET",
        "GET /",
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET / x HTTP/1.1",
        " GET / HTTP/1.1",
        "\r\nGET / HTTP/1.1",
        "\nGET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "get / HTTP/1.1",
        "Get / HTTP/1.1",
        "G@T / HTTP/1.1",
        "GET / HTTP/1.0",
        "GET / HTTP/2",
        "GET / http/1.1",
        "GET / HTTP/1.1\nX: y",
        "GET / HTTP/1.1\rX: y",
        "GET x HTTP/1.1",
        "GET http://x/ HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "\u{16}\u{3}\u{1}",
    ] {
        refused(format!("{line}\r\nHost: x\r\n\r\n"));
    }
}

#[test]
fn invalid_targets_are_problems() {
    for target in [
        "/%", "/%4", "/%4g", "/%+1", "/[", "/\"", "/<", "/\\", "/^", "/{", "/|", "/#", "/\u{e9}",
        "/\u{1}", "/\u{7f}", "/?a=b+c", "/?a&&b", "/?&a", "/?a&", "/?a=%ff", "/?%ff",
    ] {
        refused(format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    refused(b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n");
}

#[test]
fn invalid_headers_are_problems() {
    for header in [
        "X",
        ": y",
        "X : y",
        " X: y",
        "\tX: y",
        "X: y\r\n folded",
        "X: y\r\n\tfolded",
        "X@: y",
        "X\u{e9}: y",
        "X: \u{0}",
        "X: a\u{1}b",
        "X: \u{7f}",
        "X: \u{85}",
        "X: a\rb",
        "X: a\nY: b",
        "X: a\r\r\nY: b",
        "Host: y",
        "Authorization: a\r\nauthorization: b",
        "Content-Type: a\r\nContent-Type: a",
        "Date: a\r\nDate: a",
        "User-Agent: a\r\nUser-Agent: a",
    ] {
        refused(format!("GET / HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n"));
    }
    refused(b"GET / HTTP/1.1\r\nHost: x\r\nX: \xff\r\n\r\n");
    refused("GET / HTTP/1.1\r\n\r\n");
    refused("GET / HTTP/1.1\r\nHost:\r\n\r\n");
    // Lines that end with a line feed alone.
    refused("GET / HTTP/1.1\nHost: x\n\n");
    refused("GET / HTTP/1.1\r\nHost: x\n\r\n");
    refused("GET / HTTP/1.1\r\nHost: x\r\n\n");
}

#[test]
fn invalid_lengths_are_problems() {
    for (headers, body) in [
        ("", ""),
        ("Content-Length:\r\n", ""),
        ("Content-Length: -1\r\n", ""),
        ("Content-Length: +1\r\n", "a"),
        ("Content-Length: 1 \r\nContent-Length: 1\r\n", "a"),
        ("Content-Length: 1, 1\r\n", "a"),
        ("Content-Length: 0x1\r\n", "a"),
        ("Content-Length: 1.0\r\n", "a"),
        ("Content-Length: 67108865\r\n", ""),
        ("Content-Length: 99999999999999999999\r\n", ""),
        ("Content-Length: 2\r\n", "a"),
        ("Content-Length: 1\r\n", "ab"),
        (
            "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        ("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
        ("Transfer-Encoding: identity\r\n", ""),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
    ] {
        refused(format!("POST / HTTP/1.1\r\nHost: x\r\n{headers}\r\n{body}"));
    }
}

#[test]
fn invalid_chunks_are_problems() {
    for body in [
        "",
        "\r\n\r\n",
        "0",
        "0\r\n",
        "0\n\n",
        "1\r\na\r\n",
        "1\r\nab\r\n0\r\n\r\n",
        "2\r\na\r\n0\r\n\r\n",
        "1\na\n0\n\n",
        " 1\r\na\r\n0\r\n\r\n",
        "1 \r\na\r\n0\r\n\r\n",
        "1;x=y\r\na\r\n0\r\n\r\n",
        "0;x\r\n\r\n",
        "+1\r\na\r\n0\r\n\r\n",
        "0x1\r\na\r\n0\r\n\r\n",
        "g\r\na\r\n0\r\n\r\n",
        "000000001\r\na\r\n0\r\n\r\n",
        "ffffffff\r\na\r\n0\r\n\r\n",
        "ffffffffffffffff\r\na\r\n0\r\n\r\n",
        "0\r\nTrailer: x\r\n\r\n",
    ] {
        let head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
        refused(format!("{head}{body}"));
    }
}

#[test]
fn gzip_streams_decode_to_their_content() {
    let decode = |gzip: &[u8]| {
        let mut content = Vec::new();
        GzDecoder::new(gzip).read_to_end(&mut content).unwrap();
        content
    };
    for count in [0, 1, 1000, 1 << 20, (2 << 20) + 7] {
        let content = decode(&gzip_zeros(count));
        assert_eq!(content.len() as u64, count);
        assert!(content.iter().all(|&byte| byte == 0));
    }
    assert!(gzip_zeros(1 << 30).len() < 2 << 20);
    let data = b"0123456789".repeat(10_000);
    let stored = gzip_stored(&data);
    assert!(stored.len() > data.len());
    assert_eq!(decode(&stored), data);
}
