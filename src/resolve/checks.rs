//! What only shows when several settings are seen together.

use k8s_openapi::api::core::v1::Probe;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{Resolution, finding_at, finding_on};
use crate::diagnostics::{Code, Diagnostics};
use crate::settings::{Amount, Fragment, From, LayerKind, Resolved, Traced, quantity};

/// Ports that the Micro Integrator opens whether the container lists them or not.
const PRODUCT_PORTS: [i32; 4] = [8290, 8253, 9201, 9164];

/// Checks one Integration.
pub(super) fn check(resolution: &Resolution<'_>, diagnostics: &mut Diagnostics) {
    let mut checks = Checks {
        resolution,
        settings: &resolution.settings,
        diagnostics,
    };
    checks.image();
    checks.ports();
    checks.replicas();
    checks.resources();
    let settings = checks.settings;
    checks.probe(&settings.liveness_probe);
    checks.probe(&settings.readiness_probe);
    checks.probe(&settings.startup_probe);
}

struct Checks<'c, 'i> {
    resolution: &'c Resolution<'i>,
    settings: &'c Resolved,
    diagnostics: &'c mut Diagnostics,
}

impl Checks<'_, '_> {
    fn at(
        &self,
        from: &From,
        code: Code,
        message: impl Into<String>,
    ) -> crate::diagnostics::Finding {
        finding_at(from, code, message, &self.resolution.integration.object)
    }

    fn image(&mut self) {
        let image = &self.settings.image;
        if image.value.is_empty() && matches!(image.from.layer, LayerKind::Nowhere) {
            let integration = self.resolution.integration;
            let mut finding = finding_on(integration, Code::Missing, "`spec.image` is missing")
                .help("name the image of the Micro Integrator that holds your integration");
            finding.field = Some("spec.image".to_owned());
            if let Some(spec) = integration.node.entry("spec") {
                finding = finding.at(integration.source, spec.key_span.clone());
            }
            self.diagnostics.push(finding);
        }
        let secret = self.settings.image_pull_secret.value.clone();
        self.placeholder(&image.value, &image.from);
        self.placeholder(
            &secret.unwrap_or_default(),
            &self.settings.image_pull_secret.from,
        );
        let repository = image.value.split('@').next().unwrap_or_default();
        let path = repository
            .split_once('/')
            .map_or(repository, |(host, rest)| {
                if host.contains(['.', ':']) {
                    rest
                } else {
                    repository
                }
            });
        let name = path.rsplit_once(':').map_or(path, |(name, _)| name);
        if !image.value.contains(['<', '>']) && name.chars().any(char::is_uppercase) {
            let finding = self
                .at(
                    &image.from,
                    Code::Placeholder,
                    "`spec.image` is no reference to an image: repositories are lower case",
                )
                .found(format!("`{}`", image.value))
                .help("replace it with the image you built");
            self.diagnostics.push(finding);
        }
    }

    fn placeholder(&mut self, text: &str, from: &From) {
        if text.contains(['<', '>']) || text.trim().contains(char::is_whitespace) {
            let finding = self
                .at(
                    from,
                    Code::Placeholder,
                    format!("`{}` still holds a placeholder", from.path),
                )
                .found(format!("`{text}`"))
                .help("replace it with a value of yours");
            self.diagnostics.push(finding);
        }
    }

    fn ports(&mut self) {
        let passthro = self.settings.passthro_port.value;
        let inbound = &self.settings.inbound_ports;
        let mut seen = vec![passthro];
        for (index, port) in inbound.value.iter().enumerate() {
            if seen.contains(port) {
                let path = format!("{}[{index}]", inbound.from.path);
                let field = self
                    .resolution
                    .integration
                    .field(inbound.from.path.trim_start_matches("spec."));
                let mut finding = self
                    .at(
                        &inbound.from,
                        Code::DuplicatePort,
                        format!("the port {} is listed twice", port.0),
                    )
                    .field(path)
                    .help(if *port == passthro {
                        "it is the pass-through port already: remove it from inboundPorts"
                    } else {
                        "remove one of them"
                    });
                if let Some(item) = field.and_then(|f| f.items().get(index)) {
                    finding = finding.at(self.resolution.integration.source, item.span.clone());
                }
                self.diagnostics.push(finding);
            }
            seen.push(*port);
        }
    }

