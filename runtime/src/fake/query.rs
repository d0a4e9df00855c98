//! Decodes queries and paths, for the judge of signatures and for parameters alike.

/// Name and value of a parameter in a query, decoded.
pub(super) type Pair = (Vec<u8>, Vec<u8>);

/// Returns the decoded names and values of a query. Gateways take a plus for a space, which clients write as `%20`.
pub(super) fn pairs(query: &str) -> Result<Vec<Pair>, String> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| Ok((unescape(name, true)?, unescape(value, true)?)))
        .collect()
}

/// Returns the pairs of a query of texts.
pub(super) fn texts(query: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = pairs(query)?.into_iter();
    let text = |bytes| String::from_utf8(bytes).map_err(|_| NOT_UTF8.to_owned());
    pairs
        .map(|(name, value)| Ok((text(name)?, text(value)?)))
        .collect()
}

/// Returns the text of a label in a path.
pub(super) fn label(text: &str) -> Result<String, String> {
    String::from_utf8(unescape(text, false)?).map_err(|_| NOT_UTF8.to_owned())
}

const NOT_UTF8: &str = "the path or query is not UTF-8 after decoding";

/// Percent-decodes a text.
pub(super) fn unescape(text: &str, plus_is_space: bool) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let pair = [rest.next(), rest.next()].map(|digit| {
                    let digit = char::from(digit?).to_digit(16)?;
                    u8::try_from(digit).ok()
                });
                match pair {
                    [Some(high), Some(low)] => high * 16 + low,
                    _ => return Err("an escape in the path or query is incomplete".to_owned()),
                }
            }
            b'+' if plus_is_space => b' ',
            byte => byte,
        });
    }
    Ok(bytes)
}
