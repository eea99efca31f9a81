//! The types of settings: how each is read, shown and described.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::kubernetes::{Fragment, check};
use super::reader::Reader;
use super::{quantity, schema};
use crate::diagnostics::Code;
use crate::yaml::{Node, Resolved, Value};

/// A type of setting.
pub trait SettingType: Sized {
    /// In a ConfigMap its value is YAML text.
    const STRUCTURED: bool = false;

    /// Reads a value; `None` after a finding.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// What it takes, in the words of a table.
    fn takes() -> String;

    /// What it takes, as a JSON Schema (draft-07).
    fn schema() -> Json;

    /// The value for people to read, without what could be a secret.
    fn show(&self) -> Json;

    /// The value as it goes into an object.
    fn render(&self) -> Json {
        self.show()
    }
}

impl SettingType for String {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = node.as_str().map(str::to_owned);
        if text.is_none() {
            let expected = match node.scalar() {
                Some(_) => "a string: put it in quotes",
                None => "a string",
            };
            reader.refuse(Code::WrongType, node, expected);
        }
        text
    }

    fn takes() -> String {
        "text".to_owned()
    }

    fn schema() -> Json {
        schema::text()
    }

    fn show(&self) -> Json {
        self.as_str().into()
    }
}

macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $name:ident: $range:expr, $code:ident $expected:literal, $takes:literal $schema:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
        pub struct $name(pub i32);

        impl SettingType for $name {
            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                bounded(node, reader, $range, Code::$code, $expected).map(Self)
            }

            fn takes() -> String {
                $takes.to_owned()
            }

            fn schema() -> Json {
                schema::$schema()
            }

            fn show(&self) -> Json {
                self.0.into()
            }
        }
    )+};
}

numbers! {
    /// A number of replicas.
    Replicas: 0..=i32::MAX, BadReplicas "a number of pods, 1 or more", "integer" count;
    /// A number of seconds and the like, 0 or more.
    Count: 0..=i32::MAX, WrongType "an integer of 0 or more", "integer" count;
    /// A TCP port.
    Port: 1..=65_535, BadPort "a port from 1 to 65535", "port" port;
}

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty, $takes:literal $schema:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name(pub Fragment<$type>);

        impl SettingType for $name {
            const STRUCTURED: bool = true;

            fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
                check(node, reader).map(Self)
            }

            fn takes() -> String {
                $takes.to_owned()
            }

            fn schema() -> Json {
                $schema
            }

            fn show(&self) -> Json {
                self.0.json.clone()
            }
        }
    )+};
}

texts! {
    /// Labels and the like.
    StringMap: BTreeMap<String, String>, "mapping of text to text"
        json!({"type": "object", "additionalProperties": schema::text()});
    /// Arguments and the like.
    StringList: Vec<String>, "list of text" schema::list(&schema::text());
}

impl SettingType for Vec<Port> {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::Sequence(items) = &node.value else {
            reader.refuse(Code::WrongType, node, "a list of ports");
            return None;
        };
        let path = reader.path.clone();
        let ports: Vec<Option<Port>> = items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                reader.path = format!("{path}[{index}]");
                Port::read(item, reader)
            })
            .collect();
        reader.path = path;
        ports.into_iter().collect()
    }

    fn takes() -> String {
        "list of ports".to_owned()
    }

    fn schema() -> Json {
        schema::list(&Port::schema())
    }

    fn show(&self) -> Json {
        self.iter().map(SettingType::show).collect()
    }
}

/// Reads an integer within bounds.
fn bounded(
    node: &Node,
    reader: &mut Reader<'_>,
    range: RangeInclusive<i32>,
    code: Code,
    expected: &str,
) -> Option<i32> {
    let Some(number) = integer(node) else {
        reader.refuse(Code::WrongType, node, "an integer");
        return None;
    };
    let number = i32::try_from(number).ok().filter(|n| range.contains(n));
    if number.is_none() {
        reader.refuse(code, node, expected);
    }
    number
}

/// An integer, or its decimal digits as a string.
fn integer(node: &Node) -> Option<i128> {
    match node.scalar()?.resolve() {
        Resolved::Number(n) => n
            .as_i64()
            .map(i128::from)
            .or_else(|| n.as_u64().map(i128::from)),
        Resolved::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flag(pub bool);

impl SettingType for Flag {
    /// A bare `yes` is what kubectl reads; a quoted text goes by Go's `strconv.ParseBool`
    /// (operator v2.0.3 read the field that way, and took everything else for false).
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let resolved = node.scalar().map(crate::yaml::Scalar::resolve);
        let text = match resolved {
            Some(Resolved::Bool(b)) => return Some(Self(b)),
            Some(Resolved::String(text)) => text,
            Some(Resolved::Number(n)) => n.to_string(),
            _ => String::new(),
        };
        match text.as_str() {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => return Some(Self(true)),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => return Some(Self(false)),
            _ => {}
        }
        let finding = reader
            .finding(
                Code::NotBoolean,
                format!("`{}` is not a boolean", reader.path),
            )
            .found(node.describe())
            .expected("true or false (also 1, 0, t, f, T, F, TRUE, FALSE, True, False)");
        let word = text.to_ascii_lowercase();
        let finding = if matches!(word.as_str(), "yes" | "no" | "on" | "off" | "y" | "n") {
            finding.help(
                "write true or false; kustomize puts a bare `yes` or `on` in quotes on its way here",
            )
        } else {
            finding
        };
        reader.push(finding, Some(node.span.clone()));
        None
    }

    fn takes() -> String {
        "boolean".to_owned()
    }

    fn schema() -> Json {
        schema::flag()
    }

    fn show(&self) -> Json {
        self.0.into()
    }
}

/// An amount of CPU or memory, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount(pub String);

impl SettingType for Amount {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let text = match node.scalar().map(crate::yaml::Scalar::resolve) {
            Some(Resolved::String(_) | Resolved::Number(_)) => node.raw_text().unwrap_or_default(),
            _ => {
                reader.refuse(Code::BadQuantity, node, quantity::EXAMPLES);
                return None;
            }
        };
        match quantity::nanos(text) {
            Some(value) if value >= 0 => Some(Self(text.to_owned())),
            Some(_) => {
                reader.refuse(Code::BadQuantity, node, "a quantity of 0 or more");
                None
            }
            None => {
                let finding = reader
                    .finding(
                        Code::BadQuantity,
                        format!("`{}` is not a quantity", reader.path),
                    )
                    .found(node.describe())
                    .expected(quantity::EXAMPLES);
                let finding = match quantity::mend(text) {
                    Some(mended) => finding.help(format!("did you mean `{mended}`?")),
                    None => finding,
                };
                reader.push(finding, Some(node.span.clone()));
                None
            }
        }
    }

    fn takes() -> String {
        "quantity".to_owned()
    }

    fn schema() -> Json {
        schema::amount()
    }

    fn show(&self) -> Json {
        self.0.as_str().into()
    }
}

impl<T: DeserializeOwned + Serialize> SettingType for Fragment<T> {
    const STRUCTURED: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        check(node, reader)
    }

    fn takes() -> String {
        schema::whole_words::<T>()
    }

    fn schema() -> Json {
        schema::whole::<T>()
    }

    fn show(&self) -> Json {
        self.json.clone()
    }
}
