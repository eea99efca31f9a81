//! The explanation for people: a table, or all about one setting.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::{Explained, Explanation};
use crate::api::integration::Shape;
use crate::diagnostics::escape;
use crate::settings::{Home, Setting};

/// The widest value in the table, in characters.
const WIDEST: usize = 44;

/// One Integration with its settings; with `all` also their documentation and whole values.
#[must_use]
pub fn to_text(of: &Explained, all: bool) -> String {
    let name = match &of.namespace {
        Some(namespace) => format!("{namespace}/{}", of.name),
        None => of.name.clone(),
    };
    let mut text = format!("Integration {} ({})\n\n", escape(&name), escape(&of.place));
    if all {
        for value in &of.values {
            whole(&mut text, value);
        }
        return text;
    }
    let mut rows = vec![["SETTING".to_owned(), "VALUE".to_owned(), "FROM".to_owned()]];
    for value in &of.values {
        rows.push([
            value.name().to_owned(),
            short(&shown(value.value.as_ref())),
            value.from.clone(),
        ]);
        for (beaten, from) in &value.beat {
            let beaten = format!("  beats {}", short(&one_line(beaten)));
            rows.push([String::new(), beaten, from.clone()]);
        }
    }
    write_table(&mut text, &rows);
    write_objects(&mut text, of);
    text
}

fn write_table(text: &mut String, rows: &[[String; 3]]) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells
            .map(|cell| escape(cell).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (first, second) = (width(0), width(1));
    for [setting, value, from] in rows {
        let (value, from) = (escape(value), escape(from));
        let _ = writeln!(text, "{setting:first$}  {value:second$}  {from}");
    }
}

fn write_objects(text: &mut String, of: &Explained) {
    text.push_str("\nRENDERS\n");
    for (kind, name) in &of.renders {
        let _ = writeln!(text, "{kind} {}", escape(name));
    }
    for (kind, reason) in &of.absent {
        let _ = writeln!(text, "no {kind}: {}", escape(reason));
    }
}

fn whole(text: &mut String, value: &Explanation) {
    documentation(text, value.setting, value.home);
    let _ = writeln!(text, "\n  value: {}", indented(value.value.as_ref()));
    let _ = writeln!(text, "  from:  {}", escape(&value.from));
    for (beaten, from) in &value.beat {
        let beaten = short(&one_line(beaten));
        let _ = writeln!(text, "  beats: {} ({})", escape(&beaten), escape(from));
    }
}

/// What a setting is for and where it is written.
#[must_use]
pub fn about(setting: &'static Setting) -> String {
    let mut text = String::new();
    for shape in [Shape::Current, Shape::Legacy] {
        let home = setting.home(shape);
        if home.field.is_some() || home.key.is_some() {
            documentation(&mut text, setting, home);
            break;
        }
    }
    text
}

fn documentation(text: &mut String, setting: &'static Setting, home: &'static Home) {
    let _ = writeln!(text, "{}\n  {}\n", super::name_in(home), setting.doc);
    let _ = writeln!(text, "  takes: {}", (setting.takes)());
    if let Some(field) = home.field {
        let _ = writeln!(text, "  field: spec.{field}");
    }
    if let Some((map, key)) = home.key {
        let _ = writeln!(text, "  key:   {key} in the ConfigMap {}", map.as_str());
    }
    if let Some(shipped) = home.shipped {
        let shipped = shipped.trim_end().replace('\n', "\n         ");
        let _ = writeln!(text, "  shipped: {shipped}");
    }
}

/// A value in one line.
fn shown(value: Option<&Json>) -> String {
    match value {
        None => "-".to_owned(),
        Some(Json::String(text)) if text.is_empty() => "\"\"".to_owned(),
        Some(Json::String(text)) => text.clone(),
        Some(Json::Array(items)) if items.is_empty() => "-".to_owned(),
        Some(Json::Array(items)) if items.iter().all(|item| !item.is_object()) => {
            let items = items.iter().map(|item| shown(Some(item)));
            items.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

fn indented(value: Option<&Json>) -> String {
    match value {
        Some(value @ (Json::Object(_) | Json::Array(_))) => {
            let yaml = crate::yaml::to_yaml(value);
            let lines = yaml.trim_end().lines();
            lines.fold(String::new(), |text, line| text + "\n    " + &escape(line))
        }
        value => escape(&shown(value)),
    }
}

/// What a layer has, as it is written there.
fn one_line(written: &str) -> String {
    let mut lines = written.trim().lines();
    let first = lines.next().unwrap_or_default().trim();
    let first = match first {
        // A block text starts on the next line.
        "|" | "|-" | "|+" | ">" | ">-" => lines.next().unwrap_or_default().trim(),
        first => first,
    };
    match lines.next() {
        Some(_) => format!("{first} ..."),
        None => first.to_owned(),
    }
}

fn short(text: &str) -> String {
    let text = text.replace('\n', " ");
    if text.chars().count() <= WIDEST {
        return text;
    }
    let cut: String = text.chars().take(WIDEST - 3).collect();
    format!("{}...", cut.trim_end())
}
