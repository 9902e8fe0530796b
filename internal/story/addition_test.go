package story_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// series is one event as the files of testdata tell it.
type series struct {
	name    string
	wording []report // that say the same
	later   []report
}

type report struct {
	story.Doc
	kind byte   // '=' and '-' re-wordings, '+' brings something new, '!' corrects
	want string // words of the sentence that is new
}

func readSeries(t testing.TB, file string) (all []series) {
	t.Helper()
	data, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var lang string
	var at time.Time
	var last *report
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		kind, rest := byte(0), ""
		if len(line) > 2 && line[1] == ' ' {
			kind, rest = line[0], line[2:]
		}
		switch kind {
		case '#':
			continue
		case '@':
			date := ""
			lang, date, _ = strings.Cut(rest, " ")
			if at, err = time.Parse(time.DateOnly, date); err != nil {
				t.Fatal(err)
			}
			at = at.Add(12 * time.Hour)
			all = append(all, series{name: fmt.Sprintf("%s %s", lang, date)})
		case '=', '-', '+', '!':
			s := &all[len(all)-1]
			parts := strings.Split(rest, " | ")
			x := report{kind: kind}
			if kind == '+' || kind == '!' {
				x.want, parts = parts[0], parts[1:]
			}
			x.Doc = story.Doc{Article: news.ArticleID(len(s.wording) + len(s.later) + 1), Title: parts[1], Source: parts[0], Language: lang, Published: at, Seen: at}
			if kind == '=' || kind == '-' {
				s.wording = append(s.wording, x)
				last = &s.wording[len(s.wording)-1]
			} else {
				x.Seen = at.AddDate(0, 0, 1)
				x.Published = x.Seen
				s.later = append(s.later, x)
				last = &s.later[len(s.later)-1]
			}
		case 0:
			if line != "" {
				last.Text = strings.TrimPrefix(last.Text+"\n"+line, "\n")
			}
		default:
			last.Text = strings.TrimPrefix(last.Text+"\n"+line, "\n")
		}
	}
	return all
}

// check fails unless the sentences stand in the article as they say.
func check(t *testing.T, d story.Doc, added []news.Sentence) {
	t.Helper()
	if len(added) > 3 {
		t.Errorf("%d sentences", len(added))
	}
	for _, s := range added {
		if s.Article != d.Article || s.Text == "" || d.Text[s.Start:s.End] != s.Text {
			t.Errorf("%+v does not stand in %q", s, d.Title)
		}
	}
}

func texts(added []news.Sentence) (list []string) {
	for _, s := range added {
		list = append(list, s.Text)
	}
	return list
}

// TestAdditions measures on series of tellings: re-wordings are silent, what is new is found, corrections are told as such.
func TestAdditions(t *testing.T) {
	t.Run("first", func(t *testing.T) { testAdditions(t, "tellings.txt", 100) })
	t.Run("more", func(t *testing.T) { testAdditions(t, "tellings_more.txt", 80) })
}

func testAdditions(t *testing.T, file string, least int) {
	pairs, alarms, later, found := 0, 0, 0, 0
	for _, s := range readSeries(t, file) {
		for i, d := range s.wording {
			for j, known := range s.wording {
				if i == j || known.kind == '-' {
					continue
				}
				pairs++
				if added, corrects := story.Additions([]story.Doc{known.Doc}, d.Doc); len(added) > 0 || corrects {
					alarms++
					check(t, d.Doc, added)
					t.Logf("%s: false alarm, %q after %q: %q", s.name, d.Title, known.Title, texts(added))
				}
			}
		}
		var known []story.Doc
		for _, d := range s.wording {
			known = append(known, d.Doc)
		}
		for _, d := range s.later {
			later++
			added, corrects := story.Additions(known, d.Doc)
			check(t, d.Doc, added)
			holds := len(added) > 0 && strings.Contains(added[0].Text, d.want) || d.kind == '+' && strings.Contains(strings.Join(texts(added), " "), d.want)
			if corrects != (d.kind == '!') || !holds {
				t.Logf("%s: %q adds %q, corrects %v, want %q", s.name, d.Title, texts(added), corrects, d.want)
			} else {
				found++
			}
			if again, corrects := story.Additions(append(known[:len(known):len(known)], d.Doc), d.Doc); len(again) > 0 || corrects {
				t.Errorf("%s: %q adds %q to itself, corrects %v", s.name, d.Title, texts(again), corrects)
			}
		}
	}
	t.Logf("%d of %d pairs of re-wordings raise a false alarm, %d of %d additions are found", alarms, pairs, found, later)
	if pairs < least || 20*alarms > pairs {
		t.Errorf("%d false alarms in %d pairs, want at most a twentieth of at least %d", alarms, pairs, least)
	}
	if 10*found < 9*later {
		t.Errorf("%d of %d additions found, want nine tenths", found, later)
	}
}

