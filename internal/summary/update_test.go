package summary_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// tell makes a telling; its sentences that stand in fresh are its news.
func tell(id news.ArticleID, title, body string, fresh ...string) news.Article {
	a := news.Article{ID: id, Source: fmt.Sprint("outlet ", id), Title: title, Language: "en", Text: body, Seen: time.Unix(1e9, 0).Add(time.Duration(id) * time.Hour)}
	for _, s := range fresh {
		i := strings.Index(body, s)
		if i < 0 {
			panic("no such sentence: " + s)
		}
		a.News = append(a.News, news.Sentence{Text: s, Article: id, Start: i, End: i + len(s)})
	}
	return a
}

const (
	firstWord = "A fire in the Lindmoor paper mill killed three people and injured seven on Monday night. " +
		"Firefighters from four towns fought the flames until dawn. The mill employs 240 people and makes cardboard."
	laterWord = "The number of dead in the Lindmoor mill fire has risen to 12, the district doctor said on Wednesday. " +
		"Two of the injured died in hospital and seven bodies were found under the collapsed roof. " +
		"Investigators believe that a dryer overheated."
	rewording = "Three people died and seven were hurt when fire broke out at a paper mill in Lindmoor, officials reported. " +
		"Crews of four towns put it out at dawn."
)

func TestExtractUpdates(t *testing.T) {
	first := tell(1, "Three killed in Lindmoor paper mill fire", firstWord)
	again := tell(2, "Lindmoor: three dead after mill fire", rewording)
	later := tell(3, "Death toll of Lindmoor mill fire rises to 12", laterWord,
		"The number of dead in the Lindmoor mill fire has risen to 12, the district doctor said on Wednesday.")
	cause := tell(4, "Dryer caused Lindmoor mill fire", "An overheated dryer set the Lindmoor paper mill on fire, investigators said on Friday. Its sensor had failed twice in March.",
		"An overheated dryer set the Lindmoor paper mill on fire, investigators said on Friday.")
	correction := tell(5, "Correction: Lindmoor mill", "An earlier report gave the number of workers of the Lindmoor mill wrongly as 240. The mill employs 420 people.")
	correction.Corrects = true

	tests := map[string]struct {
		articles    []news.Article
		says, never []string
		headline    string
		update      news.ArticleID // 0: none
	}{
		"a re-wording adds only its source": {
			articles: []news.Article{first, again}, says: []string{"killed three people"}, never: []string{"officials reported", "Crews"}, headline: first.Title,
		},
		"newer figures take the place of older ones": {
			articles: []news.Article{first, again, later}, says: []string{"risen to 12"}, never: []string{"killed three"}, headline: later.Title, update: 3,
		},
		"the latest news is the update": {
			articles: []news.Article{first, later, cause, again}, says: []string{"risen to 12", "dryer"}, never: []string{"killed three"}, update: 4,
		},
		"a correction": {
			articles: []news.Article{first, correction}, says: []string{"killed three"}, never: []string{"employs 240"}, update: 5,
		},
		"the first telling at hand brings no update": {
			articles: []news.Article{later, again}, says: []string{"risen to 12"}, headline: later.Title,
		},
		"a teaser gives way to a re-wording that is whole": {
			articles: []news.Article{
				{ID: 1, Language: "en", Title: first.Title, Text: "A fire in the Lindmoor paper mill killed three …", Teaser: true, Seen: first.Seen}, again,
			},
			says: []string{"officials reported"}, never: []string{"…"}, headline: first.Title,
		},
		"so does a bare title": {
			articles: []news.Article{{ID: 1, Language: "en", Title: first.Title, Seen: first.Seen}, again}, says: []string{"officials reported"}, headline: first.Title,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			b := brief(t, tt.articles, summary.Options{})
			for _, s := range tt.says {
				if !strings.Contains(text(b), s) {
					t.Errorf("the brief doesn't say %q: %s", s, text(b))
				}
			}
			for _, s := range tt.never {
				if strings.Contains(text(b), s) {
					t.Errorf("the brief says %q: %s", s, text(b))
				}
			}
			if tt.headline != "" && b.Headline != tt.headline {
				t.Errorf("headline %q, want %q", b.Headline, tt.headline)
			}
			if len(b.Sources) != len(tt.articles) {
				t.Errorf("%d sources of %d articles", len(b.Sources), len(tt.articles))
			}
			if tt.update == 0 {
				if b.Update != nil {
					t.Errorf("update %+v", b.Update)
				}
				return
			}
			if b.Update == nil {
				t.Fatal("no update")
			}
			for _, a := range tt.articles {
				if a.ID == tt.update && (b.Update.Article != a.ID || !b.Update.At.Equal(a.Seen) || b.Update.Corrects != a.Corrects || len(b.Update.Sentences) != len(a.News)) {
					t.Errorf("update %+v of %+v", b.Update, a)
				}
			}
		})
	}
}

func TestExtractEditedArticle(t *testing.T) {
	only := tell(1, "Lindmoor paper mill burns", "Twelve people have died in the fire at the Lindmoor paper mill. "+firstWord,
		"Twelve people have died in the fire at the Lindmoor paper mill.")
	only.Edited = only.Seen.Add(2 * time.Hour)
	b := brief(t, []news.Article{only}, summary.Options{})
	if !strings.Contains(text(b), "Twelve people") || strings.Contains(text(b), "killed three") {
		t.Errorf("the brief of an article that was written into: %s", text(b))
	}
	if b.Update == nil || !b.Update.At.Equal(only.Edited) {
		t.Errorf("update %+v", b.Update)
	}
}

