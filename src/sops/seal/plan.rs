//! Which leaves and comments are sealed, and texts of the final length that stand for their ciphertexts.

use super::second::Second;
use super::{SealError, Sealing};
use crate::document::fill::{Stop, each_stop};
use crate::document::{Document, Element, Map, Node, Span, Value};
use crate::secret::Plaintext;
use crate::sops::KeyPath;
use crate::sops::cipher::Cipher;
use crate::sops::ciphertext::{Ciphertext, Kind, NONCE, TAG};
use crate::sops::scalar::canonical;
use crate::sops::walk::{WalkError, walk};

/// A tree with a decision for each of its stops.
pub(super) struct Plan<'d> {
    /// Leaves and comments in the order of the walk.
    pub(super) stops: Vec<Stop<'d>>,
    /// Whether each of them is sealed.
    pub(super) sealed: Vec<bool>,
    /// Comments that are ciphertexts already and open nowhere: they stay as they are. Ascending.
    pub(super) foreign: Vec<usize>,
    /// Empty comments in lists: sops would take a bare `#` there for an item, so they get a blank. Ascending.
    pub(super) blank: Vec<usize>,
    /// The first comment that sops sees in the plain text alone.
    pub(super) forgotten: Option<usize>,
    /// Empty strings in selected places, which stay empty: the first one and how many.
    pub(super) empty: Option<(KeyPath, usize)>,
}

/// What an empty comment in a list says once it is sealed.
const BLANK: &[u8] = b" ";

impl<'d> Plan<'d> {
    /// Decides by the plain text alone.
    pub(super) fn of(
        document: &'d Document,
        sealing: &Sealing<'_>,
        cipher: &Cipher,
    ) -> Result<Self, SealError> {
        let mut stops = Vec::new();
        each_stop_and_lost(document, &mut |stop| stops.push(stop));
        let (mut sealed, mut foreign) = (Vec::with_capacity(stops.len()), Vec::new());
        let mut empty = None;
        let selector = &sealing.metadata.selector;
        walk(document, selector, sealing.scope(), &mut |visit| {
            let number = sealed.len();
            let stop = stops.get(number);
            if visit.selected && stop.is_some_and(|stop| is_foreign(stop, cipher, visit.aad)) {
                foreign.push(number);
            }
            if visit.selected && stop.is_some_and(is_empty) {
                let first = || (KeyPath::new(visit.document, visit.path), 0);
                empty.get_or_insert_with(first).1 += 1;
            }
            sealed.push(visit.selected);
        })?;
        let in_lists = empty_in_lists(document);
        let in_list = |stop: &Stop<'_>| in_lists.binary_search(&span_of(stop).start).is_ok();
        let blank = (0..)
            .zip(&stops)
            .filter(|(_, stop)| is_empty_comment(stop) && in_list(stop));
        let blank = blank.map(|(number, _)| number).collect();
        let mut plan = Self {
            stops,
            sealed,
            foreign,
            blank,
            forgotten: None,
            empty,
        };
        let lost = decide_lost(&plan.stops, &plan.sealed);
        plan.sealed.extend(lost);
        for number in 0..plan.sealed.len() {
            let can = plan.can_be_sealed(number);
            if let Some(sealed) = plan.sealed.get_mut(number) {
                *sealed = *sealed && can;
            }
        }
        Ok(plan)
    }

    /// Adds the empty comments that stand in a list only in the text with metadata: in `? c`, `: - t`, ` #` the last line
    /// belongs to the list as soon as a key follows it.
    pub(super) fn add_blank(&mut self, document: &Document, second: &Second) {
        let in_lists = empty_in_lists(document);
        if in_lists.is_empty() {
            return;
        }
        let places = second.first.iter().zip(&second.spans);
        let in_a_list = places.filter(|(_, span)| in_lists.binary_search(&span.start).is_ok());
        let empty = in_a_list.filter(|(number, _)| self.stops.get(**number).is_some_and(is_empty_comment));
        self.blank.extend(empty.map(|(number, _)| *number));
        self.blank.sort_unstable();
        self.blank.dedup();
    }

