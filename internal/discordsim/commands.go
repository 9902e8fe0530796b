package discordsim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

func (s *Simulator) commandRoutes() []*route {
	var list []*route
	for _, base := range []string{"/applications/{application}/commands", "/applications/{application}/guilds/{guild}/commands"} {
		list = append(list,
			&route{method: "GET", pattern: base, handle: (*call).listCommands},
			&route{method: "POST", pattern: base, limit: limitCommands, handle: (*call).createCommand},
			&route{method: "PUT", pattern: base, limit: limitCommands, handle: (*call).overwriteCommands},
			&route{method: "GET", pattern: base + "/{command}", handle: (*call).getCommand},
			&route{method: "PATCH", pattern: base + "/{command}", limit: limitCommands, handle: (*call).editCommand},
			&route{method: "DELETE", pattern: base + "/{command}", limit: limitCommands, handle: (*call).deleteCommand},
		)
	}
	return list
}

// scope is the guild of a command route, "" for global ones.
func (c *call) scope() (string, error) {
	if c.args["application"] != c.application {
		if _, ok := snowflake(c.args["application"]); !ok {
			return "", snowflakeArg(c, "application")
		}
		return "", refuse(http.StatusForbidden, 20012, "You are not authorized to perform this action on this application")
	}
	if _, ok := c.args["guild"]; !ok {
		return "", nil
	}
	g, err := c.guild()
	if err != nil {
		return "", err
	}
	return g.ID, nil
}

func (s *Simulator) commandsOf(guildID string) []*Command {
	list := []*Command{}
	for _, cmd := range s.commands {
		if cmd.GuildID == guildID {
			list = append(list, cmd)
		}
	}
	return list
}

// register gives a command its ids and puts it in place of the one of the same
// name and type.
func (s *Simulator) register(cmd *Command) (isNew bool) {
	now := time.Now()
	cmd.object["application_id"], cmd.object["version"] = s.application, s.ids.next(now)
	if cmd.GuildID != "" {
		cmd.object["guild_id"] = cmd.GuildID
	}
	for i, old := range s.commands {
		if old.GuildID == cmd.GuildID && old.Type == cmd.Type && old.Name == cmd.Name {
			cmd.ID = old.ID
			cmd.object["id"] = cmd.ID
			s.commands[i] = cmd
			return false
		}
	}
	cmd.ID = s.ids.next(now)
	cmd.object["id"] = cmd.ID
	s.commands = append(s.commands, cmd)
	return true
}

// countCreated refuses more than 200 new commands a day and scope.
func (s *Simulator) countCreated(guildID string, n int) error {
	w := s.limits.get("commands created "+guildID, time.Now())
	for range n {
		if _, ok := w.take(limit{maxCommandsCreatedADay, 24 * time.Hour}, time.Now()); !ok {
			return &apiError{status: http.StatusTooManyRequests, code: 30034, retry: seconds(time.Until(w.ends)),
				message: "Max number of daily application command creates has been reached (200)"}
		}
	}
	return nil
}

func (s *Simulator) newNames(guildID string, list []*Command) int {
	n := 0
	for _, cmd := range list {
		if !slices.ContainsFunc(s.commands, func(o *Command) bool {
			return o.GuildID == guildID && o.Type == cmd.Type && o.Name == cmd.Name
		}) {
			n++
		}
	}
	return n
}

func (s *Simulator) commandsChanged() { s.show("commands", "", s.commandList()) }

func (c *call) listCommands() (int, any, error) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	full, err := c.truth("with_localizations")
	if err != nil {
		return 0, nil, err
	}
	list := []any{}
	for _, cmd := range c.commandsOf(scope) {
		o := cmd.object
		if !full {
			o = withoutLocalizations(o)
		}
		list = append(list, o)
	}
	return 200, list, nil
}

