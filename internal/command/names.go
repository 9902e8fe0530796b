package command

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	prose "newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// names finds things by what is typed of their names. It is one long text, a line for each name, which is looked through from the start:
// 100,000 names are a few megabytes, and a search for bytes takes them in a millisecond.
type names struct {
	lines  string  // each begins with a line break
	starts []int32 // where each begins
}

// newNames makes names of nameKeys.
func newNames(keys []string) names {
	var lines strings.Builder
	starts := make([]int32, len(keys))
	for i, k := range keys {
		starts[i] = int32(lines.Len())
		lines.WriteByte('\n')
		lines.WriteString(k)
	}
	return names{lines.String(), starts}
}

// fit is how well a name fits what was typed.
type fit int

const (
	whole  fit = iota // it is that
	begins            // it begins with it
	inside            // one of its words begins with it
	holds
	misses
)

// named is a name that fits what was typed, by its place in the list.
type named struct {
	item int
	fit  fit
}

// maxHeld is how many lines are looked at that merely hold what was typed: where there are so many, it says little.
const maxHeld = 20_000

// find returns at most n names that fit a typedKey, best first and of equals in the order of the list.
func (s names) find(typed string, n int) []named {
	var hits []named
	if typed == "" {
		for i := range min(n, len(s.starts)) {
			hits = append(hits, named{i, begins})
		}
		return hits
	}
	for at := 0; len(hits) < n; {
		i := strings.Index(s.lines[at:], "\n"+typed)
		if i < 0 {
			break
		}
		line, end := s.line(at + i)
		hits = append(hits, named{line, fitOf(typed, s.lines[at+i+1:end])})
		at = end
	}
	beginning := len(hits)
	var held []named
	for at, looked := 0, 0; len(hits) < n && looked < maxHeld; looked++ {
		i := strings.Index(s.lines[at:], typed)
		if i < 0 {
			break
		}
		line, end := s.line(at + i)
		switch h := (named{line, fitOf(typed, s.lines[s.starts[line]+1:end])}); h.fit {
		case inside:
			hits = append(hits, h)
		case holds:
			if len(held) < n {
				held = append(held, h)
			}
		}
		at = end
	}
	slices.SortStableFunc(hits[:beginning], func(a, b named) int { return int(a.fit - b.fit) })
	hits = append(hits, held...)
	return hits[:min(n, len(hits))]
}

// line is the line that a place is in, and where it ends.
func (s names) line(at int) (line, end int) {
	line = sort.Search(len(s.starts), func(i int) bool { return int(s.starts[i]) > at }) - 1
	if line+1 < len(s.starts) {
		return line, int(s.starts[line+1])
	}
	return line, len(s.lines)
}

// Other ways to type a name come behind this in a nameKey.
const behind = '\x1f'

// fitOf says how well a name fits what was typed.
func fitOf(typed, name string) fit {
	best := misses
	for at := 0; ; {
		i := strings.Index(name[at:], typed)
		if i < 0 {
			return best
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(name[:at])
		switch rest := name[at+len(typed):]; {
		case at == 0 && (rest == "" || rest[0] == behind):
			return whole
		case at == 0:
			return begins
		case !unicode.IsLetter(before) && !unicode.IsDigit(before) && !unicode.IsMark(before):
			return inside
		}
		if !byChance(typed) {
			best = holds
		}
		at++
	}
}

// byChance reports whether something typed is inside words by chance: one or two kana or letters of Hangul.
func byChance(typed string) bool {
	for _, r := range typed {
		if !unicode.In(r, unicode.Hangul, unicode.Katakana, unicode.Mn) {
			return false
		}
	}
	return fewerThan(3, typed)
}

// fewerThan reports whether something typed has fewer than n letters.
func fewerThan(n int, typed string) bool {
	for _, r := range typed {
		if !unicode.IsMark(r) {
			n--
		}
	}
	return n > 0
}

// typedKey is what was typed as it is looked for in nameKeys: what people and their input methods write differently is the same in it.
// Case, width and accents don't count, nor whether Chinese characters are traditional and kana Hiragana; a hyphen is a space. Hangul is the
// letters that are typed for it one after the other, so that each state of a half-typed word begins the whole one: 기, 깋, 기후.
func typedKey(s string) string {
	var out strings.Builder
	space := false
	for _, r := range norm.NFD.String(topic.Simplify(prose.Fold(s))) {
		switch {
		case r == '-' || r == '_' || unicode.IsSpace(r) || unicode.IsControl(r):
			space = out.Len() > 0
			continue
		case r >= 0x300 && r <= 0x36F: // accents
			continue
		}
		if space {
			out.WriteByte(' ')
			space = false
		}
		switch letters, other := hangul[r], otherLetters[r]; {
		case letters != "":
			out.WriteString(letters)
		case other != "":
			out.WriteString(other)
		case r >= 'ぁ' && r <= 'ゖ':
			out.WriteRune(r + 'ァ' - 'ぁ')
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// spelledOut is the typedKey of a name with its umlauts written as people without their keys do, "" for one without umlauts.
func spelledOut(s string) string {
	plain := norm.NFC.String(strings.ToLower(s))
	if spelled := umlauts.Replace(plain); spelled != plain {
		return typedKey(spelled)
	}
	return ""
}

// nameKey is a name as typedKeys are looked for in it: its own, that of its umlauts spelled out, and for Hangul also the first consonants
// of its syllables, as people type them (ㄱㅎ for 기후).
func nameKey(s string) string {
	key := typedKey(s)
	if spelled := spelledOut(s); spelled != "" {
		key += string(behind) + spelled
	}
	var firsts strings.Builder
	found := false
	for _, r := range norm.NFKC.String(s) {
		if r < firstSyllable || r > lastSyllable {
			firsts.WriteByte(' ')
			continue
		}
		found = true
		firsts.WriteString(hangul[firstInitial+(r-firstSyllable)/syllablesPerInitial])
	}
	if !found {
		return key
	}
	return key + string(behind) + strings.TrimSpace(firsts.String())
}

// The blocks of Hangul, section 3.12 of the Unicode Standard.
const (
	firstSyllable, lastSyllable = '가', '힣'
	syllablesPerInitial         = 588

	firstInitial, firstVowel, firstFinal = 0x1100, 0x1161, 0x11A8
)

// hangul is what is typed for each letter that NFD makes of a syllable, as letters that stand alone.
var hangul = func() map[rune]string {
	letters := map[rune]string{}
	for first, row := range map[rune]string{
		firstInitial: "ㄱ ㄲ ㄴ ㄷ ㄸ ㄹ ㅁ ㅂ ㅃ ㅅ ㅆ ㅇ ㅈ ㅉ ㅊ ㅋ ㅌ ㅍ ㅎ",
		firstVowel:   "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ",
		firstFinal:   "ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ",
	} {
		for i, l := range strings.Fields(row) {
			letters[first+rune(i)] = l
		}
	}
	return letters
}()

// otherLetters are Latin letters that NFD leaves whole, as people without their keys write them.
var otherLetters = map[rune]string{'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i"}
