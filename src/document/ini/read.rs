//! INI text to a tree, line by line.

use std::collections::HashMap;

use super::blank::{leading, trim, trim_end};
use super::comment::Pending;
use super::value::{find_last, is_quoted, opening, read_key};
use crate::document::{
    Comment, Document, Entry, Format, Item, Key, KeyKind, Leaf, Limits, Map, Node, NodeBudget, Overwritten,
    Part, ReadError, ReadErrorKind, Slot, SlotKind, Span, Value,
};
use crate::secret::Plaintext;

/// Reads an INI file. The last assignment to a key counts, at the place of the first one; the others are in
/// [`Document::overwritten`].
pub fn read(input: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    limits.check_size(input)?;
    let start = byte_order_mark(input);
    let whole = Span::new(0, input.len());
    let mut reader = Reader {
        input,
        at: start,
        budget: NodeBudget::new(*limits),
        pending: Pending::default(),
        section: Section::new(b"DEFAULT", Span::new(start, start), None),
        sections: Vec::new(),
        overwritten: Vec::new(),
    };
    reader.budget.node(input, whole)?;
    reader.budget.node(input, whole)?;
    while reader.at < input.len() {
        reader.line()?;
    }
    reader.close_section();
    let root = Map {
        items: reader.sections,
        span: whole,
        flow: false,
    };
    let mut document = Document::new(Format::Ini, vec![Part { root, span: whole }]);
    document.overwritten = reader.overwritten;
    Ok(document)
}

/// Length of the mark that go-ini skips. That of UTF-16 is skipped as well; the text is not converted.
fn byte_order_mark(input: &[u8]) -> usize {
    match input {
        [0xfe, 0xff, ..] | [0xff, 0xfe, ..] => 2,
        [0xef, 0xbb, 0xbf, ..] => 3,
        _ => 0,
    }
}

/// A key with its value and comment.
struct Assignment {
    key: Key,
    leaf: Leaf,
    comment: Option<Comment>,
}

/// The section that is being read.
struct Section {
    key: Key,
    comment: Option<Comment>,
    assignments: Vec<Assignment>,
    places: HashMap<Box<[u8]>, usize>,
    /// What a key `-` is called next.
    counter: u32,
    end: usize,
}

impl Section {
    fn new(name: &[u8], span: Span, comment: Option<Comment>) -> Self {
        Self {
            key: Key {
                text: name.into(),
                kind: KeyKind::Str,
                span,
            },
            comment,
            assignments: Vec::new(),
            places: HashMap::new(),
            counter: 1,
            end: span.end as usize,
        }
    }

    fn into_item(self) -> Item {
        let span = Span::new(self.key.span.start as usize, self.end);
        let mut items: Vec<_> = self.comment.into_iter().map(Item::Comment).collect();
        for assignment in self.assignments {
            items.push(Item::Entry(Entry {
                key: assignment.key,
                value: Node::Leaf(assignment.leaf),
            }));
            items.extend(assignment.comment.map(Item::Comment));
        }
        Item::Entry(Entry {
            key: self.key,
            value: Node::Map(Map {
                items,
                span,
                flow: false,
            }),
        })
    }
}

struct Reader<'t> {
    input: &'t [u8],
    at: usize,
    budget: NodeBudget,
    pending: Pending,
    section: Section,
    sections: Vec<Item>,
    overwritten: Vec<Overwritten>,
}

impl<'t> Reader<'t> {
    fn fault(&self, at: usize, why: &'static str) -> ReadError {
        ReadError::at(self.input, Span::new(at, at), ReadErrorKind::Syntax(why))
    }

