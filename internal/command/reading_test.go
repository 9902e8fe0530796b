package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

// TestReadingEvening is a member's evening: what happened, what is new, what was missed.
func TestReadingEvening(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"brief topic:climate", "latest", "search query:wind", "catchup"} {
		command, option, _ := strings.Cut(name, " ")
		w.ask(member, command, strings.Fields(option)...)
	}
	w.says("With feeds.")
	w.island()
	for _, since := range []string{"", "90m", "1h", "2d"} {
		w.ask(member, "brief", "topic:energy", "since:"+since)
	}
	for _, since := range []string{"yesterday", "367d"} {
		w.ask(member, "brief", "topic:energy", "since:"+since)
	}
	w.ask(member, "brief", "topic:gaming", "since:2d")
	w.ask(member, "brief", "topic:emergy")
	w.says("In German where there is German.")
	w.ask(manager, "settings", "language:de-AT")
	w.ask(who{name: "member", locale: "de"}, "brief", "topic:energy", "since:2d")
	w.ask(member, "latest")
	w.ask(manager, "settings", "language:any")
	w.ask(member, "latest", "topic:transport")
	w.ask(member, "latest", "topic:gaming")
	w.says("A topic of their own finds what was told before it was made.")
	w.ask(manager, "topic create", "name:sunlight", "query:solar")
	w.ask(member, "brief", "topic:sunlight")
	w.golden("reading")
}

func TestSince(t *testing.T) {
	w := newWorld(t)
	w.island()
	for since, want := range map[string]string{"": "last day", "6h": "last 6 hours", "60m": "last hour", "45m": "last 45 minutes", "1440m": "last day", "24h": "last day", "36H": "last 36 hours", " 2 d ": "last 2 days",
		"7d": "last week", "1w": "last week", "14d": "last 2 weeks", "366d": "last 366 days", "52w": "last 52 weeks"} {
		w.want(w.ask(member, "brief", "topic:gaming", "since:"+since), "Nothing on this topic in the "+want+".")
	}
	for _, since := range []string{"0h", "-1d", "6", "h", "6h please", "1d12h", "367d", "53w", "9999999h", "99999999999999999999h", "1y", "1.5d", "６h"} {
		w.want(w.ask(member, "brief", "topic:gaming", "since:"+since), "is not a length of time")
	}
}

func TestBriefRanksAndPages(t *testing.T) {
	w := newWorld(t)
	for i := range 5 {
		w.follow(here, fmt.Sprint("Outlet ", i), fmt.Sprintf("https://o%d.example/rss", i))
	}
	for story := range 10 {
		for outlet := range 1 + story%5 {
			w.tell(telling{feed: fmt.Sprint("Outlet ", outlet), ago: time.Duration(10-story) * time.Hour, url: fmt.Sprintf("https://o%d.example/%d", outlet, story), story: fmt.Sprint(story),
				title: fmt.Sprintf("Story %d of the day", story), text: fmt.Sprintf("Story %d is told here in one sentence by an outlet.", story), topics: on("climate", "sentence")})
		}
	}
	first := w.ask(member, "brief", "topic:climate")
	second := w.press(member, first, "More")
	third := w.press(member, second, "More")
	w.press(member, third, "Back")
	w.golden("brief_pages")

	var order []string
	for _, b := range first.Blocks {
		if b.Brief != nil {
			order = append(order, fmt.Sprintf("%s by %d", b.Brief.Headline, len(b.Brief.Sources)))
		}
	}
	want := "[Story 9 of the day by 5 Story 4 of the day by 5 Story 8 of the day by 4 Story 3 of the day by 4]"
	if fmt.Sprint(order) != want {
		t.Errorf("order\n got %v\nwant %s", order, want)
	}
	if third.Buttons[0].Label != "Back" || len(third.Buttons) != 1 || !third.Replace {
		t.Errorf("the last page has %+v", third.Buttons)
	}
}

func TestLatestPages(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i := range 45 { // the older, the rarer: 25 today, the rest over a month
		ago := time.Duration(i) * 30 * time.Minute
		if i >= 25 {
			ago = time.Duration(i-23) * 24 * time.Hour
		}
		w.tell(telling{feed: "Harbour Post", ago: ago, url: fmt.Sprintf("https://harbour.example/%d", i), title: fmt.Sprintf("Story %02d", i), text: "One sentence.", topics: on("climate")})
	}
	r := w.ask(member, "latest", "topic:climate")
	var got []string
	for page := 0; ; page++ {
		for _, b := range r.Blocks {
			got = append(got, b.Lines[0][0].Text)
		}
		more := false
		for _, b := range r.Buttons {
			more = more || strings.HasPrefix(b.Label, "More")
		}
		if !more || page > 9 {
			break
		}
		r = w.press(member, r, "More")
	}
	if len(got) != 45 {
		t.Fatalf("%d stories: %v", len(got), got)
	}
	for i, title := range got {
		if title != fmt.Sprintf("Story %02d", i) {
			t.Errorf("story %d is %s", i, title)
		}
	}
}

