package discordsim

import (
	"regexp"
	"slices"
	"strings"
)

// allowedMentions says which mentions of a text may ping
// (developers/resources/message, Allowed Mentions Object).
type allowedMentions struct {
	everyone, allRoles, allUsers, repliedUser bool
	roles, users                              []string
}

func (a allowedMentions) user(id string) bool { return a.allUsers || slices.Contains(a.users, id) }
func (a allowedMentions) role(id string) bool { return a.allRoles || slices.Contains(a.roles, id) }

// In regular messages everything is parsed by default, in interactions and
// webhooks only users are.
var (
	mentionsOfMessages = allowedMentions{everyone: true, allRoles: true, allUsers: true, repliedUser: true}
	mentionsOfWebhooks = allowedMentions{allUsers: true}
)

// readAllowedMentions checks the field and falls back to the default of the place.
func readAllowedMentions(v field, fallback allowedMentions) allowedMentions {
	if !v.set() {
		return fallback
	}
	if !v.object() {
		return fallback
	}
	var a allowedMentions
	for _, kind := range v.at("parse").list(0, 3) {
		switch kind.text(1, 32) {
		case "everyone":
			a.everyone = true
		case "roles":
			a.allRoles = true
		case "users":
			a.allUsers = true
		default:
			kind.fail("BASE_TYPE_CHOICES", "Value must be one of ('users', 'roles', 'everyone').")
		}
	}
	ids := func(key string, all bool) []string {
		var list []string
		for _, id := range v.at(key).list(0, 100) {
			list = append(list, id.id())
		}
		if all && len(list) > 0 {
			v.fail("MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", "parse:[%q] and %s: [ids...] are mutually exclusive.", key, key)
		}
		return list
	}
	a.roles, a.users = ids("roles", a.allRoles), ids("users", a.allUsers)
	a.repliedUser = v.at("replied_user").boolean(false)
	return a
}

var (
	codeSpan    = regexp.MustCompile("(?s)```.*?```|``.*?``|`[^`]*`")
	userMention = regexp.MustCompile(`<@!?(\d{1,20})>`)
	roleMention = regexp.MustCompile(`<@&(\d{1,20})>`)
)

// setMentions works out who the message pings from all its text. Embeds never
// ping, code never pings, a backslash doesn't keep from pinging.
func (s *Simulator) setMentions(m *message, c *channel, by uint64, allowed allowedMentions, reply *message) {
	var text strings.Builder
	text.WriteString(m.Content)
	for _, part := range m.Components {
		walkComponents(part, func(c map[string]any) {
			if c["type"] == componentTextDisplay {
				text.WriteString("\n" + c["content"].(string))
			}
		})
	}
	plain := codeSpan.ReplaceAllString(text.String(), " ")
	m.Mentions, m.MentionRoles, m.MentionEveryone = []*User{}, []string{}, false
	for _, hit := range userMention.FindAllStringSubmatch(plain, -1) {
		if u := s.users[hit[1]]; u != nil && allowed.user(u.ID) && !slices.Contains(m.Mentions, u) {
			m.Mentions = append(m.Mentions, u)
		}
	}
	if reply != nil && allowed.repliedUser && !slices.Contains(m.Mentions, reply.Author) {
		m.Mentions = append(m.Mentions, reply.Author)
	}
	if c.guild == nil {
		return
	}
	for _, hit := range roleMention.FindAllStringSubmatch(plain, -1) {
		r := c.guild.role(hit[1])
		if r != nil && allowed.role(r.ID) && (r.Mentionable || by&permMentionEveryone != 0) && !slices.Contains(m.MentionRoles, r.ID) {
			m.MentionRoles = append(m.MentionRoles, r.ID)
		}
	}
	m.MentionEveryone = allowed.everyone && by&permMentionEveryone != 0 &&
		(strings.Contains(plain, "@everyone") || strings.Contains(plain, "@here"))
}
