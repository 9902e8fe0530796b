package read

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// services say where services keep the feeds that their pages don't declare, or not to everyone. An address without scheme and
// "www." that form matches has the feeds, best first; each is "address name", with $1 and so on from form.
var services = sync.OnceValue(func() []serviceRule {
	var rules []serviceRule
	for _, r := range []struct {
		form  string
		feeds []string
	}{
		{`youtube\.com/channel/(UC[\w-]{22})(?:/.*)?`, []string{"https://www.youtube.com/feeds/videos.xml?channel_id=$1 YouTube channel"}},
		{`youtube\.com/user/([\w.-]+)(?:/.*)?`, []string{"https://www.youtube.com/feeds/videos.xml?user=$1 YouTube channel of $1"}},

		{`reddit\.com`, []string{"https://www.reddit.com/.rss Reddit"}},
		{`reddit\.com/(r/[\w+-]+)(?:/(?:hot|comments/.*|wiki/.*|about/.*)?)?`, []string{"https://www.reddit.com/$1/.rss $1"}},
		{`reddit\.com/(r/[\w+-]+)/(new|top|rising|controversial)`, []string{"https://www.reddit.com/$1/$2/.rss $1"}},
		{`reddit\.com/(?:u|user)/([\w-]+)/m/([\w-]+)(?:/.*)?`, []string{"https://www.reddit.com/user/$1/m/$2/.rss Multireddit $2 of $1"}},
		{`reddit\.com/(?:u|user)/([\w-]+)(?:/.*)?`, []string{"https://www.reddit.com/user/$1/submitted/.rss Posts of u/$1"}}, // without submitted it has the comments as well
		{`reddit\.com/(domain/[\w.-]+)(?:/.*)?`, []string{"https://www.reddit.com/$1/.rss $1"}},

		{`github\.com/([\w.-]+/[\w.-]+)/tags`, []string{"https://github.com/$1/tags.atom Tags of $1"}},
		{`github\.com/([\w.-]+/[\w.-]+)/commits`, []string{"https://github.com/$1/commits.atom Commits of $1"}},
		{`github\.com/([\w.-]+/[\w.-]+)/(?:commits|tree)/(.+)`, []string{"https://github.com/$1/commits/$2.atom Commits of $1"}},
		{`github\.com/([\w.-]+/[\w.-]+)/(wiki|discussions)(?:/.*)?`, []string{"https://github.com/$1/$2.atom $1 $2"}},
		{`github\.com/([\w.-]+/[\w.-]+)(?:/.*)?`, []string{"https://github.com/$1/releases.atom Releases of $1", "https://github.com/$1/commits.atom Commits of $1"}},
		{`github\.com/([\w-]+)`, []string{"https://github.com/$1.atom Activity of $1"}},
		{`gist\.github\.com/([\w-]+)(?:/.*)?`, []string{"https://gist.github.com/$1.atom Gists of $1"}},
		{`(codeberg\.org|gitea\.com)/([\w.-]+/[\w.-]+)(?:/.*)?`, []string{"https://$1/$2/releases.rss Releases of $2", "https://$1/$2.rss Activity of $2"}},
		{`(codeberg\.org|gitea\.com)/([\w.-]+)`, []string{"https://$1/$2.rss Activity of $2"}},

		{gitLab + `/-/(tags|commits/.+)`, []string{"https://$1/$2/-/$3?format=atom $3 of $2"}},
		{gitLab + `(?:/-/.*)?`, []string{"https://$1/$2/-/releases.atom Releases of $2", "https://$1/$2/-/tags?format=atom Tags of $2"}},
		{`(gitlab\.com/[\w.-]+)`, []string{"https://$1.atom Activity on $1"}},

		{`bsky\.app/profile/([\w.:-]+)(?:/.*)?`, []string{"https://bsky.app/profile/$1/rss $1 on Bluesky"}},

		{`medium\.com/tag/([\w-]+)(?:/.*)?`, []string{"https://medium.com/feed/tag/$1 $1 on Medium"}},
		{`medium\.com/([\w-]+)/tagged/([\w-]+)(?:/.*)?`, []string{"https://medium.com/feed/$1/tagged/$2 $1: $2"}},
		{`medium\.com/(@?[\w.-]+)(?:/.*)?`, []string{"https://medium.com/feed/$1 $1"}},
		{`([\w-]+\.medium\.com)(?:/.*)?`, []string{"https://$1/feed $1"}},
		{`substack\.com/@([\w-]+)(?:/.*)?`, []string{"https://$1.substack.com/feed $1"}},
		{`([\w-]+\.substack\.com)(?:/.*)?`, []string{"https://$1/feed $1"}},
		{`([\w-]+\.ghost\.io)/((?:tag|author)/[\w-]+)(?:/.*)?`, []string{"https://$1/$2/rss/ $2"}},
		{`([\w-]+\.ghost\.io)(?:/.*)?`, []string{"https://$1/rss/ $1"}},
		{`([\w-]+\.wordpress\.com)/((?:category|tag|author)/[\w/-]+)`, []string{"https://$1/$2/feed/ $2"}},
		{`([\w-]+\.wordpress\.com)(?:/.*)?`, []string{"https://$1/feed/ $1"}},
		{`([\w-]+\.tumblr\.com)/(tagged/[^/]+)(?:/.*)?`, []string{"https://$1/$2/rss $1: $2"}},
		{`([\w-]+\.tumblr\.com)(?:/.*)?`, []string{"https://$1/rss $1"}},
		{`([\w-]+\.blogspot\.com)(?:/.*)?`, []string{"https://$1/feeds/posts/default $1"}},
		{`dev\.to/t/([\w-]+)(?:/.*)?`, []string{"https://dev.to/feed/tag/$1 $1 on DEV"}},
		{`dev\.to/([\w-]+)(?:/.*)?`, []string{"https://dev.to/feed/$1 $1 on DEV"}},
		{`(?:m\.)?blog\.naver\.com/([\w-]+)(?:/.*)?`, []string{"https://rss.blog.naver.com/$1.xml $1"}},
		{`velog\.io/@([\w.-]+)(?:/.*)?`, []string{"https://v2.velog.io/rss/@$1 $1 on velog"}},
		{`note\.com/([\w-]+)(?:/.*)?`, []string{"https://note.com/$1/rss $1 on note"}},
		{`(qiita\.com|zenn\.dev)/([\w-]+)(?:/.*)?`, []string{"https://$1/$2/feed $2"}},

		{stackExchange + `/questions/tagged/([^/]+)`, []string{"https://$1/feeds/tag/$2 Questions on $2"}},
		{stackExchange + `/users/(\d+)(?:/.*)?`, []string{"https://$1/feeds/user/$2 User $2"}},
		{stackExchange + `(?:/questions)?`, []string{"https://$1/feeds Questions on $1"}},
		{`news\.ycombinator\.com/show(?:new)?`, []string{"https://news.ycombinator.com/showrss Show HN"}},
		{`news\.ycombinator\.com(?:/(?:news|newest|front|best)?)?`, []string{"https://news.ycombinator.com/rss Hacker News"}},
		{`store\.steampowered\.com/(?:news/)?app/(\d+)(?:/.*)?`, []string{"https://store.steampowered.com/feeds/news/app/$1 Steam news"}},
		{`arxiv\.org/list/([\w.-]+)(?:/.*)?`, []string{"https://rss.arxiv.org/rss/$1 arXiv $1"}},
		{`pypi\.org/project/([\w.-]+)(?:/.*)?`, []string{"https://pypi.org/rss/project/$1/releases.xml Releases of $1"}},
		{`vimeo\.com/(channels/[\w-]+|groups/[\w-]+|[a-z][\w-]*)(?:/videos)?`, []string{"https://vimeo.com/$1/videos/rss $1 on Vimeo"}},
	} {
		rules = append(rules, serviceRule{regexp.MustCompile(`^` + r.form + `$`), r.feeds})
	}
	return rules
})

