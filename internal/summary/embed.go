package summary

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"
)

// EmbedderOptions say which embedding model is asked and what it may cost. Model, URL and Answers are needed.
type EmbedderOptions struct {
	URL         string // base of an OpenAI-compatible API with its version, such as https://api.openai.com/v1
	Model       string
	APIKey      string        // may be empty for a local endpoint
	HTTPClient  *http.Client  // nil: http.DefaultClient; redirects are never followed
	Timeout     time.Duration // of all that one Prepare asks; 5 s by default
	Concurrency int           // requests at the same time; 2 by default
	PerHour     int           // requests in any hour; 1200 by default, of at most 8 texts each
	Answers     Answers       // where vectors are kept
	Logger      *slog.Logger  // nil: nobody is told
	Now         func() time.Time
}

const (
	embedTimeout     = 5 * time.Second
	embedConcurrency = 2
	embedPerHour     = 1200
	// embedBatch keeps a response of 4096 dimensions under maxResponse however many digits the endpoint writes.
	embedBatch = 8
	// embedBytes of a text say what it is about; a request costs by its length.
	embedBytes    = 2000
	maxDimensions = 1 << 13
	minDimensions = 8
)

// Embedder asks an embedding model for the vectors of texts and keeps them, so that no text is paid for twice. It is safe for
// concurrent use.
type Embedder struct {
	name    string
	asker   openai.EmbeddingService
	timeout time.Duration
	slots   chan struct{}
	guard   guard
	answers Answers
	log     *slog.Logger
	now     func() time.Time

	mu      sync.Mutex
	failing bool // the log knows
}

// NewEmbedder checks the options; it doesn't reach out to the endpoint.
func NewEmbedder(o EmbedderOptions) (*Embedder, error) {
	if o.Model == "" {
		return nil, errors.New("no embedding model is named")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	opts, err := connection(o.URL, o.APIKey, o.HTTPClient, o.Now)
	if err != nil {
		return nil, err
	}
	e := &Embedder{
		name: o.Model, timeout: cmp.Or(max(o.Timeout, 0), embedTimeout), answers: o.Answers, log: o.Logger, now: o.Now,
		slots: make(chan struct{}, cmp.Or(max(o.Concurrency, 0), embedConcurrency)),
		guard: guard{log: slog.New(slog.DiscardHandler), now: o.Now, perHour: cmp.Or(max(o.PerHour, 0), embedPerHour)},
	}
	e.asker = openai.NewEmbeddingService(opts...)
	return e, nil
}

// Prepare asks for the vectors of those texts that none is kept of, and keeps them for Vector. It takes no longer than the
// timeout; what fails is logged, and the texts are then without a vector until they are prepared again.
func (e *Embedder) Prepare(ctx context.Context, texts []string) {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	var unknown []string
	for _, t := range texts {
		t = embedded(t)
		kept, err := e.answers.Answer(ctx, e.question(t))
		if err != nil {
			e.log.Error("kept vectors can't be read; articles are matched without", "err", err)
			return
		}
		if kept == nil && t != "" && !slices.Contains(unknown, t) {
			unknown = append(unknown, t)
		}
	}
	for batch := range slices.Chunk(unknown, embedBatch) {
		vectors, err := e.ask(ctx, batch)
		if err != nil {
			return
		}
		for i, v := range vectors {
			if err := e.answers.PutAnswer(context.WithoutCancel(ctx), e.now(), e.question(batch[i]), v); err != nil {
				e.log.Error("vectors can't be kept; articles are matched without", "err", err)
				return
			}
		}
	}
}

// Vector is the kept vector of a text, nil when there is none. It never asks the endpoint. Each byte is a dimension, a signed number;
// the vectors of all texts have one direction each and no common length.
func (e *Embedder) Vector(ctx context.Context, text string) ([]byte, error) {
	v, err := e.answers.Answer(ctx, e.question(embedded(text)))
	if err != nil {
		return nil, fmt.Errorf("reading a kept vector: %w", err)
	}
	return v, nil
}

// embedded is the part of a text that is asked about.
func embedded(s string) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > embedBytes {
		s = strings.ToValidUTF8(s[:embedBytes], "")
	}
	return strings.TrimSpace(s)
}

