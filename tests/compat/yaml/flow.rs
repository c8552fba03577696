//! Writes flow collections.

use super::Gen;

impl Gen {
    /// A flow list or map; true for a map.
    pub(super) fn flow(&mut self, column: usize, depth: usize) -> bool {
        if self.c.random.chance(500) {
            self.flow_map_at(column, depth);
            true
        } else {
            self.flow_list(column, depth);
            false
        }
    }

    /// A flow map at the first column.
    pub(super) fn flow_map(&mut self, depth: usize) {
        self.flow_map_at(0, depth);
    }

    /// What may stand between the tokens of a flow collection.
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

    /// A flow map.
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
                self.flow_comma(column);
            }
        }
        self.flow_end(column);
        self.put("}");
    }

    /// Between two entries.
    fn flow_comma(&mut self, column: usize) {
        self.put(",");
        self.flow_gap(column);
        if self.out.ends_with(',') {
            self.put(" ");
        }
    }

    /// Behind the last entry.
    fn flow_end(&mut self, column: usize) {
        if self.c.want_with("trailing comma in flow", 30) {
            self.put(",");
        }
        self.flow_gap(column);
    }

    /// An entry of a flow map.
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

    /// A value in a flow collection.
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

    /// A flow list.
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
                self.flow_comma(column);
            }
        }
        self.flow_end(column);
        self.put("]");
    }
}
