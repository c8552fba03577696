//! Generates YAML documents in every style that sops' dialect has.

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

/// Every construct that is counted.
pub(crate) const CONSTRUCTS: &[&str] = &[
    "plain scalar",
    "plain scalar, typed",
    "plain scalar on several lines",
    "single-quoted scalar",
    "single-quoted scalar on several lines",
    "double-quoted scalar",
    "double-quoted scalar on several lines",
    "double-quoted escapes",
    "escaped line break",
    "empty scalar",
    "empty string",
    "literal scalar, clip",
    "literal scalar, strip",
    "literal scalar, keep",
    "folded scalar, clip",
    "folded scalar, strip",
    "folded scalar, keep",
    "indentation indicator",
    "block scalar with blank lines",
    "block scalar with indented lines",
    "block scalar without final line break",
    "comment above a key",
    "comment block of several lines",
    "comment at the top",
    "comment at the end",
    "comment on a value's line",
    "comment on a collection's key line",
    "comment above a list item",
    "comment on a list item's line",
    "comment after a dash",
    "comment after a list",
    "comment at the end of a nested map",
    "comment after a blank line",
    "comment before a blank line",
    "comment at an odd column",
    "comment in a flow collection",
    "comment after a flow collection",
    "comment after a document marker",
    "comment in a block scalar header",
    "comment without text",
    "comment after an anchor or tag",
    "comment between ? and :",
    "anchor on a scalar",
    "anchor on a collection",
    "anchor on a key",
    "alias to a scalar",
    "alias to a collection",
    "alias as a key",
    "merge key",
    "merge key with a list",
    "core tag",
    "core tag that does not fit",
    "local tag",
    "verbatim tag",
    "binary tag",
    "set tag",
    "tag on a collection",
    "tag on a key",
    "several documents",
    "explicit document start",
    "explicit document end",
    "YAML directive",
    "TAG directive",
    "empty document",
    "CR LF",
    "CR",
    "byte order mark",
    "no final line break",
    "flow map",
    "flow list",
    "nested flow",
    "flow on several lines",
    "flow root",
    "single pair in a flow list",
    "empty flow collection",
    "trailing comma in flow",
    "JSON-like flow key",
    "explicit key in flow",
    "tab between tokens",
    "tab before a comment",
    "trailing blanks",
    "text outside ASCII",
    "text outside the BMP",
    "other Unicode line break",
    "key over 128 bytes",
    "key over 1024 bytes",
    "explicit key",
    "explicit key without value",
    "explicit key as a block scalar",
    "quoted key",
    "empty key",
    "key that is no string",
    "duplicate key",
    "odd indentation",
    "list at its key's column",
    "list in a list",
    "map in a list",
    "map in a list below its dash",
    "blank lines",
    "deep nesting",
    "root on the marker's line",
    "integer beyond int64",
    "timestamp",
    "text that looks like ciphertext",
];

const PLAIN_TYPED: &[&str] = &[
    "~",
    "null",
    "Null",
    "NULL",
    "nULL",
    "true",
    "True",
    "TRUE",
    "tRUE",
    "false",
    "False",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "0",
    "-0",
    "+0",
    "7",
    "+7",
    "-7",
    "--7",
    "1_000",
    "1__000",
    "_1",
    "1_",
    "12e03",
    "9223372036854775807",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "007",
    "010",
    "0777",
    "-010",
    "08",
    "09",
    "0_8",
    "0o10",
    "0O17",
    "-0o10",
    "0o8",
    "0o",
    "0x1F",
    "0X1f",
    "-0x1F",
    "0x",
    "0xG",
    "0x_1F",
    "0x10000000000000000",
    "0b101",
    "-0b11",
    "0b12",
    "0b_1",
    "0b-1",
    "0o-12",
    "0b+1",
    "-0o-7",
    "0.",
    "00.5",
    "1.0",
    "1.",
    ".5",
    "-.5",
    "+.5",
    ".",
    "..",
    "1.5e3",
    "1E-3",
    "1e",
    "1e400",
    "1e-400",
    ".e3",
    "1_000.5",
    "1._5",
    ".1_0",
    "_.5",
    "123456789.123456789",
    "1e21",
    "4.9e-324",
    "0x1p4",
    "-0.0",
    "1.2.3",
    "1,5",
    "._1",
    "1e1_0",
    "1.8e308",
    ".5_2",
    ".5_",
    ".inf",
    "-.Inf",
    "+.INF",
    ".iNF",
    ".nan",
    ".NaN",
    ".Nan",
    "+.nan",
    "inf",
    "NaN",
    "12:30:45",
    "1:20",
    "=",
    "<<",
    "1099511566914.78125",
    "0.1",
    "100",
    "3.14",
    "1e22",
    "1000000.0",
    "1e5",
    "1e20",
    "5e-324",
    "0.00001",
    "123456.7",
];

