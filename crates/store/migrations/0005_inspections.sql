-- 抽查: which awards of a run were drawn for inspection, by which rules and seed. Every draw is kept, so that nobody draws until a list pleases.
CREATE TABLE inspection (
    id               {id},
    run_id           {int} NOT NULL REFERENCES award_run (id),
    seed             TEXT NOT NULL,
    share_percent    {int} NOT NULL CHECK (share_percent BETWEEN 0 AND 100),
    least_per_region {int} NOT NULL CHECK (least_per_region >= 0),
    all_from_fen     {int},
    drawn_from       {int} NOT NULL CHECK (drawn_from >= 0),
    reason           TEXT NOT NULL,
    drawn_by         TEXT NOT NULL,
    drawn_at         {int} NOT NULL
) {strict};
CREATE INDEX inspection_run ON inspection (run_id);

CREATE TABLE inspection_item (
    inspection_id {int} NOT NULL REFERENCES inspection (id),
    scheme        TEXT NOT NULL,
    enterprise    TEXT NOT NULL,
    region        TEXT NOT NULL,
    fen           {int} NOT NULL,
    why           TEXT NOT NULL,
    PRIMARY KEY (inspection_id, scheme, enterprise)
) {strict};
