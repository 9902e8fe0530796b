BEGIN;
CREATE TABLE newsbrief_format (format int PRIMARY KEY, since timestamptz NOT NULL DEFAULT now());
-- Times are Unix nanoseconds, 0 for none; ids of ours are bigint. Rows are kept as JSON text (type json, which takes what jsonb
-- refuses, such as zero bytes), with the columns beside them that something is looked up by.

CREATE SEQUENCE tokens;
CREATE SEQUENCE articles_log;

CREATE TABLE audience (version bigint NOT NULL);
INSERT INTO audience VALUES (1);

CREATE TABLE feeds (
    id         bigint PRIMARY KEY,
    url        bytea  NOT NULL UNIQUE, -- hash
    due        bigint,                 -- NextPoll or the end of the lease; null: never
    token      bigint NOT NULL DEFAULT 0,
    followed   boolean NOT NULL,       -- by default
    failing    boolean NOT NULL,
    data       json   NOT NULL
);
CREATE INDEX feeds_due ON feeds (due, id) WHERE due IS NOT NULL;

CREATE TABLE marks (
    feed bigint REFERENCES feeds ON DELETE CASCADE,
    mark bytea,
    PRIMARY KEY (feed, mark)
);

CREATE TABLE choices (
    guild text,
    feed  bigint REFERENCES feeds ON DELETE CASCADE,
    added boolean NOT NULL, -- or removed
    PRIMARY KEY (guild, feed)
);
CREATE INDEX choices_feed ON choices (feed) WHERE added;

CREATE TABLE articles (
    id       bigint PRIMARY KEY,
    url      bytea UNIQUE, -- hash; null without an address
    seen     bigint NOT NULL,
    sequence bigint NOT NULL UNIQUE,
    data     json   NOT NULL
);
CREATE INDEX articles_seen ON articles (seen);

CREATE TABLE stories (
    id   bigint PRIMARY KEY,
    last bigint NOT NULL,
    data json   NOT NULL
);
CREATE INDEX stories_last ON stories (last, id);

-- A place is locked by whoever changes what is owed to it, places in their order, before its deliveries.
CREATE TABLE places (
    place text PRIMARY KEY,
    turn  bigint,                    -- when its next claim can be handed out; null: nothing is owed
    token bigint NOT NULL DEFAULT 0, -- of the claim that is out
    until bigint NOT NULL DEFAULT 0  -- end of its lease
);
CREATE INDEX places_turn ON places (turn, place) WHERE turn IS NOT NULL;

CREATE TABLE deliveries (
    id       text PRIMARY KEY,
    event    bigint NOT NULL,
    guild    text   NOT NULL,
    place    text   NOT NULL,
    created  bigint NOT NULL,
    queued   boolean NOT NULL, -- something is to be sent
    turn     bigint NOT NULL,
    due      bigint NOT NULL,
    slot     bigint NOT NULL,
    digest   text   NOT NULL,
    unwanted boolean NOT NULL,
    singly   bigint,           -- when it was posted by itself
    channel  text   NOT NULL,  -- of its message
    message  text   NOT NULL,
    data     json   NOT NULL
);
CREATE INDEX deliveries_queue ON deliveries (place, turn, event, id) WHERE queued;
CREATE INDEX deliveries_event ON deliveries (event);
CREATE INDEX deliveries_guild ON deliveries (guild);
CREATE INDEX deliveries_created ON deliveries (created);
CREATE INDEX deliveries_singly ON deliveries (place, singly) WHERE singly IS NOT NULL;
CREATE INDEX deliveries_message ON deliveries (channel, message) WHERE message <> '';

CREATE TABLE digests (
    slot  bigint,
    place text,
    parts int NOT NULL, -- made so far
    PRIMARY KEY (slot, place)
);

CREATE TABLE topics (
    id    text COLLATE "C" PRIMARY KEY,
    guild text NOT NULL,
    data  json NOT NULL
);
CREATE INDEX topics_guild ON topics (guild);

