//! What the WSO2 operators themselves sent for an input, against what is rendered here, object by object.
//!
//! - `parity/inputs/<case>/`: the two `ConfigMap`s and the Integrations; `rN-*` replaces the Integrations of the rounds before;
//! - `parity/expected/<case>/<kind>-<name>.yaml`: the last body that the operator (v2.0.3) sent. `parity/v1alpha1`: the same for 1.1.0;
//! - `parity/overrides/<case>.yaml`: every intended difference, with its reason. One that is missing fails, and so does one that no longer matters.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

#[derive(Default)]
struct Overrides {
    /// The case whose `expected` holds, where it is not the case's own.
    expected: Option<String>,
    /// The case has no result.
    fails: Option<Fails>,
    differences: Vec<Difference>,
    /// What stderr must contain, though the case succeeds.
    warnings: Vec<String>,
}

struct Fails {
    reason: String,
    stderr: Vec<String>,
}

struct Difference {
    reason: String,
    /// `Kind/name`.
    object: String,
    /// A JSON pointer into it; absent: the whole object.
    at: String,
    /// What the operator sends there; absent: nothing.
    operator: Option<Value>,
    /// What is rendered here; absent: nothing.
    ours: Option<Value>,
}

impl Overrides {
    fn read(path: &Path) -> Result<Self, String> {
        let Ok(text) = std::fs::read_to_string(path) else {
            return Ok(Self::default());
        };
        let mut file = harness::Fields::of(harness::read_yaml(&text)?)?;
        let fails = file.take("fails").map(|fails| {
            let mut fails = harness::Fields::of(fails)?;
            let read = Fails {
                reason: fails.text("reason")?,
                stderr: fails.texts("stderr"),
            };
            fails.end().map(|()| read)
        });
        let differences = file.list("differences").into_iter().map(|difference| {
            let mut difference = harness::Fields::of(difference)?;
            let read = Difference {
                reason: difference.text("reason")?,
                object: difference.text("object")?,
                at: difference.text("at").unwrap_or_default(),
                operator: difference.take("operator"),
                ours: difference.take("ours"),
            };
            difference.end().map(|()| read)
        });
        let read = Self {
            expected: file.text("expected").ok(),
            fails: fails.transpose()?,
            differences: differences.collect::<Result<_, String>>()?,
            warnings: file.texts("warnings"),
        };
        file.end().map(|()| read)
    }
}

#[test]
fn operator_v2() {
    compare_all("parity", "parity/overrides");
}

#[test]
fn operator_v1alpha1() {
    compare_all("parity/v1alpha1", "parity/v1alpha1/overrides");
}

fn compare_all(root: &str, overrides: &str) {
    let root = harness::tests_dir(root);
    let overrides = harness::tests_dir(overrides);
    let cases = harness::entries(&root.join("inputs"));
    let mut failures = harness::in_parallel(&cases, |case| {
        let name = harness::file_name(case);
        let result = compare(&root, case, &overrides.join(format!("{name}.yaml")));
        result.err().map(|message| format!("{name}: {message}"))
    });
    if overrides.exists() {
        for file in harness::entries(&overrides) {
            let of = file.file_stem().unwrap();
            if !root.join("inputs").join(of).is_dir() {
                failures.push(Some(format!("{}: no such case", file.display())));
            }
        }
    }
    let failures: Vec<String> = failures.into_iter().flatten().collect();
    harness::conclude("parity cases", cases.len(), &failures);
}

