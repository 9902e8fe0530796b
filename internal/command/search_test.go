package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
)

func TestSearchEvening(t *testing.T) {
	w := newWorld(t)
	w.island()
	w.tell(telling{feed: "Harbour Post", ago: 5 * time.Hour, url: "https://harbour.example/long", title: "What the council said",
		text: strings.Repeat("The council talked about many things that are of no interest to anyone here.\n", 12) + "Then it came to the lighthouse,\nwhich will be painted red and white again. " + strings.Repeat("After that it talked on. ", 20)})
	w.tell(telling{feed: "Harbour Post", ago: 4 * time.Hour, lang: "ko", url: "https://harbour.example/ko", title: "섬의 등대 다시 칠한다", text: "섬의 등대가 올해 다시 붉은색으로 칠해진다."})
	w.ask(member, "search", "query:turbines")
	w.ask(member, "search", "query:lighthouse")
	w.ask(member, "search", "query:등대")
	w.ask(member, "search", "query:title:ferry")
	w.ask(member, "search", "query:source:valley solar")
	w.ask(member, "search", `query:"solar panels" -school`)
	w.ask(member, "search", "query:submarine")
	w.says("Odd queries.")
	for _, query := range []string{`"`, "-", "*", "(((", "title:", "AND OR NOT", "\U0001F6A2", "a", strings.Repeat("x", 200)} {
		w.ask(member, "search", "query:"+query)
	}
	w.golden("search")
}

// TestSearchLoose: a misspelt word finds what is close, and the answer says so.
func TestSearchLoose(t *testing.T) {
	w := newWorld(t)
	w.island()
	r := w.ask(member, "search", "query:sourdogh")
	w.want(r, "Nothing has exactly these words", "Bakery wins sourdough prize")
}

