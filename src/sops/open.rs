//! Decrypting every selected leaf of a tree in place, adding up the MAC on the way.

use super::cipher::Cipher;
use super::ciphertext::{Ciphertext, Kind, NotCiphertext};
use super::cursor::Cursor;
use super::mac::Mac;
use super::scalar::typed;
use super::walk::MacScope;
use super::{KeyPath, OpenErrorKind, Selector};
use crate::document::{
    Comment, Document, Element, Format, Item, KeyKind, Leaf, List, Map, Node, Placed, Value,
};
use crate::secret::Plaintext;

/// How many bytes of additional data may be authenticated in all. Every leaf authenticates its whole path, so a
/// long key over many leaves would cost the square of the input (R-F05); real files stay far below.
pub(crate) const PATH_BYTES: usize = 64 << 20;

/// What a walk over a sealed tree brings.
pub(crate) struct Decrypted {
    /// The MAC that the values have.
    pub(crate) mac: Plaintext,
    /// Where the first comment stands that should be encrypted and is not, and how many there are.
    pub(crate) clear_comments: Option<(KeyPath, usize)>,
    /// Ordinal numbers of encrypted comments that do not decrypt as children of their container.
    pub(crate) strays: Vec<usize>,
}

/// Decrypts all selected leaves and comments of `document`.
pub(crate) fn decrypt(
    document: &mut Document,
    selector: &Selector,
    scope: MacScope,
    cipher: &Cipher,
) -> Result<Decrypted, OpenErrorKind> {
    let mut opener = Opener {
        cursor: Cursor::new(selector),
        scope,
        cipher,
        lenient_end: document.format == Format::Dotenv,
        mac: Mac::new(scope),
        path_bytes: 0,
        comments: 0,
        clear_comments: None,
        strays: Vec::new(),
    };
    for (number, part) in document.parts.iter_mut().enumerate() {
        opener.cursor.document = number;
        opener.map(&mut part.root)?;
    }
    Ok(Decrypted {
        mac: opener.mac.finish(),
        clear_comments: opener.clear_comments,
        strays: opener.strays,
    })
}

struct Opener<'d, 'a> {
    cursor: Cursor<'d, 'a>,
    scope: MacScope,
    cipher: &'a Cipher,
    /// dotenv: a carriage return that a line-ending conversion left is not part of a ciphertext.
    lenient_end: bool,
    mac: Mac,
    path_bytes: usize,
    comments: usize,
    clear_comments: Option<(KeyPath, usize)>,
    strays: Vec<usize>,
}

