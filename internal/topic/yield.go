package topic

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"newsbrief/internal/news"
)

// yieldShare is how many times the points of a topic one that yields to it must have to be posted beside it.
const yieldShare = 1.5

// yields are, by their place in builtins, the topics each one yields to, as profiles/yields.txt says.
var yields = sync.OnceValue(func() [][]int {
	set := builtins()
	place := func(id string) int {
		i, ok := set.index[news.TopicID(strings.TrimSpace(id))]
		if !ok {
			panic(fmt.Sprintf("profiles/yields.txt: there is no topic %s", id))
		}
		return i
	}
	to := make([][]int, len(set.list))
	for line := range strings.Lines(readProfile("yields.txt")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		id, rivals, _ := strings.Cut(line, ":")
		for rival := range strings.SplitSeq(rivals, ",") {
			to[place(id)] = append(to[place(id)], place(rival))
		}
	}
	for t, parent := range set.parents { // a topic stands behind the one it is part of
		if parent >= 0 {
			to[t] = append(to[t], to[parent]...)
		}
	}
	return to
})

// yield takes the topics out of the sure ones that yield to another sure one.
func yield(sure []bool, byTopic []evidence) {
	rivals := slices.Clone(sure)
	for t, to := range yields() {
		sure[t] = sure[t] && !slices.ContainsFunc(to, func(rival int) bool {
			return rivals[rival] && byTopic[t].points < yieldShare*byTopic[rival].points
		})
	}
}
