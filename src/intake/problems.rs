//! Texts that cannot be read, and whether that is any of our business.

use crate::api::integration::{KIND, Version, version};
use crate::diagnostics::{Code, Diagnostics, Finding, SourceId};
use crate::stream::{Broken, Manifests, Problem};
use crate::yaml;

pub(super) fn report_broken(
    manifests: &Manifests<'_>,
    broken: &Broken,
    diagnostics: &mut Diagnostics,
) {
    let text = manifests
        .bytes()
        .get(broken.range.clone())
        .unwrap_or_default();
    let ours = match (&broken.header.api_version, &broken.header.kind) {
        (Some(api_version), Some(kind)) => {
            kind == KIND && version(api_version) != Version::Other
                || matches!(kind.as_str(), "List" | "ResourceList") && has_integration_line(text)
        }
        (Some(api_version), None) => {
            version(api_version) != Version::Other && has_integration_line(text)
        }
        _ => has_integration_line(text),
    };
    if ours {
        let finding = problem(
            &broken.problem,
            "this document, which may hold an Integration,",
            manifests.bytes(),
        );
        diagnostics.push(finding);
    }
}

/// Whether a `kind` line names an Integration: all that is left to go by in a broken document.
pub(super) fn has_integration_line(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    text.split(['\n', '\r']).any(|line| {
        let line = line.trim_start_matches([' ', '\t', '-', '{', '"', '\'', ',']);
        line.strip_prefix("kind").is_some_and(|rest| {
            let rest = rest.trim_start_matches(['"', '\'', ' ', ':']);
            let after = rest.strip_prefix(KIND);
            after.is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        }) || line.contains("\"kind\"") && line.contains("\"Integration\"")
    })
}

/// A finding for a text that cannot be read.
pub(super) fn problem(problem: &Problem, what: &str, text: &[u8]) -> Finding {
    match problem {
        Problem::NotUtf8 { offset } => Finding::new(Code::NotUtf8, format!("{what} is not UTF-8"))
            .at(SourceId::INPUT, *offset..*offset)
            .expected("UTF-8")
            .help("save the file as UTF-8 without a byte order mark"),
        Problem::Yaml(error) => yaml_problem(error, SourceId::INPUT, text),
    }
}

/// A finding for a text that is not YAML.
#[must_use]
pub fn yaml_problem(error: &yaml::Error, source: SourceId, text: &[u8]) -> Finding {
    let (code, message) = match error.kind {
        yaml::ErrorKind::Syntax => (
            Code::BrokenYaml,
            format!("not valid YAML: {}", error.message),
        ),
        yaml::ErrorKind::Structure => (Code::BrokenYaml, error.message.clone()),
        yaml::ErrorKind::Limit => (Code::Limit, error.message.clone()),
    };
    let finding = Finding::new(code, message).at(source, error.offset..error.offset);
    match error.kind {
        yaml::ErrorKind::Syntax => {
            finding.help(yaml::advice(text, error.offset).unwrap_or_else(|| {
                "look at this line and the one above it: indentation, a missing quote or colon"
                    .to_owned()
            }))
        }
        yaml::ErrorKind::Structure => Finding {
            help: yaml::template_advice(text, error.offset),
            ..finding
        },
        yaml::ErrorKind::Limit => {
            finding.help("a manifest of this kind is not what Kubernetes would take either")
        }
    }
}

/// PowerShell writes UTF-16 into its pipes, and no word in there looks like one of ours.
pub(super) fn report_utf16(bytes: &[u8], diagnostics: &mut Diagnostics) {
    let word: Vec<u8> = match bytes {
        [0xff, 0xfe, ..] => KIND.bytes().flat_map(|b| [b, 0]).collect(),
        [0xfe, 0xff, ..] => KIND.bytes().flat_map(|b| [0, b]).collect(),
        _ => return,
    };
    if memchr::memmem::find(bytes, &word).is_some() {
        diagnostics.push(
            Finding::new(
                Code::NotUtf8,
                "the input is UTF-16, and may hold an Integration",
            )
            .at(SourceId::INPUT, 0..0)
            .expected("UTF-8")
            .help("in PowerShell, set $OutputEncoding to UTF-8"),
        );
    }
}
