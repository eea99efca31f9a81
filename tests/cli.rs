//! The command: exit codes, options, the environment, and input that means harm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use harness::{Run, expand, identity, objects, program, text};

const APP: &str = "apiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata:\n  name: app\nspec:\n  image: ex/app:1\n";
const HOST: &str = "ingressHostName=app.example.com";

/// Exit 0 and nothing to complain about; gives stdout.
#[track_caller]
fn done(run: &Run) -> String {
    assert_eq!(run.code, 0, "stderr:\n{}", run.err());
    run.out()
}

/// The exit code, nothing on stdout, and these texts on stderr.
#[track_caller]
fn refused(run: &Run, code: i32, texts: &[&str]) {
    assert_eq!(run.code, code, "stderr:\n{}", run.said());
    assert_eq!(run.out(), "", "stderr:\n{}", run.said());
    for text in texts {
        assert!(
            run.err().contains(text),
            "stderr does not say {text:?}:\n{}",
            run.said()
        );
    }
}

fn identities(stream: &str) -> Vec<String> {
    objects(stream).iter().map(identity).collect()
}

/// A directory of the test's own, empty.
fn scratch(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

fn file(dir: &Path, name: &str, content: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, content).unwrap();
    path
}

// Exit codes and empty results.

#[test]
fn an_integration_becomes_objects() {
    let run = program().args(["--default", HOST]).stdin(APP).run();
    assert_eq!(
        identities(&done(&run)),
        [
            "Service/app-service",
            "Deployment/app-deployment",
            "Ingress/ei-operator-ingress"
        ]
    );
    assert_eq!(run.err(), "");
}

#[test]
fn an_error_is_exit_1_with_nothing_on_stdout() {
    let run = expand(
        "apiVersion: wso2.com/v1alpha2\nkind: Integration\nmetadata: {name: app}\nspec: {}\n",
    );
    refused(
        &run,
        1,
        &[
            "error[EI",
            "spec.image",
            "--> <stdin>:",
            "(Integration app, spec.image)",
        ],
    );
    let last = run.err().lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("error: 1 error"), "{last}");
}

#[test]
fn no_input_gives_no_output() {
    let run = expand("");
    assert_eq!(
        (run.code, run.out(), run.err()),
        (0, String::new(), String::new())
    );
}

#[test]
fn an_empty_result_is_a_comment() {
    let list = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: integration-config\n  annotations:\n    config.kubernetes.io/local-config: \"true\"\n";
    assert_eq!(done(&expand(list)), "# no resources\n");
}

#[test]
fn helm_gets_a_comment_for_no_input() {
    let run = program()
        .env("HELM_PLUGIN_NAME", "expand-integration")
        .stdin("")
        .run();
    assert_eq!(done(&run), "# no resources\n");
}

#[test]
fn a_foreign_stream_comes_out_as_it_went_in() {
    let input = "# hello\n---\nkind: ConfigMap\nx: yes # keep\n...\n---\n{broken: [\n";
    assert_eq!(done(&expand(input)), input);
}

#[test]
fn a_reader_that_went_away_is_not_worth_a_word() {
    let mut input = String::from(APP);
    for index in 0..20_000 {
        let _ = write!(
            input,
            "---\nkind: ConfigMap\nmetadata: {{name: c{index}}}\n"
        );
    }
    let mut child = program().piped().spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let mut stderr = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut stderr)
        .unwrap();
    let status = child.wait().unwrap();
    assert_eq!(
        (status.code(), stderr.contains("error")),
        (Some(2), false),
        "{stderr}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_2_with_a_message() {
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = program().piped();
    let mut child = command.stdout(full).spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(APP.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.is_empty());
}

// Usage.

#[test]
fn an_unknown_option_is_exit_2() {
    refused(
        &program().args(["--strickt"]).stdin(APP).run(),
        2,
        &["--strickt", "--strict"],
    );
}

#[test]
fn an_unknown_default_is_exit_2_with_a_suggestion() {
    refused(
        &program()
            .args(["--default", "ingressHostname=x"])
            .stdin(APP)
            .run(),
        2,
        &["ingressHostname", "ingressHostName"],
    );
    refused(
        &program()
            .args(["--default", "minReplica=2"])
            .stdin(APP)
            .run(),
        2,
        &["minReplica", "minReplicas"],
    );
    refused(
        &program()
            .args(["--default", "minReplicas"])
            .stdin(APP)
            .run(),
        2,
        &["KEY=VALUE"],
    );
}

