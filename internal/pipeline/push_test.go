package pipeline_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
	"newsbrief/internal/read"
)

// hub is a WebSub hub that takes nothing the specification doesn't allow. Its fields are set before it is asked.
type hub struct {
	*httptest.Server
	t     testing.TB
	async bool                                     // it verifies after it has answered
	lease time.Duration                            // the leases it gives, 10 days when 0
	sign  func() hash.Hash                         // of its signatures, with the name in method
	name  string                                   // sha1, sha256
	deny  string                                   // a reason to deny
	fail  func(rw http.ResponseWriter) (done bool) // refuses requests, may be nil

	mu     sync.Mutex
	asked  []url.Values
	subs   map[[2]string]string // secrets by topic and callback
	answer sync.WaitGroup       // verifications under way
}

func newHub(t testing.TB) *hub {
	h := &hub{t: t, sign: sha256.New, name: "sha256", subs: map[[2]string]string{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(func() {
		h.answer.Wait()
		h.Close()
	})
	return h
}

func (h *hub) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		h.t.Errorf("the hub is asked by %s with %v, %v", r.Method, r.Header, err)
	}
	f := r.PostForm
	callback, err := url.Parse(f.Get("hub.callback"))
	if err != nil || !callback.IsAbs() || callback.Fragment != "" || f.Get("hub.topic") == "" || len(f.Get("hub.secret")) >= 200 {
		h.t.Errorf("the hub is asked for %v", f)
	}
	h.mu.Lock()
	h.asked = append(h.asked, f)
	h.mu.Unlock()
	switch {
	case h.fail != nil && h.fail(rw):
	case h.async:
		h.answer.Go(func() { h.verify(f) })
		rw.WriteHeader(http.StatusAccepted)
	case h.verify(f):
		rw.WriteHeader(http.StatusNoContent)
	default:
		http.Error(rw, "Error verifying callback URL", http.StatusConflict)
	}
}

// verify asks the subscriber whether it means it, or tells it that it may not.
func (h *hub) verify(f url.Values) bool {
	q := url.Values{"hub.mode": {f.Get("hub.mode")}, "hub.topic": {f.Get("hub.topic")}}
	if h.deny != "" {
		q.Set("hub.mode", "denied")
		q.Set("hub.reason", h.deny)
		h.call(f.Get("hub.callback"), q)
		return true
	}
	challenge := rand.Text()
	q.Set("hub.challenge", challenge)
	q.Set("hub.lease_seconds", strconv.Itoa(int(max(h.lease, time.Second).Seconds())))
	if h.lease == 0 {
		q.Set("hub.lease_seconds", f.Get("hub.lease_seconds"))
	}
	if h.call(f.Get("hub.callback"), q) != challenge {
		return false
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := [2]string{f.Get("hub.topic"), f.Get("hub.callback")}
	if delete(h.subs, key); f.Get("hub.mode") == "subscribe" {
		h.subs[key] = f.Get("hub.secret")
	}
	return true
}

// call returns the body of a 2xx answer that no browser takes for a page, "" otherwise.
func (h *hub) call(callback string, q url.Values) string {
	resp, err := http.Get(callback + "?" + q.Encode())
	if err != nil {
		h.t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Error(err)
	}
	if resp.StatusCode/100 != 2 {
		return ""
	}
	if resp.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		h.t.Errorf("a challenge is answered with %v", resp.Header)
	}
	return string(body)
}

// requests are how often the hub was asked, by mode.
func (h *hub) requests() (subscribe, unsubscribe int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, f := range h.asked {
		if f.Get("hub.mode") == "subscribe" {
			subscribe++
		} else {
			unsubscribe++
		}
	}
	return subscribe, unsubscribe
}

// subscriptions are the topics and callbacks the hub delivers to.
func (h *hub) subscriptions() (subs [][2]string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		subs = append(subs, s)
	}
	return subs
}

// post delivers a body to every subscription and returns the statuses.
func (h *hub) post(body []byte) (statuses []int) {
	for _, s := range h.subscriptions() {
		h.mu.Lock()
		mac := hmac.New(h.sign, []byte(h.subs[s]))
		h.mu.Unlock()
		mac.Write(body)
		statuses = append(statuses, h.send(s[1], body, h.name+"="+hex.EncodeToString(mac.Sum(nil))))
	}
	return statuses
}