const TIMESTAMPS: &[&str] = &[
    "2001-12-14",
    "2001-1-2",
    "2001-13-01",
    "2001-02-30",
    "2000-02-29",
    "1900-02-29",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14T21:59:43Z",
    "2001-12-14T21:59:43.123456789Z",
    "2001-12-14T21:59:43.1234567891Z",
    "2001-12-14 21:59:43.10",
    "2001-12-14 21:59:43",
    "2001-12-14 21:59:43.10 -5",
    "2001-12-14 21:59:43Z",
    "2001-12-14T21:59:43",
    "2001-12-14T21:59",
    "2001-12-14T1:2:3Z",
    "2001-12-14T24:00:00Z",
    "2001-12-14T21:59:60Z",
    "2001-12-14T21:59:43+05:30",
    "2001-12-14T21:59:43-23:59",
    "2001-12-14T21:59:43,5Z",
    "2001-12-14 21:59:43,5",
    "2001-12-14  1:2:3",
    "2001-12-14T21:59:43+05:60",
    "2001-12-14T21:59:43+00:00",
    "0001-01-01",
    "9999-12-31",
    "0000-01-01",
    "2001-12-14T21:59:43-00:00",
    "2001-12-14T21:59:43z",
    "2001-12-14T21:59:43.000Z",
    "12001-12-14",
];

const WORDS: &[&str] = &[
    "alpha",
    "beta",
    "host.example",
    "s3cr3t",
    "a b c",
    "x",
    "it",
    "value-1",
    "p@ss",
    "/run/x",
    "q=1",
    "a:b",
    "a#b",
    "user",
    "hide",
    "show",
    "-x",
    "?y",
    ":z",
    "100%",
    "~/x",
    "hunter2",
    "a,b",
    "two  blanks",
    "x y z",
    "k: v",
    "é",
    "straße",
    "日本語",
    "ключ",
    "a\u{a0}b",
    "don't",
    "say \"hi\"",
    "back\\slash",
    "tail",
    "null and void",
    "1 2 3",
    "long enough to be a sentence of some words",
];

const KEYS: &[&str] = &[
    "name",
    "db",
    "password",
    "secret",
    "host",
    "api_unencrypted",
    "x_enc",
    "clear",
    "list",
    "user",
    "été",
    "ключ",
    "with space",
    "a.b",
    "a/b",
    "k-1",
    "Key",
    "token",
    "plain_unencrypted",
    "cert_enc",
    "yes",
    "off",
    "a:b",
    "x#y",
    "env",
    "-dash",
    "q?",
];

const COMMENTS: &[&str] = &[
    " note",
    " hide",
    " show this",
    "hide",
    "tight",
    " two words",
    "# double",
    " é",
    " key: value",
    " - item",
    " trailing ",
    " \ttab",
    " 'quote",
    " \"quote",
    " [x",
    " }",
    " ENC[x]",
    " a # b",
    "!bang",
    " %",
];

struct Gen {
    c: Chooser,
    out: String,
    step: usize,
    scalars: Vec<String>,
    collections: Vec<String>,
    maps: Vec<String>,
    counter: usize,
    budget: usize,
    /// The document has a `%TAG` directive.
    handle: bool,
    /// It is not the first document, where sops checks more.
    later: bool,
}

/// One YAML file.
pub(crate) fn generate(random: Random, number: usize) -> Generated {
    let mut c = Chooser::new(random, CONSTRUCTS, number);
    let step = if c.want("odd indentation") {
        *c.random.pick(&[1, 3, 5, 7, 9, 11])
    } else {
        *c.random.pick(&[2, 2, 4, 4, 2, 8])
    };
    let budget = c.random.between(2, 14);
    let mut generator = Gen {
        c,
        out: String::new(),
        step,
        scalars: Vec::new(),
        collections: Vec::new(),
        maps: Vec::new(),
        counter: 0,
        budget,
        handle: false,
        later: false,
    };
    generator.file();
    let mut text = generator.out;
    let c = &mut generator.c;
    if c.want_with("no final line break", 15) {
        while text.ends_with('\n') {
            text.pop();
        }
    }
    if c.want("CR LF") {
        text = text.replace('\n', "\r\n");
    } else if c.want_with("CR", 3) {
        text = text.replace('\n', "\r");
    }
    if c.want_with("byte order mark", 8) {
        text.insert(0, '\u{feff}');
    }
    Generated {
        text: text.into_bytes(),
        held: generator.c.held(),
    }
}

impl Gen {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn indent(&mut self, column: usize) {
        for _ in 0..column {
            self.out.push(' ');
        }
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let picked: &&str = self.c.random.pick(from);
        picked
    }

    fn file(&mut self) {
        if self.c.want_with("comment at the top", 60) {
            self.comment_lines(0);
        }
        let documents = if self.c.want_with("several documents", 60) {
            self.c.random.between(2, 4)
        } else {
            1
        };
        for number in 0..documents {
            self.scalars.clear();
            self.collections.clear();
            self.maps.clear();
            self.document(number, number + 1 == documents);
        }
        if self.c.want_with("comment at the end", 60) {
            if self.c.random.chance(400) {
                self.put("\n");
            }
            self.comment_lines(0);
        }
    }

