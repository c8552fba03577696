//! Character classes: brackets, names, properties, and case folding.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

use super::GoRegexError;
use super::escape::{Input, character};
use super::names::{Ascii, Property, perl, posix, property};

/// The flags that change what matches.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    /// `i`: Unicode's simple case folding.
    pub(super) fold: bool,
    /// `m`: `^` and `$` match at lines.
    pub(super) multi_line: bool,
    /// `s`: `.` matches a newline.
    pub(super) dot_newline: bool,
}

/// Ranges in all classes of an expression (R-F07).
const RANGES: usize = 200_000;
/// Characters that are folded in all classes of an expression (R-F07).
const FOLDED: usize = 4_000_000;
/// Folding changes nothing outside.
const FOLDABLE: (u32, u32) = (0x41, 0x1_e943);

/// Makes classes and counts what they cost.
#[derive(Default)]
pub(super) struct Classes {
    ranges: usize,
    folded: usize,
}

/// A class while it is read: members that are folded at the end, and others.
#[derive(Default)]
struct Members {
    to_fold: Vec<ClassUnicodeRange>,
    as_is: Vec<ClassUnicodeRange>,
}

impl Classes {
    /// `.`
    pub(super) fn dot(flags: Flags) -> ClassUnicode {
        let mut class = ClassUnicode::empty();
        if !flags.dot_newline {
            class.push(ClassUnicodeRange::new('\n', '\n'));
        }
        class.negate();
        class
    }

    /// One code point, with its case variants if wanted; none if it is a surrogate.
    pub(super) fn single(
        &mut self,
        code: u32,
        flags: Flags,
        input: &Input<'_>,
    ) -> Result<ClassUnicode, GoRegexError> {
        let mut members = Members::default();
        self.range(&mut members, code, code, flags, input)?;
        self.finish(members, input)
    }

    /// `\w` and the like.
    pub(super) fn perl(
        &mut self,
        letter: char,
        flags: Flags,
        input: &Input<'_>,
    ) -> Result<ClassUnicode, GoRegexError> {
        let mut members = Members::default();
        if let Some((ascii, negated)) = perl(letter) {
            self.ascii(&mut members, ascii, negated, flags, input)?;
        }
        self.finish(members, input)
    }

    /// `\p{Greek}`, `\pL`, `\P{^Lu}` with the input at the backslash.
    pub(super) fn property(
        &mut self,
        input: &mut Input<'_>,
        flags: Flags,
    ) -> Result<ClassUnicode, GoRegexError> {
        let unknown = input.error("this character class does not exist");
        input.next();
        let mut negated = input.next() == Some('P');
        let mut buffer = [0; 4];
        let mut name = match input.next().ok_or(unknown)? {
            '{' => {
                if !input.rest().contains('}') {
                    return Err(unknown);
                }
                input.until("}")
            }
            single => single.encode_utf8(&mut buffer),
        };
        if let Some(rest) = name.strip_prefix('^') {
            negated = !negated;
            name = rest;
        }
        let mut class = members_of(property(name).ok_or(unknown)?).ok_or(unknown)?;
        self.count(class.ranges().len(), input)?;
        if flags.fold {
            class = self.fold(class, input)?;
        }
        if negated {
            class.negate();
        }
        Ok(class)
    }

    /// `[...]` with the input at the bracket.
    pub(super) fn bracket(
        &mut self,
        input: &mut Input<'_>,
        flags: Flags,
    ) -> Result<ClassUnicode, GoRegexError> {
        let open = input.error("a character class is not closed");
        input.next();
        let negated = input.peek() == Some('^');
        if negated {
            input.next();
        }
        let mut members = Members::default();
        let mut first = true;
        loop {
            match input.peek() {
                None => return Err(open),
                Some(']') if !first => break,
                Some('[') if self.posix(&mut members, input, flags)? => {}
                Some('\\') if matches!(input.second(), Some('p' | 'P')) => {
                    let class = self.property(input, flags)?;
                    self.count(class.ranges().len(), input)?;
                    members.as_is.extend_from_slice(class.ranges());
                }
                Some('\\') => match input.second().and_then(perl) {
                    Some((ascii, negated)) => {
                        input.skip(2);
                        self.ascii(&mut members, ascii, negated, flags, input)?;
                    }
                    None => self.member(&mut members, input, flags, open)?,
                },
                Some(_) => self.member(&mut members, input, flags, open)?,
            }
            first = false;
        }
        input.next();
        let mut class = self.finish(members, input)?;
        if negated {
            class.negate();
        }
        Ok(class)
    }

    /// A character or a range of them.
    fn member(
        &mut self,
        members: &mut Members,
        input: &mut Input<'_>,
        flags: Flags,
        open: GoRegexError,
    ) -> Result<(), GoRegexError> {
        let low = class_character(input, open)?;
        let mut high = low;
        // `[a-]` holds a hyphen.
        if input.peek() == Some('-') && input.second().is_some_and(|next| next != ']') {
            input.next();
            high = class_character(input, open)?;
            if high < low {
                return Err(input.error("a range of characters goes backwards"));
            }
        }
        self.range(members, low, high, flags, input)
    }