func (h *hub) send(callback string, body []byte, signature string) int {
	req, err := http.NewRequest(http.MethodPost, callback, bytes.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/rss+xml")
	req.Header.Set("Link", fmt.Sprintf(`<%s>; rel="hub", <https://elsewhere.example/>; rel="self"`, h.URL))
	if signature != "" {
		req.Header.Set("X-Hub-Signature", signature)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// pushWorld is a world whose callbacks answer on the network, with an outlet that offers a hub.
type pushWorld struct {
	*world
	hub    *hub
	outlet *outlet
	hubs   []string // what the outlet offers, h alone at first
	feed   news.FeedID
	logged bytes.Buffer
}

func newPushWorld(t testing.TB) *pushWorld {
	w := &pushWorld{world: newWorld(t), hub: newHub(t), outlet: newOutlet(t, "Wire", "en")}
	w.world.log = slog.New(slog.NewJSONHandler(&w.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, pipeline.Callbacks) {
			t.Errorf("a hub calls %s", r.URL.Path)
		}
		w.pipeline.Callback().ServeHTTP(rw, r)
	}))
	t.Cleanup(func() {
		w.halt()
		w.hub.answer.Wait()
		server.Close()
		w.discreet()
	})
	w.public = server.URL
	w.hubs = []string{w.hub.URL}
	w.outlet.set(w.offer)
	w.feed = w.follow("g", w.outlet.feed())
	w.subscribe("g", "a", "glaciers OR cup", nil)
	return w
}

// offer serves the outlet's feed with its hubs.
func (w *pushWorld) offer(rw http.ResponseWriter, r *http.Request) {
	for _, hub := range w.hubs {
		rw.Header().Add("Link", "<"+hub+`>; rel="hub"`)
	}
	rw.Header().Add("Link", `</feed>; rel="self"`)
	rw.Write(w.outlet.rss())
}

// discreet checks that nothing secret was logged.
func (w *pushWorld) discreet() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	for _, f := range w.hub.asked {
		callback := f.Get("hub.callback")
		for _, secret := range []string{f.Get("hub.secret"), callback[strings.LastIndex(callback, "/")+1:]} {
			if secret != "" && bytes.Contains(w.logged.Bytes(), []byte(secret)) {
				w.Errorf("the log holds the secret %s", secret)
			}
		}
	}
}

func (w *pushWorld) push() news.Push {
	w.Helper()
	p, err := w.store.Push(context.Background(), w.feed)
	w.ok(err)
	return p
}

// until waits for what is known of the hub to be so.
func (w *pushWorld) until(what string, is func(news.Push) bool) news.Push {
	w.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(2 * time.Millisecond) {
		if p := w.push(); is(p) {
			return p
		} else if time.Now().After(deadline) {
			w.Fatalf("never %s: %+v", what, p)
		}
	}
}

// live looks at the feed for the first time and waits for the subscription.
func (w *pushWorld) live() {
	w.Helper()
	w.look()
	w.until("subscribed", func(p news.Push) bool { return p.Until.After(w.clock()) && len(w.hub.subscriptions()) > 0 })
}

// rss is a feed that lists the entries alone.
func (w *pushWorld) rss(entries ...entry) []byte {
	all := w.outlet.entries
	defer w.outlet.list(all...)
	w.outlet.list(entries...)
	return w.outlet.rss()
}

func (w *pushWorld) outcomes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.pushed)
}

func wantStatuses(t testing.TB, got []int, want ...int) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("the hub is answered %v, want %v", got, want)
	}
}