impl<'d> Opener<'d, '_> {
    fn map(&mut self, map: &'d mut Map) -> Result<(), OpenErrorKind> {
        self.cursor.open();
        for item in &mut map.items {
            match item {
                Item::Comment(comment) => self.comment(comment)?,
                Item::Entry(entry) => {
                    if entry.key.kind != KeyKind::Str {
                        let path = self.path();
                        return Err(OpenErrorKind::NonStringKey { path });
                    }
                    let entered = self.cursor.enter(&entry.key.text);
                    match &mut entry.value {
                        Node::Leaf(leaf) => {
                            if self.leaf(leaf)? == Became::Comment {
                                let path = self.path();
                                return Err(OpenErrorKind::CommentAsValue { path });
                            }
                        }
                        Node::Map(map) => self.map(map)?,
                        Node::List(list) => self.list(list)?,
                    }
                    self.cursor.leave(&entered);
                    self.cursor.settle();
                }
            }
        }
        self.cursor.close();
        Ok(())
    }

    fn list(&mut self, list: &'d mut List) -> Result<(), OpenErrorKind> {
        self.cursor.open();
        for element in &mut list.items {
            if let Element::Node(Node::Leaf(leaf)) = element {
                if self.leaf(leaf)? == Became::Comment {
                    // The original forgets here that a comment is no child, and so refuses its own files
                    // (getsops/sops issue 2281): comments above stay active.
                    *element = Element::Comment(list_comment(leaf));
                    self.comments = self.comments.saturating_add(1);
                } else {
                    self.cursor.settle();
                }
                continue;
            }
            match element {
                Element::Comment(comment) => {
                    self.comment(comment)?;
                    continue;
                }
                Element::Node(Node::Map(map)) => self.map(map)?,
                Element::Node(Node::List(list)) => self.list(list)?,
                Element::Node(Node::Leaf(_)) => {}
            }
            self.cursor.settle();
        }
        self.cursor.close();
        Ok(())
    }

    fn leaf(&mut self, leaf: &mut Leaf) -> Result<Became, OpenErrorKind> {
        let selected = self.cursor.selects_leaf();
        match &leaf.value {
            // Null is never encrypted and never hashed.
            Value::Null => return Ok(Became::Leaf),
            Value::Uint(_) => return Err(OpenErrorKind::IntegerTooLarge { path: self.path() }),
            Value::Str(text) if selected => {
                let written = text.len();
                let text = self.without_return(text.expose());
                let (kind, value) = if text.is_empty() {
                    leaf.opened = written > 0;
                    // The empty string is never encrypted (sops-format.md §3.5).
                    (Kind::Str, Value::Str(Plaintext::default()))
                } else {
                    let ciphertext = Ciphertext::parse(text).map_err(|reason| self.not_ciphertext(reason))?;
                    let kind = ciphertext.kind;
                    self.count_path()?;
                    let plaintext = self
                        .cipher
                        .decrypt(ciphertext, self.cursor.aad())
                        .ok_or_else(|| OpenErrorKind::Undecryptable { path: self.path() })?;
                    leaf.opened = true;
                    let value = typed(kind, plaintext).ok_or_else(|| OpenErrorKind::Mistyped {
                        path: self.path(),
                        expected: kind.name(),
                    })?;
                    (kind, value)
                };
                leaf.value = value;
                if kind == Kind::Comment {
                    return Ok(Became::Comment);
                }
            }
            _ if selected => return Err(OpenErrorKind::NotEncrypted { path: self.path() }),
            _ => {}
        }
        if self.scope.covers(selected) {
            self.mac.add(&leaf.value);
        }
        Ok(Became::Leaf)
    }

    /// A comment that does not decrypt stays as it is; it never counts in the MAC.
    fn comment(&mut self, comment: &mut Comment) -> Result<(), OpenErrorKind> {
        let number = self.comments;
        self.comments = number.saturating_add(1);
        if !self.cursor.selects_comment(comment.text.expose()) || comment.text.is_empty() {
            return Ok(());
        }
        let text = self.without_return(comment.text.expose());
        match Ciphertext::parse(text) {
            Ok(ciphertext) if ciphertext.kind == Kind::Comment => {
                self.count_path()?;
                if let Some(text) = self.cipher.decrypt(ciphertext, self.cursor.aad()) {
                    comment.text = text;
                    comment.opened = true;
                } else {
                    self.strays.push(number);
                }
            }
            _ => {
                // One warning for all: a path for each would cost more than the file.
                let path = self.path();
                self.clear_comments.get_or_insert((path, 0)).1 += 1;
            }
        }
        Ok(())
    }

    fn without_return<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        match text.strip_suffix(b"\r") {
            Some(rest) if self.lenient_end => rest,
            _ => text,
        }
    }

    fn count_path(&mut self) -> Result<(), OpenErrorKind> {
        self.path_bytes = self.path_bytes.saturating_add(self.cursor.aad().len());
        if self.path_bytes > PATH_BYTES {
            return Err(OpenErrorKind::PathsTooLong { limit: PATH_BYTES });
        }
        Ok(())
    }

    fn not_ciphertext(&self, reason: NotCiphertext) -> OpenErrorKind {
        let path = self.path();
        match reason {
            NotCiphertext::Clear => OpenErrorKind::NotEncrypted { path },
            NotCiphertext::Malformed => OpenErrorKind::Malformed { path },
            NotCiphertext::UnknownType => OpenErrorKind::UnknownType { path },
        }
    }

    fn path(&self) -> KeyPath {
        self.cursor.key_path()
    }
}

#[derive(PartialEq, Eq)]
enum Became {
    Leaf,
    /// The ciphertext is a comment's: sops writes comments of lists as items.
    Comment,
}

fn list_comment(leaf: &mut Leaf) -> Comment {
    let text = match &mut leaf.value {
        Value::Str(text) => std::mem::take(text),
        _ => Plaintext::default(),
    };
    Comment {
        text,
        span: leaf.slot.span,
        placed: Placed::ListItem,
        opened: true,
    }
}
