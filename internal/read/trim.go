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
	`(?:click|tap) here (?:for|to)\b.{0,120}`, `by clicking here~.{0,60}\bby clicking here\b.{0,30}`, `follow (?:us|him|her|them|me|the author|@?[\w.]{2,30}) on\b.{0,120}`, `(?:like|find|join|visit) us on\b.{0,120}`, `originally published.{0,160}`, `(?:this (?:article|story|post) (?:was )?(?:originally |first )?(?:published|appeared|appears)|first published|a version of this (?:article|story))\b.{0,200}`,
	`(?:have|got) a (?:tip|story|news tip|confidential)\b.{0,200}`, `(?:contact|e-?mail|write to) (?:us|me|the (?:author|writer|reporter)|him|her) at\b.{0,120}`, ` be reached ~.{3,60} (?:can|may) be reached (?:at|by|via|on)\b.{0,160}`, `(?:send|submit) (?:us )?(?:your )?(?:tips?|feedback|a letter)\b.{0,120}`, `(?:if you (?:buy|purchase|click))\b.{0,200}\b(?:commission|compensat|share of the sale|affiliate)\w*\b.{0,120}`, `affiliate~.{0,160}\b(?:affiliate (?:links?|partnerships?|commission)|earn (?:a|an affiliate) commission)\b.{0,200}`, ` may ~(?:we|.{2,30}) may (?:earn|receive|get) (?:a |an )?(?:affiliate |small )?(?:commission|compensation)\b.{0,200}`,
	`(?:© |\(c\) |copyright ).{0,160}`, `all rights reserved.{0,80}`, `all rights reserved~.{0,100}\ball rights reserved\.?`, `(?:reporting|writing|editing|additional reporting|compiled) by [^.]{3,200}(?:;.{0,200})?`, `our standards: .{0,80}`, `(?:edited|translated) by .{0,80}`, `무단\s*전재.{0,60}`, `무단~.{0,60}무단\s*(?:전재|복제).{0,60}`, `저작권자.{0,80}`, `@~[\w.+-]+@[\w-]+\.[\w.]+`, `기자\s*[\w.+-]+@.{0,40}`, `기자~.{2,12}\s*기자\s*[\w.+-]+@.{0,40}`,
	`(?:photo|image|picture|credit|photo credit|image credit|foto|bild|photograph(?:ed)? by|photo by|courtesy(?: of)?|getty(?: images)?|ap photo|file photo|reuters)(?:\s*[:：/|].{0,100}|\s.{0,40}|)`,
	`this video (?:is no longer available|cannot be played|can not be played).{0,60}`, `(?:please )?(?:enable|turn on) (?:javascript|cookies).{0,120}`, `(?:we use|this (?:site|website) uses) cookies.{0,200}`, `stand up for the facts!`, `our only agenda is to publish the truth.{0,160}`, `stay (?:connected|on the cutting edge|up to date|informed)\b.{0,40}`, `(?:about|meet) the (?:author|writer)s?`, `editorial standards`, `~(?:_|-|\*|=|•|·|—|\.){1,40}`,
)

// section begins what stands behind the article's end.
var section = regexp.MustCompile(`(?i)^(?:related(?: (?:stories|articles?|content|videos?|story|news|coverage|posts?|links?))?|recommended(?: .{0,30})?|most (?:popular|read|viewed)(?: .{0,30})?|trending(?: .{0,20})?|you (?:may|might)(?: also)? (?:like|enjoy|be interested).{0,20}|more (?:from|must-reads|stories|like this)\b.{0,50}|motortrend recommended stories|read next|up next|what to read next|comments?|join the (?:conversation|discussion)|leave a (?:comment|reply)|post (?:a|your) comment|footnotes|about the author|stay connected|top stories|latest (?:news|stories)|popular (?:stories|now)|you have successfully .{0,60}|from the web|around the web|sponsored (?:links|stories)|mehr zum thema|das könnte sie auch interessieren|kommentare|les plus lus|à lire aussi|sur le même sujet|lo más leído|comentarios|noticias relacionadas|leia também|mais lidas|articoli correlati|관련\s*기사|많이 본 뉴스|댓글|関連記事|関連ニュース|人気記事|相关(?:阅读|新闻|文章)|相關(?:閱讀|新聞|文章)|读者评论|читайте также|материалы по теме|комментарии)\s*[:：.…]*$`)

var (
	bylineLine = regexp.MustCompile(`^(?i:by|von|par|por|di|door|written by|story by|posted by|reported by|words by|text)\b:?\s+\S.{1,80}$`)
	dateLead   = regexp.MustCompile(`(?i)^(?:(?:last )?(?:updated?|published|posted|modified|aired|created|first published|veröffentlicht|aktualisiert|stand|publié|mis à jour|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано|обновлено|입력|수정|등록|승인|更新|公開|発行|发布|時間|时间)\b|\d+ (?:min(?:ute)?s?|sec)\b.{0,12}read|reading time)`)
	bio        = regexp.MustCompile(`(?i)^(?:[\p{Lu}][\p{L}.'’-]+ ){1,4}(?:\([^)]{2,20}\) )?(?:is|was|has been|joined|covers|writes|reports|ist|est|es|é)\b.{0,60}\b(?:reporter|writer|editor|journalist|correspondent|columnist|contributor|author|columnista|redakteur(?:in)?|journaliste|covers|writing about|reviewing|freelance|curator|fellow|producer|intern)\b`)
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
		if n < 700 && bio.MatchString(last.text) || n < 160 && tail.MatchString(last.text) || isHeading(last.tag) && n < 120 || n < 80 && bylineLine.MatchString(last.text) {
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
		if n < 60 && section.MatchString(b.text) && behind*100 <= total*15 {
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
