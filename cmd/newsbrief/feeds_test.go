package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/discordsim"
)

// sites serves a feed at every path and answers with the path's status where it has one.
type sites struct {
	*httptest.Server
	mu     sync.Mutex
	status map[string]int
}

func newSites(t *testing.T) *sites {
	s := &sites{status: map[string]int{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		status := s.status[r.URL.Path]
		s.mu.Unlock()
		if status != 0 {
			w.WriteHeader(status)
			return
		}
		fmt.Fprintf(w, "<rss version=\"2.0\"><channel><title>Site %s</title><item><title>An old entry</title><guid>1</guid></item></channel></rss>", text(r.URL.Path[1:]))
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *sites) answer(path string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status[path] = status
}

// press presses a button, or chooses in a select, of a message.
func (w *world) press(channel, user, message, id string, values ...string) discordsim.Reply {
	w.Helper()
	data := map[string]any{"component_type": 2, "custom_id": id}
	if values != nil {
		data = map[string]any{"component_type": 3, "custom_id": id, "values": values}
	}
	return w.invoke(discordsim.Interaction{Type: 3, ChannelID: w.id(channel), UserID: user, MessageID: message, Data: data})
}

// answers checks that a reply is for its reader alone and holds all of want.
func (w *world) answers(r discordsim.Reply, want ...string) {
	w.Helper()
	if r.Message == nil || r.Message.Flags&discordsim.FlagEphemeral == 0 {
		w.Fatalf("the answer is %+v", r)
	}
	for _, s := range want {
		if !strings.Contains(r.Message.Text(), s) {
			w.Errorf("the answer lacks %q:\n%s", s, r.Message.Text())
		}
	}
}

// TestFeedTrouble: managers are told of a feed that ends, once, where they asked for it, and can do something about it.
func TestFeedTrouble(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, "general", "managers"), newSites(t)
	bot := w.bot()
	w.says("general", "feed add", map[string]any{"url": s.URL + "/a"}, "Following Site a", "/settings notices")
	w.says("general", "settings", map[string]any{"notices": w.id("managers")}, w.id("managers"))
	if got := w.slash("general", "feed add", map[string]any{"url": s.URL + "/b<b>*@everyone"}); strings.Contains(got, "/settings notices") {
		t.Errorf("who has a channel for notices is told how to name one:\n%s", got)
	}
	w.eventually(10*time.Second, "the feeds are read", func() bool { return strings.Count(w.slash("general", "feed list", nil), "fresh") == 2 })

	s.answer("/b<b>*@everyone", http.StatusGone)
	s.answer("/a", http.StatusServiceUnavailable)
	w.eventually(20*time.Second, "the notice is posted", func() bool { return w.holding("managers", "has ended") == 1 })
	notice := w.messages("managers")[0]
	if notice.MentionEveryone || !strings.Contains(notice.Text(), `\@everyone`) {
		t.Errorf("the notice is %s", notice.Text())
	}
	w.says("general", "feed list", nil, "2 feeds, 2 need a look", "gone", "failing since", "unavailable")

	var visitor discordsim.User
	w.call("POST", "/sim/users", map[string]any{"username": "visitor"}, &visitor)
	for _, label := range []string{"Try again", "Remove", "All feeds"} {
		w.answers(w.press("managers", visitor.ID, notice.ID, button(t, notice, label)), "Manage Server")
	}
	w.answers(w.press("managers", "", notice.ID, button(t, notice, "All feeds")), "gone", "failing since")
	w.answers(w.press("managers", "", notice.ID, button(t, notice, "Try again")), "was looked at") // a moment ago
	w.eventually(5*time.Second, "the bot knows its message", func() bool {                         // it learns that it is there a moment after we do
		why := w.invoke(discordsim.Interaction{Type: 2, ChannelID: w.id("managers"), Data: map[string]any{"name": "Why this post?", "type": 3, "target_id": notice.ID}})
		return why.Message != nil && strings.Contains(why.Message.Text(), "notice to this server's managers")
	})

	bot.kill()
	w.bot()
	list := w.invoke(discordsim.Slash(w.id("general"), "", "feed list", nil))
	id, options := selectOf(list.Message)
	i := slices.IndexFunc(options, func(o map[string]any) bool { return o["label"] == "Site a" })
	if i < 0 {
		t.Fatalf("offered %v", options)
	}
	detail := w.press("general", "", list.Message.ID, id, options[i]["value"].(string))
	if detail.Type != discordsim.CallbackUpdate {
		t.Errorf("what is chosen in the list is answered %+v", detail)
	}
	w.answers(w.press("managers", "", notice.ID, button(t, notice, "Remove")), "Not following", s.URL+"/b")
	w.answers(w.press("managers", "", notice.ID, button(t, notice, "Remove")), "not followed here any more")
	time.Sleep(2 * time.Second) // in which nothing is to be told twice
	if all := w.messages("managers"); len(all) != 1 {
		t.Errorf("#managers has %d messages", len(all))
	}
	if log := w.log(t); log.Counts["400"] != 0 || log.Counts["429"] != 0 {
		t.Errorf("Discord refused something: %v", log.Counts)
	}
}

// selectOf is the id of the message's select and its options.
func selectOf(m *discordsim.Message) (id string, options []map[string]any) {
	for _, row := range m.Components {
		inside, _ := row["components"].([]any)
		for _, c := range inside {
			c, _ := c.(map[string]any)
			list, ok := c["options"].([]any)
			if !ok {
				continue
			}
			id, _ = c["custom_id"].(string)
			for _, o := range list {
				options = append(options, o.(map[string]any))
			}
		}
	}
	return id, options
}

// TestManyFeedsEnd: of many feeds that end at once a channel gets one message, not one for each; the list shows all.
func TestManyFeedsEnd(t *testing.T) {
	t.Parallel()
	w, s := newWorld(t, "general"), newSites(t)
	w.bot()
	var outlines strings.Builder
	for i := range 60 {
		fmt.Fprintf(&outlines, `<outline text="Folder %d"><outline text="Site %d" xmlUrl="%s/%d"/></outline>`, i%3, i, s.URL, i)
	}
	file := map[string]any{"filename": "feeds.opml", "content": "<opml><body>" + outlines.String() + "<outline type='rss' text='Bad' xmlUrl='ftp://x'/></body></opml>"}
	w.says("general", "settings", map[string]any{"notices": w.id("general")})
	imported := w.invoke(discordsim.Slash(w.id("general"), "", "feed import", map[string]any{"file": file}))
	w.answers(imported, "Following 60 new feeds", "3 folders", "Left out line 1")
	w.answers(w.press("general", "", imported.Message.ID, button(t, *imported.Message, "Make topics of the 3 folders")), "folder-0", "20 sources")
	w.says("general", "subscribe", map[string]any{"topic": "folder-1"}, "folder-1")
	w.eventually(20*time.Second, "the feeds are read", func() bool { return !strings.Contains(w.slash("general", "feed list", nil), "not looked at") })
	for i := range 60 {
		s.answer(fmt.Sprint("/", i), http.StatusGone)
	}
	w.eventually(20*time.Second, "all feeds have ended", func() bool { return strings.Contains(w.slash("general", "feed list", nil), "60 feeds, 60 need a look") })
	time.Sleep(time.Second)
	if n := len(w.messages("general")); n != 1 {
		t.Errorf("%d messages tell of it, want one now and one in an hour", n)
	}
}