func (e *Embedder) question(text string) [32]byte {
	return sha256.Sum256([]byte("vector 1\x00" + e.name + "\x00" + text))
}

// ask asks for the vectors of a batch. An error has been logged, unless the endpoint wasn't asked at all.
func (e *Embedder) ask(ctx context.Context, batch []string) ([][]byte, error) {
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if err := e.guard.enter(false); err != nil {
		if errors.Is(err, errBudget) {
			e.fails(errors.New("the hour's budget of requests is used up"))
		}
		return nil, err
	}
	vectors, err := e.send(ctx, batch)
	e.guard.leave(err, !errors.Is(err, context.Canceled)) // when we stop, that says nothing of the endpoint
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			e.fails(err)
		}
		return nil, err
	}
	e.works()
	return vectors, nil
}

func (e *Embedder) send(ctx context.Context, batch []string) ([][]byte, error) {
	res, err := e.asker.New(ctx, openai.EmbeddingNewParams{
		Model: e.name, Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: batch}, EncodingFormat: openai.EmbeddingNewParamsEncodingFormatFloat,
	})
	var r *refusal
	switch {
	case errors.As(err, &r) && r.unknownModel():
		return nil, &unknownEmbedder{r}
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w within %v", errSlow, e.timeout)
	case err != nil:
		return nil, err
	case len(res.Data) != len(batch):
		return nil, fmt.Errorf("%w: %d vectors for %d texts", errVector, len(res.Data), len(batch))
	}
	vectors := make([][]byte, len(batch))
	for _, d := range res.Data {
		if d.Index < 0 || d.Index >= int64(len(batch)) || vectors[d.Index] != nil {
			return nil, fmt.Errorf("%w: it is not said which text each is of", errVector)
		}
		if vectors[d.Index], err = quantise(d.Embedding); err != nil {
			return nil, err
		}
		if len(d.Embedding) != len(res.Data[0].Embedding) {
			return nil, fmt.Errorf("%w: one of %d dimensions beside one of %d", errVector, len(d.Embedding), len(res.Data[0].Embedding))
		}
	}
	return vectors, nil
}

// Try has the model embed a made-up text and says in an error for the operator what is wrong, and what to do.
func (e *Embedder) Try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	_, err := e.send(ctx, []string{sample[0].Text})
	return err
}

// unknownEmbedder is a refusal that names what the operator can check.
type unknownEmbedder struct{ *refusal }

func (u *unknownEmbedder) Error() string {
	return "it knows no such model or no such address; check EMBED_MODEL, and SUMMARY_URL, which mostly ends in /v1" + u.said()
}

func (u *unknownEmbedder) Unwrap() error { return u.refusal }

var errVector = errors.New("unusable vectors")

// quantise makes a byte of each dimension: a cosine of two such vectors is off by less than a hundredth (compare scalar quantisation
// in Faiss), and a thousand of them take a megabyte.
func quantise(v []float64) ([]byte, error) {
	if len(v) < minDimensions || len(v) > maxDimensions {
		return nil, fmt.Errorf("%w: %d dimensions", errVector, len(v))
	}
	largest := 0.0
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("%w: a dimension that is no number", errVector)
		}
		largest = max(largest, math.Abs(x))
	}
	if largest == 0 {
		return nil, fmt.Errorf("%w: one without a direction", errVector)
	}
	out := make([]byte, len(v))
	for i, x := range v {
		out[i] = byte(int8(math.Round(x / largest * math.MaxInt8)))
	}
	return out, nil
}

// fails and works tell the log when the endpoint ceases and begins to answer.
func (e *Embedder) fails(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.failing {
		e.log.Warn("the embedding model gives no vectors; until it does, stories are joined across languages by names, numbers and dates", "err", err)
		e.failing = true
	}
}

func (e *Embedder) works() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.failing {
		e.log.Info("the embedding model gives vectors again")
		e.failing = false
	}
}
