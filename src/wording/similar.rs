//! What a misspelt word was probably meant to be.

/// The candidate that `word` resembles most, if any does: by two slips of the pen (one in short words), capitals
/// not counted. Takes time linear in the number of candidates; words of very different length cost nothing.
pub(crate) fn similar<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word
        .get(..LONGEST.saturating_mul(4))
        .unwrap_or(word)
        .to_ascii_lowercase();
    let length = word.chars().count();
    let mut best: Option<(usize, &'a str)> = None;
    for candidate in candidates {
        let letters = candidate.chars().count();
        let allowed = if letters <= 4 { 1 } else { 2 };
        // `id` is a word of its own, not half a `uid`.
        let too_short = letters <= 3 && length < letters;
        // One slip makes any word of two letters out of any other.
        if letters <= 2
            || letters > LONGEST
            || length > LONGEST
            || length.abs_diff(letters) > allowed
            || too_short
        {
            continue;
        }
        let distance = strsim::osa_distance(&word, &candidate.to_ascii_lowercase());
        if distance <= allowed && best.is_none_or(|(shortest, _)| distance < shortest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Longer words are not compared.
const LONGEST: usize = 64;

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
