//! The section `creation_rules` of `.sops.yaml`: which rule a file has (sops-format.md §9).

use super::error::PolicyError;
use super::go_yaml::Fields;
use super::rule::{self, Rule};
use crate::document::{Limits, yaml};
use crate::sops::go_regex::GoRegex;

/// What the rules say about a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// There is no `creation_rules`: as if there were no configuration.
    NoRules,
    /// There are rules, and none of them is for this file.
    NoMatch,
    /// The first one that matches.
    Rule(Rule),
}

/// Finds the first rule for a file.
///
/// `path` is the file's absolute path with the configuration's directory and its slash removed from the front. A rule
/// without `path_regex` matches everything; a pattern may match anywhere in the path.
pub(crate) fn rule_for(text: &[u8], path: &[u8]) -> Result<Answer, PolicyError> {
    let document = yaml::read(text, &Limits::STANDARD)?;
    let Some(part) = document.parts.first() else {
        return Ok(Answer::NoRules);
    };
    let Some(rules) = Fields::top(text, &part.root).maps("creation_rules")? else {
        return Ok(Answer::NoRules);
    };
    for rule in &rules {
        rule::check(rule)?;
    }
    for (position, rule) in rules.iter().enumerate() {
        let pattern = rule.string("path_regex")?;
        let regex = GoRegex::new(&pattern).map_err(|source| PolicyError::Regex {
            place: rule.place.clone(),
            source,
        })?;
        if pattern.is_empty() || regex.is_match(path) {
            return rule::read(position, rule).map(Answer::Rule);
        }
    }
    Ok(Answer::NoMatch)
}
