package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var archive = []news.Article{
	{ID: 1, Title: "Ministers sign climate memorandum", Text: "The environment ministries revised a 2014 agreement on carbon markets.", Language: "en", Source: "Harbour Post", Feeds: []news.FeedID{7}, Published: day},
	{ID: 2, Title: "Flooding closes roads", Text: "Heavy rains flooded the valley. Climate was not mentioned by officials.", Language: "en", Source: "Valley Herald", Feeds: []news.FeedID{8}, Published: day.Add(24 * time.Hour)},
	{ID: 3, Title: "한중 환경장관 양해각서 서명", Text: "양국은 기후변화와 탄소시장 협력을 확대하기로 했다.", Language: "ko", Source: "한강일보", Feeds: []news.FeedID{9}, Published: day},
	{ID: 4, Title: "中韩签署环境合作备忘录", Text: "两国部长每年会晤,讨论气候变化与碳市场。", Language: "zh-Hans", Source: "东方晨报", Feeds: []news.FeedID{9}, Published: day.Add(48 * time.Hour)},
	{ID: 5, Title: "日本銀行が金利を引き上げ", Text: "東京市場で円が上昇した。", Language: "ja", Source: "みなと新聞", Published: day},
	{ID: 6, Title: "Überschwemmungen in Bayern", Text: "Die Häuser standen unter Wasser, die Feuerwehr half.", Language: "de", Source: "Isar Bote", Published: day},
	{ID: 7, Title: "Министры подписали соглашение", Text: "Стороны обсудили торговлю и энергетику.", Language: "ru", Source: "Невский вестник", Published: day},
	{ID: 8, Title: "Cumhurbaşkanı Ankara'da konuştu", Text: "Seçimi kazananlar NATO’nun kararını bekliyor.", Language: "tr", Source: "Boğaz Postası", Published: day},
	{ID: 9, Title: "Le sommet d’Italie", Text: "L’accord sur l'énergie est reporté.", Language: "fr", Source: "Le Phare", Published: day},
	{ID: 10, Title: "Powodzie w Krakowie", Text: "Mieszkańcy ewakuowali się nocą.", Language: "pl", Source: "Kurier Wisły", Published: day},
	{ID: 11, Title: "ニュース番組の新司会者", Text: "来月から担当する。", Language: "ja", Source: "みなと新聞", Published: day},
}

func filled(t testing.TB) *Index {
	t.Helper()
	x, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := x.Put(archive, 42); err != nil {
		t.Fatal(err)
	}
	return x
}

func find(t testing.TB, x *Index, q Query) []news.ArticleID {
	t.Helper()
	r, err := x.Search(context.Background(), q)
	if err != nil {
		t.Fatalf("searching %+v: %v", q, err)
	}
	ids := []news.ArticleID{}
	for _, h := range r.Hits {
		ids = append(ids, h.Article)
	}
	return ids
}