// TestHeadlinesInTheReadersLanguage: where the server has chosen no language, a list shows the telling that its reader can read.
func TestHeadlinesInTheReadersLanguage(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Ilbo", "https://ilbo.example/rss")
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.tell(telling{feed: "Ilbo", ago: time.Hour, lang: "ko", url: "https://ilbo.example/1", title: "엘러리 항구 마비", text: "선박 18척이 대기하고 있다.", topics: on("technology")})
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, event: "https://ilbo.example/1", url: "https://harbour.example/1", title: "Port Ellery stands still", text: "18 ships are waiting.", topics: on("technology")})
	for locale, want := range map[string]string{"": "엘러리 항구 마비", "en-GB": "Port Ellery stands still", "ko": "엘러리 항구 마비", "fr": "엘러리 항구 마비"} {
		if got := w.ask(who{name: "member", locale: locale}, "latest").Blocks[0].Lines[0][0].Text; got != want {
			t.Errorf("in %q the headline is %q, want %q", locale, got, want)
		}
	}
	w.ask(manager, "settings", "language:ko")
	if got := w.ask(who{name: "member", locale: "en-GB"}, "latest").Blocks[0].Lines[0][0].Text; got != "엘러리 항구 마비" {
		t.Errorf("in a Korean server the headline is %q", got)
	}
}

func TestCatchup(t *testing.T) {
	w := newWorld(t)
	w.island()
	w.says("Nobody subscribed to anything: all stories count.")
	w.ask(member, "catchup")
	w.ask(member, "catchup")
	w.says("Two hours later, for another topic than the ferry's.")
	w.ask(manager, "subscribe", "topic:energy")
	w.now = w.now.Add(2 * time.Hour)
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/tide", title: "Tide mill reopens", text: "The tide mill makes electricity again.", topics: on("energy", "electricity")})
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/ferry2", title: "Ferry is late", text: "The ferry is late today.", topics: on("transport", "ferry")})
	w.ask(member, "catchup")
	w.ask(who{name: "newcomer"}, "catchup")
	w.ask(member, "catchup")
	w.says("Two weeks later.")
	w.now = w.now.AddDate(0, 0, 14)
	w.ask(member, "catchup")
	w.golden("catchup")
}

func TestCatchupPages(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	for i := range 25 {
		w.tell(telling{feed: "Harbour Post", ago: time.Duration(i+1) * time.Hour, url: fmt.Sprintf("https://harbour.example/%d", i), title: fmt.Sprintf("Story %02d", i), text: "One sentence."})
	}
	first := w.ask(member, "catchup")
	w.want(first, "In the last week", "Story 00", "Story 09", "[More (15)]", "What you missed: 25 stories")
	// What comes while they read is for the next time.
	w.now = w.now.Add(10 * time.Minute)
	w.tell(telling{feed: "Harbour Post", url: "https://harbour.example/new", title: "New", text: "One sentence."})
	second := w.press(member, first, "More")
	w.want(second, "In the last week", "Story 10", "Story 19", "[Back] [More (5)]", "25 stories")
	third := w.press(member, second, "More")
	w.want(third, "Story 24", "[Back]")
	if !third.Private || !third.Replace {
		t.Errorf("private %v, replace %v", third.Private, third.Replace)
	}
	w.now = w.now.Add(time.Minute)
	again := w.ask(member, "catchup")
	w.want(again, "1 story", "New")
	w.without(again, "Story 00")
}

// TestOutdatedTelling: an outlet another guild follows tells an old story anew; that is no news here.
func TestOutdatedTelling(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(elsewhere, "Valley Herald", "https://valley.example/rss")
	w.tell(telling{feed: "Harbour Post", ago: 30 * time.Hour, story: "s", url: "https://harbour.example/s", title: "Ferry sails", text: "It sails.", topics: on("transport")})
	w.tell(telling{feed: "Valley Herald", ago: time.Hour, story: "s", url: "https://valley.example/s", title: "The ferry sails", text: "It sails.", topics: on("transport")})
	w.want(w.ask(member, "brief", "topic:transport"), "Nothing on this topic in the last day.")
	w.want(w.ask(who{guild: elsewhere, channel: other}, "brief", "topic:transport"), "The ferry sails", "1 story in the last day.")
	w.want(w.ask(member, "brief", "topic:transport", "since:2d"), "Ferry sails", "— Harbour Post\n")
}

func TestDirectMessages(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	if err := w.store.SetDefaults(t.Context(), w.now, []news.Feed{{ID: 7, URL: "https://default.example/rss", Title: "Default", NextPoll: w.now}}); err != nil {
		t.Fatal(err)
	}
	w.feeds["Default"] = 7
	w.tell(telling{feed: "Harbour Post", ago: time.Hour, url: "https://harbour.example/1", title: "Of a server", text: "One."})
	w.tell(telling{feed: "Default", ago: time.Hour, url: "https://default.example/1", title: "Of the operator", text: "One."})
	dm := who{name: "member", guild: "dm"}
	w.want(w.ask(dm, "latest"), "Of the operator")
	w.without(w.ask(dm, "latest"), "Of a server")
	w.want(w.ask(dm, "catchup"), "Of the operator")
	w.without(w.ask(dm, "feed list"), "Harbour Post")
	w.want(w.ask(member, "latest"), "Of the operator", "Of a server")
}
