//! Times as Go's `time.Parse(time.RFC3339, …)` reads them and `Format` writes them.

/// A time of day with its offset, nothing computed.
pub(crate) struct Instant {
    /// `2001-12-14T21:59:43`
    civil: String,
    /// Nine digits.
    nanoseconds: u32,
    /// Minutes east.
    offset: i32,
}

impl Instant {
    /// Parses RFC 3339, as laxly as Go does: one digit for the hour, a comma before the fraction, offsets of 24
    /// hours or 60 minutes; fraction digits beyond nine are cut off.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let mut rest = Rest(text);
        let year = rest.digits(4)?;
        rest.byte(b'-')?;
        let month = rest.digits(2)?;
        rest.byte(b'-')?;
        let day = rest.digits(2)?;
        rest.byte(b'T')?;
        let hour = rest.one_or_two_digits()?;
        rest.byte(b':')?;
        let minute = rest.digits(2)?;
        rest.byte(b':')?;
        let second = rest.digits(2)?;
        let nanoseconds = rest.fraction();
        let offset = rest.zone()?;
        let possible = (1..=12).contains(&month)
            && (1..=days(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        possible.then(|| Self {
            civil: format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            nanoseconds,
            offset,
        })
    }

    /// Whole seconds: the AAD of the MAC.
    pub(crate) fn seconds(&self) -> String {
        let mut text = self.civil.clone();
        self.push_zone(&mut text);
        text
    }

    /// With up to nine fraction digits, as values are written; `None` if the offset has more than 23 hours, which
    /// Go refuses to write.
    pub(crate) fn exact(&self) -> Option<String> {
        if self.offset.unsigned_abs() >= 24 * 60 {
            return None;
        }
        let mut text = self.civil.clone();
        if self.nanoseconds > 0 {
            let digits = format!("{:09}", self.nanoseconds);
            text.push('.');
            text.push_str(digits.trim_end_matches('0'));
        }
        self.push_zone(&mut text);
        Some(text)
    }

    fn push_zone(&self, text: &mut String) {
        if self.offset == 0 {
            text.push('Z');
            return;
        }
        let minutes = self.offset.unsigned_abs();
        let sign = if self.offset < 0 { '-' } else { '+' };
        *text = format!("{text}{sign}{:02}:{:02}", minutes / 60, minutes % 60);
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn byte(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.0.split_first()?;
        (*first == wanted).then(|| self.0 = rest)
    }

    fn digits(&mut self, count: usize) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.0 = rest;
        Some(number(digits))
    }

    fn one_or_two_digits(&mut self) -> Option<u32> {
        self.digits(2).or_else(|| self.digits(1))
    }

    /// Nanoseconds, if there is a fraction.
    fn fraction(&mut self) -> u32 {
        let Some((b'.' | b',', rest)) = self.0.split_first() else {
            return 0;
        };
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 {
            return 0;
        }
        let (digits, after) = rest.split_at_checked(count).unwrap_or((rest, &[]));
        self.0 = after;
        let mut nine = [b'0'; 9];
        for (to, from) in nine.iter_mut().zip(digits) {
            *to = *from;
        }
        number(&nine)
    }

    /// The offset in minutes; nothing may follow it.
    fn zone(&mut self) -> Option<i32> {
        if self.0 == b"Z" {
            return Some(0);
        }
        let sign = match self.0.first()? {
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.0 = self.0.get(1..)?;
        let hours = self.digits(2)?;
        self.byte(b':')?;
        let minutes = self.digits(2)?;
        if hours > 24 || minutes > 60 || !self.0.is_empty() {
            return None;
        }
        let minutes = i32::try_from(hours.saturating_mul(60).saturating_add(minutes)).ok()?;
        Some(minutes.saturating_mul(sign))
    }
}

fn number(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |value: u32, digit| {
        value
            .saturating_mul(10)
            .saturating_add(u32::from(digit.wrapping_sub(b'0')))
    })
}