// TestPush shows that what a hub delivers is posted at once, and once, by hubs that verify at once or later and sign in either way.
func TestPush(t *testing.T) {
	for name, set := range map[string]func(*hub){
		"at once, sha256": func(*hub) {},
		"later, sha1":     func(h *hub) { h.async, h.sign, h.name = true, sha1.New, "sha1" },
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t)
			set(w.hub)
			w.outlet.tell(cupTitle, long(cupText))
			w.live()
			if p := w.push(); p.Hub != w.hub.URL || p.Topic != w.outlet.feed() || p.Problem != "" || !p.Until.Equal(w.clock().Add(240*time.Hour)) {
				t.Errorf("subscribed: %+v", p)
			}
			looks := w.outlet.hit("/feed")
			e := w.outlet.tell(wireTitle, long(wireText))
			body := w.rss(e)
			wantStatuses(t, w.hub.post(body), 200)
			w.wantOwed("g", "a", wireTitle)
			if n := w.outlet.hit("/feed"); n != looks {
				t.Errorf("the feed was fetched %d times for it", n-looks)
			}
			if f := w.world.feed(w.feed); !f.NewsAt.Equal(w.clock()) || f.BodyHash == "" || f.Title != "Wire" {
				t.Errorf("the feed is now %+v", f)
			}
			wantStatuses(t, w.hub.post(body), 200) // again
			wantStatuses(t, w.hub.post(w.outlet.rss()), 200)
			w.later(2 * time.Hour)
			if d := w.wantOwed("g", "a", wireTitle)[0]; d.Revision != 1 {
				t.Errorf("the brief came to revision %d", d.Revision)
			}
			if got := w.outcomes(); !slices.Equal(got, []string{"read", "read", "read"}) {
				t.Errorf("the deliveries came to %v", got)
			}
			if n, _ := w.hub.requests(); n != 1 {
				t.Errorf("the hub was asked %d times", n)
			}
		})
	}
}

// TestOffered shows where a feed's hub is found: in the headers, else in the feed.
func TestOffered(t *testing.T) {
	const feed = "https://example.org/feed"
	for name, test := range map[string]struct {
		url, link string
		doc       read.Document
		hubs      []string
		topic     string
	}{
		"headers first":    {feed, `<https://a.example/>; rel=hub, </self>; rel=self`, read.Document{Hub: "https://b.example/", Self: "https://b.example/self"}, []string{"https://a.example/"}, "https://example.org/self"},
		"the feed":         {feed, "", read.Document{Hub: "https://b.example/", Self: "https://b.example/self"}, []string{"https://b.example/"}, "https://b.example/self"},
		"no self":          {feed, `<https://a.example/>; rel=hub, <https://b.example/>; rel=hub`, read.Document{}, []string{"https://a.example/", "https://b.example/"}, feed},
		"nothing":          {feed, "", read.Document{Self: feed}, nil, feed},
		"YouTube":          {"https://www.youtube.com/feeds/videos.xml?channel_id=UC_x", "", read.Document{Self: "http://www.youtube.com/feeds/videos.xml?channel_id=UC_x"}, []string{"https://pubsubhubbub.appspot.com/subscribe"}, "https://www.youtube.com/feeds/videos.xml?channel_id=UC_x"},
		"YouTube playlist": {"https://www.youtube.com/feeds/videos.xml?playlist_id=PL", "", read.Document{}, nil, "https://www.youtube.com/feeds/videos.xml?playlist_id=PL"},
		"endless":          {feed, "", read.Document{Hub: "https://b.example/" + strings.Repeat("x", 3000)}, nil, feed},
	} {
		t.Run(name, func(t *testing.T) {
			hubs, topic := pipeline.Offered(&fetch.Response{URL: test.url, Header: http.Header{"Link": {test.link}}}, &test.doc)
			if !slices.Equal(hubs, test.hubs) || topic != test.topic {
				t.Errorf("hubs %q of %s, want %q of %s", hubs, topic, test.hubs, test.topic)
			}
		})
	}
}

// TestNoPushes shows that nothing is asked without an address to be reached at, nor of a feed without a hub.
func TestNoPushes(t *testing.T) {
	for name, set := range map[string]func(*pushWorld){
		"no address": func(w *pushWorld) { w.public = "" },
		"no hub":     func(w *pushWorld) { w.hubs = nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t)
			set(w)
			w.outlet.tell(cupTitle, long(cupText))
			w.look()
			w.round()
			w.halt()
			if n, _ := w.hub.requests(); n != 0 || w.push() != (news.Push{}) {
				t.Errorf("the hub was asked %d times; known is %+v", n, w.push())
			}
		})
	}
}

