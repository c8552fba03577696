use super::super::{BlockError, OtherKey, OtherKind, block, read_block};
use super::{fixture, metadata, text, with_groups};
use crate::document::attach::Layout;
use crate::document::json::Indent;
use crate::document::{Format, binary, json};
use crate::sops::{Selector, SelectorKind};

#[test]
fn a_block_is_what_sops_writes_in_every_format() {
    for format in Format::ALL {
        for name in ["flat", "groups"] {
            let file = fixture(name, format);
            let metadata = metadata(&file, format);
            let block = block(&metadata, &Layout::of_sops(format)).unwrap();
            let behind: &[u8] = match format {
                Format::Json | Format::Binary => b"\n}\n",
                _ => b"",
            };
            let end = [&block, behind].concat();
            assert!(file.ends_with(&end), "{format} {name}:\n{}", text(&block));
        }
    }
}

#[test]
fn a_block_has_the_column_the_step_and_the_line_break_of_its_file() {
    let metadata = with_groups(&[&[1]]);
    let style = Layout {
        step: 2,
        column: 3,
        line_break: "\r\n",
        ..Layout::of_sops(Format::Yaml)
    };
    let lines = block(&metadata, &style).unwrap();
    assert!(
        text(&lines).starts_with("   sops:\r\n     age:\r\n       - enc: |\r\n           -----BEGIN"),
        "{}",
        text(&lines)
    );
    assert!(text(&lines).ends_with("\r\n     version: 3.13.3\r\n"));
    let lines = block(
        &metadata,
        &Layout {
            format: Format::Ini,
            ..style
        },
    )
    .unwrap();
    assert!(text(&lines).ends_with("\r\nversion                    = 3.13.3\r\n"));
    let lines = block(
        &metadata,
        &Layout {
            format: Format::Dotenv,
            ..style
        },
    )
    .unwrap();
    assert!(
        !lines.contains(&b'\r'),
        "sops takes a carriage return for a part of the value"
    );
}

#[test]
fn a_block_in_a_flow_root_is_one_line() {
    let style = Layout {
        flow: true,
        ..Layout::of_sops(Format::Yaml)
    };
    let metadata = with_groups(&[&[1, 2]]);
    let entry = block(&metadata, &style).unwrap();
    assert!(!entry.contains(&b'\n') && entry.starts_with(b"\"sops\":{\"age\":[{\"enc\":\"-----"));
    let root = ["{a: 1, ", text(&entry), "}"].concat();
    let read = super::metadata(root.as_bytes(), Format::Yaml);
    assert_eq!(read.groups, metadata.groups);
}

#[test]
fn indentation_is_the_files() {
    let metadata = with_groups(&[&[1]]);
    for (indent, start) in [
        (
            Indent::Spaces(2),
            "\"sops\": {\n    \"age\": [\n      {\n        \"enc\"",
        ),
        (Indent::Compact, "\"sops\":{\"age\":[{\"enc\""),
        (
            Indent::Tab,
            "\"sops\": {\n\t\t\"age\": [\n\t\t\t{\n\t\t\t\t\"enc\"",
        ),
    ] {
        let style = Layout {
            indent,
            ..Layout::of_sops(Format::Json)
        };
        let member = block(&metadata, &style).unwrap();
        assert!(text(&member).starts_with(start), "{}", text(&member));
    }
    for (text, indent) in [
        ("{\n  \"a\": 1\n}", Indent::Spaces(2)),
        ("{\r\n\t\"a\": 1\n}", Indent::Tab),
        ("{\"a\": 1}", Indent::Compact),
        ("{}", Indent::Tab),
    ] {
        let document = json::read(text.as_bytes(), &crate::document::Limits::STANDARD).unwrap();
        assert_eq!(Layout::of(text.as_bytes(), &document).indent, indent);
    }
    let binary = binary::wrap(b"x");
    assert_eq!(Layout::of(b"x", &binary), Layout::of_sops(Format::Binary));
}

#[test]
fn what_would_not_be_read_back_is_refused() {
    let mut metadata = with_groups(&[&[1]]);
    metadata.selector = Selector::for_sealing(SelectorKind::EncryptedSuffix, "a\\nb").unwrap();
    for format in [Format::Dotenv, Format::Ini] {
        let result = block(&metadata, &Layout::of_sops(format));
        assert!(matches!(result, Err(BlockError::CannotExpress)), "{format}");
    }
    assert!(block(&metadata, &Layout::of_sops(Format::Yaml)).is_ok());
    metadata.groups[0].other.push(OtherKey {
        kind: OtherKind::Pgp,
        id: "F00".to_owned(),
    });
    let result = block(&metadata, &Layout::of_sops(Format::Yaml));
    assert!(matches!(result, Err(BlockError::OtherKey { .. })));
}

#[test]
fn a_block_says_what_it_was_made_of() {
    for format in Format::ALL {
        for name in ["flat", "groups"] {
            let metadata = metadata(&fixture(name, format), format);
            let lines = block(&metadata, &Layout::of_sops(format)).unwrap();
            let again = read_block(&lines, format).unwrap();
            assert!(super::super::block::same(&again, &metadata, format));
            assert_eq!(again.groups, metadata.groups);
        }
    }
}
