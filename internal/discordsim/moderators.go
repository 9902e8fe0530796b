package discordsim

import "slices"

// SetModerator gives a person a guild's role with the Manage Server permission, or takes it from them.
func (s *Simulator) SetModerator(guildID, userID string, is bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return noSuch("guild", guildID)
	}
	m := g.members[userID]
	if m == nil || m.User.Bot {
		return noSuch("person in this guild,", userID)
	}
	if g.moderatorRole == nil {
		g.moderatorRole = s.newRole(g, "moderator", memberPermissions|permManageGuild)
		s.dispatch("GUILD_ROLE_CREATE", g.ID, intentGuilds, map[string]any{"guild_id": g.ID, "role": g.moderatorRole})
	}
	roles := slices.DeleteFunc(slices.Clone(m.Roles), func(id string) bool { return id == g.moderatorRole.ID })
	if is {
		roles = append(roles, g.moderatorRole.ID)
	}
	m.Roles = roles
	return nil
}
