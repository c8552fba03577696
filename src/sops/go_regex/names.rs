//! Names of character classes that Go knows, with their members where those are plain ASCII.

/// Ranges of ASCII characters.
pub(super) type Ascii = &'static [(u8, u8)];

const DIGIT: Ascii = &[(b'0', b'9')];
const WORD: Ascii = &[(b'0', b'9'), (b'A', b'Z'), (b'_', b'_'), (b'a', b'z')];
/// Without the vertical tab, other than `[:space:]`.
const PERL_SPACE: Ascii = &[(b'\t', b'\n'), (0x0c, b'\r'), (b' ', b' ')];

/// `\d`, `\S` ...: the members, and whether it is the complement.
pub(super) fn perl(letter: char) -> Option<(Ascii, bool)> {
    let members = match letter.to_ascii_lowercase() {
        'd' => DIGIT,
        's' => PERL_SPACE,
        'w' => WORD,
        _ => return None,
    };
    Some((members, letter.is_ascii_uppercase()))
}

/// `alpha` of `[:alpha:]`.
pub(super) fn posix(name: &str) -> Option<Ascii> {
    Some(match name {
        "alnum" => &[(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')],
        "alpha" => &[(b'A', b'Z'), (b'a', b'z')],
        "ascii" => &[(0, 0x7f)],
        "blank" => &[(b'\t', b'\t'), (b' ', b' ')],
        "cntrl" => &[(0, 0x1f), (0x7f, 0x7f)],
        "digit" => DIGIT,
        "graph" => &[(b'!', b'~')],
        "lower" => &[(b'a', b'z')],
        "print" => &[(b' ', b'~')],
        "punct" => &[(b'!', b'/'), (b':', b'@'), (b'[', b'`'), (b'{', b'~')],
        "space" => &[(b'\t', b'\r'), (b' ', b' ')],
        "upper" => &[(b'A', b'Z')],
        "word" => WORD,
        "xdigit" => &[(b'0', b'9'), (b'A', b'F'), (b'a', b'f')],
        _ => return None,
    })
}

/// What a Unicode class name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    /// Everything.
    Any,
    /// U+0000 to U+007F.
    Ascii,
    /// Everything that is not `Cn`.
    Assigned,
    /// Surrogates: in no text.
    Surrogate,
    /// A general category, by its short name.
    Category(&'static str),
    /// A script.
    Script(&'static str),
}

/// Looks a name up as Go does: blanks, hyphens and underscores do not count, case does not matter.
///
/// Scripts whose names have an underscore or an inner capital cannot be named at all since Go 1.25, which has
/// sops built with it: its lookup drops the underscore before it searches.
pub(super) fn property(name: &str) -> Option<Property> {
    let canonical: String = name
        .chars()
        .filter(|character| !matches!(character, '_' | '-' | ' '))
        .map(|character| character.to_ascii_lowercase())
        .collect();
    match canonical.as_str() {
        "any" => return Some(Property::Any),
        "ascii" => return Some(Property::Ascii),
        "assigned" => return Some(Property::Assigned),
        "cs" | "surrogate" => return Some(Property::Surrogate),
        _ => {}
    }
    if let Some((short, _)) = CATEGORIES.iter().find(|(short, long)| {
        canonical.eq_ignore_ascii_case(short) || long.split(' ').any(|long| canonical == long)
    }) {
        return Some(Property::Category(short));
    }
    SCRIPTS
        .split_ascii_whitespace()
        .find(|script| canonical.eq_ignore_ascii_case(script))
        .map(Property::Script)
}

/// Short name, long names without underscores in lower case.
const CATEGORIES: [(&str, &str); 37] = [
    ("C", "other"),
    ("Cc", "control cntrl"),
    ("Cf", "format"),
    ("Cn", "unassigned"),
    ("Co", "privateuse"),
    ("L", "letter"),
    ("LC", "casedletter"),
    ("Ll", "lowercaseletter"),
    ("Lm", "modifierletter"),
    ("Lo", "otherletter"),
    ("Lt", "titlecaseletter"),
    ("Lu", "uppercaseletter"),
    ("M", "mark combiningmark"),
    ("Mc", "spacingmark"),
    ("Me", "enclosingmark"),
    ("Mn", "nonspacingmark"),
    ("N", "number"),
    ("Nd", "decimalnumber digit"),
    ("Nl", "letternumber"),
    ("No", "othernumber"),
    ("P", "punctuation punct"),
    ("Pc", "connectorpunctuation"),
    ("Pd", "dashpunctuation"),
    ("Pe", "closepunctuation"),
    ("Pf", "finalpunctuation"),
    ("Pi", "initialpunctuation"),
    ("Po", "otherpunctuation"),
    ("Ps", "openpunctuation"),
    ("S", "symbol"),
    ("Sc", "currencysymbol"),
    ("Sk", "modifiersymbol"),
    ("Sm", "mathsymbol"),
    ("So", "othersymbol"),
    ("Z", "separator"),
    ("Zl", "lineseparator"),
    ("Zp", "paragraphseparator"),
    ("Zs", "spaceseparator"),
];

/// The scripts of Unicode 15.0 with one-word names.
const SCRIPTS: &str = "Adlam Ahom Arabic Armenian Avestan Balinese Bamum Batak Bengali Bhaiksuki Bopomofo Brahmi \
    Braille Buginese Buhid Carian Chakma Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cyrillic Deseret \
    Devanagari Dogra Duployan Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gurmukhi \
    Han Hangul Hanunoo Hatran Hebrew Hiragana Inherited Javanese Kaithi Kannada Katakana Kawi Kharoshthi Khmer \
    Khojki Khudawadi Lao Latin Lepcha Limbu Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean \
    Marchen Medefaidrin Miao Modi Mongolian Mro Multani Myanmar Nabataean Nandinagari Newa Nko Nushu Ogham Oriya \
    Osage Osmanya Palmyrene Phoenician Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham Sinhala Sogdian \
    Soyombo Sundanese Syriac Tagalog Tagbanwa Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan Tifinagh Tirhuta \
    Toto Ugaritic Vai Vithkuqi Wancho Yezidi Yi";
