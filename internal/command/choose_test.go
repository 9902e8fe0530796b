package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// offered are the names of the choices in the select whose id holds what.
func offered(r command.Reply, what string) (names []string, chosen string) {
	for _, s := range r.Selects {
		if !strings.Contains(s.ID, what) {
			continue
		}
		for _, c := range s.Choices {
			names = append(names, c.Name)
			if c.Value == s.Chosen {
				chosen = c.Name
			}
		}
	}
	return names, chosen
}

// busy is a server with two topics of its own choice and news of two outlets on three others.
func busy(t *testing.T) *world {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	w.follow(elsewhere, "Secret Times", "https://secret.example/rss")
	w.ask(manager, "subscribe", "topic:energy")
	w.ask(manager, "topic create", "name:lighthouses", "query:lighthouse")
	told := []news.TopicID{"health", "sport", "sport", "transport", "transport", "transport"}
	for i := range 24 {
		outlet := []string{"Harbour Post", "Harbour Post", "Valley Herald"}[i%3]
		w.tell(telling{feed: outlet, ago: time.Duration(i)*time.Hour + time.Minute, url: fmt.Sprintf("https://x.example/%d", i), title: fmt.Sprintf("Story %02d", i),
			text: "The ferry is late.", topics: on(told[i%len(told)], "ferry")})
	}
	w.tell(telling{feed: "Secret Times", ago: time.Minute, url: "https://secret.example/1", title: "Secret", text: "The ferry is secret.", topics: on("gaming", "ferry")})
	return w
}

func TestBriefSelects(t *testing.T) {
	w := busy(t)
	r := w.ask(member, "brief", "topic:climate")
	w.want(r, "Nothing on this topic in the last day.", "There is news on: Transport, Sport, Health.")
	w.without(r, "Gaming")
	if names, chosen := offered(r, "topic"); fmt.Sprint(names) != "[Climate Energy lighthouses Transport Sport Health]" || chosen != "Climate" {
		t.Errorf("topics %v, of which %q", names, chosen)
	}
	if names, chosen := offered(r, "since"); len(names) != 5 || chosen != "the last day" {
		t.Errorf("periods %v, of which %q", names, chosen)
	}
	r = w.choose(member, r, "Transport")
	if w.want(r, "# Transport", "12 stories in the last day, the most widely told first. Here are 1 to 4; 8 are left out."); !r.Replace {
		t.Error("the answer does not take the message's place")
	}
	r = w.choose(member, w.press(member, r, "More"), "the last 6 hours")
	w.want(r, "# Transport", "3 stories in the last 6 hours.")
	if names, chosen := offered(r, "since"); chosen != "the last 6 hours" {
		t.Errorf("periods %v, of which %q", names, chosen)
	}
	w.want(w.choose(member, r, "Sport"), "# Sport", "2 stories in the last 6 hours.")
	if _, chosen := offered(w.ask(member, "brief", "topic:sport", "since:90m"), "since"); chosen != "" {
		t.Errorf("of the periods %q is chosen, though another was asked for", chosen)
	}
}

func TestLatestSelects(t *testing.T) {
	w := busy(t)
	r := w.ask(member, "latest")
	if names, chosen := offered(r, "topic"); fmt.Sprint(names) != "[All topics Energy lighthouses Transport Sport Health]" || chosen != "All topics" {
		t.Errorf("topics %v, of which %q", names, chosen)
	}
	if names, chosen := offered(r, "source"); fmt.Sprint(names) != "[All sources Harbour Post (16) Valley Herald (8)]" || chosen != "All sources" {
		t.Errorf("sources %v, of which %q", names, chosen)
	}
	r = w.choose(member, r, "Harbour Post (16)")
	w.without(r, "Valley Herald ·")
	r = w.press(member, r, "More (6)") // keeps the choice
	w.want(r, "Story 22", "[Back]")
	w.without(r, "Valley Herald ·", "[More")
	r = w.choose(member, r, "Transport")
	w.want(r, "Latest: Transport", "Story 05", "Story 21", "[More (2)]")
	r = w.choose(member, r, "Valley Herald (4)")
	w.want(r, "Latest: Transport", "Story 05")
	w.without(r, "Harbour Post ·")
	w.want(w.choose(member, r, "All sources"), "Harbour Post ·", "[More (2)]")
	w.want(w.choose(member, r, "All topics"), "Latest stories", "Harbour Post ·")
}

func TestSearchSelects(t *testing.T) {
	w := busy(t)
	for _, query := range []string{"ferry", "ferry " + strings.Repeat("-submarine ", 9)} { // the second is too long for a component's id
		r := w.ask(member, "search", "query:"+query)
		if names, chosen := offered(r, "source"); fmt.Sprint(names) != "[All sources Harbour Post (16) Valley Herald (8)]" || chosen != "All sources" {
			t.Errorf("sources %v, of which %q", names, chosen)
		}
		w.service = command.New(w.options) // restarted
		r = w.choose(member, r, "Harbour Post (16)")
		w.without(r, "Valley Herald ·")
		r = w.press(member, r, "More (6)")
		w.without(r, "Valley Herald ·")
		w.want(r, "Search: ferry", "[Back]")
		if _, chosen := offered(r, "source"); chosen != "Harbour Post (16)" {
			t.Errorf("of the sources %q is chosen", chosen)
		}
		w.want(w.choose(member, r, "All sources"), "Valley Herald ·", "[More (14)]")
	}
	// Another guild's outlet can be asked for by nobody else.
	w.without(w.press(member, command.Reply{}, "page:0@"+command.FeedKey(w.feeds["Secret Times"])+":search:ferry"), "Secret")
	w.without(w.press(member, command.Reply{}, "page:0@"+command.FeedKey(w.feeds["Secret Times"])+":latest:"), "Secret")
}

