package command_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/summary"
)

// TestBriefByModel shows that /brief has a model write in the reader's language, asks for each story once whoever wants it, and answers
// with the sources' sentences where the model does not answer.
func TestBriefByModel(t *testing.T) {
	var mu sync.Mutex
	var tags []string
	silent := false
	endpoint := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var request struct {
			Messages []struct{ Content string }
		}
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil || len(request.Messages) < 2 {
			t.Errorf("%d messages, %v", len(request.Messages), err)
			return
		}
		var articles []struct{ Title, Text string }
		if err := json.Unmarshal([]byte(request.Messages[1].Content), &articles); err != nil {
			t.Error(err)
			return
		}
		_, tag, _ := strings.Cut(request.Messages[0].Content, "the tag ")
		tag, _, _ = strings.Cut(tag, ",")
		mu.Lock()
		tags = append(tags, tag)
		stalls := silent
		mu.Unlock()
		if stalls {
			<-r.Context().Done()
			return
		}
		sentence, _, _ := strings.Cut(articles[0].Text, ". ")
		content, err := json.Marshal(map[string]any{"headline": articles[0].Title, "sentences": []any{map[string]any{"text": sentence + ".", "article": 1}}})
		if err != nil {
			t.Error(err)
		}
		rw.Header().Set("Content-Type", "application/json")
		json.NewEncoder(rw).Encode(map[string]any{"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": string(content)}}}})
	}))
	defer endpoint.Close()
	w := newWorld(t)
	with := func(timeout time.Duration) {
		model, err := summary.NewModel(summary.ModelOptions{URL: endpoint.URL, Model: "writer", Timeout: timeout})
		if err != nil {
			t.Fatal(err)
		}
		w.options.Summary = summary.NewSummarizer(model, w.store, slog.New(slog.DiscardHandler))
		w.service = command.New(w.options)
	}
	with(10 * time.Second)
	w.follow(here, "Wire", "https://wire.example/rss")
	for i, port := range []string{"Ellery", "Dunmore", "Calder"} {
		w.tell(telling{feed: "Wire", ago: time.Hour, url: fmt.Sprint("https://wire.example/", i), title: "Port of " + port + " closes for repairs", topics: on("climate"),
			text: "The port of " + port + " closes on Monday for repairs that take six weeks. Ships are sent to Halden, the harbour office said. The repairs cost 2.4 million euros."})
	}
	briefs := func(locale, model string) (notes []string) {
		t.Helper()
		reader := member
		reader.locale = locale
		n := 0
		for _, b := range w.ask(reader, "brief", "topic:climate").Blocks {
			if b.Brief == nil {
				continue
			}
			if n++; b.Brief.Model != model || len(b.Brief.Sentences) == 0 {
				t.Errorf("in %q: %+v", locale, b.Brief)
			}
			notes = append(notes, b.Brief.Note)
		}
		if n != 3 {
			t.Errorf("%d briefs, want 3", n)
		}
		return notes
	}
	asked := func(want string) {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		if got := strings.Join(tags, " "); got != want {
			t.Errorf("asked in %s, want %s", got, want)
		}
		tags = nil
	}
	briefs("en-US", "writer")
	asked(`"en" "en" "en"`)
	briefs("", "writer")
	briefs("en-GB", "writer")
	asked(``)
	written := func(r command.Reply, n int) {
		t.Helper()
		for _, b := range r.Blocks {
			if b.Brief != nil && b.Brief.Model == "writer" {
				n--
			}
		}
		if n != 0 {
			t.Errorf("%d briefs too few are written by the model in\n%s", n, w.render(r))
		}
	}
	for i := range 6 {
		w.tell(telling{feed: "Wire", ago: 2 * time.Hour, url: fmt.Sprint("https://wire.example/later/", i), title: fmt.Sprint("Port no. ", i, " closes for repairs"), topics: on("sport"),
			text: fmt.Sprint("Port no. ", i, " closes on Monday for repairs that take six weeks. Ships are sent to Halden, the harbour office said. The repairs cost 2.4 million euros.")})
	}
	chosen := w.choose(who{name: "member", locale: "en-US"}, w.ask(member, "brief", "topic:gaming"), "Sport")
	written(chosen, 4)
	asked(`"en" "en" "en" "en"`)
	written(w.press(who{name: "member", locale: "en-US"}, chosen, "More"), 2)
	asked(`"en" "en"`)
	mu.Lock()
	silent = true
	mu.Unlock()
	with(100 * time.Millisecond)
	for _, note := range briefs("de", "") {
		if note != summary.UnavailableNote {
			t.Errorf("note %q of a model that is silent", note)
		}
	}
	asked(`"de" "de" "de"`)
}
