package command

import (
	"time"

	"newsbrief/internal/news"
)

// Ask is a person's question: a command with its arguments, or a button's or select's id.
type Ask struct {
	Command string            // "brief", "feed add", "Why this post?"; "" for a component
	Args    map[string]string // given options by name; numbers in decimal, channels by id
	Button  string            // Button.ID of the component that was used
	Values  []string          // what was chosen in a select
	Guild   news.GuildID      // the person's own in direct messages and wherever the bot isn't installed
	Channel news.ChannelID
	User    news.UserID
	Manager bool           // may manage the guild
	Locale  string         // the person's client language
	Message news.MessageID // the message a message command or component belongs to
	Others  bool           // a component's message is the answer to somebody else
	// Progress, when set, shows what there is of a long answer so far. Of several in a short time the last one counts.
	Progress func(Reply)
}

// Reply is what people get. All text in it is plain: it is escaped where it is rendered.
type Reply struct {
	Private bool
	Title   string
	Blocks  []Block
	Selects []Select
	Buttons []Button
	File    *File
	Replace bool // a component's answer: takes the place of the message the component is in
}

// Block is one piece of a reply, in reading order: a paragraph, or a brief.
type Block struct {
	Lines []Line
	Brief *news.Brief
	Quiet bool // secondary text, in small print
}

// Line is one line of text made of spans.
type Line []Span

// Span is a run of text, with what it means beside its words.
type Span struct {
	Text    string
	URL     string // links the text
	Bold    bool
	Code    bool
	Channel news.ChannelID // a channel instead of text
	Time    time.Time      // a moment instead of text, shown in the reader's own zone
}

// Button is a button below a reply. ID is at most 100 characters and comes back in Ask.Button.
type Button struct {
	ID    string
	Label string
	Style ButtonStyle
}

// ButtonStyle is how much a button asks to be pressed.
type ButtonStyle int

const (
	Secondary ButtonStyle = iota
	Primary
	Danger
)

// Select is a list of which one thing can be chosen, with 1 to 25 choices. Its ID comes back in Ask.Button and the choice's value in
// Ask.Values.
type Select struct {
	ID          string
	Placeholder string // shown where nothing is chosen
	Chosen      string // the value of the choice that is made already, "" for none
	Choices     []Choice
}

// File is a file that comes with a reply.
type File struct {
	Name string
	Data []byte
}

// WhyButton is the id of the button below every posted brief. It also marks the message as that delivery's, so that it can be
// found in its channel again.
func WhyButton(id news.DeliveryID) string { return "why:" + string(id) }

// FollowButton is the id of a button that has a person told what is new in a story, or ends that. id is that of the message it is below.
func FollowButton(event news.StoryID, id news.DeliveryID) string {
	return "follow:" + event.String() + ":" + string(id)
}

// FollowSelect is the id of a select of stories by their StoryKeys: choosing one does what its FollowButton does.
func FollowSelect(id news.DeliveryID) string { return "follow::" + string(id) }

// UnfollowButton is the id of a button that ends the following of a story. Below a message that tells an update it marks the message like
// WhyButton.
func UnfollowButton(event news.StoryID, id news.DeliveryID) string {
	return "unfollow:" + event.String() + ":" + string(id)
}

// UnfollowSelect is the id of a select of stories by their StoryKeys: choosing one does what its UnfollowButton does.
func UnfollowSelect(id news.DeliveryID) string { return "unfollow::" + string(id) }

// StoryKey is a story's id as a value in a component.
func StoryKey(event news.StoryID) string { return event.String() }

// FeedsButton is the id of the button below every posted notice, which leads to the list of feeds. Like WhyButton it marks the message.
func FeedsButton(id news.DeliveryID) string { return "feeds:" + string(id) }

// FeedSelect is the id of a select of feeds in a message that stays, by their FeedKeys: choosing one shows it.
func FeedSelect(id news.DeliveryID) string { return "feed:" + string(id) }

// RetryButton is the id of a button that has a feed looked at now.
func RetryButton(feed news.FeedID) string { return "retry:" + FeedKey(feed) }

// RemoveButton is the id of a button that ends the following of a feed.
func RemoveButton(feed news.FeedID) string { return "remove:" + FeedKey(feed) }

// FeedKey is a feed's id as a value in a component.
func FeedKey(feed news.FeedID) string { return feed.String() }
