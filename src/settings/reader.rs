//! What a type needs to know to read its value and to say what is wrong with it.

use std::ops::Range;

use crate::diagnostics::{Code, Diagnostics, Finding, ObjectRef, Place, SourceId};
use crate::yaml::Node;

/// Where a value stands while it is read.
pub struct Reader<'a> {
    /// Where the findings go.
    pub diagnostics: &'a mut Diagnostics,
    /// The object that holds the value, where one does.
    pub object: Option<&'a ObjectRef>,
    /// The path of the value in that object, or the option that gave it.
    pub path: String,
    /// The text that holds the value, where one does.
    pub source: Option<SourceId>,
    /// The bytes of that text, where lines inside the value have places of their own.
    pub bytes: Option<&'a [u8]>,
    /// Unknown fields and values of Kubernetes' types are kept with a warning.
    pub keep_unknown: bool,
    /// Keys may differ in case (YAML text in a ConfigMap: the operator's decoder took them).
    pub lenient: bool,
}

impl Reader<'_> {
    /// The path of something inside the value.
    #[must_use]
    pub fn join(&self, inner: &str) -> String {
        match inner.as_bytes().first() {
            None => self.path.clone(),
            Some(b'[') => format!("{}{inner}", self.path),
            Some(_) => format!("{}.{inner}", self.path),
        }
    }

    /// A finding about the value.
    #[must_use]
    pub fn finding(&self, code: Code, message: impl Into<String>) -> Finding {
        let mut finding = Finding::new(code, message);
        finding.object = self.object.cloned();
        if self.object.is_some() {
            finding.field = Some(self.path.clone());
        }
        finding
    }

    /// Files a finding at a place of the source.
    pub fn push(&mut self, mut finding: Finding, span: Option<Range<usize>>) {
        if let (Some(source), Some(span)) = (self.source, span) {
            finding.place = Some(Place { source, span });
        }
        if self.object.is_none() {
            finding.field = None;
        }
        self.diagnostics.push(finding);
    }

    /// Files a finding about a node, with what the node is.
    pub fn report(&mut self, code: Code, node: &Node, message: impl Into<String>) {
        let finding = self.finding(code, message).found(node.describe());
        self.push(finding, Some(node.span.clone()));
    }

    /// Files a finding about a node that is not what it should be.
    pub fn refuse(&mut self, code: Code, node: &Node, expected: impl Into<String>) {
        let what = match code {
            Code::NotBoolean => "is not a boolean",
            Code::BadQuantity => "is not a quantity",
            Code::BadPort => "is not a port",
            Code::NotAChoice => "is none of the values it can have",
            Code::Missing => "is empty",
            Code::BadReplicas => "is not a number of replicas",
            _ => "has the wrong type",
        };
        let finding = self
            .finding(code, format!("`{}` {what}", self.path))
            .found(node.describe())
            .expected(expected);
        self.push(finding, Some(node.span.clone()));
    }
}
