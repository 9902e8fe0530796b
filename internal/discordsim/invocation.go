package discordsim

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// invocation gathers what a person filled in, checked against what the command
// asks for, as Discord's client does before it sends anything.
type invocation struct {
	sim      *Simulator
	in       *interaction
	resolved map[string]map[string]any
}

func badInput(format string, args ...any) error {
	return controlRefuse(http.StatusBadRequest, format, args...)
}

func (v *invocation) resolve(kind, id string, object any) {
	if v.resolved == nil {
		v.resolved = map[string]map[string]any{}
	}
	if v.resolved[kind] == nil {
		v.resolved[kind] = map[string]any{}
	}
	v.resolved[kind][id] = object
}

func (v *invocation) resolveUser(id string) bool {
	u := v.sim.users[id]
	if u == nil {
		return false
	}
	v.resolve("users", id, u)
	if g := v.in.channel.guild; g != nil && g.members[id] != nil {
		m := *g.members[id]
		m.User = nil
		m.Permissions = formatBits(g.permissions(id, v.in.channel))
		o := mergeObject(m, nil)
		delete(o, "deaf")
		delete(o, "mute")
		v.resolve("members", id, o)
	}
	return true
}

func (v *invocation) resolveRole(id string) bool {
	g := v.in.channel.guild
	if g == nil || g.role(id) == nil {
		return false
	}
	v.resolve("roles", id, g.role(id))
	return true
}

func (v *invocation) resolveChannel(id string, types []int64) bool {
	ch := v.sim.channels[id]
	if ch == nil || ch.guild == nil || ch.guild != v.in.channel.guild {
		return false
	}
	bits := ch.guild.permissions(v.in.user.ID, ch)
	if bits&permViewChannel == 0 || len(types) > 0 && !slices.Contains(types, int64(ch.Type)) {
		return false
	}
	v.resolve("channels", id, partialChannel(ch, bits))
	return true
}

// commandData checks the data of a command or an autocompletion.
func (s *Simulator) commandData(in *interaction, data field) (map[string]any, error) {
	name, _ := data.at("name").value.(string)
	kind := int(data.at("type").integer(1, 3, commandChat))
	cmd := s.findCommand(in.channel, kind, name)
	if cmd == nil {
		return nil, controlRefuse(http.StatusNotFound, "there is no command %q of type %d registered", name, kind)
	}
	if err := s.mayUse(cmd, in); err != nil {
		return nil, err
	}
	in.command, in.name = cmd, cmd.Name
	out := map[string]any{"id": cmd.ID, "name": cmd.Name, "type": cmd.Type}
	if cmd.GuildID != "" {
		out["guild_id"] = cmd.GuildID
	}
	v := &invocation{sim: s, in: in}
	switch cmd.Type {
	case commandChat:
		options, err := v.options(cmd.Options, data.at("options"), in.kind == InteractionAutocomplete)
		if err != nil {
			return nil, err
		}
		if len(options) > 0 {
			out["options"] = options
		}
		if in.kind == InteractionAutocomplete && in.focused == 0 {
			return nil, badInput("no option with autocomplete is focused")
		}
	case commandMessage:
		id := data.at("target_id").id()
		m := in.channel.find(id)
		if m == nil || !m.seenBy(in.user.ID) {
			return nil, controlRefuse(http.StatusNotFound, "there is no message %q in this channel", id)
		}
		out["target_id"], in.targetID = id, id
		v.resolve("messages", id, m.history())
	case commandUser:
		id := data.at("target_id").id()
		if !v.resolveUser(id) {
			return nil, noSuch("user", id)
		}
		out["target_id"], in.targetID = id, id
	}
	if v.resolved != nil {
		out["resolved"] = v.resolved
	}
	return out, nil
}