// TestForged shows that nobody but the hub delivers, and that nobody can make or end a subscription.
func TestForged(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	callback := w.hub.subscriptions()[0][1]
	body := w.rss(entry{"forged", wireTitle, "", long(wireText)})
	for _, signature := range []string{"", "sha256=", "sha1=" + strings.Repeat("0", 40), "sha256=" + strings.Repeat("0", 64), "none"} {
		if status := w.hub.send(callback, body, signature); status/100 != 2 {
			t.Errorf("signature %q is answered %d, which tells that it is wrong", signature, status)
		}
	}
	if got := w.outcomes(); len(got) != 5 || slices.ContainsFunc(got, func(s string) bool { return s != "forged" }) {
		t.Errorf("the deliveries came to %v", got)
	}
	before := w.push()
	if !before.Delivered.IsZero() {
		t.Error("a forged delivery counts")
	}
	for name, query := range map[string]string{
		"another topic":    "hub.mode=subscribe&hub.challenge=x&hub.lease_seconds=9999999&hub.topic=https%3A%2F%2Fevil.example%2F",
		"no topic":         "hub.mode=subscribe&hub.challenge=x",
		"an end":           "hub.mode=unsubscribe&hub.challenge=x&hub.topic=" + url.QueryEscape(before.Topic),
		"another's denial": "hub.mode=denied&hub.topic=https%3A%2F%2Fevil.example%2F",
		"nothing":          "",
	} {
		resp, err := http.Get(callback + "?" + query)
		w.ok(err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s is answered %d", name, resp.StatusCode)
		}
	}
	guess := callback[:len(callback)-1] + "g"
	resp, err := http.Get(guess + "?hub.mode=subscribe&hub.challenge=x&hub.topic=" + url.QueryEscape(before.Topic))
	w.ok(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("a guessed callback is answered %d", resp.StatusCode)
	}
	for _, path := range []string{guess, w.public + pipeline.Callbacks, w.public + pipeline.Callbacks + "zzzzzzzz/x", callback + "/x"} {
		if status := w.hub.send(path, body, "sha1=00"); status != http.StatusGone {
			t.Errorf("a delivery to %s is answered %d", path, status)
		}
	}
	if p := w.push(); p != before {
		t.Errorf("what is known of the hub became %+v, was %+v", p, before)
	}
	w.wantOwed("g", "a")
}

// TestRefusals shows that a hub that gives no subscription is asked ever more rarely, and that the feed is polled as ever.
func TestRefusals(t *testing.T) {
	for name, test := range map[string]struct {
		set     func(h *hub)
		problem string
	}{
		"trouble": {func(h *hub) {
			h.fail = func(rw http.ResponseWriter) bool { http.Error(rw, "overloaded", 500); return true }
		}, `it says "overloaded"`},
		"no answer": {func(h *hub) { h.fail = func(rw http.ResponseWriter) bool { return true } }, "did not confirm"},
		"gone":      {func(h *hub) { h.Close() }, "no connection"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t)
			test.set(w.hub)
			w.outlet.tell(cupTitle, long(cupText))
			w.look()
			asked := w.until("asked", func(p news.Push) bool { return !p.AskedAt.IsZero() }).AskedAt
			var gaps []time.Duration
			for len(gaps) < 7 {
				if name == "no answer" || w.until("refused", func(p news.Push) bool { return p.Problem != "" }).Problem == "" {
					w.halt() // the request is over
				}
				w.later(w.push().AskAgain.Sub(w.clock()) - time.Second)
				w.halt()
				if p := w.push(); !p.AskedAt.Equal(asked) {
					t.Fatalf("asked again after %v, a second early", p.AskedAt.Sub(asked))
				}
				w.round()
				p := w.until("asked again", func(p news.Push) bool { return p.AskedAt.After(asked) })
				gaps = append(gaps, p.AskedAt.Sub(asked).Truncate(time.Hour))
				asked = p.AskedAt
			}
			h := time.Hour
			if want := []time.Duration{h, 2 * h, 4 * h, 8 * h, 16 * h, 24 * h, 24 * h}; !slices.Equal(gaps, want) {
				t.Errorf("asked again after %v, want %v", gaps, want)
			}
			if p := w.until("refused", func(p news.Push) bool { return p.Problem != "" }); !strings.Contains(p.Problem, test.problem) {
				t.Errorf("the problem is %q, want %q", p.Problem, test.problem)
			}
			if f := w.world.feed(w.feed); f.NextPoll.Sub(w.clock()) > poll || f.Problem != "" {
				t.Errorf("the feed suffers: %+v", f)
			}
		})
	}
}

