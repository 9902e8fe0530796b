package command_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

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
		{"에너지", "ko", "1001/재생에너지", "재생에너지(이 서버)"},
		{"能源", "zh-TW", "1001/再生能源", "再生能源（本伺服器）"},
		{"気", "ja", "climate", ""},
		// However it is written.
		{"kunstlich", "de", "ai", "Künstliche Intelligenz (ai)"},
		{"energie", "fr", "energy", "Énergie (energy)"},
		{"ÉNERGIE", "fr", "energy", "Énergie (energy)"},
		{"气候", "zh-TW", "climate", ""},
		{"氣候", "zh-CN", "climate", ""},
		{"そふと", "ja", "software", ""},
		{"ｿﾌﾄ", "ja", "software", ""},
		{"solar power", "", "1001/solar-power", "solar-power (this server's)"},
		{"solar_p", "", "1001/solar-power", "solar-power (this server's)"},
		{"kuenst", "de", "ai", "Künstliche Intelligenz (ai)"},
		{"Kuenstliche I", "de", "ai", "Künstliche Intelligenz (ai)"},
		// By other names, a choice that was made by one too.
		{"KI", "de", "ai", "Künstliche Intelligenz (ai) · KI"},
		{"erdbeben", "de", "disaster", "Katastrophen und Unfälle (disaster) · Erdbeben"},
		{"soccer", "en-US", "football", "Football · soccer"},
		{"Football · soccer", "en-US", "football", "Football"},
		{"soccer", "de", "football", "Fußball (football) · soccer"},
		{"stocks", "", "markets", "Markets · stocks"},
		{"movies", "", "film", "Film · movies"},
		{"bitcoin", "", "crypto", "Crypto · bitcoin"},
		{"world cup", "", "football", "Football · world cup"},
		{"voiture", "fr", "cars", "Automobile (cars) · voitures"},
		{"futebol", "es-ES", "football", "Fútbol (football) · Futebol"},
		{"지진", "ko", "disaster", "재난과 사고 (disaster) · 지진"},
		{"지지", "ko", "disaster", "재난과 사고 (disaster) · 지진"},
		{"地震", "zh-TW", "disaster", "災害與事故 (disaster) · 地震"},
		{"电脑", "zh-TW", "technology", "科技 (technology) · 電腦"},
		{"きこう", "ja", "climate", "気候 (climate) · きこう"},
		{"きk", "ja", "climate", "気候 (climate) · きこう"},
		{"せんｋｙ", "ja", "elections", "選挙 (elections) · せんきょ"},
		{"せんきょ", "ja", "elections", "選挙 (elections) · せんきょ"},
		{"てんき", "ja", "weather", "天気 (weather) · てんき"},
		{"けいざい", "ja", "economy", "経済 (economy) · けいざい"},
		{"やきゅう", "ja", "baseball", "野球 (baseball) · やきゅう"},
		// As input methods send half-typed Hangul, and by first consonants.
		{"ㄱ", "ko", "climate", ""},
		{"기ㅎ", "ko", "climate", ""},
		{"깋", "ko", "climate", ""},
		{"ㄱㅎ", "ko", "climate", ""},
		{"재새", "ko", "1001/재생에너지", "재생에너지(이 서버)"},
		{"재생엔", "ko", "1001/재생에너지", "재생에너지(이 서버)"},
		{"ㅈㅅㅇ", "ko", "1001/재생에너지", "재생에너지(이 서버)"},
		{"ㅇㄴㅈ", "ko", "1001/재생에너지", "재생에너지(이 서버)"},
		// A choice that was made, as its value or as it is called.
		{"1001/solar-power", "", "1001/solar-power", "solar-power (this server's)"},
		{"solar-power (this server's)", "", "1001/solar-power", "solar-power (this server's)"},
		{"Climate · Klima", "", "climate", "Climate"},
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
	// A letter or two inside what a person doesn't read, or inside Hangul or kana, are there by chance.
	for _, c := range []struct{ typed, locale, without string }{
		{"ai", "en-US", "crypto"}, {"gi", "ko", "religion"}, {"き", "ja", "energy"}, {"ぬ", "ja", "energy"}, {"후", "ko", "climate"},
	} {
		for _, have := range w.complete(who{locale: c.locale}, "brief", "topic", c.typed) {
			if have.Value == c.without {
				t.Errorf("%q (%s) offers %v", c.typed, c.locale, have)
			}
		}
	}
	// What begins with it comes first, of equals the topics' own names.
	if got := values(w.complete(member, "brief", "topic", "te")); !strings.HasPrefix(got, "technology television ") {
		t.Errorf("offers %s", got)
	}
	if got := values(w.complete(member, "brief", "topic", "mo")); !strings.HasPrefix(got, "motorsport ") {
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

// TestOtherNamesAreTaken: what a built-in topic is also called is taken for it where it is the only one; what the guild calls so comes first.
func TestOtherNamesAreTaken(t *testing.T) {
	w := newWorld(t)
	w.island()
	for typed, want := range map[string]string{"soccer": "Football", "World Cup": "Football", "KI": "Artificial intelligence", "kuenstliche intelligenz": "Artificial intelligence",
		"やきゅう": "Baseball", "電影": "Film", "fussball": "Football", "지진": "Disasters and accidents"} {
		w.want(w.ask(member, "brief", "topic:"+typed), want)
	}
	w.want(w.ask(member, "brief", "topic:socer"), "There is no topic “socer”. Did you mean football?")
	w.want(w.ask(member, "brief", "topic:shows"), "There is no topic “shows”. Did you mean television, music?")
	w.want(w.ask(member, "brief", "topic:climat change"), "Did you mean climate?")
	w.ask(manager, "topic create", "name:soccer", "query:goal")
	w.want(w.ask(member, "brief", "topic:soccer"), "soccer")
}

func TestZones(t *testing.T) {
	w := newWorld(t)
	for typed, zone := range map[string]string{"seoul": "Asia/Seoul", "서울": "Asia/Seoul", "首尔": "Asia/Seoul", " 首爾 ": "Asia/Seoul", "séoul": "Asia/Seoul", "Séoul": "Asia/Seoul",
		"new york": "America/New_York", "NEW_YORK": "America/New_York", "ニューヨーク": "America/New_York", "Nueva York": "America/New_York", "Wien": "Europe/Vienna",
		"zürich": "Europe/Zurich", "Zuerich": "", "europe/berlin": "Europe/Berlin", "kathmandu": "Asia/Kathmandu", "america/argentina/ushuaia": "America/Argentina/Ushuaia",
		"utc": "UTC", "são paulo": "America/Sao_Paulo", "Springfield": "", "local": "", "Local": "", "../etc/passwd": "", "asia": "", "서": ""} {
		r := w.ask(manager, "settings", "timezone:"+typed)
		if zone == "" {
			w.want(r, "no time zone I know")
		} else {
			w.want(r, "*Time zone*: "+zone)
		}
	}
	for _, c := range []struct{ locale, typed, name string }{{"ko", "서울", "서울 — Asia/Seoul"}, {"", "서울", "Seoul — Asia/Seoul"}, {"de", "asia/se", "Seoul — Asia/Seoul"}, {"fr", "londr", "Londres — Europe/London"}, {"es-419", "Nueva", "Nueva York — America/New_York"}, {"ko", "ㅅㅇ", "서울 — Asia/Seoul"}} {
		choices := w.complete(who{name: "manager", locale: c.locale}, "settings", "timezone", c.typed)
		if len(choices) == 0 || choices[0].Name != c.name {
			t.Errorf("%q in %q offers %v, not %q first", c.typed, c.locale, choices, c.name)
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

// TestCompleteFollowsChanges: what is offered is what there is now, whoever changed it.
func TestCompleteFollowsChanges(t *testing.T) {
	w := newWorld(t)
	offers := func(want string) {
		t.Helper()
		if got := values(w.complete(manager, "topic edit", "name", "")); got != want {
			t.Errorf("offers %q, want %q", got, want)
		}
	}
	offers("")
	w.ask(manager, "topic create", "name:ice", "query:ice")
	offers("ice")
	if err := w.store.PutTopic(t.Context(), news.Topic{ID: news.OwnTopicID(here, "fire"), Guild: here, Query: "fire"}, false); err != nil { // in another process
		t.Fatal(err)
	}
	offers("fire ice")
	w.ask(manager, "topic delete", "name:ice")
	offers("fire")
	w.follow(here, "Wire", "https://wire.example/rss")
	if got := w.complete(manager, "feed remove", "feed", "wi"); len(got) != 1 {
		t.Errorf("offers %v", got)
	}
}

// TestCompleteBest: what it is comes before what begins so, then words that begin so, then what merely holds it.
func TestCompleteBest(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"the-windmill", "windy", "wind", "rewinding", "wind-power", "upwind", "storm-wind"} {
		w.ask(manager, "topic create", "name:"+name, "query:x")
	}
	if got := values(w.complete(manager, "topic edit", "name", "wind")); got != "wind wind-power windy storm-wind the-windmill rewinding upwind" {
		t.Errorf("offers %s", got)
	}
}

// together calls f with 0 to n-1 from many goroutines: the store writes what waits at once.
func together(n int, f func(i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	all.Wait()
}

func BenchmarkComplete(b *testing.B) {
	const topics, feeds = 100_000, 10_000
	words := strings.Fields("wind solar tide harbour ferry school council 기후 에너지 재생 気候 電力 能源 météo énergie übung")
	name := func(i int) string { return fmt.Sprintf("%s-%s-%d", words[i%len(words)], words[i/7%len(words)], i) }
	for _, guilds := range []int{1, 10_000} {
		w := newWorld(b)
		together(topics, func(i int) {
			guild := news.GuildID(fmt.Sprint(1001 + i%guilds))
			if err := w.store.PutTopic(b.Context(), news.Topic{ID: news.OwnTopicID(guild, name(i)), Guild: guild, Query: "wind"}, false); err != nil {
				b.Error(err)
			}
		})
		if guilds == 1 {
			together(feeds, func(i int) {
				f := news.Feed{ID: news.FeedID(i + 1), Title: fmt.Sprintf("%s %d", words[i%len(words)], i), URL: fmt.Sprintf("https://%s.example/%d/rss", words[i%7], i)}
				if _, err := w.store.AddFeed(b.Context(), w.now, here, f); err != nil {
					b.Error(err)
				}
			})
		}
		for _, typed := range []string{"", "t", "klima", "기ㅎ", "ㅇㄴㅈ", "tide-har", "99", "no such name"} {
			option := func(option string) {
				b.Run(fmt.Sprintf("guilds=%d/%s/typed=%s", guilds, option, typed), func(b *testing.B) {
					w.service.Complete(b.Context(), command.Ask{Guild: here, Locale: "de"}, option, typed)
					took := make([]time.Duration, 0, 1000)
					for i := 0; b.Loop(); i++ {
						start := time.Now()
						w.service.Complete(b.Context(), command.Ask{Guild: news.GuildID(fmt.Sprint(1001 + i*7919%guilds)), Locale: "de"}, option, typed)
						took = append(took, time.Since(start))
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-µs")
				})
			}
			option("topic")
			if guilds == 1 {
				option("feed")
			}
		}
	}
}
