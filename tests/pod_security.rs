//! The Deployments of the profile `hardened` keep to Kubernetes' Pod Security Standard `restricted`, those of the operator's do not.
//!
//! The controls are those of the standard's table, the ones of `baseline` that `restricted` includes first.
//! `pod-security/cases.yaml` lists what golden cases violate, `pod-security/mistakes.yaml` what the controls themselves must refuse.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

mod harness;

use std::collections::BTreeSet;

use harness::cases;
use serde_json::{Value, json};

const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_wmem",
];
const SELINUX_TYPES: [&str; 5] = [
    "",
    "container_t",
    "container_init_t",
    "container_kvm_t",
    "container_engine_t",
];
const VOLUMES: [&str; 8] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];
const APPARMOR: &str = "container.apparmor.security.beta.kubernetes.io/";

type Control = (&'static str, fn(&Pod) -> bool);

/// Each control and whether a pod keeps to it.
const CONTROLS: [Control; 15] = [
    ("host process", |pod| {
        pod.contexts()
            .all(|of| off(&of["windowsOptions"]["hostProcess"]))
    }),
    ("host namespaces", |pod| {
        let spec = pod.spec();
        ["hostNetwork", "hostPID", "hostIPC"]
            .iter()
            .all(|name| off(&spec[*name]))
    }),
    ("privileged containers", |pod| {
        pod.containers()
            .all(|of| off(&of["securityContext"]["privileged"]))
    }),
    ("host ports", |pod| {
        let mut ports = pod.containers().flat_map(|of| list(&of["ports"]));
        ports.all(|port| port["hostPort"].as_i64().unwrap_or_default() == 0)
    }),
    ("host probes", |pod| {
        let handlers = [
            "/livenessProbe",
            "/readinessProbe",
            "/startupProbe",
            "/lifecycle/postStart",
            "/lifecycle/preStop",
        ];
        pod.containers().all(|of| {
            let handlers = handlers.iter().filter_map(|at| of.pointer(at));
            let mut hosts =
                handlers.flat_map(|of| [&of["httpGet"]["host"], &of["tcpSocket"]["host"]]);
            hosts.all(|host| host.is_null() || host == "")
        })
    }),
    ("AppArmor", |pod| {
        let annotations = pod.0["metadata"]["annotations"].as_object();
        let mut annotations = annotations.into_iter().flatten();
        pod.contexts().all(|of| {
            one_of(
                &of["appArmorProfile"]["type"],
                &["RuntimeDefault", "Localhost"],
            )
        }) && annotations.all(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            !key.starts_with(APPARMOR)
                || value == "runtime/default"
                || value.starts_with("localhost/")
        })
    }),
    ("SELinux", |pod| {
        pod.contexts().all(|of| {
            let options = &of["seLinuxOptions"];
            one_of(&options["type"], &SELINUX_TYPES)
                && one_of(&options["user"], &[""])
                && one_of(&options["role"], &[""])
        })
    }),
    ("proc mount", |pod| {
        pod.containers()
            .all(|of| one_of(&of["securityContext"]["procMount"], &["Default"]))
    }),
    ("sysctls", |pod| {
        let mut sysctls = list(&pod.spec()["securityContext"]["sysctls"]);
        sysctls.all(|of| SYSCTLS.contains(&harness::text(of, "/name")))
    }),
    ("volumes", |pod| {
        let mut volumes =
            list(&pod.spec()["volumes"]).flat_map(|of| of.as_object().unwrap().keys());
        volumes.all(|key| key == "name" || VOLUMES.contains(&key.as_str()))
    }),
    ("privilege escalation", |pod| {
        pod.containers()
            .all(|of| of["securityContext"]["allowPrivilegeEscalation"] == false)
    }),
    ("running as non-root", |pod| {
        let of_pod = pod.spec()["securityContext"]["runAsNonRoot"] == true;
        pod.containers()
            .all(|of| match &of["securityContext"]["runAsNonRoot"] {
                Value::Null => of_pod,
                of_container => of_container == true,
            })
    }),
    ("running as non-root user", |pod| {
        pod.contexts().all(|of| of["runAsUser"] != 0)
    }),
    ("seccomp", |pod| {
        let good = |profile: &Value| profile == "RuntimeDefault" || profile == "Localhost";
        let of_pod = &pod.spec()["securityContext"]["seccompProfile"]["type"];
        (of_pod.is_null() || good(of_pod))
            && pod.containers().all(
                |of| match &of["securityContext"]["seccompProfile"]["type"] {
                    Value::Null => good(of_pod),
                    of_container => good(of_container),
                },
            )
    }),
    ("capabilities", |pod| {
        pod.containers().all(|of| {
            let capabilities = &of["securityContext"]["capabilities"];
            list(&capabilities["drop"]).any(|of| of == "ALL")
                && list(&capabilities["add"]).all(|of| of == "NET_BIND_SERVICE")
        })
    }),
];

