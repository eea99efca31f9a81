//! Which ConfigMaps and Secrets the pods of an Integration use.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::Volume;

use super::Resolution;

const CONFIG_MAP: &str = "ConfigMap";
const SECRET: &str = "Secret";

impl Resolution<'_> {
    /// The ConfigMaps and Secrets that its pods use, by kind and name, where they are to roll with
    /// them.
    #[must_use]
    pub fn rolls_with(&self) -> BTreeSet<(&'static str, String)> {
        let settings = &self.settings;
        let mut uses = BTreeSet::new();
        if !settings.roll_on_config_change.value.0 {
            return uses;
        }
        let mut add = |kind, name: &str| {
            uses.insert((kind, name.to_owned()));
        };
        for file in &settings.configmap_details.value {
            add(CONFIG_MAP, &file.name);
        }
        for source in settings.env_from.value.iter().flat_map(|of| &of.0.typed) {
            if let Some(map) = &source.config_map_ref {
                add(CONFIG_MAP, &map.name);
            }
            if let Some(secret) = &source.secret_ref {
                add(SECRET, &secret.name);
            }
        }
        for variable in settings.env.value.iter().flat_map(|of| &of.0.typed) {
            let source = variable.value_from.as_ref();
            if let Some(map) = source.and_then(|from| from.config_map_key_ref.as_ref()) {
                add(CONFIG_MAP, &map.name);
            }
            if let Some(secret) = source.and_then(|from| from.secret_key_ref.as_ref()) {
                add(SECRET, &secret.name);
            }
        }
        for volume in settings.volumes.value.iter().flat_map(|of| &of.typed) {
            in_volume(volume, &mut add);
        }
        uses
    }
}

fn in_volume(volume: &Volume, add: &mut impl FnMut(&'static str, &str)) {
    if let Some(map) = &volume.config_map {
        add(CONFIG_MAP, &map.name);
    }
    if let Some(name) = volume
        .secret
        .as_ref()
        .and_then(|of| of.secret_name.as_ref())
    {
        add(SECRET, name);
    }
    let projected = volume.projected.as_ref().and_then(|of| of.sources.as_ref());
    for source in projected.into_iter().flatten() {
        if let Some(map) = &source.config_map {
            add(CONFIG_MAP, &map.name);
        }
        if let Some(secret) = &source.secret {
            add(SECRET, &secret.name);
        }
    }
}
