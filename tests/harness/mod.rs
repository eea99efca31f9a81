//! What the tests share: running the program, reading manifests as values, saying where two texts differ.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "each test file takes what it needs; in a test a panic is the message"
)]

pub mod cases;
pub mod console;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize as _;
use serde_json::{Map, Value, json};

pub const GENERATED_FROM: &str = "expand-integration/generated-from";
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";
const PATHS: [&str; 4] = [
    "internal.config.kubernetes.io/path",
    "internal.config.kubernetes.io/index",
    "config.kubernetes.io/path",
    "config.kubernetes.io/index",
];

/// What a run of the program left behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    pub code: i32,
}

impl Run {
    pub fn out(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    pub fn err(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }

    /// The start of stderr, for a failure's message.
    pub fn said(&self) -> String {
        self.err().chars().take(2_000).collect()
    }
}

/// A run of the program in the making. Nothing of the tests' own environment reaches it.
pub struct Program {
    command: std::process::Command,
    stdin: Vec<u8>,
}

pub fn program() -> Program {
    let mut command =
        std::process::Command::new(assert_cmd::cargo::cargo_bin!("expand-integration"));
    for (name, _) in std::env::vars_os() {
        let ours = name.to_string_lossy().starts_with("EXPAND_INTEGRATION_");
        if ours || name == "HELM_PLUGIN_NAME" || name == "CLICOLOR_FORCE" {
            command.env_remove(name);
        }
    }
    Program {
        command,
        stdin: Vec::new(),
    }
}

impl Program {
    pub fn args<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(mut self, args: I) -> Self {
        self.command.args(args);
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub fn stdin(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.stdin = input.into();
        self
    }

    pub fn run(self) -> Run {
        let output = assert_cmd::Command::from_std(self.command)
            .write_stdin(self.stdin)
            .output()
            .expect("the program starts");
        Run {
            code: output.status.code().unwrap_or(-1),
            stdout: output.stdout,
            stderr: output.stderr,
        }
    }

    /// For tests that hold the pipes themselves.
    pub fn piped(mut self) -> std::process::Command {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        self.command
    }
}

pub fn expand(input: impl Into<Vec<u8>>) -> Run {
    program().stdin(input).run()
}

/// A file of the repository, by its path below `tests/`.
pub fn tests_dir(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path)
}

/// The directories or files below `dir`, in name order.
pub fn entries(dir: &Path) -> Vec<PathBuf> {
    let read = std::fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let mut found: Vec<PathBuf> = read.map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Calls `check` for every item on all cores; gives the answers in the order of the items.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], check: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { break };
                    let result = check(item);
                    results.lock().unwrap().push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The text of one document of a stream, and the separator line it stands under ("" for a first one without).
#[derive(Debug, Clone)]
pub struct Document {
    pub separator: String,
    pub text: String,
}

impl Document {
    /// The document as a value; `None` for one that is empty, broken or not a mapping.
    pub fn object(&self) -> Option<Value> {
        read_yaml(&self.text).ok().filter(Value::is_object)
    }
}

/// Cuts a stream at its separator lines, as the hosts do.
pub fn documents(stream: &str) -> Vec<Document> {
    let mut found = vec![Document {
        separator: String::new(),
        text: String::new(),
    }];
    let stream = stream.strip_prefix('\u{feff}').unwrap_or(stream);
    for line in stream.split_inclusive('\n') {
        let rest = line.strip_prefix("---");
        if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n'])) {
            found.push(Document {
                separator: line.to_owned(),
                text: String::new(),
            });
        } else {
            found.last_mut().unwrap().text.push_str(line);
        }
    }
    found.retain(|document| !document.separator.is_empty() || !document.text.trim().is_empty());
    found
}

/// The mappings of a stream, in order.
pub fn objects(stream: &str) -> Vec<Value> {
    documents(stream)
        .iter()
        .filter_map(Document::object)
        .collect()
}

/// One YAML or JSON text as a value; YAML 1.2 rules.
pub fn read_yaml(text: &str) -> Result<Value, String> {
    let mut documents = yaml_serde::Deserializer::from_str(text);
    let Some(first) = documents.next() else {
        return Ok(Value::Null);
    };
    let value = yaml_serde::Value::deserialize(first).map_err(|error| error.to_string())?;
    if documents.next().is_some() {
        return Err("more than one document".to_owned());
    }
    to_json(value)
}

