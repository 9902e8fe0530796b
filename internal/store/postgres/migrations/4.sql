-- Direct messages are a place under the name of their person's own guild, which begins with an @. Nobody has a claim on them while this runs,
-- and one that is out ends without an effect.
UPDATE deliveries SET place = '@' || place WHERE data->>'Channel' = '';
INSERT INTO places (place, turn, token, until)
    SELECT '@' || place, turn, token, until FROM places p WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.place = '@' || p.place);
DELETE FROM places p WHERE EXISTS (SELECT 1 FROM deliveries d WHERE d.place = '@' || p.place);

-- Claims on channels are handed out before those on direct messages.
DROP INDEX places_turn;
CREATE INDEX places_channels ON places (turn, place) WHERE turn IS NOT NULL AND place NOT LIKE '@%';
CREATE INDEX places_people ON places (turn, place) WHERE turn IS NOT NULL AND place LIKE '@%';

-- What there is of one person.
CREATE INDEX deliveries_people ON deliveries (place) WHERE place LIKE '@%';
CREATE INDEX followers_person ON followers (person, event);
CREATE INDEX caught_up_person ON caught_up (person);
