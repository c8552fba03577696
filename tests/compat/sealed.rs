//! What sops encrypted: same data key, same tree, valid MAC, and what `decrypt` prints.

use std::rc::Rc;
use std::sync::LazyLock;

use secrets::document::{Comment, Element, Format, Item, Limits, Map, Node, Placed, render, yaml};
use secrets::keys::Identity;
use secrets::secret::Plaintext;
use secrets::sops::{MacPolicy, Opened, Sealed};

use crate::Verdict;
use crate::case::{Aspect, Case, Check, Mismatch};
use crate::convert;
use crate::dump::{self, Detail};
use crate::keys;
use crate::oracle::{Answer, Oracle, Request};
use crate::program::Place;

thread_local! {
    /// Where this worker keeps files for our program.
    static PLACE: Rc<Place> = Rc::new(Place::new());
}

static IDENTITIES: LazyLock<Vec<Identity>> = LazyLock::new(keys::identities);

/// The request that makes an encrypted file of a plain document.
pub(crate) fn encrypt(case: &Case) -> Request {
    let mut next = case.text.len();
    let groups: Vec<Vec<&str>> = case
        .settings
        .groups
        .iter()
        .map(|count| {
            (0..*count)
                .map(|_| {
                    next += 1;
                    keys::RECIPIENTS[next % keys::RECIPIENTS.len()]
                })
                .collect()
        })
        .collect();
    let request = Request::new("encrypt", case.format, &case.text)
        .with("groups", groups)
        .with("threshold", case.settings.threshold);
    case.settings.ask(request)
}

pub(crate) fn decrypt(format: Format, text: &[u8]) -> Request {
    Request::new("decrypt", format, text).with("identities", keys::text())
}

/// Reads, unwraps and opens a file, as `decrypt` does.
pub(crate) fn open(format: Format, text: &[u8]) -> Result<Opened, String> {
    let sealed = Sealed::read(text, format, &Limits::STANDARD).map_err(|error| chain(&error))?;
    let key = keys::data_key(&sealed.metadata, &IDENTITIES).ok_or("no data key")?;
    sealed
        .open(&key, MacPolicy::Verify)
        .map_err(|error| chain(&error))
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

/// What `decrypt` prints without options: the file's own text, or the tree anew where that cannot be.
fn printed(text: &[u8], opened: &Opened) -> Result<Plaintext, String> {
    let document = &opened.document;
    render::in_place(text, document, &opened.metadata_spans)
        .or_else(|_| render::print(document, document.format, render::Indents::default()))
        .map_err(|error| chain(&error))
}

/// Compares a batch of plain documents that sops encrypts, or of encrypted files.
pub(crate) fn check(oracle: &mut Oracle, cases: &[Case]) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(cases.len());
    let texts: Vec<Option<Vec<u8>>> = if cases[0].check == Check::Sealed {
        let answers = oracle.ask(cases.iter().map(encrypt).collect());
        for answer in &answers {
            verdicts.push(Verdict {
                accepted: answer.ok(),
                refusal: (!answer.ok()).then(|| answer.error().to_owned()),
                mismatches: Vec::new(),
            });
        }
        answers
            .iter()
            .map(|answer| answer.data().filter(|_| answer.ok()))
            .collect()
    } else {
        cases.iter().map(|case| Some(case.text.clone())).collect()
    };
    let requests = cases
        .iter()
        .zip(&texts)
        .filter_map(|(case, text)| Some(decrypt(case.format, text.as_ref()?)))
        .collect();
    let mut answers = oracle.ask(requests).into_iter();
    let mut reread = Vec::new();
    for (at, (case, text)) in cases.iter().zip(&texts).enumerate() {
        let Some(text) = text else { continue };
        let answer = answers.next().unwrap();
        if case.check == Check::Encrypted {
            verdicts.push(Verdict {
                accepted: answer.ok(),
                refusal: (!answer.ok()).then(|| answer.error().to_owned()),
                mismatches: Vec::new(),
            });
        }
        let (mismatch, print) = judge(case, text, &answer);
        let readable = mismatch
            .as_ref()
            .is_none_or(|mismatch| mismatch.aspect >= Aspect::NotPrinted);
        if case.conversions && answer.ok() && readable {
            let place = PLACE.with(Rc::clone);
            verdicts[at]
                .mismatches
                .extend(convert::check(oracle, &place, case, text, &answer));
        }
        verdicts[at].mismatches.extend(mismatch);
        if let Some(print) = print {
            reread.push((at, print, answer));
        }
    }
    check_reread(oracle, cases, &reread, &mut verdicts);
    verdicts
}