// withoutLocalizations drops the dictionaries that listing leaves out unless
// with_localizations is asked for.
func withoutLocalizations(o map[string]any) map[string]any {
	out := map[string]any{}
	for k, v := range o {
		switch k {
		case "name_localizations", "description_localizations":
			continue
		case "options", "choices":
			var list []any
			for _, x := range v.([]any) {
				list = append(list, withoutLocalizations(x.(map[string]any)))
			}
			out[k] = nonNil(list)
		default:
			out[k] = v
		}
	}
	return out
}

func (c *call) createCommand() (int, any, error) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	cmd := readCommand(c.body(), scope, c.installs())
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	others := slices.DeleteFunc(c.commandsOf(scope), func(o *Command) bool { return o.Type == cmd.Type && o.Name == cmd.Name })
	if err := tooManyCommands(append(others, cmd)); err != nil {
		return 0, nil, err
	}
	if err := c.countCreated(scope, c.newNames(scope, []*Command{cmd})); err != nil {
		return 0, nil, err
	}
	status := 200
	if c.register(cmd) {
		status = 201
	}
	c.commandsChanged()
	return status, cmd, nil
}

func (c *call) overwriteCommands() (int, any, error) {
	scope, err := c.scope()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if _, ok := b.value.([]any); !ok {
		b.fail("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return 0, nil, c.form.err()
	}
	list := readCommands(b, scope, c.installs())
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if err := tooManyCommands(list); err != nil {
		return 0, nil, err
	}
	if err := c.countCreated(scope, c.newNames(scope, list)); err != nil {
		return 0, nil, err
	}
	c.commands = slices.DeleteFunc(c.commands, func(o *Command) bool {
		return o.GuildID == scope && !slices.ContainsFunc(list, func(n *Command) bool { return n.Type == o.Type && n.Name == o.Name })
	})
	for _, cmd := range list {
		c.register(cmd)
	}
	c.commandsChanged()
	return 200, c.commandsOf(scope), nil
}

// command is the command of the path.
func (c *call) command() (*Command, error) {
	scope, err := c.scope()
	if err != nil {
		return nil, err
	}
	for _, cmd := range c.commandsOf(scope) {
		if cmd.ID == c.args["command"] {
			return cmd, nil
		}
	}
	return nil, errUnknownCommand
}

func (c *call) getCommand() (int, any, error) {
	cmd, err := c.command()
	if err != nil {
		return 0, nil, err
	}
	return 200, cmd, nil
}

func (c *call) editCommand() (int, any, error) {
	old, err := c.command()
	if err != nil {
		return 0, nil, err
	}
	b := c.body()
	if !b.object() {
		return 0, nil, c.form.err()
	}
	merged, _ := clean(old.object).(map[string]any)
	for k, v := range b.value.(map[string]any) {
		if k != "type" {
			merged[k] = v
		}
	}
	b.value = merged
	cmd := readCommand(b, old.GuildID, c.installs())
	if err := c.form.err(); err != nil {
		return 0, nil, err
	}
	if cmd.Name != old.Name && slices.ContainsFunc(c.commandsOf(old.GuildID), func(o *Command) bool { return o.Type == cmd.Type && o.Name == cmd.Name }) {
		return 0, nil, refuse(http.StatusBadRequest, 40041, "An application command with that name already exists")
	}
	i := slices.Index(c.commands, old)
	cmd.ID = old.ID
	cmd.object["id"], cmd.object["application_id"], cmd.object["version"] = cmd.ID, c.application, c.ids.next(time.Now())
	if cmd.GuildID != "" {
		cmd.object["guild_id"] = cmd.GuildID
	}
	c.commands[i] = cmd
	c.commandsChanged()
	return 200, cmd, nil
}

func (c *call) deleteCommand() (int, any, error) {
	cmd, err := c.command()
	if err != nil {
		return 0, nil, err
	}
	c.commands = slices.DeleteFunc(c.commands, func(o *Command) bool { return o == cmd })
	c.commandsChanged()
	return 204, nil, nil
}

func formatBits(bits uint64) string { return strconv.FormatUint(bits, 10) }
