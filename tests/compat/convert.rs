//! Conversions and extracted values: what our program prints against the oracle's answer.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use secrets::document::Format;
use serde_json::Value;

use crate::case::{Aspect, Case, Mismatch};
use crate::dump::{self, Detail};
use crate::oracle::{Answer, Oracle, Request};
use crate::plain;
use crate::program::{self, Place};
use crate::random::Random;
use crate::sealed;

/// One question about an encrypted file.
struct Question {
    aspect: Aspect,
    output: Format,
    /// The path in sops' counting, and as text in ours.
    path: Option<(Vec<Value>, String)>,
}

/// Compares conversions to every other format and two extracted values of one encrypted file. `opened` is the
/// oracle's answer to its decryption.
pub(crate) fn check(
    oracle: &mut Oracle,
    place: &Place,
    case: &Case,
    text: &[u8],
    opened: &Answer,
) -> Vec<Mismatch> {
    let mut hasher = DefaultHasher::new();
    case.text.hash(&mut hasher);
    let mut random = Random::new(hasher.finish());
    let mut questions: Vec<Question> = Format::ALL
        .into_iter()
        .filter(|output| *output != case.format && *output != Format::Binary)
        .map(|output| Question {
            aspect: Aspect::Converted,
            output,
            path: None,
        })
        .collect();
    // sops prints the other documents behind an extracted map.
    let alone = opened.tree().len() == 1;
    for _ in 0..if alone { 2 } else { 0 } {
        let output = if random.chance(700) {
            case.format
        } else {
            *random.pick(&Format::ALL)
        };
        if let Some(path) = opened.tree().first().and_then(|root| path(&mut random, root)) {
            questions.push(Question {
                aspect: Aspect::Extracted,
                output,
                path: Some(path),
            });
        }
    }
    let requests = questions
        .iter()
        .map(|question| request(case, text, question))
        .collect();
    let answers = oracle.ask(requests);
    let file = place.write(&format!("file{}", suffix(case.format)), text);
    let mut mismatches = Vec::new();
    for (question, answer) in questions.iter().zip(answers) {
        let mut arguments = vec![
            "decrypt".to_owned(),
            "--output-type".to_owned(),
            question.output.name().to_owned(),
        ];
        if let Some((_, path)) = &question.path {
            arguments.extend(["--extract".to_owned(), path.clone()]);
        }
        arguments.push(file.to_string_lossy().into_owned());
        let ran = place.run(program::ours(), true, &arguments);
        if let Some((aspect, difference)) = difference(question, &answer, &ran) {
            let path = question.path.as_ref().map_or("", |(_, path)| path);
            let detail = format!("    to {} {path}\n{difference}", question.output);
            mismatches.push(Mismatch::new(aspect, detail));
        }
    }
    mismatches
}

pub(crate) fn suffix(format: Format) -> &'static str {
    match format {
        Format::Yaml => ".yaml",
        Format::Json => ".json",
        Format::Dotenv => ".env",
        Format::Ini => ".ini",
        Format::Binary => ".bin",
    }
}

fn request(case: &Case, text: &[u8], question: &Question) -> Request {
    let request = sealed::decrypt(case.format, text).with("output_format", question.output.name());
    match &question.path {
        None => request,
        Some((path, _)) => request.with("op", "extract").with("path", path.clone()),
    }
}

/// sops' own structures for maps and comments, and Go's word for lists and maps that were never filled.
fn is_go_syntax(data: &[u8], ours: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let emptied = String::from_utf8_lossy(ours)
        .replace("[]", "null")
        .replace("{}", "null");
    text == emptied || text.contains("{\"Key\":") || text.contains("{\"Value\":")
}

fn difference(question: &Question, answer: &Answer, ran: &program::Ran) -> Option<(Aspect, String)> {
    if answer.broke() {
        // A panic of sops asks nothing of us but not to do the same.
        return (!(0..=4).contains(&ran.code))
            .then(|| (question.aspect, format!("    ours: exit {}", ran.code)));
    }
    let code = if answer.ok() {
        0
    } else {
        answer.exit_code().unwrap_or(2)
    };
    if u64::try_from(ran.code) != Ok(code) {
        let message = ran.stderr.trim_end();
        let detail = format!(
            "    ours: exit {}: {message}\n    sops: exit {code}: {}",
            ran.code,
            answer.error()
        );
        let deep = question.output == Format::Ini && answer.ok() && ran.code == 4;
        return Some((if deep { Aspect::IniRefused } else { question.aspect }, detail));
    }
    let data = answer.data().unwrap_or_default();
    if !answer.ok() || ran.stdout == data {
        return None;
    }
    let detail = format!(
        "    ours: \"{}\"\n    sops: \"{}\"",
        ran.stdout.escape_ascii(),
        data.escape_ascii()
    );
    if question.output == Format::Ini && is_go_syntax(&data, &ran.stdout) {
        return Some((Aspect::IniRefused, detail));
    }
    if question.output != Format::Yaml {
        return Some((question.aspect, detail));
    }
    let values = |text: &[u8]| {
        let document = plain::read(Format::Yaml, text).ok()?;
        Some(dump::ours(&document, None, Detail::Values))
    };
    match (values(&ran.stdout), values(&data)) {
        (Some(ours), Some(theirs)) if ours == theirs => None,
        // A key that stands twice: neither text is readable as a first document.
        (None, None)
            if !sealed::has_float_suffix(&ran.stdout) && sealed::same_but_floats(&ran.stdout, &data) =>
        {
            None
        }
        _ if sealed::same_but_floats(&ran.stdout, &data) => Some((Aspect::PrintedFloat, detail)),
        _ => Some((question.aspect, detail)),
    }
}

/// A way from the root to some value. sops counts comments as list items; we do not.
fn path(random: &mut Random, root: &Value) -> Option<(Vec<Value>, String)> {
    let mut theirs = Vec::new();
    let mut ours = String::new();
    let mut node = root;
    loop {
        let items = node["items"].as_array().map_or(&[][..], Vec::as_slice);
        let values: Vec<usize> = (0..items.len())
            .filter(|at| items[*at]["kind"] != "comment")
            .collect();
        if values.is_empty() || (!theirs.is_empty() && random.chance(250)) {
            break;
        }
        let chosen = random.below(values.len());
        if node["kind"] == "map" {
            let key = items[values[chosen]]["key"].as_str()?;
            if key.contains(['[', '\0']) || items[values[chosen]].get("key_kind").is_some() {
                return None;
            }
            theirs.push(key.into());
            ours.push_str(&format!("[\"{key}\"]"));
            // With a key that stands twice the first one counts.
            node = items.iter().find(|item| item["key"] == key)?;
        } else {
            theirs.push(values[chosen].into());
            ours.push_str(&format!("[{chosen}]"));
            node = &items[values[chosen]];
        }
    }
    (!theirs.is_empty()).then_some((theirs, ours))
}
