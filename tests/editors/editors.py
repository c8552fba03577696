"""Tests with real editors and with stand-ins for those that need a desktop.

    editors.py PROGRAM [TEST ...]
"""

import glob
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import traceback

from desk import CANARY, MEMORY, PLAIN, TYPED, Desk

OTHER = 4321
ENTER, ESCAPE = "\r", "\x1b"
CHANGED = PLAIN.replace(CANARY, TYPED)
VIM_SETTINGS = """set swapfile directory=~/swap// updatecount=1 updatetime=50 undofile undodir=~/undo
set backup writebackup backupdir=~/backup history=1000 {history}
"""


def control(letter: str) -> str:
    return chr(ord(letter.upper()) - 64)


class LeftOut(Exception):
    pass


def need(program: str) -> None:
    if shutil.which(program) is None:
        raise LeftOut(f"{program} is not installed")


def need_root() -> None:
    if os.getuid() != 0:
        raise LeftOut("needs root")


# ---- real editors ----

def of_the_vim_family(desk: Desk, editor: str, settings: str, history: str) -> None:
    need(editor)
    for folder in ("swap", "undo", "backup"):
        os.mkdir(f"{desk.home}/{folder}")
    desk.put(settings, VIM_SETTINGS.format(history=history))
    desk.start(editor)
    desk.wait_for("password")
    desk.type(f":%s/{CANARY}/{TYPED}/{ENTER}")
    desk.type(f"/{TYPED}{ENTER}")
    desk.type("yy")
    desk.type(f":w{ENTER}")
    desk.type(f"oextra: {TYPED}{ESCAPE}u")
    # Time for the swap file that must not be.
    desk.read(0.3)
    desk.no_plaintext_on_disk()
    desk.type(f":wq{ENTER}")
    assert desk.end() == 0, desk.screen[-500:]
    assert desk.decrypted() == CHANGED, desk.decrypted()
    desk.no_plaintext_on_disk()
    desk.nothing_in_memory()


def r_e03_vim_leaves_no_copy(desk: Desk) -> None:
    of_the_vim_family(desk, "vim", ".vimrc", "viminfo='100,<1000,s1000,h viminfofile=~/.viminfo")


def r_e03_neovim_leaves_no_copy(desk: Desk) -> None:
    of_the_vim_family(desk, "nvim", ".config/nvim/init.vim", "shada='100,<1000,s1000,h")


def r_e03_nano_leaves_no_copy(desk: Desk) -> None:
    need("nano")
    os.mkdir(f"{desk.home}/backup")
    desk.put(".nanorc", f'set backup\nset backupdir "{desk.home}/backup"\nset historylog\nset positionlog\nset locking\n')
    desk.start("nano")
    desk.wait_for("password")
    desk.type(f"# {TYPED}{ENTER}")
    desk.type(control("w") + CANARY + ENTER)
    desk.no_plaintext_on_disk()
    desk.type(control("o") + ENTER, 0.5)
    desk.type(control("x"))
    assert desk.end() == 0, desk.screen[-500:]
    assert desk.decrypted() == f"# {TYPED}\n{PLAIN}", desk.decrypted()
    desk.no_plaintext_on_disk()
    desk.nothing_in_memory()


EMACS_SETTINGS = """(setq backup-directory-alist '(("." . "~/backup")) auto-save-interval 20 auto-save-timeout 1
 auto-save-file-name-transforms '((".*" "~/auto/" t)) savehist-autosave-interval 1
 savehist-additional-variables '(kill-ring search-ring) desktop-save t desktop-path '("~/") inhibit-startup-screen t)
(savehist-mode 1) (recentf-mode 1) (save-place-mode 1) (desktop-save-mode 1)
"""


def r_e03_emacs_leaves_no_copy(desk: Desk) -> None:
    need("emacs")
    for folder in ("backup", "auto"):
        os.mkdir(f"{desk.home}/{folder}")
    desk.put(".emacs", EMACS_SETTINGS)
    desk.start("emacs -nw")
    desk.wait_for("password")
    desk.type(f"# {TYPED}{ENTER}")
    desk.type(control("k") + control("y"))
    desk.type(control("s") + CANARY + ENTER)
    desk.read(1.5)
    desk.no_plaintext_on_disk()
    desk.type(control("x") + control("s"), 0.5)
    desk.type(control("x") + control("c"))
    assert desk.end() == 0, desk.screen[-500:]
    assert desk.decrypted() == f"# {TYPED}\n{PLAIN}", desk.decrypted()
    desk.no_plaintext_on_disk()
    desk.nothing_in_memory()


