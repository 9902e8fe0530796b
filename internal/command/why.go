package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
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
			return Reply{}, userError("That message is not in this server. Ask where it is.")
		}
		return s.whyPost(ctx, a, news.ChannelID(m[2]), news.MessageID(m[3]))
	}
	if !strings.Contains(url, "://") {
		if strings.ContainsAny(url, " \t") || !strings.Contains(url, ".") {
			return Reply{}, userError("“%s” is no address. Paste the article's, or a link to my message.", url)
		}
		url = "https://" + url
	}
	view, err := s.view(ctx, a.Guild)
	if err != nil {
		return Reply{}, err
	}
	article, err := s.o.Store.ArticleByURL(ctx, s.o.Feeds.Canonical(url))
	visible := false
	if err == nil {
		visible, err = view.own(ctx, &article)
	}
	if errors.Is(err, news.ErrNotFound) || err == nil && !visible {
		return Reply{Private: true, Title: "Not seen", Blocks: []Block{
			text("None of the feeds that this server follows has listed this address."),
			quiet("/search may find the story under another address. For managers: /feed list shows the feeds and how they are doing, /feed add follows another one.")}}, nil
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the article: %w", err)
	}
	story, err := s.o.Store.Story(ctx, article.Story)
	if err != nil {
		return Reply{}, fmt.Errorf("story of article %s: %w", article.ID, err)
	}
	tellings, err := view.articles(ctx, story.Articles)
	if err != nil {
		return Reply{}, fmt.Errorf("story %s: %w", story.ID, err)
	}
	deliveries, err := s.o.Store.EventDeliveries(ctx, story.Event, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("deliveries of story %s: %w", story.ID, err)
	}
	deliveries = slices.DeleteFunc(deliveries, func(d news.Delivery) bool { return d.Update }) // who follows it is their own business
	reply := Reply{Private: true, Title: article.Title, Blocks: []Block{{Lines: []Line{
		{{Text: "Seen in "}, {Text: article.Source, URL: article.URL}, {Text: " · "}, {Time: article.Seen}}, matched(story.Topics, a, tellings)}}}}
	for _, d := range deliveries {
		reply.Blocks = append(reply.Blocks, whereabouts(d))
	}
	if len(deliveries) == 0 {
		reply.Blocks = append(reply.Blocks, s.unposted(story, article, a, view.wishes))
	}
	return reply, nil
}

// unposted says what kept a story from being posted and how to change that.
func (s *Service) unposted(story news.Story, article news.Article, a Ask, wishes *news.Audience) Block {
	fits := map[news.TopicID]bool{}
	for _, m := range story.Topics {
		fits[m.Topic] = true
	}
	now := s.fitsNow(article, a.Guild, wishes)
	subscribed := false
	for _, sub := range wishes.Subscriptions {
		if sub.Guild != a.Guild || a.Guild == "" && sub.User != a.User || !fits[sub.Topic] && !now[sub.Topic] {
			continue
		}
		subscribed = true
		line := Line{{Text: "It fits the topic "}, {Text: topic.Name(sub.Topic, a.Locale), Bold: true}, {Text: " of "}, {Channel: sub.Channel}}
		switch {
		case sub.Created.After(article.Seen):
			return Block{Lines: []Line{append(line, Span{Text: ", but it was there before the channel subscribed. Nothing old is posted."})}}
		case !fits[sub.Topic]:
			return Block{Lines: []Line{append(line, Span{Text: " now, but it did not when it came: the query was changed since. Nothing old is posted."})}}
		case sub.Rests != "":
			return Block{Lines: []Line{append(line, Span{Text: ", but nothing is posted there now: " + sub.Rests})}}
		case sub.Language != "" && !sameLanguage(sub.Language, article.Language):
			return Block{Lines: []Line{append(line, Span{Text: ", which takes only stories told in " + languageName(sub.Language) + ", and this one is in " + languageName(article.Language) + ". A manager can change that with /subscribe."})}}
		}
	}
	if subscribed {
		return text("It was there when the bot first looked at its feed, or before this server followed that feed. Nothing old is posted.")
	}
	if len(visibleTopics(story.Topics, a.Guild)) == 0 {
		return text("So there was no channel to post it in. A manager can make a topic for such stories with /topic create.")
	}
	return text("No channel subscribes to a topic it fits. A manager can change that with /subscribe.")
}

// fitsNow are the guild's own topics whose queries, as they stand now, the article fits.
func (s *Service) fitsNow(article news.Article, guild news.GuildID, wishes *news.Audience) map[news.TopicID]bool {
	fits := map[news.TopicID]bool{}
	for _, t := range wishes.Topics {
		if t.Guild != guild {
			continue
		}
		q, err := topic.Parse(t.Query)
		if err != nil {
			s.o.Logger.Error("a stored topic's query can't be read", "topic", t.ID, "err", err)
			continue
		}
		if _, ok := q.Match(topicDoc(article)); ok {
			fits[t.ID] = true
		}
	}
	return fits
}

// whyMessage answers the message command, and the button below a brief.
func (s *Service) whyMessage(ctx context.Context, a Ask) (Reply, error) {
	return s.whyPost(ctx, a, a.Channel, a.Message)
}

