package discordsim

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Component types (developers/components/reference).
const (
	componentActionRow     = 1
	componentButton        = 2
	componentStringSelect  = 3
	componentTextInput     = 4
	componentUserSelect    = 5
	componentRoleSelect    = 6
	componentMentionSelect = 7
	componentChannelSelect = 8
	componentSection       = 9
	componentTextDisplay   = 10
	componentThumbnail     = 11
	componentMediaGallery  = 12
	componentFile          = 13
	componentSeparator     = 14
	componentContainer     = 17
	componentLabel         = 18
	componentFileUpload    = 19
	componentRadioGroup    = 21
	componentCheckboxGroup = 22
	componentCheckbox      = 23

	maxComponentsV2     = 40   // of a message, nested ones counted
	maxDisplayableText  = 4000 // over all text displays of a message
	maxLegacyActionRows = 5
)

var (
	selectTypes     = []int{componentStringSelect, componentUserSelect, componentRoleSelect, componentMentionSelect, componentChannelSelect}
	rowTypes        = append([]int{componentButton}, selectTypes...)
	containerTypes  = []int{componentActionRow, componentSection, componentTextDisplay, componentMediaGallery, componentFile, componentSeparator}
	topLevelV2Types = append(slices.Clone(containerTypes), componentContainer)
	labelTypes      = append([]int{componentTextInput, componentFileUpload, componentRadioGroup, componentCheckboxGroup, componentCheckbox}, selectTypes...)
)

// componentReader checks one message's or modal's components and writes them as
// Discord tells them back: unknown keys dropped, defaults filled in, ids given.
type componentReader struct {
	files     []string
	newID     func() string // for media
	refused   func() bool   // whether a medium is
	customIDs map[string]bool
	ids       map[int64]bool
	count     int
	textSize  int
	modal     bool
}

