package summary_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/summary"
)

// embedding is an embedding endpoint on the wire.
type embedding struct {
	*httptest.Server
	answer func(w http.ResponseWriter, texts []string) // nil: honest

	mu       sync.Mutex
	requests int
	texts    []string
	now      time.Time
	logged   bytes.Buffer
}

func newEmbedding(t *testing.T) *embedding {
	e := &embedding{now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in struct {
			Model          string
			Input          []string
			EncodingFormat string `json:"encoding_format"`
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.URL.Path != "/v1/embeddings" || in.Model != "embed-1" || in.EncodingFormat != "float" ||
			r.Header.Get("Authorization") != "Bearer key-7" {
			t.Errorf("%s %s with %+v: %v", r.Method, r.URL.Path, in, err)
		}
		e.mu.Lock()
		e.requests++
		e.texts = append(e.texts, in.Input...)
		answer := e.answer
		e.mu.Unlock()
		if answer == nil {
			answer = honest
		}
		answer(w, in.Input)
	}))
	t.Cleanup(e.Close)
	return e
}

// honest gives each text a vector of its letters.
func honest(w http.ResponseWriter, texts []string) { vectors(w, texts, letters) }

func letters(s string) []float64 {
	v := make([]float64, 26)
	for _, r := range s {
		v[r%26]++
	}
	return v
}

func vectors(w http.ResponseWriter, texts []string, of func(string) []float64) {
	type object struct {
		Object    string    `json:"object"`
		Index     int       `json:"index"`
		Embedding []float64 `json:"embedding"`
	}
	var data []object
	for i := range texts {
		i = len(texts) - 1 - i // the order is free, the index counts
		data = append(data, object{"embedding", i, of(texts[i])})
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"object": "list", "data": data, "model": "embed-1"})
}

func (e *embedding) options(answers summary.Answers) summary.EmbedderOptions {
	return summary.EmbedderOptions{
		URL: e.URL + "/v1", Model: "embed-1", APIKey: "key-7", Answers: answers, Timeout: 5 * time.Second,
		Logger: slog.New(slog.NewTextHandler(e, nil)), Now: func() time.Time { e.mu.Lock(); defer e.mu.Unlock(); return e.now },
	}
}

func (e *embedding) embedder(t *testing.T, o summary.EmbedderOptions) *summary.Embedder {
	t.Helper()
	m, err := summary.NewEmbedder(o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Write takes what is logged.
func (e *embedding) Write(line []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.logged.Write(line)
}

func (e *embedding) log() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.logged.String()
}

func (e *embedding) asked() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.requests
}

func (e *embedding) set(answer func(http.ResponseWriter, []string), later time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.answer, e.now = answer, e.now.Add(later)
}

// kept is a store of answers.
type kept struct {
	mu     sync.Mutex
	all    map[[32]byte][]byte
	broken error
}

func (k *kept) Answer(_ context.Context, q [32]byte) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.all[q], k.broken
}

func (k *kept) PutAnswer(ctx context.Context, _ time.Time, q [32]byte, a []byte) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil {
		k.all = map[[32]byte][]byte{}
	}
	k.all[q] = a
	return cmp.Or(ctx.Err(), k.broken)
}

