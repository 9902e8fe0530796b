package story_test

import (
	"fmt"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// A paragraph with other names and numbers in it tells of another event, in whatever language.
func TestTemplatesStayApart(t *testing.T) {
	places := []string{"Arnby", "Collstad", "Dunmere", "Eskvale", "Fornham", "Grimsel", "Halmor", "Ivelsund", "Jarrow Hill", "Kelmarsh"}
	people := []string{"Ada Brook", "Ben Castor", "Cleo Dane", "Dov Ekman", "Ema Frost", "Finn Gale", "Gus Holt", "Hana Ibsen", "Ivo Jarl", "Jo Kemp"}
	도시 := []string{"가람", "나루", "다솔", "라온", "마루", "바른", "사랑", "아람", "자람", "하늘"}
	市 := []string{"青川", "桜田", "松原", "竹島", "梅沢", "柳瀬", "杉本", "桐山", "楠木", "椿谷"}
	tests := map[string]func(i int) story.Doc{
		"council decisions": func(i int) story.Doc {
			return doc(fmt.Sprint("Outlet ", i%3), "en", fmt.Sprintf("%s approves a cycling strategy", places[i]),
				fmt.Sprintf("Councillors in %s have approved a cycling strategy worth %d million pounds. Mayor %s said %d kilometres of lanes would be built within four years. Shopkeepers fear for their parking spaces, while the cycling club called the decision overdue. Work will begin after the summer holidays.", places[i], 3+7*i, people[i], 12+5*i))
		},
		"earthquakes": func(i int) story.Doc {
			return doc("Survey", "en", fmt.Sprintf("Earthquake of magnitude 5.%d near %s", i, places[i]),
				fmt.Sprintf("The ground shook near %s at a depth of %d kilometres, the seismological service said. The magnitude was 5.%d. Nobody was reported hurt, but people left their houses and schools were closed for inspection. Aftershocks are to be expected in the coming days.", places[i], 11+9*i, i))
		},
		"matches of a league": func(i int) story.Doc {
			j := (i + 3) % 10
			return doc("Sport", "en", fmt.Sprintf("%s %d-%d %s", places[i], i%5, i%3+1, places[j]),
				fmt.Sprintf("%s and %s met in front of %d,%d00 spectators. %s opened the scoring after %d minutes with a header from a corner. The home side pressed for the rest of the evening, but the goalkeeper kept them out. The managers agreed that the result was fair.", places[i], places[j], 4+i, i, people[i], 7+6*i))
		},
		"German fires": func(i int) story.Doc {
			return doc(fmt.Sprint("Bote ", i%2), "de", fmt.Sprintf("Scheune in %s niedergebrannt", places[i]),
				fmt.Sprintf("In %s ist in der Nacht eine Scheune niedergebrannt. Nach Angaben von Brandmeister %s waren %d Feuerwehrleute im Einsatz. Den Schaden schätzt die Polizei auf %d.000 Euro. Menschen und Tiere kamen nicht zu Schaden, die Ursache ist noch unklar.", places[i], people[i], 20+7*i, 60+35*i))
		},
		"Korean budgets": func(i int) story.Doc {
			return doc(fmt.Sprint("신문 ", i%2), "ko", fmt.Sprintf("%s시, 도서관 확충에 %d억 원 투입", 도시[i], 120+37*i),
				fmt.Sprintf("%s시는 2030년까지 도서관 %d곳을 새로 짓는다고 밝혔다. 사업비는 %d억 원이다. 어린이 열람실과 공연장이 함께 들어서고 주말에도 문을 연다. 시의회는 유지비가 걱정된다며 계획을 다시 살피겠다고 했다.", 도시[i], 3+i, 120+37*i))
		},
		"Japanese budgets": func(i int) story.Doc {
			return doc(fmt.Sprint("新聞 ", i%2), "ja", fmt.Sprintf("%s市、図書館に%d億円", 市[i], 12+7*i),
				fmt.Sprintf("%s市は2030年までに図書館を%d館建てると発表した。事業費は%d億円を見込む。子ども向けの閲覧室とホールを併設し、週末も開館する。市議会からは維持費を心配する声が上がった。", 市[i], 3+i, 12+7*i))
		},
	}
	for name, article := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			of := map[news.StoryID]string{}
			for i := range 10 {
				x := article(i)
				id, _, _ := d.take(x)
				if other, taken := of[id]; taken {
					t.Errorf("%q joined %q", x.Title, other)
				}
				of[id] = x.Title
			}
		})
	}
}

