package story_test

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// telling is an article of the corpora in testdata, which say what they hold.
type telling struct {
	event string
	story.Doc
}

func readTellings(t testing.TB, name string) []telling {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []telling
	var first time.Time
	event := ""
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		switch {
		case line == "", line[0] == '#':
		case line[0] == '!':
			var err error
			if first, err = time.Parse(time.DateOnly, line[2:]); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		case line[0] == '=':
			event, _, _ = strings.Cut(line[2:], ":")
		case line[0] == '@':
			head, title, _ := strings.Cut(line[2:], ": ")
			parts := strings.SplitN(head, " ", 3)
			hours, err := strconv.Atoi(parts[1])
			if err != nil {
				t.Fatalf("%s: %q: %v", name, line, err)
			}
			x := telling{event, doc(parts[2], parts[0], title, "")}
			x.Published = first.Add(time.Duration(hours)*time.Hour + time.Duration(len(all))*time.Minute)
			x.Seen = x.Published
			all = append(all, x)
		default:
			all[len(all)-1].Text = line
		}
	}
	slices.SortFunc(all, func(a, b telling) int { return a.Published.Compare(b.Published) })
	return all
}

// links counts the pairs of tellings in different languages.
type links struct{ right, wrong, missed int }

func (l links) precision() float64 { return float64(l.right) / float64(max(l.right+l.wrong, 1)) }
func (l links) recall() float64    { return float64(l.right) / float64(max(l.right+l.missed, 1)) }

// measure gives the tellings to a desk and counts, by pair of languages and under "all", which of them it took for one event.
func measure(all []telling) (byPair map[string]links, wrong, missed []string) {
	d := newDesk()
	byPair = map[string]links{}
	events := make([]news.StoryID, len(all))
	for i, x := range all {
		_, events[i], _ = d.take(x.Doc)
		for j, y := range all[:i] {
			if x.Language == y.Language {
				continue
			}
			pair := min(x.Language, y.Language) + " " + max(x.Language, y.Language)
			shown := fmt.Sprintf("%s: %q and %s: %q", y.event, y.Title, x.event, x.Title)
			for _, of := range []string{pair, "all"} {
				l := byPair[of]
				switch linked, same := events[i] == events[j], x.event == y.event; {
				case linked && same:
					l.right++
				case linked:
					l.wrong++
				case same:
					l.missed++
				}
				byPair[of] = l
			}
			if events[i] == events[j] && x.event != y.event {
				wrong = append(wrong, shown)
			} else if events[i] != events[j] && x.event == y.event {
				missed = append(missed, shown)
			}
		}
	}
	return byPair, wrong, missed
}

// Two events linked is worse than one missed: who follows both would be told of one only.
func TestLinksAcrossLanguages(t *testing.T) {
	for name, atLeast := range map[string]float64{"languages_tuned.txt": .85, "languages_unseen.txt": .85} {
		t.Run(name, func(t *testing.T) {
			byPair, wrong, missed := measure(readTellings(t, name))
			all := byPair["all"]
			for _, pair := range slices.Sorted(maps.Keys(byPair)) {
				if byPair[pair] == (links{}) {
					continue
				}
				t.Logf("%-16s precision %.3f recall %.3f %+v", pair, byPair[pair].precision(), byPair[pair].recall(), byPair[pair])
			}
			if all.precision() < .97 {
				t.Errorf("precision %.3f, want at least .97", all.precision())
			}
			if all.recall() < atLeast {
				t.Errorf("recall %.3f, want at least %.2f", all.recall(), atLeast)
			}
			for _, w := range wrong {
				t.Log("wrong:", w)
			}
			for _, m := range missed {
				t.Log("missed:", m)
			}
		})
	}
}

// In topics that go on for days, with the same places, weapons and even figures, no event is taken for another. What is joined
// within a language is no matter of this test.
func TestAlikeEventsAreNotLinked(t *testing.T) {
	d := newDesk()
	of := map[news.StoryID][]string{} // the events that an event was taken for
	right := 0
	for _, x := range readTellings(t, "languages_alike.txt") {
		_, event, v := d.take(x.Doc)
		switch {
		case v.Story != 0 || v.Event == 0:
		case slices.Contains(of[event], x.event):
			right++
		default:
			t.Errorf("%s: %q was linked to %v by %q", x.event, x.Title, of[event], v.Reasons)
		}
		of[event] = append(of[event], x.event)
	}
	if right < 12 {
		t.Errorf("only %d links were found", right)
	}
}

// BenchmarkLinks looks for stories of other languages among 100,000 made of the sentences of the corpora with other numbers, which
// share more of what they tell than news does.
func BenchmarkLinks(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	byLanguage := map[string][]telling{}
	all := slices.Concat(readTellings(b, "languages_tuned.txt"), readTellings(b, "languages_unseen.txt"))
	for _, x := range all {
		byLanguage[x.Language] = append(byLanguage[x.Language], x)
	}
	mixed := func() story.Doc {
		x := all[r.IntN(len(all))].Doc
		others := byLanguage[x.Language]
		x.Text = others[r.IntN(len(others))].Text + " " + others[r.IntN(len(others))].Text
		number := func(digit rune) rune {
			if digit >= '1' && digit <= '9' {
				return '1' + rune(r.IntN(9))
			}
			return digit
		}
		x.Title, x.Text = strings.Map(number, x.Title), strings.Map(number, x.Text)
		x.Published, x.Seen = noon, noon
		v := make([]byte, 256)
		for i := range v {
			v[i] = byte(r.Uint32())
		}
		x.Vector = story.Vector(v)
		return x
	}
	m := story.New(story.Options{})
	for i := range 100_000 {
		m.Add(mixed(), news.StoryID(i+1), 0)
	}
	docs := make([]story.Doc, 200)
	for i := range docs {
		docs[i] = mixed()
	}
	i := 0
	for b.Loop() {
		m.Match(docs[i%len(docs)])
		i++
	}
}
