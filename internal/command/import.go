package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

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
		return Reply{}, &news.UserError{Sentence: "This is no OPML file I can use: " + err.Error() + ". Export one from your feed reader and try again.", Err: err}
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
		return Reply{}, &news.UserError{Err: err, Sentence: fmt.Sprintf("I could follow %s of %s feeds, then something went wrong on my side. Import the file again: what is followed already stays as it is.",
			number(added), number(len(fresh)))}
	}
	reply := Reply{Private: true, Title: "Following " + count(added, "new feed")}
	if added > 0 {
		reply.Blocks = append(reply.Blocks, text("Nothing old is posted. /feed list shows in a minute how they are doing."))
	} else {
		reply.Title = "No new feeds"
	}
	if known := len(list.Feeds) - len(left) - added; known == 1 {
		reply.Blocks = append(reply.Blocks, text("1 feed of the file was followed already."))
	} else if known > 1 {
		reply.Blocks = append(reply.Blocks, text(count(known, "feed")+" of the file were followed already."))
	}
	if len(left) > 0 {
		reply.Blocks = append(reply.Blocks, text("Left out: "+count(len(left), "feed")+", since a server can follow at most "+number(maxFeeds)+"."))
	}
	tellProblems(&reply, list, left)
	s.offerTopics(&reply, a.Guild, list, ids)
	if added > 0 {
		hint, err := s.noticesHint(ctx, a.Guild)
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
				a.Progress(Reply{Private: true, Title: "Importing", Blocks: []Block{text(number(int(done)) + " of " + number(len(fresh)) + " feeds …")}})
			}
			return nil
		})
	}
	err := group.Wait()
	return int(added.Load()), err
}

// tellProblems tells what of a file is left out, in a file of its own when that is much.
func tellProblems(reply *Reply, list opml.List, left []int) {
	var lines []string
	for _, p := range list.Problems {
		lines = append(lines, "Left out "+p.String()+".")
	}
	if len(lines)+len(left) > listed {
		all := slices.Clone(lines)
		for _, n := range left {
			all = append(all, "Left out for want of room: "+list.Feeds[n].Title+" "+list.Feeds[n].URL)
		}
		reply.File = &File{Name: "left-out.txt", Data: []byte(strings.Join(all, "\n") + "\n")}
	}
	if more := len(lines) - listed; more > 0 {
		lines = append(lines[:listed], "… and "+number(more)+" more.")
	}
	if reply.File != nil {
		lines = append(lines, reply.File.Name+" names all that is left out.")
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
		return Reply{}, userError("This server follows no feeds yet. /feed add follows one.")
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
	sentence := count(len(feeds), "feed") + ", for any reader that takes OPML."
	if n := len(list.Folders); n > 0 {
		sentence += " Topics that are lists of sources are its folders: " + fmt.Sprint(n) + "."
	}
	return Reply{Private: true, Blocks: []Block{text(sentence)}, File: &File{Name: "newsbrief.opml", Data: data}}, nil
}

var english = message.NewPrinter(language.English)

// number is n as people read it: 1,200.
func number(n int) string { return english.Sprintf("%d", n) }
