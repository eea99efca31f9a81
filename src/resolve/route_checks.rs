//! Checks of how requests reach Integrations: hosts, Gateways, and Ingresses that several share.

use super::{NamespaceBatch, Resolution, finding_at, finding_on};
use crate::api::integration::Shape;
use crate::diagnostics::{Code, Diagnostics};
use crate::settings::{From, LayerKind};

/// Checks one Integration.
pub(super) fn check(of: &Resolution<'_>, diagnostics: &mut Diagnostics) {
    let settings = &of.settings;
    let routes = of.routes();
    let absent = settings.auto_ingress.from.layer == LayerKind::Absent;
    if absent && settings.own_ingress.value.is_none() {
        diagnostics.push(
            finding_on(
                of.integration,
                Code::NoIngress,
                "no Ingress is rendered: integration-config does not set autoIngressCreation",
            )
            .help("set autoIngressCreation to \"true\" or \"false\" in integration-config"),
        );
    }
    if routes.http && of.gateways().as_array().is_none_or(Vec::is_empty) {
        let message = "an HTTPRoute needs a Gateway, and none is named";
        diagnostics.push(
            finding_on(of.integration, Code::NoGateway, message).help(
                "set gatewayName in integration-ingress-config, or expose.httpRoute.parentRefs",
            ),
        );
    }
    hosts(of, diagnostics);
    if routes.by_default_host(settings) {
        default_host(of, diagnostics);
    }
}

/// Every host that is written must be one.
fn hosts(of: &Resolution<'_>, diagnostics: &mut Diagnostics) {
    let settings = &of.settings;
    let mut check = |name: &str, from: &From| {
        if !is_host(name) {
            let message = format!("`{name}` is not a host name");
            diagnostics.push(
                finding_at(from, Code::BadName, message, &of.integration.object)
                    .expected("a DNS name such as mi.example.com or *.example.com")
                    .help("leave out the scheme, the port and the path"),
            );
        }
    };
    let routes = of.routes();
    if (routes.any_ingress() || routes.http)
        && let Some(name) = &settings.ingress_host.value
    {
        check(name, &settings.ingress_host.from);
    }
    if let Some(name) = settings
        .ingress_of_its_own()
        .and_then(|own| own.host.as_ref())
    {
        check(name, &settings.own_ingress.from);
    }
    if let Some(route) = &settings.http_route.value {
        for name in route.typed.hostnames.iter().flatten() {
            check(name, &settings.http_route.from);
        }
    }
}

fn default_host(of: &Resolution<'_>, diagnostics: &mut Diagnostics) {
    let host = &of.settings.ingress_host;
    let routes = of.routes();
    let what = if routes.any_ingress() {
        "Ingress"
    } else {
        "HTTPRoute"
    };
    if host.from.is_shipped() {
        let key = match of.integration.shape {
            Shape::Current => "ingressHostName",
            Shape::Legacy => "host",
        };
        let name = host.value.as_deref().unwrap_or_default();
        let message = format!("the {what} is for the shipped host `{name}`: nothing sets `{key}`");
        diagnostics.push(
            finding_on(of.integration, Code::ShippedHost, message).help(format!(
                "set `{key}` in a ConfigMap of the input, in a file given by --config, or by \
             --default {key}=HOST"
            )),
        );
    } else if host.value.is_none() {
        let message =
            format!("`ingressHostName` is empty: the {what} takes requests for every host");
        diagnostics.push(
            finding_at(&host.from, Code::NoHost, message, &of.integration.object)
                .help("set `ingressHostName`, or take the warning as said"),
        );
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
    let shares = |r: &&Resolution<'_>| r.routes().shared;
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
