package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"newsbrief/internal/news"
)

// maxFeeds is how many feeds one guild may follow, so that no guild can use the bot to flood others' sites. What goes through all of
// them (the list, a feed's name as it is typed) takes some 50 ms then.
const maxFeeds = 5000

func (s *Service) feedAdd(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, a.Args["url"])
	if err != nil {
		return Reply{}, err
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(following) >= maxFeeds && !slices.ContainsFunc(following, func(f news.Feed) bool { return f.URL == found.Feed.URL }) {
		return Reply{}, userError("This server follows %s, which is the most it can. Remove one with /feed remove.", count(len(following), "feed"))
	}
	feed, err := s.follow(ctx, a.Guild, s.newFeed(found.Feed))
	if errors.Is(err, news.ErrExists) {
		known := Block{Lines: []Line{{{Text: "This server follows "}, {Text: feed.Title, Bold: true}, {Text: " already."}}}}
		return Reply{Private: true, Blocks: append([]Block{known}, others(found)...)}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	s.changed()
	reply := Reply{Private: true, Title: "Following " + feed.Title, Blocks: preview(found)}
	reply.Blocks = append(reply.Blocks, text("Nothing old is posted. From now on its stories go to the channels that subscribe to their topics."))
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild, "")
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	if len(subs) == 0 {
		reply.Blocks = append(reply.Blocks, quiet("No channel subscribes to a topic yet: /subscribe does that."))
	}
	hint, err := s.noticesHint(ctx, a.Guild)
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
func (s *Service) noticesHint(ctx context.Context, guild news.GuildID) ([]Block, error) {
	settings, err := s.o.Store.GuildSettings(ctx, guild)
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	if settings.NoticesTo != "" {
		return nil, nil
	}
	return []Block{quiet("When a feed fails, /feed list shows it; /settings notices names a channel where it is told too.")}, nil
}

func (s *Service) feedTest(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, a.Args["url"])
	if err != nil {
		return Reply{}, err
	}
	return Reply{Private: true, Title: found.Feed.Title, Blocks: append(preview(found),
		Block{Lines: []Line{{{Text: "Its address: "}, {Text: found.Feed.URL, Code: true}}}}, quiet("Nothing was changed. /feed add follows it."))}, nil
}

// preview shows what a feed holds, and which others its site has.
func preview(found Found) []Block {
	const shown = 3
	sentence := "It lists " + count(len(found.Entries), "entry")
	switch {
	case found.Feed.Page:
		sentence = "I found no feed there, but the page lists articles: that list is watched instead, and each new link in it is taken as news. It lists " + count(len(found.Entries), "article")
	case found.Podcast:
		sentence = "It is a podcast: its stories are what its episodes' descriptions tell. " + sentence
	}
	switch n := len(found.Entries); {
	case n == 0:
		sentence = "It lists no entries now."
	case n > shown:
		sentence += ", beginning with:"
	default:
		sentence += ":"
	}
	b := text(sentence)
	for _, e := range found.Entries[:min(len(found.Entries), shown)] {
		line := Line{{Text: "· "}, {Text: cmp.Or(e.Title, e.Link, "(without a title)"), URL: e.Link}}
		if !e.Published.IsZero() {
			line = append(line, Span{Text: " "}, Span{Time: e.Published})
		}
		b.Lines = append(b.Lines, line)
	}
	for _, lost := range found.Lost[:min(len(found.Lost), shown)] {
		b.Lines = append(b.Lines, Line{{Text: "Can't be read: " + lost}})
	}
	return append([]Block{b}, others(found)...)
}

// others names the other feeds of the site on which one was found, to be added by their addresses.
func others(found Found) []Block {
	const shown = 8
	if len(found.Others) == 0 {
		return nil
	}
	b := text("The site has other feeds too:")
	for _, f := range found.Others[:min(len(found.Others), shown)] {
		b.Lines = append(b.Lines, Line{{Text: "· " + f.Title + " "}, {Text: f.URL, Code: true}})
	}
	if more := len(found.Others) - shown; more > 0 {
		b.Lines = append(b.Lines, Line{{Text: fmt.Sprintf("… and %d more.", more)}})
	}
	return []Block{b}
}

func (s *Service) changed() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}
