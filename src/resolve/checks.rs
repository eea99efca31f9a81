//! What only shows when several settings are seen together.

use k8s_openapi::api::core::v1::Probe;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{NamespaceBatch, Resolution, finding_at, finding_on};
use crate::api::integration::Shape;
use crate::diagnostics::{Code, Diagnostics};
use crate::settings::{
    Amount, Fragment, From, IngressSharing, LayerKind, Resolved, Traced, quantity,
};

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
    checks.ingress();
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
        let utilization = settings.hpa_metrics.value.as_ref().is_none_or(|metrics| {
            metrics.typed.iter().any(|m| {
                m.resource
                    .as_ref()
                    .is_some_and(|r| r.name == "cpu" && r.target.average_utilization.is_some())
            })
        });
        if utilization && settings.request_cpu.value.is_none() {
            let finding = self
                .at(
                    &settings.auto_scale.from,
                    Code::NoRequest,
                    "autoscaling goes by a share of the requested CPU, but no CPU is requested",
                )
                .help("set deploySpec.requestCPU: without it the autoscaler does nothing");
            self.diagnostics.push(finding);
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
        let listed = settings.passthro_port.value.0 == number
            || settings.inbound_ports.value.iter().any(|p| p.0 == number);
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

    fn ingress(&mut self) {
        let settings = self.settings;
        if !settings.auto_ingress.value.0 {
            if settings.auto_ingress.from.layer == LayerKind::Absent {
                let finding = finding_on(
                    self.resolution.integration,
                    Code::NoIngress,
                    "no Ingress is rendered: integration-config does not set autoIngressCreation",
                )
                .help("set autoIngressCreation to \"true\" or \"false\" in integration-config");
                self.diagnostics.push(finding);
            }
            return;
        }
        let host = &settings.ingress_host;
        if let Some(name) = host.value.as_deref().filter(|h| !is_host(h)) {
            let finding = self
                .at(
                    &host.from,
                    Code::BadName,
                    format!("`{name}` is not a host name"),
                )
                .expected("a DNS name such as mi.example.com or *.example.com")
                .help("leave out the scheme, the port and the path");
            self.diagnostics.push(finding);
        }
        if host.from.is_shipped() {
            let key = match self.resolution.integration.shape {
                Shape::Current => "ingressHostName",
                Shape::Legacy => "host",
            };
            let finding = finding_on(
                self.resolution.integration,
                Code::ShippedHost,
                format!(
                    "the Ingress is for the shipped host `{}`: nothing sets `{key}`",
                    host.value.as_deref().unwrap_or_default()
                ),
            )
            .help(format!(
                "set `{key}` in a ConfigMap of the input, in a file given by --config, or by \
                 --default {key}=HOST"
            ));
            self.diagnostics.push(finding);
        } else if host.value.is_none() {
            let finding = self
                .at(
                    &host.from,
                    Code::NoHost,
                    "`ingressHostName` is empty: the Ingress takes requests for every host",
                )
                .help("set `ingressHostName`, or take the warning as said");
            self.diagnostics.push(finding);
        }
    }
}

/// What an API server takes as the host of a rule: a DNS-1123 subdomain, or a wildcard for one.
fn is_host(host: &str) -> bool {
    let name = host.strip_prefix("*.").unwrap_or(host);
    name.len() <= 253 && name.split('.').all(crate::api::is_label)
}

/// Checks what only shows when several namespaces, or the release, are seen.
pub(super) fn check_shared_ingresses(
    batches: &[NamespaceBatch<'_>],
    diagnostics: &mut Diagnostics,
) {
    let shares = |r: &&Resolution<'_>| {
        r.settings.auto_ingress.value.0
            && r.settings.ingress_sharing.value == IngressSharing::Namespace
    };
    let sharing: Vec<Vec<&Resolution<'_>>> = batches
        .iter()
        .map(|b| b.integrations.iter().filter(shares).collect())
        .collect();
    for group in &sharing {
        if let Some(first) = group
            .iter()
            .find(|r| r.integration.from_helm && r.settings.ingress_sharing.from.is_shipped())
        {
            diagnostics.push(
                finding_on(
                    first.integration,
                    Code::SharedIngress,
                    "this release renders the Ingress that all Integrations of a namespace share",
                )
                .help(
                    "another release in this namespace would replace its rules: set ingressSharing \
                     to `integration`, or to `namespace` where this is the only release",
                ),
            );
        }
        mixed(group, diagnostics);
    }
    let named = batches.iter().zip(&sharing).filter(|(_, g)| !g.is_empty());
    let (without, with): (Vec<_>, Vec<_>) = named.partition(|(b, _)| b.namespace.is_none());
    if let (Some((_, group)), false) = (without.first(), with.is_empty())
        && let Some(first) = group.first()
    {
        diagnostics.push(
            finding_on(
                first.integration,
                Code::SharedIngress,
                "two shared Ingresses are rendered, and one of them names no namespace",
            )
            .help(
                "say with --namespace which namespace that is: if it is the other one's, they are \
                 one Ingress",
            ),
        );
    }
}

/// Integrations of both APIs share one Ingress, but not its annotations.
fn mixed(group: &[&Resolution<'_>], diagnostics: &mut Diagnostics) {
    let Some(first) = group.first() else { return };
    let other = group
        .iter()
        .find(|r| r.integration.shape != first.integration.shape);
    if let Some(other) = other {
        diagnostics.push(
            finding_on(
                other.integration,
                Code::MixedIngress,
                "this Integration of the other API shares an Ingress, whose annotations go by the \
                 first one",
            )
            .help("use one API for all, or set ingressSharing to `integration`"),
        );
    }
}
