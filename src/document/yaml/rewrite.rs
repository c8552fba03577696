//! Puts decrypted values and comments back into the text of a file and takes the metadata out (documents.md §7).
//!
//! Every byte that is not part of an opened value, an opened comment or the metadata stays.

use super::change::collection_anew;
use super::cut::Cuts;
use super::lines::{blanks_at, break_length, break_near, column, line_end};
use super::place::{Place, first_line, without_tabs_below};
use crate::document::anew::{Collection, Stuck};
use crate::document::edit::{Edit, RewriteError, apply};
use crate::document::{Comment, Document, Element, Item, List, Map, Node, Placed, Span};
use crate::secret::Plaintext;

/// The decrypted text of a file.
///
/// `text` is what `document` was read from; `removed` is the text of the metadata entries, already taken out of the
/// tree. Fails with [`RewriteError::NotInPlace`] where the text of a value cannot be replaced by itself; the document
/// can still be printed.
pub fn rewrite(text: &[u8], document: &Document, removed: &[Span]) -> Result<Plaintext, RewriteError> {
    Ok(apply(text, &mut rewrite_edits(text, document, removed)?)?)
}

/// The edits of [`rewrite`].
pub fn rewrite_edits(text: &[u8], document: &Document, removed: &[Span]) -> Result<Vec<Edit>, RewriteError> {
    edits_but(text, document, removed, Vec::new())
}

/// The edits of [`rewrite`], but for the collections at `places`, which are printed anew.
pub(in crate::document) fn edits_with_anew(
    text: &[u8],
    document: &Document,
    removed: &[Span],
    places: &[Collection],
) -> Result<Vec<Edit>, Stuck> {
    let mut printed = Vec::new();
    for (number, place) in places.iter().enumerate() {
        let edits = collection_anew(text, document, document, place);
        printed.extend(edits.map_err(|_| Stuck::Chosen(number))?);
    }
    edits_but(text, document, removed, printed).map_err(|error| error.at().map_or(Stuck::Lost, Stuck::At))
}

/// The edits of [`rewrite`] outside of those that are `printed`, and these.
fn edits_but(
    text: &[u8],
    document: &Document,
    removed: &[Span],
    printed: Vec<Edit>,
) -> Result<Vec<Edit>, RewriteError> {
    let mut rewriter = Rewriter {
        text,
        cuts: Cuts::new(text, document, removed)?,
        step: step_of(text, removed),
        printed: printed.iter().map(|edit| edit.span).collect(),
        edits: printed,
    };
    for part in &document.parts {
        rewriter.map(&part.root)?;
    }
    for comment in &document.lost {
        rewriter.comment(comment, false)?;
    }
    let (mut edits, printed) = (rewriter.edits, rewriter.printed);
    let cuts = rewriter.cuts.into_edits();
    edits.extend(cuts.filter(|cut| !lies_in(&printed, cut.span)));
    Ok(edits)
}

/// How far the file indents: the first line within the metadata shows it.
fn step_of(text: &[u8], removed: &[Span]) -> usize {
    const USUAL: usize = 4;
    let Some(metadata) = removed.first().map(|span| span.of(text)) else {
        return USUAL;
    };
    let indent = |line: &[u8]| line.iter().take_while(|byte| **byte == b' ').count();
    let end = line_end(metadata, 0);
    let second = end.saturating_add(break_length(metadata, end));
    let second = metadata.get(second..).unwrap_or_default();
    match indent(second).saturating_sub(indent(metadata)) {
        step @ 2..=9 => step,
        _ => USUAL,
    }
}

struct Rewriter<'a> {
    text: &'a [u8],
    cuts: Cuts,
    step: usize,
    /// What is replaced as a whole.
    printed: Vec<Span>,
    edits: Vec<Edit>,
}

fn lies_in(spans: &[Span], inner: Span) -> bool {
    spans
        .iter()
        .any(|span| span.start <= inner.start && inner.end <= span.end)
}

