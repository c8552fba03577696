use std::ffi::{OsStr, OsString};

use clap::{Arg, ArgAction, Command, CommandFactory, value_parser};

use super::super::args::{Cli, Install};
use super::*;

/// Commands like those that people use, so that the tests do not change with the real ones.
fn definition() -> Command {
    let switch = |name: &'static str| Arg::new(name).long(name).action(ArgAction::SetTrue);
    let value = |name: &'static str| Arg::new(name).long(name).action(ArgAction::Set);
    let files = || Arg::new("file").action(ArgAction::Append);
    Command::new("x")
        .arg(value("config").global(true))
        .arg(switch("verbose").global(true))
        .subcommand(
            Command::new("decrypt")
                .arg(switch("in-place").short('i'))
                .arg(value("extract"))
                .arg(value("output").value_parser(value_parser!(std::path::PathBuf)))
                .arg(
                    Arg::new("local")
                        .long("enable-local-keyservice")
                        .num_args(0..=1)
                        .require_equals(true),
                )
                .arg(files()),
        )
        .subcommand(Command::new("encrypt").arg(value("age").short('a')).arg(files()))
        .subcommand(Command::new("edit").arg(files()))
        .subcommand(Command::new("set").arg(switch("idempotent")).arg(files()))
        .subcommand(
            Command::new("exec-env")
                .arg(switch("pristine"))
                .arg(files())
                .arg(Arg::new("words").last(true).action(ArgAction::Append)),
        )
        .subcommand(
            Command::new("groups")
                .subcommand(Command::new("add").arg(value("file").short('f')))
                .subcommand(Command::new("delete").arg(files())),
        )
}

fn asked(line: &str) -> Result<Asked, Mistake> {
    let exists = |word: &OsStr| word == "present";
    let words: Vec<OsString> = std::iter::once("x").chain(line.split(' ')).map(unblank).collect();
    normalise(&definition(), &words, &exists)
}

/// `~` is a blank inside of a word.
fn unblank(word: &str) -> OsString {
    word.replace('~', " ").into()
}

