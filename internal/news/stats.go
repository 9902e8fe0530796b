package news

// Stats counts what a store keeps.
type Stats struct {
	Feeds, Failing int // feeds, and those whose last look failed
	Articles       int
	Stories        int
	Subscriptions  int
	Waiting        int // deliveries that are due or will be
	Bytes          int64
}
