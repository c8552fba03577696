//! Runs the stages, two workers at a time, and reports.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use secrets::document::Format;

use crate::case::{Aspect, Case, Check, Settings};
use crate::constructs::Tally;
use crate::oracle::Oracle;
use crate::random::Random;
use crate::rows::{ROWS, Row};
use crate::written::{awkward, older};
use crate::{
    Generated, binary, check, commands, dotenv, ini, json, kinds, minimise, mutate, rows, sealed, yaml,
};

/// Documents per question.
const BATCH: usize = 100;
/// Documents from whose start the conversions are compared; at least 2,000 of them are accepted by sops.
const CONVERTED: usize = 2800;
/// Differences that are minimised and shown per stage.
const SHOWN: usize = 6;
/// Documents that must have held each construct at full size.
const FLOOR: usize = 500;

/// Stages with defects that are known and not repaired yet: no more than these at full size, and the entry goes with
/// the last of them.
const PENDING: &[(&str, usize)] = &[];

/// Constructs of plain documents that sops reads and refuses to encrypt.
const UNSEALED: &[&str] = &["integer beyond int64", "key that is no string"];

/// One group of documents.
struct Stage {
    name: &'static str,
    check: Check,
    formats: &'static [Format],
    /// Documents at full size, and in a quick run.
    full: usize,
    quick: usize,
    mutated: bool,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "yaml plain",
        check: Check::Plain,
        formats: &[Format::Yaml],
        full: 50_000,
        quick: 1000,
        mutated: false,
    },
    Stage {
        name: "json plain",
        check: Check::Plain,
        formats: &[Format::Json],
        full: 15_000,
        quick: 500,
        mutated: false,
    },
    Stage {
        name: "dotenv plain",
        check: Check::Plain,
        formats: &[Format::Dotenv],
        full: 14_000,
        quick: 300,
        mutated: false,
    },
    Stage {
        name: "ini plain",
        check: Check::Plain,
        formats: &[Format::Ini],
        full: 16_000,
        quick: 300,
        mutated: false,
    },
    Stage {
        name: "binary plain",
        check: Check::Plain,
        formats: &[Format::Binary],
        full: 3000,
        quick: 50,
        mutated: false,
    },
    Stage {
        name: "yaml sealed",
        check: Check::Sealed,
        formats: &[Format::Yaml],
        full: 54_000,
        quick: 500,
        mutated: false,
    },
    Stage {
        name: "json sealed",
        check: Check::Sealed,
        formats: &[Format::Json],
        full: 16_000,
        quick: 200,
        mutated: false,
    },
    Stage {
        name: "dotenv sealed",
        check: Check::Sealed,
        formats: &[Format::Dotenv],
        full: 16_000,
        quick: 100,
        mutated: false,
    },
    Stage {
        name: "ini sealed",
        check: Check::Sealed,
        formats: &[Format::Ini],
        full: 18_000,
        quick: 100,
        mutated: false,
    },
    Stage {
        name: "binary sealed",
        check: Check::Sealed,
        formats: &[Format::Binary],
        full: 2500,
        quick: 50,
        mutated: false,
    },
    Stage {
        name: "yaml written",
        check: Check::Written,
        formats: &[Format::Yaml],
        full: 21000,
        quick: 400,
        mutated: false,
    },
    Stage {
        name: "json written",
        check: Check::Written,
        formats: &[Format::Json],
        full: 3300,
        quick: 200,
        mutated: false,
    },
    Stage {
        name: "dotenv written",
        check: Check::Written,
        formats: &[Format::Dotenv],
        full: 3300,
        quick: 100,
        mutated: false,
    },
    Stage {
        name: "ini written",
        check: Check::Written,
        formats: &[Format::Ini],
        full: 3300,
        quick: 150,
        mutated: false,
    },
    Stage {
        name: "binary written",
        check: Check::Written,
        formats: &[Format::Binary],
        full: 3100,
        quick: 50,
        mutated: false,
    },
    // Every file as it is, then with other selectors and groups.
    Stage {
        name: "awkward written",
        check: Check::Written,
        formats: &[],
        full: 2000,
        quick: 280,
        mutated: false,
    },
    Stage {
        name: "yaml mutated",
        check: Check::Plain,
        formats: &[Format::Yaml],
        full: 60_000,
        quick: 2000,
        mutated: true,
    },
    Stage {
        name: "json mutated",
        check: Check::Plain,
        formats: &[Format::Json],
        full: 12_000,
        quick: 400,
        mutated: true,
    },
    Stage {
        name: "dotenv mutated",
        check: Check::Plain,
        formats: &[Format::Dotenv],
        full: 6000,
        quick: 200,
        mutated: true,
    },
    Stage {
        name: "ini mutated",
        check: Check::Plain,
        formats: &[Format::Ini],
        full: 10_000,
        quick: 300,
        mutated: true,
    },
    Stage {
        name: "sealed mutated",
        check: Check::Encrypted,
        formats: &[
            Format::Yaml,
            Format::Yaml,
            Format::Json,
            Format::Dotenv,
            Format::Ini,
            Format::Binary,
        ],
        full: 20_000,
        quick: 300,
        mutated: true,
    },
];

