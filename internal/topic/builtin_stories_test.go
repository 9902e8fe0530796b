package topic_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// expectation is a story of testdata/stories.txt with the topics that it belongs to and those that it would annoy.
type expectation struct {
	doc          topic.Doc
	lang         string // as the file names it: zh-Hant for traditional characters
	want, unwant []news.TopicID
}

// A story is posted where a moderator expects it, and not where its words only look like the topic.
func TestStoriesLandWhereModeratorsExpectThem(t *testing.T) {
	const recall, annoying = 0.9, 0.06 // the least of the one, the most of the other, in each language
	type score struct{ want, found, unwant, posted int }
	scores := map[string]*score{}
	for _, e := range readExpectations(t, "testdata/stories.txt") {
		s := scores[e.lang]
		if s == nil {
			s = &score{}
			scores[e.lang] = s
		}
		got := topic.NewIndex().Match(e.doc)
		for _, id := range e.want {
			s.want++
			if has(got, id) {
				s.found++
			} else {
				t.Logf("%s: %q is not in %s, only in %v", e.lang, e.doc.Title, id, got)
			}
		}
		for _, id := range e.unwant {
			s.unwant++
			if has(got, id) {
				s.posted++
				t.Logf("%s: %q is in %s: %v", e.lang, e.doc.Title, id, got)
			}
		}
	}
	if len(scores) != 10 {
		t.Errorf("stories in %d languages, want 10 with both scripts of Chinese", len(scores))
	}
	for lang, s := range scores {
		t.Logf("%s: %d of %d expected topics, %d of %d annoying ones", lang, s.found, s.want, s.posted, s.unwant)
		if float64(s.found) < recall*float64(s.want) {
			t.Errorf("%s: found %d of %d expected topics", lang, s.found, s.want)
		}
		if float64(s.posted) > annoying*float64(s.unwant) {
			t.Errorf("%s: posted in %d of %d topics that it annoys", lang, s.posted, s.unwant)
		}
	}
}

// The same story lands in the same topics, whichever language tells it.
func TestOneStoryLandsInTheSameTopics(t *testing.T) {
	stories := readExpectations(t, "testdata/summit.txt")
	if len(stories) != 10 {
		t.Errorf("the story is told %d times, want in 9 languages and both scripts of Chinese", len(stories))
	}
	for _, e := range stories {
		got := topic.NewIndex().Match(e.doc)
		for _, id := range []news.TopicID{"climate", "environment", "technology", "world"} {
			if !has(got, id) {
				t.Errorf("%s: not in %s, only in %v", e.lang, id, got)
			}
		}
		for _, id := range []news.TopicID{"sport", "culture", "lifestyle", "travel", "weather", "health", "crime", "conflict", "disaster"} {
			if has(got, id) {
				t.Errorf("%s: is in %s: %v", e.lang, id, got)
			}
		}
	}
}

func readExpectations(t *testing.T, path string) []expectation {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var stories []expectation
	for block := range strings.SplitSeq(string(data), "\n\n") {
		if strings.HasPrefix(block, "#") {
			continue
		}
		lines := strings.Split(strings.TrimSpace(block), "\n")
		if len(lines) != 3 {
			t.Fatalf("%s: a story has three lines: %q", path, block)
		}
		fields := strings.Fields(lines[0])
		e := expectation{lang: fields[0], doc: topic.Doc{Language: text.Base(fields[0]), Title: lines[1], Text: lines[2]}}
		for _, field := range fields[1:] {
			id := news.TopicID(field[1:])
			if _, ok := topic.Lookup(id); !ok || !strings.ContainsAny(field[:1], "+-") {
				t.Fatalf("%s: %s in %q", path, field, lines[0])
			}
			if field[0] == '+' {
				e.want = append(e.want, id)
			} else {
				e.unwant = append(e.unwant, id)
			}
		}
		stories = append(stories, e)
	}
	return stories
}

// Every topic is expected of some story and none is both expected and unwanted.
func TestStoriesCoverTheTopics(t *testing.T) {
	seen := map[news.TopicID]bool{}
	for _, e := range readExpectations(t, "testdata/stories.txt") {
		for _, id := range e.want {
			seen[id] = true
			if slices.Contains(e.unwant, id) {
				t.Errorf("%q is wanted and unwanted in %s", e.doc.Title, id)
			}
		}
	}
	for _, b := range topic.Builtins() {
		if !seen[b.ID] {
			t.Errorf("no story is about %s", b.ID)
		}
	}
}
