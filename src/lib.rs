//! Expands WSO2 `Integration` custom resources into Kubernetes objects, where manifests are
//! rendered.
//!
//! Data flows one way, and each module knows only what it needs:
//!
//! ```text
//! bytes -> stream -> intake -> resolve -> objects -> splice -> stream -> bytes
//! ```
//!
//! | module | knows | never sees |
//! |---|---|---|
//! | [`stream`] | text, separators, envelopes, places | kinds of Kubernetes or WSO2 |
//! | [`yaml`] | the YAML crates (only here) | everything else |
//! | [`api`] | groups, versions, names: what people write | documents, objects, defaults |
//! | [`settings`] | the one table of all settings, the types of their values | documents, objects |
//! | [`intake`] | documents to Integrations and layers of configuration | precedence, output kinds |
//! | [`resolve`] | the only precedence; checks across fields | documents, Kubernetes objects |
//! | [`objects`] | one file for each kind | ConfigMaps, envelopes |
//! | [`splice`] | identities and places: add, replace, remove | what is inside an object |
//! | [`mod@explain`] | why each value is what it is | documents, envelopes |
//! | [`diagnostics`] | findings and how they look | all of the above |
//! | [`schema`] | the generated schemas, as text | all of the above |
//!
//! **Architecture invariants.** Imports run downwards in that list; a test says so. Nothing here
//! does I/O: the binary does. Nothing iterates over a hash map: the same input gives the same
//! bytes. A stage says what is wrong and goes on, so that one run shows everything. Bytes that
//! nobody asked to change are never written through a YAML writer.
//!
//! To add a setting, add an entry to the table in [`settings`]. To add an output kind, add a file
//! to [`objects`] and a word to its `kinds!`.

pub mod api;
pub mod diagnostics;
pub mod explain;
pub mod intake;
pub mod objects;
pub mod resolve;
pub mod schema;
pub mod settings;
pub mod splice;
pub mod stream;
pub mod yaml;

use std::borrow::Cow;

use diagnostics::{Code, Diagnostics, Finding, Source, SourceId, to_results};
use explain::Explained;
use intake::{File, Given, Policy};
use objects::Rendered;
use resolve::NamespaceBatch;
use stream::{Edits, Envelope, Manifests, Problem};
use yaml::Limits;

/// Everything that a run can be told.
#[derive(Debug, Default)]
pub struct Options {
    /// Files and values with defaults.
    pub given: Given,
    /// What "no namespace" means.
    pub namespace: Option<String>,
    /// A warning fails the run.
    pub strict: bool,
    /// What becomes of Integrations.
    pub integrations: Option<Policy>,
    /// Rendered objects whose Integration is not in the input go.
    pub prune: Option<bool>,
    /// Unknown fields and values of Kubernetes' types are kept with a warning.
    pub keep_unknown_fields: bool,
    /// An empty result of an empty input is a comment, too (Helm 4 refuses empty output).
    pub never_empty: bool,
}

/// The manifests: standard input, or files one after the other.
#[derive(Debug)]
pub struct Input {
    /// All of them, as one stream.
    pub bytes: Vec<u8>,
    files: Vec<(usize, String)>,
}

impl Input {
    /// What came on standard input.
    #[must_use]
    pub fn stdin(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            files: vec![(0, "<stdin>".to_owned())],
        }
    }

    /// The files as one stream, in this order.
    #[must_use]
    pub fn files(files: Vec<File>) -> Self {
        let (bytes, starts) = stream::join(files.iter().map(|file| file.bytes.as_slice()));
        let names = files.into_iter().map(|file| file.path);
        Self {
            bytes,
            files: starts.into_iter().zip(names).collect(),
        }
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Outcome<'a> {
    /// What to write: nothing that could be applied after an error. The input itself where
    /// nothing changed.
    pub output: Cow<'a, [u8]>,
    /// What there is to say.
    pub diagnostics: Diagnostics,
    /// What the manifests came in.
    pub envelope: Envelope,
    /// The host shows only a few lines of what is said (kpt).
    pub brief: bool,
}

impl Outcome<'_> {
    /// The input has errors.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.diagnostics.has_errors()
    }
}

/// What stands for an output without objects: hosts take empty output for a failure, or for the
/// wish to delete everything.
pub const NO_RESOURCES: &[u8] = b"# no resources\n";

/// Expands every Integration of the input.
#[must_use]
pub fn expand<'a>(input: &'a [u8], options: &Options) -> Outcome<'a> {
    let mut diagnostics = Diagnostics::default();
    let manifests = Manifests::read(input, &intake::WANTED, Limits::default());
    let envelope = manifests.envelope();
    if let Some(broken) = manifests.envelope_problem() {
        diagnostics.push(envelope_problem(&broken.problem, input));
        return Outcome {
            output: Cow::default(),
            diagnostics,
            envelope,
            brief: false,
        };
    }
    let (edits, ours) = plan(&manifests, input, options, &mut diagnostics, &mut |_, _| {});
    if options.strict {
        diagnostics.be_strict();
    }
    let edits = match (envelope, diagnostics.has_errors()) {
        (Envelope::Stream, true) => {
            return Outcome {
                output: Cow::default(),
                diagnostics,
                envelope,
                brief: false,
            };
        }
        (Envelope::Stream, false) => edits,
        (Envelope::ResourceList, failed) => {
            with_results(&manifests, edits, ours.any, failed, &diagnostics)
        }
    };
    let output = if edits.is_empty() {
        Cow::Borrowed(input)
    } else {
        Cow::Owned(manifests.write(&edits))
    };
    let output = keep_visible(output, input, options.never_empty);
    Outcome {
        output,
        diagnostics,
        envelope,
        brief: envelope == Envelope::ResourceList && !ours.kustomize,
    }
}

