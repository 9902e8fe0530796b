package read

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"

	"newsbrief/internal/text"
)

// wholeArticle is the length in characters from which a text is taken for the article, whatever the page says about access:
// teasers are shorter.
const wholeArticle = 2000

var (
	wallClass  = regexp.MustCompile(`(?:^|[\s_-])(?:paywall|paywalled|pay-wall|regwall|subscriber-only|subscribers-only|premium-content|premium-teaser|metered-content|piano-offer|tp-container-inner|plus-teaser|article-locked|is-premium)(?:$|[\s_-])`)
	wallPhrase = regexp.MustCompile(`(?i)(?:(?:subscribe|sign in|log in|register|sign up)(?: now)? to (?:continue|keep|read|unlock|view|access)|to (?:continue|keep) reading|(?:this|the) (?:article|story|content) is (?:only |exclusively )?(?:for|available to|reserved for) (?:our )?(?:paying |premium )?(?:subscribers|members)|(?:subscriber|member)[- ]only|subscribers only|` +
		`(?:nur|exklusiv) für (?:abonnenten|mitglieder)|(?:jetzt|mit .{2,20}) weiterlesen|diesen artikel (?:weiterlesen|freischalten)|(?:artikel|beitrag) ist (?:nur )?(?:für abonnenten|kostenpflichtig)|réservé (?:aux|à nos) abonnés|il vous reste .{1,20} de cet article|pour lire la suite|(?:contenido|artículo) (?:exclusivo )?para suscriptores|(?:conteúdo|matéria) exclusiv[oa] para assinantes|(?:contenuto|articolo) riservato agli abbonati|` +
		`alleen voor abonnees|только (?:для|по) подписчик|доступно по подписке|有料会員限定|会員限定|残り\s*\d+\s*文字|この記事は有料|订阅后(?:可)?(?:阅读|查看)|付费(?:阅读|内容)|訂閱(?:後|戶)(?:可)?(?:閱讀|專享)|유료\s*(?:회원|기사|구독)|구독자\s*전용|로그인\s*후\s*(?:이용|전체))`)
)

// paywalled reports whether the text is what the outlet shows to everyone of an article that isn't free.
func paywalled(m *metadata, doc *html.Node, list []block) bool {
	n := size(list)
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

// saysWall looks for the words that ask for a subscription in the page's short texts.
func saysWall(doc *html.Node) bool {
	budget := 4000 // text nodes
	var walk func(n *html.Node, depth int) bool
	walk = func(n *html.Node, depth int) bool {
		if n.Type == html.TextNode {
			budget--
			return utf8.RuneCountInString(n.Data) < 300 && len(n.Data) > 8 && wallPhrase.MatchString(text.Clean(n.Data))
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
