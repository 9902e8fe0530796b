package read

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// wholeArticle is the length in words (see units) from which a text is taken for the article, whatever the page says about
// access: teasers are shorter.
const wholeArticle = 330

var (
	wallClass  = regexp.MustCompile(`(?:^|[\s_-])(?:paywall|paywalled|pay-wall|regwall|subscriber-only|subscribers-only|premium-content|premium-teaser|metered-content|piano-offer|tp-container-inner|plus-teaser|article-locked|is-premium)(?:$|[\s_-])`)
	wallPhrase = lazily(`(?i)(?:` + strings.Join([]string{
		`(?:subscribe|sign in|log in|register|sign up|become a (?:member|subscriber))(?: now| today)? (?:to|and) (?:continue|keep|read|unlock|view|access)\b`, `to (?:continue|keep) reading`, `to (?:read|view) (?:the (?:full|rest|whole)|this) .{0,40}\b(?:subscribe|log in|sign in|register)`,
		`(?:this|the) (?:article|story|content) is (?:only |exclusively )?(?:for|available to|reserved for) (?:our )?(?:paying |premium )?(?:subscribers|members)`, `(?:subscriber|member)[- ]only`, `(?:subscribers|members) only`, `(?:subscribe|log in)\b.{0,60} for the full (?:story|article)`,
		`(?:nur|exklusiv) für (?:unsere )?(?:abonnent|mitglieder)`, `(?:jetzt|mit .{2,20}) weiterlesen`, `weiterlesen mit `, `(?:diesen|den ganzen|den vollständigen) artikel (?:weiterlesen|freischalten)`, `(?:artikel|beitrag|inhalt) ist (?:nur )?(?:für abonnent|kostenpflichtig)`, `um (?:diesen artikel |den artikel )?(?:weiterzulesen|weiter zu lesen)`, `(?:registrieren|anmelden) und weiterlesen`,
		`(?:réservée?|exclusif) (?:aux?|à nos|pour (?:les|nos)) abonné`, `il vous reste .{1,20} (?:de cet article|à (?:lire|découvrir))`, `pour lire la suite`, `abonnez-vous pour (?:lire|continuer|accéder)`, `(?:article|contenu) (?:réservé|payant)\b`,
		`(?:contenido|artículo|noticia) (?:es )?(?:exclusiv[oa] )?(?:para|de) (?:los |nuestros )?suscriptores`, `(?:solo|exclusivo) para suscriptores`, `suscr[ií]b(?:e|a)(?:te|se) para (?:seguir|continuar|leer|acceder)`, `para (?:seguir|continuar) leyendo`, `inicia(?:r)? sesión para (?:seguir|continuar|leer)`,
		`(?:conteúdo|matéria|reportagem|texto) (?:é )?exclusiv[oa] (?:para|de) (?:os )?assinantes`, `(?:exclusivo|só) para assinantes`, `assine (?:já |agora )?(?:para|e) (?:continuar|continue|ler|leia|ter acesso)`, `para continuar (?:lendo|a ler)`, `já é assinante\?`,
		`(?:contenuto|articolo) riservato agli abbonati`, `alleen voor abonnees`,
		`только (?:для|по) подписчик`, `доступ(?:но|ен|на) (?:только )?(?:по подписке|подписчикам)`, `чтобы (?:читать|прочитать|дочитать) .{0,40}(?:подпи|оформите|войдите)`, `(?:оформите|купите) подписку,? чтобы`, `полн(?:ый текст|ая версия) (?:доступ|статьи доступ)`,
		`有料会員(?:限定|登録|の方)`, `会員限定`, `残り\s*[:：]?\s*[\d,０-９]+\s*文字`, `この記事は(?:有料|会員)`, `有料(?:記事|プラン)`, `続きを(?:読む|お読みいただく|ご覧いただく|見る)には`, `(?:ログイン|会員登録|購読)(?:して|すると).{0,12}(?:続き|全文)`,
		`(?:订阅|付费|登录|开通会员)(?:后|即可)(?:可)?(?:继续)?(?:阅读|查看)`, `付费(?:阅读|内容|文章)`, `(?:本文|此文|该文)(?:为|是)(?:付费|会员)`, `(?:会员|會員|訂戶|订户)(?:专享|專享|专属|專屬)`, `(?:訂閱|付費|登入|加入會員)(?:後|即可)(?:可)?(?:繼續)?(?:閱讀|觀看)`, `付費(?:閱讀|內容|文章)`, `剩余\s*\d+%?\s*(?:字|内容)?未读`,
		`유료\s*(?:회원|기사|구독|콘텐츠)`, `구독자\s*전용`, `(?:구독자|회원|멤버십)(?:에게|만|님만)\s*(?:만\s*)?(?:공개|제공|볼|읽을|이용)`, `(?:로그인|구독|회원\s*가입)\s*(?:후|하시면|하면)\s*(?:이용|전체|전문|기사|계속|읽)`, `(?:기사|전문|나머지).{0,20}(?:구독|로그인).{0,12}(?:필요|하세요|해주세요|후)`,
	}, "|") + `)`)
)

// paywalled reports whether the text is what the outlet shows to everyone of an article that isn't free.
func paywalled(m *metadata, doc *html.Node, list []block) bool {
	n := units(blockText(list))
	if n >= wholeArticle {
		return false
	}
	if m.ld.free != nil {
		return !*m.ld.free
	}
	switch strings.ToLower(m.first("article:content_tier", "og:article:content_tier", "content_tier")) {
	case "locked", "premium", "paid":
		return true
	}
	if n >= wholeArticle/2 {
		return false
	}
	return m.wall || saysWall(doc)
}

// withoutWall drops the outlet's offer from a teaser.
func withoutWall(list []block) []block {
	return slices.DeleteFunc(slices.Clone(list), func(b block) bool { return isWall(b.text) })
}

func isWall(s string) bool {
	return utf8.RuneCountInString(s) < 300 && len(s) > 8 && wallPhrase().MatchString(s)
}

// saysWall looks for the words that ask for a subscription in the page's short texts.
func saysWall(doc *html.Node) bool {
	budget := 4000 // text nodes
	var walk func(n *html.Node, depth int) bool
	walk = func(n *html.Node, depth int) bool {
		if n.Type == html.TextNode {
			budget--
			return isWall(text.Clean(n.Data))
		}
		for c := n.FirstChild; c != nil && depth < maxNesting && budget > 0; c = c.NextSibling {
			if walk(c, depth+1) {
				return true
			}
		}
		return false
	}
	return walk(doc, 0)
}

// accessible tells from an article's JSON-LD whether all of it is free to read (schema.org: isAccessibleForFree, also of what
// hasPart names), or nil.
func accessible(article map[string]any) *bool {
	free := freedom(article)
	parts, ok := article["hasPart"].([]any)
	if !ok {
		parts = []any{article["hasPart"]}
	}
	for _, p := range parts[:min(len(parts), 50)] {
		if p, ok := p.(map[string]any); ok {
			if f := freedom(p); f != nil && !*f {
				return f
			}
		}
	}
	return free
}

func freedom(thing map[string]any) *bool {
	switch v := thing["isAccessibleForFree"].(type) {
	case bool:
		return &v
	case string:
		v = strings.ToLower(strings.TrimSpace(v))
		free := v[strings.LastIndexByte(v, '/')+1:] != "false"
		return &free
	}
	return nil
}
