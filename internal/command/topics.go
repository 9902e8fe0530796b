package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

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
	if _, ok := topic.Lookup(news.TopicID(name)); ok {
		return Reply{}, userError("“%s” is a built-in topic already. Choose another name.", name)
	}
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	if len(own) >= maxTopics {
		return Reply{}, userError("This server has %d topics already, which is the most it can have. Delete one with /topic delete.", len(own))
	}
	return s.putTopic(ctx, a, name, false)
}

func (s *Service) topicEdit(ctx context.Context, a Ask) (Reply, error) {
	name := topicKey(shownName(a.Args["name"]))
	if _, ok := topic.Lookup(news.TopicID(name)); ok {
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
	err = s.o.Store.PutTopic(ctx, news.Topic{ID: id, Guild: a.Guild, Query: a.Args["query"]}, replace)
	switch {
	case errors.Is(err, news.ErrExists):
		return Reply{}, userError("This server has a topic “%s” already. /topic edit changes its query.", name)
	case errors.Is(err, news.ErrNotFound):
		return Reply{}, userError("This server has no topic “%s”. /topic list shows its topics.", name)
	case err != nil:
		return Reply{}, fmt.Errorf("store the topic: %w", err)
	}
	s.changed()
	reply, err := s.previewOf(ctx, a, q)
	if err != nil {
		return Reply{}, err
	}
	if !replace {
		reply.Title = "New topic: " + name
		reply.Blocks = append(reply.Blocks, quiet("/subscribe topic:"+name+" posts its stories in a channel from now on."))
		return reply, nil
	}
	reply.Title = "Changed topic: " + name
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild, "")
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	subs = slices.DeleteFunc(subs, func(sub news.Subscription) bool { return sub.Topic != id })
	if len(subs) == 0 {
		reply.Blocks = append(reply.Blocks, quiet("No channel subscribes to it yet: /subscribe does that."))
	} else {
		reply.Blocks = append(reply.Blocks, quiet("Subscriptions that stay: "+fmt.Sprint(len(subs))+"."))
	}
	return reply, nil
}

func (s *Service) topicDelete(ctx context.Context, a Ask) (Reply, error) {
	name := topicKey(shownName(a.Args["name"]))
	subs, err := s.o.Store.DeleteTopic(ctx, news.OwnTopicID(a.Guild, name))
	if errors.Is(err, news.ErrNotFound) {
		return Reply{}, userError("This server has no topic “%s”. /topic list shows its topics.", name)
	}
	if err != nil {
		return Reply{}, fmt.Errorf("delete the topic: %w", err)
	}
	s.changed()
	sentence := "The topic “" + name + "” is deleted."
	if len(subs) > 0 {
		sentence += " Ended with it: " + count(len(subs), "subscription") + "."
	}
	return Reply{Private: true, Blocks: []Block{text(sentence)}}, nil
}

func (s *Service) topicList(ctx context.Context, a Ask) (Reply, error) {
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	reply := Reply{Private: true, Title: "Topics"}
	block := Block{Lines: []Line{{{Text: "This server's own", Bold: true}}}}
	for i, t := range own {
		if i == 30 {
			block.Lines = append(block.Lines, Line{{Text: fmt.Sprintf("… and %d more", len(own)-i)}})
			break
		}
		block.Lines = append(block.Lines, Line{{Text: t.ID.Name(), Bold: true}, {Text: "  "}, {Text: cut(t.Query, 80), Code: true}})
	}
	if len(own) == 0 {
		block.Lines = append(block.Lines, Line{{Text: "None yet. /topic create makes one of a query."}})
	}
	var names []string
	for _, b := range topic.Builtins() {
		names = append(names, label(b, a.Locale))
	}
	reply.Blocks = []Block{block, {Lines: []Line{{{Text: "Built in", Bold: true}}, {{Text: strings.Join(names, ", ")}}}}}
	return reply, nil
}

func (s *Service) topicPreview(ctx context.Context, a Ask) (Reply, error) {
	q, err := parseQuery(a.Args["query"])
	if err != nil {
		return Reply{}, err
	}
	return s.previewOf(ctx, a, q)
}

// previewOf shows what a query would have matched in the last days, how many a day, with samples.
func (s *Service) previewOf(ctx context.Context, a Ask, q *topic.Query) (Reply, error) {
	const days = 7
	now := s.o.Now()
	found, err := s.events(ctx, a.Guild, now.AddDate(0, 0, -days), now.Add(time.Minute), matching(q))
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Private: true, Title: "Preview"}
	if len(found) == 0 {
		reply.Blocks = []Block{text(fmt.Sprintf("In the last %d days this server's feeds told no story that it matches.", days))}
		return reply, nil
	}
	reply.Blocks = []Block{text(fmt.Sprintf("In the last %d days it matches %s, %s.", days, count(len(found), "story"), aDay(len(found), days)))}
	samples := Block{}
	for _, e := range found[:min(len(found), 5)] {
		for _, article := range e.articles {
			if m, ok := q.Match(topicDoc(article)); ok {
				line := Line{{Text: "· "}, {Text: article.Title, URL: article.URL}}
				if len(m.Words) > 0 {
					line = append(line, Span{Text: " (" + strings.Join(m.Words[:min(len(m.Words), 4)], ", ") + ")"})
				}
				samples.Lines = append(samples.Lines, line)
				break
			}
		}
	}
	reply.Blocks = append(reply.Blocks, samples)
	return reply, nil
}

// aDay says how many a day n in some days are.
func aDay(n, days int) string {
	switch {
	case n < days:
		return "less than one a day"
	case n < 3*days && n%days != 0:
		return fmt.Sprintf("about %.1f a day", float64(n)/float64(days))
	}
	return fmt.Sprintf("about %d a day", (n+days/2)/days)
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
		return nil, userError("The query is empty.\n%s", advice)
	}
	return nil, userError("I can't read the query at the arrow: %s\n%s", pointAt([]rune(query), syntax.Pos), advice)
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

// TopicName is a topic's name for people: a built-in one's in their language, a guild's own as it was given.
func TopicName(id news.TopicID, locale string) string { return topic.Name(id, locale) }
