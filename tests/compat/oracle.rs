//! The real sops library in a process of its own (`tests/oracle`), asked in batches through pipes.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrets::document::Format;
use serde_json::{Map, Value, json};

/// A running oracle.
pub(crate) struct Oracle {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// Questions asked so far.
    pub(crate) asked: usize,
}

/// What sops says about one document.
pub(crate) struct Answer(Value);

/// A request without its `op`.
pub(crate) struct Request(Map<String, Value>);

impl Request {
    pub(crate) fn new(op: &str, format: Format, data: &[u8]) -> Self {
        let mut fields = Map::new();
        fields.insert("op".into(), op.into());
        fields.insert("format".into(), format.name().into());
        fields.insert("data".into(), STANDARD.encode(data).into());
        Self(fields)
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.into(), value.into());
        self
    }
}

/// An answer. A tree that is nested too deep for the parser of this test was read all the same.
fn parse(line: &[u8]) -> Value {
    let accepted = line.windows(9).any(|window| window == b"\"ok\":true");
    serde_json::from_slice(line).unwrap_or_else(|_| {
        if accepted {
            json!({"ok": true, "tree": []})
        } else {
            json!({"ok": false, "error": "no answer", "crash": true})
        }
    })
}

impl Oracle {
    /// The program named by `SOPS_ORACLE`, if there is one.
    pub(crate) fn path() -> Option<PathBuf> {
        std::env::var_os("SOPS_ORACLE")
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    }

    pub(crate) fn start(path: &Path) -> Self {
        let mut child = Command::new(path)
            .args(["-timeout", "3s"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", path.display()));
        let input = child.stdin.take();
        let output = BufReader::with_capacity(1 << 16, child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
            asked: 0,
        }
    }

    /// Asks all requests and gives the answers in the same order.
    pub(crate) fn ask(&mut self, requests: Vec<Request>) -> Vec<Answer> {
        let count = requests.len();
        self.asked += count;
        let mut input = self.input.take().unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || {
                for request in requests {
                    let mut line = serde_json::to_vec(&Value::Object(request.0)).unwrap();
                    line.push(b'\n');
                    input.write_all(&line).unwrap();
                }
                input.flush().unwrap();
                input
            });
            let mut answers = Vec::with_capacity(count);
            let mut line = Vec::new();
            for _ in 0..count {
                line.clear();
                self.output.read_until(b'\n', &mut line).unwrap();
                answers.push(Answer(parse(&line)));
            }
            self.input = Some(writer.join().unwrap());
            answers
        })
    }

    pub(crate) fn ask_one(&mut self, request: Request) -> Answer {
        self.ask(vec![request]).pop().unwrap()
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}

impl Answer {
    fn flag(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    pub(crate) fn ok(&self) -> bool {
        self.flag("ok")
    }

    /// sops crashed or did not come to an end.
    pub(crate) fn broke(&self) -> bool {
        self.flag("panic") || self.flag("crash") || self.flag("timeout")
    }

    pub(crate) fn error(&self) -> &str {
        self.text("error").unwrap_or_default()
    }

    pub(crate) fn exit_code(&self) -> Option<u64> {
        self.0.get("exit_code").and_then(Value::as_u64)
    }

    pub(crate) fn walk_error(&self) -> Option<&str> {
        self.text("walk_error")
    }

    pub(crate) fn tree(&self) -> &[Value] {
        self.0
            .get("tree")
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    pub(crate) fn data(&self) -> Option<Vec<u8>> {
        self.text("data").map(|text| STANDARD.decode(text).unwrap())
    }
}
