package topic

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// simplified maps traditional Chinese characters to the simplified ones that mean the same; profiles/han.txt holds the pairs.
var simplified = sync.OnceValue(func() map[rune]rune {
	pairs := map[rune]rune{}
	for line := range strings.Lines(readProfile("han.txt")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			from, n := utf8.DecodeRuneInString(pair)
			to, _ := utf8.DecodeRuneInString(pair[n:])
			pairs[from] = to
		}
	}
	return pairs
})

// simplify writes Chinese in simplified characters. Each character keeps its place: both forms take three bytes.
func simplify(s string) string {
	pairs := simplified()
	return strings.Map(func(r rune) rune {
		if to, ok := pairs[r]; ok {
			return to
		}
		return r
	}, s)
}
