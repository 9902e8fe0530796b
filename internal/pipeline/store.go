package pipeline

import (
	"context"
	"time"

	"newsbrief/internal/news"
)

// Store is what the pipeline wants kept. Each method is one transaction; an error means that nothing of it happened.
type Store interface {
	// ClaimFeeds hands out at most max feeds that are due at now, the longest due first, and nobody else gets them until the
	// lease ends or FinishPoll is called. Feeds that are Gone are never due.
	ClaimFeeds(ctx context.Context, now time.Time, lease time.Duration, max int) ([]news.Feed, error)
	// ClaimFeed hands out one feed, due or not, as ClaimFeeds does. ErrNotFound when nobody follows it, ErrLeaseLost while someone
	// else has it.
	ClaimFeed(ctx context.Context, now time.Time, lease time.Duration, id news.FeedID) (news.Feed, error)
	// Push returns what is known of a feed's hub, the zero Push when nothing is.
	Push(ctx context.Context, feed news.FeedID) (news.Push, error)
	// PutPush stores it as long as the feed is followed; ErrNotFound when it isn't. It needs no lease: hubs answer while a feed is looked at.
	PutPush(ctx context.Context, push news.Push) error
	// NextPoll is when the next feed becomes due, the zero time when there is none.
	NextPoll(ctx context.Context) (time.Time, error)
	// Known tells of each list of marks whether the feed has listed an entry with any of them.
	Known(ctx context.Context, feed news.FeedID, entries [][]news.Mark) ([]bool, error)
	// PublishStory stores an article, its story and what is owed because of it. ErrExists when another article has been stored
	// under the same URL meanwhile: look it up and publish that one through one more feed. The story keeps the articles that another
	// process added to it meanwhile. Marks of a feed nobody follows any
	// more are not kept. A delivery that exists is refreshed: its Subscriptions are joined, Brief and Topics replaced, and
	// Revision grows by one unless both are what they were; a waiting one goes out at the earlier Due of the two, one posted singly
	// becomes due for an edit when it changed, now or at a later Due that isn't a Slot, one that went out in a digest or failed stays as
	// it is in Discord.
	PublishStory(ctx context.Context, now time.Time, p news.Publication) error
	// RewriteBriefs gives deliveries better briefs, except those that are no longer kept or got another brief than Was meanwhile. It
	// counts as a revision: a waiting delivery goes out at its Slot or now, one posted singly becomes due for an edit now.
	RewriteBriefs(ctx context.Context, now time.Time, rewrites []news.Rewrite) error
	// FinishPoll stores the feed's new state with the notices it owes and ends its lease. Marks that Poll.Listed does not keep are
	// forgotten unless it is nil.
	// ErrNotFound when nobody follows the feed any more, ErrLeaseLost when the feed (by Feed.Lease) was claimed again or finished
	// meanwhile. Default and, where another feed has the new address already, URL stay what they are.
	FinishPoll(ctx context.Context, now time.Time, p news.Poll) error

	// ArticleByURL finds the article people read at a URL (as in Article.URL). ErrNotFound.
	ArticleByURL(ctx context.Context, url string) (news.Article, error)
	// Articles returns the articles in the order asked for, leaving out those that are no longer kept.
	Articles(ctx context.Context, ids []news.ArticleID) ([]news.Article, error)
	// Story returns one story. ErrNotFound.
	Story(ctx context.Context, id news.StoryID) (news.Story, error)
	// Stories returns the stories whose Last lies in [from, to), oldest Last first.
	Stories(ctx context.Context, from, to time.Time) ([]news.Story, error)
	// Followers returns who wants to be told what is new in an event.
	Followers(ctx context.Context, event news.StoryID) ([]news.Follower, error)
	// Audience returns everyone's wishes, or nil when their version is still have.
	Audience(ctx context.Context, have uint64) (*news.Audience, error)
}
