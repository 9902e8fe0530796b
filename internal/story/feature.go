package story

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// feature is one word of an article that can tie it to a story.
type feature struct {
	term    string  // folded and stemmed
	surface string  // as the article writes it
	weight  float64 // 1 for a word of the title, less for one that stands elsewhere
	common  float64 // share of stories that are expected to use it, whatever was seen so far; 0: unknown
}

const (
	slugWeight = 0.5 // a word that only the address holds
	textWeight = 0.3 // a word that only the beginning of the text holds

	openingBytes = 900 // how much of a text is looked at; news says first what happened
	maxTextTerms = 60
)

// features are the distinct words of an article, weightiest use of each, in order: title, address, text. Stop words are left
// out.
func features(d Doc, lang string) []feature {
	var fs []feature
	seen := map[string]struct{}{}
	take := func(s string, weight float64, most int) {
		for _, t := range text.Terms(s, lang) {
			if most == 0 {
				return
			}
			surface := s[t.Start:t.End]
			if _, ok := seen[t.Text]; ok || text.Stopword(surface, lang) || !telling1(t.Text) {
				continue
			}
			seen[t.Text] = struct{}{}
			fs = append(fs, feature{term: t.Text, surface: surface, weight: weight, common: commonness(t.Text, surface, lang)})
			most--
		}
	}
	take(possessive(d.Title), 1, -1)
	take(slug(d.URL), slugWeight, -1)
	take(d.Text, textWeight, maxTextTerms)
	return fs
}

// telling1 reports whether a term can tell anything: single Latin letters and kana can't.
func telling1(t string) bool {
	r, n := utf8.DecodeRuneInString(t)
	if n < len(t) {
		return true
	}
	return unicode.IsDigit(r) || unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hangul, r)
}

// possessive drops the English 's, which otherwise makes a name another word.
func possessive(s string) string {
	return strings.NewReplacer("'s ", " ", "’s ", " ", "s' ", "s ", "s’ ", "s ").Replace(s)
}

// slug returns the words an address repeats of the title, which feeds often cut short: the longest part of its path that is
// made of at least three words.
func slug(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	best := ""
	for part := range strings.SplitSeq(u.Path, "/") {
		words := strings.FieldsFunc(part, func(r rune) bool { return r == '-' || r == '_' || r == '+' || r == '.' || r == ',' || r == ' ' })
		kept := words[:0]
		for _, w := range words {
			if strings.IndexFunc(w, func(r rune) bool { return !unicode.IsLetter(r) }) < 0 && w != "html" && w != "htm" && w != "php" && w != "aspx" {
				kept = append(kept, w)
			}
		}
		if joined := strings.Join(kept, " "); len(kept) >= 3 && len(joined) > len(best) {
			best = joined
		}
	}
	return best
}

// opening is the beginning of a text, cut after a character.
func opening(s string) string {
	if len(s) <= openingBytes {
		return s
	}
	n := openingBytes
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
