package pipeline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// What is told of the treaty after it was signed.
const (
	ruinedTitle = "Chile's senate rejects glacier treaty with Norway"
	ruinedText  = "Chile's senate rejected the treaty with Norway that protects 40 glaciers from mining by 27 votes to 19 on Thursday. Environment ministers Ingrid Solheim and Tomas Arancibia had signed it in Tromso. A fund of 90 million euros was to pay for measuring stations."
)

// onlyOwed is what the only delivery to a place says now.
func (w *world) onlyOwed(guild news.GuildID, place news.ChannelID) news.Delivery {
	w.Helper()
	owed := w.owed(guild, place)
	if len(owed) != 1 {
		w.Fatalf("%d deliveries owed to %s, want one", len(owed), place)
	}
	return owed[0]
}

// updates are what a follower is told.
func (w *world) updates(guild news.GuildID, user news.UserID) (updates []news.Delivery) {
	w.Helper()
	for _, d := range w.owed(guild, news.ChannelID(news.OwnGuild(user))) {
		if d.Update {
			updates = append(updates, d)
		}
	}
	return updates
}

func (w *world) followStory(guild news.GuildID, user news.UserID, event news.StoryID) {
	w.Helper()
	w.ok(w.store.Follow(context.Background(), news.Follower{Event: event, Guild: guild, User: user, Since: w.clock()}))
}

func sentences(b news.Brief) (list []string) {
	for _, s := range b.Sentences {
		list = append(list, s.Text)
	}
	return list
}

