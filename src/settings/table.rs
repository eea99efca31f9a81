//! The table: one entry for each setting, in the order of the README.

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscalerBehavior;
use k8s_openapi::api::core::v1::{
    Affinity, Container, Lifecycle, LocalObjectReference, PodSecurityContext, Probe,
    SecurityContext, ServicePort, Toleration, TopologySpreadConstraint, Volume, VolumeMount,
};
use serde_json::Value as Json;

use super::{
    Amount, ConfigMapFile, Count, Disruption, Empty, Env, EnvFrom, Flag, Fragment, Home, HttpRoute,
    IngressSharing, Lookup, Metrics, OwnIngress, Part, PodNetwork, Port, Profile, Properties,
    PullPolicy, Replicas, RouteKind, Row, ServiceOptions, Setting, SettingType, Settle, StringList,
    StringMap, Traced, VolumeClaim,
};
use crate::api::config_map::ConfigMapName;

/// operator v2.0.3: `integration_controller_conf.yaml`.
const SHIPPED_METRICS: &str = "- type: Resource
  resource:
    name: cpu
    target:
      type: Utilization
      averageUtilization: 70
";
const SHIPPED_LIVENESS: &str = "tcpSocket:
  port: 8290
initialDelaySeconds: 10
periodSeconds: 5
";
const SHIPPED_READINESS: &str = "httpGet:
  path: /healthz
  port: 9201
initialDelaySeconds: 10
periodSeconds: 5
";
const SHIPPED_PROPERTIES: &str = "kubernetes.io/ingress.class: nginx
nginx.ingress.kubernetes.io/rewrite-target: /$2
nginx.ingress.kubernetes.io/ssl-redirect: false
";
/// k8s-ei-operator 1.1.0: constants in its code.
const LEGACY_PROPERTIES: &str = "kubernetes.io/ingress.class: nginx
nginx.ingress.kubernetes.io/rewrite-target: /$2
";

const HARDENED_STARTUP: &str = "tcpSocket:
  port: 8290
periodSeconds: 5
failureThreshold: 36
";
const HARDENED_STRATEGY: &str = "type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
";
/// The pods' own labels are filled in.
const HARDENED_SPREAD: &str = "- maxSkew: 1
  topologyKey: topology.kubernetes.io/zone
  whenUnsatisfiable: ScheduleAnyway
";
/// No user: the images of the vendor differ (802, 10802).
const HARDENED_POD: &str = "runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
";
const HARDENED_CONTAINER: &str = "allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
";

