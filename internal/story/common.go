package story

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"newsbrief/internal/text"
)

//go:embed data/common.txt
var commonData string

// commonWords holds, by language and term, the share of stories that use a word of everyday news.
var commonWords = sync.OnceValue(func() map[string]map[string]float64 {
	all := map[string]map[string]float64{}
	for line := range strings.Lines(commonData) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] == "#" {
			continue
		}
		lang := fields[0]
		share, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			panic("story: data/common.txt: " + err.Error())
		}
		if all[lang] == nil {
			all[lang] = map[string]float64{}
		}
		for _, w := range fields[2:] {
			all[lang][text.Fold(w)] = max(all[lang][text.Fold(w)], share)
			for _, t := range text.Terms(w, lang) {
				all[lang][t.Text] = max(all[lang][t.Text], share)
			}
		}
	}
	return all
})

// commonness is the share of stories that use a term according to data/common.txt, 0 for a word that isn't there.
func commonness(term, lang string) float64 { return commonWords()[lang][term] }
