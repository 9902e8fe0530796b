package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/text"
)

// backwards says what a sentence takes from those before it in its article.
type backwards int

const (
	toNothing  backwards = iota
	toStory              // speaks of somebody or something as known: "the company", "the victim". Any earlier sentence may tell of them
	toPrevious           // means something only right after the sentence before it: "he", "however", "police also"
	toNobody             // turns to something else ("meanwhile"), or quotes somebody whom it doesn't name
)

// minSpeaker is how many words a sentence has besides a quotation when it says who speaks: less is "Smith said".
const minSpeaker = 4

// leadIn is how many words a sentence may have before a pronoun that points out of it ("Asked whether he …").
const leadIn = 8

// pointsBack tells what s, which isn't the first sentence of its article, takes from those before it.
func pointsBack(s, lang string) backwards {
	lang = text.Base(lang)
	switch folded := bare(s); {
	case startsWith(phrases().asides[lang], folded):
		return toNobody
	case startsWith(phrases().previous[lang], folded):
		return toPrevious
	}
	outside, quoted := unquoted(s)
	switch folded := bare(outside); {
	case quoted && (text.WordCount(outside, lang) < minSpeaker || startsWith(phrases().previous[lang], folded)):
		return toNobody
	case pronounFirst(outside, folded, lang):
		return toPrevious
	case says(phrases().also[lang], beginning(folded)):
		return toPrevious
	case startsWith(phrases().story[lang], folded):
		return toStory
	}
	return toNothing
}

// beginning is s up to its fifth space, and no more than 60 bytes of it; nothing stands so far from the verb where there are no spaces.
func beginning(s string) string {
	const bytes, spaces = 60, 5
	seen := 0
	for i, r := range s {
		if unicode.IsSpace(r) {
			seen++
		}
		if seen == spaces || i > bytes {
			return s[:i]
		}
	}
	return s
}

// bare is s folded, without what stands in front of its first letter or digit.
func bare(s string) string {
	return text.Fold(strings.TrimLeftFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }))
}

// pronounFirst reports whether a person's pronoun stands near the beginning of s and nobody is named in front of it: "In his speech",
// "Asked whether she".
func pronounFirst(s, folded, lang string) bool {
	list := phrases().people[lang]
	if len(list) == 0 || startsWith(phrases().articles[lang], folded) {
		return false
	}
	for n, w := range text.Words(s, lang) {
		switch {
		case n >= leadIn:
			return false
		case startsWith(list, w.Text):
			return true
		case n > 0 && unicode.IsUpper([]rune(s[w.Start:w.End])[0]), n == 0 && !text.Stopword(w.Text, lang) && !opensClause(w.Text, lang):
			return false
		case n > 0 && startsWith(phrases().articles[lang], w.Text) && lang != "en":
			return false // a noun follows that the pronoun may stand for
		}
	}
	return false
}

// opensClause reports whether an English sentence begins with a participle: "Asked", "Speaking".
func opensClause(word, lang string) bool {
	return lang == "en" && (strings.HasSuffix(word, "ing") || strings.HasSuffix(word, "ed"))
}

// unquoted is s without what it quotes, and whether it begins with a quotation.
func unquoted(s string) (string, bool) {
	var out strings.Builder
	opens, first := rune(0), false
	var last rune
	for i, r := range s {
		switch {
		case opens == 0 && opensQuote(r, last):
			opens = r
			first = first || strings.TrimSpace(s[:i]) == ""
		case opens != 0 && closesQuote(opens, r, s[i:]):
			opens = 0
		case opens == 0:
			out.WriteRune(r)
		}
		last = r
	}
	return out.String(), first
}

func opensQuote(r, last rune) bool {
	switch r {
	case '“', '„', '«', '「', '『', '‘':
		return true
	case '"', '”', '\'':
		return !unicode.IsLetter(last) && !unicode.IsDigit(last)
	}
	return false
}

func closesQuote(opened, r rune, rest string) bool {
	switch opened {
	case '“', '”':
		return r == '”'
	case '„':
		return r == '“' || r == '”'
	case '«':
		return r == '»'
	case '「':
		return r == '」'
	case '『':
		return r == '』'
	case '"':
		return r == '"'
	}
	if r != '’' && r != '\'' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(rest[utf8.RuneLen(r):])
	return !unicode.IsLetter(next) // no apostrophe
}

// shortened are the names of the sentence that are short for one in full somewhere before it: "Kim" for "Jina Kim". Its first word, whose
// capital says nothing, is one when it stands there as one.
func (c *candidate) shortened() []string {
	lang := c.article.Language
	var names, short []string
	if words := strings.FieldsFunc(c.text(), func(r rune) bool { return !unicode.IsLetter(r) && r != '-' }); len(words) > 0 && !text.Stopword(words[0], lang) {
		names = append(names, words[0])
	}
	for _, n := range text.Names(c.text(), lang) {
		if !strings.Contains(n.Text, " ") {
			names = append(names, n.Text)
		}
	}
	for _, n := range names {
		if !standsInFull(n, c.text(), lang) && standsInFull(n, c.article.Text[:c.start], lang) {
			short = append(short, n)
		}
	}
	return short
}

// standsInFull reports whether a name, or an initial, stands before name somewhere in s.
func standsInFull(name, s, lang string) bool {
	for {
		i := strings.Index(s, " "+name)
		if i < 0 {
			return false
		}
		before := s[strings.LastIndexAny(s[:i], " \n")+1 : i]
		first, n := utf8.DecodeRuneInString(before)
		last, _ := utf8.DecodeLastRuneInString(before)
		after, _ := utf8.DecodeRuneInString(s[i+1+len(name):])
		if !unicode.IsLetter(after) && unicode.IsUpper(first) && (before[n:] == "." || unicode.IsLower(last) && !text.Stopword(before, lang)) {
			return true
		}
		s = s[i+1:]
	}
}