/// Compares one encrypted file; gives what we print, if it is to be read again.
fn judge(case: &Case, text: &[u8], answer: &Answer) -> (Option<Mismatch>, Option<Vec<u8>>) {
    let no_print = answer.exit_code() == Some(4);
    let opened = match (open(case.format, text), answer.ok() || no_print) {
        (Ok(opened), true) => opened,
        (Err(_), false) => return (None, None),
        (Ok(_), false) => {
            let detail = format!("    sops: {}", answer.error());
            return (Some(Mismatch::new(Aspect::OnlyWeOpen, detail)), None);
        }
        (Err(error), true) => {
            let detail = format!("    ours: {error}");
            return (Some(Mismatch::new(Aspect::WeDoNotOpen, detail)), None);
        }
    };
    if no_print && case.check == Check::Encrypted {
        // Metadata of one format around the tree of another: both open it.
        return (None, None);
    }
    if no_print {
        let detail = format!("    sops: {}", answer.error());
        return (Some(Mismatch::new(Aspect::NotPrinted, detail)), None);
    }
    let ours = dump::ours(&opened.document, None, Detail::Opened);
    let theirs = dump::theirs(answer.tree(), false, Detail::Opened);
    let mut rescued = None;
    if let Some(difference) = dump::difference(&ours, &theirs) {
        if !only_rescued(&ours, &theirs) {
            return (Some(Mismatch::new(Aspect::Opened, difference)), None);
        }
        rescued = Some(Mismatch::new(Aspect::Rescued, difference));
    }
    if case.check == Check::Encrypted {
        return (rescued, None);
    }
    let printed = match printed(text, &opened) {
        Ok(printed) => printed,
        Err(error) => {
            let detail = format!("    ours: {error}");
            return (Some(Mismatch::new(Aspect::Printed, detail)), None);
        }
    };
    let data = answer.data().unwrap_or_default();
    if printed.expose() == data {
        return (rescued, None);
    }
    // Elsewhere the text has no types, or sops' own text has others: 1.0 is printed as `1` in JSON.
    let again = matches!(case.format, Format::Yaml | Format::Ini).then(|| printed.expose().to_vec());
    if rescued.is_some() {
        return (rescued, again);
    }
    let detail = format!(
        "    ours: \"{}\"\n    sops: \"{}\"",
        printed.expose().escape_ascii(),
        data.escape_ascii()
    );
    let aspect = if case.format == Format::Yaml {
        kind_of_difference(opened, &data)
    } else {
        Aspect::Printed
    };
    (Some(Mismatch::new(aspect, detail)), again)
}

/// Whether all differences are comments that sops could not decrypt.
fn only_rescued(ours: &[String], theirs: &[String]) -> bool {
    let comment = |line: &str| line.trim_start().starts_with("# ");
    let ciphertext = |line: &str| line.trim_start().starts_with("# \"ENC[AES256_GCM,data:");
    ours.len() == theirs.len()
        && ours
            .iter()
            .zip(theirs)
            .all(|(ours, theirs)| ours == theirs || (comment(ours) && ciphertext(theirs)))
}

