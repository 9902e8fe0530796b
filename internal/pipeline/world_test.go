package pipeline_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
)

// poll is both POLL_MIN and POLL_MAX of most tests.
const poll = time.Minute

// world is a pipeline's surroundings: a real store, real stages, outlets on loopback, and a clock that stands still unless told.
type world struct {
	testing.TB
	path  string
	store *bolt.Store
	fetch *fetch.Client
	wrap  func(pipeline.Store) pipeline.Store // around the store as the pipeline sees it, may be nil
	min   time.Duration
	max   time.Duration
	model *summary.Model // writes the briefs, may be nil

	embedder func(summary.Answers) *summary.Embedder // may be nil

	public string        // PUBLIC_URL
	secret func() string // hubs sign with it, may be nil
	log    *slog.Logger  // default: nobody reads it

	pipeline *pipeline.Pipeline
	cancel   context.CancelFunc
	done     chan error

	claims  sync.RWMutex // locked while nothing is to be claimed
	mu      sync.Mutex
	now     time.Time
	looks   []pipeline.Look
	pushed  []string // outcomes of deliveries
	owedAt  int      // calls of Owed
	changed chan struct{}
}

// held hands out no feeds while claims is locked.
type held struct {
	pipeline.Store
	claims *sync.RWMutex
}

func (s held) ClaimFeeds(ctx context.Context, now time.Time, lease time.Duration, room int) ([]news.Feed, error) {
	s.claims.RLock()
	defer s.claims.RUnlock()
	return s.Store.ClaimFeeds(ctx, now, lease, room)
}

func newWorld(t testing.TB) *world {
	w := &world{
		TB: t, path: filepath.Join(t.TempDir(), "news.db"), now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
		fetch:   fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, MaxBytes: 1 << 20}),
		changed: make(chan struct{}, 1), min: poll, max: poll,
	}
	w.open()
	t.Cleanup(func() {
		w.halt()
		if err := w.store.Check(context.Background()); err != nil {
			t.Errorf("the database does not fit together: %v", err)
		}
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
		w.fetch.Close()
	})
	return w
}

