package pipeline_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"go.etcd.io/bbolt"
	"golang.org/x/sync/errgroup"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/pipeline"
	"newsbrief/internal/read"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
)

// A round is one look at each of 2,000 feeds. The outlets and each of those who read them are processes of their own (this test
// binary again), so that the CPU seconds of each are its own, with the garbage collection and the system's work that it causes:
//
//	fetch     only gets the feeds: bare net/http with validators
//	plain     a simple reader: the same, gofeed, and a bbolt transaction for each feed that stores the entries it hasn't yet
//	reader    ours as far as a simple reader goes: it fetches, reads and stores the entries it hasn't yet, but knows no stories or topics
//	pipeline  ours, with the real stages and store, followed by one guild with some subscriptions
//
// All look at 32 feeds at a time and keep up to 256 connections.

// The environment of such a process.
const (
	roundRole    = "NEWSBRIEF_ROUND"         // which it is
	roundDir     = "NEWSBRIEF_ROUND_DIR"     // where it may write
	roundHosts   = "NEWSBRIEF_ROUND_HOSTS"   // outlets: the number of hosts
	roundProfile = "NEWSBRIEF_ROUND_PROFILE" // set by hand: the directory for a CPU profile of each
)

func TestMain(m *testing.M) {
	role := os.Getenv(roundRole)
	if role == "" {
		os.Exit(m.Run())
	}
	if err := playRole(role, os.Getenv(roundDir)); err != nil {
		fmt.Fprintln(os.Stderr, role+":", err)
		os.Exit(1)
	}
}

// order is a line on a role's standard input; report is the answer on its standard output.
type (
	order struct {
		Tell  int      `json:",omitempty"` // outlets: the number of entries each feed has told since the beginning
		Feeds []string `json:",omitempty"` // readers: the addresses, in the first order
	}
	report struct {
		Feeds  []string      `json:",omitempty"` // outlets: the addresses
		Others int64         `json:",omitempty"` // outlets: requests that were neither for a feed nor for a lead picture
		Tally  tally         // readers: what the round brought
		CPU    time.Duration // readers: what the round cost
	}
	// tally counts what a round brought.
	tally struct{ Bodies, Unchanged, New int64 }
)

// reader looks at all feeds once.
type reader interface {
	open(dir string, feeds []string) error
	round(ctx context.Context) (tally, error)
	close() error
}

// playRole does what is ordered until there are no more orders.
func playRole(role, dir string) error {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	if role == "outlets" {
		hosts, err := strconv.Atoi(os.Getenv(roundHosts))
		if err != nil {
			return err
		}
		o, err := serveOutlets(hosts)
		if err != nil {
			return err
		}
		for {
			var do order
			if err := in.Decode(&do); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
			o.tell(do.Tell)
			r := report{Others: o.others.Load()}
			for i := range roundFeeds {
				r.Feeds = append(r.Feeds, o.address(i))
			}
			if err := out.Encode(r); err != nil {
				return err
			}
		}
	}

	r := map[string]reader{"fetch": &bare{}, "plain": &plain{}, "reader": &simple{}, "pipeline": &ours{}}[role]
	for n := 0; ; n++ {
		var do order
		if err := in.Decode(&do); errors.Is(err, io.EOF) {
			pprof.StopCPUProfile()
			return r.close()
		} else if err != nil {
			return err
		}
		if n == 0 {
			if err := r.open(dir, do.Feeds); err != nil {
				return err
			}
		}
		if n == 1 { // the first round is for getting to know the feeds
			if err := startProfile(role); err != nil {
				return err
			}
		}
		before := cpuTime()
		t, err := r.round(context.Background())
		if err != nil {
			return err
		}
		if err := out.Encode(report{Tally: t, CPU: cpuTime() - before}); err != nil {
			return err
		}
	}
}

func startProfile(role string) error {
	dir := os.Getenv(roundProfile)
	if dir == "" {
		return nil
	}
	f, err := os.Create(filepath.Join(dir, role+".pprof"))
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}

// cpuTime is what this process has used so far, in user and system mode.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// bare only gets the feeds.
type bare struct {
	client *http.Client
	feeds  []string
	etags  []string
}

func (f *bare) open(_ string, feeds []string) error {
	f.feeds, f.etags = feeds, make([]string, len(feeds))
	f.client = &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 3, MaxIdleConns: 256}}
	return nil
}

