package summary

import "math"

// What makes a sentence worth its place. The weights were chosen on English and Korean news at limits from 35 to 70 words, where wide
// ranges around them do about as well.
const (
	positionWeight = 1.0   // standing at the beginning of its article
	positionFade   = 130.0 // words after which that is worth half
	titleWeight    = 0.5   // sharing the headline's words
	centerWeight   = 0.6   // being close to the other sentences
	leadWeight     = 3.0   // being the first sentence, as far as it tells what the headline says; in a later telling, when that is news
	freshWeight    = 0.6   // being news of a later telling
	quoteWeight    = 0.3   // being somebody's words instead of what happened, as far as the sentence is quoted
	dependentShare = 0.7   // what is left of that to a sentence that needs the one before it
	shortWords     = 8.0   // fewer words than that say little
	damping        = 0.85  // of TextRank, as its authors have it
)

const (
	repeatedShare = 0.8 // share of a sentence's terms that stand in a headline it repeats
	repeatedTerms = 3   // terms besides that it may have
)

// score rates the candidates: a sentence is worth the more the closer it is to what all the others say (TextRank, Mihalcea and Tarau
// 2004), the earlier it stands, and the more of the headline it says without repeating it.
func score(all []*candidate, known *vocabulary, headline []string) {
	rank := textRank(all, known.size)
	title := map[int]bool{}
	for _, w := range headline {
		if id, ok := known.terms[w]; ok {
			title[id] = true
		}
	}
	for i, c := range all {
		shared := 0
		for _, t := range c.terms {
			if title[t] {
				shared++
			}
		}
		switch more := len(c.terms) - shared; {
		case more == 0:
			c.flaw = notNews
		case c.back == toNobody, more <= repeatedTerms && float64(shared) >= repeatedShare*float64(len(c.terms)):
			c.flaw = max(c.flaw, repeated)
		}
		s := centerWeight*rank[i] + positionWeight*c.early()
		if len(title) > 0 {
			s += titleWeight * float64(shared) / math.Sqrt(float64(len(title)))
			if c.position == 0 && (c.telling == 0 || c.fresh) {
				s += leadWeight * float64(shared) / float64(len(title))
			}
		}
		if c.fresh {
			s += freshWeight
		}
		outside, _ := unquoted(c.text())
		s -= quoteWeight * (1 - float64(len(outside))/float64(max(len(c.text()), 1)))
		if c.back >= toPrevious {
			s *= dependentShare
		}
		if float64(c.words) < shortWords {
			s *= float64(c.words) / shortWords
		}
		c.score = s / (1 + c.flaw)
	}
}

// early is 1 at the beginning of the article and falls with the words in front of the sentence.
func (c *candidate) early() float64 { return 1 / (1 + float64(c.before)/positionFade) }

// textRank is how central each sentence is, 1 on average.
func textRank(all []*candidate, terms int) []float64 {
	n := len(all)
	posts := make([][]int, terms)
	for i, c := range all {
		for _, id := range c.terms {
			posts[id] = append(posts[id], i)
		}
	}
	weights := make([][]float64, n)
	out := make([]float64, n)
	for i, c := range all {
		weights[i] = make([]float64, n)
		for _, id := range c.terms {
			for _, j := range posts[id] {
				weights[i][j]++
			}
		}
		for j := range weights[i] {
			if i == j || weights[i][j] == 0 {
				weights[i][j] = 0
				continue
			}
			weights[i][j] /= math.Log(1+float64(len(c.terms))) + math.Log(1+float64(len(all[j].terms)))
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