def r_e08_a_hang_up_keeps_what_vim_has_saved(desk: Desk) -> None:
    need("vim")
    desk.start("vim")
    desk.wait_for("password")
    desk.type(f":%s/{CANARY}/{TYPED}/{ENTER}:w{ENTER}")
    os.close(desk.terminal)
    os.waitpid(desk.child, 0)
    kept = recovered(desk)
    assert kept == CHANGED, kept
    desk.no_plaintext_on_disk()
    desk.nothing_in_memory()


def r_e08_a_hang_up_keeps_what_nano_has_not_saved(desk: Desk) -> None:
    need("nano")
    desk.start("nano")
    desk.wait_for("password")
    desk.type(f"# {TYPED}{ENTER}", 0.5)
    os.close(desk.terminal)
    os.waitpid(desk.child, 0)
    kept = recovered(desk)
    assert kept == f"# {TYPED}\n{PLAIN}", kept
    desk.no_plaintext_on_disk()


def r_e08_an_interrupt_belongs_to_the_editor(desk: Desk) -> None:
    need("vim")
    desk.start("vim")
    desk.wait_for("password")
    desk.type(control("c"))
    desk.type(control("c"))
    desk.type(f":%s/{CANARY}/{TYPED}/{ENTER}:wq{ENTER}")
    assert desk.end() == 0, desk.screen[-500:]
    assert desk.decrypted() == CHANGED


def a_text_that_cannot_be_read_comes_back_until_it_can(desk: Desk) -> None:
    need("vim")
    desk.start("vim")
    desk.wait_for("password")
    desk.type(f"GA: \"open{ESCAPE}:wq{ENTER}", 0.8)
    desk.wait_for("cannot be saved: line 4")
    desk.wait_for("press Enter")
    assert b"open" not in desk.screen.split(b"cannot be saved")[1], "the message shows text"
    desk.type(ENTER, 0.8)
    desk.type(f"u:%s/{CANARY}/{TYPED}/{ENTER}:wq{ENTER}", 0.8)
    desk.wait_for("press Enter")
    desk.type(ENTER, 0.8)
    desk.type(f":$s/: .open//{ENTER}:wq{ENTER}")
    assert desk.end() == 0, desk.screen[-800:]
    # vim has its own mind about indentation.
    assert desk.decrypted().split() == CHANGED.split(), desk.decrypted()


def emptied_is_asked_for_and_the_answer_is_no(desk: Desk) -> None:
    need("vim")
    before = open(desk.target, "rb").read()
    desk.start("vim")
    desk.wait_for("password")
    desk.type(f"ggdG:wq{ENTER}", 0.8)
    desk.wait_for("everything was deleted")
    desk.type(ENTER)
    assert desk.end() == 200, desk.screen[-500:]
    assert open(desk.target, "rb").read() == before


def ed_leaves_nothing_when_the_terminal_goes_away(desk: Desk) -> None:
    need("ed")
    desk.start("ed")
    desk.wait_for(str(len(PLAIN)))
    desk.type(f"2s/{CANARY}/{TYPED}/{ENTER}")
    os.close(desk.terminal)
    os.waitpid(desk.child, 0)
    desk.no_plaintext_on_disk()
    assert not glob.glob(f"{desk.work}/ed.hup")


# ---- places ----

def stand_in(desk: Desk, name: str, body: str) -> str:
    return desk.put(f"{desk.keys}/{name}", f"#!/bin/sh\nfor file; do :; done\n{body}\n", 0o755)


REPLACE = f's/{CANARY}/{TYPED}/'


def r_e01_the_place_is_a_ramfs_that_nobody_else_sees(desk: Desk) -> None:
    looked = f"{desk.keys}/looked"
    body = f'stat -f -c %T "$file" > {looked}; stat -c %a "$file" >> {looked}; echo "$file" >> {looked}; ' \
           f'echo "$TMPDIR" >> {looked}; sed -i {REPLACE} "$file"; sleep 0.6'
    os.chmod(desk.keys, 0o777)
    editor = stand_in(desk, "stand-in", body)
    desk.start(editor)
    end = time.monotonic() + 10
    while not os.path.exists(looked) or len(open(looked).read().split()) < 4:
        assert time.monotonic() < end
        desk.read(0.02)
    kind, mode, path, temporary = open(looked).read().split()
    assert kind == "ramfs" and mode == "600", (kind, mode)
    assert path.endswith("/db.yaml") and os.path.dirname(path) == temporary
    assert os.path.isdir(temporary) and os.listdir(temporary) == [], "it can be seen from outside"
    assert desk.end() == 0, desk.screen
    assert desk.decrypted() == CHANGED
    desk.nothing_in_memory()


