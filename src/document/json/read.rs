//! JSON text to a tree, in one pass.

use super::string;
use crate::document::{
    Document, Element, Entry, Format, Item, Key, KeyKind, Leaf, Limits, List, Map, Node, NodeBudget, Part,
    ReadError, ReadErrorKind, Slot, SlotKind, Span, Value,
};
use crate::secret::Plaintext;

/// Reads a JSON file.
pub fn read(input: &[u8], limits: &Limits) -> Result<Document, ReadError> {
    let mut reader = Reader::new(input, limits)?;
    reader.blank();
    match reader.peek() {
        Some(b'{') => {}
        None => return Err(ReadError::at_start(ReadErrorKind::Empty)),
        Some(b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => {
            return Err(reader.fault(ReadErrorKind::RootNotMap));
        }
        Some(_) => return Err(reader.syntax("a JSON object begins with `{`")),
    }
    let root = reader.map(1)?;
    reader.blank();
    if reader.peek().is_some() {
        return Err(reader.syntax("there is text behind the end of the object"));
    }
    let span = Span::new(0, input.len());
    Ok(Document::new(Format::Json, vec![Part { root, span }]))
}

/// Reads one value of any kind: what follows it is an error.
pub fn read_value(input: &[u8], limits: &Limits) -> Result<Node, ReadError> {
    let mut reader = Reader::new(input, limits)?;
    let value = reader.value(0)?;
    reader.blank();
    if reader.peek().is_some() {
        return Err(reader.syntax("there is text behind the end of the value"));
    }
    Ok(value)
}

struct Reader<'t> {
    input: &'t [u8],
    at: usize,
    budget: NodeBudget,
}

impl<'t> Reader<'t> {
    /// At the beginning of a text of allowed size and in UTF-8.
    fn new(input: &'t [u8], limits: &Limits) -> Result<Self, ReadError> {
        limits.check_size(input)?;
        if let Err(fault) = std::str::from_utf8(input) {
            let at = fault.valid_up_to();
            return Err(ReadError::at(input, Span::new(at, at), ReadErrorKind::NotUtf8));
        }
        Ok(Self {
            input,
            at: 0,
            budget: NodeBudget::new(*limits),
        })
    }

    fn peek(&self) -> Option<u8> {
        self.input.get(self.at).copied()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.peek() {
            self.step(1);
        }
    }

    fn here(&self) -> Span {
        Span::new(self.at, self.at)
    }

    fn fault(&self, kind: ReadErrorKind) -> ReadError {
        ReadError::at(self.input, self.here(), kind)
    }

    fn syntax(&self, why: &'static str) -> ReadError {
        let why = if self.at >= self.input.len() {
            "the text ends early"
        } else {
            why
        };
        self.fault(ReadErrorKind::Syntax(why))
    }

    /// Takes one byte behind blanks.
    fn take(&mut self, byte: u8, why: &'static str) -> Result<(), ReadError> {
        self.blank();
        if self.peek() != Some(byte) {
            return Err(self.syntax(why));
        }
        self.step(1);
        Ok(())
    }

    /// Behind an item: true if another one follows, false at the end.
    fn more(&mut self, end: u8, why: &'static str) -> Result<bool, ReadError> {
        self.blank();
        match self.peek() {
            Some(b',') => {
                self.step(1);
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.step(1);
                Ok(false)
            }
            _ => Err(self.syntax(why)),
        }
    }

    fn enter(&mut self, depth: usize) -> Result<usize, ReadError> {
        let here = self.here();
        self.budget.node(self.input, here)?;
        self.budget.depth(self.input, here, depth)?;
        self.step(1);
        self.blank();
        Ok(here.start as usize)
    }

    fn map(&mut self, depth: usize) -> Result<Map, ReadError> {
        let start = self.enter(depth)?;
        let mut items = Vec::new();
        if self.peek() == Some(b'}') {
            self.step(1);
        } else {
            loop {
                let key = self.key()?;
                self.take(b':', "a `:` is missing behind a key")?;
                let value = self.value(depth)?;
                items.push(Item::Entry(Entry { key, value }));
                if !self.more(b'}', "a `,` or `}` is missing behind a value")? {
                    break;
                }
            }
        }
        Ok(Map {
            items,
            span: Span::new(start, self.at),
            flow: true,
        })
    }

