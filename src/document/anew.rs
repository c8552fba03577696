//! Which collections of a text are printed anew, because a value in them has no place in it (documents.md §7.8).
//!
//! The smallest one around the value comes first. Where that does not help, the one around it takes its place, and so on
//! up to the root of the document.

use super::change::Parent;
use super::edit::{Edit, RewriteError, apply, place_before};
use super::fill::{Stop, each_stop};
use super::{Comment, Document, Limits, Node, Position, ReadError, Span, same_values, yaml};
use crate::secret::Plaintext;

/// How often a collection is chosen or widened before the whole text is printed: as often as reading this many bytes takes.
const BYTES: usize = 32 << 20;
/// At most this often.
const ROUNDS: usize = 32;

/// How often it is tried for a text of this length.
pub fn rounds(length: usize) -> usize {
    BYTES.checked_div(length).unwrap_or(ROUNDS).clamp(2, ROUNDS)
}

/// What was printed anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anew {
    /// A map or list.
    Collection {
        /// The number of its YAML document, from 0.
        document: usize,
        /// The keys that lead to it, without positions in lists; none for the root.
        keys: Vec<Box<[u8]>>,
    },
    /// The whole text.
    Whole,
}

/// A map or list: its document, then the number of each value on the way to it, comments not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collection {
    pub(in crate::document) part: usize,
    pub(in crate::document) steps: Vec<usize>,
}

impl Collection {
    fn contains(&self, other: &Self) -> bool {
        self.part == other.part && other.steps.starts_with(&self.steps)
    }

    /// The collection in `document`, after the ones around it.
    pub(in crate::document) fn way<'d>(&self, document: &'d Document) -> Option<Vec<Parent<'d>>> {
        let mut here = Parent::Map(&document.parts.get(self.part)?.root);
        let mut way = vec![here];
        for step in &self.steps {
            let (_, node) = here.nth(*step)?;
            here = Parent::of(node)?;
            way.push(here);
        }
        Some(way)
    }

    /// For people.
    pub(in crate::document) fn name(&self, document: &Document) -> Anew {
        let way = self.way(document).unwrap_or_default();
        let steps = way.iter().zip(&self.steps);
        let key = |(holder, step): (&Parent<'_>, &usize)| {
            let (key, _) = holder.nth(*step)?;
            key.map(|key| key.text.clone())
        };
        Anew::Collection {
            document: self.part,
            keys: steps.filter_map(key).collect(),
        }
    }
}

/// The innermost collection around a place of the text.
pub fn around(document: &Document, at: u32) -> Option<Collection> {
    let part = document
        .parts
        .iter()
        .rposition(|part| part.span.start <= at)
        .unwrap_or(0);
    let mut here = Parent::Map(&document.parts.get(part)?.root);
    let mut steps = Vec::new();
    loop {
        let own = here.span();
        let start = |key: Option<&super::Key>, node: &Node| match key {
            Some(key) => key.span.start,
            None => span_of(node).start,
        };
        // What stands before its own collection is the copy that an alias stands for.
        let members = here.members();
        let found = members.into_iter().enumerate().rev().find(|(_, (_, key, node))| {
            let start = start(*key, node);
            start <= at && start >= own.start
        });
        let Some((number, (_, key, node))) = found else {
            break;
        };
        let span = span_of(node);
        match Parent::of(node) {
            Some(inner) if span.start >= start(key, node) && at <= span.end => {
                steps.push(number);
                here = inner;
            }
            _ => break,
        }
    }
    Some(Collection { part, steps })
}

fn span_of(node: &Node) -> Span {
    match node {
        Node::Leaf(leaf) => leaf.slot.span,
        Node::Map(map) => map.span,
        Node::List(list) => list.span,
    }
}

/// The collections that were chosen so far.
#[derive(Default)]
pub struct Chosen {
    pub(in crate::document) places: Vec<Collection>,
}

/// Why a text with some collections printed anew is none.
pub enum Stuck {
    /// A value or comment at this place of the old text.
    At(u32),
    /// The chosen collection with this number.
    Chosen(usize),
    /// Nobody knows.
    Lost,
}

impl Chosen {
    /// Chooses for what went wrong; false if nothing larger is left.
    pub fn widen(&mut self, document: &Document, stuck: &Stuck) -> bool {
        match stuck {
            Stuck::At(at) => around(document, *at).is_some_and(|smallest| self.add(document, smallest)),
            Stuck::Chosen(number) => self.grow(document, *number),
            Stuck::Lost => match self.places.len().checked_sub(1) {
                Some(last) => self.grow(document, last),
                None => false,
            },
        }
    }

    /// Chooses a collection of `document`, or widens the one that was chosen and holds it.
    pub fn add(&mut self, document: &Document, smallest: Collection) -> bool {
        match self.places.iter().position(|chosen| chosen.contains(&smallest)) {
            Some(number) => self.grow(document, number),
            None => self.choose(document, smallest),
        }
    }

