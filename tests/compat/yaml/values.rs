//! Writes what follows a key or a dash: anchors, tags, aliases, and the value.

use super::Gen;

impl Gen {
    /// What stands between `:` or `-` and the value.
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
    pub(super) fn value(&mut self, column: usize, depth: usize, of_key: bool) {
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

    /// A name for an anchor.
    fn anchor(&mut self, scalar: bool) -> String {
        self.counter += 1;
        match self.c.random.below(5) {
            // A name used twice; not around other anchors, where sops could follow an alias into itself without end.
            0 if scalar => "x".to_owned(),
            1 => format!("A-{}", self.counter),
            _ => format!("a{}", self.counter),
        }
    }

    /// A list or map, block or flow, with its properties.
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

    /// A scalar with its properties, to the end of its last line.
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
}
