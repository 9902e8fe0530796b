package discordsim

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// accountRoutes are those about the bot itself: gateway, user, application,
// direct message channels.
func (s *Simulator) accountRoutes() []*route {
	return []*route{
		{method: "GET", pattern: "/gateway", open: true, handle: func(c *call) (int, any, error) {
			return 200, map[string]any{"url": c.gatewayURL()}, nil
		}},
		{method: "GET", pattern: "/gateway/bot", limit: limitGateway, handle: (*call).gatewayBot},
		{method: "GET", pattern: "/users/@me", handle: func(c *call) (int, any, error) {
			return 200, mergeObject(c.bot, map[string]any{"mfa_enabled": true, "locale": "en-US", "verified": true, "email": nil, "premium_type": 0}), nil
		}},
		{method: "GET", pattern: "/users/@me/guilds", handle: (*call).myGuilds},
		{method: "POST", pattern: "/users/@me/channels", limit: limitOpenDM, handle: (*call).openDM},
		{method: "GET", pattern: "/users/{user}", handle: func(c *call) (int, any, error) {
			if err := snowflakeArg(c, "user"); err != nil {
				return 0, nil, err
			}
			if u := c.users[c.args["user"]]; u != nil {
				return 200, u, nil
			}
			return 0, nil, errUnknownUser
		}},
		{method: "GET", pattern: "/applications/@me", handle: (*call).applicationObject},
		{method: "GET", pattern: "/oauth2/applications/@me", handle: (*call).applicationObject},
	}
}

func (c *call) gatewayURL() string { return "ws://" + c.r.Host + "/gateway" }

func (c *call) gatewayBot() (int, any, error) {
	now := time.Now()
	w := &c.gateway.starts
	remaining, reset := c.opt.SessionStarts, time.Duration(0)
	if now.Before(w.ends) {
		remaining, reset = c.opt.SessionStarts-w.used, w.ends.Sub(now)
	}
	return 200, map[string]any{"url": c.gatewayURL(), "shards": max(1, (c.guildCount()+999)/1000), "session_start_limit": map[string]any{
		"total": c.opt.SessionStarts, "remaining": remaining, "reset_after": reset.Milliseconds(), "max_concurrency": c.opt.MaxConcurrency}}, nil
}

func (s *Simulator) guildCount() int {
	n := 0
	for _, g := range s.guilds {
		if s.botIn(g) {
			n++
		}
	}
	return n
}

func (c *call) applicationObject() (int, any, error) {
	return 200, map[string]any{
		"id": c.application, "name": c.bot.Username, "icon": nil, "description": "", "type": nil, "bot": c.bot, "summary": "",
		"bot_public": true, "bot_require_code_grant": false, "verify_key": hex.EncodeToString(c.key), "flags": 0, "flags_new": "0",
		"redirect_uris": []any{}, "interactions_endpoint_url": nil, "role_connections_verification_url": nil, "owner": c.you, "hook": true,
		"approximate_guild_count": c.guildCount(), "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
		"explicit_content_filter": 0, "team": nil, "eligible_oauth2_scopes": []any{}, "event_webhooks_url": nil, "event_webhooks_status": 1,
		"integration_types_config": c.installConfig(),
	}, nil
}

func (c *call) installConfig() map[string]any {
	config := map[string]any{"0": map[string]any{"oauth2_install_params": map[string]any{
		"scopes": []string{"applications.commands", "bot"}, "permissions": strconv.FormatUint(c.opt.Permissions, 10)}}}
	if slices.Contains(c.installs(), installUser) {
		config["1"] = map[string]any{}
	}
	return config
}

func (c *call) myGuilds() (int, any, error) {
	n, err := c.count("limit", 1, 200, 200)
	if err != nil {
		return 0, nil, err
	}
	counts, err := c.truth("with_counts")
	if err != nil {
		return 0, nil, err
	}
	before, after := c.query.Get("before"), c.query.Get("after")
	list := []any{}
	for _, id := range c.guildOrder {
		g := c.guilds[id]
		if !c.botIn(g) || after != "" && !olderID(after, id) || before != "" && !olderID(id, before) {
			continue
		}
		o := map[string]any{"id": id, "name": g.Name, "icon": nil, "banner": nil, "owner": g.OwnerID == c.bot.ID,
			"permissions": strconv.FormatUint(g.permissions(c.bot.ID, nil), 10), "features": []string{}}
		if counts {
			o["approximate_member_count"], o["approximate_presence_count"] = len(g.members), len(g.members)
		}
		list = append(list, o)
	}
	return 200, list[:min(n, len(list))], nil
}

