package summary

import (
	"fmt"

	"newsbrief/internal/news"
)

// Kind says what sort of thing in a sentence its article doesn't carry.
type Kind string

const (
	Citation Kind = "citation" // the article it cites is none of those given
	Verbatim Kind = "verbatim" // an extractive sentence doesn't stand where it says
	Figure   Kind = "number"
	Named    Kind = "name"
	Dated    Kind = "date" // a month, day of the week, or day of a month
	Quoted   Kind = "quote"
	Linked   Kind = "url"
	Negated  Kind = "negation"  // says no where the article says yes, or the other way round
	Unsaid   Kind = "statement" // most of its words are nowhere in the article
)

// Problem is something in a brief that its sources don't carry.
type Problem struct {
	Sentence int // index into Brief.Sentences, -1 for the headline
	Kind     Kind
	What     string // the words at fault
}

func (p Problem) String() string {
	if p.Sentence < 0 {
		return fmt.Sprintf("the %s %q of the headline is not in the articles", p.Kind, p.What)
	}
	return fmt.Sprintf("the %s %q of sentence %d is not in the article it cites", p.Kind, p.What, p.Sentence+1)
}

// Check compares every sentence of a brief with the article it cites, and the headline of a model's brief with all of them. It
// returns what they don't carry; nil means that all is well. Numbers, names, dates, quotations and addresses must stand in the
// article, in whatever form its language writes them; where a sentence follows one of the article's closely they must stand there,
// so that figures or people can't change places. An extractive sentence must besides be the article's, byte for byte.
func Check(b news.Brief, articles []news.Article) []Problem {
	given := make(map[news.ArticleID]*news.Article, len(articles))
	for i := range articles {
		given[articles[i].ID] = &articles[i]
	}
	read := map[news.ArticleID]*evidence{}
	var problems []Problem
	for i, s := range b.Sentences {
		a := given[s.Article]
		if a == nil {
			problems = append(problems, Problem{i, Citation, s.Text})
			continue
		}
		if b.Model == "" && (s.Start < 0 || s.Start >= s.End || s.End > len(a.Text) || a.Text[s.Start:s.End] != s.Text) {
			problems = append(problems, Problem{i, Verbatim, s.Text})
			continue
		}
		if len(s.Text) > maxClaim {
			if b.Model != "" {
				problems = append(problems, Problem{i, Unsaid, s.Text[:maxClaim]})
			}
			continue
		}
		if read[a.ID] == nil {
			read[a.ID] = newEvidence(a)
		}
		for _, f := range read[a.ID].missing(newClaim(s.Text, b.Language)) {
			problems = append(problems, Problem{i, f.kind, f.what})
		}
	}
	if b.Model != "" {
		problems = append(problems, checkHeadline(b, articles)...)
	}
	return problems
}

// maxClaim is how many bytes a sentence may have: nobody writes longer ones, so a model's is refused unread; one that stands in its
// article has been found there already.
const maxClaim = 4000

// checkHeadline asks for one article that carries the headline.
func checkHeadline(b news.Brief, articles []news.Article) []Problem {
	if len(b.Headline) > maxClaim {
		return []Problem{{-1, Unsaid, b.Headline[:maxClaim]}}
	}
	var least []fault
	for i := range articles {
		faults := newEvidence(&articles[i]).missing(newClaim(b.Headline, b.Language))
		if len(faults) == 0 {
			return nil
		}
		if least == nil || len(faults) < len(least) {
			least = faults
		}
	}
	var problems []Problem
	for _, f := range least {
		problems = append(problems, Problem{-1, f.kind, f.what})
	}
	return problems
}

// fault is something a claim says and its article doesn't.
type fault struct {
	kind Kind
	what string
}
