//! Spells one decrypted value in the place of its ciphertext.

use super::cut::Cuts;
use super::lines::{blanks_at, break_length, break_near, column, line_end};
use super::quote::{self, literal_keeps_breaks};
use super::scalar::Scalar;
use super::style::{Style, is_break};
use crate::document::edit::{Edit, RewriteError};
use crate::document::{Leaf, Slot, SlotKind, Span, Value};
use crate::secret::Plaintext;

/// Where a value stands.
pub(super) struct Place<'a> {
    pub(super) text: &'a [u8],
    pub(super) cuts: &'a Cuts,
    /// How far the file indents.
    pub(super) step: usize,
    /// It is an item of a list, not the value of a key.
    pub(super) in_list: bool,
}

/// What a value is replaced with: a piece on its line and, for literal blocks, lines below.
struct Spelling<'a> {
    scalar: Scalar<'a>,
    style: Style,
    tag: Option<&'static str>,
}

impl Spelling<'_> {
    /// Whether the text is a literal block that ends in U+2028 or U+2029, which end the line without a line feed.
    fn ends_its_line(&self) -> bool {
        self.style == Style::Literal && self.scalar.text.as_str().ends_with(['\u{2028}', '\u{2029}'])
    }
}

impl Place<'_> {
    /// Adds the edits that put the value of `leaf` into its slot.
    pub(super) fn put(&self, leaf: &Leaf, edits: &mut Vec<Edit>) -> Result<(), RewriteError> {
        self.put_value(&leaf.value, &leaf.slot, edits)
    }

    /// Adds the edits that put `value` into `slot`.
    pub(super) fn put_value(
        &self,
        value: &Value,
        slot: &Slot,
        edits: &mut Vec<Edit>,
    ) -> Result<(), RewriteError> {
        if slot.aliased {
            return Err(RewriteError::NotInPlaceAt {
                at: slot.span.start,
                why: "it is shared by an alias",
            });
        }
        let token = first_line(self.text, slot.span);
        let body = self.body_of(slot, token);
        let spelling = self.spelling(value, slot, body.end as usize);
        if let Some(tag) = slot.tag
            && (spelling.tag.is_some() || !matches!(value, Value::Str(_)))
        {
            let end = tag.end as usize;
            let glue = blanks_at(self.text, end);
            let followed = end.saturating_add(glue) <= slot.span.start as usize;
            edits.push(Edit::remove(Span::new(
                tag.start as usize,
                if followed { end.saturating_add(glue) } else { end },
            )));
        }
        edits.push(Edit::replace(token, self.on_its_line(&spelling, slot, token)));
        if slot.kind == SlotKind::Plain && spelling.style != Style::Plain {
            without_tabs_below(self.text, self.cuts, body.end as usize, edits);
        }
        let below = self.below(&spelling, slot);
        let body = if spelling.ends_its_line() {
            let end = body.end as usize;
            Span::new(
                body.start as usize,
                end.saturating_add(break_length(self.text, end)),
            )
        } else {
            body
        };
        if body.start < body.end || !below.is_empty() {
            edits.push(Edit::replace(body, below));
        }
        Ok(())
    }

    /// The lines below: of a block scalar, its body with the break before it; else an empty place.
    fn body_of(&self, slot: &Slot, token: Span) -> Span {
        if slot.flow {
            // Nothing goes below a value in `[]` or `{}`, and the line may be as long as the file.
            return Span {
                start: token.end,
                end: token.end,
            };
        }
        let start = line_end(self.text, token.end as usize);
        let end = if is_block(slot) {
            start.max(slot.span.end as usize)
        } else {
            start
        };
        Span::new(start, end)
    }

    fn spelling<'v>(&self, value: &'v Value, slot: &Slot, body_end: usize) -> Spelling<'v> {
        let scalar = Scalar::of(value);
        let text = scalar.text.as_str();
        let quoted = if scalar.single_on_one_line {
            Style::Single
        } else {
            Style::Double
        };
        let style = match (value, slot.kind) {
            (Value::Str(_), SlotKind::SingleQuoted) => quoted,
            (Value::Str(_), SlotKind::DoubleQuoted) => Style::Double,
            (Value::Str(_), _) if slot.flow => Style::Double,
            _ if scalar.style == Style::Literal && !self.literal_fits(text, slot, body_end) => Style::Double,
            _ => scalar.style,
        };
        // The two characters `<<` need their mark only without quotes.
        let tag = scalar
            .tag
            .filter(|tag| *tag != "!!merge" || style == Style::Plain);
        Spelling { scalar, style, tag }
    }

    /// Whether a literal block at this place would be read back as `text`.
    fn literal_fits(&self, text: &str, slot: &Slot, body_end: usize) -> bool {
        // The last break of the text takes the place of the line's own, so there must be one.
        if text.ends_with(is_break) && break_length(self.text, body_end) == 0 {
            return false;
        }
        let keeps = literal_keeps_breaks(text);
        let indent = self.indent(slot);
        let mut at = body_end;
        loop {
            let length = break_length(self.text, at);
            if length == 0 {
                return true;
            }
            at = self.cuts.next_kept(at.saturating_add(length));
            let blanks = blanks_at(self.text, at);
            at = at.saturating_add(blanks);
            match self.text.get(at) {
                None => return blanks <= indent && !(keeps && blanks > 0),
                Some(b'\t') => return false,
                Some(_) if break_length(self.text, at) == 0 => return blanks < indent,
                // An empty line: not part of the text, unless the block keeps all breaks.
                Some(_) if keeps || blanks > indent => return false,
                Some(_) => {}
            }
        }
    }

    /// The column of lines below the value.
    fn indent(&self, slot: &Slot) -> usize {
        let parent = parent(slot);
        if self.in_list {
            return parent.saturating_add(2);
        }
        let steps = parent.checked_div(self.step).unwrap_or(parent);
        steps.saturating_add(1).saturating_mul(self.step)
    }

    fn on_its_line(&self, spelling: &Spelling<'_>, slot: &Slot, token: Span) -> Plaintext {
        let text = spelling.scalar.text.as_str();
        let indent = self.indent(slot);
        let mut out = Plaintext::with_capacity(text.len().saturating_add(32));
        if is_block(slot) {
            // The indicator of a block scalar may stand where no other value may: left of everything else.
            let column = column(self.text, token.start as usize);
            quote::blanks(parent(slot).saturating_add(1).saturating_sub(column), &mut out);
        }
        if let Some(tag) = spelling.tag {
            out.push(tag.as_bytes());
            out.push(b" ");
        }
        match spelling.style {
            Style::Plain => out.push(text.as_bytes()),
            Style::Single => quote::single(text, indent, &mut out),
            Style::Double if spelling.tag == Some("!!binary") => {
                // Base64 on one line.
                out.push(b"\"");
                text.split('\n').for_each(|line| out.push(line.as_bytes()));
                out.push(b"\"");
            }
            Style::Double => quote::double(text, &mut out),
            Style::Literal => {
                let step = indent.saturating_sub(parent(slot));
                quote::literal_header(text, step, &mut out);
            }
        }
        let next = self.text.get(token.end as usize).copied();
        let glued = next.is_some_and(|next| !matches!(next, b' ' | b'\t' | b',' | b']' | b'}'));
        if glued && break_length(self.text, token.end as usize) == 0 {
            out.push(b" ");
        }
        out
    }

    /// The body of a literal block, with the break before it and without the one behind it.
    fn below(&self, spelling: &Spelling<'_>, slot: &Slot) -> Plaintext {
        if spelling.style != Style::Literal {
            return Plaintext::default();
        }
        let text = spelling.scalar.text.as_str();
        let mut out = Plaintext::with_capacity(text.len().saturating_mul(2));
        let line_break = break_near(self.text, slot.span.end as usize);
        out.push(line_break);
        quote::literal_body(
            text.strip_suffix('\n').unwrap_or(text),
            self.indent(slot),
            line_break,
            &mut out,
        );
        out
    }
}

