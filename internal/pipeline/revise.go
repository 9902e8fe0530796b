package pipeline

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/read"
	"newsbrief/internal/story"
	"newsbrief/internal/text"
)

const (
	// revisedAtOnce is how many edited entries a look takes up. Where more are, the feed writes them anew each time.
	revisedAtOnce = chunk
	// revisedAgain is how long an article is left alone after its entry was taken up: some feeds write all entries anew at each fetch.
	revisedAgain = 10 * time.Minute
)

// revisions remembers when the edited entries of articles were last taken up.
type revisions struct {
	sync.Mutex
	at map[news.ArticleID]time.Time
}

// due reports whether an article may be taken up now, and notes that it was.
func (r *revisions) due(id news.ArticleID, now time.Time) bool {
	r.Lock()
	defer r.Unlock()
	if last, ok := r.at[id]; ok && now.Sub(last) < revisedAgain {
		return false
	}
	for other, last := range r.at {
		if now.Sub(last) >= revisedAgain {
			delete(r.at, other)
		}
	}
	if r.at == nil {
		r.at = map[news.ArticleID]time.Time{}
	}
	r.at[id] = now
	return true
}

// revise takes over what outlets wrote into articles that are known: they tell a story that develops, and correct it, at one address.
// An entry is looked into when its own words changed, as long as its story lives; the page behind a teaser is fetched again then. left
// tells that some are left for the next look.
func (p *Pipeline) revise(ctx context.Context, feed news.Feed, doc *read.Document, edited []int, log *slog.Logger) (left bool, err error) {
	links := map[string]int{}
	for _, e := range doc.Entries {
		links[e.Link]++
	}
	taken, late := 0, false
	for _, i := range edited {
		e := doc.Entries[i]
		if e.Link == "" || links[e.Link] > 1 { // all entries of some feeds link one page
			continue
		}
		was, err := p.o.Store.ArticleByURL(ctx, read.CanonicalURL(e.Link))
		if errors.Is(err, news.ErrNotFound) {
			continue
		}
		if err != nil {
			return left, fmt.Errorf("%w: look up an edited article: %w", errStore, err)
		}
		now := p.o.Now()
		post := isNews(feed, was, now) && was.Seen.Truncate(time.Millisecond).After(feed.Rhythm.Since) // what the first look brought is for the archive
		if !slices.Contains(was.Feeds, feed.ID) || !post && len(was.Feeds) > 1 || now.Sub(was.Seen) > window || saysNoMore(e, was) {
			continue
		}
		if taken == revisedAtOnce || !p.revisions.due(was.ID, now) {
			left = len(edited) <= revisedAtOnce
			continue
		}
		taken++
		article := []news.Article{p.article(ctx, feed, e)}
		if article[0].Image == was.Image {
			article[0].Image, article[0].ImageAlt = "", ""
		}
		late = p.pictures(ctx, feed, article, late)
		if err := p.publishEdit(ctx, feed, doc.Marks()[i], article[0], was.ID, post); err != nil {
			return left, fmt.Errorf("%w: edited entry %q: %w", errStore, e.Title, err)
		}
		log.Debug("an entry was edited", "article", was.ID, "title", e.Title)
	}
	return left, nil
}

// saysNoMore reports whether the article has all that its entry says.
func saysNoMore(e news.Entry, was news.Article) bool {
	if title := text.Clean(e.Title); title != "" && title != was.Title {
		return false
	}
	for _, said := range []string{e.Content, e.Summary} {
		if said = strings.TrimSuffix(strings.TrimSuffix(read.Plain(said), "…"), "..."); !strings.Contains(was.Text, said) {
			return false
		}
	}
	return true
}

// publishEdit stores an article as it is now, which was read anew, and what is owed because of what is new in it. A slip of the pen
// that was put right is stored, and owed to nobody.
func (p *Pipeline) publishEdit(ctx context.Context, feed news.Feed, marks []news.Mark, now news.Article, id news.ArticleID, post bool) error {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	if err := p.listen(ctx); err != nil {
		return fmt.Errorf("read the subscriptions: %w", err)
	}
	pub, drafts, err := p.edit(ctx, feed, marks, now, id, post)
	if err != nil || pub.Article.ID == 0 {
		return err
	}
	if err := p.o.Store.PublishStory(ctx, p.o.Now(), pub); err != nil {
		return err
	}
	clear(p.additions) // which were of its earlier text
	p.published(ctx, pub, drafts, len(pub.Deliveries) > 0)
	return nil
}

// edit is what an article that was read anew changes; nothing when it is no longer kept or its page can't be read
// just now, and only its marks when something else is told at its address.
func (p *Pipeline) edit(ctx context.Context, feed news.Feed, marks []news.Mark, now news.Article, id news.ArticleID, post bool) (pub news.Publication, drafts []*draft, err error) {
	kept, err := p.o.Store.Articles(ctx, []news.ArticleID{id})
	if err != nil || len(kept) == 0 {
		return pub, nil, err
	}
	was, a := kept[0], kept[0]
	unreadable := now.Teaser && !was.Teaser || 2*len(now.Text) < len(was.Text)
	if now.Title == "" || unreadable {
		return pub, nil, nil
	}
	s, err := p.o.Store.Story(ctx, a.Story)
	if errors.Is(err, news.ErrNotFound) {
		return pub, nil, nil
	}
	if err != nil {
		return pub, nil, fmt.Errorf("story of article %s: %w", a.ID, err)
	}
	if !story.Revises(storyDoc(was), storyDoc(now)) { // the entry is known as it is now, so that it is not looked into again
		return news.Publication{Feed: feed.ID, Marks: marks, Article: was, Story: s}, nil, nil
	}
	a.Title, a.Text, a.Teaser = now.Title, now.Text, now.Teaser
	if now.Image != "" {
		a.Image, a.ImageAlt = now.Image, now.ImageAlt
	}
	a.News = stillSaid(was.News, a.Text)
	pub = news.Publication{Feed: feed.ID, Marks: marks, Article: a, Story: s}
	if !post {
		return pub, nil, nil
	}
	if added, corrects := story.Additions([]story.Doc{storyDoc(was)}, storyDoc(a)); len(added) == 0 && !corrects {
		return pub, nil, nil
	}
	others, topics, err := p.others(ctx, s, a.ID)
	if err != nil {
		return pub, nil, err
	}
	added, corrects := story.Additions(append(toldBy(others, a.Language), storyDoc(was)), storyDoc(a))
	if len(added) == 0 && !corrects {
		return pub, nil, nil
	}
	at := p.o.Now()
	a.News, a.Corrects, a.Edited = added, corrects, at
	matches := p.o.Topics.Match(topicDoc(a))
	pub.Article, pub.Story.Topics = a, merge(s.Topics, matches)
	r := p.reader(a, matches, others, merge(topics, matches))
	pub.Deliveries = p.owed(ctx, r, pub.Story, a.Feeds, at)
	return pub, r.waiting(), p.tellFollowers(ctx, r, &pub, news.Article{}, at)
}

// stillSaid are the sentences that stand in a text, with where they stand now.
func stillSaid(said []news.Sentence, in string) (still []news.Sentence) {
	for _, s := range said {
		if at := strings.Index(in, s.Text); at >= 0 {
			s.Start, s.End = at, at+len(s.Text)
			still = append(still, s)
		}
	}
	return still
}