/// The constructs of a format's generator.
fn constructs(format: Format) -> &'static [&'static str] {
    match format {
        Format::Yaml => yaml::CONSTRUCTS,
        Format::Json => json::CONSTRUCTS,
        Format::Dotenv => dotenv::CONSTRUCTS,
        Format::Ini => ini::CONSTRUCTS,
        Format::Binary => binary::CONSTRUCTS,
    }
}

pub(crate) fn generate(format: Format, random: Random, number: usize) -> Generated {
    match format {
        Format::Yaml => yaml::generate(random, number),
        Format::Json => json::generate(random, number),
        Format::Dotenv => dotenv::generate(random, number),
        Format::Ini => ini::generate(random, number),
        Format::Binary => binary::generate(random, number),
    }
}

impl Stage {
    fn size(&self, full: bool) -> usize {
        if let Ok(size) = std::env::var("COMPAT_SIZE") {
            return size.parse().unwrap();
        }
        if full { self.full } else { self.quick }
    }

    /// The case of this number: the same in every run.
    fn case(&self, number: usize, seed: u64, full: bool) -> Case {
        let mut random = Random::new(
            seed ^ (u64::try_from(number).unwrap() << 20)
                ^ u64::from(self.name.as_bytes()[0])
                ^ (u64::from(self.mutated) << 63),
        );
        let mut random = Random::new(random.next());
        if self.formats.is_empty() {
            return awkward::case(number, &mut random);
        }
        let format = *random.pick(self.formats);
        let settings = Settings::random(&mut random);
        let generated = self.text(format, &mut random, number);
        Case {
            format,
            check: self.check,
            text: generated.text,
            settings,
            // 2,000 of each format are accepted and converted; a quick run converts every tenth.
            conversions: self.check == Check::Sealed
                && std::env::var_os("COMPAT_NO_CONVERSIONS").is_none()
                && (full || number.is_multiple_of(10))
                && number < CONVERTED,
            held: generated.held,
        }
    }

    fn text(&self, format: Format, random: &mut Random, number: usize) -> Generated {
        let candidates: Vec<&Row> = ROWS
            .iter()
            .filter(|row| {
                row.formats.contains(&format) && row.checks.contains(&self.check) && !row.examples.is_empty()
            })
            .collect();
        if !candidates.is_empty() && random.chance(2 * candidates.len()) {
            return Generated {
                text: random.pick(&candidates).example(random),
                held: Vec::new(),
            };
        }
        let seed = Random::new(random.next());
        let mut generated = generate(format, seed, number);
        if self.mutated && self.check == Check::Plain {
            let seed = Random::new(random.next());
            let other = generate(format, seed, number + 1).text;
            generated.text = mutate::mutate(random, &generated.text, &other);
        }
        generated
    }
}

/// What a stage found.
#[derive(Default)]
struct Findings {
    documents: usize,
    accepted: usize,
    refusals: BTreeMap<String, usize>,
    tally: Tally,
    /// Per row: inputs of the kind, differences excused.
    rows: BTreeMap<&'static str, (usize, usize)>,
    open: Vec<(Case, Aspect, String)>,
}

impl Findings {
    fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        self.accepted += other.accepted;
        self.tally.merge(&other.tally);
        for (reason, count) in other.refusals {
            *self.refusals.entry(reason).or_default() += count;
        }
        for (name, (of_kind, excused)) in other.rows {
            let entry = self.rows.entry(name).or_default();
            entry.0 += of_kind;
            entry.1 += excused;
        }
        self.open.extend(other.open);
    }
}

