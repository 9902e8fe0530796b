package story_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// desk assigns stories as the pipeline does.
type desk struct {
	*story.Matcher
	last news.StoryID
}

func newDesk() *desk { return &desk{Matcher: story.New(story.Options{})} }

func (d *desk) take(doc story.Doc) (id, event news.StoryID, v story.Verdict) {
	v = d.Match(doc)
	id, event = v.Story, v.Event
	if id == 0 {
		d.last++
		id = d.last
	}
	if event == 0 {
		event = id
	}
	d.Add(doc, id, event)
	return id, event, v
}

func doc(source, lang, title, text string) story.Doc {
	return story.Doc{Title: title, Text: text, Source: source, Language: lang, Published: noon, Seen: noon}
}

// The Korea–China memoranda as three English outlets, a Korean and a Chinese one could tell them, and what happened on the same day
// between the same countries.
var summit = []story.Doc{
	doc("Wire", "en", "Korea, China renew environment memorandum for first time in 12 years",
		"SEOUL - The environment ministries of South Korea and China have signed a memorandum that revises a 2014 agreement for the first time in 12 years. Cooperation so far limited to air quality will cover climate change, a circular economy, biodiversity and carbon markets. The ministers will meet every year, and the Korea-China Environmental Cooperation Center will coordinate joint research on pollutants, noise and light pollution."),
	doc("Daily", "en", "Seoul and Beijing look beyond fine dust in a broader green pact",
		"Twelve years after they first agreed to fight smog together, South Korea and China are widening their environmental pact. Climate Minister Kim Sung-hwan called the new memorandum a foundation for a shared “decarbonized green civilization”. It adds carbon markets, biodiversity and the circular economy to the 2014 text, sets up a yearly meeting of ministers and regular talks on policy."),
	doc("Business Post", "en", "Summit papers: ministries sign on carbon markets, supply chains and a trip to Saemangeum",
		"Three ministries of South Korea signed memoranda with their Chinese counterparts at the summit. The environment ministries rewrote their agreement of 2014, with climate change, biodiversity and carbon markets now part of it. The industry ministry and China's commerce ministry agreed on industrial complexes, supply chains, green energy and pharmaceuticals; a Chinese investment delegation will visit Saemangeum in 2026. The science ministry planned a strategic dialogue on digital technology in 2026."),
}

var summitKorean = doc("한강신문", "ko", "한중 환경 양해각서 12년 만에 개정…탄소시장·순환경제까지",
	"한국과 중국의 환경부처가 2014년 맺은 협정을 12년 만에 처음으로 고친 양해각서에 서명했다. 협력 범위는 대기질에서 기후변화와 순환경제, 생물다양성, 탄소시장으로 넓어진다. 양국 장관은 매년 만나고 한중 환경협력센터가 조정을 맡는다. 오염물질과 소음, 빛공해에 대한 공동연구도 한다.")

var summitChinese = doc("江报", "zh", "中韩环境部门更新2014年协议 碳市场首次纳入合作",
	"中国与韩国在首脑会谈期间签署谅解备忘录，对2014年的环境合作协议作出12年来首次修订。合作范围由空气质量扩大到气候变化、循环经济、生物多样性和碳市场。两国部长每年会晤，由中韩环境合作中心负责协调，并就污染物、噪音和光污染开展联合研究。")

var unrelated = []story.Doc{
	doc("Sports", "en", "South Korea beat China 2-0 to top World Cup qualifying group",
		"South Korea beat China 2-0 in Seoul to reach the next round of World Cup qualifiers. Two late goals decided the match in front of 60,000 people, and China's coach offered to resign."),
	doc("스포츠", "ko", "한국, 중국 2-0 꺾고 월드컵 예선 조 1위", "한국 축구 대표팀이 서울에서 열린 월드컵 예선에서 중국을 2-0으로 이겼다. 후반 두 골이 터졌고 관중 6만 명이 들어찼다."),
	doc("Trade News", "en", "Japan and China reopen talks on seafood trade",
		"Japan and China have reopened talks on seafood exports after two years. The commerce ministry in Beijing said tariffs would be reviewed, while Tokyo asked for the lifting of the import ban on scallops."),
	doc("財経", "ja", "日中、水産物輸出の協議を再開", "日本と中国は水産物の輸出をめぐる協議を2年ぶりに再開した。中国商務省は関税を見直すとし、日本側はホタテの輸入停止の解除を求めた。"),
	doc("体坛", "zh", "世预赛：国足客场0-2不敌韩国", "在首尔进行的世界杯预选赛中，中国足球队以0-2不敌韩国队，主教练赛后提出辞职。"),
}

