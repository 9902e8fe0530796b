package discordsim

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"time"
)

const maxChannelWebhooks = 15

// webhook is an incoming webhook the bot made.
type webhook struct {
	ID, Name, ChannelID, GuildID, Token string
}

func (s *Simulator) webhookRoutes() []*route {
	const token = "/webhooks/{webhook}/{token}"
	return []*route{
		{method: "POST", pattern: "/channels/{channel}/webhooks", handle: (*call).createWebhook},
		{method: "GET", pattern: "/channels/{channel}/webhooks", handle: (*call).channelWebhooks},
		{method: "GET", pattern: "/guilds/{guild}/webhooks", handle: (*call).guildWebhooks},
		{method: "GET", pattern: "/webhooks/{webhook}", handle: (*call).getWebhook},
		{method: "PATCH", pattern: "/webhooks/{webhook}", handle: (*call).editWebhook},
		{method: "DELETE", pattern: "/webhooks/{webhook}", handle: (*call).removeWebhook},
		{method: "GET", pattern: token, open: true, handle: (*call).getWebhook},
		{method: "PATCH", pattern: token, open: true, handle: (*call).editWebhook},
		{method: "DELETE", pattern: token, open: true, handle: (*call).removeWebhook},
		{method: "POST", pattern: token, open: true, limit: limitWebhook, handle: (*call).executeWebhook},
		{method: "GET", pattern: token + "/messages/{message}", open: true, limit: limitWebhook, handle: (*call).getWebhookMessage},
		{method: "PATCH", pattern: token + "/messages/{message}", open: true, limit: limitWebhook, handle: (*call).editWebhookMessage},
		{method: "DELETE", pattern: token + "/messages/{message}", open: true, limit: limitWebhook, handle: (*call).deleteWebhookMessage},
	}
}

func (c *call) webhookObject(w *webhook) map[string]any {
	return map[string]any{"id": w.ID, "type": 1, "name": w.Name, "avatar": nil, "channel_id": w.ChannelID, "guild_id": w.GuildID,
		"application_id": c.application, "token": w.Token, "user": c.bot, "url": c.base + apiPrefix + "/webhooks/" + w.ID + "/" + w.Token}
}

// readWebhookName checks a name (developers/resources/webhook, Create Webhook).
func readWebhookName(v field) string {
	name := strings.TrimSpace(v.text(1, 80))
	if low := strings.ToLower(name); strings.Contains(low, "clyde") || strings.Contains(low, "discord") {
		v.fail("USERNAME_INVALID_CONTAINS", "Username cannot contain \"discord\" or \"clyde\"")
	}
	return name
}

func (c *call) createWebhook() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if ch.guild == nil || ch.isThread() || ch.Type == ChannelCategory {
		return 0, nil, errWrongChannelType
	}
	if err := c.need(ch, permManageWebhooks); err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	name := readWebhookName(b.at("name"))
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if len(c.webhooksIn(ch)) >= maxChannelWebhooks {
		return 0, nil, refuse(http.StatusBadRequest, 30007, "Maximum number of webhooks reached (15)")
	}
	w := &webhook{ID: c.ids.next(time.Now()), Name: name, ChannelID: ch.ID, GuildID: ch.GuildID, Token: rand.Text() + rand.Text()}
	c.webhooks[w.ID] = w
	ch.guild.webhooks = append(ch.guild.webhooks, w)
	c.webhookEvent(w)
	return 200, c.webhookObject(w), nil
}

func (s *Simulator) webhookEvent(w *webhook) {
	s.dispatch("WEBHOOKS_UPDATE", w.GuildID, intentWebhooks, map[string]any{"guild_id": w.GuildID, "channel_id": w.ChannelID})
}

func (s *Simulator) webhooksIn(ch *channel) []*webhook {
	var list []*webhook
	for _, w := range ch.guild.webhooks {
		if w.ChannelID == ch.ID {
			list = append(list, w)
		}
	}
	return list
}

func (s *Simulator) deleteWebhook(w *webhook) {
	delete(s.webhooks, w.ID)
	g := s.guilds[w.GuildID]
	g.webhooks = slices.DeleteFunc(g.webhooks, func(o *webhook) bool { return o == w })
	s.webhookEvent(w)
}

func (c *call) channelWebhooks() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if ch.guild == nil {
		return 0, nil, errWrongChannelType
	}
	if err := c.need(ch, permManageWebhooks); err != nil {
		return 0, nil, err
	}
	return 200, c.webhookObjects(c.webhooksIn(ch)), nil
}

func (c *call) webhookObjects(list []*webhook) []any {
	out := []any{}
	for _, w := range list {
		out = append(out, c.webhookObject(w))
	}
	return out
}

func (c *call) guildWebhooks() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	if g.permissions(c.bot.ID, nil)&permManageWebhooks == 0 {
		return 0, nil, errMissingPermissions
	}
	return 200, c.webhookObjects(g.webhooks), nil
}

