package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

func (s *Service) feedList(ctx context.Context, a Ask) (Reply, error) {
	return s.feedListFrom(ctx, a, 0)
}

// feedsPage is how many feeds a page of the list shows: as many as fit into a message when all of them have trouble.
const feedsPage = 15

func (s *Service) feedListFrom(ctx context.Context, a Ask, offset int) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		return Reply{Private: true, Title: a.say("No feeds yet"), Blocks: []Block{text(a.say("/feed add follows one: give the address of a feed or of a site that has one."))}}, nil
	}
	wishes, err := s.audience.get(ctx)
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	slices.SortStableFunc(feeds, func(x, y news.Feed) int {
		return cmp.Compare(urgency[x.Health(now).State], urgency[y.Health(now).State])
	})
	offset = lastPage(offset, feedsPage, len(feeds))
	reply := Reply{Private: true, Title: a.count(len(feeds), "%d feed", "%d feeds")}
	if ailing := len(feeds) - len(slices.DeleteFunc(slices.Clone(feeds), func(f news.Feed) bool { return ailing(f, now) })); ailing > 0 {
		reply.Title = a.say("%s, %s", reply.Title, a.count(ailing, "%d needs a look", "%d need a look"))
	}
	block := Block{}
	choices := Select{ID: pageID(offset, "feed"), Placeholder: a.say("More about a feed, and what can be done with it")}
	for _, f := range feeds[offset:min(offset+feedsPage, len(feeds))] {
		name := Span{Text: cut(f.Title, 60), Bold: true}
		if len(f.Site) <= 100 {
			name.URL = f.Site
		}
		line := append(Line{name, {Text: " · "}}, s.condition(a, f)...)
		if titlesOnly(wishes, a.Guild, f) {
			line = append(line, Span{Text: " · "}, Span{Text: a.say("titles only")})
		}
		block.Lines = append(block.Lines, line)
		choices.Choices = append(choices.Choices, Choice{cut(f.Title, 100), FeedKey(f.ID)})
	}
	reply.Blocks = append(reply.Blocks, block)
	reply.Selects = []Select{choices}
	reply.Buttons = pageButtons(a, []string{"feeds"}, offset, feedsPage, len(feeds))
	return reply, nil
}

// titlesOnly reports whether a guild has a feed posted with titles and links only.
func titlesOnly(wishes *news.Audience, guild news.GuildID, f news.Feed) bool {
	return wishes.Choices[guild][f.ID] == news.Titles
}

// urgency is the order in which the list shows feeds: what needs a look comes first.
var urgency = map[news.FeedState]int{news.Gone: 1, news.Failing: 2, news.Partial: 3, news.Slow: 4, news.Quiet: 5, news.Unread: 6, news.Fresh: 7}

// ailing reports whether a manager may want to do something about the feed.
func ailing(f news.Feed, now time.Time) bool {
	switch f.Health(now).State {
	case news.Gone, news.Failing, news.Partial, news.Quiet:
		return true
	}
	return false
}

// condition says how a feed is doing, why, and what comes next.
func (s *Service) condition(a Ask, f news.Feed) Line {
	line, between := s.state(a, f), Span{Text: " · "}
	why := func(room int) Span { return Span{Text: cut(locale.Retell(a.Locale, reason(f.Problem)), room)} }
	switch f.Health(s.o.Now()).State {
	case news.Failing:
		return append(append(line, between, why(110), between), s.nextTry(a, f)...)
	case news.Partial:
		return append(line, between, why(130))
	case news.Slow:
		return append(append(line, between), s.nextTry(a, f)...)
	}
	return line
}

// nextTry says when a feed that has trouble is looked at again.
func (s *Service) nextTry(a Ask, f news.Feed) Line {
	if !f.NextPoll.After(s.o.Now()) {
		return a.line("tried again now")
	}
	return a.line("next try %s", Span{Time: f.NextPoll})
}

