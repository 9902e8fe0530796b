package newsroom

import (
	"embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed content/*.txt
var content embed.FS

// Options say when and by which clock the news happens.
type Options struct {
	Start time.Time        // the moment the trial starts; every release is counted from it
	Now   func() time.Time // the clock; nil means time.Now
}

// Newsroom is the invented news world. It is safe for concurrent use.
type Newsroom struct {
	start   time.Time
	now     func() time.Time
	outlets []*outlet // in order of path; the slice and all but articles never change

	mu sync.RWMutex // guards every outlet's articles
}

// Feed is one outlet's feed as a subscriber knows it.
type Feed struct {
	Title    string // the outlet's name
	URL      string // of the feed document
	Site     string // the outlet's front page
	Language string // BCP 47
	Kind     string // agency, public, state, daily, trade or blog
	Country  string // ISO 3166-1 alpha-2
}

// Article is one piece of news.
type Article struct {
	Slug    string // last part of its address: a–z, 0–9 and hyphens; Publish makes one up when empty
	Title   string
	Byline  string
	Topic   string   // the feed entry's category
	Teaser  string   // one line; the first paragraph stands in when empty
	Text    []string // paragraphs of plain text
	Picture string   // scene and what it shows, such as "sea | Turbines at sea"; empty for none
}

// Release is one article's coming out.
type Release struct {
	Outlet  string // the outlet's path
	Slug    string
	URL     string
	Story   string // the event it tells, equal for all its tellings; empty when nobody else tells it
	At      time.Time
	Revises bool // it replaces an earlier text under the same address
}

// ErrUnknownOutlet is what Publish returns for an outlet that isn't there.
var ErrUnknownOutlet = errors.New("no such outlet")

// New opens the newsroom. It panics when the bundled content can't be read, which a test rules out.
func New(o Options) *Newsroom {
	n := &Newsroom{start: o.Start, now: o.Now}
	if n.now == nil {
		n.now = time.Now
	}
	files, err := content.ReadDir("content")
	if err != nil {
		panic(fmt.Errorf("opening the bundled newsroom: %w", err))
	}
	for _, f := range files {
		text, err := content.ReadFile("content/" + f.Name())
		if err != nil {
			panic(fmt.Errorf("opening the bundled newsroom: %w", err))
		}
		out, err := parseOutlet(strings.TrimSuffix(f.Name(), ".txt"), string(text), o.Start)
		if err != nil {
			panic(fmt.Errorf("reading content/%s: %w", f.Name(), err))
		}
		n.outlets = append(n.outlets, out)
	}
	return n
}

// Feeds lists the outlets' feeds, in order of their path, as seen from base ("http://127.0.0.1:8081").
func (n *Newsroom) Feeds(base string) []Feed {
	var feeds []Feed
	for _, o := range n.outlets {
		feeds = append(feeds, Feed{
			Title: o.title, URL: o.feedURL(base), Site: o.site(base),
			Language: o.language, Kind: o.kind, Country: o.country,
		})
	}
	return feeds
}

// Releases lists everything that comes out sooner or later, in time order, as seen from base.
func (n *Newsroom) Releases(base string) []Release {
	n.mu.RLock()
	defer n.mu.RUnlock()
	var all []Release
	for _, o := range n.outlets {
		for _, p := range o.pieces {
			all = append(all, Release{
				Outlet: o.path, Slug: p.Slug, URL: o.articleURL(base, p.Slug),
				Story: p.story, At: p.at, Revises: p.revises,
			})
		}
	}
	slices.SortStableFunc(all, func(a, b Release) int { return a.At.Compare(b.At) })
	return all
}

var slugForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Publish puts a into the outlet's feed now. The outlet is named by its path. Title and text are
// needed; a slug the outlet already uses is an error, as is an unknown outlet (ErrUnknownOutlet).
func (n *Newsroom) Publish(outlet string, a Article) error {
	o := n.outlet(outlet)
	if o == nil {
		return fmt.Errorf("publishing in %q: %w", outlet, ErrUnknownOutlet)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if a.Slug == "" {
		a.Slug = fmt.Sprintf("entry-%d", len(o.pieces)+1)
	}
	a.Text = slices.Clone(a.Text)
	p := piece{Article: a, at: n.now()}
	if err := o.add(p); err != nil {
		return fmt.Errorf("publishing in %q: %w", outlet, err)
	}
	return nil
}

func (n *Newsroom) outlet(path string) *outlet {
	for _, o := range n.outlets {
		if o.path == path {
			return o
		}
	}
	return nil
}

// released returns what o shows at the moment, newest first.
func (n *Newsroom) released(o *outlet) []entry {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return o.released(n.now())
}
