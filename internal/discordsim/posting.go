package discordsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// newMessage is an empty message by an author, not yet in its channel.
func (s *Simulator) newMessage(c *channel, author *User) *message {
	now := time.Now()
	return &message{created: now, Message: Message{ID: s.ids.next(now), ChannelID: c.ID, Author: author, Timestamp: isoTime(now),
		Mentions: []*User{}, MentionRoles: []string{}, Attachments: []map[string]any{}, Embeds: []map[string]any{},
		Components: []map[string]any{}}}
}

// messageEvent is what the gateway says about a message beyond the message.
func (s *Simulator) messageEvent(m *message, c *channel) any {
	extra := map[string]any{"channel_type": c.Type}
	if c.guild != nil {
		extra["guild_id"] = c.guild.ID
		if member := c.guild.members[m.Author.ID]; member != nil && m.WebhookID == "" {
			bare := *member
			bare.User = nil
			extra["member"] = bare
		}
	}
	return mergeObject(m.Message, extra)
}

// mergeObject is v's JSON object with more keys.
func mergeObject(v any, extra map[string]any) map[string]any {
	raw, err := json.Marshal(v)
	if err != nil {
		return extra
	}
	out := map[string]any{}
	if decoded, err := decodeJSON(raw); err == nil {
		out, _ = decoded.(map[string]any)
	}
	for k, x := range extra {
		out[k] = x
	}
	return out
}

func guildID(c *channel) string {
	if c.guild == nil {
		return ""
	}
	return c.guild.ID
}

func messageIntent(c *channel) uint64 {
	if c.guild == nil {
		return intentDirectMessages
	}
	return intentGuildMessages
}

// post puts a message into its channel and tells everybody who may know.
func (s *Simulator) post(c *channel, m *message) {
	if c.thread != nil {
		if c.thread.Archived {
			awake := *c.thread
			awake.Archived, awake.ArchiveTimestamp = false, isoTime(m.created)
			c.thread = &awake
			s.channelEvent("update", c)
		}
		position := c.totalSent
		m.Position = &position
		if m.WebhookID == "" && !slices.Contains(c.memberIDs, m.Author.ID) {
			c.memberIDs = append(c.memberIDs, m.Author.ID) // whoever writes joins
		}
	}
	c.add(m)
	if c.thread != nil {
		s.threadShown(c)
	}
	if m.onlyFor == "" {
		s.dispatch("MESSAGE_CREATE", guildID(c), messageIntent(c), s.messageEvent(m, c))
	}
	s.show("message_create", m.onlyFor, m.Message)
}

// changed tells that a message was edited.
func (s *Simulator) changed(c *channel, m *message) {
	if m.onlyFor == "" {
		event := s.messageEvent(m, c)
		s.dispatch("MESSAGE_UPDATE", guildID(c), messageIntent(c), event)
	}
	s.show("message_update", m.onlyFor, m.Message)
}

func (s *Simulator) deleteMessage(c *channel, m *message) {
	c.remove(m)
	data := map[string]any{"id": m.ID, "channel_id": c.ID}
	if c.guild != nil {
		data["guild_id"] = c.guild.ID
	}
	if m.onlyFor == "" {
		s.dispatch("MESSAGE_DELETE", guildID(c), messageIntent(c), data)
	}
	s.show("message_delete", m.onlyFor, data)
}

// sendBit is the permission to write in a channel.
func sendBit(c *channel) uint64 {
	if c.isThread() {
		return permSendInThreads
	}
	return permSendMessages
}

// draft is a message body that was read and found in order.
type draft struct {
	content     string
	embeds      []map[string]any
	components  []map[string]any
	attachments []map[string]any
	flags       int
	tts         bool
	allowed     allowedMentions
	nonce       any
	nonceKey    string // "" without enforce_nonce
	reply       *message
	reference   map[string]any
}

func (d draft) empty() bool {
	return d.content == "" && len(d.embeds) == 0 && len(d.components) == 0 && len(d.attachments) == 0
}

// readMessage checks the body of a new message. flags names the flags this
// place may set besides those of every message.
func (s *Simulator) readMessage(v field, files []upload, fallback allowedMentions, flags int) draft {
	var d draft
	names := fileNames(files)
	d.flags = int(v.at("flags").integer(0, 1<<31-1, 0)) & (settableMessageFlags | flags)
	v2 := d.flags&FlagComponentsV2 != 0
	d.content = strings.TrimSpace(v.at("content").optionalText(0, 2000))
	d.embeds = readEmbeds(v.at("embeds"), names)
	if v2 {
		refuseLegacy(v, d)
	}
	d.components = s.readComponents(v.at("components"), v2, names)
	d.tts = v.at("tts").boolean(false)
	d.allowed = readAllowedMentions(v.at("allowed_mentions"), fallback)
	if n := v.at("nonce"); n.set() {
		d.nonce = n.value
		if number, ok := n.value.(json.Number); ok {
			n.value = number.String()
		}
		key := n.optionalText(0, 25)
		if v.at("enforce_nonce").boolean(false) {
			d.nonceKey = key
		}
	}
	for _, key := range []string{"sticker_ids", "poll"} {
		if list, ok := v.at(key).value.([]any); v.at(key).set() && (!ok || len(list) > 0) {
			v.at(key).fail("SIMULATOR_NOT_SUPPORTED", "The simulator has no stickers and no polls")
		}
	}
	d.attachments = s.readAttachments(v.at("attachments"), files, nil)
	return d
}

