//! Makes trees of every shape, the same ones each time.

use crate::document::{
    Comment, Document, Element, Entry, Format, Item, Key, KeyKind, Leaf, List, Map, Node, Part, Placed, Slot,
    SlotKind, Span, Timestamp, Value,
};
use crate::secret::Plaintext;

/// A small generator of numbers (xorshift), so that a seed names a tree.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// Everything that some style of YAML cannot hold.
const PIECES: &[&str] = &[
    "a",
    "b",
    "Z",
    "0",
    "1",
    "é",
    "x y",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffd}",
    "\u{1f600}",
    "\0",
    "\u{1}",
    "\u{1b}",
    "\u{7f}",
    "\u{a0}",
    "'",
    "\"",
    "\\",
    "#",
    " #",
    ":",
    ": ",
    "-",
    "- ",
    "?",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "`",
    "---",
    "...",
    "--- ",
    "<<",
    "=",
    "~",
    "\\n",
    "_",
    "e",
    ".",
];

/// Whole texts with a meaning of their own.
const WORDS: &[&str] = &[
    "",
    "~",
    "null",
    "true",
    "False",
    "yes",
    "NO",
    "on",
    "y",
    "0",
    "1",
    "-1",
    "007",
    "08",
    "0x1f",
    "1.0",
    ".5",
    "1e3",
    "1_000",
    ".inf",
    ".nan",
    "12:30",
    "2001-12-14",
    "2001-12-14T21:59:43Z",
    "<<",
    "=",
    "---",
    "...",
    "- a",
    "? a",
    ": a",
    "a: b",
    "a #b",
    "#",
    "|",
    ">",
    "\n",
    "\n\n",
    "a\n",
    "a\n\n",
    "a\nb",
    " a\nb",
    "\ta\nb",
    "\na",
    "a\n b\n",
    "ENC[x]",
    "!!str a",
    "&a b",
    "*a",
    "%YAML 1.1",
    "\u{feff}",
    "sops",
    "a\u{2028}b",
    "a\n\u{2028}b",
    "\u{2029}a\nb",
    "a\nb\u{2028}",
    "-----BEGIN KEY-----\nabc\n-----END KEY-----\n",
];

/// Any text.
pub(crate) fn text(dice: &mut Dice) -> String {
    if dice.one_in(3) {
        return dice.pick(WORDS).to_owned();
    }
    (0..dice.below(8)).map(|_| dice.pick(PIECES)).collect()
}

