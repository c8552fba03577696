//! Plain documents: same tree, comment order, additional data, selection, or the same refusal.

use secrets::document;
use secrets::document::{Document, Format, Limits, ReadError, Value};
use secrets::sops::walk::{What, walk};

use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch, Settings};
use crate::dump::{self, Detail, Visited};
use crate::oracle::{Answer, Oracle, Request};

/// Reads a plain document of any format.
pub(crate) fn read(format: Format, text: &[u8]) -> Result<Document, ReadError> {
    document::read(text, format, &Limits::STANDARD)
}

/// What our walk says about the leaves and comments of a tree.
pub(crate) fn visits(document: &Document, settings: &Settings) -> Result<Vec<Visited>, String> {
    let mut visits = Vec::new();
    walk(document, &settings.selector(), settings.scope(), &mut |visit| {
        if let What::Leaf(leaf) = &visit.what
            && matches!(leaf.value, Value::Null)
        {
            return;
        }
        visits.push(Visited {
            aad: visit.aad.to_vec(),
            selected: visit.selected,
            in_mac: visit.in_mac,
        });
    })
    .map(|()| visits)
    .map_err(|error| error.to_string())
}

/// Compares a batch of plain documents.
pub(crate) fn check(oracle: &mut Oracle, cases: &[Case]) -> Vec<Verdict> {
    let requests = cases
        .iter()
        .map(|case| {
            case.settings
                .ask(Request::new("load_plain", case.format, &case.text))
        })
        .collect();
    let answers = oracle.ask(requests);
    cases
        .iter()
        .zip(answers)
        .map(|(case, answer)| Verdict {
            accepted: answer.ok(),
            refusal: (!answer.ok()).then(|| answer.error().to_owned()),
            mismatches: judge(case, &answer).into_iter().collect(),
        })
        .collect()
}

fn judge(case: &Case, answer: &Answer) -> Option<Mismatch> {
    let document = match (read(case.format, &case.text), answer.ok()) {
        (Ok(document), true) => document,
        (Err(_), false) => return None,
        (Ok(_), false) => {
            return Some(Mismatch::new(
                Aspect::WeAccept,
                format!("    sops: {}", answer.error()),
            ));
        }
        (Err(error), true) => {
            let detail = format!("    ours: {error}: {}", error.kind);
            return Some(Mismatch::new(Aspect::WeRefuse, detail));
        }
    };
    let settings = if case.format == Format::Binary {
        &Settings::PLAIN
    } else {
        &case.settings
    };
    let visits = match (visits(&document, settings), answer.walk_error()) {
        (Ok(visits), None) => Some(visits),
        (Err(_), Some(_)) => None,
        (Ok(_), Some(error)) => return Some(Mismatch::new(Aspect::Walk, format!("    sops: {error}"))),
        (Err(error), None) => return Some(Mismatch::new(Aspect::Walk, format!("    ours: {error}"))),
    };

    let theirs = dump::theirs(answer.tree(), visits.is_some(), Detail::Tree);
    let ours = dump::ours(&document, visits, Detail::Tree);
    dump::difference(&ours, &theirs).map(|difference| Mismatch::new(Aspect::Tree, difference))
}
