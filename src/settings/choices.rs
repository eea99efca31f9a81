//! The settings that take one of a few words.

use serde_json::Value as Json;

use super::reader::Reader;
use super::schema;
use super::types::SettingType;
use crate::diagnostics::{Code, did_you_mean};
use crate::yaml::Node;

/// A setting that takes one of a few words.
pub trait Choice: Sized + Copy + PartialEq + 'static {
    /// The words and what they mean.
    const WORDS: &'static [(&'static str, Self)];
    /// The words, for tables.
    const TAKES: &'static str;
}

impl<T: Choice> SettingType for T {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = node.raw_text().unwrap_or_default();
        let choice = T::WORDS.iter().find(|(word, _)| *word == text);
        if choice.is_none() {
            let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
            let mut finding = reader
                .finding(
                    Code::NotAChoice,
                    format!("`{}` is none of the values it can have", reader.path),
                )
                .found(node.describe())
                .expected(format!("one of {}", words.join(", ")));
            finding.help = did_you_mean(text, words);
            reader.push(finding, Some(node.span.clone()));
        }
        choice.map(|(_, choice)| *choice)
    }

    fn takes() -> String {
        T::TAKES.to_owned()
    }

    fn schema() -> Json {
        schema::choice(T::WORDS.iter().map(|(word, _)| *word))
    }

    fn show(&self) -> Json {
        let word = T::WORDS.iter().find(|(_, choice)| choice == self);
        word.map_or("", |(word, _)| word).into()
    }
}

/// When the kubelet pulls the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PullPolicy {
    /// At each start (operator v2.0.3: the default).
    #[default]
    Always,
    /// When the node does not have it.
    IfNotPresent,
    /// Not at all.
    Never,
}

impl PullPolicy {
    /// Kubernetes' word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            PullPolicy::Always => "Always",
            PullPolicy::IfNotPresent => "IfNotPresent",
            PullPolicy::Never => "Never",
        }
    }
}

impl Choice for PullPolicy {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Always", PullPolicy::Always),
        ("IfNotPresent", PullPolicy::IfNotPresent),
        ("Never", PullPolicy::Never),
    ];
    const TAKES: &'static str = "`Always`, `IfNotPresent` or `Never`";
}

/// Whose defaults hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The operator's.
    #[default]
    Operator,
    /// Those of a production that trusts nobody.
    Hardened,
}

impl Choice for Profile {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("operator", Profile::Operator),
        ("hardened", Profile::Hardened),
    ];
    const TAKES: &'static str = "`operator` or `hardened`";
}

/// The kinds that route requests to Integrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RouteKind {
    /// An Ingress.
    #[default]
    Ingress,
    /// An HTTPRoute of the Gateway API.
    HttpRoute,
    /// Each of them.
    Both,
}

impl Choice for RouteKind {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("Ingress", RouteKind::Ingress),
        ("HTTPRoute", RouteKind::HttpRoute),
        ("Both", RouteKind::Both),
    ];
    const TAKES: &'static str = "`Ingress`, `HTTPRoute` or `Both`";
}

/// Who shares an Ingress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IngressSharing {
    /// All Integrations of a namespace: the operator's one Ingress.
    #[default]
    Namespace,
    /// Nobody: each Integration has its own.
    Integration,
}

impl Choice for IngressSharing {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("namespace", IngressSharing::Namespace),
        ("integration", IngressSharing::Integration),
    ];
    const TAKES: &'static str = "`namespace` or `integration`";
}
