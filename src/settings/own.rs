//! What the types of our own take, for schemas and tables: parts of Kubernetes' types, and fields beside them.

use serde_json::{Map, Value as Json, json};

use super::schema::{self, DEFINITIONS};

/// A field: its name, what it takes and what it is for.
type Field = (&'static str, fn() -> Json, &'static str);

/// A type that Kubernetes does not have.
pub(super) struct Own {
    /// Its name in the code.
    name: &'static str,
    /// The fields that are ours: the name, what it takes and what it is for.
    fields: &'static [Field],
    /// Those that there must be.
    required: &'static [&'static str],
    /// The definition of Kubernetes' type that it has parts of.
    of: &'static str,
    /// Those parts.
    parts: &'static [&'static str],
}

#[rustfmt::skip]
const TYPES: &[Own] = &[
    Own {
        name: "ServiceOptions",
        fields: &[("annotations", texts, "The annotations of the Service.")],
        required: &[],
        of: "io.k8s.api.core.v1.ServiceSpec",
        parts: &[
            "type", "sessionAffinity", "sessionAffinityConfig", "externalTrafficPolicy", "internalTrafficPolicy",
            "trafficDistribution", "loadBalancerClass", "loadBalancerSourceRanges", "allocateLoadBalancerNodePorts",
            "healthCheckNodePort", "clusterIP", "ipFamilies", "ipFamilyPolicy", "publishNotReadyAddresses",
        ],
    },
    Own {
        name: "OwnIngress",
        fields: &[
            ("enabled", schema::boolean, "Whether there is one. false takes the Integration out of every Ingress and HTTPRoute."),
            ("name", schema::text, "Its name instead of `<integration>-ingress`."),
            ("host", schema::text, "Its host."),
            ("path", schema::text, "The one path that leads to the Integration, instead of the operator's."),
            ("port", schema::integer, "The port of the Service that the path leads to."),
            ("tlsSecretName", schema::text, "The Secret with the certificate of the host."),
            ("ingressClassName", schema::text, "The class."),
            ("annotations", texts, "Its annotations, beside those of `ingress.properties`."),
            ("shared", schema::boolean, "Whether the Integration stays in the shared Ingress as well."),
        ],
        required: &[],
        of: "",
        parts: &[],
    },
    Own {
        name: "HttpRoute",
        fields: &[
            ("parentRefs", parents, "The Gateways that it attaches to."),
            ("hostnames", text_list, "Its hosts."),
        ],
        required: &[],
        of: "",
        parts: &[],
    },
    Own {
        name: "ParentReference",
        fields: &[
            ("group", schema::text, "The group of the Gateway's API."),
            ("kind", schema::text, "The kind, where it is no Gateway."),
            ("namespace", schema::text, "The namespace of the Gateway, where it is another."),
            ("name", schema::text, "The Gateway."),
            ("sectionName", schema::text, "The listener of the Gateway."),
            ("port", schema::integer, "The port of the Gateway."),
        ],
        required: &["name"],
        of: "",
        parts: &[],
    },
    Own {
        name: "PodNetwork",
        fields: &[],
        required: &[],
        of: "io.k8s.api.networking.v1.NetworkPolicySpec",
        parts: &["ingress", "egress", "policyTypes"],
    },
    Own {
        name: "Disruption",
        fields: &[],
        required: &[],
        of: "io.k8s.api.policy.v1.PodDisruptionBudgetSpec",
        parts: &["minAvailable", "maxUnavailable", "unhealthyPodEvictionPolicy"],
    },
    Own {
        name: "VolumeClaim",
        fields: &[
            ("name", schema::text, "The claim is named `<integration>-<name>`, its volume in the pod `<name>`."),
            ("mountPath", schema::text, "Where it is mounted in the container."),
        ],
        required: &["name", "mountPath"],
        of: "io.k8s.api.core.v1.PersistentVolumeClaimSpec",
        parts: &[
            "accessModes", "dataSource", "dataSourceRef", "resources", "selector", "storageClassName",
            "volumeAttributesClassName", "volumeMode", "volumeName",
        ],
    },
];

