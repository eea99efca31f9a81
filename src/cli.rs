//! What the user typed: options, environment variables, and the mistakes in them.

use std::env::VarError;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Parser;
use clap::builder::FalseyValueParser;
use expand_integration::api::is_label;
use expand_integration::diagnostics::did_you_mean;
use expand_integration::intake::{self, File, Given, Policy, is_known_key};

/// Expands WSO2 Integration custom resources into Kubernetes objects.
///
/// Reads manifests on stdin (a YAML stream, a List or a KRM ResourceList, as YAML or JSON) and
/// writes them to stdout with every Integration expanded. Everything else passes through byte for
/// byte.
#[derive(Debug, Parser)]
#[command(
    name = "expand-integration",
    version,
    max_term_width = 100,
    after_help = "Each option can be given as an environment variable, EXPAND_INTEGRATION_<OPTION>; a\n\
                  repeatable one takes one value a line.\n\n\
                  Exit codes: 0 done, 1 the input has errors, 2 usage or I/O.\n\n\
                  Examples:\n  \
                  expand-integration < manifests.yaml | kubectl apply -f -\n  \
                  helm template my-release ./chart --post-renderer expand-integration\n  \
                  expand-integration --default ingressHostName=mi.example.com < integration.yaml"
)]
pub(crate) struct Cli {
    /// A file with a functionConfig (kustomize's legacy exec plugins get one)
    #[arg(value_name = "CONFIG_FILE")]
    config_file: Option<PathBuf>,

    /// A file with the ConfigMaps integration-config and integration-ingress-config (repeatable)
    #[arg(long, value_name = "FILE")]
    config: Vec<String>,

    /// A default, with the key of a ConfigMap (repeatable)
    #[arg(long = "default", value_name = "KEY=VALUE")]
    defaults: Vec<String>,

    /// The namespace of objects that name none, for grouping and matching only
    #[arg(
        long,
        value_name = "NAMESPACE",
        env = "EXPAND_INTEGRATION_NAMESPACE",
        hide_env = true
    )]
    namespace: Option<String>,

    /// Fail on warnings
    #[arg(long, env = "EXPAND_INTEGRATION_STRICT", hide_env = true, value_parser = switch())]
    pub(crate) strict: bool,

    /// Say nothing on stderr
    #[arg(long, env = "EXPAND_INTEGRATION_QUIET", hide_env = true, value_parser = switch())]
    pub(crate) quiet: bool,

    /// Append all findings to this file
    #[arg(
        long,
        value_name = "FILE",
        env = "EXPAND_INTEGRATION_LOG_FILE",
        hide_env = true
    )]
    pub(crate) log_file: Option<String>,

    /// What becomes of the Integrations themselves: auto (the default), keep or drop
    ///
    /// auto drops them from a plain stream and for kustomize, and keeps them, marked local-config,
    /// for kpt
    #[arg(
        long,
        value_name = "POLICY",
        env = "EXPAND_INTEGRATION_INTEGRATIONS",
        hide_env = true
    )]
    integrations: Option<String>,

    /// Remove objects that an earlier run rendered from Integrations that are not in the input
    #[arg(long, env = "EXPAND_INTEGRATION_PRUNE", hide_env = true, value_parser = switch())]
    prune: bool,

    /// What to do about fields that Kubernetes' types do not have: error, or keep with a warning
    #[arg(
        long,
        value_name = "WHAT",
        env = "EXPAND_INTEGRATION_UNKNOWN_FIELDS", hide_env = true,
        default_value = "error",
        value_parser = parse_unknown_fields
    )]
    unknown_fields: UnknownFields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnknownFields {
    Error,
    Keep,
}

impl Cli {
    /// Reads the files that the options name; an error is a mistake of usage.
    pub(crate) fn into_options(self) -> anyhow::Result<expand_integration::Options> {
        let config = or_variable(self.config, "EXPAND_INTEGRATION_CONFIG")?;
        let config = config.iter().filter(|path| !path.is_empty());
        let config = config.map(|path| read(Path::new(path)));
        let config = config.collect::<anyhow::Result<Vec<_>>>()?;
        let defaults = or_variable(self.defaults, "EXPAND_INTEGRATION_DEFAULT")?;
        let defaults = defaults.iter().filter(|text| !text.is_empty());
        let defaults = defaults.map(|text| parse_default(text));
        let defaults = defaults.collect::<anyhow::Result<Vec<_>>>()?;
        let function_config = match &self.config_file {
            Some(path) if path.exists() => Some(read(path)?),
            Some(path) => {
                let name = path.display().to_string();
                bail!(
                    "`{name}` is neither a file nor a command\n\n  manifests are read from stdin: \
                     expand-integration < manifests.yaml"
                );
            }
            None => None,
        };
        let namespace = self.namespace.filter(|n| !n.is_empty());
        if let Some(name) = namespace.as_deref().filter(|n| !is_label(n)) {
            bail!("`--namespace {name}`: not a name of a namespace");
        }
        Ok(expand_integration::Options {
            given: Given {
                config,
                defaults,
                function_config,
            },
            namespace,
            strict: self.strict,
            integrations: policy(self.integrations.as_deref().unwrap_or_default())?,
            // Switched off is not said: then the functionConfig may say so.
            prune: self.prune.then_some(true),
            keep_unknown_fields: self.unknown_fields == UnknownFields::Keep,
            // Helm 4 sets it for plugins, and refuses empty output.
            never_empty: std::env::var_os("HELM_PLUGIN_NAME").is_some_and(|n| !n.is_empty()),
        })
    }
}

fn read(path: &Path) -> anyhow::Result<intake::File> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("cannot read `{name}`"))?;
    Ok(File { path: name, bytes })
}

/// The values of a repeatable option: those on the command line, else the lines of its variable.
fn or_variable(given: Vec<String>, variable: &str) -> anyhow::Result<Vec<String>> {
    if !given.is_empty() {
        return Ok(given);
    }
    match std::env::var(variable) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(VarError::NotPresent) => Ok(Vec::new()),
        Err(VarError::NotUnicode(_)) => bail!("the variable {variable} is not UTF-8"),
    }
}

fn parse_default(text: &str) -> anyhow::Result<(String, String)> {
    let Some((key, value)) = text.split_once('=') else {
        bail!("`--default {text}`: expected KEY=VALUE");
    };
    if !is_known_key(key) {
        let known = expand_integration::settings::all_keys();
        let help = did_you_mean(key, known).unwrap_or_else(|| {
            let mut keys: Vec<&str> = expand_integration::settings::all_keys().collect();
            keys.sort_unstable();
            keys.dedup();
            format!("the keys are: {}", keys.join(", "))
        });
        bail!("`--default {key}`: none of our ConfigMaps has this key; {help}");
    }
    Ok((key.to_owned(), value.to_owned()))
}

// An empty variable is an unset one.

/// `true`, `1` and the like in a variable switch an option on.
fn switch() -> FalseyValueParser {
    FalseyValueParser::new()
}

fn policy(text: &str) -> anyhow::Result<Option<Policy>> {
    match text {
        "" => Ok(None),
        "auto" => Ok(Some(Policy::Auto)),
        "keep" => Ok(Some(Policy::Keep)),
        "drop" => Ok(Some(Policy::Drop)),
        _ => bail!("`--integrations {text}`: expected auto, keep or drop"),
    }
}

fn parse_unknown_fields(text: &str) -> Result<UnknownFields, String> {
    match text {
        "" | "error" => Ok(UnknownFields::Error),
        "keep" => Ok(UnknownFields::Keep),
        _ => Err("expected error or keep".to_owned()),
    }
}
