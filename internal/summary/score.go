package summary

import "math"

// score rates the candidates: how central a sentence is among the others, how early it stands.
func score(all []*candidate, headline, lang string) {
	title := map[string]bool{}
	for _, t := range contentTerms(headline, lang) {
		title[t] = true
	}
	df := map[string]float64{}
	for _, c := range all {
		for t := range set(c.terms) {
			df[t]++
		}
	}
	for _, c := range all {
		sum := 0.0
		for t := range set(c.terms) {
			sum += math.Log(1+df[t]) - math.Log(2)
			if title[t] {
				sum += 0.5
			}
		}
		c.score = sum/math.Sqrt(float64(len(c.terms)+5)) + 1/(1+float64(c.position))
		c.score /= 1 + c.flaw
	}
}

func set(terms []string) map[string]bool {
	m := make(map[string]bool, len(terms))
	for _, t := range terms {
		m[t] = true
	}
	return m
}