#[track_caller]
fn becomes(line: &str, wanted: &str) {
    match asked(line) {
        Ok(Asked::Command(normal)) => {
            let words: Vec<_> = normal.words.iter().map(|word| word.to_str().unwrap()).collect();
            assert_eq!(
                words.join(" ").replacen("x ", "", 1),
                wanted.replace('~', " "),
                "{line}"
            );
        }
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn options_have_one_dash_or_two_and_values_behind_a_sign_or_a_blank() {
    for line in [
        "decrypt --extract a f",
        "decrypt -extract a f",
        "decrypt --extract=a f",
        "decrypt -extract=a f",
        "decrypt f -extract a",
        "decrypt f --extract=a",
        "-d --extract a f",
        "-decrypt f -extract=a",
        "--extract a decrypt f",
        "f -d -extract a",
    ] {
        becomes(line, "decrypt --extract=a -- f");
    }
    becomes("decrypt --extract -i f", "decrypt --extract=-i -- f");
    becomes("decrypt -extract= f", "decrypt --extract= -- f");
}

#[test]
fn switches_may_be_spelled_out_and_the_last_one_counts() {
    for (line, wanted) in [
        ("decrypt -i=true f", "decrypt --in-place -- f"),
        ("decrypt --in-place=T f", "decrypt --in-place -- f"),
        ("decrypt -i=0 f", "decrypt -- f"),
        ("decrypt -i -i=false f", "decrypt -- f"),
        ("decrypt -i=false -i f", "decrypt --in-place -- f"),
        (
            "decrypt --enable-local-keyservice f",
            "decrypt --enable-local-keyservice -- f",
        ),
        (
            "decrypt -enable-local-keyservice=false f",
            "decrypt --enable-local-keyservice=false -- f",
        ),
    ] {
        becomes(line, wanted);
    }
    assert_eq!(
        asked("decrypt -i=perhaps f"),
        Err(Mistake::NeitherTrueNorFalse { name: "-i".into() })
    );
}

#[test]
fn a_line_without_a_command_becomes_the_command_that_it_means() {
    for (line, wanted) in [
        ("new.yaml", "edit -- new.yaml"),
        ("present", "edit -- present"),
        ("dir/new", "edit -- dir/new"),
        ("-d f.yaml", "decrypt -- f.yaml"),
        ("-i -e -a K f.yaml", "encrypt --age=K -- f.yaml"),
        ("--set [\"a\"]~\"b~c\" f.yaml", "set -- f.yaml [\"a\"] \"b~c\""),
        ("f.yaml --set=[\"a\"][0]~1", "set -- f.yaml [\"a\"][0] 1"),
        ("-d -- -f", "decrypt -- -f"),
        ("-- decrypt.yaml", "edit -- decrypt.yaml"),
        ("-d decrypted", "decrypt -- decrypted"),
        ("--config c -d f", "decrypt --config=c -- f"),
    ] {
        becomes(line, wanted);
    }
    assert_eq!(asked("-d"), Err(Mistake::NoFile));
    assert_eq!(asked("--set [\"a\"] f"), Err(Mistake::SetForm));
}

#[test]
fn what_has_no_effect_is_said() {
    let warnings = |line: &str| match asked(line) {
        Ok(Asked::Command(normal)) => normal.warnings,
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(warnings("-i f.yaml"), ["--in-place has no effect on `edit`"]);
    assert_eq!(
        warnings("-d f.yaml g.yaml"),
        ["g.yaml is ignored: one file at a time"]
    );
    assert_eq!(
        warnings("--set [\"a\"]~1 f.yaml \"secret\""),
        ["only the first file is changed"]
    );
    assert_eq!(warnings("--disable-version-check decrypt f"), [""; 0]);
}

#[test]
fn a_mistyped_command_is_not_a_file_to_make() {
    assert_eq!(
        asked("decryp f.yaml"),
        Err(Mistake::UnknownWord {
            word: "decryp".into(),
            similar: Some("decrypt".into())
        })
    );
    assert_eq!(
        asked("something"),
        Err(Mistake::UnknownWord {
            word: "something".into(),
            similar: None
        })
    );
    assert_eq!(
        asked("-d encrypt f"),
        Err(Mistake::TwoActions {
            one: "decrypt".into(),
            other: "encrypt".into()
        })
    );
    assert!(matches!(asked("-d -e f"), Err(Mistake::TwoActions { .. })));
    assert!(matches!(asked("publish f"), Err(Mistake::NotHere { .. })));
}

#[test]
fn words_that_begin_with_a_dash_stand_behind_two_of_them_and_numbers_anywhere() {
    becomes("set f [\"a\"] -5", "set -- f [\"a\"] -5");
    becomes("set -- f [\"a\"] -x", "set -- f [\"a\"] -x");
    becomes(
        "set f --idempotent [\"a\"] -- --idempotent",
        "set --idempotent -- f [\"a\"] --idempotent",
    );
    becomes("decrypt -", "decrypt -- -");
}

#[test]
fn words_behind_two_dashes_are_kept_apart_where_a_command_tells_them_from_others() {
    becomes("exec-env f -- sh -c --pristine", "exec-env f -- sh -c --pristine");
    becomes("exec-env f true --pristine", "exec-env --pristine -- f true");
    becomes("exec-env -- f true", "exec-env -- f true");
}

#[test]
fn no_message_repeats_a_word_of_set() {
    for line in [
        "set f [\"a\"] -SECRET",
        "set f -SECRET=1 [\"a\"]",
        "set --idempotent=SECRET f",
        "--set [\"a\"]~SECRET -SECRET f",
        "--set=[\"a\"]~1 --SECRET f",
        "--sets [\"a\"]~SECRET f",
        "-set [\"a\"]SECRET f",
        "--set [\"a\"]SECRET f",
    ] {
        let mistake = asked(line).unwrap_err();
        assert!(!format!("{mistake:?}").contains("SECRET"), "{line}: {mistake:?}");
    }
}

#[test]
fn commands_inside_of_commands_take_options_in_either_place() {
    becomes("groups add -f x", "groups add --file=x");
    becomes("groups --config c delete 1", "groups delete --config=c -- 1");
    becomes("groups", "groups");
    assert!(matches!(asked("groups ad"), Err(Mistake::UnknownTopic { .. })));
}

#[test]
fn help_and_version_are_asked_for_in_every_way_of_sops() {
    for line in ["help", "h", "--help", "-h", "-help"] {
        becomes(line, "--help");
    }
    becomes("help decrypt", "decrypt --help");
    becomes("help groups add", "groups add --help");
    becomes("decrypt -h", "decrypt --help");
    assert_eq!(asked("help keys"), Ok(Asked::Topic("keys".into())));
    for line in [
        "--version",
        "-v",
        "-V",
        "-version",
        "--version --disable-version-check",
    ] {
        assert_eq!(asked(line), Ok(Asked::Version), "{line}");
    }
}

#[test]
fn unknown_options_are_named_with_what_was_meant() {
    assert_eq!(
        asked("decrypt --in-plase f"),
        Err(Mistake::UnknownOption {
            name: "--in-plase".into(),
            similar: Some("--in-place".into())
        })
    );
    // Letters cannot be bundled.
    assert!(matches!(asked("-di f"), Err(Mistake::UnknownOption { .. })));
    assert_eq!(
        asked("decrypt f --extract"),
        Err(Mistake::NoValue {
            name: "--extract".into()
        })
    );
}

#[test]
fn an_empty_path_is_as_good_as_none() {
    becomes("decrypt --output= f", "decrypt -- f");
    becomes("decrypt --output  f", "decrypt -- f");
}

#[test]
fn a_program_that_is_one_command_takes_the_same_spellings() {
    let definition = Install::command();
    let normal = |line: &str| {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        of_one_command(&definition, &words).map(|normal| normal.words)
    };
    for (line, wanted) in [
        (
            "x -check-mode=manifest -ignore-passwd m",
            "x --check-mode=manifest --ignore-passwd -- m",
        ),
        ("x m -check-mode off", "x --check-mode=off -- m"),
        ("x -ignore-passwd=F m", "x -- m"),
        ("x -version", "x --version"),
    ] {
        let wanted: Vec<OsString> = wanted.split(' ').map(OsString::from).collect();
        assert_eq!(normal(line), Ok(wanted), "{line}");
    }
    assert!(matches!(
        normal("x -no-such-flag m"),
        Err(Mistake::UnknownOption { .. })
    ));
}

#[test]
fn every_option_that_a_command_shares_with_the_root_takes_the_same_there() {
    let definition = Cli::command();
    let root = known::root_options(&definition);
    let mut shared = 0;
    for command in definition.get_subcommands() {
        // The installer and the converter of keys have their own option letters.
        for option in known::options(&[&definition, command]) {
            if let Some(same) = root.iter().find(|known| known.long == option.long)
                && !matches!(command.get_name(), "ssh-to-age" | "groups")
            {
                shared += 1;
                assert_eq!(
                    same.takes,
                    option.takes,
                    "{} --{}",
                    command.get_name(),
                    option.long
                );
            }
        }
    }
    assert!(shared > 5);
}
