//! Generates INI files in go-ini's dialect.

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

/// Every construct that is counted.
pub(crate) const CONSTRUCTS: &[&str] = &[
    "section",
    "key before any section",
    "explicit DEFAULT section",
    "repeated section",
    "empty section",
    "section with blanks",
    "section with brackets",
    "section outside ASCII",
    "text after a section header",
    "repeated key",
    "colon as delimiter",
    "no blanks around the delimiter",
    "several blanks around the delimiter",
    "indented line",
    "empty value",
    "double-quoted value",
    "single-quoted value",
    "back-quoted value",
    "back-quoted value on several lines",
    "triple-quoted value",
    "triple-quoted value on several lines",
    "continuation line",
    "value with a hash or semicolon",
    "value with escapes",
    "value outside ASCII",
    "value with an equals sign",
    "quoted key",
    "back-quoted key",
    "key with blanks",
    "key with a colon",
    "key that is a dash",
    "refused: key without delimiter",
    "hash comment",
    "semicolon comment",
    "comment above a section",
    "comment above a key",
    "comment of several lines",
    "comment without text",
    "comment after a value",
    "comment at the end",
    "blank lines",
    "CR LF",
    "byte order mark",
    "no final line break",
    "empty file",
    "interpolation",
    "text that looks like ciphertext",
];

struct Gen {
    c: Chooser,
    out: String,
    keys: Vec<String>,
    sections: Vec<String>,
}

/// One INI file.
pub(crate) fn generate(random: Random, number: usize) -> Generated {
    let c = Chooser::new(random, CONSTRUCTS, number);
    let mut generator = Gen {
        c,
        out: String::new(),
        keys: Vec::new(),
        sections: Vec::new(),
    };
    generator.file();
    let Gen { mut c, mut out, .. } = generator;
    if c.want("no final line break") {
        while out.ends_with('\n') {
            out.pop();
        }
    }
    if c.want("CR LF") {
        out = out.replace('\n', "\r\n");
    }
    if c.want_with("byte order mark", 10) {
        out.insert(0, '\u{feff}');
    }
    Generated {
        text: out.into_bytes(),
        held: c.held(),
    }
}