/// Explains every Integration of the input, with all that there is to say about it.
#[must_use]
pub fn explain(input: &Input, options: &Options) -> (Vec<Explained>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    let mut explained = Vec::new();
    let manifests = Manifests::read(&input.bytes, &intake::WANTED, Limits::default());
    if let Some(broken) = manifests.envelope_problem() {
        diagnostics.push(envelope_problem(&broken.problem, &input.bytes));
        return (explained, diagnostics);
    }
    let texts = sources(input, options);
    let mut watch = |batches: &[NamespaceBatch<'_>], rendered: &[Rendered]| {
        explained = explain::explain(batches, rendered, &texts, &options.given);
    };
    plan(
        &manifests,
        &input.bytes,
        options,
        &mut diagnostics,
        &mut watch,
    );
    if options.strict {
        diagnostics.be_strict();
    }
    (explained, diagnostics)
}

/// What is known of the input as a whole.
struct Ours {
    /// Something of ours is in it.
    any: bool,
    /// kustomize made it.
    kustomize: bool,
}

/// Somebody who looks at what was found on the way.
type Watch<'w> = &'w mut dyn FnMut(&[NamespaceBatch<'_>], &[Rendered]);

fn plan(
    manifests: &Manifests<'_>,
    input: &[u8],
    options: &Options,
    diagnostics: &mut Diagnostics,
    watch: Watch<'_>,
) -> (Edits, Ours) {
    let mut context = intake::Context {
        namespace: options.namespace.clone(),
        keep_unknown: options.keep_unknown_fields,
    };
    let intake = intake::read(manifests, &options.given, &context, diagnostics);
    if context.namespace.is_none() {
        context.namespace = intake.moved_to().map(str::to_owned);
    }
    let sources: Vec<&[u8]> = std::iter::once(input)
        .chain(files(&options.given))
        .collect();
    let mut batches = resolve::resolve(&intake, &sources, &context, diagnostics);
    add_checksums(&mut batches, input);
    let rendered: Vec<Rendered> = batches.iter().map(objects::render).collect();
    watch(&batches, &rendered);
    let rules = splice::Rules {
        policy: options.integrations,
        prune: options.prune,
        namespace: context.namespace,
    };
    let edits = splice::splice(manifests, &intake, rendered, &rules, diagnostics);
    let ours = Ours {
        any: intake.has_anything(),
        kustomize: intake.from_kustomize || intake.generator,
    };
    (edits, ours)
}

/// Pods that are to roll with ConfigMaps and Secrets carry a checksum over them.
fn add_checksums(batches: &mut [NamespaceBatch<'_>], input: &[u8]) {
    let resolutions = || batches.iter().flat_map(|batch| &batch.integrations);
    let uses: Vec<_> = resolutions()
        .flat_map(resolve::Resolution::rolls_with)
        .collect();
    let names: Vec<&str> = uses.iter().map(|(_, name)| name.as_str()).collect();
    let contents = intake::Contents::read(input, &names);
    for of in batches.iter_mut().flat_map(|batch| &mut batch.integrations) {
        let uses = of.rolls_with();
        let uses = uses.iter().map(|(kind, name)| (*kind, name.as_str()));
        of.checksum = contents.checksum(uses, of.integration.namespace.as_deref());
    }
}

/// On an error the items stay as they are; hosts show the results.
fn with_results(
    manifests: &Manifests<'_>,
    edits: Edits,
    ours: bool,
    failed: bool,
    diagnostics: &Diagnostics,
) -> Edits {
    let results = to_results(diagnostics);
    let mut edits = if failed { Edits::default() } else { edits };
    // A list with nothing of ours keeps its bytes, results and all.
    if !results.is_empty() || manifests.has_results() && ours {
        edits.results = Some(results);
    }
    edits
}

fn keep_visible<'a>(output: Cow<'a, [u8]>, input: &[u8], never_empty: bool) -> Cow<'a, [u8]> {
    let empty = match output {
        Cow::Borrowed(text) => text.iter().all(u8::is_ascii_whitespace),
        // What is left of a stream can be its separators.
        Cow::Owned(ref text) => text
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(text)
            .split(|b| *b == b'\n')
            .all(|line| matches!(line.trim_ascii(), b"" | b"---" | b"...")),
    };
    if empty && (never_empty || !input.is_empty()) {
        return Cow::Borrowed(NO_RESOURCES);
    }
    output
}

fn envelope_problem(problem: &Problem, input: &[u8]) -> Finding {
    match problem {
        Problem::Yaml(error) => intake::yaml_problem(error, SourceId::INPUT, input),
        Problem::NotUtf8 { offset } => Finding::new(Code::NotUtf8, "the ResourceList is not UTF-8")
            .at(SourceId::INPUT, *offset..*offset),
    }
}

fn files(given: &Given) -> impl Iterator<Item = &[u8]> {
    let files = given.config.iter().chain(&given.function_config);
    files.map(|f| f.bytes.as_slice())
}

/// The texts that findings point into, in the order of their ids.
#[must_use]
pub fn sources<'a>(input: &'a Input, options: &'a Options) -> Vec<Source<'a>> {
    let manifests = Source {
        bytes: &input.bytes,
        files: input.files.clone(),
    };
    let files = options
        .given
        .config
        .iter()
        .chain(&options.given.function_config);
    let files = files.map(|file| Source::new(&file.path, &file.bytes));
    std::iter::once(manifests).chain(files).collect()
}
