package main

import (
	"bufio"
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// vectors is the folder of known answers.
const vectors = "../../fixtures/sops/vectors"

// workerVariable makes the test program act as a worker, for the tests of the
// supervisor.
const workerVariable = "SOPS_ORACLE_TEST_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(workerVariable) != "" {
		if err := runWorker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	warnings = collectWarnings()
	os.Exit(m.Run())
}

var warnings *warningCollector

// ask answers a request in this process.
func ask(t *testing.T, request Request) *Response {
	t.Helper()
	line, err := json.Marshal(&request)
	if err != nil {
		t.Fatal(err)
	}
	return answer(line, warnings)
}

// MarshalJSON lets tests write a PathStep.
func (step PathStep) MarshalJSON() ([]byte, error) { return json.Marshal(step.value) }

// mustAsk answers a request that has to succeed.
func mustAsk(t *testing.T, request Request) *Response {
	t.Helper()
	response := ask(t, request)
	if !response.OK {
		t.Fatalf("%s of %q: %s", request.Op, request.Data, response.Error)
	}
	return response
}

func readVector(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(vectors, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// allIdentities is every identity among the vectors, as one text.
func allIdentities(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, name := range []string{
		"keys/x25519-a.txt", "keys/x25519-b.txt", "keys/mlkem768x25519.txt",
		"keys/ssh-ed25519", "keys/ssh-rsa",
	} {
		text.Write(readVector(t, name))
		text.WriteByte('\n')
	}
	return text.String()
}

// Recipients of keys/x25519-a.txt and keys/x25519-b.txt.
func recipient(t *testing.T, file string) string {
	t.Helper()
	for line := range strings.Lines(string(readVector(t, file))) {
		if key, ok := strings.CutPrefix(strings.TrimSpace(line), "# public key: "); ok {
			return key
		}
	}
	t.Fatalf("%s names no recipient", file)
	return ""
}

// leavesOf lists the leaves below nodes in document order, without nulls.
func leavesOf(nodes []*Node) []*Node {
	var leaves []*Node
	for _, node := range nodes {
		switch node.Kind {
		case "map", "list":
			leaves = append(leaves, leavesOf(node.Items)...)
		case "null":
		default:
			leaves = append(leaves, node)
		}
	}
	return leaves
}

// content gives the bytes of a leaf.
func content(t *testing.T, node *Node) []byte {
	t.Helper()
	bytes, err := bytesOf(node.Text, node.B64)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

// vector is one entry of vectors.json.
type vector struct {
	File     string `json:"file"`
	Format   string `json:"format"`
	DataKey  string `json:"data_key_hex"`
	MACAAD   string `json:"mac_aad"`
	MAC      string `json:"mac"`
	MACOnly  bool   `json:"mac_only_encrypted"`
	Leaves   []leaf `json:"leaves"`
	Comments []struct {
		AAD       string `json:"aad"`
		Plaintext string `json:"plaintext"`
	} `json:"comments"`
}

type leaf struct {
	Path      []string `json:"path"`
	Kind      string   `json:"kind"`
	Type      string   `json:"type"`
	AAD       string   `json:"aad"`
	InMAC     bool     `json:"in_mac"`
	Plaintext string   `json:"plaintext_hex"`
	MACBytes  string   `json:"mac_bytes"`
}

func loadVectors(t *testing.T) []vector {
	t.Helper()
	var all []vector
	if err := json.Unmarshal(readVector(t, "vectors.json"), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no vectors")
	}
	return all
}

// Files that went through another writer carry a time stamp that this version
// of sops does not read.
const unquotedTimestamp = "upstream/rops/"

func TestDecryptVectors(t *testing.T) {
	identities := allIdentities(t)
	for _, vector := range loadVectors(t) {
		t.Run(vector.File, func(t *testing.T) {
			request := Request{
				Op: "decrypt", Format: vector.Format, Data: readVector(t, vector.File),
				Identities: identities, WantDataKey: true, WantMACInput: true,
			}
			response := ask(t, request)
			if strings.HasPrefix(vector.File, unquotedTimestamp) {
				if response.OK || !strings.Contains(response.Error, "time.Time") {
					t.Fatalf("expected a refusal of the time stamp, got %+v", response)
				}
				return
			}
			if !response.OK {
				t.Fatal(response.Error)
			}
			if response.DataKey != vector.DataKey {
				t.Errorf("data key %s, expected %s", response.DataKey, vector.DataKey)
			}
			if response.MAC != vector.MAC {
				t.Errorf("MAC %s, expected %s", response.MAC, vector.MAC)
			}
			if sum := fmt.Sprintf("%X", sha512.Sum512(response.MACInput)); sum != vector.MAC || response.WalkError != "" {
				t.Errorf("MAC input hashes to %s, expected %s; %s", sum, vector.MAC, response.WalkError)
			}
			if got := response.Metadata.LastModified; got != vector.MACAAD {
				t.Errorf("MAC authenticated by %q, expected %q", got, vector.MACAAD)
			}
			checkLeaves(t, response.Tree, vector)
			checkComments(t, response.Tree, vector)
			checkPrinted(t, response.Data, vector.File)
		})
	}
}

// checkLeaves compares the dump with the leaves of a vector, in order.
func checkLeaves(t *testing.T, documents []*Node, vector vector) {
	t.Helper()
	var got []*Node
	for _, node := range leavesOf(documents) {
		if node.Kind != "comment" {
			got = append(got, node)
		}
	}
	next := 0
	for _, expected := range vector.Leaves {
		if expected.Kind == "null" || expected.Type == "comment" {
			continue
		}
		if next == len(got) {
			t.Fatalf("only %d leaves", len(got))
		}
		node := got[next]
		next++
		bytes, err := hex.DecodeString(expected.Plaintext)
		if err != nil {
			t.Fatal(err)
		}
		kind, aad := expected.Type, expected.AAD
		switch expected.Kind {
		case "clear":
			bytes = []byte(expected.MACBytes)
			kind, aad = node.Kind, strings.Join(expected.Path, ":")+":"
		case "empty":
			kind, aad = "str", strings.Join(expected.Path, ":")+":"
		}
		if node.Kind != kind || string(content(t, node)) != string(bytes) || node.AAD == nil || *node.AAD != aad {
			t.Errorf("leaf %d is %s %q, expected %s %q below %s", next, node.Kind, content(t, node), kind, bytes, aad)
		}
		if expected.Kind == "encrypted" && !node.Selected || expected.Kind == "clear" && node.Selected {
			t.Errorf("leaf %d at %s: selected is %t", next, aad, node.Selected)
		}
		if node.InMAC != expected.InMAC {
			t.Errorf("leaf %d at %s: in_mac is %t", next, aad, node.InMAC)
		}
	}
	if next != len(got) {
		t.Errorf("%d leaves, expected %d", len(got), next)
	}
}

// checkComments looks for every comment of a vector, in order.
func checkComments(t *testing.T, documents []*Node, vector vector) {
	t.Helper()
	leaves := leavesOf(documents)
	for _, expected := range vector.Comments {
		found := false
		for !found && len(leaves) > 0 {
			node := leaves[0]
			leaves = leaves[1:]
			found = node.Kind == "comment" && node.Selected &&
				*node.AAD == expected.AAD && string(content(t, node)) == expected.Plaintext
		}
		if !found {
			t.Errorf("comment %q at %q is missing or out of order", expected.Plaintext, expected.AAD)
		}
	}
}

// checkPrinted compares with the recorded plaintext, where there is one.
func checkPrinted(t *testing.T, data []byte, file string) {
	t.Helper()
	extension := filepath.Ext(file)
	plain := strings.TrimSuffix(file, extension) + ".plain" + extension
	expected, err := os.ReadFile(filepath.Join(vectors, plain))
	if os.IsNotExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, expected) {
		t.Errorf("prints %q, expected %q", data, expected)
	}
}

func TestLoadEncryptedVectors(t *testing.T) {
	for _, vector := range loadVectors(t) {
		if strings.HasPrefix(vector.File, unquotedTimestamp) {
			continue
		}
		t.Run(vector.File, func(t *testing.T) {
			response := mustAsk(t, Request{Op: "load_encrypted", Format: vector.Format, Data: readVector(t, vector.File)})
			metadata := response.Metadata
			if metadata.LastModified != vector.MACAAD || metadata.MACOnlyEncrypted != vector.MACOnly {
				t.Errorf("metadata %+v", metadata)
			}
			if !strings.HasPrefix(metadata.MAC, "ENC[AES256_GCM,") || len(metadata.Groups) == 0 {
				t.Errorf("metadata %+v", metadata)
			}
			encrypted := 0
			for _, node := range leavesOf(response.Tree) {
				if strings.HasPrefix(string(content(t, node)), "ENC[AES256_GCM,") {
					encrypted++
				}
			}
			expected := len(vector.Comments)
			for _, leaf := range vector.Leaves {
				if leaf.Kind == "encrypted" {
					expected++
				}
			}
			if encrypted != expected {
				t.Errorf("%d encrypted leaves and comments, expected %d", encrypted, expected)
			}
		})
	}
}

// TestScalars types every plain scalar in the table and has sops print it
// again after encryption.
func TestScalars(t *testing.T) {
	rows := 0
	for line := range strings.Lines(string(readVector(t, "scalars.tsv"))) {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		fields := strings.Split(strings.TrimRight(line, "\n"), "\t")
		if len(fields) != 4 {
			t.Fatalf("malformed row %q", line)
		}
		rows++
		scalar, kind, expected, printed := fields[0], fields[1], fields[2], fields[3]
		t.Run(scalar, func(t *testing.T) {
			plain := []byte("v: " + scalar + "\n")
			sealed := ask(t, Request{
				Op: "encrypt", Format: "yaml", Data: plain,
				Recipients: []string{recipient(t, "keys/x25519-a.txt")},
			})
			if kind == "error" {
				if sealed.OK {
					t.Error("sops encrypts it")
				}
				return
			}
			loaded := mustAsk(t, Request{Op: "load_plain", Format: "yaml", Data: plain})
			node := loaded.Tree[0].Items[0]
			if node.Kind != kind || string(content(t, node)) != expected {
				t.Errorf("%s %q, expected %s %q", node.Kind, content(t, node), kind, expected)
			}
			if !sealed.OK {
				t.Fatal(sealed.Error)
			}
			again := mustAsk(t, Request{
				Op: "decrypt", Format: "yaml", Data: sealed.Data, Identities: allIdentities(t),
			})
			if got := strings.TrimSuffix(strings.TrimPrefix(string(again.Data), "v: "), "\n"); got != printed {
				t.Errorf("printed as %q, expected %q", got, printed)
			}
		})
	}
	if rows < 100 {
		t.Errorf("only %d rows", rows)
	}
}

func TestRoundTrip(t *testing.T) {
	a, b := recipient(t, "keys/x25519-a.txt"), recipient(t, "keys/x25519-b.txt")
	cases := []struct {
		name     string
		request  Request
		selected []string
	}{
		{"yaml", Request{Format: "yaml", Data: []byte("a: 1\nb_unencrypted: x\n")}, []string{"a:"}},
		{"json", Request{Format: "json", Data: []byte(`{"a": {"b": 2.5}}`)}, []string{"a:b:"}},
		{"dotenv", Request{Format: "dotenv", Data: []byte("A=1\n#c\n")}, []string{"A:", ":"}},
		{"ini", Request{Format: "ini", Data: []byte("[s]\nk = v\n")}, []string{"s:k:"}},
		{"binary", Request{Format: "binary", Data: []byte{0, 255, 10}}, []string{"data:"}},
		{"encrypted regex", Request{Format: "yaml", Data: []byte("a: 1\nb: 2\n"), EncryptedRegex: "^b$"}, []string{"b:"}},
		{"unencrypted regex", Request{Format: "yaml", Data: []byte("a: 1\nb: 2\n"), UnencryptedRegex: "^b$"}, []string{"a:"}},
		{"encrypted suffix", Request{Format: "yaml", Data: []byte("a: 1\nb_x: 2\n"), EncryptedSuffix: "_x"}, []string{"b_x:"}},
		{"comment regex", Request{Format: "yaml", Data: []byte("a: 1\n# hide\nb: 2\n"), EncryptedCommentRegex: "hide"}, []string{"b:"}},
		{"only encrypted", Request{Format: "yaml", Data: []byte("a: 1\nb: 2\n"), EncryptedRegex: "^b$", MACOnlyEncrypted: true}, []string{"b:"}},
		{"groups", Request{Format: "yaml", Data: []byte("a: 1\n"), Groups: [][]string{{a}, {b}, {a, b}}, Threshold: 2}, []string{"a:"}},
		{"selectors are dropped for binary", Request{Format: "binary", Data: []byte("x"), EncryptedRegex: "nothing"}, []string{"data:"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			request := c.request
			request.Op = "encrypt"
			if request.Groups == nil {
				request.Recipients = []string{a}
			}
			sealed := mustAsk(t, request)
			opened := mustAsk(t, Request{
				Op: "decrypt", Format: request.Format, Data: sealed.Data, Identities: allIdentities(t),
			})
			if groups := opened.Metadata.Groups; len(groups) != max(1, len(request.Groups)) || opened.Metadata.Threshold != request.Threshold {
				t.Errorf("%d groups with threshold %d", len(groups), opened.Metadata.Threshold)
			}
			request.Op, request.Recipients, request.Groups, request.Threshold = "load_plain", nil, nil, 0
			plain := mustAsk(t, request)
			if got, expected := nodesText(t, opened.Tree), nodesText(t, plain.Tree); got != expected {
				t.Errorf("decrypts to %s, expected %s", got, expected)
			}
			if opened.MAC != plain.MAC {
				t.Errorf("MAC %s, expected %s", opened.MAC, plain.MAC)
			}
			var selected []string
			for _, node := range leavesOf(plain.Tree) {
				if node.Selected {
					selected = append(selected, *node.AAD)
				}
			}
			if fmt.Sprint(selected) != fmt.Sprint(c.selected) {
				t.Errorf("selects %q, expected %q", selected, c.selected)
			}
		})
	}
}

// nodesText writes a dump for comparison.
func nodesText(t *testing.T, nodes []*Node) string {
	t.Helper()
	text, err := json.Marshal(nodes)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRefusals(t *testing.T) {
	key := recipient(t, "keys/x25519-a.txt")
	cases := []struct {
		request Request
		exit    int
	}{
		{Request{Op: "encrypt", Format: "yaml", Data: []byte("sops: 1\n")}, 203},
		{Request{Op: "encrypt", Format: "dotenv", Data: []byte("sops_a=1\n")}, 203},
		{Request{Op: "encrypt", Format: "yaml", Data: nil}, 92},
		{Request{Op: "encrypt", Format: "yaml", Data: []byte("1: x\n")}, 23},
		{Request{Op: "encrypt", Format: "yaml", Data: []byte("a: [\n")}, 2},
		{Request{Op: "encrypt", Format: "json", Data: []byte("[]")}, 2},
		{Request{Op: "encrypt", Format: "yaml", Data: []byte("a: 1\n"), EncryptedRegex: "a", EncryptedSuffix: "a"}, 8},
		{Request{Op: "decrypt", Format: "yaml", Data: []byte("a: 1\n")}, 1},
		{Request{Op: "decrypt", Format: "nonsense"}, 1},
		{Request{Op: "nonsense", Format: "yaml"}, 1},
	}
	for _, c := range cases {
		if c.request.Op == "encrypt" {
			c.request.Recipients = []string{key}
		}
		response := ask(t, c.request)
		if response.OK || response.ExitCode != c.exit || response.Error == "" {
			t.Errorf("%s of %q: %+v, expected exit status %d", c.request.Op, c.request.Data, response, c.exit)
		}
	}
}

func TestMACMismatch(t *testing.T) {
	key := recipient(t, "keys/x25519-a.txt")
	sealed := mustAsk(t, Request{
		Op: "encrypt", Format: "yaml", Data: []byte("a: 1\nb_unencrypted: x\n"), Recipients: []string{key},
	})
	forged := bytes.Replace(sealed.Data, []byte("b_unencrypted: x"), []byte("b_unencrypted: y"), 1)
	request := Request{Op: "decrypt", Format: "yaml", Data: forged, Identities: allIdentities(t)}
	if response := ask(t, request); response.OK || response.ExitCode != 51 {
		t.Errorf("a forged clear value is accepted: %+v", response)
	}
	request.IgnoreMAC = true
	mustAsk(t, request)
}

func TestWarnings(t *testing.T) {
	key := recipient(t, "keys/x25519-a.txt")
	sealed := mustAsk(t, Request{Op: "encrypt", Format: "yaml", Data: []byte("a: 1\n"), Recipients: []string{key}})
	response := mustAsk(t, Request{
		Op: "decrypt", Format: "yaml", Data: append([]byte("# clear\n"), sealed.Data...), Identities: allIdentities(t),
	})
	if len(response.Warnings) != 1 || response.Warnings[0].Fields["comment"] != " clear" {
		t.Errorf("warnings %+v", response.Warnings)
	}
	response = mustAsk(t, Request{Op: "decrypt", Format: "yaml", Data: sealed.Data, Identities: allIdentities(t)})
	if len(response.Warnings) != 0 {
		t.Errorf("warnings of another request: %+v", response.Warnings)
	}
}

func TestWalkError(t *testing.T) {
	for _, text := range []string{"1: x\n", "a: 9223372036854775808\n"} {
		response := mustAsk(t, Request{Op: "load_plain", Format: "yaml", Data: []byte(text)})
		if response.WalkError == "" || response.Tree[0].Items[0].AAD != nil {
			t.Errorf("%q: %+v", text, response)
		}
	}
}

// TestDump looks at every part of a node.
func TestDump(t *testing.T) {
	response := mustAsk(t, Request{
		Op: "load_plain", Format: "yaml", WantMACInput: true,
		Data: []byte("# top\na: 0x1F # side\nb_unencrypted: [x, ~, !!binary /w==, 2001-01-01]\n!!binary /w==: {}\n"),
	})
	expected := `[{"kind":"map","items":[` +
		`{"kind":"comment","text":" top","aad":":","selected":true},` +
		`{"kind":"comment","text":" side","inline":true,"aad":":","selected":true},` +
		`{"key":"a","kind":"int","text":"31","aad":"a:","selected":true,"in_mac":true},` +
		`{"key":"b_unencrypted","kind":"list","items":[` +
		`{"kind":"str","text":"x","aad":"b_unencrypted:","in_mac":true},` +
		`{"kind":"null"},` +
		`{"kind":"str","b64":"/w==","aad":"b_unencrypted:","in_mac":true},` +
		`{"kind":"time","text":"2001-01-01T00:00:00Z","aad":"b_unencrypted:","in_mac":true}]},` +
		`{"key_b64":"/w==","kind":"map","items":[]}]}]`
	if got := nodesText(t, response.Tree); got != expected {
		t.Errorf("dumped as %s, expected %s", got, expected)
	}
	if got := string(response.MACInput); got != "31x\xff2001-01-01T00:00:00Z" {
		t.Errorf("MAC input %q", got)
	}
}

// TestEmit prints what was dumped.
func TestEmit(t *testing.T) {
	for _, name := range []string{"types.plain.yaml", "comments.plain.yaml", "multidoc.plain.yaml", "types.plain.json", "simple.plain.env", "simple.plain.ini", "raw.plain.bin"} {
		t.Run(name, func(t *testing.T) {
			format := map[string]string{".yaml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini", ".bin": "binary"}[filepath.Ext(name)]
			data := readVector(t, "made/"+name)
			loaded := mustAsk(t, Request{Op: "load_plain", Format: format, Data: data})
			printed := mustAsk(t, Request{Op: "emit", Format: format, Tree: loaded.Tree})
			if !bytes.Equal(printed.Data, data) {
				t.Errorf("printed as %q, expected %q", printed.Data, data)
			}
		})
	}
}

func TestSetUnsetRotate(t *testing.T) {
	a, b := recipient(t, "keys/x25519-a.txt"), recipient(t, "keys/x25519-b.txt")
	identities := allIdentities(t)
	sealed := mustAsk(t, Request{
		Op: "encrypt", Format: "yaml", Data: []byte("a: [x, y]\nb: same\n"), Recipients: []string{a},
	})
	print := func(data []byte) string {
		return string(mustAsk(t, Request{Op: "decrypt", Format: "yaml", Data: data, Identities: identities}).Data)
	}

	changed := mustAsk(t, Request{
		Op: "set", Format: "yaml", Data: sealed.Data, Identities: identities,
		Path: []PathStep{{"a"}, {1}}, Value: json.RawMessage(`{"n": 1}`),
	})
	if got := print(changed.Data); got != "a:\n    - x\n    - \"n\": 1\nb: same\n" || !*changed.Changed {
		t.Errorf("set gives %q", got)
	}
	kept := func(data []byte) string {
		_, rest, _ := strings.Cut(string(data), "\nb: ")
		line, _, _ := strings.Cut(rest, "\n")
		return line
	}
	if kept(changed.Data) != kept(sealed.Data) {
		t.Error("set changes the ciphertext of another value")
	}

	removed := mustAsk(t, Request{
		Op: "unset", Format: "yaml", Data: changed.Data, Identities: identities, Path: []PathStep{{"a"}},
	})
	if got := print(removed.Data); got != "b: same\n" {
		t.Errorf("unset gives %q", got)
	}

	rotated := mustAsk(t, Request{
		Op: "rotate", Format: "yaml", Data: removed.Data, Identities: identities,
		AddRecipients: []string{b}, RemoveRecipients: []string{a},
	})
	if got := print(rotated.Data); got != "b: same\n" || kept(rotated.Data) == kept(sealed.Data) {
		t.Errorf("rotate gives %q", got)
	}
	metadata := mustAsk(t, Request{Op: "load_encrypted", Format: "yaml", Data: rotated.Data}).Metadata
	if len(metadata.Groups) != 1 || len(metadata.Groups[0]) != 1 || metadata.Groups[0][0].Recipient != b {
		t.Errorf("rotate leaves %+v", metadata.Groups)
	}
}

// TestSetPanics shows that a panic inside sops becomes an answer.
func TestSetPanics(t *testing.T) {
	sealed := mustAsk(t, Request{
		Op: "encrypt", Format: "yaml", Data: []byte("a: [x]\n"), Recipients: []string{recipient(t, "keys/x25519-a.txt")},
	})
	response := ask(t, Request{
		ID: json.RawMessage("7"), Op: "set", Format: "yaml", Data: sealed.Data, Identities: allIdentities(t),
		Path: []PathStep{{"a"}, {"key"}}, Value: json.RawMessage("1"),
	})
	if response.OK || !response.Panic || string(response.ID) != "7" {
		t.Errorf("got %+v", response)
	}
}

func TestMalformedRequests(t *testing.T) {
	for _, line := range []string{"", "{", `{"op": "encrypt", "colour": 1}`, `{} {}`, `{"op": "set", "path": [1.5]}`} {
		if response := answer([]byte(line), warnings); response.OK || response.Panic {
			t.Errorf("%q: %+v", line, response)
		}
	}
}

// supervise has the supervisor answer requests with the test program as its
// worker, and gives the workers as well.
func supervise(t *testing.T, timeout time.Duration, requests ...Request) ([]*Response, []*exec.Cmd) {
	t.Helper()
	var input, output bytes.Buffer
	for _, request := range requests {
		line, err := json.Marshal(&request)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	var workers []*exec.Cmd
	supervisor := supervisor{
		command: func() *exec.Cmd {
			command := exec.Command(os.Args[0])
			command.Env = append(os.Environ(), workerVariable+"=1")
			workers = append(workers, command)
			return command
		},
		timeout: timeout,
	}
	if err := supervisor.run(&input, &output); err != nil {
		t.Fatal(err)
	}
	var responses []*Response
	scanner := bufio.NewScanner(&output)
	for scanner.Scan() {
		response := new(Response)
		if err := json.Unmarshal(scanner.Bytes(), response); err != nil {
			t.Fatal(err)
		}
		responses = append(responses, response)
	}
	if len(responses) != len(requests) {
		t.Fatalf("%d responses to %d requests", len(responses), len(requests))
	}
	return responses, workers
}

var small = Request{ID: json.RawMessage(`"small"`), Op: "load_plain", Format: "yaml", Data: []byte("a: 1\n")}

// TestCrash has a document contain itself, which overflows the stack in sops.
func TestCrash(t *testing.T) {
	endless := Request{ID: json.RawMessage(`"endless"`), Op: "load_plain", Format: "yaml", Data: []byte("a: 1\n---\na: &x [*x]\n")}
	responses, workers := supervise(t, time.Minute, small, endless, small)
	if !responses[0].OK || !responses[2].OK {
		t.Errorf("the requests around the crash: %+v, %+v", responses[0], responses[2])
	}
	crash := responses[1]
	if crash.OK || !crash.Panic || !crash.Crash || string(crash.ID) != `"endless"` || !strings.Contains(crash.Error, "stack overflow") {
		t.Errorf("got %+v", crash)
	}
	if len(workers) != 2 || workers[1].ProcessState.ExitCode() != 0 {
		t.Errorf("workers %v", workers)
	}
}

// TestTimeout gives sops a map with more keys than it can compare in time.
func TestTimeout(t *testing.T) {
	var keys bytes.Buffer
	for i := range 100000 {
		fmt.Fprintf(&keys, "k%d: 1\n", i)
	}
	slow := Request{ID: json.RawMessage(`"slow"`), Op: "load_plain", Format: "yaml", Data: keys.Bytes()}
	responses, workers := supervise(t, 2*time.Second, slow, small)
	if responses[0].OK || !responses[0].Timeout || string(responses[0].ID) != `"slow"` {
		t.Errorf("got %+v", responses[0])
	}
	if !responses[1].OK {
		t.Errorf("the request after it: %+v", responses[1])
	}
	if len(workers) != 2 || workers[0].ProcessState.ExitCode() != -1 {
		t.Errorf("the worker was not killed: %v", workers[0].ProcessState)
	}
}
