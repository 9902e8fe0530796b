package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// maxFeeds is how many feeds one guild may follow, so that no guild can use the bot to flood others' sites. What goes through all of
// them (the list, a feed's name as it is typed) takes some 50 ms then.
const maxFeeds = 5000

func (s *Service) feedAdd(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, address(a))
	if err != nil {
		return Reply{}, err
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(following) >= maxFeeds && !slices.ContainsFunc(following, func(f news.Feed) bool { return f.URL == found.Feed.URL }) {
		return Reply{}, userError("%d feeds are followed here, which is the most there can be. Remove one with /feed remove.", len(following))
	}
	feed, err := s.follow(ctx, a.Guild, s.newFeed(found.Feed))
	if errors.Is(err, news.ErrExists) {
		known := Block{Lines: []Line{a.line("%s is followed here already.", Span{Text: feed.Title, Bold: true})}}
		return Reply{Private: true, Blocks: append([]Block{known}, others(a, found)...)}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	s.changed()
	reply := Reply{Private: true, Title: a.say("Following %s", feed.Title), Blocks: preview(a, found)}
	where, none := a.say("Nothing old is posted. From now on its stories go to the channels that subscribe to their topics."), a.say("No channel subscribes to a topic yet: /subscribe does that.")
	if a.Guild.Person() != "" {
		where, none = a.say("Nothing old is sent. From now on I send you its stories on the topics you subscribe to."), a.say("You subscribe to no topic yet: /subscribe does that.")
	}
	reply.Blocks = append(reply.Blocks, text(where))
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	if len(subs) == 0 {
		reply.Blocks = append(reply.Blocks, quiet(none))
	}
	hint, err := s.noticesHint(ctx, a)
	reply.Blocks = append(reply.Blocks, hint...)
	return reply, err
}

func (s *Service) follow(ctx context.Context, guild news.GuildID, feed news.Feed) (news.Feed, error) {
	feed, err := s.o.Store.AddFeed(ctx, s.o.Now(), guild, feed)
	if err != nil && !errors.Is(err, news.ErrExists) {
		return feed, fmt.Errorf("add the feed: %w", err)
	}
	return feed, err
}

// newFeed is a feed that is about to be followed, due now.
func (s *Service) newFeed(feed news.Feed) news.Feed {
	feed.NextPoll = s.o.Now()
	feed.ID = news.FeedID(news.NewID(feed.NextPoll, s.o.Random()))
	return feed
}

// noticesHint tells a manager where a feed's trouble shows, unless it is posted already.
func (s *Service) noticesHint(ctx context.Context, a Ask) ([]Block, error) {
	if a.Guild.Person() != "" { // who has no channel for notices
		return []Block{quiet(a.say("When a feed fails, /feed list shows it."))}, nil
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	if settings.NoticesTo != "" {
		return nil, nil
	}
	return []Block{quiet(a.say("When a feed fails, /feed list shows it; /settings notices names a channel where it is told too."))}, nil
}

// address is the address that was given, without what people put around one: <…> keeps Discord's clients from showing a preview.
func address(a Ask) string {
	return strings.Trim(a.Args["url"], " \t\r\n<>`\"'“”„‘’«»「」")
}

func (s *Service) feedTest(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, address(a))
	if err != nil {
		return Reply{}, err
	}
	return Reply{Private: true, Title: found.Feed.Title, Blocks: append(preview(a, found),
		Block{Lines: []Line{a.line("Address: %s", Span{Text: found.Feed.URL, Code: true})}}, quiet(a.say("Nothing was changed. /feed add follows it.")))}, nil
}

// preview shows what a feed holds, and which others its site has.
func preview(a Ask, found Found) []Block {
	const shown = 3
	b := Block{}
	switch {
	case len(found.Entries) == 0:
	case found.Feed.Page:
		b = text(a.say("I found no feed there, but the page lists articles: that list is watched instead, and each new link in it is taken as news."))
	case found.Podcast:
		b = text(a.say("It is a podcast: its stories are what its episodes' descriptions tell."))
	}
	lists := ""
	switch n := len(found.Entries); {
	case n == 0:
		lists = a.say("It lists no entries now.")
	case n > shown:
		lists = a.say("It lists %d entries, beginning with:", n)
	default:
		lists = a.count(n, "It lists %d entry:", "It lists %d entries:")
	}
	b.Lines = append(b.Lines, Line{{Text: lists}})
	for _, e := range found.Entries[:min(len(found.Entries), shown)] {
		line := Line{{Text: "· "}, {Text: cmp.Or(e.Title, e.Link, a.say("(without a title)")), URL: e.Link}}
		if !e.Published.IsZero() {
			line = append(line, Span{Text: " "}, Span{Time: e.Published})
		}
		b.Lines = append(b.Lines, line)
	}
	for _, lost := range found.Lost[:min(len(found.Lost), shown)] {
		b.Lines = append(b.Lines, Line{{Text: a.say("Can't be read: %s", locale.Text(lost))}})
	}
	return append([]Block{b}, others(a, found)...)
}

// others names the other feeds of the site on which one was found, to be added by their addresses.
func others(a Ask, found Found) []Block {
	const shown = 8
	if len(found.Others) == 0 {
		return nil
	}
	b := text(a.say("The site has other feeds too:"))
	for _, f := range found.Others[:min(len(found.Others), shown)] {
		b.Lines = append(b.Lines, Line{{Text: "· " + f.Title + " "}, {Text: f.URL, Code: true}})
	}
	if more := len(found.Others) - shown; more > 0 {
		b.Lines = append(b.Lines, Line{{Text: a.say("… and %d more", more)}})
	}
	return []Block{b}
}

func (s *Service) changed() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}
