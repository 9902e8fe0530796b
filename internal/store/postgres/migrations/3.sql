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