    fn document(&mut self, number: usize, last: bool) {
        let mut start = number > 0;
        self.handle = false;
        self.later = number > 0;
        if self.c.want_with("YAML directive", 4) {
            if number > 0 {
                self.put("...\n");
            }
            self.put("%YAML 1.1\n");
            start = true;
        }
        if self.c.want_with("TAG directive", 4) {
            if number > 0 && !self.out.ends_with("%YAML 1.1\n") {
                self.put("...\n");
            }
            self.put("%TAG !e! tag:example.org,2000:\n");
            start = true;
            self.handle = true;
        }
        if !start && self.c.want_with("explicit document start", 60) {
            start = true;
        }
        if start {
            self.put("---");
            if self.c.want_with("comment after a document marker", 15) {
                self.put(" ");
                self.comment_here();
                self.put("\n");
            } else if self.c.want_with("root on the marker's line", 3) {
                self.put(" ");
                self.flow_map(0);
                self.put("\n");
                return;
            } else {
                self.put("\n");
            }
            if self.c.random.chance(100) {
                self.comment_lines(0);
                if self.c.random.chance(300) {
                    self.put("\n");
                }
            }
        }
        if start && self.c.want_with("empty document", 10) {
            if self.c.random.chance(300) {
                let text = self.pick(&["~", "null", "{}"]);
                self.put(text);
                self.put("\n");
            }
        } else if self.c.want_with("flow root", 10) {
            self.flow_map(0);
            self.put("\n");
        } else {
            let column = if self.c.random.chance(15) {
                self.c.random.between(1, 3)
            } else {
                0
            };
            self.budget += 4;
            self.targets(column);
            self.map(column, false, 0);
        }
        let may_end = !last || self.c.random.chance(20);
        if may_end && self.c.want_with("explicit document end", 40) {
            self.put("...\n");
            if self.c.random.chance(200) {
                self.comment_lines(0);
            }
        }
    }

    /// Something for aliases and merge keys to refer to, if this document shall have them.
    fn targets(&mut self, column: usize) {
        let wanted = ["merge key", "alias to a collection"];
        if wanted.iter().any(|construct| self.c.emphasises(construct)) {
            self.indent(column);
            self.put("base: &base {k: v}\n");
            self.collections.push("base".into());
            self.maps.push("base".into());
        }
        let wanted = ["alias as a key", "alias to a scalar"];
        if wanted.iter().any(|construct| self.c.emphasises(construct)) {
            self.indent(column);
            self.put("word: &word text\n");
            self.scalars.push("word".into());
        }
    }

    // Comments.

    fn comment_here(&mut self) {
        let text = if self.c.want_with("comment without text", 15) {
            String::new()
        } else if self.c.random.chance(20) {
            " x".repeat(self.c.random.between(100, 300))
        } else {
            self.pick(COMMENTS).to_owned()
        };
        self.put("#");
        self.put(&text);
    }

    /// One or more own-line comments.
    fn comment_lines(&mut self, column: usize) {
        let count = if self.c.want_with("comment block of several lines", 150) {
            self.c.random.between(2, 4)
        } else {
            1
        };
        if self.c.want_with("comment after a blank line", 80) {
            self.put("\n");
        }
        for _ in 0..count {
            let mut at = column;
            if self.c.want_with("comment at an odd column", 30) {
                at = self.c.random.between(0, column + 5);
            }
            self.indent(at);
            self.comment_here();
            self.put("\n");
            if self.c.random.chance(60) {
                self.put("\n");
            }
        }
        if self.c.want_with("comment before a blank line", 60) {
            self.put("\n");
        }
    }

    /// The rest of a line: blanks, a comment, the break.
    fn end_of_line(&mut self, construct: &str) {
        if self.c.want_with(construct, 40) {
            if self.c.want_with("tab before a comment", 15) {
                self.put("\t");
            } else {
                let blanks = self.c.random.between(1, 2);
                self.indent(blanks);
            }
            self.comment_here();
        } else if self.c.want_with("trailing blanks", 8) {
            let text = self.pick(&[" ", "  ", "\t", " \t"]);
            self.put(if self.out.ends_with('-') { " " } else { text });
        }
        self.put("\n");
    }

    // Block collections.

    fn spend(&mut self) -> bool {
        if self.budget == 0 {
            return false;
        }
        self.budget -= 1;
        true
    }

    fn map(&mut self, column: usize, mut on_line: bool, depth: usize) {
        let count = self.c.random.between(1, 5);
        let mut keys: Vec<String> = Vec::new();
        for number in 0..count {
            if number > 0 && !self.spend() {
                break;
            }
            if !on_line {
                if number > 0 && self.c.want_with("blank lines", 50) {
                    let blank = self.pick(&["\n", "\n\n", "\n"]);
                    self.put(blank);
                }
                if self.c.want_with("comment above a key", 80) {
                    self.comment_lines(column);
                }
                self.indent(column);
            }
            on_line = false;
            self.entry(column, depth, &mut keys);
        }
        if depth > 0 && self.c.want_with("comment at the end of a nested map", 40) {
            self.comment_lines(column);
        }
    }

