package command

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"newsbrief/internal/news"
	prose "newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// telling is an article with what of a topic was found in it, that first which says most.
type telling struct {
	article news.Article
	found   []topic.Found
}

// quote is a stretch of an article that has words of a topic: its title, or a sentence of its text.
type quote struct {
	article news.Article
	title   bool
	from    string             // the title or the text
	cut     prose.Span         // the stretch
	marks   []prose.Span       // the words in it, in order
	words   map[string]float64 // the same, by how much they say
}

// quotes are at most n stretches of the tellings, those first that say most beside those before them. An article of which only the title
// may be shown is quoted by that alone.
func quotes(n int, tellings ...telling) []quote {
	var all []quote
	for _, t := range tellings {
		all = append(all, stretches(t)...)
	}
	var best []quote
	shown := map[string]bool{}
	for len(best) < n {
		at, most := -1, 0.
		for i, q := range all {
			says := 0.
			for w, weight := range q.words {
				if !shown[w] {
					says += weight
				}
			}
			if says > most {
				at, most = i, says
			}
		}
		if at < 0 {
			break
		}
		for w := range all[at].words {
			shown[w] = true
		}
		best = append(best, all[at])
	}
	return best
}

// maxMarked is how many of the words that were found in an article are marked in quotes.
const maxMarked = 6

// stretches are all stretches of a telling in which something was found.
func stretches(t telling) []quote {
	byPlace := map[prose.Span]*quote{}
	var order []*quote
	var sentences []prose.Span
	for i, f := range t.found[:min(len(t.found), maxMarked)] {
		cut, from := prose.Span{End: len(t.article.Title)}, t.article.Title
		switch {
		case f.In == topic.InText && !t.article.TitleOnly:
			if sentences == nil {
				sentences = prose.Sentences(t.article.Text, t.article.Language)
			}
			at := slices.IndexFunc(sentences, func(s prose.Span) bool { return f.Start < s.End })
			if at < 0 {
				continue
			}
			cut, from = prose.Span{Start: min(f.Start, sentences[at].Start), End: max(f.End, sentences[at].End)}, t.article.Text
		case f.In != topic.InTitle:
			continue
		}
		key := cut
		if f.In == topic.InTitle {
			key = prose.Span{Start: -1}
		}
		q := byPlace[key]
		if q == nil {
			q = &quote{article: t.article, title: f.In == topic.InTitle, from: from, cut: cut, words: map[string]float64{}}
			byPlace[key] = q
			order = append(order, q)
		}
		q.marks = append(q.marks, prose.Span{Start: f.Start, End: f.End})
		q.words[fold(f.Word)] = max(q.words[fold(f.Word)], 1/float64(1+i))
	}
	all := make([]quote, len(order))
	for i, q := range order {
		q.marks = joined(q.marks)
		all[i] = *q
	}
	return all
}

// joined sorts spans and makes one of those that touch.
func joined(spans []prose.Span) []prose.Span {
	slices.SortFunc(spans, func(a, b prose.Span) int { return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End)) })
	out := spans[:1]
	for _, s := range spans[1:] {
		if last := &out[len(out)-1]; s.Start <= last.End {
			last.End = max(last.End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

const (
	quoteBefore = 100 // bytes of a sentence before its first word of the topic
	quoteBytes  = 280 // of a sentence that are shown
)

// line is the quote with its words in bold; of a long sentence the part around its first word.
func (q quote) line() Line {
	cut := q.cut
	if cut.End-cut.Start > quoteBytes {
		cut.Start = atWord(q.from, max(cut.Start, q.marks[0].Start-quoteBefore), q.marks[0].Start)
		cut.End = max(q.marks[0].End, atWord(q.from, min(cut.End, cut.Start+quoteBytes), cut.End))
	}
	line := Line{}
	add := func(s string, bold bool) {
		if s = strings.ReplaceAll(s, "\n", " "); s != "" {
			line = append(line, Span{Text: s, Bold: bold})
		}
	}
	if cut.Start > q.cut.Start {
		add("…", false)
	}
	at := cut.Start
	for _, m := range q.marks {
		if m.End > cut.End {
			break
		}
		add(q.from[at:m.Start], false)
		add(q.from[m.Start:m.End], true)
		at = m.End
	}
	add(q.from[at:cut.End], false)
	if cut.End < q.cut.End {
		add("…", false)
	}
	return line
}

// cited is the quote in quotation marks, with who told it.
func (q quote) cited(a Ask) Line {
	source := Span{Text: outletName(q.article), URL: q.article.URL}
	line := append(a.quoted(q.line()), Span{Text: " — "})
	if q.title {
		return append(line, a.line("in the title, %s", source)...)
	}
	return append(line, source)
}

// atWord moves at to where the next word begins, if that is near and not behind limit; else to where the next character does.
func atWord(s string, at, limit int) int {
	const near = 30
	if at <= 0 || at >= limit {
		return min(at, limit)
	}
	for i := at; i < min(limit, at+near); i++ {
		if s[i-1] == ' ' || s[i-1] == '\n' {
			return i
		}
	}
	for at < limit && !utf8.RuneStart(s[at]) {
		at++
	}
	return at
}
