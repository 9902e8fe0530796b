package command

import (
	"context"
	"time"

	"newsbrief/internal/news"
)

// Store is what the commands want kept and found. Each method is one transaction.
type Store interface {
	// AddFeed makes a guild follow a feed. A feed with this URL that is known already is shared and returned as it is, only that
	// one given up as Gone is looked at again; ErrExists (with the feed) when the guild follows it already.
	AddFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.Feed) (news.Feed, error)
	// RemoveFeed ends that; a feed nobody follows any more is dropped, its articles stay. ErrNotFound.
	RemoveFeed(ctx context.Context, guild news.GuildID, feed news.FeedID) error
	// RetryFeed makes a feed that a guild follows due now, also one that is Gone. ErrNotFound.
	RetryFeed(ctx context.Context, now time.Time, guild news.GuildID, feed news.FeedID) error
	// GuildFeeds returns the feeds a guild follows, by title.
	GuildFeeds(ctx context.Context, guild news.GuildID) ([]news.Feed, error)

	// SetTitles decides whether briefs have of a feed that a guild follows its titles and links only. ErrNotFound.
	SetTitles(ctx context.Context, guild news.GuildID, feed news.FeedID, only bool) error

	// PutTopic creates a guild's own topic (ErrExists) or, with replace, changes the query of one (ErrNotFound).
	PutTopic(ctx context.Context, topic news.Topic, replace bool) error
	// DeleteTopic drops it with its subscriptions, which are returned. ErrNotFound.
	DeleteTopic(ctx context.Context, id news.TopicID) ([]news.Subscription, error)
	// GuildTopics returns a guild's own topics by name.
	GuildTopics(ctx context.Context, guild news.GuildID) ([]news.Topic, error)

	// Subscribe stores a subscription; one of the same topic and channel is replaced and keeps its ID and Created.
	Subscribe(ctx context.Context, sub news.Subscription) (news.Subscription, error)
	// Unsubscribe drops it together with what it alone still had waiting; what is being sent at this moment may still arrive.
	// ErrNotFound.
	Unsubscribe(ctx context.Context, id news.SubscriptionID) error
	// GuildSubscriptions returns a guild's subscriptions by channel and topic.
	GuildSubscriptions(ctx context.Context, guild news.GuildID) ([]news.Subscription, error)
	// Resume ends the rest of the subscriptions in a person's own guild; what waited for that goes out as a digest now. It reports
	// whether anything rested, and costs little when nothing did.
	Resume(ctx context.Context, now time.Time, own news.GuildID) (rested bool, err error)
	GuildSettings(ctx context.Context, guild news.GuildID) (news.Settings, error)
	PutSettings(ctx context.Context, settings news.Settings) error

	// Stories returns the stories whose Last lies in [from, to), oldest Last first.
	Stories(ctx context.Context, from, to time.Time) ([]news.Story, error)
	Story(ctx context.Context, id news.StoryID) (news.Story, error)
	Articles(ctx context.Context, ids []news.ArticleID) ([]news.Article, error)
	ArticleByURL(ctx context.Context, url string) (news.Article, error)
	// ArticlesAfter returns at most max articles in the order they were stored or changed, beginning behind sequence after, with the
	// sequence of the last one.
	ArticlesAfter(ctx context.Context, after uint64, max int) ([]news.Article, uint64, error)
	// Audience returns everyone's wishes, or nil when their version is still have.
	Audience(ctx context.Context, have uint64) (*news.Audience, error)
	// AudienceVersion is the Version of the Audience as it is now.
	AudienceVersion(ctx context.Context) (uint64, error)

	// Answer and PutAnswer keep what is too long for a component's id by its hash, as they keep a model's answers (summary.Answers).
	Answer(ctx context.Context, question [32]byte) ([]byte, error)
	PutAnswer(ctx context.Context, now time.Time, question [32]byte, answer []byte) error

	// EventDeliveries returns what was owed for an event in a guild.
	EventDeliveries(ctx context.Context, event news.StoryID, guild news.GuildID) ([]news.Delivery, error)
	// MessageDeliveries returns the deliveries that a message holds. ErrNotFound.
	MessageDeliveries(ctx context.Context, channel news.ChannelID, message news.MessageID) ([]news.Delivery, error)

	// Follow has a person told what is new in a story; doing so again changes nothing but through which guild. It ends the following of
	// their oldest stories where they would follow more than news.MaxFollowed.
	Follow(ctx context.Context, f news.Follower) error
	// Unfollow ends that, drops what they still had waiting of it, and reports whether they followed it. What is being sent at this
	// moment may still arrive.
	Unfollow(ctx context.Context, event news.StoryID, user news.UserID) (was bool, err error)

	// CaughtUp returns when a person last asked what they missed in a guild, the zero time when never, and sets it to now.
	CaughtUp(ctx context.Context, now time.Time, guild news.GuildID, user news.UserID) (time.Time, error)

	// Person counts what is kept about a person, wherever it is.
	Person(ctx context.Context, user news.UserID) (news.Personal, error)
	// ForgetPerson drops all of that: their own guild, what they follow, when they asked what they missed, what was owed or sent to them,
	// and that they made a server's subscriptions, which stay.
	ForgetPerson(ctx context.Context, user news.UserID) error
}
