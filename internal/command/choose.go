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

// toldStories is of how many stories, the newest of a period, the topics are counted.
const toldStories = 300

// told are the topics of the newest stories of [from, to) that the guild may see, those of most stories first.
func (s *Service) told(ctx context.Context, guild news.GuildID, from, to time.Time) ([]news.TopicID, error) {
	view, err := s.view(ctx, guild)
	if err != nil {
		return nil, err
	}
	var stories []news.Story
	for _, length := range []time.Duration{6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, to.Sub(from)} {
		start := later(from, to.Add(-length))
		if stories, err = s.o.Store.Stories(ctx, start, to); err != nil {
			return nil, fmt.Errorf("read the stories: %w", err)
		}
		if len(stories) >= toldStories || start.Equal(from) {
			break
		}
	}
	stories = stories[max(0, len(stories)-toldStories):]
	var ids []news.ArticleID
	for _, st := range stories {
		ids = append(ids, st.Articles...)
	}
	articles, err := view.articles(ctx, ids)
	if err != nil {
		return nil, err
	}
	seen := map[news.ArticleID]bool{}
	for _, a := range articles {
		seen[a.ID] = !a.Seen.Before(from)
	}
	counts := map[news.TopicID]int{}
	for _, st := range stories {
		if !slices.ContainsFunc(st.Articles, func(id news.ArticleID) bool { return seen[id] }) {
			continue
		}
		for _, m := range st.Topics {
			if knows(guild, m.Topic) {
				counts[m.Topic]++
			}
		}
	}
	return mostFirst(counts), nil
}

// knows reports whether a topic is a built-in one or the guild's own.
func knows(guild news.GuildID, id news.TopicID) bool {
	return !id.Own() || id == news.OwnTopicID(guild, id.Name())
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