#[test]
fn an_argument_that_is_nothing_known_is_exit_2() {
    refused(&program().args(["rendr"]).stdin(APP).run(), 2, &["rendr"]);
}

#[test]
fn a_config_file_that_is_not_there_is_exit_2() {
    refused(
        &program()
            .args(["--config", "not-there.yaml"])
            .stdin(APP)
            .run(),
        2,
        &["not-there.yaml"],
    );
}

#[test]
fn help_and_version_need_no_input() {
    for option in ["--help", "--version"] {
        assert!(!done(&program().args([option]).run()).is_empty());
    }
}

// Options, and the environment variables that stand for them.

#[test]
fn defaults_come_from_an_option_or_the_environment() {
    let by_option = program()
        .args(["--default", HOST, "--default", "minReplicas=3"])
        .stdin(APP)
        .run();
    let lines = format!("{HOST}\nminReplicas=3");
    let by_environment = program()
        .env("EXPAND_INTEGRATION_DEFAULT", &lines)
        .stdin(APP)
        .run();
    let stream = done(&by_option);
    assert_eq!(objects(&stream)[1]["spec"]["replicas"], 3);
    assert_eq!(
        text(&objects(&stream)[2], "/spec/rules/0/host"),
        "app.example.com"
    );
    assert_eq!(stream, done(&by_environment));
}

#[test]
fn config_files_come_from_an_option_or_the_environment() {
    let dir = scratch("config");
    let conf = |name: &str, key: &str, value: &str| {
        file(
            &dir,
            name,
            &format!(
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata:\n  {key}: \"{value}\"\n"
            ),
        )
    };
    let ingress = conf(
        "integration-ingress-config",
        "ingressHostName",
        "app.example.com",
    );
    let settings = conf("integration-config", "autoIngressCreation", "true");
    let (ingress, settings) = (ingress.to_str().unwrap(), settings.to_str().unwrap());
    let by_option = program()
        .args(["--config", ingress, "--config", settings])
        .stdin(APP)
        .run();
    let by_environment = program()
        .env(
            "EXPAND_INTEGRATION_CONFIG",
            &format!("{ingress}\n{settings}"),
        )
        .stdin(APP)
        .run();
    assert_eq!(
        text(&objects(&done(&by_option))[2], "/spec/rules/0/host"),
        "app.example.com"
    );
    assert_eq!(by_option, by_environment);
}

#[test]
fn an_empty_variable_is_unset() {
    let names = [
        "CONFIG",
        "DEFAULT",
        "NAMESPACE",
        "STRICT",
        "QUIET",
        "LOG_FILE",
        "INTEGRATIONS",
        "PRUNE",
        "UNKNOWN_FIELDS",
    ];
    let mut run = program().args(["--default", HOST]).stdin(APP);
    for name in names {
        run = run.env(&format!("EXPAND_INTEGRATION_{name}"), "");
    }
    assert_eq!(
        run.run(),
        program().args(["--default", HOST]).stdin(APP).run()
    );
}

#[test]
fn strict_makes_a_warning_fail() {
    refused(
        &program().args(["--strict"]).stdin(APP).run(),
        1,
        &["ingressHostName", "--config"],
    );
    refused(
        &program()
            .env("EXPAND_INTEGRATION_STRICT", "true")
            .stdin(APP)
            .run(),
        1,
        &["ingressHostName"],
    );
    done(
        &program()
            .args(["--strict", "--default", HOST])
            .stdin(APP)
            .run(),
    );
}

/// Some hosts merge stderr into stdout, where any word of ours would spoil the manifests.
#[test]
fn quiet_says_nothing_on_stderr() {
    let run = program().args(["--quiet"]).stdin(APP).run();
    assert_eq!((run.code, run.err()), (0, String::new()));
    let run = program()
        .args(["--quiet"])
        .stdin(APP.replace("image", "imag"))
        .run();
    assert_eq!((run.code, run.err()), (1, String::new()));
    assert!(run.stdout.is_empty());
}

