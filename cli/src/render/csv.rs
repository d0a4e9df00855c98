//! CSV as RFC 4180 has it, for spreadsheets.

use std::borrow::Cow;

use cloud_models::catalog::Model;

use super::status;
use crate::text::visible;
use crate::times::precise;

/// Title of a column, and the text of a model in it.
type Column = (&'static str, fn(&Model) -> Option<String>);

const COLUMNS: [Column; 15] = [
    ("cloud", |model| Some(model.cloud.to_string())),
    ("source", |model| Some(model.source.clone())),
    ("account", |model| model.scope.account.clone()),
    ("region", |model| model.scope.region.clone()),
    ("workspace", |model| model.scope.workspace.clone()),
    ("project", |model| model.scope.project.clone()),
    ("id", |model| Some(model.id.clone())),
    ("name", |model| model.name.clone()),
    ("status", |model| model.status.as_ref().map(status)),
    ("customization", |model| model.customization.clone()),
    ("modality", |model| model.modality.clone()),
    ("base_model", |model| model.base_model.clone()),
    ("version", |model| model.version.clone()),
    ("created", |model| model.created.as_ref().map(precise)),
    ("updated", |model| model.updated.as_ref().map(precise)),
];

/// Without this mark in front, Excel reads UTF-8 in the encoding of the system, and Chinese names wrongly.
const MARK: &str = "\u{feff}";

/// Formats models, with a line of titles.
pub(crate) fn render(models: &[&Model]) -> Result<String, csv::Error> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(MARK.as_bytes().to_vec());
    writer.write_record(COLUMNS.map(|(title, _)| title))?;
    for model in models {
        let cells = COLUMNS.map(|(_, text)| text(model).unwrap_or_default());
        writer.write_record(cells.iter().map(|cell| harmless(cell).into_owned()))?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Characters with which a formula begins, also the wide ones that East Asian input methods write.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// Returns a cell that no spreadsheet takes for a formula and no terminal for a command.
fn harmless(cell: &str) -> Cow<'_, str> {
    match cell.starts_with(FORMULA) {
        // Spreadsheets show such a cell as text, and most hide the mark.
        true => format!("'{}", visible(cell)).into(),
        false => visible(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1"] {
            assert!(harmless(cell).starts_with('\''), "{cell:?}");
        }
        for cell in ["model", "a=b", "财务", ""] {
            assert_eq!(harmless(cell), cell);
        }
        assert_eq!(harmless("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
    }
}