    fn replicas(&mut self) {
        let settings = self.settings;
        let (min, max) = (&settings.min_replicas, &settings.max_replicas);
        if !settings.auto_scale.value.0 {
            return;
        }
        if max.value < min.value {
            let from = if max.from.object.is_some() {
                &max.from
            } else {
                &min.from
            };
            let finding = self
                .at(
                    from,
                    Code::BadReplicas,
                    format!(
                        "maxReplicas ({}) is below minReplicas ({})",
                        max.value.0, min.value.0
                    ),
                )
                .help("raise maxReplicas, or lower minReplicas");
            self.diagnostics.push(finding);
        }
        for (resource, word, request, field) in [
            ("cpu", "CPU", &settings.request_cpu, "requestCPU"),
            ("memory", "memory", &settings.req_memory, "reqMemory"),
        ] {
            // Without metrics an autoscaler goes by CPU.
            let by_share = match &settings.hpa_metrics.value {
                None => resource == "cpu",
                Some(metrics) => metrics.0.typed.iter().any(|metric| {
                    metric.resource.as_ref().is_some_and(|of| {
                        of.name == resource && of.target.average_utilization.is_some()
                    })
                }),
            };
            if by_share && request.value.is_none() {
                let message = format!(
                    "autoscaling goes by a share of the requested {word}, but no {word} is requested"
                );
                let finding = self
                    .at(&settings.auto_scale.from, Code::NoRequest, message)
                    .help(format!(
                        "set deploySpec.{field}: without it the autoscaler does nothing"
                    ));
                self.diagnostics.push(finding);
            }
        }
    }

    fn resources(&mut self) {
        let settings = self.settings;
        let pairs = [
            ("cpu", &settings.request_cpu, &settings.cpu_limit),
            ("memory", &settings.req_memory, &settings.memory_limit),
        ];
        for (what, request, limit) in pairs {
            let value =
                |t: &Traced<Option<Amount>>| t.value.as_ref().and_then(|a| quantity::nanos(&a.0));
            let (Some(asked), Some(allowed)) = (value(request), value(limit)) else {
                continue;
            };
            if asked > allowed {
                let text = |t: &Traced<Option<Amount>>| {
                    t.value.as_ref().map(|a| a.0.clone()).unwrap_or_default()
                };
                let finding = self
                    .at(
                        &request.from,
                        Code::RequestAboveLimit,
                        format!("the {what} request is above the {what} limit"),
                    )
                    .found(format!("request {}, limit {}", text(request), text(limit)))
                    .expected("a request of at most the limit");
                self.diagnostics.push(finding);
            }
        }
    }

    fn probe(&mut self, probe: &Traced<Option<Fragment<Probe>>>) {
        let Some(fragment) = &probe.value else { return };
        let typed = &fragment.typed;
        let handled = typed.exec.is_some()
            || typed.grpc.is_some()
            || typed.http_get.is_some()
            || typed.tcp_socket.is_some();
        if !handled {
            let finding = self
                .at(
                    &probe.from,
                    Code::NoHandler,
                    format!("`{}` says nothing to probe", probe.from.path),
                )
                .expected("one of httpGet, tcpSocket, exec, grpc")
                .help("a probe replaces the default as a whole: repeat the handler");
            self.diagnostics.push(finding);
        }
        let port = (typed.http_get.as_ref().map(|h| &h.port))
            .or_else(|| typed.tcp_socket.as_ref().map(|t| &t.port));
        let number = match (port, typed.grpc.as_ref()) {
            (Some(IntOrString::String(name)), _) => {
                self.named_port(name, &probe.from);
                return;
            }
            (Some(IntOrString::Int(port)), _) => *port,
            (None, Some(grpc)) => grpc.port,
            (None, None) => return,
        };
        let settings = self.settings;
        let more = settings.service_ports.value.iter().flat_map(|of| &of.typed);
        let mut more = more.map(|port| match &port.target_port {
            Some(IntOrString::Int(target)) => *target,
            _ => port.port,
        });
        let listed = settings.passthro_port.value.0 == number
            || settings.inbound_ports.value.iter().any(|p| p.0 == number)
            || more.any(|port| port == number);
        if !(1..=65_535).contains(&number) {
            let finding = self
                .at(
                    &probe.from,
                    Code::BadPort,
                    format!("`{}` probes a port that cannot be", probe.from.path),
                )
                .found(format!("the number `{number}`"))
                .expected("a port from 1 to 65535");
            self.diagnostics.push(finding);
        } else if !probe.from.is_shipped() && !listed && !PRODUCT_PORTS.contains(&number) {
            let finding = self
                .at(
                    &probe.from,
                    Code::ProbePort,
                    format!(
                        "`{}` probes the port {number}, which the container does not list",
                        probe.from.path
                    ),
                )
                .help("is it the right port? if so, add it to expose.inboundPorts");
            self.diagnostics.push(finding);
        }
    }

    fn named_port(&mut self, name: &str, from: &From) {
        let more = self.settings.service_ports.value.iter();
        let mut more = more.flat_map(|of| &of.typed);
        let target = IntOrString::String(name.to_owned());
        if more.any(|port| port.target_port.as_ref() == Some(&target)) {
            return;
        }
        let finding = self
            .at(
                from,
                Code::ProbePort,
                format!(
                    "`{}` probes the port `{name}`, but the container's ports have no names",
                    from.path
                ),
            )
            .help("give the number of the port");
        self.diagnostics.push(finding);
    }
}
