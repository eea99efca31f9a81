//! A value with its origin.

use std::ops::Range;

use crate::api::config_map::ConfigMapName;
use crate::diagnostics::{ObjectRef, SourceId};

/// A value with its origin.
#[derive(Debug, Clone)]
pub struct Traced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub from: From,
    /// The lower layers that had a value as well, highest first.
    pub beat: Vec<From>,
}

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct From {
    /// The layer.
    pub layer: LayerKind,
    /// The text that holds it.
    pub source: Option<SourceId>,
    /// The place in that text.
    pub span: Range<usize>,
    /// The path in the object, or the option.
    pub path: String,
    /// The object.
    pub object: Option<ObjectRef>,
}

/// The layers, highest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayerKind {
    /// The Integration's own field.
    Field,
    /// Somebody's default.
    Default(Origin),
    /// An integration-config without the key.
    Absent,
    /// The default of the profile.
    Profile,
    /// The shipped default.
    Shipped,
    /// No layer has it.
    Nowhere,
}

/// Who gives a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `--default`.
    Default,
    /// The functionConfig.
    FunctionConfig,
    /// A ConfigMap in a file.
    File {
        /// The path of the file.
        path: String,
        /// The ConfigMap.
        map: ConfigMapName,
    },
    /// A ConfigMap in the input.
    ConfigMap {
        /// Its name.
        map: ConfigMapName,
        /// Its namespace.
        namespace: Option<String>,
    },
}

impl From {
    /// A layer that no text holds.
    #[must_use]
    pub fn bare(layer: LayerKind) -> Self {
        Self {
            layer,
            source: None,
            span: 0..0,
            path: String::new(),
            object: None,
        }
    }

    /// No layer but the shipped one had a value.
    #[must_use]
    pub fn is_shipped(&self) -> bool {
        matches!(
            self.layer,
            LayerKind::Shipped | LayerKind::Profile | LayerKind::Nowhere
        )
    }
}
