//! The options that all commands share, as arguments and environment variables.

use std::env::VarError;
use std::path::Path;

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anyhow::bail;
use clap::Args;
use clap::builder::FalseyValueParser;
use expand_integration::api::is_label;
use expand_integration::diagnostics::{Style, did_you_mean};
use expand_integration::intake::{File, Given, Policy, is_known_key};

use super::paths::read_file;

/// What can be given several times. clap lets a subcommand's values replace those before it, so
/// each command has its own, and they are added up.
#[derive(Debug, Args, Default)]
pub(crate) struct Repeatable {
    /// A file with the ConfigMaps integration-config and integration-ingress-config (repeatable)
    #[arg(long, value_name = "FILE")]
    config: Vec<String>,

    /// A default, with the key of a ConfigMap (repeatable)
    #[arg(long = "default", value_name = "KEY=VALUE")]
    defaults: Vec<String>,
}

impl Repeatable {
    /// These, and then those.
    fn and(&self, those: Option<&Self>) -> Self {
        let mut all = Self {
            config: self.config.clone(),
            defaults: self.defaults.clone(),
        };
        if let Some(those) = those {
            all.config.extend_from_slice(&those.config);
            all.defaults.extend_from_slice(&those.defaults);
        }
        all
    }
}

#[derive(Debug, Args)]
pub(crate) struct Shared {
    #[command(flatten)]
    repeatable: Repeatable,

    /// The namespace of objects that name none, for grouping and matching only
    #[arg(
        long,
        global = true,
        value_name = "NAMESPACE",
        env = "EXPAND_INTEGRATION_NAMESPACE",
        hide_env = true
    )]
    namespace: Option<String>,

    /// Fail on warnings
    #[arg(long, global = true, env = "EXPAND_INTEGRATION_STRICT", hide_env = true, value_parser = switch())]
    pub(crate) strict: bool,

    /// Say nothing on stderr
    #[arg(long, global = true, env = "EXPAND_INTEGRATION_QUIET", hide_env = true, value_parser = switch())]
    pub(crate) quiet: bool,

    /// Append all findings to this file
    #[arg(
        long,
        global = true,
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
        global = true,
        value_name = "POLICY",
        env = "EXPAND_INTEGRATION_INTEGRATIONS",
        hide_env = true
    )]
    integrations: Option<String>,

    /// Remove objects that an earlier run rendered from Integrations that are not in the input
    #[arg(long, global = true, env = "EXPAND_INTEGRATION_PRUNE", hide_env = true, value_parser = switch())]
    prune: bool,

    /// What to do about fields that Kubernetes' types do not have: error, or keep with a warning
    #[arg(
        long,
        global = true,
        value_name = "WHAT",
        env = "EXPAND_INTEGRATION_UNKNOWN_FIELDS", hide_env = true,
        default_value = "error",
        value_parser = parse_unknown_fields
    )]
    unknown_fields: UnknownFields,

    /// Where errors go: stderr, or for Helm 4, which does not show stderr, stdout
    ///
    /// stdout acts only where Helm runs the program as a plugin: the output is then a stream that
    /// Helm refuses, and prints as the reason.
    #[arg(
        long,
        global = true,
        value_name = "WHERE",
        env = "EXPAND_INTEGRATION_ERRORS_ON", hide_env = true,
        default_value = "stderr",
        value_parser = ErrorsOn::named
    )]
    pub(crate) errors_on: ErrorsOn,

    /// Colours in messages: auto (on a terminal, unless `NO_COLOR` is set), always or never
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        env = "EXPAND_INTEGRATION_COLOR",
        hide_env = true,
        default_value = "auto",
        hide_default_value = true,
        value_parser = Colour::named
    )]
    pub(crate) color: Colour,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UnknownFields {
    Error,
    Keep,
}

/// When messages have colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl Colour {
    fn named(text: &str) -> Result<Self, String> {
        match text {
            "" | "auto" => Ok(Self::Auto),
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            _ => Err("expected auto, always or never".to_owned()),
        }
    }

    /// How messages on a stream are to look.
    pub(crate) fn on(self, stream: &impl RawStream) -> Style {
        let colour = match self {
            Self::Auto => AutoStream::choice(stream) != ColorChoice::Never,
            Self::Always => true,
            Self::Never => false,
        };
        if colour {
            Style::Coloured
        } else {
            Style::Plain
        }
    }
}

/// Where errors go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ErrorsOn {
    #[default]
    Stderr,
    /// Only where Helm runs us as a plugin.
    Stdout,
}

impl ErrorsOn {
    pub(super) fn named(text: &str) -> Result<Self, String> {
        match text {
            "" | "stderr" => Ok(Self::Stderr),
            "stdout" => Ok(Self::Stdout),
            _ => Err("expected stderr or stdout".to_owned()),
        }
    }
}

/// Whether Helm 4 runs us: it sets this for its plugins, and refuses empty output.
pub(crate) fn is_helm_plugin() -> bool {
    std::env::var_os("HELM_PLUGIN_NAME").is_some_and(|name| !name.is_empty())
}

impl Shared {
    /// Reads the files that the options name; an error is a mistake of usage.
    pub(super) fn options(
        &self,
        of_command: Option<&Repeatable>,
        function_config: Option<File>,
    ) -> anyhow::Result<expand_integration::Options> {
        let given = self.repeatable.and(of_command);
        let config = or_variable(&given.config, "EXPAND_INTEGRATION_CONFIG")?;
        let config = config.iter().filter(|path| !path.is_empty());
        let config = config.map(|path| read_file(Path::new(path)));
        let config = config.collect::<anyhow::Result<Vec<_>>>()?;
        let defaults = or_variable(&given.defaults, "EXPAND_INTEGRATION_DEFAULT")?;
        let defaults = defaults.iter().filter(|text| !text.is_empty());
        let defaults = defaults.map(|text| parse_default(text));
        let defaults = defaults.collect::<anyhow::Result<Vec<_>>>()?;
        let namespace = self.namespace.clone().filter(|n| !n.is_empty());
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
            never_empty: is_helm_plugin(),
        })
    }
}

/// The values of a repeatable option: those on the command line, else the lines of its variable.
fn or_variable(given: &[String], variable: &str) -> anyhow::Result<Vec<String>> {
    if !given.is_empty() {
        return Ok(given.to_vec());
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