def r_e01_somebody_who_is_not_root_gets_the_same_place(desk: Desk) -> None:
    r_e01_the_place_is_a_ramfs_that_nobody_else_sees(desk)
    about = os.stat(desk.target)
    assert (about.st_uid, about.st_gid) == (OTHER, OTHER)
    assert os.listdir(desk.work) == ["db.yaml"]


r_e01_somebody_who_is_not_root_gets_the_same_place.uid = OTHER


def server(desk: Desk) -> tuple[str, list[str]]:
    """A process that was there before, and edits the files whose paths are sent to it."""
    pipe, edited = f"{desk.keys}/pipe", []
    os.mkfifo(pipe)
    os.chmod(pipe, 0o666)

    def serve() -> None:
        with open(pipe) as paths:
            for path in paths:
                path = path.strip()
                try:
                    text = open(path).read()
                    with open(path, "w") as file:
                        file.write(text.replace(CANARY, TYPED))
                    edited.append(path)
                except OSError as error:
                    edited.append(f"{error}")
                with open(f"{desk.keys}/done", "w"):
                    pass

    threading.Thread(target=serve, daemon=True).start()
    hand_over = f'echo "$file" > {pipe}; n=0; while [ ! -e {desk.keys}/done ] && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done'
    return hand_over, edited


def r_e01_an_editor_that_hands_over_gets_a_place_that_others_of_the_user_see(desk: Desk) -> None:
    body, edited = server(desk)
    editor = stand_in(desk, "code", f'case " $* " in *" --wait "*) ;; *) exit 9 ;; esac\n{body}')
    out = desk.run("edit", "db.yaml", env={"EDITOR": editor})
    assert out.returncode == 0, out.stderr
    assert edited and edited[0].startswith(f"{desk.runtime}/secrets-edit-"), edited
    assert desk.decrypted() == CHANGED
    assert "copies of the text" in out.stderr
    desk.nothing_in_memory()
    desk.no_plaintext_on_disk()


def r_e01_an_unknown_one_is_told_apart_by_an_option(desk: Desk) -> None:
    body, edited = server(desk)
    editor = stand_in(desk, "stand-in", body)
    out = desk.run("edit", "--outside", "db.yaml", env={"EDITOR": editor})
    assert out.returncode == 0, (out.stderr, edited)
    assert desk.decrypted() == CHANGED


def without_namespaces(desk: Desk, *words: str, env: dict, disk: bool = False) -> subprocess.CompletedProcess:
    strace = ["strace", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=unshare", "-e", "inject=unshare:error=EPERM"]
    if disk:
        folder = f"{desk.folder}/disk"
        os.mkdir(folder, 0o777)
        script = f'mount --bind {folder} /dev/shm && mount --bind {folder} /run && exec "$@"'
        strace = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "-", *strace]
    return subprocess.run([*strace, desk.program, *words], env={**desk.env, **env}, cwd=desk.work,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)


def r_e01_without_namespaces_it_is_a_closed_directory_in_memory(desk: Desk) -> None:
    need("strace")
    looked = f"{desk.keys}/looked"
    body = f'stat -f -c %T "$file" > {looked}; stat -c %a "$(dirname "$file")" >> {looked}; echo "$file" >> {looked}; sed -i {REPLACE} "$file"'
    out = without_namespaces(desk, "edit", "db.yaml", env={"EDITOR": stand_in(desk, "stand-in", body)})
    assert out.returncode == 0, out.stderr
    kind, mode, path = open(looked).read().split()
    assert (kind, mode) == ("tmpfs", "700") and path.startswith(desk.runtime), (kind, mode, path)
    assert desk.decrypted() == CHANGED
    desk.nothing_in_memory()