func (s *Service) whyPost(ctx context.Context, a Ask, channel news.ChannelID, message news.MessageID) (Reply, error) {
	deliveries, err := s.o.Store.MessageDeliveries(ctx, channel, message)
	if errors.Is(err, news.ErrNotFound) || err == nil && (deliveries[0].Guild != a.Guild || a.Guild == "" && deliveries[0].User != a.User) {
		return Reply{}, userError("That message is no brief of mine, or it is so old that I have forgotten it.")
	}
	if err != nil {
		return Reply{}, fmt.Errorf("look up the message: %w", err)
	}
	if deliveries[0].Notice != nil {
		return Reply{Private: true, Title: "Why this post?", Blocks: []Block{
			text("It is a notice to this server's managers about the feeds that the server follows."), quiet("/settings notices says where they are posted, /feed list how all feeds are doing.")}}, nil
	}
	return s.explain(ctx, deliveries, a)
}

func (s *Service) explain(ctx context.Context, deliveries []news.Delivery, a Ask) (Reply, error) {
	const shown, sources = 10, 12
	view, err := s.view(ctx, a.Guild)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Private: true, Title: "Why this post?"}
	for _, d := range deliveries[:min(len(deliveries), shown)] {
		told := slices.Concat(d.Brief.Sources, d.Brief.Also)
		ids := make([]news.ArticleID, len(told))
		for i, src := range told {
			ids[i] = src.Article
		}
		tellings, err := view.articles(ctx, ids)
		if err != nil {
			return Reply{}, fmt.Errorf("sources of delivery %s: %w", d.ID, err)
		}
		names := Line{{Text: "Told by "}}
		for i, src := range told[:min(len(told), sources)] {
			if i > 0 {
				names = append(names, Span{Text: ", "})
			}
			names = append(names, teller(a, src)...)
		}
		if more := len(told) - sources; more > 0 {
			names = append(names, Span{Text: fmt.Sprintf(" and %d more", more)})
		}
		block := Block{Lines: []Line{{{Text: d.Brief.Headline, Bold: true}}, matched(d.Topics, a, tellings), names}}
		switch {
		case d.Brief.Model != "":
			block.Lines = append(block.Lines, Line{{Text: "Written by the model " + d.Brief.Model + " and checked against these sources."}})
		case len(d.Brief.Sentences) > 0 && len(told) == 1:
			block.Lines = append(block.Lines, Line{{Text: "Its sentences stand in this source word for word."}})
		case len(d.Brief.Sentences) > 0:
			block.Lines = append(block.Lines, Line{{Text: "Its sentences stand in these sources word for word."}})
		}
		reply.Blocks = append(reply.Blocks, block)
	}
	if more := len(deliveries) - shown; more > 0 {
		reply.Blocks = append(reply.Blocks, text(fmt.Sprintf("… and %d more of this digest. /why with the address of an article explains each.", more)))
	}
	reply.Blocks = append(reply.Blocks, quiet("Managers change what is posted with /subscribe and /unsubscribe."))
	return reply, nil
}

// visibleTopics are the matches without those of other guilds' topics.
func visibleTopics(matches []news.Match, guild news.GuildID) []news.Match {
	return slices.DeleteFunc(slices.Clone(matches), func(m news.Match) bool {
		return m.Topic.Own() && m.Topic != news.OwnTopicID(guild, m.Topic.Name())
	})
}

// matched says which topics matched and by which words, as far as they stand in the tellings the guild may see.
func matched(matches []news.Match, a Ask, tellings []news.Article) Line {
	const shown = 6
	line := Line{}
	for _, m := range visibleTopics(matches, a.Guild) {
		if len(line) == 0 {
			line = append(line, Span{Text: "Topics: "})
		} else {
			line = append(line, Span{Text: "; "})
		}
		line = append(line, Span{Text: topic.Name(m.Topic, a.Locale), Bold: true})
		words := slices.DeleteFunc(slices.Clone(m.Words), func(word string) bool {
			return !slices.ContainsFunc(tellings, func(t news.Article) bool {
				return strings.Contains(strings.ToLower(t.Title+"\n"+t.Text), strings.ToLower(word))
			})
		})
		if len(words) > 0 {
			line = append(line, Span{Text: " by “" + strings.Join(words[:min(len(words), shown)], "”, “") + "”"})
		}
	}
	if len(line) == 0 {
		return Line{{Text: "It fitted no topic when it came."}}
	}
	return line
}

// whereabouts says where a delivery stands.
func whereabouts(d news.Delivery) Block {
	channel := Span{Channel: d.Channel}
	switch {
	case d.State == news.Posted && d.Guild != "":
		return Block{Lines: []Line{{{Text: "Posted in "}, channel, {Text: " "}, {Time: d.PostedAt}, {Text: ": "},
			{Text: "see the message", URL: messageURL(d)}}}}
	case d.State == news.Posted:
		return Block{Lines: []Line{{{Text: "Posted to you "}, {Time: d.PostedAt}}}}
	case d.State == news.Failed:
		return Block{Lines: []Line{{{Text: "Could not be posted in "}, channel, {Text: ": " + d.Problem}}}}
	case !d.Slot.IsZero():
		return Block{Lines: []Line{{{Text: "Goes out in "}, channel, {Text: " with a digest "}, {Time: d.Slot}}}}
	}
	line := Line{{Text: "On its way to "}, channel}
	if d.Problem != "" {
		line = append(line, Span{Text: " (last try: " + d.Problem + ")"})
	}
	return Block{Lines: []Line{line}}
}
