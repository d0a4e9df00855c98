//! The table for terminals: a line for each model.

use cloud_models::catalog::Model;
use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table};
use unicode_width::UnicodeWidthStr as _;

use super::{Tone, status, tone};
use crate::text::{shorten, shorten_middle, visible};
use crate::times::{Zone, short};

/// How a table is shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// Width of the terminal in columns. Without it, nothing is shortened.
    pub(crate) width: Option<usize>,
    pub(crate) colours: bool,
    pub(crate) zone: Zone,
}

/// A column of models. One that is empty is left out.
struct Column {
    title: &'static str,
    text: fn(&Model, Zone) -> String,
    /// The width down to which it is shortened without loss of sense.
    least: usize,
    /// Columns with a higher number are shortened first, and left out first if that is not enough.
    order: usize,
    shorten: fn(&str, usize) -> String,
}

/// Columns up to this order are never left out.
const KEPT: usize = 2;

const COLUMNS: [Column; 7] = [
    Column {
        title: "SOURCE",
        text: |model, _| model.source.clone(),
        least: 16,
        order: 2,
        shorten,
    },
    Column {
        title: "NAME",
        text: |model, _| model.name.clone().unwrap_or_default(),
        least: 20,
        order: 1,
        shorten,
    },
    Column {
        title: "STATUS",
        text: |model, _| model.status.as_ref().map(status).unwrap_or_default(),
        least: 12,
        order: 0,
        shorten,
    },
    Column {
        title: "KIND",
        text: |model, _| model.customization.clone().unwrap_or_default(),
        least: 12,
        order: 5,
        shorten,
    },
    Column {
        title: "BASE MODEL",
        text: |model, _| model.base_model.clone().unwrap_or_default(),
        least: 16,
        order: 6,
        shorten,
    },
    Column {
        title: "CREATED",
        text: |model, zone| {
            let created = model.created.as_ref();
            created.map(|time| short(time, zone)).unwrap_or_default()
        },
        least: 16,
        order: 3,
        shorten,
    },
    Column {
        title: "ID",
        text: |model, _| model.id.clone(),
        least: 16,
        order: 4,
        shorten: shorten_middle,
    },
];

/// Number of blanks between columns.
const GAP: usize = 2;

/// A column with its texts.
struct Texts {
    column: &'static Column,
    title: String,
    texts: Vec<String>,
    width: usize,
}

/// Formats models as a table. Also returns the titles of the columns for which there is no room.
pub(crate) fn render(models: &[&Model], style: Style) -> (String, Vec<&'static str>) {
    let columns = COLUMNS
        .iter()
        .map(|column| texts(column, models, style.zone));
    let mut columns: Vec<_> = columns
        .filter(|column| column.texts.iter().any(|text| !text.is_empty()))
        .collect();
    let left_out = match style.width {
        Some(width) => fit(&mut columns, width),
        None => Vec::new(),
    };
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Disabled);
    match style.colours {
        true => table.enforce_styling(),
        false => table.force_no_tty(),
    };
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(columns.iter().map(|column| {
        Cell::new(shorten(&column.title, column.width)).add_attribute(Attribute::Bold)
    }));
    for (row, model) in models.iter().enumerate() {
        table.add_row(columns.iter().map(|column| {
            let text = column.texts.get(row).map_or("", String::as_str);
            let cell = Cell::new((column.column.shorten)(text, column.width));
            match model.status.as_ref().map(tone) {
                Some(tone) if column.column.title == "STATUS" => coloured(cell, tone),
                _ => cell,
            }
        }));
    }
    let last = columns.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        let gap = if index == last { 0 } else { GAP };
        column.set_padding((0, u16::try_from(gap).unwrap_or_default()));
    }
    let lines = table.lines().map(|line| line.trim_end().to_owned() + "\n");
    (lines.collect(), left_out)
}

fn texts(column: &'static Column, models: &[&Model], zone: Zone) -> Texts {
    let texts = models.iter().map(|model| (column.text)(model, zone));
    let texts: Vec<_> = texts.map(|text| visible(&text).into_owned()).collect();
    let title = match (column.title, zone) {
        ("CREATED", Zone::Utc) => "CREATED (UTC)".to_owned(),
        (title, _) => title.to_owned(),
    };
    let widths = texts.iter().map(|text| text.width());
    let width = widths.max().unwrap_or_default().max(title.width());
    Texts {
        column,
        title,
        texts,
        width,
    }
}

impl Texts {
    /// Returns the width down to which the column is shortened without loss of sense.
    fn least(&self) -> usize {
        let least = self.column.least.max(self.title.width());
        least.min(self.width)
    }
}

/// Makes columns narrower until they fit: to their least widths, then by leaving some out, then as narrow as it takes.
/// Returns the titles of those that are left out.
fn fit(columns: &mut Vec<Texts>, width: usize) -> Vec<&'static str> {
    let total = |columns: &[Texts], of: fn(&Texts) -> usize| {
        let gaps = columns.len().saturating_sub(1) * GAP;
        columns.iter().map(of).sum::<usize>() + gaps
    };
    let mut left_out = Vec::new();
    while total(columns, Texts::least) > width {
        let orders = columns.iter().map(|column| column.column.order);
        let Some(last) = orders.filter(|order| *order > KEPT).max() else {
            break;
        };
        let dropped = columns.extract_if(.., |column| column.column.order == last);
        left_out.extend(dropped.map(|column| column.column.title));
    }
    let mut excess = total(columns, |column| column.width).saturating_sub(width);
    let mut order: Vec<_> = columns.iter_mut().collect();
    order.sort_by_key(|column| std::cmp::Reverse(column.column.order));
    for least in [Texts::least, |_: &Texts| 4] {
        for column in &mut order {
            let cut = excess.min(column.width.saturating_sub(least(column)));
            column.width -= cut;
            excess -= cut;
        }
    }
    left_out
}

fn coloured(cell: Cell, tone: Tone) -> Cell {
    cell.fg(match tone {
        Tone::Good => Color::DarkGreen,
        Tone::Waiting => Color::DarkYellow,
        Tone::Bad => Color::DarkRed,
        Tone::Other => Color::DarkMagenta,
    })
}