    /// `[:alpha:]` inside brackets; false if the input does not begin like one.
    fn posix(
        &mut self,
        members: &mut Members,
        input: &mut Input<'_>,
        flags: Flags,
    ) -> Result<bool, GoRegexError> {
        let Some(name) = input.class_name() else {
            return Ok(false);
        };
        let (negated, plain) = match name.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let ascii = posix(plain).ok_or_else(|| input.error("this character class does not exist"))?;
        input.skip(name.len().saturating_add(4));
        self.ascii(members, ascii, negated, flags, input)?;
        Ok(true)
    }

    /// A class of ASCII characters; its complement is taken after folding.
    fn ascii(
        &mut self,
        members: &mut Members,
        ascii: Ascii,
        negated: bool,
        flags: Flags,
        input: &Input<'_>,
    ) -> Result<(), GoRegexError> {
        let ranges = ascii
            .iter()
            .map(|(low, high)| ClassUnicodeRange::new(char::from(*low), char::from(*high)));
        let mut class = ClassUnicode::new(ranges);
        if flags.fold {
            class = self.fold(class, input)?;
        }
        if negated {
            class.negate();
        }
        self.count(class.ranges().len(), input)?;
        members.as_is.extend_from_slice(class.ranges());
        Ok(())
    }

    /// Adds code points; surrogates are in no text and left out.
    fn range(
        &mut self,
        members: &mut Members,
        low: u32,
        high: u32,
        flags: Flags,
        input: &Input<'_>,
    ) -> Result<(), GoRegexError> {
        let target = if flags.fold {
            &mut members.to_fold
        } else {
            &mut members.as_is
        };
        for (low, high) in [(low, high.min(0xd7ff)), (low.max(0xe000), high)] {
            if let (true, Some(low), Some(high)) = (low <= high, char::from_u32(low), char::from_u32(high)) {
                target.push(ClassUnicodeRange::new(low, high));
            }
        }
        self.count(1, input)
    }

    fn finish(&mut self, members: Members, input: &Input<'_>) -> Result<ClassUnicode, GoRegexError> {
        let mut class = ClassUnicode::new(members.as_is);
        if !members.to_fold.is_empty() {
            class.union(&self.fold(ClassUnicode::new(members.to_fold), input)?);
        }
        Ok(class)
    }

    fn fold(&mut self, mut class: ClassUnicode, input: &Input<'_>) -> Result<ClassUnicode, GoRegexError> {
        // Only what can change is worth the work.
        let mut foldable = ClassUnicode::new(
            [FOLDABLE]
                .into_iter()
                .filter_map(|(low, high)| Some((char::from_u32(low)?, char::from_u32(high)?)))
                .map(|(low, high)| ClassUnicodeRange::new(low, high)),
        );
        foldable.intersect(&class);
        let characters: usize = foldable.ranges().iter().map(ClassUnicodeRange::len).sum();
        self.folded = self.folded.saturating_add(characters);
        if self.folded > FOLDED || foldable.try_case_fold_simple().is_err() {
            return Err(input.error("the expression is too large"));
        }
        class.union(&foldable);
        Ok(class)
    }

    fn count(&mut self, ranges: usize, input: &Input<'_>) -> Result<(), GoRegexError> {
        self.ranges = self.ranges.saturating_add(ranges);
        if self.ranges > RANGES {
            return Err(input.error("the expression is too large"));
        }
        Ok(())
    }
}

fn class_character(input: &mut Input<'_>, open: GoRegexError) -> Result<u32, GoRegexError> {
    match input.peek() {
        None => Err(open),
        Some('\\') => character(input),
        Some(plain) => {
            input.next();
            Ok(u32::from(plain))
        }
    }
}

/// The members of a Unicode property.
fn members_of(property: Property) -> Option<ClassUnicode> {
    let (query, negated) = match property {
        Property::Any => {
            let mut class = ClassUnicode::empty();
            class.negate();
            return Some(class);
        }
        Property::Ascii => return Some(ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')])),
        Property::Surrogate => return Some(ClassUnicode::empty()),
        Property::Assigned => (r"\p{gc=Cn}".to_owned(), true),
        Property::Category(name) => (format!(r"\p{{gc={name}}}"), false),
        Property::Script(name) => (format!(r"\p{{sc={name}}}"), false),
    };
    let hir = regex_syntax::parse(&query).ok()?;
    let mut class = match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.clone(),
        HirKind::Literal(literal) => {
            let character = std::str::from_utf8(&literal.0).ok()?.chars().next()?;
            ClassUnicode::new([ClassUnicodeRange::new(character, character)])
        }
        _ => return None,
    };
    if negated {
        class.negate();
    }
    Some(class)
}
