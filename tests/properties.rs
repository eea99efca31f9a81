//! What holds for every input: foreign bytes pass, a second run changes nothing, the order of documents does not matter, and
//! a stream and a `ResourceList` give the same objects.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::fmt::Write as _;

use expand_integration::Options;
use expand_integration::diagnostics::{Severity, Style, render};
use harness::{Run, as_set, comparable, items, objects};
use proptest::prelude::*;

/// Pieces that YAML and the cutting of streams care about, and bytes that are no text at all.
const PIECES: [&[u8]; 34] = [
    b"\n",
    b"\n",
    b"\r\n",
    b"\r",
    b" ",
    b"  ",
    b"\t",
    b"a",
    b"kind",
    b"kind: Service",
    b"apiVersion: v1",
    b"metadata:",
    b": ",
    b":",
    b"- ",
    b"\"",
    b"'",
    b"|",
    b">-",
    b"#",
    b"# Source: x",
    b"{",
    b"}",
    b"[",
    b"&a ",
    b"*a",
    b"%YAML 1.1",
    b"!t ",
    b"...",
    b"--",
    b"\xff\xfe",
    b"\xc3\xa9",
    b"\xe2\x80\xa8",
    b"\x00",
];

fn foreign() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..24);
    pieces
        .prop_map(|pieces| {
            let mut text = pieces.concat();
            text.push(b'\n');
            text
        })
        .prop_filter("a separator makes two documents", |text| {
            !text
                .split(|byte| *byte == b'\n')
                .any(|line| line.starts_with(b"---"))
        })
}

#[derive(Debug, Clone)]
struct Sample {
    name: String,
    namespace: Option<&'static str>,
    replicas: Option<u8>,
    autoscale: Option<&'static str>,
    inbound: Vec<u16>,
    value: String,
}

impl Sample {
    fn document(&self) -> String {
        let Self {
            name,
            namespace,
            replicas,
            autoscale,
            inbound,
            value,
        } = self;
        let mut text = format!(
            "apiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata:\n  name: {name}\n"
        );
        if let Some(namespace) = namespace {
            let _ = writeln!(text, "  namespace: {namespace}");
        }
        let _ = writeln!(
            text,
            "spec:\n  image: ex/{name}:1\n  expose: {{inboundPorts: {inbound:?}}}"
        );
        if let Some(replicas) = replicas {
            let _ = writeln!(text, "  deploySpec:\n    minReplicas: {replicas}");
        }
        if let Some(autoscale) = autoscale {
            let _ = writeln!(text, "  autoScale:\n    enabled: {autoscale}");
        }
        text + &format!(
            "  env:\n    - name: A\n      value: {}\n",
            serde_json::Value::from(value.as_str())
        )
    }
}

fn integration(index: usize) -> impl Strategy<Value = String> {
    (
        prop::sample::select(vec![None, Some("team-a"), Some("team-b")]),
        prop::option::of(1_u8..5),
        prop::option::of(prop::sample::select(vec![
            "true",
            "\"true\"",
            "yes",
            "\"false\"",
            "off",
        ])),
        prop::collection::btree_set(8000_u16..8200, 0..4),
        "[ -~]{0,20}",
    )
        .prop_map(move |(namespace, replicas, autoscale, inbound, value)| {
            let inbound = inbound.into_iter().collect();
            Sample {
                name: format!("app-{index}"),
                namespace,
                replicas,
                autoscale,
                inbound,
                value,
            }
            .document()
        })
}

/// The first one holds settings for everybody, so that no Integration is between those of two namespaces.
fn other(index: usize) -> impl Strategy<Value = String> {
    let namespace = ["wso2-system", "team-a", "team-b"][index % 3];
    let settings = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: integration-config, namespace: {namespace}}}\n\
         data: {{minReplicas: \"2\", autoIngressCreation: \"1\"}}\n"
    );
    let foreign = format!(
        "# a comment\nkind: Service\nmetadata: {{name: other-{index}}}\nspec: {{x: yes, y: [1, 0777]}}\n"
    );
    let choice = if index == 0 {
        vec![settings]
    } else {
        vec![settings, foreign]
    };
    prop::sample::select(choice)
}

