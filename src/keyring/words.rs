//! Splits a command into words as sops does, without a shell (R-C05).

/// Words, or `None` if a quote is not closed or nothing follows a backslash. The rules are those of shlex: single
/// quotes keep everything, a backslash elsewhere keeps the next character, `#` at the start of a word begins a
/// comment.
pub(crate) fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '#' if word.is_none() => {
                characters.by_ref().find(|end| *end == '\n');
            }
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(characters.next()?),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '\'' => break,
                        kept => word.push(kept),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next()? {
                        '"' => break,
                        '\\' => word.push(characters.next()?),
                        kept => word.push(kept),
                    }
                }
            }
            kept => word.get_or_insert_default().push(kept),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn commands_are_split_as_shlex_does() {
        for (text, wanted) in [
            ("pass show age/key", &["pass", "show", "age/key"][..]),
            ("  a\tb\nc  ", &["a", "b", "c"]),
            ("a 'b c' \"d e\" f\\ g", &["a", "b c", "d e", "f g"]),
            ("a'b'\"c\"d", &["abcd"]),
            ("a '' \"\"", &["a", "", ""]),
            (r#"a "b\"c" 'd\e' "f\g""#, &["a", "b\"c", "d\\e", "fg"]),
            ("a # b\nc d#e", &["a", "c", "d#e"]),
            (
                "a $HOME `b` $(c) | d > e ; f",
                &["a", "$HOME", "`b`", "$(c)", "|", "d", ">", "e", ";", "f"],
            ),
            ("", &[]),
            (" # only", &[]),
        ] {
            assert_eq!(split(text).unwrap(), wanted, "{text}");
        }
        for text in ["a 'b", "a \"b", "a\\", "a \"b\\"] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
