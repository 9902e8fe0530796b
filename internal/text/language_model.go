package text

import (
	"compress/flate"
	_ "embed"
	"encoding/binary"
	"io"
	"math/bits"
	"strings"
	"sync"
	"unicode/utf8"
)

// The character model: data/generate_languages.go writes it and describes its format; data/README.md says where it
// comes from.
//
//go:embed data/languages.bin
var languageData string

const (
	maxLanguages    = 48
	maxFunctionWord = 12
	weightSteps     = 8               // weights are in eighths of a natural logarithm
	functionBonus   = 4 * weightSteps // for a word that is on the stop-word list of the language
	charBits        = 12
	ngramMask       = 1<<(5*charBits) - 1
)

// model holds, for each n-gram of one to five characters, its weight for some languages.
type model struct {
	tags          []string
	prior         [maxLanguages]int32
	ofScript      [scripts][]int
	functionWords map[string]uint64 // word to the set of languages

	// The n-grams are a hash table with open addressing. A slot holds the upper half of the hash and where in
	// weights the n-gram's list begins: a length, then pairs of language and weight.
	slots   []slot
	weights []byte
}

type slot struct{ check, at uint32 }

// Languages of much or little news. What isn't listed counts in full; the figures are natural logarithms.
var priors = map[string]int32{
	"da": -1, "nb": -1, "fi": -1, "hu": -1, "ro": -1, "bg": -1, "sr": -1, "hr": -1, "sk": -1, "ca": -3, "sl": -3, "et": -3, "lv": -3, "lt": -3,
	"is": -3, "sq": -3, "eu": -3, "tl": -3, "sw": -3, "af": -3, "cy": -3, "ga": -3, "az": -3, "be": -3, "mk": -3, "kk": -3, "mn": -3, "ur": -3, "mr": -3,
}

// languageModel decodes the model when it is first needed. The data is part of the program, so that anything wrong
// with it is a mistake in the build and panics.
var languageModel = sync.OnceValue(func() *model {
	raw, err := io.ReadAll(flate.NewReader(strings.NewReader(languageData)))
	if err != nil {
		panic("text: language model: " + err.Error())
	}
	m := &model{functionWords: map[string]uint64{}}
	count := int(raw[0])
	raw = raw[1:]
	for range count {
		end := 0
		for raw[end] != ' ' {
			end++
		}
		m.tags = append(m.tags, string(raw[:end]))
		raw = raw[end+1:]
	}
	for l, tag := range m.tags {
		m.prior[l] = priors[tag] * weightSteps
		script := Latin
		switch tag {
		case "ru", "uk", "bg", "sr", "be", "mk", "kk", "mn":
			script = Cyrillic
		case "ar", "fa", "ur":
			script = Arabic
		case "hi", "mr":
			script = Devanagari
		}
		m.ofScript[script] = append(m.ofScript[script], l)
		for w := range stopwords()[tag] {
			if utf8.RuneCountInString(w) <= maxFunctionWord {
				m.functionWords[w] |= 1 << l
			}
		}
	}
	m.read(raw)
	return m
})

// read fills the table.
func (m *model) read(raw []byte) {
	ngrams := binary.LittleEndian.Uint32(raw)
	raw = raw[4:]
	size := 1 << bits.Len(uint(ngrams)*3/2)
	m.slots = make([]slot, size)
	m.weights = make([]byte, 1, len(raw)/2) // position 0 means an empty slot
	var chars [5]uint32
	for i := 0; i < len(raw); {
		shared, more := int(raw[i]&7), int(raw[i]>>3)
		i++
		for k := range more {
			r, n := utf8.DecodeRune(raw[i:])
			chars[shared+k] = charCode(r)
			i += n
		}
		var key uint64
		usable := true
		for _, c := range chars[:shared+more] {
			key = key<<charBits | uint64(c)
			usable = usable && c != 0
		}
		n := 1 + 2*int(raw[i])
		if usable {
			h := hashNgram(key)
			at := int(h) & (size - 1)
			for m.slots[at].at != 0 {
				at = (at + 1) & (size - 1)
			}
			m.slots[at] = slot{check: uint32(h >> 32), at: uint32(len(m.weights))}
			m.weights = append(m.weights, raw[i:i+n]...)
		}
		i += n
	}
}

// add adds the weights of the n-grams that end with the last character of key, one to five characters long.
func (m *model) add(key uint64, scores *[maxLanguages]int32) {
	mask := len(m.slots) - 1
	for width := charBits; width <= 5*charBits; width += charBits {
		k := key & (1<<width - 1)
		if width > charBits && k>>(width-charBits) == 0 {
			return // the word is shorter
		}
		h := hashNgram(k)
		for at := int(h) & mask; m.slots[at].at != 0; at = (at + 1) & mask {
			if m.slots[at].check != uint32(h>>32) {
				continue
			}
			list := m.weights[m.slots[at].at:]
			n := 1 + 2*int(list[0])
			for i := 1; i < n; i += 2 {
				scores[list[i]] += int32(int8(list[i+1]))
			}
			break
		}
	}
}

func hashNgram(key uint64) uint64 {
	key *= 0x9E3779B97F4A7C15
	key ^= key >> 32
	key *= 0xD6E8FEB86659FD93
	return key ^ key>>29
}

// charCode numbers the characters of the modelled scripts within charBits bits; 0 is none of them. The letters of
// U+1E00 to U+1EFF (Vietnamese among them) take the place of Tibetan.
func charCode(r rune) uint32 {
	switch {
	case r < 0xF00:
		return uint32(r)
	case r >= 0x1E00 && r < 0x1F00:
		return uint32(r - 0x1E00 + 0xF00)
	}
	return 0
}
