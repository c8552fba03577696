//! `sops decrypt` and `secrets decrypt` side by side, as processes: exit code, output, fixed words of messages.

use std::path::Path;

use secrets::document::Format;

use crate::case::{Aspect, Case, Check, Settings};
use crate::convert::suffix;
use crate::oracle::Oracle;
use crate::program::{self, Place, Ran};
use crate::random::Random;
use crate::{rows, sealed, stage};

/// How `secrets decrypt` stands to `sops decrypt` in one row of the table.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// Same exit code and same output.
    Same,
    /// Same exit code; the output of both is text for people.
    SameCode,
    /// Deliberately different: ours has this exit code.
    Differs(i32),
}

/// One call of both programs.
struct Call {
    name: &'static str,
    keys: bool,
    arguments: &'static [&'static str],
    relation: Relation,
    /// The exit code that sops has: the table says what was observed.
    sops: i32,
    /// Words that both write to standard error.
    words: &'static str,
}

const fn call(name: &'static str, arguments: &'static [&'static str], sops: i32, relation: Relation) -> Call {
    Call {
        name,
        keys: true,
        arguments,
        relation,
        sops,
        words: "",
    }
}

use Relation::{Differs, Same, SameCode};

const CALLS: &[Call] = &[
    call("yaml", &["good.yaml"], 0, Same),
    call("json", &["good.json"], 0, Same),
    call("dotenv", &["good.env"], 0, Same),
    call("ini", &["good.ini"], 0, Same),
    call("binary", &["good.bin"], 0, Same),
    call("an unknown suffix is binary", &["good.bin.enc"], 0, Same),
    call("the suffix's case matters", &["good.YAML"], 1, SameCode),
    call(
        "--input-type",
        &["--input-type", "yaml", "--output-type", "yaml", "good.YAML"],
        0,
        Same,
    ),
    call(
        "--filename-override",
        &["--filename-override", "x.yaml", "good.YAML"],
        0,
        Same,
    ),
    call(
        "--output-type json",
        &["--output-type", "json", "good.yaml"],
        0,
        Same,
    ),
    call(
        "an unknown --output-type falls back to the suffix",
        &["--output-type", "toml", "good.yaml"],
        0,
        Same,
    ),
    call("one dash", &["-output-type", "json", "good.yaml"], 0, Same),
    call("an equals sign", &["--output-type=json", "good.yaml"], 0, Same),
    call(
        "--extract of a string",
        &["--extract", "[\"text\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a number",
        &["--extract", "[\"number\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list item",
        &["--extract", "[\"list\"][1]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a map",
        &["--extract", "[\"map\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list",
        &["--extract", "[\"list\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a bool",
        &["--extract", "[\"map\"][\"yes\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of null",
        &["--extract", "[\"nothing\"]", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract with single quotes",
        &["--extract", "['text']", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a map as json",
        &["--extract", "[\"map\"]", "--output-type", "json", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract of a list from json",
        &["--extract", "[\"list\"]", "good.json"],
        0,
        Same,
    ),
    call(
        "--extract from dotenv",
        &["--extract", "[\"TEXT\"]", "good.env"],
        0,
        Same,
    ),
    call(
        "--extract from ini",
        &["--extract", "[\"section\"][\"text\"]", "good.ini"],
        0,
        Same,
    ),
    call(
        "--extract of an ini section",
        &["--extract", "[\"section\"]", "good.ini"],
        4,
        SameCode,
    ),
    call(
        "--extract without a path",
        &["--extract", "", "good.yaml"],
        0,
        Same,
    ),
    call(
        "--extract with a bad path",
        &["--extract", "text", "good.yaml"],
        91,
        SameCode,
    ),
    call(
        "--extract with text after a path",
        &["--extract", "[\"text\"] ", "good.yaml"],
        91,
        SameCode,
    ),
    call(
        "--extract with an open bracket",
        &["--extract", "[[", "good.yaml"],
        0,
        Differs(91),
    ),
    call(
        "--extract of an unknown key",
        &["--extract", "[\"absent\"]", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "--extract beyond a list",
        &["--extract", "[\"list\"][9]", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "--extract of a number in a map",
        &["--extract", "[\"map\"][0]", "good.yaml"],
        0,
        Differs(1),
    ),
    call(
        "--extract of a key in a list",
        &["--extract", "[\"list\"][\"a\"]", "good.yaml"],
        2,
        Differs(1),
    ),
    call(
        "--extract with a negative number",
        &["--extract", "[\"list\"][-1]", "good.yaml"],
        2,
        Differs(91),
    ),
    call("a missing file", &["absent.yaml"], 100, SameCode),
    call("a directory", &["directory"], 2, SameCode),
    call("a file without metadata", &["plain.yaml"], 1, SameCode),
    call("an empty file", &["empty.yaml"], 1, SameCode),
    call("a file that does not parse", &["broken.yaml"], 1, SameCode),
    call("a truncated file", &["truncated.json"], 1, SameCode),
    Call {
        words: "MAC mismatch",
        ..call("a wrong MAC", &["mac.yaml"], 51, SameCode)
    },
    call("a missing MAC", &["no-mac.yaml"], 51, SameCode),
    call("--ignore-mac", &["--ignore-mac", "mac.yaml"], 0, Same),
    call("a value that does not decrypt", &["value.yaml"], 25, SameCode),
    call(
        "--ignore-mac and a value that does not decrypt",
        &["--ignore-mac", "value.yaml"],
        25,
        SameCode,
    ),
    Call {
        keys: false,
        ..call("no identity", &["good.yaml"], 128, SameCode)
    },
    call(
        "nested yaml to dotenv",
        &["--output-type", "dotenv", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "a scalar at the top to ini",
        &["--output-type", "ini", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "a list in a section to ini",
        &["--output-type", "ini", "deep.yaml"],
        0,
        Differs(4),
    ),
    call(
        "yaml to binary",
        &["--output-type", "binary", "good.yaml"],
        4,
        SameCode,
    ),
    call(
        "--in-place with --output",
        &["-i", "--output", "x", "good.yaml"],
        8,
        SameCode,
    ),
    call(
        "an unknown option",
        &["--no-such-option", "good.yaml"],
        1,
        SameCode,
    ),
    call(
        "a key type twice in --decryption-order",
        &["--decryption-order", "age,age", "good.yaml"],
        112,
        SameCode,
    ),
    call(
        "an unknown key type in --decryption-order",
        &["--decryption-order", "x", "good.yaml"],
        0,
        Differs(1),
    ),
    call(
        "options after the file",
        &["good.yaml", "--output-type", "json"],
        0,
        Same,
    ),
    call("--output", &["--output", "printed.yaml", "good.yaml"], 0, Same),
    call(
        "--output into a directory that is not there",
        &["--output", "absent/x", "good.yaml"],
        3,
        SameCode,
    ),
    call("several documents", &["several.yaml"], 0, Same),
    call("mac_only_encrypted", &["only.yaml"], 0, Same),
    call("key groups", &["groups.yaml"], 0, Same),
];

const YAML: &str = "# head\ntext: some text\nnumber: 12\nlist:\n    - one\n    - two words\n    - 3\nmap:\n    \"yes\": true\n    \
    half: 0.5\n    multi: |\n        first\n        second\nnothing: null\nempty: \"\"\nclear_unencrypted: stays\n";

/// Makes the files of the table.
fn prepare(oracle: &mut Oracle, place: &Place) {
    let mut seal = |name: &str, format: Format, text: &str, settings: Settings| -> Vec<u8> {
        let case = Case {
            format,
            check: Check::Sealed,
            text: text.as_bytes().to_vec(),
            settings,
            conversions: false,
            held: Vec::new(),
        };
        let answer = oracle.ask_one(sealed::encrypt(&case));
        let text = answer
            .data()
            .unwrap_or_else(|| panic!("{name}: {}", answer.error()));
        place.write(name, &text);
        text
    };
    let one = Settings {
        groups: vec![1],
        ..Settings::PLAIN
    };
    let yaml = seal("good.yaml", Format::Yaml, YAML, one.clone());
    place.write("good.YAML", &yaml);
    let json =
        "{\"text\": \"a <b> \\u00e9\", \"list\": [1, \"two\", {\"x\": null}], \"float\": 1.5, \"map\": {}}";
    let json = seal("good.json", Format::Json, json, one.clone());
    seal(
        "good.env",
        Format::Dotenv,
        "# c\nTEXT=some text\nLINES=a\\nb\nEMPTY=\n",
        one.clone(),
    );
    seal(
        "good.ini",
        Format::Ini,
        "top = 1\n; c\n[section]\ntext = some text\nlonger_key = x\n",
        one.clone(),
    );
    let binary = seal("good.bin", Format::Binary, "any\0bytes\n", one.clone());
    place.write("good.bin.enc", &binary);
    seal(
        "deep.yaml",
        Format::Yaml,
        "a:\n    b:\n        - c\n",
        one.clone(),
    );
    seal("several.yaml", Format::Yaml, "a: 1\n---\nb: 2\n", one.clone());
    seal(
        "only.yaml",
        Format::Yaml,
        YAML,
        Settings {
            mac_only_encrypted: true,
            ..one.clone()
        },
    );
    seal(
        "groups.yaml",
        Format::Yaml,
        YAML,
        Settings {
            groups: vec![1, 1, 2],
            threshold: 2,
            ..one
        },
    );
    std::fs::create_dir(place.path("directory")).unwrap();
    place.write("plain.yaml", YAML.as_bytes());
    place.write("empty.yaml", b"");
    place.write("broken.yaml", b"a: [\n");
    place.write("truncated.json", &json[..json.len() / 2]);
    let yaml = String::from_utf8(yaml).unwrap();
    place.write("mac.yaml", yaml.replace("stays", "was changed").as_bytes());
    let no_mac: Vec<&str> = yaml
        .lines()
        .filter(|line| !line.trim_start().starts_with("mac:"))
        .collect();
    place.write("no-mac.yaml", (no_mac.join("\n") + "\n").as_bytes());
    // The ciphertext of another key's place.
    let number = yaml.lines().find(|line| line.starts_with("number:")).unwrap();
    let moved = number.replace("number:", "text:");
    let text = yaml.lines().find(|line| line.starts_with("text:")).unwrap();
    place.write("value.yaml", yaml.replace(text, &moved).as_bytes());
}

fn words(ran: &Ran) -> String {
    ran.stderr.lines().take(3).collect::<Vec<_>>().join(" / ")
}

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
    failed += sample(&mut oracle, &place, &sops, if full { 60 } else { 6 });
    Some(failed)
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
