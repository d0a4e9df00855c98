//! Listings in files: a JSON object with a version, a model a line.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};

use serde_core::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_core::ser::Serialize;
use serde_json::error::Category;

use super::Listing;

/// The version of the format that is written, and the only one that is read.
const VERSION: u64 = 1;

/// The error of a listing that could not be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The file could not be read.
    Io(io::Error),
    /// The file ends in the middle of the listing, or is empty.
    Truncated,
    /// The listing was written by a version of this crate with another format; with the version in the file.
    Version(String),
    /// The file is not a listing; with the reason.
    Invalid(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(f, "the listing could not be read: {error}"),
            Self::Truncated => f.write_str(
                "the listing ends too early: the file is incomplete, so it must not be compared with",
            ),
            Self::Version(version) => write!(
                f,
                "the listing has version {version}, and this program reads version {VERSION} only"
            ),
            Self::Invalid(problem) => write!(f, "the file is not a saved listing: {problem}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl<R> Listing<R> {
    /// Writes the listing as a JSON object, each model and outcome on a separate line. [`Model::raw`](super::Model::raw) is left out.
    ///
    /// # Errors
    ///
    /// Returns the error of the writer.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cloud_models_runtime::catalog::{Listing, Model, Outcome};
    /// let model = Model::new("example-cloud", "production", "m-1");
    /// let mut outcome = Outcome::new("production", "example-cloud");
    /// outcome.count = 1;
    /// let listing: Listing = Listing::new(vec![model], vec![outcome]);
    /// let mut file = Vec::new();
    /// listing.write(&mut file)?;
    /// assert_eq!(Listing::read(file.as_slice())?, listing);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write(&self, mut writer: impl Write) -> io::Result<()> {
        write!(writer, "{{\"version\":{VERSION},\n\"models\":[")?;
        write_lines(&mut writer, &self.models)?;
        write!(writer, "],\n\"outcomes\":[")?;
        write_lines(&mut writer, &self.outcomes)?;
        writeln!(writer, "]}}")?;
        writer.flush()
    }

    /// Reads a listing that [`write`](Self::write) wrote.
    ///
    /// # Errors
    ///
    /// Returns an error if the file could not be read, ends too early, has another version, is not a listing, or lacks models that
    /// a source listed, or has others.
    pub fn read(mut reader: impl Read) -> Result<Self, ReadError> {
        let mut text = Vec::new();
        reader.read_to_end(&mut text).map_err(ReadError::Io)?;
        // Another version may have a form that `Listing` cannot read.
        let Version(version) = from_json(&text)?;
        match version {
            None => Err(ReadError::Invalid("it has no `version`".to_owned())),
            Some(version) if version != VERSION => Err(ReadError::Version(version.to_string())),
            Some(_) => {
                let listing: Self = from_json(&text)?;
                listing.check_counts()?;
                Ok(listing)
            }
        }
    }

    /// Returns an error unless each source has as many models as its outcomes say.
    fn check_counts(&self) -> Result<(), ReadError> {
        // A label that was used twice has two outcomes.
        let mut counts = BTreeMap::new();
        for outcome in &self.outcomes {
            let (expected, _) = counts
                .entry(outcome.source.as_str())
                .or_insert((0u64, 0u64));
            *expected = expected.saturating_add(outcome.count);
        }
        for model in &self.models {
            if let Some((_, found)) = counts.get_mut(model.source.as_str()) {
                *found += 1;
            }
        }
        match counts
            .iter()
            .find(|(_, (expected, found))| expected != found)
        {
            Some((source, (expected, found))) => Err(ReadError::Invalid(format!(
                "source `{source}` listed {expected} models, and the file has {found} of them"
            ))),
            None => Ok(()),
        }
    }
}

fn write_lines(writer: &mut impl Write, values: &[impl Serialize]) -> io::Result<()> {
    for (index, value) in values.iter().enumerate() {
        writer.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *writer, value)?;
    }
    Ok(())
}

fn from_json<'de, T: Deserialize<'de>>(text: &'de [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(text).map_err(|error| {
        // A number that is cut off is a fault of syntax, at the end.
        let last_line = text.split(|byte| *byte == b'\n').enumerate().last();
        let is_at_end = last_line
            .is_some_and(|(index, line)| error.line() > index && error.column() >= line.len());
        match error.classify() {
            Category::Eof => ReadError::Truncated,
            Category::Syntax if is_at_end => ReadError::Truncated,
            _ => ReadError::Invalid(error.to_string()),
        }
    })
}

/// The version of a listing, read before the rest.
struct Version(Option<u64>);

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Version, A::Error> {
                let mut version = None;
                while let Some(name) = map.next_key::<String>()? {
                    if name == "version" {
                        version = Some(map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Version(version))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
