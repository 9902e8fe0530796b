package topic_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"newsbrief/internal/topic"
)

var summit = topic.Doc{
	Title:    "Ministers sign climate memorandum",
	Text:     "The environment ministries revised a 2014 agreement. Carbon markets, 5G networks and COVID-19 were discussed in the U.S. talks.",
	Source:   "Harbour Post",
	Language: "en",
}

var korean = topic.Doc{Title: "한중, 기후변화 양해각서 서명", Text: "탄소 시장에서도 협력한다. 5G망도 논의했다.", Source: "한강일보", Language: "ko"}

func TestMatch(t *testing.T) {
	german := topic.Doc{Title: "Neue Häuser in Bayern", Language: "de"}
	chinese := topic.Doc{Title: "中韩签署环境合作备忘录", Text: "讨论气候变化", Language: "zh-Hans"}
	traditional := topic.Doc{Title: "中韓簽署備忘錄", Text: "討論氣候變化", Language: "zh-Hant"}
	machine := topic.Doc{Title: "飛行機が飛ぶ", Language: "ja"}
	prison := topic.Doc{Title: "In den Gefängnissen", Text: "an der Straße", Language: "de"}
	french := topic.Doc{Title: "L’avenir de l’Europe", Text: "le prix de l’électricité", Language: "fr"}
	russian := topic.Doc{Title: "В России прошли дебаты о выборах", Text: "с президентом", Language: "ru"}
	code := topic.Doc{Title: "Trump's F-16 at 1.5 Mach in 2026", Text: "OpenAI writes C++ for AT&T, and runs it on .NET over 5G.", Language: "en"}
	japanese := topic.Doc{Title: "ブラッド・ピットが来日", Language: "ja"}
	for _, c := range []struct {
		query string
		doc   topic.Doc
		want  bool
		words []string
	}{
		{"minister", summit, true, []string{"Ministers"}},
		{"climate minister", summit, true, []string{"climate", "Ministers"}},
		{"climate storm", summit, false, nil},
		{"storm OR climate", summit, true, []string{"climate"}},
		{"climate -storm", summit, true, []string{"climate"}},
		{"climate -carbon", summit, false, nil},
		{"climate NOT carbon", summit, false, nil},
		{`"carbon market"`, summit, true, []string{"Carbon markets"}},
		{`"market carbon"`, summit, false, nil},
		{`"memorandum the"`, summit, false, nil}, // not from the title into the text
		{"environ*", summit, true, []string{"environment"}},
		{"(storm OR flood) climate", summit, false, nil},
		{"climate (storm OR carbon)", summit, true, []string{"climate", "Carbon"}},
		{"-(storm flood) climate", summit, true, []string{"climate"}},
		{"title:climate", summit, true, []string{"climate"}},
		{"title:carbon", summit, false, nil},
		{"title:(carbon OR climate)", summit, true, []string{"climate"}},
		{"source:harbour", summit, true, nil},
		{`source:"Harbour Post" climate`, summit, true, []string{"climate"}},
		{"source:herald", summit, false, nil},
		{"lang:en climate", summit, true, []string{"climate"}},
		{"lang:ko climate", summit, false, nil},
		{"covid-19", summit, true, []string{"COVID-19"}},
		{"CLIMATE", summit, true, []string{"climate"}},
		{"기후", korean, true, []string{"기후"}},
		{"기후변화", korean, true, []string{"기후변화"}},
		{"탄소시장", korean, true, []string{"탄소 시장"}},
		{`"탄소 시장"`, korean, true, []string{"탄소 시장"}},
		{"5G망", korean, true, []string{"5G망"}},
		{"한국", korean, false, nil},
		{"Haus", german, true, []string{"Häuser"}},
		{"气候", chinese, true, []string{"气候"}},
		{"ブラッド・ピット", japanese, true, []string{"ブラッド・ピット"}}, // a name's dot parts no more than a space
		{"ブラッドピット", japanese, true, []string{"ブラッド・ピット"}},
		{"气候 OR climate", summit, true, []string{"climate"}},
		{"録", chinese, false, nil},
		{"录", chinese, true, []string{"录"}},
		{"氣候變化", chinese, true, []string{"气候变化"}}, // traditional characters find simplified ones
		{"气候变化", traditional, true, []string{"氣候變化"}},
		{"机", machine, false, nil}, // but 机 is a table in Japanese, and 機 a machine
		{"機", machine, true, []string{"機"}},
		{"기후/환경", korean, false, nil},
		{"한중/기후", korean, true, []string{"한중, 기후"}},
		{"변화 서명", korean, true, []string{"변화", "서명"}},
		{"Gefaengnis", prison, true, []string{"Gefängnissen"}},
		{"Gefängnis", prison, true, []string{"Gefängnissen"}},
		{"Strasse", prison, true, []string{"Straße"}},
		{"Europe", french, true, []string{"l’Europe"}},
		{"l'Europe", french, true, []string{"l’Europe"}},
		{"électr*", french, true, []string{"l’électricité"}},
		{"Россия", russian, true, []string{"России"}},
		{"выборы президента", russian, true, []string{"выборах", "президентом"}},
		{"C++", code, true, []string{"C++"}},
		{"C#", code, false, nil},
		{".NET", code, true, []string{".NET"}},
		{".NET", topic.Doc{Title: "A net", Language: "en"}, false, nil},
		{"AT&T", code, true, []string{"AT&T"}},
		{"AT&T", topic.Doc{Title: "Meet at T", Language: "en"}, false, nil},
		{"Trump", code, true, []string{"Trump's"}},
		{"F-16", code, true, []string{"F-16"}},
		{"1.5 2026 5G", code, true, []string{"1.5", "2026", "5G"}},
		{"#openai", code, true, []string{"OpenAI"}},
		{"lang:zh", chinese, true, nil},
		{"lang:zh-Hant", chinese, false, nil},
	} {
		t.Run(c.query, func(t *testing.T) {
			q, err := topic.Parse(c.query)
			if err != nil {
				t.Fatal(err)
			}
			m, ok := q.Match(c.doc)
			if ok != c.want || ok && !slices.Equal(m.Words, c.words) {
				t.Errorf("got %v %q, want %v %q", ok, m.Words, c.want, c.words)
			}
			if ok && (m.Score < 0 || m.Score > 1) {
				t.Errorf("score %v", m.Score)
			}
		})
	}
}