// What two outlets make of one event in words of their own, and what else happens to the same people in the same field.
func TestTexts(t *testing.T) {
	type article struct{ source, title, text string }
	tests := map[string]struct {
		lang          string
		first, second article
		later         time.Duration
		same          bool
	}{
		"a ferry, twice told": {lang: "en", same: true,
			first:  article{"Wire", "Ferry runs aground off Skarholm with 212 aboard", "The ferry Linnea ran aground off the island of Skarholm on Sunday evening with 212 people aboard, the coastguard said. Rescuers took all passengers off in lifeboats; four were treated for cold. The captain reported a failure of the steering gear shortly before the accident."},
			second: article{"Post", "“Like hitting a wall”: passengers tell of night on stranded Linnea", "Passengers of the ferry Linnea spent three hours in lifeboats after the ship hit rocks near Skarholm. All 212 people on board were rescued, four of them suffering from cold. Steering had failed minutes earlier, according to the captain, and the coastguard has opened an inquiry."}},
		"a researcher's two projects": {lang: "en",
			first:  article{"Wire", "Northmoor University builds robot hand that feels temperature", "Researchers at Northmoor University have developed a robot hand that feels heat and cold. Professor Mira Oduya's team printed a thin layer of sensors onto the fingers. The technology could help surgeons and was published in a journal on Monday. The university hopes to license it to industry."},
			second: article{"Post", "Northmoor University team grows bandage from mushrooms", "Researchers at Northmoor University have developed a bandage made of fungi that heals wounds faster. Professor Mira Oduya said the material was tested on mice. It could help hospitals save money and was published in a journal on Monday. The university has applied for a patent."}},
		"one minister, two plans": {lang: "en",
			first:  article{"Wire", "Prime Minister Halden promises free school meals", "Prime Minister Tor Halden said today that all children in primary schools will get a free meal from next year. The opposition leader said the government had no money for it. The Prime Minister called the plan a question of fairness for working families."},
			second: article{"Post", "Prime Minister Halden to cut tax on small boats", "Owners of small boats will pay less tax from next year, Prime Minister Tor Halden has announced. The opposition leader accused the government of helping its friends in the marinas. Fishermen, whom Halden met in the afternoon, welcomed the relief."}},
		"a goal and an injury in one club": {lang: "en",
			first:  article{"Wire", "Late header sends Thornmouth into cup final", "Thornmouth City are in the cup final after a header by Luis Arce in the last minute of the semi-final at Wendle Park. Manager Kit Rowan praised his players' patience. The final will be played in May."},
			second: article{"Post", "Rowan tells young players to behave", "Thornmouth City manager Kit Rowan has told his young players to stay away from nightclubs before the cup final in May. Two of them had been photographed at a party. Rowan said he had been no saint himself but that the supporters expected better."}},
		"boilerplate": {lang: "en",
			first:  article{"Daily", "Harbour bridge closed for repairs", "Harbour bridge is closed until Friday. The full text of this article is reserved to subscribers for legal reasons. Please sign in or choose one of our offers to continue reading."},
			second: article{"Daily", "Violin stolen from concert hall", "A violin was stolen overnight. The full text of this article is reserved to subscribers for legal reasons. Please sign in or choose one of our offers to continue reading."}},
		"agency text with a new toll": {lang: "en", same: true, later: 3 * time.Hour,
			first:  article{"Wire", "Landslide buries houses in Morvane valley, 7 dead", "A landslide buried eleven houses in the Morvane valley in the early hours of Thursday, killing 7 people, the governor said. Soldiers and volunteers dug through the mud with shovels because the road to Ostrel is cut. It had rained for six days in the Caldra mountains. Governor Elin Sarto asked the capital for helicopters."},
			second: article{"Post", "Landslide buries houses in Morvane valley, 19 dead", "A landslide buried eleven houses in the Morvane valley in the early hours of Thursday, killing 19 people, the governor said. Soldiers and volunteers dug through the mud with shovels because the road to Ostrel is cut. It had rained for six days in the Caldra mountains. Governor Elin Sarto asked the capital for helicopters."}},
		"forecasts of two days in two papers": {lang: "en",
			first:  article{"Post", "Weather forecast for 8 November", "Friday will be cloudy in the north with rain in the evening, the weather service says. Temperatures reach 9 degrees on the coast and 4 degrees in the hills. Winds are moderate from the west."},
			second: article{"Daily", "Weather forecast for 9 November", "Saturday will be sunny in the north with rain in the evening, the weather service says. Temperatures reach 12 degrees on the coast and 6 degrees in the hills. Winds are moderate from the west."}},
		"Korean, twice told": {lang: "ko", same: true,
			first:  article{"통신", "새빛호 여객선 솔섬 앞바다서 좌초…승객 212명 전원 구조", "여객선 새빛호가 일요일 저녁 솔섬 앞바다에서 암초에 걸려 좌초했다고 해경이 밝혔다. 승객 212명은 구명정으로 모두 구조됐고 4명이 저체온증으로 치료를 받았다. 선장은 사고 직전 조타 장치가 고장 났다고 진술했다."},
			second: article{"일보", "“벽에 부딪힌 듯했다” 새빛호 승객들의 3시간", "솔섬 인근에서 암초에 부딪힌 여객선 새빛호 승객들은 구명정에서 3시간을 버텼다. 212명 모두 구조됐으나 4명은 저체온증을 호소했다. 선장은 조타 장치 고장을 원인으로 들었으며 해경이 수사에 들어갔다."}},
		"Korean, one institute": {lang: "ko",
			first:  article{"통신", "한빛과기원, 온도를 느끼는 로봇 손 개발", "한빛과기원 연구팀이 뜨거움과 차가움을 느끼는 로봇 손을 개발하는 데 성공했다. 이도현 교수 연구팀은 손가락에 얇은 감지층을 인쇄했다. 연구 결과는 국제 학술지에 실렸다. 연구팀은 의료 분야에 쓰일 것으로 기대했다."},
			second: article{"일보", "한빛과기원, 버섯으로 만든 반창고 개발", "한빛과기원 연구팀이 버섯 균사로 상처를 빨리 아물게 하는 반창고를 개발하는 데 성공했다. 박서윤 교수 연구팀은 쥐 실험으로 효과를 확인했다. 연구 결과는 국제 학술지에 실렸다. 연구팀은 병원에서 쓰일 것으로 기대했다."}},
		"German, twice told": {lang: "de", same: true,
			first:  article{"Agentur", "Fähre Linnea vor Skarholm auf Grund gelaufen", "Die Fähre Linnea ist am Sonntagabend mit 212 Menschen an Bord vor der Insel Skarholm auf Grund gelaufen. Alle Passagiere wurden mit Rettungsbooten in Sicherheit gebracht, teilte die Küstenwache mit, vier waren unterkühlt. Der Kapitän meldete kurz zuvor einen Ausfall der Ruderanlage."},
			second: article{"Bote", "„Wie gegen eine Wand“: Nacht im Rettungsboot vor Skarholm", "Drei Stunden harrten die Passagiere der Linnea in Rettungsbooten aus, nachdem die Fähre bei Skarholm auf Felsen gelaufen war. Die 212 Menschen an Bord wurden gerettet, vier von ihnen unterkühlt. Die Ruderanlage war ausgefallen, die Küstenwache ermittelt."}},
		"Japanese, twice told": {lang: "ja", same: true,
			first:  article{"通信", "フェリー「しおかぜ」鳴瀬島沖で座礁　乗客212人全員救助", "日曜日の夕方、フェリー「しおかぜ」が鳴瀬島沖で座礁した。海上保安部によると、乗客212人は救命艇で全員救助され、4人が低体温症で手当てを受けた。船長は事故の直前に操舵装置が故障したと話している。"},
			second: article{"日報", "「壁にぶつかったよう」しおかぜの乗客、救命艇で3時間", "鳴瀬島の近くで岩に乗り上げたフェリー「しおかぜ」の乗客は、救命艇で3時間を過ごした。212人全員が救助されたが、4人が低体温症を訴えた。操舵装置の故障が原因とみられ、海上保安部が調べている。"}},
		"Japanese, one company": {lang: "ja",
			first:  article{"通信", "ミナト電機、防水スマートフォンを8月発売", "ミナト電機は、防水のスマートフォン「ナギ」を8月3日に発売すると発表した。価格は4万8000円で、色は白と黒。画面は5インチで、電池は2日もつという。"},
			second: article{"日報", "ミナト電機、冷蔵庫12万台を回収", "ミナト電機は、冷蔵庫12万台を回収すると発表した。ドアの部品が外れるおそれがある。けが人は出ていない。対象は昨年までに製造した3機種で、無償で修理する。"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			a, b := doc(tt.first.source, tt.lang, tt.first.title, tt.first.text), doc(tt.second.source, tt.lang, tt.second.title, tt.second.text)
			b.Published = b.Published.Add(tt.later)
			b.Seen = b.Published
			first, _, _ := d.take(a)
			second, _, v := d.take(b)
			if (first == second) != tt.same {
				t.Errorf("same story: %v, want %v (%+v)", first == second, tt.same, v)
			}
		})
	}
}

// One word that two headlines share is no story in a language whose everyday words are unknown.
func TestLoneWordOfHeadlines(t *testing.T) {
	d := newDesk()
	d.take(doc("A", "de", "Gewerkschaft will Löhne besuchen lassen", ""))
	if id, _, v := d.take(doc("B", "de", "Kampfjets besuchen Litauen", "")); id == 1 {
		t.Errorf("joined by %q", v.Reasons)
	}
}
