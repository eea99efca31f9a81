//! Findings as text for people: stderr and log files.

use std::fmt::Write as _;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use anstream::adapter::strip_str;

use super::snippet::{Excerpt, excerpt};
use super::{Diagnostics, Finding, ObjectRef, Place, Severity, Source, SourceId};

/// Whether escape sequences for colours may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    Plain,
    /// For a terminal.
    Coloured,
}

/// Renders the findings down to `least` severe, with a count at the end.
#[must_use]
pub fn render(
    diagnostics: &Diagnostics,
    sources: &[Source<'_>],
    least: Severity,
    style: Style,
) -> String {
    let mut text = String::new();
    let mut lines = Lines::default();
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let shown = diagnostics.sorted();
    for finding in shown.iter().filter(|f| f.severity <= least) {
        let report = report(finding, sources, &mut lines);
        for line in renderer.render(&[report]).lines() {
            // The renderer would announce a second file: the place has said all.
            if strip_str(line).to_string().trim() != ":::" {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    write_count(&mut text, diagnostics);
    text
}

/// A finding with its line, as rustc shows its own.
fn report<'f>(finding: &'f Finding, sources: &[Source<'_>], lines: &mut Lines) -> Group<'f> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(escape(&finding.message));
    let mut group = Group::with_title(title.id(finding.code.id()));
    let place = place(finding, sources, lines);
    if !place.is_empty() {
        group = group.element(Origin::path(escape(&place)));
    }
    if let Some((number, excerpt)) = line_of(finding, sources, lines) {
        let kind = AnnotationKind::Primary.span(excerpt.span);
        let snippet = Snippet::source(excerpt.line).line_start(number);
        group = group.element(snippet.annotation(kind));
    }
    for (label, value) in [
        ("found", &finding.found),
        ("expected", &finding.expected),
        ("help", &finding.help),
    ] {
        if let Some(value) = value {
            let level = Level::NOTE.with_name(label);
            group = group.element(level.message(escape(value)));
        }
    }
    group
}

/// The number of the line that a finding is about, and what may be shown of it.
fn line_of(
    finding: &Finding,
    sources: &[Source<'_>],
    lines: &mut Lines,
) -> Option<(usize, Excerpt)> {
    let place = finding.place.as_ref()?;
    let source = sources.get(place.source.0)?;
    let (start, _) = source.file(place.span.start);
    let number = lines.of(place, start, source.bytes);
    let text = source.bytes.get(start..)?;
    let span = place.span.start - start..place.span.end.max(place.span.start) - start;
    Some((number, excerpt(finding, text, &span)?))
}

/// A finding in one line.
pub(super) fn line(finding: &Finding, sources: &[Source<'_>], lines: &mut Lines) -> String {
    let mut line = format!("{}[{}]", finding.severity.word(), finding.code.id());
    let place = place(finding, sources, lines);
    if !place.is_empty() {
        let _ = write!(line, " {place}");
    }
    let _ = write!(line, ": {}", finding.message);
    let more = [("found ", &finding.found), ("", &finding.help)];
    for (label, value) in more {
        if let Some(value) = value {
            let _ = write!(line, ", {label}{value}");
        }
    }
    escape(&line)
}

/// Where it is and what it is about, as far as that is known.
fn place(finding: &Finding, sources: &[Source<'_>], lines: &mut Lines) -> String {
    let (place, about) = (location(finding, sources, lines), about(finding));
    match (place.is_empty(), about.is_empty()) {
        (_, true) => place,
        (true, false) => about,
        (false, false) => format!("{place} ({about})"),
    }
}

fn location(finding: &Finding, sources: &[Source<'_>], lines: &mut Lines) -> String {
    let Some(place) = &finding.place else {
        return String::new();
    };
    let Some(source) = sources.get(place.source.0) else {
        return String::new();
    };
    let (start, name) = source.file(place.span.start);
    let line = lines.of(place, start, source.bytes);
    let column = column(source.bytes, place.span.start);
    let mut location = format!("{name}:{line}:{column}");
    if let Some(file) = finding.object.as_ref().and_then(|o| o.file.as_ref()) {
        let _ = write!(location, " (from {file})");
    }
    location
}

/// Counts lines as findings go by: they come in the order of their places.
#[derive(Default)]
pub(super) struct Lines {
    source: SourceId,
    /// Where the file starts in the source.
    start: usize,
    offset: usize,
    /// Line breaks of the file before `offset`.
    breaks: usize,
}

impl Lines {
    /// The line of a place in the file that starts at `start`, from 1.
    fn of(&mut self, place: &Place, start: usize, bytes: &[u8]) -> usize {
        let end = place.span.start.min(bytes.len());
        if (self.source, self.start) != (place.source, start) || end < self.offset {
            *self = Self {
                source: place.source,
                start,
                offset: start,
                breaks: 0,
            };
        }
        let between = bytes.get(self.offset..end).unwrap_or_default();
        self.breaks += memchr::memchr_iter(b'\n', between).count();
        self.offset = end;
        self.breaks + 1
    }
}

/// The column of a byte, in characters from 1.
fn column(bytes: &[u8], offset: usize) -> usize {
    let before = bytes.get(..offset.min(bytes.len())).unwrap_or_default();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let text = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
    text.trim_start_matches('\u{feff}').chars().count() + 1
}

fn about(finding: &Finding) -> String {
    let object = finding.object.as_ref().map(name_of).unwrap_or_default();
    match &finding.field {
        Some(field) if object.is_empty() => field.clone(),
        Some(field) => format!("{object}, {field}"),
        None => object,
    }
}

fn name_of(object: &ObjectRef) -> String {
    match &object.namespace {
        _ if object.name.is_empty() => object.kind.clone(),
        Some(namespace) => format!("{} {namespace}/{}", object.kind, object.name),
        None => format!("{} {}", object.kind, object.name),
    }
}

pub(super) fn count(number: usize, word: &str) -> String {
    match number {
        1 => format!("1 {word}"),
        _ => format!("{number} {word}s"),
    }
}

fn write_count(text: &mut String, diagnostics: &Diagnostics) {
    let errors = diagnostics.count(Severity::Error);
    let warnings = diagnostics.count(Severity::Warning);
    let line = match (errors, warnings) {
        (0, 0) => return,
        (0, w) => format!("warning: {}", count(w, "warning")),
        (e, 0) => format!("error: {}; nothing was expanded", count(e, "error")),
        (e, w) => format!(
            "error: {}, {}; nothing was expanded",
            count(e, "error"),
            count(w, "warning")
        ),
    };
    let _ = write!(text, "{line}");
    if diagnostics.dropped() > 0 {
        let _ = write!(text, " ({} of them not shown)", diagnostics.dropped());
    }
    text.push('\n');
}

/// Text from the input must not reach a terminal as control sequences.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
        if hidden {
            let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
        } else {
            safe.push(c);
        }
    }
    safe
}
