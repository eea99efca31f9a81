//! `check`: findings only.

use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use expand_integration::diagnostics::{Severity, render, to_json, to_sarif};
use expand_integration::{Options, explain, sources};

use super::options::{Repeatable, Shared};
use super::output::{log, write};
use crate::{DONE, INPUT_HAS_ERRORS};

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Files and directories; `-`, or none, is stdin
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// How the findings are printed: text, json or sarif (for code scanning)
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = ["text", "json", "sarif"])]
    format: String,

    #[command(flatten)]
    pub(super) repeatable: Repeatable,
}

impl Check {
    pub(super) fn run(&self, options: &Options, shared: &Shared) -> anyhow::Result<u8> {
        let input = super::input(&self.paths)?;
        let (integrations, diagnostics) = explain(&input, options);
        let sources = sources(&input, options);
        log(&diagnostics, &sources, shared)?;
        let text = match self.format.as_str() {
            "json" => {
                let mut json = to_json(&diagnostics, &sources);
                if let Some(json) = json.as_object_mut() {
                    json.insert("integrations".to_owned(), integrations.len().into());
                }
                format!("{json:#}\n")
            }
            "sarif" => format!("{:#}\n", to_sarif(&diagnostics, &sources)),
            _ => {
                let style = shared.color.on(&io::stdout());
                render(&diagnostics, &sources, Severity::Info, style)
            }
        };
        write(text.as_bytes())?;
        if text.is_empty() && !shared.quiet {
            let count = match integrations.len() {
                0 => "no Integration was found".to_owned(),
                1 => "1 Integration, no findings".to_owned(),
                n => format!("{n} Integrations, no findings"),
            };
            let _ = writeln!(io::stderr(), "{count}");
        }
        Ok(if diagnostics.has_errors() {
            INPUT_HAS_ERRORS
        } else {
            DONE
        })
    }
}