/// Has sops encrypt the documents, and changes bytes of the result. What sops refuses falls out.
fn encrypted(oracle: &mut Oracle, cases: Vec<Case>) -> Vec<Case> {
    let answers = oracle.ask(cases.iter().map(sealed::encrypt).collect());
    let mut texts: Vec<(Case, Vec<u8>)> = Vec::new();
    for (case, answer) in cases.into_iter().zip(answers) {
        // What sops cannot print unchanged (row `ini-empty-comment`) says nothing about the change.
        if case.format == Format::Ini && kinds::has_empty_ini_comment(&case.text) {
            continue;
        }
        if let Some(text) = answer.data().filter(|_| answer.ok()) {
            texts.push((case, text));
        }
    }
    let mut changed = Vec::new();
    for (at, (case, text)) in texts.iter().enumerate() {
        let other = &texts[(at + 1) % texts.len()].1;
        let mut random = Random::new(text.len() as u64 ^ (at as u64) << 32);
        let text = match at % 50 {
            // A mutation that chance meets too rarely.
            0 => mutate::return_in_armor(text),
            _ => mutate::mutate(&mut random, text, other),
        };
        changed.push(Case { text, ..case.clone() });
    }
    changed
}

fn work(stage: &Stage, oracle: &mut Oracle, cases: &[Case], findings: &mut Findings) {
    for (case, verdict) in cases.iter().zip(check(oracle, cases)) {
        findings.documents += 1;
        findings.accepted += usize::from(verdict.accepted);
        if let Some(reason) = &verdict.refusal {
            if reason.contains("no answer within") && std::env::var_os("COMPAT_REFUSALS").is_some() {
                println!("no answer: {}", case.text.escape_ascii());
            }
            let words: String = reason.chars().filter(|c| !c.is_ascii_digit()).take(110).collect();
            *findings.refusals.entry(words).or_default() += 1;
            if std::env::var("COMPAT_REFUSALS").is_ok_and(|word| word.len() > 2 && reason.contains(&word))
                && case.text.len() < 400
            {
                println!("{reason}\n{}\n----", String::from_utf8_lossy(&case.text));
            }
        }
        if verdict.accepted && !stage.mutated {
            findings.tally.add(&case.held);
            if case.format != Format::Binary {
                findings.tally.add(&[case.settings.construct()]);
            }
        } else if !stage.mutated {
            let refused = case
                .held
                .iter()
                .copied()
                .filter(|name| name.starts_with("refused: "));
            findings.tally.add(&refused.collect::<Vec<_>>());
        }
        for row in ROWS.iter().filter(|row| row.concerns(case)) {
            findings.rows.entry(row.name).or_default().0 += 1;
        }
        for mismatch in verdict.mismatches {
            match rows::covering(case, mismatch.aspect) {
                Some(row) => findings.rows.entry(row.name).or_default().1 += 1,
                None => findings
                    .open
                    .push((case.clone(), mismatch.aspect, mismatch.detail)),
            }
        }
    }
}

fn run_stage(stage: &Stage, path: &Path, full: bool, seed: u64) -> Findings {
    let size = stage.size(full);
    let next = AtomicUsize::new(0);
    let total = Mutex::new(Findings::default());
    for format in stage.formats {
        if !stage.mutated {
            total
                .lock()
                .unwrap()
                .tally
                .merge(&Tally::with(constructs(*format)));
        }
    }
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut oracle = Oracle::start(path);
                let mut findings = Findings::default();
                loop {
                    let first = next.fetch_add(BATCH, Ordering::Relaxed);
                    if first >= size {
                        break;
                    }
                    let mut cases: Vec<Case> = (first..(first + BATCH).min(size))
                        .map(|number| stage.case(number, seed, full))
                        .collect();
                    if stage.check == Check::Encrypted {
                        cases = encrypted(&mut oracle, cases);
                    }
                    work(stage, &mut oracle, &cases, &mut findings);
                }
                total.lock().unwrap().merge(findings);
            });
        }
    });
    total.into_inner().unwrap()
}

fn show(path: &Path, findings: &Findings) {
    let mut oracle = Oracle::start(path);
    let mut shown: BTreeMap<Aspect, usize> = BTreeMap::new();
    for (case, aspect, _) in &findings.open {
        let count = shown.entry(*aspect).or_default();
        *count += 1;
        if *count > SHOWN {
            continue;
        }
        // Every attempt of these runs our program several times: the first few are made small.
        let slow = matches!(aspect, Aspect::Converted | Aspect::Extracted);
        let small = if slow && *count > 2 {
            case.clone()
        } else {
            minimise::minimise(&mut oracle, case, *aspect)
        };
        let detail = check(&mut oracle, std::slice::from_ref(&small))
            .into_iter()
            .flat_map(|verdict| verdict.mismatches)
            .find(|mismatch| mismatch.aspect == *aspect)
            .map_or_else(
                || "    (it does not show again)".to_owned(),
                |mismatch| mismatch.detail,
            );
        println!(
            "  {aspect:?} {}: b\"{}\"",
            small.format,
            small.text.escape_ascii()
        );
        if small.settings.selector.is_some() || small.settings.mac_only_encrypted {
            println!("    with {:?}", small.settings);
        }
        println!("{detail}");
    }
    for (aspect, count) in shown {
        println!("  {count} × {aspect:?}");
    }
}