func (c *call) openDM() (int, any, error) {
	b := c.body()
	var id string
	if b.object() {
		if id = b.at("recipient_id").id(); id == "" && !b.at("recipient_id").set() {
			b.at("recipient_id").missing()
		}
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	u := c.users[id]
	if u == nil || u == c.bot {
		return 0, nil, refuse(http.StatusBadRequest, 50033, "Invalid Recipient(s)")
	}
	return 200, c.dmChannel(u).Channel, nil
}

func (s *Simulator) dmChannel(u *User) *channel {
	dm := s.dms[u.ID]
	if dm == nil {
		dm = &channel{Channel: Channel{ID: s.ids.next(time.Now()), Type: ChannelDM, Recipients: []*User{u}}}
		s.dms[u.ID] = dm
		s.channels[dm.ID] = dm
		s.show("channel_create", u.ID, dm.Channel)
	}
	return dm
}

// guildRoutes are those about guilds, their members and roles.
func (s *Simulator) guildRoutes() []*route {
	return []*route{
		{method: "GET", pattern: "/guilds/{guild}", handle: (*call).guildObject},
		{method: "GET", pattern: "/guilds/{guild}/channels", handle: func(c *call) (int, any, error) {
			g, err := c.guild()
			if err != nil {
				return 0, nil, err
			}
			return 200, g.visibleChannels(false), nil
		}},
		{method: "POST", pattern: "/guilds/{guild}/channels", handle: (*call).createChannel},
		{method: "GET", pattern: "/guilds/{guild}/members/{user}", handle: (*call).member},
		{method: "PATCH", pattern: "/guilds/{guild}/members/@me", handle: (*call).editMe},
		{method: "GET", pattern: "/guilds/{guild}/roles", handle: func(c *call) (int, any, error) {
			g, err := c.guild()
			if err != nil {
				return 0, nil, err
			}
			return 200, g.roles, nil
		}},
		{method: "GET", pattern: "/guilds/{guild}/threads/active", handle: (*call).activeThreads},
		{method: "DELETE", pattern: "/users/@me/guilds/{guild}", handle: func(c *call) (int, any, error) {
			g, err := c.guild()
			if err != nil {
				return 0, nil, err
			}
			c.dispatch("GUILD_DELETE", g.ID, intentGuilds, map[string]any{"id": g.ID})
			delete(g.members, c.bot.ID)
			g.order = slices.DeleteFunc(g.order, func(id string) bool { return id == c.bot.ID })
			return 204, nil, nil
		}},
	}
}

// guild is the guild of the path, with the bot in it.
func (c *call) guild() (*guild, error) {
	if err := snowflakeArg(c, "guild"); err != nil {
		return nil, err
	}
	g := c.guilds[c.args["guild"]]
	if g == nil {
		return nil, errUnknownGuild
	}
	if !c.botIn(g) {
		return nil, errMissingAccess
	}
	return g, nil
}

func (c *call) guildObject() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	counts, err := c.truth("with_counts")
	if err != nil {
		return 0, nil, err
	}
	o := g.object()
	if counts {
		o["approximate_member_count"], o["approximate_presence_count"] = len(g.members), len(g.members)
	}
	return 200, o, nil
}

func (c *call) member() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	id := c.args["user"]
	if id == "@me" {
		// Bots name themselves; @me is for PATCH only. Some clients ask all the same.
		id = c.bot.ID
	} else if err := snowflakeArg(c, "user"); err != nil {
		return 0, nil, err
	}
	if m := g.members[id]; m != nil {
		return 200, m, nil
	}
	if c.users[id] == nil {
		return 0, nil, errUnknownUser
	}
	return 0, nil, errUnknownMember
}

func (c *call) editMe() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	nick := b.at("nick").optionalText(0, 32)
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	m := g.members[c.bot.ID]
	if b.at("nick").found {
		if g.permissions(c.bot.ID, nil)&permChangeNickname == 0 {
			return 0, nil, errMissingPermissions
		}
		m.Nick = nil
		if nick != "" {
			m.Nick = &nick
		}
		c.dispatch("GUILD_MEMBER_UPDATE", g.ID, 0, mergeObject(m, map[string]any{"guild_id": g.ID}))
	}
	return 200, m, nil
}

func (c *call) activeThreads() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	threads, members := []Channel{}, []any{}
	for _, t := range g.channels {
		if t.isThread() && !t.thread.Archived && g.permissions(c.bot.ID, t)&permViewChannel != 0 {
			threads = append(threads, t.Channel)
			if slices.Contains(t.memberIDs, c.bot.ID) {
				members = append(members, threadMember(t, c.bot.ID))
			}
		}
	}
	slices.SortFunc(threads, func(a, b Channel) int { return strings.Compare(b.ID, a.ID) })
	return 200, map[string]any{"threads": threads, "members": members, "has_more": false}, nil
}

func threadMember(t *channel, userID string) map[string]any {
	return map[string]any{"id": t.ID, "user_id": userID, "join_timestamp": t.thread.Created, "flags": 1}
}
