package summary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/shared"

	"newsbrief/internal/text"
)

const (
	maxResponse  = 1 << 20 // bytes of a response that are read
	maxComplaint = 300     // code points of an error's message that are told
	// A brief of 60 words is about 200 tokens in the form of an answer. Models that think aloud need more, and get it once they have
	// shown that.
	shortAnswer = 700
	longAnswer  = 4000
	retryPause  = time.Second
)

// form is what a request looks like. Endpoints that call themselves compatible differ in what they take: the newer models of OpenAI want
// max_completion_tokens and no temperature, and not every server knows response_format. The zero form is what most take.
type form struct {
	completionTokens bool // max_completion_tokens instead of max_tokens
	noTemperature    bool
	noSchema         bool
	long             bool
}

// suited is the form that an endpoint which refused f with a complaint may take. It reports false when there is no other.
func (f form) suited(complaint string) (form, bool) {
	complaint = strings.ToLower(complaint)
	names := func(parameters ...string) bool {
		for _, p := range parameters {
			if strings.Contains(complaint, p) {
				return true
			}
		}
		return false
	}
	switch {
	case !f.completionTokens && names("max_tokens", "max_completion_tokens"):
		f.completionTokens = true
	case !f.noTemperature && names("temperature"):
		f.noTemperature = true
	case !f.noSchema && names("response_format", "schema", "grammar"):
		f.noSchema = true
	default:
		return f, false
	}
	return f, true
}

func (f form) params(model string, messages []openai.ChatCompletionMessageParamUnion) openai.ChatCompletionNewParams {
	p := openai.ChatCompletionNewParams{Model: model, Messages: messages}
	limit := openai.Int(shortAnswer)
	if f.long {
		limit = openai.Int(longAnswer)
	}
	if f.completionTokens {
		p.MaxCompletionTokens = limit
	} else {
		p.MaxTokens = limit
	}
	if !f.noTemperature {
		p.Temperature = openai.Float(0)
	}
	if !f.noSchema {
		p.ResponseFormat.OfJSONSchema = &shared.ResponseFormatJSONSchemaParam{
			JSONSchema: shared.ResponseFormatJSONSchemaJSONSchemaParam{Name: "brief", Strict: openai.Bool(true), Schema: json.RawMessage(schema)},
		}
	}
	return p
}

// ask sends messages until there is an answer: again in another form when the endpoint doesn't take this one, and once more after a
// moment when it fails as a busy or restarting server does.
func (m *Model) ask(ctx context.Context, messages []openai.ChatCompletionMessageParamUnion, aside bool) (string, Use, error) {
	m.mu.Lock()
	f := m.form
	m.mu.Unlock()
	for failures := 0; ; {
		if err := m.guard.enter(aside); err != nil {
			m.observed(Use{Outcome: Withheld})
			return "", Use{}, err
		}
		answer, cut, use, err := m.send(ctx, f.params(m.name, messages))
		var r *refusal
		suited, ok := form{}, false
		if errors.As(err, &r) && r.form() {
			suited, ok = f.suited(r.complaint)
		}
		m.guard.leave(err, ctx.Err() == nil && !ok)
		if ctx.Err() != nil {
			return "", use, ctx.Err()
		}
		if ok {
			f = suited
			continue
		}
		if err != nil {
			m.observed(Use{Outcome: Failed})
			if failures++; failures == 2 || !passing(err) {
				return "", use, err
			}
			select {
			case <-time.After(retryPause):
				continue
			case <-ctx.Done():
				return "", use, ctx.Err()
			}
		}
		if cut && !f.long {
			use.Outcome = Refused
			m.observed(use)
			f.long = true
			continue
		}
		m.mu.Lock()
		m.form = f
		m.mu.Unlock()
		return answer, use, nil
	}
}

// send makes one request. cut says that the answer reached the limit of its tokens.
func (m *Model) send(ctx context.Context, p openai.ChatCompletionNewParams) (answer string, cut bool, use Use, err error) {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	res, err := m.chat.New(ctx, p)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "", false, use, fmt.Errorf("%w within %v", errSlow, m.timeout)
	case err != nil:
		return "", false, use, fmt.Errorf("%w: %w", errUnavailable, err)
	case len(res.Choices) == 0:
		return "", false, use, fmt.Errorf("%w: what it sends is no chat completion", errUnavailable)
	}
	use.Read, use.Written = max(res.Usage.PromptTokens, 0), max(res.Usage.CompletionTokens, 0)
	return res.Choices[0].Message.Content, res.Choices[0].FinishReason == "length", use, nil
}

