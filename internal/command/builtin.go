package command

import (
	"slices"
	"strings"
	"sync"

	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/topic"
)

// builtinTopic is a built-in topic with all that it is found by.
type builtinTopic struct {
	topic.Builtin
	names []string          // in all languages
	also  []string          // what else people call it, in all languages
	keys  map[string]string // nameKeys of these and of the id
	all   string            // the keys: what is not in here fits none of them
}

// calledTopics are the built-in topics by what they are called in any language, written as typedKey writes it.
type calledTopics struct {
	list  []builtinTopic
	names map[string][]news.TopicID // ids count as names
	also  map[string][]news.TopicID
}

var builtinTopics = sync.OnceValue(func() calledTopics {
	all := calledTopics{names: map[string][]news.TopicID{}, also: map[string][]news.TopicID{}}
	for _, b := range topic.Builtins() {
		t := builtinTopic{Builtin: b, names: []string{b.Name("zh-Hant")}, also: b.Also("zh-Hant"), keys: map[string]string{string(b.ID): nameKey(string(b.ID))}}
		for _, lang := range topic.Languages {
			t.names = append(t.names, b.Name(lang))
			t.also = append(t.also, b.Also(lang)...)
		}
		enter(all.names, string(b.ID), b.ID)
		for _, name := range t.names {
			t.keys[name] = nameKey(name)
			enter(all.names, name, b.ID)
		}
		for _, name := range t.also {
			t.keys[name] = nameKey(name)
			enter(all.also, name, b.ID)
		}
		for _, key := range t.keys {
			t.all += "\n" + key
		}
		all.list = append(all.list, t)
	}
	return all
})

// enter notes a topic under a name, however that is written.
func enter(in map[string][]news.TopicID, name string, id news.TopicID) {
	for _, key := range []string{typedKey(name), spelledOut(name)} {
		if key != "" && !slices.Contains(in[key], id) {
			in[key] = append(in[key], id)
		}
	}
}

// called are the built-in topics that have a name in any language; where none has, those that people also call so.
func (c calledTopics) called(name string) []news.TopicID {
	key := typedKey(name)
	if ids := c.names[key]; len(ids) > 0 {
		return ids
	}
	return c.also[key]
}

// takenByBuiltin reports whether a name is that of a built-in topic in any language, however it is written, or its id: an own topic called
// so could not be told from it.
func takenByBuiltin(name string) bool { return len(builtinTopics().names[typedKey(name)]) > 0 }

// fit says how well the topic fits what was typed, how it is offered then, and how far the name that fits is from the person's own names
// for topics: 0 for such a name, 1 for what else it is called in their language, 2 and 3 for these in other languages.
func (b builtinTopic) fit(typed, lang string) (best fit, shown string, far int) {
	if !strings.Contains(b.all, typed) {
		return misses, "", 0
	}
	shown = label(b.Builtin, lang)
	best = min(fitOf(typed, b.keys[b.Name(lang)]), firmFit(typed, b.keys[string(b.ID)]))
	by := ""
	try := func(names []string, distance int) {
		for _, name := range names {
			if f := firmFit(typed, b.keys[name]); f < best {
				best, by, far = f, name, distance
			}
		}
	}
	if best > inside {
		try(b.Also(lang), 1)
	}
	if best == misses {
		try(b.names, 2)
		try(b.also, 3)
	}
	if by != "" {
		shown += " · " + by
	}
	return best, shown, far
}

// firmFit is fitOf for all but the name that the person reads: one or two letters inside other words say nothing.
func firmFit(typed, name string) fit {
	f := fitOf(typed, name)
	if f == holds && fewerThan(3, typed) {
		return misses
	}
	return f
}

// label is a built-in topic's name for people, with its id where that is another word.
func label(b topic.Builtin, lang string) string {
	name := b.Name(lang)
	if topicKey(name) == string(b.ID) {
		return name
	}
	return name + " (" + string(b.ID) + ")"
}

// TopicName is a topic's name for people: a built-in one's in their language, a guild's own as it was given; where a built-in one has
// that name too, it says whose it is.
func TopicName(id news.TopicID, lang string) string {
	if id.Own() && takenByBuiltin(id.Name()) {
		return ownTopicName(id, lang)
	}
	return topic.Name(id, lang)
}

// ownTopicName is the name of a guild's own topic that says whose it is.
func ownTopicName(id news.TopicID, lang string) string {
	if guild, _, _ := strings.Cut(string(id), "/"); news.GuildID(guild).Person() != "" {
		return locale.Say(lang, "%s (yours)", id.Name())
	}
	return locale.Say(lang, "%s (this server's)", id.Name())
}
