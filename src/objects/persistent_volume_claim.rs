//! PersistentVolumeClaim `<integration>-<name>`: storage that an Integration asks for.

use k8s_openapi::Resource as _;
use k8s_openapi::api::core::v1::PersistentVolumeClaim;
use serde_json::{Map, Value as Json};

use super::{Rendered, meta, to_json};
use crate::api::annotations::RESOURCE_POLICY;
use crate::resolve::{NamespaceBatch, Resolution};

pub(super) const KIND: &str = "PersistentVolumeClaim";

/// The setting by which there is none.
pub(super) fn absent(of: &Resolution<'_>) -> Option<&'static str> {
    let claims = &of.settings.volume_claims.value;
    let any = claims
        .as_ref()
        .is_some_and(|claims| !claims.typed.is_empty());
    (!any).then_some("volume_claims")
}

pub(super) fn emit(batch: &NamespaceBatch<'_>, rendered: &mut Rendered) {
    for of in &batch.integrations {
        let Some(claims) = &of.settings.volume_claims.value else {
            continue;
        };
        let written = claims.json.as_array().into_iter().flatten();
        for (claim, written) in claims.typed.iter().zip(written) {
            let mut metadata = meta::metadata(of, &claim.name);
            // Helm deletes what a release has no more; data is not to go with it.
            let keep = (RESOURCE_POLICY.to_owned(), "keep".to_owned());
            metadata.annotations.get_or_insert_default().extend([keep]);
            let mut json = to_json(&PersistentVolumeClaim {
                metadata,
                ..PersistentVolumeClaim::default()
            });
            let mut spec = Map::new();
            for (key, value) in written.as_object().into_iter().flatten() {
                if key != "name" && key != "mountPath" && *value != Json::Null {
                    spec.insert(key.clone(), value.clone());
                }
            }
            spec.sort_keys();
            meta::graft(&mut json, "", "spec", &Json::Object(spec));
            rendered.push_json(of, PersistentVolumeClaim::GROUP, KIND, json);
        }
    }
}
