//! Identity files, line by line: a bad line does not stop the others (age-usage.md §3.2).

use super::error::KeyError;
use super::identity::Identity;

/// How many identities a line may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PerLine {
    /// As in files.
    One,
    /// Separated by blanks, as in `SOPS_AGE_KEY`.
    Several,
}

/// What a text of identities contains.
#[derive(Default)]
pub struct IdentityFile {
    /// In the order of the file.
    pub identities: Vec<Identity>,
    /// Lines (from 1) that are neither blank nor a comment nor an identity.
    pub faults: Vec<(usize, KeyError)>,
}

/// Reads identities. Bytes that are not UTF-8 spoil only their line.
pub fn read(text: &[u8], per_line: PerLine) -> IdentityFile {
    let mut file = IdentityFile::default();
    let mut hints = Vec::new();
    for (line, number) in text.split(|byte| *byte == b'\n').zip(1..) {
        match std::str::from_utf8(line).map(str::trim) {
            Err(_) => file.faults.push((number, KeyError::UnknownIdentity)),
            Ok("") => {}
            Ok(line) if line.starts_with('#') => hints.extend(hint(line)),
            Ok(line) => file.line(line, number, per_line, &mut hints),
        }
    }
    file
}

impl IdentityFile {
    fn line(&mut self, line: &str, number: usize, per_line: PerLine, hints: &mut Vec<String>) {
        let mut words: Vec<&str> = match per_line {
            PerLine::One => vec![line],
            PerLine::Several => line.split_whitespace().collect(),
        };
        for word in words.drain(..) {
            match Identity::parse(word) {
                Ok(Identity::Plugin(plugin)) => {
                    let plugin = plugin.with_hints(std::mem::take(hints));
                    self.identities.push(Identity::Plugin(plugin));
                }
                Ok(identity) => self.identities.push(identity),
                Err(error) => self.faults.push((number, error)),
            }
        }
        hints.clear();
    }
}

/// `# public key: age1...` and `#    Recipient: age1...`.
fn hint(comment: &str) -> Option<String> {
    let (name, value) = comment.trim_start_matches('#').split_once(':')?;
    let name = name.trim().to_ascii_lowercase();
    let value = value.trim();
    (matches!(name.as_str(), "public key" | "recipient") && value.starts_with("age1"))
        .then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AGE-SECRET-KEY-18K2WAFYUTQ9WLQTFX4MZHCZF2KWK69ZQMM0P9E4PYHCCG8LL3EHSJQ2486";

    #[test]
    fn a_bad_line_is_named_by_its_number_and_the_others_are_used() {
        let text = format!("# created\n\n {KEY}\t\r\nAGE-SECRET-KEY-1QQQ\n\u{e9}\nage1abc\n{KEY}");
        let file = read(text.as_bytes(), PerLine::One);
        assert_eq!(file.identities.len(), 2);
        assert_eq!(
            file.faults,
            [
                (4, KeyError::MalformedIdentity("AGE-SECRET-KEY")),
                (5, KeyError::UnknownIdentity),
                (6, KeyError::IsRecipient)
            ]
        );
        let broken = read(b"\xff\xfe\n", PerLine::One);
        assert_eq!(broken.faults, [(1, KeyError::UnknownIdentity)]);
    }

    #[test]
    fn several_identities_share_a_line_only_where_that_is_allowed() {
        let text = format!("{KEY}  {KEY}");
        assert_eq!(read(text.as_bytes(), PerLine::Several).identities.len(), 2);
        let file = read(text.as_bytes(), PerLine::One);
        assert_eq!((file.identities.len(), file.faults.len()), (0, 1));
    }

    #[test]
    fn comments_before_a_plugin_identity_name_its_recipient() {
        let plugin = super::super::bech32::encode_public("age-plugin-yubikey-", b"data").to_ascii_uppercase();
        let text = format!("#  Serial: 1\n#    Recipient: age1yubikey1abc\n{plugin}\n{plugin}\n");
        let file = read(text.as_bytes(), PerLine::One);
        let hints: Vec<_> = file
            .identities
            .iter()
            .map(|identity| match identity {
                Identity::Plugin(plugin) => (plugin.name(), plugin.hints()),
                _ => panic!("another identity"),
            })
            .collect();
        assert_eq!(
            hints,
            [
                ("yubikey", &["age1yubikey1abc".to_owned()][..]),
                ("yubikey", &[][..])
            ]
        );
    }

    #[test]
    fn secret_keys_in_lower_case_are_refused_as_age_does() {
        let file = read(KEY.to_ascii_lowercase().as_bytes(), PerLine::One);
        assert_eq!(file.faults.len(), 1);
    }
}
