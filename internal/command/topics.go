package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

const (
	maxTopics    = 200 // of its own that a guild may have
	maxTopicName = 32  // characters
)

func (s *Service) topicCreate(ctx context.Context, a Ask) (Reply, error) {
	name, err := topicName(a.Args["name"])
	if err != nil {
		return Reply{}, err
	}
	if takenByBuiltin(name) {
		return Reply{}, userError("“%s” is a built-in topic already. Choose another name.", name)
	}
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	if len(own) >= maxTopics {
		return Reply{}, userError("There are %d topics of your own here already, which is the most there can be. Delete one with /topic delete.", len(own))
	}
	return s.putTopic(ctx, a, name, false)
}

func (s *Service) topicEdit(ctx context.Context, a Ask) (Reply, error) {
	name := topicKey(shownName(a.Args["name"]))
	own, err := s.ownTopic(ctx, a.Guild, news.OwnTopicID(a.Guild, name))
	if err != nil {
		return Reply{}, err
	}
	if own.ID == "" && takenByBuiltin(name) {
		return Reply{}, userError("“%s” is a built-in topic, which stays as it is. /topic create makes one of your own.", name)
	}
	return s.putTopic(ctx, a, name, true)
}

func (s *Service) putTopic(ctx context.Context, a Ask, name string, replace bool) (Reply, error) {
	q, err := parseQuery(a.Args["query"])
	if err != nil {
		return Reply{}, err
	}
	id := news.OwnTopicID(a.Guild, name)
	before, err := s.ownTopic(ctx, a.Guild, id)
	if err != nil {
		return Reply{}, err
	}
	err = s.o.Store.PutTopic(ctx, news.Topic{ID: id, Guild: a.Guild, Query: a.Args["query"]}, replace)
	switch {
	case errors.Is(err, news.ErrExists):
		return Reply{}, userError("There is a topic “%s” here already. /topic edit changes its query.", name)
	case errors.Is(err, news.ErrNotFound):
		return Reply{}, userError("There is no topic of your own “%s” here. /topic list shows those there are.", name)
	case err != nil:
		return Reply{}, fmt.Errorf("store the topic: %w", err)
	}
	s.changed()
	if replace {
		return s.edited(ctx, a, id, before.Query, q)
	}
	p, err := s.lookBack(ctx, a.Guild, q)
	if err != nil {
		return Reply{}, err
	}
	how := a.say("/subscribe topic:%s posts its stories in a channel from now on.", name)
	if a.Guild.Person() != "" {
		how = a.say("/subscribe topic:%s has me send you its stories from now on.", name)
	}
	return Reply{Private: true, Title: a.say("New topic: %s", name), Blocks: append(p.blocks(a, p.hits[0]), quiet(how))}, nil
}

// ownTopic is a guild's own topic, the zero Topic when it has none of that name.
func (s *Service) ownTopic(ctx context.Context, guild news.GuildID, id news.TopicID) (news.Topic, error) {
	own, err := s.o.Store.GuildTopics(ctx, guild)
	if err != nil {
		return news.Topic{}, fmt.Errorf("read the topics: %w", err)
	}
	if i := slices.IndexFunc(own, func(t news.Topic) bool { return t.ID == id }); i >= 0 {
		return own[i], nil
	}
	return news.Topic{}, nil
}

// edited tells what the change of a topic's query changes.
func (s *Service) edited(ctx context.Context, a Ask, id news.TopicID, before string, q *topic.Query) (Reply, error) {
	queries := []*topic.Query{q}
	was, err := topic.Parse(before)
	if err != nil { // it was read when it was saved, by an older version of the query language
		s.o.Logger.Error("a stored topic's query can't be read", "topic", id, "err", err)
	} else {
		queries = append(queries, was)
	}
	p, err := s.lookBack(ctx, a.Guild, queries...)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Private: true, Title: a.say("Changed topic: %s", id.Name())}
	if was != nil {
		reply.Blocks = p.change(a, p.hits[1], p.hits[0])
	}
	reply.Blocks = append(reply.Blocks, p.blocks(a, p.hits[0])...)
	subs := slices.DeleteFunc(slices.Clone(p.view.wishes.Subscriptions), func(sub news.Subscription) bool { return sub.Topic != id })
	if len(subs) == 0 {
		reply.Blocks = append(reply.Blocks, quiet(a.say("Nothing subscribes to it yet: /subscribe topic:%s does that.", id.Name())))
		return reply, nil
	}
	if a.Guild.Person() != "" {
		reply.Blocks = append(reply.Blocks, quiet(a.say("Your subscription stays: what comes from now on is matched by the new query.")))
		return reply, nil
	}
	var channels Line
	for _, sub := range subs[:min(len(subs), 20)] {
		if len(channels) > 0 {
			channels = append(channels, Span{Text: " · "})
		}
		channels = append(channels, Span{Channel: sub.Channel})
	}
	reply.Blocks = append(reply.Blocks, Block{Quiet: true, Lines: []Line{{{Text: a.say("Its subscriptions stay. What comes from now on is matched by the new query in:")}}, channels}})
	return reply, nil
}

