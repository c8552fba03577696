//! Writes literal and folded scalars.

use super::Gen;

impl Gen {
    /// A block scalar, from its indicator to the end of its last line.
    pub(super) fn block_scalar(&mut self, column: usize) {
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
}
