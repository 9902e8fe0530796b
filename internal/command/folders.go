package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"newsbrief/internal/news"
	"newsbrief/internal/opml"
	"newsbrief/internal/topic"
)

// imports remembers the folders of each guild's last import until its manager wants topics made of them. That is not done at once:
// who imports 60 folders may not want 60 topics, and a topic names its sources as they name themselves, which the first look at them
// tells. It is forgotten with the process; importing the file again brings it back.
type imports struct {
	mu   sync.Mutex
	last map[news.GuildID]imported
}

type imported struct {
	at      time.Time
	folders []folder
}

// folder is a folder of an OPML file, its name as in “parent / child”.
type folder struct {
	name  string
	path  []string
	feeds []news.FeedID
}

const (
	rememberFor = time.Hour
	maxFolders  = maxTopics
)

func (i *imports) put(now time.Time, guild news.GuildID, folders []folder) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.last == nil {
		i.last = map[news.GuildID]imported{}
	}
	for g, old := range i.last {
		if now.Sub(old.at) > rememberFor {
			delete(i.last, g)
		}
	}
	i.last[guild] = imported{now, folders}
}

func (i *imports) get(guild news.GuildID) []folder {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.last[guild].folders
}

// offerTopics adds the button that makes topics of an import's folders, where it has some.
func (s *Service) offerTopics(reply *Reply, a Ask, list opml.List, ids []news.FeedID) {
	var folders []folder
	for _, f := range list.Folders {
		in := folder{name: strings.Join(f.Path, " / "), path: f.Path}
		for _, n := range f.Feeds {
			if ids[n] != 0 {
				in.feeds = append(in.feeds, ids[n])
			}
		}
		if len(in.feeds) > 0 {
			folders = append(folders, in)
		}
	}
	if len(folders) == 0 {
		return
	}
	s.imports.put(s.o.Now(), a.Guild, folders[:min(len(folders), maxFolders)])
	sentence := a.count(len(folders), "The feeds of your file are in %d folder. A topic for a folder takes all that its feeds tell.",
		"The feeds of your file are in %d folders. A topic for a folder takes all that its feeds tell.")
	if len(folders) > maxFolders {
		sentence = a.say("The feeds of your file are in %d folders. A topic for a folder takes all that its feeds tell; there can be %d here.", len(folders), maxTopics)
	}
	reply.Blocks = append(reply.Blocks, text(sentence))
	label := a.count(min(len(folders), maxFolders), "Make a topic of the folder", "Make topics of the %d folders")
	reply.Buttons = append(reply.Buttons, Button{ID: "folders", Label: label, Style: Primary})
}

// folderTopics makes topics of the folders of the last import. Done again, it takes the sources' names as they are now.
func (s *Service) folderTopics(ctx context.Context, a Ask) (Reply, error) {
	folders := s.imports.get(a.Guild)
	if len(folders) == 0 {
		return Reply{}, userError("I no longer know the folders of that file. Import it again with /feed import: what is followed already stays as it is.")
	}
	feeds, err := s.o.Store.GuildFeeds(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the feeds: %w", err)
	}
	own, err := s.o.Store.GuildTopics(ctx, a.Guild)
	if err != nil {
		return Reply{}, fmt.Errorf("read the topics: %w", err)
	}
	byID := map[news.FeedID]news.Feed{}
	for _, f := range feeds {
		byID[f.ID] = f
	}
	queries := map[string]string{} // by name
	for _, t := range own {
		queries[t.ID.Name()] = t.Query
	}

	unread := map[news.FeedID]bool{}
	used := map[string]bool{}
	made, full := Block{}, 0
	for _, f := range folders {
		var names []string
		for _, id := range f.feeds {
			feed, ok := byID[id]
			if !ok {
				continue
			}
			names = append(names, feed.Title)
			if feed.CheckedAt.IsZero() {
				unread[id] = true
			}
		}
		parts := sourceQueries(names)
		for n, query := range parts {
			name := folderTopic(f.path, n, func(name string) bool {
				there, exists := queries[name]
				_, ours := sourcesOf(there)
				return !used[name] && (ours || !exists && !takenByBuiltin(name))
			})
			used[name] = true
			was, exists := queries[name]
			if !exists && len(queries) >= maxTopics {
				full++
				continue
			}
			if was != query {
				if err := s.putFolder(ctx, a.Guild, name, query, exists); err != nil {
					return Reply{}, err
				}
				queries[name] = query
			}
			sources, _ := sourcesOf(query)
			line := Line{{Text: cut(f.name, 60)}, {Text: " → "}, {Text: name, Bold: true}, {Text: " · "}, {Text: a.count(len(sources), "%d source", "%d sources")}}
			if len(parts) > 1 {
				line = append(line, Span{Text: " · "}, Span{Text: a.say("part %d of %d, since a query has a limit", n+1, len(parts))})
			}
			made.Lines = append(made.Lines, line)
		}
	}
	s.changed()
	reply := Reply{Private: true, Title: a.count(len(made.Lines), "%d topic", "%d topics")}
	if len(made.Lines) > 0 {
		const shown = 30
		if more := len(made.Lines) - shown; more > 0 {
			made.Lines = append(made.Lines[:shown], Line{{Text: a.say("… and %d more: /topic list shows them.", more)}})
		}
		reply.Blocks = append(reply.Blocks, made)
	}
	if full > 0 {
		reply.Blocks = append(reply.Blocks, text(a.count(full, "Left out: %d topic, since there can be at most %d here. /topic delete makes room.",
			"Left out: %d topics, since there can be at most %d here. /topic delete makes room.", maxTopics)))
	}
	if len(unread) > 0 {
		reply.Blocks = append(reply.Blocks, text(a.say("I have not looked at %d of the feeds yet, and a feed may call itself something else than the file does. Press again when they are read, and the topics follow.", len(unread))))
		reply.Buttons = []Button{{ID: "folders", Label: a.say("Make the topics again")}}
	}
	how := a.say("/subscribe posts a topic's stories in a channel; /topic edit changes its sources.")
	if a.Guild.Person() != "" {
		how = a.say("/subscribe has me send you a topic's stories; /topic edit changes its sources.")
	}
	reply.Blocks = append(reply.Blocks, quiet(how))
	return reply, nil
}

