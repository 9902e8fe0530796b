package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"newsbrief/internal/news"
	"newsbrief/internal/opml"
)

// maxFeeds is how many feeds one guild may follow, so that no guild can use the bot to flood others' sites.
const maxFeeds = 1000

const maxOPML = 5 << 20

func (s *Service) feedAdd(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, a.Args["url"])
	if err != nil {
		return Reply{}, err
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(following) >= maxFeeds {
		return Reply{}, userError("This server follows %d feeds already, which is the most it can. Remove one with /feed remove.", len(following))
	}
	feed, err := s.follow(ctx, a.Guild, found.Feed)
	if errors.Is(err, news.ErrExists) {
		return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Text: "This server follows "}, {Text: feed.Title, Bold: true}, {Text: " already."}}}}}}, nil
	}
	if err != nil {
		return Reply{}, err
	}
	s.changed()
	reply := Reply{Private: true, Title: "Following " + feed.Title, Blocks: []Block{preview(found)}}
	reply.Blocks = append(reply.Blocks, text("Nothing old is posted. From now on its stories go where their topic is subscribed."))
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild, "")
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	if len(subs) == 0 {
		reply.Blocks = append(reply.Blocks, quiet("No channel is subscribed yet: /subscribe, then pick a topic."))
	}
	return reply, nil
}

func (s *Service) follow(ctx context.Context, guild news.GuildID, feed news.Feed) (news.Feed, error) {
	now := s.o.Now()
	feed.ID = news.FeedID(news.NewID(now, s.o.Random()))
	feed.NextPoll = now
	feed, err := s.o.Store.AddFeed(ctx, now, guild, feed)
	if err != nil && !errors.Is(err, news.ErrExists) {
		return feed, fmt.Errorf("add the feed: %w", err)
	}
	return feed, err
}

func (s *Service) feedTest(ctx context.Context, a Ask) (Reply, error) {
	found, err := s.o.Feeds.Find(ctx, a.Args["url"])
	if err != nil {
		return Reply{}, err
	}
	return Reply{Private: true, Title: "A feed: " + found.Feed.Title, Blocks: []Block{preview(found),
		{Lines: []Line{{{Text: "Its address: "}, {Text: found.Feed.URL, Code: true}}}}, quiet("/feed add follows it.")}}, nil
}

// preview shows what a feed holds.
func preview(found Found) Block {
	b := text(count(len(found.Entries), "entry") + " now.")
	for _, e := range found.Entries[:min(len(found.Entries), 3)] {
		line := Line{{Text: "· "}, {Text: e.Title, URL: e.Link}}
		if !e.Published.IsZero() {
			line = append(line, Span{Text: " "}, Span{Time: e.Published})
		}
		b.Lines = append(b.Lines, line)
	}
	for _, lost := range found.Lost[:min(len(found.Lost), 3)] {
		b.Lines = append(b.Lines, Line{{Text: "Not readable: " + lost}})
	}
	return b
}

func (s *Service) feedRemove(ctx context.Context, a Ask) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	given := strings.TrimSpace(a.Args["feed"])
	var hits []news.Feed
	for _, f := range feeds {
		if feedKey(f.ID) == given || f.URL == given || strings.EqualFold(f.Title, given) {
			hits = append(hits, f)
		}
	}
	switch len(hits) {
	case 0:
		return Reply{}, userError("This server follows no feed “%s”. Start typing its name and pick it from the list, or see /feed list.", given)
	case 1:
	default:
		return Reply{}, userError("%d feeds are called “%s”. Pick one from the list that appears while you type.", len(hits), given)
	}
	if err := s.o.Store.RemoveFeed(ctx, a.Guild, hits[0].ID); err != nil && !errors.Is(err, news.ErrNotFound) {
		return Reply{}, fmt.Errorf("remove the feed: %w", err)
	}
	s.changed()
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Text: "Not following "}, {Text: hits[0].Title, Bold: true}, {Text: " any more. What it told so far stays in the archive. /feed add takes it back:"}}, {{Text: hits[0].URL, Code: true}}}}}}, nil
}

// feedKey is a feed's id as a command's value.
func feedKey(id news.FeedID) string { return "feed:" + strconv.FormatUint(uint64(id), 36) }

func (s *Service) feedList(ctx context.Context, a Ask) (Reply, error) {
	return s.feedListFrom(ctx, a, 0)
}

const feedsPage = 20

func (s *Service) feedListFrom(ctx context.Context, a Ask, offset int) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		return Reply{Private: true, Title: "No feeds yet", Blocks: []Block{text("/feed add follows one: give the address of a feed or of a site that has one.")}}, nil
	}
	// What needs a look comes first.
	slices.SortStableFunc(feeds, func(x, y news.Feed) int { return boolCompare(y.Problem != "", x.Problem != "") })
	offset = min(offset, (len(feeds)-1)/feedsPage*feedsPage)
	reply := Reply{Private: true, Title: count(len(feeds), "feed")}
	block := Block{}
	for _, f := range feeds[offset:min(offset+feedsPage, len(feeds))] {
		line := Line{{Text: f.Title, URL: f.Site, Bold: true}}
		switch {
		case f.Gone:
			line = append(line, Span{Text: " · ended by its publisher (410); /feed remove takes it off the list"})
		case f.Problem != "":
			line = append(line, Span{Text: " · " + f.Problem})
		case f.OKAt.IsZero():
			line = append(line, Span{Text: " · not looked at yet"})
		default:
			line = append(line, Span{Text: " · fine, looked at "}, Span{Time: f.OKAt})
		}
		block.Lines = append(block.Lines, line)
	}
	reply.Blocks = append(reply.Blocks, block)
	reply.Buttons = pageButtons([]string{"feeds"}, offset, feedsPage, len(feeds))
	return reply, nil
}

func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

func (s *Service) feedImport(ctx context.Context, a Ask) (Reply, error) {
	data, err := s.o.Feeds.Read(ctx, a.Args["file"], maxOPML)
	if err != nil {
		return Reply{}, err
	}
	feeds, problems, err := opml.Read(data)
	if err != nil {
		return Reply{}, &news.UserError{Sentence: "This is no OPML file: " + err.Error() + ". Export one from your reader and try again.", Err: err}
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	room := maxFeeds - len(following)
	added, known := 0, 0
	for _, feed := range feeds {
		if added == room {
			problems = append(problems, fmt.Sprintf("only %d feeds fit; the rest was left out, beginning with %s", maxFeeds, feed.Title))
			break
		}
		switch _, err := s.follow(ctx, a.Guild, feed); {
		case errors.Is(err, news.ErrExists):
			known++
		case err != nil:
			return Reply{}, err
		default:
			added++
		}
	}
	s.changed()
	reply := Reply{Private: true, Title: "Following " + count(added, "new feed"), Blocks: []Block{text(
		"Nothing old is posted. /feed list shows in a minute how they are doing.")}}
	if known > 0 {
		reply.Blocks = append(reply.Blocks, text(count(known, "feed")+" of the file were followed already."))
	}
	for i, p := range problems {
		if i == 5 {
			reply.Blocks = append(reply.Blocks, text(fmt.Sprintf("… and %d more.", len(problems)-i)))
			break
		}
		reply.Blocks = append(reply.Blocks, text("Left out: "+p))
	}
	return reply, nil
}

func (s *Service) feedExport(ctx context.Context, a Ask) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	data, err := opml.Write("newsbrief", feeds)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Private: true, Blocks: []Block{text(count(len(feeds), "feed") + " for any reader that takes OPML.")},
		File: &File{Name: "newsbrief.opml", Data: data}}, nil
}

func (s *Service) changed() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}
