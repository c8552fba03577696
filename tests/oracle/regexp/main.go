// Records what Go's regexp package answers, for fixtures/sops/go_regex.
//
//	go run . table     > ../../../fixtures/sops/go_regex/table.jsonl
//	go run . generated > ../../../fixtures/sops/go_regex/generated.jsonl
//
// First line: the texts, in hexadecimal. Then one line per expression: the expression, and `null` if Go refuses it,
// else one digit per text (table) or pairs of text number and answer (generated).
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "table" {
		table()
		return
	}
	generated()
}

func line(value any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
}

func encoded(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, hex.EncodeToString([]byte(text)))
	}
	return all
}

func digit(matched bool) string {
	if matched {
		return "1"
	}
	return "0"
}

func table() {
	line(encoded(texts))
	for _, pattern := range patterns {
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			line([]any{pattern, nil})
			continue
		}
		var answers strings.Builder
		for _, text := range texts {
			answers.WriteString(digit(compiled.MatchString(text)))
		}
		line([]any{pattern, answers.String()})
	}
}

// Pieces of which expressions are put together; most pairs of neighbours are possible.
var atoms = []string{
	"a", "b", "k", "s", "S", "K", "é", "ſ", "K", "σ", "ς", "Σ", "ǆ", "ß", "1", "_", " ", "-", ".", ".", "^", "$",
	`\d`, `\D`, `\s`, `\S`, `\w`, `\W`, `\b`, `\B`, `\A`, `\z`, `\n`, `\t`, `\x41`, `\x{3c3}`, `\101`, `\.`, `\-`, `\_`,
	`\pL`, `\PL`, `\p{Lu}`, `\p{^Lu}`, `\p{Greek}`, `\P{Greek}`, `\pN`, `\p{Nd}`, `\p{Any}`, `\p{ASCII}`, `\p{Zs}`,
	`[a-c]`, `[^a-c]`, `[[:alpha:]]`, `[[:^alpha:]]`, `[[:space:]b]`, `[\d_]`, `[^\w]`, `[\W\d]`, `[a&&b]`, `[]a]`,
	`[^]a]`, `[-a]`, `[a-]`, `[k-s]`, `[σ]`, `[^ſ]`, `[\pL-]`, `[\x00-\x{10FFFF}]`, `[^\x00-\x{10FFFF}]`, `[a~~b]`,
	`\Qa.b\E`, `\Q*`, "(?i)", "(?s)", "(?m)", "(?-i)", "(?U)", "(?is-m)", "{", "}", "{,2}", "]", "a{2", ",", ":",
	`\<`, `\>`, `\Z`, `\C`, `\h`, `\1`, `\8`, `\E`, "(?=a)", "(?!a)", "(?<n>", "(?P<n>a)", "(?>a)", "(?#c)", "[[:x:]]",
	`\p{Nope}`, `\pX`, "[b-a]", "[", `\x{110000}`, `\x4`, "*", ")", "(?P=n)", "[a-\\d]", `[\b]`,
}

// The last 32 are errors, or likely to be; they come seldom.
const errors = 32

var repeats = []string{"*", "+", "?", "*?", "+?", "??", "{2}", "{0,1}", "{1,}", "{2,3}?", "{0}", "{1001}", "{2,1}", "{31}", "**"}

func expression(random *rand.Rand, depth int) string {
	var built strings.Builder
	for range 1 + random.Intn(4) {
		choice := random.Intn(20)
		switch {
		case choice < 3 && depth > 0:
			open := []string{"(", "(?:", "(?i:", "(?s:", "(?m:", "(?i-s:", "(?P<x>", "(?<y>"}[random.Intn(8)]
			built.WriteString(open + expression(random, depth-1) + ")")
		case choice < 5 && depth > 0:
			built.WriteString(expression(random, depth-1) + "|" + expression(random, depth-1))
		case random.Intn(40) == 0:
			built.WriteString(atoms[len(atoms)-1-random.Intn(errors)])
		default:
			built.WriteString(atoms[random.Intn(len(atoms)-errors)])
		}
		if random.Intn(4) == 0 {
			limit := 11
			if random.Intn(12) == 0 {
				limit = len(repeats)
			}
			built.WriteString(repeats[random.Intn(limit)])
		}
	}
	return built.String()
}

var pieces = []string{
	"a", "b", "c", "k", "K", "s", "S", "ſ", "K", "é", "σ", "ς", "Σ", "ß", "ẞ", "ǆ", "ǅ", "Ǆ", "1", "٣", "_", " ", "\t", "\n",
	"\v", "\r", "-", ".", "*", "A", "Z", "{", "&", "~", "\x00", "\u00a0", "日", "😀", "\xff", "\xc3", "\xe2\x82", "\ufffd", "]", "^", ":",
}

func generated() {
	random := rand.New(rand.NewSource(20260101))
	var all []string
	for range 400 {
		var text strings.Builder
		for range random.Intn(7) {
			text.WriteString(pieces[random.Intn(len(pieces))])
		}
		all = append(all, text.String())
	}
	line(encoded(all))
	for range 4000 {
		pattern := expression(random, 3)
		compiled, err := regexp.Compile(pattern)
		if err != nil {
			line([]any{pattern, nil})
			continue
		}
		var answers []string
		for range 5 {
			number := random.Intn(len(all))
			answers = append(answers, fmt.Sprintf("%d:%s", number, digit(compiled.MatchString(all[number]))))
		}
		line([]any{pattern, strings.Join(answers, " ")})
	}
}
