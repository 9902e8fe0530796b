package read

import "testing"

func TestPhrases(t *testing.T) {
	p := newPhrases(`(?:read|see) (?:more|also)\b.{0,20}`, `(?:share)?this page`, `inbox~.{0,20}your inbox`)
	for s, want := range map[string]bool{
		"Read more": true, "See also: one": true, "see": false, "this page": true, "ShareThis page": true, "Right in your inbox": true, "inbox": false, "": false, "I read more": false,
	} {
		if got := p.match(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestPhrasesOfThePackage(t *testing.T) {
	for s, want := range map[string]bool{
		"Advertisement": true, "Sign up for our newsletter": true, "GET FOX BUSINESS ON THE GO BY CLICKING HERE": true, "Related: another story": true,
		"Share your thoughts and debate the big issues": true, "Subscribe now to our weekend edition for the full story.": true, "©2026 The Example": true,
		"Listen to the whole talk on our programme, wherever you get your podcasts.": true, "Editor’s note: This article was updated on Friday.": true,
		"You can contact Jo Doe at jo@example.org or on Threads @jo.": true, "Photo credit: Jo Doe": true, "Comments are closed.": true,
		"Help us for as little as $1 a month": false, "Support our newsroom by contributing as little as $1 a month.": true,
		"Das könnte Sie auch interessieren": true, "Weitere Informationen:": true, "War der Artikel hilfreich?": true, "Noch keine Kommentare": true,
		"Le puede interesar: El puente": true, "Síguenos en Instagram": true, "Compartir": true, "À lire également : le pont": true, "Suivez-nous sur Facebook": true, "Tous droits réservés": true,
		"Veja também: a ponte": true, "Saiba mais": true, "Todos os direitos reservados.": true, "Подписывайтесь на наш канал": true, "Читайте нас в Telegram": true, "Все права защищены": true,
		"関連記事": true, "シェアする": true, "無断転載を禁じます": true, "【関連記事】橋が閉鎖": true, "责任编辑：王某": true, "扫码关注我们": true, "更多精彩内容": true, "未經授權，不得轉載": true,
		"관련기사": true, "광고": true, "▶ 네이버에서 구독하기": true, "기사 공유하기": true, "사진=연합뉴스": true, "ⓒ 예시일보": true, "무단 전재 및 재배포 금지": true,

		"The minister signed a memorandum on Monday.": false, "More people than ever came to the fair, the organisers said.": false, "Share prices fell.": false,
		"Contact sports at universities are on the rise again, a study says.": false, "Sources close to the talks said so.": false, "Follow the river on its northern bank and you will see the bridge.": false,
		"Weitere Informationen hatte der Minister nicht.": false, "Keine Kommentare gab es aus dem Ministerium.": false, "Compartir la costa es la meta de los dos países.": false, "Suivez le fleuve.": false,
		"Compartilhar dados é crime, diz a lei.": false, "Подписка стоит сто рублей.": false, "更多人离开了这座城市。": false, "编辑部昨天宣布罢工。": false, "シェアは三割に達した。": false, "구독자가 백만 명을 넘었다.": false, "사진전이 열린다.": false,
	} {
		if got := noise.match(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}
