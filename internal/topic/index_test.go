package topic_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// indexed checks that an index finds an article for a query if and only if the query alone matches it.
func indexed(t *testing.T, query string, d topic.Doc, want bool) {
	t.Helper()
	x := topic.NewIndex()
	if err := x.Put(news.Topic{ID: "1/q", Query: query}); err != nil {
		t.Fatal(err)
	}
	if got := has(x.Match(d), "1/q"); got != want {
		t.Fatalf("the index says %v and the query %v: %q on %+v", got, want, query, d)
	}
}

func has(matches []news.Match, id news.TopicID) bool {
	for _, m := range matches {
		if m.Topic == id {
			return true
		}
	}
	return false
}

func TestIndexAgreesWithQueries(t *testing.T) {
	for _, d := range []topic.Doc{summit, korean, {Title: "Die Häuser am Fluss", Language: "de"}, {Title: "東京タワーの夜", Language: "ja"}} {
		for _, query := range []string{
			"climate", "climate OR 기후", "storm climate", "-storm climate", `"carbon market" environ*`, "en*", "source:harbour", "source:한강",
			"lang:en OR lang:ko", "기후변화", "탄소시장", "망", "5G망", "Haus", "タワー", "東京タワー", "東", "(the OR a1) -storm", "title:climate", "the minister",
		} {
			q, err := topic.Parse(query)
			if err != nil {
				t.Fatal(err)
			}
			_, want := q.Match(d)
			indexed(t, query, d, want)
		}
	}
}

// TestIndexAgreesWithLoop matches random articles against random queries, a few of which change before each, and while it matches others
// come and go. There are enough articles for queries to be filed anew.
func TestIndexAgreesWithLoop(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	words := strings.Fields("market markets storm storms carbon climate minister ministers sign signed the on harbour 기후 변화 탄소 시장 气候 变化 录 5G망 covid-19")
	word := func() string { return words[min(random.IntN(len(words)), random.IntN(len(words)))] }
	var query func(depth int) string
	query = func(depth int) string {
		switch n := random.IntN(12); {
		case depth > 0 && n < 3:
			return "(" + query(depth-1) + " OR " + query(depth-1) + ")"
		case depth > 0 && n < 7:
			return query(depth-1) + " " + query(depth-1)
		case depth > 0 && n == 7:
			return query(depth-1) + " -" + query(0)
		case n == 8:
			return `"` + word() + " " + word() + `"`
		case n == 9:
			return "title:" + word()
		case n == 10:
			return []string{"cli*", "mark*", "source:harbour", "lang:ko", "lang:en"}[random.IntN(5)]
		}
		return word()
	}
	article := func() topic.Doc {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(word() + " ")
		}
		return topic.Doc{Title: word() + " " + word(), Text: b.String(), Source: []string{"Harbour Post", "한강일보"}[random.IntN(2)], Language: []string{"en", "ko", "zh"}[random.IntN(3)]}
	}
	x := topic.NewIndex()
	parsed := map[news.TopicID]*topic.Query{}
	put := func(i int) {
		id, text := news.TopicID(fmt.Sprintf("1/%d", i)), query(3)
		q, err := topic.Parse(text)
		if err == nil {
			err = x.Put(news.Topic{ID: id, Query: text})
		}
		if err != nil {
			t.Fatal(err)
		}
		parsed[id] = q
	}
	const queries = 300
	for i := range queries {
		put(i)
	}
	var work sync.WaitGroup
	defer work.Wait()
	done := make(chan struct{})
	defer close(done)
	work.Go(func() {
		for k := 0; ; k++ {
			select {
			case <-done:
				return
			default:
			}
			id := news.TopicID(fmt.Sprintf("2/%d", k%50))
			if err := x.Put(news.Topic{ID: id, Query: words[k%len(words)] + " " + words[k%7]}); err != nil {
				t.Error(err)
			}
			if k%3 == 0 {
				x.Delete(id)
			}
		}
	})
	for range 1500 {
		put(random.IntN(queries))
		gone := news.TopicID(fmt.Sprintf("1/%d", random.IntN(queries)))
		x.Delete(gone)
		delete(parsed, gone)
		d := article()
		got := map[news.TopicID]int{}
		for _, m := range x.Match(d) {
			if strings.HasPrefix(string(m.Topic), "1/") {
				got[m.Topic]++
			}
		}
		for id, q := range parsed {
			want := 0
			if _, ok := q.Match(d); ok {
				want = 1
			}
			if got[id] != want {
				t.Fatalf("%s is matched %d times, want %d: %q on %+v", id, got[id], want, q, d)
			}
			delete(got, id)
		}
		if len(got) > 0 {
			t.Fatalf("deleted topics match: %v", got)
		}
	}
}

func TestIndexChangesInPlace(t *testing.T) {
	x := topic.NewIndex()
	put := func(id news.TopicID, query string) {
		t.Helper()
		if err := x.Put(news.Topic{ID: id, Query: query}); err != nil {
			t.Fatal(err)
		}
	}
	put("1/a", "climate")
	put("2/a", "climate") // the same query of another guild
	if m := x.Match(summit); !has(m, "1/a") || !has(m, "2/a") {
		t.Errorf("got %v, want both guilds' topics", m)
	}
	put("1/a", "storm OR volcano") // edited after the first article came
	if m := x.Match(summit); has(m, "1/a") || !has(m, "2/a") {
		t.Errorf("got %v, want 2/a without 1/a", m)
	}
	put("1/a", "storm OR memorandum")
	x.Delete("2/a")
	x.Delete("9/none")
	if m := x.Match(summit); !has(m, "1/a") || has(m, "2/a") {
		t.Errorf("got %v, want 1/a without 2/a", m)
	}
	if x.Len() != 1 {
		t.Errorf("%d topics, want 1", x.Len())
	}
	if err := x.Put(news.Topic{ID: "1/a", Query: "("}); err == nil || !strings.Contains(err.Error(), "1/a") {
		t.Errorf("a broken query gives %v", err)
	}
	if m := x.Match(summit); !has(m, "1/a") {
		t.Error("a broken edit lost the topic")
	}
}

func TestIndexIsSafeForConcurrentUse(t *testing.T) {
	x := topic.NewIndex()
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for k := range 50 {
				id := news.TopicID(fmt.Sprintf("%d/t%d", i, k%7))
				if err := x.Put(news.Topic{ID: id, Query: fmt.Sprintf("climate word%d", k)}); err != nil {
					t.Error(err)
				}
				x.Match(topic.Doc{Title: "climate word3", Language: []string{"en", "de", "ko"}[k%3]})
				x.Delete(id)
			}
		})
	}
	work.Wait()
	if x.Len() != 0 {
		t.Errorf("%d topics left", x.Len())
	}
}