func TestSearch(t *testing.T) {
	x := filled(t)
	for _, c := range []struct {
		name  string
		query Query
		want  []news.ArticleID
	}{
		{"a word in any inflection", Query{Text: "minister signs"}, []news.ArticleID{1}},
		{"the title counts more", Query{Text: "climate"}, []news.ArticleID{1, 2}},
		{"all of few words", Query{Text: "climate floods"}, []news.ArticleID{2}},
		{"any of them when none has all", Query{Text: "memorandum valley"}, []news.ArticleID{1, 2}},
		{"an exclusion", Query{Text: "climate -flood"}, []news.ArticleID{1}},
		{"an excluded phrase", Query{Text: `climate -"carbon market"`}, []news.ArticleID{2}},
		{"a phrase", Query{Text: `"carbon markets"`}, []news.ArticleID{1}},
		{"the title alone", Query{Text: "title:climate"}, []news.ArticleID{1}},
		{"a title without it", Query{Text: "title:valley"}, []news.ArticleID{}},
		{"a prefix", Query{Text: "memo*"}, []news.ArticleID{1}},
		{"an excluded prefix", Query{Text: "climate -memo*"}, []news.ArticleID{2}},
		{"an excluded source", Query{Text: "climate -source:herald"}, []news.ArticleID{1}},
		{"an excluded language", Query{Text: "climate -lang:en"}, []news.ArticleID{}},
		{"an exclusion of nothing", Query{Text: "climate -ـ"}, []news.ArticleID{1, 2}},
		{"a source in the text", Query{Text: "climate source:herald"}, []news.ArticleID{2}},
		{"a source as a filter", Query{Text: "climate", Source: "Valley Herald"}, []news.ArticleID{2}},
		{"a language", Query{Text: "lang:de"}, []news.ArticleID{6}},
		{"feeds", Query{Text: "climate", Feeds: []news.FeedID{8, 9}}, []news.ArticleID{2}},
		{"no feeds", Query{Text: "climate", Feeds: []news.FeedID{}}, []news.ArticleID{}},
		{"since", Query{Text: "climate", Since: day.Add(time.Hour)}, []news.ArticleID{2}},
		{"until", Query{Text: "climate", Until: day.Add(time.Hour)}, []news.ArticleID{1}},
		{"Korean inside a word", Query{Text: "기후변화"}, []news.ArticleID{3}},
		{"Korean spaced otherwise", Query{Text: "탄소 시장"}, []news.ArticleID{3}},
		{"Chinese", Query{Text: "气候变化"}, []news.ArticleID{4}},
		{"Chinese in the other script", Query{Text: "氣候變化 備忘錄"}, []news.ArticleID{4}},
		{"a Chinese phrase in the other script", Query{Text: `"部長每年會晤"`}, []news.ArticleID{4}},
		{"a full-width word", Query{Text: "ＭＥＭＯＲＡＮＤＵＭ"}, []news.ArticleID{1}},
		{"half-width Katakana", Query{Text: "ﾆｭｰｽ"}, []news.ArticleID{11}},
		{"Japanese", Query{Text: "金利"}, []news.ArticleID{5}},
		{"German", Query{Text: "Haus"}, []news.ArticleID{6}},
		{"German without umlauts", Query{Text: "Uberschwemmung"}, []news.ArticleID{6}},
		{"Russian in another case", Query{Text: "министр"}, []news.ArticleID{7}},
		{"a Turkish name without its ending", Query{Text: "Ankara NATO"}, []news.ArticleID{8}},
		{"a Turkish verb in another form", Query{Text: "konuşacak"}, []news.ArticleID{8}},
		{"a Turkish word begun alike, asked for in the title", Query{Text: "title:cumhuriyet lang:tr"}, []news.ArticleID{}},
		{"a Turkish word begun alike, excluded", Query{Text: "Ankara -cumhuriyet"}, []news.ArticleID{8}},
		{"a prefix longer than a head", Query{Text: "cumhurbaş*"}, []news.ArticleID{8}},
		{"a prefix longer than the stem", Query{Text: "ministrie*"}, []news.ArticleID{1}},
		{"a prefix with an accent", Query{Text: "überschw*"}, []news.ArticleID{6}},
		{"French behind an elision", Query{Text: "énergie Italie"}, []news.ArticleID{9}},
		{"French with one", Query{Text: "l’énergie"}, []news.ArticleID{9}},
		{"Polish in another case", Query{Text: "mieszkańców"}, []news.ArticleID{10}},
		{"a typing error", Query{Text: "memorandun"}, []news.ArticleID{1}},
		{"a phrase nobody wrote", Query{Text: `"climate ministers"`}, []news.ArticleID{1}},
		{"an unclosed quotation mark", Query{Text: `"carbon`}, []news.ArticleID{1}},
		{"nothing to look for", Query{Text: "  - \" ::"}, []news.ArticleID{}},
		{"nothing there", Query{Text: "xylophone"}, []news.ArticleID{}},
		{"only an exclusion", Query{Text: "-climate"}, []news.ArticleID{}},
		{"words again and again", Query{Text: "climate floods climate"}, []news.ArticleID{2}},
		{"a phrase of one word again and again", Query{Text: `"climate climate climate"`}, []news.ArticleID{1, 2}},
		{"the second page", Query{Text: "climate", Limit: 1, Offset: 1}, []news.ArticleID{2}},
		{"beyond the last page", Query{Text: "climate", Offset: 10}, []news.ArticleID{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := find(t, x, c.query); !slices.Equal(got, c.want) {
				t.Errorf("%+v found %v, want %v", c.query, got, c.want)
			}
		})
	}
}

