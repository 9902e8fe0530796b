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
