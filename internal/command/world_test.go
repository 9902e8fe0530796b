package command_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/store/bolt"
	"newsbrief/internal/summary"
)

var update = flag.Bool("update", false, "write the golden files anew")

// Two guilds of the world, and channels of the first.
const (
	here      = news.GuildID("1001")
	elsewhere = news.GuildID("1002")

	general = news.ChannelID("2001")
	climate = news.ChannelID("2002")
	locked  = news.ChannelID("2003")
	other   = news.ChannelID("2099") // of elsewhere
)

var channelNames = map[news.ChannelID]string{general: "#general", climate: "#climate", locked: "#locked", other: "#other"}

// world is a Service on a real store, with what is around it.
type world struct {
	t       testing.TB
	store   *bolt.Store
	index   *search.Index
	options command.Options
	service *command.Service
	web     *web
	now     time.Time
	random  uint32
	changes int // how often Changed was called
	log     bytes.Buffer

	sequence uint64
	feeds    map[string]news.FeedID // by title
	stories  map[string]news.Story  // by the key a test calls it by

	transcript strings.Builder
}

func newWorld(t testing.TB) *world {
	t.Helper()
	ctx := context.Background()
	store, err := bolt.Open(ctx, filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := search.Open("")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: store, index: index, now: time.Date(2026, 5, 1, 18, 0, 0, 0, time.UTC),
		web: &web{pages: map[string]command.Found{}, files: map[string][]byte{}}, feeds: map[string]news.FeedID{}, stories: map[string]news.Story{}}
	t.Cleanup(func() {
		if err := errors.Join(index.Close(), store.Close()); err != nil {
			t.Error(err)
		}
	})
	w.options = command.Options{
		Store: store, Archive: index, Summary: summary.NewSummarizer(nil, nil, nil), Feeds: w.web, Channels: gate{},
		Logger: slog.New(slog.NewTextHandler(&w.log, nil)), Now: func() time.Time { return w.now },
		Random: func() uint32 { w.random++; return w.random }, Changed: func() { w.changes++ },
	}
	w.service = command.New(w.options)
	return w
}

// web is what stands at addresses: a command.FeedFinder.
type web struct {
	pages map[string]command.Found
	files map[string][]byte
}

func (f *web) Find(_ context.Context, url string) (command.Found, error) {
	found, ok := f.pages[url]
	if !ok {
		return found, &news.UserError{Sentence: "That page links no feed that I can read."}
	}
	return found, nil
}

func (f *web) Canonical(url string) string {
	url, _, _ = strings.Cut(url, "?utm_")
	return url
}

func (f *web) Redact(url string) string {
	url, _, _ = strings.Cut(url, "?")
	return url
}

func (f *web) Read(_ context.Context, url string, max int64) ([]byte, error) {
	data, ok := f.files[url]
	if !ok || int64(len(data)) > max {
		return nil, &news.UserError{Sentence: "That file is too large."}
	}
	return data, nil
}

// gate lets the bot post everywhere but in one channel, and write to everyone but one person.
type gate struct{}

func (gate) CanPost(_ context.Context, guild news.GuildID, channel news.ChannelID) error {
	if guild == news.OwnGuild("user-closed") {
		return &news.UserError{Sentence: "Direct messages are closed.", Err: errors.New("status 403")}
	}
	if channel == locked {
		return &news.UserError{Sentence: "I may not send messages there. Give me the permission Send Messages in that channel."}
	}
	return nil
}

// follow makes a guild follow a feed.
func (w *world) follow(guild news.GuildID, title, url string) {
	w.t.Helper()
	w.random++
	f, err := w.store.AddFeed(w.t.Context(), w.now, guild, news.Feed{ID: news.FeedID(news.NewID(w.now, w.random)), URL: url, Title: title, NextPoll: w.now})
	if err != nil && !errors.Is(err, news.ErrExists) {
		w.t.Fatal(err)
	}
	w.feeds[title] = f.ID
}

// telling is an article on its way into the archive.
type telling struct {
	feed, title, text, url, lang string
	ago                          time.Duration
	published                    time.Duration // how long ago its outlet says it told it, where that is not ago
	story, event                 string        // keys; a story's event is its own unless it says otherwise
	topics                       []news.Match
	owed                         []news.Delivery // Brief and ids are filled in
}