    /// Whether a stop is sealed.
    pub(super) fn is_sealed(&self, number: usize) -> bool {
        self.sealed.get(number) == Some(&true)
    }

    /// Whether there is anything to encrypt at a stop: null, the empty string and the empty comment are never encrypted
    /// (sops-format.md §3.5).
    pub(super) fn can_be_sealed(&self, number: usize) -> bool {
        let something = match self.stops.get(number) {
            None => false,
            Some(Stop::Leaf(leaf)) => match &leaf.value {
                Value::Null | Value::Uint(_) => false,
                Value::Str(text) => !text.is_empty(),
                _ => true,
            },
            Some(Stop::Comment(comment)) => {
                !comment.text.is_empty() || self.blank.binary_search(&number).is_ok()
            }
        };
        something && self.foreign.binary_search(&number).is_err()
    }

    /// The type and the bytes that are encrypted for a stop.
    pub(super) fn plaintext(&self, number: usize, stop: &Stop<'_>) -> (Kind, Plaintext) {
        if self.blank.binary_search(&number).is_ok() {
            return (Kind::Comment, BLANK.into());
        }
        plaintext_of(stop)
    }

    /// What a comment says when the sealed text is opened.
    pub(super) fn comment_text(&self, number: usize) -> &[u8] {
        match self.stops.get(number) {
            Some(Stop::Comment(comment)) => {
                let blank = self.is_sealed(number) && self.blank.binary_search(&number).is_ok();
                if blank { BLANK } else { comment.text.expose() }
            }
            _ => &[],
        }
    }
}

/// Comments that sops does not see are sealed with what stands around them: if a leaf beside one is sealed, or nothing
/// tells, so is the comment. `sealed` tells of the first stops, which are those of the tree; the others are decided.
pub(super) fn decide_lost(stops: &[Stop<'_>], sealed: &[bool]) -> Vec<bool> {
    let lost = stops.get(sealed.len()..).unwrap_or_default();
    let mut leaves: Vec<(u32, bool)> = Vec::new();
    if !lost.is_empty() {
        let decided = stops.iter().zip(sealed);
        leaves = decided
            .filter(|(stop, _)| matches!(stop, Stop::Leaf(leaf) if !leaf.slot.aliased))
            .map(|(stop, sealed)| (span_of(stop).start, *sealed))
            .collect();
        leaves.sort_unstable();
    }
    let decide = |stop: &Stop<'_>| {
        let behind = leaves.partition_point(|(start, _)| *start < span_of(stop).start);
        let beside = [behind.checked_sub(1), Some(behind)];
        let mut beside = beside
            .into_iter()
            .flatten()
            .filter_map(|at| leaves.get(at))
            .peekable();
        let nothing_tells = beside.peek().is_none();
        nothing_tells || beside.any(|(_, sealed)| *sealed)
    };
    lost.iter().map(decide).collect()
}

impl From<WalkError> for SealError {
    fn from(error: WalkError) -> Self {
        match error {
            WalkError::NonStringKey { path } => Self::NonStringKey { path },
            WalkError::IntegerTooLarge { path } => Self::IntegerTooLarge { path },
        }
    }
}

fn is_empty(stop: &Stop<'_>) -> bool {
    matches!(stop, Stop::Leaf(leaf) if matches!(&leaf.value, Value::Str(text) if text.is_empty()))
}

fn is_empty_comment(stop: &Stop<'_>) -> bool {
    matches!(stop, Stop::Comment(comment) if comment.text.is_empty())
}

/// Where empty comments stand in lists, ascending.
fn empty_in_lists(document: &Document) -> Vec<u32> {
    fn in_map(map: &Map, found: &mut Vec<u32>) {
        map.entries().for_each(|entry| in_node(&entry.value, found));
    }
    fn in_node(node: &Node, found: &mut Vec<u32>) {
        match node {
            Node::Leaf(_) => {}
            Node::Map(map) => in_map(map, found),
            Node::List(list) => {
                for element in &list.items {
                    match element {
                        Element::Comment(comment) if comment.text.is_empty() => {
                            found.push(comment.span.start);
                        }
                        Element::Comment(_) => {}
                        Element::Node(node) => in_node(node, found),
                    }
                }
            }
        }
    }
    let mut found = Vec::new();
    document
        .parts
        .iter()
        .for_each(|part| in_map(&part.root, &mut found));
    found.sort_unstable();
    found
}

