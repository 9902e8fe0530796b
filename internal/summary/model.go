package summary

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/openai/openai-go/v3"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// ModelOptions say which model writes briefs and what it may cost.
type ModelOptions struct {
	URL         string // base of an OpenAI-compatible API with its version, such as https://api.openai.com/v1
	Model       string
	APIKey      string        // may be empty for a local endpoint
	HTTPClient  *http.Client  // nil: http.DefaultClient; redirects are never followed
	Timeout     time.Duration // of one request; 30 s by default
	Concurrency int           // requests at the same time; 2 by default
	PerHour     int           // requests in any hour, retries included; 300 by default
	Logger      *slog.Logger  // nil: nobody is told
	Now         func() time.Time
	Observed    func(Use) // told of each use, nil for nobody
}

// The defaults: two requests at once are what a local server with one model works on without making both slow, and what stays far from
// the limits of hosted ones; half a minute is enough for a model that writes ten words a second; 300 requests an hour are a story every
// twelve seconds, more than people read, and at most about a million tokens.
const (
	defaultTimeout     = 30 * time.Second
	defaultConcurrency = 2
	defaultPerHour     = 300

	maxRepeated = 3000 // code points of an answer that its model is shown again
)

// Model asks a remote language model. It is safe for concurrent use.
type Model struct {
	name     string
	chat     openai.ChatCompletionService
	list     openai.ModelService
	timeout  time.Duration
	slots    chan struct{}
	guard    guard
	observed func(Use)

	mu   sync.Mutex
	form form // of requests, as the endpoint is known to take them
}

// NewModel checks the options; it doesn't reach out to the endpoint.
func NewModel(o ModelOptions) (*Model, error) {
	if o.Model == "" {
		return nil, errors.New("no summary model is named")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	if o.PerHour <= 0 {
		o.PerHour = defaultPerHour
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Observed == nil {
		o.Observed = func(Use) {}
	}
	opts, err := connection(o.URL, o.APIKey, o.HTTPClient, o.Now)
	if err != nil {
		return nil, err
	}
	m := &Model{
		name: o.Model, timeout: o.Timeout, slots: make(chan struct{}, o.Concurrency), observed: o.Observed,
		guard: guard{log: o.Logger, now: o.Now, perHour: o.PerHour},
	}
	m.chat, m.list = openai.NewChatCompletionService(opts...), openai.NewModelService(opts...)
	return m, nil
}

// Why there is no brief of the model's. What is neither of these is the context's error.
var (
	errUnfaithful  = errors.New("the model's text says what its sources don't")
	errUnusable    = errors.New("unusable answer of the summary model")
	errUnavailable = errors.New("the summary model gives no answer")
	errSlow        = fmt.Errorf("%w", errUnavailable)
	errResting     = fmt.Errorf("%w: it is left alone for a while", errUnavailable)
	errBudget      = errors.New("the hour's budget of the summary model is used up")
)

// Use is one use of a model, for metrics.
type Use struct {
	Outcome string // Passed, Refused, Failed, Reused or Withheld
	Read    int64  // tokens of the request, as the endpoint counted them
	Written int64  // tokens of the answer
}

// The outcomes of a Use.
const (
	Passed   = "passed"   // its text passed the check
	Refused  = "refused"  // it failed the check, or was no brief at all
	Failed   = "failed"   // the endpoint gave no answer
	Reused   = "reused"   // the answer was kept from an earlier request: nothing was asked
	Withheld = "withheld" // nothing was asked: the hour's budget is used up, or the endpoint is left alone after failures
)

// write asks the question, and once more when the answer can't be used. What it returns reads as a brief that passed the check.
func (m *Model) write(ctx context.Context, q *question) (written, error) {
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return written{}, ctx.Err()
	}
	messages := q.messages
	for try := 1; ; try++ {
		answer, use, err := m.ask(ctx, messages, q.o.Aside)
		if err == nil {
			var w written
			if w, err = parse(answer); err == nil {
				_, err = q.brief(w, m.name)
			}
			use.Outcome = Passed
			if err != nil {
				use.Outcome = Refused
			}
			m.observed(use)
			if err == nil {
				return w, nil
			}
		}
		if try == 2 || !errors.Is(err, errUnfaithful) && !errors.Is(err, errUnusable) {
			return written{}, err
		}
		messages = append(messages[:len(q.messages):len(q.messages)], openai.AssistantMessage(text.Truncate(answer, maxRepeated, "…")), openai.UserMessage(again(err)))
	}
}

// sample is what Try asks about.
var sample = []news.Article{{
	ID: 1, Language: "en", Title: "Ferry to Skarholm resumes after repairs",
	Text: "The ferry to the island of Skarholm resumes its service on Monday, the harbour office said. It had been in the dock for six weeks, " +
		"where its engine was replaced for 2.4 million euros. Captain Ida Lund expects 300 passengers on the first day.",
}}

// Try has the model write a brief of a made-up article and says in an error for the operator what is wrong, and what to do.
func (m *Model) Try(ctx context.Context) error {
	q := newQuestion(sample, Options{}, m.name)
	_, err := m.write(ctx, q)
	var r *refusal
	switch {
	case err == nil || ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &r) && r.unknownModel():
		if names := m.models(ctx); names != "" {
			return fmt.Errorf("%w. It has %s", err, names)
		}
	}
	return err
}

// models are the names of the models that the endpoint has, "" when it doesn't tell.
func (m *Model) models(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	page, err := m.list.List(ctx)
	if err != nil { // many endpoints have no list; what the question came to is told anyway
		return ""
	}
	var names []string
	for _, listed := range page.Data[:min(len(page.Data), 20)] {
		names = append(names, listed.ID)
	}
	return strings.Join(names, ", ")
}
