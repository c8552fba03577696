use super::super::{BlockError, OtherKey, OtherKind, edit, edit_text, read_block};
use super::{age_key, text, with_groups};
use crate::document::attach::Layout;
use crate::document::{Format, Limits};

const STYLE: Layout = Layout::of_sops(Format::Yaml);

const MAC: &str = "ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]";

/// A block as older releases wrote it, with a comment, other master keys and a field of the future.
const OLD: &str = "sops:
  # kept
  kms: []
  age:
  - recipient: age1recipient1
    enc: |
      one
  - recipient: age1recipient2
    enc: |
      two
  lastmodified: '2026-01-02T03:04:05Z'
  mac: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]
  pgp:
  - created_at: \"2019-01-01T00:00:00Z\"
    enc: |
      gpg
    fp: F00
  - created_at: \"2019-01-01T00:00:00Z\"
    enc: |
      gpg2
    fp: F01
  unencrypted_suffix: _unencrypted
  version: 3.7.1
  x_future: {a: [1]}
";

fn changed(old: &str, change: impl FnOnce(&mut super::Metadata)) -> String {
    let mut wanted = read_block(old.as_bytes(), Format::Yaml).unwrap();
    change(&mut wanted);
    let new = edit(old.as_bytes(), &wanted, &STYLE).unwrap();
    text(&new).to_owned()
}

#[test]
fn the_order_and_style_of_an_older_block_stay() {
    let new = changed(OLD, |wanted| {
        wanted.mac = MAC.replace("AAAA", "BBBB");
        wanted.last_modified = "2027-01-02T03:04:05Z".to_owned();
        wanted.version = "3.13.3".to_owned();
        wanted.groups[0].age[0].enc = "eins\n".to_owned();
    });
    let wanted = OLD
        .replace("AAAA", "BBBB")
        .replace("2026", "2027")
        .replace("3.7.1", "3.13.3")
        .replace("one", "eins");
    assert_eq!(new, wanted);
    let new = changed(OLD, |wanted| {
        wanted.groups[0].age.remove(1);
    });
    assert_eq!(
        new,
        OLD.replace("  - recipient: age1recipient2\n    enc: |\n      two\n", "")
    );
    let new = changed(OLD, |wanted| {
        wanted.groups[0].other.remove(0);
    });
    let cut = "  - created_at: \"2019-01-01T00:00:00Z\"\n    enc: |\n      gpg\n    fp: F00\n";
    assert_eq!(new, OLD.replace(cut, ""));
    let new = changed(OLD, |wanted| wanted.groups[0].other.clear());
    assert!(!new.contains("pgp") && new.contains("x_future: {a: [1]}") && new.contains("# kept"));
}

#[test]
fn a_block_that_is_written_anew_keeps_other_master_keys_and_unknown_fields() {
    // The order of the recipients changes.
    let new = changed(OLD, |wanted| wanted.groups[0].age.reverse());
    assert_eq!(
        new,
        "sops:
  age:
    - enc: |
        two
      recipient: age1recipient2
    - enc: |
        one
      recipient: age1recipient1
  kms: []
  lastmodified: \"2026-01-02T03:04:05Z\"
  mac: ENC[AES256_GCM,data:AAAA,iv:AAAA,tag:AAAA,type:str]
  pgp:
    - created_at: \"2019-01-01T00:00:00Z\"
      enc: |
        gpg
      fp: F00
    - created_at: \"2019-01-01T00:00:00Z\"
      enc: |
        gpg2
      fp: F01
  unencrypted_suffix: _unencrypted
  version: 3.7.1
  x_future:
    a:
      - 1
"
    );
    // One group becomes two: the other master keys move.
    let new = changed(OLD, |wanted| {
        wanted.groups.push(with_groups(&[&[3]]).groups.remove(0));
        wanted.shamir_threshold = 2;
    });
    assert!(new.contains("  key_groups:\n    - age:\n        - enc: |\n            one\n"));
    assert!(new.contains(
        "      pgp:\n        - created_at: \"2019-01-01T00:00:00Z\"\n          enc: |\n            gpg\n"
    ));
    assert!(new.contains("recipient3") && !new.contains("\n  pgp:"));
    // And back.
    let back = changed(&new, |wanted| {
        wanted.groups.pop();
        wanted.shamir_threshold = 0;
    });
    assert!(back.contains("\n  pgp:\n") && back.contains("x_future") && !back.contains("key_groups"));
}

