package summary

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"newsbrief/internal/news"
)

// Notes of a brief that was to be written by a model and isn't.
const (
	UnfaithfulNote  = "Sentences of the sources: the model's text failed the fact check."
	UnavailableNote = "Sentences of the sources: the model gave no usable answer."
	WaitingNote     = "Sentences of the sources: the model has not answered yet."
)

// refusedFor is how long a question whose answers could not be used isn't asked again.
const refusedFor = 24 * time.Hour

// Summarizer makes briefs with a model where one is configured, and without it otherwise or when it fails. What the model answers is
// kept: a question is asked once, however many places want to know, and again only when an article brings something new. The zero
// value has no model. It is safe for concurrent use.
type Summarizer struct {
	model   *Model
	answers Answers
	log     *slog.Logger

	mu     sync.Mutex
	asking map[[32]byte]*inquiry
}

// inquiry is a question that is being answered.
type inquiry struct {
	done chan struct{} // closed when the fields below are set
	w    written
	err  error
}

// NewSummarizer returns a Summarizer; model may be nil, and then the others too.
func NewSummarizer(model *Model, answers Answers, log *slog.Logger) *Summarizer {
	return &Summarizer{model: model, answers: answers, log: log, asking: map[[32]byte]*inquiry{}}
}

// Writes reports whether a model is asked, which takes its time and may fail.
func (s *Summarizer) Writes() bool { return s.model != nil }

// Draft is Brief without asking: what the model answered before, or Extract's brief. waits says that the model can be asked for a better
// one, and so does the Note.
func (s *Summarizer) Draft(ctx context.Context, articles []news.Article, o Options) (b news.Brief, waits bool) {
	return s.brief(ctx, articles, o, s.recall)
}

// Brief makes a brief of the articles, which tell one story, in Options.Language when that is set and a model writes it. It never
// fails: what a model can't do, or not before ctx ends, is done by Extract, and the brief's Note says so.
func (s *Summarizer) Brief(ctx context.Context, articles []news.Article, o Options) news.Brief {
	b, _ := s.brief(ctx, articles, o, s.answer)
	return b
}

// brief makes a brief of what answer finds, or else of the articles' sentences. unasked says that there was nothing to find.
func (s *Summarizer) brief(ctx context.Context, articles []news.Article, o Options, answer func(context.Context, *question) (written, error)) (b news.Brief, unasked bool) {
	plain := Extract(articles, o)
	if s.model == nil || len(plain.Sentences) == 0 {
		return plain, false
	}
	b, err := s.told(ctx, newQuestion(articles, o, s.model.name), answer)
	switch {
	case err == nil:
		return b, false
	case err == errUnasked:
		note(&plain, WaitingNote)
		return plain, true
	case errors.Is(err, errUnfaithful):
		note(&plain, UnfaithfulNote)
	default:
		note(&plain, UnavailableNote)
	}
	level := slog.LevelWarn
	if errors.Is(err, errResting) || errors.Is(err, errRefused) { // told before
		level = slog.LevelDebug
	}
	s.log.Log(ctx, level, "the extractive brief ships instead of the model's", "err", err, "story", plain.Story)
	return plain, false
}

// told makes a brief of what answer finds. That is strangers' text, so a panic over it is an answer that can't be used.
func (s *Summarizer) told(ctx context.Context, q *question, answer func(context.Context, *question) (written, error)) (b news.Brief, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.ErrorContext(ctx, "reading an answer of the summary model panicked", "panic", p, "stack", string(debug.Stack()))
			err = errUnusable
		}
	}()
	w, err := answer(ctx, q)
	if err != nil {
		return b, err
	}
	return q.brief(w, s.model.name)
}

// note adds a sentence for the reader.
func note(b *news.Brief, sentence string) { b.Note = strings.TrimSpace(b.Note + " " + sentence) }

// kept is an answer as Answers keep it.
type kept struct {
	Written written   `json:"written,omitzero"`
	Refused time.Time `json:"refused,omitzero"` // when no answer could be used; Written is empty then
	Failed  bool      `json:"failed,omitempty"` // an answer failed the check
}

// errRefused says that the question had no usable answer the last time.
var errRefused = errors.New("not asked again so soon")

// answer looks for a kept answer and otherwise asks. Of several who want to know the same one asks and all are told.
func (s *Summarizer) answer(ctx context.Context, q *question) (written, error) {
	for {
		s.mu.Lock()
		asked := s.asking[q.key]
		if asked == nil {
			asked = &inquiry{done: make(chan struct{})}
			s.asking[q.key] = asked
			s.mu.Unlock()
			s.inquire(ctx, q, asked)
			return asked.w, asked.err
		}
		s.mu.Unlock()
		select {
		case <-asked.done:
		case <-ctx.Done():
			return written{}, ctx.Err()
		}
		if !errors.Is(asked.err, context.Canceled) && !errors.Is(asked.err, context.DeadlineExceeded) {
			return asked.w, asked.err
		} // else who asked left before there was an answer
	}
}

func (s *Summarizer) inquire(ctx context.Context, q *question, asked *inquiry) {
	asked.err = errUnavailable // unless something is found
	defer func() {
		s.mu.Lock()
		delete(s.asking, q.key)
		s.mu.Unlock()
		close(asked.done)
	}()
	if asked.w, asked.err = s.recall(ctx, q); asked.err != errUnasked {
		return
	}
	asked.w, asked.err = s.model.write(ctx, q)
	k := kept{Written: asked.w}
	switch {
	case errors.Is(asked.err, errUnfaithful) || errors.Is(asked.err, errUnusable):
		k = kept{Refused: s.model.guard.now(), Failed: errors.Is(asked.err, errUnfaithful)}
	case asked.err != nil:
		return // nothing was answered
	}
	data, err := json.Marshal(k)
	if err == nil {
		err = s.answers.PutAnswer(context.WithoutCancel(ctx), s.model.guard.now(), q.key, data)
	}
	if err != nil {
		s.log.ErrorContext(ctx, "an answer of the summary model can't be kept; it will be paid for again", "err", err)
	}
}

// errUnasked says that no usable answer is kept.
var errUnasked = errors.New("the question was not asked yet")

// recall looks for a kept answer. One that no longer passes the check, which may be stricter than it was, is none.
func (s *Summarizer) recall(ctx context.Context, q *question) (written, error) {
	data, err := s.answers.Answer(ctx, q.key)
	if ctx.Err() != nil {
		return written{}, ctx.Err()
	}
	if err != nil {
		return written{}, fmt.Errorf("look for an answer that was kept: %w", err) // asking anyway could cost without end
	}
	if data == nil {
		return written{}, errUnasked
	}
	var k kept
	if err := json.Unmarshal(data, &k); err != nil {
		s.log.WarnContext(ctx, "a kept answer of the summary model can't be read; it is asked for again", "err", err)
		return written{}, errUnasked
	}
	if !k.Refused.IsZero() {
		switch {
		case s.model.guard.now().Sub(k.Refused) >= refusedFor:
			return written{}, errUnasked
		case k.Failed:
			return written{}, fmt.Errorf("%w: %w", errUnfaithful, errRefused)
		}
		return written{}, fmt.Errorf("%w: %w", errUnusable, errRefused)
	}
	if _, err := q.brief(k.Written, s.model.name); err != nil {
		return written{}, errUnasked
	}
	s.model.observed(Use{Outcome: Reused})
	return k.Written, nil
}
