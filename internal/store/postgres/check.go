package postgres

import (
	"context"
	"errors"
	"fmt"

	"newsbrief/internal/news"
)

// Check reads the whole database and reports every column and turn that does not fit the rows.
func (s *Store) Check(ctx context.Context) error {
	var problems []error
	err := s.view(ctx, func(t tx) error {
		all, err := deliveries(t, `SELECT data FROM deliveries`)
		if err != nil {
			return err
		}
		for _, d := range all {
			singly := int64(0)
			if d.PostedSingly() {
				singly = moment(d.PostedAt)
			}
			var fits bool
			if err := t.QueryRow(ctx, `SELECT event = $2 AND guild = $3 AND place = $4 AND created = $5 AND queued = $6 AND turn = $7 AND due = $8 AND slot = $9 AND digest = $10
				AND unwanted = $11 AND coalesce(singly, 0) = $12 AND channel = $13 AND message = $14 FROM deliveries WHERE id = $1`,
				d.ID, int64(d.Event), d.Guild, d.Place(), moment(d.Created), d.Owed(), moment(d.Turn), moment(d.Due), moment(d.Slot), d.Digest, d.Unwanted, singly, d.PostedIn, d.Message).
				Scan(&fits); err != nil {
				return err
			}
			if !fits {
				problems = append(problems, fmt.Errorf("the columns of delivery %s don't fit %+v", d.ID, d))
			}
		}
		wrong, err := column[string](t, `SELECT place FROM places p WHERE turn IS DISTINCT FROM
			(SELECT CASE WHEN p.token <> 0 THEN p.until ELSE d.due END FROM deliveries d WHERE d.place = p.place AND queued ORDER BY d.turn, event, id LIMIT 1)`)
		if err != nil {
			return err
		}
		for _, at := range wrong {
			problems = append(problems, fmt.Errorf("the turn of place %s does not fit its queue", at))
		}
		lost, err := column[string](t, `SELECT DISTINCT place FROM deliveries WHERE queued AND place NOT IN (SELECT place FROM places)`)
		if err != nil {
			return err
		}
		for _, at := range lost {
			problems = append(problems, fmt.Errorf("place %s is missing", at))
		}
		feeds, err := rows[news.Feed](t, `SELECT data FROM feeds f WHERE followed::text <> (data->>'Default') OR (data->>'ID') <> id::text`)
		if err != nil {
			return err
		}
		for _, f := range feeds {
			problems = append(problems, fmt.Errorf("the columns of feed %s don't fit %+v", f.ID, f))
		}
		return nil
	})
	return errors.Join(append(problems, err)...)
}
