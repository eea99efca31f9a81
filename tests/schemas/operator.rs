//! Whatever the operator's CRD let in, ours lets in, and it is as structural as an API server wants it.

use serde_json::{Map, Value, json};

use crate::{crd, harness};

/// The operator's CRD, in the notation of `operator-crd.yaml`.
struct Operator(Map<String, Value>);

impl Operator {
    fn read() -> Self {
        let text =
            std::fs::read_to_string(harness::tests_dir("schemas/operator-crd.yaml")).unwrap();
        Self(
            harness::read_yaml(&text)
                .unwrap()
                .as_object()
                .unwrap()
                .clone(),
        )
    }

    /// Values that a shape takes: each of its fields alone with each of its own samples, and all together.
    fn samples(&self, shape: &Value) -> Vec<Value> {
        match shape {
            Value::String(word) => match word.as_str() {
                "string" => vec![json!("text"), json!(""), json!("-1"), json!("$(A) <b>")],
                "int32" => vec![json!(8290), json!(0), json!(i32::MIN), json!(i32::MAX)],
                "int-or-string" => vec![json!("http"), json!(8290), json!(-1), json!("")],
                "quantity" => vec![json!("1"), json!(1), json!("-1.5Mi"), json!("2e3")],
                "boolean" => vec![json!(true), json!(false)],
                "object" => {
                    vec![json!({"name": "app", "creationTimestamp": "2022-06-24T00:00:00Z"})]
                }
                name => self.samples(&self.0[name]),
            },
            Value::Array(items) => {
                let items = self.samples(&items[0]);
                let alone = items.iter().map(|item| json!([item]));
                [json!(items), json!([])].into_iter().chain(alone).collect()
            }
            Value::Object(fields) => self.objects(fields),
            other => panic!("no shape: {other}"),
        }
    }

    fn objects(&self, fields: &Map<String, Value>) -> Vec<Value> {
        let mut whole = Map::new();
        let mut least = Map::new();
        let mut each: Vec<(String, Vec<Value>)> = Vec::new();
        for (name, shape) in fields {
            let samples = self.samples(shape);
            let field = name.trim_end_matches('!');
            whole.insert(field.to_owned(), samples[0].clone());
            if name.ends_with('!') {
                least.insert(field.to_owned(), samples[0].clone());
            }
            each.push((field.to_owned(), samples));
        }
        let mut objects = vec![Value::Object(whole), Value::Object(least.clone())];
        for (field, samples) in each {
            for sample in samples {
                let mut object = least.clone();
                object.insert(field.clone(), sample);
                objects.push(Value::Object(object));
            }
        }
        objects
    }
}

#[test]
fn the_crd_takes_what_the_operators_took() {
    let operator = Operator::read();
    let validator = jsonschema::validator_for(&crd::as_json_schema()).unwrap();
    let samples = operator.samples(&json!("Integration"));
    let refused = samples.iter().filter_map(|sample| {
        let error = validator.iter_errors(sample).next()?;
        Some(format!("{}: {error}", error.instance_path()))
    });
    let refused: Vec<String> = refused.collect();
    assert!(samples.len() > 500, "only {} samples", samples.len());
    harness::conclude("objects of the operator", samples.len(), &refused);
}

/// The words of Kubernetes' structural schemas that ours uses, and where they may stand.
#[test]
fn the_crd_is_structural() {
    let mut problems = Vec::new();
    check(&crd::schema(), "", &mut problems);
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

fn check(schema: &Value, path: &str, problems: &mut Vec<String>) {
    let map = schema.as_object().unwrap();
    let has = |word: &str| map.contains_key(word);
    let words = [
        "description",
        "type",
        "format",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "x-kubernetes-int-or-string",
        "x-kubernetes-preserve-unknown-fields",
    ];
    let unknown = map.keys().filter(|word| !words.contains(&word.as_str()));
    problems.extend(unknown.map(|word| format!("{path}: {word}")));
    let typed = map.get("type").is_some_and(Value::is_string);
    if has("x-kubernetes-int-or-string") == typed && !has("x-kubernetes-preserve-unknown-fields") {
        problems.push(format!("{path}: has to have one type"));
    }
    if has("properties") && has("additionalProperties") {
        problems.push(format!(
            "{path}: properties and additionalProperties exclude each other"
        ));
    }
    if has("items") != (map.get("type") == Some(&json!("array"))) {
        problems.push(format!("{path}: a list, and only a list, has items"));
    }
    for name in map
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if map["properties"].get(name.as_str().unwrap()).is_none() {
            problems.push(format!("{path}: requires {name}, which it does not have"));
        }
    }
    for (name, schema) in map
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        check(schema, &format!("{path}.{name}"), problems);
    }
    for word in ["items", "additionalProperties"] {
        if let Some(schema) = map.get(word) {
            check(schema, &format!("{path}.{word}"), problems);
        }
    }
}
