//! Requests out of bytes, and chunks.

use super::Request;
use super::request::check_headers;

const MAX_HEAD: usize = 1 << 20;
const MAX_BODY: usize = 64 << 20;

pub(super) fn frame(chunk: &[u8]) -> Vec<u8> {
    let mut frame = format!("{:x}\r\n", chunk.len()).into_bytes();
    frame.extend_from_slice(chunk);
    frame.extend_from_slice(b"\r\n");
    frame
}

pub(super) fn excerpt(data: &[u8]) -> String {
    let start = &data[..data.len().min(120)];
    format!("{:?}", String::from_utf8_lossy(start))
}

pub(super) enum End {
    Known(usize),
    Unknown { wants_continue: bool },
}

/// Where the request at the start of `data` ends. Also refuses what no more bytes would make a request.
pub(super) fn request_end(data: &[u8]) -> Result<End, String> {
    if !data.first().is_some_and(u8::is_ascii_uppercase) {
        return Err(format!("no method: {}", excerpt(data)));
    }
    let Some(head) = find(data, b"\r\n\r\n") else {
        if find(data, b"\n\n").is_some() {
            return Err(format!(
                "lines without a carriage return: {}",
                excerpt(data)
            ));
        }
        if data.len() > MAX_HEAD {
            return Err(format!("a head of more than {MAX_HEAD} bytes"));
        }
        return Ok(End::Unknown {
            wants_continue: false,
        });
    };
    let start = head + 4;
    let head = Head::parse(&data[..head])?;
    let end = match head.framing()? {
        Framing::Length(length) if length > MAX_BODY => {
            return Err(format!("a body of {length} bytes"));
        }
        Framing::Length(length) => (data.len() - start >= length).then_some(start + length),
        Framing::Chunked => dechunk(&data[start..])?.map(|(_, length)| start + length),
    };
    if end.is_none() && data.len() - start > MAX_BODY {
        return Err(format!("a body of more than {MAX_BODY} bytes"));
    }
    Ok(end.map_or_else(
        || End::Unknown {
            wants_continue: head
                .values("expect")
                .any(|value| value.eq_ignore_ascii_case("100-continue")),
        },
        End::Known,
    ))
}

/// Reads a whole request.
pub(super) fn parse(data: &[u8]) -> Result<Request, String> {
    let end = find(data, b"\r\n\r\n").ok_or("no end of the head")?;
    let head = Head::parse(&data[..end])?;
    let rest = &data[end + 4..];
    let body = match head.framing()? {
        Framing::Length(_) => rest.to_vec(),
        Framing::Chunked => dechunk(rest)?.ok_or("no last chunk")?.0,
    };
    let mut request = Request::new(&head.method, &head.target, head.headers, body);
    request.problems.splice(0..0, head.problems);
    check_headers(&mut request);
    Ok(request)
}

struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    problems: Vec<String>,
}

enum Framing {
    Length(usize),
    Chunked,
}

impl Head {
    fn parse(head: &[u8]) -> Result<Self, String> {
        let mut problems = Vec::new();
        let text = String::from_utf8_lossy(head);
        if std::str::from_utf8(head).is_err() {
            problems.push("the head is not UTF-8".to_owned());
        }
        let mut lines = text.split("\r\n");
        let line = lines.next().unwrap_or_default();
        let parts: Vec<&str> = line.split(' ').collect();
        let &[method, target, version] = parts.as_slice() else {
            return Err(format!("the request line is {line:?}"));
        };
        if !is_token(method) || method.chars().any(|c| c.is_ascii_lowercase()) {
            problems.push(format!("the method is {method:?}"));
        }
        if version != "HTTP/1.1" {
            problems.push(format!("the version is {version:?}"));
        }
        let mut headers = Vec::new();
        for line in lines {
            let Some((name, value)) = line.split_once(':') else {
                return Err(format!("a header without a colon: {line:?}"));
            };
            // Also a folded line, which starts with a space, has no proper name.
            if !is_token(name) {
                problems.push(format!("the name of a header is {name:?}"));
            }
            if value.chars().any(|c| c.is_control() && c != '\t') {
                problems.push(format!("the value of {name} is {value:?}"));
            }
            headers.push((
                name.to_ascii_lowercase(),
                value.trim_matches([' ', '\t']).to_owned(),
            ));
        }
        Ok(Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            problems,
        })
    }

    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn framing(&self) -> Result<Framing, String> {
        let lengths: Vec<&str> = self.values("content-length").collect();
        let encodings: Vec<&str> = self.values("transfer-encoding").collect();
        match (lengths.as_slice(), encodings.as_slice()) {
            ([], []) => Ok(Framing::Length(0)),
            ([length], []) => {
                let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
                digits
                    .then(|| length.parse().ok())
                    .flatten()
                    .map(Framing::Length)
                    .ok_or_else(|| format!("the content length is {length:?}"))
            }
            ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
            _ => Err(format!(
                "content lengths {lengths:?} and transfer encodings {encodings:?}"
            )),
        }
    }
}

/// The content of chunks and their length with framing, once the last is there.
fn dechunk(data: &[u8]) -> Result<Option<(Vec<u8>, usize)>, String> {
    let mut content = Vec::new();
    let mut at = 0;
    loop {
        let Some(length) = find(&data[at..], b"\r\n") else {
            return Ok(None);
        };
        let size = String::from_utf8_lossy(&data[at..at + length]);
        let hex =
            !size.is_empty() && size.len() <= 8 && size.bytes().all(|b| b.is_ascii_hexdigit());
        let size = hex
            .then(|| usize::from_str_radix(&size, 16).ok())
            .flatten()
            .ok_or_else(|| format!("the size of a chunk is {size:?}"))?;
        at += length + 2;
        let Some(chunk) = data.get(at..at + size + 2) else {
            return Ok(None);
        };
        // After the last chunk too: no client here has trailers.
        if !chunk.ends_with(b"\r\n") {
            return Err(format!("a chunk of {size} bytes ends elsewhere"));
        }
        content.extend_from_slice(&chunk[..size]);
        at += size + 2;
        if size == 0 {
            return Ok(Some((content, at)));
        }
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

fn find(data: &[u8], what: &[u8]) -> Option<usize> {
    data.windows(what.len()).position(|window| window == what)
}