// TestManySources: the select has room for 24 outlets, and the chosen one is always among them.
func TestManySources(t *testing.T) {
	w := newWorld(t)
	for i := range 40 {
		outlet := fmt.Sprintf("Outlet %02d", i)
		w.follow(here, outlet, fmt.Sprintf("https://o%d.example/rss", i))
		for n := range 1 + (40-i)/10 {
			w.tell(telling{feed: outlet, ago: time.Hour, url: fmt.Sprintf("https://o%d.example/%d", i, n), title: "Ferry", text: "The ferry is late."})
		}
	}
	r := w.ask(member, "latest")
	names, _ := offered(r, "source")
	if len(names) != 25 || names[1] != "Outlet 00 (5)" || names[24] != "Outlet 23 (2)" {
		t.Errorf("%d sources: %v", len(names), names)
	}
	r = w.press(member, command.Reply{}, "page:0@"+command.FeedKey(w.feeds["Outlet 39"])+":latest:")
	if names, chosen := offered(r, "source"); len(names) != 25 || chosen != "Outlet 39 (1)" {
		t.Errorf("%d sources, of which %q", len(names), chosen)
	}
}

func TestCatchupSelects(t *testing.T) {
	w := busy(t)
	w.ask(manager, "subscribe", "topic:transport")
	w.ask(manager, "subscribe", "topic:sport")
	r := w.ask(member, "catchup")
	w.want(r, "What you missed: 20 stories")
	if names, chosen := offered(r, "topic"); fmt.Sprint(names) != "[All topics Transport (12) Sport (8)]" || chosen != "All topics" {
		t.Errorf("topics %v, of which %q", names, chosen)
	}
	r = w.press(member, w.choose(member, r, "Transport (12)"), "More (2)")
	if w.want(r, "[Back]"); !r.Private || !r.Replace {
		t.Errorf("private %v, replace %v", r.Private, r.Replace)
	}
	if _, chosen := offered(r, "topic"); chosen != "Transport (12)" {
		t.Errorf("of the topics %q is chosen", chosen)
	}
	w.want(w.choose(member, r, "All topics"), "[More (10)]")
}

// TestCatchupSelect: the heading counts what is listed below it.
func TestCatchupSelect(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/1", title: "New ferry arrives", text: "It arrived.", topics: on("transport", "ferry")})
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/2", title: "Derby is drawn", text: "Nobody won.", topics: on("sport", "Derby")})
	r := w.ask(member, "catchup")
	w.want(r, "# What you missed: 2 stories")
	r = w.choose(member, r, "Sport (1)")
	w.want(r, "# What you missed: 1 story", "Derby is drawn")
	w.without(r, "New ferry")
	w.want(w.choose(member, r, "All topics"), "# What you missed: 2 stories")
}

// TestTopicGone: what was offered before a topic was deleted says that it is gone.
func TestTopicGone(t *testing.T) {
	w := busy(t)
	w.ask(manager, "topic create", "name:quays", "query:story")
	for _, r := range []command.Reply{w.ask(member, "brief", "topic:transport"), w.ask(member, "latest")} {
		w.want(w.choose(member, r, "quays"), "quays")
		own := w.choose(member, r, "quays")
		w.ask(manager, "topic delete", "name:quays")
		for _, gone := range []command.Reply{w.choose(member, r, "quays"), w.press(member, own, "More")} {
			w.want(gone, "The topic “quays” is gone.")
			if w.without(gone, "Start typing"); gone.Replace || !gone.Private {
				t.Errorf("the answer takes the message's place, or is for everyone:\n%s", w.render(gone))
			}
		}
		w.want(w.choose(member, own, "Transport"), "Transport")
		w.ask(manager, "topic create", "name:quays", "query:story")
	}
}

// TestOldComponents: whatever a message from before holds is answered with its page or with a sentence.
func TestOldComponents(t *testing.T) {
	w := busy(t)
	for id, want := range map[string]string{
		"page:10:latest:": "Story 10", "page:0:latest:transport": "Latest: Transport", "page:0:brief:sport:": "# Sport", "page:0:search:ferry": "Search: ferry",
		"page:0:brief:no-such:1w": "is gone", "page:topic:brief:sport:": "older version", "page:source:latest:": "older version", "page:x:latest:": "older version",
		"page:0@!:latest:": "older version", "page:0:other": "older version", "page:-1:latest:": "older version", "page:0:catchup:!:y": "older version", "nothing": "older version",
	} {
		w.want(w.press(member, command.Reply{}, id), want)
	}
	stranger := member
	stranger.values = []string{"!"}
	w.want(w.press(stranger, command.Reply{}, "page:source:latest:"), "older version")
}
