package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
)

const (
	briefsPage    = 4  // briefs in an answer to /brief
	headlinesPage = 10 // headlines in an answer to /latest, /search or /catchup
	briefWords    = 45 // of each brief among several
)

// brief answers /brief: the period's most told stories of a topic, each in short, with a count of what is left out.
func (s *Service) brief(ctx context.Context, a Ask) (Reply, error) {
	return s.briefFrom(ctx, a, a.Args["topic"], a.Args["since"], 0)
}

func (s *Service) briefFrom(ctx context.Context, a Ask, name, since string, offset int) (Reply, error) {
	length, err := period(since)
	if err != nil {
		return Reply{}, err
	}
	id, keep, err := s.onTopic(ctx, a.Guild, name)
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	found, err := s.events(ctx, a.Guild, now.Add(-length), now.Add(time.Minute), keep)
	if err != nil {
		return Reply{}, err
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	title := topic.Name(id, a.Locale)
	if len(found) == 0 {
		return Reply{Title: title, Blocks: []Block{
			text(fmt.Sprintf("Nothing on this topic in the last %s.", ago(length))),
			quiet("Try a longer time with the option since, or /search.")}}, nil
	}
	offset = min(offset, (len(found)-1)/briefsPage*briefsPage)
	page := ranked(found)[offset:min(offset+briefsPage, len(found))]
	reply := Reply{Title: title}
	for _, e := range page {
		b := s.o.Summary.Brief(ctx, e.articles, summary.Options{Language: settings.Language, Words: briefWords})
		reply.Blocks = append(reply.Blocks, Block{Brief: &b})
	}
	reply.Blocks = append(reply.Blocks, quiet(fmt.Sprintf("%s in the last %s%s", count(len(found), "story"), ago(length), leftOut(offset, len(page), len(found)))))
	reply.Buttons = pageButtons([]string{"brief", string(id), since}, offset, briefsPage, len(found))
	return reply, nil
}

// leftOut tells which part of a list is shown, "" when it is whole.
func leftOut(offset, shown, total int) string {
	if shown == total {
		return ""
	}
	return fmt.Sprintf(" · shown: %d to %d, the most widely told first", offset+1, offset+shown)
}

// latest answers /latest: the newest headlines, of one topic or of all that the guild's feeds tell.
func (s *Service) latest(ctx context.Context, a Ask) (Reply, error) {
	return s.latestFrom(ctx, a, a.Args["topic"], 0)
}

func (s *Service) latestFrom(ctx context.Context, a Ask, name string, offset int) (Reply, error) {
	title := "Latest stories"
	var keep func(news.Article, []news.Match) bool
	var id news.TopicID
	if name != "" {
		var err error
		if id, keep, err = s.onTopic(ctx, a.Guild, name); err != nil {
			return Reply{}, err
		}
		title = "Latest: " + topic.Name(id, a.Locale)
	}
	now := s.o.Now()
	var found []event
	for _, days := range []int{1, 7, 30} { // most questions are answered by a day
		var err error
		if found, err = s.events(ctx, a.Guild, now.AddDate(0, 0, -days), now.Add(time.Minute), keep); err != nil {
			return Reply{}, err
		}
		if len(found) > offset+headlinesPage {
			break
		}
	}
	if len(found) == 0 {
		return Reply{Title: title, Blocks: []Block{text("Nothing in the last 30 days. /feed list shows what this server follows.")}}, nil
	}
	return s.headlines(ctx, a, title, found, offset, []string{"latest", string(id)})
}

// catchup answers /catchup: what was told on the guild's subscribed topics since the person last asked.
func (s *Service) catchup(ctx context.Context, a Ask) (Reply, error) {
	now := s.o.Now()
	last, err := s.o.Store.CaughtUp(ctx, now, a.Guild, a.User)
	if err != nil {
		return Reply{}, fmt.Errorf("read when it was last asked: %w", err)
	}
	return s.catchupFrom(ctx, a, last, now, 0)
}

func (s *Service) catchupFrom(ctx context.Context, a Ask, last, until time.Time, offset int) (Reply, error) {
	subs, err := s.o.Store.GuildSubscriptions(ctx, a.Guild, a.User)
	if err != nil {
		return Reply{}, fmt.Errorf("read the subscriptions: %w", err)
	}
	wanted := map[news.TopicID]bool{}
	for _, sub := range subs {
		wanted[sub.Topic] = true
	}
	from, line := last, Line{{Text: "Since you last asked, "}, {Time: last}}
	if oldest := until.AddDate(0, 0, -7); last.IsZero() || last.Before(oldest) {
		from, line = oldest, Line{{Text: "The last week"}}
	}
	found, err := s.events(ctx, a.Guild, from, until, func(_ news.Article, matches []news.Match) bool {
		for _, m := range matches {
			if wanted[m.Topic] {
				return true
			}
		}
		return len(wanted) == 0
	})
	if err != nil {
		return Reply{}, err
	}
	if len(found) == 0 {
		return Reply{Private: true, Title: "Nothing missed", Blocks: []Block{{Lines: []Line{line}}, text("Nothing new on this server's topics.")}}, nil
	}
	reply, err := s.headlines(ctx, a, "What you missed: "+count(len(found), "story"), ranked(found), offset,
		[]string{"catchup", strconv.FormatInt(from.UnixMilli(), 36), strconv.FormatInt(until.UnixMilli(), 36)})
	reply.Private = true
	reply.Blocks = append([]Block{{Lines: []Line{line}, Quiet: true}}, reply.Blocks...)
	return reply, err
}

// headlines lists a page of events.
func (s *Service) headlines(ctx context.Context, a Ask, title string, found []event, offset int, page []string) (Reply, error) {
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	offset = min(offset, (len(found)-1)/headlinesPage*headlinesPage)
	reply := Reply{Title: title}
	for _, e := range found[offset:min(offset+headlinesPage, len(found))] {
		first := e.headline(settings.Language)
		line := Line{{Text: first.Title, URL: first.URL, Bold: true}}
		detail := Line{{Text: first.Source}}
		if n := e.outlets(); n > 1 {
			detail = append(detail, Span{Text: fmt.Sprintf(" and %d more", n-1)})
		}
		detail = append(detail, Span{Text: " · "}, Span{Time: e.last})
		reply.Blocks = append(reply.Blocks, Block{Lines: []Line{line, detail}})
	}
	reply.Buttons = pageButtons(page, offset, headlinesPage, len(found))
	return reply, nil
}

// search answers /search from the archive index.
func (s *Service) search(ctx context.Context, a Ask) (Reply, error) {
	return s.searchFrom(ctx, a, a.Args["query"], 0)
}

func (s *Service) searchFrom(ctx context.Context, a Ask, query string, offset int) (Reply, error) {
	wishes, err := s.audience.get(ctx)
	if err != nil {
		return Reply{}, err
	}
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	ids := make([]news.FeedID, len(feeds))
	for i, f := range feeds {
		ids[i] = f.ID
	}
	// Several hits may be one story: more are asked for than a page shows.
	result, err := s.o.Archive.Search(ctx, search.Query{Text: query, Feeds: ids, Now: s.o.Now(), Limit: 5 * (offset + headlinesPage + 1)})
	if err != nil {
		return Reply{}, fmt.Errorf("search the archive: %w", err)
	}
	hits := make([]news.ArticleID, len(result.Hits))
	for i, h := range result.Hits {
		hits[i] = h.Article
	}
	articles, err := s.o.Store.Articles(ctx, hits)
	if err != nil {
		return Reply{}, fmt.Errorf("read the articles found: %w", err)
	}
	told := map[news.StoryID]int{}
	var first []news.Article
	for _, article := range articles {
		if !wishes.FollowsAny(a.Guild, article) {
			continue
		}
		if told[article.Story]++; told[article.Story] == 1 {
			first = append(first, article)
		}
	}
	if len(first) == 0 {
		return Reply{Title: "Search: " + query, Blocks: []Block{text("Nothing found in what this server's feeds have told so far."),
			quiet(`Fewer or other words may help; "…" keeps words together, -word leaves out, source: and lang: narrow down.`)}}, nil
	}
	offset = min(offset, (len(first)-1)/headlinesPage*headlinesPage)
	reply := Reply{Title: "Search: " + query}
	for _, article := range first[offset:min(offset+headlinesPage, len(first))] {
		detail := Line{{Text: article.Source}, {Text: " · "}, {Time: shownTime(article)}}
		if n := told[article.Story]; n > 1 {
			detail = append(detail, Span{Text: fmt.Sprintf(" · %d tellings", n)})
		}
		block := Block{Lines: []Line{{{Text: article.Title, URL: article.URL, Bold: true}}}}
		if article.Text != "" {
			block.Lines = append(block.Lines, fragment(query, article))
		}
		block.Lines = append(block.Lines, detail)
		reply.Blocks = append(reply.Blocks, block)
	}
	reply.Buttons = pageButtons([]string{"search", query}, offset, headlinesPage, len(first))
	return reply, nil
}

// fragmentBytes is about how much of an article's text a hit shows.
const fragmentBytes = 160

// fragment is the stretch of the article that has the query's words, those in bold.
func fragment(query string, a news.Article) Line {
	h := search.Highlight(query, a, fragmentBytes)
	line := Line{}
	at := h.Fragment.Start
	if at > 0 {
		line = append(line, Span{Text: "…"})
	}
	for _, m := range h.Marks {
		line = append(line, Span{Text: a.Text[at:m.Start]}, Span{Text: a.Text[m.Start:m.End], Bold: true})
		at = m.End
	}
	line = append(line, Span{Text: a.Text[at:h.Fragment.End]})
	if h.Fragment.End < len(a.Text) {
		line = append(line, Span{Text: "…"})
	}
	return line
}

func shownTime(a news.Article) time.Time {
	if a.Published.IsZero() {
		return a.Seen
	}
	return a.Published
}

// pageButtons are the buttons to the pages before and behind offset. Their ids carry the question; one too long for an id (100
// characters) gets no pages.
func pageButtons(question []string, offset, size, total int) []Button {
	id := func(offset int) string {
		return "page:" + strings.Join(append([]string{strconv.Itoa(offset)}, question...), ":")
	}
	var buttons []Button
	if offset > 0 {
		buttons = append(buttons, Button{ID: id(max(0, offset-size)), Label: "Back"})
	}
	if offset+size < total {
		buttons = append(buttons, Button{ID: id(offset + size), Label: fmt.Sprintf("More (%d)", total-offset-size)})
	}
	for _, b := range buttons {
		if utf8.RuneCountInString(b.ID) > 100 {
			return nil
		}
	}
	return buttons
}

// turn answers a page button.
func (s *Service) turn(ctx context.Context, a Ask, rest string) (Reply, error) {
	number, question, _ := strings.Cut(rest, ":")
	offset, err := strconv.Atoi(number)
	word, args, _ := strings.Cut(question, ":")
	if err != nil || offset < 0 {
		word = ""
	}
	var reply Reply
	switch word {
	case "brief":
		name, since, _ := strings.Cut(args, ":")
		reply, err = s.briefFrom(ctx, a, name, since, offset)
	case "latest":
		reply, err = s.latestFrom(ctx, a, args, offset)
	case "search":
		reply, err = s.searchFrom(ctx, a, args, offset)
	case "feeds":
		reply, err = s.feedListFrom(ctx, a, offset)
	case "subscriptions":
		reply, err = s.subscriptionsFrom(ctx, a, offset)
	case "catchup":
		from, until, _ := strings.Cut(args, ":")
		f, err1 := strconv.ParseInt(from, 36, 64)
		u, err2 := strconv.ParseInt(until, 36, 64)
		if err1 != nil || err2 != nil {
			return Reply{}, userError("This button can't be read. Please ask again.")
		}
		reply, err = s.catchupFrom(ctx, a, time.UnixMilli(f), time.UnixMilli(u), offset)
	default:
		return Reply{}, userError("This button belongs to an older version of me. Please ask again.")
	}
	reply.Replace = true
	return reply, err
}
