package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/summary"
)

// Options are a Service's surroundings. All fields but Random are needed.
type Options struct {
	Store   Store
	Archive *search.Index
	Summary *summary.Summarizer
	Feeds   FeedFinder
	// Channels, when set, checks a channel before something is to be posted there.
	Channels interface {
		// CanPost returns nil or an error with a sentence for the manager: what the bot lacks there and what to do.
		CanPost(ctx context.Context, guild news.GuildID, channel news.ChannelID) error
	}
	Logger  *slog.Logger
	Now     func() time.Time
	Random  func() uint32 // default math/rand/v2
	Changed func()        // told when feeds, topics or subscriptions changed
}

// FeedFinder looks at addresses people give; it is declared here because commands know nothing of HTTP.
type FeedFinder interface {
	// Find looks for a feed at an address, which may be a site's. The error's text is for the person who gave the address.
	Find(ctx context.Context, url string) (Found, error)
	// Canonical is an article's address as it is stored: tracking parameters and the like taken off.
	Canonical(url string) string
	// Redact is a feed's address as it may be shown: without what could be a secret.
	Redact(url string) string
	// Read returns a file that was sent along, at most max bytes.
	Read(ctx context.Context, url string, max int64) ([]byte, error)
}

// Found is a feed that was found at an address.
type Found struct {
	Feed    news.Feed // URL, Title, Site, Language and Page
	Entries []news.Entry
	Lost    []string    // what could not be read, in sentences
	Podcast bool        // its entries are recordings
	Others  []news.Feed // what other feeds the site has, URL and Title of each
}

// Service answers what people ask.
type Service struct {
	o        Options
	handlers map[string]handler
	audience audience
	tellings tellings

	ownTopics offers[news.TopicID]
	ownFeeds  offers[ownFeed]
	imports   imports
}

type handler func(ctx context.Context, a Ask) (Reply, error)

// New returns a Service.
func New(o Options) *Service {
	if o.Random == nil {
		o.Random = rand.Uint32
	}
	s := &Service{o: o, audience: audience{store: o.Store}, tellings: tellings{store: o.Store}, ownTopics: offerTopics(o.Store), ownFeeds: offerFeeds(o.Store)}
	s.handlers = map[string]handler{
		"brief": s.brief, "search": s.search, "latest": s.latest, "catchup": s.catchup, "why": s.why, "help": s.help, "privacy": s.privacy,
		"Why this post?": s.whyMessage,
		"feed add":       s.feedAdd, "feed remove": s.feedRemove, "feed list": s.feedList, "feed test": s.feedTest,
		"feed import": s.feedImport, "feed export": s.feedExport,
		"topic create": s.topicCreate, "topic edit": s.topicEdit, "topic delete": s.topicDelete, "topic list": s.topicList, "topic preview": s.topicPreview,
		"subscribe": s.subscribe, "unsubscribe": s.unsubscribe, "subscriptions": s.subscriptions, "settings": s.settings,
	}
	return s
}

// Answer answers an Ask. It never fails: what goes wrong becomes a sentence for the person, and the cause goes to the log.
func (s *Service) Answer(ctx context.Context, a Ask) Reply {
	reply, err := s.dispatch(ctx, a)
	s.welcome(ctx, a)
	if err == nil {
		return reply
	}
	if u := (*news.UserError)(nil); errors.As(err, &u) {
		if u.Err != nil {
			s.o.Logger.Info("a question had no answer", "command", a.Command, "err", u)
		}
		return sorry(a.say(u.Sentence, u.Args...))
	}
	s.o.Logger.Error("command failed", "command", a.Command, "button", a.Button, "guild", a.Guild, "err", err)
	if errors.Is(err, context.DeadlineExceeded) {
		return sorry(a.say("That took too long. Please try again in a moment."))
	}
	return sorry(a.say("That went wrong on my side; the operator finds the reason in the log. Please try again in a moment."))
}

func (s *Service) dispatch(ctx context.Context, a Ask) (Reply, error) {
	if a.Button != "" {
		return s.press(ctx, a)
	}
	h := s.handlers[a.Command]
	if h == nil {
		return Reply{}, userError("I don't have this command any more, though Discord may still offer it for a while. /help lists those I have.")
	}
	if spec, ok := find(a.Command); ok && spec.Manager {
		if err := managing(a); err != nil {
			return Reply{}, err
		}
	}
	return h(ctx, a)
}

