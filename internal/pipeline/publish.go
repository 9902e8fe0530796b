package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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
	for _, s := range stories {
		p.events[s.Event] = append(p.events[s.Event], s.ID)
		articles, err := p.o.Store.Articles(ctx, s.Articles)
		if err != nil {
			return err
		}
		for _, a := range articles {
			p.matcher.Add(storyDoc(a), s.ID, s.Event)
		}
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
	if p.audience != nil {
		kept := map[news.TopicID]bool{}
		for _, t := range audience.Topics {
			kept[t.ID] = true
		}
		for _, t := range p.audience.Topics {
			if !kept[t.ID] {
				p.o.Topics.Delete(t.ID)
			}
		}
	}
	for _, t := range audience.Topics {
		if err := p.o.Topics.Put(t); err != nil { // it was checked when it was saved
			p.o.Logger.Error("a stored topic's query can't be read; it matches nothing", "topic", t.ID, "err", err)
		}
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
	if now.Sub(p.expired) > time.Hour {
		p.forget(now)
	}

	s, isNew, err := p.place(ctx, &a, feed, now)
	if err != nil {
		return err
	}
	s.Topics = merge(s.Topics, p.o.Topics.Match(topic.Doc{Title: a.Title, Text: a.Text, Source: a.Source, Language: a.Language}))
	pub := news.Publication{Feed: feed.ID, Marks: marks, Article: a, Story: s}
	if post {
		if pub.Deliveries, err = p.owed(ctx, s, a, now); err != nil {
			return err
		}
	}
	if err := p.o.Store.PublishStory(ctx, now, pub); err != nil {
		return err
	}

	if isNew {
		p.matcher.Add(storyDoc(a), s.ID, s.Event)
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
	return nil
}

// place gives the article its id and its story. isNew is false when the same page came through another feed before; then *a
// becomes that article, followed by one feed more.
func (p *Pipeline) place(ctx context.Context, a *news.Article, feed news.Feed, now time.Time) (s news.Story, isNew bool, err error) {
	if a.URL != "" {
		known, err := p.o.Store.ArticleByURL(ctx, a.URL)
		switch {
		case err == nil:
			if !slices.Contains(known.Feeds, feed.ID) {
				known.Feeds = append(known.Feeds, feed.ID)
			}
			*a = known
			if s, err = p.o.Store.Story(ctx, a.Story); err != nil {
				return s, false, fmt.Errorf("story of article %s: %w", a.ID, err)
			}
			return s, false, nil
		case !errors.Is(err, news.ErrNotFound):
			return s, false, fmt.Errorf("look up an article: %w", err)
		}
	}
	a.ID = news.ArticleID(news.NewID(now, p.o.Random()))
	a.Seen = now
	verdict := p.matcher.Match(storyDoc(*a))
	if verdict.Story != 0 {
		if s, err = p.o.Store.Story(ctx, verdict.Story); err == nil {
			s.Articles = append(s.Articles, a.ID)
			s.Last = now
			a.Story = s.ID
			return s, true, nil
		}
		if !errors.Is(err, news.ErrNotFound) { // not found: it expired meanwhile
			return s, false, fmt.Errorf("story %s: %w", verdict.Story, err)
		}
	}
	s = news.Story{ID: news.StoryID(a.ID), Language: a.Language, Headline: a.Title, Articles: []news.ArticleID{a.ID}, First: now, Last: now}
	s.Event = cmp.Or(verdict.Event, s.ID)
	a.Story = s.ID
	return s, true, nil
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
	p.expired = now
}

// owed are the deliveries of a story: one for each channel that asked for one of its topics and whose guild follows a feed that
// told it. a is the article that is about to be stored with it.
func (p *Pipeline) owed(ctx context.Context, s news.Story, a news.Article, now time.Time) ([]news.Delivery, error) {
	tellings, topics, err := p.tellings(ctx, s, a)
	if err != nil {
		return nil, err
	}
	languages := map[string]bool{}
	for _, t := range tellings {
		languages[text.Base(t.Language)] = true
	}
	byChannel := map[news.ChannelID]*news.Delivery{}
	var order []news.ChannelID
	briefs := map[string]news.Brief{}
	for _, match := range topics {
		for _, sub := range p.routes[match.Topic] {
			if sub.Rests != "" || sub.Language != "" && !languages[text.Base(sub.Language)] {
				continue
			}
			if !p.audience.FollowsAny(sub.Guild, a) {
				continue // nothing new for this guild
			}
			settings := p.audience.Settings[sub.Guild]
			slot := Slot(*sub, settings, now)
			d := byChannel[sub.Channel]
			if d == nil {
				d = &news.Delivery{
					ID: news.NewDeliveryID(s.Event, sub.Channel), Event: s.Event, Story: s.ID, Guild: sub.Guild, Channel: sub.Channel, User: sub.User,
					State: news.Waiting, Slot: slot, Revision: 1, Created: now,
				}
				d.Brief = p.brief(ctx, tellings, sub, settings, briefs)
				byChannel[sub.Channel] = d
				order = append(order, sub.Channel)
			}
			if slot.Before(d.Slot) { // the most impatient subscription decides; the zero time is at once
				d.Slot = slot
			}
			d.Due = later(now, d.Slot)
			d.Budget = max(d.Budget, cmp.Or(sub.Budget, settings.Budget, news.DefaultBudget))
			d.Subscriptions = append(d.Subscriptions, sub.ID)
			if !slices.ContainsFunc(d.Topics, func(m news.Match) bool { return m.Topic == match.Topic }) {
				d.Topics = append(d.Topics, match)
			}
		}
	}
	deliveries := make([]news.Delivery, 0, len(order))
	for _, channel := range order {
		deliveries = append(deliveries, *byChannel[channel])
	}
	return deliveries, nil
}

// tellings are the articles of the story's event in all its languages, a among them, and the topics of all of them.
func (p *Pipeline) tellings(ctx context.Context, s news.Story, a news.Article) ([]news.Article, []news.Match, error) {
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
	ids = slices.DeleteFunc(slices.Compact(ids), func(id news.ArticleID) bool { return id == a.ID })
	articles, err := p.o.Store.Articles(ctx, ids)
	if err != nil {
		return nil, nil, fmt.Errorf("articles of story %s: %w", s.ID, err)
	}
	at, _ := slices.BinarySearchFunc(articles, a.ID, func(x news.Article, id news.ArticleID) int { return cmp.Compare(x.ID, id) })
	return slices.Insert(articles, at, a), topics, nil
}

// brief makes the brief of the tellings a guild may see in the language it prefers; the same brief is made once.
func (p *Pipeline) brief(ctx context.Context, tellings []news.Article, sub *news.Subscription, settings news.Settings, made map[string]news.Brief) news.Brief {
	language := cmp.Or(sub.Language, settings.Language)
	key := language
	var visible []news.Article
	for _, t := range tellings {
		if p.audience.FollowsAny(sub.Guild, t) {
			visible = append(visible, t)
			key += " " + t.ID.String()
		}
	}
	b, ok := made[key]
	if !ok {
		b = p.o.Summary.Brief(ctx, visible, summary.Options{Language: language})
		made[key] = b
	}
	return b
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