func vector(t *testing.T, m *summary.Embedder, s string) []byte {
	t.Helper()
	v, err := m.Vector(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// cosine of two vectors as Vector returns them.
func cosine(a, b []byte) float64 {
	dot, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		x, y := float64(int8(a[i])), float64(int8(b[i]))
		dot, aa, bb = dot+x*y, aa+x*x, bb+y*y
	}
	return dot / math.Sqrt(aa*bb)
}

func TestEmbedder(t *testing.T) {
	e, store := newEmbedding(t), &kept{}
	m := e.embedder(t, e.options(store))
	var texts []string
	for i := range 20 {
		texts = append(texts, strings.Repeat("news ", i)+fmt.Sprintf("of the %c harbour", 'a'+i))
	}
	if v := vector(t, m, texts[0]); v != nil {
		t.Fatalf("a vector before anything was asked: %v", v)
	}
	m.Prepare(t.Context(), texts)
	m.Prepare(t.Context(), append(texts, texts[3], "", "  "))
	if e.asked() != 3 || len(e.texts) != 20 {
		t.Errorf("%d requests for %d texts, want 3 for 20", e.asked(), len(e.texts))
	}
	again := e.embedder(t, e.options(store)) // after a restart
	for _, a := range texts {
		for _, b := range texts {
			u, v := letters(a), letters(b)
			want, uu, vv := 0.0, 0.0, 0.0
			for i := range u {
				want, uu, vv = want+u[i]*v[i], uu+u[i]*u[i], vv+v[i]*v[i]
			}
			want /= math.Sqrt(uu * vv)
			if got := cosine(vector(t, again, a), vector(t, again, b)); math.Abs(got-want) > .01 {
				t.Errorf("%q and %q: cosine %.3f, want %.3f", a, b, got, want)
			}
		}
	}
	long := strings.Repeat("한국어 ", 5000)
	m.Prepare(t.Context(), []string{long})
	if last := e.texts[len(e.texts)-1]; len(last) > 2000 || !strings.HasPrefix(long, last) {
		t.Errorf("%d bytes were asked about: …%q", len(last), last[max(0, len(last)-20):])
	}
	other := e.options(store)
	other.Model = "embed-2"
	if v := vector(t, e.embedder(t, other), texts[0]); v != nil {
		t.Error("another model's vector was taken")
	}
	if e.asked() != 4 || e.log() != "" {
		t.Errorf("%d requests, want 4; log %q", e.asked(), e.log())
	}
}

// Whatever an endpoint answers, what can't be a vector isn't taken for one, and the log says so once.
func TestUnusableVectors(t *testing.T) {
	say := func(status int, body string) func(http.ResponseWriter, []string) {
		return func(w http.ResponseWriter, _ []string) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			io.WriteString(w, body)
		}
	}
	data := func(v string) func(http.ResponseWriter, []string) {
		return say(200, `{"object":"list","model":"m","data":[{"index":0,"object":"embedding","embedding":[1,2,3,4,5,6,7,8,9]},{"index":1,"object":"embedding","embedding":`+v+`}]}`)
	}
	for name, tt := range map[string]struct {
		answer func(http.ResponseWriter, []string)
		log    string
	}{
		"no JSON":               {say(200, "<html>busy</html>"), ""},
		"nothing":               {say(200, ""), ""},
		"another object":        {say(200, `{"choices": []}`), "0 vectors for 2 texts"},
		"NaN":                   {data(`[NaN,1,1,1,1,1,1,1,1]`), ""},
		"a number out of range": {data(`[1e999,1,1,1,1,1,1,1,1]`), ""},
		"words":                 {data(`["a","b","c","d","e","f","g","h","i"]`), ""},
		"null":                  {data(`null`), "0 dimensions"},
		"too short":             {data(`[1,2]`), "2 dimensions"},
		"too long":              {data(`[` + strings.Repeat("1,", 9000) + `1]`), "9001 dimensions"},
		"another length":        {data(`[1,2,3,4,5,6,7,8]`), "8 dimensions beside one of 9"},
		"no direction":          {data(`[0,0,0,0,0,0,0,0,0]`), "without a direction"},
		"more than enough":      {say(200, `{"data":[`+strings.Repeat(`{"index":0,"embedding":[1,2,3,4,5,6,7,8,9]},`, 2)+`{"index":1,"embedding":[1,2,3,4,5,6,7,8,9]}]}`), "3 vectors for 2 texts"},
		"one twice":             {say(200, `{"data":[`+strings.Repeat(`{"index":0,"embedding":[1,2,3,4,5,6,7,8,9]},`, 1)+`{"index":0,"embedding":[1,2,3,4,5,6,7,8,9]}]}`), "which text each is of"},
		"an index of none":      {say(200, `{"data":[{"index":0,"embedding":[1,2,3,4,5,6,7,8,9]},{"index":9,"embedding":[1,2,3,4,5,6,7,8,9]}]}`), "which text each is of"},
		"without end":           {func(w http.ResponseWriter, _ []string) { io.WriteString(w, `{"data":[`+strings.Repeat(" ", 3<<20)) }, ""},
		"an unknown model":      {say(404, `{"error":{"message":"model embed-1 not found"}}`), "check EMBED_MODEL"},
		"a wrong key":           {say(401, `{"error":{"message":"Incorrect API key provided: key-7"}}`), "SUMMARY_API_KEY"},
		"too many requests":     {say(429, `{"error":{"message":"slow down key-7"}}`), "slow down …"},
		"a redirect": {func(w http.ResponseWriter, _ []string) {
			w.Header().Set("Location", "http://192.0.2.1/")
			w.WriteHeader(307)
		}, "redirects"},
		"a fault":             {say(500, "oops"), "500"},
		"a broken connection": {func(http.ResponseWriter, []string) { panic(http.ErrAbortHandler) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e, store := newEmbedding(t), &kept{}
			e.set(tt.answer, 0)
			m := e.embedder(t, e.options(store))
			m.Prepare(t.Context(), []string{"one", "two"})
			m.Prepare(t.Context(), []string{"one", "two"})
			if len(store.all) != 0 || vector(t, m, "one") != nil {
				t.Errorf("%d vectors were kept", len(store.all))
			}
			if log := e.log(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "level=WARN") || !strings.Contains(log, tt.log) || strings.Contains(log, "key-7") {
				t.Errorf("log %q, want one warning with %q", log, tt.log)
			}
		})
	}
}

