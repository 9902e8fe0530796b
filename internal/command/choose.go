package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// namedTopics is how many topics are named where the one that was asked for has nothing.
const namedTopics = 6

// topicSelect offers other topics for a question: those the guild subscribes to and its own, then what is told most. None where there is
// no choice.
func (s *Service) topicSelect(ctx context.Context, a Ask, q question, chosen news.TopicID, told []news.TopicID) ([]Select, error) {
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild)
	if err != nil {
		return nil, fmt.Errorf("read the subscriptions: %w", err)
	}
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return nil, fmt.Errorf("read the topics: %w", err)
	}
	var offered []news.TopicID
	offer := func(id news.TopicID) {
		if id != "" && !slices.Contains(offered, id) && len(offered) < maxChoices-1 { // one place is for all
			offered = append(offered, id)
		}
	}
	offer(chosen)
	for _, sub := range subs {
		if _, builtin := topic.Lookup(sub.Topic); builtin || sub.Topic.Own() {
			offer(sub.Topic)
		}
	}
	for _, t := range own {
		offer(t.ID)
	}
	for _, id := range told {
		offer(id)
	}
	if !slices.ContainsFunc(offered, func(id news.TopicID) bool { return id != chosen }) {
		return nil, nil
	}
	choices := Select{ID: q.choice("topic"), Placeholder: a.say("Another topic"), Chosen: string(chosen)}
	for i, name := range a.topicNames(offered) {
		choices.Choices = append(choices.Choices, Choice{cut(name, 100), string(offered[i])})
	}
	return []Select{choices}, nil
}

// withAll puts a choice of everything before the others.
func withAll(s Select, name string) Select {
	s.Choices = append([]Choice{{name, everything}}, s.Choices...)
	s.Chosen = cmp.Or(s.Chosen, everything)
	return s
}

func (a Ask) topicNames(ids []news.TopicID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = TopicName(id, a.Locale)
	}
	return names
}

const (
	toldStories   = 300              // of how many stories that a guild may see topics are counted, the newest of a period
	unseenStories = 10 * toldStories // that are looked at for them: others' feeds may tell most of all
)

// told are the topics of the newest stories of [from, to) that the guild may see, those of most stories first.
func (s *Service) told(ctx context.Context, guild news.GuildID, from, to time.Time) ([]news.TopicID, error) {
	view, err := s.view(ctx, guild)
	if err != nil {
		return nil, err
	}
	counts := map[news.TopicID]int{}
	visible, looked, end := 0, 0, to
	for _, length := range []time.Duration{6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, to.Sub(from)} {
		start := later(from, to.Add(-length))
		stories, err := s.o.Store.Stories(ctx, start, end)
		if err != nil {
			return nil, fmt.Errorf("read the stories: %w", err)
		}
		slices.Reverse(stories)
		for some := range slices.Chunk(stories, toldStories) {
			if visible >= toldStories || looked >= unseenStories {
				return mostFirst(counts), nil
			}
			n, err := view.count(ctx, some, from, counts)
			if err != nil {
				return nil, err
			}
			visible, looked = visible+n, looked+len(some)
		}
		if end = start; start.Equal(from) {
			break
		}
	}
	return mostFirst(counts), nil
}

// count adds the topics of those stories that the guild may see and that were told since a time, and reports how many these are.
func (v *view) count(ctx context.Context, stories []news.Story, since time.Time, topics map[news.TopicID]int) (n int, err error) {
	var ids []news.ArticleID
	for _, st := range stories {
		ids = append(ids, st.Articles...)
	}
	articles, err := v.articles(ctx, ids)
	if err != nil {
		return 0, err
	}
	seen := map[news.ArticleID]bool{}
	for _, a := range articles {
		seen[a.ID] = !a.Seen.Before(since)
	}
	for _, st := range stories {
		if !slices.ContainsFunc(st.Articles, func(id news.ArticleID) bool { return seen[id] }) {
			continue
		}
		n++
		for _, m := range st.Topics {
			if m.Topic.KnownTo(v.guild) {
				topics[m.Topic]++
			}
		}
	}
	return n, nil
}

// mostFirst are the topics by falling count.
func mostFirst(counts map[news.TopicID]int) []news.TopicID {
	return slices.SortedFunc(maps.Keys(counts), func(x, y news.TopicID) int { return cmp.Or(counts[y]-counts[x], cmp.Compare(x, y)) })
}

// sourceSelect offers to narrow a question to one of the outlets that told the articles, those with most of them first. None is offered
// where there is no choice.
func (s *Service) sourceSelect(ctx context.Context, a Ask, q question, articles []news.Article) ([]Select, error) {
	view, err := s.view(ctx, a.Guild)
	if err != nil {
		return nil, err
	}
	counts := map[news.FeedID]int{}
	names := map[news.FeedID]string{}
	for _, article := range articles {
		for _, feed := range article.Feeds {
			if view.wishes.Follows(a.Guild, feed) {
				counts[feed]++
				names[feed] = cmp.Or(names[feed], article.Source)
				break
			}
		}
	}
	if q.source != 0 && counts[q.source] == 0 {
		feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
		if err != nil {
			return nil, fmt.Errorf("read the feeds: %w", err)
		}
		if i := slices.IndexFunc(feeds, func(f news.Feed) bool { return f.ID == q.source }); i >= 0 {
			counts[q.source], names[q.source] = 0, feeds[i].Title
		}
	}
	if len(counts) < 2 && q.source == 0 {
		return nil, nil
	}
	order := slices.SortedFunc(maps.Keys(counts), func(x, y news.FeedID) int {
		return cmp.Or(counts[y]-counts[x], cmp.Compare(names[x], names[y]), cmp.Compare(x, y))
	})
	choices := Select{ID: q.choice("source"), Placeholder: a.say("Source")}
	for _, feed := range order {
		if len(choices.Choices) == maxChoices-1 && feed != q.source {
			continue
		}
		choices.Choices = append(choices.Choices, Choice{cut(names[feed], 90) + fmt.Sprintf(" (%d)", counts[feed]), FeedKey(feed)})
	}
	if n := len(choices.Choices); n == maxChoices { // the chosen one came beyond the last
		choices.Choices = slices.Delete(choices.Choices, n-2, n-1)
	}
	if q.source != 0 {
		choices.Chosen = FeedKey(q.source)
	}
	return []Select{withAll(choices, a.say("All sources"))}, nil
}

// periodSelect offers other periods for a question.
func (a Ask) periodSelect(q question, chosen time.Duration) Select {
	choices := Select{ID: q.choice("since"), Placeholder: a.say("Another period")}
	for _, since := range []string{"6h", "24h", "3d", "1w", "30d"} {
		length, _ := period(since)
		choices.Choices = append(choices.Choices, Choice{a.period(length), since})
		if length == chosen {
			choices.Chosen = since
		}
	}
	return choices
}
