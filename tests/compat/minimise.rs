//! Makes a document that shows a difference as small as it gets.

use crate::case::{Aspect, Case};
use crate::oracle::Oracle;
use crate::{check, rows};

/// The smallest case found that still differs in this aspect without a row that covers it.
pub(crate) fn minimise(oracle: &mut Oracle, case: &Case, aspect: Aspect) -> Case {
    let mut best = case.clone();
    best.settings.groups = vec![1];
    best.settings.threshold = 0;
    if !differs(oracle, std::slice::from_ref(&best), aspect)[0] {
        best = case.clone();
    }
    let mut simpler = best.clone();
    simpler.settings.selector = None;
    simpler.settings.mac_only_encrypted = false;
    if differs(oracle, std::slice::from_ref(&simpler), aspect)[0] {
        best = simpler;
    }
    for _ in 0..4 {
        let before = best.text.len();
        reduce(oracle, &mut best, aspect, true);
        reduce(oracle, &mut best, aspect, false);
        if best.text.len() == before {
            break;
        }
    }
    best
}

fn differs(oracle: &mut Oracle, cases: &[Case], aspect: Aspect) -> Vec<bool> {
    check(oracle, cases)
        .iter()
        .zip(cases)
        .map(|(verdict, case)| {
            verdict
                .mismatches
                .iter()
                .any(|mismatch| mismatch.aspect == aspect && rows::covering(case, mismatch.aspect).is_none())
        })
        .collect()
}

/// Removes pieces, large ones first, as long as the difference stays.
fn reduce(oracle: &mut Oracle, best: &mut Case, aspect: Aspect, lines: bool) {
    let split = |text: &[u8]| -> Vec<Vec<u8>> {
        if lines {
            text.split_inclusive(|byte| *byte == b'\n')
                .map(<[u8]>::to_vec)
                .collect()
        } else {
            text.iter().map(|byte| vec![*byte]).collect()
        }
    };
    let mut pieces = split(&best.text);
    if pieces.len() > 3000 {
        return;
    }
    let mut size = (pieces.len() / 2).max(1);
    loop {
        let mut at = 0;
        while at < pieces.len() {
            // Several candidates at once, because a question costs less in a batch.
            let starts: Vec<usize> = (at..pieces.len()).step_by(size).take(16).collect();
            let candidates: Vec<Case> = starts
                .iter()
                .map(|start| {
                    let mut kept = pieces.clone();
                    kept.drain(*start..(*start + size).min(pieces.len()));
                    Case {
                        text: kept.concat(),
                        ..best.clone()
                    }
                })
                .collect();
            match differs(oracle, &candidates, aspect)
                .iter()
                .position(|differs| *differs)
            {
                Some(found) => {
                    let start = starts[found];
                    pieces.drain(start..(start + size).min(pieces.len()));
                    at = start;
                }
                None => at += size * 16,
            }
        }
        if size == 1 {
            break;
        }
        size = (size / 2).max(1);
    }
    best.text = pieces.concat();
}
