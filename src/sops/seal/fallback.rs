//! What is done about a text that cannot be sealed in its own place (documents.md §7.8): the smallest map or list around the
//! reason is printed anew, then the one around that, at last the whole text.

use super::{SealError, SealNote, SealedText, Sealing, Stuck, in_own_text, plain};
use crate::document::anew::{Anew, Chosen, Collection, rounds, text_with};
use crate::document::fill::{Stop, each_stop};
use crate::document::render::{self, Indents};
use crate::document::{Document, Format, same_values};
use crate::sops::KeyPath;
use crate::sops::cipher::Cipher;

/// Seals `source`, which is `stuck`, with what had to be printed anew among the notes.
pub(super) fn sealed(
    source: &[u8],
    document: &Document,
    stuck: Stuck,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<SealedText, SealError> {
    let (error, smallest) = match stuck {
        Stuck::Refused(error) => return Err(error),
        Stuck::NotInPlace(error, smallest) => (error, smallest),
    };
    if let Some(smallest) = smallest.filter(|_| sealing.format == Format::Yaml)
        && let Some(sealed) = with_collections(source, document, smallest, sealing, cipher, random)?
    {
        return Ok(sealed);
    }
    let printed = render::print_whole(source, document)?;
    let again = plain::read(printed.expose(), sealing.format)?;
    plain::admit(printed.expose(), &again)?;
    if !same_values(document, &again) {
        return Err(error.into());
    }
    match in_own_text(printed.expose(), &again, sealing, cipher, random) {
        Ok(mut sealed) => {
            sealed.notes.push(SealNote::ReprintedWhole);
            Ok(sealed)
        }
        Err(Stuck::NotInPlace(error, _)) => Err(error.into()),
        Err(Stuck::Refused(error)) => Err(error),
    }
}

/// `sealed`, or the whole text as sops would print it, if sops then sees every comment and would drop one of `sealed`.
pub(super) fn without_loss(
    document: &Document,
    sealed: SealedText,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> SealedText {
    if forgets(&sealed)
        && let Some(printed) = printed_without_loss(document, sealing, cipher, random)
    {
        printed
    } else {
        sealed
    }
}

/// Whether sops would drop a comment of a new file.
fn forgets(sealed: &SealedText) -> bool {
    let forgotten = |note: &SealNote| matches!(note, SealNote::CommentForgotten { .. });
    sealed.notes.iter().any(forgotten)
}

fn printed_without_loss(
    document: &Document,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Option<SealedText> {
    let printed = render::print(document, sealing.format, Indents::default()).ok()?;
    let again = plain::read(printed.expose(), sealing.format).ok()?;
    let comments = |document: &Document| {
        let mut count = 0_usize;
        each_stop(document, &mut |stop| {
            count = count.saturating_add(usize::from(matches!(stop, Stop::Comment(_))));
        });
        count
    };
    let same = document.lost.is_empty()
        && again.lost.is_empty()
        && same_values(document, &again)
        && comments(document) == comments(&again);
    let mut sealed = in_own_text(printed.expose(), &again, sealing, cipher, random)
        .ok()
        .filter(|sealed| same && !forgets(sealed))?;
    sealed.notes.push(SealNote::ReprintedWhole);
    Some(sealed)
}

/// With the smallest collections printed anew that help; none if nothing less than the whole text does.
fn with_collections(
    source: &[u8],
    document: &Document,
    smallest: Collection,
    sealing: &Sealing<'_>,
    cipher: &Cipher,
    random: &mut dyn FnMut(&mut [u8]),
) -> Result<Option<SealedText>, SealError> {
    let mut chosen = Chosen::default();
    let mut goes_on = chosen.add(document, smallest);
    for _ in 0..rounds(source.len()) {
        if !goes_on {
            return Ok(None);
        }
        let (text, again) = match text_with(source, document, &[], &chosen) {
            Ok(made) => made,
            Err(stuck) => {
                goes_on = chosen.widen(document, &stuck);
                continue;
            }
        };
        match in_own_text(text.expose(), &again, sealing, cipher, random) {
            Ok(mut sealed) => {
                sealed.notes.extend(chosen.names(document).into_iter().map(note));
                return Ok(Some(sealed));
            }
            Err(Stuck::Refused(error)) => return Err(error),
            Err(Stuck::NotInPlace(_, smallest)) => {
                goes_on = smallest.is_some_and(|smallest| chosen.add(document, smallest));
            }
        }
    }
    Ok(None)
}

fn note(anew: Anew) -> SealNote {
    match anew {
        Anew::Collection { document, keys } => SealNote::Reprinted {
            path: KeyPath { document, keys },
        },
        Anew::Whole => SealNote::ReprintedWhole,
    }
}