/// What the difference between our text and sops' is about: the tree is printed anew with the comments where sops has
/// them, and then without the `.0` of floats.
fn kind_of_difference(mut opened: Opened, sops: &[u8]) -> Aspect {
    for part in &mut opened.document.parts {
        above_in_map(&mut part.root);
    }
    let Ok(ours) = yaml::print(&opened.document, 4) else {
        return Aspect::Printed;
    };
    if ours.expose() == sops {
        return Aspect::PrintedInline;
    }
    let (ours, theirs) = (lines(ours.expose()), lines(sops));
    let same = |(ours, theirs): (&&[u8], &&[u8])| ours == theirs || ours.strip_suffix(b".0") == Some(*theirs);
    if ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same) {
        return Aspect::PrintedFloat;
    }
    let (ours, theirs) = (without_comments(&ours), without_comments(&theirs));
    if ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same) {
        Aspect::PrintedComments
    } else {
        Aspect::Printed
    }
}

/// Whether a line ends in `.0`.
pub(crate) fn has_float_suffix(text: &[u8]) -> bool {
    lines(text).iter().any(|line| line.ends_with(b".0"))
}

/// Whether two YAML texts are the same but for comments and the `.0` of floats.
pub(crate) fn same_but_floats(ours: &[u8], theirs: &[u8]) -> bool {
    let (ours, theirs) = (lines(ours), lines(theirs));
    let (ours, theirs) = (without_comments(&ours), without_comments(&theirs));
    let dense = |lines: &[&[u8]]| -> Vec<u8> {
        let mut bytes = lines.concat();
        bytes.retain(|byte| *byte != b' ');
        bytes
    };
    let lines_agree = ours.len() == theirs.len()
        && ours
            .iter()
            .zip(&theirs)
            .all(|(ours, theirs)| ours == theirs || ours.strip_suffix(b".0") == Some(*theirs));
    lines_agree || dense(&ours) == dense(&theirs)
}

/// The lines up to ` #`, without empty ones. Where ` #` stands in a text, it does so on both sides.
fn without_comments<'t>(lines: &[&'t [u8]]) -> Vec<&'t [u8]> {
    lines
        .iter()
        .map(|line| {
            let at = (0..line.len()).find(|at| line[*at] == b'#' && (*at == 0 || line[*at - 1] == b' '));
            line[..at.unwrap_or(line.len())].trim_ascii_end()
        })
        .filter(|line| !line.is_empty())
        .collect()
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| matches!(byte, b'\n' | b'\r')).collect()
}

/// sops forgets the place of the comments that it decrypts.
fn above(comment: &mut Comment) {
    if comment.placed == Placed::Inline && comment.opened {
        comment.placed = Placed::OwnLine;
    }
}

fn above_in_map(map: &mut Map) {
    for item in &mut map.items {
        match item {
            Item::Comment(comment) => above(comment),
            Item::Entry(entry) => above_in_node(&mut entry.value),
        }
    }
}

fn above_in_node(node: &mut Node) {
    match node {
        Node::Leaf(_) => {}
        Node::Map(map) => above_in_map(map),
        Node::List(list) => {
            for item in &mut list.items {
                match item {
                    Element::Comment(comment) => above(comment),
                    Element::Node(node) => above_in_node(node),
                }
            }
        }
    }
}

/// What we printed is read by sops: it has to be the tree that was opened.
fn check_reread(
    oracle: &mut Oracle,
    cases: &[Case],
    printed: &[(usize, Vec<u8>, Answer)],
    verdicts: &mut [Verdict],
) {
    let requests = printed
        .iter()
        .map(|(at, print, _)| Request::new("load_plain", cases[*at].format, print))
        .collect();
    for ((at, print, opened), answer) in printed.iter().zip(oracle.ask(requests)) {
        let wanted = dump::theirs(opened.tree(), false, Detail::Values);
        let got = dump::theirs(answer.tree(), false, Detail::Values);
        let difference = if answer.ok() {
            dump::difference(&got, &wanted)
        } else {
            Some(format!("    sops: {}", answer.error()))
        };
        if let Some(difference) = difference {
            let detail = format!("    printed: \"{}\"\n{difference}", print.escape_ascii());
            verdicts[*at]
                .mismatches
                .push(Mismatch::new(Aspect::PrintedTree, detail));
        }
    }
}
