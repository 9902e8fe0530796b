package pipeline

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
	"newsbrief/internal/summary"
	"newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// remember rebuilds what is kept in memory from the store: the live stories that new articles may join.
func (p *Pipeline) remember(ctx context.Context) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	now := p.o.Now()
	p.matcher = story.New(story.Options{})
	p.events = map[news.StoryID][]news.StoryID{}
	p.expired = now
	stories, err := p.o.Store.Stories(ctx, now.Add(-window), now.Add(time.Hour))
	if err != nil {
		return err
	}
	type telling struct {
		doc          story.Doc
		story, event news.StoryID
	}
	var tellings []telling
	for _, s := range stories {
		p.events[s.Event] = append(p.events[s.Event], s.ID)
		articles, err := p.o.Store.Articles(ctx, s.Articles)
		if err != nil {
			return err
		}
		for _, a := range articles {
			tellings = append(tellings, telling{p.matchedBy(ctx, a), s.ID, s.Event})
		}
	}
	slices.SortFunc(tellings, func(a, b telling) int { return cmp.Compare(a.doc.Article, b.doc.Article) }) // as they came
	for _, t := range tellings {
		p.matcher.Add(t.doc, t.story, t.event)
		p.lastID = max(p.lastID, uint64(t.doc.Article))
	}
	return p.listen(ctx)
}

// listen brings audience, routes and the guilds' own topics up to date.
func (p *Pipeline) listen(ctx context.Context) error {
	have := uint64(0)
	if p.audience != nil {
		have = p.audience.Version
	}
	audience, err := p.o.Store.Audience(ctx, have)
	if err != nil || audience == nil {
		return err
	}
	filed := map[news.TopicID]string{}
	if p.audience != nil {
		for _, t := range p.audience.Topics {
			filed[t.ID] = t.Query
		}
	}
	for _, t := range audience.Topics {
		if query, ok := filed[t.ID]; !ok || query != t.Query {
			if err := p.o.Topics.Put(t); err != nil { // it was checked when it was saved
				p.o.Topics.Delete(t.ID)
				p.o.Logger.Error("a stored topic's query can't be read; it matches nothing", "topic", t.ID, "err", err)
			}
		}
		delete(filed, t.ID)
	}
	for id := range filed {
		p.o.Topics.Delete(id)
	}
	p.audience = audience
	p.routes = map[news.TopicID][]*news.Subscription{}
	for i, s := range audience.Subscriptions {
		p.routes[s.Topic] = append(p.routes[s.Topic], &audience.Subscriptions[i])
	}
	return nil
}

// publish takes one article to its story and stores it with what is owed because of it. Without post (a feed's first look)
// nothing is owed to anyone.
func (p *Pipeline) publish(ctx context.Context, feed news.Feed, marks []news.Mark, a news.Article, post bool) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	now := p.o.Now()
	if err := p.listen(ctx); err != nil {
		return fmt.Errorf("read the subscriptions: %w", err)
	}
	if now.Sub(p.expired) > tidying {
		p.forget(now)
	}

	pub, drafts, isNew, err := p.publication(ctx, feed, marks, a, post, now)
	if err != nil {
		return err
	}
	err = p.o.Store.PublishStory(ctx, now, pub)
	if errors.Is(err, news.ErrExists) { // another process was faster; now the article is found
		if pub, drafts, isNew, err = p.publication(ctx, feed, marks, a, post, now); err != nil {
			return err
		}
		err = p.o.Store.PublishStory(ctx, now, pub)
	}
	if err != nil {
		return err
	}
	p.published(ctx, pub, drafts, isNew)
	return nil
}

