package command

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"newsbrief/internal/news"
)

// question is what was asked, as the ids of an answer's components carry it: its pages and what it can be narrowed to are asked for anew.
type question struct {
	words  []string    // the command and what it was given
	source news.FeedID // the one outlet it is narrowed to, 0 for all
}

// page is the id of a component that leads to another page of the answer, in the place of this one.
func (q question) page(offset int) string {
	at := strconv.Itoa(offset)
	if q.source != 0 {
		at += "@" + FeedKey(q.source)
	}
	return "page:" + at + ":" + strings.Join(q.words, ":")
}

// choice is the id of a select that narrows the answer by what ("topic", "since" or "source") and leads to its first page.
func (q question) choice(what string) string {
	return "page:" + what + ":" + strings.Join(q.words, ":")
}

// everything is the value of the choice that narrows nothing.
const everything = "*"

// pageID is the id of a component that leads to another page of an answer, in the place of this one.
func pageID(offset int, words ...string) string { return question{words: words}.page(offset) }

// pageButtons are the buttons to the pages before and behind offset.
func pageButtons(a Ask, words []string, offset, size, total int) []Button {
	return question{words: words}.buttons(a, offset, size, total)
}

// buttons lead to the pages before and behind offset.
func (q question) buttons(a Ask, offset, size, total int) []Button {
	var buttons []Button
	if offset > 0 {
		buttons = append(buttons, Button{ID: q.page(max(0, offset-size)), Label: a.say("Back")})
	}
	if offset+size < total {
		buttons = append(buttons, Button{ID: q.page(offset + size), Label: a.say("More (%d)", total-offset-size)})
	}
	return buttons
}

// lastPage is the offset of a page, or of the last one when it lies behind it.
func lastPage(offset, size, total int) int {
	return min(offset, (total-1)/size*size)
}

const (
	maxOffset    = 10_000 // keeps a page button nobody was given from costing much
	maxComponent = 100    // characters of a component's id
)

// longQuery marks, before a hash, a query too long for a component's id: the store keeps it.
const longQuery = "#"

// searchQuestion is the question of a search. A query may hold colons: how far it looks back stands with the command's word.
func (s *Service) searchQuestion(ctx context.Context, query, since string, source news.FeedID) (question, error) {
	q := question{words: []string{"search", query}, source: source}
	if since != "" {
		q.words[0] += "@" + since
	}
	if longest := (question{words: q.words, source: 1<<64 - 1}).page(maxOffset); utf8.RuneCountInString(longest) <= maxComponent {
		return q, nil
	}
	hash := sha256.Sum256([]byte("search:" + query))
	if err := s.o.Store.PutAnswer(ctx, s.o.Now(), hash, []byte(query)); err != nil {
		return q, fmt.Errorf("keep a long query: %w", err)
	}
	q.words[1] = longQuery + base64.RawURLEncoding.EncodeToString(hash[:])
	return q, nil
}

// searched is the query that a component's id carries.
func (s *Service) searched(ctx context.Context, carried string) (string, error) {
	hash, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(carried, longQuery))
	if !strings.HasPrefix(carried, longQuery) || err != nil || len(hash) != sha256.Size {
		return carried, nil
	}
	query, err := s.o.Store.Answer(ctx, [sha256.Size]byte(hash))
	if err != nil {
		return "", fmt.Errorf("read a long query: %w", err)
	}
	if query == nil {
		return "", userError("I no longer know what was searched for here. Please use /search again.")
	}
	return string(query), nil
}

// turn answers a component that leads to another page. In an answer to somebody else it stays where it is: who asks gets a page of their own.
func (s *Service) turn(ctx context.Context, a Ask, rest string) (Reply, error) {
	at, asked, _ := strings.Cut(rest, ":")
	word, args, _ := strings.Cut(asked, ":")
	var chosen string
	var offset int
	var source news.FeedID
	switch at {
	case "topic", "since", "source":
		if len(a.Values) != 1 {
			return Reply{}, errOldButton
		}
		if chosen = a.Values[0]; chosen == everything {
			chosen = ""
		}
		if at == "source" && chosen != "" {
			var err error
			if source, err = feedOf(chosen); err != nil {
				return Reply{}, errOldButton
			}
		}
	default:
		number, key, narrowed := strings.Cut(at, "@")
		var err error
		if offset, err = strconv.Atoi(number); err != nil || offset < 0 || offset > maxOffset {
			return Reply{}, errOldButton
		}
		if narrowed {
			if source, err = feedOf(key); err != nil {
				return Reply{}, errOldButton
			}
		}
	}
	reply, err := s.page(ctx, a, word, args, at, chosen, source, offset)
	reply.Replace, reply.Private = !a.Others, reply.Private || a.Others
	return reply, err
}

// page is a page of the answer to what a command was given. by says what was chosen anew, if anything.
func (s *Service) page(ctx context.Context, a Ask, word, args, by, chosen string, source news.FeedID, offset int) (Reply, error) {
	word, back, _ := strings.Cut(word, "@")
	switch word {
	case "brief":
		name, since, _ := strings.Cut(args, ":")
		switch by {
		case "topic":
			name = chosen
		case "since":
			since = chosen
		}
		if err := s.stillThere(ctx, a.Guild, name); err != nil {
			return Reply{}, err
		}
		return s.briefFrom(ctx, a, name, since, offset)
	case "latest":
		if by == "topic" {
			args = chosen
		}
		if err := s.stillThere(ctx, a.Guild, args); err != nil {
			return Reply{}, err
		}
		return s.latestFrom(ctx, a, args, source, offset)
	case "search":
		query, err := s.searched(ctx, args)
		if err != nil {
			return Reply{}, err
		}
		return s.searchFrom(ctx, a, query, back, source, offset)
	case "catchup":
		from, args, _ := strings.Cut(args, ":")
		until, only, _ := strings.Cut(args, ":")
		f, err1 := strconv.ParseInt(from, 36, 64)
		u, err2 := strconv.ParseInt(until, 36, 64)
		if err1 != nil || err2 != nil {
			return Reply{}, errOldButton
		}
		if by == "topic" {
			only = chosen
		}
		return s.catchupFrom(ctx, a, time.UnixMilli(f), time.UnixMilli(u), news.TopicID(only), offset)
	}
	manage := map[string]func(context.Context, Ask, int) (Reply, error){"feeds": s.feedListFrom, "feed": s.feedChosen, "subscriptions": s.subscriptionsFrom}[word]
	if manage == nil {
		return Reply{}, errOldButton
	}
	if err := managing(a); err != nil {
		return Reply{}, err
	}
	return manage(ctx, a, offset)
}

// stillThere refuses a topic that an answer offered and that is gone since. None, "", is always there.
func (s *Service) stillThere(ctx context.Context, guild news.GuildID, name string) error {
	if name == "" {
		return nil
	}
	_, err := s.topicNamed(ctx, guild, name)
	if unknown := (*news.UserError)(nil); errors.As(err, &unknown) {
		return userError("The topic “%s” is gone. Choose another one, or use the command again.", cut(shownName(name), 100))
	}
	return err
}

// feedOf is the feed of a FeedKey.
func feedOf(key string) (news.FeedID, error) {
	id, err := strconv.ParseUint(key, 36, 64)
	return news.FeedID(id), err
}
