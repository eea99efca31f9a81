//! Checks what users wrote against Kubernetes' own types.
//!
//! k8s-openapi's types tell a deserializer the name of each type and all of its fields. This
//! deserializer listens: it finds unknown fields at any depth with the right candidates for a
//! suggestion, every wrong type (not only the first), quantities that are none, and required
//! fields that are missing. The value itself stays as the user wrote it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::ops::Range;

use serde::Serialize;
use serde::de::value::Error as DeError;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value as Json;

use super::quantity;
use super::reader::Reader;
use crate::diagnostics::{Code, Severity, did_you_mean};
use crate::yaml::{Entry, Node, Resolved, Value};

/// How many wrong values of one fragment are looked for.
const MOST_ERRORS: usize = 50;

/// A part of an object in Kubernetes' own type.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragment<T> {
    /// What the user wrote: this is rendered.
    pub json: Json,
    /// What Kubernetes reads: this is what checks look at.
    pub typed: T,
}

/// Reads a value as `T`; the findings go to the reader.
pub(super) fn check<T: DeserializeOwned + Serialize>(
    node: &Node,
    reader: &mut Reader<'_>,
) -> Option<Fragment<T>> {
    let mut skip = HashSet::new();
    let mut blames: Vec<Blame> = Vec::new();
    loop {
        let state = RefCell::new(State {
            skip: std::mem::take(&mut skip),
            lenient: reader.lenient,
            ..State::default()
        });
        let de = De {
            node,
            state: &state,
            path: String::new(),
        };
        let result = T::deserialize(de);
        let mut state = state.into_inner();
        skip = std::mem::take(&mut state.skip);
        match (result, state.blame.take()) {
            (Ok(typed), _) => {
                let clean = report(&state, &blames, reader);
                let mut json = node.to_json();
                for (path, key) in &state.renames {
                    rename(&mut json, path, key);
                }
                let complete = blames.is_empty() && required(&typed, &json, node, reader);
                return (clean && complete).then_some(Fragment { json, typed });
            }
            (Err(_), Some(blame)) if blames.len() < MOST_ERRORS => {
                skip.insert(blame.node);
                blames.push(blame);
            }
            (Err(error), blame) => {
                blames.extend(blame);
                if blames.is_empty() {
                    let message = format!("`{}` cannot be read: {error}", reader.path);
                    reader.report(Code::WrongType, node, message);
                }
                report(&state, &blames, reader);
                return None;
            }
        }
    }
}

/// A value of the wrong type.
struct Blame {
    node: *const Node,
    span: Range<usize>,
    path: String,
    code: Code,
    found: String,
    expected: String,
}

struct Unknown {
    path: String,
    key: String,
    span: Range<usize>,
    type_name: &'static str,
    fields: &'static [&'static str],
}

