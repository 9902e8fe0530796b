package read

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// noise are blocks that outlets put between and around the paragraphs of every article, whole.
var noise = newPhrases(
	// advertising and controls
	`advertis(?:e)?ments?(?: - .{0,60}| continues?.{0,40}| \d+)?`, `(?:article|story) continues? (?:below|after).{0,40}`, `continue reading(?: below)?.{0,40}`, `sponsored(?: content)?`, `promoted`, `ad(?: feedback)?`, `anzeige`, `werbung`, `publicité`, `publicidad(?:e)?`, `pubblicità`, `advertentie`, `annons(?:e)?`, `reklama`, `реклама`, `広告`, `广告`, `廣告`, `광고`,
	`loading\.*`, `close`, `play(?: video)?`, `share(?: (?:this|article|on|via)\b.{0,60})?`, `copy link`, `print`, `e-?mail`, `save(?: article| for later)?`, `bookmark`, `listen(?: to (?:this )?article)?.{0,30}`, `skip to .{0,40}`, `(?:view|show|hide|leave a|post (?:a|your)|join the|see all|load(?: more)?) (?:all )?(?:comments?|conversation|discussion|replies).{0,40}`, `comments?(?: \(?\d+\)?)?`, ` comment~\d+ comments?`, `log ?in`, `sign ?in`, `subscribe(?: now| today)?[.!]?`, `register`, `menu`, `search`, `facebook`, `twitter`, `whatsapp`, `linkedin`, `pinterest`, `reddit`, `tweet`, `enlarge(?: this)? image`, `hide caption`, `toggle caption`, `view (?:image|gallery|photos?)s?.{0,30}`, `image \d+ of \d+`, ` of ~\d+ of \d+`, `/~\d+/\d+`, `read ?more`, `top`, `back to top`,
	`waiting for your permission to load .{0,60}`, `(?:instagram|tiktok|twitter|youtube|facebook|x) content`, `this content can also be viewed on the site it originates from\.?`, `view this (?:post|photo) on instagram`, `this content is imported from .{0,200}`,
	// letters and memberships
	`(?:sign up|subscribe|register)\b.{0,40}\b(?:newsletters?|updates?|e-?mails?|inbox|alerts?|free|podcast)\b.{0,160}`, ` your ~.{0,80}\b(?:delivered|straight|directly|direct|right|sent) (?:directly |straight |right )?(?:to|in|into) your (?:inbox|e-?mail)\b.{0,120}`, `get (?:our|the (?:best|latest|hottest|free)|daily|weekly)\b.{0,140}\b(?:newsletters?|inbox|e-?mail|updates?)\b.{0,120}`, `by (?:signing up|subscribing|submitting|clicking|entering|providing)\b.{0,260}`, `thank you for (?:signing up|subscribing)\b.{0,200}`, `there was a problem\. please refresh.{0,60}`, `want (?:more|to keep up)\b.{0,160}\b(?:newsletters?|subscribe|sign up)\b.{0,120}`, `contact me with news and offers.{0,80}`, `receive email from us.{0,80}`,
	`(?:abonnieren sie|melden sie sich|jetzt anmelden|newsletter)\b.{0,160}`, `(?:inscrivez-vous|abonnez-vous|recevez)\b.{0,160}`, `(?:suscríbete|suscribirse|regístrate)\b.{0,160}`, `(?:inscreva-se|assine)\b.{0,160}`, `iscriviti\b.{0,160}`,
	`support (?:independent|our|the guardian|huffpost|us)\b.{0,160}`, `contribute (?:as little as|now|today)\b.{0,120}`, `(?:become|are you) a (?:member|subscriber|supporter)\b.{0,120}`, `already (?:a )?(?:subscribed|member|contributed|subscriber)\b.{0,80}`, `this article is (?:free|exclusive|available|reserved) .{0,120}`, `(?:i would|we.d) like to contribute`, `(?:get|download) (?:the|our) .{0,40}\bapps?\b.{0,80}`,
	// pointers elsewhere
	`(?:read (?:more|also|next|now|this)|also read|also|see also|see more|more|related(?: (?:stories|articles?|content|video|story|news|coverage|topics?|posts?))?|recommended(?: (?:stories|reading|for you))?|don.?t miss|must[- ]read|watch(?: (?:now|more|live|below|also))?|listen|next|up next|previously|in case you missed it|icymi|check out|photos?|video|pictured|more (?:on|from)|earlier|trending|follow|editor.?s (?:picks?|choice)|lesen sie auch|mehr zum thema|auch interessant|siehe auch|lire aussi|à lire aussi|voir aussi|lea también|lee también|leia também|leia mais|leggi anche|lees ook|läs också|les også|læs også|lue myös|czytaj też|czytaj także|čtěte také|читайте также|читайте ещё|читайте також|смотрите также|관련\s*기사|관련기사|함께 보면 좋은 기사|관련뉴스|関連記事|あわせて読みたい|相关阅读|相关新闻|延伸阅读|延伸閱讀|相關新聞|推荐阅读|baca juga|xem thêm|اقرأ أيضا|إقرأ أيضا)\s*[:：|>»›→–—-].{0,200}`,
	`(?:related (?:stories|articles?|content|videos?|story|news|coverage|topics?|posts?|links?|tags?)|recommended(?: (?:stories|articles|videos|reading|for you))?|most (?:popular|read|viewed|shared)(?: stories| articles| in .{0,40})?|trending(?: (?:now|stories|pages|this week|topics))?|you (?:may|might)(?: also)? (?:like|be interested).{0,20}|more (?:from|on|in|about|by|stories|news|like this|must-reads)\b.{0,60}|top stories|latest (?:news|stories|articles)|featured (?:stories|articles|reviews|videos?|fact-check)|editor.?s (?:picks?|choice|note)|don.?t miss|see more(?: on .{0,40})?|topics?|tags?|filed under.{0,60}|in this (?:article|story)|table of contents|contents|jump to.{0,40}|explore (?:more|the edition)|popular (?:stories|on .{0,30})|mehr zum thema|das könnte sie auch interessieren|auch interessant|meistgelesen|à lire aussi|sur le même sujet|les plus lus|lea también|noticias relacionadas|lo más leído|leia também|mais lidas|notícias relacionadas|leggi anche|articoli correlati|관련\s*기사|관련기사|많이 본 뉴스|인기\s*기사|関連記事|関連ニュース|あわせて読みたい|人気記事|相关(?:阅读|新闻|文章|推荐)|相關(?:閱讀|新聞|文章)|热门(?:文章|新闻)|читайте также|материалы по теме|по теме|czytaj także|zobacz też)\s*[:：]?`,
	`(?:click|tap) here (?:for|to)\b.{0,120}`, `by clicking here~.{0,60}\bby clicking here\b.{0,30}`, `follow (?:us|him|her|them|me|the author|@?[\w.]{2,30}) on\b.{0,120}`, `(?:like|find|join|visit) us on\b.{0,120}`, `originally published.{0,160}`, `(?:this (?:article|story|post) (?:was )?(?:originally |first )?(?:published|appeared|appears)|first published|a version of this (?:article|story))\b.{0,360}`,
	`(?:have|got) a (?:tip|story|news tip|confidential)\b.{0,200}`, `(?:contact|e-?mail|write to) (?:us|me|the (?:author|writer|reporter)|him|her) at\b.{0,120}`, ` be reached ~.{3,60} (?:can|may) be reached (?:at|by|via|on)\b.{0,160}`, `(?:send|submit) (?:us )?(?:your )?(?:tips?|feedback|a letter)\b.{0,120}`, `(?:if you (?:buy|purchase|click))\b.{0,200}\b(?:commission|compensat|share of the sale|affiliate)\w*\b.{0,120}`, `affiliate~.{0,160}\b(?:affiliate (?:links?|partnerships?|commission)|earn (?:a|an affiliate) commission)\b.{0,200}`, ` may ~(?:we|.{2,30}) may (?:earn|receive|get) (?:a |an )?(?:affiliate |small )?(?:commission|compensation)\b.{0,200}`,
	`(?:©|\(c\) |copyright ).{0,160}`, `all rights reserved.{0,80}`, `all rights reserved~.{0,100}\ball rights reserved\.?`, `(?:reporting|writing|editing|additional reporting|compiled) by [^.]{3,200}(?:;.{0,200})?`, `our standards: .{0,80}`, `(?:edited|translated) by .{0,80}`, `무단\s*전재.{0,60}`, `무단~.{0,60}무단\s*(?:전재|복제).{0,60}`, `저작권자.{0,80}`, `@~[\w.+-]+@[\w-]+\.[\w.]+`, `기자\s*[\w.+-]+@.{0,40}`, `기자~.{2,12}\s*기자\s*[\w.+-]+@.{0,40}`,
	`(?:photo|image|picture|credit|photo credit|image credit|foto|bild|photograph(?:ed)? by|photo by|courtesy(?: of)?|getty(?: images)?|ap photo|file photo|reuters)(?:\s*[:：/|].{0,100}|\s.{0,40}|)`,
	// the same in other words and languages
	`share your thoughts\b.{0,160}`, `never miss\b.{0,120}`, `to (?:view|read|continue)\b.{0,60}\bsubscribe\b.{0,120}`, `subscribe (?:now )?(?:to|for)\b.{0,160}`, `for the latest\b.{0,120}\bdownload\b.{0,120}`, `get the latest\b.{0,160}`, `if you.re (?:already|seeing)\b.{0,60}\bsubscriber\b.{0,160}`, `if you (?:enjoyed|liked) (?:reading )?this\b.{0,240}`, `(?:do you )?want to be informed\b.{0,120}`, `join (?:our|the) (?:whatsapp|telegram|discord|facebook|mailing)\b.{0,140}`, ` as little as ~.{0,200}\b(?:contribut|giving us|support)\w*\b.{0,80} as little as .{0,120}`, `comments are closed\.?`, `editor.?s note\s*[:：(].{0,380}`, `(?:you can )?(?:e-?mail|contact|reach|write to|follow) [^.]{2,40} (?:at|on) .{0,80}(?:@|twitter|instagram|facebook|threads|bluesky|linkedin|https?:).{0,160}`, ` wherever you ~.{0,280}\bwherever you (?:get|find|listen to) (?:your )?podcasts\b.{0,80}`, `(?:gallery|image|photo|picture|video) credits?\s*[:：].{0,160}`, `sources?\s*[:：].{0,80}`, `scroll (?:through|down|on)\b.{0,160}`,
	`weitere (?:infos|informationen|artikel|nachrichten|meldungen|beiträge)(?: (?:zum thema|hierzu|dazu|unter|finden|gibt es)\b.{0,120})?:?`, `das (?:thema )?könnte (?:sie|dich|euch) auch interessieren.{0,20}`, `war (?:der|dieser) artikel\b.{0,60}\?`, `sie müssen sich (?:einloggen|anmelden|registrieren)\b.{0,120}`, `(?:gefällt (?:dir|ihnen)|kennt ihr schon|kennen sie schon) unser\w*\b.{0,160}`, `(?:noch )?keine (?:bewertungen|kommentare)(?: vorhanden)?\.?`, `\(noch keine (?:bewertungen|kommentare)\)`, `diskutieren sie mit.{0,60}`, `kommentar (?:schreiben|verfassen|abgeben).{0,40}`, `artikel (?:teilen|drucken|merken|empfehlen).{0,40}`, `jetzt (?:abonnieren|registrieren|kostenlos testen)\b.{0,120}`, `zur startseite`,
	`(?:también )?(?:le|te) puede interesar\b.{0,160}`, `más (?:información|noticias)(?: (?:en|sobre|de)\b.{0,80})?`, `s(?:igue|ígue)nos en\b.{0,100}`, `recib[ae] (?:las|nuestro|nuestra|en tu)\b.{0,140}`, `compart(?:e|ir)(?: (?:esta noticia|este artículo|en\b.{0,30}))?`, `haz clic aquí\b.{0,120}`,
	`à lire également\b.{0,160}`, `(?:lire|voir) également\b.{0,160}`, `partager(?: (?:cet article|sur\b.{0,40}))?`, `suivez-nous sur\b.{0,100}`, `cliquez ici\b.{0,120}`, `tous droits réservés.{0,60}`,
	`veja (?:também|mais)\b.{0,160}`, `saiba mais\b.{0,120}`, `compartilh(?:e|ar)(?: (?:esta notícia|no\b.{0,30}))?`, `siga(?:-nos| o\b.{0,30}) n[oa]s?\b.{0,100}`, `receba (?:as|nossa|nossas|no seu)\b.{0,140}`, `clique aqui\b.{0,120}`, `todos os direitos reservados.{0,60}`, `todos los derechos reservados.{0,60}`,
	`dowiedz się więcej.{0,80}`, `zapraszamy (?:też )?do subskrypcji.{0,80}`,
	`подпи(?:сывайтесь|шитесь|саться|сывайся)(?: на|$).{0,160}`, `поделиться(?: .{0,40})?`, `читайте нас .{0,80}`, `следите за .{0,60}новост.{0,80}`, `(?:фото|источник)\s*[:：].{0,100}`, `все права защищены.{0,60}`,
	`(?:この記事を)?(?:シェア|ツイート|ブックマーク)(?:する)?`, `(?:メルマガ|メールマガジン|ニュースレター)(?:に|を|の|へ)?(?:登録|購読|お申し込み).{0,60}`, `(?:無料|有料)?会員登録.{0,60}`, `関連リンク.{0,60}`, `【(?:関連記事|関連|動画|あわせて読みたい|pr).{0,4}】.{0,120}`, `無断転載.{0,40}`, `最終更新.{0,40}`,
	`(?:责任编辑|責任編輯|责编|責編|编辑|編輯|来源|來源|文章来源|图片来源|图源|原标题|校对)\s*[:：].{0,60}`, `(?:分享到|分享至|扫码|掃碼|扫一扫|扫描|长按).{0,60}`, `(?:关注|關注|订阅|訂閱).{0,6}(?:微信|微博|公众号|公眾號|我们|我們|客户端|app|频道|頻道).{0,60}`, `(?:版权所有|版權所有|未经授权|未經授權|未经许可|转载请注明|轉載請註明|免责声明|免責聲明).{0,160}`, `(?:上一篇|下一篇)\s*[:：]?.{0,80}`, `更多(?:新闻|新聞|精彩|内容|內容|报道|報導).{0,80}`, `(?:猜你喜欢|热门推荐|返回首页|返回顶部|展开全文|点击查看.{0,20})`,
	`(?:이 )?기사\s*공유(?:하기)?`, `공유하기`, `구독(?:하기|\s*신청).{0,40}`, `(?:네이버|카카오|카카오톡|유튜브|페이스북|텔레그램)에?서?.{0,20}(?:구독|채널|팔로우|추가|제보).{0,60}`, `(?:▶|☞|►).{0,140}`, `제보(?:는|하기).{0,80}`, `(?:자료사진|사진|이미지|영상)\s*(?:제공|출처)?\s*[=:：/].{0,80}`, `뉴스레터.{0,80}`, `ⓒ.{0,80}`, `<\s*저작권.{0,80}`, `재배포\s*금지.{0,40}`,
	`this video (?:is no longer available|cannot be played|can not be played).{0,60}`, `(?:please )?(?:enable|turn on) (?:javascript|cookies).{0,120}`, `(?:we use|this (?:site|website) uses) cookies.{0,200}`, `stand up for the facts!`, `our only agenda is to publish the truth.{0,160}`, `stay (?:connected|on the cutting edge|up to date|informed)\b.{0,40}`, `(?:about|meet) the (?:author|writer)s?`, `editorial standards`, `~(?:_|-|\*|=|•|·|—|\.){1,40}`,
)

