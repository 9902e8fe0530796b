package read

import (
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"newsbrief/internal/text"
)

// pictureNames are meta tags that hold the address of the lead picture.
var pictureNames = []string{"og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full", "thumbnail", "image"}

// picture chooses the lead picture: the one the page states, else the first large one that stands in the article. Logos,
// placeholders and counters aren't pictures of a story. alt is what the page says it shows.
func (m *metadata) picture(page *url.URL, seen *view) (address, alt string) {
	base := page
	if m.base != "" {
		if u, err := page.Parse(m.base); err == nil {
			base = u
		}
	}
	site := words(siteName(page) + " " + m.first("og:site_name", "application-name") + " " + m.ld.publisher)
	stated := m.all(pictureNames)
	stated = append(stated[:min(len(stated), 3)], append([]string{m.ld.image}, stated[min(len(stated), 3):]...)...)
	for _, ref := range stated {
		if u := resolve(base, ref); u != "" && tells(u, site) {
			return u, cmp.Or(m.first("og:image:alt", "twitter:image:alt"), altShown(u, base, seen.pictures))
		}
	}
	for _, img := range seen.pictures {
		for _, ref := range sources(img) {
			if u := resolve(base, ref); u != "" && tells(u, site) && large(img, u) {
				return u, attr(img, "alt")
			}
		}
	}
	return "", ""
}

// altShown is what the page says of a picture where it shows it, perhaps in another size: in a file of the same name.
func altShown(address string, base *url.URL, pictures []*html.Node) string {
	name := fileName(address)
	for _, img := range pictures {
		if alt := attr(img, "alt"); alt != "" && name != "" && slices.ContainsFunc(sources(img), func(ref string) bool { return fileName(resolve(base, ref)) == name }) {
			return alt
		}
	}
	return ""
}

// fileName is the name of the file at an address, "" where it has none of its own.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil || path.Ext(u.Path) == "" {
		return ""
	}
	return path.Base(u.Path)
}

// maxAlt is the length in code points beyond which nobody listens to what a picture shows.
const maxAlt = 1000

// altText is what is said of a picture, "" when that says nothing: a file's name, a word for any picture, the headline again.
func altText(s, headline string) string {
	s = text.Truncate(text.Clean(s), maxAlt, "…")
	if anyPicture.MatchString(s) || looksLikePicture(s) && !strings.Contains(s, " ") || text.Fold(s) == text.Fold(headline) {
		return ""
	}
	return s
}

// anyPicture is what software and people in a hurry write about any picture.
var anyPicture = regexp.MustCompile(`(?i)^\P{L}*(?:(?:image|img|dsc[nf]?|picture|pic|photo|foto|bild|imagen|imagem|immagine|фото|изображение|이미지|사진|画像|写真|图片|圖片|thumbnail|placeholder|logo|featured image)\P{L}*)?$`)

// sources returns the addresses of an image element, those that scripts load later first: what stands in src is a placeholder
// then.
func sources(img *html.Node) (list []string) {
	for _, key := range []string{"data-src", "data-lazy-src", "data-original", "data-srcset", "srcset", "src"} {
		v := strings.TrimSpace(attr(img, key))
		if strings.HasSuffix(key, "srcset") {
			v, _, _ = strings.Cut(v, " ")
			v = strings.TrimSuffix(v, ",")
		}
		if v != "" && !strings.HasPrefix(v, "data:") {
			list = append(list, v)
		}
	}
	return list
}

// large reports whether an image of a page is shown as large as a picture of its story: by what its element says of its size, else
// by its place and kind, as icons and decoration are kept with a site's design.
func large(img *html.Node, address string) bool {
	width, height := pixels(attr(img, "width")), pixels(attr(img, "height"))
	if width > 0 && width < 200 || height > 0 && height < 100 || decoration.MatchString(address) || decoration.MatchString("/"+strings.Join(strings.Fields(attr(img, "class")), "/")+"/") {
		return false
	}
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".jpg", ".jpeg", ".webp", ".avif":
		return true
	case ".png", "":
		return width >= 200 || img.Parent != nil && (img.Parent.DataAtom == atom.Figure || img.Parent.DataAtom == atom.Picture)
	}
	return false
}

var decoration = regexp.MustCompile(`(?i)/(?:themes?|templates?|icons?|plugins|modules|emojis?|smil(?:ie|ey)s|avatars?|gravatar|ads?|banners?|slideshow|sprites?|buttons?|badges?|counters?|logos?|symbole?)/`)

// pixels reads a size in an attribute, 0 where there is none.
func pixels(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), "px"))
	if err != nil {
		return 0
	}
	return n
}

var (
	// noPicture are words of file names that stand for pictures of no story.
	noPicture = wordSet("logo logos placeholder default fallback noimage noimg nophoto blank spacer pixel transparent avatar gravatar favicon icon icons sprite dummy sharing opengraph touch banner")
	// idle are words of file names that say nothing about a story.
	idle      = wordSet("image images img pic picture photo share social facebook fb twitter og meta thumb thumbnail cropped small medium large big square wide full hd site web page website header head new old the white black color colour dark light rgb cmyk bg background apple android card preview news post article und and de en fr es jpg jpeg png webp gif svg no empty main brand rect square app start home homepage static")
	nameWords = regexp.MustCompile(`[\p{L}]+`)
)

// tells reports whether a picture may tell of a story: it is one that chat programs can show, and its file's name isn't made of
// words for no picture, the outlet's name and numbers alone.
func tells(address string, site map[string]bool) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	name := strings.ToLower(path.Base(u.Path))
	if strings.HasSuffix(name, ".svg") || strings.HasSuffix(name, ".ico") {
		return false
	}
	found, other := false, false
	for _, w := range nameWords.FindAllString(strings.TrimSuffix(name, path.Ext(name)), 12) {
		switch {
		case noPicture[w]:
			found = true
		case len(w) > 1 && !idle[w] && !site[w]:
			other = true
		}
	}
	return !found || other
}

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(s) {
		set[w] = true
	}
	return set
}

// words returns the words of a name, and the name in one.
func words(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range nameWords.FindAllString(text.Fold(s), -1) {
		set[w] = true
	}
	set[strings.Join(nameWords.FindAllString(text.Fold(s), -1), "")] = true
	return set
}