func TestDenied(t *testing.T) {
	w := newPushWorld(t)
	w.hub.deny = "members only"
	w.outlet.tell(cupTitle, long(cupText))
	w.look()
	p := w.until("denied", func(p news.Push) bool { return p.Problem != "" })
	if !strings.Contains(p.Problem, w.hub.URL) || !strings.Contains(p.Problem, `"members only"`) {
		t.Errorf("the problem is %q", p.Problem)
	}
	w.later(7*24*time.Hour - time.Minute)
	w.halt()
	if n, _ := w.hub.requests(); n != 1 {
		t.Fatalf("the hub was asked %d times within the week", n)
	}
	w.hub.deny = ""
	w.round()
	if p := w.until("subscribed", func(p news.Push) bool { return p.Until.After(w.clock()) }); p.Problem != "" {
		t.Errorf("the problem stays: %+v", p)
	}
}

// TestRenewal shows that a subscription is renewed before it ends, under the same callback and secret, whatever lease the hub gives.
func TestRenewal(t *testing.T) {
	for name, test := range map[string]struct {
		lease, max  time.Duration // max is PollMax, by which the looks come when all is well
		first, last time.Duration // of the lease has passed at the renewal
	}{
		"ten days": {0, 6 * time.Hour, 9 * 24 * time.Hour, 9*24*time.Hour + 6*time.Hour},
		"an hour":  {time.Hour, time.Hour, time.Minute, time.Hour},
		"a year":   {365 * 24 * time.Hour, 6 * time.Hour, 29 * 24 * time.Hour, 29*24*time.Hour + 6*time.Hour}, // a month counts
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t)
			w.max = test.max
			w.hub.lease = test.lease
			e := w.outlet.tell(cupTitle, long(cupText))
			w.live()
			wantStatuses(t, w.hub.post(w.rss(e)), 200) // it works
			first, start := w.push(), w.clock()
			for w.push().Until.Equal(first.Until) {
				if w.clock().After(first.Until) {
					t.Fatalf("not renewed before it ended")
				}
				w.later(max(w.world.feed(w.feed).NextPoll.Sub(w.clock()), time.Second))
				w.halt()
			}
			if took := w.clock().Sub(start); took < test.first || took > test.last {
				t.Errorf("renewed after %v, want %v to %v", took, test.first, test.last)
			}
			if n := len(w.hub.subscriptions()); n != 1 || w.push().Secret != first.Secret {
				t.Errorf("the hub has %d subscriptions; the secret was %q and is %q", n, first.Secret, w.push().Secret)
			}
			w.run()
			wantStatuses(t, w.hub.post(w.rss(w.outlet.tell(wireTitle, long(wireText)))), 200)
			w.wantOwed("g", "a", wireTitle)
		})
	}
}

// TestRarePolls shows that a feed is looked at rarely as long as its hub delivers what is new, and no longer.
func TestRarePolls(t *testing.T) {
	w := newPushWorld(t)
	w.max = 6 * time.Hour
	w.hub.lease = 4 * time.Hour
	wait := func() time.Duration { return w.world.feed(w.feed).NextPoll.Sub(w.clock()) }
	check := func(what string, least, most time.Duration) {
		t.Helper()
		if got := wait(); got < least || got > most {
			t.Errorf("%s the next look is in %v, want %v to %v", what, got, least, most)
		}
	}
	look := func() {
		t.Helper()
		w.later(max(wait(), 0) + time.Second)
		w.halt()
		w.run()
	}
	e := w.outlet.tell(cupTitle, long(cupText))
	w.live()
	look()
	check("before the hub has delivered anything", 0, poll)
	wantStatuses(t, w.hub.post(w.rss(e)), 200)
	look()
	check("after it has delivered", time.Hour, time.Hour)

	w.outlet.tell(wireTitle, long(wireText)) // without a date, so it may be old
	look()
	w.wantOwed("g", "a", wireTitle)
	check("after it has failed to deliver", 0, poll)
	if p := w.push(); !strings.Contains(p.Problem, "did not deliver") {
		t.Errorf("the problem is %q", p.Problem)
	}
	look()
	check("and later", 0, poll)
	wantStatuses(t, w.hub.post(w.outlet.rss()), 200)
	if p := w.push(); p.Problem != "" {
		t.Errorf("the problem %q stays", p.Problem)
	}
	look()
	check("after it delivers again", time.Hour, time.Hour)

	w.hub.Close()
	for end := w.push().Until; w.clock().Before(end); look() {
		check("while the lease lasts", min(time.Hour, end.Sub(w.clock())), time.Hour)
	}
	check("after it has ended", 0, 5*poll)
}

