package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// minPart is how many bytes the parts of a sentence have at least.
const minPart = 25

// part cuts an English sentence where the mark between two was lost, as between a caption and the paragraph below it: "… on the
// quay The ferry was built …". A function word with a capital begins a sentence there when a word stands before it that isn't one,
// and one after it, both in small letters; in a title ("The Great Escape") the next word has a capital too.
func part(s string, whole text.Span) []text.Span {
	var parts []text.Span
	start := whole.Start
	for i := whole.Start; i < whole.End; i++ {
		if s[i] != ' ' || i-start < minPart || whole.End-i < minPart {
			continue
		}
		before := s[start:i]
		word, rest, _ := strings.Cut(s[i+1:whole.End], " ")
		if beginners[word] && smallWord(before[strings.LastIndexByte(before, ' ')+1:]) && startsSmall(rest) {
			parts = append(parts, text.Span{Start: start, End: i})
			start = i + 1
		}
	}
	return append(parts, text.Span{Start: start, End: whole.End})
}

// beginners are function words that English sentences begin with and that are no names.
var beginners = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(`The A An In On At But And He She It They This That These Those His Her Their For As When After
		Before While With One Some There If By To From`) {
		m[w] = true
	}
	return m
}()

// smallWord reports whether w is a whole word in small letters, or a number, that isn't a function word.
func smallWord(w string) bool {
	last, _ := utf8.DecodeLastRuneInString(w)
	first, _ := utf8.DecodeRuneInString(w)
	return len(w) > 2 && !unicode.IsUpper(first) && (unicode.IsLower(last) || unicode.IsDigit(last) || strings.ContainsRune("’'”)", last)) &&
		!text.Stopword(w, "en")
}

func startsSmall(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return !unicode.IsUpper(r)
}
