package bolt

import (
	"testing"

	"newsbrief/internal/news"
)

// A row that was written before the feed had some of its fields leaves them zero, wherever it ends.
func TestShortFeedRow(t *testing.T) {
	row := encodeFeed(news.Feed{})
	whole := 0
	for end := range row {
		f, err := decodeFeed(number(news.FeedID(7)), row[:end])
		if err != nil {
			continue // it ends within a field
		}
		whole++
		if want := (news.Feed{ID: 7}); f != want {
			t.Fatalf("%d bytes: %+v, want %+v", end, f, want)
		}
	}
	if whole < 20 {
		t.Errorf("only %d rows were read", whole)
	}
}
