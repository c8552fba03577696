//! Comments whose ciphertext belongs to another map or list than the one that holds them.
//!
//! The original derives a comment's place from how its YAML library attaches comments, and that changed over time;
//! files edited by hand have shifted comments as well. So a comment is tried as a child of every map and list on
//! the paths of the leaves before and behind it (sops-format.md §2.7).

use super::cipher::Cipher;
use super::ciphertext::{Ciphertext, Kind};
use crate::document::{Comment, Document, Element, Item, Map, Node};
use crate::secret::Plaintext;

/// How many bytes may be authenticated in all attempts (R-F05). What is left over stays closed.
const ATTEMPTED_BYTES: usize = 64 << 20;
/// What an attempt costs besides the bytes of path and text.
const ATTEMPT: usize = 128;

/// Tries the paths around each stray comment; `strays` are ordinal numbers among all comments, ascending. Gives
/// back how many stay closed.
pub(crate) fn decrypt(document: &mut Document, strays: &[usize], cipher: &Cipher) -> usize {
    if strays.is_empty() {
        return 0;
    }
    let mut search = Search {
        cipher,
        strays: strays.iter().copied().peekable(),
        comments: 0,
        path: Vec::new(),
        before: Vec::new(),
        waiting: Vec::new(),
        found: Vec::new(),
        budget: ATTEMPTED_BYTES,
    };
    for part in &document.parts {
        search.map(&part.root);
        // Comments behind the last leaf have no leaf behind them.
        search.waiting.clear();
        search.before.clear();
    }
    let mut found = search.found;
    found.sort_by_key(|(number, _)| *number);
    let closed = strays.len().saturating_sub(found.len());
    let mut found = found.into_iter().peekable();
    let mut number = 0_usize;
    for part in &mut document.parts {
        each_comment(&mut part.root, &mut |comment| {
            if let Some((_, text)) = found.next_if(|(wanted, _)| *wanted == number) {
                comment.text = text;
                comment.opened = true;
            }
            number = number.saturating_add(1);
        });
    }
    closed
}

struct Search<'d, 'a, S: Iterator<Item = usize>> {
    cipher: &'a Cipher,
    strays: std::iter::Peekable<S>,
    comments: usize,
    path: Vec<&'d [u8]>,
    /// The path of the leaf before.
    before: Vec<&'d [u8]>,
    /// Strays since that leaf that none of its containers opened.
    waiting: Vec<(usize, Ciphertext)>,
    found: Vec<(usize, Plaintext)>,
    budget: usize,
}

impl<'d, S: Iterator<Item = usize>> Search<'d, '_, S> {
    fn map(&mut self, map: &'d Map) {
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment),
                Item::Entry(entry) => {
                    self.path.push(&entry.key.text);
                    self.node(&entry.value);
                    self.path.pop();
                }
            }
        }
    }

    fn node(&mut self, node: &'d Node) {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => {
                for element in &list.items {
                    match element {
                        Element::Comment(comment) => self.comment(comment),
                        Element::Node(node) => self.node(node),
                    }
                }
            }
            Node::Leaf(_) => self.leaf(),
        }
    }

    fn leaf(&mut self) {
        self.before.clone_from(&self.path);
        for (number, ciphertext) in std::mem::take(&mut self.waiting) {
            if let Ok(text) = self.attempt(ciphertext) {
                self.found.push((number, text));
            }
        }
    }

    fn comment(&mut self, comment: &Comment) {
        let number = self.comments;
        self.comments = number.saturating_add(1);
        if self.strays.next_if_eq(&number).is_none() {
            return;
        }
        let text = comment.text.expose();
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let Ok(ciphertext) = Ciphertext::parse(text) else {
            return;
        };
        match self.attempt(ciphertext) {
            Ok(text) => self.found.push((number, text)),
            Err(ciphertext) => self.waiting.push((number, ciphertext)),
        }
    }

    /// Tries all prefixes of the path of the leaf before.
    fn attempt(&mut self, mut ciphertext: Ciphertext) -> Result<Plaintext, Ciphertext> {
        if ciphertext.kind != Kind::Comment {
            return Err(ciphertext);
        }
        let mut aad = Vec::new();
        for length in 0..=self.before.len() {
            if let Some(key) = length.checked_sub(1).and_then(|last| self.before.get(last)) {
                aad.extend_from_slice(key);
                aad.push(b':');
            }
            let cost = aad
                .len()
                .saturating_add(ciphertext.data.len())
                .saturating_add(ATTEMPT);
            let Some(left) = self.budget.checked_sub(cost) else {
                break;
            };
            self.budget = left;
            let aad = if length == 0 { b":" } else { aad.as_slice() };
            let (nonce, tag) = (ciphertext.nonce, ciphertext.tag);
            if self
                .cipher
                .decrypt_buffer(ciphertext.data.expose_mut(), &nonce, &tag, aad)
            {
                return Ok(ciphertext.data);
            }
        }
        Err(ciphertext)
    }
}

fn each_comment(map: &mut Map, visit: &mut impl FnMut(&mut Comment)) {
    for item in &mut map.items {
        match item {
            Item::Comment(comment) => visit(comment),
            Item::Entry(entry) => in_node(&mut entry.value, visit),
        }
    }
}

fn in_node(node: &mut Node, visit: &mut impl FnMut(&mut Comment)) {
    match node {
        Node::Map(map) => each_comment(map, visit),
        Node::List(list) => {
            for element in &mut list.items {
                match element {
                    Element::Comment(comment) => visit(comment),
                    Element::Node(node) => in_node(node, visit),
                }
            }
        }
        Node::Leaf(_) => {}
    }
}
