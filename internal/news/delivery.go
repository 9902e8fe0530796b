package news

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// When says how soon a subscription's briefs are posted.
type When string

const (
	Now    When = "now"    // each brief at once
	Hourly When = "hourly" // a digest at every full hour
	Daily  When = "daily"  // a digest a day at Subscription.At
	Weekly When = "weekly" // a digest a week on Subscription.Weekday at Subscription.At
)

// Subscription is topic × channel, with its timing, language and budget. Channel is a guild's channel; in a person's own guild it is
// empty and User is the person, who gets direct messages.
type Subscription struct {
	ID        SubscriptionID
	Guild     GuildID
	Channel   ChannelID
	User      UserID
	Topic     TopicID
	When      When
	At        int          // minute of the day in the guild's zone, 0..1439; daily and weekly
	Weekday   time.Weekday // weekly
	Language  string       // only stories told in this language, "" for any
	Budget    int          // briefs an hour posted singly, 0 for the guild's; what is over waits for the next digest
	Created   time.Time
	CreatedBy UserID
	Rests     string // why nothing is sent now (channel deleted, direct messages closed), in a sentence; "" when it works
}

// Settings are a guild's.
type Settings struct {
	Guild     GuildID
	Language  string // BCP 47: which telling of a story is preferred; "" for the guild's locale, then any
	Zone      string // IANA time zone of digests and quiet hours, "" for UTC
	QuietFrom int    // minute of the day in Zone; QuietFrom == QuietTo means no quiet hours
	QuietTo   int
	Budget    int // briefs an hour and channel posted singly, 0 for DefaultBudget
	NoticesTo ChannelID
}

// DefaultBudget is how many briefs an hour a channel takes one by one; a flood beyond it becomes a digest.
const DefaultBudget = 120

// DigestSize is how many briefs one digest message holds at most; a larger digest is several messages.
const DigestSize = 20

// Sentence is one sentence of a brief with where it comes from: bytes Start to End of the article's Text. A model's sentence
// has Start == End == 0 and stands on Article alone.
type Sentence struct {
	Text    string
	Article ArticleID
	Start   int
	End     int
}

// Source is one telling of a story.
type Source struct {
	Article   ArticleID
	Name      string // the outlet
	Title     string
	URL       string
	Language  string
	Published time.Time
}

// Brief is a story made short.
type Brief struct {
	Story     StoryID
	Language  string
	Headline  string
	Sentences []Sentence
	Sources   []Source // the tellings in Language, the ones the sentences come from first
	Also      []Source // tellings in other languages
	Image     string
	ImageAlt  string  `json:",omitempty"` // what the picture shows, as its outlet says
	Update    *Update `json:",omitempty"` // the latest news of the story since its first telling, nil when there is none
	Model     string  // the model that wrote it, "" for an extractive brief
	Note      string  // a sentence for the reader when something is off: a teaser only, a model's text that failed its check
	Published time.Time
}

// Update is what a later telling brought to a story that was told before.
type Update struct {
	Article   ArticleID
	Sentences []Sentence // what is new, word for word as the article says it
	Corrects  bool       // the article says that an earlier report was wrong
	At        time.Time  // when it was seen
}

// DeliveryID identifies a delivery and is its Discord nonce: at most 25 characters.
type DeliveryID string

// NewDeliveryID is the id of what is owed to a channel for an event: the same event is owed to the same channel only once.
func NewDeliveryID(event StoryID, channel ChannelID) DeliveryID {
	return hashID("b", uint64(event), string(channel))
}

// NewDigestID is the id of the digest of a channel for a slot (its due time); part counts from 0 where a digest is split.
func NewDigestID(channel ChannelID, slot time.Time, part int) DeliveryID {
	return hashID("d", uint64(slot.Unix())<<8|uint64(part), string(channel))
}

