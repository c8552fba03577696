//! `sops decrypt` and `secrets decrypt` side by side, as processes: exit code, output, fixed words of messages.

mod files;
#[path = "../../command_lines/replay.rs"]
#[allow(dead_code, reason = "the page of rows is checked by the integration tests")]
mod replay;
mod table;

use std::path::Path;

use secrets::document::Format;

use crate::case::{Aspect, Case, Check, Settings};
use crate::convert::suffix;
use crate::oracle::Oracle;
use crate::program::{self, Place, Ran};
use crate::random::Random;
use crate::{rows, sealed, stage};
use files::prepare;
use replay::Who;
use table::Relation::{Differs, Same};
use table::{CALLS, Call};

/// The start of the messages.
fn words(ran: &Ran) -> String {
    ran.stderr.lines().take(3).collect::<Vec<_>>().join(" / ")
}

/// What is wrong with the two outcomes of a call, if anything.
fn judge(call: &Call, theirs: &Ran, ours: &Ran) -> Option<String> {
    if theirs.code != call.sops {
        return Some(format!(
            "sops: exit {} instead of {}: {}",
            theirs.code,
            call.sops,
            words(theirs)
        ));
    }
    let wanted = if let Differs(code) = call.relation {
        code
    } else {
        call.sops
    };
    if ours.code != wanted {
        return Some(format!(
            "ours: exit {} instead of {wanted}: {}",
            ours.code,
            words(ours)
        ));
    }
    if call.relation == Same && ours.stdout != theirs.stdout {
        return Some(format!(
            "ours: \"{}\"\n    sops: \"{}\"",
            ours.stdout.escape_ascii(),
            theirs.stdout.escape_ascii()
        ));
    }
    if wanted != 0 && !ours.stdout.is_empty() {
        return Some("ours: something on standard output although it failed".into());
    }
    [("sops", theirs), ("ours", ours)]
        .iter()
        .find(|(_, ran)| !ran.stderr.contains(call.words))
        .map(|(who, ran)| {
            format!(
                "{who}: standard error does not say `{}`: {}",
                call.words,
                words(ran)
            )
        })
}

/// Runs the table and a sample of generated files; gives the number of differences.
pub(crate) fn run(oracle: &Path, full: bool) -> Option<usize> {
    let sops = program::sops()?;
    let mut oracle = Oracle::start(oracle);
    let place = Place::new();
    prepare(&mut oracle, &place);
    let mut failed = 0;
    for call in CALLS {
        let arguments: Vec<&str> = ["decrypt"].iter().chain(call.arguments).copied().collect();
        let theirs = place.run(&sops, call.keys, &arguments);
        let ours = place.run(program::ours(), call.keys, &arguments);
        if let Some(difference) = judge(call, &theirs, &ours) {
            println!(
                "  {}: decrypt {}\n    {difference}",
                call.name,
                call.arguments.join(" ")
            );
            failed += 1;
        }
    }
    println!(
        "commands: {} calls of both programs, {failed} differences",
        CALLS.len()
    );
    failed += recorded(&sops);
    failed += sample(&mut oracle, &place, &sops, if full { 60 } else { 6 });
    Some(failed)
}

/// The recorded command lines, once more with both programs.
fn recorded(sops: &Path) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let ours = directory.path().join("sops");
    std::os::unix::fs::symlink(program::ours(), &ours).unwrap();
    let rows = replay::rows();
    let mut failed = 0;
    for (name, path, who) in [("sops", sops, Who::Sops), ("ours", &ours, Who::Secrets)] {
        for fault in replay::faults(path, who, &rows) {
            println!("  {name}: {fault}");
            failed += 1;
        }
    }
    println!(
        "commands: {} recorded command lines with both programs, {failed} differences",
        rows.len()
    );
    failed
}

/// What a row may excuse here.
const PRINTING: [Aspect; 5] = [
    Aspect::Printed,
    Aspect::PrintedInline,
    Aspect::PrintedFloat,
    Aspect::PrintedComments,
    Aspect::Rescued,
];

/// Generated files through both programs: `decrypt` without options.
fn sample(oracle: &mut Oracle, place: &Place, sops: &Path, count: usize) -> usize {
    let (mut compared, mut failed, mut excused) = (0, 0, 0);
    for format in Format::ALL {
        for number in 0..count {
            let mut random = Random::new(0x5a17 + number as u64);
            let settings = Settings::random(&mut random);
            let case = Case {
                format,
                check: Check::Sealed,
                text: stage::generate(format, random, number).text,
                settings,
                conversions: false,
                held: Vec::new(),
            };
            let Some(text) = oracle.ask_one(sealed::encrypt(&case)).data() else {
                continue;
            };
            let name = format!("sample{}", suffix(format));
            place.write(&name, &text);
            let theirs = place.run(sops, true, &["decrypt", &name]);
            let ours = place.run(program::ours(), true, &["decrypt", &name]);
            compared += 1;
            if theirs.code == ours.code && theirs.stdout == ours.stdout {
                continue;
            }
            let excuse = PRINTING.iter().find_map(|aspect| rows::covering(&case, *aspect));
            if excuse.is_some() && ours.code == theirs.code {
                excused += 1;
                continue;
            }
            failed += 1;
            println!(
                "  decrypt {name}: \"{}\"\n    ours: exit {} {} \"{}\"\n    sops: exit {} {} \"{}\"",
                case.text.escape_ascii(),
                ours.code,
                words(&ours),
                ours.stdout.escape_ascii(),
                theirs.code,
                words(&theirs),
                theirs.stdout.escape_ascii()
            );
        }
    }
    println!(
        "commands: {compared} generated files through both programs, {excused} excused, {failed} differences"
    );
    failed
}
