package inspect

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"newsbrief/internal/fetch"
	"newsbrief/internal/news"
	"newsbrief/internal/read"
	"newsbrief/internal/search"
	"newsbrief/internal/story"
	"newsbrief/internal/summary"
	"newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// Tools are what the stages need of the world.
type Tools struct {
	Fetch *fetch.Client // gets what is given by URL alone
}

// load returns the bytes an input names: a file when it has a path, else what is at the URL, with the address they came from.
func (t Tools) load(ctx context.Context, path, url string) (data []byte, from, contentType string, err error) {
	if path != "" {
		data, err = os.ReadFile(path)
		return data, url, "", err
	}
	if url == "" {
		return nil, "", "", errors.New("the input has neither path nor url")
	}
	resp, err := t.Fetch.Get(ctx, fetch.Request{URL: url})
	if err != nil {
		return nil, "", "", err
	}
	return resp.Body, resp.URL, resp.Header.Get("Content-Type"), nil
}

type entry struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	Link      string `json:"link"`
	Published string `json:"published,omitempty"`
	Updated   string `json:"updated,omitempty"`
	Author    string `json:"author,omitempty"`
	Summary   string `json:"summary,omitempty"`
	Content   string `json:"content,omitempty"`
}

func (t Tools) feed(ctx context.Context, line []byte) (any, error) {
	in, err := decode[struct {
		ID   json.RawMessage
		Path string
		URL  string
		// ContentType is the header the file came with, where that is known.
		ContentType string `json:"content_type"`
	}](line)
	if err != nil {
		return nil, err
	}
	data, from, contentType, err := t.load(ctx, in.Path, in.URL)
	if err != nil {
		return nil, err
	}
	doc, err := read.Feed(data, read.FeedOptions{URL: from, ContentType: cmp.Or(contentType, in.ContentType)})
	if err != nil {
		return nil, err
	}
	entries := make([]entry, len(doc.Entries))
	for i, e := range doc.Entries {
		entries[i] = entry{ID: e.GUID, Title: e.Title, Link: e.Link, Published: stamp(e.Published), Updated: stamp(e.Updated), Author: e.Author, Summary: e.Summary, Content: e.Content}
	}
	answer := map[string]any{"id": in.ID, "title": doc.Title, "language": doc.Language, "entries": entries}
	if len(doc.Lost) > 0 {
		answer["lost"] = doc.Lost
	}
	return answer, nil
}

// stamp is a time in RFC 3339, "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// moment is the inverse of stamp.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, fmt.Errorf("published %q is no time such as 2026-05-01T08:30:00Z", s)
	}
	return t, nil
}

func (t Tools) article(ctx context.Context, line []byte) (any, error) {
	in, err := decode[struct {
		ID   json.RawMessage
		Path string
		URL  string
	}](line)
	if err != nil {
		return nil, err
	}
	data, from, contentType, err := t.load(ctx, in.Path, in.URL)
	if err != nil {
		return nil, err
	}
	page, err := read.Article(data, from, contentType)
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": in.ID, "title": page.Title, "byline": page.Byline, "published": stamp(page.Published),
		"language": cmp.Or(page.Language, text.Language(page.Text, "")), "image": page.Image, "text": page.Text, "paywalled": page.Paywalled}, nil
}

func (t Tools) showArticle(ctx context.Context, url string, out io.Writer) error {
	data, from, contentType, err := t.load(ctx, "", url)
	if err != nil {
		return err
	}
	page, err := read.Article(data, from, contentType)
	if err != nil {
		return err
	}
	for _, field := range []struct{ name, value string }{
		{"title", page.Title}, {"by", page.Byline}, {"published", stamp(page.Published)},
		{"language", cmp.Or(page.Language, text.Language(page.Text, ""))}, {"image", page.Image},
	} {
		if field.value != "" {
			fmt.Fprintf(out, "%-10s %s\n", field.name, field.value)
		}
	}
	if page.Paywalled {
		fmt.Fprintln(out, "paywalled  only what the outlet shows to everyone follows")
	}
	_, err = fmt.Fprintf(out, "\n%s\n", page.Text)
	return err
}

func brief(words int) stage {
	return func(_ context.Context, line []byte) (any, error) {
		in, err := decode[struct {
			ID                    json.RawMessage
			Title, Text, Language string
		}](line)
		if err != nil {
			return nil, err
		}
		lang := cmp.Or(in.Language, text.Language(in.Title+"\n"+in.Text, ""))
		b := summary.Extract([]news.Article{{ID: 1, Title: in.Title, Text: in.Text, Language: lang}}, summary.Options{Words: words})
		type sentence struct {
			Text  string `json:"text"`
			Start int    `json:"start"`
			End   int    `json:"end"`
		}
		sentences := make([]sentence, len(b.Sentences))
		for i, s := range b.Sentences {
			sentences[i] = sentence{s.Text, s.Start, s.End}
		}
		return map[string]any{"id": in.ID, "language": b.Language, "sentences": sentences}, nil
	}
}

