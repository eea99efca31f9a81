//! Checks of the pods: what the container mounts and listens on, how pods are counted, spread and replaced.

use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Resolution, finding_at};
use crate::diagnostics::{Code, Diagnostics, Finding};
use crate::settings::{From, LayerKind, Resolved};

/// The labels of the selector, which no API server lets change (the operators: the same in every
/// version).
const SELECTOR: [&str; 2] = ["app", "integration_cr"];

/// Checks one Integration.
pub(super) fn check(of: &Resolution<'_>, diagnostics: &mut Diagnostics) {
    let mut checks = Checks {
        of,
        settings: &of.settings,
        diagnostics,
    };
    checks.labels();
    checks.mounts();
    checks.claims();
    checks.service_ports();
    checks.budget();
    checks.spread();
    checks.single_pod();
}

struct Checks<'c, 'i> {
    of: &'c Resolution<'i>,
    settings: &'c Resolved,
    diagnostics: &'c mut Diagnostics,
}

impl Checks<'_, '_> {
    fn push(
        &mut self,
        from: &From,
        code: Code,
        message: String,
        more: impl Fn(Finding) -> Finding,
    ) {
        let finding = finding_at(from, code, message, &self.of.integration.object);
        self.diagnostics.push(more(finding));
    }

    fn labels(&mut self) {
        let labels = &self.settings.pod_labels;
        for (key, value) in labels.value.iter().flat_map(|labels| &labels.0.typed) {
            let fixed = match key.as_str() {
                "app" => "integration",
                _ => self.of.integration.name.as_str(),
            };
            if SELECTOR.contains(&key.as_str()) && value != fixed {
                let message =
                    format!("the label `{key}` belongs to the selector, and is `{fixed}`");
                self.push(&labels.from, Code::SelectorLabel, message, |finding| {
                    finding
                        .found(format!("`{value}`"))
                        .help("leave it out: a Deployment finds its pods by it")
                });
            }
        }
    }

    /// The names of all volumes that the pods have.
    fn volumes(&self) -> Vec<String> {
        let settings = self.settings;
        let files = settings.configmap_details.value.iter();
        let claims = settings
            .volume_claims
            .value
            .iter()
            .flat_map(|claims| &claims.typed);
        let volumes = settings
            .volumes
            .value
            .iter()
            .flat_map(|volumes| &volumes.typed);
        files
            .map(|file| format!("volume-{}", file.name))
            .chain(claims.map(|claim| claim.name.clone()))
            .chain(volumes.map(|volume| volume.name.clone()))
            .collect()
    }

    fn mounts(&mut self) {
        let settings = self.settings;
        let volumes = self.volumes();
        let own = settings
            .volume_mounts
            .value
            .iter()
            .flat_map(|mounts| &mounts.typed);
        let own = own.map(|mount| (mount, &settings.volume_mounts.from));
        let mut mounts: Vec<_> = own.collect();
        for containers in [&settings.sidecars, &settings.init_containers] {
            let inside = containers
                .value
                .iter()
                .flat_map(|containers| &containers.typed);
            let inside = inside.flat_map(|container| container.volume_mounts.iter().flatten());
            mounts.extend(inside.map(|mount| (mount, &containers.from)));
        }
        for (mount, from) in mounts {
            if !volumes.contains(&mount.name) {
                let message = format!(
                    "no volume is named `{}`, which is to be mounted",
                    mount.name
                );
                let known = volumes.join(", ");
                self.push(from, Code::NoVolume, message, |finding| {
                    match known.as_str() {
                        "" => {
                            finding.help("add it to deploySpec.volumes or deploySpec.volumeClaims")
                        }
                        known => finding
                            .expected(known)
                            .help("add it to deploySpec.volumes or deploySpec.volumeClaims"),
                    }
                });
            }
        }
        let mut seen: Vec<&String> = Vec::new();
        for name in &volumes {
            // Several files of one ConfigMap share its volume.
            if seen.contains(&name) && !name.starts_with("volume-") {
                let message = format!("two volumes are named `{name}`");
                let from = match settings.volumes.value {
                    Some(_) => &settings.volumes.from,
                    None => &settings.volume_claims.from,
                };
                self.push(from, Code::Duplicate, message, |f| {
                    f.help("rename one of them")
                });
            }
            seen.push(name);
        }
    }

    /// An API server takes no claim without these.
    fn claims(&mut self) {
        let claims = &self.settings.volume_claims;
        let typed = claims.value.iter().flat_map(|claims| &claims.typed);
        for (index, claim) in typed.enumerate() {
            let storage = claim.resources.as_ref().and_then(|of| of.requests.as_ref());
            let storage = storage.is_some_and(|requests| requests.contains_key("storage"));
            let modes = claim
                .access_modes
                .as_ref()
                .is_some_and(|modes| !modes.is_empty());
            for (there, field) in [
                (storage, "resources.requests.storage"),
                (modes, "accessModes"),
            ] {
                if !there {
                    let path = format!("{}[{index}].{field}", claims.from.path);
                    let message = format!("`{path}` is missing");
                    self.push(&claims.from, Code::Missing, message, |f| {
                        f.field(path.as_str())
                    });
                }
            }
        }
    }

