package pipeline_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"
)

const (
	roundFeeds   = 2000
	roundEntries = 30 // in each feed
)

// outlets are the feeds of a round, kept ready as they are at the moment, so that serving them costs little.
type outlets struct {
	hosts   []net.Listener
	etag    string
	feeds   [][]byte
	picture []byte
	others  atomic.Int64 // requests that were neither for a feed nor for a lead picture
}

// serveOutlets listens; next has to be called before the first request.
func serveOutlets(hosts int) (*outlets, error) {
	o := &outlets{feeds: make([][]byte, roundFeeds), picture: []byte(drawn("jpeg", 1200, 675))}
	for range hosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		o.hosts = append(o.hosts, l)
		go http.Serve(l, o)
	}
	return o, nil
}

// address is where a feed is.
func (o *outlets) address(feed int) string {
	return fmt.Sprintf("http://%s/feed/%d", o.hosts[feed%len(o.hosts)].Addr(), feed)
}

// tell renders the feeds as they are after so many rounds: each has one more entry, and one old one less.
func (o *outlets) tell(round int) {
	o.etag = fmt.Sprintf(`"%d"`, round)
	for i := range o.feeds {
		o.feeds[i] = render(i, o.address(i), round)
	}
}

func (o *outlets) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/media/") {
		rw.Write(o.picture)
		return
	}
	var feed int
	if _, err := fmt.Sscanf(r.URL.Path, "/feed/%d", &feed); err != nil || feed >= roundFeeds {
		o.others.Add(1)
		http.NotFound(rw, r)
		return
	}
	rw.Header().Set("ETag", o.etag)
	if r.Header.Get("If-None-Match") == o.etag {
		rw.WriteHeader(http.StatusNotModified)
		return
	}
	rw.Header().Set("Content-Type", "application/xml; charset=utf-8")
	rw.Header().Set("Content-Length", fmt.Sprint(len(o.feeds[feed])))
	rw.Write(o.feeds[feed])
}

// render is a feed, RSS or Atom, with the newest of its entries first.
func render(feed int, url string, round int) []byte {
	t := tongues[feed/2%len(tongues)]
	atom := feed%2 == 0
	site := strings.TrimSuffix(url, fmt.Sprintf("/feed/%d", feed))
	var b bytes.Buffer
	if atom {
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s"><title>Outlet %d</title><id>%s</id><link href="%s/"/><link rel="self" href="%s"/><updated>%s</updated>
`, t.language, feed, url, site, url, roundStart.Format(time.RFC3339))
	} else {
		fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>Outlet %d</title><link>%s/</link><description>All the news of outlet %d</description><language>%s</language><atom:link href="%s" rel="self" type="application/rss+xml"/>
`, feed, site, feed, t.language, url)
	}
	for n := round + roundEntries; n > round; n-- {
		random := rand.New(rand.NewPCG(uint64(feed), uint64(n)))
		title, lead, body := t.report(random, n)
		link := fmt.Sprintf("%s/%d/%02d/%d-%d", site, 2026, 1+n%12, feed, n)
		at := roundStart.Add(time.Duration(n)*time.Hour + time.Duration(feed)*time.Second)
		if atom {
			fmt.Fprintf(&b, "<entry><title>%s</title><id>tag:outlet%d,2026:%d</id><link rel=\"alternate\" type=\"text/html\" href=\"%s\"/><published>%s</published><updated>%s</updated><author><name>%s</name></author><summary>%s</summary><content type=\"html\">%s</content></entry>\n",
				title, feed, n, link, at.Format(time.RFC3339), at.Format(time.RFC3339), name(random), lead, strings.NewReplacer("<", "&lt;", ">", "&gt;", "&", "&amp;").Replace(body))
		} else {
			fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">outlet%d-%d</guid><pubDate>%s</pubDate><dc:creator>%s</dc:creator><category>news</category><description>%s</description><content:encoded><![CDATA[%s]]></content:encoded></item>\n",
				title, link, feed, n, at.Format(time.RFC1123Z), name(random), lead, body)
		}
	}
	if atom {
		b.WriteString("</feed>\n")
	} else {
		b.WriteString("</channel></rss>\n")
	}
	return b.Bytes()
}

