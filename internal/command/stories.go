package command

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// event is one event as a guild sees it: its tellings in all languages, from the feeds the guild follows.
type event struct {
	id       news.StoryID
	last     time.Time
	articles []news.Article // by time; no more of them than the guild may be shown
	topics   []news.TopicID // of its tellings that the guild may be shown
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
		if language != "" && sameLanguage(language, a.Language) {
			return a
		}
	}
	return e.articles[0]
}

// sameLanguage reports whether two BCP 47 tags name one language, whatever they say of region and script.
func sameLanguage(a, b string) bool {
	x, _ := language.Make(a).Base()
	y, _ := language.Make(b).Base()
	return x == y
}

// view is what a guild may see of the archive: what the feeds it follows told.
type view struct {
	s      *Service
	guild  news.GuildID
	wishes *news.Audience
	titles func() (map[news.FeedID]string, error) // of the feeds it follows

	read map[news.ArticleID]news.Article // that it may see and that were read before
}

func (s *Service) view(ctx context.Context, guild news.GuildID) (*view, error) {
	wishes, err := s.audience.get(ctx)
	return &view{s: s, guild: guild, wishes: wishes, titles: sync.OnceValues(func() (map[news.FeedID]string, error) {
		feeds, err := s.o.Store.GuildFeeds(ctx, guild)
		if err != nil {
			return nil, fmt.Errorf("read the feeds: %w", err)
		}
		titles := map[news.FeedID]string{}
		for _, f := range feeds {
			titles[f.ID] = f.Title
		}
		return titles, nil
	})}, err
}

// articles returns those of the articles that the guild may see, first those that were read before. It is safe for concurrent use while read stays as it is.
func (v *view) articles(ctx context.Context, ids []news.ArticleID) ([]news.Article, error) {
	var known []news.Article
	ids = slices.DeleteFunc(slices.Clone(ids), func(id news.ArticleID) bool {
		a, ok := v.read[id]
		if ok {
			known = append(known, a)
		}
		return ok
	})
	articles, err := v.s.o.Store.Articles(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read articles: %w", err)
	}
	seen := articles[:0]
	for _, a := range articles {
		ok, err := v.own(&a)
		if err != nil {
			return nil, err
		}
		if ok {
			seen = append(seen, a)
		}
	}
	return append(known, seen...), nil
}

// own reports whether a feed of the guild's carried the article. An article has the name of the first feed that carried it; where
// that is another guild's, it gets the name of one of this guild's.
func (v *view) own(a *news.Article) (bool, error) {
	i := slices.IndexFunc(a.Feeds, func(f news.FeedID) bool { return v.wishes.Follows(v.guild, f) })
	if i <= 0 {
		return i == 0, nil
	}
	titles, err := v.titles()
	if err != nil {
		return false, err
	}
	a.Source = titles[a.Feeds[i]]
	return true, nil
}

// filter says which events are wanted: those with a story that story wants, or with an article that query matches; the zero filter wants
// them all.
type filter struct {
	story func(news.Story) bool
	query *topic.Query
}

