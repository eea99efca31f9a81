//! YAML in and out: the only place that knows the YAML crates.
//!
//! Texts become trees of [`Node`]s that keep where each value stood; values are written so that
//! go-yaml v2, go-yaml v3 and YAML 1.2 readers all read them alike.

mod advice;
mod emit;
mod error;
mod events;
mod header;
mod limits;
mod node;
mod outline;
mod parse;
mod placing;
mod scalar;

pub use advice::{advice, template_advice};
pub use emit::{to_json, to_yaml};
pub use error::{Error, ErrorKind};
pub use header::{Header, header};
pub use limits::Limits;
pub use node::{Entry, Node, Scalar, Style, Value, place_in_block};
pub use outline::{Item, Items, ItemsValue, ListOutline, TopEntry, list_outline};
pub use parse::{parse, parse_in};
pub use scalar::Resolved;