func (w *world) open() {
	w.Helper()
	s, err := bolt.Open(context.Background(), w.path)
	w.ok(err)
	w.store = s
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// build makes a pipeline that does nothing yet.
func (w *world) build() *pipeline.Pipeline {
	var store pipeline.Store = held{w.store, &w.claims}
	if w.wrap != nil {
		store = w.wrap(store)
	}
	var vectors *summary.Embedder
	if w.embedder != nil {
		vectors = w.embedder(w.store)
	}
	return pipeline.New(pipeline.Options{
		Store: store, Embedder: vectors, Fetch: w.fetch, Summary: summary.NewSummarizer(w.model, w.store, slog.New(slog.DiscardHandler)), Topics: topic.NewIndex(),
		PollMin: w.min, PollMax: w.max, Logger: cmp.Or(w.log, slog.New(slog.DiscardHandler)), Now: w.clock,
		Public: w.public, Secret: w.secret,
		Pushed: func(outcome string, _ int) {
			w.mu.Lock()
			w.pushed = append(w.pushed, outcome)
			w.mu.Unlock()
		},
		Owed: func() {
			w.mu.Lock()
			w.owedAt++
			w.mu.Unlock()
		},
		Observed: func(l pipeline.Look) {
			w.mu.Lock()
			w.looks = append(w.looks, l)
			w.mu.Unlock()
			select {
			case w.changed <- struct{}{}:
			default:
			}
		},
	})
}

// run starts the pipeline unless it runs.
func (w *world) run() {
	if w.pipeline != nil {
		return
	}
	w.pipeline = w.build()
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel, w.done = cancel, make(chan error, 1)
	go func(p *pipeline.Pipeline, done chan<- error) { done <- p.Run(ctx, 10*time.Second) }(w.pipeline, w.done)
}

// halt stops the pipeline as the end of the program does.
func (w *world) halt() {
	w.Helper()
	if w.pipeline == nil {
		return
	}
	w.cancel()
	err := <-w.done
	w.pipeline = nil
	if err != nil {
		w.Errorf("Run: %v", err)
	}
}

// restart ends the program and starts it again on the same file.
func (w *world) restart() {
	w.Helper()
	w.halt()
	w.ok(w.store.Close())
	w.open()
	w.run()
}

// round lets poll pass and waits until each feed that became due was looked at.
func (w *world) round() []pipeline.Look {
	w.Helper()
	return w.later(poll + time.Second)
}

// look waits until each feed that is due was looked at. It returns what was observed.
func (w *world) look() []pipeline.Look {
	w.Helper()
	return w.later(0)
}

// later lets time pass, then does what look does. Nothing is claimed while time passes, so that the looks it waits for are those of the
// feeds that are due then.
func (w *world) later(d time.Duration) []pipeline.Look {
	w.Helper()
	w.claims.Lock()
	w.run()
	w.pass(d)
	feeds, err := w.store.Feeds(context.Background())
	due := 0
	for _, f := range feeds {
		if !f.Gone && !f.NextPoll.After(w.clock()) {
			due++
		}
	}
	w.mu.Lock()
	w.looks = nil
	w.mu.Unlock()
	w.claims.Unlock()
	w.ok(err)
	w.pipeline.Wake()
	tooLong := time.After(30 * time.Second)
	for {
		w.mu.Lock()
		looks := slices.Clone(w.looks)
		w.mu.Unlock()
		if len(looks) >= due {
			return looks
		}
		select {
		case <-w.changed:
		case <-tooLong:
			w.Fatalf("%d of %d feeds were looked at", len(looks), due)
		}
	}
}

// follow makes a guild follow a feed.
func (w *world) follow(guild news.GuildID, url string) news.FeedID {
	w.Helper()
	f, err := w.store.AddFeed(context.Background(), w.clock(), guild, news.Feed{URL: url})
	w.ok(err)
	return f.ID
}

func (w *world) feed(id news.FeedID) news.Feed {
	w.Helper()
	feeds, err := w.store.Feeds(context.Background())
	w.ok(err)
	i := slices.IndexFunc(feeds, func(f news.Feed) bool { return f.ID == id })
	if i < 0 {
		w.Fatalf("feed %s is gone from the store", id)
	}
	return feeds[i]
}

// subscribe gives a guild a topic of its own and a channel that wants it.
func (w *world) subscribe(guild news.GuildID, channel news.ChannelID, query string, change func(*news.Subscription)) news.Subscription {
	w.Helper()
	t := news.Topic{ID: news.OwnTopicID(guild, "of-"+string(channel)), Guild: guild, Query: query}
	w.ok(w.store.PutTopic(context.Background(), t, false))
	s := news.Subscription{Guild: guild, Channel: channel, Topic: t.ID, When: news.Now, Created: w.clock()}
	if change != nil {
		change(&s)
	}
	s, err := w.store.Subscribe(context.Background(), s)
	w.ok(err)
	return s
}

// owed is what was ever owed to a place in a guild, first event first.
func (w *world) owed(guild news.GuildID, place news.ChannelID) (owed []news.Delivery) {
	w.Helper()
	ctx := context.Background()
	stories, err := w.store.Stories(ctx, time.Unix(0, 0), w.clock().Add(time.Hour))
	w.ok(err)
	var events []news.StoryID
	for _, s := range stories {
		events = append(events, s.Event)
	}
	slices.Sort(events)
	for _, event := range slices.Compact(events) {
		all, err := w.store.EventDeliveries(ctx, event, guild)
		w.ok(err)
		for _, d := range all {
			if d.Place() == place {
				owed = append(owed, d)
			}
		}
	}
	return owed
}

// wantOwed checks the headlines of what is owed to a place.
func (w *world) wantOwed(guild news.GuildID, place news.ChannelID, headlines ...string) []news.Delivery {
	w.Helper()
	owed := w.owed(guild, place)
	var got []string
	for _, d := range owed {
		got = append(got, d.Brief.Headline)
	}
	if !slices.Equal(got, headlines) {
		w.Fatalf("owed to %s: %q, want %q", place, got, headlines)
	}
	return owed
}

func (w *world) articles() []news.Article {
	w.Helper()
	articles, _, err := w.store.ArticlesAfter(context.Background(), 0, 10_000)
	w.ok(err)
	slices.SortFunc(articles, func(a, b news.Article) int { return cmp.Compare(a.ID, b.ID) })
	return articles
}

// outlet is a site with one feed at its /feed.
type outlet struct {
	*httptest.Server
	mu      sync.Mutex
	title   string
	lang    string
	entries []entry
	pages   map[string]string // HTML by path
	hits    map[string]int    // by path
	asked   http.Header       // of the last request for the feed
	answer  http.HandlerFunc  // takes the place of the feed when set
}

type entry struct {
	guid, title, link, text string
}

func newOutlet(t testing.TB, title, lang string) *outlet {
	o := &outlet{title: title, lang: lang, pages: map[string]string{}, hits: map[string]int{}}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

func (o *outlet) feed() string { return o.URL + "/feed" }

func (o *outlet) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.hits[r.URL.Path]++
	page, answer := o.pages[r.URL.Path], o.answer
	if r.URL.Path == "/feed" {
		o.asked = r.Header.Clone()
	}
	o.mu.Unlock()
	switch {
	case r.URL.Path == "/feed" && answer != nil:
		answer(rw, r)
	case r.URL.Path == "/feed":
		rw.Header().Set("Content-Type", "application/rss+xml")
		rw.Write(o.rss())
	case page != "":
		rw.Header().Set("Content-Type", "text/html; charset=utf-8")
		rw.Write([]byte(page))
	default:
		http.NotFound(rw, r)
	}
}

// rss is the feed as it is now.
func (o *outlet) rss() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	esc := func(s string) string {
		var b bytes.Buffer
		xml.EscapeText(&b, []byte(s))
		return b.String()
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>%s</title><link>%s</link><language>%s</language>`, esc(o.title), o.URL, o.lang)
	for _, e := range o.entries {
		b.WriteString("<item>")
		if e.title != "" {
			fmt.Fprintf(&b, "<title>%s</title>", esc(e.title))
		}
		if e.link != "" {
			fmt.Fprintf(&b, "<link>%s</link>", esc(e.link))
		}
		if e.guid != "" {
			fmt.Fprintf(&b, `<guid isPermaLink="false">%s</guid>`, esc(e.guid))
		}
		fmt.Fprintf(&b, "<description>%s</description></item>", esc(e.text))
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

// tell adds an entry at the top of the feed.
func (o *outlet) tell(title, text string) entry {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := len(o.entries) + 1
	e := entry{fmt.Sprint("g", n), title, fmt.Sprintf("%s/news/%d", o.URL, n), text}
	o.entries = slices.Insert(o.entries, 0, e)
	return e
}

// list replaces the entries of the feed.
func (o *outlet) list(entries ...entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.entries = entries
}

func (o *outlet) set(answer http.HandlerFunc) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.answer = answer
}

func (o *outlet) hit(path string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.hits[path]
}

// long makes a text that no one takes for a teaser of one sentence.
func long(sentence string) string {
	return sentence + " " + strings.Repeat("The report runs to several pages and was handed to members of the committee before the session began. ", 7)
}

// Three tellings of one event, and one of another.
const (
	wireTitle = "Norway and Chile sign treaty to protect 40 glaciers"
	wireText  = "OSLO - Norway and Chile have signed a treaty that protects 40 glaciers from mining, the first of its kind between two continents. Environment ministers Ingrid Solheim and Tomas Arancibia put their names to it in Tromso on Monday. A joint fund of 90 million euros pays for measuring stations, and mining companies must leave within 5 years. Both parliaments have to ratify the treaty before it enters into force in 2027."
	postTitle = "Glacier treaty: Chile and Norway ban mining around 40 ice fields"
	postText  = "Mining near 40 glaciers will be banned under a treaty that Chile and Norway signed in Tromso. Tomas Arancibia, the Chilean environment minister, called it a promise to the mountains; his counterpart Ingrid Solheim spoke of a first between two continents. A fund of 90 million euros will pay for measuring stations. Zebrafish are not mentioned. Ratification by both parliaments is expected in 2027."
	koTitle   = "노르웨이·칠레, 빙하 40곳 보호 조약 서명"
	koText    = "노르웨이와 칠레가 빙하 40곳을 광산 개발에서 보호하는 조약에 서명했다. 두 나라 환경부 장관 Ingrid Solheim과 Tomas Arancibia가 월요일 Tromso에서 서명했다. 측정소를 위한 공동 기금은 9000만 유로이며, 광산 기업은 5년 안에 떠나야 한다. 조약은 2027년에 발효된다."
	cupTitle  = "Rovers win cup final on penalties"
	cupText   = "The Rovers have won the cup final against City on penalties after a goalless match in front of 30,000 people. Keeper Dan Holt saved three of five shots."
)
