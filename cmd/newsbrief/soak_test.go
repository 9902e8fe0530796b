package main

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestSoak lets the bot read many feeds of 30 entries, each of which now and then tells something new, and watches its memory. It goes
// on for some seconds with a few feeds or, for a longer look, as long and with as many as the environment says:
//
//	SOAK_FOR=1h SOAK_FEEDS=2000 go test -run TestSoak -timeout 70m -v ./cmd/newsbrief
func TestSoak(t *testing.T) {
	t.Parallel()
	span, err := time.ParseDuration(cmp.Or(os.Getenv("SOAK_FOR"), "6s"))
	if err != nil {
		t.Fatalf("SOAK_FOR: %v", err)
	}
	feeds, err := strconv.Atoi(cmp.Or(os.Getenv("SOAK_FEEDS"), "20"))
	if err != nil {
		t.Fatalf("SOAK_FEEDS: %v", err)
	}
	pace, looks, day := time.Minute, "30s", 12*time.Hour
	if span < time.Minute {
		pace, looks, day = time.Second, "500ms", 3*time.Second
	}

	world := newWorld(t, "general", "news")
	press := newMill(t, feeds, day)
	list := filepath.Join(world.dir, "feeds.opml")
	if err := os.WriteFile(list, []byte(press.opml()), 0o600); err != nil {
		t.Fatal(err)
	}
	bot := world.bot("FEEDS="+list, "POLL_MIN="+looks, "POLL_MAX=10m")
	world.says("general", "topic create", map[string]any{"name": "harbour", "query": "harbour"}, "harbour")
	world.says("general", "subscribe", map[string]any{"topic": "harbour", "channel": world.id("news"), "when": "hourly"}, "harbour")

	type sample struct {
		at             time.Duration
		heap, resident float64 // bytes
		entries        float64
	}
	var samples []sample
	address := bot.endpoint("/metrics")
	world.eventually(time.Minute+time.Duration(feeds)*time.Second, "all feeds are read", func() bool {
		_, page, err := get(t.Context(), address)
		return err == nil && metric(t, page, "newsbrief_entries_new_total") >= float64(30*feeds)
	})
	for start := time.Now(); time.Since(start) < span && !bot.ended(); time.Sleep(pace) {
		_, page, err := get(t.Context(), address)
		if err != nil {
			t.Fatal(err)
		}
		s := sample{
			at: time.Since(start).Round(time.Second), entries: metric(t, page, "newsbrief_entries_new_total"),
			heap: metric(t, page, "go_memstats_heap_inuse_bytes"), resident: metric(t, page, "process_resident_memory_bytes"),
		}
		samples = append(samples, s)
		t.Logf("%8v  heap %6.1f MB  resident %6.1f MB  %6.0f entries, %d told, %d requests", s.at, s.heap/1e6, s.resident/1e6, s.entries, press.told(), press.asked())
	}
	if bot.ended() {
		t.Fatalf("the bot ended: %v", bot.err)
	}
	// The last third against the second: what is kept for three days (the live stories) may grow with what was told.
	n := len(samples) / 3
	middle := func(part []sample) float64 {
		var heaps []float64
		for _, s := range part {
			heaps = append(heaps, s.heap)
		}
		slices.Sort(heaps)
		return heaps[len(heaps)/2]
	}
	if n == 0 {
		t.Fatalf("%d samples in %v say nothing", len(samples), span)
	}
	before, after := middle(samples[n:2*n]), middle(samples[2*n:])
	if t.Logf("heap %.1f MB in the second third, %.1f MB in the last", before/1e6, after/1e6); after > 1.15*before+8e6 {
		t.Errorf("the heap grows: %.1f MB in the second third, %.1f MB in the last", before/1e6, after/1e6)
	}
	if last := samples[len(samples)-1]; last.entries == samples[0].entries {
		t.Errorf("nothing was told in %v", last.at)
	}
	bot.stop()
}

