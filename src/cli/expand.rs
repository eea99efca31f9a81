//! The filter itself, for stdin and for `render`.

use expand_integration::diagnostics::refusal;
use expand_integration::stream::Envelope;
use expand_integration::{Input, Options, expand, sources};

use super::options::{ErrorsOn, Shared, is_helm_plugin};
use super::output::{log, say, write};
use crate::{DONE, INPUT_HAS_ERRORS};

pub(super) fn run(options: &Options, input: &Input, shared: &Shared) -> anyhow::Result<u8> {
    let outcome = expand(&input.bytes, options);
    let sources = sources(input, options);
    say(&outcome.diagnostics, &sources, shared, outcome.brief);
    log(&outcome.diagnostics, &sources, shared)?;
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
