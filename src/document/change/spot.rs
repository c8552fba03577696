//! Where a path leads: the innermost collection that is there, and what is to happen in it.

use super::super::{Element, Item, Key, KeyKind, List, Map, Node, NotFound, Span, Step, TreePath};
use super::ChangeError;

/// A collection.
#[derive(Clone, Copy)]
pub(in crate::document) enum Parent<'t> {
    Map(&'t Map),
    List(&'t List),
}

/// A place in a collection.
#[derive(Clone, Copy)]
pub(in crate::document) enum At<'t> {
    /// The value of the item with this number (comments counted).
    Existing(usize),
    /// A key that is not there yet.
    NewKey(&'t [u8]),
    /// Behind the last item of a list.
    NewItem,
}

/// Where a change happens.
#[derive(Clone, Copy)]
pub(in crate::document) struct Spot<'t> {
    pub(in crate::document) parent: Parent<'t>,
    pub(in crate::document) at: At<'t>,
    /// How many steps of the path lead here.
    pub(in crate::document) steps: usize,
}

impl<'t> Parent<'t> {
    /// The key (in a map) and value with this number.
    pub(in crate::document) fn member(self, number: usize) -> Option<(Option<&'t Key>, &'t Node)> {
        match self {
            Self::Map(map) => match map.items.get(number) {
                Some(Item::Entry(entry)) => Some((Some(&entry.key), &entry.value)),
                _ => None,
            },
            Self::List(list) => match list.items.get(number) {
                Some(Element::Node(node)) => Some((None, node)),
                _ => None,
            },
        }
    }

    /// All keys and values with their numbers, without the comments.
    pub(in crate::document) fn members(self) -> Vec<(usize, Option<&'t Key>, &'t Node)> {
        let items = match self {
            Self::Map(map) => map.items.len(),
            Self::List(list) => list.items.len(),
        };
        (0..items)
            .filter_map(|number| self.member(number).map(|(key, node)| (number, key, node)))
            .collect()
    }

    /// The last key and value.
    pub(in crate::document) fn last(self) -> Option<(Option<&'t Key>, &'t Node)> {
        match self {
            Self::Map(map) => map.items.iter().rev().find_map(|item| match item {
                Item::Entry(entry) => Some((Some(&entry.key), &entry.value)),
                Item::Comment(_) => None,
            }),
            Self::List(list) => list.items.iter().rev().find_map(|item| match item {
                Element::Node(node) => Some((None, node)),
                Element::Comment(_) => None,
            }),
        }
    }

    /// The key and value that a step names.
    pub(in crate::document) fn named(self, step: &Step) -> Option<(Option<&'t Key>, &'t Node)> {
        self.find(step).and_then(|number| self.member(number))
    }

    /// The collection that a step names.
    pub(in crate::document) fn child(self, step: &Step) -> Option<Self> {
        self.named(step).and_then(|(_, node)| Self::of(node))
    }

    /// The value, with its key, that has this number when comments are not counted.
    pub(in crate::document) fn nth(self, number: usize) -> Option<(Option<&'t Key>, &'t Node)> {
        match self {
            Self::Map(map) => map
                .entries()
                .nth(number)
                .map(|entry| (Some(&entry.key), &entry.value)),
            Self::List(list) => list.nodes().nth(number).map(|node| (None, node)),
        }
    }

    /// The number that [`Parent::nth`] has for a step.
    pub(in crate::document) fn number_of(self, step: &Step) -> Option<usize> {
        let found = self.find(step)?;
        self.members().iter().position(|(number, ..)| *number == found)
    }

    /// Whether it stands in brackets.
    pub(in crate::document) fn is_flow(self) -> bool {
        match self {
            Self::Map(map) => map.flow,
            Self::List(list) => list.flow,
        }
    }

    /// Its text.
    pub(in crate::document) fn span(self) -> Span {
        match self {
            Self::Map(map) => map.span,
            Self::List(list) => list.span,
        }
    }

    /// The collection that a value is.
    pub(in crate::document) fn of(node: &'t Node) -> Option<Self> {
        match node {
            Node::Map(map) => Some(Self::Map(map)),
            Node::List(list) => Some(Self::List(list)),
            Node::Leaf(_) => None,
        }
    }

    /// The number of the item that a step names.
    fn find(self, step: &Step) -> Option<usize> {
        match (self, step) {
            (Self::Map(map), Step::Key(wanted)) => map.items.iter().position(|item| {
                matches!(item, Item::Entry(entry)
                    if entry.key.kind == KeyKind::Str && entry.key.text == *wanted)
            }),
            (Self::List(list), Step::Index(index)) => list
                .items
                .iter()
                .enumerate()
                .filter(|(_, item)| matches!(item, Element::Node(_)))
                .nth(*index)
                .map(|(number, _)| number),
            _ => None,
        }
    }

    /// A step that has no meaning here, such as a position in a map.
    fn misfit(self, step: &Step, number: usize) -> Option<NotFound> {
        let found = match (self, step) {
            (Self::Map(_), Step::Index(_)) => "a map",
            (Self::List(_), Step::Key(_)) => "a list",
            _ => return None,
        };
        Some(NotFound::Shape {
            step: number,
            found,
            wanted: match step {
                Step::Key(_) => "keys",
                Step::Index(_) => "items",
            },
        })
    }
}

impl<'t> Spot<'t> {
    /// The place for a value that is set.
    pub(super) fn to_set(root: &'t Map, path: &'t TreePath) -> Result<Self, ChangeError> {
        let mut parent = Parent::Map(root);
        let mut spot = None;
        for (number, step) in path.0.iter().enumerate() {
            let steps = number.saturating_add(1);
            if let Some(misfit) = parent.misfit(step, steps) {
                return Err(misfit.into());
            }
            let Some(item) = parent.find(step) else {
                let at = match step {
                    Step::Key(key) => At::NewKey(key),
                    Step::Index(_) => At::NewItem,
                };
                return Ok(Self { parent, at, steps });
            };
            spot = Some(Self {
                parent,
                at: At::Existing(item),
                steps,
            });
            match parent.member(item).and_then(|(_, node)| Parent::of(node)) {
                Some(inner) => parent = inner,
                // A scalar on the way is replaced.
                None => break,
            }
        }
        spot.ok_or(ChangeError::EmptyPath)
    }

    /// The place of a value that is taken away.
    pub(super) fn to_unset(root: &'t Map, path: &'t TreePath) -> Result<Self, ChangeError> {
        path.find(root)?;
        let spot = Self::to_set(root, path)?;
        match spot.at {
            At::Existing(_) if spot.steps == path.0.len() => Ok(spot),
            _ => Err(ChangeError::EmptyPath),
        }
    }
}