/// Runs the stages whose names hold one of the words, or all.
pub(crate) fn run(path: &Path, words: &[String]) -> ExitCode {
    let full = std::env::var("COMPAT_FULL").is_ok_and(|value| value == "1");
    let seed = std::env::var("COMPAT_SEED").map_or(1, |text| text.parse().unwrap());
    let (mut passed, mut failed) = (0, 0);
    let mut row_counts: BTreeMap<&'static str, (usize, usize, usize)> = BTreeMap::new();
    let chosen =
        |stage: &&Stage| words.is_empty() || words.iter().any(|word| stage.name.contains(word.as_str()));
    for stage in STAGES.iter().filter(chosen) {
        let start = Instant::now();
        let findings = run_stage(stage, path, full, seed);
        let seconds = start.elapsed().as_secs_f32();
        println!(
            "{}: {} documents, {} accepted by sops, {} open differences, {seconds:.1} s",
            stage.name,
            findings.documents,
            findings.accepted,
            findings.open.len()
        );
        if std::env::var_os("COMPAT_REFUSALS").is_some() {
            let mut refusals: Vec<_> = findings.refusals.iter().collect();
            refusals.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
            for (reason, count) in refusals.into_iter().take(40) {
                println!("  refused {count}: {reason}");
            }
        }
        let pending = PENDING.iter().find(|(name, _)| *name == stage.name);
        let pending = pending.map_or(0, |(_, count)| *count);
        if pending > 0 {
            println!(
                "PENDING: {}: {} of at most {pending} known defects",
                stage.name,
                findings.open.len()
            );
        }
        let repaired = full && pending > 0 && findings.open.is_empty();
        let mut good = findings.open.len() <= pending && !repaired;
        show(path, &findings);
        for (construct, count) in findings.tally.iter() {
            let enough = !full
                || count >= FLOOR
                || stage.check == Check::Written
                || (stage.check == Check::Sealed && UNSEALED.contains(&construct));
            println!("  {count:6} {construct}{}", if enough { "" } else { "  TOO FEW" });
            good &= enough;
        }
        for (name, (of_kind, excused)) in &findings.rows {
            let entry = row_counts.entry(name).or_default();
            entry.0 += of_kind;
            entry.1 += excused;
            entry.2 += findings.documents;
        }
        if good {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    if words.is_empty() {
        let in_ci = std::env::var("CI").is_ok_and(|value| value == "true");
        let asked = older::asked();
        if older::program().is_none() {
            println!("LEFT OUT: compat: SOPS_OLDER does not name the program of sops 3.12.2");
            failed += usize::from(in_ci);
        } else {
            println!("sops 3.12.2 was asked to open {asked} of our files");
            failed += usize::from(full && asked < older::SAMPLE);
        }
    }
    if words.is_empty() || words.iter().any(|word| "commands".contains(word.as_str())) {
        match commands::run(path, full) {
            Some(0) => passed += 1,
            Some(_) => failed += 1,
            None => {
                println!("LEFT OUT: compat commands: there is no program `sops`, and SOPS does not name one");
                failed += usize::from(std::env::var("CI").is_ok_and(|value| value == "true"));
            }
        }
    }
    println!("deliberate differences: inputs of the kind, differences excused, inputs in its stages");
    for row in ROWS {
        let (of_kind, excused, documents) = row_counts.get(row.name).copied().unwrap_or_default();
        let mut fault = "";
        // A sample is too small to say how often a kind of input is met.
        if full && words.is_empty() && excused == 0 {
            fault = "  NO HIT";
        } else if full && row.frequent.is_none() && of_kind * 100 > documents {
            fault = "  MORE THAN 1 %";
        }
        println!("  {of_kind:6} {excused:6} {documents:7} {}{fault}", row.name);
        if !fault.is_empty() {
            failed += 1;
        }
    }
    println!("{passed} passed, {failed} failed");
    ExitCode::from(u8::from(failed > 0))
}
