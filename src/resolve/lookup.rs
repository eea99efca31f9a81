//! The value of one setting: each layer is asked in turn.

use std::borrow::Cow;
use std::ops::Range;

use super::layers::Chosen;
use crate::api::config_map::ConfigMapName;
use crate::api::integration::Shape;
use crate::diagnostics::{Code, Diagnostics, Finding};
use crate::intake::{Integration, Layer, LayerValue, yaml_problem};
use crate::settings::{
    Empty, From, LayerKind, Lookup, Profile, Reader, Setting, SettingType, Settle, Traced,
};
use crate::yaml::{self, Limits, Node, Style, Value};

/// Looks the settings of one Integration up.
pub(super) struct Tracer<'i, 'd> {
    pub(super) integration: &'i Integration,
    pub(super) layers: Chosen<'i>,
    pub(super) sources: &'i [&'i [u8]],
    pub(super) generator: bool,
    pub(super) keep_unknown: bool,
    pub(super) profile: Profile,
    pub(super) diagnostics: &'d mut Diagnostics,
}

/// What one layer has.
struct Candidate<'i> {
    node: Cow<'i, Node>,
    from: From,
    /// ConfigMap text, rather than a value of an Integration.
    text: bool,
    mark: Option<&'i LayerValue>,
}

impl Lookup for Tracer<'_, '_> {
    fn look_up<T: Settle>(&mut self, setting: &'static Setting) -> Traced<T> {
        let candidates = self.candidates(setting);
        let mut beaten = candidates.into_iter();
        let mut zero: Option<From> = None;
        while let Some(candidate) = beaten.next() {
            let structured = T::Item::STRUCTURED && candidate.text;
            let node = if structured {
                match self.structure(&candidate) {
                    Some(node) => Cow::Owned(node),
                    None => return settled(None, candidate.from, Vec::new()),
                }
            } else {
                candidate.node.clone()
            };
            if let Some(mark) = candidate.mark {
                mark.used.set(true);
            }
            if is_zero(setting, &node) {
                zero.get_or_insert(candidate.from);
                continue;
            }
            if node.is_empty() {
                let braces = setting.braces_are_unset && matches!(node.value, Value::Mapping(_));
                // An API server drops a null before anybody sees it.
                let dropped = !candidate.text && (node.is_null() || braces);
                if setting.empty == Empty::Unset || dropped {
                    continue;
                }
                return settled(None, candidate.from, origins(beaten));
            }
            let item = self.read::<T>(&node, &candidate.from, structured);
            if let Some(zero) = zero {
                self.zero(&zero, &node);
            }
            return settled(item, candidate.from, origins(beaten));
        }
        settled(None, From::bare(LayerKind::Nowhere), Vec::new())
    }
}

fn settled<T: Settle>(item: Option<T::Item>, from: From, beat: Vec<From>) -> Traced<T> {
    Traced {
        value: T::settle(item),
        from,
        beat,
    }
}

fn origins<'i>(candidates: impl Iterator<Item = Candidate<'i>>) -> Vec<From> {
    candidates.map(|c| c.from).collect()
}

fn is_zero(setting: &Setting, node: &Node) -> bool {
    setting.zero_is_unset
        && node
            .raw_text()
            .is_some_and(|t| !t.is_empty() && t.bytes().all(|b| b == b'0'))
}

