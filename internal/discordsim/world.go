package discordsim

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Channel types (developers/resources/channel, Channel Types).
const (
	ChannelText          = 0
	ChannelDM            = 1
	ChannelVoice         = 2
	ChannelGroup         = 3
	ChannelCategory      = 4
	ChannelAnnouncement  = 5
	ThreadAnnouncement   = 10
	ThreadPublic         = 11
	ThreadPrivate        = 12
	ChannelForum         = 15
	ChannelMedia         = 16
	overwriteRole        = 0
	overwriteMember      = 1
	maxMessagesInMemory  = 5000 // per channel; the oldest are forgotten
	maxGuildChannels     = 500
	maxChannelPins       = 250
	maxMessageReactions  = 20
	forumRequireTag      = 1 << 4
	defaultArchiveMinute = 4320
)

// User is a Discord user object (developers/resources/user).
type User struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	Discriminator string  `json:"discriminator"`
	GlobalName    *string `json:"global_name"`
	Avatar        *string `json:"avatar"`
	Bot           bool    `json:"bot,omitempty"`
	PublicFlags   int     `json:"public_flags"`
	Flags         int     `json:"flags"`
	Banner        *string `json:"banner"`
	AccentColor   *int    `json:"accent_color"`
	Decoration    any     `json:"avatar_decoration_data"`
	Collectibles  any     `json:"collectibles"`
	PrimaryGuild  any     `json:"primary_guild"`

	locale    string // of the person's client
	closedDMs bool   // the person takes no direct messages
	installed bool   // the person has the application for themselves
}

// Role is a guild role.
type Role struct {
	ID           string         `json:"id"`
	Name         string         `json:"name"`
	Permissions  string         `json:"permissions"`
	Position     int            `json:"position"`
	Color        int            `json:"color"`
	Colors       map[string]any `json:"colors"`
	Hoist        bool           `json:"hoist"`
	Managed      bool           `json:"managed"`
	Mentionable  bool           `json:"mentionable"`
	Icon         *string        `json:"icon"`
	UnicodeEmoji *string        `json:"unicode_emoji"`
	Tags         map[string]any `json:"tags,omitempty"`
	Flags        int            `json:"flags"`

	bits uint64
}

func (r *Role) setBits(bits uint64) {
	r.bits = bits
	r.Permissions = strconv.FormatUint(bits, 10)
}

// Member is a guild member; User is left out where Discord leaves it out.
type Member struct {
	User         *User    `json:"user,omitempty"`
	Nick         *string  `json:"nick"`
	Avatar       *string  `json:"avatar"`
	Banner       *string  `json:"banner"`
	Roles        []string `json:"roles"`
	JoinedAt     string   `json:"joined_at"`
	PremiumSince *string  `json:"premium_since"`
	TimeoutUntil *string  `json:"communication_disabled_until"`
	Deaf         bool     `json:"deaf"`
	Mute         bool     `json:"mute"`
	Flags        int      `json:"flags"`
	Pending      bool     `json:"pending"`
	Permissions  string   `json:"permissions,omitempty"` // only inside an interaction
}

func (m *Member) hasRole(id string) bool { return slices.Contains(m.Roles, id) }

// overwrite is a channel permission overwrite.
type overwrite struct {
	ID          string
	Type        int
	allow, deny uint64
}

func (o overwrite) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]any{"id": o.ID, "type": o.Type,
		"allow": strconv.FormatUint(o.allow, 10), "deny": strconv.FormatUint(o.deny, 10)})
}

// ForumTag is a tag of a forum channel.
type ForumTag struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Moderated bool    `json:"moderated"`
	EmojiID   *string `json:"emoji_id"`
	EmojiName *string `json:"emoji_name"`
}

// threadMetadata is what a thread has beyond a channel.
type threadMetadata struct {
	Archived         bool   `json:"archived"`
	ArchiveTimestamp string `json:"archive_timestamp"`
	AutoArchive      int    `json:"auto_archive_duration"`
	Locked           bool   `json:"locked"`
	Created          string `json:"create_timestamp"`
	Invitable        *bool  `json:"invitable,omitempty"`
}

// Channel is a guild channel, thread or direct message channel. It marshals to
// the fields Discord sends for its type.
type Channel struct {
	ID            string
	Type          int
	GuildID       string // "" for direct messages
	Name          string
	Topic         string
	ParentID      string
	Position      int
	NSFW          bool
	Flags         int
	Slowmode      int // seconds
	LastMessageID string
	LastPin       string
	OwnerID       string   // of a thread
	AppliedTags   []string // of a forum post
	AvailableTags []ForumTag
	Recipients    []*User

	overwrites   []overwrite
	thread       *threadMetadata
	messageCount int
	totalSent    int
	memberIDs    []string
	archiveAfter int // minutes, for new threads; 0: Discord's default
}

