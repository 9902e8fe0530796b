package search

import (
	"context"
	"slices"
	"testing"

	"newsbrief/internal/news"
)

func TestRespelt(t *testing.T) {
	x := opened(t, "")
	err := x.Put([]news.Article{
		{ID: 1, Title: "Talks in Geneva", Text: "Officials met about the war.", Language: "en", Feeds: []news.FeedID{1}},
		{ID: 2, Title: "A war of the stars", Text: "The film opens tomorrow.", Language: "en", Feeds: []news.FeedID{1}},
		{ID: 3, Title: "Memorandum signed", Text: "Two ministers met.", Language: "en", Feeds: []news.FeedID{1}},
		{ID: 4, Title: "Memorandun signed", Text: "Another outlet's slip.", Language: "en", Feeds: []news.FeedID{2}},
		{ID: 5, Title: "Acuerdo sobre inmigración", Text: "El presidente anunció un acuerdo.", Language: "es", Feeds: []news.FeedID{1}},
		{ID: 6, Title: "Informação sobre o acordo", Text: "O presidente falou.", Language: "pt", Feeds: []news.FeedID{1}},
		{ID: 7, Title: "Le prix de l’électricité", Text: "Le président a parlé.", Language: "fr", Feeds: []news.FeedID{1}},
	}, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		query string
		want  []news.ArticleID
		loose bool
	}{
		{"memorandun", []news.ArticleID{3}, true}, // another server's feed has it
		{"memorandum", []news.ArticleID{3}, false},
		{"genva war", []news.ArticleID{1}, true},
		{"genva film", []news.ArticleID{2}, false}, // no article has both, however it is spelt
		{"geneva film", []news.ArticleID{1, 2}, false},
		{`"the stars" opnes`, []news.ArticleID{2}, true},
		{"inmigracion", []news.ArticleID{5}, true},
		{"inmigracion acuerdo", []news.ArticleID{5}, true},
		{"informacao", []news.ArticleID{6}, true},
		{"electricite", []news.ArticleID{7}, true},
	} {
		r, err := x.Search(context.Background(), Query{Text: c.query, Feeds: []news.FeedID{1}})
		if err != nil {
			t.Fatal(err)
		}
		var got []news.ArticleID
		for _, h := range r.Hits {
			got = append(got, h.Article)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) || r.Loose != c.loose {
			t.Errorf("%s found %v, loose %v; want %v, %v", c.query, got, r.Loose, c.want, c.loose)
		}
	}
}
