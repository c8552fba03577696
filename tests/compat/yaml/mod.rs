//! Generates YAML documents in every style that sops' dialect has.

mod block;
mod block_scalars;
mod comments;
mod constructs;
mod documents;
mod flow;
mod keys;
mod scalars;
mod typed;
mod values;
mod words;

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

pub(crate) use constructs::CONSTRUCTS;

/// What writes one file.
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
    /// Writes a text.
    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes blanks up to a column.
    fn indent(&mut self, column: usize) {
        for _ in 0..column {
            self.out.push(' ');
        }
    }

    /// One of some texts.
    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        let picked: &&str = self.c.random.pick(from);
        picked
    }
}
