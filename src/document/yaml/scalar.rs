//! Spells one value: what comes before its text, its style, and the text itself.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use super::style::{self, Style, Traits};
use crate::document::number::go_float_yaml;
use crate::document::{Key, KeyKind, Value};

/// A value on its way into YAML text.
pub(super) struct Scalar<'a> {
    /// `!!binary`, `!!merge`.
    pub(super) tag: Option<&'static str>,
    /// The text, without quotes.
    pub(super) text: Text<'a>,
    /// How the text is written.
    pub(super) style: Style,
    /// Whether the text has a line break of any kind.
    pub(super) breaks: bool,
    /// Whether single quotes can hold the text on one line.
    pub(super) single_on_one_line: bool,
}

/// Text that stands in the tree, or was made here and is wiped.
pub(super) enum Text<'a> {
    /// In the tree.
    Kept(&'a str),
    /// Made here.
    Made(Zeroizing<String>),
}

impl Text<'_> {
    /// The text.
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Kept(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl<'a> Scalar<'a> {
    /// The spelling of a value.
    pub(super) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::plain(Text::Kept("null")),
            Value::Bool(true) => Self::plain(Text::Kept("true")),
            Value::Bool(false) => Self::plain(Text::Kept("false")),
            Value::Int(number) => Self::plain(Text::Made(Zeroizing::new(number.to_string()))),
            Value::Uint(number) => Self::plain(Text::Made(Zeroizing::new(number.to_string()))),
            Value::Float(number) => Self::plain(Text::Made(float(*number))),
            Value::Time(time) => Self::plain(Text::Kept(time.as_str())),
            Value::Str(text) => Self::string(text.expose()),
        }
    }

    /// The spelling of a key; `merge`: whether it may be a merge mark.
    pub(super) fn of_key(key: &'a Key, merge: bool) -> Self {
        match (key.kind, std::str::from_utf8(&key.text)) {
            (KeyKind::Str, Ok(text @ "<<")) if !merge => Self {
                style: Style::Double,
                ..Self::plain(Text::Kept(text))
            },
            (KeyKind::Other, Ok("")) => Self::plain(Text::Kept("null")),
            (KeyKind::Other, Ok(text)) => Self::plain(Text::Kept(text)),
            _ => Self::string(&key.text),
        }
    }

    /// A string; bytes that are no text become `!!binary`.
    pub(super) fn string(bytes: &'a [u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Self::binary(bytes);
        };
        let traits = Traits::of(text);
        let style = style::choose(text, traits);
        Self {
            // Plain `<<` is a merge mark; sops says so, and the value is the two characters again when read.
            tag: (text == "<<").then_some("!!merge"),
            text: Text::Kept(text),
            style,
            breaks: traits.breaks,
            single_on_one_line: traits.single_allowed() && !traits.breaks,
        }
    }

    fn plain(text: Text<'a>) -> Self {
        Self {
            tag: None,
            text,
            style: Style::Plain,
            breaks: false,
            single_on_one_line: true,
        }
    }

    /// Base64; from 70 characters on in lines of 70.
    fn binary(bytes: &[u8]) -> Self {
        const LINE: usize = 70;
        let encoded = Zeroizing::new(STANDARD.encode(bytes));
        let many = encoded.len() >= LINE;
        if !many {
            return Self {
                tag: Some("!!binary"),
                ..Self::plain(Text::Made(encoded))
            };
        }
        let lines = encoded.len().div_ceil(LINE);
        let mut text = Zeroizing::new(String::with_capacity(encoded.len().saturating_add(lines)));
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, tail) = rest.split_at_checked(LINE).unwrap_or((rest, ""));
            text.push_str(line);
            text.push('\n');
            rest = tail;
        }
        Self {
            tag: Some("!!binary"),
            text: Text::Made(text),
            style: Style::Literal,
            breaks: true,
            single_on_one_line: false,
        }
    }

    /// Whether the scalar can be a key without `? `.
    pub(super) fn is_simple_key(&self) -> bool {
        // sops counts the tag as well.
        let length = self
            .tag
            .map_or(0, str::len)
            .saturating_add(self.text.as_str().len());
        !self.breaks && length <= 128
    }
}

/// sops prints 1.0 as `1`, which is read as an integer; this keeps it a float.
fn float(number: f64) -> Zeroizing<String> {
    let mut text = go_float_yaml(number);
    if !text.expose().iter().any(|byte| matches!(byte, b'.' | b'e')) {
        text.push(b".0");
    }
    Zeroizing::new(text.expose_str().unwrap_or_default().to_owned())
}
