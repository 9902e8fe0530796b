package news_test

import (
	"testing"
	"time"

	"newsbrief/internal/news"
)

func TestIDsAreOrderedByTime(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 0, 0, 123e6, time.UTC)
	for _, random := range []uint32{0, 1, 1 << 21, 1<<32 - 1} {
		id := news.NewID(at, random)
		if got := news.IDTime(id); !got.Equal(at) {
			t.Errorf("IDTime(NewID(%v, %d)) = %v", at, random, got)
		}
		if id < news.FirstID(at) || id >= news.FirstID(at.Add(time.Millisecond)) {
			t.Errorf("NewID(%v, %d) = %d is outside its millisecond", at, random, id)
		}
	}
}

// Discord takes at most 25 characters as a nonce.
func TestDeliveryIDsAreNonces(t *testing.T) {
	slot := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ids := map[news.DeliveryID]string{}
	for what, id := range map[string]news.DeliveryID{
		"a delivery":               news.NewDeliveryID(1, "1574481104503570439"),
		"of another event":         news.NewDeliveryID(2, "1574481104503570439"),
		"in another channel":       news.NewDeliveryID(1, "1574481104503570440"),
		"a digest":                 news.NewDigestID("1574481104503570439", slot, 0),
		"its second part":          news.NewDigestID("1574481104503570439", slot, 1),
		"the digest of next hour":  news.NewDigestID("1574481104503570439", slot.Add(time.Hour), 0),
		"an update":                news.NewUpdateID(news.Update{Article: 1, At: slot}, "1574481104503570439"),
		"the next one of its page": news.NewUpdateID(news.Update{Article: 1, At: slot.Add(time.Second)}, "1574481104503570439"),
		"of an event like channel": news.NewDeliveryID(0, ""),
	} {
		if len(id) == 0 || len(id) > 25 {
			t.Errorf("%s has the id %q of %d characters", what, id, len(id))
		}
		if other, ok := ids[id]; ok {
			t.Errorf("%s and %s have the same id", what, other)
		}
		ids[id] = what
	}
	if once, again := news.NewDeliveryID(1, "5"), news.NewDeliveryID(1, "5"); once != again {
		t.Errorf("an id is %q and then %q", once, again)
	}
}

func TestFollows(t *testing.T) {
	a := news.Audience{
		Defaults: map[news.FeedID]bool{1: true, 2: true},
		Choices:  map[news.GuildID]map[news.FeedID]news.Choice{"g": {2: news.Removed, 3: news.Added}},
	}
	for _, c := range []struct {
		guild news.GuildID
		feed  news.FeedID
		want  bool
	}{{"g", 1, true}, {"g", 2, false}, {"g", 3, true}, {"g", 4, false}, {"other", 2, true}, {"other", 3, false}, {"", 1, true}} {
		if got := a.Follows(c.guild, c.feed); got != c.want {
			t.Errorf("guild %q follows feed %d: %v, want %v", c.guild, c.feed, got, c.want)
		}
	}
	if !a.FollowsAny("g", news.Article{Feeds: []news.FeedID{4, 3}}) || a.FollowsAny("other", news.Article{Feeds: []news.FeedID{4, 3}}) {
		t.Error("FollowsAny does not look at every feed")
	}
}

func TestTopicIDs(t *testing.T) {
	own := news.OwnTopicID("42", "solar-power")
	if !own.Own() || own.Name() != "solar-power" || news.TopicID("climate").Own() || news.TopicID("climate").Name() != "climate" {
		t.Errorf("own %q: %v, %q", own, own.Own(), own.Name())
	}
}

func TestShown(t *testing.T) {
	a := news.Audience{
		Defaults: map[news.FeedID]bool{1: true},
		Choices:  map[news.GuildID]map[news.FeedID]news.Choice{"g": {2: news.Titles, 3: news.Added}, "h": {1: news.Titles}},
	}
	article := news.Article{ID: 7, Title: "T", URL: "https://example.org/7", Text: "Words.", Image: "https://example.org/7.jpg", ImageAlt: "A boat",
		News: []news.Sentence{{Text: "Words.", Article: 7, End: 6}}, Corrects: true}
	for _, c := range []struct {
		guild news.GuildID
		feeds []news.FeedID
		only  bool
	}{
		{"g", []news.FeedID{2}, true},
		{"g", []news.FeedID{4, 2}, true}, // the other one brings it elsewhere
		{"g", []news.FeedID{2, 3}, false},
		{"g", []news.FeedID{1, 2}, false},
		{"h", []news.FeedID{1}, true},
		{"", []news.FeedID{1}, false},
	} {
		article.Feeds = c.feeds
		got := a.Shown(c.guild, article)
		bare := got.Text == "" && got.Image == "" && got.ImageAlt == "" && got.News == nil && !got.Corrects
		if got.TitleOnly != c.only || bare != c.only || got.Title != "T" || got.URL != article.URL {
			t.Errorf("guild %q is shown of feeds %v: %+v", c.guild, c.feeds, got)
		}
	}
}
