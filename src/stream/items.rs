//! Edits of list documents: items in block and flow style, and the `results` beside them.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value as Json, json};

use crate::yaml::{self, Item, ItemsValue, TopEntry};

use super::edits::{Plan, Planned};
use super::list::List;
use super::text::{Page, Splice};

/// The edits that carry out the plans for items, by their index.
pub(super) fn splices(
    list: &List,
    page: &Page<'_>,
    plans: BTreeMap<usize, Plan<'_>>,
    append: &[Json],
) -> Vec<Splice> {
    let Some(items) = &list.outline.items else {
        return missing(list, page, append);
    };
    match &items.value {
        ItemsValue::Flow { open, items } if list.outline.flow || !items.is_empty() => {
            flow(page, *open, items, plans, append)
        }
        ItemsValue::Null | ItemsValue::Flow { .. } => fill(list, page, &items.span, append),
        ItemsValue::Block(items) => block(list, page, items, plans, append),
        ItemsValue::Other => Vec::new(),
    }
}

/// Puts `items` into a list that has none.
fn missing(list: &List, page: &Page<'_>, append: &[Json]) -> Vec<Splice> {
    if append.is_empty() {
        return Vec::new();
    }
    if list.outline.flow {
        return vec![add_flow_entry(list, page, "items", &json!(append))];
    }
    let column = top_column(list, page);
    let mut text = page.fit("items:\n", column);
    for value in append {
        text += &rendered(page, value, column);
    }
    vec![add_lines(list, page, text)]
}

/// Puts items into a list that is empty or null.
fn fill(list: &List, page: &Page<'_>, span: &Range<usize>, append: &[Json]) -> Vec<Splice> {
    if append.is_empty() {
        return Vec::new();
    }
    let behind = behind_colon(page, span);
    if list.outline.flow {
        let text = format!(" {}", yaml::to_json(&json!(append)));
        return vec![Splice::replace(behind..span.end.max(behind), text)];
    }
    let end = span.end.max(behind);
    let at = page.line_end(end);
    let column = top_column(list, page);
    let text: String = append
        .iter()
        .map(|value| rendered(page, value, column))
        .collect();
    vec![Splice::remove(behind..end), Splice::lines(at..at, text)]
}

/// The place behind the colon of `items`, and behind the anchor and the tag that follow it.
fn behind_colon(page: &Page<'_>, span: &Range<usize>) -> usize {
    let bytes = page.cut(span.start..page.range.end);
    let Some(colon) = memchr::memchr(b':', bytes) else {
        return span.end;
    };
    let mut at = colon + 1;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        match rest.get(blanks) {
            Some(b'&' | b'!') => {
                let word = rest.iter().skip(blanks);
                at += blanks + word.take_while(|b| !b.is_ascii_whitespace()).count();
            }
            _ => return span.start + at,
        }
    }
}

fn block(
    list: &List,
    page: &Page<'_>,
    items: &[Item],
    mut plans: BTreeMap<usize, Plan<'_>>,
    append: &[Json],
) -> Vec<Splice> {
    let mut splices = Vec::new();
    let (Some(head), Some(tail)) = (items.first(), items.last()) else {
        return splices;
    };
    let gone = |plan: &Plan<'_>| matches!(plan.fate, Planned::Drop) && plan.after.is_empty();
    let none_left =
        append.is_empty() && (0..items.len()).all(|index| plans.get(&index).is_some_and(gone));
    if let (true, Some(outline)) = (none_left, &list.outline.items) {
        let behind = behind_colon(page, &outline.span).min(head.marker);
        splices.push(Splice::insert(behind, " []"));
    }
    for (index, item) in items.iter().enumerate() {
        let Some(plan) = plans.remove(&index) else {
            continue;
        };
        let column = page.column(item.marker);
        let mut new = String::new();
        let kept = match plan.fate {
            Planned::Text(edits) => {
                splices.extend(edits);
                true
            }
            Planned::Replace(value) => {
                new += &rendered(page, &value, column);
                false
            }
            Planned::Drop => false,
        };
        for value in plan.after {
            new += &rendered(page, value, column);
        }
        let lines = lines(page, item);
        if kept {
            splices.push(Splice::lines(lines.end..lines.end, new));
        } else if page.indent(item.marker).is_some() {
            splices.push(Splice::lines(lines, new));
        } else {
            // Something else stands before the dash, `: - a`: it keeps its line.
            let end = item.end - usize::from(page.cut(item.start..item.end).ends_with(b"\n"));
            splices.push(Splice::replace(item.marker..end, new.trim()));
        }
    }
    if !append.is_empty() {
        let column = page.column(tail.marker);
        let end = lines(page, tail).end;
        let text: String = append
            .iter()
            .map(|value| rendered(page, value, column))
            .collect();
        splices.push(Splice::lines(end..end, text));
    }
    splices
}

/// The lines of an item of a block list.
fn lines(page: &Page<'_>, item: &Item) -> Range<usize> {
    let end = page.line_end(item.end);
    page.line_start(item.marker)..page.comments_end(end, page.column(item.marker))
}

/// A new item of a block list.
fn rendered(page: &Page<'_>, value: &Json, column: usize) -> String {
    let text = page.fit(&yaml::to_yaml(value), column + 2);
    let body = text.get(column + 2..).unwrap_or_default();
    // A width of `format!` ends at 65,535.
    format!("{}- {body}", " ".repeat(column))
}

