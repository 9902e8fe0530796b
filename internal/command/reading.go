package command

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/summary"
	"newsbrief/internal/topic"
)

const (
	briefsPage    = 4                // briefs in an answer to /brief
	headlinesPage = 10               // headlines in an answer to /latest, /search or /catchup
	briefWords    = 45               // of each brief among several
	modelTime     = 25 * time.Second // for which a person waits for what a model writes
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
	id, about, err := s.onTopic(ctx, a.Guild, name)
	if err != nil {
		return Reply{}, err
	}
	now := s.o.Now()
	found, err := s.events(ctx, a.Guild, now.Add(-length), now.Add(time.Minute), about)
	if err != nil {
		return Reply{}, err
	}
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	title := topic.Name(id, a.Locale)
	if len(found) == 0 {
		return s.nothing(ctx, a.Guild, title, "Nothing on this topic "+inTheLast(length)+".", "The option since looks further back, /search looks at everything.")
	}
	offset = lastPage(offset, briefsPage, len(found))
	page := ranked(found)[offset:min(offset+briefsPage, len(found))]
	reply := Reply{Title: title}
	o := summary.Options{Language: cmp.Or(settings.Language, a.Locale), Words: briefWords}
	if s.o.Summary.Writes() { // the same question as for a post, mostly answered before
		o = summary.Options{Language: cmp.Or(a.Locale, settings.Language), Aside: true}
	}
	for _, b := range s.briefs(ctx, page, o) {
		reply.Blocks = append(reply.Blocks, Block{Brief: &b})
	}
	summary := count(len(found), "story") + " " + inTheLast(length)
	if len(page) < len(found) {
		summary += fmt.Sprintf(", the most widely told first; these are %d to %d", offset+1, offset+len(page))
	}
	reply.Blocks = append(reply.Blocks, quiet(summary+"."))
	reply.Buttons = pageButtons([]string{"brief", string(id), since}, offset, briefsPage, len(found))
	return reply, nil
}

// briefs are the events' briefs, in order; what a model has not written within modelTime is extracted.
func (s *Service) briefs(ctx context.Context, events []event, o summary.Options) []news.Brief {
	ctx, cancel := context.WithTimeout(ctx, modelTime)
	defer cancel()
	briefs := make([]news.Brief, len(events))
	var writing sync.WaitGroup
	for i, e := range events {
		waits := false
		if briefs[i], waits = s.o.Summary.Draft(ctx, e.articles, o); waits {
			writing.Go(func() { briefs[i] = s.o.Summary.Brief(ctx, e.articles, o) })
		}
	}
	writing.Wait()
	return briefs
}