/// A text without surprises.
fn word(dice: &mut Dice) -> String {
    (0..=dice.below(6))
        .map(|_| dice.pick(&["a", "b", "c", " d", "_", "é"]))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What the generated trees may contain.
#[derive(Clone, Copy)]
pub(crate) struct Taste {
    /// Strings and keys of any kind, else plain words.
    pub(crate) any_text: bool,
    /// Comments.
    pub(crate) comments: bool,
}

/// A document of one to three parts.
pub(crate) fn document(dice: &mut Dice, taste: Taste) -> Document {
    let parts = if dice.one_in(6) { 1 + dice.below(3) } else { 1 };
    Document {
        lost: Vec::new(),
        aliases: Vec::new(),
        format: Format::Yaml,
        overwritten: Vec::new(),
        parts: (0..parts)
            .map(|_| Part {
                root: map(dice, taste, 4),
                span: Span::default(),
            })
            .collect(),
    }
}

/// A document that holds one leaf or comment.
pub(crate) fn leaf(value: Value) -> Leaf {
    Leaf::read(value, Slot::simple(Span::default(), SlotKind::Empty))
}

fn string(dice: &mut Dice, taste: Taste) -> String {
    if taste.any_text { text(dice) } else { word(dice) }
}

fn map(dice: &mut Dice, taste: Taste, depth: usize) -> Map {
    let mut items = Vec::new();
    let count = if depth == 4 { dice.below(6) } else { dice.below(4) };
    for at in 0..count {
        comments(dice, taste, true).for_each(|comment| items.push(Item::Comment(comment)));
        // The number keeps keys apart.
        let mut text = format!(
            "{}{at}",
            if dice.one_in(4) {
                string(dice, taste)
            } else {
                word(dice)
            }
        );
        if dice.one_in(40) {
            text = "k".repeat(120 + dice.below(20)) + &text;
        }
        if dice.one_in(40) && at == 0 {
            text = "<<".to_owned();
        }
        let mut bytes = text.into_bytes();
        if taste.any_text && dice.one_in(60) {
            bytes.push(0xff);
        }
        items.push(Item::Entry(Entry {
            key: Key {
                text: bytes.into(),
                kind: KeyKind::Str,
                span: Span::default(),
            },
            value: node(dice, taste, depth - 1),
        }));
    }
    comments(dice, taste, false).for_each(|comment| items.push(Item::Comment(comment)));
    Map {
        items,
        ..Map::default()
    }
}

fn list(dice: &mut Dice, taste: Taste, depth: usize) -> List {
    let mut items = Vec::new();
    for _ in 0..dice.below(4) {
        comments(dice, taste, true).for_each(|comment| items.push(Element::Comment(comment)));
        items.push(Element::Node(node(dice, taste, depth - 1)));
    }
    comments(dice, taste, false).for_each(|comment| items.push(Element::Comment(comment)));
    List {
        items,
        ..List::default()
    }
}

/// One or two comments; before a value, one of them may be on its line (a reader makes no others).
fn comments(dice: &mut Dice, taste: Taste, before_value: bool) -> impl Iterator<Item = Comment> {
    let count = if taste.comments && dice.one_in(5) {
        1 + dice.below(2)
    } else {
        0
    };
    let mut made = Vec::new();
    let inline = if before_value && dice.one_in(3) {
        dice.below(2)
    } else {
        9
    };
    for at in 0..count {
        let placed = if at == inline {
            Placed::Inline
        } else {
            Placed::OwnLine
        };
        let text = format!("{}c{}", dice.pick(&["", " ", "#", "\t"]), dice.below(1000));
        made.push(Comment {
            text: Plaintext::from(text.as_str()),
            span: Span::default(),
            placed,
            opened: false,
        });
    }
    made.into_iter()
}

pub(crate) fn node(dice: &mut Dice, taste: Taste, depth: usize) -> Node {
    if depth > 0 {
        match dice.below(8) {
            0 | 1 => return Node::Map(map(dice, taste, depth)),
            2 => return Node::List(list(dice, taste, depth)),
            _ => {}
        }
    }
    Node::Leaf(leaf(value(dice, taste)))
}

/// Any value.
pub(crate) fn value(dice: &mut Dice, taste: Taste) -> Value {
    match dice.below(12) {
        0 => Value::Null,
        1 => Value::Bool(dice.one_in(2)),
        2 => Value::Int(i64::try_from(dice.below(2000)).unwrap() - 1000),
        3 => Value::Float(*dice.pick(&[
            &0.5,
            &-0.25,
            &1e-5,
            &1e6,
            &1.5e6,
            &1e21,
            &123_456.5,
            &1e-4,
            &f64::INFINITY,
            &f64::NEG_INFINITY,
            &5e-324,
            &1.0,
            &-0.0,
            &100.0,
        ])),
        4 => Value::Time(Timestamp(
            dice.pick(&[
                "2001-12-14T21:59:43.1-05:00",
                "2001-12-14T00:00:00Z",
                "0001-01-01T00:00:00.000000001Z",
            ])
            .into(),
        )),
        5 if taste.any_text && dice.one_in(6) => {
            let mut bytes = text(dice).into_bytes();
            bytes.extend(std::iter::repeat_n(0xfe, 1 + dice.below(80)));
            Value::Str(Plaintext::new(bytes))
        }
        _ => Value::Str(Plaintext::from(string(dice, taste).as_str())),
    }
}