    fn new_key(&mut self, keys: &mut Vec<String>) -> String {
        if !keys.is_empty()
            && (self.later || self.c.random.chance(20))
            && self.c.want_with("duplicate key", 5)
        {
            let key = keys[self.c.random.below(keys.len())].clone();
            return key;
        }
        self.counter += 1;
        let mut key = self.pick(KEYS).to_owned();
        if keys.contains(&key) || self.c.random.chance(300) {
            key = format!("{key}{}", self.counter);
        }
        if self.c.want_with("key over 128 bytes", 4) {
            key = format!("{key}{}", "k".repeat(self.c.random.between(120, 300)));
        } else if self.c.want_with("key over 1024 bytes", 1) {
            key = format!("{key}{}", "k".repeat(self.c.random.between(1010, 1040)));
        }
        keys.push(key.clone());
        key
    }

    /// A key in some spelling, without the colon.
    fn key(&mut self, keys: &mut Vec<String>) {
        if self.c.want_with("key that is no string", 1) {
            let key = self.pick(&["1", "true", "~", "1.5", "2001-01-01", "0x1F", ".inf", "!!int 3"]);
            self.put(key);
            return;
        }
        if self.c.want_with("empty key", 3) {
            let key = self.pick(&["\"\"", "''"]);
            if !keys.iter().any(String::is_empty) {
                keys.push(String::new());
                self.put(key);
                return;
            }
        }
        if self.c.want_with("anchor on a key", 3) {
            self.counter += 1;
            let text = format!("&k{} ", self.counter);
            self.put(&text);
        }
        if self.c.want_with("tag on a key", 3) {
            let text = self.pick(&["!!str ", "!local ", "!!binary "]);
            self.put(text);
            if text == "!!binary " && self.c.random.chance(980) {
                self.counter += 1;
                let key = format!("{:04}", self.counter);
                self.put(&key);
                return;
            }
        }
        if !self.scalars.is_empty() && self.c.want_with("alias as a key", 2) {
            let name = self.scalars[self.c.random.below(self.scalars.len())].clone();
            self.put(&format!("*{name} "));
            return;
        }
        let key = self.new_key(keys);
        match self.c.random.below(12) {
            0 => {
                self.c.note("quoted key");
                self.put(&format!("'{}'", key.replace('\'', "''")));
            }
            1 => {
                self.c.note("quoted key");
                self.put(&format!("{key:?}"));
            }
            _ => self.put(&key),
        }
    }

    fn entry(&mut self, column: usize, depth: usize, keys: &mut Vec<String>) {
        if !keys.contains(&"<<".to_owned()) && self.c.want_with("merge key", 10) {
            self.merge(column);
            keys.push("<<".into());
            return;
        }
        if self.c.want_with("explicit key", 8) {
            self.explicit_entry(column, depth, keys);
            return;
        }
        self.key(keys);
        if self.c.random.chance(10) {
            self.put(" ");
        }
        self.put(":");
        self.value(column, depth, true);
    }

    fn explicit_entry(&mut self, column: usize, depth: usize, keys: &mut Vec<String>) {
        self.put("? ");
        if self.c.want_with("explicit key as a block scalar", 40) {
            let key = self.new_key(keys);
            self.put("|-\n");
            self.indent(column + self.step);
            self.put(&key);
            self.put("\n");
        } else {
            self.key(keys);
            self.end_of_line("comment between ? and :");
        }
        if self.c.want_with("comment between ? and :", 20) {
            self.comment_lines(column);
        }
        if self.c.want_with("explicit key without value", 60) {
            return;
        }
        self.indent(column);
        self.put(":");
        self.value(column, depth, true);
    }

    fn merge(&mut self, column: usize) {
        self.put("<<:");
        if self.maps.is_empty() || self.c.random.chance(80) {
            self.put(" ");
            self.flow_map(1);
            self.end_of_line("comment on a value's line");
            return;
        }
        let name = self.maps[self.c.random.below(self.maps.len())].clone();
        if self.c.want_with("merge key with a list", 200) {
            let other = self.maps[self.c.random.below(self.maps.len())].clone();
            if self.c.random.chance(500) {
                self.put(&format!(" [*{name}, *{other}]"));
                self.end_of_line("comment on a value's line");
            } else {
                self.put("\n");
                self.indent(column + 2);
                self.put(&format!("- *{name}\n"));
            }
        } else {
            self.put(&format!(" *{name}"));
            self.end_of_line("comment on a value's line");
        }
    }

