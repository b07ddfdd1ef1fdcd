-- Long work that somebody asked for: intake, award run, report. What was asked and what came of it are JSON; the rows that intake set aside stand apart,
-- because they show what ledgers say of enterprises. A server has a name of its own, drawn at its start, and says from time to time that it is there.
CREATE TABLE job (
    id         {id},
    fund       TEXT NOT NULL REFERENCES fund (id),
    kind       TEXT NOT NULL,
    year       {int} NOT NULL,
    asked      TEXT NOT NULL,
    state      TEXT NOT NULL,
    step       TEXT NOT NULL,
    done       {int} NOT NULL CHECK (done >= 0),
    total      {int} NOT NULL CHECK (total >= 0),
    row_count  {int} NOT NULL CHECK (row_count >= 0),
    outcome    TEXT,
    set_aside  TEXT,
    server     TEXT NOT NULL,
    seen_at    {int} NOT NULL,
    cancelling {int} NOT NULL CHECK (cancelling IN (0, 1)),
    asked_by   TEXT NOT NULL,
    asked_at   {int} NOT NULL,
    begun_at   {int},
    ended_at   {int}
) {strict};
CREATE INDEX job_fund ON job (fund, id);
-- One at a time for a fund, whichever server does it.
CREATE UNIQUE INDEX job_running ON job (fund) WHERE state = 'running';
