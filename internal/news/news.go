// Package news holds the nouns of newsbrief: feeds, entries, articles, stories, topics, subscriptions, briefs, deliveries and
// a server's settings, with their typed ids and the sentinel errors every room shares. It knows nothing about how any of them is
// fetched, stored, recognised or posted, and imports no other package of ours.
package news

import (
	"strconv"
	"time"
)

// Ids of our own are 64-bit and ordered by time: 42 bits of Unix milliseconds, then 22 random bits (see NewID). Keys made of them
// are written in order and a cut-off time is a key.
type (
	FeedID         uint64
	ArticleID      uint64
	StoryID        uint64
	SubscriptionID uint64
)

// Ids of Discord's are snowflakes, kept as the decimal strings the API uses.
type (
	GuildID   string
	ChannelID string
	UserID    string
	RoleID    string
	MessageID string
)

const idRandomBits = 22

// NewID makes an id for something that begins at now; the low 22 bits come from random.
func NewID(now time.Time, random uint32) uint64 {
	return uint64(now.UnixMilli())<<idRandomBits | uint64(random)&(1<<idRandomBits-1)
}

// IDTime is the millisecond an id was made for.
func IDTime(id uint64) time.Time { return time.UnixMilli(int64(id >> idRandomBits)).UTC() }

// FirstID is the smallest id that can be made at t: everything before t has a smaller one.
func FirstID(t time.Time) uint64 { return NewID(t, 0) }

func (id FeedID) String() string         { return strconv.FormatUint(uint64(id), 36) }
func (id ArticleID) String() string      { return strconv.FormatUint(uint64(id), 36) }
func (id StoryID) String() string        { return strconv.FormatUint(uint64(id), 36) }
func (id SubscriptionID) String() string { return strconv.FormatUint(uint64(id), 36) }
