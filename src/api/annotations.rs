//! Annotation keys: ours and the ones by which hosts speak to functions.

/// On what we rendered into a ResourceList: `<group>/<Kind>/<name>` of its Integration, or
/// [`SHARED`].
pub const GENERATED_FROM: &str = "expand-integration/generated-from";
/// The value of [`GENERATED_FROM`] on the Ingress that all Integrations of a namespace share.
pub const SHARED: &str = "shared";
/// Keeps an object out of the cluster (kustomize and kpt honour it).
pub const LOCAL_CONFIG: &str = "config.kubernetes.io/local-config";
/// The file of an item (kpt), and its older spelling.
pub const PATHS: [&str; 2] = [
    "internal.config.kubernetes.io/path",
    "config.kubernetes.io/path",
];
/// The place of an item in its file (kpt), and its older spelling.
pub const INDEXES: [&str; 2] = [
    "internal.config.kubernetes.io/index",
    "config.kubernetes.io/index",
];
/// On every item that kustomize hands to a transformer.
pub const KUSTOMIZE_ID: &str = "kustomize.config.k8s.io/id";
/// The names an object had before kustomize changed it, oldest first.
pub const PREVIOUS_NAMES: &str = "internal.config.kubernetes.io/previousNames";
/// The namespaces an object had before kustomize changed it, oldest first.
pub const PREVIOUS_NAMESPACES: &str = "internal.config.kubernetes.io/previousNamespaces";
/// The template that a document comes from (Helm 4).
pub const POSTRENDER_FILENAME: &str = "postrenderer.helm.sh/postrender-filename";
/// Makes an object a Helm hook.
pub const HELM_HOOK: &str = "helm.sh/hook";

/// Whether Helm keeps what a release does not have any more.
pub const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// What an Integration hands on to the objects made of it.
pub const INHERITED: [&str; 4] = [
    POSTRENDER_FILENAME,
    RESOURCE_POLICY,
    "argocd.argoproj.io/sync-wave",
    "argocd.argoproj.io/sync-options",
];

/// Prefixes of annotations that belong to tools and say nothing about the object itself.
const TOOL_PREFIXES: [&str; 8] = [
    "internal.config.kubernetes.io/",
    "config.kubernetes.io/",
    "config.k8s.io/",
    "internal.config.k8s.io/",
    "kustomize.config.k8s.io/",
    "alpha.config.kubernetes.io/",
    "internal.kpt.dev/",
    "kpt.dev/",
];

/// Whether an annotation is a host's (or our own mark) and is carried over when an object that we
/// rendered before is written anew.
#[must_use]
pub fn is_carried(key: &str) -> bool {
    key == GENERATED_FROM || TOOL_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}