impl<'i> Tracer<'i, '_> {
    /// All layers that have the setting, highest first.
    fn candidates(&self, setting: &'static Setting) -> Vec<Candidate<'i>> {
        let shape = self.integration.shape;
        let home = setting.home(shape);
        let mut candidates = Vec::new();
        if let Some(node) = home.field.and_then(|f| self.integration.field(f)) {
            candidates.push(Candidate {
                node: Cow::Borrowed(node),
                from: From {
                    layer: LayerKind::Field,
                    source: Some(self.integration.source),
                    span: node.span.clone(),
                    path: format!("spec.{}", home.field.unwrap_or_default()),
                    object: Some(self.integration.object.clone()),
                },
                text: false,
                mark: None,
            });
        }
        if let Some((map, key)) = home.key {
            candidates.extend(self.layers.given.iter().filter_map(|l| in_layer(l, key)));
            let maps = self.layers.maps.iter().filter(|(name, _)| *name == map);
            candidates.extend(maps.clone().filter_map(|(_, l)| in_layer(l, key)));
            // operator v2.0.3: ParseBool of the missing key's "" fails, and that is false.
            let absent = setting.empty == Empty::False
                && shape == Shape::Current
                && map == ConfigMapName::Integration;
            if let Some((_, layer)) = maps.clone().next_back().filter(|_| absent) {
                candidates.push(Candidate {
                    node: Cow::Owned(Node::text("", 0..0)),
                    from: From {
                        layer: LayerKind::Absent,
                        source: None,
                        span: 0..0,
                        path: format!("data.{key}"),
                        object: layer.object.clone(),
                    },
                    text: true,
                    mark: None,
                });
            }
        }
        let hardened = home.hardened.filter(|_| self.profile == Profile::Hardened);
        if let Some(text) = hardened {
            candidates.push(Candidate {
                node: Cow::Owned(Node::text(text, 0..0)),
                from: From::bare(LayerKind::Profile),
                text: true,
                mark: None,
            });
        }
        // kustomize runs a generator once for each Integration: shared Ingresses would clash.
        let shipped = match setting.name {
            "ingress_sharing" if self.generator => Some("integration"),
            _ => home.shipped,
        };
        if let Some(text) = shipped {
            candidates.push(Candidate {
                node: Cow::Owned(Node::text(text, 0..0)),
                from: From::bare(LayerKind::Shipped),
                text: true,
                mark: None,
            });
        }
        candidates
    }

    fn reader<'r>(&'r mut self, from: &'r From, lenient: bool) -> Reader<'r> {
        Reader {
            diagnostics: &mut *self.diagnostics,
            object: from.object.as_ref(),
            path: from.path.clone(),
            source: from.source,
            bytes: from.source.and_then(|s| self.sources.get(s.0).copied()),
            keep_unknown: self.keep_unknown,
            lenient,
        }
    }

    fn read<T: Settle>(&mut self, node: &Node, from: &From, lenient: bool) -> Option<T::Item> {
        T::Item::read(node, &mut self.reader(from, lenient))
    }

    /// Parses YAML text that a layer holds; places in it become places in the layer's source.
    fn structure(&mut self, candidate: &Candidate<'_>) -> Option<Node> {
        let Value::Scalar(scalar) = &candidate.node.value else {
            // A functionConfig of our kind may hold structures as they are.
            return Some(candidate.node.clone().into_owned());
        };
        let source = candidate
            .from
            .source
            .and_then(|s| self.sources.get(s.0).copied());
        let outer = candidate.node.span.clone();
        let literal = scalar.style == Style::Literal;
        let place = |inner: Range<usize>| match source {
            Some(source) if literal => {
                yaml::place_in_block(source, &outer, &scalar.text, inner.start)
                    ..yaml::place_in_block(source, &outer, &scalar.text, inner.end)
            }
            _ => outer.clone(),
        };
        match yaml::parse(&scalar.text, 0..scalar.text.len(), &Limits::default()) {
            Ok(mut node) => {
                node.relocate(&place);
                Some(node)
            }
            Err(mut error) => {
                let source = candidate.from.source.unwrap_or_default();
                let mut finding = yaml_problem(&error, source, scalar.text.as_bytes());
                error.offset = place(error.offset..error.offset).start;
                finding = finding.at(source, error.offset..error.offset);
                finding.message = format!("`{}`: {}", candidate.from.path, finding.message);
                finding.object.clone_from(&candidate.from.object);
                if candidate.from.source.is_none() {
                    finding.place = None;
                } else {
                    finding.field = Some(candidate.from.path.clone());
                }
                self.diagnostics.push(finding);
                None
            }
        }
    }

    fn zero(&mut self, from: &From, rendered: &Node) {
        let number = rendered.raw_text().unwrap_or_default();
        let finding = Finding {
            field: from.object.as_ref().map(|_| from.path.clone()),
            object: from.object.clone(),
            ..Finding::new(
                Code::ZeroMeansUnset,
                format!("`{}: 0` means unset; {number} is taken", from.path),
            )
        };
        let finding = finding.help("leave it out, or give the number you want");
        let finding = match from.source {
            Some(source) => finding.at(source, from.span.clone()),
            None => finding,
        };
        self.diagnostics.push(finding);
    }
}

fn in_layer<'i>(layer: &'i Layer, key: &str) -> Option<Candidate<'i>> {
    let value = layer.get(key)?;
    let path = if layer.object.is_some() {
        format!("{}.{key}", layer.path)
    } else {
        format!("{} {key}", layer.path)
    };
    Some(Candidate {
        node: Cow::Borrowed(&value.node),
        from: From {
            layer: LayerKind::Default(layer.origin.clone()),
            source: layer.source,
            span: value.node.span.clone(),
            path,
            object: layer.object.clone(),
        },
        text: true,
        mark: Some(value),
    })
}
