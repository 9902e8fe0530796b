package summary_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/summary"
)

// TestForms shows that what an endpoint does not take is left out, and that this is remembered.
func TestForms(t *testing.T) {
	openAI := func(param, message string) string {
		return fmt.Sprintf(`{"error": {"message": %q, "type": "invalid_request_error", "param": %q, "code": "unsupported_parameter"}}`, message, param)
	}
	type request map[string]any
	tests := map[string]struct {
		refuses func(r request) string // the complaint, "" when all is well
		asked   int                    // requests until the endpoint is content
		has     []string
		lacks   []string
	}{
		"takes all": {func(request) string { return "" }, 1, []string{"max_tokens", "temperature", "response_format"}, []string{"max_completion_tokens"}},
		"OpenAI's newer models": {func(r request) string {
			switch {
			case r["max_tokens"] != nil:
				return openAI("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.")
			case r["temperature"] != nil:
				return openAI("temperature", "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.")
			}
			return ""
		}, 3, []string{"max_completion_tokens", "response_format"}, []string{"max_tokens", "temperature"}},
		"LM Studio before 0.3": {func(r request) string {
			if r["response_format"] != nil {
				return `{"error": "'response_format.type' must be 'text'"}`
			}
			return ""
		}, 2, []string{"max_tokens", "temperature"}, []string{"response_format"}},
		"vLLM without a grammar": {func(r request) string {
			if r["response_format"] != nil {
				return `{"object": "error", "message": "The provided JSON schema contains features not supported by xgrammar.", "type": "BadRequestError", "param": null, "code": 400}`
			}
			return ""
		}, 2, nil, []string{"response_format"}},
		"a strict gateway": {func(r request) string {
			if r["response_format"] != nil {
				return `{"detail": [{"loc": ["body", "response_format"], "msg": "extra fields not permitted"}]}`
			}
			return ""
		}, 2, nil, []string{"response_format"}},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			e := newFake(t, truth)
			var last request
			e.respond = func(_ int, body string) (int, http.Header, string) {
				last = nil
				if err := json.Unmarshal([]byte(body), &last); err != nil {
					t.Error(err)
				}
				if complaint := tt.refuses(last); complaint != "" {
					return 400, nil, complaint
				}
				return 200, nil, ""
			}
			m := e.model(t, summary.ModelOptions{})
			for i := range 3 {
				if b := e.brief(t, m); b.Model == "" {
					t.Fatalf("%s: %s", name, b.Note)
				}
				if e.asked() != tt.asked+i {
					t.Errorf("%s: %d requests for %d briefs, want %d", name, e.asked(), i+1, tt.asked+i)
				}
			}
			for _, p := range tt.has {
				if last[p] == nil {
					t.Errorf("%s: the request lacks %s: %v", name, p, last)
				}
			}
			for _, p := range tt.lacks {
				if last[p] != nil {
					t.Errorf("%s: the request has %s: %v", name, p, last)
				}
			}
		})
	}
}

// TestReasoning shows that a model that thinks until its tokens are used up gets more, from then on.
func TestReasoning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t, "<think>…</think>"+truth)
		e.respond = func(_ int, body string) (int, http.Header, string) {
			if strings.Contains(body, `"max_tokens":700`) {
				return 200, nil, chat("<think>Let me see. {", "length")
			}
			return 200, nil, ""
		}
		m := e.model(t, summary.ModelOptions{})
		for i := range 2 {
			if b := e.brief(t, m); b.Model == "" || e.asked() != 2+i {
				t.Errorf("%d requests: %+v", e.asked(), b)
			}
		}
	})
}

// TestFailingEndpoint shows that an endpoint that fails is left alone, that the operator is told so once, and that its recovery is found
// out by one request.
func TestFailingEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t, truth)
		down := true
		e.respond = func(int, string) (int, http.Header, string) {
			if down {
				return 502, http.Header{"Content-Type": {"text/html"}}, "<h1>Bad gateway</h1>"
			}
			return 200, nil, ""
		}
		m := e.model(t, summary.ModelOptions{})
		for range 20 {
			if b := e.brief(t, m); b.Note != summary.UnavailableNote {
				t.Errorf("%+v", b)
			}
		}
		if e.asked() != 3 {
			t.Errorf("%d requests of a failing endpoint, want 3", e.asked())
		}
		for range 60 {
			time.Sleep(time.Minute)
			e.brief(t, m)
		}
		if e.asked() > 9 {
			t.Errorf("%d requests in an hour of failures", e.asked())
		}
		if n := e.told("left alone"); n != 1 {
			t.Errorf("the log tells %d times that the endpoint is left alone, want once:\n%s", n, e.logged.String())
		}
		down = false
		time.Sleep(time.Hour)
		before := e.asked()
		e.takes(time.Second)
		for range 2 {
			go e.brief(t, m)
		}
		synctest.Wait()
		if e.asked() != before+1 {
			t.Errorf("%d requests try whether it works again, want 1", e.asked()-before)
		}
		time.Sleep(2 * time.Second)
		if b := e.brief(t, m); b.Model == "" || e.told("answers again") != 1 {
			t.Errorf("after the recovery: %s\n%s", b.Note, e.logged.String())
		}
	})
}

func TestSilentEndpoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := newFake(t, truth)
		e.takes(24 * time.Hour)
		m := e.model(t, summary.ModelOptions{})
		start := time.Now()
		for range 10 {
			e.brief(t, m)
		}
		if took := time.Since(start); e.asked() != 3 || took != 90*time.Second {
			t.Errorf("%d requests in %v of a silent endpoint, want 3 of 30 s each", e.asked(), took)
		}
	})
}

// TestRefusals shows what the operator is told, and that no secret is among it.
func TestRefusals(t *testing.T) {
	tests := map[string]struct {
		status int
		header http.Header
		body   string
		rest   time.Duration // until it is asked again
		told   string
	}{
		"wrong key":     {401, nil, `{"error": {"message": "Incorrect API key provided: sk-topsecret."}}`, time.Minute, "SUMMARY_API_KEY"},
		"no credit":     {403, nil, `{"error": "forbidden for sk-topsecret"}`, time.Minute, "SUMMARY_API_KEY"},
		"unknown model": {404, nil, `{"error": {"message": "model \"test-model\" not found, try pulling it first (sk-topsecret)"}}`, time.Minute, "try pulling it first"},
		"no /v1":        {405, nil, ``, time.Minute, "405"},
		"redirects":     {307, http.Header{"Location": {"http://169.254.169.254/latest/meta-data"}}, ``, time.Minute, "redirects"},
		"too many":      {429, http.Header{"Retry-After": {"600"}}, `{"error": {"message": "Rate limit reached"}}`, 10 * time.Minute, "Rate limit reached"},
		"busy":          {503, http.Header{"Retry-After": {time.Date(2000, 1, 1, 0, 5, 0, 0, time.UTC).Format(http.TimeFormat)}}, ``, 5 * time.Minute, "503"},
		"for a year":    {429, http.Header{"Retry-After": {"31536000"}}, ``, time.Hour, "429"},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			e := newFake(t, truth)
			e.respond = func(n int, _ string) (int, http.Header, string) {
				if n == 0 {
					return tt.status, tt.header, tt.body + " "
				}
				return 200, nil, ""
			}
			m := e.model(t, summary.ModelOptions{APIKey: "sk-topsecret"})
			for range 3 {
				e.brief(t, m)
			}
			time.Sleep(tt.rest - time.Second)
			e.brief(t, m)
			if e.asked() != 1 {
				t.Errorf("%s: %d requests, want 1", name, e.asked())
			}
			if e.told("left alone") != 1 || e.told(tt.told) == 0 || e.told("topsecret") > 0 {
				t.Errorf("%s: the log tells\n%s", name, e.logged.String())
			}
			time.Sleep(time.Second)
			if b := e.brief(t, m); b.Model == "" {
				t.Errorf("%s: not asked again after %v", name, tt.rest)
			}
		})
	}
}

// TestWire sends what no JSON library would, over a real connection.
func TestWire(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("a redirect was followed: %s %s", r.Method, r.URL)
	}))
	defer elsewhere.Close()
	write := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			fmt.Fprint(w, body)
		}
	}
	good := chat(truth, "stop")
	tests := map[string]struct {
		handler http.HandlerFunc
		fails   bool
	}{
		"the truth":       {write("application/json; charset=utf-8", good), false},
		"a web page":      {write("text/html", "<html><body>Sign in to the hotel's network</body></html>"), true},
		"as a web page":   {write("text/html", good), true},
		"nothing":         {write("application/json", ""), true},
		"another object":  {write("application/json", `{"error": null}`), true},
		"truncated":       {write("application/json", good[:len(good)/2]), true},
		"other encodings": {write("application/json", "\xff\xfe{\x00}\x00"), true},
		"fifty megabytes": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			chunk := []byte(strings.Repeat(" ", 1<<16))
			for range 800 {
				if _, err := w.Write(chunk); err != nil {
					return
				}
			}
		}, true},
		"byte by byte": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			for i := 0; r.Context().Err() == nil; i++ {
				fmt.Fprint(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		}, true},
		"hangs up": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, "{")
			panic(http.ErrAbortHandler)
		}, true},
		"redirects": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+r.URL.Path, http.StatusTemporaryRedirect)
		}, true},
		"redirects at home": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked.Add(1)
				if r.URL.Path != "/v1/chat/completions" || r.Header.Get("Authorization") != "Bearer key" {
					t.Errorf("request to %s with authorization %q", r.URL.Path, r.Header.Get("Authorization"))
				}
				tt.handler(w, r)
			}))
			defer server.Close()
			log := slog.New(slog.DiscardHandler)
			m, err := summary.NewModel(summary.ModelOptions{URL: server.URL + "/v1/", Model: "m", APIKey: "key", Timeout: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			b := summary.NewSummarizer(m, &shelf{}, log).Brief(t.Context(), port, summary.Options{})
			if (b.Note == summary.UnavailableNote) != tt.fails || (b.Model == "") != tt.fails || len(b.Sentences) == 0 {
				t.Errorf("%+v", b)
			}
			if took := time.Since(start); took > 4*time.Second || asked.Load() > 2 {
				t.Errorf("%d requests in %v", asked.Load(), took)
			}
		})
	}
}
