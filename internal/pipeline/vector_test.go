package pipeline_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/summary"
)

// embedding is an embedding endpoint: the texts that hold one of its words have nearly one direction.
type embedding struct {
	*httptest.Server
	alike []string

	mu    sync.Mutex
	texts []string
	stall chan struct{} // nil: it answers at once
}

func newEmbedding(w *world, alike ...string) *embedding {
	e := &embedding{alike: alike}
	e.Server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var in struct{ Input []string }
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			w.Error(err)
		}
		e.mu.Lock()
		e.texts = append(e.texts, in.Input...)
		stall := e.stall
		e.mu.Unlock()
		if stall != nil {
			<-stall
			return
		}
		type object struct {
			Index     int       `json:"index"`
			Embedding []float64 `json:"embedding"`
		}
		var data []object
		for i, text := range in.Input {
			data = append(data, object{i, e.vector(text)})
		}
		rw.Header().Set("Content-Type", "application/json")
		json.NewEncoder(rw).Encode(map[string]any{"data": data})
	}))
	w.Cleanup(e.Close)
	w.embedder = func(answers summary.Answers) *summary.Embedder {
		m, err := summary.NewEmbedder(summary.EmbedderOptions{
			URL: e.URL, Model: "m", Answers: answers, Timeout: 300 * time.Millisecond, Logger: slog.New(slog.DiscardHandler), Now: w.clock,
		})
		w.ok(err)
		return m
	}
	return e
}

func (e *embedding) vector(text string) []float64 {
	v := make([]float64, 64)
	add := func(name string, share float64) {
		h := fnv.New64a()
		h.Write([]byte(name))
		r := rand.New(rand.NewPCG(h.Sum64(), 1))
		for i := range v {
			v[i] += share * r.NormFloat64()
		}
	}
	add(text, .5)
	for _, word := range e.alike {
		if strings.Contains(text, word) {
			add("alike", 1)
			return v
		}
	}
	add("of "+text, 1)
	return v
}

func (e *embedding) asked() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.texts
}

const (
	lighthouse       = "Lighthouse keepers of Sevran end their vigil"
	lighthouseText   = "The last lighthouse keepers in Norway have left the island of Sevran, where their house becomes a museum."
	lighthouseKorean = "등대지기, 섬을 떠나다"
	lighthouseThere  = "노르웨이의 마지막 등대지기들이 섬을 떠났다. 그들의 집은 박물관이 된다."
)

// other makes news that nothing else is like.
func (o *outlet) other(n int) {
	h := fnv.New64a()
	fmt.Fprint(h, o.title)
	r := rand.New(rand.NewPCG(h.Sum64(), 2))
	words := func(n int) string {
		var b strings.Builder
		for range n {
			for range 3 {
				if o.lang == "ko" {
					b.WriteRune(rune(0xAC00 + 28*r.IntN(399))) // no final consonants
				} else {
					b.WriteString(string("bdfgklmnprstvwz"[r.IntN(15)]) + string("aeiou"[r.IntN(5)]))
				}
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	for range n {
		o.tell("festival "+words(6), words(120))
	}
}

// TestVectors shows that an embedding model brings together what names and numbers don't, that it is asked once for each article
// that may be posted, also when the program is started again between, and never for others.
func TestVectors(t *testing.T) {
	for _, on := range []bool{false, true} {
		t.Run(fmt.Sprint("model ", on), func(t *testing.T) {
			w := newWorld(t)
			e := newEmbedding(w, "ighthouse", "등대지기")
			if !on {
				w.embedder = nil
			}
			en, ko := newOutlet(t, "Coast", "en"), newOutlet(t, "해안", "ko")
			en.tell("Old news of "+lighthouse, lighthouseText)
			w.follow("g", en.feed())
			w.follow("g", ko.feed())
			w.subscribe("g", "a", "lighthouse OR 등대지기", nil)
			w.look()
			if len(e.asked()) != 0 {
				t.Errorf("asked about what is not posted: %q", e.asked())
			}
			w.pass(100 * time.Hour) // nothing joins it any more
			en.other(20)
			ko.other(20)
			w.round()
			en.tell(lighthouse, lighthouseText)
			w.round()
			if on {
				w.restart()
			}
			ko.tell(lighthouseKorean, lighthouseThere)
			w.round()
			owed, want := w.owed("g", "a"), 2
			if on {
				want = 1
			}
			if len(owed) != want {
				t.Fatalf("%d briefs owed, want %d: %+v", len(owed), want, owed)
			}
			if on && len(owed[0].Brief.Also) != 1 {
				t.Errorf("told also in %+v, want Korean", owed[0].Brief.Also)
			}
			if on && len(e.asked()) != 42 {
				t.Errorf("asked about %d texts, want each of 42 once", len(e.asked()))
			}
		})
	}
}

// TestStallingVectors shows that an endpoint that never answers costs one feed a moment, and no news.
func TestStallingVectors(t *testing.T) {
	w := newWorld(t)
	e := newEmbedding(w)
	e.stall = make(chan struct{})
	t.Cleanup(func() { close(e.stall) })
	var outlets []*outlet
	for i := range 6 {
		o := newOutlet(t, fmt.Sprint("Outlet ", i), "en")
		w.follow("g", o.feed())
		outlets = append(outlets, o)
	}
	w.subscribe("g", "a", "festival", nil)
	w.look()
	for _, o := range outlets {
		o.other(1)
	}
	start := time.Now()
	w.round()
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("a round took %v", took)
	}
	if owed := w.owed("g", "a"); len(owed) != len(outlets) {
		t.Errorf("%d briefs owed, want %d", len(owed), len(outlets))
	}
	if n := len(e.asked()); n == 0 || n > 4 {
		t.Errorf("asked %d times, want it to be left alone after three", n)
	}
}
