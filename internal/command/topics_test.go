package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/command"
	"newsbrief/internal/news"
)

// island fills the archive with a few days of news from two outlets.
func (w *world) island() {
	w.t.Helper()
	w.follow(here, "Harbour Post", "https://harbour.example/rss")
	w.follow(here, "Valley Herald", "https://valley.example/rss")
	w.follow(here, "Inselbote", "https://insel.example/rss")
	w.tell(telling{feed: "Harbour Post", ago: 30 * time.Hour, url: "https://harbour.example/wind", story: "wind", title: "Island votes for wind park", text: "The island's council voted for a wind park of twelve turbines on Thursday.", topics: on("energy", "wind park")})
	w.tell(telling{feed: "Valley Herald", ago: 29 * time.Hour, url: "https://valley.example/turbines", story: "wind", title: "Island votes for wind park with twelve turbines", topics: on("climate", "turbines")})
	w.tell(telling{feed: "Inselbote", ago: 28 * time.Hour, url: "https://insel.example/wind", story: "wind de", event: "wind", lang: "de", title: "Insel stimmt für Windpark", text: "Der Rat der Insel hat am Donnerstag für einen Windpark gestimmt."})
	w.tell(telling{feed: "Harbour Post", ago: 20 * time.Hour, url: "https://harbour.example/ferry", title: "Ferry sails again after the storm", text: "The ferry to the mainland sails again after three days of storm.", topics: on("transport", "ferry")})
	w.tell(telling{feed: "Valley Herald", ago: 3 * time.Hour, url: "https://valley.example/solar", title: "School roof gets solar panels", text: "The valley's school will make its own electricity with solar panels from autumn on.", topics: on("energy", "solar panels", "electricity")})
	w.tell(telling{feed: "Harbour Post", ago: 2 * time.Hour, url: "https://harbour.example/prize", title: "Bakery wins sourdough prize", text: "The bakery on the quay won the region's prize for its sourdough bread."})
}

// TestTopicEvening makes, changes and ends a server's own topics.
func TestTopicEvening(t *testing.T) {
	w := newWorld(t)
	w.island()
	for _, name := range []string{"", "!!!", "--", "a/b", "x:y", strings.Repeat("ab", 17), "climate", "Climate"} {
		w.ask(manager, "topic create", "name:"+name, "query:solar")
	}
	w.says("Queries that can't be read.")
	for _, query := range []string{"", "   ", "solar OR", "(solar", "solar)", "-fruit", `"wind park`, "colour:red", "so*lar", "title: solar", "lang:klingonisch",
		"solar panels on the roofs of schools with town halls AND AND wind parks in the north of the island", strings.Repeat("w ", 61)} {
		w.ask(manager, "topic preview", "query:"+query)
	}
	w.says("Looking first.")
	w.ask(manager, "topic preview", "query:solar OR wind -ferry")
	w.ask(manager, "topic preview", "query:submarine")
	if w.changes != 0 {
		t.Errorf("looking changed something %d times", w.changes)
	}
	w.says("Making it.")
	w.ask(manager, "topic create", "name:Green Power", "query:solar OR wind")
	w.ask(manager, "topic create", "name:green-power", "query:solar")
	w.ask(manager, "topic create", "name:재생에너지", "query:태양광 OR 풍력")
	w.ask(manager, "topic edit", "name:green-power", "query:solar OR turbines")
	w.ask(manager, "subscribe", "topic:green-power", "channel:"+string(climate))
	w.ask(manager, "subscribe", "topic:green-power", "channel:"+string(general), "when:daily")
	w.ask(manager, "topic edit", "name:green-power", "query:solar OR turbines OR electricity")
	w.ask(manager, "topic edit", "name:green-power", "query:solar OR (")
	w.ask(manager, "topic edit", "name:blue-power", "query:tide")
	w.ask(manager, "topic edit", "name:climate", "query:tide")
	w.ask(manager, "subscriptions")
	list := w.service.Answer(t.Context(), command.Ask{Command: "topic list", Guild: here, Manager: true})
	w.ask(manager, "topic delete", "name:blue-power")
	w.ask(manager, "topic delete", "name:green-power")
	w.ask(manager, "topic delete", "name:재생에너지")
	w.ask(manager, "subscriptions")
	w.golden("topics")

	// The built-in topics grow: their list is no matter of a golden file.
	w.want(list, "*Your own*", "*green-power*  ‘solar OR turbines OR electricity’", "*재생에너지*", "*Built in*", "Climate, ", "Artificial intelligence (ai)")
}

