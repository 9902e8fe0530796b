package discordsim

import (
	"net/http"
	"slices"
	"time"
)

// Kinds of installation (developers/resources/application, Installation
// Context) and places of interactions (developers/interactions/
// receiving-and-responding, Interaction Context Types).
const (
	installGuild = 0
	installUser  = 1

	contextGuild   = 0
	contextBotDM   = 1
	contextPrivate = 2

	maxUserAppFollowups = 5
)

// installs are the kinds of installation the application is configured for.
func (s *Simulator) installs() []int64 {
	if s.opt.GuildInstallOnly {
		return []int64{installGuild}
	}
	return []int64{installGuild, installUser}
}

// InstallApp has a person install the application for themselves, or takes it
// away from them; userID "" is the person at the page.
func (s *Simulator) InstallApp(userID string, installed bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.person(userID)
	if err != nil {
		return err
	}
	if installed && !slices.Contains(s.installs(), installUser) {
		return controlRefuse(http.StatusConflict, "people can't install this application for themselves")
	}
	u.installed = installed
	return nil
}

// OpenGroup is a new group of people, the first of them its owner. The bot is
// not in it and can't look into it.
func (s *Simulator) OpenGroup(userIDs ...string) (Channel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := &channel{Channel: Channel{ID: s.ids.next(time.Now()), Type: ChannelGroup}}
	for _, id := range userIDs {
		u := s.users[id]
		if u == nil || u.Bot || slices.Contains(g.Recipients, u) {
			return Channel{}, noSuch("other person", id)
		}
		g.Recipients = append(g.Recipients, u)
	}
	if n := len(g.Recipients); n < 2 || n > 10 {
		return Channel{}, controlRefuse(http.StatusBadRequest, "a group has 2 to 10 people, this one %d", n)
	}
	g.OwnerID = g.Recipients[0].ID
	s.channels[g.ID] = g
	for _, u := range g.Recipients {
		s.show("channel_create", u.ID, g.Channel)
	}
	return g.Channel, nil
}

// place is the context of interactions in a channel.
func (c *channel) place() int64 {
	switch {
	case c.guild != nil:
		return contextGuild
	case c.Type == ChannelGroup:
		return contextPrivate
	}
	return contextBotDM
}

// supports reports whether a command is there for people who have the
// application by a kind of installation. A guild's own commands are that
// guild's.
func (c *Command) supports(kind int64) bool {
	if c.GuildID != "" {
		return kind == installGuild
	}
	return slices.Contains(c.installs, kind)
}

// commandOwners are the installations a command is invoked by
// (developers/interactions/receiving-and-responding, Authorizing Integration
// Owners Object); none where the person has no such command.
func (s *Simulator) commandOwners(cmd *Command, u *User, ch *channel) map[string]any {
	owners := map[string]any{}
	if cmd.supports(installGuild) {
		switch {
		case ch.guild != nil && s.botIn(ch.guild):
			owners["0"] = ch.guild.ID
		case ch.place() == contextBotDM && s.shareGuild(u.ID):
			owners["0"] = "0"
		}
	}
	if u.installed && cmd.supports(installUser) {
		owners["1"] = u.ID
	}
	return owners
}

// componentOwners are the installations a component is used by: those of the
// interaction that its message answers, or the bot's own in the place. None
// where the bot was removed since.
func (s *Simulator) componentOwners(m *message, ch *channel) map[string]any {
	told, _ := m.Metadata["authorizing_integration_owners"].(map[string]any)
	owners := map[string]any{}
	if user, ok := told["1"]; ok {
		owners["1"] = user
	}
	_, byGuild := told["0"]
	switch {
	case told != nil && !byGuild:
	case ch.guild != nil && s.botIn(ch.guild):
		owners["0"] = ch.guild.ID
	case ch.place() == contextBotDM:
		owners["0"] = "0"
	}
	return owners
}

// userOnly reports whether the interaction reached the bot by a person's
// installation alone.
func (in *interaction) userOnly() bool {
	_, byGuild := in.owners["0"]
	return !byGuild
}

// permissions are the application's where the interaction comes from: the
// person's own where only they have it (developers/resources/application, User
// Context).
func (s *Simulator) appPermissions(in *interaction) uint64 {
	const direct = permAttachFiles | permEmbedLinks | permMentionEveryone
	switch {
	case in.channel.place() == contextPrivate:
		return direct
	case in.channel.place() == contextBotDM:
		return direct | permUseExternalEmojis
	case in.userOnly():
		return in.channel.guild.permissions(in.user.ID, in.channel)
	}
	return s.bits(in.channel)
}

// forcedEphemeral reports whether nobody but the person may see the answer: the
// application is theirs alone, and they may not write in the channel or not
// use external applications there (developers/topics/permissions).
func (in *interaction) forcedEphemeral() bool {
	g := in.channel.guild
	if g == nil || !in.userOnly() {
		return false
	}
	bits := g.permissions(in.user.ID, in.channel)
	return bits&permUseExternalApps == 0 || bits&sendBit(in.channel) == 0
}

// SetMemberPermissions grants and takes permission bits of all ordinary
// members of a guild.
func (s *Simulator) SetMemberPermissions(guildID string, allow, deny uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return noSuch("guild", guildID)
	}
	g.memberRole.setBits(g.memberRole.bits&^deny | allow)
	s.dispatch("GUILD_ROLE_UPDATE", g.ID, intentGuilds, map[string]any{"guild_id": g.ID, "role": g.memberRole})
	return nil
}
