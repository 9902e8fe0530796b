package discord

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// check holds a message against Discord's documented limits of Components V2; what is wrong comes back in words.
func check(c components) (problems []string) {
	data, err := json.Marshal(newMessage(c, 0))
	if err != nil {
		return []string{err.Error()}
	}
	var m struct{ Components []any }
	if err := json.Unmarshal(data, &m); err != nil {
		return []string{err.Error()}
	}
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	count, text := 0, 0
	ids := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			if _, ok := v["type"]; ok {
				count++
			}
			if s, ok := v["content"].(string); ok {
				if s == "" {
					wrong("empty text display")
				}
				text += utf8.RuneCountInString(s)
			}
			if id, ok := v["custom_id"].(string); ok {
				if n := utf8.RuneCountInString(id); n < 1 || n > 100 || ids[id] {
					wrong("custom id %q", id)
				}
				ids[id] = true
			}
			most := 80
			if _, option := v["value"]; option {
				most = 100
			}
			if label, ok := v["label"].(string); ok && (utf8.RuneCountInString(label) > most || label == "") {
				wrong("label %q", label)
			}
			if u, ok := v["url"].(string); ok && (len(u) > 2048 || !strings.HasPrefix(u, "http") && !strings.HasPrefix(u, "attachment://")) {
				wrong("url %q", u)
			}
			if options, ok := v["options"].([]any); ok && (len(options) < 1 || len(options) > 25) {
				wrong("%d options", len(options))
			}
			if s, ok := v["placeholder"].(string); ok && utf8.RuneCountInString(s) > 150 {
				wrong("placeholder %q", s)
			}
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(m.Components)
	if count > maxComponents {
		wrong("%d components", count)
	}
	if text > maxText {
		wrong("%d characters of text", text)
	}
	return problems
}

func delivery(n int, title, sentence, url, name string) news.Delivery {
	d := news.Delivery{ID: news.NewDeliveryID(news.StoryID(n), "123"), Event: news.StoryID(n), Channel: "123", Revision: 1,
		Topics: []news.Match{{Topic: "climate", Words: []string{sentence}}}, Created: time.Unix(1e9, 0),
		Brief: news.Brief{Headline: title, Image: url, Note: sentence, Model: name, Published: time.Unix(1e9, 0)}}
	for i := range 1 + n%12 {
		src := news.Source{Article: news.ArticleID(i + 1), Name: name, URL: url, Title: title, Language: "ko"}
		d.Brief.Sources = append(d.Brief.Sources, src)
		d.Brief.Also = append(d.Brief.Also, src)
		d.Brief.Sentences = append(d.Brief.Sentences, news.Sentence{Text: sentence, Article: src.Article})
	}
	return d
}

