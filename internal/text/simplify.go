package text

import (
	_ "embed"
	"strings"
	"sync"
	"unicode/utf8"
)

// Traditional Chinese characters, each followed by the simplified one that is written for it. data/README.md says where they come from.
//
//go:embed data/simplified.txt
var simplifiedData string

// simplified gives the simplified character for each of the block U+4E00 to U+9FFF; 0 stands for itself.
var simplified = sync.OnceValue(func() *[0x5200]uint16 {
	table := new([0x5200]uint16)
	for pair := range strings.FieldsSeq(simplifiedData) {
		from, n := utf8.DecodeRuneInString(pair)
		to, _ := utf8.DecodeRuneInString(pair[n:])
		table[from-0x4E00] = uint16(to)
	}
	return table
})

// Simplify writes Chinese in simplified characters, by which texts of both scripts are compared. Each character keeps its place: both
// forms take three bytes. Where several are written for one, the most usual is taken. All other writing stays.
func Simplify(s string) string {
	table := simplified()
	var b []byte
	for i, r := range s {
		if r < 0x4E00 || r >= 0xA000 || table[r-0x4E00] == 0 {
			continue
		}
		if b == nil {
			b = []byte(s)
		}
		utf8.EncodeRune(b[i:], rune(table[r-0x4E00]))
	}
	if b == nil {
		return s
	}
	return string(b)
}
