// Package web is what the program answers over HTTP: health, readiness, metrics and, where configured, interactions and the
// deliveries of WebSub hubs. It knows nothing of what stands behind them.
package web

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// Options are what a Handler serves.
type Options struct {
	// Health returns what is broken so that only a restart or a person can help, nil when all is well.
	Health func(ctx context.Context) error
	// Ready returns why the program can't do its work yet, nil when it can.
	Ready func(ctx context.Context) error
	// Metrics serves /metrics.
	Metrics http.Handler
	// Interactions serves POST /interactions, nil for none.
	Interactions http.Handler
	// WebSub serves GET and POST below /websub/, nil for none.
	WebSub http.Handler
	// Rest serves every other path, nil for none: the page of the trial.
	Rest http.Handler
}

// checkTime bounds a health check: whoever asks has not got long.
const checkTime = 2 * time.Second

// Handler serves the program's endpoints.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /healthz", check(o.Health))
	mux.Handle("GET /readyz", check(o.Ready))
	mux.Handle("GET /metrics", o.Metrics)
	if o.Interactions != nil {
		mux.Handle("POST /interactions", o.Interactions)
	}
	if o.WebSub != nil {
		mux.Handle("GET /websub/", o.WebSub)
		mux.Handle("POST /websub/", o.WebSub)
	}
	if o.Rest != nil {
		mux.Handle("/", o.Rest)
	}
	return mux
}

func check(test func(context.Context) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), checkTime)
		defer cancel()
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := test(ctx); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, err)
			return
		}
		fmt.Fprintln(w, "ok")
	})
}