// published keeps in mind what was stored, has the drafts of its briefs written anew, and tells who waits for it. isNew: the matcher
// doesn't know this text yet.
func (p *Pipeline) published(ctx context.Context, pub news.Publication, drafts []*draft, isNew bool) {
	a, s := pub.Article, pub.Story
	for _, d := range drafts {
		p.rewrite(ctx, d)
	}
	if isNew {
		p.matcher.Add(p.matchedBy(ctx, a), s.ID, s.Event)
		if !slices.Contains(p.events[s.Event], s.ID) {
			p.events[s.Event] = append(p.events[s.Event], s.ID)
		}
	}
	p.o.Logger.Debug("stored", "article", a.ID, "story", s.ID, "event", s.Event, "topics", len(s.Topics), "deliveries", len(pub.Deliveries), "title", a.Title)
	if p.o.Stored != nil {
		p.o.Stored()
	}
	if len(pub.Deliveries) > 0 && p.o.Owed != nil {
		p.o.Owed()
	}
}

// publication is what one article changes, and which of its briefs are drafts. isNew is false when its page was stored before.
func (p *Pipeline) publication(ctx context.Context, feed news.Feed, marks []news.Mark, a news.Article, post bool, now time.Time) (pub news.Publication, drafts []*draft, isNew bool, err error) {
	s, how, err := p.place(ctx, &a, feed, now)
	if err != nil {
		return pub, nil, false, err
	}
	matches := p.o.Topics.Match(topicDoc(a))
	s.Topics = merge(s.Topics, matches)
	pub = news.Publication{Feed: feed.ID, Marks: marks, Article: a, Story: s}
	if !post || how == listedAgain {
		return pub, nil, how == arrived, nil
	}
	others, topics, err := p.others(ctx, s, a.ID)
	if err != nil {
		return pub, nil, false, err
	}
	if how == arrived {
		pub.Article.News, pub.Article.Corrects = story.Additions(toldBy(others, a.Language), storyDoc(a))
	}
	r := p.reader(pub.Article, matches, others, topics)
	pub.Deliveries = p.owed(ctx, r, s, []news.FeedID{feed.ID}, now)
	before := pub.Article
	before.Feeds = before.Feeds[:len(before.Feeds)-1]
	err = p.tellFollowers(ctx, r, &pub, before, now)
	return pub, r.waiting(), how == arrived, err
}

// arrival says how an article came.
type arrival int

const (
	arrived     arrival = iota // it was not known before
	shared                     // another feed brought it before
	listedAgain                // the same feed brought it before: it is news to nobody
)

// place gives the article its id and its story. When its page is known already, *a becomes the article that is stored, followed
// by the feed too.
func (p *Pipeline) place(ctx context.Context, a *news.Article, feed news.Feed, now time.Time) (s news.Story, how arrival, err error) {
	if a.URL != "" {
		known, err := p.o.Store.ArticleByURL(ctx, a.URL)
		switch {
		case err == nil && slices.Contains(known.Feeds, feed.ID) && text.Fold(known.Title) != text.Fold(a.Title) && !strings.Contains(a.URL, "#"):
			// All entries of some feeds link one page, such as a service's status: each is an article with an address of its own.
			a.URL += "#" + fragment(a.Title)
			return p.place(ctx, a, feed, now)
		case err == nil:
			how = listedAgain
			if !slices.Contains(known.Feeds, feed.ID) {
				known.Feeds = append(known.Feeds, feed.ID)
				how = shared
			}
			*a = known
			if s, err = p.o.Store.Story(ctx, a.Story); err != nil {
				return s, how, fmt.Errorf("story of article %s: %w", a.ID, err)
			}
			return s, how, nil
		case !errors.Is(err, news.ErrNotFound):
			return s, how, fmt.Errorf("look up an article: %w", err)
		}
	}
	a.ID = p.newID(now)
	a.Seen = now
	verdict := p.matcher.Match(p.matchedBy(ctx, *a))
	if verdict.Story != 0 {
		if s, err = p.o.Store.Story(ctx, verdict.Story); err == nil {
			s.Articles = append(s.Articles, a.ID)
			s.Last = now
			a.Story = s.ID
			return s, arrived, nil
		}
		if !errors.Is(err, news.ErrNotFound) { // not found: it expired meanwhile
			return s, arrived, fmt.Errorf("story %s: %w", verdict.Story, err)
		}
	}
	s = news.Story{ID: news.StoryID(a.ID), Language: a.Language, Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: now, Last: now}
	s.Event = cmp.Or(verdict.Event, s.ID)
	a.Story = s.ID
	return s, arrived, nil
}

