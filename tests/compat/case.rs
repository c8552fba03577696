//! One document with what is asked about it.

use secrets::document::Format;
use secrets::sops::walk::MacScope;
use secrets::sops::{Selector, SelectorKind};

use crate::oracle::Request;
use crate::random::Random;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Check {
    /// A plain document is read.
    Plain,
    /// sops encrypts the document; the result is read, opened and printed.
    Sealed,
    /// The text is taken for an encrypted file as it is.
    Encrypted,
    /// We encrypt the document, and sops opens it.
    Written,
}

/// Where two programs can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    /// sops reads it and we refuse.
    WeRefuse,
    /// We read it and sops refuses.
    WeAccept,
    /// Only one of them can walk the tree.
    Walk,
    /// The trees differ, or what the walk says about them.
    Tree,
    /// sops opens it and we refuse.
    WeDoNotOpen,
    /// We open it and sops refuses.
    OnlyWeOpen,
    /// The opened trees differ.
    Opened,
    /// They differ only in comments that sops leaves as ciphertext and that we decrypt.
    Rescued,
    /// sops opens it and cannot print it; we can.
    NotPrinted,
    /// `decrypt` prints other bytes.
    Printed,
    /// They differ only in where comments behind a value stand.
    PrintedInline,
    /// They differ only in the `.0` of floats, and in where comments behind a value stand.
    PrintedFloat,
    /// They differ only in comments, and in the `.0` of floats.
    PrintedComments,
    /// What `decrypt` prints is read as another tree.
    PrintedTree,
    /// A conversion differs.
    Converted,
    /// sops prints Go syntax into INI where we refuse.
    IniRefused,
    /// An extracted value differs.
    Extracted,
    /// sops encrypts a document and we refuse.
    NotSealed,
    /// We do not open what we wrote.
    NotOpened,
    /// sops does not open what we wrote.
    SopsRefuses,
    /// sops 3.12.2 does not open what we wrote.
    OlderRefuses,
    /// sops opens it as another tree than it reads from the plain text.
    SopsTree,
    /// sops finds other comments in it.
    SopsComments,
    /// What comes back holds other values.
    BackTree,
    /// What comes back is another text, and no row says why.
    Back,
    /// Sealed again unchanged, it is another text.
    Again,
    /// The same, of a file that sops made.
    AgainTheirs,
    /// The same, and only comments are encrypted anew.
    AgainComments,
    /// The same, and one of them was encrypted and is clear now.
    AgainClear,
    /// One changed leaf changes other lines.
    LeafLines,
    /// A string does not survive in some place.
    StringLost,
}

/// A difference.
pub(crate) struct Mismatch {
    pub(crate) aspect: Aspect,
    pub(crate) detail: String,
}

impl Mismatch {
    pub(crate) fn new(aspect: Aspect, detail: impl Into<String>) -> Self {
        Self {
            aspect,
            detail: detail.into(),
        }
    }
}

/// The selector and the recipients of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) selector: Option<(SelectorKind, &'static str)>,
    pub(crate) mac_only_encrypted: bool,
    /// Recipients per key group.
    pub(crate) groups: Vec<usize>,
    pub(crate) threshold: usize,
}

impl Settings {
    pub(crate) const PLAIN: Self = Self {
        selector: None,
        mac_only_encrypted: false,
        groups: Vec::new(),
        threshold: 0,
    };

    pub(crate) fn random(random: &mut Random) -> Self {
        const SUFFIXES: &[&str] = &["_unencrypted", "_enc", "e", "été", "1"];
        const PATTERNS: &[&str] = &[
            "^(db|secret)",
            "pass",
            "(?i)KEY",
            "\\d$",
            "é",
            "[",
            "(?=x)",
            "^name$",
            "\\w{3}",
            "a&&b",
            "x{1001}",
            "^$",
            "^[a-m]",
            "\\Qa.b\\E",
            "[[:upper:]]",
        ];
        const COMMENTS: &[&str] = &["hide", "^ ?show", "note|tight", "(?i)HIDE", "^$", "["];
        let selector = random.chance(750).then(|| {
            let kind = *random.pick(&SelectorKind::ALL);
            let text = match kind {
                SelectorKind::UnencryptedSuffix | SelectorKind::EncryptedSuffix => random.pick(SUFFIXES),
                SelectorKind::UnencryptedRegex | SelectorKind::EncryptedRegex => random.pick(PATTERNS),
                _ => random.pick(COMMENTS),
            };
            (kind, *text)
        });
        let groups = match random.below(12) {
            0..=7 => vec![1],
            8 => vec![2],
            9 => vec![3],
            10 => vec![1, 1],
            _ => vec![1, 2, 1],
        };
        let threshold = if groups.len() > 2 && random.chance(500) {
            2
        } else {
            0
        };
        Self {
            selector,
            mac_only_encrypted: random.chance(200),
            groups,
            threshold,
        }
    }

    pub(crate) fn selector(&self) -> Selector {
        self.selector
            .map_or_else(Selector::default, |(kind, text)| Selector::stored(kind, text))
    }

    pub(crate) fn scope(&self) -> MacScope {
        if self.mac_only_encrypted {
            MacScope::OnlyEncrypted
        } else {
            MacScope::All
        }
    }

    /// Adds the selector to a request.
    pub(crate) fn ask(&self, mut request: Request) -> Request {
        if let Some((kind, text)) = self.selector {
            request = request.with(kind.name(), text);
        }
        if self.mac_only_encrypted {
            request = request.with("mac_only_encrypted", true);
        }
        request
    }

    /// The construct that this selector counts for.
    pub(crate) fn construct(&self) -> &'static str {
        match self.selector.map(|(kind, _)| kind) {
            None => "selector: default",
            Some(SelectorKind::UnencryptedSuffix) => "selector: unencrypted suffix",
            Some(SelectorKind::EncryptedSuffix) => "selector: encrypted suffix",
            Some(SelectorKind::UnencryptedRegex) => "selector: unencrypted regex",
            Some(SelectorKind::EncryptedRegex) => "selector: encrypted regex",
            Some(SelectorKind::UnencryptedCommentRegex) => "selector: unencrypted comment regex",
            Some(SelectorKind::EncryptedCommentRegex) => "selector: encrypted comment regex",
        }
    }
}

/// A document with what is asked about it.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) format: Format,
    pub(crate) check: Check,
    pub(crate) text: Vec<u8>,
    pub(crate) settings: Settings,
    /// Compare conversions and extracted values as well.
    pub(crate) conversions: bool,
    /// The constructs in it.
    pub(crate) held: Vec<&'static str>,
}
