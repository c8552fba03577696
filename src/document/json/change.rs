//! Sets and removes members in JSON text; every other byte stays.

use super::print::{Indent, print_exactly};
use super::string::push_escaped;
use crate::document::change::{
    At, Bracket, ChangeError, Edits, Member, Parent, Spot, insert_in_brackets, remove_from_brackets,
};
use crate::document::edit::Edit;
use crate::document::{Key, Node, Span};
use crate::secret::Plaintext;

/// The edits that put `value` there.
pub(in crate::document) fn set(text: &[u8], spot: &Spot<'_>, value: &Node) -> Edits {
    let style = Style::of(text);
    let bracket = bracket(text, spot.parent, &style);
    match spot.at {
        At::Existing(number) => {
            let Some((_, old)) = spot.parent.member(number) else {
                return Err(ChangeError::NoPlace("json"));
            };
            let span = span_of(old);
            let new = style.value(value, bracket.indent_of_line(span.start as usize))?;
            Ok(vec![Edit::replace(span, new)])
        }
        At::NewKey(key) => insert(&bracket, Some(key), value, &style),
        At::NewItem => insert(&bracket, None, value, &style),
    }
}

/// The edits that take the value away.
pub(in crate::document) fn unset(text: &[u8], spot: &Spot<'_>) -> Edits {
    let bracket = bracket(text, spot.parent, &Style::of(text));
    let At::Existing(item) = spot.at else {
        return Err(ChangeError::NoPlace("json"));
    };
    let members = spot.parent.members();
    let number = members.iter().position(|(number, ..)| *number == item);
    Ok(remove_from_brackets(&bracket, number.unwrap_or(members.len())))
}

fn insert(bracket: &Bracket<'_>, key: Option<&[u8]>, value: &Node, style: &Style) -> Edits {
    // The text is made first, as it may fail; its further lines are indented when their place is known.
    let value = print_exactly(value, style.indent).map_err(|_| ChangeError::CannotExpress("json"))?;
    Ok(insert_in_brackets(bracket, |blanks| {
        let mut member = Plaintext::with_capacity(value.len().saturating_mul(2).saturating_add(64));
        if let Some(key) = key {
            push_escaped(&mut member, key);
            member.push(style.colon);
        }
        push_indented(&mut member, value.expose(), blanks);
        member
    }))
}

/// JSON strings hold no line breaks, so those of a text are all its own.
fn push_indented(out: &mut Plaintext, text: &[u8], blanks: &[u8]) {
    for (number, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            out.push(b"\n");
            out.push(blanks);
        }
        out.push(line);
    }
}

fn bracket<'t>(text: &'t [u8], parent: Parent<'_>, style: &Style) -> Bracket<'t> {
    let member = |(_, key, node): (usize, Option<&Key>, &Node)| Member {
        start: key.map_or(span_of(node).start, |key| key.span.start) as usize,
        end: span_of(node).end as usize,
    };
    Bracket {
        text,
        span: match parent {
            Parent::Map(map) => map.span,
            Parent::List(list) => list.span,
        },
        members: parent.members().into_iter().map(member).collect(),
        unit: style.unit(),
        comments: false,
    }
}

fn span_of(node: &Node) -> Span {
    match node {
        Node::Leaf(leaf) => leaf.slot.span,
        Node::Map(map) => map.span,
        Node::List(list) => list.span,
    }
}

/// How the file is laid out; an empty object as sops does it.
struct Style {
    indent: Indent,
    colon: &'static [u8],
}

impl Style {
    fn of(text: &[u8]) -> Self {
        let inside = text
            .iter()
            .position(|byte| *byte == b'{')
            .map_or(0, |at| at.saturating_add(1));
        let inside = text.get(inside..).unwrap_or_default();
        let gap = inside
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let (gap, first) = inside.split_at_checked(gap).unwrap_or((inside, &[]));
        let line = gap.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        let indent = match (first.first(), gap.contains(&b'\n'), line) {
            (Some(b'}') | None, ..) | (_, true, [b'\t', ..]) => Indent::Tab,
            (_, false, _) => Indent::Compact,
            (_, true, blanks) => Indent::Spaces(blanks.len()),
        };
        let colon = first.windows(2).find(|pair| pair.first() == Some(&b':'));
        let glued = indent == Indent::Compact
            && colon.is_some_and(|pair| pair.last().is_some_and(|next| !next.is_ascii_whitespace()));
        Self {
            indent,
            colon: if glued { b":" } else { b": " },
        }
    }

    fn unit(&self) -> Option<Plaintext> {
        match self.indent {
            Indent::Tab => Some(Plaintext::from("\t")),
            Indent::Spaces(blanks) => Some(Plaintext::new(vec![b' '; blanks])),
            Indent::Compact => None,
        }
    }

    fn value(&self, value: &Node, blanks: &[u8]) -> Result<Plaintext, ChangeError> {
        let value = print_exactly(value, self.indent).map_err(|_| ChangeError::CannotExpress("json"))?;
        let mut out = Plaintext::with_capacity(value.len().saturating_mul(2));
        push_indented(&mut out, value.expose(), blanks);
        Ok(out)
    }
}
