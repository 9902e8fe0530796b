package discordsim

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Application command types and option types (developers/interactions/application-commands).
const (
	commandChat    = 1
	commandUser    = 2
	commandMessage = 3

	optionSubcommand  = 1
	optionGroup       = 2
	optionString      = 3
	optionInteger     = 4
	optionBoolean     = 5
	optionUser        = 6
	optionChannel     = 7
	optionRole        = 8
	optionMentionable = 9
	optionNumber      = 10
	optionAttachment  = 11

	maxChatCommands        = 100
	maxContextCommands     = 15 // of each kind, user and message
	maxCommandCharacters   = 8000
	maxCommandsCreatedADay = 200 // per guild; global ones counted together
	maxSafeInteger         = 1<<53 - 1
)

// commandNamePattern is Discord's, without the sc= script classes, which are
// letters and marks of Devanagari and Thai.
var commandNamePattern = regexp.MustCompile(`^[-_'\p{L}\p{N}\p{Devanagari}\p{Thai}]{1,32}$`)

// Command is an application command object. It marshals as registered.
type Command struct {
	ID          string
	Name        string
	Type        int
	GuildID     string // "" for a global command
	Description string
	Options     []CommandOption

	defaultPermissions *uint64 // nil: everybody
	contexts           []int64
	installs           []int64 // kinds of installation
	object             map[string]any
}

// CommandOption is one option of a command, a group's or subcommand's own
// options inside it.
type CommandOption struct {
	Name         string
	Type         int
	Description  string
	Required     bool
	Autocomplete bool
	Options      []CommandOption
	Choices      []any // the values

	channelTypes         []int64
	minValue, maxValue   *float64
	minLength, maxLength *int64
}

// MarshalJSON writes Discord's object.
func (c Command) MarshalJSON() ([]byte, error) { return json.Marshal(c.object) }

// commandReader checks one command.
type commandReader struct{ size int }

// readCommand checks a command and returns it without its ids. The object holds
// what Discord tells back. installs are the kinds of installation there are.
func readCommand(v field, guildID string, installs []int64) *Command {
	r := &commandReader{}
	if !v.object() {
		return nil
	}
	c := &Command{GuildID: guildID, Type: int(v.at("type").integer(1, 4, commandChat))}
	o := map[string]any{"type": c.Type}
	c.object = o
	if c.Type > commandMessage {
		v.at("type").fail("APPLICATION_COMMAND_ENTRY_POINT", "Entry point commands need an application with activities")
	}
	c.Name = r.name(v, o, c.Type == commandChat)
	if c.Type == commandChat {
		c.Description = r.described(v, o)
		c.Options = r.options(v.at("options"), o, 0)
	} else {
		if s, _ := v.at("description").value.(string); s != "" {
			v.at("description").fail("APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED", "Context menu commands cannot have description")
		}
		if list, _ := v.at("options").value.([]any); len(list) > 0 {
			v.at("options").fail("APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", "Context menu commands cannot have options")
		}
		o["description"] = ""
		o["description_localizations"] = nil
	}
	o["default_member_permissions"] = nil
	if p := v.at("default_member_permissions"); p.set() {
		text, _ := p.value.(string)
		if n, ok := p.value.(json.Number); ok {
			text = n.String()
		}
		bits, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			p.fail("NUMBER_TYPE_COERCE", "Value %q is not a permission set.", text)
		}
		c.defaultPermissions = &bits
		o["default_member_permissions"] = strconv.FormatUint(bits, 10)
	}
	o["nsfw"] = v.at("nsfw").boolean(false)
	if guildID == "" {
		r.contexts(v, o, c, installs)
	}
	if r.size > maxCommandCharacters {
		v.fail("APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (%d)", maxCommandCharacters)
	}
	return c
}

func (r *commandReader) contexts(v field, o map[string]any, c *Command, installs []int64) {
	o["dm_permission"] = v.at("dm_permission").boolean(true)
	o["contexts"] = nil
	if list := v.at("contexts"); list.set() {
		c.contexts = []int64{}
		for _, x := range list.list(1, 3) {
			n := x.integer(0, 2, 0)
			if slices.Contains(c.contexts, n) {
				list.fail("SET_TYPE_DUPLICATE", "Values must be unique")
			}
			c.contexts = append(c.contexts, n)
		}
		o["contexts"] = c.contexts
		o["dm_permission"] = slices.Contains(c.contexts, 1)
	} else if v.at("dm_permission").set() && !v.at("dm_permission").boolean(true) {
		c.contexts = []int64{0}
	}
	c.installs = []int64{}
	for _, x := range v.at("integration_types").list(0, 2) {
		kind := x.integer(0, 1, 0)
		switch {
		case slices.Contains(c.installs, kind):
			v.at("integration_types").fail("SET_TYPE_DUPLICATE", "Values must be unique")
		case !slices.Contains(installs, kind): // documented without a code
			x.fail("APPLICATION_COMMAND_INVALID_INTEGRATION_TYPE", "The application does not support this installation context")
		}
		c.installs = append(c.installs, kind)
	}
	if len(c.installs) == 0 {
		c.installs = installs
	}
	o["integration_types"] = c.installs
}

