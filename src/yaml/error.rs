//! What can be wrong with a YAML text, and where.

/// A text that cannot be read as YAML, or that asks for more than the limits allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// What is wrong, as the parser puts it.
    pub message: String,
    /// The byte of the source where it was noticed.
    pub offset: usize,
    /// Which family of mistakes it belongs to.
    pub kind: ErrorKind,
}

/// The families of mistakes that callers tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// Not YAML.
    Syntax,
    /// YAML that Kubernetes' readers refuse: a key twice, a key that is not text.
    Structure,
    /// Nested too deep, or too many values (an alias bomb).
    Limit,
}
