package command_test

import (
	"fmt"
	"strings"
	"testing"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

func values(choices []command.Choice) string {
	var out []string
	for _, c := range choices {
		out = append(out, c.Value)
	}
	return strings.Join(out, " ")
}

func TestCompleteTopics(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"solar-power", "재생에너지", "再生能源"} {
		w.ask(manager, "topic create", "name:"+name, "query:x")
	}
	for _, c := range []struct{ typed, locale, value, name string }{
		{"clim", "", "climate", "Climate"},
		{"CLIMATE", "en-US", "climate", "Climate"},
		{"  climate ", "", "climate", "Climate"},
		{"klima", "de", "climate", "Klima (climate)"},
		{"klima", "en-GB", "climate", "Climate · Klima"},
		{"Künst", "de", "ai", "Künstliche Intelligenz (ai)"},
		{"Ku\u0308nst", "de", "ai", "Künstliche Intelligenz (ai)"},
		{"ｃｌｉｍ", "", "climate", "Climate"},
		{"intelligence", "", "ai", "Artificial intelligence (ai)"},
		{"ai", "", "ai", "Artificial intelligence (ai)"},
		{"気候", "ja", "climate", ""},
		{"기후", "ko", "climate", ""},
		{"气候", "zh-CN", "climate", ""},
		{"氣候", "zh-TW", "climate", ""},
		{"sol", "", "1001/solar-power", "solar-power (this server's)"},
		{"power", "", "1001/solar-power", "solar-power (this server's)"},
		{"에너지", "ko", "1001/재생에너지", "재생에너지 (this server's)"},
		{"能源", "zh-TW", "1001/再生能源", "再生能源 (this server's)"},
	} {
		choices := w.complete(who{locale: c.locale}, "brief", "topic", c.typed)
		found := false
		for _, have := range choices {
			found = found || have.Value == c.value && (c.name == "" || have.Name == c.name)
		}
		if !found {
			t.Errorf("%q (%s) offers %v, want %s %q", c.typed, c.locale, choices, c.value, c.name)
		}
	}
	if got := w.complete(member, "brief", "topic", ""); len(got) != 25 || got[0].Value != "1001/solar-power" {
		t.Errorf("nothing typed offers %d: %v", len(got), got)
	}
	if got := w.complete(member, "brief", "topic", "nothing is called so"); len(got) != 0 {
		t.Errorf("offers %v", got)
	}
	// What begins with it comes first.
	if got := values(w.complete(member, "brief", "topic", "te")); !strings.HasPrefix(got, "technology television ") {
		t.Errorf("offers %s", got)
	}
	// Names of topics to edit and delete are own ones, without the guild.
	if got := values(w.complete(manager, "topic edit", "name", "")); got != "solar-power 再生能源 재생에너지" {
		t.Errorf("offers %s", got)
	}
	if got := w.complete(manager, "topic edit", "name", "climate"); len(got) != 0 {
		t.Errorf("offers %v", got)
	}
	if got := w.complete(manager, "topic edit", "query", "x"); len(got) != 0 {
		t.Errorf("an option without choices offers %v", got)
	}
}

// TestChoicesAreTaken: each value offered is taken by the command it is offered for.
func TestChoicesAreTaken(t *testing.T) {
	w := newWorld(t)
	w.ask(manager, "topic create", "name:solar power", "query:x")
	for _, typed := range []string{"", "a", "e", "solar", "k"} {
		for _, c := range w.complete(member, "brief", "topic", typed) {
			w.without(w.ask(member, "brief", "topic:"+c.Value), "There is no topic")
		}
	}
	for _, c := range w.complete(manager, "topic edit", "name", "sol") {
		w.want(w.ask(manager, "topic edit", "name:"+c.Value, "query:y"), "Changed topic: solar-power")
	}
	for _, typed := range []string{"", "berlin", "new york", "AMERICA/ar", "Seoul"} {
		choices := w.complete(manager, "settings", "timezone", typed)
		if len(choices) == 0 {
			t.Errorf("%q offers no zone", typed)
		}
		for _, c := range choices {
			w.want(w.ask(manager, "settings", "timezone:"+c.Value), "Settings changed")
		}
	}
}

func TestCompleteFeeds(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("한", 120)
	w.follow(here, long, "https://long.example/"+strings.Repeat("x", 300)+"/1")
	w.follow(here, long, "https://long.example/2")
	w.follow(here, "Süddeutsche", "https://sz.example/rss")
	for i := range 40 {
		w.follow(here, fmt.Sprintf("Feed %02d", i), fmt.Sprintf("https://f%d.example/rss", i))
	}
	if got := w.complete(manager, "feed remove", "feed", "feed"); len(got) != 25 {
		t.Errorf("%d choices", len(got))
	}
	for typed, want := range map[string]string{"SÜDD": "Süddeutsche — https://sz.example/rss", "su\u0308dd": "Süddeutsche — https://sz.example/rss", "f39.ex": "Feed 39 — https://f39.example/rss", "LONG.example/2": strings.Repeat("한", 48) + "… — https://long.example/2"} {
		if got := w.complete(manager, "feed remove", "feed", typed); len(got) != 1 || got[0].Name != want {
			t.Errorf("%q offers %v, want %s", typed, got, want)
		}
	}
	if got := w.complete(manager, "feed remove", "feed", "/1"); len(got) != 1 || got[0].Value == got[0].Name {
		t.Errorf("the end of a long address offers %v", got)
	}
}

// FuzzAsk asks and types whatever people can: there is always an answer, and it fits Discord.
func FuzzAsk(f *testing.F) {
	f.Add("brief", "topic", "climate", "page:4:brief:climate:1w")
	f.Add("search", "query", `title:ferry "a`, "page:10:search:x")
	f.Add("topic preview", "query", "(a OR b) -c", "page:0:catchup:0:1")
	f.Add("why", "url", "https://discord.com/channels/1001/2/3", "why:b")
	f.Add("settings", "quiet", "22:00-7:00", "\xff")
	w := newWorld(f)
	w.island()
	f.Fuzz(func(t *testing.T, name, option, value, button string) {
		w.t = t
		a := manager.ask()
		a.Command, a.Args[option] = name, value
		answer := func(a command.Ask) {
			r := w.service.Answer(t.Context(), a)
			if strings.Contains(w.render(r), "on my side") {
				t.Errorf("%+v: %s\n%s", a, w.render(r), w.log.String())
			}
			for _, b := range r.Buttons {
				if len([]rune(b.ID)) > 100 || len([]rune(b.Label)) > 80 {
					t.Errorf("button %+v", b)
				}
			}
		}
		answer(a)
		w.complete(manager, name, option, value)
		w.complete(manager, "brief", "topic", value)
		a = manager.ask()
		a.Button = button
		answer(a)
	})
}

func BenchmarkComplete(b *testing.B) {
	w := newWorld(b)
	for i := range 200 {
		for _, guild := range []news.GuildID{here, elsewhere} {
			if err := w.store.PutTopic(b.Context(), news.Topic{ID: news.OwnTopicID(guild, fmt.Sprintf("topic-%03d", i)), Guild: guild, Query: "wind OR solar OR tide"}, false); err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, typed := range []string{"", "klima", "기후", "topic-1"} {
		b.Run("typed="+typed, func(b *testing.B) {
			for b.Loop() {
				if w.service.Complete(b.Context(), command.Ask{Guild: here, Locale: "de"}, "topic", typed); b.Failed() {
					b.Fatal()
				}
			}
		})
	}
}
