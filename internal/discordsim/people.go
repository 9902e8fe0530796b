package discordsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// controlError is a refusal of the control face: a sentence and a status.
type controlError struct {
	status  int
	message string
}

func (e *controlError) Error() string { return e.message }

func controlRefuse(status int, format string, args ...any) error {
	return &controlError{status, fmt.Sprintf(format, args...)}
}

func noSuch(what, id string) error {
	return controlRefuse(http.StatusNotFound, "there is no %s %q", what, id)
}

func (s *Simulator) addUser(name, locale string) *User {
	u := &User{ID: s.ids.next(time.Now()), Username: name, Discriminator: "0", locale: locale}
	s.users[u.ID] = u
	s.userOrder = append(s.userOrder, u.ID)
	for _, id := range s.guildOrder {
		s.join(s.guilds[id], u)
	}
	return u
}

func (s *Simulator) join(g *guild, u *User) *Member {
	m := &Member{User: u, Roles: []string{}, JoinedAt: isoTime(time.Now())}
	switch {
	case u == s.bot:
		m.Roles = append(m.Roles, g.botRole.ID)
	default:
		m.Roles = append(m.Roles, g.memberRole.ID)
	}
	g.members[u.ID] = m
	g.order = append(g.order, u.ID)
	return m
}

func (s *Simulator) newRole(g *guild, name string, bits uint64) *Role {
	r := &Role{ID: s.ids.next(time.Now()), Name: name, Position: len(g.roles),
		Colors: map[string]any{"primary_color": 0, "secondary_color": nil, "tertiary_color": nil}}
	r.setBits(bits)
	g.roles = append(g.roles, r)
	return r
}

// addGuild makes a guild that everybody is in and the person at the page owns.
// What people may do comes from a role of theirs, not from @everyone, so that
// the bot's permissions are its own role's and nothing else.
func (s *Simulator) addGuild(name string) *guild {
	now := time.Now()
	g := &guild{ID: s.ids.next(now), Name: name, OwnerID: s.you.ID, locale: "en-US", joined: isoTime(now),
		members: map[string]*Member{}}
	s.newRole(g, "@everyone", 0).ID = g.ID
	g.memberRole = s.newRole(g, "member", memberPermissions)
	g.botRole = s.newRole(g, s.bot.Username, s.opt.Permissions)
	g.botRole.Managed = true
	g.botRole.Tags = map[string]any{"bot_id": s.bot.ID}
	s.guilds[g.ID] = g
	s.guildOrder = append(s.guildOrder, g.ID)
	for _, id := range s.userOrder {
		s.join(g, s.users[id])
	}
	return g
}

func (s *Simulator) addChannel(g *guild, name string, kind int, parent string) (*channel, error) {
	if !slices.Contains([]int{ChannelText, ChannelVoice, ChannelCategory, ChannelAnnouncement, ChannelForum, ChannelMedia}, kind) {
		return nil, controlRefuse(http.StatusBadRequest, "channel type %d can't be created in a guild", kind)
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 {
		return nil, controlRefuse(http.StatusBadRequest, "a channel name has 1 to 100 characters, this one %d", n)
	}
	if p := s.channels[parent]; parent != "" && (p == nil || p.guild != g || p.Type != ChannelCategory) {
		return nil, controlRefuse(http.StatusBadRequest, "there is no category %q in this guild", parent)
	}
	if kind == ChannelText || kind == ChannelAnnouncement || kind == ChannelForum {
		name = strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	}
	c := &channel{guild: g, Channel: Channel{ID: s.ids.next(time.Now()), Type: kind, GuildID: g.ID, Name: name,
		ParentID: parent, Position: len(g.visibleChannels(false))}}
	g.channels = append(g.channels, c)
	s.channels[c.ID] = c
	return c, nil
}

// botIn reports whether the bot is a member of the guild.
func (s *Simulator) botIn(g *guild) bool { return g.members[s.bot.ID] != nil }

// AddGuild makes a guild with everybody in it, the bot included.
func (s *Simulator) AddGuild(name string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := utf8.RuneCountInString(name); n < 2 || n > 100 {
		return "", controlRefuse(http.StatusBadRequest, "a guild name has 2 to 100 characters, this one %d", n)
	}
	g := s.addGuild(name)
	s.dispatch("GUILD_CREATE", g.ID, intentGuilds, s.guildCreate(g))
	return g.ID, nil
}

// KickBot removes the bot from a guild.
func (s *Simulator) KickBot(guildID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || !s.botIn(g) {
		return noSuch("guild with the bot in it,", guildID)
	}
	s.dispatch("GUILD_DELETE", g.ID, intentGuilds, map[string]any{"id": g.ID})
	delete(g.members, s.bot.ID)
	g.order = slices.DeleteFunc(g.order, func(id string) bool { return id == s.bot.ID })
	return nil
}

// InviteBot lets the bot into a guild it was kicked from.
func (s *Simulator) InviteBot(guildID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return noSuch("guild", guildID)
	}
	if s.botIn(g) {
		return controlRefuse(http.StatusConflict, "the bot is in this guild already")
	}
	s.join(g, s.bot)
	s.dispatch("GUILD_CREATE", g.ID, intentGuilds, s.guildCreate(g))
	return nil
}

