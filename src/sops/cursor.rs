//! Where a walk stands: path, additional data, and what the selector says here.

use super::{KeyPath, Selector};

/// The state of a walk. Nothing is allocated per leaf: one buffer for the additional data and one path are
/// pushed and popped.
pub(crate) struct Cursor<'d, 's> {
    selector: &'s Selector,
    /// The number of the YAML document, from 0.
    pub(crate) document: usize,
    path: Vec<&'d [u8]>,
    /// Every key followed by a colon.
    aad: Vec<u8>,
    /// How many keys on the path match the selector.
    matching: usize,
    /// For each open map or list, how many comments since its last child match the selector ("active comments",
    /// sops-format.md §5.2).
    active: Vec<usize>,
    /// Their sum.
    all_active: usize,
}

/// What [`Cursor::leave`] has to undo.
#[must_use]
pub(crate) struct Entered {
    matches: bool,
    aad: usize,
}

impl<'d, 's> Cursor<'d, 's> {
    pub(crate) fn new(selector: &'s Selector) -> Self {
        Self {
            selector,
            document: 0,
            path: Vec::new(),
            aad: Vec::new(),
            matching: 0,
            active: Vec::new(),
            all_active: 0,
        }
    }

    /// Goes down to the value of a key. A key is tested once, not once per leaf below it.
    pub(crate) fn enter(&mut self, key: &'d [u8]) -> Entered {
        let entered = Entered {
            matches: self.selector.matches_key(key),
            aad: self.aad.len(),
        };
        self.path.push(key);
        self.aad.extend_from_slice(key);
        self.aad.push(b':');
        self.matching = self.matching.saturating_add(usize::from(entered.matches));
        entered
    }

    /// Comes back from the value of a key.
    pub(crate) fn leave(&mut self, entered: &Entered) {
        self.path.pop();
        self.aad.truncate(entered.aad);
        self.matching = self.matching.saturating_sub(usize::from(entered.matches));
    }

    /// A map or a list begins.
    pub(crate) fn open(&mut self) {
        self.active.push(0);
    }

    /// The innermost map or list ends.
    pub(crate) fn close(&mut self) {
        let active = self.active.pop().unwrap_or_default();
        self.all_active = self.all_active.saturating_sub(active);
    }

    /// A child of the innermost map or list that is no comment is done: comments above it are no longer active.
    pub(crate) fn settle(&mut self) {
        if let Some(active) = self.active.last_mut() {
            self.all_active = self.all_active.saturating_sub(*active);
            *active = 0;
        }
    }

    /// Whether the leaf here is selected.
    pub(crate) fn selects_leaf(&self) -> bool {
        match self.selector {
            Selector::UnencryptedSuffix(_) | Selector::UnencryptedRegex(_) => self.matching == 0,
            Selector::EncryptedSuffix(_) | Selector::EncryptedRegex(_) => self.matching > 0,
            Selector::UnencryptedCommentRegex(_) => self.all_active == 0,
            Selector::EncryptedCommentRegex(_) => self.all_active > 0,
        }
    }

    /// Makes a comment active and says whether it is itself selected: the line that asks for encryption stays in
    /// clear, the line that forbids it as well.
    pub(crate) fn selects_comment(&mut self, text: &[u8]) -> bool {
        let before = self.all_active;
        if self.selector.matches_comment(text) {
            self.all_active = before.saturating_add(1);
            if let Some(active) = self.active.last_mut() {
                *active = active.saturating_add(1);
            }
        }
        match self.selector {
            Selector::EncryptedCommentRegex(_) => before > 0,
            _ => self.selects_leaf(),
        }
    }

    /// The additional data of a ciphertext here; of a comment directly in the root it is one colon.
    pub(crate) fn aad(&self) -> &[u8] {
        if self.aad.is_empty() { b":" } else { &self.aad }
    }

    /// The keys from the root.
    pub(crate) fn path(&self) -> &[&'d [u8]] {
        &self.path
    }

    /// The path, to be kept in an error.
    pub(crate) fn key_path(&self) -> KeyPath {
        KeyPath::new(self.document, &self.path)
    }
}