    fn list(&mut self, depth: usize) -> Result<List, ReadError> {
        let start = self.enter(depth)?;
        let mut items = Vec::new();
        if self.peek() == Some(b']') {
            self.step(1);
        } else {
            loop {
                items.push(Element::Node(self.value(depth)?));
                if !self.more(b']', "a `,` or `]` is missing behind a value")? {
                    break;
                }
            }
        }
        Ok(List {
            items,
            span: Span::new(start, self.at),
            flow: true,
        })
    }

    fn key(&mut self) -> Result<Key, ReadError> {
        self.blank();
        if self.peek() != Some(b'"') {
            return Err(self.syntax("a key in quotes is missing"));
        }
        let (text, span) = self.string()?;
        Ok(Key {
            text: text.into_boxed_slice(),
            kind: KeyKind::Str,
            span,
        })
    }

    /// The decoded string at this place and its token.
    fn string(&mut self) -> Result<(Vec<u8>, Span), ReadError> {
        let start = self.at;
        self.step(1);
        let rest = self.input.get(self.at..).unwrap_or_default();
        let (length, escaped) = string::scan(rest).map_err(|fault| {
            self.step(fault.at);
            self.syntax(fault.why)
        })?;
        let raw = rest.get(..length).unwrap_or_default();
        let text = if escaped {
            string::unescape(raw)
        } else {
            raw.to_vec()
        };
        self.step(length.saturating_add(1));
        Ok((text, Span::new(start, self.at)))
    }

    fn value(&mut self, depth: usize) -> Result<Node, ReadError> {
        self.blank();
        let inner = depth.saturating_add(1);
        match self.peek() {
            Some(b'{') => return Ok(Node::Map(self.map(inner)?)),
            Some(b'[') => return Ok(Node::List(self.list(inner)?)),
            _ => {}
        }
        let here = self.here();
        self.budget.node(self.input, here)?;
        let (value, slot) = match self.peek() {
            Some(b'"') => {
                let (text, span) = self.string()?;
                let slot = Slot::simple(span, SlotKind::JsonString);
                (Value::Str(Plaintext::new(text)), slot)
            }
            Some(b't') => self.word(b"true", Value::Bool(true))?,
            Some(b'f') => self.word(b"false", Value::Bool(false))?,
            Some(b'n') => self.word(b"null", Value::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.syntax("a value is missing")),
        };
        Ok(Node::Leaf(Leaf::read(value, slot)))
    }

    fn word(&mut self, word: &[u8], value: Value) -> Result<(Value, Slot), ReadError> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        if !rest.starts_with(word) {
            return Err(self.syntax("the only words are `true`, `false` and `null`"));
        }
        let span = Span::new(self.at, self.at.saturating_add(word.len()));
        self.step(word.len());
        Ok((value, Slot::simple(span, SlotKind::JsonWord)))
    }

    fn number(&mut self) -> Result<(Value, Slot), ReadError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.step(1);
        }
        if self.peek() == Some(b'0') {
            self.step(1);
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.step(1);
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.step(1);
            if let Some(b'+' | b'-') = self.peek() {
                self.step(1);
            }
            self.digits()?;
        }
        let span = Span::new(start, self.at);
        let text = std::str::from_utf8(span.of(self.input)).unwrap_or_default();
        let value = if let Ok(int) = text.parse::<i64>() {
            Value::Int(int)
        } else {
            match text.parse::<f64>() {
                Ok(float) if float.is_finite() => Value::Float(float),
                _ => {
                    let why = ReadErrorKind::Syntax("a number is too large for a double");
                    return Err(ReadError::at(self.input, span, why));
                }
            }
        };
        Ok((value, Slot::simple(span, SlotKind::JsonWord)))
    }

    fn digits(&mut self) -> Result<(), ReadError> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.step(1);
        }
        if self.at == start {
            return Err(self.syntax("a number lacks digits"));
        }
        Ok(())
    }
}
