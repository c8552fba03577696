//! Timestamps as the library under sops takes them, turned into the one spelling that sops writes.

use std::fmt::Write as _;

use super::super::Timestamp;

/// Reads a timestamp. `None`: the text is none. `Some(Err)`: it is one that sops loads but can neither encrypt
/// nor hash.
pub(super) fn parse(text: &[u8]) -> Option<Result<Timestamp, &'static str>> {
    let mut rest = Rest(text);
    let year = rest.four_digits()?;
    rest.one(b"-")?;
    let month = rest.number(1, 12)?;
    rest.one(b"-")?;
    let day = rest.number(1, days_in(year, month))?;
    if rest.0.is_empty() {
        return Some(Ok(written(&Instant {
            year,
            month,
            day,
            ..Instant::default()
        })));
    }
    let zoned = match rest.one(b"Tt ")? {
        b' ' => {
            rest.blanks();
            false
        }
        _ => true,
    };
    let hour = rest.number(0, 23)?;
    rest.one(b":")?;
    let minute = rest.number(0, 59)?;
    rest.one(b":")?;
    let second = rest.number(0, 59)?;
    let fraction = rest.fraction();
    let offset = if zoned { rest.zone()? } else { 0 };
    if !rest.0.is_empty() {
        return None;
    }
    if offset.abs() >= 24 * 60 {
        return Some(Err("the offset of a timestamp is beyond 23:59"));
    }
    Some(Ok(written(&Instant {
        year,
        month,
        day,
        hour,
        minute,
        second,
        fraction,
        offset,
    })))
}

/// The parts of a timestamp as they are written.
#[derive(Default)]
struct Instant<'t> {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    /// Up to nine digits, without zeros at the end.
    fraction: &'t [u8],
    /// Minutes east.
    offset: i32,
}

/// The spelling of sops-format.md §3.4.
fn written(at: &Instant<'_>) -> Timestamp {
    let mut text = String::with_capacity(40);
    // Writing into a `String` cannot fail.
    let _ = write!(
        text,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        at.year, at.month, at.day, at.hour, at.minute, at.second
    );
    if !at.fraction.is_empty() {
        text.push('.');
        text.extend(at.fraction.iter().copied().map(char::from));
    }
    if at.offset == 0 {
        text.push('Z');
    } else {
        let sign = if at.offset < 0 { '-' } else { '+' };
        let minutes = at.offset.unsigned_abs();
        let _ = write!(text, "{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    }
    Timestamp(text.into_boxed_str())
}

/// Days of a month in the Gregorian calendar.
fn days_in(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What is left of the text.
struct Rest<'t>(&'t [u8]);

impl<'t> Rest<'t> {
    /// One byte out of a choice.
    fn one(&mut self, choice: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        if !choice.contains(first) {
            return None;
        }
        self.0 = rest;
        Some(*first)
    }

    /// Any number of blanks.
    fn blanks(&mut self) {
        while self.one(b" ").is_some() {}
    }

    /// A digit's value.
    fn digit(&mut self) -> Option<u32> {
        self.one(b"0123456789")
            .map(|byte| u32::from(byte.wrapping_sub(b'0')))
    }

    /// Exactly four digits.
    fn four_digits(&mut self) -> Option<u32> {
        let mut year = 0_u32;
        for _ in 0..4 {
            year = year.wrapping_mul(10).wrapping_add(self.digit()?);
        }
        Some(year)
    }

    /// One or two digits within a range.
    fn number(&mut self, least: u32, most: u32) -> Option<u32> {
        let mut value = self.digit()?;
        if let Some(digit) = self.digit() {
            value = value.wrapping_mul(10).wrapping_add(digit);
        }
        (least..=most).contains(&value).then_some(value)
    }

    /// A point or comma with digits, if there are some; cut to nine, zeros at the end cut off.
    fn fraction(&mut self) -> &'t [u8] {
        let Some((b'.' | b',', after)) = self.0.split_first() else {
            return &[];
        };
        let count = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return &[];
        }
        self.0 = after.get(count..).unwrap_or_default();
        let digits = after.get(..count.min(9)).unwrap_or_default();
        let kept = digits
            .iter()
            .rposition(|byte| *byte != b'0')
            .map_or(0, |at| at.wrapping_add(1));
        digits.get(..kept).unwrap_or_default()
    }

    /// `Z` or `±hh:mm`, in minutes; 24 hours and 60 minutes are let through, as the library does.
    fn zone(&mut self) -> Option<i32> {
        let sign = match self.one(b"Z+-")? {
            b'Z' => return Some(0),
            b'-' => -1,
            _ => 1,
        };
        let hours = self.two_digits(24)?;
        self.one(b":")?;
        let minutes = self.two_digits(60)?;
        i32::try_from(hours.wrapping_mul(60).wrapping_add(minutes))
            .ok()
            .map(|offset| offset.wrapping_mul(sign))
    }

    /// Exactly two digits up to a bound.
    fn two_digits(&mut self, most: u32) -> Option<u32> {
        let value = self.digit()?.wrapping_mul(10).wrapping_add(self.digit()?);
        (value <= most).then_some(value)
    }
}
