package summary_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

const harbour = `The container harbour of Port Ellery stood still for a second day after attackers encrypted the computers that steer its cranes. Eighteen ships are waiting in the roads, and lorry drivers have been told to stay away.
However, ferries are running as usual. The port authority said it had received a demand for money and would not pay. He hopes to have four cranes working by Thursday. Read more about cyberattacks here.
Specialists from two firms are restoring the crane control from copies made last week. Police have asked investigators in three countries for help.
Sign up for our newsletter.`

func brief(t *testing.T, articles []news.Article, o summary.Options) news.Brief {
	t.Helper()
	b := summary.Extract(articles, o)
	if p := summary.Check(b, articles); len(p) > 0 {
		t.Errorf("the brief fails its own check: %v", p)
	}
	checkShape(t, b, articles, o)
	return b
}

// checkShape holds for every extractive brief.
func checkShape(t *testing.T, b news.Brief, articles []news.Article, o summary.Options) {
	t.Helper()
	limit, most := o.Words, o.Sentences
	if limit == 0 {
		limit = 60
	}
	if most == 0 {
		most = 3
	}
	byID := map[news.ArticleID]news.Article{}
	for _, a := range articles {
		byID[a.ID] = a
	}
	words := 0
	for i, s := range b.Sentences {
		a, ok := byID[s.Article]
		switch {
		case !ok:
			t.Errorf("sentence %d cites article %d, which isn't there", i, s.Article)
		case s.Start < 0 || s.End > len(a.Text) || s.Start >= s.End:
			t.Errorf("sentence %d has the range %d to %d of %d bytes", i, s.Start, s.End, len(a.Text))
		case a.Text[s.Start:s.End] != s.Text:
			t.Errorf("sentence %d is %q, its range %q", i, s.Text, a.Text[s.Start:s.End])
		case utf8.ValidString(a.Text) && !utf8.ValidString(s.Text):
			t.Errorf("sentence %d is cut inside a character", i)
		case strings.TrimSpace(s.Text) != s.Text:
			t.Errorf("sentence %d has space around it: %q", i, s.Text)
		}
		words += len(strings.Fields(s.Text))
	}
	if words > limit && len(b.Sentences) > 1 {
		t.Errorf("%d words in %d sentences, the limit is %d", words, len(b.Sentences), limit)
	}
	if len(b.Sentences) > most {
		t.Errorf("%d sentences, the limit is %d", len(b.Sentences), most)
	}
}

func text(b news.Brief) string {
	var parts []string
	for _, s := range b.Sentences {
		parts = append(parts, s.Text)
	}
	return strings.Join(parts, " ")
}

func TestExtractStandsOnItsOwn(t *testing.T) {
	b := brief(t, []news.Article{{ID: 1, Title: "Cyberattack halts Port Ellery", Language: "en", Text: harbour}}, summary.Options{})
	if len(b.Sentences) < 2 || b.Sentences[0].Start != 0 {
		t.Errorf("the brief doesn't begin with what happened: %q", text(b))
	}
	for _, bad := range []string{"However", "He hopes", "Read more", "newsletter"} {
		if strings.Contains(text(b), bad) {
			t.Errorf("%q is in the brief: %q", bad, text(b))
		}
	}
	if b.Headline != "Cyberattack halts Port Ellery" || b.Language != "en" || b.Model != "" || b.Note != "" {
		t.Errorf("brief %+v", b)
	}
}

func TestExtract(t *testing.T) {
	long := "The " + strings.Repeat("very ", 70) + "long sentence of the harbour master ends here."
	tests := map[string]struct {
		articles []news.Article
		options  summary.Options
		want     string // the whole text
		without  string
	}{
		"a dateline is left out": {
			articles: []news.Article{{ID: 1, Language: "en", Title: "Bank holds rate", Text: "SARNHOLM (Meridian) - The central bank left its key rate at 3.25 percent on Tuesday."}},
			want:     "The central bank left its key rate at 3.25 percent on Tuesday.",
		},
		"one sentence over the limit stands alone": {
			articles: []news.Article{{ID: 1, Language: "en", Title: "Harbour", Text: long}},
			options:  summary.Options{Words: 20},
			want:     long,
		},
		"a shorter sentence is taken instead": {
			articles: []news.Article{{ID: 1, Language: "en", Title: "Harbour", Text: long + " The harbour master resigned on Monday."}},
			options:  summary.Options{Words: 20},
			want:     "The harbour master resigned on Monday.",
		},
		"what two outlets say alike is said once": {
			articles: []news.Article{
				{ID: 1, Language: "en", Title: "Quake hurts 14", Text: "A magnitude 6.1 earthquake off the Tanoura peninsula injured 14 people on Monday."},
				{ID: 2, Language: "en", Title: "Earthquake injures 14", Text: "A magnitude 6.1 earthquake off the Tanoura peninsula injured 14 people on Monday, officials said."},
			},
			options: summary.Options{Words: 60},
			without: "Monday. A magnitude",
		},
		"only boilerplate": {
			articles: []news.Article{{ID: 1, Language: "en", Title: "Harbour", Text: "Sign up for our newsletter. Read more."}},
			want:     "",
		},
		"no text": {articles: []news.Article{{ID: 1, Language: "en", Title: "Harbour"}}, want: ""},
		"Chinese words are counted by characters": {
			articles: []news.Article{{ID: 1, Language: "zh", Title: "清白铁路开通", Text: "全长187公里的清水至白石铁路今天开通运营。沿线三个山区县从此通了火车。从清水到白石的行车时间由四个半小时缩短到一小时十分钟。"}},
			options:  summary.Options{Words: 16},
			without:  "全长187公里的清水至白石铁路今天开通运营。 沿线三个山区县从此通了火车。",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := text(brief(t, tt.articles, tt.options))
			if tt.without == "" && got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if tt.without != "" && strings.Contains(got, tt.without) {
				t.Errorf("%q holds %q", got, tt.without)
			}
		})
	}
}

