//! Places in the text that was parsed as places in its source.

use std::ops::Range;

use granit_parser::{ScanError, Span};

use super::error::{Error, ErrorKind};
use super::limits::Limits;

/// Turns offsets of the parsed text into offsets of the source.
pub(super) struct Placing {
    pub(super) base: usize,
    pub(super) pad: usize,
    pub(super) end: usize,
}

impl Placing {
    pub(super) fn offset(&self, raw: usize) -> usize {
        (raw.saturating_sub(self.pad) + self.base).min(self.end)
    }

    pub(super) fn raw(&self, offset: usize) -> usize {
        offset.saturating_sub(self.base) + self.pad
    }

    pub(super) fn span(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or(0..0);
        self.offset(range.start)..self.offset(range.end)
    }

    pub(super) fn error(&self, error: &ScanError) -> Error {
        let (kind, message) = match error.kind() {
            granit_parser::ErrorKind::RecursionLimitExceeded => (
                ErrorKind::Limit,
                format!("nested deeper than {} levels", Limits::default().depth),
            ),
            _ => (ErrorKind::Syntax, error.info()),
        };
        Error {
            message,
            offset: self.offset(error.marker().byte_offset().unwrap_or(0)),
            kind,
        }
    }
}
