//! The text of the manifests: separators, envelopes, spans.
