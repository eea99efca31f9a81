//! The command: the only place with I/O and exit codes.

mod cli;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use expand_integration::diagnostics::{Severity, Style, refusal, refuse, render};
use expand_integration::stream::Envelope;
use expand_integration::{expand, sources};

use cli::{Cli, ErrorsOn, errors_on, is_helm_plugin};

const DONE: u8 = 0;
const INPUT_HAS_ERRORS: u8 = 1;
const USAGE_OR_IO: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) if error.use_stderr() => {
            let _ = error.print();
            return usage_or_io(&error.to_string());
        }
        Err(help) => {
            let _ = help.print();
            return ExitCode::from(DONE);
        }
    };
    match run(&cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::from(USAGE_OR_IO),
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            usage_or_io(&format!("{error:#}"))
        }
    }
}

/// The end of a run that read nothing.
fn usage_or_io(message: &str) -> ExitCode {
    if errors_on(std::env::args_os()) == ErrorsOn::Stdout && is_helm_plugin() {
        return match write(refuse(message).as_bytes()) {
            Ok(()) => ExitCode::from(DONE),
            Err(_) => ExitCode::from(USAGE_OR_IO),
        };
    }
    ExitCode::from(USAGE_OR_IO)
}

/// The reader went away: it knows, and needs no message.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.downcast_ref::<io::Error>();
    cause.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(cli: &Cli) -> anyhow::Result<u8> {
    let options = cli.options()?;
    let input = cli.input()?;
    let outcome = expand(&input.bytes, &options);
    let sources = sources(&input, &options);
    let shared = &cli.shared;
    if let Some(path) = shared.log_file.as_ref().filter(|p| !p.is_empty()) {
        let text = render(&outcome.diagnostics, &sources, Severity::Info, Style::Plain);
        let file = OpenOptions::new().create(true).append(true).open(path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .with_context(|| format!("cannot write `{path}`"))?;
    }
    if !shared.quiet {
        let text = render(
            &outcome.diagnostics,
            &sources,
            Severity::Warning,
            shared.color.on(&io::stderr()),
        );
        let _ = io::stderr().write_all(text.as_bytes());
    }
    let in_stream = outcome.envelope == Envelope::Stream;
    if outcome.failed() && in_stream && shared.errors_on == ErrorsOn::Stdout && is_helm_plugin() {
        write(refusal(&outcome.diagnostics, &sources).as_bytes())?;
        return Ok(DONE);
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
