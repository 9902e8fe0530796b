package search

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Query says what to look for. Text is what a person typed:
//
//	words           any order, any inflection; up to a handful all must be there if that finds anything
//	"a phrase"      the words side by side
//	-word -"phrase" not there
//	prefix*         words that begin so
//	title:word      in the title
//	source:reuters  from an outlet whose name has the word
//	lang:ko         in a language
//
// Whatever else stands there is looked for as it is; no text is an error.
type Query struct {
	Text     string
	Since    time.Time     // published at or after, zero for any
	Until    time.Time     // published before, zero for any
	Source   string        // words of the outlet's name, "" for any
	Language string        // BCP 47, its base counts; "" for any
	Feeds    []news.FeedID // carried by one of these; nil for any
	Now      time.Time     // set: newer articles and those of stories with many tellings rank a little higher
	Stories  bool          // one hit for a story, its best telling
	Limit    int           // at most so many hits; 0 means 10
	Offset   int           // leave out so many of the best first
}

// Fields that a word may be asked for in.
const (
	titleField  = "title"
	sourceField = "source"
	langField   = "lang"
)

// clause is one word or phrase of a query.
type clause struct {
	raw    string
	quoted bool
	prefix bool
	not    bool
	field  string // titleField, sourceField, langField, or "" for title and text
}

// These bound what a stranger's query costs; more is not looked at.
const (
	maxQueryBytes = 4000
	maxClauses    = 64
	maxUnits      = 128 // terms in all, and words of a phrase
)

// closing quotation marks by the opening one. Guillemets and corner brackets are not among them: people paste headlines, and there
// these set off names and sayings.
var closing = map[rune]string{'"': `"”“`, '“': `”“"`, '„': `“”"`, '”': `”"`, '＂': `＂"`}

// parse cuts a text into clauses. A word that is said again counts again, all else is asked once. A quotation mark that is never closed
// is no quotation mark.
func parse(s string) []clause {
	if len(s) > maxQueryBytes {
		s = s[:maxQueryBytes]
	}
	runes := []rune(strings.ToValidUTF8(s, " "))
	var clauses []clause
	for i := 0; i < len(runes) && len(clauses) < maxClauses; {
		if unicode.IsSpace(runes[i]) {
			i++
			continue
		}
		var c clause
		if (runes[i] == '-' || runes[i] == '−') && i+1 < len(runes) && !unicode.IsSpace(runes[i+1]) {
			c.not = true
			i++
		}
		field, n := fieldPrefix(runes[i:])
		c.field = field
		i += n
		if i < len(runes) && closing[runes[i]] != "" {
			if n := closingQuote(runes[i:]); n > 0 {
				c.raw, c.quoted = string(runes[i+1:i+n]), true
				i += n + 1
				clauses = appendClause(clauses, c)
				continue
			}
			i++
		}
		from := i
		for i < len(runes) && !unicode.IsSpace(runes[i]) && closing[runes[i]] == "" {
			i++
		}
		c.raw = string(runes[from:i])
		if trimmed := strings.TrimRight(c.raw, "*"); trimmed != c.raw && !strings.ContainsRune(trimmed, '*') {
			c.raw, c.prefix = trimmed, true
		}
		clauses = appendClause(clauses, c)
	}
	return clauses
}

func appendClause(clauses []clause, c clause) []clause {
	if strings.IndexFunc(c.raw, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) < 0 {
		return clauses
	}
	if word := (clause{raw: c.raw}); c != word && slices.Contains(clauses, c) {
		return clauses
	}
	return append(clauses, c)
}

func fieldPrefix(runes []rune) (field string, n int) {
	for _, name := range []string{titleField, sourceField, langField} {
		n := len(name)
		if len(runes) > n+1 && strings.EqualFold(string(runes[:n]), name) && (runes[n] == ':' || runes[n] == '：') && !unicode.IsSpace(runes[n+1]) {
			return name, n + 1
		}
	}
	return "", 0
}

func closingQuote(runes []rune) int {
	closers := closing[runes[0]]
	for i := 1; i < len(runes); i++ {
		if strings.ContainsRune(closers, runes[i]) {
			return i
		}
	}
	return 0
}

// wanted are the tongues a query's words are stemmed in.
func (q Query) tongues(present []string) []string {
	if base := text.Base(q.Language); base != "" {
		return []string{base}
	}
	tongues := present
	if base := text.Base(text.Language(q.Text, "")); base != "" {
		tongues = append([]string{base}, tongues...)
	}
	return tongues
}
