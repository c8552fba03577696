//! What we seal: sops opens it, it comes back as it was, and only what changed changes.

pub(crate) mod awkward;
mod back;
mod leaf;
mod metadata;
pub(crate) mod older;
mod strings;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use secrets::document::{Document, Format, Limits, render, same_values};
use secrets::keys::Identity;
use secrets::secret::Plaintext;
use secrets::sops::{
    Basis, DataKey, KeptKey, MacPolicy, Metadata, Opened, SealError, SealNote, Sealed, Sealing, Selector,
    seal,
};
use serde_json::Value;

use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch};
use crate::dump::{self, Detail};
use crate::keys;
use crate::oracle::{Answer, Oracle, Request};
use crate::plain;
use crate::random::Random;
use crate::sealed;
use metadata::Templates;

use older::Older;

/// When everything is sealed.
const NOW: &str = "2026-03-04T05:06:07Z";
/// When it is sealed again after a change.
const LATER: &str = "2026-04-05T06:07:08Z";

static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(keys::identities);

thread_local! {
    static TEMPLATES: RefCell<Templates> = RefCell::default();
    static OLDER: RefCell<Older> = RefCell::default();
}

/// A document that we sealed.
struct Written {
    text: Vec<u8>,
    notes: Vec<SealNote>,
    opened: Opened,
    back: Vec<u8>,
}

fn randomness(seed: u64) -> impl FnMut(&mut [u8]) {
    let mut random = Random::new(seed);
    move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(8) {
            let next = random.next().to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(source) = cause {
        text.push_str(&format!(": {source}"));
        cause = source.source();
    }
    text
}

/// The metadata of a case: recipients with their copies of the data key, and the case's selector.
fn metadata_of(case: &Case, templates: &Templates) -> Metadata {
    let template = templates.of(case);
    let (kind, text) = match case.settings.selector {
        Some((kind, text)) if case.format != Format::Binary => (kind, text),
        _ => (Selector::default().kind(), "_unencrypted"),
    };
    Metadata {
        groups: template.groups.clone(),
        shamir_threshold: template.shamir_threshold,
        last_modified: NOW.to_owned(),
        mac: String::new(),
        version: "3.13.3".to_owned(),
        selector: Selector::stored(kind, text),
        mac_only_encrypted: case.settings.mac_only_encrypted,
    }
}

/// Opens a file with the key that all files here have.
fn open(text: &[u8], format: Format, templates: &Templates, case: &Case) -> Result<Opened, String> {
    Sealed::read(text, format, &Limits::STANDARD)
        .map_err(|error| chain(&error))?
        .open(&templates.of(case).key, MacPolicy::Verify)
        .map_err(|error| chain(&error))
}

fn in_place(text: &[u8], opened: &Opened) -> Result<Plaintext, String> {
    render::in_place(text, &opened.document, &opened.metadata_spans).map_err(|error| chain(&error))
}

fn write(case: &Case, templates: &Templates) -> Result<Result<Written, String>, SealError> {
    let metadata = metadata_of(case, templates);
    let sealing = Sealing {
        format: case.format,
        key: &templates.of(case).key,
        metadata: &metadata,
        now: NOW,
        basis: Basis::New,
    };
    let seed = case.text.len() as u64;
    let sealed = seal(&case.text, &sealing, &mut randomness(seed))?;
    let opened = match open(&sealed.text, case.format, templates, case) {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error)),
    };
    let back = match in_place(&sealed.text, &opened) {
        Ok(back) => back.expose().to_vec(),
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Written {
        text: sealed.text,
        notes: sealed.notes,
        opened,
        back,
    }))
}

/// Seals a text against a file again, with the metadata that the file has.
fn again(
    source: &[u8],
    text: &[u8],
    opened: &Opened,
    case: &Case,
    now: &str,
    key: &DataKey,
) -> Result<Vec<u8>, String> {
    let sealing = Sealing {
        format: case.format,
        key,
        metadata: &opened.metadata,
        now,
        basis: Basis::File {
            text,
            opened,
            key: KeptKey::Same,
        },
    };
    seal(source, &sealing, &mut randomness(7))
        .map(|sealed| sealed.text)
        .map_err(|error| chain(&error))
}

