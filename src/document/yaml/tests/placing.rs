//! Any text in any place: files that no sops wrote, with every kind of slot, layout and neighbour.

use std::collections::BTreeMap;

use serde_json::json;

use super::generate::{Dice, Taste, text, value};
use super::oracle::{self, Oracle};
use crate::document::{Comment, Document, Element, Item, Limits, List, Map, Node, Placed, Span, Value, yaml};
use crate::secret::Plaintext;

/// Writes a file with marks (`ENC[0]`, `ENC[1]`, ...) where values and comments are encrypted.
struct Writer<'a> {
    dice: &'a mut Dice,
    out: String,
    eol: &'static str,
    marks: usize,
    anchors: usize,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("ENC[{}]", self.marks - 1)
    }

    /// A value whose collection stands at `parent`, up to and with its line break and what may follow it.
    fn value(&mut self, parent: usize) {
        let mark = self.mark();
        match self.dice.below(12) {
            0 => self.out += "!!str ",
            1 => self.out += "!x ",
            2 => {
                self.anchors += 1;
                self.put(&format!("&a{} ", self.anchors));
            }
            _ => {}
        }
        let comment = self.dice.one_in(6);
        let inner = " ".repeat(parent + 1 + self.dice.below(4));
        match self.dice.below(10) {
            0 => self.put(&format!("'{mark}'")),
            1 => self.put(&format!("\"{mark}\"")),
            kind @ (2 | 3) => {
                self.out += self.dice.pick(&["|", ">", "|-", ">-", "|+"]);
                let comment = if comment { " # of the header" } else { "" };
                self.put(&format!("{comment}{}", self.eol));
                self.put(&format!("{inner}{mark}"));
                if kind == 3 {
                    self.put(&format!("{}{inner}", self.eol));
                }
                self.out += self.eol;
                return self.between(parent);
            }
            4 => self.put(&format!("{}{inner}{mark}", self.eol)),
            _ => self.out += &mark,
        }
        if comment {
            self.out += self.dice.pick(&[" # clear", "  #", " #ENC[c]", "\t# tab"]);
        }
        self.out += self.eol;
        self.between(parent);
    }

    /// Blank lines and comments between two entries.
    fn between(&mut self, parent: usize) {
        while self.dice.one_in(8) {
            let column = match self.dice.below(4) {
                0 => self.dice.below(12),
                _ => parent,
            };
            let blanks = " ".repeat(column);
            match self.dice.below(6) {
                0 => self.put(&format!("{blanks}# clear{}", self.eol)),
                1 => self.put(&format!("{blanks}#ENC[c]{}", self.eol)),
                2 => self.put(&format!("{blanks}{}", self.eol)),
                3 => {
                    let some = " ".repeat(self.dice.below(3));
                    self.put(&format!("{some}\t{}", self.eol));
                }
                _ => self.out += self.eol,
            }
        }
    }

    fn flow_value(&mut self) {
        let mark = self.mark();
        let quote = self.dice.pick(&["'", "\"", "\""]);
        self.put(&format!("{quote}{mark}{quote}"));
    }

    fn metadata(&mut self) {
        let step = " ".repeat(1 + self.dice.below(8));
        let eol = self.eol;
        self.put(&format!(
            "sops:{eol}{step}mac: x{eol}{step}# inside{eol}{step}list:{eol}{step}- y{eol}"
        ));
    }

    fn file(&mut self) {
        if self.dice.one_in(12) {
            self.out.push('\u{feff}');
        }
        let first = self.dice.one_in(8);
        if first {
            self.metadata();
        }
        for at in 0..=self.dice.below(4) {
            self.entry(at);
        }
        if !first && !self.dice.one_in(4) {
            self.metadata();
        }
        if self.dice.one_in(8) && !self.out.ends_with("|\n") {
            let length = self.out.trim_end_matches(['\r', '\n']).len();
            self.out.truncate(length);
        }
    }

    fn entry(&mut self, at: usize) {
        let eol = self.eol;
        let step = 1 + self.dice.below(5);
        let blanks = " ".repeat(step);
        match self.dice.below(9) {
            0 => {
                self.put(&format!("k{at}: "));
                self.value(0);
            }
            1 => {
                self.put(&format!("k{at}:{eol}{blanks}k: "));
                self.value(step);
                self.put(&format!("{blanks}l: "));
                self.value(step);
            }
            2 => {
                self.put(&format!("k{at}:{eol}"));
                for _ in 0..=self.dice.below(3) {
                    self.out += "- ";
                    self.value(0);
                }
            }
            3 => {
                self.put(&format!("k{at}:{eol}"));
                for _ in 0..=self.dice.below(3) {
                    let gap = " ".repeat(1 + self.dice.below(3));
                    self.put(&format!("{blanks}-{gap}"));
                    self.value(step);
                }
            }
            4 => {
                self.put(&format!("k{at}:{eol}{blanks}- a: "));
                self.value(step + 2);
                self.put(&format!("{blanks}  b: "));
                self.value(step + 2);
            }
            5 => {
                self.put(&format!("k{at}:{eol}{blanks}- - "));
                self.value(step + 2);
                self.put(&format!("{blanks}  - "));
                self.value(step + 2);
                self.put(&format!("{blanks}- x{eol}"));
            }
            6 => {
                self.put(&format!("k{at}: ["));
                self.flow_value();
                self.out += self.dice.pick(&[",", ", ", " , "]);
                self.flow_value();
                self.put(&format!("]{eol}"));
            }
            7 => {
                self.put(&format!("k{at}: {{\"a\":"));
                self.flow_value();
                self.put(", b: ");
                self.flow_value();
                self.put(&format!("}}{eol}"));
            }
            _ => {
                self.put(&format!("? k{at}{eol}: "));
                self.value(0);
            }
        }
    }
}

