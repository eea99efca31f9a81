//! Near misses: what looks like an Integration and is none, and says so to nobody but us.

use super::ObjectReader;
use super::integration;
use super::problems::{has_integration_line, problem};
use crate::api::function_config;
use crate::api::integration::{GROUP, KIND, OLD_GROUP, VERSIONS, group};
use crate::diagnostics::{Code, Finding, SourceId, suggest};
use crate::stream::{Envelope, Object, Problem};
use crate::yaml::{self, Header, Style};

impl ObjectReader<'_, '_, '_> {
    fn warn_lookalike(&mut self, object: &Object, message: String, help: String) {
        let reference =
            self.manifests.node(object.id).ok().map(|node| {
                integration::reference(&node, self.manifests.source_comment(object.id))
            });
        let mut finding = Finding::new(Code::Lookalike, message)
            .at(SourceId::INPUT, object.range.clone())
            .help(help);
        finding.object = reference.filter(|r| !r.kind.is_empty());
        self.diagnostics.push(finding);
    }

    pub(super) fn near_group(&mut self, api_version: &str, object: &Object) {
        if group(api_version).to_ascii_lowercase().contains("wso2") {
            self.warn_lookalike(
                object,
                format!("an Integration of `{api_version}` is not expanded"),
                format!("the versions that are: {VERSIONS}"),
            );
        }
    }

    pub(super) fn unknown_version(&mut self, api_version: &str, object: &Object) {
        let Ok(node) = self.manifests.node(object.id) else {
            return;
        };
        let span = node
            .get("apiVersion")
            .map_or(object.range.clone(), |n| n.span.clone());
        let reference = integration::reference(&node, self.manifests.source_comment(object.id));
        self.diagnostics.push(
            Finding::new(
                Code::UnknownVersion,
                format!("there is no such version: `{api_version}`"),
            )
            .at(SourceId::INPUT, span)
            .on(&reference)
            .field("apiVersion")
            .found(format!("`{api_version}`"))
            .expected(VERSIONS),
        );
    }

    pub(super) fn near_kind(&mut self, api_version: &str, kind: &str, object: &Object) {
        if kind == "List" && object.id.item.is_some() && has_integration_line(self.text(object)) {
            self.warn_lookalike(
                object,
                "an Integration in a List that is itself an item is not expanded".to_owned(),
                "put it directly into the outer list".to_owned(),
            );
        }
        let in_stream = self.manifests.envelope() == Envelope::Stream;
        if in_stream && kind == function_config::KIND && api_version == function_config::API_VERSION
        {
            self.warn_lookalike(
                object,
                "a functionConfig among the manifests has no effect, and no API server knows it"
                    .to_owned(),
                "give it to the program as its one argument, or keep it out of the manifests"
                    .to_owned(),
            );
        }
        let ours = matches!(group(api_version), GROUP | OLD_GROUP);
        if ours && (suggest(kind, [KIND]).is_some() || kind == "IntegrationList") {
            self.warn_lookalike(
                object,
                format!("an object of kind `{kind}` is not expanded"),
                format!("did you mean `{KIND}`?"),
            );
        }
    }

    /// Without apiVersion and kind, only its lines can tell whether it was meant for us.
    fn unreadable(&mut self, error: &Problem, object: &Object) {
        if has_integration_line(self.text(object)) {
            let what = "this document, which may hold an Integration,";
            let text = self.manifests.bytes();
            self.diagnostics.push(problem(error, what, text));
        }
    }

    /// A part of an Integration that lost its top.
    pub(super) fn fragment(&mut self, object: &Object) {
        const TELLTALE: [&str; 3] = ["deploySpec", "expose", "autoScale"];
        let node = match self.manifests.node(object.id) {
            Ok(node) => node,
            Err(error) => return self.unreadable(&error, object),
        };
        if node.scalar().is_some_and(|s| s.style == Style::Plain) {
            let error = yaml::Error {
                message: "an object was expected here: begin it on a line of its own".to_owned(),
                offset: node.span.start,
                kind: yaml::ErrorKind::Structure,
            };
            return self.unreadable(&Problem::Yaml(error), object);
        }
        let Some(key) = TELLTALE.into_iter().find(|key| node.get(key).is_some()) else {
            return;
        };
        self.warn_lookalike(
            object,
            format!("this looks like a part of an Integration: it has `{key}`, but no apiVersion and kind"),
            "put it below `spec` of an object with apiVersion wso2.com/v1alpha2 and kind Integration"
                .to_owned(),
        );
    }

    /// Only one of apiVersion and kind.
    pub(super) fn half_header(&mut self, object: &Object) {
        let Header { api_version, kind } = &object.header;
        let ours = kind.as_deref() == Some(KIND)
            || api_version
                .as_deref()
                .is_some_and(|v| matches!(group(v), GROUP | OLD_GROUP));
        if ours {
            let missing = if kind.is_none() { "kind" } else { "apiVersion" };
            self.warn_lookalike(
                object,
                format!("this looks like an Integration, but has no {missing}"),
                "an Integration has apiVersion wso2.com/v1alpha2 and kind Integration".to_owned(),
            );
        }
    }
}