/// Checks a batch.
pub(crate) fn check(oracle: &mut Oracle, cases: &[Case]) -> Vec<Verdict> {
    TEMPLATES.with_borrow_mut(|templates| {
        for case in cases {
            templates.prepare(oracle, case);
        }
        checked(oracle, cases, templates)
    })
}

fn checked(oracle: &mut Oracle, cases: &[Case], templates: &Templates) -> Vec<Verdict> {
    let loads = cases
        .iter()
        .map(|case| {
            case.settings
                .ask(Request::new("load_plain", case.format, &case.text))
        })
        .collect();
    let loaded = oracle.ask(loads);
    let theirs = oracle.ask(cases.iter().map(sealed::encrypt).collect());
    let mut verdicts: Vec<Verdict> = loaded
        .iter()
        .map(|answer| {
            let accepted = answer.ok() && answer.walk_error().is_none();
            let refusal = answer.walk_error().unwrap_or(answer.error()).to_owned();
            Verdict {
                accepted,
                refusal: (!accepted).then_some(refusal),
                mismatches: Vec::new(),
            }
        })
        .collect();
    let mut written: Vec<Option<Written>> = Vec::with_capacity(cases.len());
    for (at, ((case, verdict), theirs)) in cases.iter().zip(&mut verdicts).zip(&theirs).enumerate() {
        let result = match write(case, templates) {
            Ok(Ok(written)) => Some(written),
            Ok(Err(error)) => {
                let detail = format!("    ours: {error}");
                verdict.mismatches.push(Mismatch::new(Aspect::NotOpened, detail));
                None
            }
            Err(error) => {
                let lost = matches!(error, SealError::CannotHold { .. })
                    && sops_loses(oracle, case, theirs, &loaded[at]);
                if verdict.accepted && theirs.ok() && !refused_on_purpose(case, &error) && !lost {
                    let detail = format!("    ours: {}", chain(&error));
                    verdict.mismatches.push(Mismatch::new(Aspect::NotSealed, detail));
                }
                None
            }
        };
        written.push(result);
    }
    let asked: Vec<usize> = (0..cases.len()).filter(|at| written[*at].is_some()).collect();
    let requests = asked
        .iter()
        .map(|at| {
            let text = written[*at].as_ref().map_or(&[][..], |written| &written.text);
            sealed::decrypt(cases[*at].format, text)
        })
        .collect();
    for (at, answer) in asked.iter().zip(oracle.ask(requests)) {
        let (case, verdict) = (&cases[*at], &mut verdicts[*at]);
        let Some(written) = &written[*at] else { continue };
        // What sops cannot print it cannot print of its own file either.
        if answer.ok() || !sops_loses(oracle, case, &theirs[*at], &loaded[*at]) {
            judge(case, written, &answer, &loaded[*at], verdict);
        }
        back::check(case, written, verdict);
        own_again(case, written, templates, verdict);
        leaf::check(case, written, templates, verdict);
        strings::check(case, written, templates, verdict);
        // What this release cannot print the older one cannot either.
        if answer.ok() {
            OLDER.with_borrow_mut(|older| older.check(case, &written.text, verdict));
        }
    }
    for ((case, verdict), answer) in cases.iter().zip(&mut verdicts).zip(&theirs) {
        if let Some(text) = answer.data().filter(|_| answer.ok()) {
            theirs_again(case, &text, verdict);
        }
    }
    verdicts
}

/// Whether sops' own file does not come back as what was encrypted.
fn sops_loses(oracle: &mut Oracle, case: &Case, theirs: &Answer, loaded: &Answer) -> bool {
    let Some(text) = theirs.data() else { return true };
    let decrypted = oracle.ask_one(sealed::decrypt(case.format, &text));
    let Some(text) = decrypted.data().filter(|_| decrypted.ok()) else {
        return true;
    };
    let again = oracle.ask_one(Request::new("load_plain", case.format, &text));
    let tree = |answer: &Answer| dump::theirs(answer.tree(), false, Detail::Values);
    !again.ok() || tree(&again) != tree(loaded)
}

/// Refusals that do not depend on what sops can hold: the selector does not compile, or nothing is in the file.
fn refused_on_purpose(case: &Case, error: &SealError) -> bool {
    case.format != Format::Binary && matches!(error, SealError::Selector { .. })
}

