package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/opml"
)

const (
	// maxOPML is the largest file people can send.
	maxOPML = 10 << 20
	// addedAtOnce is how many feeds are added side by side: what waits together shares a transaction in a store that can do that.
	addedAtOnce = 64
	// listed is how many of the lines that are left out an answer shows; more of them come as a file.
	listed = 5
)

// feedImport follows the feeds of an OPML file. It can be repeated: what is followed already stays as it is.
func (s *Service) feedImport(ctx context.Context, a Ask) (Reply, error) {
	data, err := s.o.Feeds.Read(ctx, a.Args["file"], maxOPML)
	if err != nil {
		return Reply{}, err
	}
	list, err := opml.Read(data)
	if err != nil {
		return Reply{}, &news.UserError{Sentence: "This is no OPML file I can use: %s. Export one from your feed reader and try again.", Args: []any{locale.Text(err.Error())}, Err: err}
	}
	following, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	ids := make([]news.FeedID, len(list.Feeds)) // 0 for those that are left out
	byURL := map[string]news.FeedID{}
	for _, f := range following {
		byURL[f.URL] = f.ID
	}
	var fresh []int
	for n, f := range list.Feeds {
		if ids[n] = byURL[f.URL]; ids[n] == 0 {
			fresh = append(fresh, n)
		}
	}
	room := max(maxFeeds-len(following), 0)
	left := fresh[min(len(fresh), room):]
	fresh = fresh[:len(fresh)-len(left)]

	added, err := s.followAll(ctx, a, list.Feeds, fresh, ids)
	if added > 0 {
		s.changed()
	}
	if err != nil {
		return Reply{}, &news.UserError{Sentence: "I could follow %d of %d feeds, then something went wrong on my side. Import the file again: what is followed already stays as it is.",
			Args: []any{added, len(fresh)}, Err: err}
	}
	reply := Reply{Private: true, Title: a.count(added, "Following %d new feed", "Following %d new feeds")}
	if added > 0 {
		reply.Blocks = append(reply.Blocks, text(a.say("None of their old stories come. /feed list shows in a minute how they are doing.")))
	} else {
		reply.Title = a.say("No new feeds")
	}
	if known := len(list.Feeds) - len(left) - added; known > 0 {
		reply.Blocks = append(reply.Blocks, text(a.count(known, "%d feed of the file was followed already.", "%d feeds of the file were followed already.")))
	}
	if len(left) > 0 {
		reply.Blocks = append(reply.Blocks, text(a.count(len(left), "Left out: %d feed, since at most %d can be followed here.", "Left out: %d feeds, since at most %d can be followed here.", maxFeeds)))
	}
	tellProblems(&reply, a, list, left)
	s.offerTopics(&reply, a, list, ids)
	if added > 0 {
		hint, err := s.noticesHint(ctx, a)
		if err != nil {
			return Reply{}, err
		}
		reply.Blocks = append(reply.Blocks, hint...)
	}
	return reply, nil
}

// followAll follows those of feeds that fresh names, and sets their ids. It returns how many of them are new to the guild.
func (s *Service) followAll(ctx context.Context, a Ask, feeds []news.Feed, fresh []int, ids []news.FeedID) (int, error) {
	var done, added atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(addedAtOnce)
	for _, n := range fresh {
		feed := s.newFeed(feeds[n])
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			followed, err := s.follow(ctx, a.Guild, feed)
			switch {
			case errors.Is(err, news.ErrExists): // added by someone else meanwhile
			case err != nil:
				return err
			default:
				added.Add(1)
			}
			ids[n] = followed.ID
			if done := done.Add(1); done%50 == 0 && a.Progress != nil {
				a.Progress(Reply{Private: true, Title: a.say("Importing"), Blocks: []Block{text(a.say("%d of %d feeds …", done, len(fresh)))}})
			}
			return nil
		})
	}
	err := group.Wait()
	return int(added.Load()), err
}

// tellProblems tells what of a file is left out, in a file of its own when that is much.
func tellProblems(reply *Reply, a Ask, list opml.List, left []int) {
	var lines []string
	for _, p := range list.Problems {
		lines = append(lines, a.say("Left out line %d: %s.", p.Line, locale.Text(p.Text)))
	}
	if len(lines)+len(left) > listed {
		all := slices.Clone(lines)
		for _, n := range left {
			all = append(all, a.say("Left out for want of room: %s", list.Feeds[n].Title+" "+list.Feeds[n].URL))
		}
		reply.File = &File{Name: "left-out.txt", Data: []byte(strings.Join(all, "\n") + "\n")}
	}
	if more := len(lines) - listed; more > 0 {
		lines = append(lines[:listed], a.say("… and %d more", more))
	}
	if reply.File != nil {
		lines = append(lines, a.say("%s names all that is left out.", reply.File.Name))
	}
	if len(lines) > 0 {
		reply.Blocks = append(reply.Blocks, text(lines...))
	}
}

func (s *Service) feedExport(ctx context.Context, a Ask) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		return Reply{}, userError("No feeds are followed here yet. /feed add follows one.")
	}
	topics, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	list := opml.List{Feeds: feeds, Folders: foldersOf(topics, feeds)}
	data, err := opml.Write("newsbrief", list)
	if err != nil {
		return Reply{}, err
	}
	lines := []string{a.count(len(feeds), "%d feed, for any reader that takes OPML.", "%d feeds, for any reader that takes OPML.")}
	if n := len(list.Folders); n > 0 {
		lines = append(lines, a.say("Topics that are lists of sources are its folders: %d.", n))
	}
	return Reply{Private: true, Blocks: []Block{text(lines...)}, File: &File{Name: "newsbrief.opml", Data: data}}, nil
}