// options checks the options of one level.
func (v *invocation) options(want []CommandOption, given field, partial bool) ([]any, error) {
	list, _ := given.value.([]any)
	nested := len(want) > 0 && want[0].Type <= optionGroup
	if nested && len(list) != 1 {
		return nil, badInput("/%s needs one of its subcommands", v.in.name)
	}
	used := map[string]bool{}
	var out []any
	for _, f := range given.list(0, 25) {
		name, _ := f.at("name").value.(string)
		i := slices.IndexFunc(want, func(o CommandOption) bool { return o.Name == name })
		if i < 0 {
			return nil, badInput("/%s has no option %q", v.in.name, name)
		}
		if used[name] {
			return nil, badInput("option %q is given twice", name)
		}
		used[name] = true
		o := want[i]
		if t := f.at("type"); t.set() && int(t.integer(0, 11, 0)) != o.Type {
			return nil, badInput("option %q is of type %d, not %v", name, o.Type, t.value)
		}
		one := map[string]any{"name": name, "type": o.Type}
		if nested {
			v.in.name += " " + name
			inner, err := v.options(o.Options, f.at("options"), partial)
			if err != nil {
				return nil, err
			}
			one["options"] = nonNil(inner)
			out = append(out, one)
			continue
		}
		focused := partial && f.at("focused").boolean(false)
		if focused {
			if !o.Autocomplete {
				return nil, badInput("option %q has no autocomplete", name)
			}
			if v.in.focused != 0 {
				return nil, badInput("only one option can be focused")
			}
			one["focused"] = true
			v.in.focused = o.Type
		}
		value, err := v.value(o, f.at("value").value, focused)
		if err != nil {
			return nil, fmt.Errorf("option %q: %w", name, err)
		}
		one["value"] = value
		out = append(out, one)
	}
	if !partial {
		for _, o := range want {
			if o.Required && !used[o.Name] {
				return nil, badInput("/%s: the option %q is required", v.in.name, o.Name)
			}
		}
	}
	return out, nil
}

// value checks one value. A focused one may be unfinished.
func (v *invocation) value(o CommandOption, given any, focused bool) (any, error) {
	if focused {
		// What is being typed comes as text, also where a number is wanted.
		return strings.TrimLeft(fmt.Sprint(given), " "), nil
	}
	text, isText := given.(string)
	switch o.Type {
	case optionString:
		text = strings.TrimSpace(text)
		n := int64(runes(text))
		switch {
		case !isText:
			return nil, badInput("needs text")
		case o.Choices != nil && !slices.Contains(o.Choices, any(text)):
			return nil, badInput("%q is none of the choices", text)
		case o.minLength != nil && n < *o.minLength, o.maxLength != nil && n > *o.maxLength, n > 6000:
			return nil, badInput("text of %d characters is too short or too long", n)
		case n == 0:
			return nil, badInput("is empty")
		}
		return text, nil
	case optionInteger, optionNumber:
		f := &form{}
		n, ok := readNumber(f.root(given), o.Type)
		switch {
		case !ok:
			return nil, badInput("needs a number in Discord's range")
		case o.Choices != nil && !slices.Contains(o.Choices, any(n)):
			return nil, badInput("%v is none of the choices", given)
		case o.minValue != nil && n < *o.minValue, o.maxValue != nil && n > *o.maxValue:
			return nil, badInput("%v is too small or too large", given)
		}
		return given, nil
	case optionBoolean:
		if b, ok := given.(bool); ok {
			return b, nil
		}
		return nil, badInput("needs true or false")
	case optionAttachment:
		return v.attachment(given)
	}
	if !isText {
		return nil, badInput("needs an id as text")
	}
	ok := false
	switch o.Type {
	case optionUser:
		ok = v.resolveUser(text)
	case optionChannel:
		ok = v.resolveChannel(text, o.channelTypes)
	case optionRole:
		ok = v.resolveRole(text)
	case optionMentionable:
		ok = v.resolveUser(text) || v.resolveRole(text)
	}
	if !ok {
		return nil, badInput("%q can't be picked here", text)
	}
	return text, nil
}

