package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"newsbrief/internal/news"
)

// Metrics counts what the program does, for Prometheus. It is safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	looks    *prometheus.CounterVec
	entries  prometheus.Counter
	known    *prometheus.CounterVec
	lookTime prometheus.Histogram
	pushes   *prometheus.CounterVec
	sent     *prometheus.CounterVec
	late     prometheus.Histogram
	limited  *prometheus.CounterVec
	model    *prometheus.CounterVec
	tokens   *prometheus.CounterVec
	online   prometheus.Gauge
}

// NewMetrics returns Metrics; stats is asked at each scrape.
func NewMetrics(stats func(context.Context) (news.Stats, error), log *slog.Logger) *Metrics {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &statsCollector{stats, log})
	f := promauto.With(r)
	return &Metrics{
		registry: r,
		looks:    f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_feed_looks_total", Help: "Looks at feeds by outcome: read, unchanged, failed."}, []string{"outcome"}),
		entries:  f.NewCounter(prometheus.CounterOpts{Name: "newsbrief_entries_new_total", Help: "New entries found in feeds."}),
		known:    f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_entries_known_total", Help: "Known entries of feeds that changed: skipped unread, or read because they were written anew. Many that are read tell of feeds that change all of their entries with every fetch."}, []string{"how"}),
		lookTime: f.NewHistogram(prometheus.HistogramOpts{Name: "newsbrief_feed_look_seconds", Help: "Time of one look at a feed.", Buckets: prometheus.ExponentialBuckets(.005, 3, 9)}),
		pushes:   f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_pushes_total", Help: "Deliveries of WebSub hubs by outcome: read, forged, refused."}, []string{"outcome"}),
		sent:     f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_messages_total", Help: "Messages accepted by Discord: posted, edited."}, []string{"kind"}),
		late:     f.NewHistogram(prometheus.HistogramOpts{Name: "newsbrief_message_late_seconds", Help: "Time from when a delivery was due to when Discord accepted it.", Buckets: prometheus.ExponentialBuckets(.05, 3, 9)}),
		limited:  f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_discord_429_total", Help: "Refusals by Discord's rate limits, by scope."}, []string{"scope"}),
		model:    f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_model_uses_total", Help: "Uses of the summary model by outcome. Requests: passed (its text passed the fact check), refused (it failed the check or was no brief), failed. None: reused (the answer was kept), withheld (the hour's budget is used up, or the endpoint fails)."}, []string{"outcome"}),
		tokens:   f.NewCounterVec(prometheus.CounterOpts{Name: "newsbrief_model_tokens_total", Help: "Tokens that the summary model was sent and wrote, as its endpoint counts them: what it costs."}, []string{"kind"}),
		online:   f.NewGauge(prometheus.GaugeOpts{Name: "newsbrief_gateway_online", Help: "1 while the gateway's session is up."}),
	}
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Look counts a look at a feed with so many new entries, and known ones that were skipped or read again.
func (m *Metrics) Look(unchanged, failed bool, entries, skipped, reread int, took time.Duration) {
	outcome := "read"
	switch {
	case failed:
		outcome = "failed"
	case unchanged:
		outcome = "unchanged"
	}
	m.looks.WithLabelValues(outcome).Inc()
	m.entries.Add(float64(entries))
	m.known.WithLabelValues("skipped").Add(float64(skipped))
	m.known.WithLabelValues("read").Add(float64(reread))
	m.lookTime.Observe(took.Seconds())
}

// Pushed counts a delivery of a WebSub hub and the new entries it brought.
func (m *Metrics) Pushed(outcome string, entries int) {
	m.pushes.WithLabelValues(outcome).Inc()
	m.entries.Add(float64(entries))
}

// Sent counts a message that Discord accepted.
func (m *Metrics) Sent(edit bool, late time.Duration) {
	if edit {
		m.sent.WithLabelValues("edited").Inc()
		return
	}
	m.sent.WithLabelValues("posted").Inc()
	m.late.Observe(late.Seconds())
}

// Limited counts a 429.
func (m *Metrics) Limited(scope string) { m.limited.WithLabelValues(scope).Inc() }

// Model counts a use of the summary model.
func (m *Metrics) Model(outcome string, read, written int64) {
	m.model.WithLabelValues(outcome).Inc()
	m.tokens.WithLabelValues("read").Add(float64(read))
	m.tokens.WithLabelValues("written").Add(float64(written))
}

// Online sets whether the gateway's session is up.
func (m *Metrics) Online(up bool) {
	m.online.Set(0)
	if up {
		m.online.Set(1)
	}
}

// statsCollector reads the store's counts when it is scraped.
type statsCollector struct {
	stats func(context.Context) (news.Stats, error)
	log   *slog.Logger
}

var kept = []struct {
	desc  *prometheus.Desc
	value func(news.Stats) float64
}{
	{prometheus.NewDesc("newsbrief_feeds", "Feeds that are watched.", nil, nil), func(s news.Stats) float64 { return float64(s.Feeds) }},
	{prometheus.NewDesc("newsbrief_feeds_failing", "Feeds whose last look failed.", nil, nil), func(s news.Stats) float64 { return float64(s.Failing) }},
	{prometheus.NewDesc("newsbrief_articles", "Articles kept.", nil, nil), func(s news.Stats) float64 { return float64(s.Articles) }},
	{prometheus.NewDesc("newsbrief_stories", "Stories kept.", nil, nil), func(s news.Stats) float64 { return float64(s.Stories) }},
	{prometheus.NewDesc("newsbrief_subscriptions", "Subscriptions.", nil, nil), func(s news.Stats) float64 { return float64(s.Subscriptions) }},
	{prometheus.NewDesc("newsbrief_deliveries_waiting", "Deliveries that are due or will be.", nil, nil), func(s news.Stats) float64 { return float64(s.Waiting) }},
	{prometheus.NewDesc("newsbrief_store_bytes", "Size of what is kept.", nil, nil), func(s news.Stats) float64 { return float64(s.Bytes) }},
}

func (c *statsCollector) Describe(out chan<- *prometheus.Desc) {
	for _, k := range kept {
		out <- k.desc
	}
}

func (c *statsCollector) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), checkTime)
	defer cancel()
	s, err := c.stats(ctx)
	if err != nil {
		c.log.Error("the store can't be counted", "err", err)
		return
	}
	for _, k := range kept {
		out <- prometheus.MustNewConstMetric(k.desc, prometheus.GaugeValue, k.value(s))
	}
}
