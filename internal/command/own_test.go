package command_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/topic"
)

// TestOwnTopicFindsAll: what the archive index leaves aside is never what a query matches.
func TestOwnTopicFindsAll(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "한겨레 신문", "https://hani.example/rss")
	w.follow(elsewhere, "Secret Times", "https://secret.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	var all []news.Article
	tell := func(feed, lang, title, text string) {
		n := len(all)
		all = append(all, w.tell(telling{feed: feed, lang: lang, ago: time.Duration(n+1) * time.Minute, url: fmt.Sprintf("https://x.example/%d", n), title: title, text: text}))
	}
	for _, feed := range []string{"Harbour Post", "한겨레 신문"} {
		tell(feed, "en", "Wind turbines for the harbour", "The council's studies of C++ and AT&T went on. Decarbonisation begins.")
		tell(feed, "en", "Studying the tide", "A study about solar energy and carbon markets in the U.S.A. today.")
		tell(feed, "de", "Windräder für den Hafen", "Die Studien über Energiewende und Häuser gehen weiter.")
		tell(feed, "fr", "L'électricité d'hier", "Les études de l'énergie et l’éolien continuent.")
		tell(feed, "ru", "Ветряные турбины", "Исследования энергии продолжаются в гаванях.")
		tell(feed, "tr", "Rüzgâr enerjisi", "İstanbul'da çalışmalar sürüyor.")
		tell(feed, "ko", "기후 변화와 AI반도체", "기후변화에 대한 연구가 계속된다. 신재생에너지가 늘었다.")
		tell(feed, "zh-Hant", "氣候變化", "再生能源的研究繼續進行。東京タワー")
		tell(feed, "zh-Hans", "气候变化", "再生能源的研究继续进行。")
		tell(feed, "ja", "気候変動とｶﾞﾗｽ", "再生可能エネルギーの研究が続く。東京タワー、AIガラス。")
		tell(feed, "th", "การเปลี่ยนแปลงสภาพภูมิอากาศ", "พลังงานลมและแสงอาทิตย์")
		tell(feed, "xx", "Windy", "Unbekannte Sprachen und studies.")
	}
	for _, query := range []string{
		"study", "studies", "Studie", "étude", "исследование", "wind", "turbine", "windrad", `"carbon market"`, `"solar energy"`, "energy OR energie", "études énergie", "électricité", "électri*",
		"decarboni*", "stud*", "wi*", "studyin*", "Hafen -Windräder", "wind -turbine", "C++", "AT&T", "U.S.A", "title:wind", "title:study", "source:harbour", "source:한겨레",
		`source:"Harbour Post"`, "source:valley", "source:secret", "lang:ko", "lang:zh", "lang:de OR lang:fr", "lang:en study", "기후", "기후변화", "기후 변화", "변화", "재생에너지", "에너", "후", "반도체", "AI반도체",
		"气候", "氣候", "氣候變化", "能源", "研究", "继续", "東京タワー", "タワー", "ガラス", "AIガラス", "京タ", "พลังงาน", "ลม", "ภูมิอากาศ", "(wind OR 기후) -C++", "source:harbour title:气候", "rüzgâr", "istanbul",
	} {
		q, err := topic.Parse(query)
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		for _, a := range all {
			if _, ok := q.Match(topic.Doc{Title: a.Title, Text: a.Text, Source: a.Source, Language: a.Language}); ok {
				want++
			}
		}
		if err := w.store.PutTopic(t.Context(), news.Topic{ID: news.OwnTopicID(here, "own"), Guild: here, Query: query}, false); err != nil {
			t.Fatal(err)
		}
		r := w.ask(member, "brief", "topic:own")
		says := fmt.Sprintf("%d stories in", want)
		switch want {
		case 0:
			says = "Nothing on this topic"
		case 1:
			says = "1 story in"
		}
		if got := w.render(r); !strings.Contains(got, says) {
			t.Errorf("%s: %q is missing in\n%s", query, says, got)
		}
		if _, err := w.store.DeleteTopic(t.Context(), news.OwnTopicID(here, "own")); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOwnTopicEvents: tellings in other languages come with the one that matches, and what the index lacks so far is found all the same.
func TestOwnTopicEvents(t *testing.T) {
	w := newWorld(t)
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Inselbote", "https://insel.example/rss")
	w.follow(here, "Ilbo", "https://ilbo.example/rss")
	w.ask(manager, "topic create", "name:ferries", "query:ferry")
	tell := func(feed, lang, story, event, title string, ago time.Duration) {
		w.tell(telling{feed: feed, lang: lang, story: story, event: event, title: title, text: title + ".", url: "https://x.example/" + story, ago: ago})
	}
	tell("Inselbote", "de", "de", "", "Fähre gesunken", 5*24*time.Hour)
	tell("Harbour Post", "en", "en", "de", "Ferry sank", 4*24*time.Hour)
	reader := who{name: "member", locale: "en-GB"}
	w.want(w.ask(reader, "brief", "topic:ferries", "since:30d"), "1 story in", "Ferry sank", "Inselbote in de")
	w.now = w.now.Add(time.Hour)
	tell("Ilbo", "ko", "ko", "de", "여객선 침몰", 0)
	w.want(w.ask(reader, "brief", "topic:ferries", "since:30d"), "1 story in", "Inselbote in de", "Ilbo in ko")
	w.want(w.ask(reader, "brief", "topic:ferries"), "Nothing on this topic") // of the last day there is but the Korean one

	index, err := search.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	w.options.Archive = index // deleted, and not fed yet
	w.service = command.New(w.options)
	w.want(w.ask(reader, "brief", "topic:ferries", "since:30d"), "1 story in", "Ferry sank", "Ilbo in ko")
	w.want(w.ask(manager, "topic edit", "name:ferries", "query:Fähre"), "Changed topic")
	w.want(w.ask(member, "brief", "topic:ferries", "since:30d"), "1 story in")
	w.want(w.ask(manager, "topic edit", "name:ferries", "query:Flugzeug"), "Changed topic")
	w.want(w.ask(member, "brief", "topic:ferries", "since:30d"), "Nothing on this topic")
}

// archive fills the archive with articles of the last 90 days: 300 words each of a vocabulary as uneven as that of news, two to a story.
func (w *world) archive(n int) {
	w.t.Helper()
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	feed := w.feeds["Harbour Post"]
	random := rand.New(rand.NewPCG(1, 2))
	word := rand.NewZipf(random, 1.1, 20, 50_000)
	articles := make([]news.Article, n)
	for i := range articles {
		at := w.now.Add(-90 * 24 * time.Hour / time.Duration(n) * time.Duration(n-i))
		words := make([]string, 300)
		for k := range words {
			words[k] = fmt.Sprintf("w%dx", word.Uint64())
		}
		id := news.NewID(at, uint32(i))
		articles[i] = news.Article{ID: news.ArticleID(id), Feeds: []news.FeedID{feed}, Source: "Harbour Post", URL: fmt.Sprintf("https://harbour.example/%d", i), Title: strings.Join(words[:9], " "),
			Text: strings.Join(words, " ") + ".", Language: "en", Published: at, Seen: at, Story: news.StoryID(id)}
		if i%2 == 1 {
			articles[i].Story = articles[i-1].Story
		}
	}
	var failed atomic.Bool
	together(n/2, func(i int) {
		for k, a := range articles[2*i : 2*i+2] {
			s := news.Story{ID: a.Story, Event: a.Story, Language: "en", Headline: a.Title, Articles: []news.ArticleID{articles[2*i].ID, a.ID}[:k+1], First: articles[2*i].Seen, Last: a.Seen}
			if err := w.store.PublishStory(w.t.Context(), a.Seen, news.Publication{Feed: feed, Article: a, Story: s}); err != nil && !failed.Swap(true) {
				w.t.Error(err)
			}
		}
	})
	if w.t.Failed() {
		w.t.FailNow()
	}
	for at := uint64(0); ; {
		some, last, err := w.store.ArticlesAfter(w.t.Context(), at, 500)
		if err != nil {
			w.t.Fatal(err)
		}
		if len(some) == 0 {
			return
		}
		if err := w.index.Put(some, last); err != nil {
			w.t.Fatal(err)
		}
		at = last
	}
}

// archived is how many articles BenchmarkOwnTopic has in its archive.
const archived = 20_000

func BenchmarkOwnTopic(b *testing.B) {
	w := newWorld(b)
	w.archive(archived)
	for name, query := range map[string]string{"rare": "w3000x OR w4000x", "phrase": `"w700x w400x" OR w9000x`, "common": "w300x w120x"} {
		if err := w.store.PutTopic(b.Context(), news.Topic{ID: news.OwnTopicID(here, name), Guild: here, Query: query}, false); err != nil {
			b.Fatal(err)
		}
		for _, since := range []string{"24h", "30d"} {
			b.Run(name+"/"+since, func(b *testing.B) {
				a := command.Ask{Command: "brief", Args: map[string]string{"topic": name, "since": since}, Guild: here, Channel: general, User: "1"}
				r := w.service.Answer(b.Context(), a)
				for b.Loop() {
					r = w.service.Answer(b.Context(), a)
				}
				b.Log(r.Blocks[len(r.Blocks)-1].Lines)
			})
		}
	}
}
