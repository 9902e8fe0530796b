package summary

import (
	"slices"
	"strings"

	"newsbrief/internal/text"
)

// misquoted finds a quotation with the name of someone who is not named near it in the article, where others are.
func (e *evidence) misquoted(c *statement) []fault {
	for _, q := range quotes(c.text) {
		said := squeeze(q)
		if strings.Count(said, " ") < 2 {
			continue
		}
		outside := newStatement(strings.Replace(c.text, q, " ", 1), c.base)
		outside.nameFirst(e.caps)
		for i, p := range e.passages {
			if !strings.Contains(squeeze(p.text), said) {
				continue
			}
			near := e.passages[max(0, i-1) : i+1]
			mine, other := "", ""
			for _, n := range outside.names {
				if len(e.nameWords(n.Text, c.base)) == 0 || placeWord(text.Fold(n.Text), c.base) {
					continue
				}
				if slices.ContainsFunc(near, func(q *statement) bool { return partly(e.nameWords(n.Text, c.base), q) }) {
					return nil
				}
				mine = n.Text
			}
			for _, n := range p.names {
				if cased(n.Text) && len(e.nameWords(n.Text, c.base)) > 0 {
					other = n.Text
				}
			}
			if mine != "" && other != "" {
				return []fault{{kind: Named, what: mine, instead: other}}
			}
		}
	}
	return nil
}
