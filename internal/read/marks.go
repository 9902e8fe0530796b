package read

import (
	"crypto/sha256"
	"encoding/binary"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// identity is what may tell an entry apart within its feed; what an entry doesn't have is zero. It depends on the entry alone.
// What an identity is worth in this feed is for whoever sees all of its entries to say (see Fresh).
type identity struct {
	raw   news.Mark // its very characters
	guid  news.Mark // not when it says the same as the link
	link  news.Mark // canonical; a site's front page is none
	title news.Mark
	text  news.Mark // title, summary and content; every entry has it
	pair  news.Mark // guid and title: it tells whether a guid stays with its entry

	ordinal bool // the guid looks like a place in a list
	bare    bool // there is no text but the title
}

func identify(e news.Entry, raw news.Mark) identity {
	id := identity{raw: raw}
	guid, link := e.GUID, ""
	if e.Link != "" && !isFrontPage(e.Link) {
		link = sameAs(e.Link)
		id.link = mark("link", link)
	}
	if isWebAddress(guid) {
		if isFrontPage(guid) {
			guid = ""
		}
		guid = sameAs(guid) // http or https, tracked or not
	}
	if guid != "" && guid != link {
		id.guid = mark("guid", guid)
		id.ordinal = placeNumber.MatchString(guid)
	}
	title := text.Fold(text.Clean(e.Title))
	var sum [8]byte
	binary.BigEndian.PutUint64(sum[:], xxhash.Sum64String(e.Summary)^3*xxhash.Sum64String(e.Content))
	id.text = mark("text", title, string(sum[:]))
	id.bare = e.Summary == "" && e.Content == ""
	told := id.text
	if title != "" {
		id.title = mark("title", title)
		told = id.title
	}
	if id.guid != (news.Mark{}) {
		id.pair = mark("pair", guid, string(told[:]))
	}
	return id
}

// marks lists those there are, what stands for the entry's characters first.
func (id identity) marks() []news.Mark {
	var list []news.Mark
	for _, m := range []news.Mark{id.raw, id.guid, id.link, id.title, id.text, id.pair} {
		if m != (news.Mark{}) {
			list = append(list, m)
		}
	}
	return list
}

func isFrontPage(link string) bool {
	u, err := url.Parse(strings.TrimSpace(link))
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

func mark(kind string, values ...string) news.Mark {
	sum := sha256.Sum256([]byte(kind + "\x00" + strings.Join(values, "\x00")))
	return news.Mark(sum[:16])
}

// Marks returns the marks of each entry of d, for Fresh to ask about and for the store to keep: all that may ever tell it
// apart. Where the entry was found by Split, the first one is that of its characters.
func (d *Document) Marks() [][]news.Mark {
	all := make([][]news.Mark, len(d.Entries))
	for i, id := range d.identities() {
		all[i] = id.marks()
	}
	return all
}

func (d *Document) identities() []identity {
	if len(d.ids) != len(d.Entries) {
		d.ids = make([]identity, len(d.Entries))
		for i, e := range d.Entries {
			var raw news.Mark
			if d.raw != nil {
				raw = d.raw[i]
			}
			d.ids[i] = identify(e, raw)
		}
	}
	return d.ids
}

// Fresh returns which entries of d the feed has not listed before, in the order of d, and of entries that d lists twice the first.
// known tells which of their Marks are known of this feed.
//
// It is not sure, and says nothing, where entries were skipped and one of those that were read has something in common with
// what is known: that may be an older version of it, or a skipped entry from which nothing but the others can tell it. The feed
// is to be read in full then. An entry of which nothing is known has nothing in common with skipped ones either, since all of
// their marks are.
func (d *Document) Fresh(known map[news.Mark]bool) (fresh []int, sure bool) {
	v := d.evidence(known)
	if len(d.Skipped) > 0 && v.touched {
		return nil, false
	}
	met := map[news.Mark]bool{}
	for i, id := range v.ids {
		same := []news.Mark{id.raw, v.guid(id), v.link(id)}
		if same[1] == (news.Mark{}) && same[2] == (news.Mark{}) {
			same[1] = id.text
		}
		again := false
		for _, m := range same {
			if m != (news.Mark{}) {
				again = again || met[m]
				met[m] = true
			}
		}
		if !again && !v.known(id) {
			fresh = append(fresh, i)
		}
	}
	return fresh, true
}

// Edited returns which entries of d have another title, summary or content than the feed listed before. known is as for Fresh, and
// fresh what that returned. An entry is edited until its Marks are kept.
func (d *Document) Edited(known map[news.Mark]bool, fresh []int) (edited []int) {
	for i, id := range d.identities() {
		if _, isFresh := slices.BinarySearch(fresh, i); !isFresh && !known[id.text] {
			edited = append(edited, i)
		}
	}
	return edited
}

// evidence is what the entries of a feed, seen together, say about the worth of their identities.
type evidence struct {
	ids    []identity
	marks  map[news.Mark]bool // the known ones
	shared map[news.Mark]bool // guids, links and titles under which entries tell different things

	touched bool // something of an entry is known or met twice
	stayed  int  // entries with a guid that is known to be theirs
	moved   int  // entries whose guid was another's before
	made    bool // guids and links are made up as the feed is fetched
}

func (d *Document) evidence(known map[news.Mark]bool) *evidence {
	v := &evidence{ids: d.identities(), marks: known, shared: map[news.Mark]bool{}}
	v.share()
	stays := func(id identity) bool { return known[v.unshared(id.guid)] && (known[id.raw] || known[id.pair]) }
	for _, id := range v.ids {
		switch {
		case stays(id):
			v.stayed++
		case known[v.unshared(id.guid)] && (known[id.title] || id.title == news.Mark{} && known[id.text]):
			v.moved++
		}
	}
	titles := map[news.Mark]bool{}
	held, again := 0, false // entries that kept a guid or a link; one came with its text under others
	for _, id := range v.ids {
		guid, link, title := known[v.guid(id)], known[v.link(id)], known[id.title]
		switch {
		case stays(id) || link && (guid || title || known[id.raw]):
			held++
		case title && !guid && !link:
			titles[id.title] = true
			again = again || !id.bare && known[id.text]
		}
	}
	v.made = held == 0 && (again || len(titles) > 1 && 2*len(titles) >= len(v.ids))
	return v
}

// share finds what entries have in common.
func (v *evidence) share() {
	first := map[news.Mark]identity{}
	for _, id := range v.ids {
		for _, m := range []news.Mark{id.guid, id.link, id.title, id.text} {
			other, met := first[m]
			switch {
			case m == (news.Mark{}):
				continue
			case !met:
				first[m] = id
			case m == id.guid && (other.link != id.link || other.title != id.title),
				m == id.link && other.title != id.title,
				m == id.title && other.text != id.text:
				v.shared[m] = true
			}
			v.touched = v.touched || met || v.marks[m]
		}
	}
}

// guid is an entry's guid where it is an identity.
func (v *evidence) guid(id identity) news.Mark {
	if v.moved > v.stayed {
		return news.Mark{}
	}
	return v.unshared(id.guid)
}

// link is an entry's link where it is an identity.
func (v *evidence) link(id identity) news.Mark { return v.unshared(id.link) }

func (v *evidence) unshared(m news.Mark) news.Mark {
	if v.shared[m] {
		return news.Mark{}
	}
	return m
}

// known decides whether the feed has listed an entry before. Two witnesses are enough; one alone is believed where the feed
// shows that it can be.
func (v *evidence) known(id identity) bool {
	none := news.Mark{}
	guid, link, title := v.marks[v.guid(id)], v.marks[v.link(id)], v.marks[id.title]
	switch {
	case v.marks[id.raw], guid && link, guid && title, link && title:
		return true
	case guid:
		// All else is new: an article written anew, or a guid given to the next one.
		return v.stayed > 0 && !id.ordinal || v.link(id) == none && id.title == none
	case link:
		// A new version of the page, or the next thing that is told there by a feed of one entry.
		return len(v.ids) > 1 || v.guid(id) == none
	case v.guid(id) == none && v.link(id) == none:
		if id.title == none || v.shared[id.title] {
			return v.marks[id.text]
		}
		return title
	case title:
		// Guid and link are new: a title that recurs, or a feed that makes them up.
		return v.made
	}
	return false
}

// placeNumber is what a guid looks like that counts the places of a list.
var placeNumber = regexp.MustCompile(`^\D{0,16}\d{1,3}$`)
