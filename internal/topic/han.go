package topic

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// The characters that han.txt speaks of lie in the block of CJK Unified Ideographs.
const firstHan, lastHan = 0x4E00, 0x9FFF

// simplified is the simplified character of each one of the block that has another; profiles/han.txt holds the pairs.
var simplified = sync.OnceValue(func() *[lastHan - firstHan + 1]uint16 {
	var to [lastHan - firstHan + 1]uint16
	for line := range strings.Lines(readProfile("han.txt")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for pair := range strings.FieldsSeq(line) {
			from, n := utf8.DecodeRuneInString(pair)
			simple, _ := utf8.DecodeRuneInString(pair[n:])
			to[from-firstHan] = uint16(simple)
		}
	}
	return &to
})

// Simplify writes Chinese in simplified characters. Each character keeps its place: both forms take three bytes.
func Simplify(s string) string {
	table := simplified()
	for i, r := range s {
		if r >= firstHan && r <= lastHan && table[r-firstHan] != 0 {
			return s[:i] + strings.Map(func(r rune) rune {
				if r >= firstHan && r <= lastHan && table[r-firstHan] != 0 {
					return rune(table[r-firstHan])
				}
				return r
			}, s[i:])
		}
	}
	return s
}
