package text_test

import (
	"testing"

	"newsbrief/internal/text"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ name, in, hint, want string }{
		{"English", "The ministers will meet once a year", "", "en"},
		{"German", "Die Minister treffen sich einmal im Jahr", "", "de"},
		{"French", "Les ministres se réuniront une fois par an", "", "fr"},
		{"Spanish", "Los ministros se reunirán una vez al año", "", "es"},
		{"Portuguese", "Os ministros vão reunir-se uma vez por ano", "", "pt"},
		{"Italian", "I ministri si incontreranno una volta all'anno", "", "it"},
		{"Dutch", "De ministers komen één keer per jaar bijeen", "", "nl"},
		{"Swedish", "Ministrarna ska träffas en gång om året", "", "sv"},
		{"Danish", "Ministrene skal mødes en gang om året, siger regeringen", "", "da"},
		{"Norwegian", "Statsrådene skal møtes én gang i året, sier regjeringen", "", "nb"},
		{"Finnish", "Ministerit tapaavat kerran vuodessa", "", "fi"},
		{"Polish", "Ministrowie będą spotykać się raz w roku", "", "pl"},
		{"Czech", "Ministři se budou scházet jednou ročně, uvedla vláda", "", "cs"},
		{"Hungarian", "A miniszterek évente egyszer találkoznak", "", "hu"},
		{"Romanian", "Miniștrii se vor întâlni o dată pe an", "", "ro"},
		{"Turkish", "Bakanlar yılda bir kez bir araya gelecek", "", "tr"},
		{"Vietnamese", "Các bộ trưởng sẽ gặp nhau mỗi năm một lần", "", "vi"},
		{"Indonesian", "Para menteri akan bertemu setahun sekali", "", "id"},
		{"Russian", "Министры будут встречаться раз в год", "", "ru"},
		{"Ukrainian", "Міністри зустрічатимуться раз на рік", "", "uk"},
		{"Bulgarian", "Министрите ще се срещат веднъж годишно", "", "bg"},
		{"Arabic", "سيجتمع الوزراء مرة واحدة في السنة", "", "ar"},
		{"Persian", "وزیران سالی یک بار با هم دیدار می\u200cکنند", "", "fa"},
		{"Hebrew", "השרים ייפגשו פעם בשנה", "", "he"},
		{"Greek", "Οι υπουργοί θα συναντώνται μία φορά τον χρόνο", "", "el"},
		{"Hindi", "मंत्री साल में एक बार मिलेंगे", "", "hi"},
		{"Marathi", "मंत्री वर्षातून एकदा भेटणार आहेत", "", "mr"},
		{"Thai", "รัฐมนตรีจะพบกันปีละครั้ง", "", "th"},
		{"Georgian", "მინისტრები შეხვდებიან", "", "ka"},
		{"Korean", "장관들은 매년 한 차례 만난다", "", "ko"},
		{"Korean with Latin names", "NVIDIA H200 수출 허용", "", "ko"},
		{"Japanese", "閣僚は年に一度会談する", "", "ja"},
		{"Japanese without kana", "日本政府、温室効果対策発表", "", "ja"},
		{"simplified Chinese", "部长们将每年举行一次会议", "", "zh-Hans"},
		{"traditional Chinese", "部長們將每年舉行一次會議", "", "zh-Hant"},
		{"Chinese with a Japanese particle", "台北の夜，一座城市的故事與記憶", "", "zh-Hant"},
		{"nothing", "", "", ""},
		{"no letters", "12:30 — 45 %", "", ""},
		{"no letters, declared", "2026", "de-AT", "de"},
		{"wrongly declared", "Die Minister treffen sich einmal im Jahr, teilte die Regierung mit", "en-us", "de"},
		{"wrong script declared", "Die Minister", "ko", "de"},
		{"in doubt, declared", "Festival Madrid", "es", "es"},
		{"in doubt, declared otherwise", "Festival Madrid", "de", "de"},
		{"Chinese in doubt", "中山公園", "zh-TW", "zh-Hant"},
		{"close relative declared", "Para menteri akan bertemu setahun sekali", "ms", "ms"},
		{"Norwegian declared as such", "Ministrene", "no", "nb"},
		{"old tag", "", "iw", "he"},
		{"no tag", "", "x-default", ""},
		{"English title with Korean word", "Korea's 김치 makers look abroad for growth", "", "en"},
		{"invalid UTF-8", "The ministers \xff\xfe will meet again this year", "", "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := text.Language(c.in, c.hint); got != c.want {
				t.Errorf("Language(%q, %q) = %q, want %q", c.in, c.hint, got, c.want)
			}
		})
	}
}

func TestBase(t *testing.T) {
	for in, want := range map[string]string{
		"zh-Hans": "zh", "en_US": "en", "de": "de", "PT-br": "pt", "": "", "de_DE.UTF-8": "de", " FR ": "fr",
	} {
		if got := text.Base(in); got != want {
			t.Errorf("Base(%q) = %q, want %q", in, got, want)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	for _, c := range []struct{ name, in string }{
		{"title", "EU ministers agree on a first revision of the 2014 agreement in twelve years"},
		{"article", article},
		{"korean", koreanArticle},
	} {
		b.Run(c.name, func(b *testing.B) {
			text.Language(c.in, "")
			b.SetBytes(int64(len(c.in)))
			for b.Loop() {
				text.Language(c.in, "")
			}
		})
	}
}
