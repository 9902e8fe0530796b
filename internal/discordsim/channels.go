package discordsim

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (s *Simulator) channelRoutes() []*route {
	return []*route{
		{method: "GET", pattern: "/channels/{channel}", handle: func(c *call) (int, any, error) {
			ch, err := c.channel()
			if err != nil {
				return 0, nil, err
			}
			return 200, ch.Channel, nil
		}},
		{method: "PATCH", pattern: "/channels/{channel}", limit: limitEditChannel, handle: (*call).editChannel},
		{method: "DELETE", pattern: "/channels/{channel}", handle: (*call).removeChannel},
		{method: "POST", pattern: "/channels/{channel}/typing", limit: limitCreateMessage, handle: (*call).typing},
		{method: "POST", pattern: "/channels/{channel}/threads", handle: (*call).createThread},
		{method: "POST", pattern: "/channels/{channel}/messages/{message}/threads", handle: (*call).threadFromMessage},
		{method: "PUT", pattern: "/channels/{channel}/thread-members/@me", handle: (*call).joinThread},
		{method: "DELETE", pattern: "/channels/{channel}/thread-members/@me", handle: (*call).leaveThread},
		{method: "GET", pattern: "/channels/{channel}/thread-members", handle: (*call).threadMembers},
	}
}

// channel is the channel of the path, which the bot can see.
func (c *call) channel() (*channel, error) {
	if err := snowflakeArg(c, "channel"); err != nil {
		return nil, err
	}
	ch := c.channels[c.args["channel"]]
	if ch == nil {
		return nil, errUnknownChannel
	}
	if ch.guild != nil && c.bits(ch)&permViewChannel == 0 || ch.place() == contextPrivate {
		return nil, errMissingAccess
	}
	return ch, nil
}

// bits are the bot's permissions in a channel.
func (s *Simulator) bits(ch *channel) uint64 {
	if ch.guild == nil {
		return permAll &^ (permMentionEveryone | permManageMessages | permManageChannels)
	}
	return ch.guild.permissions(s.bot.ID, ch)
}

// need refuses what the bot lacks the permission for.
func (c *call) need(ch *channel, bits uint64) error {
	if c.bits(ch)&bits != bits {
		return errMissingPermissions
	}
	return nil
}

