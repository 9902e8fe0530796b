package discordsim

import (
	"net/http"
	"time"
	"unicode/utf8"
)

// StartThread makes a thread from a message as a person; userID "" is the
// person at the page.
func (s *Simulator) StartThread(channelID, messageID, userID, name string) (Channel, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, c, err := s.personIn(channelID, userID)
	if err != nil {
		return Channel{}, err
	}
	if c.Type != ChannelText && c.Type != ChannelAnnouncement {
		return Channel{}, controlRefuse(http.StatusBadRequest, "no thread can be started in a channel of this type")
	}
	if c.guild.permissions(u.ID, c)&permCreatePublicThread == 0 {
		return Channel{}, controlRefuse(http.StatusForbidden, "%s may not start threads in this channel", u.Username)
	}
	m := c.find(messageID)
	if m == nil || m.onlyFor != "" {
		return Channel{}, noSuch("message", messageID)
	}
	if n := utf8.RuneCountInString(name); n < 1 || n > 100 {
		return Channel{}, controlRefuse(http.StatusBadRequest, "a thread name has 1 to 100 characters, this one %d", n)
	}
	if m.Flags&FlagHasThread != 0 {
		return Channel{}, controlRefuse(http.StatusConflict, "a thread has been started from this message already")
	}
	return s.startThread(c, m, name, 0, 0, u).Channel, nil
}

// startThread makes the thread of a message, which has the message's id.
func (s *Simulator) startThread(parent *channel, m *message, name string, archive, slowmode int, owner *User) *channel {
	kind := ThreadPublic
	if parent.Type == ChannelAnnouncement {
		kind = ThreadAnnouncement
	}
	t := s.addThread(parent, m.ID, name, kind, archive, slowmode, owner)
	s.channelEvent("create", t)
	m.Flags |= FlagHasThread
	shown := t.Channel
	m.Thread = &shown
	s.changed(parent, m)
	s.systemMessage(t, m.Author, 21, "", map[string]any{"type": 0, "channel_id": parent.ID, "message_id": m.ID, "guild_id": t.GuildID})
	t.messageCount, t.totalSent = 0, 0
	s.threadShown(t)
	return t
}

// SetThread archives and locks a thread, or ends that, as a moderator does.
func (s *Simulator) SetThread(id string, archived, locked bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.channels[id]
	if t == nil || !t.isThread() {
		return noSuch("thread", id)
	}
	meta := *t.thread
	if meta.Archived != archived {
		meta.ArchiveTimestamp = isoTime(time.Now())
	}
	meta.Archived, meta.Locked = archived, locked
	t.thread = &meta
	s.channelEvent("update", t)
	return nil
}

// starter is the message that a thread was started from, nil where it is gone
// or the thread began without one.
func (s *Simulator) starter(t *channel) *message {
	if t.parentThread == nil {
		return nil
	}
	return t.parentThread.find(t.ID)
}

// threadShown brings what a message tells of its thread up to date. Discord
// tells pages about it by the thread's events; the gateway hears those.
func (s *Simulator) threadShown(t *channel) {
	m := s.starter(t)
	if m == nil || m.Thread == nil {
		return
	}
	shown := t.Channel
	m.Thread = &shown
	s.show("message_update", "", m.Message)
}
