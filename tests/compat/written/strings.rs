//! (e) A string of any content survives in the place of any leaf.

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::aes::Aes256;
use aes_gcm::{AesGcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::document::{Format, Limits, Value, render};
use secrets::sops::walk::{MacScope, What, walk};
use secrets::sops::{DataKey, MacPolicy, Sealed};

use super::leaf::leaves;
use super::metadata::Templates;
use super::{Written, chain};
use crate::Verdict;
use crate::case::{Aspect, Case, Mismatch};
use crate::plain;
use crate::random::Random;

/// What strings are made of.
const PIECES: &[&str] = &[
    "a",
    "b",
    "word",
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\"",
    "'",
    "`",
    "\"\"\"",
    "#",
    " #",
    ";",
    ":",
    ": ",
    "- ",
    "? ",
    "---",
    "\n---\n",
    "...",
    "\n...",
    "|",
    ">",
    "&a",
    "*a",
    "!t",
    "%",
    "@",
    "{",
    "}",
    "[",
    "]",
    ",",
    "=",
    "\\",
    "\\\\",
    "\\t",
    "null",
    "~",
    "true",
    "yes",
    "0x1F",
    "1_000",
    "1.0",
    "12:30",
    "2001-01-01",
    "<<",
    "\0",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "\u{fffe}",
    "\u{fffd}",
    "\u{1f600}",
    "é",
    "ENC[",
    "sops",
    "<",
    "&",
    "end",
];

fn string(random: &mut Random) -> String {
    let pieces = random.between(1, 9);
    (0..pieces).map(|_| *random.pick(PIECES)).collect()
}

/// The ciphertext of a string.
fn encrypted(text: &str, key: &DataKey, aad: &[u8]) -> String {
    let cipher: AesGcm<Aes256, U32> = AesGcm::new(key.expose().into());
    let nonce = [7; 32];
    let mut data = text.as_bytes().to_vec();
    let tag = cipher
        .encrypt_inout_detached(<&Nonce<U32>>::from(&nonce), aad, data.as_mut_slice().into())
        .unwrap();
    format!(
        "ENC[AES256_GCM,data:{},iv:{},tag:{},type:str]",
        STANDARD.encode(data),
        STANDARD.encode(nonce),
        STANDARD.encode(tag)
    )
}

pub(super) fn check(case: &Case, written: &Written, templates: &Templates, verdict: &mut Verdict) {
    let document = &written.opened.document;
    let mut aads: Vec<Vec<u8>> = Vec::new();
    let walked = walk(
        document,
        &written.opened.metadata.selector,
        MacScope::All,
        &mut |visit| {
            if let What::Leaf(_) = visit.what {
                aads.push(visit.aad.to_vec());
            }
        },
    );
    let sealed = leaves(document);
    let candidates: Vec<usize> = (0..sealed.len())
        .filter(|at| sealed[*at].opened && !sealed[*at].slot.aliased)
        .collect();
    if walked.is_err() || candidates.is_empty() || case.format == Format::Binary {
        return;
    }
    let mut random = Random::new(written.text.len() as u64 ^ 0xe);
    let at = *random.pick(&candidates);
    let text = string(&mut random);
    // Two characters that dotenv has no spelling for.
    if case.format == Format::Dotenv && text.contains("\\n") {
        return;
    }
    let key = &templates.of(case).key;
    let span = sealed[at].slot.span;
    let old = span.of(&written.text);
    let (Some(start), Some(end)) = (
        old.windows(4).position(|window| window == b"ENC["),
        old.iter().rposition(|byte| *byte == b']'),
    ) else {
        return;
    };
    let (start, end) = (span.start as usize + start, span.start as usize + end + 1);
    let changed = [
        &written.text[..start],
        encrypted(&text, key, &aads[at]).as_bytes(),
        &written.text[end..],
    ]
    .concat();
    let result = survives(case, &changed, key, at, &text);
    if let Err(why) = result {
        let detail = format!(
            "    leaf {at} becomes {text:?}: {why}\n    in \"{}\"",
            written.back.escape_ascii()
        );
        verdict.mismatches.push(Mismatch::new(Aspect::StringLost, detail));
    }
}

fn survives(case: &Case, sealed: &[u8], key: &DataKey, at: usize, text: &str) -> Result<(), String> {
    let opened = Sealed::read(sealed, case.format, &Limits::STANDARD)
        .map_err(|error| chain(&error))?
        .open(key, MacPolicy::Ignore)
        .map_err(|error| chain(&error))?;
    let document = &opened.document;
    let printed = match render::in_place(sealed, document, &opened.metadata_spans) {
        Ok(printed) => printed,
        Err(error) => match render::print(document, case.format, render::Indents::default()) {
            Ok(printed) => printed,
            // INI has no spelling for some texts; saying so is not losing them.
            Err(_) if case.format == Format::Ini => return Ok(()),
            Err(_) => return Err(chain(&error)),
        },
    };
    let printed = printed.expose();
    let shown = || format!("\"{}\"", printed.escape_ascii());
    let again = plain::read(case.format, printed).map_err(|error| format!("{}: {}", error.kind, shown()))?;
    let (before, after) = (leaves(document), leaves(&again));
    if before.len() != after.len() {
        return Err(format!(
            "{} values became {}: {}",
            before.len(),
            after.len(),
            shown()
        ));
    }
    match &after[at].value {
        Value::Str(found) if found.expose() == text.as_bytes() => {}
        Value::Str(found) => {
            return Err(format!(
                "comes back as \"{}\" from {}",
                found.expose().escape_ascii(),
                shown()
            ));
        }
        _ => return Err(format!("comes back as another type from {}", shown())),
    }
    if super::same_document(case.format, document, &again) {
        Ok(())
    } else {
        Err(format!("another value changes: {}", shown()))
    }
}
