package summary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"golang.org/x/time/rate"

	"newsbrief/internal/news"
	"newsbrief/internal/text"
)

// ModelOptions say which model writes briefs and what it may cost.
type ModelOptions struct {
	URL         string // base of an OpenAI-compatible API with its version, such as https://api.openai.com/v1
	Model       string
	APIKey      string        // may be empty for a local endpoint
	HTTPClient  *http.Client  // nil: http.DefaultClient
	Timeout     time.Duration // of one request; 30 s by default
	Concurrency int           // requests at the same time; 2 by default
	PerHour     int           // requests an hour, retries included; 0: no limit
}

// Model writes briefs with a remote language model. It is safe for concurrent use.
type Model struct {
	name    string
	chat    openai.ChatCompletionService
	timeout time.Duration
	slots   chan struct{}
	budget  *rate.Limiter
}

const (
	defaultTimeout     = 30 * time.Second
	defaultConcurrency = 2
	maxAnswer          = 1 << 20 // bytes of a response that are read
	maxAnswerTokens    = 700
)

var (
	// ErrBudget says that the hour's requests are used up.
	ErrBudget = errors.New("the hourly budget of the summary model is used up")
	// ErrUnfaithful says that the model's text failed the fact check twice.
	ErrUnfaithful = errors.New("the model's text says what its sources don't")
	errAnswer     = errors.New("unusable answer of the summary model")
)

// NewModel checks the options; it doesn't reach out to the endpoint.
func NewModel(o ModelOptions) (*Model, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, errors.New("the address of the summary endpoint can't be read")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the address of the summary endpoint must begin with http:// or https:// and name a host")
	}
	if o.Model == "" {
		return nil, errors.New("no summary model is named")
	}
	if o.Timeout <= 0 {
		o.Timeout = defaultTimeout
	}
	if o.Concurrency <= 0 {
		o.Concurrency = defaultConcurrency
	}
	opts := []option.RequestOption{
		option.WithBaseURL(strings.TrimSuffix(o.URL, "/") + "/"),
		option.WithMaxRetries(0), // Brief repeats a request itself, once
		option.WithMiddleware(limitAnswer),
	}
	if o.APIKey != "" {
		opts = append(opts, option.WithAPIKey(o.APIKey))
	}
	if o.HTTPClient != nil {
		opts = append(opts, option.WithHTTPClient(o.HTTPClient))
	}
	m := &Model{
		name: o.Model, chat: openai.NewChatCompletionService(opts...), timeout: o.Timeout,
		slots: make(chan struct{}, o.Concurrency), budget: rate.NewLimiter(rate.Inf, 0),
	}
	if o.PerHour > 0 {
		m.budget = rate.NewLimiter(rate.Every(time.Hour/time.Duration(o.PerHour)), o.PerHour)
	}
	return m, nil
}

// limitAnswer keeps an endpoint from filling the memory.
func limitAnswer(r *http.Request, next option.MiddlewareNext) (*http.Response, error) {
	res, err := next(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

// Brief has the model write a brief of the articles, which tell one story. What it writes has passed Check; when it fails twice
// the error is ErrUnfaithful. Other errors are ErrBudget, the context's, and what went wrong on the way.
func (m *Model) Brief(ctx context.Context, articles []news.Article, o Options) (news.Brief, error) {
	o = o.withDefaults()
	told, others := split(articles, o.Language)
	if len(told) == 0 {
		return news.Brief{}, errors.New("no articles to make a brief of")
	}
	select {
	case m.slots <- struct{}{}:
		defer func() { <-m.slots }()
	case <-ctx.Done():
		return news.Brief{}, ctx.Err()
	}
	messages := prompt(told, o)
	var failed error
	for range 2 {
		if !m.budget.Allow() {
			return news.Brief{}, errors.Join(ErrBudget, failed)
		}
		answer, err := m.ask(ctx, messages)
		if ctx.Err() != nil {
			return news.Brief{}, ctx.Err()
		}
		if err != nil {
			failed = err
			continue
		}
		b, err := m.read(answer, told, others, o)
		if err == nil {
			return b, nil
		}
		failed = err
		messages = append(messages, openai.AssistantMessage(answer), openai.UserMessage(again(err)))
	}
	return news.Brief{}, failed
}

func (m *Model) ask(ctx context.Context, messages []openai.ChatCompletionMessageParamUnion) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	res, err := m.chat.New(ctx, openai.ChatCompletionNewParams{
		Model: m.name, Messages: messages, MaxTokens: openai.Int(maxAnswerTokens), Temperature: openai.Float(0),
	})
	if err != nil {
		return "", fmt.Errorf("asking the summary model: %w", err)
	}
	if len(res.Choices) == 0 {
		return "", fmt.Errorf("%w: it holds no choice", errAnswer)
	}
	return res.Choices[0].Message.Content, nil
}

// written is the form in which the model answers.
type written struct {
	Headline  string `json:"headline"`
	Sentences []struct {
		Text    string `json:"text"`
		Article int    `json:"article"` // number of the article it is taken from, from 1
	} `json:"sentences"`
}

// read turns an answer into a brief that passed the check, or says what is wrong with it.
func (m *Model) read(answer string, told, others []news.Article, o Options) (news.Brief, error) {
	from, to := strings.IndexByte(answer, '{'), strings.LastIndexByte(answer, '}')
	if from < 0 || to < from {
		return news.Brief{}, fmt.Errorf("%w: it is no JSON object", errAnswer)
	}
	var w written
	if err := json.Unmarshal([]byte(answer[from:to+1]), &w); err != nil {
		return news.Brief{}, fmt.Errorf("%w: %w", errAnswer, err)
	}
	b := frame(told, others)
	b.Model = m.name
	if h := text.Clean(w.Headline); h != "" {
		b.Headline = text.Truncate(h, maxHeadline, "…")
	}
	count := 0
	for i, s := range w.Sentences {
		if s.Article < 1 || s.Article > len(told) {
			return news.Brief{}, fmt.Errorf("%w: sentence %d cites no article", errAnswer, i+1)
		}
		t := text.Clean(s.Text)
		count += words(t, b.Language)
		b.Sentences = append(b.Sentences, news.Sentence{Text: t, Article: told[s.Article-1].ID})
	}
	switch {
	case len(b.Sentences) == 0 || len(b.Sentences) > o.Sentences:
		return news.Brief{}, fmt.Errorf("%w: it has %d sentences", errAnswer, len(b.Sentences))
	case count > o.Words && len(b.Sentences) > 1:
		return news.Brief{}, fmt.Errorf("%w: its sentences have %d words together", errAnswer, count)
	}
	if problems := Check(b, told); len(problems) > 0 {
		return news.Brief{}, &unfaithful{problems}
	}
	finish(&b, told)
	return b, nil
}

// unfaithful is ErrUnfaithful with what was found.
type unfaithful struct{ problems []Problem }

func (e *unfaithful) Error() string {
	parts := make([]string, len(e.problems))
	for i, p := range e.problems {
		parts[i] = p.String()
	}
	return ErrUnfaithful.Error() + ": " + strings.Join(parts, "; ")
}

func (e *unfaithful) Is(target error) bool { return target == ErrUnfaithful }
