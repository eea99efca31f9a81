//! The command: the only place with I/O and exit codes.

mod cli;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Parser;
use expand_integration::diagnostics::{Severity, render};
use expand_integration::{expand, sources};

use cli::Cli;

const DONE: u8 = 0;
const INPUT_HAS_ERRORS: u8 = 1;
const USAGE_OR_IO: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() {
                USAGE_OR_IO
            } else {
                DONE
            });
        }
    };
    match run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            if !is_broken_pipe(&error) {
                let _ = writeln!(io::stderr(), "error: {error:#}");
            }
            ExitCode::from(USAGE_OR_IO)
        }
    }
}

/// The reader went away: it knows, and needs no message.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(cli: Cli) -> anyhow::Result<u8> {
    if io::stdin().is_terminal() {
        bail!(
            "manifests are read from stdin, and stdin is a terminal\n\n  \
             expand-integration < manifests.yaml\n  \
             expand-integration --help"
        );
    }
    let quiet = cli.quiet;
    let log_file = cli.log_file.clone().filter(|p| !p.is_empty());
    let options = cli.into_options()?;
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut input)
        .context("cannot read stdin")?;
    let outcome = expand(&input, &options);
    let sources = sources(&input, &options);
    if let Some(path) = log_file {
        let text = render(&outcome.diagnostics, &sources, Severity::Info);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write `{path}`"))?;
    }
    if !quiet {
        let text = render(&outcome.diagnostics, &sources, Severity::Warning);
        let _ = io::stderr().write_all(text.as_bytes());
    }
    write(&outcome.output)?;
    Ok(if outcome.failed() {
        INPUT_HAS_ERRORS
    } else {
        DONE
    })
}

/// Writes once, after everything succeeded.
fn write(output: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(output)
        .and_then(|()| stdout.flush())
        .context("cannot write to stdout")
}
