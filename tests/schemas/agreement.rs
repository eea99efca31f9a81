//! The program and the schemas agree on every object of the repository, and on every setting with every kind of value.

use expand_integration::api::config_map::ConfigMapName;
use expand_integration::api::integration::Shape;
use expand_integration::settings::SETTINGS;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::corpus::{self, Object, mistakes};
use crate::{config, crd, harness, integration};

/// Where the program and a schema differ on purpose.
struct Exceptions {
    rows: Vec<Exception>,
}

struct Exception {
    places: Vec<String>,
    /// The schema accepts what the program refuses, or the other way round.
    accepts: bool,
    hits: usize,
}

impl Exceptions {
    fn read(section: &str) -> Self {
        let path = harness::tests_dir("schemas/exceptions.yaml");
        let table = harness::read_yaml(&std::fs::read_to_string(path).unwrap()).unwrap();
        let rows = table[section]
            .as_array()
            .unwrap_or_else(|| panic!("no {section}"))
            .iter();
        let rows = rows.map(|row| {
            let mut fields = harness::Fields::of(row.clone()).unwrap();
            assert!(!fields.text("why").unwrap().is_empty());
            let accepts = match fields.text("schema").unwrap().as_str() {
                "accepts" => true,
                "refuses" => false,
                other => panic!("the schema {other}?"),
            };
            let places = fields.texts("places");
            fields.end().unwrap();
            Exception {
                places,
                accepts,
                hits: 0,
            }
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// Whether a place is one of them. A `*` at an end stands for anything.
    fn cover(&mut self, place: &str, accepts: bool) -> bool {
        let matches = |pattern: &String| {
            let pattern = pattern.as_str();
            match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
                (Some(end), _) => place.ends_with(end),
                (_, Some(start)) => place.starts_with(start),
                _ => place == pattern,
            }
        };
        let mut rows = self.rows.iter_mut();
        let row = rows.find(|row| row.accepts == accepts && row.places.iter().any(matches));
        if let Some(row) = row {
            row.hits += 1;
            return true;
        }
        false
    }

    fn conclude(self, what: &str, count: usize, mut failures: Vec<String>) {
        for row in self.rows.iter().filter(|row| row.hits == 0) {
            failures.push(format!(
                "exceptions.yaml: program and schema agree on {:?}",
                row.places
            ));
        }
        harness::conclude(what, count, &failures);
    }
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().build(schema).unwrap()
}

fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect()
}

/// Compares the verdicts on one object.
fn compare(object: &Object, validator: &Validator, exceptions: &mut Exceptions) -> Option<String> {
    let (program, schema) = (mistakes(object), problems(validator, &object.value));
    if program.is_empty() == schema.is_empty() || exceptions.cover(&object.place, schema.is_empty())
    {
        return None;
    }
    Some(format!(
        "{}\n  program: {program:?}\n  schema: {schema:?}",
        object.place
    ))
}

#[test]
fn of_one_mind_about_every_object() {
    let integrations = validator(&integration::schema());
    let configs = validator(&config::schema());
    let mut exceptions = Exceptions::read("objects");
    let mut failures = Vec::new();
    let objects = corpus::objects();
    let mut refused = Vec::new();
    for object in &objects {
        let validator = if harness::is_integration(&object.value) {
            &integrations
        } else {
            &configs
        };
        failures.extend(compare(object, validator, &mut exceptions));
        if !validator.is_valid(&object.value) {
            refused.extend(mistakes(object));
        }
    }
    refused.sort_unstable();
    refused.dedup();
    assert!(
        refused.len() > 9,
        "the repository has no more mistakes than {refused:?}"
    );
    exceptions.conclude("objects", objects.len(), failures);
}

#[test]
fn of_one_mind_about_what_stands_around_settings() {
    let validator = validator(&integration::schema());
    let mut exceptions = Exceptions::read("wholes");
    let text = std::fs::read_to_string(harness::tests_dir("schemas/wholes.yaml")).unwrap();
    let changes = harness::read_yaml(&text).unwrap();
    let changes = changes.as_array().unwrap();
    let mut failures = Vec::new();
    for change in changes {
        let mut object = corpus::integration(false);
        merge(&mut object, change);
        let object = Object {
            place: change.to_string(),
            text: object.to_string(),
            value: object,
        };
        failures.extend(compare(&object, &validator, &mut exceptions));
    }
    exceptions.conclude("whole objects", changes.len(), failures);
}

fn merge(into: &mut Value, change: &Value) {
    match (into, change) {
        (Value::Object(into), Value::Object(change)) => {
            for (key, value) in change {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (into, change) => *into = change.clone(),
    }
}

/// What somebody might write as the value of a field.
fn values() -> Vec<Value> {
    let text = std::fs::read_to_string(harness::tests_dir("schemas/values.yaml")).unwrap();
    let mut values = harness::read_yaml(&text)
        .unwrap()
        .as_array()
        .unwrap()
        .clone();
    values.extend(small_values());
    values.extend(texts().map(|text| json!(text)));
    values
}

fn small_values() -> Vec<Value> {
    vec![
        json!(null),
        json!(""),
        json!(" "),
        json!(0),
        json!(1),
        json!(-1),
        json!(2.5),
        json!(8290),
        json!(70_000),
        json!(3_000_000_000_u64),
        json!(true),
        json!([]),
        json!({}),
        json!({"a": 1}),
        json!([null]),
        json!([{}]),
        json!([8290]),
        json!(["8290"]),
        json!([0]),
        json!([70_000]),
        json!([8290, "x"]),
    ]
}

fn texts() -> impl Iterator<Item = &'static str> {
    [
        "0",
        "00",
        "1",
        "+1",
        "-1",
        "01",
        "8290",
        "65535",
        "65536",
        "70000",
        "1.5",
        "x",
        "true",
        "TRUE",
        "tRue",
        "f",
        "yes",
        "500m",
        "512Mi",
        "512 MB",
        "-5m",
        ".5",
        "5.",
        "1e3",
        "1E5",
        "2E",
        "1K",
        "1e9999",
        "Always",
        "always",
        "namespace",
        "per-app",
    ]
    .into_iter()
}

#[test]
fn of_one_mind_about_every_field() {
    let validator = validator(&integration::schema());
    let mut exceptions = Exceptions::read("fields");
    let (mut failures, mut count) = (Vec::new(), 0);
    for (shape, old) in [(Shape::Current, false), (Shape::Legacy, true)] {
        for path in SETTINGS
            .iter()
            .filter_map(|setting| setting.home(shape).field)
        {
            for value in values() {
                let mut object = corpus::integration(old);
                let pointer = path.replace('.', "/");
                let mut at = &mut object["spec"];
                for step in pointer.split('/') {
                    at = &mut at[step];
                }
                *at = value.clone();
                let object = Object {
                    place: format!("{path}={value}"),
                    text: object.to_string(),
                    value: object,
                };
                failures.extend(compare(&object, &validator, &mut exceptions));
                count += 1;
            }
        }
    }
    exceptions.conclude("values of fields", count, failures);
}

#[test]
fn of_one_mind_about_every_key() {
    let validator = validator(&config::schema());
    let mut exceptions = Exceptions::read("keys");
    let (mut failures, mut count) = (Vec::new(), 0);
    for map in ConfigMapName::ALL {
        // A schema does not look into YAML text.
        for (key, _) in config::keys(map).into_iter().filter(|(_, s)| !s.structured) {
            for value in texts().map(Value::from).chain([
                json!(null),
                json!(""),
                json!(1),
                json!(true),
                json!([]),
                json!({"a": "b"}),
            ]) {
                let object = json!({
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": map.as_str()}, "data": {key: value},
                });
                let object = Object {
                    place: format!("{key}={value}"),
                    text: object.to_string(),
                    value: object,
                };
                failures.extend(compare(&object, &validator, &mut exceptions));
                count += 1;
            }
        }
    }
    exceptions.conclude("values of keys", count, failures);
}

/// The CRD lets in what the program takes. What it lets in beyond that, an API server prunes or the program refuses.
#[test]
fn the_crd_takes_what_the_program_takes() {
    let validator = validator(&crd::as_json_schema());
    let mut exceptions = Exceptions::read("crd");
    let (mut failures, mut count) = (Vec::new(), 0);
    for mut object in corpus::objects() {
        if object.value["apiVersion"] != "wso2.com/v1alpha2" || !mistakes(&object).is_empty() {
            continue;
        }
        count += 1;
        drop_nulls(&mut object.value);
        let found = problems(&validator, &object.value);
        if !found.is_empty() && !exceptions.cover(&object.place, false) {
            failures.push(format!("{}: {found:?}", object.place));
        }
    }
    exceptions.conclude("Integrations for the CRD", count, failures);
}

/// An API server does so before it looks.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
