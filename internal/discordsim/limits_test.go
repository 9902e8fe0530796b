package discordsim_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"newsbrief/internal/discordsim"
)

func times(s string, n int) string { return strings.Repeat(s, n) }

func many(n int, v func(i int) any) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = v(i)
	}
	return list
}

type m = map[string]any

func embeds(e ...any) m     { return m{"embeds": e} }
func components(c ...any) m { return m{"components": c} }
func v2(c ...any) m         { return m{"flags": 1 << 15, "components": c} }
func row(c ...any) m        { return m{"type": 1, "components": c} }
func button(id string) m {
	return m{"type": 2, "style": 1, "label": "press", "custom_id": id}
}
func linkButton(url any) m { return m{"type": 2, "style": 5, "label": "read", "url": url} }
func display(s string) m   { return m{"type": 10, "content": s} }
func menu(id string, options ...any) m {
	return m{"type": 3, "custom_id": id, "options": options}
}
func option(i int) any { return m{"label": fmt.Sprint("option ", i), "value": fmt.Sprint(i)} }

// path of a complaint inside the errors object, "" for an answer of 200.
type messageCase struct {
	name string
	body any
	path string // where _errors is; "!CODE" a Discord code instead
}

var messageCases = []messageCase{
	{"content of 2,000 characters", m{"content": times("é", 2000)}, ""},
	{"content of 2,001 characters", m{"content": times("é", 2001)}, "content"},
	{"content that is a number", m{"content": 5}, "content"},
	{"nothing at all", m{}, "!50006"},
	{"white space only", m{"content": " \n "}, "!50006"},
	{"an empty embed only", embeds(m{}), "!50006"},
	{"nulls as discordgo writes them", m{"content": "x", "embeds": nil, "components": nil, "sticker_ids": nil, "allowed_mentions": nil, "flags": 0, "tts": false}, ""},
	{"body is a list", []any{}, "."},
	{"nonce of 25 characters", m{"content": "x", "nonce": times("n", 25)}, ""},
	{"nonce of 26 characters", m{"content": "x", "nonce": times("n", 26)}, "nonce"},

	{"ten embeds", m{"embeds": many(10, func(int) any { return m{"title": "t"} })}, ""},
	{"eleven embeds", m{"embeds": many(11, func(int) any { return m{"title": "t"} })}, "embeds"},
	{"embed title of 256", embeds(m{"title": times("t", 256)}), ""},
	{"embed title of 257", embeds(m{"title": times("t", 257)}), "embeds.0.title"},
	{"embed title of 256 and white space", embeds(m{"title": "  " + times("t", 256) + "  "}), ""},
	{"embed description of 4,096", embeds(m{"description": times("t", 4096)}), ""},
	{"embed description of 4,097", embeds(m{"description": times("t", 4097)}), "embeds.0.description"},
	{"25 fields", embeds(m{"fields": many(25, func(int) any { return m{"name": "n", "value": "v"} })}), ""},
	{"26 fields", embeds(m{"fields": many(26, func(int) any { return m{"name": "n", "value": "v"} })}), "embeds.0.fields"},
	{"field name of 257", embeds(m{"fields": []any{m{"name": times("n", 257), "value": "v"}}}), "embeds.0.fields.0.name"},
	{"field value of 1,025", embeds(m{"fields": []any{m{"name": "n", "value": times("v", 1025)}}}), "embeds.0.fields.0.value"},
	{"field without a value", embeds(m{"fields": []any{m{"name": "n"}}}), "embeds.0.fields.0.value"},
	{"field with an empty value", embeds(m{"fields": []any{m{"name": "n", "value": ""}}}), "embeds.0.fields.0.value"},
	{"field with a blank name", embeds(m{"fields": []any{m{"name": " ", "value": "v"}}}), "embeds.0.fields.0.name"},
	{"footer of 2,048", embeds(m{"footer": m{"text": times("f", 2048)}}), ""},
	{"footer of 2,049", embeds(m{"footer": m{"text": times("f", 2049)}}), "embeds.0.footer.text"},
	{"author of 257", embeds(m{"author": m{"name": times("a", 257)}}), "embeds.0.author.name"},
	{"6,000 characters over embeds", embeds(m{"description": times("d", 3000)}, m{"description": times("d", 3000)}), ""},
	{"6,001 characters over embeds", embeds(m{"description": times("d", 3000)}, m{"description": times("d", 3001)}), "embeds"},
	{"embed URL of another scheme", embeds(m{"title": "t", "url": "ftp://example.org/"}), "embeds.0.url"},
	{"embed URL without a scheme", embeds(m{"title": "t", "url": "example.org"}), "embeds.0.url"},
	{"embed URL with javascript", embeds(m{"title": "t", "url": "javascript:alert(1)"}), "embeds.0.url"},
	{"image URL that is none", embeds(m{"title": "t", "image": m{"url": "nowhere"}}), "embeds.0.image.url"},
	{"image of a file not sent", embeds(m{"title": "t", "image": m{"url": "attachment://a.png"}}), "embeds.0.image.url"},
	{"timestamp that is none", embeds(m{"title": "t", "timestamp": "yesterday"}), "embeds.0.timestamp"},
	{"timestamp", embeds(m{"title": "t", "timestamp": "2026-01-02T03:04:05Z"}), ""},
	{"color too large", embeds(m{"title": "t", "color": 0x1000000}), "embeds.0.color"},

	{"five rows of five buttons", m{"content": "x", "components": many(5, func(i int) any {
		return row(many(5, func(j int) any { return button(fmt.Sprint(i, "-", j)) })...)
	})}, ""},
	{"six rows", m{"content": "x", "components": many(6, func(i int) any { return row(button(fmt.Sprint(i))) })}, "components"},
	{"six buttons in a row", components(row(many(6, func(i int) any { return button(fmt.Sprint(i)) })...)), "components.0.components"},
	{"an empty row", components(row()), "components.0.components"},
	{"a button outside a row", components(button("a")), "components.0.type"},
	{"two menus in a row", components(row(menu("a", option(1)), menu("b", option(1)))), "components.0.components"},
	{"a menu beside a button", components(row(menu("a", option(1)), button("b"))), "components.0.components"},
	{"duplicate custom_id", components(row(button("a"), button("a"))), "components.0.components.1.custom_id"},
	{"button without custom_id", components(row(m{"type": 2, "style": 1, "label": "x"})), "components.0.components.0.custom_id"},
	{"custom_id of 101", components(row(button(times("i", 101)))), "components.0.components.0.custom_id"},
	{"label of 81", components(row(m{"type": 2, "style": 1, "label": times("l", 81), "custom_id": "a"})), "components.0.components.0.label"},
	{"button without label and emoji", components(row(m{"type": 2, "style": 1, "custom_id": "a"})), "components.0.components.0"},
	{"button of no style", components(row(m{"type": 2, "label": "x", "custom_id": "a"})), "components.0.components.0.style"},
	{"link button without url", components(row(m{"type": 2, "style": 5, "label": "x"})), "components.0.components.0.url"},
	{"link button with custom_id", components(row(m{"type": 2, "style": 5, "label": "x", "url": "https://example.org", "custom_id": "a"})), "components.0.components.0.custom_id"},
	{"link of 513", components(row(linkButton("https://example.org/" + times("a", 513-20)))), "components.0.components.0.url"},
	{"link of another scheme", components(row(linkButton("file:///etc/passwd"))), "components.0.components.0.url"},
	{"plain button with url", components(row(m{"type": 2, "style": 1, "label": "x", "custom_id": "a", "url": "https://example.org"})), "components.0.components.0.url"},
	{"menu of 25", components(row(menu("a", many(25, option)...))), ""},
	{"menu of 26", components(row(menu("a", many(26, option)...))), "components.0.components.0.options"},
	{"menu of none", components(row(menu("a"))), "components.0.components.0.options"},
	{"menu with a value twice", components(row(menu("a", option(1), option(1)))), "components.0.components.0.options.1.value"},
	{"menu label of 101", components(row(menu("a", m{"label": times("l", 101), "value": "v"}))), "components.0.components.0.options.0.label"},
	{"placeholder of 151", components(row(m{"type": 8, "custom_id": "a", "placeholder": times("p", 151)})), "components.0.components.0.placeholder"},
	{"max_values of 26", components(row(m{"type": 8, "custom_id": "a", "max_values": 26})), "components.0.components.0.max_values"},
	{"text input in a message", components(row(m{"type": 4, "custom_id": "a", "style": 1, "label": "l"})), "components.0.components.0.type"},
	{"text display without the flag", components(display("x")), "components.0.type"},
	{"component of an unknown type", components(m{"type": 99}), "components.0.type"},
	{"component that is no object", m{"components": []any{"x"}}, "components.0"},

	{"a text display", v2(display("hello")), ""},
	{"4,000 characters of text", v2(display(times("t", 2000)), m{"type": 17, "components": []any{display(times("t", 2000))}}), ""},
	{"4,001 characters of text", v2(display(times("t", 2000)), m{"type": 17, "components": []any{display(times("t", 2001))}}), "components"},
	{"empty text display", v2(display("")), "components.0.content"},
	{"40 components", v2(many(40, func(int) any { return display("x") })...), ""},
	{"41 components", v2(many(41, func(int) any { return display("x") })...), "components"},
	{"41 components when the nested ones are counted", v2(m{"type": 17, "components": many(20, func(int) any { return display("x") })},
		m{"type": 17, "components": many(19, func(int) any { return display("x") })}), "components"},
	{"content beside V2", m{"flags": 1 << 15, "content": "x", "components": []any{display("y")}}, "content"},
	{"embeds beside V2", m{"flags": 1 << 15, "embeds": []any{m{"title": "t"}}, "components": []any{display("y")}}, "embeds"},
	{"V2 without components", m{"flags": 1 << 15}, "!50006"},
	{"section", v2(m{"type": 9, "components": []any{display("x")}, "accessory": linkButton("https://example.org")}), ""},
	{"section without accessory", v2(m{"type": 9, "components": []any{display("x")}}), "components.0.accessory"},
	{"section of four texts", v2(m{"type": 9, "components": many(4, func(int) any { return display("x") }), "accessory": button("a")}), "components.0.components"},
	{"section with a menu", v2(m{"type": 9, "components": []any{display("x")}, "accessory": menu("a", option(1))}), "components.0.accessory.type"},
	{"container in a container", v2(m{"type": 17, "components": []any{m{"type": 17, "components": []any{display("x")}}}}), "components.0.components.0.type"},
	{"thumbnail with words", v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "description": times("d", 1024), "media": m{"url": "https://example.org/" + times("a", 2000) + ".png"}}}), ""},
	{"thumbnail without a host", v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "media": m{"url": "https:///a.png"}}}), "components.0.accessory.media.url"},
	{"thumbnail with a space", v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "media": m{"url": "https://example.org/EU Long 3.png"}}}), "components.0.accessory.media.url"},
	{"thumbnail of 2,049 characters", v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "media": m{"url": "https://example.org/" + times("a", 2029)}}}), "components.0.accessory.media.url"},
	{"thumbnail with empty words", v2(m{"type": 9, "components": []any{display("x")}, "accessory": m{"type": 11, "description": "", "media": m{"url": "https://example.org/a.png"}}}), "components.0.accessory.description"},
	{"thumbnail at the top", v2(m{"type": 11, "media": m{"url": "https://example.org/a.png"}}), "components.0.type"},
	{"button at the top", v2(button("a")), "components.0.type"},
	{"gallery of ten", v2(m{"type": 12, "items": many(10, func(int) any { return m{"media": m{"url": "https://example.org/a.png"}} })}), ""},
	{"gallery of eleven", v2(m{"type": 12, "items": many(11, func(int) any { return m{"media": m{"url": "https://example.org/a.png"}} })}), "components.0.items"},
	{"gallery without url", v2(m{"type": 12, "items": []any{m{"media": m{}}}}), "components.0.items.0.media.url"},
	{"description of 1,025", v2(m{"type": 12, "items": []any{m{"media": m{"url": "https://example.org/a.png"}, "description": times("d", 1025)}}}), "components.0.items.0.description"},
	{"file that is a link", v2(m{"type": 13, "file": m{"url": "https://example.org/a.pdf"}}), "components.0.file.url"},
	{"separator of spacing 3", v2(m{"type": 14, "spacing": 3}), "components.0.spacing"},
	{"accent color too large", v2(m{"type": 17, "accent_color": 0x1000000, "components": []any{display("x")}}), "components.0.accent_color"},
	{"id twice", v2(m{"type": 10, "id": 7, "content": "x"}, m{"type": 10, "id": 7, "content": "y"}), "components.1.id"},
	{"custom_id twice across containers", v2(row(button("a")), m{"type": 17, "components": []any{row(button("a"))}}), "components.1.components.0.components.0.custom_id"},
	{"label in a message", v2(m{"type": 18, "label": "l", "component": menu("a", option(1))}), "components.0.type"},

	{"parse and users contradict", m{"content": "x", "allowed_mentions": m{"parse": []any{"users"}, "users": []any{"1"}}}, "allowed_mentions"},
	{"parse and roles contradict", m{"content": "x", "allowed_mentions": m{"parse": []any{"roles"}, "roles": []any{"1"}}}, "allowed_mentions"},
	{"parse and an empty list", m{"content": "x", "allowed_mentions": m{"parse": []any{"users"}, "users": []any{}}}, ""},
	{"unknown parse value", m{"content": "x", "allowed_mentions": m{"parse": []any{"all"}}}, "allowed_mentions.parse.0"},
	{"101 users", m{"content": "x", "allowed_mentions": m{"users": many(101, func(i int) any { return fmt.Sprint(i + 1) })}}, "allowed_mentions.users"},
}