// FuzzMessages builds every kind of message of a stranger's words: none may break a limit, ping, or hold a link that isn't ours.
func FuzzMessages(f *testing.F) {
	f.Add(3, "A title", "A sentence.", "https://example.org/a", "The Outlet")
	f.Add(25, strings.Repeat("*", 5000), strings.Repeat("가나다 ", 3000), "https://example.org/"+strings.Repeat("(x)", 300), strings.Repeat("[", 300))
	f.Add(40, "@everyone <@&123> <#1>", "[click](https://evil.example) ||x|| `y` # h\n# h\n- l\n> q", "javascript:alert(1)", "\u202e|\u200b")
	f.Add(7, strings.Repeat("👩‍👩‍👧‍👦", 200), strings.Repeat("e\u0301\u0301\u0301\u0301\u0301\u0301", 2000), "http://[::1", "")
	f.Add(14, "0", "0", "0", "0")
	f.Fuzz(func(t *testing.T, n int, title, sentence, url, name string) {
		n = (n%48 + 48) % 48
		d := delivery(n, title, sentence, url, name)
		claim := news.Claim{Digest: news.NewDigestID("123", time.Unix(1e9, 0), 0)}
		for i := range 1 + n%news.DigestSize {
			other := delivery(i, title, sentence, url, name)
			other.Topics[0].Topic = news.TopicID(fmt.Sprint("1/topic", i%7))
			claim.Deliveries = append(claim.Deliveries, other)
		}
		reply := command.Reply{Title: title}
		for range n {
			reply.Blocks = append(reply.Blocks,
				command.Block{Lines: []command.Line{{{Text: title, URL: url, Bold: true}, {Text: sentence, Code: true}, {Channel: "123"}, {Time: time.Unix(1e9, 0)}}, {{Text: sentence}}}},
				command.Block{Brief: &d.Brief}, command.Block{Quiet: true, Lines: []command.Line{{{Text: sentence}}}})
		}
		for i := range min(n, 30) {
			reply.Buttons = append(reply.Buttons, command.Button{ID: fmt.Sprint(i), Label: fmt.Sprint("Button ", i)})
		}
		if n > 0 {
			s := command.Select{Placeholder: title}
			for i := range n {
				s.Choices = append(s.Choices, command.Choice{Name: title, Value: fmt.Sprint(i)})
			}
			for i := range n % 7 {
				s.ID = fmt.Sprint("select ", i)
				reply.Selects = append(reply.Selects, s)
			}
		}
		notices := news.Claim{Digest: claim.Digest}
		for i := range 1 + n%news.DigestSize {
			notice := &news.Notice{Title: title, Lines: []string{sentence, url, sentence}, Feed: news.FeedID(i % 25)}
			if i%2 == 0 {
				notice.Since = time.Unix(1e9, 0)
			}
			notices.Deliveries = append(notices.Deliveries, news.Delivery{ID: d.ID, Channel: "123", Notice: notice})
		}
		one := news.Claim{Deliveries: notices.Deliveries[len(notices.Deliveries)-1:]}
		edited := d
		edited.Message, edited.Language = "9", "en"
		edited.Brief.Update = &news.Update{Article: news.ArticleID(1 + n%5), Corrects: n%2 == 0, At: time.Unix(1e9, 0)}
		for range n {
			edited.Brief.Update.Sentences = append(edited.Brief.Update.Sentences, news.Sentence{Text: sentence, Article: news.ArticleID(1 + n%3)})
		}
		told := edited
		told.Update, told.Message, told.User = true, "", "77"
		updates := news.Claim{Digest: claim.Digest}
		for i := range 2 + n%(news.DigestSize-1) {
			told.Event = news.StoryID(1 + i%9)
			updates.Deliveries = append(updates.Deliveries, told)
		}
		thread := told
		thread.User = ""
		posts := map[news.StoryID]string{1: "https://discord.com/channels/1/2/3", told.Event: "https://discord.com/channels/100000000000000001/100000000000000002/100000000000000003"}
		for kind, c := range map[string]components{"brief": briefMessage(d), "edited": briefMessage(edited),
			"update": updateMessage(news.Claim{Deliveries: []news.Delivery{told}}, posts), "reply": updateMessage(news.Claim{Deliveries: []news.Delivery{thread}}, nil),
			"updates": updateMessage(updates, posts), "digest": digestMessage(claim), "answer": replyMessage(reply, ""),
			"notice": claimMessage(one), "notices": claimMessage(notices)} {
			if problems := check(c); problems != nil {
				t.Errorf("%s: %s", kind, strings.Join(problems, "; "))
			}
		}
		if s := escape(title); strings.Contains(s, "\n") || !utf8.ValidString(s) {
			t.Errorf("escape(%q) = %q", title, s)
		}
	})
}

