package pipeline

import (
	"context"
	"log/slog"

	"newsbrief/internal/fetch"
)

// with is l.With for what seldom says anything, such as a look: the attributes are worked out and formatted with the first record.
func with(l *slog.Logger, attrs ...slog.Attr) *slog.Logger {
	return slog.New(&handler{l.Handler(), attrs})
}

type handler struct {
	slog.Handler
	attrs []slog.Attr
}

func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	return h.Handler.WithAttrs(h.attrs).Handle(ctx, r)
}

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return h.Handler.WithAttrs(h.attrs).WithAttrs(attrs)
}

func (h *handler) WithGroup(name string) slog.Handler {
	return h.Handler.WithAttrs(h.attrs).WithGroup(name)
}

// shown is an address as it may stand in a log.
type shown string

func (u shown) LogValue() slog.Value { return slog.StringValue(fetch.RedactURL(string(u))) }
