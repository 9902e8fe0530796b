package topic_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
	"newsbrief/internal/topic"
)

// Discord shows a description under a select's option, of at most 100 UTF-16 units.
// https://discord.com/developers/docs/components/reference#string-select-select-option-structure
const longestAbout = 100

func TestBuiltinsAreComplete(t *testing.T) {
	list := topic.Builtins()
	if len(list) < 55 {
		t.Errorf("%d built-in topics, want about 60", len(list))
	}
	for _, b := range list {
		abouts := map[string]string{}
		for _, lang := range append([]string{"zh-TW"}, topic.Languages...) {
			if name := b.Name(lang); name == "" || name == string(b.ID) {
				t.Errorf("%s has no name in %s", b.ID, lang)
			}
			about := b.About(lang)
			if n := len(utf16.Encode([]rune(about))); n == 0 || n > longestAbout {
				t.Errorf("%s: the description in %s has %d units, want 1 to %d: %q", b.ID, lang, n, longestAbout, about)
			}
			if other, ok := abouts[about]; ok {
				t.Errorf("%s has the same description in %s and %s", b.ID, lang, other)
			}
			abouts[about] = lang
		}
		if b.Parent != "" {
			if _, ok := topic.Lookup(b.Parent); !ok {
				t.Errorf("%s is part of %s, which there isn't", b.ID, b.Parent)
			}
		}
	}
}

// What else a topic is called in a language leads to it alone there.
func TestOtherNamesAreOfOneTopic(t *testing.T) {
	const fewest, most = 2, 8
	for _, lang := range append([]string{"zh-TW"}, topic.Languages...) {
		called := map[string]news.TopicID{}
		for _, b := range topic.Builtins() {
			called[text.Fold(b.Name(lang))] = b.ID
		}
		for _, b := range topic.Builtins() {
			also := b.Also(lang)
			if len(also) < fewest || len(also) > most {
				t.Errorf("%s has %d other names in %s, want %d to %d", b.ID, len(also), lang, fewest, most)
			}
			for _, name := range also {
				if other, ok := called[text.Fold(name)]; ok || name == "" {
					t.Errorf("%s: %q is in %s what %s is called", b.ID, name, lang, other)
				}
				called[text.Fold(name)] = b.ID
			}
		}
	}
}

