//! Command lines that were recorded from real sops (`record.py`), and running them again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A row of the table.
pub(crate) struct Row {
    pub(crate) line: String,
    pub(crate) code: i32,
    stdout: String,
    files: String,
    stderr: String,
    relation: String,
    /// The row of docs/reference/compat.md: named in the last column, else in the heading above the line.
    pub(crate) belongs_to: String,
}

impl Row {
    /// `same`, `superset` or `differ`.
    pub(crate) fn stands(&self) -> &str {
        match self.relation.split(' ').next().unwrap() {
            "code" => "same",
            other => other,
        }
    }
}

/// Who runs the lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Everything has to be as recorded.
    Sops,
    /// What the last column says.
    Secrets,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/command-lines")
}

pub(crate) fn rows() -> Vec<Row> {
    let table = fs::read_to_string(fixtures().join("table.tsv")).unwrap();
    let (mut rows, mut heading) = (Vec::new(), String::new());
    for line in table.lines().filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix("# ") {
            name.clone_into(&mut heading);
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [line, code, stdout, files, stderr, relation] = columns[..] else {
            panic!("a row of {} columns: {line}", columns.len());
        };
        rows.push(Row {
            line: line.to_owned(),
            code: code.parse().unwrap(),
            stdout: stdout.to_owned(),
            files: files.to_owned(),
            stderr: stderr.to_owned(),
            relation: relation.to_owned(),
            belongs_to: relation.split(' ').nth(2).unwrap_or(&heading).to_owned(),
        });
    }
    rows
}

/// A line in parts.
struct Parsed {
    environment: Vec<(String, String)>,
    stdin: Option<String>,
    words: Vec<String>,
}

fn parse(line: &str, recipients: &[String]) -> Parsed {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), letter) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    let mut parsed = Parsed {
        environment: Vec::new(),
        stdin: None,
        words: Vec::new(),
    };
    for word in words {
        let word = word.replace("@A", &recipients[0]).replace("@B", &recipients[1]);
        let name = word.split_once('=').filter(|(name, _)| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
        });
        match (name, word.strip_prefix('<')) {
            (Some((name, value)), _) if parsed.words.is_empty() => {
                parsed.environment.push((name.to_owned(), value.to_owned()));
            }
            (_, Some(file)) if parsed.words.is_empty() => parsed.stdin = Some(file.to_owned()),
            _ => parsed.words.push(word),
        }
    }
    parsed
}

/// sops' commands.
const COMMANDS: [&str; 14] = [
    "decrypt",
    "encrypt",
    "edit",
    "set",
    "unset",
    "rotate",
    "filestatus",
    "updatekeys",
    "groups",
    "exec-env",
    "exec-file",
    "publish",
    "keyservice",
    "help",
];

/// The command that a line means.
pub(crate) fn command_of(line: &str) -> &'static str {
    let words: Vec<&str> = line.split(' ').collect();
    let named = |word: &&str| COMMANDS.into_iter().find(|name| name == word);
    if let Some(command) = words.iter().find_map(named) {
        return command;
    }
    let switches = words
        .iter()
        .filter_map(|word| word.strip_prefix("--").or(word.strip_prefix('-')));
    let mut meant = switches.filter_map(|word| match word.split('=').next().unwrap() {
        "d" | "decrypt" => Some("decrypt"),
        "e" | "encrypt" => Some("encrypt"),
        "r" | "rotate" => Some("rotate"),
        "set" => Some("set"),
        "h" | "help" | "v" | "version" => Some("help"),
        _ => None,
    });
    meant.next_back().unwrap_or("edit")
}

fn snapshot(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            let name = entry.file_name().into_string().unwrap();
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn program(path: &Path, folder: &Path) -> Command {
    let mut command = Command::new(path);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("PATH", "/usr/bin:/bin")
        .env("SOPS_AGE_KEY_FILE", folder.join("key.txt"))
        .env("SOPS_DISABLE_VERSION_CHECK", "1")
        .env("SOPS_EDITOR", "true")
        .stdin(Stdio::null());
    command
}

fn after(path: &Path, folder: &Path, name: &str, content: &[u8]) -> String {
    let shown = program(path, folder)
        .args(["decrypt", "--output-type", "json", "--", name])
        .output()
        .unwrap();
    let content = String::from_utf8_lossy(content);
    if shown.status.success() {
        let count = content.matches("ENC[").count();
        return format!("sealed({count}):{}", String::from_utf8_lossy(&shown.stdout));
    }
    if content.contains("ENC[") {
        return "text:ENC[".to_owned();
    }
    format!("text:{content}")
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => plain.push(match letters.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some(other) => other,
                None => '\\',
            }),
            (letter, false) => plain.push(letter),
        }
    }
    plain
}