fn compare(root: &Path, case: &Path, overrides: &Path) -> Result<(), String> {
    let name = harness::file_name(case);
    let overrides =
        Overrides::read(overrides).map_err(|error| format!("its overrides: {error}"))?;
    let run = harness::expand(harness::cases::parity(case));
    if let Some(fails) = &overrides.fails {
        let why = &fails.reason;
        if run.code != 1 || !run.stdout.is_empty() {
            return Err(format!(
                "exit {} instead of 1 ({why}), {} bytes on stdout\n{}",
                run.code,
                run.stdout.len(),
                run.err()
            ));
        }
        return says(&run, &fails.stderr);
    }
    if run.code != 0 {
        return Err(format!("exit {} instead of 0\n{}", run.code, run.err()));
    }
    says(&run, &overrides.warnings)?;

    let expected = root
        .join("expected")
        .join(overrides.expected.as_ref().unwrap_or(&name));
    let mut operator = BTreeMap::new();
    for file in if expected.is_dir() {
        harness::entries(&expected)
    } else {
        Vec::new()
    } {
        let sent = harness::read_yaml(&std::fs::read_to_string(&file).unwrap())?;
        let sent = normalise_operator(sent);
        operator.insert(harness::identity(&sent), sent);
    }
    for difference in &overrides.differences {
        apply(difference, &mut operator)?;
    }
    let mut ours = BTreeMap::new();
    for object in harness::objects(&run.out()) {
        if harness::is_settings(&object) {
            continue;
        }
        if let Some(twice) = ours.insert(harness::identity(&object), normalise_ours(object)) {
            return Err(format!("{} is rendered twice", harness::identity(&twice)));
        }
    }
    for value in operator.values_mut().chain(ours.values_mut()) {
        normalise(value, "");
    }
    let show = |objects: BTreeMap<String, Value>| {
        let objects: Vec<Value> = objects.into_values().collect();
        harness::show_all(&objects)
    };
    match harness::diff(show(operator).as_bytes(), show(ours).as_bytes()) {
        Some(difference) => Err(format!(
            "the operator's (-) and ours (+) differ\n{difference}"
        )),
        None => Ok(()),
    }
}

fn says(run: &harness::Run, texts: &[String]) -> Result<(), String> {
    let stderr = run.err();
    match texts.iter().find(|text| !stderr.contains(*text)) {
        Some(text) => Err(format!("stderr does not say {text:?}:\n{stderr}")),
        None => Ok(()),
    }
}

fn apply(difference: &Difference, operator: &mut BTreeMap<String, Value>) -> Result<(), String> {
    let Difference {
        reason,
        object,
        at,
        operator: sent,
        ours,
    } = difference;
    if reason.is_empty() {
        return Err(format!("the override of {object} {at} gives no reason"));
    }
    if sent == ours {
        return Err(format!("the override of {object} {at} changes nothing"));
    }
    if at.is_empty() {
        if operator.remove(object).is_some() != sent.is_some() {
            return Err(format!(
                "the override of {object} does not fit what the operator sends"
            ));
        }
        if let Some(ours) = ours {
            operator.insert(object.clone(), ours.clone());
        }
        return Ok(());
    }
    let value = operator
        .get_mut(object)
        .ok_or_else(|| format!("the operator sends no {object}"))?;
    let actual = value.pointer(at).cloned();
    if actual != *sent {
        return Err(format!(
            "{object} {at}: the override says the operator sends {sent:?}, it sends {actual:?}"
        ));
    }
    let (parent, key) = at.rsplit_once('/').unwrap();
    let parent = value
        .pointer_mut(parent)
        .ok_or_else(|| format!("{object} has no {parent}"))?;
    let key = key.replace("~1", "/").replace("~0", "~");
    match (parent, ours) {
        (Value::Object(map), Some(ours)) => {
            map.insert(key, ours.clone());
        }
        (Value::Object(map), None) => {
            map.remove(&key);
        }
        (Value::Array(list), Some(ours)) => list[key.parse::<usize>().unwrap()] = ours.clone(),
        (Value::Array(list), None) => {
            list.remove(key.parse().unwrap());
        }
        _ => return Err(format!("{object} {at} leads nowhere")),
    }
    Ok(())
}

fn normalise_operator(mut object: Value) -> Value {
    let map = object.as_object_mut().unwrap();
    map.remove("status");
    let metadata = map["metadata"].as_object_mut().unwrap();
    metadata.remove("creationTimestamp");
    metadata.remove("ownerReferences");
    if metadata.get("namespace") == Some(&json!("default")) {
        metadata.remove("namespace");
    }
    if let Some(metadata) = object.pointer_mut("/spec/template/metadata") {
        metadata
            .as_object_mut()
            .unwrap()
            .remove("creationTimestamp");
    }
    if let Some(pod) = object
        .pointer_mut("/spec/template/spec")
        .and_then(Value::as_object_mut)
    {
        drop_where(pod, "affinity", &json!({}));
        for container in pod["containers"].as_array_mut().unwrap() {
            drop_where(container.as_object_mut().unwrap(), "resources", &json!({}));
        }
    }
    drop_empty_lists(&mut object);
    if object["apiVersion"] == "autoscaling/v2beta2" {
        object["apiVersion"] = json!("autoscaling/v2");
    }
    if object["apiVersion"] == "extensions/v1beta1" {
        object["apiVersion"] = json!("networking.k8s.io/v1");
        modern_rules(
            object
                .pointer_mut("/spec/rules")
                .unwrap()
                .as_array_mut()
                .unwrap(),
        );
    }
    object
}

