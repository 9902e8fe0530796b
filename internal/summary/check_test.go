package summary_test

import (
	"fmt"
	"strings"
	"testing"

	"newsbrief/internal/news"
	"newsbrief/internal/summary"
)

// Articles with what can truly be said of them in other words, and what can't.
var cases = []struct {
	lang, title, text string
	truths            []string
	// Each change is "from → to": it is made in every sentence of the text that holds from, and in the truths.
	numbers, names, dates []string
	quotes                []string // invented
	negations             []string // "from → to"
}{
	{
		lang: "en", title: "Marenia's central bank holds its key rate at 3.25 percent",
		text: "The Central Bank of Marenia left its key interest rate unchanged at 3.25 percent on Tuesday, in line with the forecasts of all 17 economists. " +
			"Inflation is expected to slow to 2.2 percent by December, from 2.9 percent last month. “The last mile is a patient one,” Governor Agnes Rooth told reporters in Sarnholm. " +
			"Two of the seven board members had voted for a cut of a quarter point. The crown slipped 0.3 percent against the euro on 14 May. Tomas Reddick, the finance minister, did not comment on the decision. " +
			"The bank bought bonds worth 1.2 billion euros in 2025.",
		truths: []string{
			"Marenia's central bank kept its key interest rate at 3.25 per cent on Tuesday, as all seventeen economists had forecast.",
			"The central bank expects inflation to slow from 2.9% to 2.2% by December.",
			"Agnes Rooth, the governor, told reporters that the last mile was “a patient one”.",
			"Two of seven board members voted for a cut of a quarter point.",
			"Against the euro the crown slipped 0.3 percent on May 14.",
			"Finance minister Tomas Reddick did not comment.",
			"In 2025 the bank bought bonds worth €1.2 billion.",
			"The bank's bond purchases came to 1,200 million euros in 2025.",
		},
		numbers:   []string{"3.25 → 3.75", "17 → 19", "2.2 → 2.9", "2.9 → 2.2", "0.3 → 3", "1.2 billion → 2.1 billion", "2025 → 2024", "seven → nine"},
		names:     []string{"Agnes Rooth → Agnes Root-Miller", "Agnes Rooth → Tomas Reddick", "Tomas Reddick → Agnes Rooth", "Sarnholm → Brussels", "Marenia → Slovenia"},
		dates:     []string{"Tuesday → Thursday", "December → October", "May → June", "14 → 24"},
		quotes:    []string{"we have won", "The last mile is a short one"},
		negations: []string{"did not comment → commented"},
	},
	{
		lang: "en", title: "Short tuberculosis treatment works as well, trial finds",
		text: "Eight weeks of a new combination of drugs cured tuberculosis as reliably as the usual six months, a trial with 2,312 patients in five countries has found. " +
			"After a year, 93.6 percent of those on the short course were free of the disease. The study was led by the Cardell Institute and covered clinics in Kenya, Peru and Moldova. " +
			"“People stop taking pills when they feel better,” said Ruth Abara, who led the trial. Results were published on Friday 3 April by the World Health Organization. Dana Petrescu of Oradin University, who was not part of the team, called them solid.",
		truths: []string{
			"A trial with 2312 patients in 5 countries found that 8 weeks of a new drug combination cured tuberculosis as reliably as six months.",
			"After one year 93.6% of patients on the short course were free of the disease.",
			"The Cardell Institute led the study in Kenya, Peru and Moldova.",
			"People stop taking pills “when they feel better”, Ruth Abara said.",
			"The World Health Organization published the results on Friday.",
			"The results were published on April 3.",
		},
		numbers: []string{"2,312 → 3,212", "five → six", "93.6 → 96.3", "Eight → Nine", "2312 → 1312"},
		names:   []string{"Cardell Institute → Pasteur Institute", "Peru → Bolivia", "Ruth Abara → Dana Petrescu", "Moldova → Romania", "World Health Organization → Red Cross", "Oradin → Harvard"},
		dates:   []string{"Friday → Monday", "April → August", "3 April → 13 April"},
		quotes:  []string{"this changes everything", "pills are dangerous"},
	},
	{
		lang: "de", title: "Erdbeben im Hochland von Karvan: neun Verletzte",
		text: "Ein flaches Erdbeben der Stärke 5,8 hat am Montag im Hochland von Karvan neun Menschen verletzt und 140 Häuser beschädigt. Am stärksten traf es die Kleinstadt Belsat, wo das Obergeschoss einer Schule einstürzte. " +
			"Gouverneurin Mirela Dosan untersagte es, in ungeprüften Häusern zu übernachten. „Kein Haus ist so viel wert wie ein Leben“, sagte Dosan in Oradin. Zuletzt hatte es die Gegend im März 1986 so schwer getroffen. Die Schäden betragen rund 2,4 Millionen Euro.",
		truths: []string{
			"Ein Erdbeben der Stärke 5,8 hat im Hochland von Karvan 9 Menschen verletzt.",
			"In der Kleinstadt Belsat stürzte das Obergeschoss einer Schule ein.",
			"Mirela Dosan, die Gouverneurin, untersagte das Übernachten in ungeprüften Häusern.",
			"„Kein Haus ist so viel wert wie ein Leben“, sagte Dosan.",
			"Die Schäden betragen rund 2.400.000 Euro.",
		},
		numbers: []string{"5,8 → 6,8", "neun → zehn", "140 → 410", "1986 → 1968", "2,4 Millionen → 4,2 Millionen"},
		names:   []string{"Belsat → Neustadt", "Mirela Dosan → Elin Maarsk", "Oradin → Wien", "Karvan → Kaukasus"},
		dates:   []string{"Montag → Mittwoch", "März → Mai"},
		quotes:  []string{"Wir haben versagt", "Ein Leben ist wenig wert"},
	},
	{
		lang: "ko", title: "한중 환경 양해각서 12년 만에 개정",
		text: "한국과 중국의 환경부처가 2014년 협정을 12년 만에 처음으로 고친 양해각서에 서명했다. 김성환 장관은 이번 각서가 '탈탄소 녹색문명'의 토대라고 밝혔다. " +
			"2026년에는 중국 투자 사절단 45명이 새만금을 찾는다. 오염물질 공동연구에는 3억 원이 들어간다. 환경단체는 “너무 늦었다”고 비판했다. 장관 회담은 월요일에 열린다.",
		truths: []string{
			"한국과 중국의 환경부처가 2014년 협정을 12년 만에 고친 양해각서에 서명했다.",
			"2026년 중국 투자 사절단 45명이 새만금을 찾는다.",
			"오염물질 공동연구에 3억 원이 들어간다.",
			"장관 회담은 월요일에 열린다.",
		},
		numbers: []string{"12년 → 15년", "2014년 → 2015년", "45명 → 54명", "3억 → 5억"},
		names:   []string{"김성환 → 박영수"},
		dates:   []string{"월요일 → 수요일"},
		quotes:  []string{"역사적인 성공", "전혀 늦지 않았다"},
	},
	{
		lang: "zh", title: "清水至白石铁路开通",
		text:    "全长187公里的清水至白石铁路周二开通运营，沿线三个山区县从此通了火车。从清水到白石的行车时间由四个半小时缩短到70分钟。铁路局局长李明华说：“这条路修了十二年。”项目总投资为46亿元。",
		truths:  []string{"全长187公里的清水至白石铁路周二开通运营。", "项目总投资为46亿元。", "从清水到白石的行车时间缩短到70分钟。"},
		numbers: []string{"187 → 178", "70 → 90", "46亿 → 64亿"},
		names:   []string{"局长李明华 → 局长王大伟"},
		dates:   []string{"周二 → 周五"},
		quotes:  []string{"我们失败了", "修路花了三十年"},
	},
	{
		lang: "fr", title: "La banque centrale de Marénie maintient son taux",
		text: "La banque centrale de Marénie a maintenu mardi son taux directeur à 3,25 %, comme prévu par 17 économistes. La gouverneure Agnès Rooth a déclaré à Sarnholm que « le dernier kilomètre demande de la patience ». " +
			"L'inflation devrait ralentir à 2,2 % en décembre. Les 1 200 employés de la banque ne sont pas concernés par la réforme. Le ministre Thomas Reddick présentera le budget le 14 mai.",
		truths: []string{
			"La banque centrale de Marénie a maintenu son taux directeur à 3,25 %.",
			"Agnès Rooth, la gouverneure, a déclaré que « le dernier kilomètre demande de la patience ».",
			"Les 1200 employés ne sont pas concernés par la réforme.",
			"Thomas Reddick présentera le budget le 14 mai.",
		},
		numbers: []string{"3,25 → 3,52", "17 → 27", "2,2 → 4,2", "1 200 → 2 100"},
		names:   []string{"Agnès Rooth → Thomas Reddick", "Sarnholm → Genève", "Thomas Reddick → Agnès Rooth"},
		dates:   []string{"mardi → jeudi", "décembre → novembre", "14 mai → 24 mai"},
		quotes:  []string{"la victoire est proche", "tout est perdu"},
	},
}