var roundStart = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// tongue makes reports in a language: sentences of its own small words with things that happen to invented people between them.
type tongue struct {
	language   string
	small, big []string
	space, end string
}

var tongues = []tongue{
	{"en", strings.Fields("the of and to in a for on with as by at from that it was will have has said after before under over about into"),
		strings.Fields("parliament minister council budget harbour bridge railway hospital university vaccine climate glacier storm flood election court judge police museum concert orchestra football final coach striker bank interest inflation market shares workers strike wages factory battery software satellite rocket telescope island village farmers harvest wheat river dam energy turbine forest fire rescue airport pilots tunnel housing rents teachers pupils"), " ", ". "},
	{"de", strings.Fields("der die das und in zu den mit von für auf ist im dem nicht ein eine als auch es an werden aus hat dass nach bei um noch wie einem über"),
		strings.Fields("Bundestag Ministerin Haushalt Hafen Brücke Bahnstrecke Krankenhaus Universität Impfstoff Klima Gletscher Sturm Hochwasser Wahl Gericht Richter Polizei Museum Konzert Orchester Fußball Endspiel Trainer Stürmer Zinsen Inflation Börse Aktien Streik Löhne Werk Batterie Satellit Rakete Teleskop Insel Gemeinde Bauern Ernte Weizen Fluss Staudamm Energie Windrad Wald Feuerwehr Flughafen Tunnel Wohnungen Mieten Lehrer Schüler"), " ", ". "},
	{"fr", strings.Fields("le la les de des du et en un une dans pour sur avec par au aux que qui est a ont été plus ce se sa son leur après avant selon"),
		strings.Fields("parlement ministre budget port pont ligne hôpital université vaccin climat glacier tempête inondation élection tribunal juge police musée concert orchestre football finale entraîneur attaquant banque inflation marché actions salariés grève salaires usine batterie logiciel satellite fusée télescope île village agriculteurs récolte blé fleuve barrage énergie éolienne forêt incendie pompiers aéroport pilotes tunnel logement loyers enseignants élèves"), " ", ". "},
	{"es", strings.Fields("el la los las de del y en un una para con por al que se su es ha han fue más como sobre tras según entre desde hasta lo no"),
		strings.Fields("parlamento ministra presupuesto puerto puente ferrocarril hospital universidad vacuna clima glaciar tormenta inundación elecciones tribunal jueza policía museo concierto orquesta fútbol final entrenador delantero banco inflación mercado acciones trabajadores huelga salarios fábrica batería satélite cohete telescopio isla pueblo agricultores cosecha trigo río presa energía turbina bosque incendio bomberos aeropuerto pilotos túnel vivienda alquileres maestros alumnos"), " ", ". "},
	{"ru", strings.Fields("в на и с по что из для от за к не о как это был была были его она они после до при под над между будет который"),
		strings.Fields("парламент министр бюджет порт мост дорога больница университет вакцина климат ледник шторм наводнение выборы суд судья полиция музей концерт оркестр футбол финал тренер банк инфляция рынок акции рабочие забастовка зарплата завод батарея спутник ракета телескоп остров деревня фермеры урожай пшеница река плотина энергия лес пожар спасатели аэропорт пилоты тоннель жильё учителя школьники"), " ", ". "},
	{"ko", strings.Fields("은 는 이 가 을 를 에서 에 의 와 과 으로 로 도 까지 부터 대한 위한 지난 이번 모두 다시 함께 가장 오는"),
		strings.Fields("국회 장관 예산 항구 다리 철도 병원 대학 백신 기후 빙하 폭풍 홍수 선거 법원 판사 경찰 박물관 공연 축구 결승 감독 은행 금리 물가 시장 주가 노동자 파업 임금 공장 배터리 위성 로켓 망원경 섬 마을 농민 수확 강 댐 에너지 숲 화재 구조 공항 조종사 터널 주택 교사 학생 발표했다 밝혔다 예정이다"), " ", "했다. "},
	{"ja", strings.Fields("は が を に で の と も から まで として による について また この その 今回 さらに"),
		strings.Fields("国会 大臣 予算 港 橋 鉄道 病院 大学 ワクチン 気候 氷河 台風 洪水 選挙 裁判所 警察 博物館 音楽会 サッカー 決勝 監督 銀行 金利 物価 市場 株価 労働者 賃金 工場 電池 衛星 ロケット 望遠鏡 島 村 農家 収穫 川 ダム エネルギー 森林 火災 救助 空港 操縦士 住宅 教師 生徒 発表した 述べた"), "", "した。"},
}