func TestSummitIsOneStoryPerLanguageAndOneEvent(t *testing.T) {
	order := slices.Concat(summit, []story.Doc{summitKorean, summitChinese}, unrelated)
	for round := range 20 {
		r := rand.New(rand.NewPCG(1, uint64(round)))
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		d := newDesk()
		stories, events := map[string]news.StoryID{}, map[string]news.StoryID{}
		for _, x := range order {
			id, event, _ := d.take(x)
			stories[x.Source], events[x.Source] = id, event
		}
		for _, x := range summit[1:] {
			if stories[x.Source] != stories["Wire"] {
				t.Errorf("round %d: %q is another story than %q", round, x.Title, summit[0].Title)
			}
		}
		for _, x := range []story.Doc{summitKorean, summitChinese} {
			if stories[x.Source] == stories["Wire"] || events[x.Source] != events["Wire"] {
				t.Errorf("round %d: %q: story %d event %d, in English story %d event %d", round, x.Title, stories[x.Source], events[x.Source], stories["Wire"], events["Wire"])
			}
		}
		for _, x := range unrelated {
			if events[x.Source] == events["Wire"] {
				t.Errorf("round %d: %q was taken for the summit", round, x.Title)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	tests := map[string]struct {
		first, second story.Doc
		later         time.Duration
		same          bool
	}{
		"a name nobody else tells of": {
			first:  doc("A", "en", "Sbarro files for Chapter 11 for second time in three years", ""),
			second: doc("B", "en", "Food court favourite Sbarro goes under again, closes 155 stores", ""),
			same:   true,
		},
		"one everyday word in common": {
			first:  doc("A", "en", "Hospital in Arnby closes its maternity ward", ""),
			second: doc("B", "en", "Two escape unhurt as hospital kitchen burns in Dunmere", ""),
		},
		"name and topic in common": {
			first:  doc("A", "en", "Plosser says taper could be faster", ""),
			second: doc("B", "en", "Fed's Plosser: taper pace may be too slow", ""),
			same:   true,
		},
		"two earthquakes": {
			first:  doc("A", "en", "Magnitude 6.1 earthquake shakes northern Chile, two hurt", "A magnitude 6.1 earthquake shook the north of Chile early on Tuesday, injuring two people near Iquique, the seismological centre said."),
			second: doc("A", "en", "Magnitude 5.8 earthquake shakes central Italy, two hurt", "A magnitude 5.8 earthquake shook central Italy on Tuesday, injuring two people near L'Aquila, the civil protection agency said."),
		},
		"an earthquake's toll": {
			first:  doc("A", "en", "Magnitude 6.1 earthquake shakes northern Chile, two hurt", "A magnitude 6.1 earthquake shook the north of Chile early on Tuesday, injuring two people near Iquique, the seismological centre said."),
			second: doc("B", "en", "Chile earthquake: number of injured rises to 19", "The number of people injured in the earthquake near Iquique in the north of Chile has risen to 19, officials said. The magnitude 6.1 quake struck early on Tuesday."),
			later:  5 * time.Hour, same: true,
		},
		"two matches of one league": {
			first:  doc("A", "en", "Premier League: Ashby Rovers 2-1 Kelder Town", "Ashby Rovers beat Kelder Town with a late goal to stay top of the league."),
			second: doc("A", "en", "Premier League: Port Ellery 0-0 Thornmouth City", "Port Ellery and Thornmouth City drew in the league, a result that helps neither."),
		},
		"daily market report": {
			first:  doc("A", "en", "Market close: index gains 0.7 percent, banks in front", "The index closed 0.7 percent higher on Monday. Banks rose, insurers fell, and a barrel of oil cost 71 dollars in the evening."),
			second: doc("A", "en", "Market close: index slips 0.4 percent as insurers weigh", "The index closed 0.4 percent lower on Tuesday. Insurers fell, banks rose, and a barrel of oil cost 72 dollars in the evening."),
			later:  24 * time.Hour,
		},
		"weather report of two days": {
			first:  doc("A", "ko", "[날씨] 내일 전국 맑음…서울 낮 22도", "내일은 전국이 맑겠습니다. 아침 기온은 서울 7도, 낮 기온은 22도로 예상됩니다."),
			second: doc("A", "ko", "[날씨] 내일 전국 흐림…서울 낮 17도", "내일은 전국이 흐리겠습니다. 아침 기온은 서울 9도, 낮 기온은 17도로 예상됩니다."),
			later:  24 * time.Hour,
		},
		"the same title a day later": {
			first:  doc("A", "en", "Lottery: the winning numbers 4 8 15 16 23", ""),
			second: doc("A", "en", "Lottery: the winning numbers 7 9 11 31 40", ""),
			later:  24 * time.Hour,
		},
		"another weekday": {
			first:  doc("A", "en", "What to watch on Tuesday", ""),
			second: doc("A", "en", "What to watch on Wednesday", ""),
		},
		"Korean, other words": {
			first:  doc("가", "ko", "다온반도체, 청암에 2조6천억 원 들인 패키징 공장 가동", "다온반도체가 청암 패키징 공장의 첫 생산 라인을 가동했다. 내년에 둘째 라인이 완공되면 1150명이 일한다."),
			second: doc("나", "ko", "청암 패키징 공장 돌아간다…다온 \"1150명 고용\"", "다온반도체의 청암 공장이 생산을 시작했다. 2조6천억 원이 들어간 패키징 공장에는 1150명이 일하게 된다."),
			same:   true,
		},
		"Chinese, other words": {
			first:  doc("甲", "zh", "清水至白石铁路今日开通运营", "全长187公里的清水至白石铁路今天开通，三个山区县通了火车。"),
			second: doc("乙", "zh", "三县告别不通火车历史 清白铁路首趟列车发出", "清水至白石的铁路开通运营，全长187公里，沿线三个山区县首次通火车。"),
			same:   true,
		},
		"German, same agency text": {
			first:  doc("A", "de", "Lokführer und Bahn einigen sich, Streik abgewendet", "Die Lokführer und die Regionalbahnen haben sich in der Nacht auf einen Tarifvertrag geeinigt. Der für Freitag angekündigte Streik ist abgewendet, sagte Verhandlungsführerin Ilse Brand."),
			second: doc("B", "de", "Streik vom Tisch: Einigung bei den Regionalbahnen", "Die Lokführer und die Regionalbahnen haben sich in der Nacht auf einen Tarifvertrag geeinigt. Der für Freitag angekündigte Streik ist abgewendet, sagte Verhandlungsführerin Ilse Brand."),
			same:   true,
		},
		"the window has closed": {
			first:  doc("A", "en", "Plosser says taper could be faster", ""),
			second: doc("B", "en", "Fed's Plosser: taper pace may be too slow", ""),
			later:  73 * time.Hour,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			first, _, _ := d.take(tt.first)
			tt.second.Published = tt.second.Published.Add(tt.later)
			tt.second.Seen = tt.second.Published
			second, _, v := d.take(tt.second)
			if (first == second) != tt.same {
				t.Errorf("same story: %v, want %v (%+v)", first == second, tt.same, v)
			}
			if first == second && len(v.Reasons) == 0 {
				t.Error("no reasons are given")
			}
		})
	}
}

// Agency text in another paper, under another title and with a line of its own, is a copy; a report in words of its own is none.
func TestCopy(t *testing.T) {
	tests := map[string]struct{ title, text, other, more, own, report string }{
		"en": {"Cyberattack halts Port Ellery harbour",
			"The harbour of Port Ellery stood still for a second day after attackers encrypted the computers that steer its cranes. Eighteen ships wait in the roads. The port authority said it would not pay what the attackers demand, and police asked three countries for help.",
			"Cyberattack stops harbour of Port Ellery", " Ferries run as usual.",
			"Ships queue as Port Ellery fights cyberattack", "Eighteen ships queued outside Port Ellery on Tuesday while specialists tried to bring the harbour's encrypted crane computers back to life. Managers refuse to pay the attackers. A first crane may move again tomorrow."},
		"de": {"Cyberangriff legt Hafen von Port Ellery lahm",
			"Der Hafen von Port Ellery stand den zweiten Tag still, nachdem Angreifer die Rechner verschlüsselt hatten, die seine Kräne steuern. Achtzehn Schiffe warten auf Reede. Die Hafenbehörde will nicht zahlen, was die Angreifer fordern, und die Polizei bat drei Länder um Hilfe.",
			"Hafen von Port Ellery nach Cyberangriff geschlossen", " Fähren fahren wie gewohnt.",
			"Schiffe stauen sich vor Port Ellery", "Vor Port Ellery stauten sich am Dienstag achtzehn Schiffe, während Fachleute die verschlüsselten Rechner der Kräne im Hafen wieder in Gang zu bringen versuchten. Die Angreifer sollen kein Geld bekommen. Morgen könnte sich ein erster Kran bewegen."},
		"ko": {"사이버 공격에 가람항 멈춰",
			"공격자들이 크레인을 움직이는 컴퓨터를 암호화한 뒤 가람항이 이틀째 멈춰 섰다. 선박 18척이 외항에서 기다리고 있다. 항만공사는 공격자들의 요구액을 내지 않겠다고 밝혔고 경찰은 세 나라에 도움을 요청했다.",
			"가람항 사이버 공격으로 이틀째 마비", " 여객선은 평소처럼 운항한다.",
			"가람항 사이버 공격에 선박 18척 발 묶여", "사이버 공격을 받은 가람항 외항에 화요일 선박 18척이 줄지어 섰다. 전문가들은 공격자들이 암호화한 크레인 컴퓨터를 되살리려 애쓰고 있으며 항만공사는 돈을 줄 뜻이 없다. 내일 첫 크레인이 다시 움직일 수 있다."},
		"zh": {"青川港遭网络攻击停摆",
			"攻击者加密了控制起重机的电脑，青川港连续第二天停摆。十八艘船只在锚地等候。港务局表示不会支付攻击者索要的赎金，警方已向三个国家请求协助。",
			"网络攻击致青川港关闭", "渡轮照常运行。",
			"网络攻击致十八艘船滞留青川港", "周二，十八艘船只在青川港锚地排起长队，专家正设法恢复被攻击者加密的起重机电脑。港务局拒绝支付赎金。首台起重机最快明天恢复运转。"},
		"ja": {"青川港、サイバー攻撃で停止",
			"クレーンを動かすコンピューターを攻撃者が暗号化し、青川港は2日続けて止まった。沖合で18隻が待っている。港湾局は攻撃者の要求する金を払わないとし、警察は3カ国に協力を求めた。",
			"サイバー攻撃で青川港が2日目も停止", "フェリーは通常通り運航している。",
			"青川港沖に18隻、サイバー攻撃で足止め", "火曜日、青川港の沖には18隻が列をつくり、専門家は暗号化されたクレーンのコンピューターの復旧を急いだ。港湾局は攻撃者に金を渡さない方針だ。最初のクレーンはあすにも動く可能性がある。"},
	}
	for lang, tt := range tests {
		t.Run(lang, func(t *testing.T) {
			d := newDesk()
			d.take(doc("Agency", lang, tt.title, tt.text))
			if _, _, v := d.take(doc("Paper", lang, tt.other, tt.text+tt.more)); v.Story != 1 || !v.Copy {
				t.Errorf("agency text in another paper: %+v, want a copy", v)
			}
			if _, _, v := d.take(doc("Rival", lang, tt.own, tt.report)); v.Story != 1 || v.Copy {
				t.Errorf("an independent report: %+v, want the story and no copy", v)
			}
		})
	}
}

func TestLongStoriesStayOpenLonger(t *testing.T) {
	at := func(h time.Duration) story.Doc {
		x := doc("A", "en", "Talks on the Halvorsen Bridge strike", "")
		x.Source += fmt.Sprint(h) // not one outlet's series
		x.Published = noon.Add(h * time.Hour)
		x.Seen = x.Published
		return x
	}
	d := newDesk()
	d.take(at(0))
	d.take(at(60))
	d.take(at(120)) // told for 120 hours
	d.Expire(noon.Add((120 + 100) * time.Hour))
	if v := d.Match(at(120 + 100)); v.Story != 1 {
		t.Errorf("100 hours after five days of telling: %+v, want the story to be open", v)
	}
	d.Expire(noon.Add((120 + 145) * time.Hour))
	if d.Stories() != 0 {
		t.Error("the story is open beyond twice the window")
	}
}

// What is added and expires must leave nothing behind.
func TestExpireForgets(t *testing.T) {
	d := newDesk()
	r := rand.New(rand.NewPCG(7, 7))
	for i := range 300 {
		x := invented(r)
		x.Published = noon.Add(time.Duration(i) * time.Hour)
		x.Seen = x.Published
		d.take(x)
		d.Expire(x.Published)
	}
	if n := d.Stories(); n > 80 {
		t.Errorf("%d stories are open after an hourly one with a window of 72 hours", n)
	}
	d.Expire(noon.Add(1000 * time.Hour))
	if d.Stories() != 0 {
		t.Fatalf("%d stories never end", d.Stories())
	}
	x := summit[0]
	x.Published = noon.Add(1001 * time.Hour)
	x.Seen = x.Published
	if v := d.Match(x); v.Story != 0 || v.Score != 0 || len(v.Reasons) != 0 {
		t.Errorf("an empty matcher says %+v", v)
	}
}

// A matcher that is rebuilt from what was stored decides as the one that was lost.
func TestRebuild(t *testing.T) {
	all := slices.Concat(summit[:2], unrelated, []story.Doc{summitKorean})
	d, rebuilt := newDesk(), newDesk()
	for _, x := range all {
		id, event, _ := d.take(x)
		rebuilt.Add(x, id, event)
	}
	for _, x := range []story.Doc{summit[2], summitChinese, unrelated[0]} {
		a, b := d.Match(x), rebuilt.Match(x)
		if a.Story != b.Story || a.Event != b.Event || a.Score != b.Score {
			t.Errorf("%q: %+v before and %+v after", x.Title, a, b)
		}
	}
}

func TestMatchChangesNothing(t *testing.T) {
	d := newDesk()
	for _, x := range slices.Concat(summit, unrelated) {
		d.take(x)
	}
	first := d.Match(summitKorean)
	for range 3 {
		if v := d.Match(summitKorean); v.Story != first.Story || v.Event != first.Event || v.Score != first.Score {
			t.Fatalf("the same article was judged %+v and then %+v", first, v)
		}
	}
}

// The seeds are short, and so is the story they meet: the fuzzer tries every part of an input when it makes one smaller, and would
// do nothing else with whole articles.
func FuzzMatch(f *testing.F) {
	told := doc("Wire", "en", "Korea and China sign 2014 pact", "Ministers of Korea and China signed the carbon pact of 2014 in Seoul.")
	f.Add("China, Korea sign pact", "In Seoul ministers of China and Korea signed the pact of 2014.", "http://x/a-b-c", "en")
	f.Add("한중 환경 양해각서 12년", "한국과 중국이 2014년 협정을 고쳤다.", "", "ko")
	f.Add("中韩更新2014年协议", "中国与韩国修订环境协议。", "", "zh")
	f.Add("日中、協議を再開", "日本と中国は協議を再開した。", "", "ja")
	f.Add("", "", "%zz", "")
	f.Add("\xff\xfe 1-1 [", "a: b: 월 \u202e", "::", "ko")
	f.Add("[", "x", "", "zh")
	f.Add("Кита* 3-:", "1.2.3 ,5", "/", "xx")
	newDesk().take(told) // what is read once must not look like news to the fuzzer
	f.Fuzz(func(t *testing.T, title, text, url, lang string) {
		d := newDesk()
		x := story.Doc{Title: title, Text: text, URL: url, Language: lang, Published: noon, Seen: noon}
		d.take(told)
		id, _, _ := d.take(x)
		v := d.Match(x)
		if v.Story != 0 && v.Story != id {
			t.Errorf("%q joins story %d and then %d", title, id, v.Story)
		}
		d.Expire(noon.Add(10000 * time.Hour))
		if d.Stories() != 0 {
			t.Error("stories are left after their time")
		}
	})
}

// However long what strangers send is, and whatever it is made of, a verdict takes little time.
func TestMatchIsBounded(t *testing.T) {
	d := newDesk()
	d.take(summit[0]) // reads the word lists
	for _, unit := range []string{"中", "a", "a b ", "1", "1,1.", "カ", "가", "\u0301", ": ", "\xff", "/a-b-c", "ก", "one million ", "[", "Кита", "south-korea ", "십만 ", "十二", "'s "} {
		long := strings.Repeat(unit, 200_000/len(unit))
		for _, lang := range []string{"en", "ko", "zh", "ru", ""} {
			start := time.Now()
			d.Match(story.Doc{Title: long, Text: long, URL: "https://example.org/" + long, Language: lang, Published: noon})
			if took := time.Since(start); took > time.Second {
				t.Errorf("%q repeated, in %s: %v", unit, lang, took)
			}
		}
	}
}

// invented makes an article out of made-up words that follow Zipf's law, as those of news do.
func invented(r *rand.Rand) story.Doc {
	zipf := rand.NewZipf(r, 1.1, 8, 200_000)
	words := func(n int) string {
		var b strings.Builder
		for range n {
			k := zipf.Uint64()
			for range 3 {
				b.WriteByte("bcdfghklmnprstvz"[k%16])
				b.WriteByte("aeiou"[k/16%5])
				k /= 80
			}
			b.WriteByte(' ')
		}
		return b.String()
	}
	return doc("Outlet", "en", words(9), words(90))
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			m := story.New(story.Options{})
			for i := range n {
				m.Add(invented(r), news.StoryID(i+1), 0)
			}
			docs := make([]story.Doc, 200)
			for i := range docs {
				docs[i] = invented(r)
			}
			i := 0
			for b.Loop() {
				m.Match(docs[i%len(docs)])
				i++
			}
		})
	}
}