// A prefix that thousands of words have is searched by the most frequent, and excluded with all.
func TestManyWordsOfAPrefix(t *testing.T) {
	x, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var many []news.Article
	for i := range 1000 {
		many = append(many, news.Article{ID: news.ArticleID(i + 1), Title: fmt.Sprintf("port%dq", i), Text: "Harbours everywhere.", Language: "xx"})
	}
	for i := range 50 {
		many = append(many, news.Article{ID: news.ArticleID(2000 + i), Title: "portugalq", Text: "Harbours everywhere.", Language: "xx"})
	}
	many = append(many, news.Article{ID: 3000, Title: "Elsewhere", Text: "Harbours everywhere.", Language: "xx"})
	if err := x.Put(many, 1); err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(context.Background(), Query{Text: "port*", Limit: 200})
	if err != nil || !slices.ContainsFunc(r.Hits, func(h Hit) bool { return h.Article == 2000 }) {
		t.Errorf("the most frequent word isn't among %d hits, %v", len(r.Hits), err)
	}
	if got := find(t, x, Query{Text: "everywhere -port*"}); !slices.Equal(got, []news.ArticleID{3000}) {
		t.Errorf("left after an exclusion: %v", got)
	}
}

func TestPhraseWithAWordTwice(t *testing.T) {
	x := opened(t, "")
	err := x.Put([]news.Article{
		{ID: 1, Title: "The storm and the ferry", Text: "Ferry.", Language: "en"},
		{ID: 2, Title: "The storm, the ferry", Text: "Ferry.", Language: "en"},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string][]news.ArticleID{
		`"the storm and the ferry"`: {1},
		`"the storm the ferry"`:     {2},
		`"the ferry" "the ferry"`:   {1, 2},
	} {
		if got := find(t, x, Query{Text: query}); !slices.Equal(slices.Sorted(slices.Values(got)), want) {
			t.Errorf("%s found %v, want %v", query, got, want)
		}
	}
}

// Words that differ only far beyond any word's length are one.
func TestEndlessWords(t *testing.T) {
	x := opened(t, "")
	endless := strings.Repeat("Ωmega", 1000)
	if err := x.Put([]news.Article{{ID: 1, Title: endless + "a", Text: "Ferry.", Language: "xx"}}, 1); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{endless, endless + "*"} {
		if got := find(t, x, Query{Text: query}); !slices.Equal(got, []news.ArticleID{1}) {
			t.Errorf("found %v", got)
		}
	}
}

// The dearest queries of as many letters as Discord takes are stopped when nobody waits for the answer any more.
func TestStopped(t *testing.T) {
	x := opened(t, "")
	var many []news.Article
	for i := range 2000 {
		many = append(many, news.Article{ID: news.ArticleID(i + 1), Title: "The storm", Text: strings.Repeat("the ferry and ", 20), Language: "en"})
	}
	if err := x.Put(many, 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, query := range []string{strings.Repeat("the ", 50), `"the ferry and"`, "fe*", "ferri"} {
		if _, err := x.Search(ctx, Query{Text: query}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestTotalCountsAllPages(t *testing.T) {
	r, err := filled(t).Search(context.Background(), Query{Text: "climate", Limit: 1})
	if err != nil || r.Total != 2 || len(r.Hits) != 1 {
		t.Errorf("got %+v, %v; want 2 in all, 1 here", r, err)
	}
}

func TestNewerRanksHigher(t *testing.T) {
	x, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var same []news.Article
	for i := range 3 {
		id := news.ArticleID(news.NewID(day.AddDate(0, i, 0), 0))
		same = append(same, news.Article{ID: id, Title: "Storm warning", Text: "The same text.", Language: "en"})
	}
	slices.Reverse(same)
	if err := x.Put(same, 1); err != nil {
		t.Fatal(err)
	}
	want := []news.ArticleID{same[0].ID, same[1].ID, same[2].ID}
	if got := find(t, x, Query{Text: "storm", Now: day.AddDate(0, 4, 0)}); !slices.Equal(got, want) {
		t.Errorf("got %v, want the newest first: %v", got, want)
	}
}

func TestStories(t *testing.T) {
	x, err := Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	var told []news.Article
	for i, story := range []news.StoryID{1, 2, 2, 2, 2, 0, 0, 3} {
		id := news.ArticleID(news.NewID(day, uint32(i)))
		told = append(told, news.Article{ID: id, Title: "Storm warning", Text: "The same text.", Language: "en", Story: story})
	}
	told[1].Title = "Storm warning in the north" // longer, so a little less about it
	told[7].Title, told[7].Text = "Ferry", "Nothing about the weather."
	if err := x.Put(told, 1); err != nil {
		t.Fatal(err)
	}
	r, err := x.Search(context.Background(), Query{Text: "storm", Now: day, Stories: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, h := range r.Hits {
		got = append(got, h.Tellings)
	}
	if r.Total != 4 || !slices.Equal(got, []int{4, 1, 1, 1}) || r.Hits[0].Story != 2 || r.Hits[0].Article != told[4].ID {
		t.Errorf("got %+v; want the story of four tellings first, by its newest of the best", r)
	}
}

func TestPutReplacesAndDeletes(t *testing.T) {
	x := filled(t)
	changed := archive[0]
	changed.Title, changed.Text = "Volcano", "Lava."
	if err := x.Put([]news.Article{changed}, 43); err != nil {
		t.Fatal(err)
	}
	if got := find(t, x, Query{Text: "memorandum"}); len(got) != 0 {
		t.Errorf("the old text is still found: %v", got)
	}
	if err := x.Delete([]news.ArticleID{2, 999}); err != nil {
		t.Fatal(err)
	}
	if got := find(t, x, Query{Text: "climate"}); len(got) != 0 {
		t.Errorf("a deleted article is still found: %v", got)
	}
	if n, err := x.Count(); err != nil || n != uint64(len(archive)-1) {
		t.Errorf("count is %d, %v; want %d", n, err, len(archive)-1)
	}
	if seq, err := x.Sequence(); err != nil || seq != 43 {
		t.Errorf("sequence is %d, %v; want 43", seq, err)
	}
}

func TestReopen(t *testing.T) {
	dir := t.TempDir()
	x, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := x.Put(archive, 42); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a second process may open an index in use")
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	if x, err = Open(dir); err != nil {
		t.Fatal(err)
	}
	if seq, err := x.Sequence(); err != nil || seq != 42 {
		t.Errorf("sequence is %d, %v; want 42", seq, err)
	}
	if got := find(t, x, Query{Text: "기후변화"}); !slices.Equal(got, []news.ArticleID{3}) {
		t.Errorf("found %v after reopening", got)
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestHighlight(t *testing.T) {
	a := archive[2]
	h := Highlight("기후변화 서명", a, 60)
	if len(h.Title) != 1 || a.Title[h.Title[0].Start:h.Title[0].End] != "서명" {
		t.Errorf("title marks %v", h.Title)
	}
	if len(h.Marks) != 1 || a.Text[h.Marks[0].Start:h.Marks[0].End] != "기후변화" {
		t.Errorf("text marks %v", h.Marks)
	}
	a = archive[0]
	h = Highlight("market", a, 40)
	if len(h.Marks) != 1 || a.Text[h.Marks[0].Start:h.Marks[0].End] != "markets" {
		t.Errorf("text marks %v in %q", h.Marks, a.Text[h.Fragment.Start:h.Fragment.End])
	}
}

func FuzzSearch(f *testing.F) {
	x := filled(f)
	for _, s := range []string{"climate", `"carbon markets`, "-", "title:", "lang:ko -\"기후\"", "a* *", "source:(", "\xff\xfe", "“”", "気候*", "NOT OR AND", "title:\"\"", "-title:x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := x.Search(context.Background(), Query{Text: s, Limit: 3})
		if err != nil {
			t.Fatalf("searching %q: %v", s, err)
		}
		if len(r.Hits) > 3 || r.Total < len(r.Hits) || r.Total > len(archive) {
			t.Fatalf("searching %q: %+v", s, r)
		}
		for _, a := range archive {
			h := Highlight(s, a, 20)
			for _, m := range append(h.Marks, h.Fragment) {
				if m.Start < 0 || m.End > len(a.Text) || m.Start > m.End {
					t.Fatalf("highlighting %q: %+v", s, h)
				}
			}
		}
	})
}
