package summary

import (
	"context"
	"errors"
	"log/slog"

	"newsbrief/internal/news"
)

// Notes of a brief that was to be written by a model and wasn't.
const (
	UnfaithfulNote  = "Sentences of the sources: the model's text failed the fact check."
	UnavailableNote = "Sentences of the sources: the model gave no usable answer."
)

// Summarizer makes briefs with a model where one is configured, and without it otherwise or when it fails. The zero value has
// no model. It is safe for concurrent use.
type Summarizer struct {
	model *Model
	log   *slog.Logger
}

// NewSummarizer returns a Summarizer; model may be nil, log may be nil when model is.
func NewSummarizer(model *Model, log *slog.Logger) *Summarizer {
	return &Summarizer{model: model, log: log}
}

// Writes reports whether a model is asked, which takes its time and may fail.
func (s *Summarizer) Writes() bool { return s.model != nil }

// Brief makes a brief of the articles, which tell one story. It never fails: what a model can't do is done by Extract, and
// the brief's Note says so.
func (s *Summarizer) Brief(ctx context.Context, articles []news.Article, o Options) news.Brief {
	plain := Extract(articles, o)
	if s.model == nil || len(plain.Sentences) == 0 {
		return plain
	}
	b, err := s.model.Brief(ctx, articles, o)
	if err == nil {
		return b
	}
	s.log.WarnContext(ctx, "the extractive brief ships instead of the model's", "err", err, "story", plain.Story)
	if plain.Note == "" {
		plain.Note = UnavailableNote
		if errors.Is(err, ErrUnfaithful) {
			plain.Note = UnfaithfulNote
		}
	}
	return plain
}