func TestSearchGroupsAndPages(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	w.follow(elsewhere, "Secret Times", "https://secret.example/rss")
	for i := range 25 {
		for _, outlet := range []string{"Harbour Post", "Valley Herald", "Secret Times"} {
			w.tell(telling{feed: outlet, ago: time.Duration(i) * time.Hour, story: fmt.Sprint(i), url: fmt.Sprintf("https://x.example/%s/%d", outlet, i), title: fmt.Sprintf("Lighthouse story %02d in the %s", i, outlet), text: "About the lighthouse."})
		}
	}
	r := w.ask(member, "search", "query:lighthouse")
	seen := map[string]bool{}
	for page := range 3 {
		for _, b := range r.Blocks {
			title := b.Lines[0][0].Text
			story := title[:len("Lighthouse story 00")]
			if seen[story] {
				t.Errorf("%s is there twice", story)
			}
			seen[story] = true
		}
		w.without(r, "Secret")
		w.want(r, "found in 2 tellings")
		if page < 2 {
			r = w.press(member, r, "More")
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d stories on three pages", len(seen))
	}
	if len(r.Buttons) != 1 || r.Buttons[0].Label != "Back" {
		t.Errorf("the last page has %+v", r.Buttons)
	}

	long := w.ask(member, "search", "query:lighthouse "+strings.Repeat("lighthouse ", 15))
	second := w.press(member, long, "More")
	if w.want(second, "Lighthouse story 10", "[Back] [More (5)]"); second.Title != long.Title {
		t.Errorf("the second page is called %q, not %q", second.Title, long.Title)
	}
	w.want(w.press(member, command.Reply{}, "page:10:search:#"+strings.Repeat("A", 43)), "no longer know what was searched")
}

// TestSearchPageKeepsTheQuery: colons and odd characters come back from a button's id as they were.
func TestSearchPageKeepsTheQuery(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour: Post", "https://harbour.example/rss")
	for i := range 12 {
		w.tell(telling{feed: "Harbour: Post", ago: time.Duration(i) * time.Hour, url: fmt.Sprintf("https://x.example/%d", i), title: fmt.Sprintf("Ferry %02d", i), text: "About 등대 and ferries."})
	}
	r := w.ask(member, "search", `query:title:ferry "등대 and" source:harbour`)
	if len(r.Buttons) != 1 {
		t.Fatalf("buttons %+v", r.Buttons)
	}
	second := w.press(member, r, "More")
	if second.Title != r.Title || len(second.Blocks) != 2 || !second.Replace {
		t.Errorf("the second page is\n%s", w.render(second))
	}
}

// TestSearchSince looks back no further than it is asked to, on every page and in every choice.
func TestSearchSince(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	for i := range 40 {
		w.tell(telling{feed: []string{"Harbour Post", "Valley Herald"}[i%2], ago: time.Duration(i) * time.Hour, url: fmt.Sprintf("https://x.example/%d", i), title: fmt.Sprintf("Lighthouse %02d", i), text: "About the lighthouse."})
	}
	w.tell(telling{feed: "Harbour Post", ago: 10 * 24 * time.Hour, url: "https://x.example/old", title: "Ship aground", text: "It ran aground."})
	for _, query := range []string{"title:lighthouse", "lighthouse " + strings.Repeat("lighthouse ", 15)} { // one that ids hold, and one that the store keeps
		r := w.ask(member, "search", "query:"+query, "since:24h")
		w.want(r, "· the last day", "[More (15)]", "Harbour Post (13) | Valley Herald (12)")
		w.want(w.press(member, w.press(member, r, "More"), "More"), "· the last day")
		w.without(w.press(member, w.press(member, r, "More"), "More"), "More", "Lighthouse 25")
		one := w.press(who{values: []string{r.Selects[0].Choices[1].Value}}, command.Reply{}, r.Selects[0].ID)
		w.want(one, "· the last day", "Harbour Post", "[More (3)]")
		w.without(one, "Valley Herald ·")
		w.want(w.press(member, one, "More"), "· the last day", "[Back]\n")
	}
	w.want(w.ask(member, "search", "query:aground"), "Ship aground")
	w.want(w.ask(member, "search", "query:aground", "since:1w"), "Nothing found in the last week. Without the option since, everything is searched.")
	w.want(w.ask(member, "search", "query:aground", "since:ever"), "not a length of time")
}

// TestSearchMistakes: what can't be read in a query is told where it matters.
func TestSearchMistakes(t *testing.T) {
	w := newWorld(t)
	w.island()
	for query, want := range map[string]string{
		"lang:German lighthouse": "Write the language as its code, here lang:de.",
		"zebra lang:kr":          "lang:➜kr\n",
		"zebra OR (":             "zebra OR (➜",
		"title:":                 "Write what to look for right behind title:, without a space.",
		"source: Harbour ferry":  "right behind source:",
	} {
		w.want(w.ask(member, "search", "query:"+query), want)
	}
	w.want(w.ask(who{locale: "de"}, "search", "query:lang:German zebra"), "lang:de")
	for _, query := range []string{"ferry", "Bakery: wins prize", "zebra", `lang:en "wins prize"`} {
		w.without(w.ask(member, "search", "query:"+query), "at the arrow")
	}
}

// TestHostileText: what feeds and people write goes through as plain text, whatever it is.
func TestHostileText(t *testing.T) {
	w := newWorld(t)
	nasty := "@everyone **bold** [link](https://evil.example) <@1> <#2> `code`\u202e\x00\xff"
	w.follow(here, nasty, "https://evil.example/rss")
	w.tell(telling{feed: nasty, ago: time.Hour, url: "https://evil.example/1", title: nasty, text: nasty + " lighthouse\n\n" + nasty, topics: on("climate", "bold")})
	for _, a := range []command.Ask{
		{Command: "latest"}, {Command: "brief", Args: map[string]string{"topic": "climate"}}, {Command: "search", Args: map[string]string{"query": "lighthouse"}},
		{Command: "search", Args: map[string]string{"query": nasty}}, {Command: "why", Args: map[string]string{"url": "https://evil.example/1"}},
		{Command: "why", Args: map[string]string{"url": nasty}}, {Command: "brief", Args: map[string]string{"topic": nasty}}, {Command: "brief", Args: map[string]string{"topic": "climate", "since": nasty}},
		{Command: "feed list", Manager: true}, {Command: "feed remove", Manager: true, Args: map[string]string{"feed": nasty}}, {Command: "subscribe", Manager: true, Args: map[string]string{"topic": nasty}},
		{Command: "topic create", Manager: true, Args: map[string]string{"name": nasty, "query": nasty}}, {Command: "topic preview", Manager: true, Args: map[string]string{"query": nasty}},
		{Command: "settings", Manager: true, Args: map[string]string{"language": nasty, "timezone": nasty}},
	} {
		a.Guild, a.Channel, a.User = here, general, "1"
		r := w.service.Answer(t.Context(), a)
		if w.render(r) == "" || strings.Contains(w.render(r), "went wrong on my side") {
			t.Errorf("%s:\n%s", a.Command, w.render(r))
		}
	}
	if strings.Contains(w.log.String(), "level=ERROR") {
		t.Error(w.log.String())
	}
}
