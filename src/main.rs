//! The command: the only place with I/O and exit codes.

mod cli;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use expand_integration::diagnostics::refuse;

use cli::{Cli, ErrorsOn, errors_on, is_helm_plugin, write};

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
    match cli.run() {
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
