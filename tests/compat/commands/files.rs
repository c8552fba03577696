//! The files that the calls of the table read.

use secrets::document::Format;

use crate::case::{Case, Check, Settings};
use crate::oracle::Oracle;
use crate::program::Place;
use crate::sealed;

/// The document of the YAML files.
const YAML: &str = "# head\ntext: some text\nnumber: 12\nlist:\n    - one\n    - two words\n    - 3\nmap:\n    \"yes\": true\n    \
    half: 0.5\n    multi: |\n        first\n        second\nnothing: null\nempty: \"\"\nclear_unencrypted: stays\n";

/// Makes the files of the table.
pub(super) fn prepare(oracle: &mut Oracle, place: &Place) {
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