// nothing is the answer where there is nothing to show.
func (s *Service) nothing(ctx context.Context, guild news.GuildID, title, sentence, hint string) (Reply, error) {
	feeds, err := s.o.Store.GuildFeeds(ctx, guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	if len(feeds) == 0 {
		hint = "This server follows no feeds yet. A manager adds one with /feed add."
	}
	return Reply{Title: title, Blocks: []Block{text(sentence), quiet(hint)}}, nil
}

// latest answers /latest: the newest headlines, of one topic or of all that the guild's feeds tell.
func (s *Service) latest(ctx context.Context, a Ask) (Reply, error) {
	return s.latestFrom(ctx, a, a.Args["topic"], 0)
}

func (s *Service) latestFrom(ctx context.Context, a Ask, name string, offset int) (Reply, error) {
	title := "Latest stories"
	var about filter
	var id news.TopicID
	if name != "" {
		var err error
		if id, about, err = s.onTopic(ctx, a.Guild, name); err != nil {
			return Reply{}, err
		}
		title = "Latest: " + topic.Name(id, a.Locale)
	}
	now := s.o.Now()
	var found []event
	for _, days := range []int{1, 7, 30} { // most questions are answered by a day
		var err error
		if found, err = s.events(ctx, a.Guild, now.AddDate(0, 0, -days), now.Add(time.Minute), about); err != nil {
			return Reply{}, err
		}
		if len(found) > offset+headlinesPage { // there is a page behind this one: nobody asks for older ones yet
			break
		}
	}
	if len(found) == 0 {
		return s.nothing(ctx, a.Guild, title, "Nothing in the last 30 days.", "/search looks at everything.")
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
	from, since := last, Line{{Text: "Since you last asked, "}, {Time: last}}
	if oldest := until.AddDate(0, 0, -7); !last.After(oldest) {
		from, since = oldest, Line{{Text: "In the last week"}}
	}
	if len(wanted) > 0 {
		since = append(since, Span{Text: ", on the topics this server subscribes to"})
	}
	found, err := s.events(ctx, a.Guild, from, until, filter{story: func(st news.Story) bool {
		return len(wanted) == 0 || slices.ContainsFunc(st.Topics, func(m news.Match) bool { return wanted[m.Topic] })
	}})
	if err != nil {
		return Reply{}, err
	}
	if len(found) == 0 {
		reply, err := s.nothing(ctx, a.Guild, "Nothing missed", "No new stories.", "/latest lists what came before.")
		reply.Private = true
		reply.Blocks = append([]Block{{Lines: []Line{since}, Quiet: true}}, reply.Blocks...)
		return reply, err
	}
	reply, err := s.headlines(ctx, a, "What you missed: "+count(len(found), "story"), ranked(found), offset,
		[]string{"catchup", strconv.FormatInt(from.UnixMilli(), 36), strconv.FormatInt(until.UnixMilli(), 36)})
	reply.Private = true
	reply.Blocks = append([]Block{{Lines: []Line{since}, Quiet: true}}, reply.Blocks...)
	return reply, err
}

// headlines lists a page of events.
func (s *Service) headlines(ctx context.Context, a Ask, title string, found []event, offset int, page []string) (Reply, error) {
	settings, err := s.o.Store.GuildSettings(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the settings: %w", err)
	}
	offset = lastPage(offset, headlinesPage, len(found))
	reply := Reply{Title: title}
	for _, e := range found[offset:min(offset+headlinesPage, len(found))] {
		first := e.headline(cmp.Or(settings.Language, a.Locale))
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
	if strings.IndexFunc(query, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return Reply{}, userError("There is no word to look for in “%s”. Write one or more, as in: storm harbour.", query)
	}
	view, err := s.view(ctx, a.Guild)
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
	articles, err := view.articles(ctx, hits) // the index may be a second behind what the guild follows
	if err != nil {
		return Reply{}, fmt.Errorf("read the articles found: %w", err)
	}
	told := map[news.StoryID]int{}
	var first []news.Article
	for _, article := range articles {
		if told[article.Story]++; told[article.Story] == 1 {
			first = append(first, article)
		}
	}
	title := "Search: " + strings.Join(strings.Fields(query), " ")
	if len(first) == 0 {
		return s.nothing(ctx, a.Guild, title, "Nothing found in what this server's feeds have told so far.",
			`Fewer or other words may help. "Quotation marks" keep words together, -word leaves out, source: and lang: narrow down.`)
	}
	offset = lastPage(offset, headlinesPage, len(first))
	reply := Reply{Title: title}
	if result.Loose {
		reply.Blocks = append(reply.Blocks, quiet("Nothing has exactly these words; this comes close."))
	}
	for _, article := range first[offset:min(offset+headlinesPage, len(first))] {
		detail := Line{{Text: article.Source}, {Text: " · "}, {Time: shownTime(article)}}
		if n := told[article.Story]; n > 1 {
			detail = append(detail, Span{Text: fmt.Sprintf(" · found in %d tellings", n)})
		}
		block := Block{Lines: []Line{{{Text: article.Title, URL: article.URL, Bold: true}}}}
		if article = view.wishes.Shown(a.Guild, article); article.Text != "" {
			block.Lines = append(block.Lines, fragment(query, article))
		}
		block.Lines = append(block.Lines, detail)
		reply.Blocks = append(reply.Blocks, block)
	}
	reply.Buttons = pageButtons([]string{"search", query}, offset, headlinesPage, len(first))
	if len(first) > headlinesPage && len(reply.Buttons) == 0 {
		reply.Blocks = append(reply.Blocks, quiet(fmt.Sprintf("… and %d more. A shorter query shows them on further pages.", len(first)-headlinesPage)))
	}
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
	plain := func(s string) { // paragraphs run on
		if s = strings.ReplaceAll(s, "\n", " "); s != "" {
			line = append(line, Span{Text: s})
		}
	}
	for _, m := range h.Marks {
		plain(a.Text[at:m.Start])
		line = append(line, Span{Text: a.Text[m.Start:m.End], Bold: true})
		at = m.End
	}
	plain(a.Text[at:h.Fragment.End])
	if h.Fragment.End < len(a.Text) {
		line = append(line, Span{Text: "…"})
	}
	return line
}

// lastPage is the offset of a page, or of the last one when it lies behind it.
func lastPage(offset, size, total int) int {
	return min(offset, (total-1)/size*size)
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
	id := func(offset int) string { return pageID(offset, question...) }
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

// pageID is the id of a component that leads to another page of an answer, in the place of this one.
func pageID(offset int, question ...string) string {
	return "page:" + strings.Join(append([]string{strconv.Itoa(offset)}, question...), ":")
}

// maxOffset keeps a page button nobody was given from costing much.
const maxOffset = 10_000

// turn answers a page button.
func (s *Service) turn(ctx context.Context, a Ask, rest string) (Reply, error) {
	number, question, _ := strings.Cut(rest, ":")
	offset, err := strconv.Atoi(number)
	word, args, _ := strings.Cut(question, ":")
	if err != nil || offset < 0 || offset > maxOffset {
		return Reply{}, errOldButton
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
		if err = managing(a); err == nil {
			reply, err = s.feedListFrom(ctx, a, offset)
		}
	case "feed":
		if err = managing(a); err == nil {
			reply, err = s.feedChosen(ctx, a, offset)
		}
	case "subscriptions":
		if err = managing(a); err == nil {
			reply, err = s.subscriptionsFrom(ctx, a, offset)
		}
	case "catchup":
		from, until, _ := strings.Cut(args, ":")
		f, err1 := strconv.ParseInt(from, 36, 64)
		u, err2 := strconv.ParseInt(until, 36, 64)
		if err1 != nil || err2 != nil {
			return Reply{}, errOldButton
		}
		reply, err = s.catchupFrom(ctx, a, time.UnixMilli(f), time.UnixMilli(u), offset)
	default:
		return Reply{}, errOldButton
	}
	reply.Replace = true
	return reply, err
}
