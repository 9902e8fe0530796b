package read_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"newsbrief/internal/read"
)

var headlines = map[string][]string{
	"ko": {"한국과 중국 환경부, 12년 만에 협력 양해각서 개정", "서울시, 내년 대중교통 요금 인상 계획 없다고 밝혀", "국회 예산안 처리 법정 시한 넘길 듯", "프로야구 한국시리즈 5차전 오늘 잠실에서 열려"},
	"ja": {"環境省、日韓の協力に関する覚書を改定", "来年度予算案、閣議で決定へ　過去最大の規模", "東京の地下鉄で信号トラブル、朝の通勤に影響", "プロ野球の新人選手が初めての勝利を挙げた"},
	"zh": {"中韩两国环境部门十二年来首次修订合作备忘录", "国家统计局公布上半年经济增长数据", "北京地铁新线路今年年底开通运营", "科学家发现一种新的海洋生物"},
	"zt": {"台北市政府宣布明年起調整公車票價", "國際油價上漲，民眾擔心物價跟著上升", "氣象局表示週末將有大雨，請民眾注意安全", "新的研究發現，每天散步對健康很有幫助"},
	"ru": {"Министерство окружающей среды подписало новое соглашение", "В Москве открылась новая станция метро", "Учёные нашли способ очистки воды от пластика", "Сборная выиграла матч со счётом три два"},
	"uk": {"Уряд ухвалив новий бюджет на наступний рік", "У Києві відкрили міст після тривалого ремонту", "Вчені знайшли спосіб очищення води", "Їхні результати оприлюднили в п'ятницю"},
	"de": {"Umweltminister unterzeichnen neues Abkommen über größere Märkte", "Züge fallen für mehrere Tage aus, Pendler müssen länger warten", "Die schönsten Ausflüge für das Wochenende mit der ganzen Familie", "Ärzte warnen vor früher Grippewelle"},
	"fr": {"Le gouvernement a présenté son projet de budget à l’Assemblée", "Les élèves ont passé l’épreuve de français hier après-midi", "Météo : de la neige attendue à très basse altitude", "Où vont les forêts brûlées de l’été dernier ?"},
	"pl": {"Rząd przyjął nową ustawę o ochronie środowiska", "Pociągi jeżdżą z opóźnieniem, pasażerowie są wściekli", "Naukowcy odkryli nieznany gatunek żaby w Bieszczadach", "Kolejki do lekarzy są coraz dłuższe, mówią pacjenci"},
	"cs": {"Vláda schválila nový zákon o ochraně životního prostředí", "Vědci objevili neznámý druh žáby v horách", "Dálnice bude příští týden zavřená kvůli opravám mostu", "Řidiči si stěžují na dlouhé fronty před hranicí"},
	"tr": {"Hükümet çevre için yeni bir anlaşma imzaladı", "Şehirde toplu taşıma ücretleri gelecek yıl değişmeyecek", "İstanbul'da yoğun kar yağışı günlük hayatı etkiledi", "Öğrenciler sınav sonuçlarını heyecanla bekliyor"},
	"el": {"Η κυβέρνηση υπέγραψε νέα συμφωνία για το περιβάλλον", "Άνοιξε ο νέος σταθμός του μετρό στην Αθήνα", "Οι επιστήμονες βρήκαν τρόπο να καθαρίζουν το νερό", "Μεγάλη νίκη για την εθνική ομάδα χθες το βράδυ"},
	"he": {"הממשלה אישרה את התקציב החדש לשנה הבאה", "תחנת רכבת חדשה נפתחה היום בתל אביב", "מדענים מצאו דרך חדשה לנקות את המים", "הנבחרת ניצחה במשחק אתמול בערב"},
	"ar": {"وقعت وزارة البيئة على اتفاق جديد للتعاون", "افتتاح محطة مترو جديدة في وسط المدينة اليوم", "اكتشف العلماء طريقة جديدة لتنقية المياه", "فاز المنتخب الوطني في مباراة أمس"},
	"lt": {"Vyriausybė patvirtino naują aplinkos apsaugos įstatymą", "Mokslininkai rado būdą, kaip išvalyti upes nuo teršalų", "Šiandien šalyje bus šilčiau, bet kai kur numatoma liūtis", "Rinktinė žaidė geriau ir laimėjo rungtynes"},
	"ro": {"Guvernul a adoptat o nouă lege pentru protecţia mediului", "Oamenii de ştiinţă au găsit o metodă de a curăţa râurile", "Preţurile la energie vor creşte şi în anul următor", "Echipa naţională a câştigat meciul de aseară"},
	"hk": {"嗰間舖頭今日重新開張，街坊排晒隊", "佢哋話咁多年嚟都冇見過咁大雨", "政府宣布下年起調整巴士票價，市民唔滿意", "球隊喺主場贏咗波，球迷好開心"},
	"th": {"รัฐบาลลงนามข้อตกลงใหม่ด้านสิ่งแวดล้อม", "เปิดสถานีรถไฟฟ้าแห่งใหม่ในกรุงเทพวันนี้", "นักวิทยาศาสตร์ค้นพบวิธีทำน้ำให้สะอาด", "ทีมชาติไทยชนะการแข่งขันเมื่อคืนนี้"},
}

