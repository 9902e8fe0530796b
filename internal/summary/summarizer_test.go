package summary_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// shelf keeps answers in memory.
type shelf struct {
	mu      sync.Mutex
	answers map[[32]byte][]byte
	err     error
}

func (s *shelf) Answer(_ context.Context, question [32]byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers[question], s.err
}

func (s *shelf) PutAnswer(_ context.Context, _ time.Time, question [32]byte, answer []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answers == nil {
		s.answers = map[[32]byte][]byte{}
	}
	s.answers[question] = answer
	return s.err
}

// TestAnswersAreKept shows that nothing is paid for twice: by another channel, a command, another guild with the same tellings, a re-wording,
// or after a restart.
func TestAnswersAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &shelf{}
		e := newFake(t, truth)
		ask := func(articles []news.Article, o summary.Options) news.Brief {
			t.Helper()
			s := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), kept, e.log) // as after a restart
			b := s.Brief(t.Context(), articles, o)
			if b.Model == "" {
				t.Errorf("no brief of the model's: %s", b.Note)
			}
			return b
		}
		first := ask(port, summary.Options{})
		renamed := append([]news.Article{}, port...)
		renamed[0].Source, renamed[0].Feeds = "Wire by another name", []news.FeedID{9}
		ask(renamed, summary.Options{Language: "en-GB", Aside: true})
		retold := append(append([]news.Article{}, port...), news.Article{ID: 9, Source: "Herald", Language: "en", Title: "Port Ellery at a standstill", Text: harbour})
		b := ask(retold, summary.Options{})
		if e.asked() != 1 {
			t.Errorf("%d requests, want 1", e.asked())
		}
		if len(b.Sources) != 3 || b.Sentences[0].Text != first.Sentences[0].Text {
			t.Errorf("with a re-wording: %+v", b)
		}
		if want := []string{summary.Passed, summary.Reused, summary.Reused}; strings.Join(e.uses(), " ") != strings.Join(want, " ") {
			t.Errorf("uses %v, want %v", e.uses(), want)
		}

		retold[2].News = []news.Sentence{{Text: "Ferries are running as usual."}}
		ask(retold, summary.Options{})
		ask(port, summary.Options{Words: 45})
		if e.asked() != 3 {
			t.Errorf("%d requests after news and for fewer words, want 3", e.asked())
		}
	})
}

// TestHopelessQuestions shows that a question whose answers could not be used is left alone for a day.
func TestHopelessQuestions(t *testing.T) {
	for name, c := range map[string]struct{ answer, note string }{
		"lies":    {lie, summary.UnfaithfulNote},
		"garbage": {"no", summary.UnavailableNote},
	} {
		synctest.Test(t, func(t *testing.T) {
			kept := &shelf{}
			e := newFake(t, c.answer)
			ask := func(want int) {
				t.Helper()
				s := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), kept, e.log)
				if b := s.Brief(t.Context(), port, summary.Options{}); b.Note != c.note {
					t.Errorf("%s: note %q, want %q", name, b.Note, c.note)
				}
				if e.asked() != want {
					t.Errorf("%s: %d requests, want %d", name, e.asked(), want)
				}
			}
			ask(2)
			time.Sleep(23 * time.Hour)
			ask(2)
			time.Sleep(2 * time.Hour)
			ask(4)
		})
	}
}

// TestAskedOnce shows that those who want to know the same at the same time ask once, and that who leaves takes nothing from the others.
func TestAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t, truth)
		e.takes(5 * time.Second)
		s := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), &shelf{}, e.log)
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var asking sync.WaitGroup
		asking.Go(func() {
			if b := s.Brief(impatient, port, summary.Options{}); b.Note != summary.UnavailableNote {
				t.Errorf("who left got %+v", b)
			}
		})
		synctest.Wait()
		for range 9 {
			asking.Go(func() {
				if b := s.Brief(t.Context(), port, summary.Options{}); b.Model == "" {
					t.Errorf("%s", b.Note)
				}
			})
		}
		asking.Wait()
		if e.asked() != 2 {
			t.Errorf("%d requests, want the one that was given up and one for all", e.asked())
		}
	})
}

// TestKeptAnswersAreChecked shows that what is kept passes the check each time it is used.
func TestKeptAnswersAreChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &shelf{}
		e := newFake(t, truth, lie)
		s := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), kept, e.log)
		s.Brief(t.Context(), port, summary.Options{})
		for key, answer := range kept.answers {
			kept.answers[key] = bytes.ReplaceAll(answer, []byte("Helen Wray"), []byte("Helen Ward"))
		}
		if b := s.Brief(t.Context(), port, summary.Options{}); b.Note != summary.UnfaithfulNote || e.asked() != 3 {
			t.Errorf("a kept lie gave %+v after %d requests", b, e.asked())
		}
		for key := range kept.answers {
			kept.answers[key] = []byte("{")
		}
		if b := s.Brief(t.Context(), port, summary.Options{}); b.Note != summary.UnfaithfulNote || e.asked() != 5 {
			t.Errorf("a broken row gave %+v after %d requests", b, e.asked())
		}
		kept.err = errors.New("the disk is full")
		if b := s.Brief(t.Context(), port, summary.Options{}); b.Note != summary.UnavailableNote || e.asked() != 5 {
			t.Errorf("without a store: %+v after %d requests", b, e.asked())
		}
	})
}

