//! By which objects requests reach an Integration.

use crate::settings::{IngressSharing, OwnIngress, Resolved, RouteKind};

/// The routes of one Integration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Routes {
    /// A rule in the Ingress of its namespace.
    pub shared: bool,
    /// An Ingress that looks like the shared one but is its own.
    pub alone: bool,
    /// The Ingress that `expose.ingress` describes.
    pub own: bool,
    /// An HTTPRoute.
    pub http: bool,
}

impl Routes {
    /// `autoIngressCreation` says whether there are routes and `routeKind` which; an Integration
    /// can ask for an Ingress of its own, or for none at all.
    #[must_use]
    pub fn of(settings: &Resolved) -> Self {
        let own = settings.ingress_of_its_own();
        let enabled = own.and_then(|own| own.enabled);
        if enabled == Some(false) {
            return Self::default();
        }
        let auto = settings.auto_ingress.value.0;
        let kind = settings.route_kind.value;
        let ingress = auto && kind != RouteKind::HttpRoute;
        let asked = enabled == Some(true) || own.is_some() && ingress;
        let also_shared = own.and_then(|own| own.shared) == Some(true);
        let together = settings.ingress_sharing.value == IngressSharing::Namespace;
        let http = kind != RouteKind::Ingress || settings.http_route.value.is_some();
        Self {
            shared: ingress && together && (!asked || also_shared),
            alone: ingress && !together && !asked,
            own: asked,
            http: auto && http,
        }
    }

    /// Whether there is any Ingress.
    #[must_use]
    pub fn any_ingress(self) -> bool {
        self.shared || self.alone || self.own
    }

    /// Whether requests are routed by the host that all Integrations have by default.
    #[must_use]
    pub fn by_default_host(self, settings: &Resolved) -> bool {
        let own_host = settings
            .ingress_of_its_own()
            .is_some_and(|own| own.host.is_some());
        let route = settings.http_route.value.as_ref();
        let route_hosts = route.is_some_and(|route| route.typed.hostnames.is_some());
        self.shared || self.alone || self.own && !own_host || self.http && !route_hosts && !own_host
    }
}

/// The setting by which there is no route of a kind that there could be.
#[must_use]
pub fn ruled_out_by(settings: &Resolved) -> &'static str {
    let own = settings.ingress_of_its_own();
    if own.is_some_and(|own| own.enabled == Some(false)) {
        "own_ingress"
    } else if settings.auto_ingress.value.0 {
        "route_kind"
    } else {
        "auto_ingress"
    }
}

impl Resolved {
    /// `expose.ingress`, where it says anything.
    #[must_use]
    pub fn ingress_of_its_own(&self) -> Option<&OwnIngress> {
        self.own_ingress.value.as_ref().map(|own| &own.typed)
    }
}
