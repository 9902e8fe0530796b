package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// messageLink is a link to a message as Discord's clients copy it: guild (or @me), channel, message.
var messageLink = regexp.MustCompile(`^https://(?:\w+\.)?discord(?:app)?\.com/channels/(\d+|@me)/(\d+)/(\d+)/?$`)

// why answers /why for the address of an article or a link to a message.
func (s *Service) why(ctx context.Context, a Ask) (Reply, error) {
	url := strings.TrimSpace(a.Args["url"])
	if m := messageLink.FindStringSubmatch(url); m != nil {
		if news.GuildID(m[1]) != a.Guild && a.Guild != "" {
			return Reply{}, userError("That message is in another server. Ask there.")
		}
		return s.whyPost(ctx, a, news.ChannelID(m[2]), news.MessageID(m[3]))
	}
	wishes, err := s.audience.get(ctx)
	if err != nil {
		return Reply{}, err
	}
	article, err := s.o.Store.ArticleByURL(ctx, s.o.Feeds.Canonical(url))
	if errors.Is(err, news.ErrNotFound) || err == nil && !wishes.FollowsAny(a.Guild, article) {
		return Reply{Private: true, Title: "Not seen", Blocks: []Block{
			text("None of the feeds that this server follows has listed this address."),
			quiet("/feed list shows the feeds and how they are doing, /search finds the story under another address, and /feed add follows one more feed.")}}, nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the article: %w", err)
	}
	story, err := s.o.Store.Story(ctx, article.Story)
	if err != nil {
		return Reply{}, fmt.Errorf("story of article %s: %w", article.ID, err)
	}
	deliveries, err := s.o.Store.EventDeliveries(ctx, story.Event, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("deliveries of story %s: %w", story.ID, err)
	}
	reply := Reply{Private: true, Title: article.Title, Blocks: []Block{{Lines: []Line{
		{{Text: "Seen in "}, {Text: article.Source, URL: article.URL}, {Text: " · "}, {Time: article.Seen}}, matched(story.Topics, a.Guild, a.Locale)}}}}
	for _, d := range deliveries {
		reply.Blocks = append(reply.Blocks, whereabouts(d))
	}
	if len(deliveries) == 0 {
		reply.Blocks = append(reply.Blocks, s.unposted(story, article, a.Guild, wishes))
	}
	return reply, nil
}

// unposted says which stage kept a story from being posted and how to change that.
func (s *Service) unposted(story news.Story, article news.Article, guild news.GuildID, wishes *news.Audience) Block {
	matched := map[news.TopicID]bool{}
	for _, m := range story.Topics {
		matched[m.Topic] = true
	}
	subscribed := false
	for _, sub := range wishes.Subscriptions {
		if sub.Guild != guild || !matched[sub.Topic] {
			continue
		}
		subscribed = true
		channel := Span{Channel: sub.Channel}
		switch {
		case sub.Rests != "":
			return Block{Lines: []Line{{{Text: "It fits a subscription of "}, channel, {Text: ", which rests: " + sub.Rests}}}}
		case sub.Created.After(article.Seen):
			return Block{Lines: []Line{{{Text: "It was seen before "}, channel, {Text: " subscribed to the topic "}, {Text: sub.Topic.Name(), Bold: true}, {Text: "; nothing old is posted."}}}}
		case sub.Language != "" && sub.Language != article.Language:
			return Block{Lines: []Line{{{Text: "It fits a subscription of "}, channel, {Text: " that takes only stories in the language " + sub.Language + "; this one is in " + article.Language + ". /subscribe again with another language changes that."}}}}
		}
	}
	if subscribed {
		return text("It was already in the feed when the bot first looked at it; a new feed posts nothing old.")
	}
	return text("No channel here is subscribed to a topic it fits. /subscribe one of its topics, or make a topic with /topic create.")
}

// whyMessage answers the message command.
func (s *Service) whyMessage(ctx context.Context, a Ask) (Reply, error) {
	return s.whyPost(ctx, a, a.Channel, a.Message)
}