fn flow(
    page: &Page<'_>,
    open: usize,
    items: &[Item],
    mut plans: BTreeMap<usize, Plan<'_>>,
    append: &[Json],
) -> Vec<Splice> {
    let mut splices = Vec::new();
    // What was seen since the last item that stays, and where that one ends.
    let mut gone: Option<Range<usize>> = None;
    let mut stays: Option<(usize, usize)> = None;
    for (index, item) in items.iter().enumerate() {
        let mut new: Vec<String> = Vec::new();
        let mut kept = true;
        let mut after: &[Json] = &[];
        if let Some(plan) = plans.remove(&index) {
            after = plan.after;
            match plan.fate {
                Planned::Text(edits) => splices.extend(edits),
                Planned::Replace(value) => {
                    new.push(yaml::to_json(&value));
                    kept = false;
                }
                Planned::Drop => kept = false,
            }
        }
        new.extend(after.iter().map(yaml::to_json));
        if !kept && new.is_empty() {
            let from = gone.map_or(item.start, |range| range.start);
            gone = Some(from..item.end);
            continue;
        }
        if let Some(range) = gone.take() {
            splices.push(Splice::remove(match stays {
                Some((_, end)) => end..range.end,
                None => range.start..item.start,
            }));
        }
        if !new.is_empty() {
            let comma = page.comma(item.start);
            let text = new.join(&comma);
            splices.push(if kept {
                Splice::insert(item.end, comma + &text)
            } else {
                Splice::replace(item.start..item.end, text)
            });
        }
        stays = Some((item.start, item.end));
    }
    let append: Vec<String> = append.iter().map(yaml::to_json).collect();
    match (stays, gone) {
        (Some((start, end)), gone) => {
            if !append.is_empty() {
                let comma = page.comma(start);
                splices.push(Splice::insert(end, comma.clone() + &append.join(&comma)));
            }
            if let Some(range) = gone {
                splices.push(Splice::remove(end..range.end));
            }
        }
        (None, Some(range)) => {
            let comma = page.comma(range.start);
            let end = trailing_comma(page, range.end);
            splices.push(Splice::replace(range.start..end, append.join(&comma)));
        }
        (None, None) if !append.is_empty() => {
            splices.push(Splice::insert(open + 1, append.join(", ")));
        }
        (None, None) => {}
    }
    splices
}

/// The place behind the comma that follows `at`, where one does.
fn trailing_comma(page: &Page<'_>, at: usize) -> usize {
    let rest = page.cut(at..page.range.end);
    let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
    match rest.get(blanks) {
        Some(b',') => at + blanks + 1,
        _ => at,
    }
}

/// The edits that set the `results` of the envelope.
pub(super) fn results(list: &List, page: &Page<'_>, results: &[Json]) -> Vec<Splice> {
    let entries = &list.outline.entries;
    let found = entries.iter().position(|entry| entry.key == "results");
    let flow = list.outline.flow;
    let value = json!(results);
    match found.and_then(|index| Some((index, entries.get(index)?))) {
        None if results.is_empty() => Vec::new(),
        None if flow => vec![add_flow_entry(list, page, "results", &value)],
        None => {
            let mut splice = add_lines(list, page, results_lines(list, page, &value));
            // Blank lines below would be part of its last text when it is read again.
            splice.range.end = page.skip_blank_lines(splice.range.end);
            vec![splice]
        }
        Some((index, entry)) if flow && results.is_empty() => {
            let before = index.checked_sub(1).and_then(|i| entries.get(i));
            vec![Splice::remove(match (entries.get(index + 1), before) {
                (Some(next), _) => entry.start..next.start,
                (None, Some(before)) => before.value.end..entry.value.end,
                (None, None) => entry.start..entry.value.end,
            })]
        }
        Some((_, entry)) if flow => {
            let space = if entry.value.is_empty() { " " } else { "" };
            let text = format!("{space}{}", yaml::to_json(&value));
            vec![Splice::replace(entry.value.clone(), text)]
        }
        Some((_, entry)) => {
            let end = page.skip_blank_lines(entry_end(page, entry));
            let lines = page.line_start(entry.start)..end;
            let text = if results.is_empty() {
                String::new()
            } else {
                results_lines(list, page, &value)
            };
            vec![Splice::lines(lines, text)]
        }
    }
}

fn results_lines(list: &List, page: &Page<'_>, results: &Json) -> String {
    let text = yaml::to_yaml(&json!({ "results": results }));
    page.fit(&text, top_column(list, page))
}

/// Puts a key at the end of a flow mapping.
fn add_flow_entry(list: &List, page: &Page<'_>, key: &str, value: &Json) -> Splice {
    let text = format!("\"{key}\": {}", yaml::to_json(value));
    match list.outline.entries.last() {
        Some(entry) => {
            let comma = page.comma(entry.start);
            Splice::insert(entry.value.end, comma + &text)
        }
        None => Splice::insert(list.outline.span.start + 1, text),
    }
}

/// Puts lines behind the last entry of a block mapping.
fn add_lines(list: &List, page: &Page<'_>, text: String) -> Splice {
    let entry = list.outline.entries.last();
    let at = entry.map_or(page.range.end, |entry| entry_end(page, entry));
    Splice::lines(at..at, text)
}

/// Where the lines of a top entry of a block mapping end.
fn entry_end(page: &Page<'_>, entry: &TopEntry) -> usize {
    let end = if entry.value.is_empty() {
        page.next_line(entry.start)
    } else {
        page.line_end(entry.value.end)
    };
    page.comments_end(end, page.column(entry.start))
}

fn top_column(list: &List, page: &Page<'_>) -> usize {
    let first = list.outline.entries.first();
    first.map_or(0, |entry| page.column(entry.start))
}
