//! Reading an expression: position, escapes of single characters, counts.

use super::GoRegexError;

/// The expression and how far it is read.
pub(super) struct Input<'p> {
    pattern: &'p str,
    at: usize,
    /// Where the last `:]` stands: asking once keeps reading linear.
    last_named_end: Option<usize>,
}

impl<'p> Input<'p> {
    pub(super) fn new(pattern: &'p str) -> Self {
        Self {
            pattern,
            at: 0,
            last_named_end: pattern.rfind(":]"),
        }
    }

    pub(super) fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn second(&self) -> Option<char> {
        self.rest().chars().nth(1)
    }

    pub(super) fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.skip(next.len_utf8());
        Some(next)
    }

    /// Goes on by `bytes`.
    pub(super) fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Takes the text before `end`, and `end`; everything if `end` does not follow.
    pub(super) fn until(&mut self, end: &str) -> &'p str {
        let (text, length) = match self.rest().split_once(end) {
            Some((text, _)) => (text, text.len().saturating_add(end.len())),
            None => (self.rest(), self.rest().len()),
        };
        self.skip(length);
        text
    }

    /// The name after `(?P<` or `(?<`, with everything up to its `>`.
    pub(super) fn group_name(&mut self) -> Result<Option<&'p str>, GoRegexError> {
        let rest = self.rest();
        // One more byte must follow the bracket, or Go does not take it for a name.
        let Some(start) = ["(?P<", "(?<"]
            .iter()
            .find(|start| rest.starts_with(**start) && rest.len() > start.len())
        else {
            return Ok(None);
        };
        self.skip(start.len());
        if !self.rest().contains('>') {
            return Err(self.error("a group's name does not end"));
        }
        Ok(Some(self.until(">")))
    }

    /// The name in `[:name:]`, if the input begins like that. The input does not move.
    pub(super) fn class_name(&self) -> Option<&'p str> {
        let rest = self.rest().strip_prefix("[:")?;
        let before_last = self
            .last_named_end
            .is_some_and(|last| self.at.saturating_add(2) <= last);
        before_last.then(|| rest.split_once(":]").map(|(name, _)| name))?
    }

    pub(super) fn error(&self, reason: &'static str) -> GoRegexError {
        GoRegexError {
            reason,
            offset: self.at.min(self.pattern.len()),
        }
    }
}

/// An escape for one character, from its backslash on: its code point, possibly a surrogate's.
pub(super) fn character(input: &mut Input<'_>) -> Result<u32, GoRegexError> {
    let wrong = input.error("this escape does not exist");
    input.next();
    let letter = input.next().ok_or(wrong)?;
    let octal = |input: &Input<'_>| input.peek().filter(|digit| ('0'..='7').contains(digit));
    let code = match letter {
        // A single digit that is not zero would be a back reference.
        '1'..='7' if octal(input).is_none() => return Err(wrong),
        '0'..='7' => {
            let mut code = letter.to_digit(8).ok_or(wrong)?;
            for _ in 0..2 {
                let Some(digit) = octal(input).and_then(|digit| digit.to_digit(8)) else {
                    break;
                };
                input.next();
                code = code.saturating_mul(8).saturating_add(digit);
            }
            code
        }
        'x' => hexadecimal(input).ok_or(wrong)?,
        'a' => 0x07,
        'f' => 0x0c,
        'n' => 0x0a,
        'r' => 0x0d,
        't' => 0x09,
        'v' => 0x0b,
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => u32::from(other),
        _ => return Err(wrong),
    };
    Ok(code)
}

fn hexadecimal(input: &mut Input<'_>) -> Option<u32> {
    if input.peek() == Some('{') {
        input.next();
        let digits = input.rest().split_once('}')?.0;
        input.skip(digits.len().saturating_add(1));
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        let code = if significant.is_empty() {
            0
        } else {
            u32::from_str_radix(significant, 16).ok()?
        };
        return (code <= 0x10_ffff).then_some(code);
    }
    let high = input.next()?.to_digit(16)?;
    let low = input.next()?.to_digit(16)?;
    Some(high.saturating_mul(16).saturating_add(low))
}

/// `{2}`, `{2,}`, `{2,3}` at the beginning of `text`: length, least, most. `None` if it is no repetition at all;
/// numbers that are too large come back as large ones.
pub(super) fn repetition(text: &str) -> Option<(usize, u32, Option<u32>)> {
    let inner = text.strip_prefix('{')?;
    let counts = |byte: &u8| byte.is_ascii_digit() || *byte == b',';
    let body = inner.get(..inner.bytes().take_while(counts).count())?;
    let length = body.len().saturating_add(2);
    if inner.as_bytes().get(body.len()) != Some(&b'}') {
        return None;
    }
    match body.split_once(',') {
        None => {
            let count = integer(body)?;
            Some((length, count, Some(count)))
        }
        Some((min, "")) => Some((length, integer(min)?, None)),
        Some((min, max)) => Some((length, integer(min)?, Some(integer(max)?))),
    }
}

/// Decimal without leading zeros.
fn integer(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || text.len() > 1 && text.starts_with('0') {
        return None;
    }
    Some(text.parse().unwrap_or(u32::MAX))
}
