//! Prints a tree anew, in the block style of sops 3.13 (sops-format.md §7.1).
//!
//! The bytes are those of sops except where its text would not be read back as the same tree: floats keep their
//! `.0`, a literal block gets the indentation digit that fits, no comment is lost or printed behind the next value.

use super::pen::Pen;
use super::scalar::Scalar;
use super::style::Style;
use crate::document::print::PrintError;
use crate::document::{Comment, Document, Element, Entry, Item, Key, List, Map, Node, Placed};
use crate::secret::Plaintext;

/// Prints all documents of a tree. `indent` is that of sops' configuration: 0 means 4, and what is not in 2 to 9
/// means 2.
pub fn print(document: &Document, indent: usize) -> Result<Plaintext, PrintError> {
    Ok(Printer::new(indent).documents(document))
}

/// The same, for a file with this manner of indentation.
pub(super) fn print_in(document: &Document, manner: Manner) -> Plaintext {
    Printer::with(manner).documents(document)
}

/// Prints a map as a document of its own.
pub fn print_map(map: &Map, indent: usize) -> Result<Plaintext, PrintError> {
    let mut printer = Printer::new(indent);
    printer.root_map(map);
    printer.pen.indent_to(0);
    Ok(printer.pen.finish())
}

/// Prints one value as a document of its own, with a line break at the end.
pub fn print_node(node: &Node, indent: usize) -> Result<Plaintext, PrintError> {
    let mut printer = Printer::new(indent);
    match node {
        Node::Map(map) => return print_map(map, indent),
        Node::List(list) => {
            printer.comments(start_of_list(list), 0);
            if list.nodes().next().is_none() {
                printer.pen.token(b"[]");
            } else {
                printer.block_list(list, 0, Start::Printed);
            }
        }
        Node::Leaf(leaf) => printer.scalar(&Scalar::of(&leaf.value), 0, printer.step, &[]),
    }
    printer.pen.indent_to(0);
    Ok(printer.pen.finish())
}

/// Whether the comments before a collection's first value have been printed by the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    Printed,
    Due,
}

/// Comments on their way to the next value.
#[derive(Default)]
struct Waiting<'a> {
    above: Vec<&'a Comment>,
    inline: Vec<&'a Comment>,
}

impl<'a> Waiting<'a> {
    fn push(&mut self, comment: &'a Comment) {
        match comment.placed {
            Placed::Inline => self.inline.push(comment),
            Placed::OwnLine | Placed::ListItem => self.above.push(comment),
        }
    }

    /// What is printed on the value's own line. A collection has no such line and a literal block's header has room
    /// for one comment: the others go above.
    fn settle(&mut self, room: Room) -> Vec<&'a Comment> {
        let kept = match room {
            Room::None => 0,
            Room::One => 1,
            Room::Any => self.inline.len(),
        };
        let stays = self.inline.split_off(self.inline.len().saturating_sub(kept));
        self.above.append(&mut self.inline);
        stays
    }
}

/// How many comments fit on the line of a value.
#[derive(Clone, Copy)]
enum Room {
    None,
    One,
    Any,
}

/// How a file indents.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Columns.
    pub(super) step: usize,
    /// Lists stand below the first character of their key, not further right.
    pub(super) lists_at_keys: bool,
}

pub(super) struct Printer {
    pen: Pen,
    step: usize,
    /// Lists stand below the first character of their key, not further right.
    lists_at_keys: bool,
    /// In the second document and later ones, where sops reads any value behind a merge mark.
    later: bool,
}

impl Printer {
    fn new(indent: usize) -> Self {
        Self {
            pen: Pen::new(),
            later: false,
            lists_at_keys: false,
            step: match indent {
                0 => 4,
                2..=9 => indent,
                _ => 2,
            },
        }
    }

    /// A key with its value, as lines at column `indent`.
    pub(super) fn entry_lines(key: &Key, value: &Node, indent: usize, step: usize) -> Plaintext {
        let mut printer = Self::new(step);
        printer.key(key, false, indent);
        printer.value(value, indent, &[]);
        printer.pen.indent_to(0);
        printer.pen.finish()
    }

    /// `:` with the value of a key at column `indent`.
    pub(super) fn value_of_key(value: &Node, indent: usize, step: usize) -> Plaintext {
        let mut printer = Self::new(step);
        printer.pen.glued(b":");
        printer.value(value, indent, &[]);
        printer.pen.indent_to(0);
        printer.pen.finish()
    }