func (c *call) createChannel() (int, any, error) {
	g, err := c.guild()
	if err != nil {
		return 0, nil, err
	}
	if g.permissions(c.bot.ID, nil)&permManageChannels == 0 {
		return 0, nil, errMissingPermissions
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	kind := int(b.at("type").integer(0, 16, ChannelText))
	name := b.at("name").text(1, 100)
	topic := readTopic(b, kind)
	slowmode := b.at("rate_limit_per_user").integer(0, 21600, 0)
	nsfw := b.at("nsfw").boolean(false)
	parent := b.at("parent_id").id()
	tags := c.readTags(b.at("available_tags"))
	overwrites := c.readOverwrites(b.at("permission_overwrites"), g)
	archive := readArchive(b.at("default_auto_archive_duration"), 0)
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if len(g.visibleChannels(false)) >= maxGuildChannels {
		return 0, nil, refuse(http.StatusBadRequest, 30013, "Maximum number of server channels reached (500)")
	}
	ch, err := c.addChannel(g, name, kind, parent)
	if err != nil {
		return 0, nil, refuse(http.StatusBadRequest, 50035, "Invalid Form Body: "+err.Error())
	}
	ch.Topic, ch.Slowmode, ch.NSFW, ch.AvailableTags, ch.overwrites, ch.archiveAfter = topic, int(slowmode), nsfw, tags, overwrites, archive
	c.channelEvent("create", ch)
	return 201, ch.Channel, nil
}

func readTopic(b field, kind int) string {
	if kind == ChannelForum || kind == ChannelMedia {
		return b.at("topic").optionalText(0, 4096)
	}
	return b.at("topic").optionalText(0, 1024)
}

func readArchive(v field, fallback int) int {
	n := int(v.integer(0, 1<<31, int64(fallback)))
	if v.set() && !slices.Contains([]int{60, 1440, 4320, 10080}, n) {
		v.fail("BASE_TYPE_CHOICES", "Value must be one of (60, 1440, 4320, 10080).")
	}
	return n
}

func (c *call) readTags(v field) []ForumTag {
	var tags []ForumTag
	seen := map[string]bool{}
	for _, t := range v.list(0, 20) {
		if !t.object() {
			continue
		}
		tag := ForumTag{ID: t.at("id").id(), Name: t.at("name").text(1, 20), Moderated: t.at("moderated").boolean(false)}
		if seen[tag.Name] {
			t.at("name").fail("FORUM_TAG_NAME_DUPLICATED", "Tag names must be unique")
		}
		seen[tag.Name] = true
		if e := t.at("emoji_name").optionalText(0, 64); e != "" {
			tag.EmojiName = &e
		}
		if tag.ID == "" {
			tag.ID = c.ids.next(time.Now())
		}
		tags = append(tags, tag)
	}
	return tags
}

func (c *call) readOverwrites(v field, g *guild) []overwrite {
	var list []overwrite
	for _, f := range v.list(0, 100) {
		if !f.object() {
			continue
		}
		o := overwrite{ID: f.at("id").id(), Type: int(f.at("type").integer(0, 1, 0))}
		for key, to := range map[string]*uint64{"allow": &o.allow, "deny": &o.deny} {
			if s, ok := f.at(key).value.(string); ok {
				n, err := strconv.ParseUint(s, 10, 64)
				if err != nil {
					f.at(key).fail("NUMBER_TYPE_COERCE", "Value %q is not a permission set.", s)
				}
				*to = n
			}
		}
		if o.Type == overwriteRole && g.role(o.ID) == nil || o.Type == overwriteMember && g.members[o.ID] == nil {
			f.at("id").fail("OVERWRITE_UNKNOWN", "There is no such role or member")
		}
		list = append(list, o)
	}
	return list
}

func (c *call) editChannel() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if ch.guild == nil {
		return 0, nil, refuse(http.StatusBadRequest, 50003, "Cannot execute action on a DM channel")
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	if ch.isThread() {
		return c.editThread(ch, b)
	}
	if err := c.need(ch, permManageChannels); err != nil {
		return 0, nil, err
	}
	next := ch.Channel
	if f := b.at("name"); f.found {
		next.Name = f.text(1, 100)
	}
	if b.at("topic").found {
		next.Topic = readTopic(b, ch.Type)
	}
	if f := b.at("rate_limit_per_user"); f.found {
		next.Slowmode = int(f.integer(0, 21600, 0))
	}
	if f := b.at("nsfw"); f.found {
		next.NSFW = f.boolean(false)
	}
	if f := b.at("position"); f.set() {
		next.Position = int(f.integer(0, 1000, 0))
	}
	if f := b.at("type"); f.set() {
		next.Type = int(f.integer(0, 16, 0))
		if pair := []int{ChannelText, ChannelAnnouncement}; next.Type != ch.Type && !(slices.Contains(pair, next.Type) && slices.Contains(pair, ch.Type)) {
			f.fail("CHANNEL_TYPE_CONVERSION", "Only text and announcement channels can be converted")
		}
	}
	if f := b.at("available_tags"); f.found {
		next.AvailableTags = c.readTags(f)
	}
	if f := b.at("permission_overwrites"); f.found {
		next.overwrites = c.readOverwrites(f, ch.guild)
	}
	next.archiveAfter = readArchive(b.at("default_auto_archive_duration"), ch.archiveAfter)
	if f := b.at("flags"); f.set() {
		next.Flags = int(f.integer(0, 1<<31-1, 0))
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	ch.Channel = next
	c.channelEvent("update", ch)
	return 200, ch.Channel, nil
}

func (c *call) editThread(t *channel, b field) (int, any, error) {
	moderator := c.bits(t)&permManageThreads != 0
	if !moderator && t.OwnerID != c.bot.ID {
		return 0, nil, errMissingPermissions
	}
	next, meta := t.Channel, *t.thread
	if f := b.at("name"); f.found {
		next.Name = f.text(1, 100)
	}
	if f := b.at("archived"); f.set() {
		meta.Archived = f.boolean(false)
		meta.ArchiveTimestamp = isoTime(time.Now())
	}
	if f := b.at("locked"); f.set() {
		if !moderator {
			return 0, nil, errMissingPermissions
		}
		meta.Locked = f.boolean(false)
	}
	meta.AutoArchive = readArchive(b.at("auto_archive_duration"), meta.AutoArchive)
	if f := b.at("rate_limit_per_user"); f.set() {
		next.Slowmode = int(f.integer(0, 21600, 0))
	}
	if f := b.at("applied_tags"); f.found {
		next.AppliedTags = appliedTags(f, t.parentThread, moderator)
	}
	if f := b.at("flags"); f.set() {
		next.Flags = int(f.integer(0, 1<<31-1, 0))
	}
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if t.thread.Archived && meta.Archived {
		return 0, nil, errArchived
	}
	next.thread = &meta
	t.Channel = next
	c.channelEvent("update", t)
	return 200, t.Channel, nil
}

var errArchived = refuse(http.StatusBadRequest, 50083, "Thread is archived")

func (c *call) removeChannel() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if ch.guild == nil {
		return 200, ch.Channel, nil // closes it for the bot; the channel stays
	}
	bit := uint64(permManageChannels)
	if ch.isThread() {
		bit = permManageThreads
	}
	if err := c.need(ch, bit); err != nil {
		return 0, nil, err
	}
	c.deleteChannel(ch)
	return 200, ch.Channel, nil
}

func (c *call) typing() (int, any, error) {
	ch, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if ch.guild != nil {
		if err := c.need(ch, sendBit(ch)); err != nil {
			return 0, nil, err
		}
	}
	data := map[string]any{"channel_id": ch.ID, "user_id": c.bot.ID, "timestamp": time.Now().Unix()}
	intent := uint64(intentDirectTyping)
	if ch.guild != nil {
		data["guild_id"], intent = ch.guild.ID, intentGuildTyping
	}
	c.dispatch("TYPING_START", guildID(ch), intent, data)
	return 204, nil, nil
}

// appliedTags reads at most five tags of a forum.
func appliedTags(v field, forum *channel, moderator bool) []string {
	var tags []string
	for i, f := range v.list(0, 5) {
		id := f.id()
		k := slices.IndexFunc(forum.AvailableTags, func(t ForumTag) bool { return t.ID == id })
		switch {
		case k < 0:
			v.at(strconv.Itoa(i)).fail("FORUM_TAG_UNKNOWN", "Unknown Tag")
		case forum.AvailableTags[k].Moderated && !moderator:
			v.at(strconv.Itoa(i)).fail("FORUM_TAG_MODERATED", "Only moderators can apply this tag")
		default:
			tags = append(tags, id)
		}
	}
	return tags
}

// addThread makes a thread; id is "" or the id of the message it starts from.
func (s *Simulator) addThread(parent *channel, id, name string, kind, archive, slowmode int, owner *User) *channel {
	now := time.Now()
	if id == "" {
		id = s.ids.next(now)
	}
	if archive == 0 {
		archive = parent.archiveAfter
	}
	if archive == 0 {
		archive = defaultArchiveMinute
	}
	t := &channel{guild: parent.guild, parentThread: parent, Channel: Channel{ID: id, Type: kind, GuildID: parent.GuildID, Name: name,
		ParentID: parent.ID, OwnerID: owner.ID, Slowmode: slowmode, memberIDs: []string{owner.ID},
		thread: &threadMetadata{AutoArchive: archive, ArchiveTimestamp: isoTime(now), Created: isoTime(now)}}}
	if kind == ThreadPrivate {
		t.thread.Invitable = new(bool)
	}
	parent.guild.channels = append(parent.guild.channels, t)
	s.channels[id] = t
	return t
}

func (c *call) createThread() (int, any, error) {
	parent, err := c.channel()
	if err != nil {
		return 0, nil, err
	}
	if parent.guild == nil || parent.isThread() {
		return 0, nil, errWrongChannelType
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	name := b.at("name").text(1, 100)
	archive := readArchive(b.at("auto_archive_duration"), 0)
	slowmode := int(b.at("rate_limit_per_user").integer(0, 21600, 0))
	forum := parent.Type == ChannelForum || parent.Type == ChannelMedia
	if forum {
		return c.createPost(parent, b, name, archive, slowmode)
	}
	fallback := int64(ThreadPrivate)
	kind := int(b.at("type").integer(ThreadAnnouncement, ThreadPrivate, fallback))
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	switch {
	case parent.Type != ChannelText && parent.Type != ChannelAnnouncement,
		(parent.Type == ChannelAnnouncement) != (kind == ThreadAnnouncement):
		return 0, nil, errWrongChannelType
	}
	bit := uint64(permCreatePublicThread)
	if kind == ThreadPrivate {
		bit = permCreatePrivateThread
	}
	if err := c.need(parent, bit); err != nil {
		return 0, nil, err
	}
	t := c.addThread(parent, "", name, kind, archive, slowmode, c.bot)
	c.channelEvent("create", t)
	if kind != ThreadPrivate {
		c.systemMessage(parent, c.bot, 18, name, map[string]any{"type": 0, "channel_id": t.ID, "guild_id": t.GuildID})
	}
	return 201, mergeObject(t.Channel, map[string]any{"member": threadMember(t, c.bot.ID)}), nil
}

// createPost makes a forum post: a thread with its first message.
func (c *call) createPost(forum *channel, b field, name string, archive, slowmode int) (int, any, error) {
	moderator := c.bits(forum)&permManageThreads != 0
	tags := appliedTags(b.at("applied_tags"), forum, moderator)
	inner := b.at("message")
	if !inner.object() {
		return 0, nil, c.form.err()
	}
	d := c.readMessage(inner, c.files, mentionsOfMessages, 0)
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if forum.Flags&forumRequireTag != 0 && len(tags) == 0 {
		return 0, nil, refuse(http.StatusBadRequest, 40067, "A tag is required to create a forum post in this channel")
	}
	if d.empty() {
		return 0, nil, errEmptyMessage
	}
	bits := uint64(permSendMessages)
	if len(d.embeds) > 0 {
		bits |= permEmbedLinks
	}
	if len(d.attachments) > 0 {
		bits |= permAttachFiles
	}
	if err := c.need(forum, bits); err != nil {
		return 0, nil, err
	}
	t := c.addThread(forum, "", name, ThreadPublic, archive, slowmode, c.bot)
	t.AppliedTags = tags
	c.channelEvent("create", t)
	m := c.newMessage(t, c.bot)
	m.ID = t.ID // the first message of a post has the thread's id
	c.fill(m, t, d, c.bits(forum))
	c.post(t, m)
	t.messageCount, t.totalSent = 0, 0 // the first message isn't counted
	forum.LastMessageID = t.ID
	return 201, mergeObject(t.Channel, map[string]any{"member": threadMember(t, c.bot.ID), "message": m.Message}), nil
}

func (c *call) threadFromMessage() (int, any, error) {
	parent, m, err := c.message()
	if err != nil {
		return 0, nil, err
	}
	if parent.guild == nil || parent.Type != ChannelText && parent.Type != ChannelAnnouncement {
		return 0, nil, errWrongChannelType
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	name := b.at("name").text(1, 100)
	archive := readArchive(b.at("auto_archive_duration"), 0)
	slowmode := int(b.at("rate_limit_per_user").integer(0, 21600, 0))
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if err := c.need(parent, permCreatePublicThread|permReadHistory); err != nil {
		return 0, nil, err
	}
	if m.Flags&FlagHasThread != 0 {
		return 0, nil, refuse(http.StatusBadRequest, 160004, "A thread has already been created for this message")
	}
	t := c.startThread(parent, m, name, archive, slowmode, c.bot)
	return 201, mergeObject(t.Channel, map[string]any{"member": threadMember(t, c.bot.ID)}), nil
}

// threadOfPath is the thread of the path.
func (c *call) threadOfPath() (*channel, error) {
	t, err := c.channel()
	if err != nil {
		return nil, err
	}
	if !t.isThread() {
		return nil, errWrongChannelType
	}
	return t, nil
}

func (c *call) joinThread() (int, any, error) {
	t, err := c.threadOfPath()
	if err != nil {
		return 0, nil, err
	}
	if t.thread.Archived {
		return 0, nil, errArchived
	}
	if !slices.Contains(t.memberIDs, c.bot.ID) {
		t.memberIDs = append(t.memberIDs, c.bot.ID)
	}
	return 204, nil, nil
}

func (c *call) leaveThread() (int, any, error) {
	t, err := c.threadOfPath()
	if err != nil {
		return 0, nil, err
	}
	t.memberIDs = slices.DeleteFunc(slices.Clone(t.memberIDs), func(id string) bool { return id == c.bot.ID })
	return 204, nil, nil
}

func (c *call) threadMembers() (int, any, error) {
	t, err := c.threadOfPath()
	if err != nil {
		return 0, nil, err
	}
	list := []any{}
	for _, id := range t.memberIDs {
		list = append(list, threadMember(t, id))
	}
	return 200, list, nil
}

// emojiOfPath reads an emoji of a reaction route: a Unicode emoji or name:id.
func emojiOfPath(text string) (map[string]any, error) {
	if name, id, ok := strings.Cut(text, ":"); ok {
		if _, ok := snowflake(id); !ok || name == "" {
			return nil, errUnknownEmoji
		}
		return map[string]any{"id": id, "name": name}, nil
	}
	if !isEmoji(text) {
		return nil, errUnknownEmoji
	}
	return map[string]any{"id": nil, "name": text}, nil
}
