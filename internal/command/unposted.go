package command

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// unseen answers for an address that no followed feed has listed: how those of its site are doing, or how to follow one.
func (s *Service) unseen(ctx context.Context, a Ask, address string) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	reply := Reply{Private: true, Title: a.say("Not seen"), Blocks: []Block{text(a.say("None of the feeds followed here has listed this address."))}}
	site := ofSite(feeds, address)
	if len(site) == 0 {
		if u, err := url.Parse(address); err == nil && u.Host != "" {
			reply.Blocks = append(reply.Blocks, Block{Lines: []Line{a.line("No feed of %[1]s is among them. %[2]s follows one, and what it tells from then on is read.",
				Span{Text: u.Host, Bold: true}, Span{Text: "/feed add url:" + u.Scheme + "://" + u.Host, Code: true})}})
		}
	} else {
		block := Block{Lines: []Line{a.line("Of that site these are followed:")}}
		ill := false
		for _, f := range site[:min(len(site), 3)] {
			block.Lines = append(block.Lines, append(Line{{Text: "· "}, {Text: f.Title, Bold: true}, {Text: " · "}}, s.condition(a, f)...))
			ill = ill || ailing(f, s.o.Now())
		}
		reply.Blocks = append(reply.Blocks, block)
		if ill {
			reply.Blocks = append(reply.Blocks, text(a.say("What a feed lists while it can't be read comes when it can be read again. /feed list tries it now.")))
		} else {
			reply.Blocks = append(reply.Blocks, text(a.say("A feed lists what its outlet puts into it, often not all of the site. If the article is new, it may be listed at the next look.")))
		}
	}
	reply.Blocks = withHint(a, append(reply.Blocks, quiet(a.say("/search may find the story as others told it."))))
	return reply, nil
}

// ofSite are the feeds of an address's site: those whose home page the address lies below, else those of its host.
func ofSite(feeds []news.Feed, address string) []news.Feed {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	host := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Host), "www.") }
	var below, same []news.Feed
	for _, f := range feeds {
		for _, of := range []string{f.Site, f.URL} {
			home, err := url.Parse(of)
			if err != nil || home.Host == "" {
				continue
			}
			x, y := host(u), host(home)
			if x != y && !strings.HasSuffix(x, "."+y) && !strings.HasSuffix(y, "."+x) {
				continue
			}
			same = append(same, f)
			if path := strings.TrimSuffix(home.Path, "/"); of == f.Site && path != "" && strings.HasPrefix(u.Path+"/", path+"/") {
				below = append(below, f)
			}
			break
		}
	}
	if len(below) > 0 {
		return below
	}
	return same
}

// withHint says to others than managers who it is that can do what a reply advises.
func withHint(a Ask, blocks []Block) []Block {
	if a.Manager {
		return blocks
	}
	return append(blocks, quiet(a.say("Feeds, topics and subscriptions are set up by members with the Manage Server permission.")))
}

// unposted says what kept an article that fits some topics now from being posted, and how to change that: each subscription of the guild's
// to one of them says so for itself, else how to subscribe, and which topics of its own it just misses.
func unposted(a Ask, v *view, own map[news.TopicID]*topic.Query, story news.Story, article news.Article, fits []news.Match) []Block {
	const shown = 5
	var block Block
	for _, sub := range v.wishes.Subscriptions {
		if sub.Guild == a.Guild && matches(fits, sub.Topic) && len(block.Lines) < shown {
			why := refusal
			if a.Guild.Person() != "" {
				why = unsent
			}
			block.Lines = append(block.Lines, why(a, sub, article, matches(story.Topics, sub.Topic)))
		}
	}
	if len(block.Lines) > 0 {
		return withHint(a, []Block{block})
	}
	person := a.Guild.Person() != ""
	switch {
	case len(fits) > 0:
		subscribe := Span{Text: "/subscribe topic:" + fits[0].Topic.Name(), Code: true}
		block.Lines = []Line{a.line("Nothing here subscribes to what it fits. %s posts such stories from now on.", subscribe)}
		if person {
			block.Lines = []Line{a.line("You subscribe to no topic that it fits. %s has me send you such stories from now on.", subscribe)}
		}
	case person:
		block = text(a.say("So I did not send it to you. A topic of your own can take such stories: /topic preview shows what a query would match."))
	default:
		block = text(a.say("So there was nowhere to post it. A topic of your own can take such stories: /topic preview shows what a query would match."))
	}
	return withHint(a, append([]Block{block}, nearMisses(a, own, article)...))
}