func (f *bare) close() error { return nil }

func (f *bare) round(ctx context.Context) (tally, error) {
	return f.each(ctx, func(int, []byte) (int64, error) { return 0, nil })
}

// each gets all feeds and hands those that changed to do, which returns the number of new entries.
func (f *bare) each(ctx context.Context, do func(feed int, body []byte) (int64, error)) (tally, error) {
	var bodies, unchanged, fresh atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for i := range f.feeds {
		group.Go(func() error {
			body, err := f.get(ctx, i)
			if err != nil {
				return err
			}
			if body == nil {
				unchanged.Add(1)
				return nil
			}
			bodies.Add(1)
			n, err := do(i, body)
			fresh.Add(n)
			return err
		})
	}
	err := group.Wait()
	return tally{bodies.Load(), unchanged.Load(), fresh.Load()}, err
}

// get returns nil for a feed that has not changed.
func (f *bare) get(ctx context.Context, feed int) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.feeds[feed], nil)
	if err != nil {
		return nil, err
	}
	if f.etags[feed] != "" {
		req.Header.Set("If-None-Match", f.etags[feed])
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusNotModified:
		return nil, nil
	case http.StatusOK:
		f.etags[feed] = resp.Header.Get("ETag")
		return io.ReadAll(resp.Body)
	}
	return nil, errors.New(resp.Status)
}

// plain is a simple reader.
type plain struct {
	bare
	db *bbolt.DB
}

func (p *plain) open(dir string, feeds []string) (err error) {
	p.db, err = bbolt.Open(filepath.Join(dir, "plain.db"), 0o600, nil)
	return errors.Join(err, p.bare.open(dir, feeds))
}

func (p *plain) close() error { return p.db.Close() }

func (p *plain) round(ctx context.Context) (tally, error) {
	return p.each(ctx, func(feed int, body []byte) (fresh int64, err error) {
		doc, err := gofeed.NewParser().ParseString(string(body))
		if err != nil {
			return 0, err
		}
		err = p.db.Update(func(tx *bbolt.Tx) error {
			entries, err := tx.CreateBucketIfNotExists([]byte(p.feeds[feed]))
			if err != nil {
				return err
			}
			for _, item := range doc.Items {
				if entries.Get([]byte(item.GUID)) != nil {
					continue
				}
				v, err := json.Marshal(item)
				if err != nil {
					return err
				}
				if err := entries.Put([]byte(item.GUID), v); err != nil {
					return err
				}
				fresh++
			}
			return nil
		})
		return fresh, err
	})
}

// pace is the pipeline's poll interval: longer than any round takes, so that no feed becomes due twice in one.
const pace = time.Hour

// ours is the pipeline.
type ours struct {
	store  *bolt.Store
	fetch  *fetch.Client
	passed atomic.Int64 // how far its clock is ahead
	run    *pipeline.Pipeline
	cancel context.CancelFunc
	done   chan error
	looks  chan pipeline.Look
	feeds  int
}

func (o *ours) now() time.Time { return time.Now().Add(time.Duration(o.passed.Load())) }

func (o *ours) open(dir string, feeds []string) (err error) {
	ctx := context.Background()
	if o.store, err = bolt.Open(ctx, filepath.Join(dir, "news.db")); err != nil {
		return err
	}
	var adding errgroup.Group
	adding.SetLimit(64)
	for i, url := range feeds {
		adding.Go(func() error {
			_, err := o.store.AddFeed(ctx, o.now(), "g", news.Feed{ID: news.FeedID(i + 1), URL: url})
			return err
		})
	}
	if err := adding.Wait(); err != nil {
		return err
	}
	for i, query := range []string{"title:glacier", "title:bridge OR title:harbour", "title:Gletscher", "title:выборы", "title:위성"} {
		t := news.Topic{ID: news.OwnTopicID("g", fmt.Sprint("t", i)), Guild: "g", Query: query}
		if err := o.store.PutTopic(ctx, t, false); err != nil {
			return err
		}
		if _, err := o.store.Subscribe(ctx, news.Subscription{Guild: "g", Channel: news.ChannelID(fmt.Sprint("c", i)), Topic: t.ID, When: news.Now, Created: o.now()}); err != nil {
			return err
		}
	}
	o.feeds = len(feeds)
	o.fetch = fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	o.looks = make(chan pipeline.Look, len(feeds))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	o.run = pipeline.New(pipeline.Options{
		Store: o.store, Fetch: o.fetch, Summary: summary.NewSummarizer(nil, nil, log), Topics: topic.NewIndex(),
		PollMin: pace, PollMax: pace, Logger: log, Now: o.now,
		Observed: func(l pipeline.Look) { o.looks <- l },
	})
	return nil
}