// attachment uploads a file given with a command.
func (v *invocation) attachment(given any) (any, error) {
	raw, err := json.Marshal(given)
	if err != nil {
		return nil, badInput("needs a file: %v", err)
	}
	var f struct {
		Filename    string `json:"filename"`
		Content     string `json:"content"`
		Base64      string `json:"base64"`
		ContentType string `json:"content_type"`
	}
	if json.Unmarshal(raw, &f) != nil || f.Filename == "" {
		return nil, badInput("needs a file: {filename, content or base64, content_type}")
	}
	data := []byte(f.Content)
	if f.Base64 != "" {
		if data, err = base64.StdEncoding.DecodeString(f.Base64); err != nil {
			return nil, badInput("the file is not base64: %v", err)
		}
	}
	if len(data) > maxFileSize {
		return nil, badInput("the file is larger than 10 MiB")
	}
	up := upload{ID: v.sim.ids.next(time.Now()), Name: f.Filename, Type: f.ContentType, Data: data}
	a := v.sim.attachment(up)
	a["ephemeral"] = true
	v.resolve("attachments", up.ID, a)
	return up.ID, nil
}

// componentData checks the use of a button or select menu.
func (s *Simulator) componentData(in *interaction, data field, messageID string) (map[string]any, error) {
	m := in.channel.find(messageID)
	if m == nil || !m.seenBy(in.user.ID) {
		return nil, controlRefuse(http.StatusNotFound, "there is no message %q in this channel", messageID)
	}
	if m.ApplicationID != s.application && m.Author != s.bot {
		return nil, badInput("the message is not the bot's")
	}
	id, _ := data.at("custom_id").value.(string)
	c := findComponent(m.Components, id)
	if c == nil {
		return nil, controlRefuse(http.StatusNotFound, "the message has no component %q", id)
	}
	kind := c["type"].(int)
	if t := data.at("component_type"); t.set() && int(t.integer(0, 100, 0)) != kind {
		return nil, badInput("component %q is of type %d, not %v", id, kind, t.value)
	}
	if c["disabled"] == true {
		return nil, badInput("component %q is disabled", id)
	}
	in.source, in.owners = m, s.componentOwners(m, in.channel)
	out := map[string]any{"custom_id": id, "component_type": kind, "id": c["id"]}
	if kind == componentButton {
		return out, nil
	}
	v := &invocation{sim: s, in: in}
	values, err := v.selected(c, data.at("values"))
	if err != nil {
		return nil, err
	}
	out["values"] = values
	if v.resolved != nil {
		out["resolved"] = v.resolved
	}
	return out, nil
}

// selected checks what was picked in a select menu.
func (v *invocation) selected(c map[string]any, given field) ([]string, error) {
	values := []string{}
	for _, f := range given.list(0, 25) {
		s, _ := f.value.(string)
		values = append(values, s)
	}
	least, most := c["min_values"].(int64), c["max_values"].(int64)
	if c["required"] == false && len(values) == 0 {
		return values, nil
	}
	if n := int64(len(values)); n < least || n > most {
		return nil, badInput("%d values are picked in %q, it takes %d to %d", n, c["custom_id"], least, most)
	}
	types, _ := c["channel_types"].([]any)
	var wanted []int64
	for _, t := range types {
		wanted = append(wanted, t.(int64))
	}
	for _, id := range values {
		ok := false
		switch c["type"] {
		case componentStringSelect:
			options, _ := c["options"].([]any)
			ok = slices.ContainsFunc(options, func(o any) bool { return o.(map[string]any)["value"] == id })
		case componentUserSelect:
			ok = v.resolveUser(id)
		case componentRoleSelect:
			ok = v.resolveRole(id)
		case componentMentionSelect:
			ok = v.resolveUser(id) || v.resolveRole(id)
		case componentChannelSelect:
			ok = v.resolveChannel(id, wanted)
		}
		if !ok {
			return nil, badInput("%q can't be picked in %q", id, c["custom_id"])
		}
	}
	return values, nil
}