    fn grow(&mut self, document: &Document, number: usize) -> bool {
        let Some(mut place) = self.places.get(number).cloned() else {
            return false;
        };
        place.steps.pop().is_some() && self.choose(document, place)
    }

    /// Lines cannot stand in brackets: a collection in some is chosen together with them.
    fn choose(&mut self, document: &Document, mut place: Collection) -> bool {
        let Some(way) = place.way(document) else {
            return false;
        };
        let brackets = way.iter().position(|parent| parent.is_flow());
        place.steps.truncate(brackets.unwrap_or(usize::MAX));
        self.places.retain(|chosen| !place.contains(chosen));
        self.places.push(place);
        true
    }

    /// Whether nothing is chosen.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// What is printed anew, for people.
    pub fn names(&self, document: &Document) -> Vec<Anew> {
        self.places.iter().map(|place| place.name(document)).collect()
    }
}

/// The text of `document` with its values in their places and the metadata at `removed` cut out, but for the chosen
/// collections, which are printed anew. It was read back: same values, same comments.
pub fn text_with(
    text: &[u8],
    document: &Document,
    removed: &[Span],
    chosen: &Chosen,
) -> Result<(Plaintext, Document), Stuck> {
    let mut edits = yaml::edits_with_anew(text, document, removed, &chosen.places)?;
    let written = apply(text, &mut edits).map_err(|_| Stuck::Lost)?;
    let limits = Limits {
        bytes: usize::MAX,
        ..Limits::STANDARD
    };
    let again = yaml::read(written.expose(), &limits)
        .map_err(|error| unreadable(&error, written.expose(), &edits))?;
    if !same_values(document, &again) {
        return Err(first_difference(document, &again).map_or(Stuck::Lost, Stuck::At));
    }
    if chosen.is_empty() || same_comments(document, &again) {
        Ok((written, again))
    } else {
        Err(Stuck::Lost)
    }
}

/// [`text_with`] for whatever has to be chosen for it; `None` if that cannot be found.
pub fn text_anew(
    text: &[u8],
    document: &Document,
    removed: &[Span],
    error: RewriteError,
) -> Option<(Plaintext, Document, Vec<Anew>)> {
    let mut chosen = Chosen::default();
    let mut stuck = match error.at() {
        Some(at) => Stuck::At(at),
        None => text_with(text, document, removed, &chosen).err()?,
    };
    for _ in 0..rounds(text.len()) {
        if !chosen.widen(document, &stuck) {
            return None;
        }
        match text_with(text, document, removed, &chosen) {
            Ok((text, again)) => return Some((text, again, chosen.names(document))),
            Err(next) => stuck = next,
        }
    }
    None
}

/// The place of the old text that made a text unreadable.
pub fn unreadable(error: &ReadError, written: &[u8], edits: &[Edit]) -> Stuck {
    let Some(Position { line, column }) = error.position else {
        return Stuck::Lost;
    };
    let start: usize = written
        .split_inclusive(|byte| *byte == b'\n')
        .take(line.saturating_sub(1))
        .map(<[u8]>::len)
        .sum();
    let at = place_before(edits, start.saturating_add(column.saturating_sub(1)));
    Stuck::At(Span::new(at, at).start)
}

/// Where the first value of `document` stands that `other` has not in its place.
pub fn first_difference(document: &Document, other: &Document) -> Option<u32> {
    let (ours, theirs) = (leaves(document), leaves(other));
    let differs = ours
        .iter()
        .zip(&theirs)
        .position(|(one, other)| !super::same::same_value(&one.value, &other.value));
    let number = differs.unwrap_or(theirs.len().min(ours.len().saturating_sub(1)));
    ours.get(number).map(|leaf| leaf.slot.span.start)
}

fn leaves(document: &Document) -> Vec<&super::Leaf> {
    let mut leaves = Vec::new();
    each_stop(document, &mut |stop| {
        if let Stop::Leaf(leaf) = stop {
            leaves.push(leaf);
        }
    });
    leaves
}

/// All comments, those that are in no tree included.
pub(in crate::document) fn comments(document: &Document) -> Vec<&Comment> {
    let mut comments = Vec::new();
    each_stop(document, &mut |stop| {
        if let Stop::Comment(comment) = stop {
            comments.push(comment);
        }
    });
    comments.extend(&document.lost);
    comments
}

/// Whether the same comments are somewhere in both.
pub(in crate::document) fn same_comments(one: &Document, other: &Document) -> bool {
    let texts = |document| {
        let mut texts: Vec<&[u8]> = comments(document)
            .into_iter()
            .map(|comment| comment.text.expose().trim_ascii())
            .collect();
        texts.sort_unstable();
        texts
    };
    texts(one) == texts(other)
}

/// Whether a comment stands in one of `spans`.
pub(in crate::document) fn within(spans: &[Span], comment: &Comment) -> bool {
    spans
        .iter()
        .any(|span| span.start <= comment.span.start && comment.span.end <= span.end)
}