// No language is left behind: for each topic a profile has words that decide, and at least half as many as the middle language.
func TestProfilesAreOfOneStrength(t *testing.T) {
	const fewest = 10
	deciding := map[news.TopicID]map[string]int{}
	for _, lang := range topic.Languages {
		data, err := os.ReadFile("profiles/" + lang + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		var id news.TopicID
		for line := range strings.Lines(string(data)) {
			if in, ok := strings.CutPrefix(strings.TrimSpace(line), "["); ok {
				id = news.TopicID(strings.TrimSuffix(in, "]"))
				if deciding[id] == nil {
					deciding[id] = map[string]int{}
				}
			} else if words, ok := strings.CutPrefix(line, "3: "); ok {
				deciding[id][lang] = strings.Count(words, ",") + 1
			}
		}
	}
	for _, b := range topic.Builtins() {
		counts := slices.Sorted(maps.Values(deciding[b.ID]))
		if len(counts) != len(topic.Languages) {
			t.Errorf("%s has words that decide in %d languages, want %d", b.ID, len(counts), len(topic.Languages))
			continue
		}
		want := max(fewest, counts[len(counts)/2]/2)
		for lang, n := range deciding[b.ID] {
			if n < want {
				t.Errorf("%s has %d words that decide in %s, want %d", b.ID, n, lang, want)
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		id         news.TopicID
		lang, want string
	}{
		{"climate", "en-US", "Climate"}, {"climate", "de", "Klima"}, {"climate", "ko", "기후"}, {"climate", "zh-CN", "气候"},
		{"climate", "zh-TW", "氣候"}, {"climate", "it", "Climate"}, {"123/mine", "ko", "mine"},
	} {
		if got := topic.Name(c.id, c.lang); got != c.want {
			t.Errorf("%s in %s is called %q, want %q", c.id, c.lang, got, c.want)
		}
	}
}

// The same story in each language lands in the same topic.
func TestClassify(t *testing.T) {
	for lang, d := range map[string]topic.Doc{
		"en":      {Title: "Climate ministers agree on carbon market", Text: "The talks on climate change and emissions ended in Seoul."},
		"ko":      {Title: "기후장관 회의, 탄소시장 합의", Text: "기후변화와 온실가스 배출에 대한 회담이 서울에서 끝났다."},
		"zh":      {Title: "气候部长就碳市场达成一致", Text: "关于气候变化和温室气体排放的会谈在首尔结束。"},
		"ja":      {Title: "気候変動閣僚会合、炭素市場で合意", Text: "地球温暖化と温室効果ガスの排出をめぐる会談がソウルで終わった。"},
		"de":      {Title: "Klimaminister einigen sich auf Emissionshandel", Text: "Die Gespräche über Klimawandel und Treibhausgase endeten in Seoul."},
		"es":      {Title: "Ministros acuerdan un mercado de carbono contra el cambio climático", Text: "Las conversaciones sobre emisiones de gases de efecto invernadero terminaron en Seúl."},
		"fr":      {Title: "Les ministres s'accordent sur un marché du carbone face au changement climatique", Text: "Les discussions sur les émissions de gaz à effet de serre se sont achevées à Séoul."},
		"pt":      {Title: "Ministros concordam sobre mercado de carbono contra as mudanças climáticas", Text: "As conversas sobre emissões de gases de efeito estufa terminaram em Seul."},
		"ru":      {Title: "Министры договорились об углеродном рынке и изменении климата", Text: "Переговоры о выбросах парниковых газов завершились в Сеуле."},
		"zh-Hant": {Title: "氣候部長就碳市場達成一致", Text: "關於氣候變化和溫室氣體排放的會談在首爾結束。"},
	} {
		d.Language = lang
		matches := topic.NewIndex().Match(d)
		if !has(matches, "climate") || !has(matches, "environment") {
			t.Errorf("%s: got %v, want climate and environment", lang, matches)
		}
		for _, m := range matches {
			if len(m.Words) == 0 || m.Score <= 0 || m.Score > 1 {
				t.Errorf("%s: %+v", lang, m)
			}
		}
	}
}

func TestFindBuiltin(t *testing.T) {
	climate, _ := topic.Lookup("climate")
	found := climate.Find(topic.Doc{Title: "Ministers meet", Text: "They spoke of climate change and of carbon markets.", Language: "en"})
	if len(found) == 0 || found[0] != (topic.Found{Word: "climate change", In: topic.InText, Start: 14, End: 28}) {
		t.Errorf("found %+v, want climate change in the text first", found)
	}
	if found := climate.Find(topic.Doc{Title: "An afternoon", Language: "en"}); len(found) > 0 {
		t.Errorf("found %+v in nothing about it", found)
	}
}

// A narrow topic is seen beside the broad one it is part of, also where the text speaks of much else.
func TestClassifySeesTheNarrowTopic(t *testing.T) {
	d := topic.Doc{Title: "Seoul and Beijing widen environment pact", Language: "en", Text: "The environment ministries revised a 2014 agreement. " +
		"It widens cooperation from air quality to climate change, a circular economy, biodiversity and carbon markets. The centre coordinates research " +
		"on pollutants. The industry ministry and the commerce ministry signed on investment and supply chains, the science ministry on digital technology."}
	if m := topic.NewIndex().Match(d); !has(m, "climate") || !has(m, "environment") {
		t.Errorf("got %v, want climate and environment", m)
	}
}

func TestClassifyKeepsQuiet(t *testing.T) {
	for _, d := range []topic.Doc{
		{}, {Title: "An afternoon like any other", Language: "en"}, {Title: "He bought a ticket to see his uncle", Language: "en"},
		{Title: "오늘의 한마디", Language: "ko"},
	} {
		if m := topic.NewIndex().Match(d); len(m) > 0 {
			t.Errorf("%q is in %v", d.Title, m)
		}
	}
}