fn to_json(value: yaml_serde::Value) -> Result<Value, String> {
    Ok(match value {
        yaml_serde::Value::Null => Value::Null,
        yaml_serde::Value::Bool(flag) => Value::Bool(flag),
        yaml_serde::Value::String(text) => Value::String(text),
        yaml_serde::Value::Number(number) => {
            serde_json::to_value(&number).unwrap_or_else(|_| Value::String(number.to_string()))
        }
        yaml_serde::Value::Sequence(items) => {
            Value::Array(items.into_iter().map(to_json).collect::<Result<_, _>>()?)
        }
        yaml_serde::Value::Mapping(mut entries) => {
            let merged = yaml_serde::Value::Mapping(std::mem::take(&mut entries));
            let mut merged = merged;
            merged.apply_merge().map_err(|error| error.to_string())?;
            let yaml_serde::Value::Mapping(entries) = merged else {
                return Err("not a mapping".to_owned());
            };
            let mut map = Map::new();
            for (key, value) in entries {
                let key = match to_json(key)? {
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                map.insert(key, to_json(value)?);
            }
            Value::Object(map)
        }
        yaml_serde::Value::Tagged(tagged) => {
            json!({ "!tag": tagged.tag.to_string(), "value": to_json(tagged.value)? })
        }
    })
}

/// A mapping of a table of expectations, read field by field; one that nobody asked for is a mistake.
pub struct Fields(Map<String, Value>);

impl Fields {
    pub fn of(value: Value) -> Result<Self, String> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(format!("not a mapping: {other}")),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    pub fn text(&mut self, name: &str) -> Result<String, String> {
        match self.take(name) {
            Some(Value::String(text)) => Ok(text),
            other => Err(format!("{name} is {other:?}")),
        }
    }

    pub fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            Some(Value::Array(list)) => list,
            Some(other) => vec![other],
            None => Vec::new(),
        }
    }

    pub fn texts(&mut self, name: &str) -> Vec<String> {
        let show = |value: Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        self.list(name).into_iter().map(show).collect()
    }

    pub fn end(self) -> Result<(), String> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "unknown fields: {:?}",
                self.0.keys().collect::<Vec<_>>()
            ))
        }
    }
}

pub fn text<'v>(object: &'v Value, pointer: &str) -> &'v str {
    object
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// `Kind/name`, or `Kind/namespace/name` where a namespace stands.
pub fn identity(object: &Value) -> String {
    let (kind, namespace, name) = (
        text(object, "/kind"),
        text(object, "/metadata/namespace"),
        text(object, "/metadata/name"),
    );
    if namespace.is_empty() {
        format!("{kind}/{name}")
    } else {
        format!("{kind}/{namespace}/{name}")
    }
}

/// An Integration of the WSO2 groups, whatever its version.
pub fn is_integration(object: &Value) -> bool {
    let group = text(object, "/apiVersion")
        .split('/')
        .next()
        .unwrap_or_default();
    text(object, "/kind") == "Integration" && ["wso2.com", "integration.wso2.com"].contains(&group)
}

/// One of the `ConfigMap`s that hold settings.
pub fn is_settings(object: &Value) -> bool {
    let names = [
        "integration-config",
        "integration-ingress-config",
        "ei-operator-config",
    ];
    text(object, "/kind") == "ConfigMap" && names.contains(&text(object, "/metadata/name"))
}

pub fn annotation<'v>(object: &'v Value, name: &str) -> Option<&'v str> {
    object
        .get("metadata")?
        .get("annotations")?
        .get(name)?
        .as_str()
}

/// Takes an annotation away, and an `annotations` that is empty then.
pub fn drop_annotation(object: &mut Value, name: &str) {
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    if let Some(annotations) = metadata
        .get_mut("annotations")
        .and_then(Value::as_object_mut)
    {
        annotations.shift_remove(name);
        if annotations.is_empty() {
            metadata.shift_remove("annotations");
        }
    }
}

/// An item of a list as the same object would stand in a plain stream: without what only lists carry.
pub fn without_list_marks(mut item: Value) -> Value {
    drop_annotation(&mut item, GENERATED_FROM);
    for path in PATHS {
        drop_annotation(&mut item, path);
    }
    item
}

/// A plain stream's objects and a list's items as they can be compared: without what only lists carry, and without the
/// Integrations and `ConfigMap`s that only a list keeps, marked.
pub fn comparable(stream: Vec<Value>, items: Vec<Value>) -> (Vec<Value>, Vec<Value>) {
    let stays = |object: &Value| {
        stream
            .iter()
            .any(|other| identity(other) == identity(object))
    };
    let mut rest = Vec::new();
    for item in items {
        let mut item = without_list_marks(item);
        if (is_integration(&item) || is_settings(&item))
            && annotation(&item, LOCAL_CONFIG) == Some("true")
        {
            if !stays(&item) {
                continue;
            }
            drop_annotation(&mut item, LOCAL_CONFIG);
        }
        rest.push(item);
    }
    let stream = stream.into_iter().map(|object| {
        let mut object = without_list_marks(object);
        if is_integration(&object) || is_settings(&object) {
            drop_annotation(&mut object, LOCAL_CONFIG);
        }
        object
    });
    (stream.collect(), rest)
}

