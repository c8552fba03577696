//! Writes files: their documents, markers and directives.

use super::Gen;

impl Gen {
    /// All of the file.
    pub(super) fn file(&mut self) {
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

    /// A document, from its marker or directives to its end.
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
}