    fn list(&mut self, column: usize, mut on_line: bool, depth: usize) {
        let count = self.c.random.between(1, 4);
        for number in 0..count {
            if number > 0 && !self.spend() {
                break;
            }
            if !on_line {
                if number > 0 && self.c.want_with("blank lines", 20) {
                    self.put("\n");
                }
                if self.c.want_with("comment above a list item", 60) {
                    self.comment_lines(column);
                }
                self.indent(column);
            }
            on_line = false;
            self.put("-");
            self.value(column, depth, false);
        }
        if self.c.want_with("comment after a list", 40) {
            self.comment_lines(column);
        }
    }

    // Values.

    fn separator(&mut self) {
        let dash = self.out.ends_with('-') && !self.c.random.chance(30);
        if !dash && self.c.want_with("tab between tokens", 4) {
            let text = self.pick(&["\t", " \t", "\t "]);
            self.put(text);
        } else if self.c.random.chance(20) {
            self.put("  ");
        } else {
            self.put(" ");
        }
    }

    /// What follows `key:` or `-`, to the end of its last line.
    fn value(&mut self, column: usize, depth: usize, of_key: bool) {
        let deep = depth
            < if self.c.want_with("deep nesting", 5) {
                20
            } else {
                4
            };
        let collection = deep && self.budget > 0 && self.c.random.chance(if depth == 0 { 420 } else { 300 });
        if collection {
            self.collection(column, depth, of_key);
            return;
        }
        if !self.collections.is_empty() && self.c.want_with("alias to a collection", 10) {
            let name = self.collections[self.c.random.below(self.collections.len())].clone();
            self.put(&format!(" *{name}"));
            self.end_of_line("comment on a value's line");
            return;
        }
        if !self.scalars.is_empty() && self.c.want_with("alias to a scalar", 10) {
            let name = self.scalars[self.c.random.below(self.scalars.len())].clone();
            self.put(&format!(" *{name}"));
            self.end_of_line("comment on a value's line");
            return;
        }
        self.scalar_value(column, of_key);
    }

    fn anchor(&mut self, scalar: bool) -> String {
        self.counter += 1;
        match self.c.random.below(5) {
            // A name used twice; not around other anchors, where sops could follow an alias into itself without end.
            0 if scalar => "x".to_owned(),
            1 => format!("A-{}", self.counter),
            _ => format!("a{}", self.counter),
        }
    }

    fn collection(&mut self, column: usize, depth: usize, of_key: bool) {
        let mut name = None;
        let mut properties = String::new();
        if self.c.want_with("anchor on a collection", 40) {
            name = Some(self.anchor(false));
            properties.push_str(&format!(" &{}", name.as_deref().unwrap_or_default()));
        }
        if self.c.want_with("tag on a collection", 10) {
            let tag = self.pick(&[
                " !!map",
                " !local",
                " !!set",
                " !!omap",
                " !!seq",
                " !",
                " !<tag:x>",
            ]);
            properties.push_str(tag);
        }
        let is_map;
        if self.c.random.chance(220) {
            self.put(&properties);
            self.separator();
            is_map = self.flow(column, 0);
            self.end_of_line("comment after a flow collection");
        } else if !of_key
            && properties.is_empty()
            && !self.c.emphasises("comment after a dash")
            && self.c.random.chance(550)
        {
            // `- k: v` and `- - x`.
            let inner = if self.c.random.chance(60) { 3 } else { 1 };
            self.indent(inner);
            is_map = self.c.random.chance(700);
            if is_map {
                self.c.note("map in a list");
                self.map(column + 1 + inner, true, depth + 1);
            } else {
                self.c.note("list in a list");
                self.list(column + 1 + inner, true, depth + 1);
            }
        } else {
            self.put(&properties);
            if properties.is_empty() {
                let construct = if of_key {
                    "comment on a collection's key line"
                } else {
                    "comment after a dash"
                };
                self.end_of_line(construct);
            } else {
                self.end_of_line("comment after an anchor or tag");
            }
            is_map = self.c.random.chance(600);
            let inner = if self.c.want_with("odd indentation", 10) {
                column + self.c.random.between(1, 9)
            } else {
                column + self.step
            };
            if is_map {
                if !of_key {
                    self.c.note("map in a list below its dash");
                }
                if self.c.random.chance(60) {
                    self.comment_lines(inner);
                }
                self.map(inner, false, depth + 1);
            } else if of_key && self.c.want_with("list at its key's column", 250) {
                self.list(column, false, depth + 1);
            } else {
                if !of_key {
                    self.c.note("list in a list");
                }
                self.list(inner, false, depth + 1);
            }
        }
        if let Some(name) = name {
            if is_map {
                self.maps.push(name.clone());
            }
            self.collections.push(name);
        }
    }

