//! Recipients with their copies of a data key, made once for each way to group them.

use std::collections::BTreeMap;

use secrets::document::{Format, Limits};
use secrets::sops::{DataKey, KeyGroup, Sealed};

use crate::case::Case;
use crate::keys;
use crate::oracle::{Oracle, Request};

/// What files with the same groups have in common.
pub(crate) struct Template {
    pub(crate) key: DataKey,
    pub(crate) groups: Vec<KeyGroup>,
    pub(crate) shamir_threshold: usize,
}

/// All of them, by groups and threshold.
#[derive(Default)]
pub(crate) struct Templates(BTreeMap<(Vec<usize>, usize), Template>);

impl Templates {
    fn name(case: &Case) -> (Vec<usize>, usize) {
        let groups = match &case.settings.groups[..] {
            [] => vec![1],
            groups => groups.to_vec(),
        };
        (groups, case.settings.threshold)
    }

    fn recipients(case: &Case) -> Vec<Vec<&'static str>> {
        let mut next = 0;
        Self::name(case)
            .0
            .iter()
            .map(|count| {
                (0..*count)
                    .map(|_| {
                        next += 1;
                        keys::RECIPIENTS[next % keys::RECIPIENTS.len()]
                    })
                    .collect()
            })
            .collect()
    }

    /// Has sops make a file with the groups of this case, once.
    pub(crate) fn prepare(&mut self, oracle: &mut Oracle, case: &Case) {
        let name = Self::name(case);
        if self.0.contains_key(&name) {
            return;
        }
        let answer = oracle.ask_one(
            Request::new("encrypt", Format::Json, b"{}")
                .with("groups", Self::recipients(case))
                .with("threshold", case.settings.threshold),
        );
        let text = answer.data().unwrap();
        let metadata = Sealed::read(&text, Format::Json, &Limits::STANDARD)
            .unwrap()
            .metadata;
        let template = Template {
            key: keys::data_key(&metadata, &keys::identities()).unwrap(),
            shamir_threshold: metadata.shamir_threshold,
            groups: metadata.groups,
        };
        self.0.insert(name, template);
    }

    pub(crate) fn of(&self, case: &Case) -> &Template {
        &self.0[&Self::name(case)]
    }
}