// state says how a feed is doing.
func (s *Service) state(a Ask, f news.Feed) Line {
	now := s.o.Now()
	h := f.Health(now)
	switch h.State {
	case news.Gone:
		return a.line("gone: its publisher ended it (410), seen %s", Span{Time: h.Since})
	case news.Failing:
		if h.Since.IsZero() {
			return a.line("failing")
		}
		return a.line("failing since %s", Span{Time: h.Since})
	case news.Partial:
		return a.line("partly read")
	case news.Slow:
		return a.line("slow: the site asks for fewer requests")
	case news.Quiet:
		return Line{{Text: a.count(int(now.Sub(h.Since)/(24*time.Hour)), "quiet: nothing new for %d day, much longer than usual", "quiet: nothing new for %d days, much longer than usual")}}
	case news.Unread:
		return a.line("not looked at yet")
	}
	if !hadNews(f) {
		return a.line("fresh, looked at %s", Span{Time: f.OKAt})
	}
	return a.line("fresh, last news %s", Span{Time: f.NewsAt})
}

// hadNews reports whether the feed brought something after the first look at it, which finds what is old. A rhythm is stored in
// milliseconds.
func hadNews(f news.Feed) bool {
	return !f.NewsAt.IsZero() && f.NewsAt.Sub(f.Rhythm.Since) > time.Millisecond
}

// reason is a problem without the address it was met at, which is the feed's.
func reason(problem string) string {
	if strings.HasPrefix(problem, "fetching ") || strings.HasPrefix(problem, "read ") {
		if _, why, ok := strings.Cut(problem, ": "); ok {
			return why
		}
	}
	return problem
}

// feedChosen shows the feed that was chosen in a select; from is the page of the list it was on, -1 for none.
func (s *Service) feedChosen(ctx context.Context, a Ask, from int) (Reply, error) {
	if len(a.Values) != 1 {
		return Reply{}, errOldButton
	}
	return s.withFeed(ctx, a, a.Values[0], func(ctx context.Context, a Ask, f news.Feed) (Reply, error) {
		return s.feedDetail(ctx, a, f, from)
	})
}

// setTitles has a feed posted with titles and links only, or whole again. rest is its FeedKey and the page of the list it was on.
func (s *Service) setTitles(ctx context.Context, a Ask, rest string, only bool) (Reply, error) {
	key, page, _ := strings.Cut(rest, ":")
	from, err := strconv.Atoi(page)
	if err != nil || from > maxOffset {
		return Reply{}, errOldButton
	}
	return s.withFeed(ctx, a, key, func(ctx context.Context, a Ask, f news.Feed) (Reply, error) {
		err := s.o.Store.SetTitles(ctx, a.Guild, f.ID, only)
		if errors.Is(err, news.ErrNotFound) {
			return Reply{}, errNotFollowed
		}
		if err != nil {
			return Reply{}, fmt.Errorf("set what is posted of a feed: %w", err)
		}
		reply, err := s.feedDetail(ctx, a, f, from)
		reply.Replace = true
		return reply, err
	})
}

// feedDetail tells all that is known of how a feed is doing, and what the guild has of it.
func (s *Service) feedDetail(ctx context.Context, a Ask, f news.Feed, from int) (Reply, error) {
	wishes, err := s.audience.get(ctx)
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	lines := []Line{s.state(a, f)}
	if f.Failures > 1 && f.Health(now).State == news.Failing {
		lines[0] = append(lines[0], Span{Text: " · "}, Span{Text: a.say("%d looks in a row failed", f.Failures)})
	}
	lines = append(lines, a.line("Address: %s", Span{Text: s.o.Feeds.Redact(f.URL), Code: true}))
	if f.Problem != "" {
		lines = append(lines, Line{{Text: a.say("Last problem: %s", locale.Text(f.Problem))}})
	}
	if !f.CheckedAt.IsZero() {
		lines = append(lines, a.line("Last look: %s", Span{Time: f.CheckedAt}))
	}
	if !f.OKAt.IsZero() && !f.OKAt.Equal(f.CheckedAt) {
		lines = append(lines, a.line("Last look that worked: %s", Span{Time: f.OKAt}))
	}
	if hadNews(f) {
		lines = append(lines, a.line("Last new entry: %s", Span{Time: f.NewsAt}))
	}
	switch {
	case f.Gone:
	case f.NextPoll.After(now):
		lines = append(lines, a.line("Next look: %s", Span{Time: f.NextPoll}))
	default:
		lines = append(lines, a.line("Next look: now"))
	}
	shown := Button{ID: titlesButton("titles", f.ID, from), Label: a.say("Titles only")}
	if titlesOnly(wishes, a.Guild, f) {
		lines = append(lines, a.line("Shown here with title and link only: no sentences, no picture."))
		shown = Button{ID: titlesButton("texts", f.ID, from), Label: a.say("Whole briefs")}
	}
	reply := Reply{Private: true, Title: f.Title, Blocks: []Block{{Lines: lines}}, Buttons: []Button{
		{ID: RetryButton(f.ID), Label: a.say("Try again"), Style: Primary}, shown, {ID: RemoveButton(f.ID), Label: a.say("Remove"), Style: Danger}}}
	if from >= 0 {
		reply.Buttons = append([]Button{{ID: pageID(from, "feeds"), Label: a.say("Back to the list")}}, reply.Buttons...)
	}
	return reply, nil
}

