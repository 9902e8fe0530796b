package discord

import (
	"strings"
	"testing"

	"newsbrief/internal/news"
)

func TestSentencesInReadingOrder(t *testing.T) {
	told := func(texts ...string) (list []news.Sentence) {
		for i, s := range texts {
			list = append(list, news.Sentence{Text: s, Article: news.ArticleID(1 + i/2)})
		}
		return list
	}
	two := []news.Source{{Article: 1, Name: "Courier", URL: "https://courier.example/1"}, {Article: 2, Name: "Herald", URL: "https://herald.example/2"}}
	for _, c := range []struct {
		name    string
		sources []news.Source
		list    []news.Sentence
		room    int
		want    string
	}{
		{"with spaces", two[:1], told("The dyke broke.", "“Run,” she said.”"), 900, "The dyke broke. “Run,” she said.”"},
		{"Chinese", two[:1], told("铁路今天通车。", "“来得正好！”", "全长187公里。"), 900, "铁路今天通车。“来得正好！”全长187公里。"},
		{"Korean without a mark", two[:1], told("둑이 무너졌다", "주민이 대피했다."), 900, "둑이 무너졌다 주민이 대피했다."},
		{"after the mark of a source", two, told("铁路通车。", "全长187公里。", "施工五年。"), 900,
			"铁路通车。全长187公里。\u00a0[¹](https://courier.example/1) 施工五年。\u00a0[²](https://herald.example/2)"},
		{"what doesn't fit is left out", two, told("The dyke broke at noon.", "Nobody was hurt.", "The mayor of the town asked people to stay at home."), 110,
			"The dyke broke at noon. Nobody was hurt.\u00a0[¹](https://courier.example/1)"},
		{"what is first is cut", two[:1], told("The dyke broke at noon.", "Nobody was hurt."), 16, "The dyke broke…"},
	} {
		if got := sentences(news.Brief{Sources: c.sources}, c.list, c.room); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestSourceOfHeadline: a headline leads to the article that has it, and an outlet counts once, however many articles it wrote.
func TestSourceOfHeadline(t *testing.T) {
	d := delivery(12, "Ferry burns off Skarvik", "Two more people died.", "https://courier.example/2", "Courier")
	d.Brief.Sources[0].Title = "Toll of ferry fire rises"
	d.Brief.Sources = append(d.Brief.Sources,
		news.Source{Article: 8, Name: "Courier", Title: "Ferry burns off Skarvik - Courier", URL: "https://courier.example/1"},
		news.Source{Article: 9, Name: "Herald", Title: "Flames on a ferry", URL: "https://herald.example/1"})
	got := words(t, briefMessage(d))
	for _, want := range []string{"[Ferry burns off Skarvik](https://courier.example/1)", "2 sources"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q in\n%s", want, got)
		}
	}
}
