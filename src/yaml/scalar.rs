//! What an unquoted scalar means to kubectl and the API server.
//!
//! They read YAML with go-yaml v2 (sigs.k8s.io/yaml), which is neither YAML 1.1 nor 1.2: `yes` and
//! `y` are booleans, `0777` is octal, `12:30:45` and dates are strings.

use serde_json::Number;

/// A scalar as kubectl would read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Resolved {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true`, `yes`, `on`, `y` and their opposites.
    Bool(bool),
    /// A number that JSON can hold.
    Number(Number),
    /// Text.
    String(String),
    /// `.inf` and `.nan`: floats to YAML, an error to everything that speaks JSON.
    NotJson,
}

/// Resolves an unquoted, untagged scalar.
pub(super) fn resolve_plain(text: &str) -> Resolved {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Resolved::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" => {
            return Resolved::Bool(true);
        }
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            return Resolved::Bool(false);
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
        | ".nan" | ".NaN" | ".NAN" => return Resolved::NotJson,
        _ => {}
    }
    let numeric = matches!(
        text.as_bytes().first(),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.')
    );
    numeric
        .then(|| number(text))
        .flatten()
        .map_or_else(|| Resolved::String(text.to_owned()), Resolved::Number)
}

fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    integer(&plain).or_else(|| float(&plain))
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`.
fn integer(text: &str) -> Option<Number> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?)
    } else {
        (10, lower.as_str())
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        i64::try_from(-i128::from(magnitude)).ok().map(Number::from)
    } else {
        Some(Number::from(magnitude))
    }
}

/// The floats that go-yaml v2 takes: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn float(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = unsigned
        .find(['e', 'E'])
        .and_then(|at| Some((unsigned.get(..at)?, unsigned.get(at + 1..)?)))
        .map_or((unsigned, None), |(m, e)| (m, Some(e)));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    if let Some(exponent) = exponent {
        let e = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        if e.is_empty() || !digits(e) {
            return None;
        }
    }
    let value: f64 = text.parse().ok()?;
    if !value.is_finite() {
        return None;
    }
    // sigs.k8s.io/yaml passes through JSON, where 1e3 is 1000.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "guarded by the bounds and the fraction"
    )]
    if value.fract() == 0.0 && value.abs() < 9e15 {
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match resolve_plain(text) {
            Resolved::Null => "null".to_owned(),
            Resolved::Bool(b) => b.to_string(),
            Resolved::Number(n) => n.to_string(),
            Resolved::String(s) => format!("{s:?}"),
            Resolved::NotJson => "error".to_owned(),
        }
    }

    /// Each row was read by kubectl 1.37 (`kubectl label --local -o json`).
    #[test]
    fn scalars_mean_what_kubectl_reads() {
        for (text, expected) in [
            ("yes", "true"),
            ("Off", "false"),
            ("y", "true"),
            ("N", "false"),
            ("tRue", "\"tRue\""),
            ("0777", "511"),
            ("0o777", "511"),
            ("0888", "888"),
            ("08", "8"),
            ("-0777", "-511"),
            ("0x1F", "31"),
            ("0b101", "5"),
            ("1_000", "1000"),
            ("1__0", "10"),
            ("1_0.5", "10.5"),
            ("12:30:45", "\"12:30:45\""),
            ("1e3", "1000"),
            ("1E+2", "100"),
            (".5", "0.5"),
            ("5.", "5"),
            ("+12", "12"),
            ("1e400", "\"1e400\""),
            ("0x1FFFFFFFFFFFFFFFFF", "\"0x1FFFFFFFFFFFFFFFFF\""),
            (".inf", "error"),
            ("2001-12-14", "\"2001-12-14\""),
            ("~", "null"),
            ("", "null"),
            ("=", "\"=\""),
            ("<<", "\"<<\""),
            ("-", "\"-\""),
            ("+", "\"+\""),
            (".", "\".\""),
            ("0", "0"),
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("1.5", "1.5"),
            ("500m", "\"500m\""),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