/// Tabs on empty lines are part of a plain scalar above them; below anything else they are errors, so they go.
pub(super) fn without_tabs_below(text: &[u8], cuts: &Cuts, line_end: usize, edits: &mut Vec<Edit>) {
    let mut at = line_end;
    loop {
        let length = break_length(text, at);
        let start = at.saturating_add(length);
        if length == 0 || cuts.next_kept(start) != start {
            return;
        }
        let rest = text.get(start..).unwrap_or_default();
        let blank = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t'))
            .count();
        let end = start.saturating_add(blank);
        if rest.iter().take(blank).any(|byte| *byte == b'\t') {
            edits.push(Edit::remove(Span::new(start, end)));
        }
        at = end;
    }
}

/// The part of a scalar that stands on its first line: of a block scalar, its header without comment; of others, all.
pub(super) fn first_line(text: &[u8], scalar: Span) -> Span {
    let header = scalar.of(text);
    if !header.starts_with(b"|") && !header.starts_with(b">") {
        return scalar;
    }
    let length = header
        .iter()
        .take_while(|byte| matches!(byte, b'|' | b'>' | b'+' | b'-' | b'0'..=b'9'))
        .count();
    let start = scalar.start as usize;
    Span::new(start, start.saturating_add(length))
}

/// The column of the collection around the value.
fn parent(slot: &Slot) -> usize {
    usize::try_from(slot.parent_column).unwrap_or(0)
}

fn is_block(slot: &Slot) -> bool {
    matches!(slot.kind, SlotKind::Literal | SlotKind::Folded)
}
