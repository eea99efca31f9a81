//! What probably went wrong in a text that is no YAML, by the mistakes that people make.

/// Looks at the line of `offset` and those above it; `None` where nothing is recognised.
///
/// Quotes nothing of the text: a password may stand anywhere in it.
#[must_use]
pub fn advice(text: &[u8], offset: usize) -> Option<String> {
    let before = text.get(..offset.min(text.len()))?;
    if text.get(before.len()..)?.starts_with(b"\xef\xbb\xbf") {
        return Some(
            "a byte order mark stands here: files that begin with one were put together; save \
             them without"
                .to_owned(),
        );
    }
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
    let at_start = before.get(line_start..)?.trim_ascii().is_empty();
    let end = memchr::memchr(b'\n', text.get(before.len()..)?);
    let end = end.map_or(text.len(), |n| before.len() + n);
    // A text without quotes may go on in the next line, until a tab ends it.
    let below = text.get(end + 1..).unwrap_or_default().iter();
    let mut indent_below = below.take_while(|b| matches!(b, b' ' | b'\t'));
    if indent_below.any(|b| *b == b'\t') {
        return Some("the line below is indented with a tab: indent with spaces".to_owned());
    }
    let text = String::from_utf8_lossy(text.get(..end)?);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().rev().take(LOOK_BACK) {
        if line.starts_with("---") {
            break;
        }
        lines.push(line);
    }
    let this = *lines.first()?;
    if this.trim_start().starts_with(['{', '[']) {
        return None;
    }
    for (above, line) in lines.iter().take(3).enumerate() {
        let place = place(above);
        if indent(line).contains('\t') {
            return Some(format!(
                "{place} is indented with a tab: indent with spaces"
            ));
        }
        if line.contains("{{") {
            return Some(format!("{place} is a template: {RENDER_FIRST}"));
        }
    }
    unclosed_quote(&lines)
        .or_else(|| unclosed_bracket(&lines))
        .or_else(|| lines.iter().take(2).enumerate().find_map(spelling))
        .or_else(|| indentation(&lines, at_start))
}

const RENDER_FIRST: &str = "let Helm render it first, with `helm template` or by running this \
                            program as its post-renderer";

/// The same of a text that is YAML but nothing that Kubernetes reads.
#[must_use]
pub fn template_advice(text: &[u8], offset: usize) -> Option<String> {
    let (before, after) = text.split_at_checked(offset)?;
    let start = memchr::memrchr(b'\n', before).map_or(0, |n| n + 1);
    let end = memchr::memchr(b'\n', after).map_or(text.len(), |n| offset + n);
    let line = text.get(start..end)?;
    memchr::memmem::find(line, b"{{").map(|_| format!("this line is a template: {RENDER_FIRST}"))
}

/// How many lines above are looked at.
const LOOK_BACK: usize = 100;

fn place(above: usize) -> String {
    match above {
        0 => "this line".to_owned(),
        1 => "the line above".to_owned(),
        n => format!("the line {n} lines above"),
    }
}

fn indent(line: &str) -> &str {
    let end = line.len() - line.trim_start().len();
    line.get(..end).unwrap_or_default()
}

/// The text behind the indentation and the dashes of lists.
fn body(line: &str) -> &str {
    let mut body = line.trim();
    while let Some(rest) = body.strip_prefix("- ") {
        body = rest.trim_start();
    }
    body
}

/// The key and the value of a line that has both.
fn entry(line: &str) -> Option<(&str, &str)> {
    let body = body(line);
    let (key, value) = body.split_once(": ")?;
    Some((key, value.trim_start()))
}

fn unclosed_quote(lines: &[&str]) -> Option<String> {
    let open = |line: &&str| {
        let value = entry(line).map_or_else(|| body(line), |(_, value)| value);
        ['"', '\''].into_iter().find(|quote| {
            let rest = value.strip_prefix(*quote);
            rest.is_some_and(|rest| !rest.replace("\\\"", "").contains(*quote))
        })
    };
    let above = lines.iter().position(|line| open(line).is_some())?;
    let quote = lines.get(above).and_then(open)?;
    Some(format!(
        "the quote `{quote}` that opens on {} is not closed",
        place(above)
    ))
}

fn unclosed_bracket(lines: &[&str]) -> Option<String> {
    let open = |line: &&str| {
        let value = entry(line).map_or_else(|| body(line), |(_, value)| value);
        let count = |bracket: char| value.matches(bracket).count();
        [('[', ']'), ('{', '}')]
            .into_iter()
            .find(|(open, close)| value.starts_with(*open) && count(*open) > count(*close))
    };
    let above = lines.iter().position(|line| open(line).is_some())?;
    let (bracket, _) = lines.get(above).and_then(open)?;
    Some(format!(
        "the bracket `{bracket}` that opens on {} is not closed",
        place(above)
    ))
}

fn spelling((above, line): (usize, &&str)) -> Option<String> {
    let place = place(above);
    let value = entry(line).map(|(_, value)| value);
    if let Some(sign) = value.and_then(|value| value.chars().next())
        && matches!(sign, '@' | '`' | '%')
    {
        return Some(format!(
            "the value on {place} starts with `{sign}`: put it in quotes"
        ));
    }
    if value.is_some_and(|value| value.contains(": ") && !value.starts_with(['"', '\'', '{'])) {
        return Some(format!(
            "the value on {place} holds a colon with a space behind it: put it in quotes"
        ));
    }
    let body = body(line);
    let glued = body.split_once(':').is_some_and(|(key, value)| {
        let word = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        key.chars().all(word) && !value.is_empty() && !value.starts_with([' ', '/'])
    });
    if glued {
        return Some(format!("on {place} a space is missing behind the colon"));
    }
    let bare = !body.is_empty() && !body.contains(':') && !line.trim().starts_with(['-', '#']);
    (bare && body.contains(' ')).then(|| format!("on {place} a colon is missing behind the key"))
}

/// A line that starts at a column where nothing above it starts, or deeper than one with a value.
fn indentation(lines: &[&str], at_start: bool) -> Option<String> {
    let is_text = |line: &&&str| !line.trim().is_empty() && !line.trim().starts_with('#');
    let (this, above) = lines.split_first()?;
    let column = indent(this).len();
    let previous = above.iter().find(is_text)?;
    let dashed = previous.len() - body(previous).len();
    if entry(previous).is_some() && column > dashed.min(previous.len()) {
        return Some(
            "this line is indented deeper than the line above, which has a value already"
                .to_owned(),
        );
    }
    let mut columns: Vec<usize> = Vec::new();
    let mut least = usize::MAX;
    for line in above.iter().filter(is_text) {
        for start in [indent(line).len(), line.trim_end().len() - body(line).len()] {
            if start < least || columns.is_empty() {
                columns.push(start + 1);
            }
        }
        least = least.min(indent(line).len());
    }
    columns.sort_unstable();
    columns.dedup();
    if !at_start || columns.is_empty() || columns.contains(&(column + 1)) {
        return None;
    }
    let columns: Vec<String> = columns.iter().map(ToString::to_string).collect();
    Some(format!(
        "this line starts in column {}; by the lines above it can start in {}",
        column + 1,
        columns.join(" or ")
    ))
}
