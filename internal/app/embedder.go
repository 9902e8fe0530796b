package app

import (
	"fmt"
	"log/slog"

	"newsbrief/internal/summary"
)

// embedder asks the embedding model of the configuration, nil when there is none.
func embedder(c Config, answers summary.Answers, log *slog.Logger) (*summary.Embedder, error) {
	if c.EmbedModel == "" {
		return nil, nil
	}
	e, err := summary.NewEmbedder(summary.EmbedderOptions{URL: c.SummaryURL, Model: c.EmbedModel, APIKey: c.SummaryKey, Answers: answers, Logger: log})
	if err != nil {
		return nil, fmt.Errorf("SUMMARY_URL, EMBED_MODEL: %w", err)
	}
	return e, nil
}
