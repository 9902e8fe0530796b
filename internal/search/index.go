package search

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Index holds the terms of articles in segments. It is safe for concurrent use; a search sees each batch whole or not at all.
type Index struct {
	dir  string   // of the catalog and the segments, "" in memory
	lock *os.File // keeps other processes out

	writing sync.Mutex // one change at a time
	merged  *sync.Cond // on writing: the merger has done something
	failed  error      // what the merger met when it tried last
	closing bool
	names   uint64 // of segments so far

	reading sync.Mutex
	current *state // nil once closed
	lost    error  // the damage the index was emptied for, until Sequence is asked

	merging context.CancelFunc
	work    chan struct{}
	running sync.WaitGroup
}

// format is raised whenever files are laid out or terms are made differently: an older index is then dropped.
const format = 4

// Open opens the index below dir, or an empty one where there is none or it can't be read: what is damaged or of an older format is
// dropped. An empty dir keeps the index in memory. An index that another process has open is an error.
func Open(dir string) (*Index, error) {
	x := &Index{}
	if dir == "" {
		x.start(&state{})
		return x, nil
	}
	s, err := x.open(dir)
	if err != nil {
		return nil, fmt.Errorf("opening the search index %s: %w", dir, err)
	}
	x.start(s)
	return x, nil
}

func (x *Index) open(dir string) (s *state, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if x.lock, err = lockFile(filepath.Join(dir, lockName)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.lock.Close())
		}
	}()
	if err := dropOtherFormats(dir); err != nil {
		return nil, err
	}
	x.dir = filepath.Join(dir, "v"+strconv.Itoa(format))
	s, err = x.load()
	if err == nil || errors.Is(err, os.ErrPermission) {
		return s, err
	}
	if err := os.RemoveAll(x.dir); err != nil {
		return nil, err
	}
	return x.load()
}

// load reads the state on disk.
func (x *Index) load() (*state, error) {
	if err := os.MkdirAll(x.dir, 0o755); err != nil {
		return nil, err
	}
	listed, sequence, err := readCatalog(x.dir)
	if err != nil {
		return nil, err
	}
	s := &state{sequence: sequence}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		segment, err := openSegment(x.path(name))
		if err != nil {
			s.release()
			return nil, err
		}
		s.parts = append(s.parts, part{segment, name, listed[name]})
		x.names = max(x.names, name)
	}
	if err := x.removeOthers(listed); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

const (
	lockName      = "lock"
	segmentSuffix = ".segment"
)

func (x *Index) path(name uint64) string {
	if x.dir == "" {
		return ""
	}
	return filepath.Join(x.dir, fmt.Sprintf("%08d", name)+segmentSuffix)
}

