-- A mark has the others of its entry where it is the first of them, one after the other.
ALTER TABLE marks ADD COLUMN others bytea;

-- What is known of a feed's WebSub hub.
CREATE TABLE pushes (
    feed bigint PRIMARY KEY REFERENCES feeds ON DELETE CASCADE,
    data json NOT NULL
);
