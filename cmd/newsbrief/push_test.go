package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// hub is a WebSub hub: it verifies who subscribes, and when told that a topic has news it fetches the topic and delivers it.
type hub struct {
	*httptest.Server
	t *testing.T

	mu    sync.Mutex
	asked map[string]int        // by topic
	subs  map[string]url.Values // the last request, by topic
}

func newHub(t *testing.T) *hub {
	h := &hub{t: t, asked: map[string]int{}, subs: map[string]url.Values{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.PostForm.Get("hub.mode") != "subscribe" {
			t.Errorf("the hub is asked by %s for %v, %v", r.Method, r.PostForm, err)
		}
		challenge, topic := rand.Text(), r.PostForm.Get("hub.topic")
		q := url.Values{"hub.mode": {"subscribe"}, "hub.topic": {topic}, "hub.challenge": {challenge}, "hub.lease_seconds": {r.PostForm.Get("hub.lease_seconds")}}
		status, body, err := get(r.Context(), r.PostForm.Get("hub.callback")+"?"+q.Encode())
		if err != nil || status/100 != 2 || body != challenge {
			t.Errorf("the callback answers %d %s %v", status, body, err)
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.asked[topic]++
		h.subs[topic] = r.PostForm
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(h.Close)
	return h
}

// subscribed is how often the hub was asked for the topic.
func (h *hub) subscribed(topic string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.asked[topic]
}

// publish delivers the topic as it is now and returns the subscriber's status.
func (h *hub) publish(topic string) int {
	h.t.Helper()
	_, body, err := get(h.t.Context(), topic)
	if err != nil {
		h.t.Fatal(err)
	}
	h.mu.Lock()
	sub := h.subs[topic]
	h.mu.Unlock()
	mac := hmac.New(sha256.New, []byte(sub.Get("hub.secret")))
	io.WriteString(mac, body)
	req, err := http.NewRequest(http.MethodPost, sub.Get("hub.callback"), bytes.NewReader([]byte(body)))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// TestPushedNews: what a hub delivers is posted at once, though the next look at the feed is an hour away, also after a restart.
func TestPushedNews(t *testing.T) {
	t.Parallel()
	w, p, h := newWorld(t, "general", "climate"), newPress(t), newHub(t)
	site := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Link", "<"+h.URL+`>; rel="hub", <`+r.URL.Path+`>; rel="self"`)
		p.serve(rw, r)
	}))
	t.Cleanup(site.Close)
	p.url = site.URL
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	env := []string{"HTTP_ADDR=" + addr, "PUBLIC_URL=http://" + addr, "POLL_MIN=1h", "POLL_MAX=2h"}

	bot := w.bot(env...)
	p.release("Courier", cup)
	w.says("general", "subscribe", map[string]any{"topic": "climate", "channel": w.id("climate")}, w.id("climate"))
	w.says("general", "feed add", map[string]any{"url": p.feed("Courier")}, "Following Courier")
	w.eventually(10*time.Second, "the hub has a subscription", func() bool { return h.subscribed(p.feed("Courier")) == 1 })
	looks := p.looks("Courier")

	p.release("Courier", seaWall)
	if status := h.publish(p.feed("Courier")); status != 200 {
		t.Errorf("the hub is answered %d", status)
	}
	w.eventually(2*time.Second, "pushed news is posted", func() bool { return w.holding("climate", "sea wall") == 1 })
	bot.stop()

	w.bot(env...)
	p.release("Courier", entry{title: "Glaciers of the Alps lost a tenth of their ice to climate change", text: "Climate change took a tenth of the ice of the Alps' glaciers in two years, scientists in Zurich said. The loss is the largest since measurements of glaciers began."})
	if status := h.publish(p.feed("Courier")); status != 200 {
		t.Errorf("after a restart the hub is answered %d", status)
	}
	w.eventually(2*time.Second, "pushed news is posted after a restart", func() bool { return w.holding("climate", "Glaciers of the Alps") == 1 })
	if got := len(w.messages("climate")); got != 2 {
		t.Errorf("#climate has %d messages, want 2", got)
	}
	if n := p.looks("Courier") - looks; n != 2 { // the hub's own
		t.Errorf("the feed was fetched %d times, want 2", n)
	}
	if n := h.subscribed(p.feed("Courier")); n != 1 {
		t.Errorf("the hub was asked %d times", n)
	}
}
