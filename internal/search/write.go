package search

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// segmentWriter writes a segment from its terms in their order.
type segmentWriter struct {
	w      *bufio.Writer
	at     int64
	groups []byte // the head's groups so far
	count  int

	first    string // of the group being written
	terms    int
	most     int
	postings int64
	list     []byte
	last     []byte // term
	sum      []byte
	err      error
}

func newSegmentWriter(w io.Writer) *segmentWriter {
	return &segmentWriter{w: bufio.NewWriterSize(w, 256<<10)}
}

// add writes a term that follows all before it.
func (w *segmentWriter) add(term string, title, text int, postings, positions []byte) {
	if w.terms == groupSize {
		w.closeGroup()
	}
	if w.terms == 0 {
		w.first, w.last = term, w.last[:0]
	}
	same := 0
	for same < len(w.last) && same < len(term) && w.last[same] == term[same] {
		same++
	}
	w.list = binary.AppendUvarint(w.list, uint64(same))
	w.list = appendString(w.list, term[same:])
	for _, n := range [4]int{title, text, len(postings), len(positions)} {
		w.list = binary.AppendUvarint(w.list, uint64(n))
	}
	w.last = append(w.last[:same], term[same:]...)
	w.terms++
	w.most = max(w.most, title+text)
	w.postings += int64(len(postings) + len(positions) + 2*sumSize)
	for _, b := range [2][]byte{postings, positions} {
		w.write(b)
		w.sum = binary.LittleEndian.AppendUint32(w.sum[:0], checksum(b))
		w.write(w.sum)
	}
}

func (w *segmentWriter) closeGroup() {
	if w.terms == 0 {
		return
	}
	w.groups = appendString(w.groups, w.first)
	w.list = seal(w.list)
	w.groups = binary.AppendUvarint(w.groups, uint64(w.postings))
	w.groups = binary.AppendUvarint(w.groups, uint64(len(w.list)))
	w.groups = binary.AppendUvarint(w.groups, uint64(w.most))
	w.count++
	w.write(w.list)
	w.terms, w.most, w.postings, w.list = 0, 0, 0, w.list[:0]
}

func (w *segmentWriter) write(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
		w.at += int64(len(b))
	}
}

// finish ends the segment with the rows of its articles.
func (w *segmentWriter) finish(c *columns) error {
	w.closeGroup()
	head := c.appendTo(nil)
	head = binary.AppendUvarint(head, uint64(w.count))
	head = append(head, w.groups...)
	trailer := binary.LittleEndian.AppendUint64(nil, uint64(w.at))
	trailer = binary.LittleEndian.AppendUint32(trailer, checksum(head))
	w.write(head)
	w.write(append(trailer, magic[:]...))
	if w.err == nil {
		w.err = w.w.Flush()
	}
	return w.err
}

// newSegment writes a segment to a file, or in memory where path is "", and opens it. What write left unfinished is removed.
func newSegment(path string, write func(*segmentWriter) error) (s *segment, err error) {
	if path == "" {
		var b bytes.Buffer
		if err := write(newSegmentWriter(&b)); err != nil {
			return nil, err
		}
		return readSegment(memory{bytes.NewReader(b.Bytes())}, int64(b.Len()))
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	err = write(newSegmentWriter(f))
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	if err == nil {
		s, err = openSegment(path)
	}
	if err != nil {
		os.Remove(path)
	}
	return s, err
}

// place is one term at one place of an article.
type place struct {
	term, doc uint32
	at        uint32 // position×2, and 1 more in the text
}

// writeArticles makes a segment of articles.
func writeArticles(articles []news.Article) func(*segmentWriter) error {
	return func(w *segmentWriter) error {
		var rows columns
		numbers := map[string]uint32{}
		var names []string
		var places []place
		for doc, made := range analyze(articles) {
			rows.add(articles[doc], len(made.title), len(made.text))
			for field, list := range [][]text.Term{made.title, made.text} {
				for i, t := range list {
					n, ok := numbers[t.Text]
					if !ok {
						n = uint32(len(names))
						numbers[t.Text], names = n, append(names, t.Text)
					}
					places = append(places, place{n, uint32(doc), uint32(2*i + field)})
				}
			}
		}
		writePlaces(w, names, places)
		return w.finish(&rows)
	}
}

// writePlaces writes the postings of the named terms from places that are sorted by articles.
func writePlaces(w *segmentWriter, names []string, places []place) {
	begin := make([]int, len(names)+1) // where each term's places begin among the sorted
	for _, p := range places {
		begin[p.term+1]++
	}
	for i := range names {
		begin[i+1] += begin[i]
	}
	sorted, next := make([]place, len(places)), slices.Clone(begin)
	for _, p := range places {
		sorted[next[p.term]] = p
		next[p.term]++
	}
	order := make([]uint32, len(names))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(a, b uint32) int {
		if names[a] < names[b] {
			return -1
		}
		return 1
	})
	var list postingsWriter
	for _, term := range order {
		list.reset()
		for rest := sorted[begin[term]:begin[term+1]]; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].doc == rest[0].doc {
				n++
			}
			list.add(rest[:n])
			rest = rest[n:]
		}
		w.add(names[term], list.title, list.text, list.postings, list.positions)
	}
}

// postingsWriter writes the postings of one term.
type postingsWriter struct {
	postings, positions []byte
	title, text         int // articles
	last                int
}

func (w *postingsWriter) reset() {
	w.postings, w.positions, w.title, w.text, w.last = w.postings[:0], w.positions[:0], 0, 0, -1
}

// add writes the places of the term in one article, which are those of the title, then those of the text.
func (w *postingsWriter) add(places []place) {
	title := 0
	for title < len(places) && places[title].at&1 == 0 {
		title++
	}
	w.posting(int(places[0].doc), title, len(places)-title)
	last := uint32(0)
	for i, p := range places {
		if i == title {
			last = 0
		}
		at := p.at >> 1
		w.positions = binary.AppendUvarint(w.positions, uint64(at-last))
		last = at
	}
}

// posting writes that an article has the term so often; its positions are the caller's to write.
func (w *postingsWriter) posting(doc, title, body int) {
	code := uint64(doc-w.last) << 2
	w.last = doc
	switch {
	case title == 0 && body == 1:
	case title == 1 && body == 0:
		code |= 1
	case title == 1 && body == 1:
		code |= 2
	default:
		code |= 3
	}
	w.postings = binary.AppendUvarint(w.postings, code)
	if code&3 == 3 {
		w.postings = binary.AppendUvarint(w.postings, uint64(title))
		w.postings = binary.AppendUvarint(w.postings, uint64(body))
	}
	if title > 0 {
		w.title++
	}
	if body > 0 {
		w.text++
	}
}

// analysis is an article's terms.
type analysis struct{ title, text []text.Term }

// analyze makes the terms of articles, several at a time.
func analyze(articles []news.Article) []analysis {
	made := make([]analysis, len(articles))
	var working sync.WaitGroup
	const stretch = 16
	next := make(chan int, len(articles)/stretch+1)
	for from := 0; from < len(articles); from += stretch {
		next <- from
	}
	close(next)
	for range min(runtime.GOMAXPROCS(0), cap(next)) {
		working.Go(func() {
			for from := range next {
				for i := from; i < min(from+stretch, len(articles)); i++ {
					a := articles[i]
					made[i] = analysis{terms(a.Title, a.Language), terms(a.Text, a.Language)}
				}
			}
		})
	}
	working.Wait()
	return made
}
