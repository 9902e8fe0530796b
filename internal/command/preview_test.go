package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestPreviewDays counts by the days of the server's zone, and says how far back it can look.
func TestPreviewDays(t *testing.T) {
	w := newWorld(t) // Friday 1 May 2026, 18:00 UTC
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.want(w.ask(manager, "topic preview", "query:ferry"), "nothing to look at yet")
	for i, ago := range []time.Duration{time.Hour, 2 * time.Hour, 5 * time.Hour, 50 * time.Hour, 6 * 24 * time.Hour} {
		w.tell(telling{feed: "Harbour Post", ago: ago, url: fmt.Sprint("https://harbour.example/", i), title: fmt.Sprint("Ferry report ", i), text: "The ferry sails."})
	}
	w.want(w.ask(manager, "topic preview", "query:ferry"), "matches 5 of the 5 stories", "Sat 1 · Sun 0 · Mon 0 · Tue 0 · Wed 1 · Thu 0 · today 3", "less than one message a day, at most 3 on one day")
	w.ask(manager, "settings", "timezone:Asia/Seoul") // where it is 3 o'clock on Saturday
	w.want(w.ask(manager, "topic preview", "query:ferry"), "Sun 1 · Mon 0 · Tue 0 · Wed 0 · Thu 1 · Fri 1 · today 2")
	w.want(w.ask(who{name: "manager", manager: true, guild: elsewhere}, "topic preview", "query:ferry"), "nothing to look at yet")
}

// TestPreviewYoung: what was listed when the feeds were first read is counted by the day it was told, and the reply says so.
func TestPreviewYoung(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i, published := range []time.Duration{time.Hour, 49 * time.Hour, 49 * time.Hour, 40 * 24 * time.Hour, -time.Hour} {
		w.tell(telling{feed: "Harbour Post", published: published, url: fmt.Sprint("https://harbour.example/", i), title: fmt.Sprint("Report ", i), text: "The ferry sails."})
	}
	w.want(w.ask(manager, "topic preview", "query:ferry"), "matches 4 of the 4 stories", "Wed 2 · Thu 0 · today 2", "The feeds were first read 0 minutes ago.")
	w.tell(telling{feed: "Harbour Post", published: 30 * 24 * time.Hour, url: "https://harbour.example/jubilee", title: "Jubilee", text: "A jubilee."})
	w.want(w.ask(manager, "topic preview", "query:jubilee"), "matches none of the 4", "Older ones that the feeds still listed match:", "· *Jubilee* — Harbour Post")
}

// TestPreviewNothing helps with a query that matches nothing.
func TestPreviewNothing(t *testing.T) {
	w := newWorld(t)
	w.island()
	w.want(w.ask(manager, "topic preview", "query:electrcity sourdoguh"), "No title has “sourdoguh”, but 1 has “sourdough”.")
	w.want(w.ask(manager, "topic preview", "query:ferry harbour cruise"), "What comes closest:", "*Ferry* sails again", "It lacks: harbour, cruise")
	w.want(w.ask(manager, "topic preview", "query:ferry -storm"), "It has what must not be there: storm")
	w.want(w.ask(manager, "topic preview", "query:ferry cruise -storm"), "It lacks cruise and has what must not be there: storm")
	w.without(w.ask(manager, "topic preview", "query:xylophone"), "closest", "No title")
}

// TestPreviewCrowd warns of a query that is too wide and names the word that makes it so.
func TestPreviewCrowd(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i := range 40 {
		title := "Council meets"
		if i%2 == 0 {
			title = "Government decides"
		}
		if i == 4 {
			title = "Orchid of the year for the government"
		}
		w.tell(telling{feed: "Harbour Post", ago: time.Duration(i) * time.Hour, url: fmt.Sprint("https://harbour.example/", i), title: fmt.Sprint(title, " ", i), text: "Words."})
	}
	w.want(w.ask(manager, "topic preview", "query:government OR orchid"), "matches 20 of the 40 stories", "50 % of all stories", "government is in 100 % of these.", "… and 16 more.")
	w.without(w.ask(manager, "topic preview", "query:orchid"), "% of all")
	w.ask(manager, "topic create", "name:state", "query:government OR orchid")
	w.want(w.ask(manager, "topic edit", "name:state", "query:orchid"), "Stories a day: ", "These it matches no more:")
}

// TestPreviewTitlesOnly shows nothing of the text of a feed that is followed for its titles, though the text is matched.
func TestPreviewTitlesOnly(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/1", title: "Ferry report", text: "The paid text tells of turbines."})
	if err := w.store.SetTitles(t.Context(), here, w.feeds["Harbour Post"], true); err != nil {
		t.Fatal(err)
	}
	r := w.ask(manager, "topic preview", "query:turbines")
	w.want(r, "matches 1 of the 1 stories", "Ferry report")
	w.without(r, "paid")
}

// BenchmarkTopicPreview looks back at a week of 2,000 stories.
func BenchmarkTopicPreview(b *testing.B) {
	w := newWorld(b)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i := range 2000 {
		w.tell(telling{feed: "Harbour Post", ago: time.Duration(i) * 5 * time.Minute, url: fmt.Sprint("https://harbour.example/", i), title: fmt.Sprint("Ferry report ", i), text: strings.Repeat("The council of the island met on Thursday to talk about the wind park. ", 40)})
	}
	a := manager.ask()
	a.Command, a.Args = "topic preview", map[string]string{"query": `"wind park" OR turbines -storm`}
	for b.Loop() {
		if r := w.service.Answer(b.Context(), a); len(r.Blocks) == 0 {
			b.Fatal("no preview")
		}
	}
}