// TestUpdate shows that a re-wording adds its source and changes no word, and that news is told as such, to followers too.
func TestUpdate(t *testing.T) {
	w := newWorld(t)
	wire, post, senate := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en"), newOutlet(t, "Senate News", "en")
	for _, o := range []*outlet{wire, post, senate} {
		w.follow("g", o.feed())
	}
	w.follow("other", wire.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.subscribe("other", "b", "glacier OR glaciers", nil)
	w.look()
	wire.tell(wireTitle, wireText)
	w.round()
	first := w.onlyOwed("g", "a")
	w.followStory("g", "ann", first.Event)
	w.followStory("other", "bob", first.Event) // whose guild won't hear of the senate

	post.tell(postTitle, strings.Replace(postText, "Zebrafish are not mentioned. ", "", 1))
	w.round()
	again := w.onlyOwed("g", "a")
	if again.Brief.Update != nil || len(again.Brief.Sources) != 2 || strings.Join(sentences(again.Brief), "|") != strings.Join(sentences(first.Brief), "|") {
		t.Errorf("after a re-wording: %+v\nbefore: %+v", again.Brief, first.Brief)
	}
	if got := w.updates("g", "ann"); len(got) > 0 {
		t.Errorf("a re-wording is told to a follower: %+v", got)
	}

	senate.tell(ruinedTitle, ruinedText)
	w.round()
	d := w.onlyOwed("g", "a")
	if u := d.Brief.Update; u == nil || len(u.Sentences) == 0 || !strings.Contains(u.Sentences[0].Text, "rejected") || u.Corrects || !u.At.Equal(w.clock()) {
		t.Fatalf("the update is %+v", u)
	}
	if d.Revision != 3 || len(d.Brief.Sources) != 3 {
		t.Errorf("revision %d with %d sources", d.Revision, len(d.Brief.Sources))
	}
	told := w.updates("g", "ann")
	if len(told) != 1 || told[0].Event != first.Event || told[0].Guild != "g" || told[0].User != "ann" || !told[0].Slot.IsZero() || !told[0].Due.Equal(w.clock()) ||
		told[0].ID != news.NewUpdateID(*d.Brief.Update, "@ann") || told[0].Brief.Update == nil {
		t.Errorf("a follower is told %+v", told)
	}
	if got := w.updates("other", "bob"); len(got) > 0 {
		t.Errorf("a follower is told what their guild's feeds don't: %+v", got)
	}
	if d := w.onlyOwed("other", "b"); d.Revision != 1 {
		t.Errorf("what another guild follows came to revision %d", d.Revision)
	}
	w.restart()
	w.round()
	if got := w.onlyOwed("g", "a"); got.Revision != 3 || len(w.updates("g", "ann")) != 1 {
		t.Errorf("after a restart it is revision %d, and %d updates", got.Revision, len(w.updates("g", "ann")))
	}
}

// TestUnheard shows that what another guild's feed told first is news to a guild when its own feed tells it, and once.
func TestUnheard(t *testing.T) {
	w := newWorld(t)
	wire, post, senate := newOutlet(t, "Wire", "en"), newOutlet(t, "Post", "en"), newOutlet(t, "Senate News", "en")
	w.follow("g", wire.feed())
	w.follow("g", senate.feed())
	w.follow("all", wire.feed())
	w.follow("all", post.feed())
	w.follow("all", senate.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.subscribe("all", "b", "glacier OR glaciers", nil)
	w.look()
	wire.tell(wireTitle, wireText)
	w.round()
	event := w.onlyOwed("g", "a").Event
	w.followStory("g", "ann", event)
	w.followStory("all", "bob", event)
	post.tell(ruinedTitle, ruinedText)
	w.round()
	first := w.onlyOwed("all", "b").Brief.Update
	if u := w.onlyOwed("g", "a").Brief.Update; first == nil || u != nil || len(w.updates("g", "ann")) > 0 {
		t.Fatalf("those who hear all have the update %+v, the others %+v", first, u)
	}
	senate.tell("Senate of Chile rejects glacier treaty", ruinedText)
	w.round()
	u := w.onlyOwed("g", "a").Brief.Update
	if u == nil || u.Article == first.Article || !strings.Contains(u.Sentences[0].Text, "rejected") {
		t.Fatalf("the update is %+v", u)
	}
	if d := w.onlyOwed("all", "b"); d.Brief.Update.Article != first.Article {
		t.Errorf("who was told before has the update %+v", d.Brief.Update)
	}
	senate.tell("Glacier treaty rejected by senate of Chile", ruinedText)
	w.round()
	if again := w.onlyOwed("g", "a").Brief.Update; again == nil || again.Article != u.Article {
		t.Errorf("after a re-wording the update is %+v", again)
	}
	if ann, bob := len(w.updates("g", "ann")), len(w.updates("all", "bob")); ann != 1 || bob != 1 {
		t.Errorf("ann is told %d updates and bob %d, want 1 each", ann, bob)
	}
}

// TestSecondFeedOfAnArticle shows that a guild that follows two feeds of one outlet sees no edit when the second one brings an article.
func TestSecondFeedOfAnArticle(t *testing.T) {
	w := newWorld(t)
	front, science := newOutlet(t, "Wire", "en"), newOutlet(t, "Wire", "en")
	w.follow("g", front.feed())
	w.follow("g", science.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	e := front.tell(wireTitle, long(wireText))
	w.round()
	science.list(e)
	w.round()
	if d := w.onlyOwed("g", "a"); d.Revision != 1 || len(w.articles()[0].Feeds) != 2 {
		t.Errorf("revision %d with %d feeds, want the first with two", d.Revision, len(w.articles()[0].Feeds))
	}
}

// TestSecondFeedTellsFollowers shows that those whose guild follows the second feed alone are told when it brings an article, and nobody
// is told twice.
func TestSecondFeedTellsFollowers(t *testing.T) {
	w := newWorld(t)
	front, science := newOutlet(t, "Wire", "en"), newOutlet(t, "Wire", "en")
	w.follow("g", front.feed())
	w.follow("g", science.feed())
	w.follow("other", science.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.look()
	signed := front.tell(wireTitle, wireText)
	w.round()
	event := w.onlyOwed("g", "a").Event
	w.followStory("g", "ann", event)
	w.followStory("other", "bob", event)
	science.list(signed)
	rejected := front.tell(ruinedTitle, ruinedText)
	w.round()
	if ann, bob := len(w.updates("g", "ann")), len(w.updates("other", "bob")); ann != 1 || bob != 0 {
		t.Fatalf("one feed told ann %d updates and bob %d, want 1 and 0", ann, bob)
	}
	science.list(signed, rejected)
	w.round()
	if ann, bob := len(w.updates("g", "ann")), len(w.updates("other", "bob")); ann != 1 || bob != 1 {
		t.Errorf("both feeds told ann %d updates and bob %d, want 1 each", ann, bob)
	}
}

func TestEdited(t *testing.T) {
	for _, c := range []struct {
		name     string
		was, now entry
		update   string // what the update holds; "" for none
		corrects bool
		text     string // what the article's text holds afterwards
	}{
		{name: "news", was: entry{title: wireTitle, text: wireText}, now: entry{title: "Treaty to protect 40 glaciers rejected by Chile's senate", text: wireText + " The senate of Chile rejected the treaty by 27 votes to 19 on Thursday."},
			update: "27 votes to 19", text: "The senate"},
		{name: "a slip of the pen", was: entry{title: wireTitle, text: strings.Replace(wireText, "Environment ministers", "Enviroment ministers", 1)}, now: entry{title: wireTitle, text: wireText}, text: "Environment"},
		{name: "a correction", was: entry{title: wireTitle, text: wireText}, now: entry{title: wireTitle, text: wireText + " Correction: An earlier version of this article misstated where the ministers met; it was Tromso, not Oslo."},
			update: "not Oslo", corrects: true, text: "misstated"},
		{name: "something else at the same address", was: entry{title: wireTitle, text: wireText}, now: entry{title: "Volcano on Iceland erupts after 800 years", text: "Lava flows from a volcano on the peninsula of Reykjanes, 800 years after it was last seen to erupt. Around 3,900 people had to leave the town nearby."},
			text: "Solheim"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			o := newOutlet(t, "Wire", "en")
			w.follow("g", o.feed())
			w.subscribe("g", "a", "glacier OR glaciers OR volcano", nil)
			w.look()
			c.was.guid, c.was.link = "1", o.URL+"/news/1"
			c.now.guid, c.now.link = "1", o.URL+"/news/1"
			other := entry{"2", cupTitle, o.URL + "/news/2", cupText}
			o.list(c.was, other)
			w.round()
			d := w.onlyOwed("g", "a")
			w.followStory("g", "ann", d.Event)
			o.list(c.now, other)
			for range 2 {
				w.pass(10 * time.Minute)
				w.round()
			}
			edited := w.onlyOwed("g", "a")
			u := edited.Brief.Update
			if c.update == "" {
				if u != nil || edited.Revision != 1 || len(w.updates("g", "ann")) > 0 {
					t.Errorf("it became revision %d with the update %+v", edited.Revision, u)
				}
			} else if u == nil || !strings.Contains(u.Sentences[0].Text, c.update) || u.Corrects != c.corrects || edited.Revision != 2 || u.At.Equal(d.Created) {
				t.Errorf("it became revision %d with the update %+v", edited.Revision, u)
			} else if told := w.updates("g", "ann"); len(told) != 1 || told[0].ID != news.NewUpdateID(*u, "@ann") {
				t.Errorf("a follower is told %+v", told)
			}
			for _, a := range w.articles() {
				if a.URL == c.was.link && (!strings.Contains(a.Text, c.text) || !a.Seen.Equal(d.Created)) {
					t.Errorf("the archive has %+v", a)
				}
				for _, s := range a.News {
					if a.Text[s.Start:s.End] != s.Text {
						t.Errorf("%+v does not stand in the text", s)
					}
				}
			}
		})
	}
}

// TestEditedPage shows that the page behind a teaser is fetched again when the teaser changes, and only then.
func TestEditedPage(t *testing.T) {
	page := func(text string) string {
		return `<!doctype html><html lang="en"><head><title>Treaty</title></head><body><article><h1>Treaty</h1><p>` + text + `</p><p>` + strings.Repeat("The findings will be discussed at a conference in Bergen where 400 researchers are expected to take part this summer. ", 4) + `</p></article></body></html>`
	}
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	o.pages["/news/1"] = page(wireText)
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	e := o.tell(wireTitle, "Two ministers signed it in Tromso.")
	w.round()
	w.onlyOwed("g", "a")

	o.tell(cupTitle, cupText) // the feed changes, the entry doesn't
	w.pass(10 * time.Minute)
	w.round()
	if n := o.hit("/news/1"); n != 1 {
		t.Fatalf("the page was fetched %d times", n)
	}
	o.mu.Lock()
	o.pages["/news/1"] = page(wireText + " The senate of Chile rejected the treaty by 27 votes to 19 on Thursday.")
	o.mu.Unlock()
	e.text = "The senate of Chile says no."
	o.list(e)
	for range 3 {
		w.pass(10 * time.Minute)
		w.round()
	}
	if n := o.hit("/news/1"); n != 2 {
		t.Errorf("the page was fetched %d times", n)
	}
	if u := w.onlyOwed("g", "a").Brief.Update; u == nil || !strings.Contains(u.Sentences[0].Text, "27 votes") {
		t.Errorf("the update is %+v", u)
	}
}

// TestEditedLongAgo shows that an edit of what a feed's first look brought is owed to nobody.
func TestEditedLongAgo(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	e := o.tell(wireTitle, wireText)
	w.look()
	e.text += " The senate of Chile rejected the treaty by 27 votes to 19 on Thursday."
	o.list(e)
	w.round()
	w.wantOwed("g", "a")
	if a := w.articles(); len(a) != 1 || !strings.Contains(a[0].Text, "27 votes") {
		t.Errorf("the archive has %+v", a)
	}
}

// TestEditedTwice shows that an edit that comes soon after another one is not lost, though the feed stays as it is from then on.
func TestEditedTwice(t *testing.T) {
	w := newWorld(t)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glaciers", nil)
	w.look()
	e := o.tell(wireTitle, wireText)
	w.round()
	for _, news := range []string{" The senate of Chile rejected the treaty by 27 votes to 19 on Thursday.", " Minister Tomas Arancibia resigned on Friday after 8 months in office."} {
		e.text += news
		o.list(e)
		w.round()
	}
	if u := w.onlyOwed("g", "a").Brief.Update; u == nil || !strings.Contains(u.Sentences[0].Text, "27 votes") {
		t.Errorf("the first update is %+v", u)
	}
	w.pass(10 * time.Minute)
	w.round()
	if d := w.onlyOwed("g", "a"); !strings.Contains(d.Brief.Update.Sentences[0].Text, "resigned") || d.Revision != 3 {
		t.Errorf("revision %d with the update %+v", d.Revision, d.Brief.Update)
	}
	if looks := w.round(); !looks[0].NotModified {
		t.Errorf("the feed is read again: %+v", looks[0])
	}
}