// NewNoticeID is the id of what a guild's managers are told of a feed in a channel: once for each time since which it is so.
func NewNoticeID(feed FeedID, since time.Time, channel ChannelID) DeliveryID {
	return hashID("n", uint64(feed)^uint64(since.UnixNano()), string(channel))
}

// NewUpdateID is the id of what a place is told of an update: a follower's direct messages, or the thread of a post.
func NewUpdateID(u Update, place ChannelID) DeliveryID {
	return hashID("u", uint64(u.Article)^uint64(u.At.UnixNano()), string(place))
}

func hashID(kind string, n uint64, channel string) DeliveryID {
	h := sha256.Sum256(append(binary.BigEndian.AppendUint64([]byte(kind), n), channel...))
	return DeliveryID(kind + strings.ToLower(base32.HexEncoding.WithPadding(base32.NoPadding).EncodeToString(h[:15])))
}

// DeliveryState is where a delivery stands.
type DeliveryState string

const (
	Waiting DeliveryState = "waiting" // owed; due at Due
	Posted  DeliveryState = "posted"  // Message holds it (at PostedRevision)
	Failed  DeliveryState = "failed"  // can't be posted: Problem says why
)

// Notice is what a guild's managers are told.
type Notice struct {
	Title string
	Lines []string  // a sentence each
	Since time.Time // since when it is so, zero when that says nothing
	Feed  FeedID    // the feed it is about, which can be retried or removed; 0 for none
}

// Delivery is one brief, or one notice, owed to one place. When its brief changes after it was posted, Revision runs ahead of PostedRevision
// and the message is edited.
type Delivery struct {
	ID             DeliveryID
	Event          StoryID
	Story          StoryID
	Guild          GuildID
	Channel        ChannelID
	User           UserID           // direct messages: Channel is "" until it is opened
	Subscriptions  []SubscriptionID // why it is there
	Topics         []Match          // why it is there, in words
	Budget         int              // briefs an hour its channel takes singly
	Language       string           `json:",omitempty"` // BCP 47: the language that was asked for, "" for any
	Brief          Brief
	Update         bool      `json:",omitempty"` // only Brief.Update is told: to a follower, or in the thread of a post
	Told           time.Time `json:",omitzero"`  // At of the Brief.Update that Message shows, or had when it was posted
	Notice         *Notice   // set: this is posted instead of a brief
	State          DeliveryState
	Due            time.Time // when it may go out
	Slot           time.Time // the digest it goes out with; zero: on its own
	Revision       int       // of Brief, from 1
	PostedRevision int
	Message        MessageID
	PostedIn       ChannelID // the channel of Message
	Digest         DeliveryID
	Attempts       int
	FirstTry       time.Time // when it was first sent, zero before: the nonce's window counts from here
	Problem        string
	Created        time.Time
	PostedAt       time.Time
}

// Rewrite is a better brief for a delivery.
type Rewrite struct {
	Event    StoryID
	Delivery DeliveryID
	Was      Brief // what is rewritten
	Brief    Brief
}

// Place is where the delivery goes: its channel, or for direct messages the person, under the name of their own guild. Order, claims,
// digests and budgets are kept per place.
func (d Delivery) Place() ChannelID {
	if d.Channel != "" {
		return d.Channel
	}
	return ChannelID(OwnGuild(d.User))
}

// Direct reports whether a place is a person's direct messages rather than a channel.
func (place ChannelID) Direct() bool { return GuildID(place).Person() != "" }

// Claim is what the outbox has been handed to send: one delivery (post or edit), or the deliveries of one digest. Nobody else is
// handed them until the lease ends. Token fences: an answer with an old token is refused with ErrLeaseLost.
type Claim struct {
	Token      uint64
	Digest     DeliveryID // set: the deliveries go out as one digest under this nonce
	Deliveries []Delivery
	Until      time.Time // end of the lease
}

// ID is the nonce the claim goes out under: its digest's id or its only delivery's.
func (c Claim) ID() DeliveryID {
	if c.Digest != "" {
		return c.Digest
	}
	return c.Deliveries[0].ID
}
