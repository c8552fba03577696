//! Writes comments, and the ends of lines.

use super::Gen;
use super::words::COMMENTS;

impl Gen {
    /// A comment, without the line's end.
    pub(super) fn comment_here(&mut self) {
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
    pub(super) fn comment_lines(&mut self, column: usize) {
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
    pub(super) fn end_of_line(&mut self, construct: &str) {
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
}