// events are the events of [from, to) that the guild may see and that have an article the filter wants, newest first. One such
// article brings in the whole event.
func (s *Service) events(ctx context.Context, guild news.GuildID, from, to time.Time, f filter) ([]event, error) {
	view, err := s.view(ctx, guild)
	if err != nil {
		return nil, err
	}
	var stories []news.Story
	article := func(news.Article) bool { return true }
	listed := false
	if f.query != nil {
		article = func(a news.Article) bool { _, ok := f.query.Match(topicDoc(a)); return ok }
		matched := map[news.ArticleID]bool{}
		if stories, matched, listed, err = view.matching(ctx, from, to, f.query); err != nil {
			return nil, err
		}
		if listed {
			article = func(a news.Article) bool { return matched[a.ID] }
		}
	}
	if !listed {
		if stories, err = s.o.Store.Stories(ctx, from, to); err != nil {
			return nil, fmt.Errorf("read the stories: %w", err)
		}
	}
	wanted := map[news.StoryID]bool{}
	for _, st := range stories {
		wanted[st.Event] = wanted[st.Event] || f.story == nil || f.story(st)
	}
	byID := map[news.StoryID]*event{}
	kept := map[news.StoryID]bool{}
	for _, st := range stories {
		if !wanted[st.Event] {
			continue
		}
		articles, err := view.articles(ctx, st.Articles)
		if err != nil {
			return nil, fmt.Errorf("story %s: %w", st.ID, err)
		}
		if len(articles) == 0 {
			continue
		}
		e := byID[st.Event]
		if e == nil {
			e = &event{id: st.Event}
			byID[st.Event] = e
		}
		e.articles = append(e.articles, articles...)
		for _, m := range st.Topics {
			if !slices.Contains(e.topics, m.Topic) {
				e.topics = append(e.topics, m.Topic)
			}
		}
		for _, a := range articles {
			e.last = later(e.last, a.Seen)
		}
		kept[st.Event] = kept[st.Event] || (f.story == nil || f.story(st)) && slices.ContainsFunc(articles, article)
	}
	var out []event
	for id, e := range byID {
		if kept[id] && !e.last.Before(from) { // the latest may be what another guild's feed told
			slices.SortFunc(e.articles, func(a, b news.Article) int { return cmp.Compare(a.ID, b.ID) })
			for i, a := range e.articles {
				e.articles[i] = view.wishes.Shown(guild, a)
			}
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

// onTopic returns what is of a topic. A guild's own topic is asked by its query as it stands now, so that it also finds what was
// read before the topic was made.
func (s *Service) onTopic(ctx context.Context, guild news.GuildID, name string) (news.TopicID, filter, error) {
	t, err := s.topicNamed(ctx, guild, name)
	if err != nil {
		return "", filter{}, err
	}
	if t.ID.Own() {
		q, err := topic.Parse(t.Query)
		if err != nil {
			return "", filter{}, fmt.Errorf("query of topic %s: %w", t.ID, err)
		}
		return t.ID, filter{query: q}, nil
	}
	return t.ID, filter{story: func(st news.Story) bool {
		return slices.ContainsFunc(st.Topics, func(m news.Match) bool { return m.Topic == t.ID })
	}}, nil
}

// topicNamed finds a topic as people name it: a guild's own before a built-in one, that by its id or by what it is called in any language.
// The error says what to do.
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
	if b, ok := topic.Lookup(news.TopicID(key)); ok {
		return news.Topic{ID: b.ID}, nil
	}
	called := builtinTopics().called(name)
	if len(called) == 1 {
		return news.Topic{ID: called[0]}, nil
	}
	shown := cut(shownName(name), 100)
	if len(called) > 1 {
		var ids locale.List
		for _, id := range called {
			ids = append(ids, string(id))
		}
		return news.Topic{}, userError("There is no topic “%s”. Did you mean %s?", shown, ids)
	}
	if near := nearTopic(key, own); near != "" {
		return news.Topic{}, userError("There is no topic “%s”. Did you mean %s?", shown, near)
	}
	return news.Topic{}, userError("There is no topic “%s”. Start typing and pick one from the list that appears.", shown)
}

// nearTopic is the name of an own topic or the id of a built-in one that is called nearly as a topicKey, "" where none is. What else the
// built-in ones are called counts where no name is near.
func nearTopic(key string, own []news.Topic) string {
	names, also := map[string]string{}, map[string]string{}
	for _, t := range own {
		names[t.ID.Name()] = t.ID.Name()
	}
	for _, b := range builtinTopics().list {
		names[string(b.ID)] = string(b.ID)
		for _, n := range b.names {
			names[topicKey(n)] = string(b.ID)
		}
		for _, n := range b.also {
			also[topicKey(n)] = string(b.ID)
		}
	}
	return cmp.Or(nearest(key, names), nearest(key, also))
}

// shownName is a topic's name as it was given, without the guild's id that autocomplete puts before an own one.
func shownName(given string) string {
	guild, name, ok := strings.Cut(given, "/")
	if id := strings.TrimPrefix(guild, "@"); !ok || id == "" || strings.Trim(id, "0123456789") != "" {
		return given
	}
	return name
}

// nearest is the value of the name that is closest to what was typed, "" when none is close.
func nearest(typed string, names map[string]string) string {
	if typed == "" {
		return ""
	}
	best, least := "", max(1, utf8.RuneCountInString(typed)/3)+1
	for _, name := range slices.Sorted(maps.Keys(names)) {
		d := distance([]rune(typed), []rune(name))
		if len(typed) > 2 && (strings.HasPrefix(name, typed) || strings.HasPrefix(typed, name) && len(name) > 2) {
			d = min(d, 1)
		}
		if d < least {
			best, least = names[name], d
		}
	}
	return best
}

// distance is how many letters have to be changed, added or left out to make b of a (Levenshtein).
func distance(a, b []rune) int {
	if len(a) > 64 || len(b) > 64 {
		return len(a) + len(b)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			change := diagonal
			if x != y {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func topicDoc(a news.Article) topic.Doc {
	return topic.Doc{Title: a.Title, Text: a.Text, Source: a.Source, Language: a.Language}
}
