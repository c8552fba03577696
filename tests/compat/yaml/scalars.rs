//! Writes plain and quoted scalars.

use super::Gen;
use super::typed::{PLAIN_TYPED, TIMESTAMPS};
use super::words::WORDS;

impl Gen {
    /// A piece of a text.
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

    /// One or more words.
    pub(super) fn text(&mut self) -> String {
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

    /// A line break within a scalar, and the indentation behind it.
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
    pub(super) fn line_scalar(&mut self, column: usize, typed: bool, flow: bool) {
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

    /// A plain scalar that is text.
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

    /// A scalar in single quotes.
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

    /// A scalar in double quotes.
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

    /// A text with what double quotes need, and escapes.
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
}
