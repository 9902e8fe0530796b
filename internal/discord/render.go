package discord

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bwmarrin/discordgo"
	"golang.org/x/text/width"

	"newsbrief/internal/command"
	"newsbrief/internal/locale"
	"newsbrief/internal/news"
	"newsbrief/internal/outlet"
)

// Limits of a message of components, 4,000 characters over all text displays
// (https://docs.discord.com/developers/components/reference) and 40 components, nested ones counted.
const (
	maxText       = 4000
	maxComponents = 40
	maxHeadline   = 300
	maxSentence   = 700
	maxSources    = 8
	maxMedia      = 2048 // characters of a picture's address
	maxAlt        = 1024 // of what is said of it
)

// components is a message's body: everything is a Components V2 tree, which reads best on a phone.
type components []discordgo.MessageComponent

// briefMessage renders a delivery: one container with the headline, the sentences with marks of their sources, the sources, the
// topics; below it the buttons.
func briefMessage(d news.Delivery) components {
	b, in := d.Brief, tongue(d.Brief.Language)
	head := headline(b)
	foot := footer(d, in)
	added := updateLine(d, in)
	body := joined(sentences(b, unchanged(b, added), maxText-length(head)-length(added)-length(foot)-1200), added, sources(b, in, 1200))
	return components{
		discordgo.Container{AccentColor: accent(d.Topics), Components: withPicture(b, head, body, foot)},
		buttons(d, in),
	}
}

// joined sets the parts that there are on lines of their own.
func joined(parts ...string) string {
	return joinedBy("\n", parts...)
}

func joinedBy(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), separator)
}

// withPicture sets the headline beside the brief's picture, where there is one, and the rest below over the whole width: beside a picture
// a phone has room for three words in a line.
func withPicture(b news.Brief, head, body, foot string) components {
	small := discordgo.TextDisplay{Content: foot}
	address := webAddress(b.Image)
	if address == "" || len(address) > maxMedia {
		return components{discordgo.TextDisplay{Content: joined(head, body)}, small}
	}
	picture := discordgo.Thumbnail{Media: discordgo.UnfurledMediaItem{URL: address}}
	if alt := plainLabel(b.ImageAlt, maxAlt); alt != "" {
		picture.Description = &alt
	}
	return components{discordgo.Section{Components: components{discordgo.TextDisplay{Content: head}}, Accessory: picture}, discordgo.TextDisplay{Content: body}, small}
}

// withoutPictures is a message without the pictures beside its texts, and whether it had any.
func withoutPictures(c components) (_ components, had bool) {
	var bare components
	for _, part := range c {
		switch part := part.(type) {
		case discordgo.Container:
			inside, some := withoutPictures(part.Components)
			part.Components, had = inside, had || some
			bare = append(bare, part)
		case discordgo.Section:
			if _, ok := part.Accessory.(discordgo.Thumbnail); !ok {
				bare = append(bare, part)
				continue
			}
			bare, had = append(bare, part.Components...), true
		default:
			bare = append(bare, part)
		}
	}
	return bare, had
}

func headline(b news.Brief) string {
	return "### " + link(fit(b.Headline, maxHeadline), headed(b).URL)
}

// headed is the source whose title the headline is, else the first one. The zero Source when there is none.
func headed(b news.Brief) news.Source {
	if i := slices.IndexFunc(b.Sources, func(s news.Source) bool { return b.Headline != "" && strings.HasPrefix(s.Title, b.Headline) }); i >= 0 {
		return b.Sources[i]
	}
	if len(b.Sources) > 0 {
		return b.Sources[0]
	}
	return news.Source{}
}

// sentences are some of the brief's, in reading order, with the mark of their source behind the last of each run when there are several
// sources. The first one is cut where it doesn't fit, others are left out.
func sentences(b news.Brief, list []news.Sentence, room int) string {
	whole := room
	var out strings.Builder
	for i, s := range list {
		mark := ""
		if last := i+1 == len(list) || list[i+1].Article != s.Article; last && len(b.Sources) > 1 {
			if n := slices.IndexFunc(b.Sources, func(src news.Source) bool { return src.Article == s.Article }); n >= 0 {
				mark = "\u00a0" + link(superscript(n+1), b.Sources[n].URL)
			}
		}
		words := fit(s.Text, min(maxSentence, room-length(mark)-1))
		if i > 0 && words != fit(s.Text, maxSentence) {
			return sentences(b, list[:i], whole)
		}
		if words == "" {
			break
		}
		out.WriteString(words + mark)
		if i+1 < len(list) && (mark != "" || !unspaced(s.Text)) {
			out.WriteByte(' ')
		}
		room -= length(words) + length(mark) + 1
	}
	return out.String()
}