// TestLostSubscription shows that a hub that doesn't deliver is asked again once a day, since it may have forgotten.
func TestLostSubscription(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	w.outlet.tell(wireTitle, long(wireText))
	w.round()
	w.halt()
	if n, _ := w.hub.requests(); n != 1 || w.push().Problem == "" {
		t.Errorf("asked %d times: %+v", n, w.push())
	}
	w.later(24 * time.Hour)
	w.halt()
	if n, _ := w.hub.requests(); n != 2 {
		t.Errorf("asked %d times in a day", n)
	}
}

// TestAnotherHub shows that a subscription moves with the feed, and ends where the feed left.
func TestAnotherHub(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	old := w.hub.subscriptions()[0][1]
	next := newHub(t)
	w.hubs = []string{next.URL}
	w.outlet.tell("Town elects mayor", long("The count took a night."))
	w.later(2 * time.Hour)
	w.until("subscribed anew", func(p news.Push) bool { return p.Hub == next.URL && p.Until.After(w.clock()) })
	w.halt()
	if n := len(w.hub.subscriptions()); n != 0 {
		t.Errorf("the old hub keeps %d subscriptions", n)
	}
	w.run()
	if status := w.hub.send(old, w.outlet.rss(), "sha1=00"); status != http.StatusGone {
		t.Errorf("the old callback answers %d", status)
	}
	wantStatuses(t, next.post(w.rss(w.outlet.tell(wireTitle, long(wireText)))), 200)
	w.wantOwed("g", "a", wireTitle)

	w.hubs = nil
	w.outlet.tell("Mayor resigns", long("The reason is not known."))
	w.later(2 * time.Hour)
	w.halt()
	if n := len(next.subscriptions()); n != 0 || w.push() != (news.Push{Feed: w.feed}) {
		t.Errorf("the hub keeps %d subscriptions of a feed without hubs; known is %+v", n, w.push())
	}
}

// TestSecondHub shows that a hub that gives nothing is left for the feed's next one.
func TestSecondHub(t *testing.T) {
	w := newPushWorld(t)
	w.hub.fail = func(rw http.ResponseWriter) bool { rw.WriteHeader(http.StatusNotFound); return true }
	second := newHub(t)
	w.hubs = []string{w.hub.URL, second.URL}
	w.outlet.tell(cupTitle, long(cupText))
	w.look()
	w.until("refused", func(p news.Push) bool { return p.Problem != "" })
	w.outlet.tell(wireTitle, long(wireText))
	w.later(2 * time.Hour)
	w.until("subscribed", func(p news.Push) bool { return p.Hub == second.URL && p.Until.After(w.clock()) && p.Problem == "" })
}

// TestPushDuringLook shows that a delivery waits for a look under way, and that neither repeats the other's news.
func TestPushDuringLook(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	e := w.outlet.tell(wireTitle, long(wireText))
	looking, finish := make(chan bool), make(chan bool)
	w.outlet.set(func(rw http.ResponseWriter, r *http.Request) {
		close(looking)
		<-finish
		w.offer(rw, r)
	})
	w.pass(poll + time.Second)
	w.pipeline.Wake()
	<-looking
	w.outlet.set(w.offer)
	answered := make(chan []int)
	go func() { answered <- w.hub.post(w.rss(e)) }()
	select {
	case got := <-answered:
		t.Errorf("a delivery during a look is answered %v at once", got)
	case <-time.After(300 * time.Millisecond):
	}
	close(finish)
	wantStatuses(t, <-answered, 200)
	if d := w.wantOwed("g", "a", wireTitle)[0]; d.Revision != 1 {
		t.Errorf("the brief came to revision %d", d.Revision)
	}
}

