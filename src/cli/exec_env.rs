//! `secrets exec-env`: runs a command with the values of a file as environment variables.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, ExitCode, Stdio};

use super::args::{ExecEnv, Shared, Types};
use super::exit::Exit;
use super::formats::Formats;
use super::open::{self, Input};
use super::report::{Failure, Reporter};
use super::running::{self, Order};
use super::unsupported;
use crate::document::{Document, variables};
use crate::os::passing::{self, Passing};

/// Runs the command.
pub(super) fn run(arguments: &ExecEnv, shared: &Shared, reporter: &Reporter) -> Result<ExitCode, Failure> {
    let order = Order::of(&arguments.run, reporter)?;
    if arguments.run.background {
        running::warn_of_background("exec-env", reporter);
        if arguments.same_process {
            return Err(Failure::new(
                Exit::Conflict,
                "cannot use --same-process together with --background",
            ));
        }
    }
    open::check_order(&arguments.run.decryption_order)?;
    unsupported::check_keyservice(&arguments.run.keyservice, reporter)?;
    let person = running::person(arguments.run.user.as_deref())?;

    let input = Input::File(order.file.clone());
    let types = Types {
        input_type: arguments.input_type.clone(),
        output_type: None,
    };
    let formats = Formats::choose(&types, None, shared, &input, reporter)?;
    let policy = open::mac_policy(&arguments.run.ignore_mac);
    let file = open::open(&input, formats.input, policy, reporter)?;
    drop(file.key);

    let mut command = order.program.command(None);
    if arguments.pristine {
        command.env_clear();
    }
    if let Some(person) = &person {
        running::become_person(person)?;
        command.envs(running::variables_of(person));
    }
    set_variables(&mut command, &file.name, &file.opened.document)?;
    drop((file.text, file.opened));

    if arguments.same_process {
        return Ok(order
            .program
            .not_started(&passing::become_program(command), reporter));
    }
    let passing = Passing::begin()
        .map_err(|error| Failure::new(Exit::Failure, "cannot watch for signals").caused_by(&error))?;
    if arguments.run.background {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
    }
    let child = match passing.start(command) {
        Ok(child) => child,
        Err(error) => return Ok(order.program.not_started(&error, reporter)),
    };
    if arguments.run.background {
        return Ok(ExitCode::SUCCESS);
    }
    let status = passing
        .wait(child)
        .map_err(|error| Failure::new(Exit::Failure, "cannot wait for the command").caused_by(&error))?;
    drop(passing);
    Ok(running::end(status, reporter))
}

/// The top level of the first document.
fn set_variables(command: &mut Command, name: &str, document: &Document) -> Result<(), Failure> {
    let Some(part) = document.parts.first() else {
        return Ok(());
    };
    let variables = variables(&part.root).map_err(|faults| {
        let failure = Failure::new(
            Exit::Failure,
            format!("cannot make environment variables of {name}"),
        );
        faults
            .iter()
            .fold(failure, |failure, fault| failure.item(fault.to_string()))
            .hint(
                "`secrets exec-file` hands over the whole file, `secrets decrypt --extract` one value of it",
            )
    })?;
    for (key, value) in variables {
        command.env(OsStr::from_bytes(key), OsStr::from_bytes(value.expose()));
    }
    Ok(())
}