    /// An item of a list, as lines with the dash at column `indent`.
    pub(super) fn item(value: &Node, indent: usize, step: usize) -> Plaintext {
        let mut printer = Self::new(step);
        printer.pen.indent_to(indent);
        printer.item_value(value, indent, &[]);
        printer.pen.indent_to(0);
        printer.pen.finish()
    }

    /// A collection behind `:` of a key at column `indent`, as a file with this manner of indentation has it.
    pub(super) fn behind_key(value: &Node, indent: usize, manner: Manner) -> Plaintext {
        let mut printer = Self::with(manner);
        printer.pen.glued(b":");
        printer.value(value, indent, &[]);
        printer.pen.indent_to(0);
        printer.pen.finish()
    }

    /// The same of one behind a dash at column `indent`.
    pub(super) fn behind_dash(value: &Node, indent: usize, manner: Manner) -> Plaintext {
        let mut printer = Self::with(manner);
        printer.pen.indent_to(indent);
        printer.item_value(value, indent, &[]);
        printer.pen.indent_to(0);
        printer.pen.finish()
    }

    /// The same of a root.
    pub(super) fn root(map: &Map, manner: Manner) -> Plaintext {
        let mut printer = Self::with(manner);
        printer.root_map(map);
        printer.pen.finish()
    }

    fn with(manner: Manner) -> Self {
        Self {
            lists_at_keys: manner.lists_at_keys,
            ..Self::new(manner.step)
        }
    }

    fn documents(mut self, document: &Document) -> Plaintext {
        for (at, part) in document.parts.iter().enumerate() {
            if at > 0 {
                self.later = true;
                self.pen.indent_to(0);
                self.pen.glued(b"---");
                self.pen.indent_to(0);
            }
            self.root_map(&part.root);
        }
        self.pen.finish()
    }

    fn root_map(&mut self, map: &Map) {
        self.comments(start_of_map(map), 0);
        if map.entries().next().is_none() {
            self.pen.token(b"{}");
        } else {
            self.block_map(map, 0, Start::Printed);
        }
        self.pen.indent_to(0);
    }

    fn block_map(&mut self, map: &Map, indent: usize, mut start: Start) {
        let mut waiting = Waiting::default();
        for item in &map.items {
            match item {
                Item::Comment(comment) if start == Start::Printed && comment.placed != Placed::Inline => {}
                Item::Comment(comment) => waiting.push(comment),
                Item::Entry(entry) => {
                    start = Start::Due;
                    let inline = waiting.settle(room_beside(&entry.value));
                    self.comments(waiting.above.drain(..), indent);
                    self.entry(entry, indent, &inline);
                }
            }
        }
        self.comments(waiting.above.into_iter().chain(waiting.inline), indent);
    }

    fn entry(&mut self, entry: &Entry, indent: usize, inline: &[&Comment]) {
        self.key(&entry.key, self.later || can_be_merged(&entry.value), indent);
        self.value(&entry.value, indent, inline);
    }

    /// Writes a key of a map at `indent`, with its colon. `merge`: it may be a merge mark.
    fn key(&mut self, key: &Key, merge: bool, indent: usize) {
        let key = Scalar::of_key(key, merge);
        let child = self.child_indent(indent);
        self.pen.indent_to(indent);
        if key.is_simple_key() {
            self.pen.scalar_start(&key, child, child.saturating_sub(indent));
            self.pen.glued(b":");
        } else {
            self.pen.block_indicator(b"?");
            self.scalar(&key, indent, child, &[]);
            self.pen.indent_to(indent);
            self.pen.block_indicator(b":");
        }
    }

    /// Writes the value of a key in a map at `indent`.
    fn value(&mut self, value: &Node, indent: usize, inline: &[&Comment]) {
        let child = self.child_indent(indent);
        match value {
            Node::Leaf(leaf) => self.scalar(&Scalar::of(&leaf.value), indent, child, inline),
            Node::Map(map) if map.entries().next().is_some() => self.block_map(map, child, Start::Due),
            Node::List(list) if list.nodes().next().is_some() => {
                let column = if self.lists_at_keys { indent } else { child };
                self.block_list(list, column, Start::Due);
            }
            Node::Map(map) => self.empty(b"{}", start_of_map(map), child, inline),
            Node::List(list) => self.empty(b"[]", start_of_list(list), child, inline),
        }
    }