    fn scalar_value(&mut self, column: usize, of_key: bool) {
        let mut properties = String::new();
        let mut name = None;
        if self.c.want_with("anchor on a scalar", 15) {
            name = Some(self.anchor(true));
            properties.push_str(&format!(" &{}", name.as_deref().unwrap_or_default()));
        }
        let mut text_only = false;
        if self.c.want_with("core tag", 15) {
            properties.push_str(" !!str");
        } else if self.c.want_with("local tag", 8) {
            let tag = self.pick(&[" !secret", " !", " !a.b", " !e!x"]);
            properties.push_str(if self.handle {
                tag
            } else {
                tag.strip_suffix("e!x").unwrap_or(tag)
            });
        } else if self.c.want_with("verbatim tag", 4) {
            let tag = self.pick(&[" !<tag:yaml.org,2002:str>", " !<!x>"]);
            properties.push_str(tag);
        } else if (self.later || self.c.random.chance(20))
            && self.c.want_with("core tag that does not fit", 5)
        {
            let tag = self.pick(&[
                " !!int",
                " !!float",
                " !!bool",
                " !!null",
                " !!timestamp",
                " !!binary",
            ]);
            properties.push_str(tag);
        } else if self.c.want_with("binary tag", 5) {
            let text = self.pick(&[
                " !!binary aGVsbG8=",
                " !!binary |\n",
                " !!binary \"aGk=\"",
                " !!binary /+8=",
                " !!binary gIGC",
            ]);
            self.put(&properties);
            self.put(text);
            if text.ends_with('\n') {
                self.indent(column + self.step);
                self.put("aGVs\n");
                self.indent(column + self.step);
                self.put("bG8=\n");
            } else {
                self.end_of_line("comment on a value's line");
            }
            return;
        } else if self.c.want_with("set tag", 4) {
            self.put(&properties);
            self.put(" !!set");
            self.put(" {a, b}\n");
            return;
        } else if self.c.random.chance(15) {
            let tag = self.pick(&[
                " !!int 12",
                " !!int \"0x1F\"",
                " !!float 1",
                " !!float 1.5",
                " !!bool true",
                " !!null null",
                " !!null ''",
                " !!timestamp 2001-12-14",
                " !!timestamp \"2001-12-14\"",
                " !!float \"3\"",
                " !!bool 'false'",
            ]);
            self.c.note("core tag");
            self.put(&properties);
            self.put(tag);
            self.end_of_line("comment on a value's line");
            if let Some(name) = name {
                self.scalars.push(name);
            }
            return;
        } else {
            text_only = true;
        }
        self.put(&properties);
        if !properties.is_empty() && self.c.want_with("comment after an anchor or tag", 30) {
            self.put(" ");
            self.comment_here();
            self.put("\n");
            self.indent(column + self.step - 1);
        }
        let construct = if of_key {
            "comment on a value's line"
        } else {
            "comment on a list item's line"
        };
        if self.c.want_with("empty scalar", 40) {
            self.end_of_line(construct);
        } else if self.c.random.chance(180) {
            self.block_scalar(column);
        } else {
            self.separator();
            let typed = text_only;
            self.line_scalar(column, typed, false);
            self.end_of_line(construct);
        }
        if let Some(name) = name {
            self.scalars.push(name);
        }
    }

    // Scalars.

    fn word(&mut self) -> String {
        let mut word = self.pick(WORDS).to_owned();
        if self.c.want_with("text outside ASCII", 20) {
            word.push_str(self.pick(&["é", "ß", "日", "\u{a0}", "ж"]));
        }
        if self.c.want_with("text outside the BMP", 6) {
            word.push_str(self.pick(&["😀", "𝒳", "\u{10ffff}"]));
        }
        if self.c.want_with("other Unicode line break", 2) {
            word.push_str(self.pick(&["\u{85}", "\u{2028}", "\u{2029}"]));
            // What follows is a new line for the reader: indented enough for any place.
            word.push_str("                                        z");
        }
        if self.c.random.chance(30) {
            self.counter += 1;
            word = format!("{word}{}", self.counter);
        }
        word
    }

    fn text(&mut self) -> String {
        let mut text = self.word();
        while self.c.random.chance(250) {
            text.push(' ');
            let word = self.word();
            text.push_str(&word);
        }
        if self.c.want_with("text that looks like ciphertext", 3) {
            text = self
                .pick(&[
                    "ENC[x]",
                    "ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]",
                    "ENC[AES256_GCM,data:",
                ])
                .to_owned();
        }
        text
    }

    fn continuation(&mut self, column: usize, flow: bool) {
        if self.c.random.chance(30) {
            let blanks = self.pick(&[" ", "\t", "  "]);
            self.put(blanks);
        }
        self.put("\n");
        if self.c.random.chance(200) {
            self.put("\n");
        }
        let column = if flow {
            self.c.random.between(0, column + 4)
        } else {
            column + self.c.random.between(1, self.step.max(1) + 1)
        };
        self.indent(column);
    }

