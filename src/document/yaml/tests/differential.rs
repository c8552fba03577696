//! Reading compared with sops itself, on documents changed at random.

use super::oracle::{self, Oracle};
use super::reading::{parse, recorded};
use crate::document::ReadErrorKind;

/// A small generator, the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 1).unwrap() % sides.max(1)
    }

    pub(crate) fn pick<'a, T>(&mut self, choice: &'a [T]) -> &'a T {
        &choice[self.roll(choice.len())]
    }
}

const PIECES: &[&str] = &[
    "# c\n",
    "  # c\n",
    " # c",
    "\n",
    "\n\n",
    ": ",
    "- ",
    "? ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "&a ",
    "*a",
    "!!int ",
    "!!str ",
    "! ",
    "|\n",
    ">-\n",
    "|+2\n",
    "\"",
    "'",
    "---\n",
    "...\n",
    "\t",
    "  ",
    " ",
    "#",
    "\r\n",
    "\\",
    "a: ",
    "b: 1\n",
    "- x\n",
    "<<: ",
    "\u{85}",
    "\u{2028}",
    "%TAG !e! x\n",
    "~",
    "0x1",
    "2001-01-01",
    "é",
];

/// What was recorded and is short.
pub(crate) fn seeds() -> Vec<Vec<u8>> {
    ["resolution.jsonl", "comments.jsonl", "dialect.jsonl"]
        .into_iter()
        .flat_map(recorded)
        .map(|record| record.text)
        .filter(|text| text.len() < 2000)
        .collect()
}

/// A text with some changes.
pub(crate) fn mutated(dice: &mut Dice, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut text = dice.pick(seeds).clone();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(text.len() + 1);
        match dice.roll(6) {
            0 | 1 => drop(text.splice(at..at, dice.pick(PIECES).bytes())),
            2 => drop(text.drain(at..(at + 1 + dice.roll(3)).min(text.len()).max(at))),
            3 => {
                let indented = " ".repeat(dice.roll(5));
                let start = text[..at]
                    .iter()
                    .rposition(|byte| *byte == b'\n')
                    .map_or(0, |start| start + 1);
                drop(text.splice(start..start, indented.bytes()));
            }
            4 => {
                let other = dice.pick(seeds);
                let from = dice.roll(other.len() + 1);
                let until = (from + dice.roll(40)).min(other.len());
                drop(text.splice(at..at, other[from..until].iter().copied()));
            }
            _ => {
                text.extend_from_slice(dice.pick(&["\n", "\n---\n", "\n...\n---\n"]).as_bytes());
                let other: &Vec<u8> = dice.pick(seeds);
                text.extend_from_slice(other);
            }
        }
    }
    text
}

/// Whether we refuse this on purpose where sops does not.
fn on_purpose(kind: &ReadErrorKind) -> bool {
    let ReadErrorKind::Syntax(reason) = kind else {
        return matches!(
            kind,
            ReadErrorKind::TooManyAliases { .. } | ReadErrorKind::TooDeep { .. }
        );
    };
    [
        "under the tag",
        "what the tag",
        "stands as a key",
        "offset of a timestamp",
        "byte order marks",
    ]
    .iter()
    .any(|purpose| reason.contains(purpose))
}

#[test]
fn documents_changed_at_random_are_read_as_sops_reads_them_now() {
    let Some(mut sops) = Oracle::start("reading compared with sops") else {
        return;
    };
    let count = std::env::var("YAML_DIFFERENTIAL").map_or(3000, |count| count.parse().unwrap());
    let seeds = seeds();
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    for _ in 0..count {
        let text = mutated(&mut dice, &seeds);
        let shown = String::from_utf8_lossy(&text);
        let theirs = sops.read(&text).ok().map(|tree| oracle::without_odd_keys(&tree));
        match parse(&text) {
            Ok(ours) => {
                let ours = oracle::without_odd_keys(&oracle::tree(&ours));
                assert_eq!(Some(ours), theirs, "{shown:?}");
            }
            Err(error) if theirs.is_some() => assert!(on_purpose(&error.kind), "{shown:?}: {:?}", error.kind),
            Err(_) => {}
        }
    }
}