/// A few documents, each of its own identity, in some order.
fn stream() -> impl Strategy<Value = Vec<String>> {
    (1_usize..4, 0_usize..4)
        .prop_flat_map(|(integrations, others)| {
            let integrations: Vec<_> = (0..integrations)
                .map(|index| integration(index).boxed())
                .collect();
            let others: Vec<_> = (0..others).map(|index| other(index).boxed()).collect();
            integrations.into_iter().chain(others).collect::<Vec<_>>()
        })
        .prop_shuffle()
}

/// The program without its process: `cli.rs` and the golden cases run the real one.
fn expand(input: impl AsRef<[u8]>) -> Run {
    let (input, options) = (input.as_ref(), Options::default());
    let input = expand_integration::Input::stdin(input.to_vec());
    let outcome = expand_integration::expand(&input.bytes, &options);
    let sources = expand_integration::sources(&input, &options);
    Run {
        code: i32::from(outcome.failed()),
        stderr: render(&outcome.diagnostics, &sources, Severity::Info, Style::Plain).into_bytes(),
        stdout: outcome.output.into_owned(),
    }
}

fn join(documents: &[String]) -> String {
    documents.iter().fold(String::new(), |stream, document| {
        stream + "---\n" + document
    })
}

fn done(run: Run) -> Result<Run, TestCaseError> {
    prop_assert_eq!(run.code, 0, "{}", run.err());
    Ok(run)
}

const APP: &[u8] = b"---\napiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata: {name: app}\nspec: {image: ex/app:1}\n---\n";

/// The ways to write one and the same Integration, `APP`, field by field.
const API_VERSIONS: [&str; 8] = [
    "apiVersion: wso2.com/v1alpha2\n",
    "'apiVersion': \"wso2.com/v1alpha2\"\n",
    "apiVersion:   wso2.com/v1alpha2   # why\n",
    "apiVersion: !!str wso2.com/v1alpha2\n",
    "apiVersion: >-\n  wso2.com/v1alpha2\n",
    "apiVersion:\n  wso2.com/v1alpha2\n",
    "\"apiVersion\" : 'wso2.com/v1alpha2'\n\n",
    "? apiVersion\n: wso2.com/v1alpha2\n",
];
const KINDS: [&str; 6] = [
    "kind: Integration\n",
    "\"kind\": \"Integration\"\n",
    "kind: &kind Integration # why\n",
    "kind:\n  Integration\n",
    "kind: |-\n  Integration\n",
    "# kind: Service\nkind: \"Integ\\\n  ration\"\n",
];
const METADATA: [&str; 24] = [
    "metadata:\n  name: app\n",
    "metadata: {name: app}\n",
    "metadata: {\n  name: app,\n  }\n",
    "metadata: # why\n\n  name: app # why\n  # below\n",
    "metadata:\n  annotations: {}\n  name: app\n",
    "metadata:\n  annotations:\n  name: app\n",
    "metadata:\n  annotations: null # none\n  name: app\n",
    "metadata:\n  name: app\n  annotations: ~\n",
    "metadata:\n    name: 'app' # c\n    annotations:\n        a: |\n          text\n\n",
    "metadata:\n  name: app\n  annotations:\n    a: |+\n      text\n\n\n",
    "metadata:\n  name: app\n  annotations: &x\n    a: b\n  labels: *x\n",
    "metadata:\n  name: app\n  labels: &x {a: b}\n  annotations: *x\n",
    "metadata:\n  name: app\n  annotations:\n    # c\n    config.kubernetes.io/local-config: \"false\"\n    b: c\n",
    "metadata:\n  name: app\n  annotations:\n    config.kubernetes.io/local-config: >-\n      false\n",
    "\"metadata\":\n  \"name\": \"app\"\n  \"annotations\": {\"a\": \"b\",}\n",
    "metadata: &m\n  name: &n app\n",
    "metadata: {name: app, annotations: {config.kubernetes.io/local-config: 'no' , a: b}}\n",
    "metadata:\n  annotations:\n    <<: {a: b}\n  name: app\n",
    "metadata:\n  name: app\n  annotations: {a: b} # end\n\n  # below\n",
    "metadata:\n  name: app\n  annotations:\n    a: b   # end\n    # after\n  # lower\n",
    "metadata:\n  name: app\n  annotations:\n    a: >-\n      folded\n      text\n",
    "metadata:\n  name: app\n  annotations:\n    a: \"several\n      lines\"\n",
    "metadata:\n  name: app\n  annotations:\n    a: several\n      lines\n  labels: {a: b}\n",
    "? metadata\n: name: app\n  annotations:\n    a: b\n",
];
const SPECS: [&str; 6] = [
    "spec:\n  image: ex/app:1\n",
    "spec: {image: 'ex/app:1'}\n",
    "spec:\n  \"image\": >-\n    ex/app:1\n",
    "spec: {\"image\":\"ex/app:1\"}\n",
    "spec:\n    image: &i ex/app:1\n    imagePullSecret: ''\n# end\n",
    "spec:\n  image: |-\n    ex/app:1\n\n",
];