func rss(declaration string, titles []string) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"" + declaration + "?>\n<rss version=\"2.0\"><channel><title>Feed</title><link>https://example.org/</link>\n")
	for i, t := range titles {
		fmt.Fprintf(&b, "<item><title>%s</title><link>https://example.org/%d</link></item>\n", t, i)
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

// Every text must survive its encoding declared, undeclared and declared as something else.
func TestFeedCharsets(t *testing.T) {
	for _, c := range []struct {
		language, name string
		encoding       encoding.Encoding
	}{
		{"ko", "euc-kr", korean.EUCKR}, {"ja", "shift_jis", japanese.ShiftJIS}, {"ja", "euc-jp", japanese.EUCJP}, {"ja", "iso-2022-jp", japanese.ISO2022JP},
		{"zh", "gb2312", simplifiedchinese.GBK}, {"zh", "gb18030", simplifiedchinese.GB18030}, {"zt", "big5", traditionalchinese.Big5},
		{"ru", "windows-1251", charmap.Windows1251}, {"ru", "koi8-r", charmap.KOI8R}, {"ru", "iso-8859-5", charmap.ISO8859_5}, {"ru", "ibm866", charmap.CodePage866}, {"uk", "windows-1251", charmap.Windows1251},
		{"de", "windows-1252", charmap.Windows1252}, {"de", "iso-8859-15", charmap.ISO8859_15}, {"fr", "windows-1252", charmap.Windows1252}, {"pl", "windows-1250", charmap.Windows1250}, {"pl", "iso-8859-2", charmap.ISO8859_2}, {"cs", "windows-1250", charmap.Windows1250},
		{"tr", "windows-1254", charmap.Windows1254}, {"el", "windows-1253", charmap.Windows1253}, {"el", "iso-8859-7", charmap.ISO8859_7}, {"he", "windows-1255", charmap.Windows1255}, {"ar", "windows-1256", charmap.Windows1256}, {"th", "windows-874", charmap.Windows874}, {"th", "tis-620", charmap.Windows874},
		{"uk", "koi8-u", charmap.KOI8U}, {"lt", "windows-1257", charmap.Windows1257}, {"ro", "iso-8859-2", charmap.ISO8859_2}, {"ro", "windows-1250", charmap.Windows1250}, {"hk", "big5-hkscs", traditionalchinese.Big5}, {"he", "iso-8859-8-i", charmap.ISO8859_8I},
		{"ar", "iso-8859-6", charmap.ISO8859_6}, {"tr", "iso-8859-9", charmap.ISO8859_9}, {"fr", "macintosh", charmap.Macintosh},
		{"ko", "utf-8", unicode.UTF8}, {"ja", "utf-16", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)}, {"zh", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, {"ko", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"ru", "utf-32", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)}, {"ja", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)},
	} {
		for _, d := range []struct{ name, declaration, header string }{
			{"declared", ` encoding="` + c.name + `"`, ""}, {"undeclared", "", "text/xml"}, {"declared as UTF-8", ` encoding="utf-8"`, "application/rss+xml; charset=utf-8"},
			{"declared as Latin 1", ` encoding="iso-8859-1"`, ""}, {"header only", "", "text/xml; charset=" + c.name}, {"header wrong", ` encoding="` + c.name + `"`, "text/xml; charset=iso-8859-1"},
		} {
			t.Run(c.language+"/"+c.name+"/"+d.name, func(t *testing.T) {
				want := headlines[c.language]
				body, err := c.encoding.NewEncoder().String(rss(d.declaration, want))
				if err != nil {
					t.Fatalf("the fixture can't be written in %s: %v", c.name, err)
				}
				doc, err := read.Feed([]byte(body), read.FeedOptions{URL: "https://example.org/feed", ContentType: d.header})
				if err != nil {
					t.Fatal(err)
				}
				if len(doc.Entries) != len(want) {
					t.Fatalf("%d entries, want %d", len(doc.Entries), len(want))
				}
				for i, w := range want {
					if got, w := doc.Entries[i].Title, strings.Join(strings.Fields(w), " "); got != w {
						t.Errorf("title %d: %q, want %q", i, got, w)
					}
				}
			})
		}
	}
}

