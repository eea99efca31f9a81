//! `explain`: where values come from.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use expand_integration::diagnostics::{Code, did_you_mean};
use expand_integration::explain::{Explained, about, to_json, to_text};
use expand_integration::settings::{SETTINGS, Setting};
use expand_integration::{Options, explain, sources};

use super::options::{Repeatable, Shared};
use super::output::{log, say, write};
use crate::{DONE, INPUT_HAS_ERRORS};

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The Integration (NAME or NAMESPACE/NAME), or the code of a finding such as EI004
    #[arg(value_name = "NAME")]
    name: Option<String>,

    /// The setting, by its field or its key
    #[arg(value_name = "FIELD")]
    field: Option<String>,

    /// Files and directories with the manifests instead of stdin (repeatable)
    #[arg(short = 'f', long = "filename", value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How it is printed: text or json
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json"])]
    format: String,

    #[command(flatten)]
    pub(super) repeatable: Repeatable,
}

impl Explain {
    pub(super) fn run(
        &self,
        options: impl FnOnce() -> anyhow::Result<Options>,
        shared: &Shared,
    ) -> anyhow::Result<u8> {
        let mut name = self.name.as_deref();
        let mut field = self.field.as_deref();
        if let Some(word) = name.filter(|word| is_code(word)) {
            let Some(code) = Code::from_id(word) else {
                let known = Code::ALL.iter().map(|code| code.id());
                let help = did_you_mean(word, known);
                let help = help.unwrap_or_else(|| "README.md lists them".to_owned());
                bail!("there is no code `{word}`; {help}");
            };
            return write(code.page().as_bytes()).map(|()| DONE);
        }
        let no_input = self.paths.is_empty() && io::stdin().is_terminal();
        // `explain minReplicas` is about the setting, also without manifests.
        if let (Some(word), None, true) = (name, field, no_input)
            && let Some(setting) = setting(word)
        {
            return write(about(setting).as_bytes()).map(|()| DONE);
        }
        let options = options()?;
        let input = super::input(&self.paths)?;
        let (integrations, diagnostics) = explain(&input, &options);
        if let (Some(word), None) = (name, field)
            && !integrations.iter().any(|of| is_named(of, word))
            && setting(word).is_some()
        {
            (name, field) = (None, Some(word));
        }
        let sources = sources(&input, &options);
        log(&diagnostics, &sources, shared)?;
        say(&diagnostics, &sources, shared, false);
        let wanted = field.map(must_be_setting).transpose()?;
        let mut chosen = integrations;
        if let Some(name) = name {
            let known: Vec<String> = chosen.iter().map(full_name).collect();
            chosen.retain(|of| is_named(of, name));
            if chosen.is_empty() && !(known.is_empty() && diagnostics.has_errors()) {
                bail!(nobody(name, &known));
            }
        }
        if let Some(wanted) = wanted {
            for of in &mut chosen {
                of.values.retain(|value| value.setting.name == wanted.name);
            }
        }
        let text = match self.format.as_str() {
            "json" => format!("{:#}\n", to_json(&chosen)),
            _ => {
                let texts = chosen.iter().map(|of| to_text(of, wanted.is_some()));
                texts.collect::<Vec<_>>().join("\n")
            }
        };
        write(text.as_bytes())?;
        if chosen.is_empty() && !diagnostics.has_errors() {
            bail!("no Integration was found");
        }
        Ok(if diagnostics.has_errors() {
            INPUT_HAS_ERRORS
        } else {
            DONE
        })
    }
}

/// `EI` and three digits, in any case.
fn is_code(word: &str) -> bool {
    let digits = word
        .get(..2)
        .filter(|start| start.eq_ignore_ascii_case("EI"));
    let digits = digits.and_then(|_| word.get(2..)).unwrap_or_default();
    digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit())
}

fn full_name(of: &Explained) -> String {
    match &of.namespace {
        Some(namespace) => format!("{namespace}/{}", of.name),
        None => of.name.clone(),
    }
}

fn is_named(of: &Explained, name: &str) -> bool {
    of.name == name || full_name(of) == name
}

fn nobody(name: &str, known: &[String]) -> String {
    let help = did_you_mean(name, known.iter().map(String::as_str));
    let help = help.unwrap_or_else(|| match known {
        [] => "there is none at all".to_owned(),
        known => format!("there are: {}", known.join(", ")),
    });
    format!("no Integration is named `{name}`; {help}")
}

/// A setting by its field, by the last word of it, or by its key.
fn setting(word: &str) -> Option<&'static Setting> {
    let word = word.strip_prefix("spec.").unwrap_or(word);
    let names = |setting: &'static Setting| {
        let homes = [&setting.current, &setting.legacy];
        let fields = homes.into_iter().filter_map(|home| home.field);
        let keys = homes.into_iter().filter_map(|home| home.key);
        fields
            .clone()
            .chain(fields.filter_map(|field| field.rsplit('.').next()))
            .chain(keys.map(|(_, key)| key))
    };
    let settings = || SETTINGS.iter().copied();
    settings().find(|setting| names(setting).any(|name| name == word))
}

fn must_be_setting(word: &str) -> anyhow::Result<&'static Setting> {
    let Some(setting) = setting(word) else {
        let homes = SETTINGS.iter().flat_map(|s| [&s.current, &s.legacy]);
        let names = homes.flat_map(|home| [home.field, home.key.map(|(_, key)| key)]);
        let help = did_you_mean(word, names.flatten())
            .unwrap_or_else(|| "`explain NAME` lists them all".to_owned());
        bail!("no setting is named `{word}`; {help}");
    };
    Ok(setting)
}
