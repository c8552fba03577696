//! Metadata that dotenv and INI files hold flattened, as a tree again (sops-format.md §6.4).

use std::collections::BTreeMap;
use std::num::IntErrorKind;

use crate::document::{Element, Entry, Item, Key, KeyKind, Leaf, List, Map, Node, Span};
use crate::sops::MetadataError;

const MAP: &[u8] = b"__map_";
const LIST: &[u8] = b"__list_";

/// Nesting of flattened keys; real ones have six levels.
const DEPTH: usize = 32;

/// Builds the tree. The keys come without the dotenv prefix.
pub(crate) fn unflatten(entries: impl Iterator<Item = (Box<[u8]>, Leaf)>) -> Result<Map, MetadataError> {
    let mut root = Branch::default();
    for (key, leaf) in entries {
        root.place(&steps(&key)?, leaf)?;
    }
    match root.build()? {
        Node::Map(map) => Ok(map),
        _ => Err(MetadataError::NotAMap),
    }
}

enum Step<'k> {
    Key(&'k [u8]),
    Position(i64),
}

/// Cuts `age__list_0__map_enc` at its separators.
fn steps(key: &[u8]) -> Result<Vec<Step<'_>>, MetadataError> {
    let mut steps = Vec::new();
    let (mut in_list, mut start, mut at) = (false, 0_usize, 0_usize);
    let step = |in_list: bool, text| {
        if in_list {
            Step::Position(position(text))
        } else {
            Step::Key(text)
        }
    };
    loop {
        let rest = key.get(at..).unwrap_or_default();
        let separator = [(MAP, false), (LIST, true)]
            .into_iter()
            .find(|(separator, _)| rest.starts_with(separator));
        if separator.is_some() || rest.is_empty() {
            steps.push(step(in_list, key.get(start..at).unwrap_or_default()));
            if steps.len() > DEPTH {
                return Err(MetadataError::TooDeep);
            }
        }
        let Some((separator, list)) = separator else {
            if rest.is_empty() {
                return Ok(steps);
            }
            at = at.saturating_add(1);
            continue;
        };
        at = at.saturating_add(separator.len());
        (in_list, start) = (list, at);
    }
}

/// sops takes what is no number for 0.
fn position(text: &[u8]) -> i64 {
    let Ok(text) = std::str::from_utf8(text) else {
        return 0;
    };
    text.parse()
        .unwrap_or_else(|error: std::num::ParseIntError| match error.kind() {
            IntErrorKind::PosOverflow => i64::MAX,
            IntErrorKind::NegOverflow => i64::MIN,
            _ => 0,
        })
}

#[derive(Default)]
struct Branch {
    leaf: Option<Leaf>,
    keys: BTreeMap<Box<[u8]>, Branch>,
    positions: BTreeMap<i64, Branch>,
}

impl Branch {
    fn place(&mut self, steps: &[Step<'_>], leaf: Leaf) -> Result<(), MetadataError> {
        let mut branch = self;
        for step in steps {
            branch = match step {
                Step::Key(key) => branch.keys.entry(Box::from(*key)).or_default(),
                Step::Position(position) => branch.positions.entry(*position).or_default(),
            };
        }
        if branch.leaf.is_some() {
            return Err(MetadataError::DuplicateKey);
        }
        branch.leaf = Some(leaf);
        Ok(())
    }

    fn build(self) -> Result<Node, MetadataError> {
        match (self.leaf, self.keys.is_empty(), self.positions.is_empty()) {
            (Some(leaf), true, true) => Ok(Node::Leaf(leaf)),
            (None, _, true) => {
                let mut map = Map::default();
                for (key, branch) in self.keys {
                    let key = Key {
                        text: key,
                        kind: KeyKind::Str,
                        span: Span::default(),
                    };
                    let value = branch.build()?;
                    map.items.push(Item::Entry(Entry { key, value }));
                }
                Ok(Node::Map(map))
            }
            (None, true, false) => {
                let mut list = List::default();
                for (wanted, (position, branch)) in (0_i64..).zip(self.positions) {
                    if position != wanted {
                        return Err(MetadataError::IncompleteList);
                    }
                    list.items.push(Element::Node(branch.build()?));
                }
                Ok(Node::List(list))
            }
            _ => Err(MetadataError::Mismatch),
        }
    }
}