// managing refuses who may not manage the server.
func managing(a Ask) error {
	if !a.Manager {
		return userError("This needs the Manage Server permission.")
	}
	return nil
}

// press answers a button: its id is a word, then what the word needs.
func (s *Service) press(ctx context.Context, a Ask) (Reply, error) {
	word, rest, _ := strings.Cut(a.Button, ":")
	switch word {
	case "why": // the message tells which deliveries it holds
		return s.whyMessage(ctx, a)
	case "page":
		return s.turn(ctx, a, rest)
	case "follow":
		return s.followStory(ctx, a, rest)
	case "unfollow":
		return s.unfollowStory(ctx, a, rest)
	case "forget":
		return s.forget(ctx, a, rest)
	}
	manage := map[string]func() (Reply, error){
		"feeds":    func() (Reply, error) { return s.feedList(ctx, a) },
		"feed":     func() (Reply, error) { return s.feedChosen(ctx, a, -1) },
		"retry":    func() (Reply, error) { return s.withFeed(ctx, a, rest, s.retry) },
		"remove":   func() (Reply, error) { return s.withFeed(ctx, a, rest, s.unfollow) },
		"titles":   func() (Reply, error) { return s.setTitles(ctx, a, rest, true) },
		"texts":    func() (Reply, error) { return s.setTitles(ctx, a, rest, false) },
		"folders":  func() (Reply, error) { return s.folderTopics(ctx, a) },
		"unnotice": func() (Reply, error) { return s.stopNotices(ctx, a) },
	}[word]
	if manage == nil {
		return Reply{}, errOldButton
	}
	if err := managing(a); err != nil {
		return Reply{}, err
	}
	return manage()
}

var errOldButton = userError("This button is from an older version of me. Please use the command again.")

// find returns the top-level spec of a command.
func find(command string) (Spec, bool) {
	top, _, _ := strings.Cut(command, " ")
	for _, spec := range Specs() {
		if spec.Name == command || spec.Name == top && len(spec.Subs) > 0 {
			return spec, true
		}
	}
	return Spec{}, false
}

// userError is an error for the person who asks, said in their language.
func userError(format string, args ...any) error {
	if false {
		_ = fmt.Sprintf(format, args...) // lets go vet check the formats of those who call
	}
	return &news.UserError{Sentence: format, Args: args}
}

func sorry(sentence string) Reply {
	return Reply{Private: true, Blocks: []Block{text(strings.Split(sentence, "\n")...)}}
}

// text is a block of plain paragraphs.
func text(lines ...string) Block {
	b := Block{}
	for _, l := range lines {
		b.Lines = append(b.Lines, Line{{Text: l}})
	}
	return b
}

func quiet(lines ...string) Block {
	b := text(lines...)
	b.Quiet = true
	return b
}

var lengths = map[string]time.Duration{"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}

var periodForm = regexp.MustCompile(`^(\d{1,6}) ?([mhdw])$`)

// period reads a length of time as people write it: 6h, 2d, 1w, 90m. "" is 24 hours.
func period(s string) (time.Duration, error) {
	if m := periodForm.FindStringSubmatch(strings.TrimSpace(strings.ToLower(cmp.Or(s, "24h")))); m != nil {
		n, _ := strconv.Atoi(m[1])
		if d := time.Duration(n) * lengths[m[2]]; d > 0 && d <= 366*24*time.Hour {
			return d, nil
		}
	}
	return 0, userError("“%s” is not a length of time I can use. Write a number and m, h, d or w, such as 6h, 2d or 1w; at most a year.", s)
}

// period says a period in words: "the last day", "the last 6 hours".
func (a Ask) period(d time.Duration) string {
	switch {
	case d == lengths["w"]:
		return a.say("the last week")
	case d%lengths["w"] == 0:
		return a.say("the last %d weeks", int(d/lengths["w"]))
	case d == lengths["d"]:
		return a.say("the last day")
	case d%lengths["d"] == 0:
		return a.say("the last %d days", int(d/lengths["d"]))
	case d == lengths["h"]:
		return a.say("the last hour")
	case d%lengths["h"] == 0:
		return a.say("the last %d hours", int(d/lengths["h"]))
	case d == lengths["m"]:
		return a.say("the last minute")
	}
	return a.say("the last %d minutes", int(d/lengths["m"]))
}
