package read

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	channelID = regexp.MustCompile(`^UC[\w-]{22}$`)
	userName  = regexp.MustCompile(`^@[\w.]{1,60}$`)
	repoPath  = regexp.MustCompile(`^/([\w.-]+)/([\w.-]+)(?:/(releases|tags|commits)?.*)?$`)
	subreddit = regexp.MustCompile(`^/(r|user|u)/([\w-]+)(?:/(?:(new|top|hot|rising)/?)?)?$`)
)

// service returns the feeds of services whose pages don't declare them, or not to everyone, by the form of the address.
func service(pageURL string) []Link {
	u, err := url.Parse(CanonicalURL(pageURL))
	if err != nil || u.Host == "" {
		return nil
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.TrimSuffix(u.Path, "/")
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	one := func(address, title string) []Link {
		return []Link{{URL: address, Title: title, Type: "application/atom+xml"}}
	}
	switch host {
	case "youtube.com":
		const feed = "https://www.youtube.com/feeds/videos.xml?"
		switch {
		case u.Path == "/feeds/videos.xml":
			return one(u.String(), "YouTube")
		case len(parts) > 1 && parts[0] == "channel" && channelID.MatchString(parts[1]):
			return one(feed+"channel_id="+parts[1], "YouTube channel")
		case len(parts) > 1 && parts[0] == "user":
			return one(feed+"user="+url.QueryEscape(parts[1]), "YouTube user")
		case u.Query().Get("list") != "":
			return one(feed+"playlist_id="+url.QueryEscape(u.Query().Get("list")), "YouTube playlist")
		}
	case "reddit.com":
		if m := subreddit.FindStringSubmatch(path + "/"); m != nil {
			kind, sort := m[1], m[3]
			if kind == "u" {
				kind = "user"
			}
			if sort != "" {
				sort += "/"
			}
			return one("https://www.reddit.com/"+kind+"/"+m[2]+"/"+sort+".rss", "r/"+m[2])
		}
	case "github.com":
		if m := repoPath.FindStringSubmatch(path); m != nil && !reserved[m[1]] {
			repo := "https://github.com/" + m[1] + "/" + m[2]
			switch m[3] {
			case "tags":
				return one(repo+"/tags.atom", "Tags of "+m[2])
			case "commits":
				return one(repo+"/commits.atom", "Commits of "+m[2])
			}
			return one(repo+"/releases.atom", "Releases of "+m[2])
		}
	case "medium.com":
		if len(parts) > 0 && parts[0] != "" && parts[0] != "feed" {
			return one("https://medium.com/feed/"+parts[0], parts[0])
		}
	case "bsky.app":
		if len(parts) > 1 && parts[0] == "profile" {
			return one("https://bsky.app/profile/"+parts[1]+"/rss", parts[1])
		}
	case "news.ycombinator.com":
		return one("https://news.ycombinator.com/rss", "Hacker News")
	}
	switch {
	case strings.HasSuffix(host, ".substack.com"):
		return one("https://"+host+"/feed", host)
	case strings.HasSuffix(host, ".tumblr.com"):
		return one("https://"+host+"/rss", host)
	case strings.HasSuffix(host, ".blogspot.com"):
		return one("https://"+host+"/feeds/posts/default", host)
	case len(parts) == 1 && userName.MatchString(parts[0]) && host != "youtube.com" && host != "tiktok.com" && host != "threads.net" && host != "threads.com":
		return one(u.Scheme+"://"+u.Host+"/"+parts[0]+".rss", parts[0]) // Mastodon
	}
	return nil
}

// reserved are first parts of GitHub's paths that are no owners.
var reserved = map[string]bool{"features": true, "topics": true, "collections": true, "sponsors": true, "settings": true, "marketplace": true, "orgs": true, "search": true, "about": true, "enterprise": true, "login": true, "trending": true, "apps": true}

// WellKnown returns addresses at which the site of pageURL may have a feed though no page says so, the likeliest first.
func WellKnown(pageURL string) []string {
	u, err := url.Parse(strings.TrimSpace(pageURL))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	root := u.Scheme + "://" + u.Host
	var list []string
	if dir := strings.TrimSuffix(u.EscapedPath(), "/"); dir != "" && !strings.Contains(dir[strings.LastIndexByte(dir, '/'):], ".") && strings.Count(dir, "/") <= 3 {
		list = append(list, root+dir+"/feed", root+dir+"/rss", root+dir+"/rss.xml")
	}
	for _, p := range []string{"/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed/", "/feeds/posts/default", "/index.rdf", "/feed.json", "/rss/index.xml", "/rss/news", "/blog/feed", "/news/rss", "/?feed=rss2"} {
		list = append(list, root+p)
	}
	return list
}