func TestExtractLanguages(t *testing.T) {
	articles := []news.Article{
		{ID: 1, Source: "한강", Language: "ko", Title: "한중 환경 양해각서 개정", Text: "한국과 중국이 2014년 협정을 12년 만에 고친 양해각서에 서명했다.", Story: 4},
		{ID: 2, Source: "Wire", Language: "en", Title: "Korea, China renew pact", Text: "South Korea and China renewed their 2014 environment pact on Monday.", Story: 5},
		{ID: 3, Source: "Daily", Language: "en-GB", Title: "Korea and China renew environment pact", Text: "The pact of South Korea and China now covers carbon markets. It was signed in Seoul.", Story: 5},
	}
	en := brief(t, articles, summary.Options{})
	if en.Language != "en" && en.Language != "en-GB" || en.Story != 5 || len(en.Sources) != 2 || len(en.Also) != 1 || en.Also[0].Name != "한강" {
		t.Errorf("the language most articles have: %+v", en)
	}
	if en.Sources[0].Article != en.Sentences[0].Article {
		t.Errorf("the first source is %d, the first sentence's %d", en.Sources[0].Article, en.Sentences[0].Article)
	}
	ko := brief(t, articles, summary.Options{Language: "ko-KR"})
	if ko.Language != "ko" || ko.Story != 4 || ko.Headline != articles[0].Title || len(ko.Sources) != 1 || len(ko.Also) != 2 {
		t.Errorf("the language asked for: %+v", ko)
	}
	if fr := brief(t, articles, summary.Options{Language: "fr"}); fr.Story != 5 {
		t.Errorf("no article is in the language asked for: %+v", fr)
	}
}

func TestExtractTeaser(t *testing.T) {
	b := brief(t, []news.Article{{ID: 1, Language: "en", Title: "Harbour stands still", Text: "The harbour of Port Ellery stands still.", Teaser: true}}, summary.Options{})
	if b.Note != summary.TeaserNote || len(b.Sentences) != 1 {
		t.Errorf("brief of a teaser: %+v", b)
	}
}

func TestSummarizerWithoutModel(t *testing.T) {
	var s summary.Summarizer
	if b := s.Brief(context.Background(), nil, summary.Options{}); len(b.Sentences) != 0 {
		t.Errorf("a brief of nothing: %+v", b)
	}
	articles := []news.Article{{ID: 1, Language: "en", Title: "Harbour", Text: harbour}}
	if b := s.Brief(context.Background(), articles, summary.Options{}); len(b.Sentences) == 0 || b.Note != "" {
		t.Errorf("brief %+v", b)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add("Cyberattack halts Port Ellery", harbour, "en", 60)
	f.Add("", "한국과 중국이 2014년 협정을 고쳤다. 그는 웃었다.", "ko", 10)
	f.Add("清白铁路", "全长187公里。开通了！“今天”？", "zh", 3)
	f.Add("x", "\xff. A\u0301. \u202e b!\n\n\n. . .", "", -4)
	f.Add("", "LONDON (Reuters) - ", "en", 1)
	f.Fuzz(func(t *testing.T, title, body, lang string, words int) {
		words %= 200
		articles := []news.Article{{ID: 1, Title: title, Text: body, Language: lang}, {ID: 2, Title: body, Text: title, Language: lang}}
		o := summary.Options{Words: words}
		b := summary.Extract(articles, o)
		o.Words = max(words, 0)
		checkShape(t, b, articles, o)
		for _, p := range summary.Check(b, articles) {
			if p.Kind == summary.Verbatim || p.Kind == summary.Citation {
				t.Errorf("%v", p)
			}
		}
	})
}

func BenchmarkExtract(b *testing.B) {
	body := strings.Repeat(harbour+"\n", 6)
	articles := []news.Article{{ID: 1, Title: "Cyberattack halts Port Ellery", Language: "en", Text: body}}
	for b.Loop() {
		summary.Extract(articles, summary.Options{})
	}
}
