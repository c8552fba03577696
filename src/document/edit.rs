//! Replaces pieces of a text and leaves every other byte as it is.

use super::Span;
use crate::secret::Plaintext;

/// One replacement: the bytes at `span` become `with`. An empty span inserts, an empty `with` removes.
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// What stands there afterwards.
    pub with: Plaintext,
}

impl Edit {
    /// Puts `with` in the place of `span`.
    pub fn replace(span: Span, with: Plaintext) -> Self {
        Self { span, with }
    }

    /// Takes `span` out.
    pub fn remove(span: Span) -> Self {
        Self {
            span,
            with: Plaintext::default(),
        }
    }
}

/// A list of edits that cannot be applied: a mistake of whoever made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits share a byte.
    #[error("two replacements overlap")]
    Overlap,
    /// An edit reaches beyond the text.
    #[error("a replacement lies outside the text")]
    Outside,
}

/// A document that cannot be rewritten in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RewriteError {
    /// A value stands where its text cannot be replaced alone (it is shared by an alias, say); the document can
    /// still be printed anew.
    #[error("a value cannot be put back in its place: {0}")]
    NotInPlace(&'static str),
    /// The same, of the value or comment at one place.
    #[error("a value cannot be put back in its place: {why}")]
    NotInPlaceAt {
        /// Byte offset.
        at: u32,
        /// Why.
        why: &'static str,
    },
    /// The format has no spelling for a value.
    #[error("the format cannot express a value: {0}")]
    CannotExpress(&'static str),
    /// The replacements do not fit together.
    #[error("the text and its tree do not belong together")]
    Edit(#[from] EditError),
}

impl RewriteError {
    /// The place that is the reason, if there is one.
    pub fn at(&self) -> Option<u32> {
        match self {
            Self::NotInPlaceAt { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// Applies all edits to `text` at once, into a buffer that is allocated once.
///
/// The edits are sorted by place; of several at one place, insertions go in the order in which they were made, before a replacement that begins there.
pub fn apply(text: &[u8], edits: &mut [Edit]) -> Result<Plaintext, EditError> {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut output = Plaintext::with_capacity(length_after(text, edits)?);
    let mut kept = 0;
    for edit in edits.iter() {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        output.push(text.get(kept..start).ok_or(EditError::Overlap)?);
        output.push(edit.with.expose());
        kept = end;
    }
    output.push(text.get(kept..).ok_or(EditError::Outside)?);
    Ok(output)
}

/// Where places of a text (ascending) lie once `edits` are applied, which [`apply`] has sorted: behind everything that is
/// put in at or before them.
pub fn places_after(edits: &[Edit], places: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut edits, mut added, mut removed) = (edits.iter().peekable(), 0_usize, 0_usize);
    let after = |at: usize| {
        while let Some(edit) = edits.next_if(|edit| edit.span.end as usize <= at) {
            added = added.saturating_add(edit.with.len());
            removed =
                removed.saturating_add((edit.span.end as usize).saturating_sub(edit.span.start as usize));
        }
        at.saturating_add(added).saturating_sub(removed)
    };
    places.map(after).collect()
}

/// The place in the old text that became `place` by `edits`, which [`apply`] has sorted; the start of the edit that wrote it
/// if one did.
pub fn place_before(edits: &[Edit], place: usize) -> usize {
    let (mut old, mut new) = (0_usize, 0_usize);
    for edit in edits {
        let start = edit.span.start as usize;
        let written = new.saturating_add(start.saturating_sub(old));
        if place < written {
            break;
        }
        new = written.saturating_add(edit.with.len());
        old = edit.span.end as usize;
        if place < new {
            return start;
        }
    }
    old.saturating_add(place.saturating_sub(new))
}

/// Checks the order of sorted edits and adds up the length of the result.
fn length_after(text: &[u8], edits: &[Edit]) -> Result<usize, EditError> {
    let mut kept = 0;
    let mut length = text.len();
    for edit in edits {
        let (start, end) = (edit.span.start as usize, edit.span.end as usize);
        if end < start || end > text.len() {
            return Err(EditError::Outside);
        }
        if start < kept {
            return Err(EditError::Overlap);
        }
        kept = end;
        length = length
            .saturating_sub(end.saturating_sub(start))
            .saturating_add(edit.with.len());
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(start: usize, end: usize, with: &str) -> Edit {
        Edit::replace(Span::new(start, end), Plaintext::from(with))
    }

    fn applied(text: &str, mut edits: Vec<Edit>) -> Result<String, EditError> {
        apply(text.as_bytes(), &mut edits).map(|text| String::from_utf8_lossy(text.expose()).into_owned())
    }

    #[test]
    fn every_byte_outside_the_edits_stays() {
        let edits = vec![
            edit(4, 5, "long"),
            edit(0, 1, ""),
            edit(2, 2, "+"),
            edit(6, 6, "!"),
        ];
        assert_eq!(applied("abcdef", edits).as_deref(), Ok("b+cdlongf!"));
        assert_eq!(applied("abc", vec![]).as_deref(), Ok("abc"));
    }

    #[test]
    fn insertions_at_one_place_keep_their_order_and_precede_a_replacement() {
        let edits = vec![edit(1, 2, "B"), edit(1, 1, "x"), edit(1, 1, "y")];
        assert_eq!(applied("abc", edits).as_deref(), Ok("axyBc"));
    }

    #[test]
    fn edits_that_overlap_or_lie_outside_are_refused() {
        assert_eq!(
            applied("abc", vec![edit(0, 2, ""), edit(1, 3, "")]),
            Err(EditError::Overlap)
        );
        assert_eq!(applied("abc", vec![edit(2, 4, "")]), Err(EditError::Outside));
        assert_eq!(applied("abc", vec![edit(2, 1, "")]), Err(EditError::Outside));
        assert_eq!(
            applied("abc", vec![edit(0, 3, ""), edit(1, 1, "x")]),
            Err(EditError::Overlap)
        );
    }

    #[test]
    fn a_place_of_the_new_text_is_found_in_the_old_one() {
        let mut edits = vec![edit(1, 2, "xyz"), edit(3, 3, "--"), edit(4, 6, "")];
        assert_eq!(apply(b"abcdefg", &mut edits).unwrap().expose(), b"axyzc--dg");
        let places: Vec<usize> = (0..9).map(|place| place_before(&edits, place)).collect();
        assert_eq!(places, [0, 1, 1, 1, 2, 3, 3, 3, 6]);
    }

    #[test]
    fn the_buffer_has_its_final_length_from_the_start() {
        let mut edits = vec![edit(1, 2, "xyz"), edit(3, 3, "--")];
        assert_eq!(length_after(b"abcd", &edits), Ok(8));
        assert_eq!(apply(b"abcd", &mut edits).map(|text| text.len()), Ok(8));
    }
}