func TestFind(t *testing.T) {
	half := topic.Doc{Title: "ｶﾞｿﾘﾝ価格", Text: "政府は「ＥＵ－ｶﾞｿﾘﾝ」税を Ｅｕ-加盟国で", Source: "한강 일보", Language: "ja"}
	for _, c := range []struct {
		query string
		doc   topic.Doc
		want  []topic.Found
	}{
		{"climate -storm", summit, []topic.Found{{"climate", topic.InTitle, 15, 22}}},
		{`"carbon market" minister`, summit, []topic.Found{{"Carbon markets", topic.InText, 53, 67}, {"Ministers", topic.InTitle, 0, 9}}},
		{"title:sign storm OR network* source:post lang:en", summit, []topic.Found{
			{"networks", topic.InText, 72, 80}, {"Post", topic.InSource, 8, 12}, {"en", topic.InLanguage, 0, 0}}},
		{"탄소시장", korean, []topic.Found{{"탄소 시장", topic.InText, 0, 13}}},
		{"5G망을", korean, nil},
		{"5G망", korean, []topic.Found{{"5G망", topic.InText, 37, 42}}},
		{"ガソリン", half, []topic.Found{{"ｶﾞｿﾘﾝ", topic.InTitle, 0, 15}}},
		{"リン", half, []topic.Found{{"ﾘﾝ", topic.InTitle, 9, 15}}},
		{"EUガソ", half, []topic.Found{{"ＥＵ－ｶﾞｿ", topic.InText, 12, 30}}},
		{"source:일보", half, []topic.Found{{"일보", topic.InSource, 7, 13}}},
		{"storm", summit, nil},
	} {
		q, err := topic.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got, ok := q.Find(c.doc)
		for _, f := range got {
			in := map[topic.Place]string{topic.InTitle: c.doc.Title, topic.InText: c.doc.Text, topic.InSource: c.doc.Source}[f.In]
			if f.In != topic.InLanguage && in[f.Start:f.End] != f.Word {
				t.Errorf("%s: %+v is not at its place", c.query, f)
			}
		}
		if ok != (c.want != nil) || !slices.Equal(got, c.want) {
			t.Errorf("%s: %v %+v, want %+v", c.query, ok, got, c.want)
		}
	}
}