// TestPushAfterRestart shows that a subscription outlives the process, and that a hub is told to come again while none runs.
func TestPushAfterRestart(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	w.restart()
	e := w.outlet.tell(wireTitle, long(wireText))
	wantStatuses(t, w.hub.post(w.rss(e)), 200)
	w.wantOwed("g", "a", wireTitle)
	if n, _ := w.hub.requests(); n != 1 {
		t.Errorf("the hub was asked %d times", n)
	}
	stopped := w.pipeline
	w.halt()
	w.pipeline = stopped
	wantStatuses(t, w.hub.post(w.rss(e)), 503)
	w.pipeline = nil
}

// TestThinPush shows that a delivery without a feed, with part of one, or with old entries has the feed looked at, which posts what is new.
func TestThinPush(t *testing.T) {
	for name, body := range map[string]func(w *pushWorld, e entry) []byte{
		"nothing":  func(*pushWorld, entry) []byte { return nil },
		"a notice": func(*pushWorld, entry) []byte { return []byte(`{"event":"updated"}`) },
		"cut off": func(w *pushWorld, e entry) []byte {
			b := w.rss(entry{"x", cupTitle, "", long(cupText)}, e)
			return b[:len(b)-300]
		},
		"old": func(w *pushWorld, e entry) []byte {
			return bytes.Replace(w.rss(e), []byte("<guid"), []byte("<pubDate>Sun, 01 Mar 2026 08:00:00 GMT</pubDate><guid"), 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newPushWorld(t)
			w.max = 6 * time.Hour
			w.outlet.tell(cupTitle, long(cupText))
			w.live()
			wantStatuses(t, w.hub.post(w.outlet.rss()), 200)
			w.round()
			w.pass(2 * poll) // the next look is an hour away
			e := w.outlet.tell(wireTitle, long(wireText))
			wantStatuses(t, w.hub.post(body(w, e)), 200)
			w.look()
			w.wantOwed("g", "a", wireTitle)
		})
	}
}

// TestOldPush shows that an old entry that was changed is not taken for news.
func TestOldPush(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	body := bytes.Replace(w.rss(entry{"old", wireTitle, w.outlet.URL + "/old", long(wireText)}), []byte("<guid"), []byte("<pubDate>Mon, 02 Mar 2020 08:00:00 GMT</pubDate><guid"), 1)
	wantStatuses(t, w.hub.post(body), 200)
	w.round()
	w.wantOwed("g", "a")
}

// failingStore fails to publish while told so.
type failingStore struct {
	pipeline.Store
	mu   sync.Mutex
	fail bool
}

func (s *failingStore) set(fail bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = fail
}

func (s *failingStore) PublishStory(ctx context.Context, now time.Time, p news.Publication) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail {
		return errors.New("disk full")
	}
	return s.Store.PublishStory(ctx, now, p)
}

// TestPushNotStored shows that a hub hears that its delivery is taken only when it is stored, and tries again.
func TestPushNotStored(t *testing.T) {
	w := newPushWorld(t)
	s := &failingStore{}
	w.wrap = func(store pipeline.Store) pipeline.Store {
		s.Store = store
		return s
	}
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	s.set(true)
	body := w.rss(w.outlet.tell(wireTitle, long(wireText)))
	wantStatuses(t, w.hub.post(body), 503)
	s.set(false)
	wantStatuses(t, w.hub.post(body), 200)
	w.wantOwed("g", "a", wireTitle)
	if got := w.outcomes(); !slices.Equal(got, []string{"refused", "read"}) {
		t.Errorf("the deliveries came to %v", got)
	}
}

// TestUnfollowedPush shows that a hub is told when nobody follows the feed any more, and that a delivery too large is refused.
func TestUnfollowedPush(t *testing.T) {
	w := newPushWorld(t)
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	wantStatuses(t, w.hub.post(bytes.Repeat([]byte(" "), 1<<20+1)), 413)
	w.ok(w.store.RemoveFeed(context.Background(), "g", w.feed))
	wantStatuses(t, w.hub.post(w.outlet.rss()), 410)
}

// quietWorld is a world without a network, in which a feed's hub has a subscription and its callback is at path.
func quietWorld(t testing.TB, seeded bool) (w *world, feed news.Feed, path string) {
	w = newWorld(t)
	w.public = "https://news.example"
	id := w.follow("g", "https://feed.example/")
	w.subscribe("g", "a", "glaciers", nil)
	push := news.Push{Feed: id, Hub: "https://hub.example/", Topic: "https://feed.example/", Secret: "s3cret", Until: w.clock().Add(time.Hour)}
	w.ok(w.store.PutPush(t.Context(), push))
	feed, err := w.store.ClaimFeed(t.Context(), w.clock(), time.Hour, id)
	w.ok(err)
	feed.Seeded, feed.NextPoll = seeded, w.clock().Add(time.Hour)
	return w, feed, pipeline.CallbackPath(push)
}

