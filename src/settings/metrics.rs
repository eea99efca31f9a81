//! What an autoscaler goes by: Kubernetes' autoscaling/v2, and the older shape that ConfigMaps of the operator may still have.

use k8s_openapi::api::autoscaling::v2::MetricSpec;
use serde_json::Value as Json;

use super::kubernetes::{Fragment, check};
use super::reader::Reader;
use super::schema;
use super::types::SettingType;
use crate::yaml::{Entry, Node, Value};

/// The metrics of an autoscaler.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics(pub Fragment<Vec<MetricSpec>>);

/// autoscaling/v2beta1 said each target in a field of its own: the field, the type of the target
/// and the field in it that autoscaling/v2 has.
const OLD_TARGETS: [(&str, &str, &str); 4] = [
    // Of an Object metric, whose `target` was the object.
    ("averageValue", "AverageValue", "averageValue"),
    (
        "targetAverageUtilization",
        "Utilization",
        "averageUtilization",
    ),
    ("targetAverageValue", "AverageValue", "averageValue"),
    ("targetValue", "Value", "value"),
];

impl SettingType for Metrics {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut node = node.clone();
        if let Value::Sequence(items) = &mut node.value {
            items.iter_mut().for_each(renew);
        }
        check(&node, reader).map(Self)
    }

    fn takes() -> String {
        schema::whole_words::<Vec<MetricSpec>>()
    }

    fn schema() -> Json {
        schema::whole::<Vec<MetricSpec>>()
    }

    fn show(&self) -> Json {
        self.0.json.clone()
    }
}

/// Writes one metric of autoscaling/v2beta1 as autoscaling/v2 does.
fn renew(metric: &mut Node) {
    let Value::Mapping(kinds) = &mut metric.value else {
        return;
    };
    for kind in kinds {
        let object = kind.key == "object";
        let Value::Mapping(fields) = &mut kind.value.value else {
            continue;
        };
        let old = OLD_TARGETS.iter().find_map(|&(old, type_, new)| {
            let object_only = old == "averageValue";
            let at = fields.iter().position(|field| field.key == old)?;
            (object == object_only || !object_only).then_some((at, type_, new))
        });
        let Some((at, type_, new)) = old else {
            continue;
        };
        let mut value = fields.remove(at);
        if object && new == "averageValue" {
            // It came with a targetValue, which was required and did not count then.
            fields.retain(|field| field.key != "targetValue");
        }
        let span = value.key_span.clone();
        new.clone_into(&mut value.key);
        let type_ = Entry {
            key: "type".to_owned(),
            key_span: span.clone(),
            value: Node::text(type_, span.clone()),
        };
        for field in fields.iter_mut() {
            if object && field.key == "target" {
                "describedObject".clone_into(&mut field.key);
            }
        }
        // v2beta1 named a metric beside its target, v2 in a mapping; a resource has a plain name.
        if kind.key != "resource" && kind.key != "containerResource" {
            name_metric(fields);
        }
        let mut target = value.value.clone();
        target.value = Value::Mapping(vec![type_, value]);
        fields.push(Entry {
            key: "target".to_owned(),
            key_span: span,
            value: target,
        });
    }
}

/// `metricName` and `selector` become `metric: {name, selector}`.
fn name_metric(fields: &mut Vec<Entry>) {
    let Some(at) = fields.iter().position(|field| field.key == "metricName") else {
        return;
    };
    let mut name = fields.remove(at);
    let span = name.key_span.clone();
    "name".clone_into(&mut name.key);
    let mut metric = name.value.clone();
    let mut parts = vec![name];
    for old in ["selector", "metricSelector"] {
        if let Some(at) = fields.iter().position(|field| field.key == old) {
            let mut selector = fields.remove(at);
            "selector".clone_into(&mut selector.key);
            parts.push(selector);
        }
    }
    metric.value = Value::Mapping(parts);
    fields.push(Entry {
        key: "metric".to_owned(),
        key_span: span,
        value: metric,
    });
}
