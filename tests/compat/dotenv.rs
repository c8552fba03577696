//! Generates dotenv files.

use crate::Generated;
use crate::constructs::Chooser;
use crate::random::Random;

/// Every construct that is counted.
pub(crate) const CONSTRUCTS: &[&str] = &[
    "comment",
    "comment without text",
    "comment outside UTF-8",
    "empty line",
    "empty value",
    "quoted value",
    "value with blanks around it",
    "value with a hash",
    "value with an equals sign",
    "value with \\n",
    "value with other backslashes",
    "value outside ASCII",
    "value outside UTF-8",
    "key with blanks",
    "export",
    "empty key",
    "key outside ASCII",
    "key outside UTF-8",
    "duplicate key",
    "key sops",
    "CR LF",
    "NUL",
    "tabs",
    "no final line break",
    "empty file",
    "refused: line without an equals sign",
    "long value",
    "text that looks like ciphertext",
];

/// One dotenv file.
pub(crate) fn generate(random: Random, number: usize) -> Generated {
    let mut c = Chooser::new(random, CONSTRUCTS, number);
    let mut out = Vec::new();
    let lines = if c.want_with("empty file", 3) {
        0
    } else {
        c.random.between(1, 10)
    };
    for _ in 0..lines {
        line(&mut c, &mut out);
    }
    if c.want("no final line break") && out.ends_with(b"\n") {
        out.pop();
    }
    if c.want("CR LF") {
        out = out
            .split_inclusive(|byte| *byte == b'\n')
            .flat_map(|line| match line.strip_suffix(b"\n") {
                Some(line) => [line, b"\r\n"].concat(),
                None => line.to_vec(),
            })
            .collect();
    }
    Generated {
        text: out,
        held: c.held(),
    }
}

fn line(c: &mut Chooser, out: &mut Vec<u8>) {
    if c.want_with("comment", 120) {
        out.push(b'#');
        if !c.want_with("comment without text", 60) {
            out.extend_from_slice(
                c.random
                    .pick(&[" note", " hide", "tight", " show é", "# x", " a=b", " trailing "])
                    .as_bytes(),
            );
            if c.want_with("comment outside UTF-8", 10) {
                out.extend_from_slice(b" \xff\xfe");
            }
        }
        out.push(b'\n');
        return;
    }
    if c.want_with("empty line", 60) {
        out.push(b'\n');
        return;
    }
    if c.want_with("refused: line without an equals sign", 2) {
        out.extend_from_slice(c.random.pick(&["word", " ", "export X", "\t"]).as_bytes());
        out.push(b'\n');
        return;
    }
    key(c, out);
    out.push(b'=');
    value(c, out);
    out.push(b'\n');
}

fn key(c: &mut Chooser, out: &mut Vec<u8>) {
    if c.want_with("empty key", 8) {
        return;
    }
    if c.want_with("export", 20) {
        out.extend_from_slice(b"export ");
    }
    if c.want_with("key with blanks", 20) {
        out.extend_from_slice(c.random.pick(&["A B", " A", "A ", "\tA"]).as_bytes());
    } else if c.want_with("key outside ASCII", 20) {
        out.extend_from_slice("ÉTÉ".as_bytes());
    } else if c.want_with("key outside UTF-8", 8) {
        out.extend_from_slice(b"K\xff");
    } else if c.want_with("key sops", 4) {
        out.extend_from_slice(b"sops");
    } else {
        let key = *c.random.pick(&[
            "DB_PASSWORD",
            "TOKEN",
            "HOST",
            "PORT",
            "api_unencrypted",
            "X_enc",
            "secret",
            "A",
        ]);
        out.extend_from_slice(key.as_bytes());
        if !c.want_with("duplicate key", 60) {
            out.extend_from_slice(c.random.below(1000).to_string().as_bytes());
        }
    }
}

fn value(c: &mut Chooser, out: &mut Vec<u8>) {
    if c.want_with("empty value", 60) {
        return;
    }
    if c.want_with("text that looks like ciphertext", 8) {
        out.extend_from_slice(b"ENC[AES256_GCM,data:AA==,iv:AA==,tag:AA==,type:str]");
        return;
    }
    let mut text: Vec<u8> = c
        .random
        .pick(&[
            "hunter2",
            "host.example",
            "1",
            "true",
            "a b c",
            "x",
            "$HOME",
            "`cmd`",
            "p@ss",
        ])
        .as_bytes()
        .to_vec();
    if c.want_with("value with a hash", 30) {
        text.extend_from_slice(b" # no comment");
    }
    if c.want_with("value with an equals sign", 30) {
        text.extend_from_slice(b"=y==");
    }
    if c.want_with("value with \\n", 30) {
        text.extend_from_slice(b"\\nsecond\\n");
    }
    if c.want_with("value with other backslashes", 30) {
        text.extend_from_slice(
            c.random
                .pick(&["\\t", "\\\\n", "\\", "\\\\", "\\\\\\n", "\\\"", "\\r"])
                .as_bytes(),
        );
    }
    if c.want_with("value outside ASCII", 30) {
        text.extend_from_slice("é日本😀".as_bytes());
    }
    if c.want_with("value outside UTF-8", 15) {
        text.extend_from_slice(b"\xff\x80");
    }
    if c.want_with("NUL", 10) {
        text.extend_from_slice(b"\x00\x01");
    }
    if c.want_with("tabs", 30) {
        text.extend_from_slice(b"\tt");
    }
    if c.want_with("long value", 10) {
        let length = c.random.between(200, 3000);
        text.resize(text.len() + length, b'z');
    }
    if c.want_with("quoted value", 40) {
        let quote = *c.random.pick(b"\"'");
        text.insert(0, quote);
        text.push(quote);
    }
    if c.want_with("value with blanks around it", 30) {
        text.insert(0, b' ');
        text.extend_from_slice(b"  ");
    }
    out.extend_from_slice(&text);
}