// deliver posts a signed body to a callback, without a network.
func (w *world) deliver(path, body string) int {
	mac := hmac.New(sha256.New, []byte("s3cret"))
	io.WriteString(mac, body)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(mac.Sum(nil)))
	answer := httptest.NewRecorder()
	w.pipeline.Callback().ServeHTTP(answer, r)
	return answer.Code
}

// TestLongLook shows that a hub is not kept waiting for a long look, and that what it delivered is read when the look is over.
func TestLongLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, looked, path := quietWorld(t, true)
		w.run()
		go func() {
			time.Sleep(30 * time.Second)
			w.ok(w.store.FinishPoll(t.Context(), w.clock(), news.Poll{Feed: looked}))
		}()
		start := time.Now()
		status := w.deliver(path, "<rss><channel><title>Wire</title><item><title>"+wireTitle+"</title><description>"+long(wireText)+"</description></item></channel></rss>")
		if took := time.Since(start); status != http.StatusServiceUnavailable || took < 5*time.Second || took > 10*time.Second {
			t.Errorf("the hub is answered %d after %v", status, took)
		}
		w.wantOwed("g", "a")
		time.Sleep(30 * time.Second)
		w.wantOwed("g", "a", wireTitle)
		if f := w.feed(looked.ID); !f.NextPoll.Equal(looked.NextPoll) || !f.NewsAt.Equal(w.clock()) {
			t.Errorf("the feed is now %+v", f)
		}
		w.halt()
	})
}

// TestPushBeforeFirstLook shows that a delivery does not make news of what the first look is to find.
func TestPushBeforeFirstLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, claimed, path := quietWorld(t, false)
		w.ok(w.store.FinishPoll(t.Context(), w.clock(), news.Poll{Feed: claimed}))
		w.run()
		if status := w.deliver(path, "<rss><channel><item><title>"+wireTitle+"</title></item></channel></rss>"); status != http.StatusOK {
			t.Errorf("the hub is answered %d", status)
		}
		if f := w.feed(claimed.ID); len(w.articles()) != 0 || f.Seeded || !f.NextPoll.Equal(claimed.NextPoll) {
			t.Errorf("%d articles; the feed is now %+v", len(w.articles()), f)
		}
		w.halt()
	})
}

func FuzzCallback(f *testing.F) {
	w := newPushWorld(f)
	w.secret = func() string { return "the same in all processes of the fuzzer" }
	w.outlet.tell(cupTitle, long(cupText))
	w.live()
	callback, err := url.Parse(w.hub.subscriptions()[0][1])
	w.ok(err)
	before := w.push()
	f.Add("GET", callback.Path, "hub.mode=subscribe&hub.topic=x&hub.challenge=c", "", []byte(""))
	f.Add("POST", callback.Path, "", "sha1=00", []byte("<rss/>"))
	f.Add("POST", "/websub/-1/x", "", "", []byte(""))
	f.Add("GET", "/websub/"+w.feed.String()+"/", "hub.mode=denied&hub.topic="+url.QueryEscape(before.Topic), "", []byte(""))
	f.Fuzz(func(t *testing.T, method, path, query, signature string, body []byte) {
		r := &http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{"X-Hub-Signature": {signature}}, Body: io.NopCloser(bytes.NewReader(body))}
		answer := httptest.NewRecorder()
		w.pipeline.Callback().ServeHTTP(answer, r)
		mine := path == callback.Path
		if answer.Code/100 == 2 && !mine || answer.Code >= 500 {
			t.Errorf("%s %s?%s is answered %d", method, path, query, answer.Code)
		}
		p, err := w.store.Push(t.Context(), w.feed)
		if err != nil {
			t.Fatal(err)
		}
		if !mine && p != before || p.Hub != before.Hub || p.Secret != before.Secret || !p.Delivered.IsZero() {
			t.Errorf("%s %s?%s made of the hub %+v", method, path, query, p)
		}
	})
}
