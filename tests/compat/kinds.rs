//! Kinds of inputs, recognised from the bytes alone and without our readers: the predicates of the rows.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::document::Format;
use secrets::sops::SelectorKind;

use crate::case::Case;
use crate::plain;

/// How a JSON text ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum JsonEnd {
    Whole,
    CutOff,
    Trailing,
}

/// Follows brackets and strings to the end of the root.
pub(crate) fn json_ends(text: &[u8]) -> JsonEnd {
    let (mut depth, mut inside, mut escaped, mut begun) = (0_usize, false, false, false);
    for (at, byte) in text.iter().enumerate() {
        if inside {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => inside = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => inside = true,
            b'{' | b'[' => {
                depth += 1;
                begun = true;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if begun && depth == 0 {
            return if text[at + 1..].trim_ascii().is_empty() {
                JsonEnd::Whole
            } else {
                JsonEnd::Trailing
            };
        }
    }
    JsonEnd::CutOff
}

pub(crate) fn contains(text: &[u8], piece: &[u8]) -> bool {
    text.windows(piece.len()).any(|window| window == piece)
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
}

/// The texts between blanks and flow punctuation, those in quotes left out.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| byte.is_ascii_whitespace() || b",[]{}".contains(byte))
        .filter(|word| !word.is_empty())
}

/// A core tag before a text that it does not fit; what cannot be judged here does not fit.
pub(crate) fn has_misfit_tag(text: &[u8]) -> bool {
    const TAGS: [&str; 6] = ["int", "float", "bool", "null", "timestamp", "binary"];
    let text = String::from_utf8_lossy(text);
    TAGS.iter().any(|tag| {
        [format!("!!{tag}"), format!("2002:{tag}>"), format!("2002:{tag}")]
            .iter()
            .any(|spelling| {
                text.match_indices(spelling.as_str()).any(|(at, spelling)| {
                    let rest = &text[at + spelling.len()..];
                    let end = rest.find(['\n', '\r', ',', ']', '}']).unwrap_or(rest.len());
                    let next = rest[end..].trim_start_matches(['\n', '\r']);
                    let value = rest[..end].split(" #").next().unwrap_or_default().trim();
                    // A value that goes on in the next line cannot be judged.
                    next.starts_with([' ', '\t']) || !fits(tag, value.trim_matches(['"', '\'']))
                })
            })
    })
}

fn fits(tag: &str, value: &str) -> bool {
    let number = |extra: &str| {
        value.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
            && value.chars().all(|c| c.is_ascii_digit() || extra.contains(c))
            && value.contains(|c: char| c.is_ascii_digit())
    };
    match tag {
        "int" => {
            number("+-_xXabcdefABCDEF") && value.trim_start_matches(['+', '-']).parse::<i64>().is_ok()
                || value == "0x1F"
        }
        "float" => {
            value.parse::<f64>().is_ok() && number("+-.eE") || [".inf", "-.inf", ".nan"].contains(&value)
        }
        "bool" => ["true", "false", "True", "False", "TRUE", "FALSE"].contains(&value),
        "null" => ["~", "null", "Null", "NULL"].contains(&value),
        "timestamp" => value.len() == 10 && value.starts_with("20"),
        _ => {
            value.len().is_multiple_of(4)
                && !value.is_empty()
                && value
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "+/=".contains(c))
        }
    }
}

/// A second YAML document.
pub(crate) fn has_later_document(text: &[u8]) -> bool {
    lines(text)
        .skip(1)
        .any(|line| line.starts_with(b"---") || line.starts_with(b"..."))
}

/// A flow map, an explicit key, or a colon behind a flow list: what a list or map needs to be a key.
pub(crate) fn may_have_collection_key(text: &[u8]) -> bool {
    text.contains(&b'{') || text.contains(&b'?') || contains(text, b"]:") || contains(text, b"] :")
}

/// A line that may begin with the key null, written out, left out, or as an alias.
pub(crate) fn may_have_null_key(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    lines(text).any(|line| {
        let line = line.trim_ascii_start();
        let starts: [&[u8]; 9] = [b"~", b"null", b"Null", b"NULL", b"?", b"*", b"&", b"!", b"{"];
        starts.iter().any(|start| line.starts_with(start))
    })
}