/// Whether a comment is a ciphertext that does not open in its place.
fn is_foreign(stop: &Stop<'_>, cipher: &Cipher, aad: &[u8]) -> bool {
    let Stop::Comment(comment) = stop else {
        return false;
    };
    Ciphertext::parse(comment.text.expose())
        .is_ok_and(|text| text.kind == Kind::Comment && cipher.decrypt(text, aad).is_none())
}

/// Every stop of the tree, then the comments that sops does not see.
pub(super) fn each_stop_and_lost<'d>(document: &'d Document, visit: &mut impl FnMut(Stop<'d>)) {
    each_stop(document, visit);
    for comment in &document.lost {
        visit(Stop::Comment(comment));
    }
}

/// Where a stop stands in its text.
pub(super) fn span_of(stop: &Stop<'_>) -> Span {
    match stop {
        Stop::Leaf(leaf) => leaf.slot.span,
        Stop::Comment(comment) => comment.span,
    }
}

/// The type and the bytes that are encrypted for a stop.
pub(super) fn plaintext_of(stop: &Stop<'_>) -> (Kind, Plaintext) {
    match stop {
        Stop::Comment(comment) => (Kind::Comment, comment.text.duplicate()),
        Stop::Leaf(leaf) => {
            let mut plaintext = Plaintext::default();
            canonical(&leaf.value, |bytes| plaintext = Plaintext::from(bytes));
            (kind_of(&leaf.value), plaintext)
        }
    }
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Null | Value::Uint(_) | Value::Str(_) => Kind::Str,
        Value::Int(_) => Kind::Int,
        Value::Float(_) => Kind::Float,
        Value::Bool(_) => Kind::Bool,
        Value::Time(_) => Kind::Time,
    }
}

/// Makes texts that look like ciphertexts and say which stop they stand for.
pub(super) struct Placeholders {
    /// Nobody can guess it, so no text of the file looks like a placeholder.
    salt: [u8; SALT],
}

const SALT: usize = NONCE - 8;
/// The number of the placeholder that stands for the MAC.
pub(super) const MAC: usize = usize::MAX;

impl Placeholders {
    pub(super) fn new(random: &mut dyn FnMut(&mut [u8])) -> Self {
        let mut salt = [0; SALT];
        random(&mut salt);
        Self { salt }
    }

    /// The placeholder of a number, for so many bytes of this type.
    pub(super) fn text(&self, number: usize, kind: Kind, length: usize) -> String {
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        let mut nonce = [0; NONCE];
        for (to, from) in nonce.iter_mut().zip(self.salt.iter().chain(&number)) {
            *to = *from;
        }
        Ciphertext {
            data: Plaintext::new(vec![0; length]),
            nonce,
            tag: [0; TAG],
            kind,
        }
        .to_text()
    }

    /// Whether `text` is the placeholder of this number.
    pub(super) fn is(&self, number: usize, text: &[u8]) -> bool {
        let number = u64::try_from(number).unwrap_or(u64::MAX).to_be_bytes();
        Ciphertext::parse(text)
            .is_ok_and(|ciphertext| ciphertext.nonce.iter().eq(self.salt.iter().chain(&number)))
    }
}

/// The range of the ciphertext, or what stands for it, within a stop's text.
pub(super) fn ciphertext_in(text: &[u8], span: Span) -> Option<(usize, usize)> {
    let written = span.of(text);
    let start = written.windows(4).position(|bytes| bytes == b"ENC[")?;
    let end = written.iter().rposition(|byte| *byte == b']')?;
    let base = span.start as usize;
    Some((
        base.saturating_add(start),
        base.saturating_add(end).saturating_add(1),
    ))
}