// name reads name and name_localizations. Chat commands and options follow the
// pattern and are lower case where a lower case exists.
func (r *commandReader) name(v field, o map[string]any, strict bool) string {
	check := func(f field, s string) {
		if s != "" && strict && (!commandNamePattern.MatchString(s) || s != strings.ToLower(s)) {
			f.fail("APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
		}
	}
	name := v.at("name").text(1, 32)
	check(v.at("name"), name)
	o["name"] = name
	r.size += r.localized(v.at("name_localizations"), o, "name_localizations", name, 32, check)
	return name
}

func (r *commandReader) described(v field, o map[string]any) string {
	d := v.at("description").text(1, 100)
	o["description"] = d
	r.size += r.localized(v.at("description_localizations"), o, "description_localizations", d, 100, nil)
	return d
}

// localized checks a localization dictionary and returns the characters of its
// longest value, the default one included.
func (r *commandReader) localized(v field, o map[string]any, key, base string, limit int, check func(field, string)) int {
	longest := utf8.RuneCountInString(base)
	o[key] = nil
	if !v.set() || !v.object() {
		return longest
	}
	out := map[string]any{}
	for locale := range v.value.(map[string]any) {
		f := v.at(locale)
		if !knownLocale(locale) {
			f.fail("ENUM_TYPE_COERCE", "Value %q is not a valid enum value.", locale)
			continue
		}
		if !f.set() {
			continue
		}
		s := f.text(1, limit)
		if check != nil {
			check(f, s)
		}
		longest = max(longest, utf8.RuneCountInString(s))
		out[locale] = s
	}
	if len(out) > 0 {
		o[key] = out
	}
	return longest
}

// options reads the options at one depth: 0 of the command, 1 of a subcommand
// or group, 2 of a group's subcommand.
func (r *commandReader) options(v field, parent map[string]any, depth int) []CommandOption {
	if !v.set() {
		return nil
	}
	var list []CommandOption
	objects := []any{}
	names := map[string]bool{}
	nested, optional := 0, false
	for _, f := range v.list(0, 25) {
		if !f.object() {
			continue
		}
		o := map[string]any{}
		option := CommandOption{Type: int(f.at("type").integer(1, 11, 0))}
		if !f.at("type").set() {
			f.at("type").missing()
		}
		o["type"] = option.Type
		option.Name = r.name(f, o, true)
		option.Description = r.described(f, o)
		if names[option.Name] {
			f.at("name").fail("APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists")
		}
		names[option.Name] = true
		switch option.Type {
		case optionSubcommand, optionGroup:
			nested++
			if depth > 1 || (depth == 1 && option.Type == optionGroup) || (depth == 1 && parent["type"] != optionGroup) {
				f.at("type").fail("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command option cannot be nested here")
			}
			if f.at("required").set() && f.at("required").boolean(false) {
				f.at("required").fail("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "A sub-command cannot be required")
			}
			option.Options = r.options(f.at("options"), o, depth+1)
			if option.Type == optionGroup {
				for i, child := range option.Options {
					if child.Type != optionSubcommand {
						f.at("options").at(strconv.Itoa(i)).at("type").fail("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds sub-commands only")
					}
				}
			}
		default:
			option.Required = f.at("required").boolean(false)
			if option.Required {
				o["required"] = true
				if optional {
					f.fail("APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options must be placed before non-required options")
				}
			} else {
				optional = true
			}
			r.parameter(f, o, &option)
		}
		list = append(list, option)
		objects = append(objects, o)
	}
	if nested > 0 && nested < len(list) {
		v.fail("APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types")
	}
	if len(objects) > 0 || depth > 0 {
		parent["options"] = objects
	}
	return list
}

// parameter reads what belongs to options that hold a value.
func (r *commandReader) parameter(f field, o map[string]any, option *CommandOption) {
	kind := option.Type
	only := func(key string, kinds ...int) bool {
		if !f.at(key).set() {
			return false
		}
		if list, ok := f.at(key).value.([]any); ok && len(list) == 0 {
			return false
		}
		if b, ok := f.at(key).value.(bool); ok && !b {
			return false
		}
		if slices.Contains(kinds, kind) {
			return true
		}
		f.at(key).fail("APPLICATION_COMMAND_OPTIONS_FIELD_NOT_ALLOWED", "This option type cannot have %s", key)
		return false
	}
	if only("options") {
		return
	}
	if only("autocomplete", optionString, optionInteger, optionNumber) {
		option.Autocomplete = f.at("autocomplete").boolean(false)
		o["autocomplete"] = option.Autocomplete
	}
	if only("choices", optionString, optionInteger, optionNumber) {
		if option.Autocomplete {
			f.at("choices").fail("APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_CHOICES", "Cannot set autocomplete and choices at the same time")
		}
		option.Choices, o["choices"] = r.choices(f.at("choices"), kind)
	}
	if only("channel_types", optionChannel) {
		types := []int64{}
		for _, t := range f.at("channel_types").list(0, 25) {
			types = append(types, t.integer(0, 16, 0))
		}
		option.channelTypes, o["channel_types"] = types, types
	}
	for key, to := range map[string]**float64{"min_value": &option.minValue, "max_value": &option.maxValue} {
		if only(key, optionInteger, optionNumber) {
			if n, ok := readNumber(f.at(key), kind); ok {
				*to = &n
				o[key] = f.at(key).value
			}
		}
	}
	if option.minValue != nil && option.maxValue != nil && *option.minValue > *option.maxValue {
		f.at("max_value").fail("APPLICATION_COMMAND_OPTIONS_RANGE", "max_value must not be less than min_value")
	}
	if only("min_length", optionString) {
		n := f.at("min_length").integer(0, 6000, 0)
		option.minLength, o["min_length"] = &n, n
	}
	if only("max_length", optionString) {
		n := f.at("max_length").integer(1, 6000, 6000)
		option.maxLength, o["max_length"] = &n, n
	}
	if option.minLength != nil && option.maxLength != nil && *option.minLength > *option.maxLength {
		f.at("max_length").fail("APPLICATION_COMMAND_OPTIONS_RANGE", "max_length must not be less than min_length")
	}
}

// choices reads the choices of an option or of an autocomplete answer.
func (r *commandReader) choices(v field, kind int) (values []any, objects []any) {
	objects = []any{}
	names, seen := map[string]bool{}, map[any]bool{}
	for _, f := range v.list(0, 25) {
		if !f.object() {
			continue
		}
		o := map[string]any{}
		name := f.at("name").text(1, 100)
		o["name"] = name
		longest := r.localized(f.at("name_localizations"), o, "name_localizations", name, 100, nil)
		value := f.at("value")
		var given any
		switch {
		case !value.set():
			value.missing()
		case kind == optionString:
			s := value.text(1, 100)
			given = s
			r.size += utf8.RuneCountInString(s)
		default:
			if n, ok := readNumber(value, kind); ok {
				given = n
				r.size += len(strconv.FormatFloat(n, 'f', -1, 64))
			}
		}
		r.size += longest
		if names[name] {
			f.at("name").fail("APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", "Option choice names must be unique")
		}
		if seen[given] {
			f.at("value").fail("APPLICATION_COMMAND_OPTIONS_CHOICE_VALUE_ALREADY_EXISTS", "Option choice values must be unique")
		}
		names[name], seen[given] = true, true
		o["value"] = value.value
		values, objects = append(values, given), append(objects, o)
	}
	return values, objects
}

// readNumber reads an INTEGER or NUMBER value in Discord's range.
func readNumber(v field, kind int) (float64, bool) {
	n, ok := v.value.(json.Number)
	x, err := n.Float64()
	switch {
	case !ok || err != nil:
		v.fail("NUMBER_TYPE_COERCE", "Value is not a number.")
	case kind == optionInteger && x != math.Trunc(x):
		v.fail("NUMBER_TYPE_COERCE", "Value %q is not int.", n)
	case math.Abs(x) > maxSafeInteger:
		v.fail("NUMBER_TYPE_MAX", "Value should be between -2^53+1 and 2^53-1.")
	default:
		return x, true
	}
	return 0, false
}

// readCommands checks a bulk overwrite: every command, unique names per type,
// the most per type.
func readCommands(v field, guildID string, installs []int64) []*Command {
	var list []*Command
	type key struct {
		kind int
		name string
	}
	seen := map[key]bool{}
	for _, f := range v.list(0, maxChatCommands+2*maxContextCommands) {
		c := readCommand(f, guildID, installs)
		if c == nil {
			continue
		}
		if seen[key{c.Type, c.Name}] {
			f.at("name").fail("APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
		}
		seen[key{c.Type, c.Name}] = true
		list = append(list, c)
	}
	return list
}

// tooManyCommands reports a scope that holds more commands of a type than it may.
func tooManyCommands(list []*Command) error {
	count := map[int]int{}
	for _, c := range list {
		count[c.Type]++
	}
	for kind, n := range count {
		limit := maxContextCommands
		if kind == commandChat {
			limit = maxChatCommands
		}
		if n > limit {
			return refuse(400, 30032, "Maximum number of application commands reached ("+strconv.Itoa(limit)+").")
		}
	}
	return nil
}
