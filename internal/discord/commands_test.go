package discord

import (
	"encoding/json"
	"testing"

	"newsbrief/internal/discordsim"
)

// Discord takes the commands, all languages and their lengths included, and people see them in their own.
func TestCommandsAreLocalized(t *testing.T) {
	sim, address := simulator(t, discordsim.Options{})
	if _, err := newBot(t, address, nil).Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	type option struct {
		Name         string
		Names        map[string]string `json:"name_localizations"`
		Descriptions map[string]string `json:"description_localizations"`
		Options      []option
		Choices      []option
	}
	var root option
	registered, err := json.Marshal(sim.State().Commands)
	if err == nil {
		err = json.Unmarshal(registered, &root.Options)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path                 []string
		locale, name, detail string
	}{
		{[]string{"latest"}, "es-ES", "", "Las noticias más recientes"},
		{[]string{"feed", "remove"}, "zh-CN", "", "取消关注订阅源"},
		{[]string{"feed", "remove", "feed"}, "ko", "", "피드: 이름을 입력하면 후보가 나와요"},
		{[]string{"subscribe", "weekday", "Monday"}, "de", "Montag", ""},
		{[]string{"Why this post?"}, "fr", "Pourquoi ce message\u00a0?", ""},
	} {
		at := root
		for _, name := range c.path {
			var found option
			for _, o := range append(at.Options, at.Choices...) {
				if o.Name == name {
					found = o
				}
			}
			at = found
		}
		if at.Names[c.locale] != c.name || at.Descriptions[c.locale] != c.detail {
			t.Errorf("%v in %s is %q, %q, want %q, %q", c.path, c.locale, at.Names[c.locale], at.Descriptions[c.locale], c.name, c.detail)
		}
	}
}
