package story_test

import (
	"strings"
	"testing"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/story"
)

// headlines takes titles of as many outlets, an hour apart, and returns the story of each.
func headlines(d *desk, lang string, titles ...string) []news.StoryID {
	var ids []news.StoryID
	for i, title := range titles {
		x := story.Doc{Title: title, Source: string(rune('A' + i)), Language: lang, Published: noon.Add(time.Duration(i) * time.Hour)}
		x.Seen = x.Published
		id, _, _ := d.take(x)
		ids = append(ids, id)
	}
	return ids
}

// Whatever the script, two headlines of one event meet and one of another event doesn't.
func TestHeadlinesInAnyScript(t *testing.T) {
	tests := map[string][3]string{
		"ar": {"غرق العبارة لينيا قبالة جزيرة سكارهولم وإنقاذ الركاب", "إنقاذ ركاب العبارة لينيا بعد غرقها قرب سكارهولم", "افتتاح متحف جديد في مدينة أرنبي"},
		"de": {"Fähre Linnea läuft vor Skarholm auf Grund", "Passagiere der Linnea bei Skarholm gerettet", "Museum in Arnby öffnet nach Umbau"},
		"el": {"Το πλοίο Λίνεα προσάραξε στο Σκάρχολμ", "Σώοι οι επιβάτες του Λίνεα στο Σκάρχολμ", "Νέο μουσείο ανοίγει στο Άρνμπι"},
		"en": {"Ferry Linnea runs aground off Skarholm", "Linnea passengers rescued near Skarholm", "Museum opens in Arnby after long repairs"},
		"he": {"המעבורת לינאה עלתה על שרטון ליד סקרהולם", "נוסעי לינאה חולצו ליד סקרהולם", "מוזיאון חדש נפתח בארנבי"},
		"hi": {"नौका लिनेआ स्कारहोम के पास फंसी", "लिनेआ नौका के यात्री स्कारहोम में बचाए गए", "आर्नबी में नया संग्रहालय खुला"},
		"ja": {"フェリー「リンネア」スカルホルム沖で座礁", "リンネアの乗客全員救助　スカルホルム沖の座礁", "アルンビーに新しい博物館"},
		"ko": {"여객선 린네아호 솔섬 앞바다서 좌초", "솔섬 좌초 린네아호 승객 전원 구조", "가람시 새 박물관 문 열어"},
		"my": {"လင်နီယာသင်္ဘော စကားဟုမ်းကျွန်းအနီး သောင်တင်", "စကားဟုမ်းကျွန်းအနီး သောင်တင်သော လင်နီယာသင်္ဘောမှ ခရီးသည်များ ကယ်ဆယ်", "မြို့တော်တွင် ပြတိုက်အသစ် ဖွင့်လှစ်"},
		"ru": {"Паром «Линнея» сел на мель у острова Скархольм", "Пассажиры парома «Линнея» спасены у Скархольма", "В Арнби открылся новый музей"},
		"th": {"เรือเฟอร์รีลินเนียเกยตื้นนอกเกาะสการ์โฮล์ม", "ช่วยผู้โดยสารเรือเฟอร์รีลินเนียใกล้เกาะสการ์โฮล์ม", "เปิดพิพิธภัณฑ์ใหม่ในเมืองอาร์นบี"},
		"zh": {"渡轮林尼亚号在斯卡岛外搁浅", "林尼亚号搁浅斯卡岛 乘客全部获救", "青川新博物馆开馆"},
	}
	for lang, titles := range tests {
		t.Run(lang, func(t *testing.T) {
			ids := headlines(newDesk(), lang, titles[:]...)
			if ids[1] != ids[0] {
				t.Errorf("%q is another story than %q", titles[1], titles[0])
			}
			if ids[2] == ids[0] {
				t.Errorf("%q is the story of %q", titles[2], titles[0])
			}
		})
	}
}