func TestCheckStopsWhatIsAltered(t *testing.T) {
	caught, made := map[string]int{}, map[string]int{}
	passed, truths := 0, 0
	for _, c := range cases {
		article := news.Article{ID: 1, Language: c.lang, Title: c.title, Text: c.text}
		problems := func(s string) []summary.Problem {
			b := news.Brief{Model: "m", Language: c.lang, Headline: c.title, Sentences: []news.Sentence{{Text: s, Article: 1}}}
			return summary.Check(b, []news.Article{article})
		}
		var base []string
		for _, s := range summary.Extract([]news.Article{article}, summary.Options{Words: 1000, Sentences: 20}).Sentences {
			base = append(base, s.Text)
		}
		// A sentence for each of the text's, whatever a brief would leave out.
		for s := range strings.SplitAfterSeq(strings.NewReplacer("。", "。\n", ". ", ".\n").Replace(c.text), "\n") {
			if s = strings.TrimSpace(s); s != "" {
				base = append(base, s)
			}
		}
		base = append(base, c.truths...)
		for _, s := range base {
			truths++
			if p := problems(s); len(p) > 0 {
				t.Logf("true, but stopped: %q: %v", s, p)
			} else {
				passed++
			}
		}
		alter := func(kind string, changes []string) {
			for _, change := range changes {
				from, to, _ := strings.Cut(change, " → ")
				for _, s := range base {
					if !strings.Contains(s, from) {
						continue
					}
					made[kind]++
					if altered := strings.Replace(s, from, to, 1); len(problems(altered)) > 0 {
						caught[kind]++
					} else {
						t.Logf("%s altered, but passed: %q", kind, altered)
					}
				}
			}
		}
		alter("number", c.numbers)
		alter("name", c.names)
		alter("date", c.dates)
		alter("negation", c.negations)
		for _, q := range c.quotes {
			for _, s := range base[len(base)-len(c.truths):] {
				made["quote"]++
				if altered := strings.TrimRight(s, ".。") + fmt.Sprintf(": “%s”.", q); len(problems(altered)) > 0 {
					caught["quote"]++
				} else {
					t.Logf("quote invented, but passed: %q", altered)
				}
			}
		}
	}
	all, stopped := 0, 0
	for _, kind := range []string{"number", "name", "date", "quote"} {
		all, stopped = all+made[kind], stopped+caught[kind]
		t.Logf("%s: %d of %d stopped", kind, caught[kind], made[kind])
	}
	t.Logf("negation: %d of %d stopped; true: %d of %d passed", caught["negation"], made["negation"], passed, truths)
	if all < 180 || float64(stopped) < 0.95*float64(all) {
		t.Errorf("%d of %d altered sentences were stopped, want 95 %%", stopped, all)
	}
	if truths < 90 || float64(passed) < 0.95*float64(truths) {
		t.Errorf("%d of %d true sentences passed, want 95 %%", passed, truths)
	}
}

