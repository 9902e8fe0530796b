package search

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	bolterrors "go.etcd.io/bbolt/errors"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// Index holds the terms of articles in a scorch index of bleve's. It is safe for concurrent use; a search sees each batch whole
// or not at all.
type Index struct {
	scorch index.Index
	queue  *index.AnalysisQueue

	writing sync.Mutex // one batch at a time: the lengths are read and written back
}

// format is raised whenever the documents below are laid out differently: an older index is then dropped.
const format = 2

// Fields of a document.
const (
	titleField  = "title"
	textField   = "text"
	sourceField = "source"
	langField   = "lang" // base
	feedField   = "feed"
	timeField   = "time" // of publication, Unix seconds
)

// What a batch stores beside its documents.
var (
	sequenceKey = []byte("sequence")
	lengthsKey  = []byte("lengths")
)

// Open opens the index below dir, or an empty one where there is none or it can't be read: what is damaged or of an older format is
// dropped. An empty dir keeps the index in memory, which is meant for few, large batches. An index that another process has open is
// an error.
func Open(dir string) (*Index, error) {
	x := &Index{queue: index.NewAnalysisQueue(2)}
	if dir == "" {
		return x, x.open("")
	}
	if err := dropOtherFormats(dir); err != nil {
		return nil, fmt.Errorf("opening the search index %s: %w", dir, err)
	}
	path := filepath.Join(dir, "v"+strconv.Itoa(format))
	err := x.open(path)
	if err != nil && !errors.Is(err, bolterrors.ErrTimeout) && !errors.Is(err, os.ErrPermission) {
		if err = os.RemoveAll(path); err == nil {
			err = x.open(path)
		}
	}
	if err != nil {
		x.queue.Close()
		if errors.Is(err, bolterrors.ErrTimeout) {
			err = fmt.Errorf("another process has it open: %w", err)
		}
		return nil, fmt.Errorf("opening the search index %s: %w", dir, err)
	}
	return x, nil
}

func (x *Index) open(path string) (err error) {
	defer func() { // damaged files can make the readers below panic
		if p := recover(); p != nil {
			err = fmt.Errorf("unreadable index: %v", p)
		}
	}()
	x.scorch, err = scorch.NewScorch(scorch.Name, map[string]any{"path": path, "bolt_timeout": "1s"}, x.queue)
	if err != nil {
		return err
	}
	if err := x.scorch.Open(); err != nil {
		return err
	}
	_, err = x.Sequence()
	return err
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

// Close ends the index after what is being written is written.
func (x *Index) Close() error {
	x.writing.Lock()
	defer x.writing.Unlock()
	err := x.scorch.Close()
	x.queue.Close()
	if err != nil {
		return fmt.Errorf("closing the search index: %w", err)
	}
	return nil
}

// Sequence is the number given with the last batch that is stored, 0 before the first. A batch and its number are stored
// together, so feeding what comes after the number leaves nothing out.
func (x *Index) Sequence() (uint64, error) {
	var sequence uint64
	err := x.read(func(r index.IndexReader) error {
		value, err := r.GetInternal(sequenceKey)
		if err == nil && len(value) == 8 {
			sequence = binary.BigEndian.Uint64(value)
		}
		return err
	})
	return sequence, err
}

// Count is how many articles are indexed.
func (x *Index) Count() (uint64, error) {
	var count uint64
	err := x.read(func(r index.IndexReader) (err error) {
		count, err = r.DocCount()
		return err
	})
	return count, err
}

func (x *Index) read(f func(index.IndexReader) error) error {
	r, err := x.scorch.Reader()
	if err != nil {
		return fmt.Errorf("reading the search index: %w", err)
	}
	err = f(r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("reading the search index: %w", err)
	}
	return nil
}

// Put adds articles, replacing those with the same id, and stores the caller's sequence number with them. When it returns, all of it
// is on disk. Batches of a few hundred are fastest.
func (x *Index) Put(articles []news.Article, sequence uint64) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	var grown lengths
	batch := index.NewBatch()
	for _, a := range articles {
		doc := newDocument(a)
		grown.add(doc.title, doc.text)
		batch.Update(doc.Document)
	}
	total, err := x.lengths()
	if err != nil {
		return err
	}
	total.plus(grown)
	batch.SetInternal(lengthsKey, total.bytes())
	batch.SetInternal(sequenceKey, binary.BigEndian.AppendUint64(nil, sequence))
	if err := x.scorch.Batch(batch); err != nil {
		return fmt.Errorf("writing %d articles to the search index: %w", len(articles), err)
	}
	return nil
}

