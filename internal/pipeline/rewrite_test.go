package pipeline_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// endpoint is a model that answers each request with one sentence of the first article, when told.
type endpoint struct {
	*httptest.Server
	asked  chan struct{}
	answer chan string
}

func newEndpoint(t *testing.T, w *world) *endpoint {
	e := &endpoint{asked: make(chan struct{}, 10), answer: make(chan string)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // a server notices that its client left only after it has read the request
		e.asked <- struct{}{}
		select {
		case sentence := <-e.answer:
			content, err := json.Marshal(map[string]any{"headline": sentence, "sentences": []any{map[string]any{"text": sentence, "article": 1}}})
			if err != nil {
				t.Error(err)
			}
			rw.Header().Set("Content-Type", "application/json")
			json.NewEncoder(rw).Encode(map[string]any{"id": "1", "object": "chat.completion", "model": "writer",
				"choices": []any{map[string]any{"finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": string(content)}}}})
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(e.Close)
	model, err := summary.NewModel(summary.ModelOptions{URL: e.URL, Model: "writer"})
	w.ok(err)
	w.model = model
	return e
}

func (e *endpoint) wait(t *testing.T) {
	t.Helper()
	select {
	case <-e.asked:
	case <-time.After(10 * time.Second):
		t.Fatal("the model was not asked")
	}
}

// TestModelHoldsUpNothing shows that a story waits for the model alone, with its extracted brief at hand, and goes out with the
// model's as soon as that is there.
func TestModelHoldsUpNothing(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	o := newOutlet(t, "Wire", "en")
	w.follow("g", o.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.look()
	o.tell(wireTitle, long(wireText))
	w.round() // returns although the model has not answered
	e.wait(t)
	d := w.wantOwed("g", "a", wireTitle)[0]
	if d.Brief.Model != "" || len(d.Brief.Sentences) == 0 || !d.Due.After(w.clock()) || d.Due.After(w.clock().Add(time.Minute)) {
		t.Fatalf("owed %+v, want the extracted brief a little later", d)
	}

	o.tell("Volcano wakes on an island", long("Ash rose 900 metres."))
	w.round()
	if got := len(w.articles()); got != 2 {
		t.Errorf("%d articles while the model is silent, want 2", got)
	}

	sentence := d.Brief.Sentences[0].Text
	e.answer <- sentence
	deadline := time.Now().Add(10 * time.Second)
	for d.Brief.Model == "" && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
		d = w.owed("g", "a")[0]
	}
	if d.Brief.Model != "writer" || d.Brief.Sentences[0].Text != sentence || d.Due.After(w.clock()) || d.Revision != 2 || d.State != news.Waiting {
		t.Errorf("owed %+v, want the model's brief now", d)
	}
}

// TestModelIsOvertaken shows that an answer for a story that got a newer telling meanwhile is dropped, and that stopping does not wait
// for a model.
func TestModelIsOvertaken(t *testing.T) {
	w := newWorld(t)
	e := newEndpoint(t, w)
	first, second := newOutlet(t, "Wire", "en"), newOutlet(t, "Daily", "en")
	w.follow("g", first.feed())
	w.follow("g", second.feed())
	w.subscribe("g", "a", "glacier OR glaciers", nil)
	w.look()
	first.tell(wireTitle, long(wireText))
	w.round()
	e.wait(t)
	second.tell(wireTitle, long(wireText)+" Hikers were told to stay away.")
	w.round()
	e.wait(t)
	d := w.owed("g", "a")[0]
	if len(d.Brief.Sources) != 2 {
		t.Fatalf("sources %+v, want both outlets", d.Brief.Sources)
	}
	e.answer <- d.Brief.Sentences[0].Text
	e.answer <- d.Brief.Sentences[0].Text
	deadline := time.Now().Add(10 * time.Second)
	for d.Brief.Model == "" && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
		d = w.owed("g", "a")[0]
	}
	if d.Brief.Model == "" || len(d.Brief.Sources) != 2 || d.Revision != 3 {
		t.Errorf("owed %+v, want the model's brief of both tellings, after two extracted ones", d)
	}

	first.tell("Glacier lake drained by a tunnel", long("The tunnel is 700 metres long, "+strings.Repeat("and wide, ", 3)+"engineers said."))
	w.round()
	e.wait(t)
	start := time.Now()
	w.halt()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("stopping took %s while the model was silent", took)
	}
}
