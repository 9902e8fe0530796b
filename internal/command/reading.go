package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

const (
	briefsPage    = 4                // briefs in an answer to /brief
	headlinesPage = 10               // headlines in an answer to /latest, /search or /catchup
	briefWords    = 45               // of each brief among several
	modelTime     = 25 * time.Second // for which a person waits for what a model writes
)

// brief answers /brief: the period's most told stories of a topic, each in short, with a count of what is left out.
func (s *Service) brief(ctx context.Context, a Ask) (Reply, error) {
	return s.briefFrom(ctx, a, a.Args["topic"], a.Args["since"], 0)
}

func (s *Service) briefFrom(ctx context.Context, a Ask, name, since string, offset int) (Reply, error) {
	length, err := period(since)
	if err != nil {
		return Reply{}, err
	}
	id, about, err := s.onTopic(ctx, a.Guild, name)
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	from, to := now.Add(-length), now.Add(time.Minute)
	found, err := s.events(ctx, a.Guild, from, to, about)
	if err != nil {
		return Reply{}, err
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	told, err := s.told(ctx, a.Guild, from, to)
	if err != nil {
		return Reply{}, err
	}
	q := question{words: []string{"brief", string(id), since}}
	topics, err := s.topicSelect(ctx, a, q, id, told)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: TopicName(id, a.Locale), Selects: append(topics, a.periodSelect(q, length))}
	if len(found) == 0 {
		hint := a.say("The option since looks further back, /search looks at everything.")
		if len(told) > 0 {
			hint = a.say("There is news on: %s.", locale.Join(a.Locale, a.topicNames(told[:min(len(told), namedTopics)])))
		}
		return s.nothing(ctx, a, reply, a.say("Nothing on this topic in %s.", a.period(length)), hint)
	}
	offset = lastPage(offset, briefsPage, len(found))
	page := ranked(found)[offset:min(offset+briefsPage, len(found))]
	o := summary.Options{Language: cmp.Or(settings.Language, a.Locale), Words: briefWords}
	if s.o.Summary.Writes() { // the same question as for a post, mostly answered before
		o = summary.Options{Language: cmp.Or(a.Locale, settings.Language), Aside: true}
	}
	for _, b := range s.briefs(ctx, page, o) {
		reply.Blocks = append(reply.Blocks, Block{Brief: &b})
	}
	if out := len(found) - len(page); out == 0 {
		reply.Blocks = append(reply.Blocks, quiet(a.count(len(found), "%d story in %s.", "%d stories in %s.", a.period(length))))
	} else {
		reply.Blocks = append(reply.Blocks, quiet(a.say("%d stories in %s, the most widely told first. Here are %d to %d; %d are left out.", len(found), a.period(length), offset+1, offset+len(page), out)))
	}
	reply.Buttons = q.buttons(a, offset, briefsPage, len(found))
	return reply, nil
}

// briefs are the events' briefs, in order; what a model has not written within modelTime is extracted.
func (s *Service) briefs(ctx context.Context, events []event, o summary.Options) []news.Brief {
	ctx, cancel := context.WithTimeout(ctx, modelTime)
	defer cancel()
	briefs := make([]news.Brief, len(events))
	var writing sync.WaitGroup
	for i, e := range events {
		waits := false
		if briefs[i], waits = s.o.Summary.Draft(ctx, e.articles, o); waits {
			writing.Go(func() { briefs[i] = s.o.Summary.Brief(ctx, e.articles, o) })
		}
	}
	writing.Wait()
	return briefs
}

// nothing is the answer where there is nothing to show.
func (s *Service) nothing(ctx context.Context, a Ask, reply Reply, sentence, hint string) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	switch {
	case len(feeds) > 0:
	case a.Guild.Person() != "":
		hint = a.say("You follow no feeds here yet. /feed add follows one.")
	default:
		hint = a.say("This server follows no feeds yet. A manager adds one with /feed add.")
	}
	reply.Blocks = append(reply.Blocks, text(sentence), quiet(hint))
	return reply, nil
}

// latest answers /latest: the newest headlines, of one topic or of all that the guild's feeds tell.
func (s *Service) latest(ctx context.Context, a Ask) (Reply, error) {
	return s.latestFrom(ctx, a, a.Args["topic"], 0, 0)
}

func (s *Service) latestFrom(ctx context.Context, a Ask, name string, source news.FeedID, offset int) (Reply, error) {
	title := a.say("Latest stories")
	var about filter
	var id news.TopicID
	if name != "" {
		var err error
		if id, about, err = s.onTopic(ctx, a.Guild, name); err != nil {
			return Reply{}, err
		}
		title = a.say("Latest: %s", TopicName(id, a.Locale))
	}
	now := s.o.Now()
	to := now.Add(time.Minute)
	var all, found []event
	for _, days := range []int{1, 7, 30} { // most questions are answered by a day
		var err error
		if all, err = s.events(ctx, a.Guild, now.AddDate(0, 0, -days), to, about); err != nil {
			return Reply{}, err
		}
		if found = carriedBy(all, source); len(found) > offset+headlinesPage { // there is a page behind this one: nobody asks for older ones yet
			break
		}
	}
	told, err := s.told(ctx, a.Guild, now.AddDate(0, 0, -30), to)
	if err != nil {
		return Reply{}, err
	}
	q := question{words: []string{"latest", string(id)}, source: source}
	topics, err := s.topicSelect(ctx, a, q, id, told)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: title}
	for _, choices := range topics {
		reply.Selects = append(reply.Selects, withAll(choices, a.say("All topics")))
	}
	var tellers []news.Article
	for _, e := range all {
		tellers = append(tellers, e.articles...)
	}
	sources, err := s.sourceSelect(ctx, a, q, tellers)
	if err != nil {
		return Reply{}, err
	}
	reply.Selects = append(reply.Selects, sources...)
	if len(found) == 0 {
		return s.nothing(ctx, a, reply, a.say("Nothing in the last 30 days."), a.say("/search looks at everything."))
	}
	return s.headlines(ctx, a, reply, found, offset, q)
}