// fragment is a short name of a title within a page.
func fragment(title string) string {
	h := fnv.New32a()
	h.Write([]byte(text.Fold(title)))
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// newID is larger than all ids before it, so that articles are in order of arrival also within a millisecond.
func (p *Pipeline) newID(now time.Time) news.ArticleID {
	p.lastID = max(news.NewID(now, p.o.Random()), p.lastID+1)
	return news.ArticleID(p.lastID)
}

// forget lets go of stories nothing can join any more.
func (p *Pipeline) forget(now time.Time) {
	p.matcher.Expire(now)
	oldest := news.StoryID(news.FirstID(now.Add(-2 * window)))
	for event, stories := range p.events {
		if slices.Max(stories) < oldest {
			delete(p.events, event)
		}
	}
	clear(p.additions)
	p.expired = now
}

// owed are the deliveries of a story: one for each place that asked for one of its topics and whose guild follows one of the feeds
// that brought the article.
func (p *Pipeline) owed(ctx context.Context, r *reader, s news.Story, from []news.FeedID, now time.Time) []news.Delivery {
	byPlace := map[news.ChannelID]*news.Delivery{}
	waits := map[news.ChannelID]bool{} // for a model
	var order []news.ChannelID
	for _, about := range r.topics {
		for _, sub := range p.routes[about.Topic] {
			if sub.Rests != "" || !slices.ContainsFunc(from, func(f news.FeedID) bool { return p.audience.Follows(sub.Guild, f) }) {
				continue
			}
			v := r.view(sub.Guild)
			i := slices.IndexFunc(v.topics, func(m news.Match) bool { return m.Topic == about.Topic })
			if i < 0 || sub.Language != "" && !v.tells(sub.Language) {
				continue
			}
			settings := p.audience.Settings[sub.Guild]
			slot := Slot(*sub, settings, now)
			place := news.Delivery{Channel: sub.Channel, User: sub.User}.Place()
			d := byPlace[place]
			if d == nil {
				d = &news.Delivery{
					ID: news.NewDeliveryID(s.Event, place), Event: s.Event, Story: s.ID, Guild: sub.Guild, Channel: sub.Channel, User: sub.User,
					Language: cmp.Or(sub.Language, settings.Language), State: news.Waiting, Slot: slot, Revision: 1, Created: now,
				}
				draft := r.draft(ctx, s.Event, v.tellings, d.Language)
				draft.deliveries = append(draft.deliveries, d.ID)
				d.Brief, waits[place] = draft.brief, draft.waits
				byPlace[place] = d
				order = append(order, place)
			}
			if slot.Before(d.Slot) { // the most impatient subscription decides; the zero time is at once
				d.Slot = slot
			}
			d.Due = later(now, d.Slot)
			if waits[place] {
				d.Due = later(d.Due, now.Add(modelTime))
			}
			d.Budget = max(d.Budget, cmp.Or(sub.Budget, settings.Budget, news.DefaultBudget))
			d.Subscriptions = append(d.Subscriptions, sub.ID)
			if !slices.ContainsFunc(d.Topics, func(m news.Match) bool { return m.Topic == about.Topic }) {
				d.Topics = append(d.Topics, v.topics[i])
			}
		}
	}
	deliveries := make([]news.Delivery, 0, len(order))
	for _, place := range order {
		deliveries = append(deliveries, *byPlace[place])
	}
	return deliveries
}

// tellFollowers adds what the followers of the story are owed when its article brings something new: those whose guild's feeds tell it,
// and didn't before.
func (p *Pipeline) tellFollowers(ctx context.Context, r *reader, pub *news.Publication, before news.Article, now time.Time) error {
	a := pub.Article
	brings := func(t news.Article) bool { return t.ID == a.ID && (len(t.News) > 0 || t.Corrects) }
	if len(r.tellings) == 1 && !brings(a) {
		return nil
	}
	followers, err := p.o.Store.Followers(ctx, pub.Story.Event)
	if err != nil {
		return fmt.Errorf("followers of event %s: %w", pub.Story.Event, err)
	}
	for _, f := range followers {
		if p.audience.FollowsAny(f.Guild, before) {
			continue
		}
		v := r.view(f.Guild)
		if !slices.ContainsFunc(v.tellings, brings) {
			continue
		}
		language := p.audience.Settings[f.Guild].Language
		if language == "" || !v.tells(language) {
			language = a.Language
		}
		b := r.brief(v.tellings, language)
		if b.Update == nil || b.Update.Article != a.ID { // it was told in another language
			continue
		}
		d := news.Delivery{
			Event: pub.Story.Event, Story: pub.Story.ID, Guild: f.Guild, User: f.User, Language: language, Brief: b, Update: true,
			Topics: slices.DeleteFunc(slices.Clone(v.topics), func(m news.Match) bool { return !m.Topic.KnownTo(f.Guild) }),
			State:  news.Waiting, Due: now, Revision: 1, Created: now,
		}
		d.ID = news.NewUpdateID(*b.Update, d.Place())
		pub.Deliveries = append(pub.Deliveries, d)
	}
	return nil
}

// view is what a guild may know of an event: nothing that only feeds tell which others follow, and no more than it may be shown.
type view struct {
	tellings []news.Article
	topics   []news.Match
}

func (v *view) tells(language string) bool {
	return slices.ContainsFunc(v.tellings, func(t news.Article) bool { return text.Base(t.Language) == text.Base(language) })
}

// reader works out the views of one event.
type reader struct {
	p        *Pipeline
	tellings []news.Article
	topics   []news.Match // of all tellings
	matches  map[news.ArticleID][]news.Match
	views    map[news.GuildID]*view
	briefs   map[string]news.Brief // by language and tellings
	drafts   map[string]*draft     // likewise
	compared int                   // tellings with others, for unheard
}

// reader returns the reader of an event that others tell besides the article, whose own topics are matches.
func (p *Pipeline) reader(a news.Article, matches []news.Match, others []news.Article, topics []news.Match) *reader {
	at, _ := slices.BinarySearchFunc(others, a.ID, func(x news.Article, id news.ArticleID) int { return cmp.Compare(x.ID, id) })
	return &reader{
		p: p, tellings: slices.Insert(slices.Clone(others), at, a), topics: topics,
		matches: map[news.ArticleID][]news.Match{a.ID: matches}, views: map[news.GuildID]*view{}, briefs: map[string]news.Brief{}, drafts: map[string]*draft{},
	}
}

func (r *reader) view(guild news.GuildID) *view {
	v := r.views[guild]
	if v != nil {
		return v
	}
	v = &view{}
	r.views[guild] = v
	for _, t := range r.tellings {
		if r.p.audience.FollowsAny(guild, t) {
			v.tellings = append(v.tellings, t)
		}
	}
	if len(v.tellings) == len(r.tellings) {
		v.topics = r.topics
	} else {
		r.unheard(v.tellings)
		for _, t := range v.tellings {
			m, ok := r.matches[t.ID]
			if !ok {
				m = r.p.o.Topics.Match(topicDoc(t))
				r.matches[t.ID] = m
			}
			v.topics = merge(v.topics, m)
		}
	}
	for i, t := range v.tellings { // topics are of all that is told, also where less may be shown
		v.tellings[i] = r.p.audience.Shown(guild, t)
	}
	return v
}

// others are the articles of the story's event in all its languages but one, in the order of arrival, and the topics of all of them.
func (p *Pipeline) others(ctx context.Context, s news.Story, but news.ArticleID) ([]news.Article, []news.Match, error) {
	topics := s.Topics
	ids := slices.Clone(s.Articles)
	for _, id := range p.events[s.Event] {
		if id == s.ID {
			continue
		}
		other, err := p.o.Store.Story(ctx, id)
		if errors.Is(err, news.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("story %s: %w", id, err)
		}
		topics = merge(topics, other.Topics)
		ids = append(ids, other.Articles...)
	}
	slices.Sort(ids) // ids are ordered by time: the first telling first
	ids = slices.DeleteFunc(slices.Compact(ids), func(id news.ArticleID) bool { return id == but })
	articles, err := p.o.Store.Articles(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("articles of story %s: %w", s.ID, err)
	}
	return articles, topics, nil
}

// compared is how many tellings of a story a new one is compared with.
const compared = 8

// toldBy are the tellings of an event in a language that say what is known of it: the first one, those that brought something new, the latest.
func toldBy(tellings []news.Article, language string) []story.Doc {
	tellings = slices.DeleteFunc(slices.Clone(tellings), func(a news.Article) bool { return text.Base(a.Language) != text.Base(language) })
	var docs []story.Doc
	for i := range tellings {
		at := len(tellings) - i // the first one, then the latest first
		if i == 0 {
			at = 0
		}
		if a := tellings[at]; at == 0 || len(a.News) > 0 || i <= compared/2 {
			docs = append(docs, storyDoc(a))
		}
	}
	return docs[:min(len(docs), compared)]
}

// brief extracts the brief of the tellings in the language that is preferred; the same brief is made once.
func (r *reader) brief(tellings []news.Article, language string) news.Brief {
	key := briefKey(tellings, language)
	b, ok := r.briefs[key]
	if !ok {
		b = summary.Extract(tellings, summary.Options{Language: language})
		r.briefs[key] = b
	}
	return b
}

// draft is like brief, for what is to be posted and may be written by a model.
func (r *reader) draft(ctx context.Context, event news.StoryID, tellings []news.Article, language string) *draft {
	key := briefKey(tellings, language)
	d := r.drafts[key]
	if d == nil {
		d = &draft{event: event, tellings: tellings, language: language}
		d.brief, d.waits = r.p.o.Summary.Draft(ctx, tellings, summary.Options{Language: language})
		r.drafts[key] = d
	}
	return d
}

// waiting are the drafts that a model is to write anew.
func (r *reader) waiting() []*draft {
	var all []*draft
	for _, d := range r.drafts {
		if d.waits {
			all = append(all, d)
		}
	}
	return all
}

// briefKey is the same for tellings and a language that make the same brief.
func briefKey(tellings []news.Article, language string) string {
	key := append([]byte(language), 0)
	for _, t := range tellings {
		whole := byte(1)
		if t.TitleOnly {
			whole = 0
		}
		key = append(binary.BigEndian.AppendUint64(key, uint64(t.ID)), whole)
	}
	return string(key)
}

// merge joins two lists of matches; a topic in both keeps the better score and the words of both.
func merge(a, b []news.Match) []news.Match {
	out := slices.Clone(a)
	for _, m := range b {
		i := slices.IndexFunc(out, func(x news.Match) bool { return x.Topic == m.Topic })
		if i < 0 {
			out = append(out, m)
			continue
		}
		out[i].Score = max(out[i].Score, m.Score)
		words := slices.Clone(out[i].Words)
		for _, w := range m.Words {
			if !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		out[i].Words = words
	}
	return out
}

func storyDoc(a news.Article) story.Doc {
	return story.Doc{Article: a.ID, Title: a.Title, Text: a.Text, URL: a.URL, Source: a.Source, Language: a.Language, Published: a.Published, Seen: a.Seen}
}

func topicDoc(a news.Article) topic.Doc {
	return topic.Doc{Title: a.Title, Text: a.Text, Source: a.Source, Language: a.Language}
}
