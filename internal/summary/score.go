package summary

import (
	"math"
)

// What makes a sentence worth its place.
const (
	positionWeight = 1.0  // standing at the beginning of its article
	positionFade   = 5.5  // sentences after which that is worth half
	titleWeight    = 0.5  // sharing the headline's words
	centerWeight   = 0.6  // being close to the other sentences
	shortWords     = 8.0  // fewer words than that say little
	damping        = 0.85 // of TextRank, as its authors have it
)

// score rates the candidates: a sentence is worth the more the closer it is to what all the others say (TextRank, Mihalcea and Tarau
// 2004), the earlier it stands, and the more of the headline it says.
func score(all []*candidate, headline, lang string) {
	if len(all) == 0 {
		return
	}
	rank := textRank(all)
	title := set(contentTerms(headline, lang))
	for i, c := range all {
		shared := 0.0
		for t := range set(c.terms) {
			if title[t] {
				shared++
			}
		}
		s := centerWeight * rank[i]
		s += positionWeight / (1 + float64(c.position)/positionFade)
		if len(title) > 0 {
			s += titleWeight * shared / math.Sqrt(float64(len(title)))
		}
		if float64(c.words) < shortWords {
			s *= float64(c.words) / shortWords
		}
		c.score = s / (1 + c.flaw)
	}
}

// textRank is how central each sentence is, 1 on average.
func textRank(all []*candidate) []float64 {
	n := len(all)
	ids := map[string]int{}
	vectors := make([][]int, n)
	for i, c := range all {
		for t := range set(c.terms) {
			id, ok := ids[t]
			if !ok {
				id = len(ids)
				ids[t] = id
			}
			vectors[i] = append(vectors[i], id)
		}
	}
	posts := make([][]int, len(ids))
	for i, v := range vectors {
		for _, id := range v {
			posts[id] = append(posts[id], i)
		}
	}
	weights := make([][]float64, n)
	out := make([]float64, n)
	for i := range all {
		weights[i] = make([]float64, n)
		for _, id := range vectors[i] {
			for _, j := range posts[id] {
				weights[i][j]++
			}
		}
		for j := range weights[i] {
			if i == j || weights[i][j] == 0 {
				weights[i][j] = 0
				continue
			}
			weights[i][j] /= math.Log(1+float64(len(vectors[i]))) + math.Log(1+float64(len(vectors[j])))
			out[i] += weights[i][j]
		}
	}
	rank, next := make([]float64, n), make([]float64, n)
	for i := range rank {
		rank[i] = 1
	}
	for range 20 {
		for i := range next {
			next[i] = 1 - damping
		}
		for j := range all {
			if out[j] == 0 {
				continue
			}
			share := damping * rank[j] / out[j]
			for i, w := range weights[j] {
				if w > 0 {
					next[i] += share * w
				}
			}
		}
		rank, next = next, rank
	}
	return rank
}

func set(terms []string) map[string]bool {
	m := make(map[string]bool, len(terms))
	for _, t := range terms {
		m[t] = true
	}
	return m
}
