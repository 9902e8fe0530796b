package discordsim

// Permission bits (developers/topics/permissions) the simulator checks.
const (
	permAdministrator       = 1 << 3
	permManageChannels      = 1 << 4
	permManageGuild         = 1 << 5
	permAddReactions        = 1 << 6
	permViewChannel         = 1 << 10
	permSendMessages        = 1 << 11
	permSendTTS             = 1 << 12
	permManageMessages      = 1 << 13
	permEmbedLinks          = 1 << 14
	permAttachFiles         = 1 << 15
	permReadHistory         = 1 << 16
	permMentionEveryone     = 1 << 17
	permUseExternalEmojis   = 1 << 18
	permChangeNickname      = 1 << 26
	permManageWebhooks      = 1 << 29
	permUseCommands         = 1 << 31
	permManageThreads       = 1 << 34
	permCreatePublicThread  = 1 << 35
	permCreatePrivateThread = 1 << 36
	permSendInThreads       = 1 << 38
	permUseExternalApps     = 1 << 50
	permPinMessages         = 1 << 51

	permAll = 1<<53 - 1
)

// DefaultBotPermissions are those the bot was invited with unless Options says
// otherwise: view channels, send messages (also in threads), embed links,
// attach files, read message history, create public threads.
const DefaultBotPermissions uint64 = permViewChannel | permSendMessages | permSendInThreads | permEmbedLinks |
	permAttachFiles | permReadHistory | permCreatePublicThread

// memberPermissions are what an ordinary person may do.
const memberPermissions uint64 = permViewChannel | permSendMessages | permSendInThreads | permEmbedLinks | permAttachFiles |
	permReadHistory | permAddReactions | permUseExternalEmojis | permChangeNickname | permUseCommands | permUseExternalApps | permCreatePublicThread

// permissions computes what a member may do in a guild or, with a channel, in
// that channel (developers/topics/permissions, Permission Hierarchy). A thread
// takes its parent's.
func (g *guild) permissions(userID string, c *channel) uint64 {
	if userID == g.OwnerID {
		return permAll
	}
	m := g.members[userID]
	if m == nil {
		return 0
	}
	var bits uint64
	for _, r := range g.roles {
		if r.ID == g.ID || m.hasRole(r.ID) {
			bits |= r.bits
		}
	}
	if bits&permAdministrator != 0 {
		return permAll
	}
	if c == nil {
		return bits
	}
	if c.parentThread != nil {
		c = c.parentThread
	}
	var allow, deny uint64
	for _, o := range c.overwrites {
		switch {
		case o.ID == g.ID:
			bits = bits&^o.deny | o.allow
		case o.Type == overwriteRole && m.hasRole(o.ID):
			allow |= o.allow
			deny |= o.deny
		}
	}
	bits = bits&^deny | allow
	for _, o := range c.overwrites {
		if o.Type == overwriteMember && o.ID == userID {
			bits = bits&^o.deny | o.allow
		}
	}
	if bits&permViewChannel == 0 {
		return 0
	}
	// Implicit: who can't speak can't decorate either. In a thread it is
	// Send Messages in Threads that counts, which sendBit answers.
	if bits&permSendMessages == 0 && bits&permSendInThreads == 0 {
		bits &^= permMentionEveryone | permSendTTS | permAttachFiles | permEmbedLinks
	}
	return bits
}
