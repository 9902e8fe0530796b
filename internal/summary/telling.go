package summary

import (
	"math"
	"slices"
	"time"

	"newsbrief/internal/news"
)

const (
	maxRetold = 6 // tellings that a brief is made of, however many there are
	maxBases  = 3 // tellings tried as the one that a brief begins with
)

// bases are the lists of tellings to make a brief of, best first: what was told at first, and what brought news since. Where the first
// telling has no text, or only a teaser's, another that tells it whole stands for it.
func bases(told []news.Article) [][]news.Article {
	order := slices.Clone(told)
	slices.SortStableFunc(order, func(a, b news.Article) int { return fullness(b) - fullness(a) })
	var lists [][]news.Article
	for _, base := range order[:min(len(order), maxBases)] {
		if base.Text != "" {
			lists = append(lists, append([]news.Article{base}, later(told, base.ID)...))
		}
	}
	return lists
}

func fullness(a news.Article) int {
	switch {
	case a.Text == "":
		return 0
	case a.Teaser:
		return 1
	}
	return 2
}

// later are the latest tellings that brought news, without the one named.
func later(told []news.Article, base news.ArticleID) []news.Article {
	var fresh []news.Article
	for i, a := range told {
		if a.ID != base && bringsNews(told, i) {
			fresh = append(fresh, a)
		}
	}
	return fresh[max(0, len(fresh)-maxRetold+1):]
}

// bringsNews reports whether a telling brought news to those before it. The first one at hand does so only where its outlet wrote the
// news into it later on.
func bringsNews(told []news.Article, i int) bool {
	return (i > 0 || !told[i].Edited.IsZero()) && (len(told[i].News) > 0 || told[i].Corrects)
}

// newsAt is when the news of an article was seen.
func newsAt(a news.Article) time.Time {
	if !a.Edited.IsZero() {
		return a.Edited
	}
	return a.Seen
}

// retold are the tellings whose titles may head the brief: the first one and those that brought news.
func retold(told []news.Article) []news.Article {
	return append([]news.Article{told[0]}, later(told, told[0].ID)...)
}

// update is the latest news that a telling brought, nil when none did.
func update(told []news.Article) *news.Update {
	var u *news.Update
	for i, a := range told {
		if at := newsAt(a); bringsNews(told, i) && (u == nil || !at.Before(u.At)) {
			u = &news.Update{Article: a.ID, Sentences: a.News, Corrects: a.Corrects, At: at}
		}
	}
	return u
}

// leading is the telling whose title heads the brief: of those whose figures still hold, the one whose words most of the other titles
// share, the first one when that leaves it open.
func leading(told []news.Article) news.Article {
	sets := make([]map[string]bool, len(told))
	for i, a := range told {
		sets[i] = set(contentTerms(a.Title, a.Language))
	}
	best, bestScore := -1, -1.0
	for i, words := range sets {
		if len(words) == 0 || titleOvertaken(told, i) {
			continue
		}
		score := 0.0
		for j, other := range sets {
			if i != j {
				shared := 0
				for t := range words {
					if other[t] {
						shared++
					}
				}
				score += float64(shared) / math.Sqrt(float64(len(words)*max(len(other), 1)))
			}
		}
		if score > bestScore+1e-9 {
			best, bestScore = i, score
		}
	}
	return told[max(best, 0)]
}

// titleOvertaken reports whether a later telling has newer figures than the title of one has.
func titleOvertaken(told []news.Article, of int) bool {
	if len(told) == 1 {
		return false
	}
	old := counts(told[of].Title, told[of].Language)
	for _, a := range told[of+1:] {
		if overtakes(counts(a.Title, a.Language), old) {
			return true
		}
		for _, s := range a.News {
			if overtakes(counts(s.Text, a.Language), old) {
				return true
			}
		}
	}
	return false
}