// TestReplyLimits: an answer of many blocks and long lines is cut to what Discord takes, says that it is, and has as much as there is room for.
func TestReplyLimits(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	words := func(most int) string {
		var b strings.Builder
		for n := random.IntN(most + 1); b.Len() < n; {
			b.WriteString([]string{"harbour ", "*", "한국어 ", "a_b ", "「灯台」", "…, "}[random.IntN(6)])
		}
		return b.String()
	}
	for range 150 {
		most := []int{40, 200, 700, 5000}[random.IntN(4)]
		r := command.Reply{Title: words(300)}
		for range 10 + random.IntN(51) {
			block := command.Block{Quiet: random.IntN(4) == 0}
			for range 1 + random.IntN(12) {
				line := command.Line{{Text: words(60)}, {Text: words(most), URL: "https://harbour.example/" + strings.Repeat("x", random.IntN(300)), Bold: random.IntN(2) == 0}}
				block.Lines = append(block.Lines, append(line, command.Span{Text: words(60), Code: true}, command.Span{Time: time.Unix(1e9, 0)}))
			}
			if random.IntN(10) == 0 {
				d := delivery(random.IntN(12), words(400), words(most), "https://harbour.example/"+strings.Repeat("x", random.IntN(300)), words(100))
				block = command.Block{Brief: &d.Brief}
			}
			r.Blocks = append(r.Blocks, block)
		}
		for _, in := range []tongue{"en", "de", "fr", "ja"} {
			c := replyMessage(r, in)
			if problems := check(c); problems != nil {
				t.Fatalf("%s: %d blocks of lines up to %d: %s", in, len(r.Blocks), most, strings.Join(problems, "; "))
			}
			inside := c[0].(discordgo.Container).Components
			shown, size := len(inside)-1, 0
			for _, part := range inside {
				size += length(part.(discordgo.TextDisplay).Content)
			}
			last := inside[shown].(discordgo.TextDisplay).Content
			if shown < len(r.Blocks) && last != "-# …" {
				t.Fatalf("%d of %d blocks are shown, and the last is %q", shown, len(r.Blocks), last)
			}
			if last == "-# …" && size < maxText-1300 && len(inside) < maxComponents-2 {
				t.Fatalf("%d characters in %d blocks are shown of %d blocks of lines up to %d", size, shown, len(r.Blocks), most)
			}
		}
	}
}

// TestSpansKeepTheirSpaces: French quotation marks stand off what they quote.
func TestSpansKeepTheirSpaces(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"«\u00a0", "«\u00a0South"}, {"\u00a0»", "\u00a0»South"}, {"a  ", "a South"}, {" \u00a0", "\u00a0South"}, {"", "South"}, {" ", " South"},
	} {
		if got := lineText(command.Line{{Text: c.in}, {Text: "South"}}, 100); got != c.want {
			t.Errorf("%q before a word is %q, not %q", c.in, got, c.want)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"@everyone", `\@everyone`},
		{"<@&123> <#1> <t:0:R>", `\<\@&123\> \<#1\> \<t:0:R\>`},
		{"[a](https://b)", `\[a\](https\://b)`},
		{"# heading", `\# heading`},
		{"- item", `\- item`},
		{"1. item", `1\. item`},
		{"> quote", `\> quote`},
		{"**bold** __u__ ~~s~~ ||x|| `c`", "\\*\\*bold\\*\\* \\_\\_u\\_\\_ \\~\\~s\\~\\~ \\|\\|x\\|\\| \\`c\\`"},
		{`back\slash`, `back\\slash`},
		{"two\nlines", "two lines"},
		{"a\u202eb\u200bc", "abc"},
		{"plain text, 10:30 – (fine)", "plain text, 10:30 – (fine)"},
	} {
		if got := escape(c.in); got != c.want {
			t.Errorf("escape(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestLinkCannotBeBrokenOut(t *testing.T) {
	for _, address := range []string{"https://a.example/x)](https://evil.example", "https://a.example/ <b>", "javascript:alert(1)", "https://user:pass@a.example/", "//a.example"} {
		got := link("words", address)
		if strings.Count(got, "](") > 1 || strings.Contains(strings.TrimSuffix(strings.TrimPrefix(got, "[words]("), ")"), ")") {
			t.Errorf("link to %q = %q", address, got)
		}
	}
}