// unspaced reports whether the next sentence follows s without a space, as Chinese and Japanese ones do: s ends in a wide mark.
func unspaced(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, "”’"))
	kind := width.LookupRune(r).Kind()
	return unicode.IsPunct(r) && (kind == width.EastAsianWide || kind == width.EastAsianFullwidth)
}

func superscript(n int) string {
	var out strings.Builder
	for _, digit := range fmt.Sprint(n) {
		out.WriteRune([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹")[digit-'0'])
	}
	return out.String()
}

// sources is the small line that names who told it, and who told it in other languages.
func sources(b news.Brief, in tongue, room int) string {
	var out strings.Builder
	out.WriteString("-# ")
	left := 0
	add := func(piece string) {
		if length(out.String())+length(piece) > room-30 {
			left++
			return
		}
		out.WriteString(piece)
	}
	for i, s := range b.Sources {
		if i >= maxSources {
			left++
			continue
		}
		piece := teller(s, in)
		if len(b.Sources) > 1 {
			piece = superscript(i+1) + "\u00a0" + piece
		}
		if i > 0 {
			piece = " · " + piece
		}
		add(piece)
	}
	var also []string // languages, in the order of their first telling
	byLanguage := map[string][]news.Source{}
	for _, s := range b.Also {
		name := in.ownName(s.Language)
		if byLanguage[name] == nil {
			also = append(also, name)
		}
		byLanguage[name] = append(byLanguage[name], s)
	}
	shown := 0
	for i, name := range also {
		for j, s := range byLanguage[name] {
			if shown++; shown > maxSources {
				left++
				continue
			}
			piece := teller(s, in)
			switch {
			case i == 0 && j == 0:
				piece = "\n-# " + in.say("also in %s: %s", name, piece)
			case j == 0:
				piece = " · " + in.say("%s: %s", name, piece)
			default:
				piece = locale.Comma(string(in)) + piece
			}
			add(piece)
		}
	}
	if left > 0 {
		out.WriteString(" · " + in.say("and %d more", left))
	}
	if b.Note != "" {
		if note := fit(in.retell(b.Note), 200); length(out.String())+length(note) < room {
			out.WriteString("\n-# " + note)
		}
	}
	return out.String()
}

// teller is who told a source, and what is known of that outlet: its country and kind.
func teller(s news.Source, in tongue) string {
	o, _ := outlet.Of(s.URL)
	words := link(fit(o.Called(s.Name), 60), s.URL)
	about := in.retell(string(o.Kind))
	switch {
	case about != "" && o.Country != "":
		about = in.say("%s, %s", o.Country, about)
	case about == "":
		about = o.Country
	}
	if about == "" {
		return words
	}
	return in.say("%s (%s)", words, strings.ReplaceAll(about, " ", "\u00a0"))
}

// outletName is what the outlet of a source is called.
func outletName(s news.Source) string {
	o, _ := outlet.Of(s.URL)
	return o.Called(s.Name)
}

// footer tells the topics and the time.
func footer(d news.Delivery, in tongue) string {
	var names []string
	for _, m := range d.Topics[:min(len(d.Topics), 4)] {
		names = append(names, fit(command.TopicName(m.Topic, string(in)), 40))
	}
	published := d.Brief.Published
	if published.IsZero() {
		published = d.Created
	}
	parts := []string{in.list(names)}
	if n := outlets(d.Brief); n > 1 {
		parts = append(parts, in.count(n, "%d source", "%d sources"))
	}
	parts = append(parts, moment(published))
	if d.Brief.Model != "" {
		parts = append(parts, author(d.Brief, in))
	}
	return "-# " + strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " · ")
}

// outlets counts who told a brief's story; an outlet may have told it in several articles.
func outlets(b news.Brief) int {
	names := map[string]bool{}
	for _, s := range slices.Concat(b.Sources, b.Also) {
		names[outletName(s)] = true
	}
	return len(names)
}

func moment(t time.Time) string { return fmt.Sprintf("<t:%d:R>", t.Unix()) }

func day(t time.Time) string { return fmt.Sprintf("<t:%d:D>", t.Unix()) }

// buttons are below every post: to the source that its headline links, why it is here, and to follow the story. The second one's id marks the message as
// the delivery's.
func buttons(d news.Delivery, in tongue) discordgo.MessageComponent {
	row := discordgo.ActionsRow{}
	if len(d.Brief.Sources) > 0 {
		row.Components = readButton(headed(d.Brief), in)
	}
	row.Components = append(row.Components,
		discordgo.Button{Style: discordgo.SecondaryButton, Label: in.say("Why?"), CustomID: command.WhyButton(d.ID)},
		discordgo.Button{Style: discordgo.SecondaryButton, Label: in.say("Follow"), CustomID: command.FollowButton(d.Event, d.ID)})
	return row
}

// readButton leads to what a source tells, where that has an address.
func readButton(s news.Source, in tongue) components {
	address := webAddress(s.URL)
	if address == "" || len(address) > 512 {
		return nil
	}
	return components{discordgo.Button{Style: discordgo.LinkButton, URL: address, Label: plainLabel(in.say("Read at %s", plainLabel(outletName(s), 60)), 80)}}
}

// digestMessage renders the briefs of a digest, grouped by topic in the order the topics first appear.
func digestMessage(c news.Claim) components {
	byTopic := map[news.TopicID][]news.Delivery{}
	var topics []news.TopicID
	for _, d := range c.Deliveries {
		topic := news.TopicID("")
		if len(d.Topics) > 0 {
			topic = d.Topics[0].Topic
		}
		if byTopic[topic] == nil {
			topics = append(topics, topic)
		}
		byTopic[topic] = append(byTopic[topic], d)
	}
	first, in := c.Deliveries[0], spoken(c)
	title := "### " + in.count(len(c.Deliveries), "%d story", "%d stories")
	share := (maxText - 200 - 60*len(topics)) / len(c.Deliveries)
	var out strings.Builder
	out.WriteString(title)
	for _, topic := range topics {
		if topic != "" {
			out.WriteString("\n**" + fit(command.TopicName(topic, string(in)), 40) + "**")
		}
		for _, d := range byTopic[topic] {
			out.WriteString("\n" + digestItem(d.Brief, share-1))
		}
	}
	out.WriteString("\n-# " + moment(first.Due))
	return components{
		discordgo.Container{AccentColor: accent(first.Topics), Components: components{discordgo.TextDisplay{Content: out.String()}}},
		discordgo.ActionsRow{Components: components{discordgo.Button{Style: discordgo.SecondaryButton, Label: in.say("Why?"), CustomID: command.WhyButton(c.Digest)}}},
		storySelect(c, command.FollowSelect(c.Digest), in.say("Follow a story")),
	}
}

// digestItem is one brief of a digest in at most room characters: its headline, its first sentence, who told it.
func digestItem(b news.Brief, room int) string {
	told, address := "", ""
	if len(b.Sources) > 0 {
		told = " — " + fit(outletName(headed(b)), 24)
		if n := outlets(b) - 1; n > 0 {
			told += fmt.Sprintf(" +%d", n)
		}
		if address = webAddress(headed(b).URL); len(address) > room/2 {
			address = "" // its words matter more
		}
	}
	words := fit(b.Headline, min(120, room-len(address)-length(told)-8))
	item := "- " + link(words, address) + told
	if len(b.Sentences) > 0 {
		if rest := room - length(item) - 3; rest > 40 {
			item += "\n  " + fit(b.Sentences[0].Text, rest)
		}
	}
	return item
}

// accent is the colour of the bar beside a brief: the first topic's.
func accent(topics []news.Match) *int {
	if len(topics) > 0 {
		if colour, ok := accents[topics[0].Topic]; ok {
			return &colour
		}
	}
	palette := []int{0x2f9e6e, 0x3b82c4, 0xb8642f, 0x8a5fbf, 0xc4493b, 0x2a9d9d, 0xb08d1f, 0x5b6ee1, 0xa8477f, 0x5f8f2f}
	h := fnv.New32a()
	if len(topics) > 0 {
		h.Write([]byte(topics[0].Topic))
	}
	return &palette[int(h.Sum32()%uint32(len(palette)))]
}

// accents are the colours of topics that have one in people's minds; the others get one of the palette.
var accents = map[news.TopicID]int{
	"climate": 0x2f9e6e, "environment": 0x2f9e6e, "nature": 0x5f8f2f, "energy": 0xb08d1f, "technology": 0x3b82c4, "ai": 0x5b6ee1, "science": 0x2a9d9d,
	"space": 0x4a4e9e, "economy": 0xb8642f, "markets": 0xb8642f, "health": 0xc4493b, "sport": 0x2a9d9d, "football": 0x2a9d9d, "culture": 0xa8477f, "politics": 0x8a5fbf,
}

// replyMessage renders a command's answer. Blocks that no longer fit are told, not cut in the middle.
func replyMessage(r command.Reply, in tongue) components {
	controls, n := replyControls(r)
	places := maxComponents - n - 1 // in the container
	if r.File != nil {
		places--
	}
	const more = "-# …" // stands where blocks are left out: every block leaves room for it
	room := maxText
	var inside components
	text := func(s string) {
		inside = append(inside, discordgo.TextDisplay{Content: s})
		room -= length(s)
	}
	if r.Title != "" {
		text("### " + fit(r.Title, 250))
	}
	for i, block := range r.Blocks {
		left, most := len(r.Blocks)-i, room-length(more)
		s, ok := blockText(block, in, min(most, max(room/left, 600)))
		if !ok { // a brief's long headline and many sources
			s, ok = blockText(block, in, min(most, 1200))
		}
		if ok && s == "" {
			continue
		}
		if !ok || len(inside) >= places-1 && left > 1 {
			text(more)
			break
		}
		text(s)
	}
	if r.File != nil {
		inside = append(inside, discordgo.FileComponent{File: discordgo.UnfurledMediaItem{URL: "attachment://" + r.File.Name}})
	}
	if len(inside) == 0 {
		text(in.say("Done."))
	}
	return append(components{discordgo.Container{Components: inside}}, controls...)
}

// maxSelects is how many selects are shown below an answer.
const maxSelects = 4

// replyControls are the selects and buttons below an answer, and how many components they are, nested ones counted.
func replyControls(r command.Reply) (rows components, n int) {
	for _, s := range r.Selects[:min(len(r.Selects), maxSelects)] {
		rows = append(rows, selectRow(s))
		n += 2
	}
	if len(r.Buttons) > 0 {
		row := discordgo.ActionsRow{}
		styles := map[command.ButtonStyle]discordgo.ButtonStyle{command.Secondary: discordgo.SecondaryButton, command.Primary: discordgo.PrimaryButton, command.Danger: discordgo.DangerButton}
		for _, b := range r.Buttons[:min(len(r.Buttons), 5)] {
			row.Components = append(row.Components, discordgo.Button{Label: plainLabel(b.Label, 80), CustomID: b.ID, Style: styles[b.Style]})
		}
		rows = append(rows, row)
		n += 1 + len(row.Components)
	}
	return rows, n
}

// author says that a model wrote a brief.
func author(b news.Brief, in tongue) string {
	return in.say("written by %s, checked", fit(b.Model, 40))
}

// blockText is a block in at most room characters; lines beyond are left out and counted. ok is false when not even its beginning fits.
func blockText(b command.Block, in tongue, room int) (_ string, ok bool) {
	if b.Brief != nil {
		brief := *b.Brief
		head := headline(brief)
		foot := sources(brief, in, min(900, (room-length(head))/2))
		if brief.Model != "" {
			foot = joined(foot, "-# "+author(brief, in))
		}
		left := room - length(head) - length(foot) - 2
		return joined(head, sentences(brief, brief.Sentences, left), foot), left >= 0
	}
	more := func(n int) string { return "-# " + in.say("… and %d more", n) }
	prefix := ""
	if b.Quiet {
		prefix = "-# "
	}
	var lines []string
	for i, l := range b.Lines {
		left := room - length(prefix)
		if i+1 < len(b.Lines) {
			left -= 1 + length(more(len(b.Lines)))
		}
		s := lineText(l, left)
		if left < minLine && (left < 0 || s != lineText(l, maxText)) {
			if i == 0 {
				return "", false
			}
			lines = append(lines, more(len(b.Lines)-i))
			break
		}
		lines = append(lines, prefix+s)
		room -= length(prefix) + length(s) + 1
	}
	return strings.Join(lines, "\n"), true
}

// minLine is the fewest characters of a line that is cut: what has less room is left out.
const minLine = 60

// lineText is a line in at most room characters.
func lineText(l command.Line, room int) string {
	var out strings.Builder
	for _, s := range l {
		var piece string
		switch {
		case s.Channel != "":
			piece = "<#" + string(s.Channel) + ">"
		case !s.Time.IsZero():
			piece = moment(s.Time)
		case s.Code:
			piece = "`" + strings.ReplaceAll(cutPlain(s.Text, room-length(out.String())-2), "`", "ˋ") + "`"
		default:
			piece = spanText(s, room-length(out.String()))
		}
		if length(out.String())+length(piece) > room {
			break
		}
		out.WriteString(piece)
	}
	return out.String()
}

// spanText is a span as it is marked, in at most room characters, with a space where it begins or ends with some.
func spanText(s command.Span, room int) string {
	words := strings.TrimLeft(s.Text, spaces)
	lead := space(s.Text[:len(s.Text)-len(words)])
	trimmed := strings.TrimRight(words, spaces)
	trail := space(words[len(trimmed):])
	words = trimmed
	var lines []string
	for line := range strings.SplitSeq(words, "\n") {
		lines = append(lines, fit(line, max(room-8, 0)))
	}
	words = strings.Join(lines, "\n")
	if address := webAddress(s.URL); address != "" && length(words)+len(address)+8 < room {
		words = link(words, address)
	}
	if s.Bold && words != "" {
		words = "**" + words + "**"
	}
	return lead + words + trail
}

// spaces are the space and those that no line breaks at, such as French has inside quotation marks.
const spaces = " \u00a0\u202f"

// space is one space in the place of some.
func space(s string) string {
	if s == "" || strings.Trim(s, " ") == "" {
		return s[:min(len(s), 1)]
	}
	return "\u00a0"
}

func length(s string) int { return utf8.RuneCountInString(s) }
