package pipeline

import (
	"newsbrief/internal/news"
	"newsbrief/internal/story"
	"newsbrief/internal/text"
)

// mostUnheard is how many comparisons one article may cost for guilds that follow some of its story's feeds only.
const mostUnheard = 40

// addition is what a telling says that those before it don't.
type addition struct {
	news     []news.Sentence
	corrects bool
}

// unheard makes the tellings that a guild knows say what they bring to it. As they are stored, they say what no feed told before, and a
// feed that brought it first may be another guild's. What a telling says of its own earlier version is the same for all.
func (r *reader) unheard(visible []news.Article) {
	begun, missed := map[string]bool{}, map[string]bool{} // languages that the event was told in, in which the guild was not told something
	at := 0
	for _, t := range r.tellings {
		language := text.Base(t.Language)
		if at == len(visible) || visible[at].ID != t.ID {
			missed[language] = missed[language] || !begun[language] || len(t.News) > 0 || t.Corrects
		} else {
			if v := &visible[at]; missed[language] && len(v.News) == 0 && !v.Corrects && v.Edited.IsZero() {
				v.News, v.Corrects = r.additions(visible[:at], *v)
			}
			at++
		}
		begun[language] = true
	}
}

// additions are story.Additions of a telling to others; the same are looked for once.
func (r *reader) additions(others []news.Article, t news.Article) ([]news.Sentence, bool) {
	known := toldBy(others, t.Language)
	key := t.ID.String()
	for _, k := range known {
		key += " " + k.Article.String()
	}
	a, ok := r.p.additions[key]
	if !ok {
		if r.compared++; r.compared > mostUnheard {
			return nil, false
		}
		a.news, a.corrects = story.Additions(known, storyDoc(t))
		r.p.additions[key] = a
	}
	return a.news, a.corrects
}