fn spelling() -> impl Strategy<Value = String> {
    let pick = |from: &'static [&'static str]| prop::sample::select(from);
    let fields = (
        pick(&API_VERSIONS),
        pick(&KINDS),
        pick(&METADATA),
        pick(&SPECS),
    );
    let shuffled = fields.prop_flat_map(|(a, b, c, d)| Just(vec![a, b, c, d]).prop_shuffle());
    (shuffled, any::<bool>()).prop_map(|(fields, crlf)| {
        let text = fields.concat();
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

/// A list around one item, its dash and its lines indented by so much.
fn list_of(item: &str, dash: usize, indent: usize) -> String {
    let mut list =
        String::from("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n");
    let _ = writeln!(list, "{}-", " ".repeat(dash));
    for line in item.split_inclusive('\n') {
        if !line.trim().is_empty() {
            list.push_str(&" ".repeat(dash + indent));
        }
        list.push_str(line);
    }
    list + "# the end\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn foreign_bytes_pass(first in foreign(), second in foreign(), third in foreign()) {
        // A directive is part of the document whose separator follows it.
        prop_assume!(!first.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"%")));
        let rest = [&second[..], b"---\n", &third].concat();
        let run = done(expand([&first[..], APP, &rest].concat()))?;
        let plain = expand([b"a: 1\n", APP, b"b: 1\n"].concat());
        let rendered = &plain.stdout[5..plain.stdout.len() - 5];
        prop_assert_eq!(
            String::from_utf8_lossy(&run.stdout).into_owned(),
            String::from_utf8_lossy(&[&first[..], rendered, &rest].concat()).into_owned()
        );
        prop_assert_eq!(run.stdout, [&first[..], rendered, &rest].concat());
    }

    #[test]
    fn bytes_without_an_integration_are_left_alone(documents in prop::collection::vec(foreign(), 0..4), bom in any::<bool>()) {
        let mut input = documents.join(&b"---\n"[..]);
        if bom {
            input.splice(0..0, *b"\xef\xbb\xbf");
        }
        // Blank input is as good as empty to the hosts, so it becomes a comment.
        prop_assume!(input.is_empty() || !input.trim_ascii().is_empty());
        prop_assert_eq!(done(expand(input.clone()))?.stdout, input);
    }

    #[test]
    fn a_second_run_changes_nothing(documents in stream()) {
        let once = done(expand(join(&documents)))?;
        prop_assert_eq!(done(expand(once.stdout.clone()))?.out(), once.out());
        let list = done(expand(harness::as_resource_list(&join(&documents))))?;
        prop_assert_eq!(done(expand(list.stdout.clone()))?.out(), list.out());
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(documents in stream()) {
        prop_assert_eq!(expand(join(&documents)), expand(join(&documents)));
    }

    #[test]
    fn the_order_of_documents_does_not_matter((documents, shuffled) in stream().prop_flat_map(|documents| (Just(documents.clone()), Just(documents).prop_shuffle()))) {
        let one = done(expand(join(&documents)))?;
        let other = done(expand(join(&shuffled)))?;
        prop_assert_eq!(as_set(objects(&one.out())), as_set(objects(&other.out())));
    }

    #[test]
    fn a_stream_and_a_list_give_the_same_objects(documents in stream()) {
        let stream = done(expand(join(&documents)))?;
        let list = done(expand(harness::as_resource_list(&join(&documents))))?;
        let (stream, list) = comparable(objects(&stream.out()), items(&list.out()).unwrap());
        prop_assert_eq!(harness::show_all(&stream), harness::show_all(&list));
    }

    #[test]
    fn any_spelling_gives_the_same_objects(text in spelling()) {
        let run = done(expand(&text))?;
        prop_assert_eq!(as_set(objects(&run.out())), as_set(objects(&expand(APP).out())));
    }

    #[test]
    fn any_spelling_is_marked_and_otherwise_left_alone(text in spelling(), dash in 0_usize..5, indent in 1_usize..5) {
        let list = list_of(&text, dash, indent);
        let before = items(&list).map_err(TestCaseError::reject)?;
        let run = done(expand(&list))?;
        let after = items(&run.out()).map_err(|error| TestCaseError::fail(format!("{error}\n{}", run.out())))?;
        prop_assert_eq!(harness::annotation(&after[0], harness::LOCAL_CONFIG), Some("true"), "{}", run.out());
        let unmarked = |item: &serde_json::Value| {
            let mut item = item.clone();
            if item["metadata"]["annotations"].is_null() {
                item["metadata"]["annotations"] = serde_json::json!({});
            }
            harness::drop_annotation(&mut item, harness::LOCAL_CONFIG);
            harness::drop_annotation(&mut item, "");
            harness::show(&item)
        };
        prop_assert_eq!(unmarked(&before[0]), unmarked(&after[0]), "{}", run.out());
        let rendered: Vec<_> = after[1..].iter().cloned().map(harness::without_list_marks).collect();
        prop_assert_eq!(as_set(rendered), as_set(objects(&expand(APP).out())));
        prop_assert_eq!(done(expand(&run.stdout))?.out(), run.out());
    }
}

