package summary

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// TranslatedNote is the Note of a model's brief with sentences whose articles are in other languages.
const TranslatedNote = "What sources in other languages say was translated by the model."

// maxAnswer is how many bytes of a model's text are looked at. An answer has about a thousand.
const maxAnswer = 1 << 16

// written is the form in which a model answers, and in which its answers are kept.
type written struct {
	Headline  string            `json:"headline"`
	Sentences []writtenSentence `json:"sentences"`
}

type writtenSentence struct {
	Text    string `json:"text"`
	Article int    `json:"article"` // number of the article it is taken from, from 1
}

// parse finds the JSON object in what a model says. Many set it between fences or polite words, or think aloud before it.
func parse(answer string) (w written, err error) {
	if i := strings.LastIndex(answer, "</think>"); i >= 0 {
		answer = answer[i:]
	}
	answer = answer[:min(len(answer), maxAnswer)]
	for tries := 0; tries < 20; tries++ {
		from := strings.IndexByte(answer, '{')
		if from < 0 {
			break
		}
		answer = answer[from:]
		w = written{}
		if err := json.NewDecoder(strings.NewReader(answer)).Decode(&w); err == nil && len(w.Sentences) > 0 {
			return w, nil
		}
		answer = answer[1:]
	}
	return written{}, fmt.Errorf("%w: it holds no JSON object of the form asked for", errUnusable)
}

// brief makes a brief of an answer, or says in an error what is wrong with it: errUnusable, or errUnfaithful where it fails the check.
func (q *question) brief(w written, model string) (news.Brief, error) {
	told, others := q.told, q.others
	b := frame(told, others)
	b.Model = model
	if languageOf(told[0]) != text.Base(q.language) {
		b.Language = q.language
	}
	b.Headline = text.Truncate(text.Clean(w.Headline), maxHeadline, "…")
	count, cited, whole := 0, map[news.ArticleID]bool{}, b.Headline
	for i, s := range w.Sentences {
		if s.Article < 1 || s.Article > len(q.shown) {
			return news.Brief{}, fmt.Errorf("%w: sentence %d names no article", errUnusable, i+1)
		}
		a := q.shown[s.Article-1]
		sentence := text.Clean(s.Text)
		if l := languageOf(a); l != text.Base(q.language) && text.Base(text.Language(sentence, q.language)) == l {
			return news.Brief{}, fmt.Errorf("%w: sentence %d is not translated", errUnusable, i+1)
		}
		count += words(sentence, b.Language)
		cited[a.ID] = true
		whole += "\n" + sentence
		b.Sentences = append(b.Sentences, news.Sentence{Text: sentence, Article: a.ID})
	}
	switch {
	case b.Headline == "":
		return news.Brief{}, fmt.Errorf("%w: it has no headline", errUnusable)
	case len(b.Sentences) == 0 || len(b.Sentences) > q.o.Sentences:
		return news.Brief{}, fmt.Errorf("%w: it has %d sentences", errUnusable, len(b.Sentences))
	case count > q.o.Words && len(b.Sentences) > 1:
		return news.Brief{}, fmt.Errorf("%w: its sentences have %d words together", errUnusable, count)
	case text.Base(text.Language(whole, q.language)) != text.Base(q.language):
		return news.Brief{}, fmt.Errorf("%w: it is not written in the language with the tag %q", errUnusable, q.language)
	}
	problems := Check(b, q.shown)
	for i, s := range b.Sentences {
		if mark := foreign(s.Text, q.article(s.Article)); mark != "" {
			problems = append(problems, Problem{Sentence: i, Kind: Linked, What: mark})
		}
	}
	if len(problems) > 0 {
		return news.Brief{}, &unfaithful{problems}
	}

	translated := false
	for _, a := range others {
		if cited[a.ID] {
			told = append(told[:len(told):len(told)], a)
		}
	}
	b.Also = slices.DeleteFunc(b.Also, func(s news.Source) bool { return cited[s.Article] })
	for _, a := range told {
		translated = translated || cited[a.ID] && languageOf(a) != text.Base(q.language)
	}
	finish(&b, told)
	if translated {
		b.Note = strings.TrimSpace(b.Note + " " + TranslatedNote)
	}
	return b, nil
}

func (q *question) article(id news.ArticleID) news.Article {
	return q.shown[slices.IndexFunc(q.shown, func(a news.Article) bool { return a.ID == id })]
}

// marked finds what could be a host's name, and what means something to Discord or to a reader of markup.
var marked = regexp.MustCompile("[A-Za-z0-9-]\\.[A-Za-z]{2,}|://|[@#<>|\\\\`*_~{}\\[\\]]")

// foreign is the first piece of a sentence that looks like an address, a mention or markup and is not in the article as it stands.
func foreign(sentence string, a news.Article) string {
	for _, piece := range strings.Fields(sentence) {
		piece = strings.Trim(piece, `.,;:!?()"'“”‘’«»„`)
		piece = strings.TrimSuffix(strings.TrimSuffix(piece, "'s"), "’s")
		if marked.MatchString(piece) && !strings.Contains(a.Text, piece) && !strings.Contains(a.Title, piece) {
			return piece
		}
	}
	return ""
}

// unfaithful is errUnfaithful with what was found.
type unfaithful struct{ problems []Problem }

func (e *unfaithful) Error() string {
	parts := make([]string, len(e.problems))
	for i, p := range e.problems {
		parts[i] = p.String()
	}
	return errUnfaithful.Error() + ": " + strings.Join(parts, "; ")
}

func (e *unfaithful) Is(target error) bool { return target == errUnfaithful }
