//! How much a document may ask for, and what that means to the parser.

/// How much one document may ask for.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The largest document that is parsed, in bytes.
    pub document_bytes: usize,
    /// How deep lists and mappings may be nested.
    pub depth: usize,
    /// How many values one document may hold, aliases counted as often as they are used.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 64 << 20,
            depth: 128,
            nodes: 1_000_000,
        }
    }
}

/// The parser's options that every reader of this program shares.
pub(super) fn options(limits: &Limits) -> granit_parser::Options {
    granit_parser::options! {
        emit_comments: false,
        flow_nesting_limit: limits.depth,
        block_nesting_limit: limits.depth,
    }
}