// metric is a value of Prometheus's text format.
func metric(t *testing.T, page, name string) float64 {
	t.Helper()
	for line := range strings.Lines(page) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("there is no metric %s", name)
	return 0
}

// mill is a number of feeds that go on telling news, each in a rhythm of its own.
type mill struct {
	url   string
	start time.Time
	gaps  []time.Duration // between two entries of a feed
	ahead []time.Duration // how much of the first gap has passed at the start
	asks  atomic.Int64
}

// newMill serves feeds that tell something about every mean, three times as often or a third as often.
func newMill(t *testing.T, feeds int, mean time.Duration) *mill {
	m := &mill{start: time.Now()}
	random := rand.New(rand.NewPCG(1, 2))
	for range feeds {
		gap := time.Duration(float64(mean) * math.Pow(9, random.Float64()-.5))
		m.gaps, m.ahead = append(m.gaps, gap), append(m.ahead, time.Duration(random.Int64N(int64(gap))))
	}
	server := httptest.NewServer(m)
	t.Cleanup(server.Close)
	m.url = server.URL
	return m
}

func (m *mill) asked() int64 { return m.asks.Load() }

// entries is how many entries a feed has told by now, 30 of them before the beginning.
func (m *mill) entries(feed int) int {
	return 30 + int((time.Since(m.start)+m.ahead[feed])/m.gaps[feed])
}

func (m *mill) told() (n int) {
	for i := range m.gaps {
		n += m.entries(i) - 30
	}
	return n
}

func (m *mill) opml() string {
	var b strings.Builder
	b.WriteString(`<opml version="2.0"><body>`)
	for i := range m.gaps {
		fmt.Fprintf(&b, `<outline text="Outlet %d" xmlUrl="%s/%d"/>`, i, m.url, i)
	}
	return b.String() + `</body></opml>`
}

func (m *mill) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	feed, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil || feed >= len(m.gaps) {
		http.NotFound(w, r)
		return
	}
	m.asks.Add(1)
	n := m.entries(feed)
	tag := fmt.Sprintf(`"%d"`, n)
	w.Header().Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", "application/rss+xml")
	out := bufio.NewWriter(w)
	defer out.Flush()
	fmt.Fprintf(out, "<rss version=\"2.0\"><channel><title>Outlet %d</title>", feed)
	for i := n - 1; i >= n-30; i-- {
		title, body := report(feed, i)
		at := m.start.Add(time.Duration(i-29)*m.gaps[feed] - m.ahead[feed])
		fmt.Fprintf(out, "<item><title>%s</title><link>https://outlet%d.example/%d</link><guid>%d-%d</guid><pubDate>%s</pubDate><description>%s</description></item>",
			title, feed, i, feed, i, at.UTC().Format(time.RFC1123Z), body)
	}
	fmt.Fprint(out, "</channel></rss>")
}

// report is what entry n of a feed tells: like news, mostly in words that others use too, the common ones more often, and in some of its own.
func report(feed, n int) (title, body string) {
	random := rand.New(rand.NewPCG(uint64(feed), uint64(n)))
	zipf := rand.NewZipf(random, 1.1, 8, 6000)
	word := func() string { return syllables(zipf.Uint64()) }
	name := func() string {
		w := syllables(10_000 + random.Uint64N(100_000))
		return strings.ToUpper(w[:1]) + w[1:]
	}
	title = fmt.Sprintf("%s and %s %s the %s %s", name(), name(), word(), word(), word())
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s", name(), name())
	for i := range 130 {
		if b.WriteString(" " + word()); i%15 == 14 {
			fmt.Fprintf(&b, " %d. The", random.IntN(500))
		}
	}
	return title, b.String() + "."
}

// syllables is word n of a made-up language.
func syllables(n uint64) string {
	var b strings.Builder
	for ; n > 0 || b.Len() < 4; n /= 70 {
		b.WriteByte("bdfgklmnprstvz"[n%70/5])
		b.WriteByte("aeiou"[n%5])
	}
	return b.String()
}