// TestExtractFigures gives two tellings in each language whose figures differ; the brief has the later ones.
func TestExtractFigures(t *testing.T) {
	tests := map[string][2]string{
		"de": {"Bei einem Brand in der Papierfabrik Lindmoor sind drei Menschen getötet worden.", "Die Zahl der Toten nach dem Brand in der Papierfabrik Lindmoor ist auf zwölf gestiegen."},
		"es": {"Un incendio en la papelera de Lindmoor dejó tres muertos el lunes.", "El número de muertos por el incendio de la papelera de Lindmoor subió a 12."},
		"fr": {"Un incendie à la papeterie de Lindmoor a fait trois morts lundi.", "L’incendie de la papeterie de Lindmoor a fait 12 morts, selon un nouveau bilan."},
		"pt": {"Um incêndio na fábrica de papel de Lindmoor deixou três mortos na segunda-feira.", "O número de mortos no incêndio da fábrica de papel de Lindmoor subiu para 12."},
		"ru": {"При пожаре на бумажной фабрике в Линдмуре в понедельник погибли три человека.", "Число погибших при пожаре на бумажной фабрике в Линдмуре выросло до 12."},
		"ko": {"월요일 밤 린무어 제지 공장에서 불이 나 3명이 숨졌다.", "린무어 제지 공장 화재로 숨진 사람이 12명으로 늘었다고 군이 밝혔다."},
		"zh": {"林德摩尔造纸厂周一夜间发生火灾，造成3人死亡。", "林德摩尔造纸厂火灾的死亡人数已上升到12人，警方说。"},
		"ja": {"リンドモアの製紙工場で月曜日の夜に火災があり、3人が死亡した。", "リンドモアの製紙工場の火災で、死者は12人に増えたと警察が発表した。"},
	}
	for lang, told := range tests {
		t.Run(lang, func(t *testing.T) {
			first := news.Article{ID: 1, Language: lang, Title: "Lindmoor", Text: told[0], Seen: time.Unix(1e9, 0)}
			later := news.Article{ID: 2, Language: lang, Title: "Lindmoor", Text: told[1], Seen: time.Unix(2e9, 0)}
			later.News = []news.Sentence{{Text: told[1], Article: 2, End: len(told[1])}}
			if got := text(brief(t, []news.Article{first, later}, summary.Options{})); got != told[1] {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestExtractNotes(t *testing.T) {
	const whole = "The harbour of Port Ellery stands still because its cranes were attacked."
	tests := map[string]struct {
		article   news.Article
		sentences int
		note      string
	}{
		"a whole text":            {news.Article{Text: whole}, 1, ""},
		"a teaser that is whole":  {news.Article{Text: whole, Teaser: true}, 1, summary.TeaserNote},
		"one that is cut":         {news.Article{Text: "The harbour of Port Ellery stands still because its …", Teaser: true}, 0, summary.TeaserNote},
		"one cut in brackets":     {news.Article{Text: "The harbour of Port Ellery stands still because its [...]", Teaser: true}, 0, summary.TeaserNote},
		"one cut without a mark":  {news.Article{Text: "The harbour of Port Ellery stands still because its cranes were", Teaser: true}, 0, summary.TeaserNote},
		"one that asks":           {news.Article{Text: "Why does the harbour of Port Ellery stand still today?", Teaser: true}, 0, summary.TeaserNote},
		"one with a call":         {news.Article{Text: whole + " Continue reading about the harbour.", Teaser: true}, 1, summary.TeaserNote},
		"an empty one":            {news.Article{Teaser: true}, 0, summary.TeaserNote},
		"no text":                 {news.Article{}, 0, summary.TitleNote},
		"nothing but the title":   {news.Article{Text: "Harbour news from Port Ellery."}, 0, summary.TitleNote},
		"nothing but boilerplate": {news.Article{Text: "Sign up for our newsletter. Read more about harbours here."}, 0, summary.TitleNote},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.article.ID, tt.article.Language, tt.article.Title = 1, "en", "Harbour news from Port Ellery"
			b := brief(t, []news.Article{tt.article}, summary.Options{})
			if len(b.Sentences) != tt.sentences || b.Note != tt.note || b.Headline == "" || len(b.Sources) != 1 {
				t.Errorf("%d sentences, note %q, headline %q: %s", len(b.Sentences), b.Note, b.Headline, text(b))
			}
		})
	}
}

func TestExtractPicture(t *testing.T) {
	b := brief(t, []news.Article{
		{ID: 1, Language: "en", Title: "Harbour stands still", Text: harbour},
		{ID: 2, Language: "en", Title: "Harbour", Text: harbour, Image: "https://a.example/crane.jpg", ImageAlt: "A crane"},
		{ID: 3, Language: "en", Title: "Harbour", Text: harbour, Image: "https://a.example/ship.jpg", ImageAlt: "A ship"},
	}, summary.Options{})
	if b.Image != "https://a.example/crane.jpg" || b.ImageAlt != "A crane" {
		t.Errorf("picture %q with %q", b.Image, b.ImageAlt)
	}
}

// BenchmarkExtractStory is a story that many outlets told, half of them with something new.
func BenchmarkExtractStory(b *testing.B) {
	var told []news.Article
	for i := range 50 {
		a := tell(news.ArticleID(i+1), fmt.Sprintf("Cyberattack halts Port Ellery, day %d", i), strings.Repeat(harbour+"\n", 6))
		if i%2 == 1 {
			end := strings.Index(a.Text, ". ") + 1
			a.News = []news.Sentence{{Text: a.Text[:end], Article: a.ID, End: end}}
		}
		told = append(told, a)
	}
	for b.Loop() {
		summary.Extract(told, summary.Options{})
	}
}
