//! `functions/krm-function-definition.yaml`: of the kind that catalogs read, and as strict as the program.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeSet;
use std::path::Path;

use expand_integration::api::function_config::{API_VERSION, KIND, SPEC_FIELDS};
use expand_integration::api::integration;
use harness::{program, read_yaml, text};
use serde_json::{Value, json};

fn read(path: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    read_yaml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn definition() -> Value {
    read("functions/krm-function-definition.yaml")
}

fn schema() -> Value {
    definition()["spec"]["versions"][0]["schema"]["openAPIV3Schema"].clone()
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// What the schema has against a functionConfig.
fn against(schema: &Value, config: &Value) -> Vec<String> {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(config);
    errors.map(|error| error.to_string()).collect()
}

/// The fields of kyaml's `KRMFunctionDefinition`; what it does not have, it drops.
#[test]
fn it_is_a_krm_function_definition() {
    let definition = definition();
    assert_eq!(
        text(&definition, "/apiVersion"),
        "config.kubernetes.io/v1alpha1"
    );
    assert_eq!(text(&definition, "/kind"), "KRMFunctionDefinition");
    let fields = [
        ("", &["apiVersion", "kind", "metadata", "spec"][..]),
        (
            "/spec",
            &[
                "group",
                "names",
                "versions",
                "description",
                "publisher",
                "tags",
            ],
        ),
        ("/spec/names", &["kind"]),
        (
            "/spec/versions/0",
            &["name", "schema", "idempotent", "license", "runtime"],
        ),
        ("/spec/versions/0/schema", &["openAPIV3Schema"]),
        ("/spec/versions/0/runtime", &["exec"]),
        ("/spec/versions/0/runtime/exec", &["path"]),
    ];
    for (pointer, names) in fields {
        let expected: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(
            keys(definition.pointer(pointer).unwrap()),
            expected,
            "{pointer}"
        );
    }
    let (group, version) = API_VERSION.split_once('/').unwrap();
    assert_eq!(text(&definition, "/spec/group"), group);
    assert_eq!(text(&definition, "/spec/names/kind"), KIND);
    assert_eq!(text(&definition, "/spec/versions/0/name"), version);
}

#[test]
fn it_lists_the_fields_that_the_program_reads() {
    let schema = schema();
    assert_eq!(
        schema["properties"]["apiVersion"]["enum"],
        json!([API_VERSION])
    );
    assert_eq!(schema["properties"]["kind"]["enum"], json!([KIND]));
    let spec = &schema["properties"]["spec"]["properties"];
    assert_eq!(keys(spec), SPEC_FIELDS.into_iter().collect());
    let item = &spec["integrations"]["items"]["properties"];
    let versions: Vec<&str> = item["apiVersion"]["enum"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v.as_str().unwrap())
        .collect();
    let listed = integration::VERSIONS.replace(" or ", ", ");
    assert_eq!(versions, listed.split(", ").collect::<Vec<_>>());
    assert_eq!(item["kind"]["enum"], json!([integration::KIND]));
}

#[test]
fn it_takes_the_function_config_to_copy() {
    let config = read("functions/expand-integration.yaml");
    assert_eq!(against(&schema(), &config), [""; 0]);
}

/// The schema and the program agree on what a functionConfig may hold.
#[test]
fn it_is_as_strict_as_the_program() {
    let whole = json!({
        "apiVersion": "wso2.com/v1alpha2",
        "kind": "Integration",
        "metadata": {"name": "hello-world"},
        "spec": {"image": "docker.io/example/hello-world:1.0.0"},
    });
    let mut old = whole.clone();
    old["apiVersion"] = json!("integration.wso2.com/v1alpha1");
    old["metadata"]["name"] = json!("orders");
    let mut camel = whole.clone();
    camel["apiVersion"] = json!("camel.apache.org/v1");
    let config = json!({"ingressHostName": "mi.example.com", "readinessProbe": {"httpGet": {"path": "/", "port": 9201}}});
    let cases = [
        (true, json!({})),
        (
            true,
            json!({"config": config, "integrations": [whole, old], "prune": true, "integrationsPolicy": "keep"}),
        ),
        (
            true,
            json!({"integrations": [], "prune": false, "integrationsPolicy": "drop"}),
        ),
        (true, json!({"integrationsPolicy": "auto"})),
        (false, json!({"configs": {}})),
        (false, json!({"config": ["ingressHostName"]})),
        (false, json!({"integrations": {"name": "hello-world"}})),
        (false, json!({"integrations": ["hello-world"]})),
        (false, json!({"integrations": [camel]})),
        (false, json!({"integrations": [{"kind": "Integration"}]})),
        (false, json!({"prune": "sometimes"})),
        (false, json!({"integrationsPolicy": "delete"})),
    ];
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("functions");
    std::fs::create_dir_all(&dir).unwrap();
    for (accepted, spec) in cases {
        let config = json!({"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": "expand"}, "spec": spec});
        let problems = against(&schema(), &config);
        assert_eq!(problems.is_empty(), accepted, "{spec}: {problems:?}");
        std::fs::write(dir.join("function.yaml"), config.to_string()).unwrap();
        let run = program()
            .args(["function.yaml"])
            .dir(&dir)
            .stdin("kind: ConfigMap\n")
            .run();
        assert_eq!(run.code == 0, accepted, "{spec}: {}", run.said());
    }
}
