package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// subscribe posts a topic in a channel. Asked again for the same topic and channel it changes the timing.
func (s *Service) subscribe(ctx context.Context, a Ask) (Reply, error) {
	t, err := s.topicNamed(ctx, a.Guild, a.Args["topic"])
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	sub := news.Subscription{
		ID: news.SubscriptionID(news.NewID(now, s.o.Random())), Created: now, CreatedBy: a.User,
		Guild: a.Guild, Channel: cmp.Or(news.ChannelID(a.Args["channel"]), a.Channel), Topic: t.ID,
		When: news.When(a.Args["when"]), At: 8 * 60, Weekday: time.Monday,
	}
	switch { // a day or an hour says what is wanted
	case sub.When == "" && a.Args["weekday"] != "":
		sub.When = news.Weekly
	case sub.When == "" && a.Args["at"] != "":
		sub.When = news.Daily
	case sub.When == "":
		sub.When = news.Now
	}
	switch sub.When {
	case news.Weekly:
	case news.Daily, news.Hourly, news.Now:
		if a.Args["weekday"] != "" {
			return Reply{}, userError("A weekday goes with when: every week only.")
		}
		if sub.When != news.Daily && a.Args["at"] != "" {
			return Reply{}, userError("A time of day goes with when: every day or every week only.")
		}
	default:
		return Reply{}, userError("“%s” is not one of the times. Choose now, hourly, daily or weekly.", sub.When)
	}
	if at := a.Args["at"]; at != "" {
		if sub.At, err = minuteOfDay(at); err != nil {
			return Reply{}, err
		}
	}
	if day := a.Args["weekday"]; day != "" {
		n, err := strconv.Atoi(day)
		if err != nil || n < 0 || n > 6 {
			return Reply{}, userError("“%s” is no weekday. Pick one from the list.", day)
		}
		sub.Weekday = time.Weekday(n)
	}
	if sub.Language, err = languageTag(a.Args["language"]); err != nil {
		return Reply{}, err
	}
	if budget := a.Args["budget"]; budget != "" {
		if sub.Budget, err = strconv.Atoi(budget); err != nil || sub.Budget < 1 {
			return Reply{}, userError("“%s” is no budget. Give a whole number of posts an hour.", budget)
		}
	}
	if s.o.Channels != nil {
		if err := s.o.Channels.CanPost(ctx, sub.Guild, sub.Channel); err != nil {
			return Reply{}, err
		}
	}
	wanted := sub.ID
	if sub, err = s.o.Store.Subscribe(ctx, sub); err != nil {
		return Reply{}, fmt.Errorf("store the subscription: %w", err)
	}
	gets := " gets stories on "
	if sub.ID != wanted {
		gets = " had this topic already. From now on it gets stories on "
	}
	s.changed()
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	reply := Reply{Private: true, Blocks: []Block{{Lines: []Line{
		{{Channel: sub.Channel}, {Text: gets}, {Text: topic.Name(t.ID, a.Locale), Bold: true}, {Text: " " + timing(sub, settings) + "."}}}}}}
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		reply.Blocks = append(reply.Blocks, text("This server follows no feeds yet: /feed add follows one."))
	} else {
		reply.Blocks = append(reply.Blocks, quiet("Nothing old is posted; /brief topic:"+t.ID.Name()+" tells what there was. /unsubscribe undoes this."))
	}
	return reply, nil
}

func (s *Service) unsubscribe(ctx context.Context, a Ask) (Reply, error) {
	channel := cmp.Or(news.ChannelID(a.Args["channel"]), a.Channel)
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	t, err := s.topicNamed(ctx, a.Guild, a.Args["topic"])
	if err != nil && !slices.ContainsFunc(subs, func(sub news.Subscription) bool { return string(sub.Topic) == a.Args["topic"] }) {
		return Reply{}, err
	} else if err != nil { // a topic that is built in no more
		t.ID = news.TopicID(a.Args["topic"])
	}
	for _, sub := range subs {
		if sub.Channel != channel || sub.Topic != t.ID {
			continue
		}
		if err := s.o.Store.Unsubscribe(ctx, sub.ID); err != nil && !errors.Is(err, news.ErrNotFound) {
			return Reply{}, fmt.Errorf("end the subscription: %w", err)
		}
		s.changed()
		return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Channel: channel}, {Text: " gets no more stories on "},
			{Text: topic.Name(sub.Topic, a.Locale), Bold: true}, {Text: "."}}}}}}, nil
	}
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Channel: channel}, {Text: " does not subscribe to " + topic.Name(t.ID, a.Locale) + ". /subscriptions shows what is posted where."}}}}}}, nil
}

func (s *Service) subscriptions(ctx context.Context, a Ask) (Reply, error) {
	return s.subscriptionsFrom(ctx, a, 0)
}

func (s *Service) subscriptionsFrom(ctx context.Context, a Ask, offset int) (Reply, error) {
	const size = 25
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	if len(subs) == 0 {
		return Reply{Private: true, Title: "No subscriptions yet", Blocks: []Block{text("/subscribe posts a topic's stories in a channel.")}}, nil
	}
	offset = lastPage(offset, size, len(subs))
	reply := Reply{Private: true, Title: count(len(subs), "subscription")}
	block := Block{}
	for _, sub := range subs[offset:min(offset+size, len(subs))] {
		line := Line{{Channel: sub.Channel}, {Text: " "}, {Text: topic.Name(sub.Topic, a.Locale), Bold: true}, {Text: " " + timing(sub, settings)}}
		if sub.Rests != "" {
			line = append(line, Span{Text: " · not posted now: " + sub.Rests})
		}
		block.Lines = append(block.Lines, line)
	}
	reply.Blocks = []Block{block}
	reply.Buttons = pageButtons(a, []string{"subscriptions"}, offset, size, len(subs))
	return reply, nil
}

// timing says when a subscription posts, in words.
func timing(sub news.Subscription, settings news.Settings) string {
	at := fmt.Sprintf("%02d:%02d (%s)", sub.At/60, sub.At%60, cmp.Or(settings.Zone, "UTC"))
	words := "as they happen"
	switch sub.When {
	case news.Hourly:
		words = "in a digest every hour"
	case news.Daily:
		words = "in a digest every day at " + at
	case news.Weekly:
		words = "in a digest every " + sub.Weekday.String() + " at " + at
	}
	if sub.Language != "" {
		words += ", only those told in " + languageName(sub.Language)
	}
	if sub.Budget > 0 {
		words += fmt.Sprintf(", at most %s an hour", count(sub.Budget, "single post"))
	}
	return words
}

var clock = regexp.MustCompile(`^([01]?\d|2[0-3]):([0-5]\d)$`)

// minuteOfDay reads a time of day such as 08:30.
func minuteOfDay(s string) (int, error) {
	m := clock.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, userError("“%s” is no time of day. Write it as in 08:30.", s)
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	return h*60 + min, nil
}