    /// The next line with its line break, and where it begins. Empty at the end of the input.
    fn next_line(&mut self) -> (usize, &'t [u8]) {
        let start = self.at;
        let rest = self.input.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |at| at.saturating_add(1));
        self.at = start.saturating_add(length);
        (start, rest.get(..length).unwrap_or_default())
    }

    fn line(&mut self) -> Result<(), ReadError> {
        let (start, line) = self.next_line();
        let blanks = leading(line);
        let start = start.saturating_add(blanks);
        let line = line.get(blanks..).unwrap_or_default();
        let span = Span::new(start, start.saturating_add(line.len()));
        match line.first() {
            None => Ok(()),
            Some(b'#' | b';') => {
                self.budget.comment(self.input, span)?;
                self.pending.line(span);
                Ok(())
            }
            Some(b'[') => self.header(start, line),
            Some(_) => self.assignment(start, line),
        }
    }

    fn header(&mut self, start: usize, line: &[u8]) -> Result<(), ReadError> {
        self.budget.node(self.input, Span::new(start, start))?;
        let Some(close) = line.iter().rposition(|byte| *byte == b']') else {
            return Err(self.fault(start, "the header of a section is not closed"));
        };
        let name = line.get(1..close).unwrap_or_default();
        if name.is_empty() {
            return Err(self.fault(start, "a section has no name"));
        }
        let token = close.saturating_add(1);
        self.inline_comment(start.saturating_add(token), line.get(token..).unwrap_or_default());
        let comment = self.pending.take(self.input);
        self.close_section();
        self.section = Section::new(name, Span::new(start, start.saturating_add(token)), comment);
        self.section.end = start.saturating_add(trim_end(line).len());
        Ok(())
    }

    fn close_section(&mut self) {
        let next = Section::new(b"", Span::default(), None);
        self.sections
            .push(std::mem::replace(&mut self.section, next).into_item());
    }

    /// Takes note of a comment that begins anywhere in `text`.
    fn inline_comment(&mut self, start: usize, text: &[u8]) {
        if let Some(marker) = text.iter().position(|byte| matches!(byte, b'#' | b';')) {
            let end = start.saturating_add(text.len());
            self.pending.inline(Span::new(start.saturating_add(marker), end));
        }
    }

    fn assignment(&mut self, start: usize, line: &'t [u8]) -> Result<(), ReadError> {
        self.budget.node(self.input, Span::new(start, start))?;
        let text = read_key(line).map_err(|why| self.fault(start, why))?;
        let name = if text.name == b"-" {
            let name = format!("#{}", self.section.counter).into_bytes();
            self.section.counter = self.section.counter.saturating_add(1);
            name
        } else {
            text.name.to_vec()
        };
        let behind = line.get(text.value..).unwrap_or_default();
        let leaf = self.value(start.saturating_add(text.value), behind)?;
        // Comments may stand behind the value on its line.
        let line_end = trim_end(self.input.get(start..self.at).unwrap_or_default()).len();
        self.section.end = start.saturating_add(line_end);
        let assignment = Assignment {
            key: Key {
                text: name.into_boxed_slice(),
                kind: KeyKind::Str,
                span: Span::new(start, start.saturating_add(text.token)),
            },
            leaf,
            comment: self.pending.take(self.input),
        };
        self.assign(assignment);
        Ok(())
    }

    fn assign(&mut self, assignment: Assignment) {
        let place = self.section.places.get(&assignment.key.text).copied();
        let known = place.and_then(|place| self.section.assignments.get_mut(place));
        if let Some(known) = known {
            let earlier = std::mem::replace(known, assignment);
            self.overwritten.push(Overwritten {
                path: vec![self.section.key.text.clone(), earlier.key.text],
                key: earlier.key.span,
                assignment: Span {
                    start: earlier.key.span.start,
                    end: earlier.leaf.slot.span.end,
                },
            });
        } else {
            let place = self.section.assignments.len();
            self.section.places.insert(assignment.key.text.clone(), place);
            self.section.assignments.push(assignment);
        }
    }

    /// The value whose text begins at `start`, to the end of the line at least.
    fn value(&mut self, start: usize, text: &'t [u8]) -> Result<Leaf, ReadError> {
        let blanks = leading(text);
        let line = text.get(blanks..).unwrap_or_default();
        if line.is_empty() {
            let gap = text
                .iter()
                .take_while(|byte| matches!(byte, b' ' | b'\t'))
                .count();
            let place = start.saturating_add(gap);
            return Ok(leaf(Plaintext::default(), place, place));
        }
        let start = start.saturating_add(blanks);
        if let Some(quote) = opening(line) {
            return self.quoted(start, line, quote);
        }
        let line = trim_end(line);
        if let Some(first) = line.strip_suffix(b"\\") {
            return Ok(self.continued(start, first));
        }
        let mut value = line;
        if let Some(marker) = line.iter().position(|byte| matches!(byte, b'#' | b';')) {
            self.inline_comment(start, line);
            value = trim(line.get(..marker).unwrap_or_default());
        }
        let end = start.saturating_add(value.len());
        if is_quoted(value, b'\'') || is_quoted(value, b'"') {
            value = value.get(1..value.len().saturating_sub(1)).unwrap_or_default();
        }
        Ok(leaf(value.into(), start, end))
    }

    /// A value in back quotes or three double quotes, possibly of several lines. What follows the last closing quote
    /// of the first line is dropped, on further lines it may be a comment; both as in go-ini.
    fn quoted(&mut self, start: usize, line: &[u8], quote: &[u8]) -> Result<Leaf, ReadError> {
        let inner = start.saturating_add(quote.len());
        let first = line.get(quote.len()..).unwrap_or_default();
        let close = if let Some(close) = find_last(first, quote) {
            inner.saturating_add(close)
        } else {
            loop {
                if self.at >= self.input.len() {
                    return Err(self.fault(start, "the quote of a value is not closed"));
                }
                let (start, next) = self.next_line();
                let Some(close) = find_last(next, quote) else {
                    continue;
                };
                let rest = next.get(close.saturating_add(quote.len())..).unwrap_or_default();
                if trim(rest).ends_with(b"\\") {
                    continue;
                }
                let close = start.saturating_add(close);
                let end = start.saturating_add(trim_end(next).len());
                self.inline_comment(close, self.input.get(close..end).unwrap_or_default());
                break close;
            }
        };
        let value = self.input.get(inner..close).unwrap_or_default();
        Ok(leaf(value.into(), start, close.saturating_add(quote.len())))
    }

    /// A value whose line ends with a backslash. Nothing in it is a comment or a quote.
    fn continued(&mut self, start: usize, first: &[u8]) -> Leaf {
        let mut value = Plaintext::from(first);
        let mut end = start.saturating_add(first.len()).saturating_add(1);
        while self.at < self.input.len() {
            let (start, next) = self.next_line();
            let text = trim(next);
            if text.is_empty() {
                break;
            }
            end = start.saturating_add(trim_end(next).len());
            if let Some(text) = text.strip_suffix(b"\\") {
                value.push(text);
            } else {
                value.push(text);
                break;
            }
        }
        leaf(value, start, end)
    }
}

fn leaf(value: Plaintext, start: usize, end: usize) -> Leaf {
    Leaf::read(
        Value::Str(value),
        Slot::simple(Span::new(start, end), SlotKind::IniValue),
    )
}