// check compares an answer with what a case wants.
func check(t *testing.T, a answer, path string, good int) {
	t.Helper()
	switch {
	case path == "":
		if a.status != good {
			t.Errorf("status %d %s, want %d", a.status, a.raw, good)
		}
	case path[0] == '!':
		if a.status != 400 || fmt.Sprint("!", a.code()) != path {
			t.Errorf("status %d %s, want code %s", a.status, a.raw, path[1:])
		}
	default:
		v := get(a.body, "errors")
		for _, step := range strings.Split(strings.Trim(path, "."), ".") {
			if step != "" {
				v = get(v, step)
			}
		}
		if a.status != 400 || a.code() != 50035 || get(a.body, "message") != "Invalid Form Body" || get(v, "_errors", 0, "code") == nil {
			t.Errorf("status %d %s, want an error at %q", a.status, a.raw, path)
		}
	}
}

func TestMessageLimits(t *testing.T) {
	for _, c := range messageCases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{})
			check(t, w.do("POST", "/channels/"+w.channel("general")+"/messages", c.body), c.path, 200)
		})
	}
}

func TestInvalidFormBodyIsDiscords(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	a := w.do("POST", "/channels/"+w.channel("general")+"/messages", m{"content": times("x", 2001)})
	// The example of developers/reference, Error Messages, for content.
	want := `{"code":50035,"errors":{"content":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 2000 or fewer in length."}]}},"message":"Invalid Form Body"}`
	if a.raw != want {
		t.Errorf("got  %s\nwant %s", a.raw, want)
	}
}

