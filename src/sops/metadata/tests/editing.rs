use super::super::{KeyGroup, Metadata, block, edit, edit_text};
use super::{age_key, fixture, metadata, text, with_groups};
use crate::document::attach::Layout;
use crate::document::{Format, Limits};

/// Numbers without a pattern.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn groups(&mut self) -> Metadata {
        let count = [1, 1, 1, 2, 3][self.below(5)];
        let mut metadata = with_groups(&[]);
        for _ in 0..count {
            // Up to twelve, so that positions have one and two digits; some with another `enc`.
            let length = 1 + self.below(12);
            let mut seeds: Vec<usize> = (0..14).collect();
            while seeds.len() > length {
                seeds.remove(self.below(seeds.len()));
            }
            let mut group = KeyGroup::default();
            for seed in seeds {
                let mut key = age_key(seed);
                if self.below(8) == 0 {
                    key.enc = age_key(100 + self.below(3)).enc;
                }
                group.age.push(key);
            }
            if self.below(10) == 0 {
                group.age.reverse();
            }
            metadata.groups.push(group);
        }
        metadata.shamir_threshold = if count > 1 { 2 } else { 0 };
        metadata.mac_only_encrypted = self.below(3) == 0;
        if self.below(2) == 0 {
            metadata.mac = "ENC[AES256_GCM,data:BBBB,iv:BBBB,tag:BBBB,type:str]".to_owned();
            metadata.last_modified = "2027-01-02T03:04:05Z".to_owned();
        }
        metadata
    }
}

#[test]
fn an_edited_block_of_sops_is_the_block_that_sops_would_write() {
    let mut random = Random(1);
    for round in 0..40 {
        let (old, wanted) = (random.groups(), random.groups());
        for format in Format::ALL {
            let before = block(&old, &Layout::of_sops(format)).unwrap();
            let after = edit(&before, &wanted, &Layout::of_sops(format)).unwrap();
            let fresh = block(&wanted, &Layout::of_sops(format)).unwrap();
            if format == Format::Ini {
                // The equals signs stay where they are as long as the new names fit.
                let dense = |text: &[u8]| {
                    text.iter()
                        .copied()
                        .filter(|byte| *byte != b' ')
                        .collect::<Vec<_>>()
                };
                assert_eq!(text(&dense(&after)), text(&dense(&fresh)), "round {round}");
            } else {
                assert_eq!(text(&after), text(&fresh), "{format}, round {round}");
            }
        }
    }
}

#[test]
fn nothing_changes_where_nothing_differs() {
    for format in Format::ALL {
        for name in ["flat", "groups"] {
            let file = fixture(name, format);
            let same = edit_text(&file, format, &metadata(&file, format), &Limits::STANDARD).unwrap();
            assert_eq!(same, file, "{format} {name}");
        }
    }
}

/// The lines that only one of two texts has.
fn changed<'t>(one: &'t [u8], other: &'t [u8]) -> Vec<&'t str> {
    let (one, other): (Vec<_>, Vec<_>) = (text(one).lines().collect(), text(other).lines().collect());
    one.iter().filter(|line| !other.contains(line)).copied().collect()
}

#[test]
fn mac_and_time_are_two_lines_and_the_version_stays() {
    for format in Format::ALL {
        for name in ["flat", "groups"] {
            let file = fixture(name, format);
            let mut wanted = metadata(&file, format);
            wanted.mac = wanted.mac.replace("data:", "data:AAAA");
            wanted.last_modified = "2027-07-07T07:07:07Z".to_owned();
            wanted.version = String::new();
            let new = edit_text(&file, format, &wanted, &Limits::STANDARD).unwrap();
            let lines = changed(&new, &file);
            assert_eq!(lines.len(), 2, "{format} {name}: {lines:?}");
            assert!(lines[0].contains("lastmodified") && lines[0].contains("2027-07-07T07:07:07Z"));
            assert!(lines[1].contains("mac") && lines[1].contains("data:AAAA"));
            assert_eq!(text(&new).lines().count(), text(&file).lines().count());
        }
    }
}

#[test]
fn one_more_recipient_leaves_every_other_line() {
    for format in Format::ALL {
        for name in ["flat", "groups"] {
            let file = fixture(name, format);
            let mut wanted = metadata(&file, format);
            wanted.groups[0].age.push(age_key(7));
            let new = edit_text(&file, format, &wanted, &Limits::STANDARD).unwrap();
            let lost = changed(&file, &new);
            assert!(lost.is_empty(), "{format} {name}: {lost:?}");
            wanted.groups[0].age.pop();
            let back = edit_text(&new, format, &wanted, &Limits::STANDARD).unwrap();
            assert_eq!(text(&back), text(&file), "{format} {name}");
        }
    }
}

#[test]
fn every_document_of_a_yaml_file_gets_the_change() {
    let one = text(&fixture("flat", Format::Yaml)).to_owned();
    let file = format!("{one}---\nb: 2\n{}", &one[one.find("sops:").unwrap()..]);
    let mut wanted = metadata(file.as_bytes(), Format::Yaml);
    wanted.groups[0].age.remove(0);
    let new = edit_text(file.as_bytes(), Format::Yaml, &wanted, &Limits::STANDARD).unwrap();
    assert_eq!(text(&new).matches("recipient: age10xv").count(), 2);
    assert_eq!(text(&new).matches("recipient: age1tkn").count(), 0);
    assert_eq!(text(&new).lines().count(), file.lines().count() - 2 * 9);
}
