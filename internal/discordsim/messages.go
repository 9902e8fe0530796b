package discordsim

import (
	"net/http"
	"slices"
	"time"
)

func (s *Simulator) messageRoutes() []*route {
	return []*route{
		{method: "GET", pattern: "/channels/{channel}/messages", limit: limitReadMessages, handle: (*call).listMessages},
		{method: "POST", pattern: "/channels/{channel}/messages", limit: limitCreateMessage, handle: (*call).createMessage},
		{method: "GET", pattern: "/channels/{channel}/messages/{message}", limit: limitReadMessages, handle: (*call).getMessage},
		{method: "PATCH", pattern: "/channels/{channel}/messages/{message}", limit: limitEditMessage, handle: (*call).editMessage},
		{method: "DELETE", pattern: "/channels/{channel}/messages/{message}", limit: limitDeleteMessage, handle: (*call).removeMessage},
		{method: "POST", pattern: "/channels/{channel}/messages/{message}/crosspost", limit: limitCrosspost, handle: (*call).crosspost},
		{method: "GET", pattern: "/channels/{channel}/messages/{message}/reactions/{emoji}", handle: (*call).reactors},
		{method: "PUT", pattern: "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", limit: limitReactions, shared: "reactions", handle: func(c *call) (int, any, error) { return c.react(true) }},
		{method: "DELETE", pattern: "/channels/{channel}/messages/{message}/reactions/{emoji}/@me", limit: limitReactions, shared: "reactions", handle: func(c *call) (int, any, error) { return c.react(false) }},
		{method: "GET", pattern: "/channels/{channel}/messages/pins", handle: (*call).listPins},
		{method: "PUT", pattern: "/channels/{channel}/messages/pins/{message}", handle: func(c *call) (int, any, error) { return c.pin(true) }},
		{method: "DELETE", pattern: "/channels/{channel}/messages/pins/{message}", handle: func(c *call) (int, any, error) { return c.pin(false) }},
		// The older addresses of the same, deprecated but served.
		{method: "GET", pattern: "/channels/{channel}/pins", handle: (*call).listPinsOld},
		{method: "PUT", pattern: "/channels/{channel}/pins/{message}", handle: func(c *call) (int, any, error) { return c.pin(true) }},
		{method: "DELETE", pattern: "/channels/{channel}/pins/{message}", handle: func(c *call) (int, any, error) { return c.pin(false) }},
	}
}

// message is the message of the path, in a channel the bot can see.
func (c *call) message() (*channel, *message, error) {
	ch, err := c.channel()
	if err != nil {
		return nil, nil, err
	}
	if err := snowflakeArg(c, "message"); err != nil {
		return nil, nil, err
	}
	m := ch.find(c.args["message"])
	if m == nil || m.onlyFor != "" {
		return nil, nil, errUnknownMessage
	}
	return ch, m, nil
}

func (c *call) listMessages() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	n, err := c.count("limit", 1, 100, 50)
	if err != nil {
		return 0, nil, err
	}
	if ch.guild != nil && !ch.takesMessages() {
		return 0, nil, refuse(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
	}
	list := []Message{}
	if c.bits(ch)&permReadHistory == 0 {
		return 200, list, nil // without the permission it looks empty (developers/resources/message)
	}
	var all []*message
	for _, m := range ch.messages {
		if m.onlyFor == "" {
			all = append(all, m)
		}
	}
	from, to := max(0, len(all)-n), len(all)
	at := func(id string, inclusive bool) int { // how many are older than id
		k, _ := slices.BinarySearchFunc(all, id, func(m *message, id string) int {
			if olderID(m.ID, id) || inclusive && m.ID == id {
				return -1
			}
			return 1
		})
		return k
	}
	set := 0
	for _, key := range []string{"around", "before", "after"} {
		id := c.query.Get(key)
		if id == "" {
			continue
		}
		if _, ok := snowflake(id); !ok && id != "0" {
			f := &form{}
			f.root(nil).at(key).fail("NUMBER_TYPE_COERCE", "Value %q is not snowflake.", id)
			return 0, nil, f.err()
		}
		set++
		switch key {
		case "before":
			to = at(id, false)
			from = max(0, to-n)
		case "after":
			from = at(id, true)
			to = min(len(all), from+n)
		case "around":
			k := at(id, false)
			from = max(0, k-n/2)
			to = min(len(all), from+n)
		}
	}
	if set > 1 {
		return 0, nil, refuse(http.StatusBadRequest, 50035, "Invalid Form Body: around, before and after are mutually exclusive")
	}
	for i := to - 1; i >= from; i-- { // newest first
		list = append(list, c.asBotReads(ch, all[i]))
	}
	return 200, list, nil
}

