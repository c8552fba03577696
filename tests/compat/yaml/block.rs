//! Writes block collections: maps with their entries, and lists.

use super::Gen;

impl Gen {
    /// Takes one entry out of the budget; false if there is none left.
    fn spend(&mut self) -> bool {
        if self.budget == 0 {
            return false;
        }
        self.budget -= 1;
        true
    }

    /// A map. `on_line`: its first key stands on the line that is open.
    pub(super) fn map(&mut self, column: usize, mut on_line: bool, depth: usize) {
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

    /// An entry of a map.
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

    /// An entry with `?`.
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

    /// A merge key with what it takes in.
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

    /// A list. `on_line`: its first dash stands on the line that is open.
    pub(super) fn list(&mut self, column: usize, mut on_line: bool, depth: usize) {
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
}