    /// A plain or quoted scalar without its line end.
    fn line_scalar(&mut self, column: usize, typed: bool, flow: bool) {
        match self.c.random.below(10) {
            0..=3 if typed => {
                if self.c.want_with("timestamp", 100) {
                    let text = self.pick(TIMESTAMPS);
                    self.put(text);
                } else if self.c.want_with("integer beyond int64", 2) {
                    let text = self.pick(&[
                        "9223372036854775808",
                        "18446744073709551615",
                        "0xFFFFFFFFFFFFFFFF",
                    ]);
                    self.put(text);
                } else {
                    self.c.note("plain scalar, typed");
                    let text = self.pick(PLAIN_TYPED);
                    if flow && text.contains([',', ':', '?']) {
                        self.put("1");
                    } else {
                        self.put(text);
                    }
                }
            }
            0..=5 => self.plain(column, flow),
            6 | 7 => self.single_quoted(column, flow),
            _ => self.double_quoted(column, flow),
        }
    }

    fn plain(&mut self, column: usize, flow: bool) {
        let safe = |text: &str| {
            let first = text.chars().next().unwrap_or(' ');
            !text.contains(": ")
                && !text.ends_with(':')
                && !text.contains(" #")
                && !",[]{}#&*!|>'\"%@`".contains(first)
                && !(flow && text.contains([',', '[', ']', '{', '}', ':', '?']))
        };
        let mut text = self.text();
        while !safe(&text) {
            text = self.word();
        }
        self.c.note("plain scalar");
        self.put(&text);
        if self.c.want_with("plain scalar on several lines", 25) {
            for _ in 0..self.c.random.between(1, 3) {
                let mut text = self.word();
                while !safe(&text) {
                    text = self.word();
                }
                self.continuation(column, flow);
                self.put(&text);
            }
        }
    }

    fn single_quoted(&mut self, column: usize, flow: bool) {
        self.c.note("single-quoted scalar");
        if self.c.want_with("empty string", 40) {
            self.put("''");
            return;
        }
        let text = self.text().replace('\'', "''");
        self.put("'");
        self.put(&text);
        if self.c.want_with("single-quoted scalar on several lines", 25) {
            for _ in 0..self.c.random.between(1, 3) {
                self.continuation(column, flow);
                let text = self.text().replace('\'', "''");
                self.put(&text);
            }
        }
        if self.c.random.chance(30) {
            self.put(" ");
        }
        self.put("'");
    }

    fn double_quoted(&mut self, column: usize, flow: bool) {
        self.c.note("double-quoted scalar");
        if self.c.want_with("empty string", 40) {
            self.put("\"\"");
            return;
        }
        self.put("\"");
        self.double_text();
        if self.c.want_with("double-quoted scalar on several lines", 25) {
            for _ in 0..self.c.random.between(1, 3) {
                if self.c.want_with("escaped line break", 60) {
                    self.put("\\");
                }
                self.continuation(column, flow);
                self.double_text();
            }
        }
        self.put("\"");
    }

    fn double_text(&mut self) {
        let text = self.text();
        for character in text.chars() {
            match character {
                '"' => self.put("\\\""),
                '\\' => self.put("\\\\"),
                _ => self.out.push(character),
            }
            if self.c.want_with("double-quoted escapes", 4) {
                let escape = self.pick(&[
                    "\\n",
                    "\\t",
                    "\\r",
                    "\\\\",
                    "\\\"",
                    "\\0",
                    "\\a",
                    "\\b",
                    "\\e",
                    "\\f",
                    "\\v",
                    "\\x41",
                    "\\xe9",
                    "\\u00e9",
                    "\\u65e5",
                    "\\U0001F600",
                    "\\_",
                    "\\N",
                    "\\L",
                    "\\P",
                    "\\ ",
                    "\\'",
                    "\\	",
                    "\\n\\n",
                    "\\n ",
                    " \\n",
                    "\\u200b",
                    "\\x7f",
                    "\\ufeff",
                    "\\x85",
                ]);
                self.put(escape);
            }
        }
    }

    fn block_scalar(&mut self, column: usize) {
        self.put(" ");
        let literal = self.c.random.chance(600);
        let (indicator, name) = if literal {
            ("|", "literal")
        } else {
            (">", "folded")
        };
        let chomping = self.c.random.below(3);
        let (sign, chomp) = [("", "clip"), ("-", "strip"), ("+", "keep")][chomping];
        self.put(indicator);
        let construct = format!("{name} scalar, {chomp}");
        self.c.note(&construct);
        let mut inner = column
            + if self.c.random.chance(50) {
                self.c.random.between(1, 8)
            } else {
                self.step
            };
        let mut first = "";
        if self.c.want_with("indentation indicator", 60) {
            inner = column + self.c.random.between(1, 9);
            let digit = (inner - column).to_string();
            if self.c.random.chance(500) {
                self.put(&digit);
                self.put(sign);
            } else {
                self.put(sign);
                self.put(&digit);
            }
            first = self.pick(&["", " ", "  ", "\n", "\t", ""]);
        } else {
            self.put(sign);
        }
        self.end_of_line("comment in a block scalar header");
        if self.c.random.chance(60) {
            self.put("\n");
        }
        self.indent(inner);
        if first == "\n" {
            self.put("\n");
            self.indent(inner);
        } else {
            self.put(first);
        }
        let text = self.text();
        self.put(&text);
        self.put("\n");
        for _ in 0..self.c.random.below(4) {
            if self.c.want_with("block scalar with blank lines", 80) {
                let blank = self.pick(&["\n", "\n\n", "  \n"]);
                self.put(blank);
            }
            self.indent(inner);
            if self.c.want_with("block scalar with indented lines", 80) {
                let blank = self.pick(&[" ", "  ", "\t", "    "]);
                self.put(blank);
            }
            let text = self.text();
            self.put(&text);
            if self.c.random.chance(30) {
                self.put(" ");
            }
            self.put("\n");
        }
        if self.c.random.chance(150) {
            let blank = self.pick(&["\n", "\n\n"]);
            self.put(blank);
        }
        if self.c.want_with("block scalar without final line break", 2) {
            while self.out.ends_with('\n') {
                self.out.pop();
            }
            if !self.c.random.chance(500) {
                self.put("\n");
            }
            self.budget = 0;
        }
    }

