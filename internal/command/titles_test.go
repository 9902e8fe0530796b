package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// TestTitlesOnly shows how a manager has a feed shown with titles and links only, and that no answer quotes it then.
func TestTitlesOnly(t *testing.T) {
	const secret = "The old lighthouse keeper sold his brass"
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Inselbote", "https://insel.example/rss")
	w.follow(elsewhere, "Harbour Post", "https://harbour.example/rss")
	w.ask(manager, "subscribe", "topic:climate", "channel:"+string(climate))
	w.tell(telling{feed: "Harbour Post", ago: time.Minute, url: "https://harbour.example/1", title: "Lighthouse closes", text: secret + " telescope to a museum on Monday.", topics: on("climate", "telescope")})
	asked := 0
	answers := func(p who) map[string]command.Reply {
		asked++
		w.ask(manager, "topic create", "name:optics", "query:telescope")
		return map[string]command.Reply{
			"brief": w.ask(p, "brief", "topic:climate"), "own topic": w.ask(p, "brief", "topic:optics"),
			"latest": w.ask(p, "latest", "topic:climate"), "search": w.ask(p, "search", "query:telescope"), "catchup": w.ask(who{name: fmt.Sprint(p.name, asked)}, "catchup"),
		}
	}
	quotes := func(r command.Reply) bool { return strings.Contains(w.render(r), secret) }

	if a := answers(member); !quotes(a["brief"]) || !quotes(a["own topic"]) || !quotes(a["search"]) {
		t.Fatal("the answers don't quote the article to begin with")
	}
	list := w.ask(manager, "feed list")
	w.without(list, "titles only")
	detail := w.choose(manager, list, "Harbour Post")
	set := w.press(manager, detail, "Titles only")
	if !set.Replace || !set.Private {
		t.Errorf("the answer to the button does not take the message's place: %+v", set)
	}
	w.want(set, "title and link only", "Whole briefs", "Back to the list")
	w.want(w.press(manager, detail, "Titles only"), "Whole briefs") // pressed twice is not turned back
	w.want(w.press(manager, set, "Back"), "Harbour Post", "titles only")

	for name, r := range answers(member) {
		if w.want(r, "Lighthouse closes"); quotes(r) {
			t.Errorf("%s quotes a feed that is shown with titles only", name)
		}
	}
	note := func(r command.Reply) string { return r.Blocks[0].Brief.Note }
	if got := note(w.ask(member, "brief", "topic:climate")); got != summary.SetNote {
		t.Errorf("the brief's note is %q", got)
	}
	if !quotes(w.ask(who{name: "stranger", guild: elsewhere}, "search", "query:telescope")) {
		t.Error("another server's answers changed")
	}

	w.tell(telling{feed: "Inselbote", url: "https://insel.example/1", story: "https://harbour.example/1", title: "Museum buys a lighthouse's telescope", text: "The museum of the island has bought the telescope of the lighthouse.", topics: on("climate", "telescope")})
	r := w.ask(member, "brief", "topic:climate")
	if w.want(r, "The museum of the island has bought", "Harbour Post"); quotes(r) || note(r) != "" {
		t.Errorf("with another telling the brief quotes the feed all the same, or has the note %q", note(r))
	}

	w.want(w.press(manager, set, "Whole briefs"), "Titles only")
	if !quotes(w.ask(member, "search", "query:Monday")) {
		t.Error("the answers don't quote the article after all was set back")
	}
	id := "titles:" + command.FeedKey(w.feeds["Harbour Post"])
	w.want(w.press(member, command.Reply{}, id+":0"), "Manage Server")
	for _, id := range []string{id, id + ":x", id + ":99999999", "titles::0", "texts:zzz:-1"} {
		if r := w.press(manager, command.Reply{}, id); !r.Private || r.Title != "" {
			t.Errorf("%q is answered %+v", id, r)
		}
	}
}

// TestWhyTellsOfOutlets shows that /why says in words who told a story.
func TestWhyTellsOfOutlets(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "연합뉴스", "https://www.yna.co.kr/rss/news.xml")
	w.ask(manager, "subscribe", "topic:climate", "channel:"+string(climate))
	w.tell(telling{feed: "연합뉴스", url: "https://www.yna.co.kr/view/1", lang: "ko", title: "빙하 조약 서명", text: "노르웨이와 칠레가 빙하 조약에 서명했다.", topics: on("climate", "빙하"), owed: []news.Delivery{w.owe(climate, "climate")}})
	w.post(9001)
	w.want(w.press(who{name: "member", channel: climate, message: "9001"}, command.Reply{}, command.WhyButton("b0")), "연합뉴스", "(news agency, South Korea)")
}
