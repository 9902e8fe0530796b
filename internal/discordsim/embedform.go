package discordsim

import (
	"slices"
	"unicode/utf8"
)

const maxEmbedCharacters = 6000 // over all embeds of a message

// readEmbeds checks embeds (developers/resources/message, Embed Limits) and
// returns them as Discord tells them back. Null counts as none.
func readEmbeds(v field, files []string) []map[string]any {
	embeds := []map[string]any{}
	total := 0
	for _, e := range v.list(0, 10) {
		if !e.object() {
			continue
		}
		out := map[string]any{"type": "rich"}
		put := func(key, s string) {
			if s != "" {
				out[key] = s
				total += utf8.RuneCountInString(s)
			}
		}
		put("title", e.at("title").trimmed(0, 256))
		put("description", e.at("description").trimmed(0, 4096))
		if u := e.at("url").link(2048); u != "" {
			out["url"] = u
		}
		if t := e.at("timestamp").timestamp(); t != "" {
			out["timestamp"] = t
		}
		if color := e.at("color"); color.set() {
			out["color"] = color.integer(0, 0xFFFFFF, 0)
		}
		if footer := e.at("footer"); footer.set() && footer.object() {
			text := footer.at("text").trimmed(1, 2048)
			total += utf8.RuneCountInString(text)
			out["footer"] = withIcon(footer, map[string]any{"text": text}, files)
		}
		if author := e.at("author"); author.set() && author.object() {
			name := author.at("name").trimmed(1, 256)
			total += utf8.RuneCountInString(name)
			a := map[string]any{"name": name}
			if u := author.at("url").link(2048); u != "" {
				a["url"] = u
			}
			out["author"] = withIcon(author, a, files)
		}
		for _, key := range []string{"image", "thumbnail"} {
			image := e.at(key)
			if !image.set() || !image.object() {
				continue
			}
			if !image.at("url").set() {
				image.at("url").missing()
				continue
			}
			u := readMediaURL(image.at("url"), files)
			out[key] = map[string]any{"url": u, "proxy_url": u, "width": 0, "height": 0}
		}
		var fields []any
		for _, f := range e.at("fields").list(0, 25) {
			if !f.object() {
				continue
			}
			name, value := f.at("name").trimmed(1, 256), f.at("value").trimmed(1, 1024)
			total += utf8.RuneCountInString(name) + utf8.RuneCountInString(value)
			fields = append(fields, map[string]any{"name": name, "value": value, "inline": f.at("inline").boolean(false)})
		}
		if fields != nil {
			out["fields"] = fields
		}
		if len(out) > 1 {
			embeds = append(embeds, out)
		}
	}
	if total > maxEmbedCharacters {
		v.fail("MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of %d", maxEmbedCharacters)
	}
	return embeds
}

func withIcon(v field, out map[string]any, files []string) map[string]any {
	if icon := v.at("icon_url"); icon.set() {
		if u := readMediaURL(icon, files); u != "" {
			out["icon_url"], out["proxy_icon_url"] = u, u
		}
	}
	return out
}

// readMediaURL reads a web address or a reference to a file sent along.
func readMediaURL(v field, files []string) string {
	u := v.link(2048, "attachment")
	if name, ok := attachmentName(u); ok && !slices.Contains(files, name) {
		v.fail("EMBED_ATTACHMENT_NOT_FOUND", "The file %q was not sent along.", name)
	}
	return u
}

func attachmentName(u string) (string, bool) {
	const scheme = "attachment://"
	if len(u) > len(scheme) && u[:len(scheme)] == scheme {
		return u[len(scheme):], true
	}
	return "", false
}