func TestSyntaxErrorsPointAtThePlace(t *testing.T) {
	for _, c := range []struct {
		query string
		pos   int
	}{
		{"", 0}, {"   ", 0}, {`기후 "변화`, 3}, {"(a1 b1", 0}, {"climate )", 8}, {"climate OR", 10}, {"OR climate", 0},
		{"climate AND", 8}, {"climate -", 8}, {"climate NOT", 8}, {"-climate", 0}, {"climate OR -storm", 11}, {"climate (storm OR -flood)", -1}, {"climate OR (-a1 -b1)", 12}, {"*mate", 0},
		{"cli*mate", 0}, {"c*", 0}, {"climate !!!", 8}, {"titel:climate", 0}, {"title: climate", 0}, {"lang:english", 5},
		{"title:(source:x)", 7}, {"()", 1}, {`"a b"*`, 5}, {"title:-storm", 0}, {"climate ()", 9}, {"((climate)", 0}, {"AND climate", 0},
		// what people write who know another language of queries, or none
		{"climate or energy", 8}, {"기후 또는 폭염", 3}, {"wind and solar", 5}, {"wind & solar", 5}, {"apple not fruit", 6}, {"storm | flood", 6},
		{"climate, energy", 7}, {"기후、환경", 2}, {"cours or", -1}, {"or noir", -1}, {`cours "or" noir`, -1}, {"1,5 degrees", -1},
		{"제목:기후", 0}, {"a1 título:clima", 3}, {"lang:English", 5}, {"lang:한국어", 5}, {"a1 lang:jp", 8}, {"lang:ja", -1}, {"lang:xx 삼성", 5}, {"a1 lang:zz-Latn", 8}, {"lang:und", 5}, {"lang:haw", -1}, {"lang:uk", -1}, {"10:30 http://a.example/b1", -1},
	} {
		_, err := topic.Parse(c.query)
		var syntax *topic.SyntaxError
		if c.pos < 0 {
			if err != nil {
				t.Errorf("%q: %v", c.query, err)
			}
			continue
		}
		if !errors.As(err, &syntax) {
			t.Errorf("%q: got %v, want a SyntaxError", c.query, err)
			continue
		}
		if syntax.Pos != c.pos || syntax.Sentence == "" {
			t.Errorf("%q: error at %d (%s), want %d", c.query, syntax.Pos, syntax.Sentence, c.pos)
		}
	}
}

func TestSyntaxErrorsSayWhatToWrite(t *testing.T) {
	for query, want := range map[string]string{
		"titel:klima": "title:", "tittle:klima": "title:", "출처:한강": "source:", "language:de": "lang:", "lang:Deutsch": "lang:de", "lang:日本語": "lang:ja",
		"lang:kr": "lang:ko", "storm oder flood": "OR", "storm, flood": "OR", "storm nicht flood": "-", "storm et flood": "leave et out",
	} {
		_, err := topic.Parse(query)
		var syntax *topic.SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(syntax.Sentence, want) {
			t.Errorf("%s: %v, want %s to be named", query, err, want)
		}
	}
}

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"  climate   change ":   "climate change",
		"a1 OR (b1 c1) OR (d1)": "a1 OR b1 c1 OR d1",
		"(a1 OR b1) c1":         "(a1 OR b1) c1",
		"a1 NOT (b1 c1)":        "a1 -(b1 c1)",
		"a1 - - b1":             "",
		"a1 --b1":               "a1 b1",
		"title:(a1 OR b1)":      "title:a1 OR title:b1",
		"“carbon  market”":      `"carbon market"`,
		"«le monde» AND x1":     `"le monde" x1`,
		"（기후 ＯＲ climat＊）「탄소」":       `(기후 OR climat*) "탄소"`,
		"title：《三体》 –日剧 〈a b〉":      `title:"三体" -日剧 "a b"`,
		"10:30 http://a.example/b1": "10:30 http://a.example/b1",
	} {
		q, err := topic.Parse(in)
		if want == "" {
			if err == nil {
				t.Errorf("%q is read as %q", in, q)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", in, err)
		} else if q.String() != want {
			t.Errorf("%q is written %q, want %q", in, q, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"climate OR 기후", `"a b" -c`, "title:(x1 OR -y1) z1*", "((((", "a1 -(b1 OR -c1)", "lang:ko source:\"x y\"", "«»", "OR NOT AND", "\xff\"", "a1:b1", "（a1）", "0 --y 0", "0 (or*) 0", "5G网络 covid-19", "日*"} {
		f.Add(s, "some text 기후변화 网络 covid-19")
	}
	f.Fuzz(func(t *testing.T, s, text string) {
		q, err := topic.Parse(s)
		var syntax *topic.SyntaxError
		if err != nil {
			if !errors.As(err, &syntax) || syntax.Pos < 0 || syntax.Pos > utf8.RuneCountInString(s) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		again, err := topic.Parse(q.String())
		if err != nil {
			t.Fatalf("%q is written %q, which is no query: %v", s, q, err)
		}
		if again.String() != q.String() {
			t.Fatalf("%q is written %q, that %q", s, q, again)
		}
		d := topic.Doc{Title: text, Text: s, Language: "en"}
		_, one := q.Match(d)
		_, other := again.Match(d)
		if one != other {
			t.Fatalf("%q and %q match differently", s, q)
		}
		indexed(t, s, d, one)
	})
}