impl Rewriter<'_> {
    fn map(&mut self, map: &Map) -> Result<(), RewriteError> {
        for item in &map.items {
            match item {
                Item::Comment(comment) => self.comment(comment, map.flow)?,
                Item::Entry(entry) => match &entry.value {
                    Node::List(list) => {
                        self.list(list)?;
                        self.keep_empty_list(list, entry.key.span)?;
                    }
                    value => self.node(value, false)?,
                },
            }
        }
        Ok(())
    }

    fn list(&mut self, list: &List) -> Result<(), RewriteError> {
        for item in &list.items {
            match item {
                Element::Comment(comment) => self.comment(comment, list.flow)?,
                Element::Node(Node::List(inner)) => {
                    self.list(inner)?;
                    self.keep_empty_list(inner, list.span)?;
                }
                Element::Node(node) => self.node(node, true)?,
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, in_list: bool) -> Result<(), RewriteError> {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => self.list(list),
            Node::Leaf(leaf) if leaf.opened && !lies_in(&self.printed, leaf.slot.span) => {
                let place = Place {
                    text: self.text,
                    cuts: &self.cuts,
                    step: self.step,
                    in_list,
                };
                place.put(leaf, &mut self.edits)
            }
            Node::Leaf(_) => Ok(()),
        }
    }

    /// Puts a comment's text back.
    fn comment(&mut self, comment: &Comment, flow: bool) -> Result<(), RewriteError> {
        if lies_in(&self.printed, comment.span) {
            return Ok(());
        }
        if let Some(lines) = self.cuts.lines_around(comment.span.start as usize) {
            self.above(comment, lines?);
            return Ok(());
        }
        if !comment.opened {
            return Ok(());
        }
        if comment.placed == Placed::ListItem && flow {
            return Err(RewriteError::NotInPlaceAt {
                at: comment.span.start,
                why: "a comment is an item of a list in `[]`",
            });
        }
        if comment.placed == Placed::ListItem {
            return self.item(comment);
        }
        let start = comment.span.start as usize;
        let with = self.comment_text(comment, start);
        self.edits.push(Edit::replace(comment.span, with));
        Ok(())
    }

    /// Saves a comment that stands behind `sops:` to a line of its own. sops writes one there that it found behind the last
    /// value, if that is a collection.
    fn above(&mut self, comment: &Comment, lines: usize) {
        let key = lines.saturating_add(blanks_at(self.text, lines));
        let mut with = Plaintext::with_capacity(comment.text.len().saturating_add(16));
        super::quote::blanks(column(self.text, key), &mut with);
        with.push(self.comment_text(comment, key).expose());
        with.push(break_near(self.text, lines));
        self.edits.push(Edit::replace(Span::new(lines, lines), with));
    }

    /// Turns an item of a list into a comment line in its place.
    fn item(&mut self, comment: &Comment) -> Result<(), RewriteError> {
        let start = self.dash_of(comment)?;
        let token = first_line(self.text, comment.span);
        let mut with = self.comment_text(comment, start);
        let line_end = line_end(self.text, token.end as usize);
        let rest = self.text.get(token.end as usize..line_end).unwrap_or_default();
        if !rest.trim_ascii().is_empty() {
            // The item had a comment of its own, which goes on a line of its own.
            self.new_line(start, &mut with);
        }
        self.edits
            .push(Edit::replace(Span::new(start, token.end as usize), with));
        let end = line_end.max(comment.span.end as usize);
        without_tabs_below(self.text, &self.cuts, end, &mut self.edits);
        if line_end < comment.span.end as usize {
            self.edits
                .push(Edit::remove(Span::new(line_end, comment.span.end as usize)));
        }
        Ok(())
    }

    /// The comment with its marker; of several lines, each with one, below each other.
    fn comment_text(&self, comment: &Comment, start: usize) -> Plaintext {
        let mut pen = super::pen::Pen::new();
        pen.comment(comment.text.expose(), 0);
        let written = pen.finish();
        let mut with = Plaintext::with_capacity(written.len());
        let written = written.expose();
        let lines = written.strip_suffix(b"\n").unwrap_or(written);
        for (number, line) in lines.split(|byte| *byte == b'\n').enumerate() {
            if number > 0 {
                self.new_line(start, &mut with);
            }
            with.push(line);
        }
        with
    }

    /// Goes to the next line, below `at`.
    fn new_line(&self, at: usize, with: &mut Plaintext) {
        with.push(break_near(self.text, at));
        super::quote::blanks(column(self.text, at), with);
    }

    /// Where the `-` of an item stands that turned out to be a comment.
    fn dash_of(&self, comment: &Comment) -> Result<usize, RewriteError> {
        let before = self.text.get(..comment.span.start as usize).unwrap_or_default();
        let kept = before.trim_ascii_end();
        let same_line = before
            .get(kept.len()..)
            .is_some_and(|blanks| !blanks.contains(&b'\n') && !blanks.contains(&b'\r'));
        match kept.strip_suffix(b"-") {
            Some(rest) if same_line => Ok(rest.len()),
            _ => Err(RewriteError::NotInPlaceAt {
                at: comment.span.start,
                why: "a comment is an item of a list and does not follow its dash",
            }),
        }
    }

    /// A list whose items were all comments would be read as null: `[]` goes below them.
    ///
    /// (sops prints `[]` behind the key and the comments above the next key, in another list or map.)
    fn keep_empty_list(&mut self, list: &List, parent: Span) -> Result<(), RewriteError> {
        if list.nodes().next().is_some() || lies_in(&self.printed, list.span) {
            return Ok(());
        }
        let lowest = list.items.iter().rev().find_map(|item| match item {
            Element::Comment(comment) if comment.opened && comment.placed == Placed::ListItem => {
                Some(comment)
            }
            _ => None,
        });
        let Some(lowest) = lowest else {
            return Ok(());
        };
        let dash = column(self.text, self.dash_of(lowest)?);
        let parent = column(self.text, parent.start as usize);
        let at = line_end(self.text, lowest.span.end as usize);
        let mut with = Plaintext::with_capacity(16);
        with.push(break_near(self.text, at));
        super::quote::blanks(
            if dash > parent {
                dash
            } else {
                parent.saturating_add(self.step)
            },
            &mut with,
        );
        with.push(b"[]");
        self.edits.push(Edit::replace(Span::new(at, at), with));
        Ok(())
    }
}
