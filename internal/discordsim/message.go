package discordsim

import (
	"slices"
	"strings"
	"time"
)

// Message flags (developers/resources/message, Message Flags).
const (
	FlagCrossposted      = 1 << 0
	FlagSuppressEmbeds   = 1 << 2
	FlagHasThread        = 1 << 5
	FlagEphemeral        = 1 << 6
	FlagLoading          = 1 << 7
	FlagNoNotification   = 1 << 12
	FlagComponentsV2     = 1 << 15
	settableMessageFlags = FlagSuppressEmbeds | FlagNoNotification | FlagComponentsV2
)

// Message is a Discord message object (developers/resources/message).
type Message struct {
	ID               string           `json:"id"`
	ChannelID        string           `json:"channel_id"`
	Type             int              `json:"type"`
	Content          string           `json:"content"`
	Author           *User            `json:"author"`
	Timestamp        string           `json:"timestamp"`
	EditedTimestamp  *string          `json:"edited_timestamp"`
	TTS              bool             `json:"tts"`
	Pinned           bool             `json:"pinned"`
	MentionEveryone  bool             `json:"mention_everyone"`
	Mentions         []*User          `json:"mentions"`
	MentionRoles     []string         `json:"mention_roles"`
	Attachments      []map[string]any `json:"attachments"`
	Embeds           []map[string]any `json:"embeds"`
	Components       []map[string]any `json:"components"`
	Reactions        []Reaction       `json:"reactions,omitempty"`
	Flags            int              `json:"flags"`
	Nonce            any              `json:"nonce,omitempty"`
	WebhookID        string           `json:"webhook_id,omitempty"`
	ApplicationID    string           `json:"application_id,omitempty"`
	Interaction      map[string]any   `json:"interaction,omitempty"`
	Metadata         map[string]any   `json:"interaction_metadata,omitempty"`
	MessageReference map[string]any   `json:"message_reference,omitempty"`
	Referenced       *Message         `json:"referenced_message,omitempty"`
	Thread           *Channel         `json:"thread,omitempty"`
	Position         *int             `json:"position,omitempty"`
}

// Reaction counts who reacted with one emoji.
type Reaction struct {
	Count        int            `json:"count"`
	CountDetails map[string]int `json:"count_details"`
	Me           bool           `json:"me"`
	MeBurst      bool           `json:"me_burst"`
	Emoji        map[string]any `json:"emoji"`
	BurstColors  []string       `json:"burst_colors"`

	users []string
}

// Text is all a person can read in the message, in order, a line for each
// piece: content, embeds, and the texts, labels and placeholders of components.
func (m Message) Text() string {
	var lines []string
	add := func(v any) {
		if s, _ := v.(string); s != "" {
			lines = append(lines, s)
		}
	}
	add(m.Content)
	for _, e := range m.Embeds {
		if author, ok := e["author"].(map[string]any); ok {
			add(author["name"])
		}
		add(e["title"])
		add(e["description"])
		fields, _ := e["fields"].([]any)
		for _, f := range fields {
			if f, ok := f.(map[string]any); ok {
				add(f["name"])
				add(f["value"])
			}
		}
		if footer, ok := e["footer"].(map[string]any); ok {
			add(footer["text"])
		}
	}
	for _, c := range m.Components {
		walkComponents(c, func(c map[string]any) {
			add(c["content"])
			add(c["label"])
			add(c["placeholder"])
		})
	}
	return strings.Join(lines, "\n")
}

// message is a Message and what only the service knows of it.
type message struct {
	Message
	onlyFor string // the one person who sees an ephemeral message
	created time.Time
}

// copy is safe to hand out: slices and maps of a message are replaced, never changed.
func (m *message) copy() Message { return m.Message }

// history is how a message looks when it is read later: the nonce is told only
// in the answer to its creation and in MESSAGE_CREATE; Discord doesn't store it.
func (m *message) history() Message {
	c := m.Message
	c.Nonce = nil
	return c
}

func (m *message) seenBy(userID string) bool { return m.onlyFor == "" || m.onlyFor == userID }

// react adds (or with on=false removes) one person's reaction; it reports
// whether anything changed.
func (m *message) react(userID string, emoji map[string]any, on bool, isBot bool) bool {
	list := slices.Clone(m.Reactions)
	i := slices.IndexFunc(list, func(r Reaction) bool {
		return r.Emoji["id"] == emoji["id"] && r.Emoji["name"] == emoji["name"]
	})
	if i < 0 {
		if !on {
			return false
		}
		list = append(list, Reaction{Emoji: emoji, BurstColors: []string{}})
		i = len(list) - 1
	}
	r := list[i]
	has := slices.Index(r.users, userID)
	if (has >= 0) == on {
		return false
	}
	if on {
		r.users = append(slices.Clone(r.users), userID)
	} else {
		r.users = slices.Delete(slices.Clone(r.users), has, has+1)
	}
	if isBot {
		r.Me = on
	}
	r.Count = len(r.users)
	r.CountDetails = map[string]int{"normal": r.Count, "burst": 0}
	list[i] = r
	if r.Count == 0 {
		list = slices.Delete(list, i, i+1)
	}
	m.Reactions = list
	return true
}