CREATE TABLE subscriptions (
    id      bigint PRIMARY KEY,
    owner   text NOT NULL, -- guild or, for direct messages, "@" and user
    place   text NOT NULL,
    topic   text NOT NULL,
    data    json NOT NULL,
    UNIQUE (place, topic)
);
CREATE INDEX subscriptions_owner ON subscriptions (owner);

CREATE TABLE settings (
    guild text PRIMARY KEY,
    data  json NOT NULL
);

CREATE TABLE caught_up (
    guild  text,
    person text,
    at     bigint NOT NULL,
    PRIMARY KEY (guild, person)
);

-- A mark has the others of its entry where it is the first of them, one after the other.
ALTER TABLE marks ADD COLUMN others bytea;

-- What is known of a feed's WebSub hub.
CREATE TABLE pushes (
    feed bigint PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    data json NOT NULL
);

-- Of a feed a guild follows, its briefs have the titles and links only.
ALTER TABLE choices ADD COLUMN titles bool NOT NULL DEFAULT false;

-- Who wants to be told what is new in a story.
CREATE TABLE followers (
    event bigint NOT NULL,
    person text NOT NULL,
    guild text NOT NULL,
    data json NOT NULL,
    PRIMARY KEY (event, person)
);

-- What models answered, so that nothing is paid for twice.
CREATE TABLE answers (
    question bytea PRIMARY KEY,
    at bigint NOT NULL,
    answer bytea NOT NULL
);
CREATE INDEX answers_at ON answers (at);

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

