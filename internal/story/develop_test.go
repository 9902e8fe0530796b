package story_test

import (
	"slices"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// TestDevelopingStories tells all series of testdata at the same time: re-wordings, rising tolls and outcomes join the story they are
// about, and nothing joins another one.
func TestDevelopingStories(t *testing.T) {
	type telling struct {
		story.Doc
		series int
		first  bool
	}
	var tellings []telling
	all := slices.Concat(readSeries(t, "tellings.txt"), readSeries(t, "tellings_more.txt"))
	start := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
	for n, s := range all {
		for i, r := range slices.Concat(s.wording, s.later) {
			r.Published = start.Add(time.Duration(n)*11*time.Minute + time.Duration(i)*3*time.Hour)
			r.Seen = r.Published
			tellings = append(tellings, telling{r.Doc, n, i == 0})
		}
	}
	slices.SortStableFunc(tellings, func(a, b telling) int { return a.Published.Compare(b.Published) })

	m := story.New(story.Options{})
	of := map[int]news.StoryID{}    // the story that a series began
	about := map[news.StoryID]int{} // the series a story is of
	joined, later := 0, 0
	for i, x := range tellings {
		x.Article = news.ArticleID(i + 1)
		v := m.Match(x.Doc)
		id := v.Story
		if id == 0 {
			id = news.StoryID(x.Article)
			about[id] = x.series
		}
		if about[id] != x.series {
			t.Errorf("%q joined another event: %v", x.Title, v)
		}
		if x.first {
			of[x.series] = id
		} else if later++; id == of[x.series] {
			joined++
		}
		m.Add(x.Doc, id, v.Event)
	}
	t.Logf("%d of %d later tellings joined their story", joined, later)
	if joined*100 < later*58 {
		t.Errorf("%d of %d later tellings joined their story", joined, later)
	}
}