// refusal says why a subscription that an article fits did not take it.
func refusal(a Ask, sub news.Subscription, article news.Article, fitted bool) Line {
	place, name := placeOf(a, sub.Channel), Span{Text: TopicName(sub.Topic, a.Locale), Bold: true}
	again := Span{Text: "/subscribe topic:" + sub.Topic.Name(), Code: true}
	switch {
	case sub.Created.After(article.Seen):
		return a.line("%[1]s takes %[2]s, but subscribed only after this had come. Nothing old is posted.", place, name)
	case !fitted:
		return a.line("%[1]s takes %[2]s, which this fits only since its query was changed. Nothing old is posted.", place, name)
	case sub.Rests != "":
		return a.line("%[1]s takes %[2]s, but nothing is posted there now: %[3]s When that is mended, %[4]s starts it again.", place, name, Span{Text: sentence(locale.Retell(a.Locale, sub.Rests))}, again)
	case sub.Language != "" && !sameLanguage(sub.Language, article.Language):
		return a.line("%[1]s takes %[2]s only when it is told in %[3]s, and this is in %[4]s. %[5]s without a language takes all.", place, name,
			Span{Text: locale.Language(a.Locale, sub.Language)}, Span{Text: locale.Language(a.Locale, article.Language)}, again)
	}
	return a.line("%[1]s takes %[2]s, but this was in its feed already when the feed was first read here. Nothing old is posted.", place, name)
}

// unsent is a refusal as it is told to the person whose own subscription it is.
func unsent(a Ask, sub news.Subscription, article news.Article, fitted bool) Line {
	name, again := Span{Text: TopicName(sub.Topic, a.Locale), Bold: true}, Span{Text: "/subscribe topic:" + sub.Topic.Name(), Code: true}
	switch {
	case sub.Created.After(article.Seen):
		return a.line("You get %s, but you subscribed only after this had come. Nothing old is sent.", name)
	case !fitted:
		return a.line("You get %s, which this fits only since its query was changed. Nothing old is sent.", name)
	case sub.Rests != "":
		return a.line("You get %[1]s, but nothing reaches you now: %[2]s When that is mended, %[3]s starts it again.", name, Span{Text: sentence(locale.Retell(a.Locale, sub.Rests))}, again)
	case sub.Language != "" && !sameLanguage(sub.Language, article.Language):
		return a.line("You get %[1]s only when it is told in %[2]s, and this is in %[3]s. %[4]s without a language takes all.", name,
			Span{Text: locale.Language(a.Locale, sub.Language)}, Span{Text: locale.Language(a.Locale, article.Language)}, again)
	}
	return a.line("You get %s, but this was in its feed already when you began to follow the feed. Nothing old is sent.", name)
}

// sentence is a text with a full stop at its end.
func sentence(s string) string {
	if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "。") {
		return s
	}
	return s + "."
}

// nearMisses name the guild's own topics that an article has something of but doesn't fit, those first that lack least.
func nearMisses(a Ask, own map[news.TopicID]*topic.Query, article news.Article) []Block {
	const shown = 3
	type miss struct {
		id    news.TopicID
		lacks []string
	}
	var misses []miss
	for id, q := range own {
		lacks := q.Missing(topicDoc(article))
		has := slices.ContainsFunc(q.Terms(), func(t *topic.Query) bool { _, ok := t.Match(topicDoc(article)); return ok })
		if has && len(lacks) > 0 {
			misses = append(misses, miss{id, lacks})
		}
	}
	slices.SortFunc(misses, func(x, y miss) int { return cmp.Or(cmp.Compare(len(x.lacks), len(y.lacks)), cmp.Compare(x.id, y.id)) })
	var blocks []Block
	for _, m := range misses[:min(len(misses), shown)] {
		blocks = append(blocks, Block{Lines: []Line{followed(a.line("It just misses your topic %s.", Span{Text: m.id.Name(), Bold: true}), Line{{Text: a.lacking(m.lacks)}})}})
	}
	if len(blocks) > 0 {
		blocks = append(blocks, quiet(a.say("/topic edit changes what a topic asks for.")))
	}
	return blocks
}
