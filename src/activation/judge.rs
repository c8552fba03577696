//! What becomes of a run in which some targets cannot be made: the failure policy, in one place.

use std::rc::Rc;

use super::manifest::Object;
use super::payload::Payload;
use super::report::{Error, Failure};
use super::target_fault::TargetFault;

/// What became of one target: its payload, or why there is none.
pub(crate) type Outcome<'plan> = Result<Payload<'plan>, (Object, TargetFault)>;

/// Decides. For now every fault is reported and nothing is installed as long as there is one; the live
/// generation stays.
pub(crate) fn judge(outcomes: Vec<Outcome<'_>>) -> Result<Vec<Payload<'_>>, Error> {
    let mut payloads = Vec::with_capacity(outcomes.len());
    let mut failures: Vec<Failure> = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(payload) => payloads.push(payload),
            Err((object, fault)) => add(&mut failures, object, fault),
        }
    }
    if failures.is_empty() {
        Ok(payloads)
    } else {
        Err(Error::Targets(failures))
    }
}

/// Secrets of one file that cannot be opened share one report; they mostly stand side by side.
fn add(failures: &mut Vec<Failure>, object: Object, fault: TargetFault) {
    let last = failures.last_mut().filter(|last| match (&last.fault, &fault) {
        (TargetFault::File(one), TargetFault::File(other)) => Rc::ptr_eq(one, other),
        _ => false,
    });
    match last {
        Some(last) => last.objects.push(object),
        None => failures.push(Failure {
            objects: vec![object],
            fault,
        }),
    }
}
