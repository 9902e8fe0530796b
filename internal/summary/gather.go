package summary

import (
	"newsbrief/internal/news"
)

const gatherWords = 150

// Gather makes one brief out of the briefs of several stories, which come most important first: the first sentence of each,
// as many as fit into o.Words (150 by default), each with its source. left is how many stories are not in it. The headline
// stays empty: the caller knows what was asked.
func Gather(briefs []news.Brief, o Options) (b news.Brief, left int) {
	if o.Words <= 0 {
		o.Words = gatherWords
	}
	room := o.Words
	for _, one := range briefs {
		if len(one.Sentences) == 0 {
			left++
			continue
		}
		s := one.Sentences[0]
		n := words(s.Text, one.Language)
		if n > room && len(b.Sentences) > 0 || o.Sentences > 0 && len(b.Sentences) == o.Sentences {
			left++
			continue
		}
		room -= n
		b.Sentences = append(b.Sentences, s)
		for _, src := range one.Sources {
			if src.Article == s.Article {
				b.Sources = append(b.Sources, src)
			}
		}
		if b.Language == "" {
			b.Language = one.Language
		}
		if one.Published.After(b.Published) {
			b.Published = one.Published
		}
	}
	return b, left
}
