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
	Guild   news.GuildID      // "" in direct messages
	Channel news.ChannelID
	User    news.UserID
	Manager bool           // may manage the guild
	Locale  string         // the person's client language
	Message news.MessageID // the message a message command or component belongs to
}

// Reply is what people get. All text in it is plain: it is escaped where it is rendered.
type Reply struct {
	Private bool
	Title   string
	Blocks  []Block
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

// File is a file that comes with a reply.
type File struct {
	Name string
	Data []byte
}

// WhyButton is the id of the button below every posted brief. It also marks the message as that delivery's, so that it can be
// found in its channel again.
func WhyButton(id news.DeliveryID) string { return "why:" + string(id) }