// refuseLegacy complains about what can't stand beside Components V2.
func refuseLegacy(v field, d draft) {
	const code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
	if d.content != "" {
		v.at("content").fail(code, "The 'content' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	}
	if len(d.embeds) > 0 {
		v.at("embeds").fail(code, "The 'embeds' field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
	}
}

func fileNames(files []upload) []string {
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = f.Name
	}
	return names
}

// readAttachments reads the attachments field together with the files sent
// along. kept are a message's present attachments: an edit keeps those it names.
func (s *Simulator) readAttachments(v field, files []upload, kept []map[string]any) []map[string]any {
	out := []map[string]any{}
	described := map[string]field{}
	for _, a := range v.list(0, 10) {
		if !a.object() {
			continue
		}
		id := fmt.Sprint(a.at("id").value)
		a.at("description").optionalText(0, 1024)
		i := slices.IndexFunc(kept, func(k map[string]any) bool { return k["id"] == id })
		j := slices.IndexFunc(files, func(f upload) bool { return f.Index == id })
		switch {
		case i >= 0:
			out = append(out, kept[i])
		case j >= 0:
			described[id] = a
		default:
			a.fail("ATTACHMENT_NOT_FOUND", "Attachment not found: id %s names neither a file sent along nor one of the message", id)
		}
	}
	if !v.set() {
		out = append(out, kept...)
	}
	for _, f := range files {
		f.ID = s.ids.next(time.Now())
		a := s.attachment(f)
		if meta, ok := described[f.Index]; ok {
			if d := meta.at("description").optionalText(0, 1024); d != "" {
				a["description"] = d
			}
		}
		out = append(out, a)
	}
	if len(out) > 10 {
		v.fail("BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
	}
	return out
}

// fill writes a draft into a message.
func (s *Simulator) fill(m *message, c *channel, d draft, by uint64) {
	m.Content, m.Embeds, m.Components, m.Attachments = d.content, d.embeds, d.components, d.attachments
	m.Flags |= d.flags
	m.TTS, m.Nonce = d.tts, d.nonce
	if d.reference != nil {
		m.Type, m.MessageReference = 19, d.reference
		if d.reply != nil {
			quoted := d.reply.history()
			quoted.Referenced = nil
			m.Referenced = &quoted
		}
	}
	s.resolveAttachments(m)
	s.setMentions(m, c, by, d.allowed, d.reply)
}

// resolveAttachments turns attachment:// references into the files' addresses.
// Copies what it changes: messages handed out before must not change.
func (s *Simulator) resolveAttachments(m *message) {
	if len(m.Attachments) == 0 {
		return
	}
	urls := map[string]string{}
	for _, a := range m.Attachments {
		urls["attachment://"+a["filename"].(string)] = a["url"].(string)
	}
	var swap func(v any) any
	swap = func(v any) any {
		switch v := v.(type) {
		case string:
			if u, ok := urls[v]; ok {
				return u
			}
		case map[string]any:
			out := make(map[string]any, len(v))
			for k, x := range v {
				out[k] = swap(x)
			}
			return out
		case []any:
			out := make([]any, len(v))
			for i, x := range v {
				out[i] = swap(x)
			}
			return out
		}
		return v
	}
	for _, list := range []*[]map[string]any{&m.Embeds, &m.Components} {
		out := make([]map[string]any, len(*list))
		for i, o := range *list {
			out[i] = swap(o).(map[string]any)
		}
		*list = out
	}
}

// maySend checks that the bot may write this message in this channel.
func (s *Simulator) maySend(c *channel, d draft) error {
	if c.guild == nil {
		if c.Recipients[0].closedDMs {
			return refuse(http.StatusForbidden, 50007, "Cannot send messages to this user")
		}
		if !s.shareGuild(c.Recipients[0].ID) && !c.Recipients[0].installed {
			return refuse(http.StatusForbidden, 50278, "Cannot send messages to this user due to having no mutual guilds")
		}
		return nil
	}
	bits := c.guild.permissions(s.bot.ID, c)
	switch {
	case bits&permViewChannel == 0:
		return errMissingAccess
	case c.Type == ChannelForum || c.Type == ChannelMedia:
		return refuse(http.StatusBadRequest, 40058, "Cannot send a message in a forum channel")
	case !c.takesMessages():
		return refuse(http.StatusBadRequest, 50008, "Cannot send messages in a non-text channel")
	case c.isThread() && c.thread.Locked && bits&permManageThreads == 0:
		return refuse(http.StatusBadRequest, 160005, "Thread is locked")
	case bits&sendBit(c) == 0,
		len(d.embeds) > 0 && bits&permEmbedLinks == 0,
		len(d.attachments) > 0 && bits&permAttachFiles == 0,
		d.tts && bits&permSendTTS == 0:
		return errMissingPermissions
	case d.reference != nil && bits&permReadHistory == 0:
		return refuse(http.StatusForbidden, 160002, "Cannot reply without permission to read message history")
	}
	return nil
}

func (s *Simulator) shareGuild(userID string) bool {
	for _, g := range s.guilds {
		if s.botIn(g) && g.members[userID] != nil {
			return true
		}
	}
	return false
}

// remembered returns the message made with the same nonce in the past few
// minutes, or an error where it was deleted since.
func (s *Simulator) remembered(key string) (*message, error) {
	if key == "" {
		return nil, nil
	}
	e, ok := s.nonces[key]
	if !ok || !time.Now().Before(e.until) {
		return nil, nil
	}
	if c := s.channels[e.channelID]; c != nil {
		if m := c.find(e.messageID); m != nil {
			return m, nil
		}
	}
	// Deleted since: Discord doesn't make it again, on purpose (discord-api-docs pull request 6647).
	return nil, errUnknownMessage
}

func (s *Simulator) remember(key string, m *message) {
	if key == "" {
		return
	}
	now := time.Now()
	if len(s.nonces) >= 10000 {
		for k, e := range s.nonces {
			if !now.Before(e.until) {
				delete(s.nonces, k)
			}
		}
	}
	s.nonces[key] = nonceEntry{messageID: m.ID, channelID: m.ChannelID, until: now.Add(s.opt.NonceWindow)}
}

// edit changes a message by a body that names only what changes. by are the
// editor's permissions, fallback its default mentions.
func (s *Simulator) edit(c *channel, m *message, v field, files []upload, by uint64, fallback allowedMentions) error {
	next := m.Message
	var have []string
	for _, a := range m.Attachments {
		have = append(have, a["filename"].(string))
	}
	names := append(fileNames(files), have...)
	if f := v.at("flags"); f.set() {
		flags := int(f.integer(0, 1<<31-1, 0))
		if m.Flags&FlagComponentsV2 != 0 && flags&FlagComponentsV2 == 0 {
			f.fail("MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The IS_COMPONENTS_V2 flag cannot be removed from a message")
		}
		const editable = FlagSuppressEmbeds | FlagComponentsV2
		next.Flags = m.Flags&^FlagSuppressEmbeds | flags&editable
	}
	v2 := next.Flags&FlagComponentsV2 != 0
	if f := v.at("content"); f.found {
		next.Content = strings.TrimSpace(f.optionalText(0, 2000))
	}
	if f := v.at("embeds"); f.found {
		next.Embeds = readEmbeds(f, names)
	}
	if v2 {
		refuseLegacy(v, draft{content: next.Content, embeds: next.Embeds})
	}
	if f := v.at("components"); f.found {
		next.Components = s.readComponents(f, v2, names)
	} else if v2 && m.Flags&FlagComponentsV2 == 0 {
		next.Components = s.readComponents(field{form: v.form, path: []string{"components"}, value: clean(m.Components)}, true, names)
	}
	allowed := readAllowedMentions(v.at("allowed_mentions"), fallback)
	next.Attachments = s.readAttachments(v.at("attachments"), files, m.Attachments)
	if err := v.form.err(); err != nil {
		return err
	}
	if (draft{content: next.Content, embeds: next.Embeds, components: next.Components, attachments: next.Attachments}).empty() {
		return errEmptyMessage
	}
	if len(files) > 0 && c.guild != nil && by&permAttachFiles == 0 {
		return errMissingPermissions
	}
	next.Flags &^= FlagLoading
	if m.Flags&FlagLoading == 0 { // the answer to a deferral is not an edit
		now := isoTime(time.Now())
		next.EditedTimestamp = &now
	}
	m.Message = next
	s.resolveAttachments(m)
	s.setMentions(m, c, by, allowed, nil)
	s.changed(c, m)
	return nil
}

// systemMessage is one Discord writes itself, as when a thread is made.
func (s *Simulator) systemMessage(c *channel, author *User, kind int, content string, reference map[string]any) {
	m := s.newMessage(c, author)
	m.Type, m.Content, m.MessageReference = kind, content, reference
	s.post(c, m)
}

func runes(s string) int { return utf8.RuneCountInString(s) }