/// (a) sops decrypts it, with a valid MAC, to the tree that it reads from the plain text.
fn judge(case: &Case, written: &Written, answer: &Answer, loaded: &Answer, verdict: &mut Verdict) {
    if !answer.ok() {
        let detail = format!("    sops: {}\n{}", answer.error(), shown(&written.text));
        verdict
            .mismatches
            .push(Mismatch::new(Aspect::SopsRefuses, detail));
        return;
    }
    if !loaded.ok() {
        return;
    }
    let ours = dump::theirs(answer.tree(), false, Detail::Values);
    let theirs = dump::theirs(loaded.tree(), false, Detail::Values);
    if let Some(difference) = dump::difference(&ours, &theirs) {
        let detail = format!("{difference}\n{}", shown(&written.text));
        verdict.mismatches.push(Mismatch::new(Aspect::SopsTree, detail));
        return;
    }
    // What was printed anew has lost the comments that are in no tree.
    // An alias' copy has no comment of its own.
    let aliases = case.format == Format::Yaml && case.text.contains(&b'*');
    if case.format == Format::Json || aliases || written.notes.contains(&SealNote::ReprintedWhole) {
        return;
    }
    let (mut ours, mut theirs) = (BTreeMap::new(), BTreeMap::new());
    comments(answer.tree(), &mut ours);
    comments(loaded.tree(), &mut theirs);
    // sops forgets some comments when it reads them in a plain text, and not in what we wrote.
    let missing = theirs
        .iter()
        .any(|(text, count)| ours.get(text).is_none_or(|found| found < count));
    if missing {
        let detail = format!(
            "    sops decrypts: {ours:?}\n    sops reads: {theirs:?}\n{}",
            shown(&written.text)
        );
        verdict
            .mismatches
            .push(Mismatch::new(Aspect::SopsComments, detail));
    }
}

/// The comments of a tree with their numbers.
fn comments(tree: &[Value], to: &mut BTreeMap<String, usize>) {
    for node in tree {
        if node["kind"] == "comment" {
            let text = node["text"].as_str().or(node["b64"].as_str()).unwrap_or_default();
            // An empty one in a list gets a blank, because sops would take it for a value.
            if text.trim().is_empty() {
                continue;
            }
            *to.entry(text.to_owned()).or_default() += 1;
        }
        if let Some(items) = node["items"].as_array() {
            comments(items, to);
        }
    }
}

/// The beginning of a sealed text, for people.
fn shown(text: &[u8]) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<String> = text
        .split(['\n', '\r'])
        .take_while(|line| !line.contains("sops"))
        .take(20)
        .map(|line| {
            let mut short = String::new();
            for (at, piece) in line.split("ENC[").enumerate() {
                if at > 0 {
                    let end = piece.find(']').map_or(piece.len(), |end| end + 1);
                    short.push_str("ENC[]");
                    short.push_str(&piece[end..]);
                } else {
                    short.push_str(piece);
                }
            }
            format!("      | {}", short.escape_debug())
        })
        .collect();
    lines.join("\n")
}

/// (c) Sealed again unchanged, it is the same bytes.
fn own_again(case: &Case, written: &Written, templates: &Templates, verdict: &mut Verdict) {
    let key = &templates.of(case).key;
    let detail = match again(&written.back, &written.text, &written.opened, case, NOW, key) {
        Ok(text) if text == written.text => return,
        Ok(text) => lines_that_differ(&written.text, &text),
        Err(error) => format!("    ours: {error}"),
    };
    verdict.mismatches.push(Mismatch::new(Aspect::Again, detail));
}

fn selector_is_valid(selector: &Selector) -> bool {
    Selector::for_sealing(selector.kind(), selector.text()).is_ok()
}

