package text

import (
	_ "embed"
	"strings"
	"sync"
)

// Han characters that aren't used in all of simplified Chinese, traditional Chinese and Japanese: one line for each
// set of these that a character is used in. data/README.md says where the lists come from.
//
//go:embed data/han.txt
var hanData string

// Bits of the writings that a character is used in.
const (
	inHans = 1 << iota
	inHant
	inJapanese
)

// hanUse gives the bits of each character of the block U+4E00 to U+9FFF; 0 stands for all.
var hanUse = sync.OnceValue(func() *[0x5200]uint8 {
	use := new([0x5200]uint8)
	for line := range strings.Lines(hanData) {
		names, chars, _ := strings.Cut(strings.TrimSpace(line), " ")
		var bits uint8
		for name := range strings.SplitSeq(names, "+") {
			switch name {
			case "hans":
				bits |= inHans
			case "hant":
				bits |= inHant
			case "ja":
				bits |= inJapanese
			}
		}
		for _, r := range chars {
			if r >= 0x4E00 && r < 0xA000 {
				use[r-0x4E00] = bits
			}
		}
	}
	return use
})

// eastAsianLanguage tells Japanese and the writings of Chinese apart. Kana beyond a stray "の" is Japanese.
func eastAsianLanguage(s, hint string, letters *[scripts]int) string {
	kana, han := letters[Hiragana]+letters[Katakana], letters[Han]
	if kana > 0 && (han == 0 || kana*10 >= han || kana >= 2 && kana*20 >= han || hint == "ja" && letters[Hiragana] > 0) {
		return "ja"
	}
	use := hanUse()
	hans, hant, ja, seen := 0, 0, 0, 0 // characters that speak against each
	for _, r := range s {
		if r == '々' {
			hans, hant = hans+1, hant+1
		}
		if r < 0x4E00 || r >= 0xA000 {
			continue
		}
		if seen++; seen > sample {
			break
		}
		if bits := use[r-0x4E00]; bits != 0 {
			if bits&inHans == 0 {
				hans++
			}
			if bits&inHant == 0 {
				hant++
			}
			if bits&inJapanese == 0 {
				ja++
			}
		}
	}
	ja += seen / 8 // Japanese rarely goes on that long without Kana
	least := min(hans, hant, ja)
	switch {
	case hint == "ja" && ja <= least, hint == "zh-Hant" && hant <= least, hint == "zh-Hans" && hans <= least:
		return hint
	case hans == least:
		return "zh-Hans"
	case hant == least:
		return "zh-Hant"
	}
	return "ja"
}