// TestAdditionsToAnArticle shows that of an edited article what was written into it is news wherever it stands, and nothing else is.
func TestAdditionsToAnArticle(t *testing.T) {
	was := story.Doc{Article: 1, Title: "Storm reaches the coast", Language: "en", Published: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		Text: "A storm has reached the coast with winds of 140 kilometres an hour. The port of Varne is closed. Ferries stay in harbour until further notice. " +
			"Schools will open later than usual. Residents of the old town put up sandbags. The weather service expects the wind to ease by the evening. It is the third storm of the winter."}
	for _, c := range []struct {
		name, old, new string
		want           string
		corrects       bool
	}{
		{"a slip of the pen", "put up sandbags", "have put up sandbags", "", false},
		{"other words", "Ferries stay in harbour until further notice.", "No ferry leaves the harbour for the time being.", "", false},
		{"at the end", "winter.", "winter. A woman was killed by a falling tree in Varne, the police said.", "A woman was killed", false},
		{"in between", "Schools will", "Some 5,200 homes are without power. Schools will", "5,200", false},
		{"a figure", "140 kilometres", "165 kilometres", "165", false},
		{"a correction", "winter.", "winter.\nCorrection: The port of Varne is closed, not that of Larne, as this article said at first.", "not that of Larne", true},
	} {
		now := was
		now.Text = strings.Replace(was.Text, c.old, c.new, 1)
		if now.Text == was.Text || !story.Revises(was, now) {
			t.Errorf("%s: no new version", c.name)
		}
		added, corrects := story.Additions([]story.Doc{was}, now)
		check(t, now, added)
		if all := strings.Join(texts(added), " "); corrects != c.corrects || (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
			t.Errorf("%s adds %q, corrects %v, want %q", c.name, all, corrects, c.want)
		}
	}
	if other := (story.Doc{Article: 1, Title: "Rovers win the cup", Text: "Rovers have won the cup final against City on penalties after a goalless match.", Language: "en"}); story.Revises(was, other) {
		t.Error("a cup final revises a storm")
	}
}

// FuzzAdditions: whatever outlets write, what is returned stands in the text.
func FuzzAdditions(f *testing.F) {
	for _, s := range readSeries(f, "tellings.txt") {
		f.Add(s.wording[0].Title, s.wording[0].Text, s.later[0].Title, s.later[0].Text, s.wording[0].Language)
	}
	f.Add("", "", "Correction", "[Correction", "en")
	f.Add("1", "1-1:1/1.1", "", "12.03. 2-1 \xff 3月14日", "zh")
	f.Fuzz(func(t *testing.T, title, body, newTitle, newBody, lang string) {
		d := story.Doc{Article: 7, Title: newTitle, Text: newBody, Language: lang, Published: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
		added, _ := story.Additions([]story.Doc{{Title: title, Text: body, Language: lang}}, d)
		check(t, d, added)
	})
}

// BenchmarkAdditions compares an article of 4,500 bytes with eight others.
func BenchmarkAdditions(b *testing.B) {
	var known []story.Doc
	var all []report
	for _, s := range readSeries(b, "tellings.txt") {
		if s.wording[0].Language == "en" {
			all = append(all, s.wording...)
		}
	}
	long := func(i int) story.Doc {
		d := all[i%len(all)].Doc
		for j := i + 1; len(d.Text) < 4_500; j++ {
			d.Text += "\n" + all[j%len(all)].Text
		}
		return d
	}
	for i := range 8 {
		known = append(known, long(i))
	}
	d := long(3)
	for b.Loop() {
		story.Additions(known, d)
	}
}