func TestCheckFindsTheKind(t *testing.T) {
	a := news.Article{ID: 3, Language: "en", Title: "Cyberattack halts Port Ellery", Text: harbour, URL: "https://wire.example/port"}
	tests := []struct {
		text string
		want summary.Kind
	}{
		{"Eighteen ships are waiting in the roads.", ""},
		{"18 ships are waiting in the roads.", ""},
		{"See https://wire.example/port for ships waiting in the roads.", ""},
		{"Eighty ships are waiting in the roads.", summary.Figure},
		{"Ships of Maersk are waiting in the roads.", summary.Named},
		{"The port authority “will never pay”.", summary.Quoted},
		{"Ships wait in the roads until Friday.", summary.Dated},
		{"Eighteen ships are waiting: www.evil.example/win", summary.Linked},
		{"The port authority said it had received a demand for money and would pay.", summary.Negated},
		{"Investors cheered record quarterly profits across technology companies.", summary.Unsaid},
	}
	for _, tt := range tests {
		b := news.Brief{Model: "m", Language: "en", Headline: a.Title, Sentences: []news.Sentence{{Text: tt.text, Article: 3}}}
		var got summary.Kind
		if p := summary.Check(b, []news.Article{a}); len(p) > 0 {
			got = p[0].Kind
		}
		if got != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	b := news.Brief{Language: "en", Sentences: []news.Sentence{{Text: harbour[:10], Article: 3, Start: 1, End: 11}, {Text: "x", Article: 9}}}
	p := summary.Check(b, []news.Article{a})
	if len(p) != 2 || p[0].Kind != summary.Verbatim || p[1].Kind != summary.Citation {
		t.Errorf("an extractive brief with a wrong range and a wrong article: %v", p)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Eighteen ships “wait” until 14 May.", harbour, "en")
	f.Add("김성환 장관은 “12년”", "12년", "ko")
	f.Add("\xff„“”’", "'\xfe", "")
	f.Fuzz(func(t *testing.T, s, body, lang string) {
		articles := []news.Article{{ID: 1, Text: body, Language: lang}}
		for _, model := range []string{"", "m"} {
			b := news.Brief{Model: model, Language: lang, Headline: s, Sentences: []news.Sentence{{Text: s, Article: 1, End: len(s)}}}
			for _, p := range summary.Check(b, articles) {
				if p.Sentence > 0 || p.Sentence < -1 || p.String() == "" {
					t.Errorf("problem %+v", p)
				}
			}
		}
	})
}
