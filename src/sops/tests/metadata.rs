//! Metadata in its layouts, and malformed metadata.

use super::read;
use crate::document::Format;
use crate::sops::{Metadata, SealedError};

fn metadata(text: &str, format: Format) -> Result<Metadata, String> {
    match read(text.as_bytes(), format) {
        Ok(sealed) => Ok(sealed.metadata),
        Err(SealedError::Metadata(error)) => Err(error.to_string()),
        Err(other) => Err(other.to_string()),
    }
}

/// JSON with these fields in `sops` besides what is needed.
fn with(fields: &str) -> Result<Metadata, String> {
    let needed = r#""lastmodified": "2026-01-02T03:04:05Z", "mac": "m", "version": "3.13.3""#;
    let comma = if fields.is_empty() { "" } else { ", " };
    metadata(
        &format!(r#"{{"sops": {{{needed}{comma}{fields}}}}}"#),
        Format::Json,
    )
}

const AGE: &str = r#""age": [{"recipient": "age1x", "enc": "e"}]"#;

#[test]
fn all_layouts_say_the_same() {
    let yaml = "a: ''\nsops:\n  shamir_threshold: 2\n  key_groups:\n  - age:\n    - {recipient: age1x, enc: \"l1\\nl2\\n\"}\n    hc_vault: []\n  - pgp:\n    - fp: AB\n      enc: p\n      created_at: \"2026-01-02T03:04:05Z\"\n  lastmodified: \"2026-01-02T03:04:05Z\"\n  mac: m\n  mac_only_encrypted: true\n  encrypted_regex: ^a\n  version: 3.13.3\n";
    let json = r#"{"a": "", "sops": {"shamir_threshold": 2, "key_groups": [
        {"age": [{"recipient": "age1x", "enc": "l1\nl2\n"}], "hc_vault": null},
        {"pgp": [{"fp": "AB", "enc": "p", "created_at": "2026-01-02T03:04:05Z"}], "age": []}],
        "lastmodified": "2026-01-02T03:04:05Z", "mac": "m", "mac_only_encrypted": true, "encrypted_regex": "^a", "version": "3.13.3"}}"#;
    let flat = [
        ("shamir_threshold", "2"),
        ("key_groups__list_0__map_age__list_0__map_recipient", "age1x"),
        ("key_groups__list_0__map_age__list_0__map_enc", r"l1\nl2\n"),
        ("key_groups__list_1__map_pgp__list_0__map_fp", "AB"),
        ("key_groups__list_1__map_pgp__list_0__map_enc", "p"),
        (
            "key_groups__list_1__map_pgp__list_0__map_created_at",
            "2026-01-02T03:04:05Z",
        ),
        ("lastmodified", "2026-01-02T03:04:05Z"),
        ("mac", "m"),
        ("mac_only_encrypted", "true"),
        ("encrypted_regex", "^a"),
        ("version", "3.13.3"),
    ];
    let lines = |prefix: &str| -> String {
        let line = |(name, value): &(&str, &str)| format!("{prefix}{name}={value}\n");
        flat.iter().rev().map(line).collect()
    };
    let dotenv = format!("a=\n{}", lines("sops_"));
    let ini = format!("[s]\na =\n[sops]\n{}", lines(""));
    let newlines = ini.replace(r"l1\nl2\n", "\"\"\"l1\nl2\n\"\"\"");
    let describe = |metadata: Metadata| format!("{metadata:?}");
    let wanted = describe(metadata(yaml, Format::Yaml).unwrap());
    assert!(wanted.contains("l1\\nl2\\n"), "{wanted}");
    for (text, format) in [
        (json, Format::Json),
        (json, Format::Binary),
        (&dotenv, Format::Dotenv),
        (&ini, Format::Ini),
        (&newlines, Format::Ini),
    ] {
        assert_eq!(
            metadata(text, format).map(describe).as_ref(),
            Ok(&wanted),
            "{format}"
        );
    }
}

