package story_test

import (
	"testing"
	"time"

	"newsbrief/internal/story"
)

// Reports of one kind say the same of different things. With nothing but a headline, in one outlet or in two, they stay apart.
func TestGenresStayApart(t *testing.T) {
	tests := map[string]struct {
		lang   string
		titles []string
		gap    time.Duration
	}{
		"weather, English":  {"en", []string{"Weather: rain in the north, 12 degrees", "Weather: sun in the north, 17 degrees", "Weather: rain and wind in the north, 9 degrees"}, 24 * time.Hour},
		"weather, German":   {"de", []string{"Wetter: Regen im Norden, bis 12 Grad", "Wetter: Sonne im Norden, bis 17 Grad", "Wetter: Regen und Wind im Norden, bis 9 Grad"}, 24 * time.Hour},
		"weather, Korean":   {"ko", []string{"[날씨] 전국 흐리고 비…낮 최고 12도", "[날씨] 전국 맑음…낮 최고 17도", "[날씨] 전국 구름 많음…낮 최고 15도"}, 24 * time.Hour},
		"weather, Chinese":  {"zh", []string{"今日天气：北部有雨，最高气温12度", "今日天气：北部晴，最高气温17度", "今日天气：北部多云，最高气温15度"}, 24 * time.Hour},
		"weather, Japanese": {"ja", []string{"あすの天気　北部は雨、最高気温12度", "あすの天気　北部は晴れ、最高気温17度", "あすの天気　北部はくもり、最高気温15度"}, 24 * time.Hour},

		"results, English":  {"en", []string{"Arnby Motors reports third-quarter profit of $3.2 million", "Collstad Foods reports third-quarter profit of $41 million", "Dunmere Bank reports third-quarter loss of $7 million"}, time.Hour},
		"results, German":   {"de", []string{"Arnby Motoren steigert Gewinn im dritten Quartal um 12 Prozent", "Collstad Brot steigert Gewinn im dritten Quartal um 4 Prozent", "Bank von Dunmere steigert Gewinn im dritten Quartal um 31 Prozent"}, time.Hour},
		"results, Korean":   {"ko", []string{"다온전자 3분기 영업이익 2조1천억원…전년比 12%↑", "가람화학 3분기 영업이익 3천200억원…전년比 4%↑", "나루건설 3분기 영업이익 870억원…전년比 31%↑"}, time.Hour},
		"results, Chinese":  {"zh", []string{"青川汽车三季度净利润12亿元 同比增长8%", "桂岭食品三季度净利润3.4亿元 同比增长21%", "松原银行三季度净利润88亿元 同比增长5%"}, time.Hour},
		"results, Japanese": {"ja", []string{"ミナト電機、4～9月期の純利益12%増", "カワベ食品、4～9月期の純利益31%増", "サクラ建設、4～9月期の純利益7%増"}, time.Hour},

		"matches, English":  {"en", []string{"Ashby Rovers beat Kelder Town 2-1 in Premier League", "Port Ellery beat Thornmouth City 3-0 in Premier League", "Wendle United beat Marsh Athletic 1-0 in Premier League"}, 2 * time.Hour},
		"matches, German":   {"de", []string{"Bundesliga: Arnby schlägt Kelder 2:1", "Bundesliga: Collstad schlägt Thornmund 3:0", "Bundesliga: Dunmere schlägt Marsch 1:0"}, 2 * time.Hour},
		"matches, Korean":   {"ko", []string{"프로축구 가람, 나루에 2-1 승리", "프로축구 다솔, 라온에 3-0 승리", "프로축구 마루, 바른에 1-0 승리"}, 2 * time.Hour},
		"matches, Chinese":  {"zh", []string{"中超：青川2比1战胜桂岭", "中超：松原3比0战胜竹溪", "中超：梅州1比0战胜柳河"}, 2 * time.Hour},
		"matches, Japanese": {"ja", []string{"J1　青川が桜田に2-1で勝利", "J1　松原が竹島に3-0で勝利", "J1　梅沢が柳瀬に1-0で勝利"}, 2 * time.Hour},

		"earthquakes, English":  {"en", []string{"Magnitude 6.1 earthquake strikes northern Chile", "Magnitude 5.4 earthquake strikes central Italy", "Magnitude 5.9 earthquake strikes western Nepal"}, 5 * time.Hour},
		"earthquakes, German":   {"de", []string{"Erdbeben der Stärke 6,1 erschüttert Chile", "Erdbeben der Stärke 5,4 erschüttert Italien", "Erdbeben der Stärke 5,9 erschüttert Nepal"}, 5 * time.Hour},
		"earthquakes, Korean":   {"ko", []string{"칠레 북부서 규모 6.1 지진 발생", "이탈리아 중부서 규모 5.4 지진 발생", "네팔 서부서 규모 5.9 지진 발생"}, 5 * time.Hour},
		"earthquakes, Chinese":  {"zh", []string{"智利北部发生6.1级地震", "意大利中部发生5.4级地震", "尼泊尔西部发生5.9级地震"}, 5 * time.Hour},
		"earthquakes, Japanese": {"ja", []string{"チリ北部でM6.1の地震", "イタリア中部でM5.4の地震", "ネパール西部でM5.9の地震"}, 5 * time.Hour},

		"obituaries, English":  {"en", []string{"Ada Brook, jazz pianist, dies at 91", "Ben Castor, film director, dies at 84", "Cleo Dane, chess champion, dies at 77"}, 5 * time.Hour},
		"obituaries, German":   {"de", []string{"Jazzpianistin Ada Brook mit 91 Jahren gestorben", "Regisseur Ben Castor mit 84 Jahren gestorben", "Schachweltmeisterin Cleo Dane mit 77 Jahren gestorben"}, 5 * time.Hour},
		"obituaries, Korean":   {"ko", []string{"재즈 피아니스트 김가람 별세…향년 91세", "영화감독 이나루 별세…향년 84세", "소설가 박다솔 별세…향년 77세"}, 5 * time.Hour},
		"obituaries, Chinese":  {"zh", []string{"爵士钢琴家林青川逝世 享年91岁", "电影导演周桂岭逝世 享年84岁", "作家孙松原逝世 享年77岁"}, 5 * time.Hour},
		"obituaries, Japanese": {"ja", []string{"ジャズピアニストの青川春子さん死去、91歳", "映画監督の桜田明さん死去、84歳", "作家の松原京さん死去、77歳"}, 5 * time.Hour},
	}
	for name, tt := range tests {
		for _, outlets := range [][]string{{"A", "A", "A"}, {"A", "B", "C"}} {
			t.Run(name+" in "+outlets[2], func(t *testing.T) {
				d := newDesk()
				for i, title := range tt.titles {
					x := story.Doc{Title: title, Source: outlets[i], Language: tt.lang, Published: noon.Add(time.Duration(i) * tt.gap)}
					x.Seen = x.Published
					if _, _, v := d.take(x); v.Story != 0 {
						t.Errorf("%q joined %q by %q, %.1f over the bar", title, tt.titles[v.Story-1], v.Reasons, v.Score)
					}
				}
			})
		}
	}
}
