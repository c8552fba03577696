//! What a misspelt word was probably meant to be.

/// The candidate that `word` resembles most, if any does: by two slips of the pen (one in short words), capitals
/// not counted. Takes time linear in the number of candidates; words of very different length cost nothing.
pub(crate) fn similar<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word
        .chars()
        .take(LONGEST + 1)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let letters = candidate.chars().count();
        let allowed = if letters <= 4 { 1 } else { 2 };
        // `id` is a word of its own, not half a `uid`.
        let too_short = letters <= 3 && word.len() < letters;
        if letters > LONGEST || word.len() > LONGEST || word.len().abs_diff(letters) > allowed || too_short {
            continue;
        }
        let other: Vec<char> = candidate
            .chars()
            .map(|letter| letter.to_ascii_lowercase())
            .collect();
        let distance = distance(&word, &other);
        if distance <= allowed && best.is_none_or(|(shortest, _)| distance < shortest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are not compared.
const LONGEST: usize = 64;

/// Insertions, deletions, substitutions and swaps of neighbours between two words.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i.saturating_add(1)];
        for (j, other) in b.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX);
            let substituted = at(&above, j).saturating_add(usize::from(letter != other));
            let removed = at(&above, j.saturating_add(1)).saturating_add(1);
            let inserted = at(&row, j).saturating_add(1);
            let mut least = substituted.min(removed).min(inserted);
            let swapped = i > 0
                && j > 0
                && a.get(i.wrapping_sub(1)) == Some(other)
                && b.get(j.wrapping_sub(1)) == Some(letter);
            if swapped {
                least = least.min(at(&before, j.wrapping_sub(1)).saturating_add(1));
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::similar;

    const FIELDS: [&str; 9] = [
        "name",
        "key",
        "path",
        "owner",
        "uid",
        "group",
        "gid",
        "mode",
        "restartUnits",
    ];

    #[test]
    fn slips_of_the_pen_are_recognised() {
        for (word, meant) in [
            ("onwer", "owner"),
            ("ownr", "owner"),
            ("OWNERS", "owner"),
            ("keys", "key"),
            ("kye", "key"),
            ("pahts", "path"),
            ("restartUnit", "restartUnits"),
            ("restart_units", "restartUnits"),
            ("mdoe", "mode"),
        ] {
            let found = similar(word, FIELDS);
            assert_eq!(found, (word != "pahts").then_some(meant), "{word}");
        }
    }

    #[test]
    fn other_words_resemble_nothing() {
        for word in [
            "",
            "id",
            "type",
            "description",
            "services",
            "user",
            "é",
            &"x".repeat(1 << 20),
        ] {
            assert_eq!(similar(word, FIELDS), None);
        }
    }

    #[test]
    fn the_nearest_of_several_is_taken() {
        assert_eq!(
            similar("passwort", ["passport", "password", "passwords"]),
            Some("passport")
        );
        assert_eq!(similar("password", ["passwords", "password"]), Some("password"));
    }
}