/// The rules of `extensions/v1beta1` as `networking.k8s.io/v1`. The same Integration's rule stands there once for each
/// reconcile that found the one before changed by the API server's defaulting; the last one is the one meant.
fn modern_rules(rules: &mut Vec<Value>) {
    for path in rules
        .iter_mut()
        .flat_map(|rule| rule["http"]["paths"].as_array_mut().unwrap())
    {
        let (name, port) = (
            path["backend"]["serviceName"].take(),
            path["backend"]["servicePort"].take(),
        );
        path["backend"] = json!({ "service": { "name": name, "port": { "number": port } } });
        path["pathType"] = json!("ImplementationSpecific");
    }
    let of = |rule: &Value| rule["http"]["paths"][0]["path"].clone();
    let mut last: Vec<Value> = Vec::new();
    for rule in rules.drain(..) {
        match last.iter_mut().find(|other| of(other) == of(&rule)) {
            Some(other) => *other = rule,
            None => last.push(rule),
        }
    }
    *rules = last;
}

/// Go leaves an env entry's empty value out; ours keeps what the user wrote.
fn normalise_ours(mut object: Value) -> Value {
    for list in ["containers", "initContainers"] {
        let containers = object.pointer_mut(&format!("/spec/template/spec/{list}"));
        for container in containers
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            for entry in container
                .get_mut("env")
                .and_then(Value::as_array_mut)
                .into_iter()
                .flatten()
            {
                drop_where(entry.as_object_mut().unwrap(), "value", &json!(""));
            }
        }
    }
    object
}

fn drop_where(map: &mut serde_json::Map<String, Value>, key: &str, value: &Value) {
    if map.get(key) == Some(value) {
        map.remove(key);
    }
}

fn drop_empty_lists(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
            map.values_mut().for_each(drop_empty_lists);
        }
        Value::Array(list) => list.iter_mut().for_each(drop_empty_lists),
        _ => {}
    }
}

/// Quantities by value: every text or number in a place that holds one becomes a count of nano units.
fn normalise(value: &mut Value, key: &str) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let quantity = ["limits", "requests"].contains(&key)
                    || ["averageValue", "divisor", "sizeLimit"].contains(&name.as_str());
                match quantity.then(|| nano(value)).flatten() {
                    Some(nano) => *value = json!(format!("{nano} nano")),
                    None => normalise(value, name),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| normalise(value, key)),
        _ => {}
    }
}

fn nano(value: &Value) -> Option<i128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let digits = text
        .find(|c: char| !"+-.0123456789".contains(c))
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scaled: i128 = format!("{whole}{fraction:0<9}").parse().ok()?;
    let binary = |power: u32| Some(scaled << (10 * power));
    let decimal = |power: u32| Some(scaled * 1000_i128.pow(power));
    match suffix {
        "" => Some(scaled),
        "m" => Some(scaled / 1000),
        "k" => decimal(1),
        "M" => decimal(2),
        "G" => decimal(3),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        _ => None,
    }
}

#[test]
fn quantities_compare_by_value() {
    for (left, right) in [
        ("2048Mi", "2Gi"),
        ("0.5", "500m"),
        ("1.5Gi", "1536Mi"),
        ("2000m", "2"),
        ("1024Mi", "1Gi"),
    ] {
        assert_eq!(
            nano(&json!(left)),
            nano(&json!(right)),
            "{left} and {right}"
        );
    }
    assert_ne!(nano(&json!("1M")), nano(&json!("1Mi")));
    assert_eq!(nano(&json!(2)), nano(&json!("2")));
}