#[test]
fn a_log_file_is_appended_to() {
    let log = scratch("log").join("log.txt");
    for runs in 1..=2 {
        done(
            &program()
                .args(["--log-file", log.to_str().unwrap()])
                .stdin(APP)
                .run(),
        );
        let lines = std::fs::read_to_string(&log).unwrap();
        let warnings = lines
            .lines()
            .filter(|line| line.starts_with("warning["))
            .count();
        assert_eq!(warnings, runs, "{lines}");
    }
}

#[test]
fn integrations_keep_leaves_its_bytes_alone() {
    let run = program()
        .args(["--integrations", "keep", "--default", HOST])
        .stdin(APP)
        .run();
    let stream = done(&run);
    assert!(stream.starts_with(APP), "{stream}");
    assert_eq!(identities(&stream).len(), 4);
}

#[test]
fn integrations_drop_works_in_a_list_too() {
    let list = harness::as_resource_list(APP);
    let kept = done(
        &program()
            .args(["--default", HOST])
            .stdin(list.clone())
            .run(),
    );
    let dropped = done(
        &program()
            .args(["--default", HOST, "--integrations", "drop"])
            .stdin(list)
            .run(),
    );
    let count = |list: &str| {
        harness::items(list)
            .unwrap()
            .iter()
            .filter(|item| harness::is_integration(item))
            .count()
    };
    assert_eq!((count(&kept), count(&dropped)), (1, 0));
}

#[test]
fn unknown_fields_of_kubernetes_can_be_kept() {
    let input = format!(
        "{APP}  deploySpec:\n    livenessProbe:\n      tcpSocket: {{port: 8290}}\n      fromTheFuture: 1\n"
    );
    refused(&expand(input.clone()), 1, &["fromTheFuture"]);
    let run = program()
        .args(["--unknown-fields", "keep", "--default", HOST])
        .stdin(input)
        .run();
    let probe = "/spec/template/spec/containers/0/livenessProbe/fromTheFuture";
    assert_eq!(objects(&done(&run))[1].pointer(probe).unwrap(), 1);
    assert!(run.err().contains("fromTheFuture"));
    let own = APP.replace("image:", "image: x\n  imagePulSecret:");
    refused(
        &program()
            .args(["--unknown-fields", "keep"])
            .stdin(own)
            .run(),
        1,
        &["imagePullSecret"],
    );
}

#[test]
fn a_namespace_joins_those_that_name_it_with_those_that_name_none() {
    let named = APP.replace("name: app", "name: other\n  namespace: team-a");
    let input = format!("{APP}---\n{named}");
    let args = ["--default", HOST, "--namespace", "team-a"];
    let apart = identities(&done(
        &program().args(&args[..2]).stdin(input.clone()).run(),
    ));
    let joined = identities(&done(&program().args(args).stdin(input).run()));
    let ingresses = |list: &[String]| {
        list.iter()
            .filter(|name| name.starts_with("Ingress"))
            .count()
    };
    assert_eq!((ingresses(&apart), ingresses(&joined)), (2, 1));
}

#[test]
fn prune_removes_what_nobody_renders_any_more() {
    let list = harness::as_resource_list(APP);
    let rendered = done(&program().args(["--default", HOST]).stdin(list).run());
    let orphans: Vec<_> = harness::items(&rendered)
        .unwrap()
        .into_iter()
        .filter(|item| !harness::is_integration(item))
        .collect();
    assert_eq!(orphans.len(), 3);
    let list = serde_json::json!({ "apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": orphans });
    let kept = program().stdin(list.to_string()).run();
    assert_eq!(harness::items(&done(&kept)).unwrap().len(), 3);
    assert!(kept.err().contains("warning["), "{}", kept.err());
    let pruned = program().args(["--prune"]).stdin(list.to_string()).run();
    assert_eq!(harness::items(&done(&pruned)).unwrap().len(), 0);
    let pruned = program()
        .env("EXPAND_INTEGRATION_PRUNE", "true")
        .stdin(list.to_string())
        .run();
    assert_eq!(harness::items(&done(&pruned)).unwrap().len(), 0);
}