// know stores each feed as its first look leaves it, without its 30 articles: to publish 60,000 would take minutes.
func (o *ours) know(ctx context.Context) (t tally, err error) {
	feeds, err := o.store.ClaimFeeds(ctx, o.now(), time.Hour, o.feeds)
	if err != nil {
		return t, err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for _, f := range feeds {
		group.Go(func() error {
			resp, err := o.fetch.Get(ctx, fetch.Request{URL: f.URL})
			if err != nil {
				return err
			}
			doc, err := read.Feed(resp.Body, read.FeedOptions{URL: resp.URL})
			if err != nil {
				return err
			}
			f.Title, f.Language, f.Seeded, f.ETag, f.NextPoll = doc.Title, doc.Language, true, resp.ETag, o.now().Add(pace)
			return o.store.FinishPoll(ctx, o.now(), news.Poll{Feed: f, Listed: doc.Marks()})
		})
	}
	return tally{Bodies: int64(len(feeds))}, group.Wait()
}

// simple is ours without what a simple reader doesn't do.
type simple struct{ ours }

func (s *simple) close() error { return s.store.Close() }

func (s *simple) round(ctx context.Context) (t tally, err error) {
	if s.passed.Add(int64(2*pace)) == int64(2*pace) {
		return s.know(ctx)
	}
	var bodies, unchanged, fresh atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for claimed := 0; claimed < s.feeds; {
		feeds, err := s.store.ClaimFeeds(ctx, s.now(), time.Hour, 32)
		if err != nil {
			return t, errors.Join(err, group.Wait())
		}
		claimed += len(feeds)
		for _, f := range feeds {
			group.Go(func() error {
				n, err := s.look(ctx, f)
				if n < 0 {
					unchanged.Add(1)
					return err
				}
				bodies.Add(1)
				fresh.Add(int64(n))
				return err
			})
		}
	}
	err = group.Wait()
	return tally{bodies.Load(), unchanged.Load(), fresh.Load()}, err
}

// look returns the number of new entries, -1 where nothing has changed.
func (s *simple) look(ctx context.Context, f news.Feed) (int, error) {
	resp, err := s.fetch.Get(ctx, fetch.Request{URL: f.URL, ETag: f.ETag})
	if err != nil {
		return 0, err
	}
	now := s.now()
	f.NextPoll = now.Add(pace)
	if resp.NotModified {
		return -1, s.store.FinishPoll(ctx, now, news.Poll{Feed: f})
	}
	f.ETag = resp.ETag
	doc, fresh, err := s.run.Entries(ctx, f, read.Split(resp.Body, read.FeedOptions{URL: resp.URL}))
	if err != nil {
		return 0, err
	}
	marks := doc.Marks()
	for _, i := range fresh {
		e, id := doc.Entries[i], news.NewID(now, rand.Uint32())
		a := news.Article{ID: news.ArticleID(id), Feeds: []news.FeedID{f.ID}, URL: read.CanonicalURL(e.Link), Title: e.Title, Byline: e.Author,
			Language: e.Language, Text: e.Content, Published: e.Published, Seen: now, Story: news.StoryID(id)}
		story := news.Story{ID: a.Story, Event: a.Story, Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: now, Last: now}
		if err := s.store.PublishStory(ctx, now, news.Publication{Feed: f.ID, Marks: marks[i], Article: a, Story: story}); err != nil {
			return 0, err
		}
	}
	listed := marks
	for _, m := range doc.Skipped {
		listed = append(listed, []news.Mark{m})
	}
	return len(fresh), s.store.FinishPoll(ctx, now, news.Poll{Feed: f, Listed: listed})
}

func (o *ours) close() error {
	if o.cancel == nil {
		return o.store.Close()
	}
	o.cancel()
	err := <-o.done
	o.fetch.Close()
	return errors.Join(err, o.store.Close())
}

func (o *ours) round(ctx context.Context) (t tally, err error) {
	if o.cancel == nil {
		if t, err = o.know(ctx); err != nil {
			return t, err
		}
		ctx, o.cancel = context.WithCancel(ctx)
		o.done = make(chan error, 1)
		go func() { o.done <- o.run.Run(ctx, time.Second) }()
		return t, nil
	}
	o.passed.Add(int64(2 * pace))
	o.run.Wake()
	for range o.feeds {
		select {
		case l := <-o.looks:
			switch {
			case l.Failed:
				return t, errors.New("a look failed")
			case l.NotModified:
				t.Unchanged++
			default:
				t.Bodies++
			}
			t.New += int64(l.New)
		case err := <-o.done:
			return t, fmt.Errorf("the pipeline ended: %w", err)
		}
	}
	return t, nil
}

// cast is a process in a role.
type cast struct {
	testing.TB
	role string
	in   *json.Encoder
	out  *json.Decoder
}

func engage(b *testing.B, role string, hosts int) *cast {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roundRole+"="+role, roundDir+"="+b.TempDir(), roundHosts+"="+strconv.Itoa(hosts))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			b.Errorf("%s: %v", role, err)
		}
	})
	return &cast{b, role, json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out))}
}