/// The time that this thread has spent on a processor, whatever else the machine does; where the system does not tell, that of a
/// clock.
fn processor_seconds(since: std::time::Instant) -> f64 {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = spent.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    let nanos = nanos.filter(|nanos| *nanos > 0.0);
    nanos.map_or_else(|| since.elapsed().as_secs_f64(), |nanos| nanos / 1e9)
}

/// The least of five runs: the others found cold caches.
fn seconds(input: &str) -> f64 {
    let run = || {
        let clock = std::time::Instant::now();
        let start = processor_seconds(clock);
        let run = expand(input);
        assert!(run.stdout.len() + run.stderr.len() > 1_000);
        processor_seconds(clock) - start
    };
    (0..5).map(|_| run()).fold(f64::INFINITY, f64::min)
}

#[test]
fn time_is_linear() {
    let document = |index: usize| {
        format!(
            "apiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata: {{name: app-{index}}}\nspec:\n  image: ex/app:1\n"
        )
    };
    let stream = |count: usize| join(&(0..count).map(document).collect::<Vec<_>>());
    let inputs: [(&str, &dyn Fn(usize) -> String); 4] = [
        ("a stream", &stream),
        ("a list", &|count| harness::as_resource_list(&stream(count))),
        ("a list that was expanded before", &|count| {
            expand(harness::as_resource_list(&stream(count))).out()
        }),
        ("errors", &|count| stream(count).replace("image", "imag")),
    ];
    for (what, input) in inputs {
        let ratio = seconds(&input(400)) / seconds(&input(100));
        println!("{what}: 4 times the input takes {ratio:.1} times as long");
        assert!(
            ratio < 8.0,
            "{what}: 4 times the input takes {ratio:.1} times as long"
        );
    }
}