// asBotReads is a message of the history as the bot gets it: without the
// message content intent what people wrote is empty, unless it is a direct
// message or mentions the bot.
func (c *call) asBotReads(ch *channel, m *message) Message {
	out := m.history()
	if c.opt.Intents&intentMessageContent == 0 && ch.guild != nil && m.Author != c.bot && m.ApplicationID != c.application &&
		!slices.Contains(m.Mentions, c.bot) {
		out.Content, out.Embeds, out.Components, out.Attachments = "", []map[string]any{}, []map[string]any{}, []map[string]any{}
		out.Referenced = nil
	}
	return out
}

func (c *call) getMessage() (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	if err := c.need(ch, permReadHistory); err != nil {
		return 0, nil, err
	}
	return 200, c.asBotReads(ch, m), nil
}

func (c *call) createMessage() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	d := c.readMessage(b, c.files, mentionsOfMessages, 0)
	if ref := b.at("message_reference"); ref.set() && ref.object() {
		c.readReference(ref, ch, &d)
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if err := c.maySend(ch, d); err != nil {
		return 0, nil, err
	}
	if d.empty() {
		return 0, nil, errEmptyMessage
	}
	// The author has to be the same: there is only the bot.
	old, err := c.remembered(d.nonceKey)
	if err != nil {
		return 0, nil, err
	}
	if old != nil {
		return 200, old.Message, nil
	}
	m := c.newMessage(ch, c.bot)
	c.fill(m, ch, d, c.bits(ch))
	c.remember(d.nonceKey, m)
	c.post(ch, m)
	return 200, m.Message, nil
}

// readReference reads a reply. Forwards are not simulated.
func (c *call) readReference(ref field, ch *channel, d *draft) {
	if ref.at("type").integer(0, 1, 0) == 1 {
		ref.at("type").fail("SIMULATOR_NOT_SUPPORTED", "The simulator has no forwards")
		return
	}
	id := ref.at("message_id").id()
	if id == "" {
		ref.at("message_id").missing()
		return
	}
	if other := ref.at("channel_id").id(); other != "" && other != ch.ID {
		ref.fail("REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", "Cannot reply to a message in a different channel")
		return
	}
	target := ch.find(id)
	if target == nil || target.onlyFor != "" {
		if ref.at("fail_if_not_exists").boolean(true) {
			ref.fail("REPLIES_UNKNOWN_MESSAGE", "Unknown message")
		}
		return
	}
	if target.Type != 0 && target.Type != 19 && target.Type != 20 && target.Type != 23 {
		ref.fail("REPLIES_CANNOT_REFERENCE_SYSTEM_MESSAGE", "Cannot reply to a system message")
		return
	}
	d.reply = target
	d.reference = map[string]any{"type": 0, "channel_id": ch.ID, "message_id": id}
	if ch.guild != nil {
		d.reference["guild_id"] = ch.guild.ID
	}
}

func (c *call) editMessage() (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	if m.Author != c.bot || m.WebhookID != "" && m.ApplicationID != c.application {
		return 0, nil, refuse(http.StatusForbidden, 50005, "Cannot edit a message authored by another user")
	}
	if ch.isThread() && ch.thread.Archived {
		return 0, nil, errArchived
	}
	now := time.Now()
	if m.Flags&FlagCrossposted != 0 {
		// Bots have found three edits an hour of published messages.
		ch.published = slices.DeleteFunc(ch.published, func(at int64) bool { return now.Unix()-at >= 3600 })
		if len(ch.published) >= 3 {
			wait := time.Duration(3600-(now.Unix()-ch.published[0])) * time.Second
			return 0, nil, &apiError{status: http.StatusTooManyRequests, code: 20022,
				message: "This message cannot be edited due to announcement rate limits.", retry: seconds(wait)}
		}
	}
	bits := c.bits(ch)
	if list, ok := b.at("embeds").value.([]any); ok && len(list) > 0 && bits&permEmbedLinks == 0 {
		return 0, nil, errMissingPermissions
	}
	if err := c.edit(ch, m, b, c.files, bits, mentionsOfMessages); err != nil {
		return 0, nil, err
	}
	if m.Flags&FlagCrossposted != 0 {
		ch.published = append(ch.published, now.Unix())
	}
	return 200, m.history(), nil
}

func (c *call) removeMessage() (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	if m.Author != c.bot {
		if err := c.need(ch, permManageMessages); err != nil {
			return 0, nil, err
		}
	}
	c.deleteMessage(ch, m)
	return 204, nil, nil
}

