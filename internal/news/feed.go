package news

import (
	"slices"
	"time"
)

// Feed is a polled URL. All guilds that follow it share one Feed: it is fetched once.
type Feed struct {
	ID       FeedID
	URL      string // the address that is polled
	Title    string // the outlet's name as the feed gives it, or the host while nothing is known
	Site     string // the home page the feed belongs to
	Language string // as declared by the feed, BCP 47, "" when it says nothing
	Default  bool   // named in the operator's FEEDS: followed by every guild that did not remove it
	Page     bool   // a page without a feed: the links of its list of articles are its entries

	// What the last look left behind. The validators and BodyHash advance only in the transaction that ends a poll (FinishPoll),
	// after all its entries are stored.
	ETag         string
	LastModified string
	BodyHash     string        // hash of the last body, "" before the first look
	Seeded       bool          // the first look is done; what is new from now on is posted
	NextPoll     time.Time     // when the next look is due
	Interval     time.Duration // the pace at which the feed is looked at now
	CheckedAt    time.Time     // last look, successful or not
	OKAt         time.Time     // last successful look
	NewsAt       time.Time     // when a look last brought a new entry (the first look counts)
	Rhythm       Rhythm        `json:",omitzero"` // when news is to be expected
	Failures     int           // failed looks in a row
	FailingSince time.Time     // when the first of these failed for another reason than 429, zero when there is none
	Problem      string        // why the last look failed or lost something, in a sentence for people; "" when all is well
	Gone         bool          // answered 410: not polled any more
	Told         FeedState     `json:",omitempty"` // Failing or Gone when managers were told so, until they are told that it works again
	MovedTo      string        `json:",omitempty"` // the address it was last sent to for good

	// What the feed itself asks of those who poll it, kept because an unchanged feed is not read again.
	TTL       time.Duration // not more often than this; 0 when it doesn't say
	SkipHours uint32        // bit h: not in the hour from h:00 to h:59 UTC
	SkipDays  uint8         // bit time.Weekday: not on that day (UTC)

	Lease uint64 `json:"-"` // fencing token of the claim this value came from (ClaimFeeds), 0 otherwise
}

// Entry is one item of a feed as the feed tells it. Summary and Content may hold HTML.
type Entry struct {
	GUID      string
	Title     string // plain text
	Link      string // absolute URL
	Author    string
	Published time.Time // zero when the feed gives none
	Updated   time.Time
	Summary   string
	Content   string
	Image     string // absolute URL of a picture the feed names
	ImageAlt  string // what it shows, as the feed says
	Language  string // the item's own, else the feed's declared language; may be ""
}

// Mark is one thing that may tell an entry apart within its feed (its characters, its guid, its canonical link, ...), hashed. What it
// says that some of an entry's marks are known depends on the feed; read.Document.Fresh judges it.
type Mark [16]byte

// Poll is the end of one look at a feed: what its row becomes and which marks stay.
type Poll struct {
	Feed Feed
	// Listed are the marks of each entry the feed listed, so that seen marks stay as long as the feed lists the entry. The first
	// mark of an entry stands for all that were ever stored with it as first: alone it keeps them.
	// Nil leaves the marks as they are (nothing was parsed: 304, unchanged body, failure).
	Listed [][]Mark
	// Deliveries are notices owed because of the state the feed is in now; those that exist already are left as they are.
	Deliveries []Delivery
}

// Push is what is known of a feed's WebSub hub: the subscription that was asked of it and how long it runs.
type Push struct {
	Feed      FeedID
	Hub       string    // where to subscribe, as the feed names it
	Topic     string    // the address the hub knows the feed by
	Secret    string    // under which the hub signs what it delivers
	AskedAt   time.Time // when a subscription was last asked for
	AskAgain  time.Time // not before this time; zero when the hub has confirmed what was last asked for
	Until     time.Time // the hub has confirmed it and delivers until then; zero before
	Delivered time.Time // when the hub last delivered something
	Problem   string    // why there is no subscription, in a sentence; "" when all is well
}

// Article is an entry with its full text. The same page reached through several feeds is one article.
type Article struct {
	ID        ArticleID
	Feeds     []FeedID // the feeds that carried it, first one first
	Source    string   // the outlet's name
	URL       string   // where people read it
	Title     string
	Byline    string
	Language  string // BCP 47 of the text
	Image     string // lead picture, absolute URL or ""
	ImageAlt  string `json:",omitempty"` // what it shows, as the page says
	Text      string // plain text, paragraphs separated by newlines
	Teaser    bool   // Text is only what the feed offered: a teaser or a paywalled page
	Published time.Time
	Seen      time.Time // when the bot first saw it
	Story     StoryID
	News      []Sentence `json:",omitempty"` // what it told that its story did not know yet; nothing for a story's first article and for a re-wording
	Corrects  bool       `json:",omitempty"` // it says that an earlier report was wrong
	Edited    time.Time  `json:",omitzero"`  // when its outlet wrote into it what News says; zero when it was there from the beginning
	TitleOnly bool       `json:"-"`          // it is as Audience.Shown leaves it where no more than its title and link may be shown
}

// Story is one event told in one language by one or more articles. Stories of one event in several languages share Event.
type Story struct {
	ID       StoryID
	Event    StoryID // the first story of the event in any language; the story's own ID when it is that
	Language string
	Headline string
	Articles []ArticleID // in order of arrival
	Topics   []Match     // every topic that any of its articles matched so far
	First    time.Time   // when its first article was seen
	Last     time.Time   // when its latest article was seen
}

// Join adds what another process told of the same story meanwhile: its articles and their topics.
func (s Story) Join(other Story) Story {
	s.Articles = slices.Concat(s.Articles, other.Articles)
	slices.Sort(s.Articles)
	s.Articles = slices.Compact(s.Articles)
	s.Topics = slices.Clone(s.Topics)
	for _, m := range other.Topics {
		if !slices.ContainsFunc(s.Topics, func(x Match) bool { return x.Topic == m.Topic }) {
			s.Topics = append(s.Topics, m)
		}
	}
	if other.Last.After(s.Last) {
		s.Last = other.Last
	}
	return s
}

// Publication is one article's way into the archive: the entry's marks, the article, the story it belongs to and what is owed
// because of it. It is stored in one transaction or not at all.
type Publication struct {
	Feed    FeedID
	Marks   []Mark
	Article Article // an ID that exists already means: the same article through one more feed, or edited; its row is replaced
	Story   Story   // the story as it is with this article; created or replaced
	// Deliveries are created, or, where one with the same ID exists, refreshed: Brief and Topics are replaced and Revision
	// grows by one unless they are the same, so that a posted brief is edited and a waiting one goes out as it is now, at the earlier Due of the two.
	Deliveries []Delivery
}
