package summary

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Options say what a brief should be like. The zero value means the defaults.
type Options struct {
	Words     int    // the most words of all sentences together; 60 by default
	Sentences int    // the most sentences; 3 by default
	Language  string // BCP 47: what a model writes in, and the telling that is preferred without one; "" leaves it to the articles
	Aside     bool   // for one reader, not for a channel: half of a model's budget is left to others
}

const (
	defaultWords     = 60
	defaultSentences = 3
)

func (o Options) withDefaults() Options {
	if o.Words <= 0 {
		o.Words = defaultWords
	}
	if o.Sentences <= 0 {
		o.Sentences = defaultSentences
	}
	return o
}

// Notes of a brief that holds less than the articles.
const (
	TeaserNote = "From a teaser; the whole article is at the source." // its sources were not free to read
	TitleNote  = "Only the title: there was no text to take sentences from."
	SetNote    = "Title and link only: so set here." // all its sources are followed for titles only
)

// Extract makes a brief out of sentences that stand in the articles, word for word: Sentence.Text is Text[Start:End] of its
// article. The articles tell one story, in any languages and in order of arrival; the brief is in one of the languages, and the
// tellings in the others become Also. The sentences come from the first telling and from those that brought news (Article.News);
// one whose figures a later telling has overtaken is left out. A brief of nothing but titles has no sentences, nor has one of
// teasers that break off. A single sentence may be longer than the limit when no shorter one will do.
func Extract(articles []news.Article, o Options) news.Brief {
	o = o.withDefaults()
	told, others := split(articles, o.Language)
	if len(told) == 0 {
		return news.Brief{}
	}
	b := frame(told, others)
	for _, from := range bases(told) {
		all := candidates(from, b.Headline, b.Language)
		dropOvertaken(all)
		chosen := choose(all, o)
		for _, c := range chosen {
			b.Sentences = append(b.Sentences, news.Sentence{Text: c.text(), Article: c.article.ID, Start: c.start, End: c.end})
		}
		if len(chosen) > 0 {
			break
		}
	}
	finish(&b, told)
	return b
}

// split chooses the language of the brief and parts the articles by it. The order is kept.
func split(articles []news.Article, preferred string) (told, others []news.Article) {
	if len(articles) == 0 {
		return nil, nil
	}
	weight := map[string]int{}
	for _, a := range articles {
		n := 2
		if a.Teaser || a.Text == "" {
			n = 1
		}
		weight[languageOf(a)] += n
	}
	best := text.Base(plainTag(preferred))
	if weight[best] == 0 {
		best = languageOf(articles[0])
		for _, a := range articles {
			if l := languageOf(a); weight[l] > weight[best] {
				best = l
			}
		}
	}
	for _, a := range articles {
		if languageOf(a) == best {
			told = append(told, a)
		} else {
			others = append(others, a)
		}
	}
	return told, others
}

func languageOf(a news.Article) string {
	if l := text.Base(plainTag(a.Language)); l != "" {
		return l
	}
	return text.Base(text.Language(a.Title+" "+text.Truncate(a.Text, 600, ""), ""))
}

// frame is the brief without sentences and sources: what the articles alone decide.
func frame(told, others []news.Article) news.Brief {
	lead := leading(retold(told))
	b := news.Brief{
		Story: lead.Story, Language: lead.Language, Headline: headline(lead), Image: lead.Image, ImageAlt: lead.ImageAlt,
		Published: lead.Published,
	}
	if b.Language == "" {
		b.Language = languageOf(lead)
	}
	for _, a := range told {
		if b.Image == "" {
			b.Image, b.ImageAlt = a.Image, a.ImageAlt
		}
		if earlier(a.Published, b.Published) {
			b.Published = a.Published
		}
	}
	for _, a := range others {
		b.Also = append(b.Also, source(a))
	}
	return b
}

func earlier(t, than time.Time) bool { return !t.IsZero() && (than.IsZero() || t.Before(than)) }

// finish fills in what follows from the sentences: the order of the sources, a headline where no title was given, the note, and the
// latest news.
func finish(b *news.Brief, told []news.Article) {
	rank := map[news.ArticleID]int{}
	for i, s := range b.Sentences {
		if _, ok := rank[s.Article]; !ok {
			rank[s.Article] = i + 1
		}
	}
	b.Sources = nil
	for _, a := range told {
		b.Sources = append(b.Sources, source(a))
	}
	place := func(s news.Source) int {
		if r := rank[s.Article]; r > 0 {
			return r
		}
		return len(b.Sentences) + 1
	}
	slices.SortStableFunc(b.Sources, func(x, y news.Source) int { return cmp.Compare(place(x), place(y)) })
	if b.Headline == "" && len(b.Sentences) > 0 {
		b.Headline = text.Truncate(text.Clean(b.Sentences[0].Text), maxHeadline, "…")
	}
	switch {
	case !slices.ContainsFunc(told, func(a news.Article) bool { return !a.TitleOnly }):
		b.Note = SetNote
	case !slices.ContainsFunc(told, func(a news.Article) bool { return !a.Teaser }):
		b.Note = TeaserNote
	case len(b.Sentences) == 0:
		b.Note = TitleNote
	}
	b.Update = update(told)
}

func source(a news.Article) news.Source {
	return news.Source{Article: a.ID, Name: a.Source, Title: a.Title, URL: a.URL, Language: a.Language, Published: a.Published}
}

const maxHeadline = 160 // code points

// headline is the article's title on one line, without the outlet's name at its end.
func headline(a news.Article) string {
	t := text.Clean(a.Title)
	for _, sep := range []string{" - ", " | ", " – ", " — ", " · "} {
		if i := strings.LastIndex(t, sep); i > 0 && text.Fold(t[i+len(sep):]) == text.Fold(a.Source) {
			t = t[:i]
		}
	}
	return text.Truncate(t, maxHeadline, "…")
}