func chat(change m) m {
	c := m{"name": "brief", "description": "what is new"}
	for k, v := range change {
		if v == nil {
			delete(c, k)
		} else {
			c[k] = v
		}
	}
	return c
}

func opt(change m) m {
	o := m{"type": 3, "name": "topic", "description": "which topic"}
	for k, v := range change {
		o[k] = v
	}
	return o
}

func options(list ...any) m { return chat(m{"options": list}) }

var commandCases = []messageCase{
	{"plain", chat(nil), ""},
	{"without description", chat(m{"description": nil}), "description"},
	{"description of 101", chat(m{"description": times("d", 101)}), "description"},
	{"without name", chat(m{"name": nil}), "name"},
	{"name of 32", chat(m{"name": times("n", 32)}), ""},
	{"name of 33", chat(m{"name": times("n", 33)}), "name"},
	{"name in capitals", chat(m{"name": "Brief"}), "name"},
	{"name with a space", chat(m{"name": "my brief"}), "name"},
	{"Korean name", chat(m{"name": "요약"}), ""},
	{"Devanagari name", chat(m{"name": "हिन्दी"}), ""},
	{"message command", m{"type": 3, "name": "Why this post?"}, ""},
	{"message command with description", m{"type": 3, "name": "Why", "description": "x"}, "description"},
	{"user command with options", m{"type": 2, "name": "Why", "options": []any{opt(nil)}}, "options"},
	{"unknown type", chat(m{"type": 9}), "type"},
	{"25 options", chat(m{"options": many(25, func(i int) any { return opt(m{"name": fmt.Sprint("o", i)}) })}), ""},
	{"26 options", chat(m{"options": many(26, func(i int) any { return opt(m{"name": fmt.Sprint("o", i)}) })}), "options"},
	{"option without description", options(m{"type": 3, "name": "a"}), "options.0.description"},
	{"option name in capitals", options(opt(m{"name": "Topic"})), "options.0.name"},
	{"option twice", options(opt(nil), opt(nil)), "options.1.name"},
	{"required after optional", options(opt(nil), opt(m{"name": "b", "required": true})), "options.1"},
	{"autocomplete with choices", options(opt(m{"autocomplete": true, "choices": []any{m{"name": "a", "value": "a"}}})), "options.0.choices"},
	{"autocomplete without choices", options(opt(m{"autocomplete": true, "choices": []any{}})), ""},
	{"autocomplete of a boolean", options(opt(m{"type": 5, "autocomplete": true})), "options.0.autocomplete"},
	{"choices of a channel", options(opt(m{"type": 7, "choices": []any{m{"name": "a", "value": "a"}}})), "options.0.choices"},
	{"25 choices", options(opt(m{"choices": many(25, func(i int) any { return m{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} })})), ""},
	{"26 choices", options(opt(m{"choices": many(26, func(i int) any { return m{"name": fmt.Sprint(i), "value": fmt.Sprint(i)} })})), "options.0.choices"},
	{"choice name of 101", options(opt(m{"choices": []any{m{"name": times("n", 101), "value": "v"}}})), "options.0.choices.0.name"},
	{"choice value of 101", options(opt(m{"choices": []any{m{"name": "n", "value": times("v", 101)}}})), "options.0.choices.0.value"},
	{"number for a string choice", options(opt(m{"choices": []any{m{"name": "n", "value": 1}}})), "options.0.choices.0.value"},
	{"fraction for an integer choice", options(opt(m{"type": 4, "choices": []any{m{"name": "n", "value": 1.5}}})), "options.0.choices.0.value"},
	{"subcommand beside an option", options(m{"type": 1, "name": "add", "description": "d"}, opt(nil)), "options"},
	{"group with subcommands", options(m{"type": 2, "name": "feed", "description": "d", "options": []any{m{"type": 1, "name": "add", "description": "d"}}}), ""},
	{"group in a group", options(m{"type": 2, "name": "a", "description": "d", "options": []any{m{"type": 2, "name": "b", "description": "d"}}}), "options.0.options.0.type"},
	{"subcommand in a subcommand", options(m{"type": 1, "name": "a", "description": "d", "options": []any{m{"type": 1, "name": "b", "description": "d"}}}), "options.0.options.0.type"},
	{"option in a group", options(m{"type": 2, "name": "a", "description": "d", "options": []any{opt(nil)}}), "options.0.options.0.type"},
	{"min above max", options(opt(m{"type": 4, "min_value": 3, "max_value": 2})), "options.0.max_value"},
	{"min_value of a string", options(opt(m{"min_value": 3})), "options.0.min_value"},
	{"max_length of 6,001", options(opt(m{"max_length": 6001})), "options.0.max_length"},
	{"bad locale", chat(m{"name_localizations": m{"xx": "brief"}}), "name_localizations.xx"},
	{"good locale", chat(m{"name_localizations": m{"ko": "요약"}}), ""},
	{"localized name in capitals", chat(m{"name_localizations": m{"de": "Brief"}}), "name_localizations.de"},
	{"permissions as text", chat(m{"default_member_permissions": "32"}), ""},
	{"permissions that are none", chat(m{"default_member_permissions": "many"}), "default_member_permissions"},
	{"contexts", chat(m{"contexts": []any{0, 1}}), ""},
	{"context 3", chat(m{"contexts": []any{3}}), "contexts.0"},
	{"8,000 characters", bigCommand(8000), ""},
	{"8,001 characters", bigCommand(8001), "."},
}