impl Gen {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let picked: &&str = self.c.random.pick(from);
        picked
    }

    fn file(&mut self) {
        if self.c.want_with("empty file", 3) {
            return;
        }
        if self.c.want_with("key before any section", 200) {
            for _ in 0..self.c.random.between(1, 3) {
                self.entry();
            }
        }
        for _ in 0..self.c.random.between(0, 3) {
            self.section();
        }
        if self.c.want_with("comment at the end", 30) {
            self.comment();
        }
    }

    fn comment(&mut self) {
        let count = if self.c.want_with("comment of several lines", 150) {
            self.c.random.between(2, 3)
        } else {
            1
        };
        for number in 0..count {
            if self.c.random.chance(500) {
                self.c.note("hash comment");
                self.put("#");
            } else {
                self.c.note("semicolon comment");
                self.put(";");
            }
            if !(number + 1 == count && self.c.want_with("comment without text", 20)) {
                let text = self.pick(&[
                    " note", " hide", "tight", " show", " a = b", " é", "; double", "  wide  ", " [x]",
                ]);
                self.put(text);
            }
            self.put("\n");
            if self.c.random.chance(40) {
                self.put("\n");
            }
        }
    }

    fn section(&mut self) {
        if self.c.want_with("blank lines", 200) {
            self.put("\n");
        }
        if self.c.want_with("comment above a section", 80) {
            self.comment();
        }
        if self.c.want_with("indented line", 20) {
            let text = self.pick(&[" ", "\t", "   "]);
            self.put(text);
        }
        let name = if self.c.want_with("explicit DEFAULT section", 15) {
            self.pick(&["DEFAULT", "DEFAULT", "default"]).to_owned()
        } else if !self.sections.is_empty() && self.c.want_with("repeated section", 40) {
            self.sections[self.c.random.below(self.sections.len())].clone()
        } else if self.c.want_with("section with blanks", 30) {
            self.pick(&[" padded ", "two words", "a\tb"]).to_owned()
        } else if self.c.want_with("section with brackets", 10) {
            self.pick(&["a]b", "a[b", "x][y", "a;b", "a#b"]).to_owned()
        } else if self.c.want_with("section outside ASCII", 20) {
            "été".to_owned()
        } else {
            let number = self.c.random.below(50);
            format!(
                "{}{number}",
                self.pick(&["db", "web", "secret", "x_enc", "clear_unencrypted", "a.b", "s"])
            )
        };
        self.c.note("section");
        self.put(&format!("[{name}]"));
        self.sections.push(name);
        if self.c.want_with("text after a section header", 20) {
            let text = self.pick(&[" ; note", " # note", ";tight", " word", "  "]);
            self.put(text);
        }
        self.put("\n");
        self.keys.clear();
        if self.c.want_with("empty section", 40) {
            return;
        }
        for _ in 0..self.c.random.between(1, 4) {
            self.entry();
        }
    }

    fn entry(&mut self) {
        if self.c.want_with("blank lines", 60) {
            let text = self.pick(&["\n", "\n\n", "  \n"]);
            self.put(text);
        }
        if self.c.want_with("comment above a key", 80) {
            self.comment();
        }
        if self.c.want_with("indented line", 20) {
            let text = self.pick(&[" ", "\t", "   "]);
            self.put(text);
        }
        if self.c.want_with("refused: key without delimiter", 1) {
            self.put("lonely\n");
            return;
        }
        self.key();
        let delimiter = if self.c.want_with("colon as delimiter", 60) {
            ":"
        } else {
            "="
        };
        if self.c.want_with("no blanks around the delimiter", 250) {
            self.put(delimiter);
        } else if self.c.want_with("several blanks around the delimiter", 60) {
            self.put(&format!("  \t{delimiter}   "));
        } else {
            self.put(&format!(" {delimiter} "));
        }
        self.value();
        self.put("\n");
    }

    fn key(&mut self) {
        if self.c.want_with("quoted key", 15) {
            let key = self.pick(&["\"quoted\"", "\"a = b\"", "\"\"\"triple\"\"\"", "\"k:x\""]);
            self.put(key);
        } else if self.c.want_with("back-quoted key", 15) {
            let key = self.pick(&["`back`", "`a=b`", "`a:b`", "`a\"b`"]);
            self.put(key);
        } else if self.c.want_with("key with blanks", 20) {
            self.put("two words");
        } else if self.c.want_with("key with a colon", 10) {
            self.put("`x:y`");
        } else if self.c.want_with("key that is a dash", 4) {
            self.put("-");
        } else {
            let known = self.keys.clone();
            if !known.is_empty() && self.c.want_with("repeated key", 20) {
                let key = known[self.c.random.below(known.len())].clone();
                self.put(&key);
                return;
            }
            let number = self.c.random.below(100);
            let key = format!(
                "{}{number}",
                self.pick(&[
                    "user",
                    "password",
                    "Key",
                    "key_unencrypted",
                    "x_enc",
                    "été",
                    "a.b"
                ])
            );
            self.put(&key);
            self.keys.push(key);
        }
    }

    fn word(&mut self) -> String {
        let mut text = self
            .pick(&[
                "hunter2",
                "host.example",
                "1",
                "true",
                "two words",
                "x",
                "/run/x",
                "p@ss",
                "a,b",
            ])
            .to_owned();
        if self.c.want_with("value outside ASCII", 30) {
            text.push_str("é日本😀");
        }
        if self.c.want_with("value with an equals sign", 30) {
            text.push_str("=y:z");
        }
        if self.c.want_with("value with escapes", 30) {
            let escape = self.pick(&["\\n", "\\t", "\\\"", "\\\\", "\\x", "\\;", "\\#"]);
            text.push_str(escape);
            text.push('t');
        }
        if self.c.want_with("interpolation", 10) {
            text.push_str("%(user1)s");
        }
        text
    }

    fn value(&mut self) {
        if self.c.want_with("empty value", 50) {
            return;
        }
        if self.c.want_with("text that looks like ciphertext", 8) {
            self.put("ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]");
            return;
        }
        let word = self.word();
        if self.c.want_with("double-quoted value", 40) {
            let inner = self.pick(&["", "", " ", "'", "\"", ";"]);
            self.put(&format!("\"{word}{inner}\""));
        } else if self.c.want_with("single-quoted value", 30) {
            let inner = self.pick(&["", "", " ", "\"", "'", "#"]);
            self.put(&format!("'{word}{inner}'"));
        } else if self.c.want_with("back-quoted value", 30) {
            let inner = self.pick(&["", "#x", ";y", "\"q\"", " "]);
            self.put(&format!("`{word}{inner}`"));
        } else if self.c.want_with("back-quoted value on several lines", 15) {
            self.put(&format!("`{word}\nsecond = x\n  third`"));
        } else if self.c.want_with("triple-quoted value", 20) {
            self.put(&format!("\"\"\"{word} \"q\" #x\"\"\""));
        } else if self.c.want_with("triple-quoted value on several lines", 15) {
            let inner = self.pick(&["\n", "\n\n", "\n[x]\n", "\n# no\n"]);
            self.put(&format!("\"\"\"{word}{inner}end\"\"\""));
        } else {
            self.put(&word);
            if self.c.want_with("value with a hash or semicolon", 30) {
                let text = self.pick(&["#x", ";y", " # z", " ; z"]);
                self.put(text);
            }
        }
        if self.c.want_with("continuation line", 15) {
            let text = self.pick(&["\\\nnext", " \\\n  next", "\\\n", "\\\n# next"]);
            self.put(text);
        }
        if self.c.want_with("comment after a value", 30) {
            let text = self.pick(&[" ; note", " # note", "\t; t"]);
            self.put(text);
        }
    }
}
