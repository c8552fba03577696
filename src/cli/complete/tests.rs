use super::*;

fn found(line: &str) -> Vec<String> {
    let definition = Cli::command();
    let mut words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
    let current = words.pop().unwrap().into_string().unwrap();
    candidates(&definition, &words, &current)
        .into_iter()
        .map(|candidate| candidate.value)
        .collect()
}

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/command-lines/files/good.yaml"
);

#[test]
fn commands_and_options_come_from_the_definition() {
    assert_eq!(found("dec"), ["decrypt"]);
    assert_eq!(found("help"), ["help"]);
    assert!(!found("comp").contains(&"complete".to_owned()), "hidden");
    assert_eq!(found("decrypt --ext"), ["--extract"]);
    assert_eq!(found("decrypt --conf"), ["--config"]);
    assert_eq!(found("groups a"), ["add"]);
    assert_eq!(found("groups add --a"), ["--age"]);
    assert_eq!(found("decrypt -- --ext"), [""; 0]);
}

#[test]
fn values_of_options_are_formats_choices_and_files() {
    assert_eq!(found("decrypt --output-type j"), ["json"]);
    assert_eq!(found("decrypt --output-type=j"), ["--output-type=json"]);
    assert_eq!(found("-d -output-type d"), ["dotenv"]);
    assert_eq!(found("activate --check-mode m"), ["manifest"]);
    assert_eq!(found("completion z"), ["zsh"]);
    let folder = FILE.strip_suffix("good.yaml").unwrap();
    assert_eq!(found(&format!("decrypt {folder}good.y")), [FILE]);
    assert_eq!(
        found(&format!("decrypt --output={folder}good.y")),
        [format!("--output={FILE}")]
    );
    assert_eq!(
        found(&format!("{}fil", folder.strip_suffix("files/").unwrap())),
        [folder],
        "a file without a command, and a directory"
    );
}

#[test]
fn key_paths_of_the_named_file_are_offered_step_by_step() {
    let all = [
        "[\"text\"]",
        "[\"number\"]",
        "[\"list\"]",
        "[\"map\"]",
        "[\"clear_unencrypted\"]",
    ];
    assert_eq!(found(&format!("get {FILE} ")), all);
    assert_eq!(found(&format!("get {FILE} [\"te")), ["[\"text\"]"]);
    assert_eq!(found(&format!("get {FILE} [\"map\"][")), ["[\"map\"][\"inner\"]"]);
    assert_eq!(
        found(&format!("set {FILE} [\"list\"][")),
        ["[\"list\"][0]", "[\"list\"][1]"]
    );
    assert_eq!(found(&format!("unset {FILE} [\"nu")), ["[\"number\"]"]);
    assert_eq!(
        found(&format!("decrypt {FILE} --extract [\"nu")),
        ["[\"number\"]"]
    );
    assert_eq!(found(&format!("-d {FILE} --extract [\"nu")), ["[\"number\"]"]);
    assert_eq!(found(&format!("set {FILE} [\"text\"] ")), [""; 0], "no value");
    assert_eq!(found("get /absent.yaml "), [""; 0]);
}

#[test]
fn recipients_come_from_the_policy_and_from_the_file() {
    let policy = FILE.replace("good.yaml", "both.yaml");
    let two = found(&format!("--config {policy} encrypt --age age1"));
    assert_eq!(two.len(), 2);
    let second = found(&format!("--config {policy} encrypt --age {},age1x", two[0]));
    assert_eq!(second, [format!("{},{}", two[0], two[1])]);
    assert_eq!(found(&format!("rotate {FILE} --rm-age a")), [two[0].clone()]);
}

#[test]
fn bash_gets_words_with_quotes_and_only_the_part_that_it_replaces() {
    let definition = Cli::command();
    let answer = |words: &[&str]| {
        let (current, before) = words.split_last().unwrap();
        let before: Vec<OsString> = before.iter().map(OsString::from).collect();
        shells::answer(super::super::args::Shell::Bash, &definition, &before, current)
    };
    assert_eq!(answer(&["decrypt", "--output-type", "=", "js"]), "json \n");
    assert_eq!(
        answer(&["decrypt", "--output-type", "="]),
        "yaml \njson \ndotenv \nini \nbinary \n"
    );
    assert_eq!(answer(&["get", FILE, "'[\"te"]), "[\"text\"]\n");
    assert_eq!(answer(&["get", FILE, "\"[\\\"te"]), "[\\\"text\\\"]\n");
    assert_eq!(
        answer(&["get", FILE, "[\"te"]),
        "",
        "a double quote was opened inside of the word"
    );
    assert_eq!(answer(&["get", FILE, "'[\"ma"]), "[\"map\"]\n");
    assert_eq!(answer(&["unset", FILE, ""]).lines().next(), Some("'[\"text\"]' "));
}
