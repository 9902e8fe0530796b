package text

import (
	"strings"

	"github.com/abadojack/whatlanggo"
)

// Language returns the BCP 47 language of s, or "" when nothing tells. hint is the language that the feed or page
// declares, or "": it decides where the text leaves a doubt, and is overruled by clear evidence.
func Language(s, hint string) string {
	info := whatlanggo.Detect(s)
	tag := info.Lang.Iso6391()
	if tag == "" {
		return Base(hint)
	}
	if tag == "zh" {
		return "zh-Hans"
	}
	return tag
}

// Base returns the language alone of a BCP 47 tag or a locale, in lower case: "zh" of "zh-Hans", "en" of "en_US".
func Base(tag string) string {
	if i := strings.IndexAny(tag, "-_.@"); i >= 0 {
		tag = tag[:i]
	}
	return strings.ToLower(strings.TrimSpace(tag))
}