// modalData checks a modal that is sent off, against the modal that was shown.
func (s *Simulator) modalData(in *interaction, data field) (map[string]any, error) {
	id, _ := data.at("custom_id").value.(string)
	var shown *interaction
	for _, other := range s.interactions {
		if other.user == in.user && other.modal != nil && !other.modalTaken && other.modal["custom_id"] == id &&
			(shown == nil || olderID(shown.id, other.id)) {
			shown = other
		}
	}
	if shown == nil {
		return nil, controlRefuse(http.StatusNotFound, "no modal %q is open for %s", id, in.user.Username)
	}
	// The values may come nested as Discord nests them, or as a flat list.
	given := map[string]map[string]any{}
	var gather func(v any)
	gather = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				gather(x)
			}
		case map[string]any:
			if id, ok := v["custom_id"].(string); ok {
				given[id] = v
			}
			gather(v["components"])
			gather(v["component"])
		}
	}
	gather(data.at("components").value)
	v := &invocation{sim: s, in: in}
	var fill func(c map[string]any) (map[string]any, error)
	fill = func(c map[string]any) (map[string]any, error) {
		out := map[string]any{"type": c["type"], "id": c["id"]}
		if children, ok := c["components"].([]any); ok {
			list := []any{}
			for _, child := range children {
				filled, err := fill(child.(map[string]any))
				if err != nil {
					return nil, err
				}
				list = append(list, filled)
			}
			out["components"] = list
		}
		if child, ok := c["component"].(map[string]any); ok {
			filled, err := fill(child)
			if err != nil {
				return nil, err
			}
			out["component"] = filled
		}
		if c["custom_id"] == nil {
			return out, nil
		}
		out["custom_id"] = c["custom_id"]
		return out, v.filledIn(c, given[c["custom_id"].(string)], out)
	}
	list := []any{}
	for _, c := range shown.modal["components"].([]map[string]any) {
		filled, err := fill(c)
		if err != nil {
			return nil, err
		}
		list = append(list, filled)
	}
	shown.modalTaken = true
	in.source = shown.source
	in.name, in.command, in.owners = shown.name, shown.command, shown.owners
	out := map[string]any{"custom_id": id, "components": list}
	if v.resolved != nil {
		out["resolved"] = v.resolved
	}
	return out, nil
}

// filledIn checks one component of a modal and writes its value.
func (v *invocation) filledIn(c, given, out map[string]any) error {
	id := c["custom_id"]
	f := &form{}
	at := f.root(given)
	switch c["type"] {
	case componentTextInput:
		text, _ := given["value"].(string)
		n := int64(runes(text))
		least, hasLeast := c["min_length"].(int64)
		most, hasMost := c["max_length"].(int64)
		switch {
		case n == 0 && c["required"] == true:
			return badInput("%q is required", id)
		case n > 0 && hasLeast && n < least, hasMost && n > most, n > 4000:
			return badInput("%q: text of %d characters is too short or too long", id, n)
		}
		out["value"] = text
	case componentCheckbox:
		b, _ := given["value"].(bool)
		out["value"] = b
	case componentRadioGroup:
		text, _ := given["value"].(string)
		if text == "" && c["required"] == true {
			return badInput("%q is required", id)
		}
		out["value"] = orNull(text)
	case componentCheckboxGroup, componentFileUpload:
		values := []string{}
		for _, x := range at.at("values").list(0, 25) {
			if text, ok := x.value.(string); ok && c["type"] == componentCheckboxGroup {
				values = append(values, text)
				continue
			}
			uploaded, err := v.attachment(x.value)
			if err != nil {
				return err
			}
			values = append(values, uploaded.(string))
		}
		if len(values) == 0 && c["required"] == true {
			return badInput("%q is required", id)
		}
		out["values"] = values
	default:
		values, err := v.selected(c, at.at("values"))
		if err != nil {
			return err
		}
		out["values"] = values
	}
	return nil
}