// MarshalJSON writes the Discord object of the channel's type.
func (c Channel) MarshalJSON() ([]byte, error) {
	o := map[string]any{"id": c.ID, "type": c.Type, "flags": c.Flags, "last_message_id": orNull(c.LastMessageID)}
	if c.LastPin != "" {
		o["last_pin_timestamp"] = c.LastPin
	}
	if c.Type == ChannelDM || c.Type == ChannelGroup {
		o["recipients"] = c.Recipients
		if c.Type == ChannelGroup {
			o["owner_id"], o["name"], o["icon"] = c.OwnerID, orNull(c.Name), nil
		}
		return json.Marshal(o)
	}
	o["guild_id"], o["name"], o["parent_id"] = c.GuildID, c.Name, orNull(c.ParentID)
	o["rate_limit_per_user"] = c.Slowmode
	if c.thread != nil {
		o["owner_id"] = c.OwnerID
		o["thread_metadata"] = c.thread
		o["message_count"] = c.messageCount
		o["total_message_sent"] = c.totalSent
		o["member_count"] = min(len(c.memberIDs), 50) // Discord stops counting at 50
		if len(c.AppliedTags) > 0 {
			o["applied_tags"] = c.AppliedTags
		}
		return json.Marshal(o)
	}
	o["position"], o["nsfw"] = c.Position, c.NSFW
	o["permission_overwrites"] = nonNil(c.overwrites)
	if c.Type == ChannelCategory {
		delete(o, "last_message_id")
		delete(o, "rate_limit_per_user")
		return json.Marshal(o)
	}
	o["topic"] = orNull(c.Topic)
	if c.archiveAfter > 0 {
		o["default_auto_archive_duration"] = c.archiveAfter
	}
	switch c.Type {
	case ChannelAnnouncement:
		delete(o, "rate_limit_per_user")
	case ChannelForum, ChannelMedia:
		o["available_tags"] = nonNil(c.AvailableTags)
		o["default_reaction_emoji"], o["default_sort_order"], o["default_forum_layout"] = nil, nil, 0
		o["template"] = ""
	case ChannelVoice:
		o["bitrate"], o["user_limit"], o["rtc_region"] = 64000, 0, nil
	}
	return json.Marshal(o)
}

func (c Channel) isThread() bool { return c.thread != nil }

// takesMessages reports whether messages can be sent straight into it.
func (c Channel) takesMessages() bool {
	return c.Type != ChannelCategory && c.Type != ChannelForum && c.Type != ChannelMedia
}

// channel is a Channel with what happened in it.
type channel struct {
	Channel
	guild        *guild   // nil for direct messages
	parentThread *channel // the channel a thread hangs off
	messages     []*message
	published    []int64 // unix seconds of the latest edits of crossposted messages
}

func (c *channel) find(id string) *message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *message, id string) int {
		switch {
		case m.ID == id:
			return 0
		case olderID(m.ID, id):
			return -1
		}
		return 1
	})
	if !ok {
		return nil
	}
	return c.messages[i]
}

func (c *channel) add(m *message) {
	c.messages = append(c.messages, m)
	if len(c.messages) > maxMessagesInMemory {
		c.messages = slices.Clone(c.messages[len(c.messages)-maxMessagesInMemory:])
	}
	if m.onlyFor == "" {
		c.LastMessageID = m.ID
		if c.thread != nil {
			c.messageCount++
			c.totalSent++
		}
	}
}

func (c *channel) remove(m *message) {
	if i := slices.Index(c.messages, m); i >= 0 {
		c.messages = slices.Delete(c.messages, i, i+1)
		if c.thread != nil && m.onlyFor == "" {
			c.messageCount--
		}
	}
}

// guild is a server.
type guild struct {
	ID, Name, OwnerID string
	locale            string
	joined            string
	roles             []*Role // first @everyone, whose id is the guild's
	botRole           *Role
	memberRole        *Role
	moderatorRole     *Role // nil before the first moderator
	members           map[string]*Member
	order             []string // member ids as they joined
	channels          []*channel
	webhooks          []*webhook
}

func (g *guild) role(id string) *Role {
	for _, r := range g.roles {
		if r.ID == id {
			return r
		}
	}
	return nil
}

func (g *guild) visibleChannels(threads bool) []Channel {
	list := []Channel{}
	for _, c := range g.channels {
		if c.isThread() == threads {
			list = append(list, c.Channel)
		}
	}
	return list
}

// object is the guild as REST and READY's GUILD_CREATE tell it.
func (g *guild) object() map[string]any {
	return map[string]any{
		"id": g.ID, "name": g.Name, "owner_id": g.OwnerID, "icon": nil, "description": nil, "home_header": nil, "splash": nil,
		"discovery_splash": nil, "features": []string{}, "banner": nil, "application_id": nil, "region": "deprecated",
		"afk_channel_id": nil, "afk_timeout": 300, "system_channel_id": nil, "system_channel_flags": 0,
		"widget_enabled": false, "widget_channel_id": nil, "verification_level": 0, "roles": g.roles,
		"default_message_notifications": 0, "mfa_level": 0, "explicit_content_filter": 0, "max_presences": nil,
		"max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25, "vanity_url_code": nil,
		"premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": g.locale, "rules_channel_id": nil,
		"safety_alerts_channel_id": nil, "public_updates_channel_id": nil, "premium_progress_bar_enabled": false,
		"nsfw": false, "nsfw_level": 0, "emojis": []any{}, "stickers": []any{}, "incidents_data": nil,
	}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func nonNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
