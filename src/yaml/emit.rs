//! Values as text that every reader of this field reads alike.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// Writes a value as block-style YAML: LF, two spaces, no folding, a final line break.
///
/// Strings that any of go-yaml v2, go-yaml v3, YAML 1.1 or YAML 1.2 would read as something else
/// are quoted.
#[must_use]
pub fn to_yaml(value: &Json) -> String {
    let options = serde_saphyr::ser_options! {
        folded_wrap_chars: usize::MAX,
        prefer_block_scalars: !has_tab_led_text(value),
    };
    let mut text = String::new();
    // Writing into a String does not fail, and a JSON value has only forms that YAML has.
    if serde_saphyr::to_fmt_writer_with_options(&mut text, value, options).is_err() {
        text = to_json(value);
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// libyaml and go-yaml refuse a block scalar whose first line of text begins with a tab.
fn has_tab_led_text(value: &Json) -> bool {
    match value {
        Json::String(text) => {
            text.contains('\n') && text.trim_start_matches('\n').starts_with('\t')
        }
        Json::Array(items) => items.iter().any(has_tab_led_text),
        Json::Object(map) => map.values().any(has_tab_led_text),
        _ => false,
    }
}

/// Writes a value as one line of JSON that is a YAML flow value, too: what go-yaml refuses to
/// read unescaped is escaped.
#[must_use]
pub fn to_json(value: &Json) -> String {
    let plain = value.to_string();
    if plain.is_ascii() && !plain.contains('\u{7f}') {
        return plain;
    }
    let mut text = String::with_capacity(plain.len());
    for c in plain.chars() {
        match c {
            '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(c));
            }
            c => text.push(c),
        }
    }
    text
}