// readComponents checks the components of a message. Null counts as none.
func (s *Simulator) readComponents(v field, v2 bool, files []string) []map[string]any {
	newID := func() string { return s.ids.next(time.Now()) }
	r := &componentReader{files: files, newID: newID, refused: s.mediaFault, customIDs: map[string]bool{}, ids: map[int64]bool{}}
	out := []map[string]any{}
	if v2 {
		for _, c := range v.list(0, maxComponentsV2) {
			out = append(out, r.read(c, topLevelV2Types))
		}
		if r.count > maxComponentsV2 {
			v.fail("COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "The total number of components cannot exceed %d", maxComponentsV2)
		}
		if r.textSize > maxDisplayableText {
			v.fail("COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "The total size of displayable text in the components cannot exceed %d", maxDisplayableText)
		}
	} else {
		for _, c := range v.list(0, maxLegacyActionRows) {
			out = append(out, r.read(c, []int{componentActionRow}))
		}
	}
	r.number(out)
	return out
}

// readModalComponents checks the 1 to 5 components of a modal.
func readModalComponents(v field) []map[string]any {
	r := &componentReader{customIDs: map[string]bool{}, ids: map[int64]bool{}, modal: true}
	out := []map[string]any{}
	for _, c := range v.list(1, 5) {
		out = append(out, r.read(c, []int{componentActionRow, componentTextDisplay, componentLabel}))
	}
	r.number(out)
	return out
}

func (r *componentReader) read(v field, allowed []int) map[string]any {
	if !v.object() {
		return nil
	}
	kind := int(v.at("type").integer(0, 1<<31-1, -1))
	if !slices.Contains(allowed, kind) {
		names := make([]string, len(allowed))
		for i, t := range allowed {
			names[i] = strconv.Itoa(t)
		}
		v.at("type").fail("UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (%s).", strings.Join(names, ", "))
		return nil
	}
	r.count++
	out := map[string]any{"type": kind}
	if id := v.at("id").integer(0, 1<<31-1, 0); id > 0 {
		if r.ids[id] {
			v.at("id").fail("COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
		}
		r.ids[id] = true
		out["id"] = id
	}
	switch kind {
	case componentActionRow:
		r.row(v, out)
	case componentButton:
		r.button(v, out)
	case componentStringSelect, componentUserSelect, componentRoleSelect, componentMentionSelect, componentChannelSelect:
		r.selectMenu(v, out, kind)
	case componentTextInput:
		r.textInput(v, out)
	case componentSection:
		r.section(v, out)
	case componentTextDisplay:
		text := v.at("content").text(1, maxDisplayableText)
		r.textSize += utf8.RuneCountInString(text)
		out["content"] = text
	case componentThumbnail:
		out["media"] = r.media(v.at("media"), false)
		out["description"] = v.describe()
		out["spoiler"] = v.at("spoiler").boolean(false)
	case componentMediaGallery:
		items := []any{}
		for _, item := range v.at("items").list(1, 10) {
			if item.object() {
				items = append(items, map[string]any{"media": r.media(item.at("media"), false),
					"description": item.describe(), "spoiler": item.at("spoiler").boolean(false)})
			}
		}
		out["items"] = items
	case componentFile:
		file := r.media(v.at("file"), true)
		out["file"], out["spoiler"], out["size"] = file, v.at("spoiler").boolean(false), nil
		name, _ := attachmentName(file["url"].(string))
		out["name"] = orNull(name)
	case componentSeparator:
		out["divider"] = v.at("divider").boolean(true)
		out["spacing"] = v.at("spacing").integer(1, 2, 1)
	case componentContainer:
		children := []any{}
		for _, c := range v.at("components").list(1, maxComponentsV2) {
			children = append(children, r.read(c, containerTypes))
		}
		out["components"] = children
		out["accent_color"] = nil
		if color := v.at("accent_color"); color.set() {
			out["accent_color"] = color.integer(0, 0xFFFFFF, 0)
		}
		out["spoiler"] = v.at("spoiler").boolean(false)
	case componentLabel:
		out["label"] = v.at("label").text(1, 45)
		if d := v.at("description").optionalText(1, 100); d != "" {
			out["description"] = d
		}
		if v.at("component").object() {
			out["component"] = r.read(v.at("component"), labelTypes)
		}
	default:
		r.choice(v, out, kind)
	}
	return out
}

// describe reads alt text, null when there is none.
func (v field) describe() any { return orNull(v.at("description").optionalText(1, 1024)) }

func (r *componentReader) customID(v field) string {
	id := v.at("custom_id").text(1, 100)
	if id != "" && r.customIDs[id] {
		v.at("custom_id").fail("COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
	}
	r.customIDs[id] = true
	return id
}

func (r *componentReader) row(v field, out map[string]any) {
	allowed := rowTypes
	if r.modal {
		allowed = []int{componentTextInput}
	}
	children, width := []any{}, 0
	for _, c := range v.at("components").list(1, 5) {
		child := r.read(c, allowed)
		children = append(children, child)
		switch {
		case child == nil:
		case child["type"] == componentButton:
			width++
		default:
			width += 5 // a select menu or text input fills the row
		}
	}
	if width > 5 {
		v.at("components").fail("COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
	}
	out["components"] = children
}

func (r *componentReader) button(v field, out map[string]any) {
	const link, premium = 5, 6
	style := v.at("style").integer(1, 6, 0)
	if !v.at("style").set() {
		v.at("style").missing()
	}
	out["style"] = style
	label := v.at("label").optionalText(0, 80)
	if label != "" {
		out["label"] = label
	}
	emoji := r.emoji(v.at("emoji"), out)
	if v.at("disabled").boolean(false) {
		out["disabled"] = true
	}
	given := func(key string) bool {
		s, isText := v.at(key).value.(string)
		return v.at(key).set() && (!isText || s != "")
	}
	switch style {
	case link:
		if given("custom_id") {
			v.at("custom_id").fail("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
		if !given("url") {
			v.at("url").missing()
		} else {
			out["url"] = v.at("url").link(512, "discord")
		}
	case premium:
		for _, key := range []string{"custom_id", "label", "url", "emoji"} {
			if given(key) {
				v.at(key).fail("BUTTON_COMPONENT_PREMIUM_FIELD", "A premium button cannot have this field")
			}
		}
		if out["sku_id"] = v.at("sku_id").id(); out["sku_id"] == "" {
			v.at("sku_id").missing()
		}
		return
	default:
		if given("url") {
			v.at("url").fail("BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified")
		}
		out["custom_id"] = r.customID(v)
	}
	if label == "" && !emoji {
		v.fail("BUTTON_COMPONENT_INVALID_LABEL_EMOJI", "A button must have a label or emoji")
	}
}

func (r *componentReader) emoji(v field, out map[string]any) bool {
	if !v.set() || !v.object() {
		return false
	}
	name, id := v.at("name").optionalText(0, 64), v.at("id").id()
	if name == "" && id == "" {
		return false
	}
	e := map[string]any{"name": name}
	if id != "" {
		e["id"] = id
	} else if !isEmoji(name) {
		v.at("name").fail("BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")
	}
	out["emoji"] = e
	return true
}

func (r *componentReader) selectMenu(v field, out map[string]any, kind int) {
	out["custom_id"] = r.customID(v)
	if p := v.at("placeholder").optionalText(0, 150); p != "" {
		out["placeholder"] = p
	}
	least, most := r.range_(v, out, 25)
	if v.at("disabled").boolean(false) {
		if r.modal {
			v.at("disabled").fail("COMPONENT_DISABLED_IN_MODAL", "Components in a modal cannot be disabled")
		}
		out["disabled"] = true
	}
	if r.modal {
		out["required"] = v.at("required").boolean(true)
		if out["required"] == true && v.at("min_values").set() && least < 1 {
			v.at("min_values").fail("NUMBER_TYPE_MIN", "int value should be greater than or equal to 1.")
		}
	}
	if kind == componentStringSelect {
		options := r.options(v.at("options"), 25)
		if int64(len(options)) < least && len(options) > 0 {
			v.at("min_values").fail("SELECT_COMPONENT_MIN_VALUES", "There are fewer options than must be chosen")
		}
		if v.at("max_values").set() && int64(len(options)) < most && len(options) > 0 {
			v.at("max_values").fail("SELECT_COMPONENT_MAX_VALUES", "There are fewer options than can be chosen")
		}
		defaults := int64(0)
		for _, o := range options {
			if o.(map[string]any)["default"] == true {
				defaults++
			}
		}
		if defaults > most {
			v.at("options").fail("SELECT_COMPONENT_TOO_MANY_DEFAULTS", "More options are selected by default than can be chosen")
		}
		out["options"] = options
		return
	}
	defaults := []any{}
	for _, d := range v.at("default_values").list(0, 25) {
		if d.object() {
			kind := d.at("type").text(1, 16)
			if !slices.Contains([]string{"user", "role", "channel"}, kind) {
				d.at("type").fail("BASE_TYPE_CHOICES", "Value must be one of ('user', 'role', 'channel').")
			}
			defaults = append(defaults, map[string]any{"id": d.at("id").id(), "type": kind})
		}
	}
	if n := int64(len(defaults)); n > 0 {
		if n < least || n > most {
			v.at("default_values").fail("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
		}
		out["default_values"] = defaults
	}
	if kind == componentChannelSelect && v.at("channel_types").set() {
		types := []any{}
		for _, t := range v.at("channel_types").list(0, 25) {
			types = append(types, t.integer(0, 16, 0))
		}
		out["channel_types"] = types
	}
}

// range_ reads min_values and max_values.
func (r *componentReader) range_(v field, out map[string]any, limit int64) (least, most int64) {
	least = v.at("min_values").integer(0, limit, 1)
	most = v.at("max_values").integer(1, limit, 1)
	if least > most && v.at("max_values").set() {
		v.at("max_values").fail("SELECT_COMPONENT_RANGE", "max_values must not be less than min_values")
	}
	out["min_values"], out["max_values"] = least, most
	return least, most
}

func (r *componentReader) options(v field, limit int) []any {
	options, seen := []any{}, map[string]bool{}
	for _, o := range v.list(1, limit) {
		if !o.object() {
			continue
		}
		option := map[string]any{"label": o.at("label").text(1, 100)}
		value := o.at("value").text(1, 100)
		if seen[value] {
			o.at("value").fail("SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used")
		}
		seen[value] = true
		option["value"] = value
		if d := o.at("description").optionalText(0, 100); d != "" {
			option["description"] = d
		}
		r.emoji(o.at("emoji"), option)
		if o.at("default").boolean(false) {
			option["default"] = true
		}
		options = append(options, option)
	}
	return options
}

func (r *componentReader) textInput(v field, out map[string]any) {
	out["custom_id"] = r.customID(v)
	if !v.at("style").set() {
		v.at("style").missing()
	}
	out["style"] = v.at("style").integer(1, 2, 1)
	out["label"] = orNull(v.at("label").optionalText(0, 45))
	out["required"] = v.at("required").boolean(true)
	out["min_length"], out["max_length"] = nil, nil
	least, most := v.at("min_length"), v.at("max_length")
	if least.set() {
		out["min_length"] = least.integer(0, 4000, 0)
	}
	if most.set() {
		out["max_length"] = most.integer(1, 4000, 4000)
	}
	if least.set() && most.set() && least.integer(0, 4000, 0) > most.integer(1, 4000, 4000) {
		most.fail("TEXT_INPUT_LENGTH_RANGE", "max_length must not be less than min_length")
	}
	if s := v.at("value").optionalText(0, 4000); s != "" {
		out["value"] = s
	}
	if s := v.at("placeholder").optionalText(0, 100); s != "" {
		out["placeholder"] = s
	}
}

// choice reads the modal-only components file upload, radio group, checkbox group and checkbox.
func (r *componentReader) choice(v field, out map[string]any, kind int) {
	out["custom_id"] = r.customID(v)
	switch kind {
	case componentFileUpload:
		out["required"] = v.at("required").boolean(true)
		r.range_(v, out, 10)
	case componentRadioGroup, componentCheckboxGroup:
		out["required"] = v.at("required").boolean(true)
		out["options"] = r.options(v.at("options"), 10)
		if kind == componentCheckboxGroup && (v.at("min_values").set() || v.at("max_values").set()) {
			r.range_(v, out, 10)
		}
	case componentCheckbox:
		out["default"] = v.at("default").boolean(false)
	}
}

func (r *componentReader) section(v field, out map[string]any) {
	children := []any{}
	for _, c := range v.at("components").list(1, 3) {
		children = append(children, r.read(c, []int{componentTextDisplay}))
	}
	out["components"] = children
	if v.at("accessory").object() {
		out["accessory"] = r.read(v.at("accessory"), []int{componentButton, componentThumbnail})
	}
}

// media reads an unfurled media item; the File component takes attachments only.
func (r *componentReader) media(v field, attachmentOnly bool) map[string]any {
	out := map[string]any{"url": ""}
	if !v.object() {
		return out
	}
	address := v.at("url")
	if s, _ := address.value.(string); s == "" {
		address.missing()
		return out
	}
	u := readMediaURL(address, r.files)
	switch _, sent := attachmentName(u); {
	case attachmentOnly && !sent:
		address.fail("URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('attachment').")
	case !sent && r.refused():
		address.fail("URL_TYPE_INVALID_URL", "Not a well formed URL.")
	}
	out["id"] = r.newID()
	out["url"], out["proxy_url"], out["width"], out["height"] = u, u, nil, nil
	return out
}

// number gives ids to the components that have none, in order of appearance,
// leaving out those in use.
func (r *componentReader) number(list []map[string]any) {
	next := int64(1)
	for _, c := range list {
		walkComponents(c, func(c map[string]any) {
			if c["id"] != nil {
				return
			}
			for r.ids[next] {
				next++
			}
			c["id"] = next
			r.ids[next] = true
		})
	}
}

// walkComponents visits a component and all inside it, in order.
func walkComponents(c map[string]any, visit func(map[string]any)) {
	if c == nil {
		return
	}
	visit(c)
	children, _ := c["components"].([]any)
	for _, child := range children {
		if child, ok := child.(map[string]any); ok {
			walkComponents(child, visit)
		}
	}
	for _, key := range []string{"accessory", "component"} {
		if child, ok := c[key].(map[string]any); ok {
			walkComponents(child, visit)
		}
	}
}

// findComponent returns the component with a custom_id, nil when there is none.
func findComponent(list []map[string]any, customID string) map[string]any {
	var found map[string]any
	for _, c := range list {
		walkComponents(c, func(c map[string]any) {
			if c["custom_id"] == customID && customID != "" {
				found = c
			}
		})
	}
	return found
}

// isEmoji accepts what isn't plain letters, digits or punctuation of ASCII,
// except the keycap characters. Discord knows the exact list; this one only
// keeps words like ":fire:" out.
func isEmoji(s string) bool {
	if s == "" {
		return false
	}
	for _, r := range s {
		if r > 0x7F {
			return true
		}
	}
	return false
}

// clean turns any JSON value into plain maps, slices and numbers of this package's making.
func clean(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	out, err := decodeJSON(raw)
	if err != nil {
		return nil
	}
	return out
}