// A headline that lacks what a story is about doesn't join it for a word that the story uses at times.
func TestHeadlineAsideTheStory(t *testing.T) {
	d := newDesk()
	ids := headlines(d, "en",
		"Torvald leak shows spying on lawyers", "Torvald: spying on lawyers went on for years", "Agency denies Torvald leak on spying",
		"Torvald appears by video at Ostrel festival", "Parliament debates Torvald leak", "Lawyers sue agency over Torvald files")
	for i, id := range ids {
		if id != ids[0] {
			t.Fatalf("headline %d is another story", i)
		}
	}
	x := story.Doc{Title: "Ten bands to hear at Ostrel festival", Source: "Z", Language: "en", Published: noon.Add(6 * time.Hour)}
	x.Seen = x.Published
	if _, _, v := d.take(x); v.Story != 0 {
		t.Errorf("the festival's bands joined the leak: %+v", v)
	}
}

// Everyday words tie a headline to the story of the hour, not to that of the day before.
func TestHeadlinesOfADailySeries(t *testing.T) {
	d := newDesk()
	take := func(source, title string, at time.Duration) news.StoryID {
		x := story.Doc{Title: title, Source: source, Language: "en", Published: noon.Add(at), Seen: noon.Add(at)}
		id, _, _ := d.take(x)
		return id
	}
	first := take("A", "Stocks end lower on weak trade data", 0)
	if take("B", "Stocks close lower after weak trade data", time.Hour) != first {
		t.Error("two outlets' reports of one close are two stories")
	}
	if take("C", "Stocks close lower as oil falls", 25*time.Hour) == first {
		t.Error("the next day's close joined")
	}
}

// Two outlets begin with other words; articles that fit both stories make one of them.
func TestFragmentsGrowTogether(t *testing.T) {
	for _, rebuilt := range []bool{false, true} {
		d := newDesk()
		other := newDesk()
		take := func(source, title string, minutes int) (news.StoryID, story.Verdict) {
			at := noon.Add(time.Duration(minutes) * time.Minute)
			x := story.Doc{Title: title, Source: source, Language: "en", Published: at, Seen: at}
			id, event, v := d.take(x)
			other.Add(x, id, event)
			return id, v
		}
		ship, _ := take("A", "Ferry Linnea runs aground off Skarholm", 0)
		take("B", "Linnea aground off Skarholm: ferry's steering failed", 1)
		take("C", "Ferry Linnea still aground off Skarholm", 2)
		people, _ := take("D", "Hundreds spend night in lifeboats, captain blamed", 3)
		take("E", "Night in lifeboats: hundreds accuse captain", 4)
		if ship == people {
			t.Fatal("nothing ties the ship to the lifeboats yet")
		}
		for i, title := range []string{
			"Linnea captain blamed after hundreds spend night in lifeboats off Skarholm", "Ferry Linnea: hundreds in lifeboats off Skarholm blame captain",
			"Captain of Linnea blamed for night in lifeboats off Skarholm", "Skarholm night in lifeboats: hundreds leave ferry Linnea, captain blamed",
		} {
			take(string(rune('F'+i)), title, 5+i)
		}
		if rebuilt {
			d.Matcher = other.Matcher
		}
		if id, v := take("K", "What hundreds say of their night in lifeboats", 20); id != ship {
			t.Errorf("rebuilt %v: the lifeboats are still a story of their own: %+v", rebuilt, v)
		}
	}
}

// A title that is longer than what is kept of an article's wording meets a headline.
func TestHeadlineMeetsEndlessTitle(t *testing.T) {
	d := newDesk()
	first, _, _ := d.take(doc("A", "en", "Ferry Linnea Skarholm "+strings.Repeat("x 1 ", 120), summit[0].Text))
	if id, _, _ := d.take(doc("B", "en", "Ferry Linnea off Skarholm", "")); id != first {
		t.Error("the headline has another story")
	}
}