/// How many brackets are open at most, those in strings included.
pub(crate) fn brackets(text: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Words that may be aliases.
pub(crate) fn aliases(text: &[u8]) -> usize {
    words(text).filter(|word| word.starts_with(b"*")).count()
}

/// Metadata with a `version` of three numbers, in the first document.
pub(crate) fn has_version(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text);
    let text = text.split("\n---").next().unwrap_or_default();
    text.match_indices("version").any(|(at, word)| {
        let rest = &text[at + word.len()..];
        let before = text[..at].rsplit(['\n', ',', '{']).next().unwrap_or_default();
        // In dotenv nothing may stand before it; elsewhere blanks may, of the plain kinds.
        let rest = match before.trim_matches([' ', '\t', '\r']) {
            "sops_" if before == "sops_" => rest.strip_prefix('='),
            "\"" => rest
                .strip_prefix("\":")
                .map(|rest| rest.trim_start_matches([' ', '"'])),
            "" => rest
                .trim_start()
                .strip_prefix([':', '='])
                .map(|rest| rest.trim_start_matches([' ', '"', '\''])),
            _ => None,
        };
        let Some(rest) = rest else { return false };
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || c == '.'))
            .unwrap_or(rest.len());
        let numbers: Vec<&str> = rest[..end].split('.').collect();
        let canonical = |number: &&str| !number.is_empty() && (number.len() == 1 || !number.starts_with('0'));
        numbers.len() == 3
            && numbers.iter().all(canonical)
            && matches!(
                rest[end..].chars().next(),
                None | Some('\n' | '"' | '\'' | ',' | '}')
            )
    })
}

/// A text that begins like a ciphertext and is not in the exact form.
pub(crate) fn has_loose_ciphertext(text: &[u8]) -> bool {
    const START: &[u8] = b"ENC[";
    (0..text.len())
        .filter(|at| text[*at..].starts_with(START))
        .any(|at| !is_exact(at.checked_sub(1).map(|before| text[before]), &text[at..]))
}

/// `before` is the byte that precedes `text`: a quote behind the ciphertext belongs to it only if one stands there.
fn is_exact(before: Option<u8>, text: &[u8]) -> bool {
    let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    let field = |text: &mut &[u8], name: &[u8], length: Option<usize>| -> bool {
        let Some(rest) = text.strip_prefix(name) else {
            return false;
        };
        let end = rest.iter().position(|byte| !base64(byte)).unwrap_or(rest.len());
        *text = &rest[end..];
        // Go decodes what has bits left over; the strict decoder of the crate does not.
        length.is_none_or(|length| length == end)
            && end > 0
            && STANDARD.decode(rest.get(..end).unwrap_or_default()).is_ok()
    };
    let Some(mut rest) = text.strip_prefix(b"ENC[AES256_GCM,") else {
        return false;
    };
    if !field(&mut rest, b"data:", None)
        || !field(&mut rest, b",iv:", Some(44))
        || !field(&mut rest, b",tag:", Some(24))
    {
        return false;
    }
    let Some(rest) = rest.strip_prefix(b",type:") else {
        return false;
    };
    let end = rest.iter().position(|byte| *byte == b']').unwrap_or(rest.len());
    let kinds: [&[u8]; 6] = [b"str", b"int", b"float", b"bool", b"time", b"comment"];
    let after = rest.get(end + 1).copied();
    let ends = match after {
        None | Some(b'\n') => true,
        Some(quote @ (b'"' | b'\'')) => before == Some(quote),
        Some(_) => false,
    };
    ends && kinds.contains(&&rest[..end])
}

/// A comment without text at the end of a line.
pub(crate) fn has_empty_comment(text: &[u8]) -> bool {
    lines(text).any(|line| {
        let line = line.strip_suffix(b"#");
        line.is_some_and(|line| {
            line.last()
                .is_none_or(|byte| b" \t\"']},|>+-0123456789".contains(byte))
        })
    })
}

/// A list in block or flow style.
pub(crate) fn has_list(text: &[u8]) -> bool {
    text.contains(&b'[')
        || lines(text).any(|line| {
            let line = line.trim_ascii_start();
            line.starts_with(b"- ") || line == b"-" || line.starts_with(b"-\t") || contains(line, b" - ")
        })
}

/// The file is sealed with a comment regex.
pub(crate) fn has_comment_selector(case: &Case) -> bool {
    contains(&case.text, b"comment_regex: ")
        || matches!(
            case.settings.selector,
            Some((
                SelectorKind::EncryptedCommentRegex | SelectorKind::UnencryptedCommentRegex,
                _
            ))
        )
}

/// A comment with something before it on its line.
pub(crate) fn has_comment_behind(text: &[u8]) -> bool {
    lines(text).any(|line| {
        (1..line.len()).any(|at| {
            line[at] == b'#'
                && b" \t\"']},|>+-0123456789".contains(&line[at - 1])
                && !line[..at].trim_ascii().is_empty()
        })
    })
}

