package command

import (
	"cmp"
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
	if len(following) >= maxFeeds && !slices.ContainsFunc(following, func(f news.Feed) bool { return f.URL == found.Feed.URL }) {
		return Reply{}, userError("This server follows %d feeds, which is the most it can. Remove one with /feed remove.", len(following))
	}
	feed, err := s.follow(ctx, a.Guild, found.Feed)
	if errors.Is(err, news.ErrExists) {
		return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Text: "This server follows "}, {Text: feed.Title, Bold: true}, {Text: " already."}}}}}}, nil
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
	return Reply{Private: true, Title: found.Feed.Title, Blocks: append(preview(found),
		Block{Lines: []Line{{{Text: "Its address: "}, {Text: found.Feed.URL, Code: true}}}}, quiet("Nothing was changed. /feed add follows it."))}, nil
}

// preview shows what a feed holds, and what else its site has.
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
	if len(found.Others) == 0 {
		return []Block{b}
	}
	others := text("The site has other feeds too:")
	for _, f := range found.Others[:min(len(found.Others), shown)] {
		others.Lines = append(others.Lines, Line{{Text: "· " + f.Title + " "}, {Text: f.URL, Code: true}})
	}
	if more := len(found.Others) - shown; more > 0 {
		others.Lines = append(others.Lines, Line{{Text: fmt.Sprintf("… and %d more.", more)}})
	}
	return []Block{b, others}
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
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{{{Text: "Not following "}, {Text: hits[0].Title, Bold: true}, {Text: " any more: its stories no longer show here. /feed add takes it back:"}}, {{Text: hits[0].URL, Code: true}}}}}}, nil
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
	slices.SortStableFunc(feeds, func(x, y news.Feed) int { return boolCompare(ailing(y), ailing(x)) })
	offset = lastPage(offset, feedsPage, len(feeds))
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

func ailing(f news.Feed) bool { return f.Gone || f.Problem != "" }

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
		return Reply{}, &news.UserError{Sentence: "This is no OPML file I can use: " + err.Error() + ". Export one from your feed reader and try again.", Err: err}
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	follows := map[string]bool{}
	for _, f := range following {
		follows[f.URL] = true
	}
	room := maxFeeds - len(following)
	added, known, left := 0, 0, 0
	for _, feed := range feeds {
		if follows[feed.URL] {
			known++
			continue
		}
		if added >= room {
			left++
			continue
		}
		switch _, err := s.follow(ctx, a.Guild, feed); {
		case errors.Is(err, news.ErrExists): // added by someone else meanwhile
			known++
		case err != nil:
			return Reply{}, err
		default:
			added++
		}
	}
	reply := Reply{Private: true, Title: "Following " + count(added, "new feed")}
	if added > 0 {
		s.changed()
		reply.Blocks = append(reply.Blocks, text("Nothing old is posted. /feed list shows in a minute how they are doing."))
	} else {
		reply.Title = "No new feeds"
	}
	if known == 1 {
		reply.Blocks = append(reply.Blocks, text("1 feed of the file was followed already."))
	} else if known > 1 {
		reply.Blocks = append(reply.Blocks, text(count(known, "feed")+" of the file were followed already."))
	}
	if left > 0 {
		reply.Blocks = append(reply.Blocks, text(fmt.Sprintf("Left out: %s, since a server can follow at most %d.", count(left, "feed"), maxFeeds)))
	}
	const shown = 5
	var lines []string
	for _, p := range problems[:min(len(problems), shown)] {
		lines = append(lines, "Left out: "+p+".")
	}
	if more := len(problems) - shown; more > 0 {
		lines = append(lines, fmt.Sprintf("… and %d more.", more))
	}
	if len(lines) > 0 {
		reply.Blocks = append(reply.Blocks, text(lines...))
	}
	return reply, nil
}

func (s *Service) feedExport(ctx context.Context, a Ask) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		return Reply{}, userError("This server follows no feeds yet. /feed add follows one.")
	}
	data, err := opml.Write("newsbrief", feeds)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Private: true, Blocks: []Block{text(count(len(feeds), "feed") + ", for any reader that takes OPML.")},
		File: &File{Name: "newsbrief.opml", Data: data}}, nil
}

func (s *Service) changed() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}