const (
	gitLab        = `(gitlab(?:\.[\w-]+)+)/((?:[\w.-]+/)+[\w.-]+?)`
	stackExchange = `(stackoverflow\.com|serverfault\.com|superuser\.com|askubuntu\.com|mathoverflow\.net|stackapps\.com|(?:[\w-]+\.)+stackexchange\.com|[a-z]{2}\.stackoverflow\.com)`
)

type serviceRule struct {
	form  *regexp.Regexp
	feeds []string
}

// service returns the feeds that an address tells by its form.
func service(pageURL string) []Link {
	u, err := url.Parse(CanonicalURL(pageURL))
	if err != nil || u.Host == "" {
		return nil
	}
	q := u.Query()
	host := strings.TrimPrefix(u.Hostname(), "www.")
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	list := q.Get("list")
	switch {
	case host == "youtube.com" && path == "/feeds/videos.xml":
		return []Link{{URL: u.String(), Title: "YouTube"}}
	case host == "youtube.com" && playlistID.MatchString(list):
		return []Link{{URL: "https://www.youtube.com/feeds/videos.xml?playlist_id=" + list, Title: "YouTube playlist"}}
	case host == "reddit.com" && strings.HasSuffix(path, "/search") && q.Get("q") != "":
		search := url.Values{"q": {q.Get("q")}, "sort": {"new"}}
		if path != "/search" {
			search.Set("restrict_sr", "on")
		}
		return []Link{{URL: "https://www.reddit.com" + path + ".rss?" + search.Encode(), Title: "Reddit: " + q.Get("q")}}
	case host == "news.google.com" && !strings.HasPrefix(path, "/rss"):
		u.Path, u.RawPath = "/rss"+strings.TrimSuffix(u.Path, "/"), ""
		return []Link{{URL: u.String(), Title: "Google News"}}
	case host == "github.com" && reserved[strings.Split(path+"/", "/")[1]]:
		return nil
	}
	for _, r := range services() {
		if m := r.form.FindStringSubmatchIndex(host + path); m != nil {
			var links []Link
			for _, f := range r.feeds {
				address, name, _ := strings.Cut(f, " ")
				links = append(links, Link{URL: string(r.form.ExpandString(nil, address, host+path, m)), Title: string(r.form.ExpandString(nil, name, host+path, m))})
			}
			return links
		}
	}
	return nil
}

