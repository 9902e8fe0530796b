package command_test

import (
	"fmt"
	"testing"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// TestFound: what was found at an address is told before and after it is followed.
func TestFound(t *testing.T) {
	w := newWorld(t)
	var others []news.Feed
	for i := range 10 {
		others = append(others, news.Feed{URL: fmt.Sprintf("https://site.example/%d", i), Title: fmt.Sprintf("Part %d", i)})
	}
	for name, c := range map[string]struct {
		found command.Found
		says  []string
	}{
		"page":     {command.Found{Feed: news.Feed{URL: "https://page.example/", Title: "Page", Page: true}, Entries: entries(4, w.now)}, []string{"no feed", "that list is watched instead", "4 entries", "Ferry news no. 1"}},
		"podcast":  {command.Found{Feed: news.Feed{URL: "https://pod.example/", Title: "Pod"}, Entries: entries(1, w.now), Podcast: true}, []string{"a podcast", "1 entry"}},
		"and more": {command.Found{Feed: news.Feed{URL: "https://site.example/", Title: "Site"}, Entries: entries(1, w.now), Others: others}, []string{"other feeds too", "Part 0", "https://site.example/7", "… and 2 more"}},
	} {
		w.web.pages[name] = c.found
		w.want(w.ask(manager, "feed test", "url:"+name), c.says...)
		w.want(w.ask(manager, "feed add", "url:"+name), c.says...)
	}
	again := w.ask(manager, "feed add", "url:and more")
	w.want(again, "already", "other feeds too", "https://site.example/7")
	w.without(again, "beginning with")
	feeds, err := w.store.GuildFeeds(t.Context(), here)
	if err != nil || len(feeds) != 3 {
		t.Fatalf("%d feeds, %v", len(feeds), err)
	}
	for _, f := range feeds {
		if f.Page != (f.Title == "Page") {
			t.Errorf("%s is kept as a page: %v", f.Title, f.Page)
		}
	}
}