func on(topic news.TopicID, words ...string) []news.Match {
	return []news.Match{{Topic: topic, Score: 0.8, Words: words}}
}

// tell stores an article as the pipeline does, and makes it searchable.
func (w *world) tell(x telling) news.Article {
	w.t.Helper()
	at := w.now.Add(-x.ago)
	w.random++
	a := news.Article{ID: news.ArticleID(news.NewID(at, w.random)), Feeds: []news.FeedID{w.feeds[x.feed]}, Source: x.feed, URL: x.url, Title: x.title, Text: x.text,
		Language: x.lang, Published: at, Seen: at}
	if x.published != 0 {
		a.Published = w.now.Add(-x.published)
	}
	if a.Language == "" {
		a.Language = "en"
	}
	if x.story == "" {
		x.story = x.url
	}
	s, ok := w.stories[x.story]
	if !ok {
		s = news.Story{ID: news.StoryID(a.ID), Event: news.StoryID(a.ID), Language: a.Language, Headline: a.Title, First: at}
		if x.event != "" {
			s.Event = w.stories[x.event].Event
		}
	}
	s.Articles = append(s.Articles, a.ID)
	s.Last = at
	s.Topics = append(s.Topics, x.topics...)
	w.stories[x.story] = s
	a.Story = s.ID
	p := news.Publication{Feed: w.feeds[x.feed], Article: a, Story: s}
	for _, d := range x.owed {
		d.ID, d.Event, d.Story, d.State = news.NewDeliveryID(s.Event, d.Channel), s.Event, s.ID, news.Waiting
		d.Brief = summary.Extract([]news.Article{a}, summary.Options{})
		d.Topics = s.Topics
		p.Deliveries = append(p.Deliveries, d)
	}
	if err := w.store.PublishStory(w.t.Context(), at, p); err != nil {
		w.t.Fatal(err)
	}
	w.put(a)
	return a
}

func (w *world) put(a news.Article) {
	w.t.Helper()
	w.sequence++
	if err := w.index.Put([]news.Article{a}, w.sequence); err != nil {
		w.t.Fatal(err)
	}
}

// post lets all that is due go out, to messages numbered from first.
func (w *world) post(first int) {
	w.t.Helper()
	claims, err := w.store.ClaimDeliveries(w.t.Context(), w.now, time.Minute, 100, 100)
	if err != nil {
		w.t.Fatal(err)
	}
	for i, c := range claims {
		if err := w.store.Posted(w.t.Context(), w.now, c, c.Deliveries[0].Channel, news.MessageID(fmt.Sprint(first+i))); err != nil {
			w.t.Fatal(err)
		}
	}
}

// who asks. The zero value is a member in #general.
type who struct {
	name    string
	manager bool
	guild   news.GuildID
	channel news.ChannelID
	locale  string
	message news.MessageID
	values  []string
}

var (
	manager = who{name: "manager", manager: true}
	member  = who{name: "member"}
)

func (p who) ask() command.Ask {
	a := command.Ask{Guild: p.guild, Channel: p.channel, User: news.UserID("user-" + p.name), Manager: p.manager, Locale: p.locale, Message: p.message, Values: p.values, Args: map[string]string{}}
	if a.Guild == "" {
		a.Guild = here
	}
	if a.Guild == "dm" {
		a.Guild, a.Manager = news.OwnGuild(a.User), true
	}
	if a.Channel == "" {
		a.Channel = general
	}
	return a
}

// says notes something in the transcript that is no command.
func (w *world) says(format string, args ...any) {
	fmt.Fprintf(&w.transcript, "— "+format+"\n\n", args...)
}

