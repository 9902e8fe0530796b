package topic

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

//go:embed profiles
var profileFiles embed.FS

// Languages are the languages the built-in topics have names, descriptions and profiles in. An article in another language is
// matched with the English profile: names and loan words still decide.
var Languages = []string{"en", "ko", "zh", "ja", "de", "es", "fr", "pt", "ru"}

// Builtin is a topic everyone has, after the IPTC Media Topics and what communities ask for below them.
type Builtin struct {
	ID     news.TopicID
	Parent news.TopicID // the topic it is part of: whatever fits it fits the parent; "" for none
	names  map[string]label
}

type label struct {
	name, about string
	also        []string
}

// Name is the topic's name in the language of a BCP 47 tag or Discord locale, in English where there is none.
func (b Builtin) Name(lang string) string { return b.label(lang).name }

// About tells a moderator what falls into the topic and, where it could be mistaken, what doesn't, in at most 100 UTF-16 units: as much
// as Discord shows under an option.
func (b Builtin) About(lang string) string { return b.label(lang).about }

// Also are other names that people have for the topic in the language: synonyms, abbreviations, how a name is read. Not to be changed.
func (b Builtin) Also(lang string) []string { return b.label(lang).also }

func (b Builtin) label(lang string) label {
	for _, key := range []string{labelKey(lang), text.Base(lang), "en"} {
		if l, ok := b.names[key]; ok {
			return l
		}
	}
	return label{name: string(b.ID)}
}

// labelKey is "zh-hant" for Chinese in traditional characters and the base language for everything else.
func labelKey(lang string) string {
	base := text.Base(lang)
	if base == "zh" {
		tag := strings.ToLower(strings.ReplaceAll(lang, "_", "-"))
		for _, part := range []string{"-hant", "-tw", "-hk", "-mo"} {
			if strings.Contains(tag, part) && !strings.Contains(tag, "-hans") {
				return "zh-hant"
			}
		}
	}
	return base
}

// Builtins returns the built-in topics, a parent before its parts. The slice is the caller's.
func Builtins() []Builtin { return slices.Clone(builtins().list) }

// Lookup finds a built-in topic.
func Lookup(id news.TopicID) (Builtin, bool) {
	b := builtins()
	i, ok := b.index[id]
	if !ok {
		return Builtin{}, false
	}
	return b.list[i], true
}

// Name is how people call a topic: a built-in one by its name in the language, an own one by the name its guild gave it.
func Name(id news.TopicID, lang string) string {
	if b, ok := Lookup(id); ok {
		return b.Name(lang)
	}
	return id.Name()
}

type builtinSet struct {
	list    []Builtin
	index   map[news.TopicID]int
	parents []int // of list, -1 for none
}

// builtins reads the tree of topics and their names. The files are part of the program, so one that can't be read is a mistake in
// it; the tests read them all.
var builtins = sync.OnceValue(func() builtinSet {
	set := builtinSet{index: map[news.TopicID]int{}}
	for line := range strings.Lines(readProfile("topics.txt")) {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		b := Builtin{ID: news.TopicID(fields[0]), names: map[string]label{}}
		parent := -1
		if len(fields) > 1 {
			b.Parent = news.TopicID(fields[1])
			i, ok := set.index[b.Parent]
			if !ok {
				panic(fmt.Sprintf("profiles/topics.txt: %s stands before its parent %s", b.ID, b.Parent))
			}
			parent = i
		}
		set.index[b.ID] = len(set.list)
		set.list = append(set.list, b)
		set.parents = append(set.parents, parent)
	}
	for _, lang := range Languages {
		readSections(lang, func(id news.TopicID, key, value string) {
			i, ok := set.index[id]
			if !ok {
				panic(fmt.Sprintf("profiles/%s.txt: topic %s is not in topics.txt", lang, id))
			}
			key, variant, _ := strings.Cut(key, " ")
			if variant == "" {
				variant = lang
			}
			l := set.list[i].names[variant]
			switch key {
			case "name":
				l.name = value
			case "about":
				l.about = value
			case "also":
				for word := range strings.SplitSeq(value, ",") {
					l.also = append(l.also, strings.TrimSpace(word))
				}
			}
			set.list[i].names[variant] = l
		})
	}
	return set
})

func readProfile(name string) string {
	data, err := profileFiles.ReadFile("profiles/" + name)
	if err != nil {
		panic(err)
	}
	return string(data)
}

// readSections calls line for each "key: value" of a language's file.
func readSections(lang string, line func(id news.TopicID, key, value string)) {
	var id news.TopicID
	n := 0
	for l := range strings.Lines(readProfile(lang + ".txt")) {
		n++
		l = strings.TrimSpace(l)
		switch {
		case l == "" || l[0] == '#':
		case l[0] == '[' && l[len(l)-1] == ']':
			id = news.TopicID(l[1 : len(l)-1])
		default:
			key, value, ok := strings.Cut(l, ":")
			if !ok || id == "" {
				panic(fmt.Sprintf("profiles/%s.txt:%d: a line is [topic] or key: value", lang, n))
			}
			line(id, key, strings.TrimSpace(value))
		}
	}
}