// playlistID leaves out what only its owner sees (WL, LL) and what is made for each viewer (RD).
var playlistID = regexp.MustCompile(`^(?:PL|UU|FL|OL|EC)[\w-]+$`)

// reserved are first parts of GitHub's paths that are no owners.
var reserved = map[string]bool{"": true, "features": true, "topics": true, "collections": true, "sponsors": true, "settings": true, "marketplace": true, "orgs": true, "search": true, "about": true, "enterprise": true, "login": true, "trending": true, "apps": true, "explore": true, "pricing": true}

// software returns the feeds of the software that has made a page, by the marks it leaves there.
func software(page string, u *url.URL, generator string) []Link {
	root := u.Scheme + "://" + u.Host
	path := strings.TrimSuffix(u.EscapedPath(), "/")
	part := func(form string) string {
		if m := regexp.MustCompile(form).FindStringSubmatch(path); m != nil {
			return m[1]
		}
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	switch {
	case host == "youtube.com" || host == "m.youtube.com" || host == "youtu.be":
		for _, form := range channelIn {
			if m := form.FindStringSubmatch(page); m != nil {
				return []Link{{URL: "https://www.youtube.com/feeds/videos.xml?channel_id=" + m[1], Title: "YouTube channel"}}
			}
		}
	case host == "podcasts.apple.com" || host == "itunes.apple.com":
		if m := podcastFeed.FindStringSubmatch(page); m != nil {
			var address string
			if json.Unmarshal([]byte(m[1]), &address) == nil && isWebAddress(address) {
				return []Link{{URL: address, Title: "Podcast"}}
			}
		}
	case strings.HasPrefix(generator, "discourse"):
		if topic := part(`^((?:/[\w-]+)*/(?:c|t|tag)/.+)$`); topic != "" {
			return []Link{{URL: root + topic + ".rss", Title: "Topics"}}
		}
		return []Link{{URL: root + "/latest.rss", Title: "Latest topics"}}
	case strings.HasPrefix(generator, "mastodon"), containsAny(page, `id="mastodon"`, `id='mastodon'`):
		if tag := part(`^(/tags/[^/]+)$`); tag != "" {
			return []Link{{URL: root + tag + ".rss", Title: tag}}
		}
	case strings.Contains(page, `content="Misskey"`):
		if user := part(`^(/@[\w.-]+)$`); user != "" {
			return []Link{{URL: root + user + ".atom", Title: user[1:]}}
		}
	case strings.HasPrefix(generator, "lemmy"), strings.Contains(page, "window.isoData"):
		if community := part(`^/(c/[\w.@-]+)`); community != "" {
			return []Link{{URL: root + "/feeds/" + community + ".xml?sort=New", Title: community}}
		}
		if user := part(`^/(u/[\w.@-]+)`); user != "" {
			return []Link{{URL: root + "/feeds/" + user + ".xml?sort=New", Title: user}}
		}
	}
	return nil
}

var (
	channelIn = []*regexp.Regexp{ // the channel that the page is of comes before those that it recommends
		regexp.MustCompile(`<link rel="canonical" href="https?://www\.youtube\.com/channel/(UC[\w-]{22})"`),
		regexp.MustCompile(`"externalId":"(UC[\w-]{22})"`),
		regexp.MustCompile(`itemprop="(?:channelId|identifier)" content="(UC[\w-]{22})"`),
		regexp.MustCompile(`"channelId":"(UC[\w-]{22})"`),
	}
	podcastFeed = regexp.MustCompile(`"feedUrl"\s*:\s*("[^"]{8,}")`)
)

// likely returns where the likely software of a page that gives no sign has a feed.
func likely(u *url.URL, generator string) []Link {
	root := u.Scheme + "://" + u.Host
	switch strings.TrimPrefix(u.Hostname(), "www.") {
	case "youtube.com", "tiktok.com", "threads.net", "threads.com":
		return nil
	}
	if m := fediverseUser.FindStringSubmatch(u.EscapedPath()); m != nil {
		if m[2] != "" { // an account of another server, where it has its feed
			root = "https://" + m[2]
		}
		return []Link{{URL: root + "/@" + m[1] + ".rss", Title: "@" + m[1]}}
	}
	for _, g := range []struct{ name, path, title string }{
		{"wordpress", "/feed/", "Feed"}, {"ghost", "/rss/", "Feed"}, {"hugo", "/index.xml", "Feed"}, {"jekyll", "/feed.xml", "Feed"}, {"blogger", "/feeds/posts/default", "Feed"},
		{"drupal", "/rss.xml", "Feed"}, {"wix.com", "/blog-feed.xml", "Feed"}, {"joomla", "/?format=feed&type=rss", "Feed"}, {"typo3", "/feed.xml", "Feed"},
	} {
		if strings.HasPrefix(generator, g.name) {
			return []Link{{URL: root + g.path, Title: g.title}}
		}
	}
	return nil
}

var fediverseUser = regexp.MustCompile(`^/@([\w.-]{1,60}?)(?:@([\w-]+(?:\.[\w-]+)+))?/?$`)

// WellKnown returns addresses at which the site of pageURL may have a feed though no page says so, the likeliest first.
func WellKnown(pageURL string) []string {
	u, err := url.Parse(strings.TrimSpace(pageURL))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	root := u.Scheme + "://" + u.Host
	var list []string
	if dir := strings.TrimSuffix(u.EscapedPath(), "/"); dir != "" && !strings.Contains(dir[strings.LastIndexByte(dir, '/'):], ".") && strings.Count(dir, "/") <= 3 {
		list = append(list, root+dir+"/feed")
	}
	for _, p := range []string{"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default", "/index.rdf", "/feed.json", "/rss/index.xml", "/rss/news", "/blog/feed", "/news/rss", "/?feed=rss2"} {
		list = append(list, root+p)
	}
	return list
}