// section begins what stands behind the article's end.
var section = lazily(`(?i)^(?:related(?: (?:stories|articles?|content|videos?|story|news|coverage|posts?|links?))?|recommended(?: .{0,30})?|most (?:popular|read|viewed)(?: .{0,30})?|trending(?: .{0,20})?|you (?:may|might)(?: also)? (?:like|enjoy|be interested).{0,20}|more (?:from|must-reads|stories|like this)\b.{0,50}|motortrend recommended stories|read next|up next|what to read next|comments?|join the (?:conversation|discussion)|leave a (?:comment|reply)|post (?:a|your) comment|footnotes|about the author|stay connected|top stories|latest (?:news|stories)|popular (?:stories|now)|categories|kategorien|schlagwörter|schlagworte|catégories|categorías|categorias|рубрики|теги|カテゴリー?|タグ|标签|標籤|태그|you have successfully .{0,60}|from the web|around the web|sponsored (?:links|stories)|mehr zum thema|das könnte sie auch interessieren|kommentare|les plus lus|à lire aussi|sur le même sujet|lo más leído|comentarios|noticias relacionadas|leia também|mais lidas|articoli correlati|관련\s*기사|많이 본 뉴스|댓글|関連記事|関連ニュース|人気記事|相关(?:阅读|新闻|文章)|相關(?:閱讀|新聞|文章)|读者评论|читайте также|материалы по теме|комментарии)\s*[:：.…]*$`)

