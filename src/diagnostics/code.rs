//! The list of everything that this program has to say, one code per fact, each with a page in `pages/`.

use super::Severity;

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal $severity:ident,)+) => {
        /// What a finding is about. The number never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $doc])+ $name,)+ }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The code as it is printed.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// How bad it is, unless an option says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$name => Severity::$severity,)+ }
            }

            /// What it means, in one line.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// What it means at length, with examples: Markdown that fits into a terminal.
            #[must_use]
            pub fn page(self) -> &'static str {
                match self { $(Code::$name => include_str!(concat!("pages/", $id, ".md")),)+ }
            }

            /// The code that is printed like this, in upper or lower case.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
            }
        }
    };
}

codes! {
    /// An object that may be ours is not valid YAML.
    BrokenYaml = "EI001" Error,
    /// An object that may be ours is not UTF-8.
    NotUtf8 = "EI002" Error,
    /// A document is too large, nested too deep, or expands to too many values.
    Limit = "EI003" Error,
    /// A field that does not exist.
    UnknownField = "EI004" Error,
    /// A value of the wrong type.
    WrongType = "EI005" Error,
    /// A required value is missing.
    Missing = "EI006" Error,
    /// Not a Kubernetes quantity.
    BadQuantity = "EI007" Error,
    /// A port outside of 1 to 65535.
    BadPort = "EI008" Error,
    /// A port that is used twice.
    DuplicatePort = "EI009" Error,
    /// Not a boolean.
    NotBoolean = "EI010" Error,
    /// Not one of the values that the field takes.
    NotAChoice = "EI011" Error,
    /// A name that Kubernetes refuses, as it is or with what is appended to it.
    BadName = "EI012" Error,
    /// An Integration of a version that does not exist.
    UnknownVersion = "EI013" Error,
    /// Fields of both API shapes in one Integration.
    MixedShapes = "EI014" Error,
    /// Two objects of one identity.
    Duplicate = "EI015" Error,
    /// An object that is not ours has the identity of one to be rendered.
    Foreign = "EI016" Error,
    /// Replica counts that cannot be.
    BadReplicas = "EI017" Error,
    /// A probe without a handler.
    NoHandler = "EI018" Error,
    /// A request above its limit.
    RequestAboveLimit = "EI019" Error,
    /// Several ConfigMaps of one name, none of which is nearer than the others.
    AmbiguousConfig = "EI020" Error,
    /// An item that others refer to by an anchor would have to go.
    AnchorInUse = "EI021" Error,
    /// A functionConfig that cannot be used.
    BadFunctionConfig = "EI022" Error,
    /// An environment variable that no API server takes.
    BadEnvironment = "EI023" Error,
    /// An HTTPRoute without a Gateway.
    NoGateway = "EI024" Error,
    /// Labels of pods that would break the selector.
    SelectorLabel = "EI025" Error,
    /// A mount of a volume that is not there.
    NoVolume = "EI026" Error,
    /// A spelling from WSO2's documentation that Kubernetes does not have.
    DocumentedSpelling = "EI031" Warning,
    /// A field of the old API in a new Integration.
    OldField = "EI032" Warning,
    /// A ConfigMap key that means nothing.
    UnknownKey = "EI033" Warning,
    /// A placeholder that nobody replaced.
    Placeholder = "EI034" Warning,
    /// An Ingress for the shipped host name.
    ShippedHost = "EI035" Warning,
    /// No Ingress, because integration-config does not ask for one.
    NoIngress = "EI036" Warning,
    /// A zero that means unset.
    ZeroMeansUnset = "EI037" Warning,
    /// An Ingress rule without a host.
    NoHost = "EI038" Warning,
    /// A shared Ingress that another release would replace.
    SharedIngress = "EI039" Warning,
    /// A rendered object whose Integration is not in the input.
    Orphan = "EI040" Warning,
    /// Something that looks like an Integration and is none.
    Lookalike = "EI041" Warning,
    /// A key that differs from the right one in its case only.
    KeyCase = "EI042" Warning,
    /// A default that no Integration takes.
    UnusedDefault = "EI043" Warning,
    /// Autoscaling by CPU utilization without a CPU request.
    NoRequest = "EI044" Warning,
    /// A probe of a port that the container does not have.
    ProbePort = "EI045" Warning,
    /// A Helm hook that does nothing on an Integration.
    Hook = "EI046" Warning,
    /// A line of ingress.properties that is no annotation.
    PropertiesLine = "EI047" Warning,
    /// Integrations of both generations want different settings of one shared Ingress.
    MixedIngress = "EI048" Warning,
    /// A port that the old API never used.
    IgnoredPort = "EI049" Warning,
    /// A PodDisruptionBudget that blocks every drain.
    BlockedDrain = "EI050" Warning,
    /// A constraint that spreads no pods.
    NoSpread = "EI051" Warning,
    /// A single pod that becomes several at each update.
    SinglePod = "EI052" Warning,
    /// A known key that has no effect here.
    NoEffect = "EI061" Info,
    /// A ConfigMap of another namespace was taken.
    FarConfig = "EI062" Info,
    /// An item was written anew to mark it.
    Reemitted = "EI063" Info,
    /// An object that is not rendered any more was taken out.
    Removed = "EI064" Info,
}
