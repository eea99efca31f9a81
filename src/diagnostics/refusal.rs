//! A failure as a stream that no host takes, for Helm 4, which shows nothing of stderr and no output of a plugin that fails.

use std::fmt::Write as _;

use super::position::Positions;
use super::text::{count, line};
use super::{Diagnostics, Severity, Source};

/// How many findings stand in the line that Helm prints.
const SHOWN: usize = 20;

/// The errors as a stream that Helm 4 refuses and prints.
#[must_use]
pub fn refusal(diagnostics: &Diagnostics, sources: &[Source<'_>]) -> String {
    let errors = diagnostics.sorted();
    let errors = errors.iter().filter(|f| f.severity == Severity::Error);
    let mut positions = Positions::new(sources);
    let lines = errors.take(SHOWN).map(|f| line(f, &mut positions));
    let lines: Vec<String> = lines.collect();
    let errors = diagnostics.count(Severity::Error);
    let mut sentence = format!("{}: {}", count(errors, "error"), lines.join("; "));
    if errors > lines.len() {
        let _ = write!(sentence, "; and {} more", errors - lines.len());
    }
    refuse(&sentence)
}

/// A stream that Helm 4 refuses, and that says one thing.
///
/// Helm 4.0 to 4.3 take the line for a separator that is none, and print it. Should another version
/// pass over it, no API server knows the kind of the object behind it, so that nothing is deleted.
#[must_use]
pub fn refuse(sentence: &str) -> String {
    let sentence: String = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
    // JSON's strings are YAML's.
    let message = serde_json::Value::from(sentence.as_str());
    format!(
        "#\n--- expand-integration: {sentence}\napiVersion: error.expand-integration/v1\n\
         kind: RenderFailed\nmetadata:\n  name: expand-integration\nmessage: {message}\n"
    )
}
