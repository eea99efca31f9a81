//! What goes out: stdout at once, findings to stderr and to the log file.

use std::fs::OpenOptions;
use std::io::{self, Write as _};

use anyhow::Context as _;
use expand_integration::diagnostics::{Diagnostics, Severity, Source, Style, render, render_lines};

use super::options::Shared;

/// Writes to stdout once, after everything succeeded.
pub(crate) fn write(output: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout
        .write_all(output)
        .and_then(|()| stdout.flush())
        .context("cannot write to stdout")
}

/// All findings to the log file, where there is one.
pub(super) fn log(
    diagnostics: &Diagnostics,
    sources: &[Source<'_>],
    shared: &Shared,
) -> anyhow::Result<()> {
    let Some(path) = shared.log_file.as_ref().filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let text = render(diagnostics, sources, Severity::Info, Style::Plain);
    let file = OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .with_context(|| format!("cannot write `{path}`"))
}

/// Errors and warnings to stderr, unless it shall be quiet; `brief` is one line for each.
pub(super) fn say(diagnostics: &Diagnostics, sources: &[Source<'_>], shared: &Shared, brief: bool) {
    if shared.quiet {
        return;
    }
    let text = if brief {
        render_lines(diagnostics, sources, Severity::Warning)
    } else {
        let style = shared.color.on(&io::stderr());
        render(diagnostics, sources, Severity::Warning, style)
    };
    let _ = io::stderr().write_all(text.as_bytes());
}