#[test]
fn a_function_config_file_is_kustomizes_legacy_plugin() {
    let dir = scratch("legacy-plugin");
    let config = format!(
        "apiVersion: expand-integration/v1\nkind: ExpandIntegration\nmetadata: {{name: x}}\nspec:\n  config:\n    {}\n",
        HOST.replace('=', ": ")
    );
    let config = file(&dir, "config", &config);
    let run = program().args([config.to_str().unwrap()]).stdin(APP).run();
    assert_eq!(
        text(&objects(&done(&run))[2], "/spec/rules/0/host"),
        "app.example.com"
    );
}

// Input that means harm: a clear message, quickly, and nothing on stdout.

#[test]
fn depth_has_a_limit() {
    let deep = format!("{APP}  env: {}{}\n", "[".repeat(5_000), "]".repeat(5_000));
    refused(&expand(deep), 1, &["error[EI", "deep"]);
    let mut block = String::from(APP);
    for depth in 0..5_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(depth + 2));
    }
    refused(&expand(block), 1, &["error[EI", "deep"]);
}

#[test]
fn an_alias_bomb_does_not_go_off() {
    let mut bomb = String::from(APP);
    bomb.push_str("  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = format!("*a{}", level - 1);
        let _ = writeln!(
            bomb,
            "  a{level}: &a{level} [{}]",
            vec![alias; 10].join(", ")
        );
    }
    refused(&expand(bomb), 1, &["error[EI003]"]);
}

#[test]
fn a_document_has_a_largest_size() {
    let mut huge = format!("{APP}  env:\n    - name: A\n      value: \"");
    huge.push_str(&"x".repeat(100 << 20));
    huge.push_str("\"\n");
    let run = expand(huge);
    refused(&run, 1, &["error[EI", "64 MiB"]);
    assert!(run.stderr.len() < 10_000);
}

#[test]
fn secrets_and_control_characters_stay_out_of_messages() {
    let input =
        format!("{APP}  env:\n    - name: A\n      value: \"s3cret\"\n      valu: \"s3cret\"\n");
    let run = expand(input);
    assert_eq!(run.code, 1);
    assert!(!run.err().contains("s3cret"), "{}", run.err());
    let run = expand(format!("{APP}  \"bad\\e[31mfield\": 1\n"));
    assert_eq!(run.code, 1);
    assert!(!run.err().contains('\u{1b}'), "{}", run.err());
}

/// SDKs write the functionConfig behind the items, all on one line.
#[test]
fn a_long_line_of_json_is_no_trouble() {
    let item = r#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}}, "#;
    let input = format!(
        r#"{{"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": [{}{}], "functionConfig": {{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "f"}}, "data": {{"ingressHostName": "far.example.com"}}}}}}"#,
        item.repeat(2_000),
        r#"{"apiVersion": "wso2.com/v1alpha2", "kind": "Integration", "metadata": {"name": "a"}, "spec": {"image": "x"}}"#,
    );
    let run = expand(input);
    done(&run);
    assert!(run.out().contains("far.example.com"), "{}", run.err());
}

#[test]
fn infos_do_not_crowd_out_warnings() {
    let mut input = String::new();
    for index in 0..1_100 {
        let _ = writeln!(
            input,
            "---\napiVersion: integration.wso2.com/v1alpha1\nkind: Integration\n\
             metadata: {{name: a{index}}}\nspec: {{image: x, port: 8290}}"
        );
    }
    let run = program().args(["--strict"]).stdin(input).run();
    refused(&run, 1, &["EI035"]);
}

#[test]
fn findings_have_a_largest_number() {
    let mut input = String::from(APP);
    for index in 0..3_000 {
        let _ = writeln!(input, "  unknown{index}: 1");
    }
    let run = expand(input);
    refused(&run, 1, &["3000 errors", "of them not shown"]);
    let shown = run
        .err()
        .lines()
        .filter(|line| line.starts_with("error["))
        .count();
    assert_eq!(shown, 1_000);
}

// Files instead of stdin.