    fn block_list(&mut self, list: &List, indent: usize, mut start: Start) {
        let mut waiting = Waiting::default();
        for item in &list.items {
            let node = match item {
                Element::Comment(comment) if start == Start::Printed && comment.placed != Placed::Inline => {
                    continue;
                }
                Element::Comment(comment) => {
                    waiting.push(comment);
                    continue;
                }
                Element::Node(node) => node,
            };
            start = Start::Due;
            let inline = waiting.settle(room_beside(node));
            self.comments(waiting.above.drain(..), indent);
            // A collection's first comments stand above its dash.
            match node {
                Node::Map(map) => self.comments(start_of_map(map), indent),
                Node::List(list) => self.comments(start_of_list(list), indent),
                Node::Leaf(_) => {}
            }
            self.pen.indent_to(indent);
            self.item_value(node, indent, &inline);
        }
        self.comments(waiting.above.into_iter().chain(waiting.inline), indent);
    }

    /// Writes an item of a list at `indent`, with its dash.
    fn item_value(&mut self, node: &Node, indent: usize, inline: &[&Comment]) {
        let child = indent.saturating_add(2);
        self.pen.block_indicator(b"-");
        match node {
            Node::Leaf(leaf) => self.scalar(&Scalar::of(&leaf.value), indent, child, inline),
            Node::Map(map) if map.entries().next().is_some() => {
                self.block_map(map, child, Start::Printed);
            }
            Node::List(list) if list.nodes().next().is_some() => {
                self.block_list(list, child, Start::Printed);
            }
            Node::Map(_) => self.empty(b"{}", std::iter::empty(), child, inline),
            Node::List(_) => self.empty(b"[]", std::iter::empty(), child, inline),
        }
    }

    /// Writes a collection without values. Its comments stand before it, on lines of their own, where they belong to
    /// it; between the brackets nobody would read them back.
    fn empty<'a>(
        &mut self,
        brackets: &[u8],
        comments: impl Iterator<Item = &'a Comment>,
        indent: usize,
        inline: &[&Comment],
    ) {
        let mut comments = comments.peekable();
        if comments.peek().is_some() {
            self.pen.line_break();
            self.comments(comments, indent);
            self.pen.indent_to(indent);
        }
        self.pen.token(brackets);
        for comment in inline {
            self.pen.comment(comment.text.expose(), indent);
        }
    }

    /// Writes a scalar in a collection at `indent`, its further lines at `child`.
    fn scalar(&mut self, scalar: &Scalar<'_>, indent: usize, child: usize, inline: &[&Comment]) {
        self.pen.scalar_start(scalar, child, child.saturating_sub(indent));
        for (at, comment) in inline.iter().enumerate() {
            if at > 0 {
                self.pen.indent_to(indent);
            }
            self.pen.comment(comment.text.expose(), indent);
        }
        self.pen.scalar_body(scalar, child);
    }

    fn comments<'a>(&mut self, comments: impl IntoIterator<Item = &'a Comment>, indent: usize) {
        for comment in comments {
            self.pen.indent_to(indent);
            self.pen.comment(comment.text.expose(), indent);
        }
    }

    /// The column of a collection in a map at `indent`: the next multiple of the step.
    fn child_indent(&self, indent: usize) -> usize {
        indent
            .checked_div(self.step)
            .map_or(indent, |steps| steps.saturating_add(1).saturating_mul(self.step))
    }
}

/// Whether sops reads the value behind a merge mark in the first document. (It prints the mark whatever the value is.)
pub(super) fn can_be_merged(value: &Node) -> bool {
    match value {
        Node::Map(_) => true,
        Node::List(list) => list.nodes().all(|node| matches!(node, Node::Map(_))),
        Node::Leaf(_) => false,
    }
}

fn room_beside(node: &Node) -> Room {
    match node {
        Node::Leaf(leaf) if Scalar::of(&leaf.value).style == Style::Literal => Room::One,
        Node::Map(map) if map.entries().next().is_some() => Room::None,
        Node::List(list) if list.nodes().next().is_some() => Room::None,
        _ => Room::Any,
    }
}

/// The comments before the first entry that are not on its line; all of them if there is no entry.
fn start_of_map(map: &Map) -> impl Iterator<Item = &Comment> {
    let empty = map.entries().next().is_none();
    map.items
        .iter()
        .map_while(|item| match item {
            Item::Comment(comment) => Some(comment),
            Item::Entry(_) => None,
        })
        .filter(move |comment| empty || comment.placed != Placed::Inline)
}

/// The same of a list.
fn start_of_list(list: &List) -> impl Iterator<Item = &Comment> {
    let empty = list.nodes().next().is_none();
    list.items
        .iter()
        .map_while(|item| match item {
            Element::Comment(comment) => Some(comment),
            Element::Node(_) => None,
        })
        .filter(move |comment| empty || comment.placed != Placed::Inline)
}