/// A pod or the template of one.
struct Pod(Value);

impl Pod {
    fn spec(&self) -> &Value {
        &self.0["spec"]
    }

    fn containers(&self) -> impl Iterator<Item = &Value> {
        let kinds = ["containers", "initContainers", "ephemeralContainers"];
        kinds.into_iter().flat_map(|kind| list(&self.spec()[kind]))
    }

    /// The security contexts of the pod and of its containers.
    fn contexts(&self) -> impl Iterator<Item = &Value> {
        let of_containers = self.containers().map(|of| &of["securityContext"]);
        std::iter::once(&self.spec()["securityContext"]).chain(of_containers)
    }

    fn violates(&self) -> BTreeSet<String> {
        let broken = CONTROLS.iter().filter(|(_, keeps)| !keeps(self));
        broken.map(|(name, _)| (*name).to_owned()).collect()
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn off(value: &Value) -> bool {
    value.is_null() || value == false
}

fn one_of(value: &Value, allowed: &[&str]) -> bool {
    value.is_null() || allowed.iter().any(|of| value == of)
}

fn table(file: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(harness::tests_dir(&format!("pod-security/{file}")));
    let table = harness::read_yaml(&text.unwrap()).unwrap();
    table.as_array().unwrap().clone()
}

fn names(value: &Value) -> BTreeSet<String> {
    list(value)
        .map(|of| of.as_str().unwrap().to_owned())
        .collect()
}

/// Lays one mapping over another; a null takes away.
fn merge(base: &mut Value, over: &Value) {
    let (Some(map), Some(more)) = (base.as_object_mut(), over.as_object()) else {
        base.clone_from(over);
        return;
    };
    for (key, value) in more {
        match value {
            Value::Null => drop(map.remove(key)),
            value => merge(map.entry(key.clone()).or_insert(Value::Null), value),
        }
    }
}

#[test]
fn hardened_deployments_are_restricted() {
    let listed = table("cases.yaml");
    let is = |entry: &Value, case: &str, name: &str| {
        entry["case"] == case && entry["deployment"] == name
    };
    let mut failures = Vec::new();
    let (mut met, mut clean) = (0, 0);
    for case in cases::golden() {
        let stream = case.expected();
        for object in harness::objects(&stream.out()) {
            let name = harness::text(&object, "/metadata/name");
            let entry = listed.iter().find(|entry| is(entry, &case.name, name));
            let hardened = case.name.starts_with("settings/hardened");
            if object["kind"] != "Deployment" || !hardened && entry.is_none() {
                continue;
            }
            met += usize::from(entry.is_some());
            clean += usize::from(entry.is_none());
            let wanted = entry
                .map(|entry| names(&entry["violates"]))
                .unwrap_or_default();
            let violated = Pod(object["spec"]["template"].clone()).violates();
            if violated != wanted {
                failures.push(format!(
                    "{}, {name}: violates {violated:?} instead of {wanted:?}",
                    case.name
                ));
            }
        }
    }
    assert_eq!(met, listed.len(), "cases.yaml lists what is not there");
    assert!(clean >= 15, "only {clean} Deployments keep to the standard");
    harness::conclude("Deployments", met + clean, &failures);
}

#[test]
fn mistakes_violate_their_control() {
    let mut failures = Vec::new();
    let mistakes = table("mistakes.yaml");
    let mut violated = BTreeSet::new();
    for mistake in &mistakes {
        let mut pod = json!({
            "metadata": {},
            "spec": {
                "containers": [{
                    "name": "app",
                    "securityContext": {
                        "allowPrivilegeEscalation": false,
                        "capabilities": { "drop": ["ALL"] },
                    },
                }],
                "securityContext": {
                    "runAsNonRoot": true,
                    "seccompProfile": { "type": "RuntimeDefault" },
                },
            },
        });
        for (part, at) in [
            ("pod", "/spec"),
            ("container", "/spec/containers/0"),
            ("metadata", "/metadata"),
        ] {
            if let Some(over) = mistake.get(part) {
                merge(pod.pointer_mut(at).unwrap(), over);
            }
        }
        let (found, wanted) = (Pod(pod).violates(), names(&mistake["violates"]));
        if found != wanted {
            failures.push(format!("{mistake}: violates {found:?}"));
        }
        violated.extend(found);
    }
    for (name, _) in CONTROLS {
        if !violated.contains(name) {
            failures.push(format!("no mistake violates {name}"));
        }
    }
    harness::conclude("mistakes", mistakes.len(), &failures);
}