DELETE FROM audience;
COPY newsbrief_format FROM stdin;
1	2026-11-24 02:12:17.383429+00
2	2026-11-24 02:12:17.383429+00
3	2026-11-24 02:12:17.383429+00
4	2026-11-24 02:12:17.383429+00
\.
COPY audience FROM stdin;
5
\.
COPY feeds FROM stdin;
1	\\x02b58e0ba8416f0f550d9609da984853	1772355600000000000	0	t	f	{"ID":1,"URL":"https://a.example/feed","Title":"A","Site":"","Language":"","Default":true,"Page":false,"ETag":"","LastModified":"","BodyHash":"","Seeded":false,"NextPoll":"2026-03-01T09:00:00Z","Interval":0,"CheckedAt":"0001-01-01T00:00:00Z","OKAt":"0001-01-01T00:00:00Z","NewsAt":"0001-01-01T00:00:00Z","Failures":0,"FailingSince":"0001-01-01T00:00:00Z","Problem":"","Gone":false,"TTL":0,"SkipHours":0,"SkipDays":0}
2	\\x20e2c2399851f48f2b93aa376a0b5cba	1772355600000000000	0	f	f	{"ID":2,"URL":"https://b.example/feed","Title":"B","Site":"","Language":"","Default":false,"Page":false,"ETag":"","LastModified":"","BodyHash":"","Seeded":false,"NextPoll":"2026-03-01T09:00:00Z","Interval":0,"CheckedAt":"0001-01-01T00:00:00Z","OKAt":"0001-01-01T00:00:00Z","NewsAt":"0001-01-01T00:00:00Z","Failures":0,"FailingSince":"0001-01-01T00:00:00Z","Problem":"","Gone":false,"TTL":0,"SkipHours":0,"SkipDays":0}
\.
COPY marks FROM stdin;
2	\\x01000000000000000000000000000000	\\x02000000000000000000000000000000
2	\\x02000000000000000000000000000000	\N
\.
COPY choices FROM stdin;
g	2	t	f
h	1	f	f
\.
COPY articles FROM stdin;
7433798182506594304	\\xf1372b7cd058c104fa2e0beeaf356363	1772355600000000000	1	{"ID":7433798182506594304,"Feeds":null,"Source":"","URL":"https://news.example/1","Title":"Title","Byline":"","Language":"","Image":"","Text":"A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. A sentence of an article. ","Teaser":false,"Published":"0001-01-01T00:00:00Z","Seen":"2026-03-01T09:00:00Z","Story":7433798182506594304}
\.
COPY stories FROM stdin;
7433798182506594304	1772355600000000000	{"ID":7433798182506594304,"Event":7433798182506594304,"Language":"","Headline":"Title","Articles":null,"Topics":null,"First":"2026-03-01T09:00:00Z","Last":"2026-03-01T09:00:00Z"}
\.
COPY places FROM stdin;
c0	\N	0	1772355660000000000
c1	1772359200000000000	0	1772355660000000000
\.
COPY deliveries FROM stdin;
b1mrm0pumt46b4pba0ds7d6an	7433798182506594304	g	c0	1772355600000000000	f	1772355600000000000	1772355600000000000	0		f	1772355600000000000	c0	m0	{"ID":"b1mrm0pumt46b4pba0ds7d6an","Event":7433798182506594304,"Story":7433798182506594304,"Guild":"g","Channel":"c0","User":"","Subscriptions":null,"Topics":null,"Budget":0,"Brief":{"Story":0,"Language":"","Headline":"Title","Sentences":[{"Text":"A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. ","Article":0,"Start":0,"End":0}],"Sources":null,"Also":null,"Image":"","Model":"","Note":"","Published":"0001-01-01T00:00:00Z"},"Notice":null,"State":"posted","Due":"2026-03-01T09:00:00Z","Slot":"0001-01-01T00:00:00Z","Revision":1,"PostedRevision":1,"Message":"m0","PostedIn":"c0","Digest":"","Attempts":1,"FirstTry":"2026-03-01T09:00:00Z","Problem":"","Created":"2026-03-01T09:00:00Z","PostedAt":"2026-03-01T09:00:00Z","Turn":"2026-03-01T09:00:00Z","Token":1,"Tried":1,"Unsure":false,"Unwanted":false}
b4jtn8u9cj06uguqk4s3eh1i7	7433798182506594304	g	c1	1772355600000000000	t	1772359200000000000	1772359200000000000	1772359200000000000		f	\N			{"ID":"b4jtn8u9cj06uguqk4s3eh1i7","Event":7433798182506594304,"Story":7433798182506594304,"Guild":"g","Channel":"c1","User":"","Subscriptions":null,"Topics":null,"Budget":0,"Brief":{"Story":0,"Language":"","Headline":"Title","Sentences":[{"Text":"A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. A sentence of a brief. ","Article":0,"Start":0,"End":0}],"Sources":null,"Also":null,"Image":"","Model":"","Note":"","Published":"0001-01-01T00:00:00Z"},"Notice":null,"State":"waiting","Due":"2026-03-01T10:00:00Z","Slot":"2026-03-01T10:00:00Z","Revision":1,"PostedRevision":0,"Message":"","PostedIn":"","Digest":"","Attempts":0,"FirstTry":"0001-01-01T00:00:00Z","Problem":"","Created":"2026-03-01T09:00:00Z","PostedAt":"0001-01-01T00:00:00Z","Turn":"2026-03-01T10:00:00Z","Token":2,"Tried":0,"Unsure":false,"Unwanted":false}
\.
COPY digests FROM stdin;
\.
COPY topics FROM stdin;
\.
COPY subscriptions FROM stdin;
3	g	c0	climate	{"ID":3,"Guild":"g","Channel":"c0","User":"","Topic":"climate","When":"daily","At":0,"Weekday":0,"Language":"","Budget":0,"Created":"2026-03-01T09:00:00Z","CreatedBy":"","Rests":""}
\.
COPY settings FROM stdin;
\.
COPY caught_up FROM stdin;
\.
COPY pushes FROM stdin;
\.
COPY followers FROM stdin;
\.
COPY answers FROM stdin;
\.
SELECT setval('tokens', 2);
SELECT setval('articles_log', 1);
COMMIT;