def r_e01_without_any_place_in_memory_it_refuses_unless_told(desk: Desk) -> None:
    need("strace")
    # The keys have to be where they are found although what is in memory is hidden.
    shutil.copy(f"{desk.keys}/key.txt", f"{desk.folder}/key.txt")
    # The words are cut so that the editor itself is not found.
    replace = f's/{CANARY[:5]}.*{CANARY[-5:]}/{TYPED[:12]}""{TYPED[12:]}/'
    editor = desk.put(f"{desk.folder}/stand-in", f'#!/bin/sh\nsed -i "{replace}" "$1"\n', 0o755)
    runtime = f"{desk.folder}/runtime"
    os.mkdir(runtime, 0o700)
    env = {"EDITOR": editor, "SOPS_AGE_KEY_FILE": f"{desk.folder}/key.txt", "XDG_RUNTIME_DIR": runtime}
    before = open(desk.target, "rb").read()
    out = without_namespaces(desk, "edit", "db.yaml", env=env, disk=True)
    assert out.returncode == 3 and "--allow-disk" in out.stderr, (out.returncode, out.stderr)
    assert open(desk.target, "rb").read() == before
    os.rmdir(f"{desk.folder}/disk")
    out = without_namespaces(desk, "edit", "--allow-disk", "db.yaml", env=env, disk=True)
    assert out.returncode == 0, out.stderr
    assert desk.decrypted() == CHANGED
    desk.no_plaintext_on_disk()


def r_e02_after_a_kill_nothing_is_left_and_the_next_session_tells(desk: Desk) -> None:
    ready = f"{desk.keys}/ready"
    editor = stand_in(desk, "stand-in", f'sed -i {REPLACE} "$file"; : > {ready}; exec sleep 30')
    desk.start(editor)
    end = time.monotonic() + 10
    while not os.path.exists(ready):
        assert time.monotonic() < end
        desk.read(0.02)
    os.kill(desk.child, signal.SIGKILL)
    os.waitpid(desk.child, 0)
    time.sleep(0.2)
    desk.no_plaintext_on_disk()
    for folder, _, names in os.walk(desk.runtime):
        assert not names, f"{folder}: {names}"
    left = subprocess.run(["pgrep", "-f", "^sleep 30$"], capture_output=True, text=True).stdout.split()
    assert not [pid for pid in left if desk.home in environment(pid)], "the editor lives on"
    out = desk.run("edit", "db.yaml", env={"EDITOR": "true"})
    assert out.returncode == 200 and "ended without saving" in out.stderr, out.stderr
    out = desk.run("edit", "db.yaml", env={"EDITOR": "true"})
    assert "ended without saving" not in out.stderr, "told twice"
    desk.nothing_in_memory()


def environment(pid: str) -> str:
    try:
        return open(f"/proc/{pid}/environ").read()
    except OSError:
        return ""


def r_e10_a_policy_that_somebody_else_planted_is_not_used(desk: Desk) -> None:
    planted = desk.put(f"{desk.folder}/.sops.yaml", "creation_rules:\n  - age: age1planted\n")
    os.chown(planted, OTHER, OTHER)
    out = desk.run("edit", "new.yaml", env={"EDITOR": "true"})
    assert "age1planted" not in out.stderr.replace(planted, "") and out.returncode != 0, out.stderr
    assert ".sops.yaml is ignored" in out.stderr, out.stderr


# ---- running them ----

def recovered(desk: Desk) -> str:
    found = [path for path in glob.glob(f"{desk.home}/.local/state/secrets/recovery/*") if not path.endswith(".session")]
    assert len(found) == 1, found
    assert os.stat(found[0]).st_mode & 0o777 == 0o600
    out = desk.run("decrypt", "--input-type", "binary", "--output-type", "binary", found[0])
    assert out.returncode == 0, out.stderr
    return out.stdout


def main(program: str, names: list[str]) -> int:
    # A caller like nohup ignores it, and what is ignored here would be ignored by every editor.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    tests = [test for name, test in list(globals().items())
             if callable(test) and getattr(test, "__annotations__", {}) == {"desk": Desk, "return": None}
             and not name.startswith("_")]
    passed, failed, skipped = 0, 0, 0
    for test in tests:
        if names and not any(name in test.__name__ for name in names):
            continue
        try:
            need_root()
            desk = Desk(program, getattr(test, "uid", 0))
            try:
                test(desk)
            finally:
                desk.close()
            passed += 1
        except LeftOut as reason:
            print(f"LEFT OUT: {test.__name__}: {reason}", flush=True)
            skipped += 1
        except Exception:  # one test must not hide the others
            failed += 1
            print(f"FAILED: {test.__name__}", flush=True)
            traceback.print_exc(file=sys.stdout)
    if skipped and os.environ.get("CI") == "true":
        failed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    os.makedirs(MEMORY, exist_ok=True)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