// report is a title, a lead and the whole text as HTML, 1 to 2.6 KB and too long to be taken for a teaser. A quarter of a language's
// n-th reports tell one of twenty events, so that some outlets tell the same.
func (t tongue) report(r *rand.Rand, n int) (title, lead, body string) {
	event := r
	if r.IntN(4) == 0 {
		event = rand.New(rand.NewPCG(uint64(n), uint64(r.IntN(20))))
	}
	own := []string{name(event), name(event), place(event), fmt.Sprint(100 + event.IntN(9900))} // what comes again in it
	for range 8 {
		own = append(own, t.word(event))
	}
	title = pick(r, own[4:]) + t.space + own[r.IntN(3)] + t.space + pick(r, t.small) + t.space + pick(r, own[4:]) + t.space + own[3]
	lead = t.sentence(r, own) + t.sentence(r, own)
	var b strings.Builder
	fmt.Fprintf(&b, `<figure><img src="/media/%d.jpg" width="1200" height="675" alt="%s"/></figure>`, r.IntN(1e6), own[2])
	length := 900 + r.IntN(1500)
	for runes := 0; runes < 720 || b.Len() < length; {
		p := t.sentence(r, own) + t.sentence(r, own) + t.sentence(r, own)
		runes += utf8.RuneCountInString(p)
		fmt.Fprintf(&b, "<p>%s</p>\n", p)
	}
	fmt.Fprintf(&b, `<p><a href="/topics/%s?from=feed&amp;n=%d"><em>%s</em></a></p>`, own[2], r.IntN(1000), pick(r, own[4:]))
	return title, lead, b.String()
}

func (t tongue) sentence(r *rand.Rand, own []string) string {
	var b strings.Builder
	words := 9 + r.IntN(12)
	for i := range words {
		if i > 0 {
			b.WriteString(t.space)
		}
		switch r.IntN(6) {
		case 0:
			b.WriteString(pick(r, own))
		case 1, 2:
			b.WriteString(t.word(r))
		default:
			b.WriteString(pick(r, t.small))
		}
	}
	return b.String() + t.end
}

// word is one of the language's or, mostly, the beginning of one with the end of another: what thousands of reports are about needs
// more words than a list has.
func (t tongue) word(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return pick(r, t.big)
	}
	head, tail := []rune(pick(r, t.big)), []rune(pick(r, t.big))
	return string(head[:(len(head)+1)/2]) + string(tail[len(tail)/2:])
}

func pick(r *rand.Rand, words []string) string { return words[r.IntN(len(words))] }

func name(r *rand.Rand) string { return place(r) + " " + place(r) }

func place(r *rand.Rand) string {
	s := ""
	for range 2 + r.IntN(2) {
		s += string("bdfgklmnprstvz"[r.IntN(14)]) + string("aeiou"[r.IntN(5)])
	}
	return strings.ToUpper(s[:1]) + s[1:] + string("nrsl"[r.IntN(4)])
}