// removeOthers removes the files of segments that were written and never listed.
func (x *Index) removeOthers(listed map[uint64]docSet) error {
	files, err := os.ReadDir(x.dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		name, ok := strings.CutSuffix(f.Name(), segmentSuffix)
		if !ok {
			continue
		}
		number, err := strconv.ParseUint(name, 10, 64)
		if _, known := listed[number]; err != nil || !known {
			if err := os.Remove(filepath.Join(x.dir, f.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

var formatDir = regexp.MustCompile(`^v\d+$`)

func dropOtherFormats(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() && formatDir.MatchString(e.Name()) && e.Name() != "v"+strconv.Itoa(format) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// start takes s as the index's state and starts the merger.
func (x *Index) start(s *state) {
	for _, p := range s.parts {
		p.use()
	}
	s.sum()
	x.current = s
	x.merged = sync.NewCond(&x.writing)
	x.work = make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(context.Background())
	x.merging = cancel
	x.running.Go(func() { x.merge(ctx) })
}

// Close ends the index after what is being written is written, except for merging, which goes on after the next Open.
func (x *Index) Close() error {
	x.writing.Lock()
	x.closing = true
	x.merged.Broadcast()
	x.writing.Unlock()
	x.merging()
	x.running.Wait()
	x.writing.Lock()
	defer x.writing.Unlock()
	x.reading.Lock()
	s := x.current
	x.current = nil
	x.reading.Unlock()
	if s == nil {
		return nil
	}
	s.release()
	if x.lock != nil {
		if err := x.lock.Close(); err != nil {
			return fmt.Errorf("closing the search index: %w", err)
		}
	}
	return nil
}

var errClosed = errors.New("the search index is closed")

// state is all that the index holds at one time. It isn't changed any more.
type state struct {
	parts    []part
	sequence uint64

	live       int
	textLength float64 // average
	titleNorms *norms
	textNorms  *norms
	tongues    []string // languages, the most frequent first, up to maxTongues
}

// part is a segment of a state, with the articles that are no longer there.
type part struct {
	*segment
	name uint64
	gone docSet
}

func (p part) live() int { return p.len() - p.gone.count() }

// maxTongues bounds the languages a word is stemmed in.
const maxTongues = 12

func (s *state) sum() {
	tongues := map[string]int{}
	var all lengths
	for _, p := range s.parts {
		s.live += p.live()
		all.plus(p.lengths)
		for lang, n := range p.tongues {
			tongues[lang] += n
		}
	}
	s.tongues = slices.SortedFunc(maps.Keys(tongues), func(a, b string) int {
		if n := tongues[b] - tongues[a]; n != 0 {
			return n
		}
		return strings.Compare(a, b)
	})
	s.tongues = s.tongues[:min(maxTongues, len(s.tongues))]
	title, body := all.averages()
	s.textLength, s.titleNorms, s.textNorms = body, newNorms(title, bTitle), newNorms(body, bText)
}

func (s *state) release() {
	for _, p := range s.parts {
		p.release()
	}
}

// acquire is the present state, to be released.
func (x *Index) acquire() (*state, error) {
	x.reading.Lock()
	defer x.reading.Unlock()
	if x.current == nil {
		return nil, errClosed
	}
	for _, p := range x.current.parts {
		p.use()
	}
	return x.current, nil
}

// become stores next as the state and lets go of the one before. The caller holds writing.
func (x *Index) become(next *state) error {
	next.sum()
	if x.dir != "" {
		if err := writeCatalog(x.dir, next); err != nil {
			return err
		}
	}
	for _, p := range next.parts {
		p.use()
	}
	x.reading.Lock()
	last := x.current
	x.current = next
	x.reading.Unlock()
	kept := map[uint64]bool{}
	for _, p := range next.parts {
		kept[p.name] = true
	}
	for _, p := range last.parts {
		if !kept[p.name] {
			p.dropped.Store(true)
		}
	}
	last.release()
	return nil
}

// Sequence is the number given with the last batch that is stored, 0 before the first and where the index was emptied because it is
// damaged. A batch and its number are stored together, so feeding what comes after the number leaves nothing out.
func (x *Index) Sequence() (uint64, error) {
	x.reading.Lock()
	defer x.reading.Unlock()
	if x.current == nil {
		return 0, errClosed
	}
	x.lost = nil
	return x.current.sequence, nil
}

// mend empties the index where an error says that the state it was met in is damaged, and returns the error. What was damaged may be
// out of use meanwhile.
func (x *Index) mend(err error, in *state) error {
	if !errors.Is(err, errDamaged) {
		return err
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	if x.closing || !slices.ContainsFunc(x.current.parts, func(p part) bool {
		return slices.ContainsFunc(in.parts, func(q part) bool { return p.name == q.name })
	}) {
		return err
	}
	return x.empty(err)
}

// empty begins the index anew because of an error, which is returned. The caller holds writing.
func (x *Index) empty(because error) error {
	if x.dir != "" {
		if err := x.settle(); err != nil {
			return errors.Join(because, err)
		}
	}
	if err := x.become(&state{}); err != nil {
		return errors.Join(because, err)
	}
	x.reading.Lock()
	x.lost = because
	x.reading.Unlock()
	x.merged.Broadcast()
	return because
}

// settle makes the index's directory and locks it, where it was removed meanwhile.
func (x *Index) settle() error {
	if err := os.MkdirAll(x.dir, 0o755); err != nil {
		return err
	}
	path := filepath.Join(filepath.Dir(x.dir), lockName)
	mine, err := x.lock.Stat()
	if err != nil {
		return err
	}
	if there, err := os.Stat(path); err == nil && os.SameFile(mine, there) {
		return nil
	}
	lock, err := lockFile(path)
	if err != nil {
		return err
	}
	x.lock.Close() // of a file that isn't there any more
	x.lock = lock
	return nil
}

// Count is how many articles are indexed.
func (x *Index) Count() (uint64, error) {
	s, err := x.acquire()
	if err != nil {
		return 0, err
	}
	defer s.release()
	return uint64(s.live), nil
}

// Before lists the articles with smaller ids than a given one.
func (x *Index) Before(id news.ArticleID) ([]news.ArticleID, error) {
	s, err := x.acquire()
	if err != nil {
		return nil, err
	}
	defer s.release()
	var ids []news.ArticleID
	for _, p := range s.parts {
		for _, doc := range p.byID {
			if p.ids[doc] >= uint64(id) {
				break
			}
			if !p.gone.has(uint64(doc)) {
				ids = append(ids, news.ArticleID(p.ids[doc]))
			}
		}
	}
	return ids, nil
}

// maxParts is how many segments Put lets come together before it waits for the merger.
const maxParts = 64

// Put adds articles, replacing those with the same id, and stores the caller's sequence number with them. When it returns, all of it
// is on disk. Batches of a few hundred are fastest. After the index was emptied it fails until Sequence is asked, so that nothing is
// left out.
func (x *Index) Put(articles []news.Article, sequence uint64) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	err := x.put(articles, sequence)
	if errors.Is(err, os.ErrNotExist) && !x.closing { // the directory was removed
		err = x.empty(err)
	}
	if err != nil {
		return fmt.Errorf("writing %d articles to the search index: %w", len(articles), err)
	}
	return nil
}

func (x *Index) put(articles []news.Article, sequence uint64) error {
	for !x.closing && len(x.current.parts) >= maxParts && x.failed == nil {
		x.merged.Wait()
	}
	if x.closing {
		return errClosed
	}
	if len(x.current.parts) >= maxParts {
		return x.failed
	}
	x.reading.Lock()
	lost := x.lost
	x.reading.Unlock()
	if lost != nil {
		return fmt.Errorf("the index was emptied: %w", lost)
	}
	articles = lastOfEach(articles)
	ids := make([]news.ArticleID, len(articles))
	for i, a := range articles {
		ids[i] = a.ID
	}
	next := &state{parts: without(x.current.parts, ids), sequence: sequence}
	var added []part
	for few := range stretches(articles) {
		x.names++
		p := part{name: x.names}
		var err error
		if p.segment, err = newSegment(x.path(p.name), writeArticles(few)); err != nil {
			discard(added)
			return err
		}
		added = append(added, p)
	}
	return x.add(next, added)
}

// stretchBytes is about how much text becomes one segment: what is known of it while it is made takes 40 times as much in Chinese.
const stretchBytes = 1 << 20

// stretches cuts a batch into what becomes a segment each.
func stretches(articles []news.Article) iter.Seq[[]news.Article] {
	return func(yield func([]news.Article) bool) {
		for len(articles) > 0 {
			n, size := 0, 0
			for n < len(articles) && size < stretchBytes {
				size += len(articles[n].Title) + len(articles[n].Text)
				n++
			}
			if !yield(articles[:n]) {
				return
			}
			articles = articles[n:]
		}
	}
}

// add makes next the state, with those of new segments that have articles. The caller holds writing.
func (x *Index) add(next *state, added []part) error {
	defer x.wakeMerger()
	for _, p := range added {
		p.use()
		if p.live() > 0 {
			next.parts = append(next.parts, p)
		}
	}
	err := x.become(next)
	for _, p := range added {
		if err != nil || p.live() == 0 {
			p.dropped.Store(true)
		}
		p.release()
	}
	return err
}

// discard removes segments that came to nothing.
func discard(parts []part) {
	for _, p := range parts {
		p.dropped.Store(true)
		p.release()
	}
}

// lastOfEach leaves out articles that come again later in the batch.
func lastOfEach(articles []news.Article) []news.Article {
	last := make(map[news.ArticleID]int, len(articles))
	for i, a := range articles {
		last[a.ID] = i
	}
	if len(last) == len(articles) {
		return articles
	}
	var kept []news.Article
	for i, a := range articles {
		if last[a.ID] == i {
			kept = append(kept, a)
		}
	}
	return kept
}

// without are the parts without some articles.
func without(parts []part, ids []news.ArticleID) []part {
	var left []part
	for _, p := range parts {
		changed := false
		for _, id := range ids {
			doc, ok := p.number(id)
			if !ok || p.gone.has(doc) {
				continue
			}
			if !changed { // the set of the state before stays as it is
				p.gone, changed = slices.Clone(p.gone), true
			}
			p.gone.add(doc)
		}
		if p.live() > 0 {
			left = append(left, p)
		}
	}
	return left
}

// Delete removes articles; ids that aren't there do no harm. The sequence number stays.
func (x *Index) Delete(ids []news.ArticleID) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	err := errClosed
	if !x.closing {
		err = x.become(&state{parts: without(x.current.parts, ids), sequence: x.current.sequence})
		x.wakeMerger()
	}
	if err != nil {
		return fmt.Errorf("removing %d articles from the search index: %w", len(ids), err)
	}
	return nil
}

func (x *Index) wakeMerger() {
	select {
	case x.work <- struct{}{}:
	default:
	}
}

// mergeAgain is when a merge that failed is tried again: there may be room on the disk by then.
const mergeAgain = 5 * time.Second

// merge merges segments until ctx is done.
func (x *Index) merge(ctx context.Context) {
	for ctx.Err() == nil {
		more, err := x.mergeSome(ctx)
		x.writing.Lock()
		x.failed = nil
		if err != nil {
			x.failed = fmt.Errorf("merging segments: %w", err)
		}
		x.merged.Broadcast()
		x.writing.Unlock()
		switch {
		case err != nil:
			select {
			case <-time.After(mergeAgain):
			case <-ctx.Done():
			}
		case !more:
			select {
			case <-x.work:
			case <-ctx.Done():
			}
		}
	}
}

// mergeSome merges the segments that are to be merged next, if any are, while others may be added and articles removed.
func (x *Index) mergeSome(ctx context.Context) (more bool, err error) {
	before, err := x.acquire()
	if err != nil {
		return false, err
	}
	defer before.release()
	old := mergeable(before.parts)
	if len(old) == 0 {
		return false, nil
	}
	x.writing.Lock()
	x.names++
	merged := part{name: x.names}
	x.writing.Unlock()
	moved := make([][]int32, len(old))
	if merged.segment, err = newSegment(x.path(merged.name), writeMerged(ctx, old, moved)); err != nil {
		return false, x.mend(err, before)
	}
	x.writing.Lock()
	defer x.writing.Unlock()
	next := &state{sequence: x.current.sequence}
	left := map[uint64]part{}
	for _, p := range x.current.parts {
		left[p.name] = p
		if !slices.ContainsFunc(old, func(o part) bool { return o.name == p.name }) {
			next.parts = append(next.parts, p)
		}
	}
	for i, o := range old { // articles may have gone meanwhile
		p, ok := left[o.name]
		for doc, to := range moved[i] {
			if to >= 0 && (!ok || p.gone.has(uint64(doc))) {
				merged.gone.add(uint64(to))
			}
		}
	}
	return true, x.add(next, []part{merged})
}

// headMark ends the head of a word, so that no word is taken for one.
const headMark = "*"

func isHead(term string) bool { return strings.HasSuffix(term, headMark) }

// maxTerm is how many bytes of a word count: nobody means what is longer.
const maxTerm = 256

// shortTerm is a term without what is too long of it.
func shortTerm(term string) string {
	if len(term) <= maxTerm {
		return term
	}
	return strings.ToValidUTF8(term[:maxTerm], "")
}

// terms are the search terms of s in simplified characters, but for words of which stemming leaves nothing, each followed by its head in
// languages that have them.
func terms(s, lang string) []text.Term {
	s = text.Simplify(s)
	made := slices.DeleteFunc(text.Terms(s, lang), func(t text.Term) bool { return t.Text == "" })
	for i := range made {
		made[i].Text = shortTerm(made[i].Text)
	}
	var all []text.Term
	for i, t := range made {
		head := text.Head(s[t.Start:t.End], lang)
		if head != "" && all == nil {
			all = append(make([]text.Term, 0, 2*len(made)), made[:i]...)
		}
		if all != nil {
			all = append(all, t)
		}
		if head != "" {
			all = append(all, text.Term{Text: head + headMark, Start: t.Start, End: t.End})
		}
	}
	if all == nil {
		return made
	}
	return all
}

// lengths add up the terms of all articles of the segments, for the average length of each field. Articles that are gone count on: for
// an average that does no harm.
type lengths struct {
	articles, title, text uint64
}

func (l *lengths) plus(m lengths) {
	l.articles += m.articles
	l.title += m.title
	l.text += m.text
}

// averages are the mean lengths of title and text, at least 1.
func (l lengths) averages() (title, text float64) {
	n := max(1, float64(l.articles))
	return max(1, float64(l.title)/n), max(1, float64(l.text)/n)
}