func (c *cast) do(o order) (r report) {
	c.Helper()
	if err := c.in.Encode(o); err != nil {
		c.Fatalf("%s: %v", c.role, err)
	}
	if err := c.out.Decode(&r); err != nil {
		c.Fatalf("%s: %v", c.role, err)
	}
	return r
}

// round has each reader look at all feeds once and adds what that cost to cost. It has to meet want; what only gets feeds sees no entries.
func round(readers []*cast, want tally, cost map[string]time.Duration) {
	for _, r := range readers {
		r.Helper()
		got, want := r.do(order{}), want
		if r.role == "fetch" {
			want.New = 0
		}
		if got.Tally != want {
			r.Fatalf("%s met %+v, want %+v", r.role, got.Tally, want)
		}
		cost[r.role] += got.CPU
	}
}

// BenchmarkRound tells the CPU seconds of a round in which each feed has one new entry. The readers take turns.
//
//	go test -run '^$' -bench Round -benchtime 5x ./internal/pipeline
func BenchmarkRound(b *testing.B) {
	outlets := engage(b, "outlets", 64)
	feeds := outlets.do(order{}).Feeds
	readers := []*cast{engage(b, "fetch", 0), engage(b, "plain", 0), engage(b, "reader", 0), engage(b, "pipeline", 0)}
	for _, r := range readers {
		r.do(order{Feeds: feeds})
	}
	cost := map[string]time.Duration{}
	for n := 1; b.Loop(); n++ {
		if others := outlets.do(order{Tell: n}).Others; others != 0 {
			b.Fatalf("%d requests were neither for a feed nor for a lead picture", others)
		}
		round(readers, tally{Bodies: roundFeeds, New: roundFeeds}, cost)
	}
	reportRound(b, cost)
}

// BenchmarkRoundUnchanged is the same for a round in which all feeds answer 304. With 64 hosts the connections of the round before
// are used again; with one for each feed, which is how it is outside, most are new.
func BenchmarkRoundUnchanged(b *testing.B) {
	for _, hosts := range []int{64, roundFeeds} {
		b.Run(fmt.Sprintf("hosts=%d", hosts), func(b *testing.B) {
			feeds := engage(b, "outlets", hosts).do(order{}).Feeds
			readers := []*cast{engage(b, "fetch", 0), engage(b, "pipeline", 0)}
			for _, r := range readers {
				r.do(order{Feeds: feeds})
			}
			cost := map[string]time.Duration{}
			for b.Loop() {
				round(readers, tally{Unchanged: roundFeeds}, cost)
			}
			reportRound(b, cost)
		})
	}
}

// reportRound reports the CPU seconds of a round, and what ours cost beside the others.
func reportRound(b *testing.B, cost map[string]time.Duration) {
	for role, cpu := range cost {
		b.ReportMetric(cpu.Seconds()/float64(b.N), role+"-cpu-s")
		for _, our := range []string{"reader", "pipeline"} {
			if own, ok := cost[our]; ok && (role == "fetch" || role == "plain") {
				b.ReportMetric(float64(own)/float64(cpu), our+"/"+role)
			}
		}
	}
}