// stories assigns inputs, given in time order, to stories. A story is called by the id of its first article.
func stories() stage {
	matcher := story.New(story.Options{})
	names := map[news.StoryID]json.RawMessage{}
	next, last := news.ArticleID(0), time.Time{}
	spoken := tongues{}
	return func(_ context.Context, line []byte) (any, error) {
		in, err := decode[struct {
			ID                       json.RawMessage
			Title, Text, URL, Source string
			Language                 string
			Published                string
		}](line)
		if err != nil {
			return nil, err
		}
		published, err := moment(in.Published)
		if err != nil {
			return nil, err
		}
		if published.After(last) {
			last = published
		}
		next++
		d := story.Doc{Article: next, Title: in.Title, Text: in.Text, URL: in.URL, Source: in.Source, Published: published, Seen: last,
			Language: cmp.Or(in.Language, text.Language(in.Title+"\n"+in.Text, spoken.of(in.Source)))}
		spoken.add(in.Source, d.Language)
		v := matcher.Match(d)
		id := v.Story
		if id == 0 {
			id = news.StoryID(next)
			names[id] = in.ID
		}
		event := cmp.Or(v.Event, id)
		matcher.Add(d, id, event)
		answer := map[string]any{"id": in.ID, "story": names[id]}
		if event != id {
			answer["event"] = names[event]
		}
		return answer, nil
	}
}

// tongues are the languages that each source, and under "" all of them, has used so far. A feed declares its language; inputs that
// come without one are told by what their source wrote before.
type tongues map[string]map[string]int

func (t tongues) add(source, language string) {
	for _, key := range []string{source, ""} {
		if t[key] == nil {
			t[key] = map[string]int{}
		}
		t[key][language]++
	}
}

// of is the language a source used most, or all sources did where it has not written anything; "" at the beginning.
func (t tongues) of(source string) (most string) {
	used := t[source]
	if len(used) == 0 {
		used = t[""]
	}
	for language, n := range used {
		if n > used[most] || n == used[most] && language < most {
			most = language
		}
	}
	return most
}

func topics(_ context.Context, line []byte) (any, error) {
	in, err := decode[struct {
		ID                    json.RawMessage
		Title, Text, Language string
	}](line)
	if err != nil {
		return nil, err
	}
	lang := cmp.Or(in.Language, text.Language(in.Title+"\n"+in.Text, ""))
	ids := []news.TopicID{}
	for _, m := range topic.Rank(topic.Doc{Title: in.Title, Text: in.Text, Language: lang}) {
		ids = append(ids, m.Topic)
	}
	return map[string]any{"id": in.ID, "language": lang, "topics": ids}, nil
}

// indexed is an index in memory of the documents in a file, and the ids the file gives them in the order of their articles' ids,
// which count from 1. The index is the caller's to close.
func indexed(path string) (_ *search.Index, ids []json.RawMessage, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read the documents: %w", err)
	}
	defer f.Close()
	index, err := search.Open("")
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			index.Close()
		}
	}()
	const batchSize = 2000
	var batch []news.Article
	reader := bufio.NewReaderSize(f, 64<<10)
	for n := 1; ; n++ {
		line, err := nextLine(reader)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, fmt.Errorf("line %d of %s: %w", n, path, err)
		}
		ended := err != nil
		if len(line) > 0 {
			id, article, err := document(line)
			if err != nil {
				return nil, nil, fmt.Errorf("line %d of %s: %w", n, path, err)
			}
			ids = append(ids, id)
			article.ID = news.ArticleID(len(ids))
			batch = append(batch, article)
		}
		if len(batch) == batchSize || ended && len(batch) > 0 {
			if err := index.Put(batch, uint64(len(ids))); err != nil {
				return nil, nil, err
			}
			batch = batch[:0]
		}
		if ended {
			return index, ids, nil
		}
	}
}

func document(line []byte) (json.RawMessage, news.Article, error) {
	in, err := decode[struct {
		ID                                       json.RawMessage
		Title, Text, Source, Language, Published string
	}](line)
	if err != nil {
		return nil, news.Article{}, err
	}
	published, err := moment(in.Published)
	return in.ID, news.Article{Title: in.Title, Text: in.Text, Source: in.Source, Published: published,
		Language: cmp.Or(in.Language, text.Language(in.Title+"\n"+in.Text, ""))}, err
}

// searching answers queries with the ids of the documents found.
func searching(index *search.Index, ids []json.RawMessage) stage {
	return func(ctx context.Context, line []byte) (any, error) {
		in, err := decode[struct {
			ID    json.RawMessage
			Query string
		}](line)
		if err != nil {
			return nil, err
		}
		result, err := index.Search(ctx, search.Query{Text: in.Query, Limit: 10})
		if err != nil {
			return nil, err
		}
		hits := make([]json.RawMessage, len(result.Hits))
		for i, h := range result.Hits {
			hits[i] = ids[h.Article-1]
		}
		return map[string]any{"id": in.ID, "hits": hits}, nil
	}
}