func (s *Service) putFolder(ctx context.Context, guild news.GuildID, name, query string, replace bool) error {
	err := s.o.Store.PutTopic(ctx, news.Topic{ID: news.OwnTopicID(guild, name), Guild: guild, Query: query}, replace)
	if errors.Is(err, news.ErrExists) || errors.Is(err, news.ErrNotFound) {
		return userError("Someone is changing the topics here at this moment. Press again.")
	}
	if err != nil {
		return fmt.Errorf("store the topic: %w", err)
	}
	return nil
}

// folderTopic is a name for the topic of a folder that is free: its path, then with a word or number behind it.
func folderTopic(path []string, part int, free func(string) bool) string {
	name := topicKey(strings.Join(path, " "))
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, name)
	for strings.Contains(name, "--") {
		name = strings.ReplaceAll(name, "--", "-")
	}
	if name = strings.Trim(name, "-_"); name == "" {
		name = "folder"
	}
	with := func(end string) string {
		kept := []rune(name)
		kept = kept[:min(len(kept), maxTopicName-utf8.RuneCountInString(end))]
		return strings.TrimRight(string(kept), "-_") + end
	}
	if part == 0 {
		for _, end := range []string{"", "-feeds"} {
			if free(with(end)) {
				return with(end)
			}
		}
	}
	for n := part + 1; ; n++ {
		if name := with(fmt.Sprint("-", n)); n > 1 && free(name) {
			return name
		}
	}
}

const (
	sourcesBegin, sourcesBetween, sourcesEnd = `source:("`, `" OR "`, `")`

	// Beyond these a query can't be read; see topic.Parse.
	maxQueryLength = 1000
	maxQueryNames  = 60
)

// sourceQueries are queries for what outlets of these names tell: one, or several where they are too many for one.
func sourceQueries(names []string) (queries []string) {
	var part []string
	length := 0
	end := func() {
		if len(part) > 0 {
			queries = append(queries, sourcesBegin+strings.Join(part, sourcesBetween)+sourcesEnd)
		}
		part, length = nil, utf8.RuneCountInString(sourcesBegin+sourcesEnd)
	}
	end()
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.Join(strings.Fields(strings.Map(unquoted, name)), " ")
		if _, err := topic.Parse(sourcesBegin + name + sourcesEnd); err != nil || seen[fold(name)] {
			continue // nothing in it can be looked for
		}
		seen[fold(name)] = true
		more := utf8.RuneCountInString(name + sourcesBetween)
		if length+more > maxQueryLength || len(part) == maxQueryNames {
			end()
		}
		part = append(part, name)
		length += more
	}
	end()
	return queries
}

// unquoted makes a space of what would end a phrase in a query.
func unquoted(r rune) rune {
	if strings.ContainsRune("\"“”„«»「」『』＂", r) {
		return ' '
	}
	return r
}

// sourcesOf are the names in a query that is nothing but a list of sources, as sourceQueries writes it.
func sourcesOf(query string) (names []string, ok bool) {
	inner, begins := strings.CutPrefix(query, sourcesBegin)
	inner, ends := strings.CutSuffix(inner, sourcesEnd)
	if !begins || !ends {
		return nil, false
	}
	names = strings.Split(inner, sourcesBetween)
	return names, !slices.ContainsFunc(names, func(n string) bool { return strings.Contains(n, `"`) })
}

// foldersOf are the topics that are lists of sources, as folders of the feeds.
func foldersOf(topics []news.Topic, feeds []news.Feed) (folders []opml.Folder) {
	byName := map[string][]int{}
	for n, f := range feeds {
		name := fold(strings.Join(strings.Fields(strings.Map(unquoted, f.Title)), " "))
		byName[name] = append(byName[name], n)
	}
	for _, t := range topics {
		names, ok := sourcesOf(t.Query)
		if !ok {
			continue
		}
		folder := opml.Folder{Path: []string{t.ID.Name()}}
		for _, name := range names {
			folder.Feeds = append(folder.Feeds, byName[fold(name)]...)
		}
		if len(folder.Feeds) > 0 {
			folders = append(folders, folder)
		}
	}
	return folders
}

// fold makes names alike in case and form.
func fold(s string) string { return strings.ToLower(strings.TrimSpace(norm.NFKC.String(s))) }