#[test]
fn weakly_typed_and_otherwise_spelled_fields_are_understood() {
    let with_age = |fields: &str| with(&format!("{AGE}, {fields}")).unwrap();
    for (text, threshold) in [
        ("\"2\"", 2),
        ("2.9", 2),
        ("true", 1),
        ("\"\"", 0),
        ("null", 0),
        ("-3", 0),
        ("\"0x10\"", 16),
    ] {
        assert_eq!(
            with_age(&format!("\"shamir_threshold\": {text}")).shamir_threshold,
            threshold,
            "{text}"
        );
    }
    for (text, truth) in [
        ("true", true),
        ("\"true\"", true),
        ("\"T\"", true),
        ("1", true),
        ("0", false),
        ("\"\"", false),
        ("null", false),
        ("0.5", true),
    ] {
        assert_eq!(
            with_age(&format!("\"mac_only_encrypted\": {text}")).mac_only_encrypted,
            truth,
            "{text}"
        );
    }
    assert_eq!(with_age("\"encrypted_suffix\": 12").selector.text(), "12");
    assert_eq!(with_age("\"encrypted_suffix\": true").selector.text(), "1");
    assert_eq!(
        with_age("\"encrypted_suffix\": \"\"").selector.text(),
        "_unencrypted"
    );
    assert_eq!(with_age("\"Encrypted_Suffix\": \"x\"").selector.text(), "x");
    assert_eq!(
        with_age("\"Encrypted_Suffix\": \"x\", \"encrypted_suffix\": \"y\"")
            .selector
            .text(),
        "y"
    );
    // A single map where a list is expected, an empty one where none is.
    let single = with(r#""age": {"recipient": "age1x", "enc": "e"}, "pgp": {}"#).unwrap();
    assert_eq!((single.groups[0].age.len(), single.groups[0].other.len()), (1, 0));
    assert_eq!(
        with(r#""AGE": [{"Recipient": "age1x", "ENC": "e"}]"#)
            .unwrap()
            .groups[0]
            .age[0]
            .recipient,
        "age1x"
    );
    assert_eq!(with_age(r#""unknown": {"deep": [1]}"#).groups.len(), 1);
}

#[test]
fn flat_lists_win_over_groups_and_one_group_means_no_sharing() {
    let groups = r#""key_groups": [{"age": [{"recipient": "age1g", "enc": "e"}]}]"#;
    let both = with(&format!("{AGE}, {groups}")).unwrap();
    assert_eq!(
        (both.groups.len(), both.groups[0].age[0].recipient.as_str()),
        (1, "age1x")
    );
    let one = with(groups).unwrap();
    assert_eq!((one.groups.len(), one.threshold()), (1, 1));
    let two =
        with(r#""key_groups": [{"age": [{"recipient": "a", "enc": "e"}]}, null], "age": null"#).unwrap();
    assert_eq!(
        (two.groups.len(), two.threshold(), two.groups[1].is_empty()),
        (2, 2, true)
    );
    // Kinds that sops does not know count only when there is nothing else.
    let unknown = r#""quantum": [{"enc": "q", "name": "n"}]"#;
    assert_eq!(
        with(&format!("{unknown}, {groups}")).unwrap().groups[0].age[0].recipient,
        "age1g"
    );
    assert_eq!(with(unknown).unwrap().groups[0].other[0].id, "n");
}

#[test]
fn times_are_normalised_as_the_additional_data_of_the_mac() {
    for (stored, aad) in [
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05.999Z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05-00:00", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05,5+05:30", "2026-01-02T03:04:05+05:30"),
        ("2026-01-02T3:04:05Z", "2026-01-02T03:04:05Z"),
    ] {
        let yaml = format!("sops:\n  age: [{{recipient: a, enc: e}}]\n  lastmodified: \"{stored}\"\n");
        assert_eq!(metadata(&yaml, Format::Yaml).unwrap().last_modified, aad);
    }
    // rops writes it without quotes.
    let yaml = "sops:\n  age: [{recipient: a, enc: e}]\n  lastmodified: 2023-12-25T10:31:01Z\n";
    assert_eq!(
        metadata(yaml, Format::Yaml).unwrap().last_modified,
        "2023-12-25T10:31:01Z"
    );
}

#[test]
fn malformed_metadata_is_refused_with_its_field() {
    for (fields, error) in [
        ("", "there is no master key in it"),
        (
            r#""age": [], "pgp": null, "key_groups": []"#,
            "there is no master key in it",
        ),
        (r#""age": "x""#, "`age` is not a list of maps"),
        (r#""age": 5"#, "`age` is not a list of maps"),
        (r#""age": ["x"]"#, "`age[0]` is not a map"),
        (r#""age": [{}, [1]]"#, "`age[1]` is not a map"),
        (
            r#""age": [{"recipient": ["x"]}]"#,
            "`age[0].recipient` is not a string",
        ),
        (
            r#""age": [{"recipient": "x", "enc": {}}]"#,
            "`age[0].enc` is not a string",
        ),
        (
            r#""pgp": [{"fp": "x", "enc": "x"}]"#,
            "`pgp[0].created_at` is not an RFC 3339 time",
        ),
        (
            r#""kms": [{"created_at": 1443204393.48989, "enc": "x"}]"#,
            "`kms[0].created_at` is not an RFC 3339 time",
        ),
        (
            r#""hckms": [null]"#,
            "`hckms[0].created_at` is not an RFC 3339 time",
        ),
        (
            r#""key_groups": [{"age": [{}]}, {"pgp": [{}]}]"#,
            "`key_groups[1].pgp[0].created_at` is not an RFC 3339 time",
        ),
        (r#""key_groups": [7]"#, "`key_groups[0]` is not a map"),
        (
            r#""age": [{}], "shamir_threshold": "two""#,
            "`shamir_threshold` is not a number",
        ),
        (
            r#""age": [{}], "shamir_threshold": [2]"#,
            "`shamir_threshold` is not a number",
        ),
        (
            r#""age": [{}], "shamir_threshold": 1e300"#,
            "`shamir_threshold` is not a number",
        ),
        (
            r#""age": [{}], "mac_only_encrypted": "yes""#,
            "`mac_only_encrypted` is not true or false",
        ),
        (
            r#""age": [{}], "mac_only_encrypted": {}"#,
            "`mac_only_encrypted` is not true or false",
        ),
        (r#""age": [{}], "mac": []"#, "`mac` is not a string"),
        (
            r#""age": [{}], "lastmodified": "yesterday""#,
            "`lastmodified` is not an RFC 3339 time",
        ),
        (
            r#""age": [{}], "lastmodified": """#,
            "`lastmodified` is not an RFC 3339 time",
        ),
        (
            r#""age": [{}], "lastmodified": 5"#,
            "`lastmodified` is not an RFC 3339 time",
        ),
        (
            r#""age": [{}], "encrypted_regex": "a", "unencrypted_suffix": "b""#,
            "both `unencrypted_suffix` and `encrypted_regex` are set; a file has one selector",
        ),
        (
            r#""age": [{}], "encrypted_comment_regex": "a", "Unencrypted_Comment_Regex": "b""#,
            "both `unencrypted_comment_regex` and `encrypted_comment_regex` are set; a file has one selector",
        ),
    ] {
        assert_eq!(with(fields).err().as_deref(), Some(error), "{fields}");
    }
}

#[test]
fn a_misplaced_or_broken_entry_is_refused_with_its_reason() {
    for (text, format, error) in [
        ("{}", Format::Json, "sops metadata not found"),
        (r#"{"sops": {}}"#, Format::Json, "sops metadata not found"),
        (r#"{"data": "x"}"#, Format::Binary, "sops metadata not found"),
        ("a: b\n", Format::Yaml, "sops metadata not found"),
        ("a: b\n---\nsops: {}\n", Format::Yaml, "sops metadata not found"),
        ("a=b\nsops=x\n", Format::Dotenv, "sops metadata not found"),
        ("[a]\nb = c\n", Format::Ini, "sops metadata not found"),
        ("[sops]\n", Format::Ini, "sops metadata not found"),
        (r#"{"sops": "x"}"#, Format::Json, "`sops` is not a map"),
        (r#"{"sops": null}"#, Format::Json, "`sops` is not a map"),
        ("sops:\n- a\n", Format::Yaml, "`sops` is not a map"),
        (
            r#"{"sops": {"a": 1}, "sops": {"a": 1}}"#,
            Format::Json,
            "`sops` stands twice",
        ),
        (
            "[sops]\na = 1\n[sops]\nb = 1\n",
            Format::Ini,
            "`sops` stands twice",
        ),
        (
            "sops: {1: 2}\n",
            Format::Yaml,
            "a key inside `sops` is not a string",
        ),
        (
            "sops: {age: [{true: 2}]}\n",
            Format::Yaml,
            "a key inside `sops` is not a string",
        ),
        (
            "sops_age__list_1__map_enc=x\n",
            Format::Dotenv,
            "a flattened list has missing positions",
        ),
        (
            "sops_age__list_99999999999999999999__map_enc=x\n",
            Format::Dotenv,
            "a flattened list has missing positions",
        ),
        (
            "sops_age__list_-1=x\n",
            Format::Dotenv,
            "a flattened list has missing positions",
        ),
        (
            "sops_age=1\nsops_age__map_b=x\n",
            Format::Dotenv,
            "a flattened key is both a value and a container",
        ),
        (
            "sops_age__list_0=1\nsops_age__map_b=x\n",
            Format::Dotenv,
            "a flattened key is both a value and a container",
        ),
        (
            "sops_mac=1\nsops_mac=2\n",
            Format::Dotenv,
            "a flattened key stands twice",
        ),
        (
            "[sops]\nage__list_1 = x\n",
            Format::Ini,
            "a flattened list has missing positions",
        ),
    ] {
        assert_eq!(metadata(text, format).err().as_deref(), Some(error), "{text}");
    }
    let deep = format!("sops_{}=x\n", "a__map_".repeat(1000));
    assert_eq!(
        metadata(&deep, Format::Dotenv).err().as_deref(),
        Some("flattened keys are nested too deep")
    );
}

#[test]
fn metadata_of_later_documents_is_dropped_unread() {
    let yaml = "a: ''\nsops: {age: [{recipient: a, enc: e}], lastmodified: '2026-01-02T03:04:05Z'}\n---\nb: ''\nsops: 5\n---\nsops: {age: 7}\n---\nc: ''\n";
    let sealed = read(yaml.as_bytes(), Format::Yaml).ok().unwrap();
    let keys: Vec<Vec<&[u8]>> = sealed
        .document
        .parts
        .iter()
        .map(|part| part.root.entries().map(|entry| &*entry.key.text).collect())
        .collect();
    assert_eq!(keys, [vec![&b"a"[..]], vec![b"b"], vec![], vec![b"c"]]);
    let cut: Vec<&str> = sealed
        .metadata_spans
        .iter()
        .map(|span| &yaml[span.start as usize..span.end as usize])
        .collect();
    assert_eq!(cut[1..], ["sops: 5\n", "sops: {age: 7}\n"]);
}

/// The text without the metadata's spans.
fn without(text: &str, format: Format) -> String {
    let sealed = read(text.as_bytes(), format).unwrap_or_else(|error| panic!("{error:?}: {text}"));
    let mut rest = text.to_owned();
    for span in sealed.metadata_spans.iter().rev() {
        rest.replace_range(span.start as usize..span.end as usize, "");
    }
    rest
}

#[test]
fn the_spans_of_the_metadata_cover_whole_entries() {
    const INNER: &str = "age: [{recipient: a, enc: e}]\n    lastmodified: '2026-01-02T03:04:05Z'";
    let yaml = |before: &str, entry: &str, after: &str| {
        assert_eq!(
            without(&format!("{before}{entry}{after}"), Format::Yaml),
            format!("{before}{after}")
        );
    };
    yaml("a: ''\n", &format!("sops:\n    {INNER}\n"), "");
    yaml("a: ''\n", &format!("sops:\n    {INNER}"), "");
    yaml(
        "",
        &format!("sops: # c\n    {INNER} # d\n    # last\n"),
        "b: ''\n",
    );
    yaml(
        "# top\n",
        &format!("\"sops\":\n    {INNER}\n    mac: |\n        x\n        y\n"),
        "\nb: ''\n",
    );
    yaml("a: ''\r\n", &format!("sops:\r\n    {INNER}\r\n"), "b: ''\r\n");
    yaml("a: ''\n", &format!("? sops\n:   {INNER}\n"), "b: ''\n");
    let entry = "sops: {age: [{recipient: a, enc: e}], lastmodified: '2026-01-02T03:04:05Z'}";
    yaml("{a: ''", &format!(", {entry}"), "}\n");
    yaml("{", &format!("{entry},"), " b: ''}\n");
    yaml("{a: '', ", &format!("{entry} ,"), "}\n");
    yaml("{", entry, "}\n");

    let json = r#""sops": {"age": [{}], "lastmodified": "2026-01-02T03:04:05Z"}"#;
    assert_eq!(
        without(&format!("{{\"a\": \"\",\n\t{json}\n}}\n"), Format::Json),
        "{\"a\": \"\"\n}\n"
    );
    assert_eq!(
        without(&format!("{{{json}, \"a\": \"\"}}"), Format::Json),
        "{ \"a\": \"\"}"
    );

    let env = "A=\nsops_age__list_0__map_enc=x\n#c\nsops_lastmodified=2026-01-02T03:04:05Z\nB=";
    assert_eq!(without(env, Format::Dotenv), "A=\n#c\nB=");
    let ini = "[a]\nb = \n\n[sops]\nage__list_0__map_enc = \"\"\"x\ny\"\"\"\nlastmodified = 2026-01-02T03:04:05Z ; c\n";
    assert_eq!(without(ini, Format::Ini), "[a]\nb = \n\n");
}
