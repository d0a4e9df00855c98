//! Provenance: the descriptions that a spec was written from, and where single facts were seen.

use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::Deserializer;

use super::values::from_text;

/// A document or description that the spec was written from.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    /// Name of the source, such as `botocore`.
    pub(crate) name: String,
    /// Version of the source.
    pub(crate) version: Option<String>,
    /// Format of the source, if a tool can read it.
    #[expect(dead_code, reason = "for readers and for the schema")]
    pub(crate) format: Option<SourceFormat>,
    /// SHA-256 of the file, in lower-case hexadecimal digits.
    #[expect(dead_code, reason = "for readers and for the schema")]
    pub(crate) sha256: Option<Sha256>,
    /// Day on which the source was read: `2026-11-20`.
    pub(crate) date: Option<Date>,
}

/// Format of a machine-readable description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SourceFormat {
    /// `service-2.json` of botocore.
    Botocore,
    /// OpenAPI 3 or Swagger 2.
    Openapi,
}

/// Where a fact was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Seen {
    /// On the vendor's page.
    #[default]
    Page,
    /// In an official SDK or tool, but not on the page.
    Sdk,
    /// In captured requests or responses only.
    Capture,
}

/// A SHA-256 in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sha256;

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let parse = |text: &str| (text.len() == 64 && text.bytes().all(is_digit)).then_some(Self);
        from_text(deserializer, parse, "64 hexadecimal digits in lower case")
    }
}

/// A day: `2026-11-20`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Date(pub(crate) String);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| {
            let parts: Vec<_> = text.split('-').collect();
            let [year, month, day] = parts.as_slice() else {
                return None;
            };
            let number = |text: &str, digits: usize| {
                let fits = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
                fits.then(|| text.parse::<u32>().ok()).flatten()
            };
            number(year, 4)?;
            let fits = (1..=12).contains(&number(month, 2)?) && (1..=31).contains(&number(day, 2)?);
            fits.then(|| Self(text.to_owned()))
        };
        from_text(deserializer, parse, "a date, such as `2026-11-20`")
    }
}
