//! A deserializer that listens: k8s-openapi's types tell it the name of each type and all of its
//! fields, and it notes what does not fit.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

use serde::de::value::Error as DeError;
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};

use super::enums::ENUMS;
use super::quantity;
use crate::diagnostics::Code;
use crate::yaml::{Entry, Node, Resolved, Value};

/// A value of the wrong type.
pub(super) struct Blame {
    pub(super) node: *const Node,
    pub(super) span: Range<usize>,
    pub(super) path: String,
    pub(super) code: Code,
    pub(super) scalar: bool,
    pub(super) found: String,
    /// The same without its text.
    pub(super) found_kind: &'static str,
    pub(super) expected: String,
}

pub(super) struct Unknown {
    pub(super) path: String,
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) type_name: &'static str,
    pub(super) fields: &'static [&'static str],
}

/// A text that is none of the values of its field.
pub(super) struct Stranger {
    pub(super) path: String,
    pub(super) span: Range<usize>,
    pub(super) text: String,
    pub(super) found: String,
    /// The same without its text.
    pub(super) found_kind: &'static str,
    pub(super) values: &'static [&'static str],
}

#[derive(Default)]
pub(super) struct State {
    pub(super) skip: HashSet<*const Node>,
    pub(super) lenient: bool,
    pub(super) unknown: Vec<Unknown>,
    pub(super) strangers: Vec<Stranger>,
    /// Keys that differ from a field in case only: the path of each, and the right key.
    pub(super) renames: Vec<(String, &'static str)>,
    pub(super) renamed_at: Vec<Range<usize>>,
    pub(super) blame: Option<Blame>,
}

pub(super) struct Listener<'n, 's> {
    pub(super) node: &'n Node,
    pub(super) state: &'s RefCell<State>,
    pub(super) path: String,
}

impl Listener<'_, '_> {
    fn blame(&self, code: Code, expected: impl Into<String>) -> DeError {
        let expected = expected.into();
        let mut state = self.state.borrow_mut();
        state.blame.get_or_insert(Blame {
            node: self.node,
            span: self.node.span.clone(),
            path: self.path.clone(),
            code,
            scalar: self.node.scalar().is_some(),
            found: self.node.describe(),
            found_kind: self.node.describe_kind(),
            expected: expected.clone(),
        });
        DeError::custom(expected)
    }

    fn resolved(&self) -> Option<Resolved> {
        self.node.scalar().map(crate::yaml::Scalar::resolve)
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        let Some(Resolved::Number(number)) = self.resolved() else {
            return Err(self.blame(Code::WrongType, "an integer"));
        };
        let result = match (number.as_i64(), number.as_u64()) {
            (Some(n), _) => visitor.visit_i64(n),
            (None, Some(n)) => visitor.visit_u64(n),
            (None, None) => return Err(self.blame(Code::WrongType, "an integer")),
        };
        result.map_err(|_: DeError| self.blame(Code::WrongType, "an integer of 32 bits"))
    }

