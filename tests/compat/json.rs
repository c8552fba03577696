//! Generates JSON documents with what sops' reader treats in a way of its own.

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

/// Every construct that is counted.
pub(crate) const CONSTRUCTS: &[&str] = &[
    "object in an object",
    "array",
    "array in an array",
    "object in an array",
    "empty object",
    "empty array",
    "string",
    "empty string",
    "short escapes",
    "\\u escapes",
    "surrogate pair",
    "lone surrogate",
    "text outside ASCII",
    "text outside the BMP",
    "HTML characters",
    "line separators",
    "control characters as escapes",
    "integer",
    "integer at the edge of int64",
    "integer beyond int64",
    "negative zero",
    "float",
    "float with exponent",
    "integral float",
    "float at the edge",
    "float whose shortest digits are a tie",
    "true, false",
    "null",
    "duplicate key",
    "empty key",
    "key with a colon",
    "key outside ASCII",
    "white space",
    "no white space",
    "CR LF",
    "tabs",
    "no final line break",
    "deep nesting",
    "text that looks like ciphertext",
];

struct Gen {
    c: Chooser,
    out: String,
    budget: usize,
    pretty: bool,
}

/// One JSON file.
pub(crate) fn generate(random: Random, number: usize) -> Generated {
    let mut c = Chooser::new(random, CONSTRUCTS, number);
    let budget = c.random.between(1, 20);
    let pretty = !c.want_with("no white space", 200);
    let mut generator = Gen {
        c,
        out: String::new(),
        budget,
        pretty,
    };
    generator.space();
    generator.object(0);
    if !generator.c.want("no final line break") {
        generator.out.push('\n');
    }
    if generator.c.want("CR LF") {
        generator.out = generator.out.replace('\n', "\r\n");
    }
    Generated {
        text: generator.out.into_bytes(),
        held: generator.c.held(),
    }
}

impl Gen {
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn space(&mut self) {
        if self.pretty && self.c.want_with("white space", 200) {
            let text = if self.c.want_with("tabs", 100) {
                self.c.random.pick(&["\t", "\n\t", "\t\t"])
            } else {
                self.c.random.pick(&[" ", "\n", "\n  ", "  ", "\n\n"])
            };
            self.out.push_str(text);
        }
    }

    fn object(&mut self, depth: usize) {
        self.put("{");
        self.space();
        let count = if depth > 0 && self.c.want_with("empty object", 60) {
            0
        } else {
            self.c.random.between(1, 5)
        };
        let mut keys: Vec<String> = Vec::new();
        for number in 0..count {
            if number > 0 {
                if self.budget == 0 {
                    break;
                }
                self.put(",");
                self.space();
            }
            self.budget = self.budget.saturating_sub(1);
            if !keys.is_empty() && self.c.want_with("duplicate key", 10) {
                let key = keys[self.c.random.below(keys.len())].clone();
                self.put(&key);
            } else {
                let before = self.out.len();
                self.key();
                let key = self.out[before..].to_owned();
                keys.push(key);
            }
            self.space();
            self.put(":");
            self.space();
            self.value(depth);
            self.space();
        }
        self.put("}");
    }

    fn key(&mut self) {
        if self.c.want_with("empty key", 10) {
            self.put("\"\"");
        } else if self.c.want_with("key with a colon", 20) {
            self.put("\"a:b\"");
        } else if self.c.want_with("key outside ASCII", 20) {
            let key = *self
                .c
                .random
                .pick(&["\"été\"", "\"ключ\"", "\"😀\"", "\"\\u00e9\""]);
            self.put(key);
        } else if self.c.random.chance(50) {
            self.string();
        } else {
            let number = self.c.random.below(100);
            let key = *self.c.random.pick(&[
                "name",
                "db",
                "password",
                "secret",
                "x_enc",
                "key_unencrypted",
                "plain_unencrypted",
                "token",
                "env",
            ]);
            if self.c.random.chance(500) {
                self.put(&format!("\"{key}\""));
            } else {
                self.put(&format!("\"{key}{number}\""));
            }
        }
    }

    fn value(&mut self, depth: usize) {
        let limit = if self.c.want_with("deep nesting", 5) {
            25
        } else {
            4
        };
        match self.c.random.below(20) {
            0..=3 if depth < limit => {
                if depth > 0 {
                    self.c.note("object in an object");
                }
                self.object(depth + 1);
            }
            4..=6 if depth < limit => self.array(depth),
            7 => {
                self.c.note("true, false");
                let text = *self.c.random.pick(&["true", "false"]);
                self.put(text);
            }
            8 => {
                self.c.note("null");
                self.put("null");
            }
            9..=12 => self.number(),
            _ => self.string(),
        }
    }