// TestLanguages shows in which language a brief is written, and that a translation is labelled.
func TestLanguages(t *testing.T) {
	korean := news.Article{ID: 11, Source: "Ilbo", Language: "ko", Title: "엘러리 항구 마비", Text: "해커들이 월요일 엘러리 항구의 컴퓨터를 암호화했다. 선박 18척이 대기하고 있다.", Story: 2}
	summit := `{"headline": "엘러리 항구 마비", "sentences": [{"text": "선박 18척이 엘러리 항구에서 대기하고 있다.", "article": %s}]}`
	german := `{"headline": "Hafen Port Ellery steht still", "sentences": [{"text": "Im Hafen von Port Ellery warten 18 Schiffe.", "article": 1}]}`
	tests := map[string]struct {
		articles      []news.Article
		language      string
		answer        string
		told          string // in the request
		want          string // language of the brief
		note          string
		sources, also int
	}{
		"of most tellings":         {append(port[:2:2], korean), "", truth, `tag \"en\"`, "en", "", 2, 1},
		"asked for and told":       {append(port[:2:2], korean), "ko-KR", strings.ReplaceAll(summit, "%s", "1"), `tag \"ko\"`, "ko", "", 1, 2},
		"asked for and not told":   {port, "de", german, `tag \"de\"`, "de", summary.TranslatedNote, 2, 0},
		"a telling in another one": {append(port[:1:1], korean), "en", `{"headline":"Cyberattack halts Port Ellery","sentences":[{"text":"In Port Ellery 18 ships are waiting.","article":2}]}`, `tag \"en\"`, "en", summary.TranslatedNote, 2, 0},
		"a sentence left in another one": {append(port[:1:1], korean), "en", `{"headline":"Cyberattack halts Port Ellery","sentences":[{"text":"In Port Ellery 18 ships are waiting.","article":2},{"text":"해커들이 월요일 엘러리 항구의 컴퓨터를 암호화했다.","article":2}]}`,
			`tag \"en\"`, "en", summary.UnavailableNote, 1, 1},
		"written in another one": {port, "ko", truth, `tag \"ko\"`, "en", summary.UnavailableNote, 2, 0},
		"Norwegian by a wide tag": {[]news.Article{{ID: 1, Language: "nb", Title: "Fergen til Skarholm går igjen", Text: "Fergen til øya Skarholm går igjen fra mandag, sa havnekontoret. Den hadde ligget i dokk i seks uker."}}, "no",
			`{"headline":"Fergen til Skarholm går igjen","sentences":[{"text":"Fergen til øya Skarholm går igjen fra mandag, sa havnekontoret.","article":1}]}`, `tag \"nb\"`, "nb", "", 1, 0},
		"traditional script": {port, "zh-TW", truth, `tag \"zh-Hant\"`, "en", summary.UnavailableNote, 2, 0},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			e := newFake(t, tt.answer)
			b := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), &shelf{}, e.log).Brief(t.Context(), tt.articles, summary.Options{Language: tt.language})
			if b.Language != tt.want || b.Note != tt.note || len(b.Sources) != tt.sources || len(b.Also) != tt.also {
				t.Errorf("%s: %+v", name, b)
			}
			if !strings.Contains(e.request(), tt.told) {
				t.Errorf("%s: the request lacks %s: %s", name, tt.told, e.request())
			}
			for _, s := range b.Sentences {
				cited := false
				for _, source := range b.Sources {
					cited = cited || source.Article == s.Article
				}
				if !cited {
					t.Errorf("%s: the source of %q is not among the sources %+v", name, s.Text, b.Sources)
				}
			}
		})
	}
}

// TestDraft shows that what is shown before the model has answered says so.
func TestDraft(t *testing.T) {
	e := newFake(t, truth)
	with, without := summary.NewSummarizer(e.model(t, summary.ModelOptions{}), &shelf{}, e.log), &summary.Summarizer{}
	teaser := port[0]
	teaser.Teaser = true
	for _, c := range []struct {
		s       *summary.Summarizer
		article news.Article
		note    string
	}{
		{with, port[0], summary.WaitingNote},
		{with, teaser, summary.TeaserNote + " " + summary.WaitingNote},
		{with, news.Article{ID: 1, Title: "Only a title", Language: "en"}, summary.Extract([]news.Article{{ID: 1, Title: "Only a title", Language: "en"}}, summary.Options{}).Note},
		{without, port[0], ""},
	} {
		b, waits := c.s.Draft(t.Context(), []news.Article{c.article}, summary.Options{})
		if b.Note != c.note || waits != strings.Contains(c.note, summary.WaitingNote) {
			t.Errorf("note %q, waits %v, want %q", b.Note, waits, c.note)
		}
	}
	if e.asked() != 0 {
		t.Error("a draft asked the model")
	}
	with.Brief(t.Context(), port, summary.Options{})
	if b, waits := with.Draft(t.Context(), port, summary.Options{}); b.Model == "" || waits {
		t.Errorf("once the model has answered, the draft is %+v, waits %v", b, waits)
	}
}