// ask asks a command, with options as name:value, and notes question and answer in the transcript.
func (w *world) ask(p who, name string, options ...string) command.Reply {
	w.t.Helper()
	a := p.ask()
	a.Command = name
	shown := "/" + name
	for _, o := range options {
		option, value, _ := strings.Cut(o, ":")
		a.Args[option] = value
		if strings.Contains(value, "\n") || len(value) > 300 {
			o = fmt.Sprintf("%s:(%d bytes)", option, len(value))
		} else if c, ok := channelNames[news.ChannelID(value)]; ok {
			o = option + ":" + c
		}
		shown += " " + o
	}
	if a.Message != "" {
		shown = "Apps › " + name
	}
	return w.answer(p, shown, a)
}

// press presses the button with a label (or, where there is none such, an id).
func (w *world) press(p who, r command.Reply, label string) command.Reply {
	w.t.Helper()
	a := p.ask()
	a.Button = label
	for _, b := range r.Buttons {
		if strings.HasPrefix(b.Label, label) {
			a.Button = b.ID
			label = b.Label
		}
	}
	return w.answer(p, "["+label+"]", a)
}

func (w *world) answer(p who, shown string, a command.Ask) command.Reply {
	w.t.Helper()
	r := w.service.Answer(w.t.Context(), a)
	name := p.name
	if p.guild != "" && p.guild != here {
		name += " in " + string(p.guild)
	}
	if p.locale != "" {
		name += " (" + p.locale + ")"
	}
	fmt.Fprintf(&w.transcript, "%s  %s\n%s\n", name, shown, w.render(r))
	w.plain(r)
	return r
}

// render writes a reply as text, the way it reads on Discord.
func (w *world) render(r command.Reply) string {
	var out strings.Builder
	line := func(format string, args ...any) {
		s := fmt.Sprintf(format, args...)
		out.WriteString(strings.TrimRight("  │ "+s, " ") + "\n")
	}
	switch {
	case r.Replace:
		out.WriteString("  ┌ in place of the message\n")
	case r.Private:
		out.WriteString("  ┌ only you can see this\n")
	default:
		out.WriteString("  ┌\n")
	}
	if r.Title != "" {
		line("# %s", r.Title)
	}
	for i, b := range r.Blocks {
		if i > 0 || r.Title != "" {
			line("")
		}
		for _, l := range b.Lines {
			var s strings.Builder
			if b.Quiet {
				s.WriteString("(small) ")
			}
			for _, span := range l {
				s.WriteString(w.span(span))
			}
			line("%s", s.String())
		}
		if b.Brief != nil {
			line("## %s", b.Brief.Headline)
			var s []string
			for _, sentence := range b.Brief.Sentences {
				s = append(s, sentence.Text)
			}
			line("%s", strings.Join(s, " "))
			var names []string
			for _, src := range b.Brief.Sources {
				names = append(names, src.Name)
			}
			for _, src := range b.Brief.Also {
				names = append(names, src.Name+" in "+src.Language)
			}
			line("— %s", strings.Join(names, ", "))
		}
	}
	for _, choices := range r.Selects {
		line("")
		var s []string
		for _, c := range choices.Choices {
			s = append(s, c.Name)
		}
		line("[%s ▾ %s]", choices.Placeholder, strings.Join(s, " | "))
	}
	if len(r.Buttons) > 0 {
		line("")
		var s []string
		for _, b := range r.Buttons {
			s = append(s, "["+b.Label+"]")
		}
		line("%s", strings.Join(s, " "))
	}
	if r.File != nil {
		line("")
		line("file %s", r.File.Name)
	}
	out.WriteString("  └\n")
	return out.String()
}

func (w *world) span(s command.Span) string {
	text := s.Text
	switch {
	case s.Channel != "":
		return channelNames[s.Channel]
	case !s.Time.IsZero():
		return relative(s.Time.Sub(w.now))
	case s.Code:
		text = "‘" + text + "’"
	}
	if s.Bold && strings.TrimSpace(text) != "" {
		text = "*" + text + "*"
	}
	if s.URL != "" {
		text += " <" + s.URL + ">"
	}
	return text
}

// relative is a moment as Discord shows it.
func relative(d time.Duration) string {
	words := func(d time.Duration) string {
		switch {
		case d >= 48*time.Hour:
			return fmt.Sprint(int(d.Hours()/24), " days")
		case d >= 2*time.Hour:
			return fmt.Sprint(int(d.Hours()), " hours")
		}
		if d == time.Minute {
			return "a minute"
		}
		return fmt.Sprint(int(d.Minutes()), " minutes")
	}
	if d > 0 {
		return "in " + words(d)
	}
	return words(-d) + " ago"
}