func TestTopicNamesAreOneForm(t *testing.T) {
	w := newWorld(t)
	decomposed, fullWidth := "cafe\u0301", "ＡＩ　ｎｅｗｓ"
	w.ask(manager, "topic create", "name:"+decomposed, "query:coffee")
	w.want(w.ask(manager, "topic create", "name:Café", "query:tea"), "already")
	w.ask(manager, "topic create", "name:"+fullWidth, "query:robots")
	w.want(w.ask(manager, "brief", "topic:ai news"), "ai-news")
}

func TestTopicLimit(t *testing.T) {
	w := newWorld(t)
	for i := range 200 {
		if err := w.store.PutTopic(t.Context(), news.Topic{ID: news.OwnTopicID(here, fmt.Sprintf("t%03d", i)), Guild: here, Query: "word"}, false); err != nil {
			t.Fatal(err)
		}
	}
	w.want(w.ask(manager, "topic create", "name:one-more", "query:x"), "200 topics of your own here already")
	w.want(w.ask(manager, "topic list"), "… and 170 more")
	w.want(w.ask(who{name: "manager", manager: true, guild: elsewhere}, "topic create", "name:one-more", "query:x"), "New topic: one-more")
}

// TestBuiltinNamesAreTaken: an own topic can't be called as a built-in one is in any language. One that is called so from before says whose
// it is wherever it stands beside that.
func TestBuiltinNamesAreTaken(t *testing.T) {
	w := newWorld(t)
	w.island()
	for _, name := range []string{"climate", "Klima", "기후", "气候", "氣候", "климат", "war and conflict", "Künstliche Intelligenz", "ＫＬＩＭＡ", "economia", "kuenstliche-intelligenz", "real estate"} {
		w.want(w.ask(manager, "topic create", "name:"+name, "query:x"), "is a built-in topic already")
		w.want(w.ask(manager, "topic edit", "name:"+name, "query:x"), "is a built-in topic, which stays as it is")
	}
	w.want(w.ask(manager, "topic preview", "query:klima"), "/topic create name:my-klima ")
	if err := w.store.PutTopic(t.Context(), news.Topic{ID: news.OwnTopicID(here, "klima"), Guild: here, Query: "wind"}, false); err != nil {
		t.Fatal(err)
	}
	de := who{name: "manager", manager: true, locale: "de"}
	w.want(w.ask(de, "topic edit", "name:klima", "query:wind OR windpark"), "Geändertes Thema: klima")
	w.want(w.ask(de, "subscribe", "topic:klima"), "*klima (von diesem Server)*")
	w.want(w.ask(de, "subscribe", "topic:climate"), "*Klima*")
	w.want(w.ask(de, "subscriptions"), "*klima (von diesem Server)*", "*Klima*")
	brief := w.ask(de, "brief", "topic:klima")
	w.want(brief, "klima (von diesem Server)")
	for _, s := range brief.Selects {
		for _, c := range s.Choices {
			if c.Value == "1001/klima" && c.Name != "klima (von diesem Server)" {
				t.Errorf("a select offers %+v", c)
			}
		}
	}
	w.want(w.ask(de, "topic delete", "name:klima"), "klima")
	if name := command.TopicName(news.OwnTopicID(news.OwnGuild("7"), "klima"), "en"); name != "klima (yours)" {
		t.Errorf("a person's own is called %q", name)
	}
	if name := command.TopicName(news.OwnTopicID(here, "ice"), "de"); name != "ice" {
		t.Errorf("one that can't be mistaken is called %q", name)
	}
}

func TestUnknownTopicIsShownAsGiven(t *testing.T) {
	w := newWorld(t)
	for given, want := range map[string]string{
		"see (http://e.vil) and b": "“see (http://e.vil) and b”",
		"and/or":                   "“and/or”",
		"1002/secret":              "“secret”",
		"@77/secret":               "“secret”",
	} {
		w.want(w.ask(member, "latest", "topic:"+given), "There is no topic "+want)
	}
}