    fn service_ports(&mut self) {
        let settings = self.settings;
        let mut numbers = vec![settings.passthro_port.value.0];
        numbers.extend(settings.inbound_ports.value.iter().map(|port| port.0));
        let ports = &settings.service_ports;
        let mut names: Vec<&str> = Vec::new();
        for port in ports.value.iter().flat_map(|ports| &ports.typed) {
            if numbers.contains(&port.port) {
                let message = format!("the port {} is listed twice", port.port);
                self.push(&ports.from, Code::DuplicatePort, message, |finding| {
                    finding.help("leave it out: the Service has the pass-through and inbound ports")
                });
            }
            numbers.push(port.port);
            match port.name.as_deref() {
                None => {
                    let message = format!("the port {} has no name", port.port);
                    self.push(&ports.from, Code::Missing, message, |finding| {
                        finding.help("name it: a Service with several ports names each of them")
                    });
                }
                Some(name) if names.contains(&name) => {
                    let message = format!("two ports are named `{name}`");
                    self.push(&ports.from, Code::Duplicate, message, |f| {
                        f.help("rename one of them")
                    });
                }
                Some(name) => names.push(name),
            }
        }
    }

    fn budget(&mut self) {
        let settings = self.settings;
        let budget = &settings.pod_disruption_budget;
        let Some(typed) = budget.value.as_ref().map(|budget| &budget.typed) else {
            return;
        };
        if budget.from.layer == LayerKind::Profile || settings.suspend.value.0 {
            return;
        }
        let pods = settings.min_replicas.value.0;
        let all = |number: &IntOrString| match number {
            IntOrString::Int(number) => *number >= pods,
            IntOrString::String(share) => share == "100%",
        };
        let none = |number: &IntOrString| match number {
            IntOrString::Int(number) => *number == 0,
            IntOrString::String(share) => share == "0%",
        };
        let both = typed.min_available.is_some() && typed.max_unavailable.is_some();
        if both || typed.min_available.is_none() && typed.max_unavailable.is_none() {
            let message = format!(
                "`{}` takes one of minAvailable and maxUnavailable",
                budget.from.path
            );
            self.push(&budget.from, Code::WrongType, message, |finding| finding);
        } else if typed.min_available.as_ref().is_some_and(all)
            || typed.max_unavailable.as_ref().is_some_and(none)
        {
            let message =
                "no pod may go while a node is drained, so the drain never ends".to_owned();
            self.push(&budget.from, Code::BlockedDrain, message, |finding| {
                finding
                    .found(format!("a budget for {pods} pods that lets none go"))
                    .help("raise minReplicas, or let one pod go: maxUnavailable: 1")
            });
        }
    }

    fn spread(&mut self) {
        let constraints = &self.settings.topology_spread_constraints;
        if constraints.from.layer == LayerKind::Profile {
            return;
        }
        let typed = constraints.value.iter().flat_map(|of| &of.typed);
        for (index, constraint) in typed.enumerate() {
            if constraint.label_selector.is_none() {
                let message = format!(
                    "`{}[{index}]` has no labelSelector, and spreads no pods",
                    constraints.from.path
                );
                let name = self.of.integration.name.clone();
                self.push(&constraints.from, Code::NoSpread, message, |finding| {
                    finding.help(format!(
                        "add labelSelector: {{matchLabels: {{integration_cr: {name}}}}}"
                    ))
                });
            }
        }
    }

    /// What reads files or a queue must often run once.
    fn single_pod(&mut self) {
        let settings = self.settings;
        let autoscaled = settings.auto_scale.value.0 && settings.max_replicas.value.0 > 1;
        let alone = settings.min_replicas.value.0 == 1 && !autoscaled && !settings.suspend.value.0;
        let claims = settings.volume_claims.value.iter();
        let mut volumes = settings.volumes.value.iter().flat_map(|of| &of.typed);
        // What several pods share; an emptyDir or a Secret is each pod's own.
        let mounted = claims.flat_map(|of| &of.typed).next().is_some()
            || volumes.any(|volume| {
                volume.persistent_volume_claim.is_some()
                    || volume.nfs.is_some()
                    || volume.host_path.is_some()
                    || volume.csi.is_some()
            });
        let default_strategy = settings.strategy.from.layer == LayerKind::Nowhere;
        if alone && mounted && default_strategy {
            let from = match settings.volume_claims.value {
                Some(_) => &settings.volume_claims.from,
                None => &settings.volumes.from,
            };
            let message =
                "each update runs a second pod beside this one, on the same volume".to_owned();
            self.push(from, Code::SinglePod, message, |finding| {
                finding.found("the operator's strategy, maxSurge 2").help(
                    "set deploySpec.strategy: {type: Recreate} where it must run once; else say \
                         how it is to roll",
                )
            });
        }
    }
}