/// Objects as a set: their order does not count, nor does that of an Ingress's rules.
pub fn as_set(mut objects: Vec<Value>) -> String {
    for object in &mut objects {
        if let Some(rules) = object
            .pointer_mut("/spec/rules")
            .and_then(Value::as_array_mut)
        {
            rules.sort_by_key(ToString::to_string);
        }
    }
    objects.sort_by_key(|object| (identity(object), show(object)));
    show_all(&objects)
}

/// The documents of a stream that are mappings, as the items of a `ResourceList`, their text unchanged but for the indent.
pub fn as_resource_list(stream: &str) -> String {
    let mut list =
        String::from("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n");
    for document in documents(stream)
        .iter()
        .filter(|document| document.object().is_some())
    {
        let mut dash = "- ";
        for line in document.text.split_inclusive('\n') {
            let (body, blank) = (line.trim_start(), line.trim().is_empty());
            if blank {
                list.push_str(line.trim_start_matches([' ', '\t']));
            } else if dash == "- " && body.starts_with('#') {
                list.push_str(line);
            } else {
                list.push_str(dash);
                list.push_str(line);
                dash = "  ";
            }
        }
        if !list.ends_with('\n') {
            list.push('\n');
        }
    }
    if list.ends_with("items:\n") {
        list.truncate(list.len() - 1);
        list.push_str(" []\n");
    }
    list
}

/// The items of a `ResourceList` or `v1/List` text.
pub fn items(list: &str) -> Result<Vec<Value>, String> {
    let list = read_yaml(list)?;
    let items = list.get("items").ok_or("no items")?;
    items
        .as_array()
        .cloned()
        .ok_or_else(|| "items is not a list".to_owned())
}

/// How many of a list's results are errors.
pub fn error_results(list: &str) -> usize {
    let list = read_yaml(list).unwrap_or_default();
    let results = list
        .get("results")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    results
        .iter()
        .filter(|result| text(result, "/severity") == "error")
        .count()
}

/// A value as text that can be compared line by line. The order of keys does not count in it.
pub fn show(value: &Value) -> String {
    let value = sorted(value);
    yaml_serde::to_string(&value).unwrap_or_else(|_| value.to_string())
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut map: Map<String, Value> = map
                .iter()
                .map(|(key, value)| (key.clone(), sorted(value)))
                .collect();
            map.sort_keys();
            Value::Object(map)
        }
        Value::Array(list) => list.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

pub fn show_all(values: &[Value]) -> String {
    values
        .iter()
        .fold(String::new(), |all, value| all + "---\n" + &show(value))
}

/// The lines by which `left` and `right` differ, with three lines around them; `None` where they are equal.
pub fn diff(left: &[u8], right: &[u8]) -> Option<String> {
    if left == right {
        return None;
    }
    let lines = |bytes: &[u8]| -> Vec<String> {
        let text = String::from_utf8_lossy(bytes).replace('\r', "␍");
        let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        if lines.last().is_some_and(String::is_empty) {
            lines.pop();
        } else {
            lines.push("\\ no newline at the end".to_owned());
        }
        lines
    };
    let (left, right) = (lines(left), lines(right));
    let start = left.iter().zip(&right).take_while(|(l, r)| l == r).count();
    let rest = left.len().min(right.len()) - start;
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(rest)
        .take_while(|(l, r)| l == r)
        .count();
    let mut report = format!("    from line {}:\n", start + 1);
    let mut put = |mark: char, lines: &[String]| {
        for line in lines.iter().take(40) {
            let short: String = line.chars().take(200).collect();
            let _ = writeln!(report, "    {mark} {short}");
        }
        if lines.len() > 40 {
            let _ = writeln!(report, "    {mark} ... {} lines more", lines.len() - 40);
        }
    };
    put(' ', &left[start.saturating_sub(3)..start]);
    put('-', &left[start..left.len() - end]);
    put('+', &right[start..right.len() - end]);
    put(
        ' ',
        &left[left.len() - end..left.len().min(left.len() - end + 3)],
    );
    Some(report)
}

/// Ends a test with all that went wrong, or says how much was right.
pub fn conclude(what: &str, count: usize, failures: &[String]) {
    assert!(count > 0, "no {what} ran");
    println!("{count} {what} ran");
    assert!(
        failures.is_empty(),
        "{} failures in {count} {what}:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
}