/// Opens every mark: with any value, mostly text; comments with a text.
struct Opener<'a>(&'a mut Dice);

impl Opener<'_> {
    fn map(&mut self, map: &mut Map) {
        for item in &mut map.items {
            match item {
                Item::Comment(comment) => Self::comment(comment),
                Item::Entry(entry) => self.node(&mut entry.value),
            }
        }
    }

    fn list(&mut self, list: &mut List) {
        let flow = list.flow;
        for item in &mut list.items {
            match item {
                Element::Comment(comment) => Self::comment(comment),
                Element::Node(node) => {
                    self.node(node);
                    if let Node::Leaf(leaf) = node
                        && leaf.opened
                        && !flow
                        && self.0.one_in(6)
                    {
                        *item = Element::Comment(Comment {
                            text: Plaintext::from(" was an item"),
                            span: leaf.slot.span,
                            placed: Placed::ListItem,
                            opened: true,
                        });
                    }
                }
            }
        }
    }

    fn node(&mut self, node: &mut Node) {
        match node {
            Node::Map(map) => self.map(map),
            Node::List(list) => self.list(list),
            Node::Leaf(leaf) => {
                if matches!(&leaf.value, Value::Str(text) if text.expose().starts_with(b"ENC[")) {
                    leaf.opened = true;
                    leaf.value = if self.0.one_in(5) {
                        value(
                            self.0,
                            Taste {
                                any_text: true,
                                comments: false,
                            },
                        )
                    } else {
                        Value::Str(Plaintext::from(text(self.0).as_str()))
                    };
                }
            }
        }
    }

    fn comment(comment: &mut Comment) {
        if comment.text.expose() == b"ENC[c]" {
            comment.text = Plaintext::from(" opened");
            comment.opened = true;
        }
    }
}

/// Takes the metadata out.
fn take(document: &mut Document) -> Vec<Span> {
    let mut removed = Vec::new();
    for part in &mut document.parts {
        part.root.items.retain(|item| match item {
            Item::Entry(entry) if *entry.key.text == *b"sops" => {
                let Node::Map(map) = &entry.value else {
                    panic!("a map")
                };
                removed.push(Span {
                    start: entry.key.span.start,
                    end: map.span.end,
                });
                false
            }
            _ => true,
        });
    }
    removed
}

#[test]
fn any_text_in_any_place_is_read_back() {
    let count: u64 = std::env::var("YAML_PLACES").map_or(3000, |count| count.parse().unwrap());
    let mut oracle = Oracle::start("yaml texts in any place, read back by sops");
    let (mut done, mut slots) = (0, 0);
    let mut refused = BTreeMap::<String, usize>::new();
    for seed in 0..count {
        let mut dice = Dice::new(seed);
        let eol = *dice.pick(&[&"\n", &"\n", &"\n", &"\r\n"]);
        let mut writer = Writer {
            dice: &mut dice,
            out: String::new(),
            eol,
            marks: 0,
            anchors: 0,
        };
        writer.file();
        slots += writer.marks;
        let sealed = writer.out;
        let mut document = match yaml::read(sealed.as_bytes(), &Limits::STANDARD) {
            Ok(document) => document,
            Err(error) => {
                *refused.entry(format!("reading: {}", error.kind)).or_default() += 1;
                continue;
            }
        };
        let removed = take(&mut document);
        for part in &mut document.parts {
            Opener(&mut dice).map(&mut part.root);
        }
        let ours = match yaml::rewrite(sealed.as_bytes(), &document, &removed) {
            Ok(ours) => ours,
            Err(error) => {
                *refused.entry(error.to_string()).or_default() += 1;
                continue;
            }
        };
        done += 1;
        let shown = || {
            format!(
                "seed {seed}\n--- sealed\n{sealed}\n--- ours\n{}\n",
                String::from_utf8_lossy(ours.expose())
            )
        };
        let wanted = oracle::tree(&document);
        let again = yaml::read(ours.expose(), &Limits::STANDARD)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", error.kind, shown()));
        let again = oracle::tree(&again);
        assert_eq!(oracle::values(&again), oracle::values(&wanted), "{}", shown());
        // sops' reader loses some comments before `sops:`; without it they are there again.
        let mut found = oracle::comments(&again);
        for comment in oracle::comments(&wanted) {
            let at = found.iter().position(|found| *found == comment);
            found.remove(at.unwrap_or_else(|| panic!("a comment is lost: {comment}\n{}", shown())));
        }
        if let Some(oracle) = &mut oracle {
            let read = oracle
                .read(ours.expose())
                .unwrap_or_else(|error| panic!("{error}\n{}", shown()));
            assert_eq!(read, again, "{}", shown());
        }
    }
    println!(
        "{done} files of {count} with {slots} values read back as they were; not in place: {}",
        json!(refused)
    );
    assert!(done * 10 > usize::try_from(count).unwrap() * 8);
}