// carriedBy are the events that an outlet told, all of them when source is 0.
func carriedBy(events []event, source news.FeedID) []event {
	if source == 0 {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool {
		return !slices.ContainsFunc(e.articles, func(a news.Article) bool { return slices.Contains(a.Feeds, source) })
	})
}

// catchup answers /catchup: what was told on the guild's subscribed topics since the person last asked.
func (s *Service) catchup(ctx context.Context, a Ask) (Reply, error) {
	now := s.o.Now()
	last, err := s.o.Store.CaughtUp(ctx, now, a.Guild, a.User)
	if err != nil {
		return Reply{}, fmt.Errorf("read when it was last asked: %w", err)
	}
	return s.catchupFrom(ctx, a, last, now, "", 0)
}

// catchupFrom is a page of what was told from last to until, on one of the subscribed topics or, with "", on all.
func (s *Service) catchupFrom(ctx context.Context, a Ask, last, until time.Time, only news.TopicID, offset int) (Reply, error) {
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	wanted := map[news.TopicID]bool{}
	for _, sub := range subs {
		wanted[sub.Topic] = true
	}
	oldest := until.AddDate(0, 0, -7)
	from, moment := later(last, oldest), Span{Time: last}
	var since Line
	switch {
	case last.After(oldest) && len(wanted) > 0:
		since = a.line("Since you last asked, %s, on the topics subscribed to here", moment)
	case last.After(oldest):
		since = a.line("Since you last asked, %s", moment)
	case len(wanted) > 0:
		since = a.line("In the last week, on the topics subscribed to here")
	default:
		since = a.line("In the last week")
	}
	found, err := s.events(ctx, a.Guild, from, until, filter{story: func(st news.Story) bool {
		return len(wanted) == 0 || slices.ContainsFunc(st.Topics, func(m news.Match) bool { return wanted[m.Topic] })
	}})
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Private: true, Blocks: []Block{{Lines: []Line{since}, Quiet: true}}}
	if len(found) == 0 {
		reply.Title = a.say("Nothing missed")
		return s.nothing(ctx, a, reply, a.say("No new stories."), a.say("/latest lists what came before."))
	}
	q := question{words: []string{"catchup", strconv.FormatInt(from.UnixMilli(), 36), strconv.FormatInt(until.UnixMilli(), 36)}}
	counts := map[news.TopicID]int{}
	for _, e := range found {
		for _, id := range e.topics {
			if id.KnownTo(a.Guild) && (len(wanted) == 0 || wanted[id]) {
				counts[id]++
			}
		}
	}
	if order := mostFirst(counts); len(order) > 1 || only != "" {
		choices := Select{ID: q.choice("topic"), Placeholder: a.say("Another topic"), Chosen: string(only)}
		for _, id := range order[:min(len(order), maxChoices-1)] {
			choices.Choices = append(choices.Choices, Choice{cut(TopicName(id, a.Locale), 90) + fmt.Sprintf(" (%d)", counts[id]), string(id)})
		}
		reply.Selects = []Select{withAll(choices, a.say("All topics"))}
	}
	if only != "" {
		found = slices.DeleteFunc(found, func(e event) bool { return !slices.Contains(e.topics, only) })
		q.words = append(q.words, string(only))
	}
	reply.Title = a.count(len(found), "What you missed: %d story", "What you missed: %d stories")
	if len(found) == 0 {
		reply.Title = a.say("Nothing missed")
		return s.nothing(ctx, a, reply, a.say("No new stories on %s.", TopicName(only, a.Locale)), a.say("/latest lists what came before."))
	}
	return s.headlines(ctx, a, reply, ranked(found), offset, q)
}

// outletName is who told an article, short enough that what stands behind it is read.
func outletName(a news.Article) string { return cut(a.Source, maxOutlet) }

// maxOutlet is the most characters of an outlet's name beside other things.
const maxOutlet = 60

// headlines adds a page of events to a reply.
func (s *Service) headlines(ctx context.Context, a Ask, reply Reply, found []event, offset int, q question) (Reply, error) {
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	offset = lastPage(offset, headlinesPage, len(found))
	for _, e := range found[offset:min(offset+headlinesPage, len(found))] {
		first := e.headline(cmp.Or(settings.Language, a.Locale))
		line := Line{{Text: first.Title, URL: first.URL, Bold: true}}
		detail := Line{{Text: outletName(first)}}
		if n := e.outlets(); n > 1 {
			detail[0].Text = a.say("%s and %d more", outletName(first), n-1)
		}
		detail = append(detail, Span{Text: " · "}, Span{Time: e.last})
		reply.Blocks = append(reply.Blocks, Block{Lines: []Line{line, detail}})
	}
	reply.Buttons = q.buttons(a, offset, headlinesPage, len(found))
	return reply, nil
}