// Delete removes articles; ids that aren't there do no harm. The sequence number stays.
func (x *Index) Delete(ids []news.ArticleID) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	batch := index.NewBatch()
	for _, id := range ids {
		batch.Delete(documentID(id))
	}
	if err := x.scorch.Batch(batch); err != nil {
		return fmt.Errorf("removing %d articles from the search index: %w", len(ids), err)
	}
	return nil
}

// documentID keeps the order of the ids, which is that of time.
func documentID(id news.ArticleID) string { return fmt.Sprintf("%016x", uint64(id)) }

func articleID(document string) (news.ArticleID, error) {
	id, err := strconv.ParseUint(document, 16, 64)
	return news.ArticleID(id), err
}

// articleDocument is an article as it is indexed, with the lengths of its fields in terms.
type articleDocument struct {
	*document.Document
	title, text int
}

func newDocument(a news.Article) articleDocument {
	doc := articleDocument{Document: document.NewDocument(documentID(a.ID))}
	title, body := terms(a.Title, a.Language), terms(a.Text, a.Language)
	doc.title, doc.text = len(title), len(body)
	doc.addTerms(titleField, title)
	doc.addTerms(textField, body)
	doc.addTerms(sourceField, terms(a.Source, ""))
	doc.addWord(langField, language(a))
	for _, feed := range a.Feeds {
		doc.addWord(feedField, feed.String())
	}
	if !a.Published.IsZero() {
		doc.AddField(document.NewNumericFieldWithIndexingOptions(timeField, nil, float64(a.Published.Unix()), index.IndexField))
	}
	return doc
}

// language is the base language an article's terms are made in.
func language(a news.Article) string { return text.Base(a.Language) }

// headMark ends the head of a word, so that no word is taken for one.
const headMark = "*"

func isHead(term string) bool { return strings.HasSuffix(term, headMark) }

// terms are the search terms of s, but for words of which stemming leaves nothing, each followed by its head in languages that have
// them.
func terms(s, lang string) []text.Term {
	made := slices.DeleteFunc(text.Terms(s, lang), func(t text.Term) bool { return t.Text == "" })
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

func (d articleDocument) addTerms(field string, terms []text.Term) {
	if len(terms) > 0 {
		d.AddField(document.NewTextFieldCustom(field, nil, nil, index.IndexField|index.IncludeTermVectors, analyzed(terms)))
	}
}

func (d articleDocument) addWord(field, word string) {
	if word != "" {
		d.AddField(document.NewTextFieldCustom(field, nil, []byte(word), index.IndexField, nil))
	}
}

// analyzed hands bleve terms made beforehand: its own analysers go by field, ours by the article's language.
type analyzed []text.Term

func (terms analyzed) Analyze([]byte) analysis.TokenStream {
	tokens := make([]analysis.Token, len(terms))
	stream := make(analysis.TokenStream, len(terms))
	for i, t := range terms {
		tokens[i] = analysis.Token{Term: []byte(t.Text), Start: t.Start, End: t.End, Position: i + 1}
		stream[i] = &tokens[i]
	}
	return stream
}

// lengths add up the terms of all articles ever put in, for the average length of each field. Articles that were replaced or removed
// count on: for an average that does no harm.
type lengths struct {
	articles, title, text uint64
}

func (l *lengths) add(title, text int) {
	l.articles++
	l.title += uint64(title)
	l.text += uint64(text)
}

func (l *lengths) plus(m lengths) {
	l.articles += m.articles
	l.title += m.title
	l.text += m.text
}

func (l lengths) bytes() []byte {
	b := binary.BigEndian.AppendUint64(nil, l.articles)
	b = binary.BigEndian.AppendUint64(b, l.title)
	return binary.BigEndian.AppendUint64(b, l.text)
}

func (x *Index) lengths() (l lengths, err error) {
	err = x.read(func(r index.IndexReader) error {
		l, err = readLengths(r)
		return err
	})
	return l, err
}

func readLengths(r index.IndexReader) (lengths, error) {
	value, err := r.GetInternal(lengthsKey)
	if err != nil || len(value) != 24 {
		return lengths{}, err
	}
	return lengths{binary.BigEndian.Uint64(value), binary.BigEndian.Uint64(value[8:]), binary.BigEndian.Uint64(value[16:])}, nil
}

// average is the mean length of a field, at least 1.
func (l lengths) average(field string) float64 {
	n := l.text
	if field == titleField {
		n = l.title
	}
	if n == 0 || l.articles == 0 {
		return 1
	}
	return max(1, float64(n)/float64(l.articles))
}