// webhookOfPath is the webhook of the path, by its token or, without one, by
// the bot's permission.
func (c *call) webhookOfPath() (*webhook, error) {
	if err := snowflakeArg(c, "webhook"); err != nil {
		return nil, err
	}
	w := c.webhooks[c.args["webhook"]]
	if w == nil {
		return nil, errUnknownWebhook
	}
	if token, given := c.args["token"]; given {
		if token != w.Token {
			return nil, errWebhookToken
		}
		return w, nil
	}
	return w, c.need(c.channels[w.ChannelID], permManageWebhooks)
}

func (c *call) getWebhook() (int, any, error) {
	w, err := c.webhookOfPath()
	if err != nil {
		return 0, nil, err
	}
	o := c.webhookObject(w)
	if _, byToken := c.args["token"]; byToken {
		delete(o, "user")
	}
	return 200, o, nil
}

func (c *call) editWebhook() (int, any, error) {
	w, err := c.webhookOfPath()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	name, target := w.Name, w.ChannelID
	if f := b.at("name"); f.set() {
		name = readWebhookName(f)
	}
	if f := b.at("channel_id"); f.set() {
		target = f.id()
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if ch := c.channels[target]; ch == nil || ch.GuildID != w.GuildID {
		return 0, nil, errUnknownChannel
	}
	w.Name, w.ChannelID = name, target
	c.webhookEvent(w)
	return 200, c.webhookObject(w), nil
}

func (c *call) removeWebhook() (int, any, error) {
	w, err := c.webhookOfPath()
	if err != nil {
		return 0, nil, err
	}
	c.deleteWebhook(w)
	return 204, nil, nil
}

// executeWebhook sends a message through a webhook or, with an interaction's
// token, a follow-up.
func (c *call) executeWebhook() (int, any, error) {
	if c.args["webhook"] == c.application {
		return c.followup()
	}
	w, err := c.webhookOfPath()
	if err != nil {
		return 0, nil, err
	}
	wait, err := c.truth("wait")
	if err != nil {
		return 0, nil, err
	}
	ch := c.channels[w.ChannelID]
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	d := c.readMessage(b, c.files, mentionsOfWebhooks, 0)
	author := &User{ID: w.ID, Username: w.Name, Discriminator: "0000", Bot: true}
	if f := b.at("username"); f.set() {
		author.Username = readWebhookName(f)
	}
	threadName := b.at("thread_name").optionalText(1, 100)
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	forum := ch.Type == ChannelForum || ch.Type == ChannelMedia
	threadID := c.query.Get("thread_id")
	switch {
	case forum && threadID == "" && threadName == "":
		return 0, nil, refuse(http.StatusBadRequest, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
	case forum && threadID != "" && threadName != "":
		return 0, nil, refuse(http.StatusBadRequest, 220002, "Webhooks posted to forum channels cannot have both a thread_name and thread_id")
	case !forum && threadName != "":
		return 0, nil, refuse(http.StatusBadRequest, 220003, "Webhooks can only create threads in forum channels")
	}
	if d.empty() {
		return 0, nil, errEmptyMessage
	}
	var first bool
	if threadID != "" {
		t := c.channels[threadID]
		if t == nil || t.parentThread != ch {
			return 0, nil, errUnknownChannel
		}
		ch = t
	} else if forum {
		ch, first = c.addThread(ch, "", threadName, ThreadPublic, 0, 0, author), true
		c.channelEvent("create", ch)
	}
	m := c.newMessage(ch, author)
	if first {
		m.ID = ch.ID
	}
	m.WebhookID, m.ApplicationID = w.ID, c.application
	c.fill(m, ch, d, permAll)
	m.Nonce = nil
	c.post(ch, m)
	if !wait {
		return 204, nil, nil
	}
	return 200, m.Message, nil
}

// webhookMessage finds a message a webhook sent, in its channel or a thread.
func (c *call) webhookMessage() (*channel, *message, error) {
	w, err := c.webhookOfPath()
	if err != nil {
		return nil, nil, err
	}
	if err := snowflakeArg(c, "message"); err != nil {
		return nil, nil, err
	}
	ch := c.channels[w.ChannelID]
	if id := c.query.Get("thread_id"); id != "" {
		if t := c.channels[id]; t == nil || t.parentThread != ch {
			return nil, nil, errUnknownChannel
		} else {
			ch = t
		}
	}
	m := ch.find(c.args["message"])
	if m == nil || m.WebhookID != w.ID {
		return nil, nil, errUnknownMessage
	}
	return ch, m, nil
}

func (c *call) getWebhookMessage() (int, any, error) {
	if c.args["webhook"] == c.application {
		return c.getReply()
	}
	_, m, err := c.webhookMessage()
	if err != nil {
		return 0, nil, err
	}
	return 200, m.history(), nil
}

func (c *call) editWebhookMessage() (int, any, error) {
	if c.args["webhook"] == c.application {
		return c.editReply()
	}
	ch, m, err := c.webhookMessage()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	if err := c.edit(ch, m, b, c.files, permAll, mentionsOfWebhooks); err != nil {
		return 0, nil, err
	}
	return 200, m.history(), nil
}

func (c *call) deleteWebhookMessage() (int, any, error) {
	if c.args["webhook"] == c.application {
		return c.deleteReply()
	}
	ch, m, err := c.webhookMessage()
	if err != nil {
		return 0, nil, err
	}
	c.deleteMessage(ch, m)
	return 204, nil, nil
}