func (s *Service) topicDelete(ctx context.Context, a Ask) (Reply, error) {
	name := topicKey(shownName(a.Args["name"]))
	subs, err := s.o.Store.DeleteTopic(ctx, news.OwnTopicID(a.Guild, name))
	if errors.Is(err, news.ErrNotFound) {
		return Reply{}, userError("There is no topic of your own “%s” here. /topic list shows those there are.", name)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("delete the topic: %w", err)
	}
	s.changed()
	lines := []string{a.say("The topic “%s” is deleted.", name)}
	if len(subs) > 0 {
		lines = append(lines, a.count(len(subs), "%d subscription ended with it.", "%d subscriptions ended with it."))
	}
	return Reply{Private: true, Blocks: []Block{text(lines...)}}, nil
}

func (s *Service) topicList(ctx context.Context, a Ask) (Reply, error) {
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	reply := Reply{Private: true, Title: a.say("Topics")}
	block := Block{Lines: []Line{{{Text: a.say("Your own"), Bold: true}}}}
	for i, t := range own {
		if i == 30 {
			block.Lines = append(block.Lines, Line{{Text: a.say("… and %d more.", len(own)-i)}})
			break
		}
		block.Lines = append(block.Lines, Line{{Text: t.ID.Name(), Bold: true}, {Text: "  "}, {Text: cut(t.Query, 80), Code: true}})
	}
	if len(own) == 0 {
		block.Lines = append(block.Lines, Line{{Text: a.say("None yet. /topic create makes one of a query.")}})
	}
	var names []string
	for _, b := range topic.Builtins() {
		names = append(names, label(b, a.Locale))
	}
	reply.Blocks = []Block{block, {Lines: []Line{{{Text: a.say("Built in"), Bold: true}}, {{Text: locale.Join(a.Locale, names)}}}}}
	return reply, nil
}

func (s *Service) topicPreview(ctx context.Context, a Ask) (Reply, error) {
	q, err := parseQuery(a.Args["query"])
	if err != nil {
		return Reply{}, err
	}
	p, err := s.lookBack(ctx, a.Guild, q)
	if err != nil {
		return Reply{}, err
	}
	create := Span{Text: "/topic create name:" + suggestedName(q) + " query:" + a.Args["query"], Code: true}
	return Reply{Private: true, Title: a.say("Preview: %s", cut(strings.Join(strings.Fields(a.Args["query"]), " "), 100)), Blocks: append(p.blocks(a, p.hits[0]), Block{Quiet: true, Lines: []Line{a.line("To make a topic of it, type %s", create)}})}, nil
}

// suggestedName is a name for a topic of the query: its first words that can be one.
func suggestedName(q *topic.Query) string {
	for _, t := range q.Terms() {
		if name, err := topicName(strings.Trim(t.String(), `"*`)); err == nil {
			if takenByBuiltin(name) {
				return "my-" + name
			}
			return name
		}
	}
	return "news"
}

// parseQuery reads a topic's query; the error points at the place.
func parseQuery(query string) (*topic.Query, error) {
	q, err := topic.Parse(query)
	if err == nil {
		return q, nil
	}
	syntax := (*topic.SyntaxError)(nil)
	if !errors.As(err, &syntax) {
		return nil, fmt.Errorf("read the query: %w", err)
	}
	first, n := utf8.DecodeRuneInString(syntax.Sentence)
	advice := string(unicode.ToUpper(first)) + syntax.Sentence[n:] + "."
	if strings.TrimSpace(query) == "" {
		return nil, userError("The query is empty.\n%s", locale.Text(advice))
	}
	return nil, userError("I can't read the query at the arrow: %s\n%s", pointAt([]rune(query), syntax.Pos), locale.Text(advice))
}

// pointAt is the part of the query around a place, with an arrow in front of it.
func pointAt(query []rune, at int) string {
	const around = 40
	at = min(max(at, 0), len(query))
	before, after := query[:at], query[at:]
	var out strings.Builder
	if len(before) > around {
		out.WriteString("…")
		before = before[len(before)-around:]
	}
	out.WriteString(string(before) + "➜" + string(after[:min(len(after), around)]))
	if len(after) > around {
		out.WriteString("…")
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// topicKey is a topic's name as it is stored: lower case, spaces as hyphens, characters that look the same written the same way.
func topicKey(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(norm.NFKC.String(name))), "-")
}

func topicName(given string) (string, error) {
	name := topicKey(given)
	ok := utf8.RuneCountInString(name) <= maxTopicName && strings.Trim(name, "-_") != ""
	for _, r := range name {
		ok = ok && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '_')
	}
	if !ok {
		return "", userError("“%s” can't be a topic's name. Use up to %d letters, digits and hyphens, as in solar-power.", given, maxTopicName)
	}
	return name, nil
}
