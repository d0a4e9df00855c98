//! Parsing of requests and framing of chunks.

use bytes::Bytes;
use httparse::{EMPTY_HEADER, Status};

use super::Request;
use super::request::check_headers;

const MAX_HEAD: usize = 1 << 20;
const MAX_HEADERS: usize = 1024;
const MAX_BODY: usize = 64 << 20;

/// Outcome of parsing the bytes received so far.
pub(super) enum Parsed {
    /// A complete request and its length in bytes.
    Complete(Box<Request>, usize),
    /// The start of a request.
    Partial { expects_continue: bool },
}

/// Parses the request at the start of `data`.
///
/// # Errors
///
/// Returns a description of the problem if `data` is not the start of a valid request. Problems that do not affect
/// where the request ends are recorded in [`Request::problems`] instead.
pub(super) fn parse(data: &[u8]) -> Result<Parsed, String> {
    let Some((head, start)) = Head::parse(data)? else {
        return Ok(Parsed::Partial {
            expects_continue: false,
        });
    };
    let rest = &data[start..];
    let body = match head.framing()? {
        Framing::Length(length) if length > MAX_BODY => {
            return Err(format!(
                "body too large: {length} bytes, the limit is {MAX_BODY}"
            ));
        }
        Framing::Length(length) => rest
            .get(..length)
            .map(|body| (Bytes::copy_from_slice(body), length)),
        Framing::Chunked => decode_chunks(rest)?,
    };
    let Some((body, length)) = body else {
        if rest.len() > MAX_BODY {
            return Err(format!("body too large: the limit is {MAX_BODY} bytes"));
        }
        return Ok(Parsed::Partial {
            expects_continue: head
                .values("expect")
                .any(|value| value.eq_ignore_ascii_case("100-continue")),
        });
    };
    let mut request = Request::new(&head.method, &head.target, head.headers, body);
    request.problems.splice(0..0, head.problems);
    check_headers(&mut request);
    Ok(Parsed::Complete(Box::new(request), start + length))
}

/// A parsed request head.
struct Head {
    method: String,
    target: String,
    /// Names in lower case, and values without surrounding whitespace.
    headers: Vec<(String, String)>,
    problems: Vec<String>,
}

/// Framing of a request body.
enum Framing {
    Length(usize),
    Chunked,
}

impl Head {
    /// Parses a request head and returns it with its length, or `None` if it is incomplete.
    fn parse(data: &[u8]) -> Result<Option<(Self, usize)>, String> {
        // `httparse` skips empty lines before a request and accepts lower case methods.
        if !data.first().is_some_and(u8::is_ascii_uppercase) {
            return Err(format!("invalid method: {}", excerpt(data)));
        }
        let mut headers = vec![EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let length = match head.parse(data) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) if data.len() > MAX_HEAD => {
                return Err(format!(
                    "request head too large: the limit is {MAX_HEAD} bytes"
                ));
            }
            Ok(Status::Partial) => return Ok(None),
            Err(error) => return Err(format!("{error}: {}", excerpt(data))),
        };
        // `httparse` also accepts lines that end with a line feed alone.
        let mut lines = data[..length].split_inclusive(|&byte| byte == b'\n');
        if !lines.all(|line| line.ends_with(b"\r\n")) {
            return Err(format!(
                "line feed without a carriage return: {}",
                excerpt(data)
            ));
        }
        let method = head.method.unwrap_or_default();
        let mut problems = Vec::new();
        if method.contains(|c: char| c.is_ascii_lowercase()) {
            problems.push(format!("lower case in method {method:?}"));
        }
        if head.version != Some(1) {
            problems.push("invalid HTTP version: must be HTTP/1.1".to_owned());
        }
        let headers = head
            .headers
            .iter()
            .map(|header| {
                let value = String::from_utf8_lossy(header.value);
                // `httparse` accepts all bytes above ASCII.
                if std::str::from_utf8(header.value).is_err() {
                    problems.push(format!("value of {} is not UTF-8: {value:?}", header.name));
                }
                if value.contains(|c: char| c.is_control() && c != '\t') {
                    problems.push(format!(
                        "control character in value of {}: {value:?}",
                        header.name
                    ));
                }
                (header.name.to_ascii_lowercase(), value.into_owned())
            })
            .collect();
        let head = Self {
            method: method.to_owned(),
            target: head.path.unwrap_or_default().to_owned(),
            headers,
            problems,
        };
        Ok(Some((head, length)))
    }

    /// Returns all values of a header. `name` must be in lower case.
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Returns how the end of the body is determined.
    fn framing(&self) -> Result<Framing, String> {
        let lengths: Vec<&str> = self.values("content-length").collect();
        let encodings: Vec<&str> = self.values("transfer-encoding").collect();
        match (lengths.as_slice(), encodings.as_slice()) {
            ([], []) => Ok(Framing::Length(0)),
            // The digits are checked because `parse` also accepts a sign.
            ([length], []) => Some(*length)
                .filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()))
                .and_then(|length| length.parse().ok())
                .map(Framing::Length)
                .ok_or_else(|| format!("invalid content length {length:?}")),
            ([], [encoding]) if encoding.eq_ignore_ascii_case("chunked") => Ok(Framing::Chunked),
            _ => Err(format!(
                "unsupported framing: content lengths {lengths:?}, transfer encodings {encodings:?}"
            )),
        }
    }
}

/// Decodes a chunked body and returns its content and its encoded length, or `None` if it is incomplete.
fn decode_chunks(data: &[u8]) -> Result<Option<(Bytes, usize)>, String> {
    let mut content = Vec::new();
    let mut position = 0;
    loop {
        let rest = &data[position..];
        let invalid = || format!("invalid chunk size: {}", excerpt(rest));
        let (line, size) = match httparse::parse_chunk_size(rest).map_err(|_| invalid())? {
            Status::Complete(parsed) => parsed,
            Status::Partial => return Ok(None),
        };
        // `httparse` also accepts an empty size, spaces and chunk extensions.
        let digits = &rest[..line - 2];
        if !(1..=8).contains(&digits.len()) || !digits.iter().all(u8::is_ascii_hexdigit) {
            return Err(invalid());
        }
        let size = usize::try_from(size).map_err(|_| invalid())?;
        let Some(chunk) = rest.get(line..line + size + 2) else {
            return Ok(None);
        };
        // An empty line is also required after the last chunk, because no client sends trailers.
        let Some(chunk) = chunk.strip_suffix(b"\r\n") else {
            return Err(format!("chunk is longer than its size of {size} bytes"));
        };
        content.extend_from_slice(chunk);
        position += line + size + 2;
        if size == 0 {
            return Ok(Some((content.into(), position)));
        }
    }
}

/// Returns the bytes of a chunk with its framing.
pub(super) fn encode_chunk(chunk: &[u8]) -> Vec<u8> {
    let mut encoded = format!("{:x}\r\n", chunk.len()).into_bytes();
    encoded.extend_from_slice(chunk);
    encoded.extend_from_slice(b"\r\n");
    encoded
}

/// Formats the start of the received bytes for a message.
pub(super) fn excerpt(data: &[u8]) -> String {
    let start = &data[..data.len().min(300)];
    format!("{:?}", String::from_utf8_lossy(start))
}
