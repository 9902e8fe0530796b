package read_test

import (
	"strings"
	"testing"

	"newsbrief/internal/read"
)

// teasers are the beginnings of articles with what outlets write below them, by language.
var teasers = []struct{ lang, title, text, wall string }{
	{"en", "Ministers sign memorandum on clean air", "The environment ministers of both countries signed a memorandum on Thursday that widens their cooperation from air quality to climate change, they said after the talks.", "To read the full story, please subscribe or log in."},
	{"en", "Ministers sign memorandum on clean air", "The environment ministers of both countries signed a memorandum on Thursday that widens their cooperation from air quality to climate change, they said after the talks.", "Subscribe now to continue reading"},
	{"ko", "한중 환경장관, 대기질 양해각서 서명", "한국과 중국의 환경장관은 목요일 대기질에서 기후변화까지 협력을 넓히는 양해각서에 서명했다고 회담 뒤 공동성명에서 밝혔다. 두 나라는 앞으로 해마다 실무회의를 연다.", "이 기사는 유료 회원 전용입니다. 로그인 후 전체 기사를 볼 수 있습니다."},
	{"zh", "中韩环境部长签署清洁空气备忘录", "中韩两国环境部长周四签署了一份备忘录，将合作范围从空气质量扩大到气候变化，双方在会谈后发表的联合声明中表示，今后每年将举行一次工作会议。", "本文为付费内容，订阅后可继续阅读"},
	{"zh-TW", "中韓環境部長簽署清潔空氣備忘錄", "中韓兩國環境部長週四簽署了一份備忘錄，將合作範圍從空氣品質擴大到氣候變遷，雙方在會談後發表的聯合聲明中表示，今後每年將舉行一次工作會議。", "訂閱後可繼續閱讀全文"},
	{"ja", "日韓の環境相、大気汚染対策の覚書に署名", "日本と韓国の環境相は木曜日、大気の質から気候変動まで協力を広げる覚書に署名したと、会談後の共同声明で明らかにした。両国は今後、毎年実務者会合を開くことにしている。", "この記事は有料会員限定です。残り1234文字"},
	{"de", "Minister unterzeichnen Abkommen für saubere Luft", "Die Umweltminister beider Länder haben am Donnerstag ein Abkommen unterzeichnet, das ihre Zusammenarbeit von der Luft auf das Klima ausweitet, wie sie nach den Gesprächen mitteilten.", "Dieser Artikel ist nur für Abonnenten. Jetzt weiterlesen mit dem Probeabo."},
	{"es", "Los ministros firman un memorando sobre aire limpio", "Los ministros de Medio Ambiente de ambos países firmaron el jueves un memorando que amplía su cooperación de la calidad del aire al cambio climático, según dijeron tras las conversaciones.", "Contenido exclusivo para suscriptores. Suscríbete para seguir leyendo."},
	{"fr", "Les ministres signent un accord sur l’air pur", "Les ministres de l’environnement des deux pays ont signé jeudi un accord qui étend leur coopération de la qualité de l’air au changement climatique, ont-ils déclaré après les discussions.", "Article réservé aux abonnés. Il vous reste 80% de cet article à lire."},
	{"pt", "Ministros assinam memorando sobre ar limpo", "Os ministros do Meio Ambiente dos dois países assinaram na quinta-feira um memorando que amplia a cooperação da qualidade do ar às mudanças climáticas, disseram depois das conversas.", "Conteúdo exclusivo para assinantes. Já é assinante? Faça seu login."},
	{"ru", "Министры подписали меморандум о чистом воздухе", "Министры экологии двух стран подписали в четверг меморандум, который расширяет сотрудничество от качества воздуха до изменения климата, сообщили они после переговоров.", "Материал доступен только подписчикам. Оформите подписку, чтобы прочитать его целиком."},
}

func teaserPage(head, lang, title, text, below string) []byte {
	return []byte(`<!DOCTYPE html><html lang="` + lang + `"><head><meta charset="utf-8"><title>` + title + `</title>` + head + `</head><body><header><a href="/">Home</a></header>` +
		`<main><article><h1>` + title + `</h1><p>` + text + `</p>` + below + `</article></main><footer><a href="/about">About</a></footer></body></html>`)
}

func TestTeaser(t *testing.T) {
	for _, c := range teasers {
		p, err := read.Article(teaserPage("", c.lang, c.title, c.text, "<p>"+c.wall+"</p>"), "https://example.org/news/1", "text/html")
		if err != nil {
			t.Errorf("%s: %v", c.lang, err)
			continue
		}
		if !p.Paywalled || p.Text != c.text {
			t.Errorf("%s: behind a wall: %v, text %q", c.lang, p.Paywalled, p.Text)
		}
		if p, err := read.Article(teaserPage("", c.lang, c.title, c.text, ""), "https://example.org/news/1", "text/html"); err != nil || p.Paywalled || p.Text != c.text {
			t.Errorf("%s: without a wall: %v, %v, text %q", c.lang, err, p.Paywalled, p.Text)
		}
	}
}

// https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
func TestTeaserInJSONLD(t *testing.T) {
	article := func(says string) string {
		return `<script type="application/ld+json">{"@context":"https://schema.org","@type":"NewsArticle","headline":"Ministers sign memorandum on clean air"` + says + `}</script>`
	}
	for says, want := range map[string]bool{
		"":                               false,
		`,"isAccessibleForFree":true`:    false,
		`,"isAccessibleForFree":false`:   true,
		`,"isAccessibleForFree":"False"`: true,
		`,"isAccessibleForFree":"https://schema.org/False"`:                                       true,
		`,"isAccessibleForFree":"True"`:                                                           false,
		`,"hasPart":{"@type":"WebPageElement","isAccessibleForFree":false,"cssSelector":".body"}`: true,
		`,"isAccessibleForFree":true,"hasPart":[{"@type":"WebPageElement","isAccessibleForFree":true},{"@type":"WebPageElement","isAccessibleForFree":"False"}]`: true,
		`,"isAccessibleForFree":true,"hasPart":[{"@type":"ImageObject"},"x",[]]`:                                                                                 false,
	} {
		p, err := read.Article(teaserPage(article(says), "en", teasers[0].title, teasers[0].text, ""), "https://example.org/news/1", "text/html")
		if err != nil || p.Paywalled != want || p.Text != teasers[0].text {
			t.Errorf("%s: paywalled %v, %v, text %q", says, p.Paywalled, err, p.Text)
		}
	}
}

// A page that shows the whole article is no teaser, whatever it says of access.
func TestWholeArticleIsNoTeaser(t *testing.T) {
	whole := strings.Repeat("<p>"+teasers[0].text+"</p>", 3) + strings.Repeat("<p>Officials will meet every year from now on, and a joint centre will coordinate research on pollutants, noise and light, according to the text, which replaces an agreement that was twelve years old.</p><p>Scientists welcomed the step but asked for money, as a memorandum cleans no air, one of them said, who has measured dust over the Yellow Sea for twenty years and advises both of the ministries.</p>", 5)
	p, err := read.Article(teaserPage(`<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>`, "en", teasers[0].title, teasers[0].text, whole), "https://example.org/news/1", "text/html")
	if err != nil || p.Paywalled {
		t.Errorf("paywalled %v, %v", p.Paywalled, err)
	}
}