    fn map<'de, V: Visitor<'de>>(
        self,
        visitor: V,
        known: Option<(&'static str, &'static [&'static str])>,
    ) -> Result<V::Value, DeError> {
        let Value::Mapping(entries) = &self.node.value else {
            let name = known.map_or_else(String::new, |(name, _)| format!(" ({name})"));
            return Err(self.blame(Code::WrongType, format!("a mapping{name}")));
        };
        visitor.visit_map(Fields {
            entries: entries.iter(),
            current: None,
            known,
            state: self.state,
            path: &self.path,
        })
    }
}

impl<'de> Deserializer<'de> for Listener<'_, '_> {
    type Error = DeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match &self.node.value {
            Value::Sequence(_) => self.deserialize_seq(visitor),
            Value::Mapping(_) => self.map(visitor, None),
            Value::Scalar(scalar) => {
                let result = match scalar.resolve() {
                    Resolved::Null => visitor.visit_unit(),
                    Resolved::Bool(b) => visitor.visit_bool(b),
                    Resolved::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
                        (Some(n), _, _) => visitor.visit_i64(n),
                        (_, Some(n), _) => visitor.visit_u64(n),
                        (_, _, Some(n)) => visitor.visit_f64(n),
                        _ => return Err(self.blame(Code::WrongType, "a number")),
                    },
                    Resolved::String(text) => visitor.visit_string(text),
                    Resolved::NotJson => {
                        return Err(self.blame(Code::WrongType, "a value that JSON can hold"));
                    }
                };
                result.map_err(|_: DeError| self.blame(Code::WrongType, "an integer or a string"))
            }
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.resolved() {
            Some(Resolved::Bool(b)) => visitor.visit_bool(b),
            _ => Err(self.blame(Code::WrongType, "a boolean")),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        match self.resolved() {
            Some(Resolved::String(text)) => visitor
                .visit_string(text)
                .map_err(|e: DeError| self.blame(Code::WrongType, e.to_string())),
            _ => Err(self.blame(Code::WrongType, "a string")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.deserialize_string(visitor)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.integer(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.integer(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        if self.node.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DeError> {
        if name == "Quantity" {
            let text = self.node.raw_text();
            if text.is_none_or(|t| quantity::nanos(t).is_none()) {
                return Err(self.blame(Code::BadQuantity, quantity::EXAMPLES));
            }
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        let Value::Sequence(items) = &self.node.value else {
            return Err(self.blame(Code::WrongType, "a list"));
        };
        visitor.visit_seq(Items {
            items: items.iter().enumerate(),
            state: self.state,
            path: &self.path,
        })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, DeError> {
        self.map(visitor, None)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DeError> {
        self.map(visitor, Some((name, fields)))
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i128 u8 u16 u32 u64 u128 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct enum identifier ignored_any
    }
}

struct Items<'n, 's> {
    items: std::iter::Enumerate<std::slice::Iter<'n, Node>>,
    state: &'s RefCell<State>,
    path: &'s str,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = DeError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        let skipped = |node: &Node| self.state.borrow().skip.contains(&std::ptr::from_ref(node));
        match self.items.find(|(_, node)| !skipped(node)) {
            None => Ok(None),
            Some((index, node)) => seed
                .deserialize(Listener {
                    node,
                    state: self.state,
                    path: format!("{}[{index}]", self.path),
                })
                .map(Some),
        }
    }
}

struct Fields<'n, 's> {
    entries: std::slice::Iter<'n, Entry>,
    /// The entry whose value comes next, and the name of its field.
    current: Option<(&'n Entry, &'n str)>,
    known: Option<(&'static str, &'static [&'static str])>,
    state: &'s RefCell<State>,
    path: &'s str,
}

impl<'n> Fields<'n, '_> {
    /// The name under which the type knows a key; an unknown one is noted.
    fn known_as(&self, entry: &'n Entry) -> Option<&'n str> {
        let Some((type_name, fields)) = self.known else {
            return Some(&entry.key);
        };
        if fields.contains(&entry.key.as_str()) {
            return Some(&entry.key);
        }
        let mut state = self.state.borrow_mut();
        if state.lenient
            && let Some(field) = fields.iter().find(|f| f.eq_ignore_ascii_case(&entry.key))
        {
            state
                .renames
                .push((child_path(self.path, &entry.key), field));
            state.renamed_at.push(entry.key_span.clone());
            return Some(field);
        }
        state.unknown.push(Unknown {
            path: self.path.to_owned(),
            key: entry.key.clone(),
            span: entry.key_span.clone(),
            type_name,
            fields,
        });
        None
    }

    /// Notes a value that is none of those that its field can have. A wrong type is not noted
    /// here: it is heard when the value is read.
    fn compare(&self, node: &Node, path: &str, field: &str) {
        let Some((type_name, _)) = self.known else {
            return;
        };
        let Some(values) = values_of(type_name, field) else {
            return;
        };
        match &node.value {
            Value::Sequence(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.compare_one(item, values, || format!("{path}[{index}]"));
                }
            }
            _ => self.compare_one(node, values, || path.to_owned()),
        }
    }

    fn compare_one(
        &self,
        node: &Node,
        values: &'static [&'static str],
        path: impl FnOnce() -> String,
    ) {
        if let Some(Resolved::String(text)) = node.scalar().map(crate::yaml::Scalar::resolve)
            && !values.contains(&text.as_str())
        {
            self.state.borrow_mut().strangers.push(Stranger {
                path: path(),
                span: node.span.clone(),
                text,
                found: node.describe(),
                found_kind: node.describe_kind(),
                values,
            });
        }
    }
}

impl<'de> MapAccess<'de> for Fields<'_, '_> {
    type Error = DeError;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, DeError> {
        while let Some(entry) = self.entries.next() {
            let skipped = self
                .state
                .borrow()
                .skip
                .contains(&std::ptr::from_ref(&entry.value));
            if skipped {
                continue;
            }
            if let Some(field) = self.known_as(entry) {
                self.current = Some((entry, field));
                return seed.deserialize(field.into_deserializer()).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DeError> {
        let Some((entry, field)) = self.current.take() else {
            return Err(DeError::custom("a value without its key"));
        };
        let path = child_path(self.path, &entry.key);
        self.compare(&entry.value, &path, field);
        seed.deserialize(Listener {
            node: &entry.value,
            state: self.state,
            path,
        })
    }
}

/// The only values that a field of one of Kubernetes' types can have; `None` where it is free.
#[must_use]
pub fn values_of(type_name: &str, field: &str) -> Option<&'static [&'static str]> {
    let row = ENUMS.binary_search_by(|(row, _)| row.cmp(&(type_name, field)));
    row.ok()
        .and_then(|at| ENUMS.get(at))
        .map(|(_, values)| *values)
}

pub(super) fn child_path(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}
