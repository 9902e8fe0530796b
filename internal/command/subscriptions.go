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

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// subscribe posts a topic in a channel or, in a person's own guild, sends it to them. Asked again for the same topic and place it changes
// the timing.
func (s *Service) subscribe(ctx context.Context, a Ask) (Reply, error) {
	t, err := s.topicNamed(ctx, a.Guild, a.Args["topic"])
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	sub := news.Subscription{
		ID: news.SubscriptionID(news.NewID(now, s.o.Random())), Created: now, CreatedBy: a.User,
		Guild: a.Guild, User: a.Guild.Person(), Topic: t.ID, When: news.When(a.Args["when"]), At: 8 * 60, Weekday: time.Monday,
	}
	if sub.Channel, err = subscribed(a); err != nil {
		return Reply{}, err
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
	closed := (*news.UserError)(nil) // why a person can't be written to now
	if s.o.Channels != nil {
		if err := s.o.Channels.CanPost(ctx, sub.Guild, sub.Channel); err != nil && (sub.User == "" || !errors.As(err, &closed)) {
			return Reply{}, err
		}
	}
	wanted := sub.ID
	if sub, err = s.o.Store.Subscribe(ctx, sub); err != nil {
		return Reply{}, fmt.Errorf("store the subscription: %w", err)
	}
	s.changed()
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	name, when := Span{Text: TopicName(t.ID, a.Locale), Bold: true}, Span{Text: timing(a, sub, settings)}
	line := a.line("%[1]s gets stories on %[2]s %[3]s.", Span{Channel: sub.Channel}, name, when)
	switch again := sub.ID != wanted; {
	case sub.User != "" && again:
		line = a.line("You had this topic already. From now on I send you stories on %[1]s %[2]s.", name, when)
	case sub.User != "":
		line = a.line("I send you stories on %[1]s %[2]s.", name, when)
	case again:
		line = a.line("%[1]s had this topic already. From now on it gets stories on %[2]s %[3]s.", Span{Channel: sub.Channel}, name, when)
	}
	reply := Reply{Private: true, Blocks: []Block{{Lines: []Line{line}}}}
	if sub.User != "" {
		reply.Blocks[0].Lines = append(reply.Blocks[0].Lines, a.line("They come to you alone, as direct messages; nothing is posted in a channel."))
	}
	if closed != nil {
		reply.Blocks = append(reply.Blocks, resting(a, closed.Sentence))
	}
	switch {
	case len(feeds) == 0 && sub.User != "":
		reply.Blocks = append(reply.Blocks, text(a.say("You follow no feeds here yet. /feed add follows one.")))
	case len(feeds) == 0:
		reply.Blocks = append(reply.Blocks, text(a.say("This server follows no feeds yet: /feed add follows one.")))
	default:
		reply.Blocks = append(reply.Blocks, quiet(a.say("Only what is new comes; %s tells what there was. /unsubscribe undoes this.", "/brief topic:"+t.ID.Name())))
	}
	return reply, nil
}

// subscribed is the channel that is meant in an Ask about subscriptions: the one that is named, else the one it was asked in. A person's own
// guild has none.
func subscribed(a Ask) (news.ChannelID, error) {
	channel := news.ChannelID(a.Args["channel"])
	if a.Guild.Person() == "" {
		return cmp.Or(channel, a.Channel), nil
	}
	if channel != "" {
		return "", userError("Here I write to you alone. To post in a channel, have me invited to its server; then a manager of that server can subscribe it there.")
	}
	return "", nil
}

// resting says that a person is not written to because of a problem, and how to change that.
func resting(a Ask, problem string) Block {
	return text(a.say("I can't write to you: %s Allow direct messages in the privacy settings of a server that we share, then use any command of mine. I try again each time you do, and send what has waited.", locale.Text(problem)))
}

func (s *Service) unsubscribe(ctx context.Context, a Ask) (Reply, error) {
	channel, err := subscribed(a)
	if err != nil {
		return Reply{}, err
	}
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
	name := Span{Text: TopicName(t.ID, a.Locale), Bold: true}
	for _, sub := range subs {
		if sub.Channel != channel || sub.Topic != t.ID {
			continue
		}
		if err := s.o.Store.Unsubscribe(ctx, sub.ID); err != nil && !errors.Is(err, news.ErrNotFound) {
			return Reply{}, fmt.Errorf("end the subscription: %w", err)
		}
		s.changed()
		line := a.line("%[1]s gets no more stories on %[2]s.", Span{Channel: channel}, name)
		if sub.User != "" {
			line = a.line("I send you no more stories on %s.", name)
		}
		return Reply{Private: true, Blocks: []Block{{Lines: []Line{line}}}}, nil
	}
	line := a.line("%[1]s does not subscribe to %[2]s. /subscriptions shows what is posted where.", Span{Channel: channel}, name)
	if a.Guild.Person() != "" {
		line = a.line("I send you no stories on %s. /subscriptions shows which I do send.", name)
	}
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{line}}}}, nil
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
	own := a.Guild.Person() != ""
	if len(subs) == 0 {
		how := a.say("/subscribe posts a topic's stories in a channel.")
		if own {
			how = a.say("/subscribe has me send you a topic's stories.")
		}
		return Reply{Private: true, Title: a.say("No subscriptions yet"), Blocks: []Block{text(how)}}, nil
	}
	offset = lastPage(offset, size, len(subs))
	reply := Reply{Private: true, Title: a.count(len(subs), "%d subscription", "%d subscriptions"), Blocks: []Block{{}}}
	problem := ""
	for _, sub := range subs[offset:min(offset+size, len(subs))] {
		line := Line{{Text: TopicName(sub.Topic, a.Locale), Bold: true}, {Text: " " + timing(a, sub, settings)}}
		switch {
		case own:
			problem = cmp.Or(problem, sub.Rests)
		case sub.Rests != "":
			line = append(line, Span{Text: " · " + a.say("not posted now: %s", locale.Text(sub.Rests))})
			fallthrough
		default:
			line = append(Line{{Channel: sub.Channel}, {Text: " "}}, line...)
		}
		reply.Blocks[0].Lines = append(reply.Blocks[0].Lines, line)
	}
	if problem != "" {
		reply.Blocks = append(reply.Blocks, resting(a, problem))
	}
	reply.Buttons = pageButtons(a, []string{"subscriptions"}, offset, size, len(subs))
	return reply, nil
}

// timing says when a subscription posts, in words that end a sentence.
func timing(a Ask, sub news.Subscription, settings news.Settings) string {
	at, zone := fmt.Sprintf("%02d:%02d", sub.At/60, sub.At%60), cmp.Or(settings.Zone, "UTC")
	words := locale.List{}
	switch sub.When {
	case news.Hourly:
		words = append(words, a.say("in a digest every hour"))
	case news.Daily:
		words = append(words, a.say("in a digest every day at %[1]s (%[2]s)", at, zone))
	case news.Weekly:
		words = append(words, a.say("in a digest every %[1]s at %[2]s (%[3]s)", locale.Translate(a.Locale, sub.Weekday.String()), at, zone))
	default:
		words = append(words, a.say("as they happen"))
	}
	if sub.Language != "" {
		words = append(words, a.say("only those told in %s", locale.Language(a.Locale, sub.Language)))
	}
	if sub.Budget > 0 {
		words = append(words, a.count(sub.Budget, "at most %d single message an hour", "at most %d single messages an hour"))
	}
	return a.say("%s", words)
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
