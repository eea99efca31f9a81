//! Identities and shapes of what people write: groups, versions and names.

pub mod annotations;
pub mod config_map;
pub mod function_config;
pub mod integration;

/// Whether a text is a DNS-1123 label: the name of a namespace, a part of a host name.
#[must_use]
pub fn is_label(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty()
        && text.len() <= 63
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
}