// passing reports whether a failure may be over in a moment.
func passing(err error) bool {
	var r *refusal
	if errors.As(err, &r) {
		return r.status >= 500 && r.after == 0
	}
	return !errors.Is(err, errSlow)
}

// refusal is an answer that is none: another status than success.
type refusal struct {
	status    int
	complaint string        // what the endpoint says of it
	after     time.Duration // how long it wants to be left alone, 0 when it doesn't say
}

func (r *refusal) form() bool { return r.status == 400 || r.status == 422 }

// lasting reports whether only the operator can help.
func (r *refusal) lasting() bool {
	return r.status < 500 && !r.form() && r.status != http.StatusTooManyRequests && r.status != http.StatusRequestTimeout
}

func (r *refusal) unknownModel() bool { return r.status == http.StatusNotFound }

func (r *refusal) Error() string {
	switch {
	case r.status == http.StatusUnauthorized || r.status == http.StatusForbidden:
		return "it refuses the key; check SUMMARY_API_KEY" // its own words may show a part of the key
	case r.unknownModel():
		return "it knows no such model or no such address; check SUMMARY_MODEL, and SUMMARY_URL, which mostly ends in /v1" + r.said()
	case r.status >= 300 && r.status < 400:
		return "it redirects to another address; set SUMMARY_URL to where it is"
	}
	return "it answers " + strconv.Itoa(r.status) + r.said()
}

func (r *refusal) said() string {
	if r.complaint == "" {
		return ""
	}
	return " (" + strconv.Quote(r.complaint) + ")"
}

// connection are the options of all requests to an endpoint. It fails when the address is none; nothing is asked yet.
func connection(address, key string, c *http.Client, now func() time.Time) ([]option.RequestOption, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the summary endpoint can't be read")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errors.New("the address of the summary endpoint must begin with http:// or https:// and name a host")
	}
	client := http.Client{}
	if c != nil {
		client = *c
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	opts := []option.RequestOption{
		option.WithBaseURL(strings.TrimSuffix(address, "/") + "/"),
		option.WithHTTPClient(&client),
		option.WithMaxRetries(0), // what is worth repeating is known here
		option.WithMiddleware(func(r *http.Request, next option.MiddlewareNext) (*http.Response, error) {
			res, err := next(r)
			if err != nil {
				return res, err
			}
			return receive(res, key, now)
		}),
	}
	if key != "" {
		opts = append(opts, option.WithAPIKey(key))
	}
	return opts, nil
}

// receive keeps an endpoint from filling the memory, and turns what is no success into a refusal, in whatever shape its error comes.
func receive(res *http.Response, key string, now func() time.Time) (*http.Response, error) {
	body := io.LimitReader(res.Body, maxResponse)
	if res.StatusCode >= 200 && res.StatusCode < 300 {
		res.Body = struct {
			io.Reader
			io.Closer
		}{body, res.Body}
		return res, nil
	}
	defer res.Body.Close()
	data, err := io.ReadAll(io.LimitReader(body, 1<<16))
	if err != nil {
		return nil, err
	}
	said := text.Clean(complaint(data))
	if key != "" {
		said = strings.ReplaceAll(said, key, "…")
	}
	return nil, &refusal{status: res.StatusCode, complaint: text.Truncate(said, maxComplaint, "…"), after: retryAfter(res.Header, now())}
}

// complaint is the message of an error response: {"error": {"message": …}} is OpenAI's shape, {"error": …}, {"message": …} and
// {"detail": …} are those of others.
func complaint(body []byte) string {
	var e struct{ Error, Message, Detail json.RawMessage }
	if json.Unmarshal(body, &e) != nil {
		return string(body)
	}
	for _, part := range []json.RawMessage{e.Error, e.Message, e.Detail} {
		var message string
		var inner struct{ Message string }
		switch {
		case json.Unmarshal(part, &message) == nil && message != "":
			return message
		case json.Unmarshal(part, &inner) == nil && inner.Message != "":
			return inner.Message
		}
	}
	return string(body)
}

// retryAfter reads Retry-After (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(v); err == nil {
		return time.Duration(min(max(seconds, 0), int(maxRest/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(at.Sub(now), 0), maxRest)
	}
	return 0
}