// An endpoint that stalls is waited for no longer than the timeout, then left alone, and asked again after a while.
func TestEmbedderStalls(t *testing.T) {
	e, store := newEmbedding(t), &kept{}
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	e.set(func(http.ResponseWriter, []string) { <-released }, 0)
	o := e.options(store)
	o.Timeout, o.Concurrency = 100*time.Millisecond, 1
	m := e.embedder(t, o)

	start := time.Now()
	var wg sync.WaitGroup
	for i := range 6 { // one at a time is asked, the others wait in vain
		wg.Go(func() { m.Prepare(t.Context(), []string{fmt.Sprint("text ", i)}) })
	}
	wg.Wait()
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("a silent endpoint held up everything for %v", took)
	}
	for i := range 10 {
		m.Prepare(t.Context(), []string{fmt.Sprint("later ", i)})
	}
	if n := e.asked(); n > 3 {
		t.Errorf("a silent endpoint was asked %d times, want 3 at most", n)
	}
	if log := e.log(); strings.Count(log, "\n") != 1 || !strings.Contains(log, "no vectors") {
		t.Errorf("log %q, want one line", log)
	}

	e.set(nil, 2*time.Minute)
	m.Prepare(t.Context(), []string{"text 1"})
	if vector(t, m, "text 1") == nil {
		t.Error("it is not asked again after its rest")
	}
	if log := e.log(); !strings.Contains(log, "gives vectors again") {
		t.Errorf("log %q doesn't say that it answers again", log)
	}
}

func TestEmbedderIsLeftAlone(t *testing.T) {
	e := newEmbedding(t)
	e.set(func(w http.ResponseWriter, _ []string) {
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
	}, 0)
	m := e.embedder(t, e.options(&kept{}))
	m.Prepare(t.Context(), []string{"a"})
	e.set(nil, 80*time.Second)
	m.Prepare(t.Context(), []string{"a"})
	if e.asked() != 1 {
		t.Errorf("asked again before its Retry-After: %d requests", e.asked())
	}
	e.set(nil, 11*time.Second)
	m.Prepare(t.Context(), []string{"a"})
	if e.asked() != 2 || vector(t, m, "a") == nil {
		t.Errorf("%d requests after its Retry-After, want 2 and a vector", e.asked())
	}
}

func TestEmbedderBudget(t *testing.T) {
	e := newEmbedding(t)
	o := e.options(&kept{})
	o.PerHour = 2
	m := e.embedder(t, o)
	for i := range 5 {
		m.Prepare(t.Context(), []string{fmt.Sprint("text ", i)})
	}
	if e.asked() != 2 || strings.Count(e.log(), "\n") != 1 || !strings.Contains(e.log(), "budget") {
		t.Errorf("%d requests with a budget of 2; log %q", e.asked(), e.log())
	}
	e.set(nil, time.Hour)
	m.Prepare(t.Context(), []string{"text 4"})
	if e.asked() != 3 {
		t.Error("the next hour's budget isn't used")
	}
}

func TestEmbedderWithoutStore(t *testing.T) {
	e := newEmbedding(t)
	m := e.embedder(t, e.options(&kept{broken: fmt.Errorf("disk gone")}))
	m.Prepare(t.Context(), []string{"a"})
	if _, err := m.Vector(t.Context(), "a"); err == nil || e.asked() != 0 || !strings.Contains(e.log(), "disk gone") {
		t.Errorf("error %v, %d requests, log %q; want nothing asked that can't be kept", err, e.asked(), e.log())
	}
	for _, o := range []summary.EmbedderOptions{{URL: "ftp://x", Model: "m"}, {URL: "http://x"}, {URL: "::", Model: "m"}} {
		if _, err := summary.NewEmbedder(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