var (
	bylineLine = regexp.MustCompile(`^(?i:by|von|par|por|di|door|written by|story by|posted by|reported by|words by|text)\b:?\s+\S.{1,80}$`)
	dateLead   = regexp.MustCompile(`(?i)^(?:(?:last )?(?:updated?|published|posted|modified|aired|created|first published|veröffentlicht|aktualisiert|stand|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано|обновлено|입력|수정|등록|승인|更新|公開|発行|发布|時間|时间)\b|\d+ (?:min(?:ute)?s?|sec)\b.{0,12}read|reading time)`)
	bio        = regexp.MustCompile(`(?i)^(?:[\p{Lu}][\p{L}.'’-]+ ){1,4}(?:\([^)]{2,20}\) )?(?:(?:covers|writes (?:about|for)|reports (?:on|for)|schreibt (?:über|für))\b|(?:is|was|has been|joined|covers|writes|reports|ist|est|es|é)\b.{0,60}\b(?:reporter|writer|editor|journalist|correspondent|columnist|contributor|author|columnista|redakteur(?:in)?|journaliste|covers|writing about|reviewing|freelancer?|curator|fellow|producer|intern)\b)`)
)

// trim drops the blocks that belong to the outlet rather than to the article: its title and dateline above, pointers and
// appeals between the paragraphs, lists of other articles and notes on the author below.
func trim(list []block, title string) []block {
	list = cutSections(list)
	kept := make([]block, 0, len(list))
	for i, b := range list {
		n := utf8.RuneCountInString(b.text)
		switch {
		case n < 400 && noise.match(b.text):
			continue
		case i < 6 && len(kept) < 3 && isHead(b, n, title):
			continue
		case b.link*10 >= len(b.text)*8 && pointer(list, i, n):
			continue
		case len(kept) > 0 && kept[len(kept)-1].text == b.text && n > 20:
			continue // said twice, as captions are
		}
		kept = append(kept, b)
	}
	for len(kept) > 2 {
		last := kept[len(kept)-1]
		n := utf8.RuneCountInString(last.text)
		if n < 700 && bio.MatchString(last.text) || n < 160 && tail().MatchString(last.text) || isHeading(last.tag) && n < 120 && !isSentence(last.text) || n < 80 && bylineLine.MatchString(last.text) {
			kept = kept[:len(kept)-1]
			continue
		}
		break
	}
	return kept
}