// bigCommand has names, descriptions and choice values of n characters in all,
// n being from 7,700 to 8,200.
func bigCommand(n int) m {
	c := chat(nil)
	n -= len("brief") + len("what is new")
	var list []any
	for i := range 4 {
		name := fmt.Sprintf("option-%d", i)
		n -= len(name) + len("which topic")
		list = append(list, opt(m{"name": name}))
	}
	for i := range 3 { // 75 choices of 100 characters
		list[i].(m)["choices"] = many(25, func(j int) any {
			return m{"name": fmt.Sprintf("%02d", j), "value": fmt.Sprintf("%02d", j) + times("v", 96)}
		})
		n -= 2500
	}
	var rest []any
	for i := 0; n > 0; i++ {
		size := min(n, 100)
		if n-size == 1 || n-size == 2 { // a choice needs three characters
			size -= 3
		}
		rest = append(rest, m{"name": fmt.Sprint(i), "value": fmt.Sprint(i) + times("w", size-2)})
		n -= size
	}
	list[3].(m)["choices"] = rest
	c["options"] = list
	return c
}

func TestCommandLimits(t *testing.T) {
	for _, c := range commandCases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, discordsim.Options{})
			check(t, w.do("POST", "/applications/"+w.sim.ApplicationID()+"/commands", c.body), c.path, 201)
		})
	}
}