    fn array(&mut self, depth: usize) {
        self.c.note("array");
        self.put("[");
        self.space();
        let count = if self.c.want_with("empty array", 60) {
            0
        } else {
            self.c.random.between(1, 4)
        };
        for number in 0..count {
            if number > 0 {
                self.put(",");
                self.space();
            }
            match self.c.random.below(10) {
                0 if depth < 6 => {
                    self.c.note("array in an array");
                    self.array(depth + 1);
                }
                1 if depth < 6 => {
                    self.c.note("object in an array");
                    self.object(depth + 1);
                }
                2..=5 => self.number(),
                6 => {
                    self.c.note("null");
                    self.put("null");
                }
                _ => self.string(),
            }
            self.space();
        }
        self.put("]");
    }

    fn number(&mut self) {
        let pick = |c: &mut Chooser, from: &[&'static str]| *c.random.pick(from);
        let c = &mut self.c;
        let text = if c.want("integer at the edge of int64") {
            pick(
                c,
                &["9223372036854775807", "-9223372036854775808", "9007199254740993"],
            )
        } else if c.want("integer beyond int64") {
            pick(
                c,
                &[
                    "9223372036854775808",
                    "-9223372036854775809",
                    "18446744073709551615",
                    "18446744073709551616",
                ],
            )
        } else if c.want("negative zero") {
            pick(c, &["-0", "-0.0", "-0e1"])
        } else if c.want("float with exponent") {
            pick(
                c,
                &[
                    "1e5", "1E5", "1e+5", "1.5e-7", "2E-05", "1e21", "1e20", "123e-20", "1e6",
                ],
            )
        } else if c.want("integral float") {
            pick(c, &["1.0", "100.0", "1000000.0", "-3.0", "0.0"])
        } else if c.want("float at the edge") {
            pick(
                c,
                &[
                    "1.7976931348623157e308",
                    "5e-324",
                    "1e-400",
                    "4.9e-324",
                    "2.2250738585072014e-308",
                ],
            )
        } else if c.want("float whose shortest digits are a tie") {
            pick(
                c,
                &["1099511566914.78125", "4503599627370497.5", "9007199254740993.0"],
            )
        } else if c.random.chance(400) {
            c.note("float");
            let text = format!("{}.{}", c.random.below(100_000), c.random.below(100_000_000));
            self.put(&text);
            return;
        } else {
            c.note("integer");
            let sign = if c.random.chance(200) { "-" } else { "" };
            let digits = c.random.below(10_000_000);
            self.put(&format!("{sign}{digits}"));
            return;
        };
        self.put(text);
    }

    fn string(&mut self) {
        self.c.note("string");
        if self.c.want_with("empty string", 60) {
            self.put("\"\"");
            return;
        }
        if self.c.want_with("text that looks like ciphertext", 8) {
            self.put("\"ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]\"");
            return;
        }
        self.put("\"");
        let word = *self.c.random.pick(&[
            "hunter2",
            "a b",
            "s3cr3t",
            "x",
            "host.example",
            "#1",
            "k=v",
            "null",
            "1",
        ]);
        self.put(word);
        for _ in 0..self.c.random.below(4) {
            let pick = |c: &mut Chooser, from: &[&'static str]| *c.random.pick(from);
            let c = &mut self.c;
            let text = if c.want_with("short escapes", 60) {
                pick(c, &["\\n", "\\t", "\\r", "\\\"", "\\\\", "\\/", "\\b", "\\f"])
            } else if c.want_with("\\u escapes", 30) {
                pick(
                    c,
                    &["\\u00e9", "\\u65E5", "\\u0041", "\\u2028", "\\uFFFD", "\\uffff"],
                )
            } else if c.want("surrogate pair") {
                pick(c, &["\\ud83d\\ude00", "\\uD835\\uDCB3"])
            } else if c.want("lone surrogate") {
                pick(
                    c,
                    &[
                        "\\ud83d",
                        "\\ude00",
                        "\\ud83dx",
                        "\\ud83d\\u0041",
                        "\\ud83d\\n",
                        "\\ud83d\\ud83d\\ude00",
                    ],
                )
            } else if c.want_with("text outside ASCII", 40) {
                pick(c, &["é", "日本", "ж", "\u{a0}", "\u{ad}", "\u{fffd}"])
            } else if c.want("text outside the BMP") {
                pick(c, &["😀", "𝒳", "\u{10ffff}"])
            } else if c.want("HTML characters") {
                pick(c, &["<", ">", "&", "</script>"])
            } else if c.want("line separators") {
                pick(c, &["\u{2028}", "\u{2029}", "\u{85}"])
            } else if c.want("control characters as escapes") {
                pick(c, &["\\u0000", "\\u001f", "\u{7f}", "\\u007f", "\\u0008"])
            } else {
                pick(c, &["y", " ", "'", "tail", "%", "$x"])
            };
            self.put(text);
        }
        self.put("\"");
    }
}