#[test]
fn render_reads_files_and_directories() {
    let dir = scratch("render");
    file(&dir, "b.yaml", APP);
    file(&dir, "a.yml", "kind: First\nmetadata: {name: first}\n");
    file(
        &dir,
        "sub/c.json",
        "{\"kind\": \"Third\", \"metadata\": {\"name\": \"third\"}}",
    );
    for skipped in [
        ".hidden/x.yaml",
        ".x.yaml",
        "Kptfile",
        "kustomization.yaml",
        "notes.txt",
    ] {
        file(&dir, skipped, "kind: Skipped\n");
    }
    let run = program()
        .args(["render", "--default", HOST, "."])
        .dir(&dir)
        .run();
    let kinds: Vec<String> = objects(&done(&run))
        .iter()
        .map(|object| text(object, "/kind").to_owned())
        .collect();
    assert_eq!(
        kinds,
        ["First", "Service", "Deployment", "Ingress", "Third"]
    );
}

#[test]
fn render_names_the_file_it_complains_of() {
    let dir = scratch("render-error");
    file(&dir, "app.yaml", &APP.replace("image", "imag"));
    refused(
        &program().args(["render", "app.yaml"]).dir(&dir).run(),
        1,
        &["--> app.yaml:6:", "did you mean `image`?"],
    );
    refused(
        &program().args(["render", "not-there.yaml"]).dir(&dir).run(),
        2,
        &["not-there.yaml"],
    );
}

#[test]
fn render_leaves_charts_to_helm() {
    let dir = scratch("render-chart");
    file(
        &dir,
        "Chart.yaml",
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    );
    refused(
        &program().args(["render", "."]).dir(&dir).run(),
        2,
        &["helm template"],
    );
}

// Helm 4 shows nothing of stderr.

#[test]
fn errors_on_stdout_act_only_for_helm() {
    let broken = APP.replace("image", "imag");
    let args = ["--errors-on", "stdout"];
    let run = program()
        .args(args)
        .env("HELM_PLUGIN_NAME", "expand-integration")
        .stdin(broken.clone())
        .run();
    let stream = done(&run);
    assert!(
        stream.starts_with("#\n--- expand-integration: 2 errors: error[EI006]"),
        "{stream}"
    );
    assert!(
        stream.contains("imag") && stream.contains("kind: RenderFailed"),
        "{stream}"
    );
    refused(
        &program().args(args).stdin(broken.clone()).run(),
        1,
        &["imag"],
    );
    let list = harness::as_resource_list(&broken);
    let run = program()
        .args(args)
        .env("HELM_PLUGIN_NAME", "expand-integration")
        .stdin(list)
        .run();
    assert_eq!(
        (run.code, harness::error_results(&run.out()) > 0),
        (1, true),
        "{}",
        run.out()
    );
}

// Questions instead of a render.

#[test]
fn check_gives_findings_only() {
    let run = program().args(["check"]).stdin(APP).run();
    assert!(!run.out().contains("Deployment"), "{}", run.out());
    let run = program()
        .args(["check", "--format", "json"])
        .stdin(APP.replace("image", "imag"))
        .run();
    assert_eq!(run.code, 1);
    let findings: serde_json::Value = serde_json::from_str(&run.out()).expect("JSON");
    assert!(findings.to_string().contains("imag"), "{findings}");
    let run = program()
        .args(["check", "--format", "sarif"])
        .stdin(APP)
        .run();
    let sarif: serde_json::Value = serde_json::from_str(&run.out()).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");
}

#[test]
fn explain_says_where_a_value_came_from() {
    let explain = |input: &str, args: &[&str]| {
        done(&program().args(["explain"]).args(args).stdin(input).run())
    };
    let own = format!("{APP}  deploySpec:\n    minReplicas: 3\n");
    let answer = explain(&own, &["--default", "minReplicas=2", "app", "minReplicas"]);
    assert!(
        answer.contains('3') && answer.contains("<stdin>:8"),
        "{answer}"
    );
    assert!(
        answer.contains("--default"),
        "it does not say what was beaten: {answer}"
    );
    assert!(explain(APP, &[]).contains("livenessProbe"));
}

#[test]
fn explain_of_a_code_reads_nothing() {
    let answer = done(&program().args(["explain", "EI004"]).run());
    assert!(answer.contains("EI004"), "{answer}");
    refused(&program().args(["explain", "EI999"]).run(), 2, &["EI999"]);
}