// AddChannel makes a channel; parent is a category's id or "".
func (s *Simulator) AddChannel(guildID, name string, kind int, parent string) (Channel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return Channel{}, noSuch("guild", guildID)
	}
	c, err := s.addChannel(g, name, kind, parent)
	if err != nil {
		return Channel{}, err
	}
	s.channelEvent("create", c)
	return c.Channel, nil
}

// RenameChannel gives a channel another name.
func (s *Simulator) RenameChannel(id, name string) (Channel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	if c == nil || c.guild == nil {
		return Channel{}, noSuch("channel", id)
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 {
		return Channel{}, controlRefuse(http.StatusBadRequest, "a channel name has 1 to 100 characters, this one %d", n)
	}
	c.Name = name
	s.channelEvent("update", c)
	return c.Channel, nil
}

// DeleteChannel removes a channel, its threads and its messages.
func (s *Simulator) DeleteChannel(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[id]
	if c == nil || c.guild == nil {
		return noSuch("channel", id)
	}
	s.deleteChannel(c)
	return nil
}

func (s *Simulator) deleteChannel(c *channel) {
	g := c.guild
	for _, t := range slices.Clone(g.channels) {
		if t.parentThread == c {
			s.deleteChannel(t)
		}
	}
	g.channels = slices.DeleteFunc(g.channels, func(o *channel) bool { return o == c })
	delete(s.channels, c.ID)
	if c.isThread() {
		// The documentation says nothing of the flag of its message: it stays,
		// which is harder for a bot.
		if m := s.starter(c); m != nil && m.Thread != nil {
			m.Thread = nil
			s.show("message_update", "", m.Message)
		}
	}
	for _, w := range slices.Clone(g.webhooks) {
		if w.ChannelID == c.ID {
			s.deleteWebhook(w)
		}
	}
	s.channelEvent("delete", c)
}

// channelEvent tells the bot and the page what happened to a channel or thread.
func (s *Simulator) channelEvent(what string, c *channel) {
	name, data := "CHANNEL_", any(c.Channel)
	if c.isThread() {
		name = "THREAD_"
		switch what {
		case "delete":
			data = map[string]any{"id": c.ID, "guild_id": c.GuildID, "parent_id": c.ParentID, "type": c.Type}
		case "create":
			data = mergeObject(c.Channel, map[string]any{"newly_created": true})
		}
	}
	s.dispatch(name+strings.ToUpper(what), c.GuildID, intentGuilds, data)
	if c.isThread() && what == "update" {
		s.threadShown(c)
	}
	event := "channel_" + what
	if c.isThread() && what == "create" {
		event = "thread_create"
	}
	s.show(event, "", c.Channel)
}

// AddUser makes a person who is a member of every guild, without power.
func (s *Simulator) AddUser(name, locale string) (User, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := utf8.RuneCountInString(name); n < 2 || n > 32 {
		return User{}, controlRefuse(http.StatusBadRequest, "a user name has 2 to 32 characters, this one %d", n)
	}
	if locale == "" {
		locale = "en-US"
	}
	if !knownLocale(locale) {
		return User{}, controlRefuse(http.StatusBadRequest, "Discord has no locale %q", locale)
	}
	return *s.addUser(name, locale), nil
}

// CloseDMs makes a person refuse direct messages (code 50007), or take them again.
func (s *Simulator) CloseDMs(userID string, closed bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[userID]
	if u == nil {
		return noSuch("user", userID)
	}
	u.closedDMs = closed
	return nil
}

// person is someone who isn't the bot; userID "" is the person at the page. The caller holds mu.
func (s *Simulator) person(userID string) (*User, error) {
	if userID == "" {
		userID = s.you.ID
	}
	u := s.users[userID]
	if u == nil || u.Bot {
		return nil, noSuch("person", userID)
	}
	return u, nil
}

// OpenDM is the direct message channel between a person and the bot; userID ""
// is the person at the page.
func (s *Simulator) OpenDM(userID string) (Channel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := s.person(userID)
	if err != nil {
		return Channel{}, err
	}
	return s.dmChannel(u).Channel, nil
}

// SetBotPermissions grants and takes permission bits: of the bot's role or,
// with a channel, by an overwrite of that channel.
func (s *Simulator) SetBotPermissions(guildID, channelID string, allow, deny uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return noSuch("guild", guildID)
	}
	if channelID == "" {
		g.botRole.setBits(g.botRole.bits&^deny | allow)
		s.dispatch("GUILD_ROLE_UPDATE", g.ID, intentGuilds, map[string]any{"guild_id": g.ID, "role": g.botRole})
		return nil
	}
	c := s.channels[channelID]
	if c == nil || c.guild != g {
		return noSuch("channel in this guild,", channelID)
	}
	list := slices.DeleteFunc(slices.Clone(c.overwrites), func(o overwrite) bool { return o.ID == s.bot.ID })
	c.overwrites = append(list, overwrite{ID: s.bot.ID, Type: overwriteMember, allow: allow, deny: deny})
	s.channelEvent("update", c)
	return nil
}