/// Name, count of ciphertexts, content: trees are compared as trees.
fn same_files(recorded: &str, found: &BTreeMap<String, String>) -> bool {
    let recorded = unescaped(recorded);
    let mut wanted: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in recorded.lines().filter(|line| *line != "-") {
        let new = line
            .split_once('=')
            .filter(|(_, rest)| *rest == "gone" || rest.starts_with("text:") || rest.starts_with("sealed("));
        if let Some((name, content)) = new {
            name.clone_into(&mut last);
            wanted.insert(last.clone(), content.to_owned());
        } else {
            let content = wanted.get_mut(&last).unwrap();
            content.push('\n');
            content.push_str(line);
        }
    }
    let normal = |content: &str| match content
        .strip_prefix("sealed(")
        .and_then(|rest| rest.split_once("):"))
    {
        Some((count, tree)) => {
            let tree: serde_json::Value = serde_json::from_str(tree).unwrap();
            format!("{count} {tree}")
        }
        None => content.trim_end().to_owned(),
    };
    wanted.len() == found.len()
        && wanted.iter().all(|(name, content)| {
            found
                .get(name)
                .is_some_and(|found| normal(found) == normal(content))
        })
}

/// Runs lines; a report for each that is not as it should be.
pub(crate) fn faults<'row>(path: &Path, who: Who, rows: impl IntoIterator<Item = &'row Row>) -> Vec<String> {
    rows.into_iter()
        .filter_map(|row| Some(format!("{}\n    {}", row.line, replay(path, who, row)?)))
        .collect()
}

/// Runs a line in a fresh copy of the files; says what is not as it should be.
fn replay(path: &Path, who: Who, row: &Row) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (name, content) in snapshot(&fixtures().join("files")) {
        fs::write(folder.join(name), content).unwrap();
    }
    let keys = fs::read_to_string(folder.join("key.txt")).unwrap();
    let recipients: Vec<String> = keys
        .lines()
        .filter_map(|line| Some(line.split_once("public key: ")?.1.to_owned()))
        .collect();
    let line = parse(&row.line, &recipients);
    let before = snapshot(folder);
    let mut command = program(path, folder);
    command.args(&line.words).envs(line.environment);
    if let Some(file) = line.stdin {
        command.stdin(fs::File::open(folder.join(file)).unwrap());
    }
    let output = command.output().unwrap();
    let now = snapshot(folder);
    let mut files = BTreeMap::new();
    for (name, content) in &now {
        if before.get(name) != Some(content) {
            files.insert(name.clone(), after(path, folder, name, content));
        }
    }
    for name in before.keys().filter(|name| !now.contains_key(*name)) {
        files.insert(name.clone(), "gone".to_owned());
    }
    let code = output.status.code().unwrap_or(-1);
    let stdout = String::from_utf8_lossy(&output.stdout).replace(folder.to_str().unwrap(), "$PWD");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    judge(row, who, code, &stdout, &stderr, &files)
}

fn judge(
    row: &Row,
    who: Who,
    code: i32,
    stdout: &str,
    stderr: &str,
    files: &BTreeMap<String, String>,
) -> Option<String> {
    let mut relation = row.relation.split(' ');
    let (relation, wanted) = match (relation.next().unwrap(), relation.next()) {
        _ if who == Who::Sops => ("same", row.code),
        (relation, Some(wanted)) => (relation, wanted.parse().unwrap()),
        (relation, None) => (relation, row.code),
    };
    if code != wanted {
        return Some(format!("exit {code} instead of {wanted}: {}", stderr.trim_end()));
    }
    if code != 0 && stderr.is_empty() && relation != "code" {
        return Some(format!("exit {code} without a word"));
    }
    if matches!(relation, "superset" | "differ") {
        return None;
    }
    assert!(matches!(relation, "same" | "code"), "{relation}");
    if !same_files(&row.files, files) {
        return Some(format!("the files are {files:?}\n    instead of {}", row.files));
    }
    if who == Who::Sops || relation == "same" && row.stderr == "-" {
        let said = match (stderr.is_empty(), code) {
            (true, _) => "-",
            (false, 0) => "warning",
            (false, _) => "error",
        };
        if said != row.stderr {
            return Some(format!(
                "standard error is `{said}` instead of `{}`: {stderr}",
                row.stderr
            ));
        }
    }
    let printed = match row.stdout.as_str() {
        _ if relation == "code" => true,
        "usage" if who == Who::Secrets => code == 0 || stdout.is_empty(),
        "usage" => stdout.starts_with("NAME:") || stdout.contains("Incorrect Usage"),
        "sealed" => stdout.contains("ENC["),
        "-" => stdout.is_empty(),
        text => Some(stdout) == unescaped(text).strip_prefix("text:"),
    };
    (!printed).then(|| format!("standard output is {stdout:?}\n    instead of {}", row.stdout))
}