/// (c) for a file that sops made.
fn theirs_again(case: &Case, text: &[u8], verdict: &mut Verdict) {
    let Ok(sealed) = Sealed::read(text, case.format, &Limits::STANDARD) else {
        return;
    };
    let Some(key) = keys::data_key(&sealed.metadata, &IDENTITIES) else {
        return;
    };
    let Ok(opened) = sealed.open(&key, MacPolicy::Verify) else {
        return;
    };
    let Ok(back) = in_place(text, &opened) else { return };
    let now = opened.metadata.last_modified.clone();
    // An expression that does not compile is refused, whatever the file says.
    if !selector_is_valid(&opened.metadata.selector) {
        return;
    }
    let detail = match again(back.expose(), text, &opened, case, &now, &key) {
        Ok(again) if again == text => return,
        Ok(again) if only_comments_differ(text, &again) => {
            let aspect = if has_clear_comments(text, &again) {
                Aspect::AgainClear
            } else {
                Aspect::AgainComments
            };
            let detail = lines_that_differ(text, &again);
            verdict.mismatches.push(Mismatch::new(aspect, detail));
            return;
        }
        Ok(again) => lines_that_differ(text, &again),
        Err(error) => format!("    ours: {error}\n{}", shown(text)),
    };
    verdict
        .mismatches
        .push(Mismatch::new(Aspect::AgainTheirs, detail));
}

/// Whether all lines that differ hold comments.
fn only_comments_differ(file: &[u8], again: &[u8]) -> bool {
    Lines::of(file).others == Lines::of(again).others
}

/// Whether a comment was encrypted in the file and is clear now.
fn has_clear_comments(file: &[u8], again: &[u8]) -> bool {
    let (file, again) = (Lines::of(file), Lines::of(again));
    again.clear.iter().any(|line| !file.clear.contains(line))
}

/// The lines of a text without their comments, and the comments that are not encrypted.
#[derive(Default)]
struct Lines {
    clear: Vec<String>,
    others: Vec<String>,
}

impl Lines {
    fn of(text: &[u8]) -> Self {
        let encrypted = |text: &str| text.contains(",type:comment]");
        let mut lines = Self::default();
        for line in String::from_utf8_lossy(text).lines() {
            let mark = if line.trim_start().starts_with('#') {
                line.find('#')
            } else {
                line.find(" #")
            };
            let (line, comment) = line.split_at(mark.unwrap_or(line.len()));
            let comment = comment.trim();
            if !encrypted(comment) && !comment.is_empty() && comment != "#" {
                lines.clear.push(comment.to_owned());
            }
            // sops writes comments as items, and in INI behind a semicolon; a list of comments alone is an empty list.
            let item = if encrypted(line) { line.find("ENC[") } else { None };
            let line = line[..item.unwrap_or(line.len())].trim_end_matches([' ', '-', ';']);
            if !line.is_empty() && line.trim() != "[]" {
                lines.others.push(line.to_owned());
            }
        }
        lines
    }
}

/// The first lines that differ, for people.
fn lines_that_differ(one: &[u8], other: &[u8]) -> String {
    let (one, other) = (String::from_utf8_lossy(one), String::from_utf8_lossy(other));
    let (one, other): (Vec<&str>, Vec<&str>) = (
        one.split(['\n', '\r']).collect(),
        other.split(['\n', '\r']).collect(),
    );
    let at = (0..one.len().max(other.len())).find(|at| one.get(*at) != other.get(*at));
    let line = |lines: &[&str]| {
        let line = at.and_then(|at| lines.get(at)).copied().unwrap_or("(nothing)");
        line.chars().take(160).collect::<String>()
    };
    format!("    file:  {:?}\n    again: {:?}", line(&one), line(&other))
}

/// Whether two plain texts hold the same values. JSON does not tell whole floats from integers.
fn same_tree(format: Format, one: &[u8], other: &[u8]) -> bool {
    match (plain::read(format, one), plain::read(format, other)) {
        (Ok(one), Ok(other)) => same_document(format, &one, &other),
        _ => false,
    }
}

fn same_document(format: Format, one: &Document, other: &Document) -> bool {
    if format != Format::Json {
        return same_values(one, other);
    }
    let lines = |document: &Document| -> Vec<String> {
        dump::ours(document, None, Detail::Values)
            .into_iter()
            .map(|line| match line.split_once("float ") {
                Some((key, number)) => format!("{key}int {}", whole(number)),
                None => line,
            })
            .collect()
    };
    lines(one) == lines(other)
}

/// A number as an integer is spelled, if it is one.
fn whole(number: &str) -> String {
    match number.parse::<f64>() {
        Ok(float) if float.fract() == 0.0 && float.abs() < 1e18 => format!("{}", float + 0.0),
        _ => number.to_owned(),
    }
}
