package pipeline_test

import (
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// TestTitlesOnly shows that a guild's briefs have the title and link alone of feeds that are set so, and the words of others.
func TestTitlesOnly(t *testing.T) {
	w := newWorld(t)
	wire, post := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en")
	wire.pages["/wire.jpg"], post.pages["/post.jpg"] = drawn("jpeg", 640, 360), drawn("jpeg", 640, 360)
	only := w.follow("g", wire.feed())
	w.follow("g", post.feed())
	w.follow("h", wire.feed())
	w.ok(w.store.SetTitles(t.Context(), "g", only, true))
	w.subscribe("g", "a", "mining", nil) // a word of the texts, not of this title
	w.subscribe("h", "b", "mining", nil)
	w.look()

	wire.tell(wireTitle, illustrated("/wire.jpg", wireText))
	w.round()
	b := w.wantOwed("g", "a", wireTitle)[0].Brief
	if len(b.Sentences) > 0 || b.Image != "" || b.ImageAlt != "" || b.Note != summary.SetNote || len(b.Sources) != 1 || b.Sources[0].URL != wire.URL+"/news/1" {
		t.Errorf("of titles only: %+v", b)
	}
	whole := w.wantOwed("h", "b", wireTitle)[0].Brief
	if len(whole.Sentences) == 0 || whole.Image != wire.URL+"/wire.jpg" || whole.Note != "" {
		t.Errorf("for another guild: %+v", whole)
	}

	post.tell(postTitle, illustrated("/post.jpg", postText))
	w.round()
	b = w.owed("g", "a")[0].Brief
	if len(b.Sources) != 2 || len(b.Sentences) == 0 || b.Image != post.URL+"/post.jpg" || b.Note != "" {
		t.Errorf("with another telling: %+v", b)
	}
	articles := w.articles()
	for _, s := range b.Sentences {
		if i := slices.IndexFunc(articles, func(a news.Article) bool { return a.ID == s.Article }); articles[i].Source != "Post" || !strings.Contains(articles[i].Text, s.Text) {
			t.Errorf("%q is of %s", s.Text, articles[i].Source)
		}
	}
	if articles[0].Text == "" || articles[0].Image == "" {
		t.Error("the archive has no more than the guild is shown")
	}

	w.ok(w.store.SetTitles(t.Context(), "g", only, false))
	wire.tell("Mining stops at the last glaciers", illustrated("/other.jpg", "Mining at the last glaciers of the Urals stops this summer, the ministry of industry says."))
	w.round()
	owed := w.owed("g", "a")
	if b := owed[len(owed)-1].Brief; len(b.Sentences) == 0 || b.Note != "" {
		t.Errorf("after it was set back: %+v", b)
	}
}

// TestModelIsGivenTitlesOnly shows that a model is given no words of an article that may not be shown.
func TestModelIsGivenTitlesOnly(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	wire, post := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en")
	only := w.follow("g", wire.feed())
	w.follow("g", post.feed())
	w.ok(w.store.SetTitles(t.Context(), "g", only, true))
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.look()
	wire.tell(wireTitle, long(wireText))
	w.round()
	e.notAsked(t)
	post.tell(postTitle, long(postText))
	w.round()
	q := e.wait(t)
	if strings.Contains(q.body, "mining companies must leave within 5 years") || !strings.Contains(q.body, "a promise to the mountains") {
		t.Errorf("the model is given %s", q.body)
	}
	q.says("A fund of 90 million euros will pay for measuring stations.")
}
