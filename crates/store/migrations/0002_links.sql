-- Which account somebody signs in to with an account of their organisation's: named by who vouches for it and by what that one calls them.
CREATE TABLE person_link (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    person_id {int} NOT NULL REFERENCES person (id),
    linked_by TEXT NOT NULL,
    linked_at {int} NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (person_id, issuer)
) {strict};
