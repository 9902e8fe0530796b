package web_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/web"
)

func get(t *testing.T, h http.Handler, method, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	body, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(body)
}

func TestChecks(t *testing.T) {
	var sick, unready error
	h := web.Handler(web.Options{
		Health:  func(context.Context) error { return sick },
		Ready:   func(context.Context) error { return unready },
		Metrics: http.NotFoundHandler(),
	})
	for _, path := range []string{"/healthz", "/readyz"} {
		if code, body := get(t, h, "GET", path); code != 200 || body != "ok\n" {
			t.Errorf("%s: %d %q", path, code, body)
		}
	}
	sick, unready = errors.New("the store does not answer"), errors.New("not connected")
	if code, body := get(t, h, "GET", "/healthz"); code != 503 || !strings.Contains(body, "store") {
		t.Errorf("/healthz of a sick program: %d %q", code, body)
	}
	if code, body := get(t, h, "GET", "/readyz"); code != 503 || !strings.Contains(body, "not connected") {
		t.Errorf("/readyz of an unready program: %d %q", code, body)
	}
	if code, _ := get(t, h, "POST", "/interactions"); code != 404 {
		t.Errorf("interactions without a key: %d", code)
	}
	if code, _ := get(t, h, "POST", "/websub/x/y"); code != 404 {
		t.Errorf("a delivery without an address for it: %d", code)
	}
	if code, _ := get(t, h, "GET", "/elsewhere"); code != 404 {
		t.Errorf("a path that is nothing: %d", code)
	}
}

func TestWebSub(t *testing.T) {
	h := web.Handler(web.Options{Metrics: http.NotFoundHandler(), WebSub: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Path) })})
	for method, want := range map[string]int{"GET": 200, "POST": 200, "PUT": 405, "DELETE": 405} {
		if code, body := get(t, h, method, "/websub/x/y"); code != want || code == 200 && body != "/websub/x/y" {
			t.Errorf("%s: %d %q, want %d", method, code, body, want)
		}
	}
}

func TestMetrics(t *testing.T) {
	m := web.NewMetrics(func(context.Context) (news.Stats, error) { return news.Stats{Feeds: 3, Failing: 1, Waiting: 7}, nil }, slog.New(slog.DiscardHandler))
	m.Look(false, false, 4, 25, 1, time.Second)
	m.Look(true, false, 0, 0, 0, time.Millisecond)
	m.Look(false, true, 0, 0, 0, time.Millisecond)
	m.Sent(false, 300*time.Millisecond)
	m.Sent(true, time.Second)
	m.Limited("shared")
	m.Pushed("read", 3)
	m.Model("passed", 900, 80)
	m.Model("reused", 0, 0)
	m.Online(true)
	_, body := get(t, m.Handler(), "GET", "/metrics")
	for _, line := range []string{
		`newsbrief_feed_looks_total{outcome="read"} 1`, `newsbrief_feed_looks_total{outcome="unchanged"} 1`, `newsbrief_feed_looks_total{outcome="failed"} 1`,
		`newsbrief_entries_new_total 7`, `newsbrief_entries_known_total{how="read"} 1`, `newsbrief_entries_known_total{how="skipped"} 25`, `newsbrief_messages_total{kind="posted"} 1`, `newsbrief_messages_total{kind="edited"} 1`,
		`newsbrief_message_late_seconds_count 1`, `newsbrief_discord_429_total{scope="shared"} 1`, `newsbrief_gateway_online 1`, `newsbrief_pushes_total{outcome="read"} 1`,
		`newsbrief_model_uses_total{outcome="passed"} 1`, `newsbrief_model_uses_total{outcome="reused"} 1`, `newsbrief_model_tokens_total{kind="read"} 900`, `newsbrief_model_tokens_total{kind="written"} 80`,
		`newsbrief_feeds 3`, `newsbrief_feeds_failing 1`, `newsbrief_deliveries_waiting 7`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("the metrics lack %s", line)
		}
	}
	m.Online(false)
	if _, body := get(t, m.Handler(), "GET", "/metrics"); !strings.Contains(body, "newsbrief_gateway_online 0\n") {
		t.Error("a lost gateway is not told")
	}
}

// TestUnreadableStore shows that metrics go on when the store can't be counted.
func TestUnreadableStore(t *testing.T) {
	m := web.NewMetrics(func(context.Context) (news.Stats, error) { return news.Stats{}, errors.New("closed") }, slog.New(slog.DiscardHandler))
	if code, body := get(t, m.Handler(), "GET", "/metrics"); code != 200 || strings.Contains(body, "newsbrief_feeds ") {
		t.Errorf("%d, with figures of a store that has none", code)
	}
}
