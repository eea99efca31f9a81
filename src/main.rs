//! The command: the only place with I/O and exit codes.

mod cli;

use std::fs::OpenOptions;
use std::io::{self, IsTerminal, Read, Write};
use std::process::ExitCode;

use clap::Parser;
use expand_integration::diagnostics::{Severity, render};
use expand_integration::{expand, sources};

use cli::{Cli, Usage};

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
        Err(Usage(message)) => {
            if !message.is_empty() {
                let _ = writeln!(io::stderr(), "error: {message}");
            }
            ExitCode::from(USAGE_OR_IO)
        }
    }
}

fn run(cli: Cli) -> Result<u8, Usage> {
    if io::stdin().is_terminal() {
        return Err(Usage(
            "manifests are read from stdin, and stdin is a terminal\n\n  \
             expand-integration < manifests.yaml\n  \
             expand-integration --help"
                .to_owned(),
        ));
    }
    let quiet = cli.quiet;
    let log_file = cli.log_file.clone().filter(|p| !p.is_empty());
    let options = cli.into_options()?;
    let mut input = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut input)
        .map_err(|error| Usage(format!("cannot read stdin: {error}")))?;
    let outcome = expand(&input, &options);
    let sources = sources(&input, &options);
    if let Some(path) = log_file {
        let text = render(&outcome.diagnostics, &sources, Severity::Info);
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| Usage(format!("cannot write `{path}`: {error}")))?;
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
fn write(output: &[u8]) -> Result<(), Usage> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(output).and_then(|()| stdout.flush());
    written.map_err(|error| match error.kind() {
        // The reader went away: it knows, and needs no message.
        io::ErrorKind::BrokenPipe => Usage(String::new()),
        _ => Usage(format!("cannot write to stdout: {error}")),
    })
}
