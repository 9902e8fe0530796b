package command

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"newsbrief/internal/news"
	"newsbrief/internal/search"
	"newsbrief/internal/topic"
)

// search answers /search from the archive index.
func (s *Service) search(ctx context.Context, a Ask) (Reply, error) {
	return s.searchFrom(ctx, a, a.Args["query"], strings.TrimSpace(a.Args["since"]), 0, 0)
}

// searchDepth is how many hits are looked at for the outlets that have any.
const searchDepth = 200

// searchFrom is a page of what a query finds, of that told since a length of time ago or, with "", of everything.
func (s *Service) searchFrom(ctx context.Context, a Ask, query, since string, source news.FeedID, offset int) (Reply, error) {
	if strings.IndexFunc(query, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
		return Reply{}, userError("There is no word to look for in “%s”. Write one or more, as in: storm harbour.", query)
	}
	now := s.o.Now()
	title, from := a.say("Search: %s", strings.Join(strings.Fields(query), " ")), time.Time{}
	if since != "" {
		length, err := period(since)
		if err != nil {
			return Reply{}, err
		}
		title, from = title+" · "+a.period(length), now.Add(-length)
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
	find := func(feeds []news.FeedID) (articles []news.Article, loose bool, err error) {
		// Several hits may be one story: more are asked for than a page shows.
		result, err := s.o.Archive.Search(ctx, search.Query{Text: query, Since: from, Feeds: feeds, Now: now, Limit: max(searchDepth, 5*(offset+headlinesPage+1))})
		if err != nil {
			return nil, false, fmt.Errorf("search the archive: %w", err)
		}
		hits := make([]news.ArticleID, len(result.Hits))
		for i, h := range result.Hits {
			hits[i] = h.Article
		}
		if articles, err = view.articles(ctx, hits); err != nil { // the index may be a second behind what the guild follows
			return nil, false, fmt.Errorf("read the articles found: %w", err)
		}
		return articles, result.Loose, nil
	}
	articles, loose, err := find(ids)
	if err != nil {
		return Reply{}, err
	}
	q, err := s.searchQuestion(ctx, query, since, source)
	if err != nil {
		return Reply{}, err
	}
	reply := Reply{Title: title}
	if reply.Selects, err = s.sourceSelect(ctx, a, q, articles); err != nil {
		return Reply{}, err
	}
	if source != 0 && view.wishes.Follows(a.Guild, source) {
		if articles, loose, err = find([]news.FeedID{source}); err != nil {
			return Reply{}, err
		}
	}
	told := map[news.StoryID]int{}
	var first []news.Article
	for _, article := range articles {
		if told[article.Story]++; told[article.Story] == 1 {
			first = append(first, article)
		}
	}
	mistakes := a.mistakes(query, len(first) == 0)
	if len(first) == 0 {
		sentence := a.say("Nothing found in what the feeds followed here have told so far.")
		if since != "" {
			sentence = a.say("Nothing found in %s. Without the option since, everything is searched.", a.period(now.Sub(from)))
		}
		reply, err = s.nothing(ctx, a, reply, sentence, a.say(`Fewer or other words may help. "Quotation marks" keep words together, -word leaves out, source: and lang: narrow down.`))
		reply.Blocks = append(reply.Blocks, mistakes...)
		return reply, err
	}
	offset = lastPage(offset, headlinesPage, len(first))
	if loose {
		reply.Blocks = append(reply.Blocks, quiet(a.say("Nothing has exactly these words; this comes close.")))
	}
	for _, article := range first[offset:min(offset+headlinesPage, len(first))] {
		detail := Line{{Text: outletName(article)}, {Text: " · "}, {Time: shownTime(article)}}
		if n := told[article.Story]; n > 1 {
			detail = append(detail, Span{Text: " · " + a.say("found in %d tellings", n)})
		}
		block := Block{Lines: []Line{{{Text: article.Title, URL: article.URL, Bold: true}}}}
		if article = view.wishes.Shown(a.Guild, article); article.Text != "" {
			block.Lines = append(block.Lines, fragment(query, article))
		}
		block.Lines = append(block.Lines, detail)
		reply.Blocks = append(reply.Blocks, block)
	}
	reply.Blocks = append(reply.Blocks, mistakes...)
	reply.Buttons = q.buttons(a, offset, headlinesPage, len(first))
	return reply, nil
}

var (
	fieldBefore = regexp.MustCompile(`(?i)(?:title|source|lang)[:：]$`)
	fieldBehind = regexp.MustCompile(`(?i)^(?:title|source|lang)[:：]`)
)

// mistakes say what can't be read in a query. A search looks for what it can and passes over the rest, such as the colon of a headline: where
// it found something, only a field that can't be read is told.
func (a Ask) mistakes(query string, nothing bool) []Block {
	_, err := topic.Parse(query)
	syntax := (*topic.SyntaxError)(nil)
	if !errors.As(err, &syntax) {
		return nil
	}
	before, behind := []rune(query)[:syntax.Pos], []rune(query)[syntax.Pos:]
	if !nothing && !fieldBefore.MatchString(string(before)) && !fieldBehind.MatchString(string(behind)) {
		return nil
	}
	said := (*news.UserError)(nil)
	if _, err := parseQuery(query); !errors.As(err, &said) {
		return nil
	}
	return []Block{quiet(strings.Split(a.say(said.Sentence, said.Args...), "\n")...)}
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

func shownTime(a news.Article) time.Time {
	if a.Published.IsZero() {
		return a.Seen
	}
	return a.Published
}
