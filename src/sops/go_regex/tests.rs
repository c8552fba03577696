//! Answers of Go's `regexp`, recorded in `fixtures/sops/go_regex`.

use serde_json::Value as Json;

use super::*;

/// An expression, and what Go answers if it accepts it.
type Answer = (String, Option<String>);

fn record(name: &str) -> (Vec<Vec<u8>>, Vec<Answer>) {
    let path = format!("{}/fixtures/sops/go_regex/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap());
    let texts = lines.next().unwrap();
    let texts = texts.as_array().unwrap().iter().map(|text| {
        let digits = text.as_str().unwrap();
        (0..digits.len() / 2)
            .map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap())
            .collect()
    });
    let texts = texts.collect();
    let answers = lines.map(|line| {
        let answer = line[1].as_str().map(str::to_owned);
        (line[0].as_str().unwrap().to_owned(), answer)
    });
    (texts, answers.collect())
}

/// Compares; gives back the number of expressions and of pairs.
fn compare(
    texts: &[Vec<u8>],
    pattern: &str,
    pairs: Option<Vec<(usize, bool)>>,
    wrong: &mut Vec<String>,
) -> usize {
    let Some(pairs) = pairs else {
        if GoRegex::new(pattern).is_ok() {
            wrong.push(format!("{pattern:?}: Go refuses it"));
        }
        return 0;
    };
    let regex = match GoRegex::new(pattern) {
        Ok(regex) => regex,
        Err(error) => {
            wrong.push(format!("{pattern:?}: {error}"));
            return 0;
        }
    };
    for (number, matches) in &pairs {
        let text = &texts[*number];
        if regex.is_match(text) != *matches {
            wrong.push(format!(
                "{pattern:?} on {:?}: Go says {matches}",
                text.escape_ascii().to_string()
            ));
        }
    }
    pairs.len()
}

#[test]
fn every_expression_of_the_table_means_what_it_means_in_go() {
    let (texts, answers) = record("table.jsonl");
    let mut wrong = Vec::new();
    for (pattern, answer) in &answers {
        let pairs = answer
            .as_ref()
            .map(|digits| digits.bytes().map(|digit| digit == b'1').enumerate().collect());
        compare(&texts, pattern, pairs, &mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(answers.len() >= 370);
}

#[test]
fn generated_expressions_and_texts_get_the_answers_of_go() {
    let (texts, answers) = record("generated.jsonl");
    let (mut wrong, mut pairs) = (Vec::new(), 0);
    for (pattern, answer) in &answers {
        let wanted = answer.as_ref().map(|list| {
            let pair = |pair: &str| {
                let (number, digit) = pair.split_once(':').unwrap();
                (number.parse().unwrap(), digit == "1")
            };
            list.split(' ').map(pair).collect()
        });
        pairs += compare(&texts, pattern, wanted, &mut wrong);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(answers.len() >= 3700 && pairs >= 5000, "{pairs}");
}

#[test]
fn r_f07_expressions_that_cost_too_much_are_refused() {
    for pattern in [
        "a".repeat(LENGTH + 1),
        r"\pL".repeat(20_000),
        r"(?i)\pL".repeat(9_000),
        r"\pL{1000}".to_owned(),
        format!("{}a{}", "(".repeat(300), "*)".repeat(300)),
    ] {
        assert!(GoRegex::new(&pattern).is_err(), "{}", &pattern[..9]);
    }
    // What backtracking engines need exponential time for.
    let slow = GoRegex::new("^(a+)+$").unwrap();
    assert!(!slow.is_match(format!("{}b", "a".repeat(100_000)).as_bytes()));
}
