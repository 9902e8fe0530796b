package pipeline

import (
	"context"
	cryptorand "crypto/rand"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/story"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
)

const (
	// lease is how long a claimed feed is this process's; a look that takes longer is cut off before.
	lease = 3 * time.Minute
	// window is how far back stories are kept in memory for new articles to join.
	window = 72 * time.Hour
	// tidying is how often those that nothing can join any more are let go: the old articles of new feeds are many.
	tidying = 5 * time.Minute
	idle    = 30 * time.Second
)

// lookTime is how long a look may take. It is shorter in tests.
var lookTime = 2 * time.Minute

// Options are a Pipeline's surroundings. All fields are needed except Embedder and the callbacks.
type Options struct {
	Store    Store
	Fetch    *fetch.Client
	Summary  *summary.Summarizer
	Embedder *summary.Embedder // finds stories of one event across languages, nil for by names and numbers alone
	Topics   *topic.Index      // built-in topics and the guilds' own; the pipeline keeps it up to date with the store
	PollMin  time.Duration
	PollMax  time.Duration
	Looks    int // feeds looked at at once, default 32
	Logger   *slog.Logger
	Now      func() time.Time
	Random   func() uint32 // default math/rand/v2; makes ids and jitter
	Stored   func()        // told after each stored article
	Owed     func()        // told when deliveries became due
	Observed func(Look)    // told of each look at a feed

	Public string                            // the address hubs reach Callback's server at, "" for no pushes
	Secret func() string                     // default crypto/rand.Text; hubs sign with it
	Pushed func(outcome string, entries int) // told of each delivery of a hub: PushRead, PushForged or PushRefused
}

// Look is what one look at a feed came to, for metrics.
type Look struct {
	NotModified bool
	Failed      bool
	Skipped     int // known entries that were not even read
	Known       int // entries that were read and are known: they were edited, or their feed writes them anew each time
	New         int
	Took        time.Duration

	offer  *offer // nil when the look did not come to read the feed
	missed bool   // a hub should have delivered what it brought
	left   bool   // edited entries are left for the next look
	old    bool   // entries were left out for their age
}

// Pipeline watches the feeds. Create it with New, start it with Run.
type Pipeline struct {
	o      Options
	robots *fetch.Robots
	wake   chan struct{}

	// publishing is held from the recognition of a story to the end of its transaction, so that two feeds telling one event at
	// once make one story. The fields below belong to who holds it.
	publishing sync.Mutex
	matcher    *story.Matcher
	events     map[news.StoryID][]news.StoryID // live stories by event
	audience   *news.Audience
	routes     map[news.TopicID][]*news.Subscription
	additions  map[string]addition // by telling and those it was compared with
	expired    time.Time
	lastID     uint64

	revisions revisions

	writing  sync.WaitGroup // briefs a model is asked for
	stopping chan struct{}  // closed when Run is to end: what a model has not answered by then is let go

	notices notices
	album   album

	pushing   sync.Mutex        // guards leaving, and a Push from when it is read until it is stored
	leaving   map[string]string // topics of the subscriptions that hubs were asked to end, by path of the callback
	hubs      sync.WaitGroup    // hubs that are asked, deliveries that are read
	asks      chan struct{}     // a place for each hub that is asked
	receiving chan struct{}     // and for each delivery
	pushes    chan pushed
}

// New returns a Pipeline that does nothing until Run.
func New(o Options) *Pipeline {
	if o.Looks == 0 {
		o.Looks = 32
	}
	if o.Random == nil {
		o.Random = rand.Uint32
	}
	if o.Secret == nil {
		o.Secret = cryptorand.Text
	}
	return &Pipeline{o: o, robots: fetch.NewRobots(o.Fetch), wake: make(chan struct{}, 1), stopping: make(chan struct{}), additions: map[string]addition{},
		asks: make(chan struct{}, asksAtOnce), receiving: make(chan struct{}, pushesAtOnce), pushes: make(chan pushed)}
}

// Wake tells a running Pipeline that a feed may have become due. It never blocks.
func (p *Pipeline) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Run is called once. It looks at feeds until ctx is done, then lets the looks under way end within grace. An error means that what is needed to
// begin could not be read from the store.
func (p *Pipeline) Run(ctx context.Context, grace time.Duration) error {
	if err := p.remember(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("remember the live stories: %w", err)
	}
	looking, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	defer stop()

	defer context.AfterFunc(ctx, func() { close(p.stopping) })()
	defer p.writing.Wait()
	defer p.hubs.Wait()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { p.takePushes(ctx, looking) })
	p.lookAtDue(ctx, looking)
	return nil
}