/// The most parts that a table names.
const FEW: usize = 3;

fn texts() -> Json {
    json!({"type": "object", "additionalProperties": schema::text()})
}

fn text_list() -> Json {
    schema::list(&schema::text())
}

fn parents() -> Json {
    let one = named("ParentReference").map(Own::schema);
    schema::list(&one.unwrap_or_default())
}

/// The type of that name in the code.
pub(super) fn named(name: &str) -> Option<&'static Own> {
    TYPES.iter().find(|own| own.name == name)
}

impl Own {
    /// What it takes, as a JSON Schema.
    pub(super) fn schema(&self) -> Json {
        let mut properties = Map::new();
        for (name, takes, doc) in self.fields {
            let mut field = takes();
            if !self.required.contains(name) {
                field = schema::or_nothing(field);
            }
            if let Json::Object(field) = &mut field {
                field.insert("description".to_owned(), (*doc).into());
            }
            properties.insert((*name).to_owned(), field);
        }
        for part in self.parts {
            let part_of = format!("{DEFINITIONS}{}/properties/{part}", self.of);
            properties.insert((*part).to_owned(), json!({"$ref": part_of}));
        }
        let mut schema = json!({
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
        });
        if let (Json::Object(schema), [_, ..]) = (&mut schema, self.required) {
            schema.insert("required".to_owned(), json!(self.required));
        }
        schema
    }

    /// The same in words.
    pub(super) fn words(&self) -> String {
        let name = self.of.rsplit('.').next().unwrap_or_default();
        let quoted = |names: &mut dyn Iterator<Item = &str>| {
            let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
            names.join(", ")
        };
        let fields = quoted(&mut self.fields.iter().map(|(name, ..)| *name));
        let parts = match self.parts {
            [] => return fields,
            few if few.len() <= FEW => {
                format!("{} of Kubernetes' {name}", quoted(&mut few.iter().copied()))
            }
            _ => format!("fields of Kubernetes' {name}"),
        };
        if fields.is_empty() {
            parts
        } else {
            format!("{fields} and {parts}")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::super::{
        Disruption, HttpRoute, OwnIngress, ParentReference, PodNetwork, ServiceOptions, VolumeClaim,
    };
    use super::*;

    /// What the code reads is what the schema lists, and what has no default is required.
    fn agree<T: Default + Serialize>() -> &'static str {
        let name = std::any::type_name::<T>().rsplit("::").next().unwrap();
        let own = named(name).unwrap_or_else(|| panic!("no {name}"));
        let read = serde_json::to_value(T::default()).unwrap();
        let read = read.as_object().unwrap();
        let sorted = |names: Vec<&String>| -> Vec<String> {
            let mut names: Vec<String> = names.into_iter().cloned().collect();
            names.sort();
            names
        };
        let schema = own.schema();
        let listed = schema["properties"].as_object().unwrap();
        assert_eq!(
            sorted(read.keys().collect()),
            sorted(listed.keys().collect()),
            "{name}"
        );
        let wanted: Vec<&String> = read
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, _)| key)
            .collect();
        let required: Vec<String> = own.required.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(sorted(wanted), sorted(required.iter().collect()), "{name}");
        name
    }

    #[test]
    fn every_field_that_is_read_is_listed() {
        let checked = [
            agree::<ServiceOptions>(),
            agree::<OwnIngress>(),
            agree::<HttpRoute>(),
            agree::<ParentReference>(),
            agree::<PodNetwork>(),
            agree::<Disruption>(),
            agree::<VolumeClaim>(),
        ];
        assert_eq!(
            TYPES.iter().map(|own| own.name).collect::<Vec<_>>(),
            checked
        );
    }
}