    // Flow collections.

    fn flow(&mut self, column: usize, depth: usize) -> bool {
        if self.c.random.chance(500) {
            self.flow_map_at(column, depth);
            true
        } else {
            self.flow_list(column, depth);
            false
        }
    }

    fn flow_map(&mut self, depth: usize) {
        self.flow_map_at(0, depth);
    }

    fn flow_gap(&mut self, column: usize) {
        if self.c.want_with("flow on several lines", 40) {
            if self.c.want_with("comment in a flow collection", 200) {
                self.put(" ");
                self.comment_here();
            }
            self.put("\n");
            if self.c.want_with("comment in a flow collection", 60) {
                self.indent(column + 2);
                self.comment_here();
                self.put("\n");
            }
            let indentation = column + self.c.random.between(1, 4);
            self.indent(indentation);
        } else if self.c.random.chance(700) {
            self.put(" ");
        }
    }

    fn flow_map_at(&mut self, column: usize, depth: usize) {
        self.c.note("flow map");
        if depth > 0 {
            self.c.note("nested flow");
        }
        self.put("{");
        if self.c.want_with("empty flow collection", 40) {
            self.put("}");
            return;
        }
        self.flow_gap(column);
        let mut keys = Vec::new();
        let count = self.c.random.between(1, 3);
        for number in 0..count {
            self.flow_entry(column, depth, &mut keys);
            if number + 1 < count {
                self.put(",");
                self.flow_gap(column);
                if self.out.ends_with(',') {
                    self.put(" ");
                }
            }
        }
        if self.c.want_with("trailing comma in flow", 30) {
            self.put(",");
        }
        self.flow_gap(column);
        self.put("}");
    }

    fn flow_entry(&mut self, column: usize, depth: usize, keys: &mut Vec<String>) {
        if self.c.want_with("explicit key in flow", 8) {
            self.put("? ");
        }
        let key = self.new_key(keys);
        let plain = !key.contains([':', '?', '#', ',', '-']);
        if self.c.want_with("JSON-like flow key", 60) {
            self.put(&format!("{key:?}:"));
            if self.c.random.chance(500) {
                self.put(" ");
            }
        } else if plain {
            self.put(&key);
            if self.c.random.chance(30) {
                return;
            }
            self.put(": ");
        } else {
            self.put(&format!("'{key}': "));
        }
        self.flow_value(column, depth);
    }

    fn flow_value(&mut self, column: usize, depth: usize) {
        if depth < 3 && self.c.random.chance(180) {
            self.flow(column, depth + 1);
        } else if !self.scalars.is_empty() && self.c.want_with("alias to a scalar", 10) {
            let name = self.scalars[self.c.random.below(self.scalars.len())].clone();
            self.put(&format!("*{name} "));
        } else {
            self.line_scalar(column, true, true);
        }
    }

    fn flow_list(&mut self, column: usize, depth: usize) {
        self.c.note("flow list");
        if depth > 0 {
            self.c.note("nested flow");
        }
        self.put("[");
        if self.c.want_with("empty flow collection", 40) {
            self.put("]");
            return;
        }
        self.flow_gap(column);
        let count = self.c.random.between(1, 4);
        for number in 0..count {
            if self.c.want_with("single pair in a flow list", 15) {
                let mut keys = Vec::new();
                let key = self
                    .new_key(&mut keys)
                    .replace([':', '?', '#', ',', '-', ' '], "x");
                self.put(&key);
                self.put(": ");
            }
            self.flow_value(column, depth);
            if number + 1 < count {
                self.put(",");
                self.flow_gap(column);
                if self.out.ends_with(',') {
                    self.put(" ");
                }
            }
        }
        if self.c.want_with("trailing comma in flow", 30) {
            self.put(",");
        }
        self.flow_gap(column);
        self.put("]");
    }
}