#[test]
fn a_master_key_of_another_kind_cannot_be_added() {
    let mut wanted = read_block(OLD.as_bytes(), Format::Yaml).unwrap();
    wanted.groups[0].other.push(OtherKey {
        kind: OtherKind::Kms,
        id: "arn".to_owned(),
    });
    let error = edit(OLD.as_bytes(), &wanted, &STYLE).err().unwrap();
    assert!(matches!(error, BlockError::OtherKey { kind } if kind == "kms"));
}

#[test]
fn a_flow_block_changes_by_span_and_else_stays_on_its_line() {
    let old = format!(
        "{{\"a\": 1, \"sops\": {{\"age\": [{{\"enc\": \"x\", \"recipient\": \"r\"}}], \"lastmodified\": \"2026-01-02T03:04:05Z\", \"mac\": \"{MAC}\", \"version\": \"3.9.0\"}}}}\n"
    );
    for format in [Format::Yaml, Format::Json] {
        let mut wanted = super::metadata(old.as_bytes(), format);
        wanted.mac = MAC.replace("AAAA", "BBBB");
        let new = edit_text(old.as_bytes(), format, &wanted, &Limits::STANDARD).unwrap();
        assert_eq!(text(&new), old.replace("AAAA", "BBBB"), "{format}");
        wanted.groups[0].age.push(age_key(1));
        let new = edit_text(old.as_bytes(), format, &wanted, &Limits::STANDARD).unwrap();
        assert_eq!(text(&new).lines().count(), 1, "{format}");
        assert_eq!(super::metadata(&new, format).groups, wanted.groups, "{format}");
    }
}

#[test]
fn carriage_returns_stay() {
    let edited = |line_break| {
        let old = OLD.replace('\n', line_break);
        let mut wanted = read_block(old.as_bytes(), Format::Yaml).unwrap();
        wanted.groups[0].age.push(age_key(3));
        wanted.mac = MAC.replace("AAAA", "BBBB");
        let style = Layout { line_break, ..STYLE };
        text(&edit(old.as_bytes(), &wanted, &style).unwrap()).to_owned()
    };
    let wanted = edited("\n");
    for line_break in ["\r\n", "\r"] {
        let new = edited(line_break);
        assert!(!new.replace(line_break, "").contains(['\n', '\r']));
        assert!(new.contains(&format!("# kept{line_break}")));
        assert_eq!(new.replace(line_break, "\n"), wanted);
    }
}

#[test]
fn dotenv_lines_in_any_order_are_edited_in_place_and_come_together_when_they_stand_apart() {
    let old = format!(
        "A=x\nsops_version=3.6.0\nsops_age__list_0__map_recipient=r\nsops_mac={MAC}\nsops_age__list_0__map_enc=x\\n\nsops_lastmodified=2026-01-02T03:04:05Z\n"
    );
    let mut wanted = super::metadata(old.as_bytes(), Format::Dotenv);
    wanted.mac = MAC.replace("AAAA", "BBBB");
    let new = edit_text(old.as_bytes(), Format::Dotenv, &wanted, &Limits::STANDARD).unwrap();
    assert_eq!(text(&new), old.replace("AAAA", "BBBB"));
    let apart = old.replace("A=x\nsops_version=3.6.0\n", "sops_version=3.6.0\nA=x\n");
    let same = super::metadata(apart.as_bytes(), Format::Dotenv);
    let unchanged = edit_text(apart.as_bytes(), Format::Dotenv, &same, &Limits::STANDARD).unwrap();
    assert_eq!(text(&unchanged), apart);
    let new = edit_text(apart.as_bytes(), Format::Dotenv, &wanted, &Limits::STANDARD).unwrap();
    assert_eq!(text(&new), old.replace("AAAA", "BBBB"));
}
