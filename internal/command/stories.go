package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// event is one event as a guild sees it: its tellings in all languages, from the feeds the guild follows.
type event struct {
	id       news.StoryID
	last     time.Time
	articles []news.Article // by time
	topics   []news.Match
}

// outlets counts who told the event.
func (e event) outlets() int {
	seen := map[string]bool{}
	for _, a := range e.articles {
		seen[a.Source] = true
	}
	return len(seen)
}

// headline is the title of the first telling in the preferred language, else of the first telling.
func (e event) headline(language string) news.Article {
	for _, a := range e.articles {
		if language != "" && a.Language == language {
			return a
		}
	}
	return e.articles[0]
}

// events are the events of [from, to) that the guild may see and keep accepts, newest first. keep is given an article and
// the matches of its story; one accepted article brings in the whole event.
func (s *Service) events(ctx context.Context, guild news.GuildID, from, to time.Time, keep func(news.Article, []news.Match) bool) ([]event, error) {
	wishes, err := s.audience.get(ctx)
	if err != nil {
		return nil, err
	}
	stories, err := s.o.Store.Stories(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read the stories: %w", err)
	}
	byID := map[news.StoryID]*event{}
	kept := map[news.StoryID]bool{}
	for _, st := range stories {
		articles, err := s.o.Store.Articles(ctx, st.Articles)
		if err != nil {
			return nil, fmt.Errorf("read the articles of story %s: %w", st.ID, err)
		}
		articles = slices.DeleteFunc(articles, func(a news.Article) bool { return !wishes.FollowsAny(guild, a) })
		if len(articles) == 0 {
			continue
		}
		e := byID[st.Event]
		if e == nil {
			e = &event{id: st.Event}
			byID[st.Event] = e
		}
		e.articles = append(e.articles, articles...)
		e.topics = append(e.topics, st.Topics...)
		e.last = later(e.last, st.Last)
		kept[st.Event] = kept[st.Event] || keep == nil || slices.ContainsFunc(articles, func(a news.Article) bool { return keep(a, st.Topics) })
	}
	var out []event
	for id, e := range byID {
		if kept[id] {
			slices.SortFunc(e.articles, func(a, b news.Article) int { return cmp.Compare(a.ID, b.ID) })
			out = append(out, *e)
		}
	}
	slices.SortFunc(out, func(a, b event) int { return cmp.Or(b.last.Compare(a.last), cmp.Compare(b.id, a.id)) })
	return out, nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// ranked orders events by how many outlets told them, then by how new they are.
func ranked(events []event) []event {
	out := slices.Clone(events)
	slices.SortStableFunc(out, func(a, b event) int { return cmp.Or(cmp.Compare(b.outlets(), a.outlets()), b.last.Compare(a.last)) })
	return out
}

// onTopic returns what tells whether an article is of the topic. A guild's own topic is asked by its query as it stands now, so
// that it also finds what was read before the topic was made.
func (s *Service) onTopic(ctx context.Context, guild news.GuildID, name string) (news.TopicID, func(news.Article, []news.Match) bool, error) {
	t, err := s.topicNamed(ctx, guild, name)
	if err != nil {
		return "", nil, err
	}
	if t.ID.Own() {
		q, err := topic.Parse(t.Query)
		if err != nil {
			return "", nil, fmt.Errorf("query of topic %s: %w", t.ID, err)
		}
		return t.ID, func(a news.Article, _ []news.Match) bool {
			_, ok := q.Match(topicDoc(a))
			return ok
		}, nil
	}
	return t.ID, func(_ news.Article, matches []news.Match) bool {
		return slices.ContainsFunc(matches, func(m news.Match) bool { return m.Topic == t.ID })
	}, nil
}

// topicNamed finds a topic as people name it: a guild's own before a built-in one. The error says what to do.
func (s *Service) topicNamed(ctx context.Context, guild news.GuildID, name string) (news.Topic, error) {
	own, err := s.o.Store.GuildTopics(ctx, guild)
	if err != nil {
		return news.Topic{}, fmt.Errorf("read the topics: %w", err)
	}
	key := topicKey(name)
	for _, t := range own {
		if t.ID.Name() == key || string(t.ID) == name {
			return t, nil
		}
	}
	for _, b := range topic.Builtins() {
		if string(b.ID) == key {
			return news.Topic{ID: b.ID}, nil
		}
	}
	if near := s.topicChoices(ctx, guild, name); len(near) > 0 {
		return news.Topic{}, userError("There is no topic “%s”. Did you mean %s?", name, near[0].Value)
	}
	return news.Topic{}, userError("There is no topic “%s”. /topic list shows all; /topic create makes a new one.", name)
}

func topicDoc(a news.Article) topic.Doc {
	return topic.Doc{Title: a.Title, Text: a.Text, Source: a.Source, Language: a.Language}
}
