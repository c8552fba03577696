//! Trees against sops' printer.

use std::collections::BTreeMap;

use super::differences::{self, differences};
use super::generate::{Dice, Taste, document};
use super::oracle::{self, Oracle};
use crate::document::yaml;

/// Prints generated trees both ways.
fn compare(seeds: std::ops::Range<u64>, taste: Taste) {
    let Some(mut oracle) = Oracle::start("yaml printing against sops") else {
        return;
    };
    let mut hits = BTreeMap::<&str, usize>::new();
    let (mut same, mut lost_comments) = (0_usize, 0_usize);
    let total = usize::try_from(seeds.end - seeds.start).unwrap();
    for seed in seeds {
        let mut dice = Dice::new(seed);
        let document = document(&mut dice, taste);
        let indent = *dice.pick(&[&4, &4, &4, &0, &1, &2, &3, &5, &8, &9, &12]);
        let step = match indent {
            0 => 4,
            2..=9 => indent,
            _ => 2,
        };
        let ours = yaml::print(&document, indent).unwrap();
        let theirs = oracle.emit(&document, indent).unwrap_or_default();
        let mut reasons = differences(&document, step);
        reasons.retain(|reason| !differences::OF_PLACES_ONLY.contains(reason));
        if ours.expose() == theirs {
            same += 1;
        } else {
            assert!(
                !reasons.is_empty(),
                "seed {seed}, indent {indent}\n--- ours\n{}\n--- sops\n{}\n{}",
                String::from_utf8_lossy(ours.expose()),
                String::from_utf8_lossy(&theirs),
                oracle::tree(&document)
            );
            for reason in reasons {
                *hits.entry(reason).or_default() += 1;
            }
        }
        let wanted = oracle::tree(&document);
        let read = oracle.read(ours.expose());
        let read = read.unwrap_or_else(|error| {
            panic!(
                "seed {seed}, indent {indent}: {error}\n{}\n{wanted}",
                String::from_utf8_lossy(ours.expose())
            )
        });
        assert_eq!(
            oracle::values(&read),
            oracle::values(&wanted),
            "seed {seed}, indent {indent}\n{}",
            String::from_utf8_lossy(ours.expose())
        );
        lost_comments += usize::from(oracle::comments(&read) != oracle::comments(&wanted));
    }
    println!(
        "{same} of {total} trees printed as sops prints them; the others: {hits:?}; comments that sops does not read back in {lost_comments}"
    );
}

#[test]
fn trees_of_words_are_printed_as_sops_prints_them() {
    compare(
        0..2000,
        Taste {
            any_text: false,
            comments: false,
        },
    );
}

#[test]
fn comments_are_printed_as_sops_prints_them() {
    compare(
        10_000..14_000,
        Taste {
            any_text: false,
            comments: true,
        },
    );
}

#[test]
fn texts_of_any_kind_are_printed_as_sops_prints_them_and_read_back() {
    compare(
        20_000..26_000,
        Taste {
            any_text: true,
            comments: false,
        },
    );
}

#[test]
fn trees_of_any_kind_are_printed_as_sops_prints_them_and_read_back() {
    compare(
        30_000..34_000,
        Taste {
            any_text: true,
            comments: true,
        },
    );
}
