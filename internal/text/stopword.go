package text

import (
	_ "embed"
	"strings"
	"sync"
)

// One line a language: its tag, then its stop words. data/README.md says where they come from.
//
//go:embed data/stopwords.txt
var stopwordData string

var stopwords = sync.OnceValue(func() map[string]map[string]struct{} {
	lists := map[string]map[string]struct{}{}
	for line := range strings.Lines(stopwordData) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		list := make(map[string]struct{}, len(words)-1)
		for _, w := range words[1:] {
			list[Fold(w)] = struct{}{}
		}
		lists[words[0]] = list
	}
	return lists
})

// Stopword reports whether word, in any case, says so little in lang that it tells no two texts apart ("the", "und",
// "그리고"). An unknown or empty language is taken for English. It is meant for whole words, not for terms.
func Stopword(word, lang string) bool {
	lists := stopwords()
	list := lists[Base(lang)]
	if list == nil {
		list = lists["en"]
	}
	_, ok := list[Fold(word)]
	return ok
}