// cutSections ends the list where something else begins: behind the bulk of the text, at a line that says so, when little prose
// follows. Some outlets put such lines in the middle of their articles.
func cutSections(list []block) []block {
	total, behind := size(list), 0
	for i := len(list) - 1; i > 1; i-- {
		b := list[i]
		n := utf8.RuneCountInString(b.text)
		if n < 60 && section().MatchString(b.text) && behind*100 <= total*15 {
			list, behind = list[:i], 0
			continue
		}
		if n >= 120 && b.link*2 < len(b.text) {
			behind += n
		}
	}
	return list
}

// isHead reports whether a block above the text repeats the title or says who wrote it and when.
func isHead(b block, n int, title string) bool {
	if n > 250 {
		return false
	}
	if title != "" && (text.Fold(b.text) == text.Fold(title) || (isHeading(b.tag) || n < 200) && similar(b.text, title)) {
		return true
	}
	if n < 100 && (bylineLine.MatchString(b.text) || dateLead.MatchString(b.text)) {
		return true
	}
	if n < 60 {
		if _, ok := findDate(b.text, ""); ok && !strings.HasSuffix(b.text, ".") {
			return true
		}
	}
	return false
}

// similar reports whether two titles are the same but for a few words.
func similar(a, b string) bool {
	x, y := text.Words(a, ""), text.Words(b, "")
	if len(x) == 0 || len(y) == 0 || len(x) > 2*len(y) || len(y) > 2*len(x) {
		return false
	}
	n := shared(x, y)
	return n*100 >= 75*max(len(x), len(y))
}

// pointer reports whether a block that is nothing but links leads elsewhere: a short paragraph, or a list item among its like.
func pointer(list []block, i, n int) bool {
	b := list[i]
	if n > 200 || n < 4 {
		return false
	}
	switch {
	case b.tag == atom.Li:
		like := func(j int) bool {
			return j >= 0 && j < len(list) && list[j].tag == atom.Li && list[j].link*10 >= len(list[j].text)*8
		}
		return like(i-1) || like(i+1)
	case isHeading(b.tag):
		return false
	}
	return true
}