func TestBulkOverwrite(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/applications/" + w.sim.ApplicationID() + "/commands"
	named := func(n int) []any {
		return many(n, func(i int) any { return chat(m{"name": fmt.Sprint("c", i)}) })
	}
	a := w.do("PUT", path, append(named(1), chat(m{"name": "c0"})))
	check(t, a, "1.name", 200)
	w.wants(w.do("PUT", path, named(101)), 400, 30032)
	first := w.must("PUT", path, append(named(2), m{"type": 3, "name": "c0"}))
	if n := len(first.body.([]any)); n != 3 {
		t.Fatalf("registered %d commands, want 3: the same name may serve another type", n)
	}
	again := w.must("PUT", path, named(1))
	if get(again.body, 0, "id") != get(first.body, 0, "id") {
		t.Error("overwriting a command changed its id")
	}
	if n := len(w.must("GET", path, nil).body.([]any)); n != 1 {
		t.Errorf("%d commands are left, want those of the last overwrite", n)
	}
}

func TestCreatingACommandAgainUpdatesIt(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/applications/" + w.sim.ApplicationID() + "/guilds/" + w.guild() + "/commands"
	first := w.do("POST", path, chat(nil))
	second := w.do("POST", path, chat(m{"description": "other"}))
	if first.status != 201 || second.status != 200 || first.id() != second.id() || get(second.body, "description") != "other" {
		t.Errorf("got %d %s, then %d %s", first.status, first.raw, second.status, second.raw)
	}
	one := path + "/" + first.id()
	if a := w.must("PATCH", one, m{"description": "third"}); get(a.body, "description") != "third" || get(a.body, "name") != "brief" {
		t.Errorf("PATCH answered %s", a.raw)
	}
	if a := w.do("DELETE", one, nil); a.status != 204 {
		t.Errorf("DELETE answered %d", a.status)
	}
	w.wants(w.do("GET", one, nil), 404, 10063)
}

func TestTwoHundredNewCommandsADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, discordsim.Options{})
		path := "/applications/" + w.sim.ApplicationID() + "/commands"
		for round := range 2 {
			w.must("PUT", path, many(100, func(i int) any { return chat(m{"name": fmt.Sprintf("c%d-%d", round, i)}) }))
		}
		w.must("PUT", path, many(100, func(i int) any { return chat(m{"name": fmt.Sprintf("c1-%d", i), "description": "changed"}) }))
		w.wants(w.do("PUT", path, []any{chat(nil)}), 429, 30034)
		time.Sleep(24 * time.Hour)
		w.must("PUT", path, []any{chat(nil)})
	})
}

func TestComponentsAreToldBackWithIDs(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	a := w.must("POST", "/channels/"+w.channel("general")+"/messages", v2(
		m{"type": 17, "components": []any{display("a"), m{"type": 10, "id": 2, "content": "b"}}}, display("c")))
	// In order of appearance, 2 being taken: container 1, a 3, b 2, c 4.
	for i, c := range []struct {
		path []any
		want float64
	}{
		{[]any{"components", 0, "id"}, 1}, {[]any{"components", 0, "components", 0, "id"}, 3},
		{[]any{"components", 0, "components", 1, "id"}, 2}, {[]any{"components", 1, "id"}, 4},
	} {
		if got := get(a.body, c.path...); got != c.want {
			t.Errorf("%d: id is %v, want %v", i, got, c.want)
		}
	}
	if flags := get(a.body, "flags"); flags != float64(1<<15) {
		t.Errorf("flags are %v", flags)
	}
}

