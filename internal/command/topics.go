package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// maxTopics is how many topics of its own a guild may have.
const maxTopics = 200

func (s *Service) topicCreate(ctx context.Context, a Ask) (Reply, error) {
	name, err := topicName(a.Args["name"])
	if err != nil {
		return Reply{}, err
	}
	for _, b := range topic.Builtins() {
		if string(b.ID) == name {
			return Reply{}, userError("“%s” is a built-in topic already. Choose another name.", name)
		}
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
	return s.putTopic(ctx, a, topicKey(a.Args["name"]), true)
}

func (s *Service) putTopic(ctx context.Context, a Ask, name string, replace bool) (Reply, error) {
	q, err := parseQuery(a.Args["query"])
	if err != nil {
		return Reply{}, err
	}
	err = s.o.Store.PutTopic(ctx, news.Topic{ID: news.OwnTopicID(a.Guild, name), Guild: a.Guild, Query: a.Args["query"]}, replace)
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
	reply.Title = "Topic " + name
	reply.Blocks = append(reply.Blocks, quiet("/subscribe topic:"+name+" posts its stories in a channel."))
	return reply, nil
}

func (s *Service) topicDelete(ctx context.Context, a Ask) (Reply, error) {
	name := topicKey(a.Args["name"])
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
		sentence += " " + count(len(subs), "subscription") + " ended with it."
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
		query := t.Query
		if utf8.RuneCountInString(query) > 80 {
			query = string([]rune(query)[:79]) + "…"
		}
		block.Lines = append(block.Lines, Line{{Text: t.ID.Name(), Bold: true}, {Text: "  "}, {Text: query, Code: true}})
	}
	if len(own) == 0 {
		block.Lines = append(block.Lines, Line{{Text: "None yet: /topic create makes one of a query."}})
	}
	var names []string
	for _, b := range topic.Builtins() {
		names = append(names, string(b.ID))
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
	found, err := s.events(ctx, a.Guild, now.AddDate(0, 0, -days), now.Add(time.Minute), func(article news.Article, _ []news.Match) bool {
		_, ok := q.Match(topicDoc(article))
		return ok
	})
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Private: true, Title: "Preview"}
	if len(found) == 0 {
		reply.Blocks = []Block{text(fmt.Sprintf("In the last %d days this would have matched nothing of what this server's feeds told.", days))}
		return reply, nil
	}
	reply.Blocks = []Block{text(fmt.Sprintf("In the last %d days this would have matched %s, about %.1f a day.", days, count(len(found), "story"), float64(len(found))/days))}
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
	runes := []rune(query)
	at := min(max(syntax.Pos, 0), len(runes))
	return nil, userError("The query can't be read here: %s ⟶ %s\n%s", string(runes[:at]), string(runes[at:]), syntax.Sentence)
}

// topicKey is a topic's name as it is stored: lower case, spaces as hyphens.
func topicKey(name string) string {
	return strings.Join(strings.Fields(strings.ToLower(name)), "-")
}

func topicName(given string) (string, error) {
	name := topicKey(given)
	ok := name != "" && utf8.RuneCountInString(name) <= 32
	for _, r := range name {
		ok = ok && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '_')
	}
	if !ok {
		return "", userError("“%s” can't be a topic's name. Use up to 32 letters, digits and hyphens, such as solar-power.", given)
	}
	return name, nil
}

// TopicName is a topic's name for people: a built-in one's in their language, a guild's own as it was given.
func TopicName(id news.TopicID, locale string) string { return topic.Name(id, locale) }