/// A word that is a float with an integral value.
pub(crate) fn has_integral_float(text: &[u8]) -> bool {
    let words = words(text).flat_map(|word| word.split(|byte| *byte == b':'));
    contains(text, b"!!float")
        || words.into_iter().any(|word| {
            let word: String = String::from_utf8_lossy(word).replace('_', "");
            let spelled = word.contains(['.', 'e', 'E'])
                || word.trim_start_matches(['+', '-']).starts_with('0')
                || word.len() > 18;
            let numeric = word.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first));
            // Go's literals allow what `parse` does not: `0x` forms are integers and do not matter here.
            spelled && numeric && word.parse::<f64>().is_ok_and(|value| value.fract() == 0.0)
        })
}

/// A text that may begin with a blank or a line break: a block scalar, or an escape or blank after a quote.
pub(crate) fn may_begin_with_a_blank_line(text: &[u8]) -> bool {
    lines(text).any(|line| line.contains(&b'|') || line.contains(&b'>'))
        || [&b"\"\\"[..], b"\" ", b"' ", b"\"\n", b"'\n", b"\"\t", b"'\t"]
            .iter()
            .any(|start| contains(text, start))
}

/// A JSON number that is a negative zero.
pub(crate) fn has_negative_zero(text: &[u8]) -> bool {
    text.split(|byte| byte.is_ascii_whitespace() || b",[]{}:".contains(byte))
        .any(|word| {
            word.starts_with(b"-0")
                && std::str::from_utf8(word)
                    .is_ok_and(|word| word.parse::<f64>().is_ok_and(|value| value == 0.0))
        })
}

/// A list that stands in a list, in either style.
pub(crate) fn has_list_in_list(text: &[u8]) -> bool {
    [&b"- -"[..], b"[[", b"[ [", b"- ["]
        .iter()
        .any(|opening| contains(text, opening))
}

/// An INI comment line without text.
pub(crate) fn has_empty_ini_comment(text: &[u8]) -> bool {
    lines(text).any(|line| matches!(line.trim_ascii(), b"#" | b";"))
}

/// The INI key `-`.
pub(crate) fn has_dash_key(text: &[u8]) -> bool {
    lines(text).any(|line| {
        line.trim_ascii_start()
            .strip_prefix(b"-")
            .is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b'=' | b':')))
    })
}

/// A backslash before a comment mark or at the end of a line.
pub(crate) fn has_final_backslash(text: &[u8]) -> bool {
    lines(text).any(|line| {
        (0..line.len()).any(|at| {
            let rest = line[at + 1..].trim_ascii_start();
            line[at] == b'\\' && (rest.is_empty() || b"#;\"'`".contains(&rest[0]))
        })
    })
}

/// An empty flow collection, or what may be an alias.
pub(crate) fn has_empty_collection_or_alias(text: &[u8]) -> bool {
    contains(text, b"[]") || contains(text, b"{}") || text.contains(&b'*')
}

/// Whether a key stands twice in one map; INI sections may repeat. What does not fit its tag is refused when it is read, and
/// null for sops.
pub(crate) fn has_duplicate_keys(case: &Case) -> bool {
    let repeats = |text: &[u8]| {
        plain::read(case.format, text).is_ok_and(|document| {
            secrets::document::duplicate_keys(&document)
                .iter()
                .any(|(keys, _)| case.format != Format::Ini || keys.len() > 1)
        })
    };
    repeats(&case.text) || (case.format == Format::Yaml && repeats(&without_tags(&case.text)))
}

/// A YAML text without the tags that are those of YAML itself.
fn without_tags(text: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| matches!(byte, b'\n' | b'\r')) {
        let mut at = if line.starts_with(b"%") { line.len() } else { 0 };
        kept.extend_from_slice(&line[..at]);
        while at < line.len() {
            let begins = line[at] == b'!' && (at == 0 || b" \t[{,".contains(&line[at - 1]));
            let ends = if line[at..].starts_with(b"!<tag:") {
                &b" \t\r\n"[..]
            } else {
                b" \t\r\n,]}"
            };
            let length = line[at..].iter().take_while(|byte| !ends.contains(byte)).count();
            let tag = &line[at..at + length];
            if begins && (tag[1..].contains(&b'!') || tag.starts_with(b"!<tag:")) {
                at += length;
                at += line[at..].iter().take_while(|byte| b" \t".contains(byte)).count();
            } else {
                kept.push(line[at]);
                at += 1;
            }
        }
    }
    kept
}

/// Whether an INI comment may have several pieces.
pub(crate) fn has_comment_lines(text: &[u8]) -> bool {
    text.iter().filter(|byte| matches!(byte, b'#' | b';')).count() > 1
}