// titlesButton is the id of a button that has a feed posted with titles only ("titles") or whole ("texts"). It says which, so that
// nothing is turned back by who presses twice.
func titlesButton(word string, feed news.FeedID, from int) string {
	return word + ":" + FeedKey(feed) + ":" + strconv.Itoa(from)
}

// withFeed does something with a feed that the guild follows, given by its FeedKey.
func (s *Service) withFeed(ctx context.Context, a Ask, key string, do func(context.Context, Ask, news.Feed) (Reply, error)) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if i := slices.IndexFunc(feeds, func(f news.Feed) bool { return FeedKey(f.ID) == key }); i >= 0 {
		return do(ctx, a, feeds[i])
	}
	return Reply{}, errNotFollowed
}

var errNotFollowed = userError("That feed is not followed here any more. /feed list shows those that are.")

// retryPause is how long after a look a feed can be tried again: pressing a button often must not flood its site.
const retryPause = time.Minute

func (s *Service) retry(ctx context.Context, a Ask, f news.Feed) (Reply, error) {
	now := s.o.Now()
	if now.Sub(f.CheckedAt) < retryPause {
		return Reply{Private: true, Blocks: []Block{{Lines: []Line{
			a.line("%s was looked at %s. Try it again in a minute.", Span{Text: f.Title, Bold: true}, Span{Time: f.CheckedAt}), s.condition(a, f)}}}}, nil
	}
	err := s.o.Store.RetryFeed(ctx, now, a.Guild, f.ID)
	if errors.Is(err, news.ErrNotFound) {
		return Reply{}, errNotFollowed
	}
	if err != nil {
		return Reply{}, fmt.Errorf("try a feed again: %w", err)
	}
	s.changed()
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{a.line("%s is looked at now. /feed list shows in a moment how that went.", Span{Text: f.Title, Bold: true})}}}}, nil
}

func (s *Service) feedRemove(ctx context.Context, a Ask) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	given := strings.TrimSpace(a.Args["feed"])
	var hits []news.Feed
	for _, f := range feeds {
		if feedValue(f.ID) == given || f.URL == given || strings.EqualFold(f.Title, given) {
			hits = append(hits, f)
		}
	}
	switch len(hits) {
	case 0:
		return Reply{}, userError("No feed “%s” is followed here. Start typing its name and pick it from the list, or see /feed list.", given)
	case 1:
		return s.unfollow(ctx, a, hits[0])
	}
	return Reply{}, userError("%d feeds are called “%s”. Pick one from the list that appears while you type.", len(hits), given)
}

func (s *Service) unfollow(ctx context.Context, a Ask, f news.Feed) (Reply, error) {
	if err := s.o.Store.RemoveFeed(ctx, a.Guild, f.ID); err != nil && !errors.Is(err, news.ErrNotFound) {
		return Reply{}, fmt.Errorf("remove the feed: %w", err)
	}
	s.changed()
	address := f.URL
	if f.Default { // the operator's, and what is secret in it as well
		address = s.o.Feeds.Redact(f.URL)
	}
	return Reply{Private: true, Blocks: []Block{{Lines: []Line{
		a.line("Not following %s any more: its stories no longer show here. /feed add takes it back:", Span{Text: f.Title, Bold: true}), {{Text: address, Code: true}}}}}}, nil
}

// feedValue is a feed's id as a command's value: no feed can be titled so by chance.
func feedValue(id news.FeedID) string { return "feed:" + FeedKey(id) }
