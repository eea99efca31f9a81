//! What the user typed: commands and their arguments.

mod check;
mod expand;
mod explain;
mod options;
mod output;
mod paths;

use std::ffi::OsString;
use std::io::{self, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{CommandFactory as _, Parser, Subcommand};
use expand_integration::diagnostics::did_you_mean;
use expand_integration::schema::Schema;
use expand_integration::{Input, Options};

pub(crate) use options::{ErrorsOn, is_helm_plugin};
use options::{Repeatable, Shared};
pub(crate) use output::write;

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
    disable_help_flag = true,
    after_help = "Each option can be given as an environment variable, EXPAND_INTEGRATION_<OPTION>; a\n\
                  repeatable one takes one value a line.\n\n\
                  Exit codes: 0 done, 1 the input has errors, 2 usage or I/O.\n\n\
                  Examples:\n  \
                  expand-integration < manifests.yaml | kubectl apply -f -\n  \
                  helm template my-release ./chart --post-renderer expand-integration\n  \
                  expand-integration --default ingressHostName=mi.example.com < integration.yaml\n  \
                  expand-integration render manifests/ | kubectl diff -f -\n  \
                  expand-integration check --strict manifests/\n  \
                  expand-integration explain hello-world minReplicas -f manifests/"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// A file with a functionConfig (kustomize's legacy exec plugins get one)
    #[arg(value_name = "CONFIG_FILE")]
    config_file: Option<PathBuf>,

    #[command(flatten)]
    shared: Shared,

    /// Print this; `expand-integration help` says more
    #[arg(short, long, global = true, action = clap::ArgAction::HelpShort)]
    help: Option<bool>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Expands the manifests in files and directories instead of those on stdin
    ///
    /// Of a directory it reads *.yaml, *.yml and *.json and the directories in it, by name; not
    /// what is hidden, nor Kptfiles and kustomization files, which it does not interpret.
    Render {
        /// Files and directories; `-`, or none, is stdin
        #[arg(value_name = "PATH")]
        paths: Vec<PathBuf>,

        #[command(flatten)]
        repeatable: Repeatable,
    },
    /// Says what is wrong with the manifests, and renders nothing
    Check(check::Check),
    /// Says where each value of an Integration comes from, or what a finding means
    Explain(explain::Explain),
    /// Prints a schema, for editors and validators
    ///
    /// integration and config are JSON Schemas, of Integrations and of the ConfigMaps with defaults;
    /// function describes the functionConfig to catalogs of KRM functions, crd is for API servers.
    Schema {
        /// What it is of
        #[arg(value_name = "WHICH", value_parser = schema())]
        which: Schema,
    },
    /// Prints a script that completes this command in a shell
    Completions {
        /// The shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
    /// Prints the manual page
    Man,
}

impl Cli {
    /// Does what was asked; the answer is the exit code.
    pub(crate) fn run(&self) -> anyhow::Result<u8> {
        match &self.command {
            None => expand::run(&self.options(None)?, &stdin()?, &self.shared),
            Some(Command::Render { paths, repeatable }) => expand::run(
                &self.options(Some(repeatable))?,
                &input(paths)?,
                &self.shared,
            ),
            Some(Command::Check(check)) => {
                check.run(&self.options(Some(&check.repeatable))?, &self.shared)
            }
            Some(Command::Explain(explain)) => {
                explain.run(|| self.options(Some(&explain.repeatable)), &self.shared)
            }
            Some(Command::Schema { which }) => write(which.text().as_bytes()).map(|()| crate::DONE),
            Some(Command::Completions { shell }) => {
                let mut script = Vec::new();
                let mut command = Self::command();
                clap_complete::generate(*shell, &mut command, env!("CARGO_PKG_NAME"), &mut script);
                write(&script).map(|()| crate::DONE)
            }
            Some(Command::Man) => {
                let mut page = Vec::new();
                clap_mangen::Man::new(Self::command()).render(&mut page)?;
                write(&page).map(|()| crate::DONE)
            }
        }
    }

    /// Reads the files that the options name; an error is a mistake of usage.
    fn options(&self, of_command: Option<&Repeatable>) -> anyhow::Result<Options> {
        let function_config = match &self.config_file {
            Some(path) if path.exists() => Some(paths::read_file(path)?),
            Some(path) => bail!(neither(path)),
            None => None,
        };
        self.shared.options(of_command, function_config)
    }
}

/// The manifests at these paths; without any those on stdin.
fn input(paths: &[PathBuf]) -> anyhow::Result<Input> {
    match paths {
        [] => stdin(),
        [only] if only == Path::new("-") => stdin(),
        paths => Ok(Input::files(paths::read(paths)?)),
    }
}

fn schema() -> impl TypedValueParser<Value = Schema> {
    let names = PossibleValuesParser::new(Schema::ALL.map(Schema::name));
    names.try_map(|name| Schema::named(&name).ok_or("no such schema"))
}

fn stdin() -> anyhow::Result<Input> {
    if io::stdin().is_terminal() {
        bail!(
            "manifests are read from stdin, and stdin is a terminal\n\n  \
             expand-integration < manifests.yaml\n  \
             expand-integration --help"
        );
    }
    let mut bytes = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut bytes);
    read.context("cannot read stdin")?;
    Ok(Input::stdin(bytes))
}

fn neither(path: &Path) -> String {
    let name = path.display().to_string();
    let command = Cli::command();
    let commands = command.get_subcommands().map(clap::Command::get_name);
    let help = did_you_mean(&name, commands).unwrap_or_else(|| {
        "manifests are read from stdin: expand-integration < manifests.yaml".to_owned()
    });
    format!("`{name}` is neither a file nor a command\n\n  {help}")
}

/// What `--errors-on` says, also where the arguments as a whole make no sense.
pub(crate) fn errors_on(arguments: impl IntoIterator<Item = OsString>) -> ErrorsOn {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let spaced = arguments.windows(2).filter_map(|pair| match pair {
        [option, value] if option == "--errors-on" => value.to_str(),
        _ => None,
    });
    let joined = arguments.iter().filter_map(|argument| {
        let argument = argument.to_str()?;
        argument.strip_prefix("--errors-on=")
    });
    let given = spaced.chain(joined).next().map(str::to_owned);
    let given = given.or_else(|| std::env::var("EXPAND_INTEGRATION_ERRORS_ON").ok());
    ErrorsOn::named(&given.unwrap_or_default()).unwrap_or_default()
}
