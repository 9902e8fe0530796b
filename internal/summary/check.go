package summary

import (
	"fmt"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Problem is something in a brief that its sources don't carry.
type Problem struct {
	Sentence int    // index into Brief.Sentences, -1 for the headline
	Kind     string // "number", "name", "quote", "date", "url", "citation", "verbatim", …
	What     string // the words at fault
}

func (p Problem) String() string {
	if p.Sentence < 0 {
		return fmt.Sprintf("headline: %s %q is not in the articles", p.Kind, p.What)
	}
	return fmt.Sprintf("sentence %d: %s %q is not in the article it cites", p.Sentence+1, p.Kind, p.What)
}

// Check compares every sentence with the article it cites and returns what is not carried by it; nil means all is well.
func Check(b news.Brief, articles []news.Article) []Problem {
	byID := map[news.ArticleID]*news.Article{}
	for i := range articles {
		byID[articles[i].ID] = &articles[i]
	}
	var problems []Problem
	for i, s := range b.Sentences {
		a := byID[s.Article]
		switch {
		case a == nil:
			problems = append(problems, Problem{i, "citation", s.Text})
			continue
		case b.Model == "":
			if s.Start < 0 || s.End > len(a.Text) || s.Start >= s.End || a.Text[s.Start:s.End] != s.Text {
				problems = append(problems, Problem{i, "verbatim", s.Text})
			}
			continue
		}
		whole := a.Title + "\n" + a.Text
		have := map[string]bool{}
		for _, n := range text.Numbers(whole, a.Language) {
			have[n.Value] = true
		}
		for _, n := range text.Numbers(s.Text, b.Language) {
			if !have[n.Value] {
				problems = append(problems, Problem{i, "number", n.Text})
			}
		}
		folded := text.Fold(whole)
		for _, n := range text.Names(s.Text, b.Language) {
			if !strings.Contains(folded, text.Fold(n.Text)) {
				problems = append(problems, Problem{i, "name", n.Text})
			}
		}
	}
	return problems
}