func TestV2CannotBeTakenBack(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	id := w.must("POST", path, v2(display("a"))).id()
	check(t, w.do("PATCH", path+"/"+id, m{"flags": 0, "content": "x", "components": []any{}}), "flags", 200)
	check(t, w.do("PATCH", path+"/"+id, m{"content": "x"}), "content", 200)
	if a := w.must("PATCH", path+"/"+id, m{"components": []any{display("b")}}); get(a.body, "components", 0, "content") != "b" {
		t.Errorf("edited to %s", a.raw)
	}
}

func TestEditing(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	id := w.must("POST", path, m{"content": "a", "embeds": []any{m{"title": "t"}}}).id()
	a := w.must("PATCH", path+"/"+id, m{"content": "b", "ID": "x", "Channel": "y"})
	if get(a.body, "content") != "b" || get(a.body, "embeds", 0, "title") != "t" || get(a.body, "edited_timestamp") == nil {
		t.Errorf("edited to %s, want the embed kept and the time of the edit", a.raw)
	}
	a = w.must("PATCH", path+"/"+id, m{"content": nil})
	if get(a.body, "content") != "" {
		t.Errorf("content is %v after null", get(a.body, "content"))
	}
	w.wants(w.do("PATCH", path+"/"+id, m{"embeds": []any{}}), 400, 50006)
	said, err := w.sim.Say(w.channel("general"), "", "mine")
	if err != nil {
		t.Fatal(err)
	}
	w.wants(w.do("PATCH", path+"/"+said.ID, m{"content": "yours"}), 403, 50005)
}

func multipartBody(t *testing.T, payload any, files map[string][]byte) (string, func(*http.Request)) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	raw, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	if err := form.WriteField("payload_json", string(raw)); err != nil {
		t.Fatal(err)
	}
	i := 0
	for name, data := range files {
		part, err := form.CreateFormFile(fmt.Sprintf("files[%d]", i), name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(data); err != nil {
			t.Fatal(err)
		}
		i++
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), func(r *http.Request) { r.Header.Set("Content-Type", form.FormDataContentType()) }
}

func TestFiles(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	body, kind := multipartBody(t, m{"embeds": []any{m{"title": "t", "image": m{"url": "attachment://a.png"}}}}, map[string][]byte{"a.png": []byte("picture")})
	a := w.do("POST", path, body, kind)
	if a.status != 200 || get(a.body, "attachments", 0, "filename") != "a.png" || get(a.body, "attachments", 0, "size") != 7.0 {
		t.Fatalf("status %d, %s", a.status, a.raw)
	}
	url, _ := get(a.body, "embeds", 0, "image", "url").(string)
	if url != get(a.body, "attachments", 0, "url") {
		t.Errorf("the image's address is %q, want the attachment's", url)
	}
	if got := w.do("GET", strings.TrimPrefix(url, "http://sim"), nil); got.raw != "picture" {
		t.Errorf("the file reads %q", got.raw)
	}
	body, kind = multipartBody(t, m{"content": "x"}, map[string][]byte{"big.bin": make([]byte, 10<<20+1)})
	w.wants(w.do("POST", path, body, kind), 413, 40005)
	w.allow("", 0, 1<<15)
	body, kind = multipartBody(t, m{"content": "x"}, map[string][]byte{"a.txt": []byte("x")})
	w.wants(w.do("POST", path, body, kind), 403, 50013)
}

func TestBodies(t *testing.T) {
	w := newWorld(t, discordsim.Options{})
	path := "/channels/" + w.channel("general") + "/messages"
	w.wants(w.do("POST", path, "{"), 400, 50109)
	a := w.do("POST", path, "x=y", func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") })
	check(t, a, ".", 200)
}