// plain checks what holds for every reply: its text is plain, so that nothing of it is escaped away, and it fits what Discord takes.
func (w *world) plain(r command.Reply) {
	w.t.Helper()
	check := func(what, s string) {
		w.t.Helper()
		for _, markup := range []string{"\n", "**", "__", "~~", "```", "](", "<#", "<@", "<t:", "</"} {
			if strings.Contains(s, markup) {
				w.t.Errorf("%s has markup %q in it: %q", what, markup, s)
			}
		}
		for _, markup := range []string{"# ", "## ", "-# ", "> "} {
			if strings.HasPrefix(s, markup) {
				w.t.Errorf("%s begins with markup: %q", what, s)
			}
		}
	}
	check("the title", r.Title)
	if r.Title == "" && len(r.Blocks) == 0 && r.File == nil {
		w.t.Error("an empty reply")
	}
	for _, b := range r.Blocks {
		if (len(b.Lines) == 0) == (b.Brief == nil) {
			w.t.Errorf("a block has to be lines or a brief: %+v", b)
		}
		for _, l := range b.Lines {
			if len(l) == 0 {
				w.t.Errorf("an empty line in %+v", b)
			}
			for _, s := range l {
				check("a line", s.Text)
				kinds := 0
				for _, is := range []bool{s.Text != "", s.Channel != "", !s.Time.IsZero()} {
					if is {
						kinds++
					}
				}
				if kinds != 1 {
					w.t.Errorf("a span has to be text or a channel or a time: %+v in %+v", s, l)
				}
			}
		}
	}
	for _, choices := range r.Selects {
		if n := len(choices.Choices); n < 1 || n > 25 || choices.ID == "" || utf8.RuneCountInString(choices.ID) > 100 || utf8.RuneCountInString(choices.Placeholder) > 150 {
			w.t.Errorf("Discord refuses the select %+v", choices)
		}
		for _, c := range choices.Choices {
			if c.Name == "" || utf8.RuneCountInString(c.Name) > 100 || c.Value == "" || len(c.Value) > 100 {
				w.t.Errorf("Discord refuses the choice %+v", c)
			}
		}
	}
	if len(r.Buttons) > 5 {
		w.t.Errorf("%d buttons", len(r.Buttons))
	}
	for _, b := range r.Buttons {
		if b.ID == "" || utf8.RuneCountInString(b.ID) > 100 || b.Label == "" || utf8.RuneCountInString(b.Label) > 80 {
			w.t.Errorf("Discord refuses the button %+v", b)
		}
	}
}

// golden compares the transcript with a file of testdata.
func (w *world) golden(name string) {
	w.t.Helper()
	path := filepath.Join("testdata", name+".golden")
	got := w.transcript.String()
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			w.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		w.t.Fatal(err)
	}
	if got != string(want) {
		w.t.Errorf("%s differs; see it with -update and git diff.\n%s", path, firstDifference(got, string(want)))
	}
	if strings.Contains(w.log.String(), "level=ERROR") {
		w.t.Errorf("errors were logged:\n%s", w.log.String())
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			old := "(end)"
			if i < len(w) {
				old = w[i]
			}
			return fmt.Sprintf("line %d\n got %s\nwant %s", i+1, g[i], old)
		}
	}
	return fmt.Sprintf("%d lines are missing", len(w)-len(g))
}

// want checks that a reply holds each of the texts.
func (w *world) want(r command.Reply, texts ...string) {
	w.t.Helper()
	got := w.render(r)
	for _, text := range texts {
		if !strings.Contains(got, text) {
			w.t.Errorf("%q is missing in\n%s", text, got)
		}
	}
}

// without checks that a reply holds none of the texts.
func (w *world) without(r command.Reply, texts ...string) {
	w.t.Helper()
	got := w.render(r)
	for _, text := range texts {
		if strings.Contains(got, text) {
			w.t.Errorf("%q should not be in\n%s", text, got)
		}
	}
}