func (c *call) crosspost() (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	if ch.Type != ChannelAnnouncement {
		return 0, nil, errWrongChannelType
	}
	bits := uint64(permSendMessages)
	if m.Author != c.bot {
		bits |= permManageMessages
	}
	if err := c.need(ch, bits); err != nil {
		return 0, nil, err
	}
	if m.Flags&FlagCrossposted != 0 {
		return 0, nil, refuse(http.StatusBadRequest, 40033, "This message has already been crossposted.")
	}
	m.Flags |= FlagCrossposted
	c.changed(ch, m)
	return 200, m.history(), nil
}

func (c *call) react(on bool) (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	emoji, err := emojiOfPath(c.args["emoji"])
	if err != nil {
		return 0, nil, err
	}
	if err := c.need(ch, permReadHistory); err != nil {
		return 0, nil, err
	}
	known := slices.ContainsFunc(m.Reactions, func(r Reaction) bool { return r.Emoji["name"] == emoji["name"] })
	if on && !known {
		if err := c.need(ch, permAddReactions); err != nil {
			return 0, nil, err
		}
		if len(m.Reactions) >= maxMessageReactions {
			return 0, nil, refuse(http.StatusBadRequest, 30010, "Maximum number of reactions reached (20)")
		}
	}
	if m.react(c.bot.ID, emoji, on, true) {
		name, intent := "MESSAGE_REACTION_ADD", uint64(intentGuildReactions)
		if !on {
			name = "MESSAGE_REACTION_REMOVE"
		}
		data := map[string]any{"user_id": c.bot.ID, "channel_id": ch.ID, "message_id": m.ID, "emoji": emoji, "burst": false, "type": 0}
		if ch.guild == nil {
			intent = intentDirectReactions
		} else {
			data["guild_id"] = ch.guild.ID
		}
		c.dispatch(name, guildID(ch), intent, data)
		c.show("message_update", "", m.Message)
	}
	return 204, nil, nil
}

func (c *call) reactors() (int, any, error) {
	_, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	emoji, err := emojiOfPath(c.args["emoji"])
	if err != nil {
		return 0, nil, err
	}
	users := []*User{}
	for _, r := range m.Reactions {
		if r.Emoji["name"] == emoji["name"] && r.Emoji["id"] == emoji["id"] {
			for _, id := range r.users {
				users = append(users, c.users[id])
			}
		}
	}
	return 200, users, nil
}

func (c *call) pins() ([]Message, error) {
	ch, err := c.channel()
	if err != nil {
		return nil, err
	}
	list := []Message{}
	if c.bits(ch)&permReadHistory == 0 {
		return list, nil
	}
	for i := len(ch.messages) - 1; i >= 0; i-- {
		if ch.messages[i].Pinned {
			list = append(list, ch.messages[i].history())
		}
	}
	return list, nil
}

func (c *call) listPins() (int, any, error) {
	n, err := c.count("limit", 1, 50, 50)
	if err != nil {
		return 0, nil, err
	}
	list, err := c.pins()
	if err != nil {
		return 0, nil, err
	}
	items := []any{}
	for _, m := range list[:min(n, len(list))] {
		items = append(items, map[string]any{"pinned_at": m.Timestamp, "message": m})
	}
	return 200, map[string]any{"items": items, "has_more": len(list) > n}, nil
}

func (c *call) listPinsOld() (int, any, error) {
	list, err := c.pins()
	if err != nil {
		return 0, nil, err
	}
	return 200, list, nil
}

func (c *call) pin(on bool) (int, any, error) {
	ch, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	if err := c.need(ch, permPinMessages); err != nil {
		return 0, nil, err
	}
	if m.Pinned == on {
		return 204, nil, nil
	}
	if on {
		list, err := c.pins()
		if err != nil {
			return 0, nil, err
		}
		if len(list) >= maxChannelPins {
			return 0, nil, refuse(http.StatusBadRequest, 30003, "Maximum number of pins reached for the channel (250)")
		}
	}
	m.Pinned = on
	data := map[string]any{"channel_id": ch.ID, "last_pin_timestamp": nil}
	if on {
		ch.LastPin = isoTime(time.Now())
		data["last_pin_timestamp"] = ch.LastPin
	}
	if ch.guild != nil {
		data["guild_id"] = ch.guild.ID
	}
	c.dispatch("CHANNEL_PINS_UPDATE", guildID(ch), intentGuilds, data)
	c.changed(ch, m)
	return 204, nil, nil
}
