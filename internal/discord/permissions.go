package discord

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
)

// needed are the permissions a channel must give for briefs to be posted, found again and edited there.
var needed = []struct {
	bit  uint64
	name string
}{
	{discordgo.PermissionViewChannel, "View Channel"},
	{discordgo.PermissionSendMessages, "Send Messages"},
	{discordgo.PermissionEmbedLinks, "Embed Links"},
	{discordgo.PermissionReadMessageHistory, "Read Message History"},
}

// InvitePermissions are the least permissions the bot is to be invited with.
func InvitePermissions() uint64 {
	bits := uint64(discordgo.PermissionSendMessagesInThreads)
	for _, n := range needed {
		bits |= n.bit
	}
	return bits
}

// channelObject is the part of a channel that is read.
type channelObject struct {
	ID         string       `json:"id"`
	Guild      news.GuildID `json:"guild_id"`
	Kind       int          `json:"type"`
	Parent     string       `json:"parent_id"`
	Overwrites []struct {
		ID    string `json:"id"`
		Kind  int    `json:"type"` // 0 role, 1 member
		Allow string `json:"allow"`
		Deny  string `json:"deny"`
	} `json:"permission_overwrites"`
}

// Kinds of channels a brief can be posted in.
var postable = map[int]bool{0: true, 2: true, 5: true, 10: true, 11: true, 12: true, 13: true}

// CanPost returns nil when briefs can be posted in the channel or, in a person's own guild, sent to them, and a *news.UserError that says
// what is missing otherwise. When Discord can't be asked it returns nil: the first post will tell.
func (b *Bot) CanPost(ctx context.Context, guild news.GuildID, channel news.ChannelID) error {
	if user := guild.Person(); user != "" {
		if channel != "" {
			return &news.UserError{Sentence: "Here I write to you alone. To post in a channel, have me invited to its server; then a manager of that server can subscribe it there."}
		}
		return b.canWrite(ctx, user)
	}
	missing, err := b.missing(ctx, guild, channel)
	var api *apiError
	switch {
	case errors.As(err, &api) && (api.Code == 50001 || api.Status == http.StatusForbidden):
		return &news.UserError{Sentence: "I can't see that channel. Give me View Channel there, then try again."}
	case errors.As(err, &api) && api.Status == http.StatusNotFound:
		return &news.UserError{Sentence: "There is no such channel any more."}
	case errors.As(err, new(*news.UserError)):
		return err
	case err != nil:
		b.o.Logger.Warn("a channel's permissions can't be checked", "channel", channel, "err", err)
		return nil
	case len(missing) > 0:
		return &news.UserError{Sentence: "In that channel I lack %s. Give me that in the channel's settings, under Permissions, then try again.", Args: []any{locale.List(missing)}}
	}
	return nil
}

// missing names the permissions the bot lacks in a channel, computed as Discord does
// (https://docs.discord.com/developers/topics/permissions#permission-overwrites).
func (b *Bot) missing(ctx context.Context, guild news.GuildID, channel news.ChannelID) ([]string, error) {
	var c channelObject
	if err := b.request(ctx, http.MethodGet, discordgo.EndpointChannel(string(channel)), nil, &c); err != nil {
		return nil, err
	}
	if c.Guild != guild {
		return nil, &news.UserError{Sentence: "That channel is not in this server."}
	}
	if !postable[c.Kind] {
		return nil, &news.UserError{Sentence: "That kind of channel takes no messages. Choose a text or announcement channel, or a thread."}
	}
	thread := c.Kind >= 10 && c.Kind <= 12
	if thread { // a thread's permissions are its parent's
		if err := b.request(ctx, http.MethodGet, discordgo.EndpointChannel(c.Parent), nil, &c); err != nil {
			return nil, err
		}
	}
	var g struct {
		Roles []struct {
			ID          string `json:"id"`
			Permissions string `json:"permissions"`
		} `json:"roles"`
	}
	if err := b.request(ctx, http.MethodGet, discordgo.EndpointGuild(string(guild)), nil, &g); err != nil {
		return nil, err
	}
	me := b.userID()
	var m struct {
		Roles []string `json:"roles"`
	}
	if err := b.request(ctx, http.MethodGet, discordgo.EndpointGuildMember(string(guild), me), nil, &m); err != nil {
		return nil, err
	}

	mine := map[string]bool{string(guild): true} // @everyone's role has the guild's id
	for _, id := range m.Roles {
		mine[id] = true
	}
	var have uint64
	for _, r := range g.Roles {
		if mine[r.ID] {
			have |= bits(r.Permissions)
		}
	}
	if have&discordgo.PermissionAdministrator != 0 {
		return nil, nil
	}
	var allow, deny uint64
	for _, o := range c.Overwrites {
		if o.ID == string(guild) {
			have = have&^bits(o.Deny) | bits(o.Allow)
		} else if mine[o.ID] {
			allow, deny = allow|bits(o.Allow), deny|bits(o.Deny)
		}
	}
	have = have&^deny | allow
	for _, o := range c.Overwrites {
		if o.ID == me {
			have = have&^bits(o.Deny) | bits(o.Allow)
		}
	}
	var missing []string
	for _, n := range needed {
		bit, name := n.bit, n.name
		if thread && bit == discordgo.PermissionSendMessages {
			bit, name = discordgo.PermissionSendMessagesInThreads, "Send Messages in Threads"
		}
		if have&bit == 0 {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

func bits(s string) uint64 {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Guild is a server the bot is in.
type Guild struct {
	Name    string
	Missing []string // permissions the bot lacks in the server as a whole; channels may give or take them
}

// guildsPage is the most servers Discord lists at once.
const guildsPage = 200

// Guilds lists the servers the bot is in.
func (b *Bot) Guilds(ctx context.Context) ([]Guild, error) {
	var guilds []Guild
	for after := ""; ; {
		var page []struct {
			ID          string `json:"id"`
			Name        string `json:"name"`
			Permissions string `json:"permissions"`
		}
		url := discordgo.EndpointUserGuilds("@me") + "?limit=" + strconv.Itoa(guildsPage)
		if after != "" {
			url += "&after=" + after
		}
		if err := b.request(ctx, http.MethodGet, url, nil, &page); err != nil {
			return nil, err
		}
		for _, told := range page {
			g := Guild{Name: told.Name}
			for _, n := range needed {
				if !allows(told.Permissions, n.bit) {
					g.Missing = append(g.Missing, n.name)
				}
			}
			guilds, after = append(guilds, g), told.ID
		}
		if len(page) < guildsPage {
			return guilds, nil
		}
	}
}