// Say writes a message as a person; userID "" is the person at the page.
func (s *Simulator) Say(channelID, userID, content string) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.personIn(channelID, userID)
	if err != nil {
		return Message{}, err
	}
	if !c.takesMessages() {
		return Message{}, controlRefuse(http.StatusBadRequest, "nobody can write in a channel of this type")
	}
	content = strings.TrimSpace(content)
	if n := utf8.RuneCountInString(content); n < 1 || n > 2000 {
		return Message{}, controlRefuse(http.StatusBadRequest, "a message has 1 to 2,000 characters, this one %d", n)
	}
	var bits uint64 = permAll
	if c.guild != nil {
		bits = c.guild.permissions(u.ID, c)
		if bits&sendBit(c) == 0 {
			return Message{}, controlRefuse(http.StatusForbidden, "%s may not write in this channel", u.Username)
		}
		if c.isThread() && c.thread.Locked && bits&permManageThreads == 0 {
			return Message{}, controlRefuse(http.StatusForbidden, "this thread is locked")
		}
	}
	m := s.newMessage(c, u)
	m.Content = content
	s.setMentions(m, c, bits, mentionsOfMessages, nil)
	s.post(c, m)
	return m.copy(), nil
}

// personIn finds a person and a channel that person can look into.
func (s *Simulator) personIn(channelID, userID string) (*User, *channel, error) {
	u, err := s.person(userID)
	if err != nil {
		return nil, nil, err
	}
	c := s.channels[channelID]
	if c == nil {
		return nil, nil, noSuch("channel", channelID)
	}
	if c.guild == nil && !slices.Contains(c.Recipients, u) {
		return nil, nil, controlRefuse(http.StatusForbidden, "this is somebody else's direct message channel")
	}
	if c.guild != nil && c.guild.permissions(u.ID, c)&permViewChannel == 0 {
		return nil, nil, controlRefuse(http.StatusForbidden, "%s can't see this channel", u.Username)
	}
	return u, c, nil
}

// Messages lists a channel's messages, oldest first, as one person sees them;
// with userID "" ephemeral ones are left out.
func (s *Simulator) Messages(channelID, userID string) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channels[channelID]
	if c == nil {
		return nil, noSuch("channel", channelID)
	}
	list := []Message{}
	for _, m := range c.messages {
		if m.seenBy(userID) {
			list = append(list, m.copy())
		}
	}
	return list, nil
}

// State is the world at one moment.
type State struct {
	Application map[string]any `json:"application"`
	Bot         User           `json:"bot"`
	You         string         `json:"you"`
	Users       []User         `json:"users"`
	Guilds      []GuildState   `json:"guilds"`
	DMs         []Channel      `json:"dms"`
	Commands    []Command      `json:"commands"`
	Online      bool           `json:"online"`
}

// GuildState is one guild of State, threads among its channels.
type GuildState struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	OwnerID  string    `json:"owner_id"`
	Roles    []Role    `json:"roles"`
	Channels []Channel `json:"channels"`
	Members  []Member  `json:"members"`
}

// State tells the world as it is now.
func (s *Simulator) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{Application: map[string]any{"id": s.application, "name": s.bot.Username}, Bot: *s.bot, You: s.you.ID,
		Users: []User{}, Guilds: []GuildState{}, DMs: []Channel{}, Commands: s.commandList(), Online: s.online()}
	for _, id := range s.userOrder {
		st.Users = append(st.Users, *s.users[id])
	}
	for _, id := range s.guildOrder {
		g := s.guilds[id]
		gs := GuildState{ID: g.ID, Name: g.Name, OwnerID: g.OwnerID, Roles: []Role{}, Channels: []Channel{}, Members: []Member{}}
		for _, r := range g.roles {
			gs.Roles = append(gs.Roles, *r)
		}
		for _, c := range g.channels {
			gs.Channels = append(gs.Channels, c.Channel)
		}
		for _, id := range g.order {
			gs.Members = append(gs.Members, *g.members[id])
		}
		st.Guilds = append(st.Guilds, gs)
	}
	for _, id := range s.userOrder {
		if c := s.dms[id]; c != nil {
			st.DMs = append(st.DMs, c.Channel)
		}
	}
	return st
}

func (s *Simulator) commandList() []Command {
	list := []Command{}
	for _, c := range s.commands {
		list = append(list, *c)
	}
	return list
}