// Text in UTF-8 with some bytes from elsewhere stays UTF-8 also where there is little beyond ASCII in it.
func TestFeedMostlyUTF8(t *testing.T) {
	for name, c := range map[string]struct{ title, want string }{
		"a pasted word":         {"The mayor’s caf\xe9 – closed", "The mayor’s café – closed"},
		"one of each":           {"The mayor’s caf\xe9 is closed", "The mayor’s café is closed"},
		"a character cut":       {"서울시 내년 예산 통과, 시장 \xec\x84", "서울시 내년 예산 통과, 시장 \ufffd"},
		"pasted quotes":         {"Čeští vědci: \x84Objev\x93 změní život", "Čeští vědci: „Objev“ změní život"},
		"all of it elsewhere's": {"Le caf\xe9 est ferm\xe9, o\xf9 \xeates-vous", "Le café est fermé, où êtes-vous"},
	} {
		for _, declaration := range []string{"", ` encoding="utf-8"`} {
			doc, err := read.Feed([]byte(rss(declaration, []string{c.title})), read.FeedOptions{})
			if err != nil {
				t.Fatal(err)
			}
			if got := doc.Entries[0].Title; got != c.want {
				t.Errorf("%s%s: got %q, want %q", name, declaration, got, c.want)
			}
		}
	}
}

// A few bad bytes don't make another encoding of UTF-8, and a truncated character is lost alone.
func TestFeedNearlyUTF8(t *testing.T) {
	body := strings.Replace(rss(` encoding="utf-8"`, headlines["ko"]), "서울시", "caf\xe9 서울시", 1)
	doc, err := read.Feed([]byte(body), read.FeedOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if want := "café " + headlines["ko"][1]; doc.Entries[1].Title != want {
		t.Errorf("got %q, want %q", doc.Entries[1].Title, want)
	}
}

func TestArticleCharsets(t *testing.T) {
	for _, c := range []struct {
		language, declared string
		encoding           encoding.Encoding
	}{{"ko", "", korean.EUCKR}, {"ja", "utf-8", japanese.ShiftJIS}, {"ja", "euc-jp", japanese.EUCJP}, {"zh", "", simplifiedchinese.GBK}, {"ru", "", charmap.Windows1251}, {"de", "", charmap.Windows1252}} {
		meta := ""
		if c.declared != "" {
			meta = `<meta charset="` + c.declared + `">`
		}
		text := strings.Repeat("<p>"+strings.Join(headlines[c.language], ". ")+".</p>", 4)
		body, err := c.encoding.NewEncoder().String("<html><head>" + meta + "<title>" + headlines[c.language][0] + "</title></head><body><article><h1>" + headlines[c.language][0] + "</h1>" + text + "</article></body></html>")
		if err != nil {
			t.Fatal(err)
		}
		p, err := read.Article([]byte(body), "https://example.org/a", "text/html")
		if err != nil {
			t.Fatal(err)
		}
		if p.Title != strings.Join(strings.Fields(headlines[c.language][0]), " ") {
			t.Errorf("%s: title %q", c.language, p.Title)
		}
	}
}
