package summary

import (
	"fmt"
	"strings"

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
	Opposed  Kind = "opposite"  // says that something rose where the article says that it fell, and the like
	Unsaid   Kind = "statement" // most of its words are nowhere in the article
)

// Problem is something in a brief that its sources don't carry.
type Problem struct {
	Sentence int // index into Brief.Sentences, -1 for the headline
	Kind     Kind
	What     string // the words at fault
	Instead  string // what the article says in their place, "" if nothing
}

// String says what is wrong in words that a model and an operator understand.
func (p Problem) String() string {
	where, not := "the headline", "which no article has"
	if p.Sentence >= 0 {
		where, not = fmt.Sprintf("sentence %d", p.Sentence+1), "which the article it cites has not"
	}
	switch p.Kind {
	case Citation:
		return where + " cites none of the articles"
	case Verbatim:
		return where + " does not stand where it says in the article it cites"
	case Unsaid:
		return where + " says what its article does not say"
	case Negated:
		return fmt.Sprintf("%s says no where its article says yes, or the other way round: %q", where, p.Instead)
	case Opposed:
		return fmt.Sprintf("%s says %q, the opposite of its article's %q", where, p.What, p.Instead)
	}
	if p.Instead != "" {
		return fmt.Sprintf("%s has the %s %q where its article has %q", where, p.Kind, p.What, p.Instead)
	}
	return fmt.Sprintf("%s has the %s %q, %s", where, p.Kind, p.What, not)
}

// Check compares every sentence of a brief with the article it cites, and the headline with all of them. It returns what they don't
// carry; nil means that all is well.
//
// A sentence that stands in its article needs no more. In any other each number, name, date, quotation and address must stand in the
// article, in whatever form its language writes them: as word or digits, inflected, abbreviated, the day of "yesterday". Where the
// sentence follows one of the article's closely they must stand there, so that figures or people can't change places, nor may it say no
// or the opposite of what is said there. A sentence in another language than its article's is held to what both have: numbers, dates,
// addresses, quotations word for word, places and bodies of data/places.txt, and names in their own letters or transcribed ones.
//
// An extractive sentence must be the article's, byte for byte. The headline must be carried by one of the articles.
func Check(b news.Brief, articles []news.Article) []Problem {
	given := make(map[news.ArticleID]*news.Article, len(articles))
	for i := range articles {
		given[articles[i].ID] = &articles[i]
	}
	read := map[news.ArticleID]*evidence{}
	evidenceOf := func(a *news.Article) *evidence {
		if read[a.ID] == nil {
			read[a.ID] = newEvidence(a)
		}
		return read[a.ID]
	}
	var problems []Problem
	for i, s := range b.Sentences {
		a := given[s.Article]
		switch {
		case a == nil:
			problems = append(problems, Problem{Sentence: i, Kind: Citation, What: s.Text})
		case b.Model == "":
			if s.Start < 0 || s.Start >= s.End || s.End > len(a.Text) || a.Text[s.Start:s.End] != s.Text {
				problems = append(problems, Problem{Sentence: i, Kind: Verbatim, What: s.Text})
			}
		default:
			for _, f := range evidenceOf(a).missing(s.Text, b.Language) {
				problems = append(problems, Problem{i, f.kind, f.what, f.instead})
			}
		}
	}
	if b.Headline == "" || len(articles) == 0 || standsIn(b.Headline, articles) {
		return problems
	}
	var least []fault
	for i := range articles {
		faults := evidenceOf(&articles[i]).missing(b.Headline, b.Language)
		if len(faults) == 0 {
			return problems
		}
		if least == nil || len(faults) < len(least) {
			least = faults
		}
	}
	for _, f := range least {
		problems = append(problems, Problem{-1, f.kind, f.what, f.instead})
	}
	return problems
}

// standsIn reports whether a headline is an article's title, or the beginning of it or of its text.
func standsIn(headline string, articles []news.Article) bool {
	h := squeeze(headline)
	for i := range articles {
		if strings.HasPrefix(squeeze(articles[i].Title)+" ", h+" ") || strings.HasPrefix(squeeze(articles[i].Text[:min(len(articles[i].Text), 4*len(headline)+8)]), h) {
			return true
		}
	}
	return false
}

// fault is something a claim says and its article doesn't.
type fault struct {
	kind    Kind
	what    string
	instead string
}