#[derive(Default)]
struct State {
    skip: HashSet<*const Node>,
    lenient: bool,
    unknown: Vec<Unknown>,
    /// Keys that differ from a field in case only: the path of each, and the right key.
    renames: Vec<(String, &'static str)>,
    renamed_at: Vec<Range<usize>>,
    blame: Option<Blame>,
}

fn report(state: &State, blames: &[Blame], reader: &mut Reader<'_>) -> bool {
    let mut clean = blames.is_empty();
    for blame in blames {
        let path = reader.join(&blame.path);
        let finding = reader
            .finding(blame.code, format!("`{path}` has the wrong type"))
            .field(path.clone())
            .found(blame.found.clone())
            .expected(blame.expected.clone());
        let finding = match blame.code {
            Code::BadQuantity => crate::diagnostics::Finding {
                message: format!("`{path}` is not a quantity"),
                ..finding
            },
            _ if blame.expected == "a string" => finding.help("put it in quotes"),
            _ => finding,
        };
        reader.push(finding, Some(blame.span.clone()));
    }
    for unknown in &state.unknown {
        let path = reader.join(&unknown.path);
        let mut finding = reader
            .finding(
                Code::UnknownField,
                format!("unknown field `{}` in `{path}`", unknown.key),
            )
            .field(path)
            .expected(format!(
                "a field of Kubernetes' {}: {}",
                unknown.type_name,
                unknown.fields.join(", ")
            ));
        finding.help = did_you_mean(&unknown.key, unknown.fields.iter().copied());
        if reader.keep_unknown {
            finding.severity = Severity::Warning;
        } else {
            clean = false;
        }
        reader.push(finding, Some(unknown.span.clone()));
    }
    for ((path, key), span) in state.renames.iter().zip(&state.renamed_at) {
        let path = reader.join(path);
        let finding = reader
            .finding(Code::KeyCase, format!("`{path}` is read as `{key}`"))
            .field(path)
            .help(format!("write `{key}`"));
        reader.push(finding, Some(span.clone()));
    }
    clean
}

/// Finds required fields that are missing: they are in what the type writes, but not in what the
/// user wrote.
fn required<T: Serialize>(typed: &T, json: &Json, node: &Node, reader: &mut Reader<'_>) -> bool {
    let Ok(full) = serde_json::to_value(typed) else {
        return true;
    };
    let mut missing = Vec::new();
    absent(&full, json, "", Some(node), &mut missing);
    for (path, span) in &missing {
        let path = reader.join(path);
        let finding = reader
            .finding(Code::Missing, format!("`{path}` is missing"))
            .field(path)
            .expected("this field is required");
        reader.push(finding, span.clone());
    }
    missing.is_empty()
}

fn absent(
    full: &Json,
    given: &Json,
    path: &str,
    node: Option<&Node>,
    missing: &mut Vec<(String, Option<Range<usize>>)>,
) {
    match (full, given) {
        (Json::Object(full), Json::Object(given)) => {
            for (key, value) in full {
                let child = child_path(path, key);
                match given.get(key) {
                    None | Some(Json::Null) => {
                        missing.push((child, node.map(|n| n.span.clone())));
                    }
                    Some(given) => {
                        absent(value, given, &child, node.and_then(|n| n.get(key)), missing);
                    }
                }
            }
        }
        (Json::Array(full), Json::Array(given)) => {
            for (index, (value, given)) in full.iter().zip(given).enumerate() {
                let node = node.and_then(|n| n.items().get(index));
                absent(value, given, &format!("{path}[{index}]"), node, missing);
            }
        }
        _ => {}
    }
}

/// Gives the key at `path` its right name, in its place.
fn rename(json: &mut Json, path: &str, key: &str) {
    let (parent, old) = match path.rsplit_once('.') {
        Some((parent, old)) => (parent, old),
        None => ("", path),
    };
    let Some(Json::Object(map)) = descend(json, parent) else {
        return;
    };
    *map = std::mem::take(map)
        .into_iter()
        .map(|(k, v)| {
            if k == old {
                (key.to_owned(), v)
            } else {
                (k, v)
            }
        })
        .collect();
}

fn descend<'j>(json: &'j mut Json, path: &str) -> Option<&'j mut Json> {
    if path.is_empty() {
        return Some(json);
    }
    path.split(['.', '['])
        .filter(|step| !step.is_empty())
        .try_fold(json, |json, step| match step.strip_suffix(']') {
            Some(index) => json.get_mut(index.parse::<usize>().ok()?),
            None => {
                // An outer key may have been renamed before.
                let map = json.as_object_mut()?;
                let key = map.keys().find(|k| k.eq_ignore_ascii_case(step)).cloned()?;
                map.get_mut(&key)
            }
        })
}

fn child_path(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

struct De<'n, 's> {
    node: &'n Node,
    state: &'s RefCell<State>,
    path: String,
}

impl De<'_, '_> {
    fn blame(&self, code: Code, expected: impl Into<String>) -> DeError {
        let expected = expected.into();
        // The value of an environment variable may be a password.
        let found = if self.path.ends_with("value") {
            self.node.describe_kind().to_owned()
        } else {
            self.node.describe()
        };
        let mut state = self.state.borrow_mut();
        state.blame.get_or_insert(Blame {
            node: self.node,
            span: self.node.span.clone(),
            path: self.path.clone(),
            code,
            found,
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

impl<'de> Deserializer<'de> for De<'_, '_> {
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
                .deserialize(De {
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
    current: Option<&'n Entry>,
    known: Option<(&'static str, &'static [&'static str])>,
    state: &'s RefCell<State>,
    path: &'s str,
}

impl Fields<'_, '_> {
    /// The name under which the type knows a key; an unknown one is noted.
    fn known_as(&self, entry: &Entry) -> Option<String> {
        let Some((type_name, fields)) = self.known else {
            return Some(entry.key.clone());
        };
        if fields.contains(&entry.key.as_str()) {
            return Some(entry.key.clone());
        }
        let mut state = self.state.borrow_mut();
        if state.lenient
            && let Some(field) = fields.iter().find(|f| f.eq_ignore_ascii_case(&entry.key))
        {
            state
                .renames
                .push((child_path(self.path, &entry.key), field));
            state.renamed_at.push(entry.key_span.clone());
            return Some((*field).to_owned());
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
            if let Some(key) = self.known_as(entry) {
                self.current = Some(entry);
                let key = serde::de::value::StringDeserializer::<DeError>::new(key);
                return seed.deserialize(key).map(Some);
            }
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, DeError> {
        let Some(entry) = self.current.take() else {
            return Err(DeError::custom("a value without its key"));
        };
        seed.deserialize(De {
            node: &entry.value,
            state: self.state,
            path: child_path(self.path, &entry.key),
        })
    }
}