settings! {
    /// The image of the Micro Integrator with the integration in it.
    image: String {
        current: [field = "image"], legacy: [field = "image"], empty: Unset
    }
    /// The Secret with the credentials of the registry.
    image_pull_secret: Option<String> {
        current: [field = "imagePullSecret"], legacy: [field = "imagePullSecret"], empty: Unset
    }
    /// Environment variables of the container.
    env: Option<Env> {
        current: [field = "env"], legacy: [field = "env"], empty: Unset, [graft Container "env"]
    }
    /// ConfigMaps and Secrets whose keys become environment variables.
    env_from: Option<EnvFrom> {
        current: [field = "envFrom"], legacy: [], empty: Unset, [graft Container "envFrom"]
    }
    /// Which defaults hold where nobody says otherwise: the operator's, or hardened ones.
    profile: Profile {
        current: [field = "profile", config = "profile", shipped = "operator"],
        legacy: [shipped = "operator"], empty: Unset
    }
    /// The number of pods, and the lower bound of the autoscaler.
    min_replicas: Replicas {
        current: [field = "deploySpec.minReplicas", config = "minReplicas", shipped = "1"],
        legacy: [field = "replicas", shipped = "1"], empty: Unset, zero_is_unset
    }
    /// The CPU that a pod asks for.
    request_cpu: Option<Amount> {
        current: [field = "deploySpec.requestCPU", config = "requestCPU"], legacy: [], empty: Unset
    }
    /// The memory that a pod asks for.
    req_memory: Option<Amount> {
        current: [field = "deploySpec.reqMemory", config = "reqMemory"], legacy: [], empty: Unset
    }
    /// The CPU that a pod may use.
    cpu_limit: Option<Amount> {
        current: [field = "deploySpec.cpuLimit", config = "cpuLimit"], legacy: [], empty: Unset
    }
    /// The memory that a pod may use.
    memory_limit: Option<Amount> {
        current: [field = "deploySpec.memoryLimit", config = "memoryLimit"],
        legacy: [], empty: Unset
    }
    /// When a pod is restarted; replaces a default as a whole.
    liveness_probe: Option<Fragment<Probe>> {
        current: [field = "deploySpec.livenessProbe", config = "livenessProbe",
                  shipped = SHIPPED_LIVENESS],
        legacy: [], empty: None, [graft Container "livenessProbe"], braces_are_unset
    }
    /// When a pod gets requests; replaces a default as a whole.
    readiness_probe: Option<Fragment<Probe>> {
        current: [field = "deploySpec.readinessProbe", config = "readinessProbe",
                  shipped = SHIPPED_READINESS],
        legacy: [], empty: None, [graft Container "readinessProbe"], braces_are_unset
    }
    /// Files of ConfigMaps to mount.
    configmap_details: Vec<ConfigMapFile> {
        current: [field = "deploySpec.configmapDetails", config = "configmapDetails"],
        legacy: [], empty: Unset
    }
    /// When a starting pod counts as started; until then the other probes wait.
    startup_probe: Option<Fragment<Probe>> {
        current: [field = "deploySpec.startupProbe", config = "startupProbe",
                  hardened = HARDENED_STARTUP],
        legacy: [], empty: None, [graft Container "startupProbe"], braces_are_unset
    }
    /// Which nodes and neighbours the pods want.
    affinity: Option<Fragment<Affinity>> {
        current: [field = "deploySpec.affinity", config = "affinity"], legacy: [], empty: Unset, [graft Pod "affinity"]
    }
    /// When the image is pulled.
    pull_policy: PullPolicy {
        current: [field = "deploySpec.pullPolicy", config = "pullPolicy", shipped = "Always"],
        legacy: [shipped = "Always"], empty: Unset
    }
    /// How old pods make room for new ones; replaces the operator's as a whole.
    strategy: Option<Fragment<DeploymentStrategy>> {
        current: [field = "deploySpec.strategy", config = "strategy", hardened = HARDENED_STRATEGY],
        legacy: [], empty: Unset, [graft Deployment "strategy"]
    }
    /// The seconds that a new pod must be ready before it counts as available.
    min_ready_seconds: Option<Count> {
        current: [field = "deploySpec.minReadySeconds", config = "minReadySeconds"],
        legacy: [], empty: Unset, [graft Deployment "minReadySeconds"]
    }
    /// The seconds that a pod has to stop.
    termination_grace_period_seconds: Option<Count> {
        current: [field = "deploySpec.terminationGracePeriodSeconds", config = "terminationGracePeriodSeconds"],
        legacy: [], empty: Unset, [graft Pod "terminationGracePeriodSeconds"]
    }
    /// What runs when the container starts and stops; replaces the operator's preStop hook.
    lifecycle: Option<Fragment<Lifecycle>> {
        current: [field = "deploySpec.lifecycle", config = "lifecycle"],
        legacy: [], empty: None, [graft Container "lifecycle"]
    }
    /// The command of the container instead of the image's.
    command: Option<StringList> {
        current: [field = "deploySpec.command", config = "command"],
        legacy: [], empty: Unset, [graft Container "command"]
    }
    /// The arguments of the container instead of the image's.
    args: Option<StringList> {
        current: [field = "deploySpec.args", config = "args"],
        legacy: [], empty: Unset, [graft Container "args"]
    }
    /// The ServiceAccount of the pods.
    service_account_name: Option<String> {
        current: [field = "deploySpec.serviceAccountName", config = "serviceAccountName"],
        legacy: [], empty: Unset, [graft Pod "serviceAccountName"]
    }
    /// Whether pods get a token of their ServiceAccount.
    automount_service_account_token: Option<Flag> {
        current: [field = "deploySpec.automountServiceAccountToken", config = "automountServiceAccountToken", hardened = "false"],
        legacy: [], empty: Unset, [graft Pod "automountServiceAccountToken"]
    }
    /// More Secrets with credentials of registries, beside imagePullSecret.
    image_pull_secrets: Option<Fragment<Vec<LocalObjectReference>>> {
        current: [field = "deploySpec.imagePullSecrets", config = "imagePullSecrets"],
        legacy: [], empty: Unset
    }
    /// The labels of the nodes that pods may run on.
    node_selector: Option<StringMap> {
        current: [field = "deploySpec.nodeSelector", config = "nodeSelector"],
        legacy: [], empty: Unset, [graft Pod "nodeSelector"]
    }
    /// The taints of nodes that pods put up with.
    tolerations: Option<Fragment<Vec<Toleration>>> {
        current: [field = "deploySpec.tolerations", config = "tolerations"],
        legacy: [], empty: Unset, [graft Pod "tolerations"]
    }
    /// How pods spread over zones or nodes.
    topology_spread_constraints: Option<Fragment<Vec<TopologySpreadConstraint>>> {
        current: [field = "deploySpec.topologySpreadConstraints", config = "topologySpreadConstraints", hardened = HARDENED_SPREAD],
        legacy: [], empty: None, [graft Pod "topologySpreadConstraints"]
    }
    /// The PriorityClass of the pods.
    priority_class_name: Option<String> {
        current: [field = "deploySpec.priorityClassName", config = "priorityClassName"],
        legacy: [], empty: Unset, [graft Pod "priorityClassName"]
    }
    /// The security context of the pods.
    security_context: Option<Fragment<PodSecurityContext>> {
        current: [field = "deploySpec.securityContext", config = "securityContext", hardened = HARDENED_POD],
        legacy: [], empty: None, [graft Pod "securityContext"]
    }
    /// The security context of the container.
    container_security_context: Option<Fragment<SecurityContext>> {
        current: [field = "deploySpec.containerSecurityContext", config = "containerSecurityContext", hardened = HARDENED_CONTAINER],
        legacy: [], empty: None, [graft Container "securityContext"]
    }
    /// Labels of the pods beside those of the selector.
    pod_labels: Option<StringMap> {
        current: [field = "deploySpec.podLabels", config = "podLabels"],
        legacy: [], empty: Unset
    }
    /// Annotations of the pods.
    pod_annotations: Option<StringMap> {
        current: [field = "deploySpec.podAnnotations", config = "podAnnotations"],
        legacy: [], empty: Unset
    }
    /// Labels of every object that is rendered for the Integration alone.
    labels: Option<StringMap> {
        current: [field = "deploySpec.labels", config = "labels"],
        legacy: [], empty: Unset
    }
    /// Annotations of every object that is rendered for the Integration alone.
    annotations: Option<StringMap> {
        current: [field = "deploySpec.annotations", config = "annotations"],
        legacy: [], empty: Unset
    }
    /// Volumes of the pods.
    volumes: Option<Fragment<Vec<Volume>>> {
        current: [field = "deploySpec.volumes", config = "volumes"],
        legacy: [], empty: Unset
    }
    /// Where volumes are mounted in the container.
    volume_mounts: Option<Fragment<Vec<VolumeMount>>> {
        current: [field = "deploySpec.volumeMounts", config = "volumeMounts"],
        legacy: [], empty: Unset
    }
    /// Storage: a PersistentVolumeClaim `<integration>-<name>` is rendered for each and mounted.
    volume_claims: Option<Fragment<Vec<VolumeClaim>>> {
        current: [field = "deploySpec.volumeClaims", config = "volumeClaims"],
        legacy: [], empty: Unset
    }
    /// Containers that run before the Micro Integrator.
    init_containers: Option<Fragment<Vec<Container>>> {
        current: [field = "deploySpec.initContainers", config = "initContainers"],
        legacy: [], empty: Unset, [graft Pod "initContainers"]
    }
    /// Containers that run beside the Micro Integrator.
    sidecars: Option<Fragment<Vec<Container>>> {
        current: [field = "deploySpec.sidecars", config = "sidecars"],
        legacy: [], empty: Unset
    }
    /// How many pods a drain of nodes must leave, or may take: a PodDisruptionBudget.
    pod_disruption_budget: Option<Fragment<Disruption>> {
        current: [field = "deploySpec.podDisruptionBudget", config = "podDisruptionBudget", hardened = "maxUnavailable: 1\n"],
        legacy: [], empty: None
    }
    /// Whether the Integration rests: no pods, no autoscaler, no PodDisruptionBudget.
    suspend: Flag {
        current: [field = "deploySpec.suspend", config = "suspend", shipped = "false"],
        legacy: [], empty: Unset
    }
    /// Whether pods are replaced when a ConfigMap or Secret of the input that they use changes.
    roll_on_config_change: Flag {
        current: [field = "deploySpec.rollOnConfigChange", config = "rollOnConfigChange", shipped = "false"],
        legacy: [], empty: Unset
    }
    /// Whether a HorizontalPodAutoscaler is rendered.
    auto_scale: Flag {
        current: [field = "autoScale.enabled", config = "enableAutoScale", shipped = "false"],
        legacy: [shipped = "false"], empty: Unset
    }
    /// The upper bound of the autoscaler.
    max_replicas: Replicas {
        current: [field = "autoScale.maxReplicas", config = "maxReplicas", shipped = "5"],
        legacy: [], empty: Unset, zero_is_unset
    }
    /// What the autoscaler goes by.
    hpa_metrics: Option<Metrics> {
        current: [field = "autoScale.metrics", config = "hpaMetrics", shipped = SHIPPED_METRICS],
        legacy: [], empty: None, [graft Autoscaler "metrics"]
    }
    /// How fast the autoscaler acts.
    behavior: Option<Fragment<HorizontalPodAutoscalerBehavior>> {
        current: [field = "autoScale.behavior", config = "behavior"], legacy: [], empty: Unset, [graft Autoscaler "behavior"]
    }
    /// Whether the Deployment has `replicas` beside an autoscaler, as the operator's had.
    keep_replicas: Flag {
        current: [field = "autoScale.keepReplicas", config = "keepReplicas", shipped = "false"],
        legacy: [], empty: Unset
    }
    /// The port of the HTTP listener.
    passthro_port: Port {
        current: [field = "expose.passthroPort", shipped = "8290"],
        legacy: [shipped = "8290"], empty: Unset, zero_is_unset
    }
    /// The ports of inbound endpoints.
    inbound_ports: Vec<Port> {
        current: [field = "expose.inboundPorts"], legacy: [field = "inboundPorts"], empty: Unset
    }
    /// Ports of the Service beside the routed ones, also opened on the container.
    service_ports: Option<Fragment<Vec<ServicePort>>> {
        current: [field = "expose.ports", config = "ports"],
        legacy: [], empty: Unset
    }
    /// What else the Service says: its type, session affinity, annotations and so on.
    service: Option<Fragment<ServiceOptions>> {
        current: [field = "expose.service", config = "service"],
        legacy: [], empty: Unset
    }
    /// An Ingress of the Integration's own, or none.
    own_ingress: Option<Fragment<OwnIngress>> {
        current: [field = "expose.ingress", ingress = "ingress"],
        legacy: [], empty: Unset
    }
    /// The Gateways and the hosts of the HTTPRoute.
    http_route: Option<Fragment<HttpRoute>> {
        current: [field = "expose.httpRoute", ingress = "httpRoute"],
        legacy: [], empty: Unset
    }
    /// Who may talk to the pods: a NetworkPolicy; without rules for ingress the ports of the container are open.
    network_policy: Option<Fragment<PodNetwork>> {
        current: [field = "expose.networkPolicy", config = "networkPolicy", hardened = "policyTypes: [Ingress]\n"],
        legacy: [], empty: None
    }
    /// Whether an Ingress is rendered.
    auto_ingress: Flag {
        current: [config = "autoIngressCreation", shipped = "true"],
        legacy: [old_config = "autoIngressCreation", shipped = "true"], empty: False
    }
    /// The annotations of the Ingress.
    ingress_properties: Option<Properties> {
        current: [ingress = "ingress.properties", shipped = SHIPPED_PROPERTIES],
        legacy: [shipped = LEGACY_PROPERTIES], empty: None
    }
    /// The host of the Ingress.
    ingress_host: Option<String> {
        current: [ingress = "ingressHostName", shipped = "wso2ei.ingress.wso2.com"],
        legacy: [old_config = "host", shipped = "wso2"], empty: None
    }
    /// The Secret with the certificate of the Ingress.
    tls_secret: Option<String> {
        current: [ingress = "tlsSecretName"], legacy: [old_config = "ingressTLS"], empty: None
    }
    /// Whether the Ingress sends clients from http to https (old API only).
    ssl_redirect: Option<String> {
        current: [], legacy: [old_config = "sslRedirect", shipped = "true"], empty: Unset
    }
    /// The class of the Ingress, as a field instead of an annotation.
    ingress_class_name: Option<String> {
        current: [ingress = "ingressClassName"], legacy: [], empty: None
    }
    /// Which kinds route to the Integration where autoIngressCreation says that one does.
    route_kind: RouteKind {
        current: [ingress = "routeKind", shipped = "Ingress"], legacy: [shipped = "Ingress"],
        empty: Unset
    }
    /// The Gateway of the HTTPRoute.
    gateway_name: Option<String> {
        current: [ingress = "gatewayName"], legacy: [], empty: None
    }
    /// The namespace of that Gateway.
    gateway_namespace: Option<String> {
        current: [ingress = "gatewayNamespace"], legacy: [], empty: None
    }
    /// The listener of that Gateway.
    gateway_section_name: Option<String> {
        current: [ingress = "gatewaySectionName"], legacy: [], empty: None
    }
    /// One Ingress for a namespace (`ei-operator-ingress`), or one for each Integration.
    ingress_sharing: IngressSharing {
        current: [ingress = "ingressSharing", shipped = "namespace"],
        legacy: [old_config = "ingressSharing", shipped = "namespace"], empty: Unset
    }
}
