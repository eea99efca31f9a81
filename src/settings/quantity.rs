//! Kubernetes' quantities: `500m`, `512Mi`, `1.5`, `2e3`.

/// Checks a text against the grammar of apimachinery's `ParseQuantity` and gives its value.
///
/// The value is in billionths (the smallest unit is `n`), and too large ones are capped. `None`
/// means that it is no quantity.
#[must_use]
pub fn nanos(text: &str) -> Option<i128> {
    let (negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (number, suffix) = (rest.get(..end)?, rest.get(end..)?);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
        return None;
    }
    let mut value = scaled(whole, fraction, suffix)?;
    if negative {
        value = -value;
    }
    Some(value)
}

fn scaled(whole: &str, fraction: &str, suffix: &str) -> Option<i128> {
    const BILLION: i128 = 1_000_000_000;
    let decimal = |exponent: i32| {
        let digits = format!("{whole}{fraction}");
        let shift = exponent + 9 - i32::try_from(fraction.len()).unwrap_or(i32::MAX);
        // More digits than fit are capped.
        let digits: i128 = match digits.trim_start_matches('0') {
            "" => 0,
            digits => digits.parse().unwrap_or(i128::MAX),
        };
        let power = 10_i128.checked_pow(shift.unsigned_abs());
        Some(match (shift >= 0, power) {
            (true, Some(power)) => digits.saturating_mul(power),
            (true, None) if digits == 0 => 0,
            (true, None) => i128::MAX,
            (false, Some(power)) => digits.saturating_add(power - 1) / power,
            (false, None) => i128::from(digits > 0),
        })
    };
    let binary = |power: u32| {
        let one = 1024_i128.pow(power);
        let whole: i128 = if whole.is_empty() {
            0
        } else {
            whole.parse().unwrap_or(i128::MAX)
        };
        let kept: String = fraction.chars().take(9).collect();
        let scale = 10_i128.pow(u32::try_from(kept.len()).ok()?);
        let part: i128 = if kept.is_empty() {
            0
        } else {
            kept.parse().ok()?
        };
        let parts = part.saturating_mul(one).saturating_mul(BILLION) / scale;
        Some(
            whole
                .saturating_mul(one)
                .saturating_mul(BILLION)
                .saturating_add(parts),
        )
    };
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            decimal(exponent.parse().ok().filter(|e: &i32| e.abs() < 1_000)?)
        }
    }
}

/// What a quantity looks like, for messages.
pub const EXAMPLES: &str = "a quantity such as 500m, 2, 512Mi or 1.5Gi";

/// The quantity that somebody probably meant: a unit in the wrong case, doubled or with a `b`.
pub(super) fn mend(text: &str) -> Option<String> {
    let compact: String = text.split_whitespace().collect();
    let end = compact
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(compact.len());
    let (number, unit) = (compact.get(..end)?, compact.get(end..)?);
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" => "",
        "mm" | "millicores" => "m",
        "k" | "kb" => "k",
        "ki" | "kib" => "Ki",
        "mb" => "M",
        "mi" | "mib" => "Mi",
        "g" | "gb" => "G",
        "gi" | "gib" => "Gi",
        "t" | "tb" => "T",
        "ti" | "tib" => "Ti",
        _ => return None,
    };
    let mended = format!("{number}{unit}");
    nanos(&mended).map(|_| mended)
}

#[cfg(test)]
mod tests {
    use super::nanos;

    #[test]
    fn quantities_are_what_apimachinery_takes() {
        for (text, value) in [
            ("500m", 500_000_000),
            ("0.5", 500_000_000),
            (".5", 500_000_000),
            ("5.", 5_000_000_000),
            ("2", 2_000_000_000),
            ("+2", 2_000_000_000),
            ("-1", -1_000_000_000),
            ("1Ki", 1_024_000_000_000),
            ("1.5Ki", 1_536_000_000_000),
            ("1k", 1_000_000_000_000),
            ("2e3", 2_000_000_000_000),
            ("2E-3", 2_000_000),
            ("1n", 1),
            ("007", 7_000_000_000),
            ("0", 0),
        ] {
            assert_eq!(nanos(text), Some(value), "{text}");
        }
        let many = "9".repeat(50);
        for text in [many.clone(), format!("{many}Gi"), format!("0.{many}")] {
            assert!(nanos(&text).is_some_and(|n| n > 0), "{text}");
        }
        assert_eq!(nanos("2048Mi"), nanos("2Gi"));
        assert_eq!(nanos("2000m"), nanos("2"));
        for text in [
            "", "m", "500mm", "1Gib", "1 Gi", " 1", "1gi", "1K", "1.2.3", "--1", "e3", "1e", "1e+",
            ".", "0x10", "1_000", "Mi", "1mi", "½",
        ] {
            assert_eq!(nanos(text), None, "{text}");
        }
    }
}