func (s *Service) whyPost(ctx context.Context, a Ask, channel news.ChannelID, message news.MessageID) (Reply, error) {
	deliveries, err := s.o.Store.MessageDeliveries(ctx, channel, message)
	if errors.Is(err, news.ErrNotFound) || err == nil && (len(deliveries) == 0 || deliveries[0].Guild != a.Guild) {
		return Reply{}, userError("That message is not a post of mine, or I have forgotten it by now. I can explain the briefs and digests I posted.")
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the message: %w", err)
	}
	return s.explain(deliveries, a), nil
}

// whyDelivery answers the button below a brief.
func (s *Service) whyDelivery(ctx context.Context, a Ask, id news.DeliveryID) (Reply, error) {
	return s.whyPost(ctx, a, a.Channel, a.Message)
}

func (s *Service) explain(deliveries []news.Delivery, a Ask) Reply {
	reply := Reply{Private: true, Title: "Why this post?"}
	for _, d := range deliveries[:min(len(deliveries), 10)] {
		block := Block{Lines: []Line{
			{{Text: d.Brief.Headline, Bold: true}},
			matched(d.Topics, a.Guild, a.Locale),
			{{Text: "Told by " + count(len(d.Brief.Sources)+len(d.Brief.Also), "source") + ": "}},
		}}
		last := &block.Lines[2]
		for i, src := range append(d.Brief.Sources, d.Brief.Also...) {
			if i > 0 {
				*last = append(*last, Span{Text: ", "})
			}
			if i == 12 {
				*last = append(*last, Span{Text: "…"})
				break
			}
			*last = append(*last, Span{Text: src.Name, URL: src.URL})
		}
		if d.Brief.Model != "" {
			block.Lines = append(block.Lines, Line{{Text: "Written by the model " + d.Brief.Model + " and checked against these sources."}})
		} else {
			block.Lines = append(block.Lines, Line{{Text: "Each sentence stands in its source word for word."}})
		}
		reply.Blocks = append(reply.Blocks, block)
	}
	reply.Blocks = append(reply.Blocks, quiet("A manager ends this with /unsubscribe or changes it with /subscribe."))
	return reply
}

// matched says which topics matched and by which words. Other guilds' topics are nobody's business here.
func matched(matches []news.Match, guild news.GuildID, locale string) Line {
	line := Line{}
	for _, m := range matches {
		if m.Topic.Own() && m.Topic != news.OwnTopicID(guild, m.Topic.Name()) {
			continue
		}
		if len(line) == 0 {
			line = append(line, Span{Text: "Topics: "})
		} else {
			line = append(line, Span{Text: "; "})
		}
		line = append(line, Span{Text: topic.Name(m.Topic, locale), Bold: true})
		if len(m.Words) > 0 {
			line = append(line, Span{Text: " by “" + strings.Join(m.Words[:min(len(m.Words), 6)], "”, “") + "”"})
		}
	}
	if len(line) == 0 {
		return Line{{Text: "It fits no topic."}}
	}
	return line
}

// whereabouts says where a delivery stands.
func whereabouts(d news.Delivery) Block {
	channel := Span{Channel: d.Channel}
	switch {
	case d.State == news.Posted && d.Guild != "":
		return Block{Lines: []Line{{{Text: "Posted in "}, channel, {Text: " "}, {Time: d.PostedAt}, {Text: ": "},
			{Text: "see the message", URL: fmt.Sprintf("https://discord.com/channels/%s/%s/%s", d.Guild, d.PostedIn, d.Message)}}}}
	case d.State == news.Posted:
		return Block{Lines: []Line{{{Text: "Posted to you "}, {Time: d.PostedAt}}}}
	case d.State == news.Failed:
		return Block{Lines: []Line{{{Text: "Could not be posted in "}, channel, {Text: ": " + d.Problem}}}}
	case !d.Slot.IsZero():
		return Block{Lines: []Line{{{Text: "Goes out in "}, channel, {Text: " with the next digest, "}, {Time: d.Slot}}}}
	}
	line := Line{{Text: "On its way to "}, channel}
	if d.Problem != "" {
		line = append(line, Span{Text: " (last try: " + d.Problem + ")"})
	}
	return Block{Lines: []Line{line}}
}
