package read

import (
	"strings"
	"unicode"
)

// besideNames name, in classes and ids, boxes whose text is never an article's.
var besideNames = boxNames(`newsletter newsletters signup sign-up subscribe subscription subscriptions biography bio author-bio author-box author-info
	author-description author-about author-card about-author sidebar cta related recommend recommended recommendation recommendations
	display-card breadcrumb breadcrumbs promo most-read most-popular read-more readmore also-read donate donation paywall-message
	paywall-teaser paywall-box comment comments respond social-share social-link social-links social-bar share-bar share-button
	share-buttons share-tools tags tag-list tag-cloud`)

// clutterNames name boxes whose text isn't an article's as a rule.
var clutterNames = boxNames(`related promo newsletter subscribe subscriber subscribers subscription subscriptions share sharing comment comments
	sidebar recommend recommended recommendation recommendations author authors byline bio tag tags advert adverts advertisement advertising
	advertorial ad ads sponsor sponsored sponsors widget caption credit credits meta breadcrumb breadcrumbs footer nav menu popup modal signup
	cta teaser support contribute contribution contributions contributor member members membership more readmore gallery slideshow video
	player callout donate donation copyright disclaimer toc poll hidden sr-only print`)

func boxNames(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// style is what boxes of one kind have in common.
type style struct{ name, class string }

// style returns nothing for a box without class.
func (b box) style() (k style) {
	if k.class = attr(b.node, "class"); k.class != "" {
		k.name = b.node.Data
	}
	return k
}

// named reports whether the box's class or id has one of the words, or two with a dash between them.
func (b box) named(set map[string]bool) bool {
	return hasWord(attr(b.node, "class"), set) || hasWord(attr(b.node, "id"), set)
}

func hasWord(s string, set map[string]bool) bool {
	s = strings.ToLower(s)
	last := ""
	for s != "" {
		end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if end < 0 {
			end = len(s)
		}
		if w := s[:end]; w != "" {
			if set[w] || last != "" && set[last+"-"+w] {
				return true
			}
			last = w
		}
		if end < len(s) && s[end] == ' ' {
			last = ""
		}
		s = s[min(end+1, len(s)):]
	}
	return false
}
