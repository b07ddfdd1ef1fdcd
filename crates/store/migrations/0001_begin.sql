-- {id}, {int}, {blob} and {strict} stand for what each database calls them; what is append-only is listed in migrations.rs.
-- Times are microseconds since 1970-01-01T00:00:00Z, amounts whole fen, yes and no 1 and 0. No column holds a float.

CREATE TABLE setting (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) {strict};

-- Funds, with the digest of the fund folder that is in force.
CREATE TABLE fund (
    id             TEXT PRIMARY KEY,
    name           TEXT NOT NULL,
    folder_sha256  TEXT NOT NULL,
    revision       {int} NOT NULL,
    opened_at      {int} NOT NULL,
    changed_at     {int} NOT NULL
) {strict};

-- Texts by their SHA-256: target tables, applications, score sheets, derivations. What was once said is never changed.
CREATE TABLE document (
    sha256 TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) {strict};

-- Files by their SHA-256: evidence, issued forms.
CREATE TABLE evidence (
    sha256     TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    size_bytes {int} NOT NULL CHECK (size_bytes >= 0),
    bytes      {blob} NOT NULL,
    added_by   TEXT NOT NULL,
    added_at   {int} NOT NULL
) {strict};

-- People who sign in.
CREATE TABLE person (
    id              {id},
    name            TEXT NOT NULL UNIQUE,
    shown_name      TEXT NOT NULL,
    password_hash   TEXT,
    active          {int} NOT NULL CHECK (active IN (0, 1)),
    demo            {int} NOT NULL CHECK (demo IN (0, 1)),
    failures        {int} NOT NULL CHECK (failures >= 0),
    locked_until    {int} NOT NULL,
    revision        {int} NOT NULL,
    created_at      {int} NOT NULL,
    changed_at      {int} NOT NULL
) {strict};

CREATE TABLE person_role (
    person_id  {int} NOT NULL REFERENCES person (id),
    role       TEXT NOT NULL,
    fund       TEXT NOT NULL,
    region     TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    given_by   TEXT NOT NULL,
    given_at   {int} NOT NULL,
    PRIMARY KEY (person_id, role, fund, region, enterprise)
) {strict};

CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY,
    person_id    {int} NOT NULL REFERENCES person (id),
    csrf_sha256  TEXT NOT NULL,
    origin       TEXT NOT NULL,
    created_at   {int} NOT NULL,
    last_seen_at {int} NOT NULL,
    expires_at   {int} NOT NULL
) {strict};
CREATE INDEX session_person ON session (person_id);

CREATE TABLE api_token (
    id           {id},
    token_sha256 TEXT NOT NULL UNIQUE,
    person_id    {int} NOT NULL REFERENCES person (id),
    name         TEXT NOT NULL,
    deeds        TEXT NOT NULL,
    created_at   {int} NOT NULL,
    expires_at   {int} NOT NULL,
    revoked_at   {int}
) {strict};
CREATE INDEX api_token_person ON api_token (person_id);

-- Everything that goes through hands: target tables, decompositions, applications, reported actuals, monitoring rounds, evaluations,
-- payment orders, waivers, findings of reviewers. Empty texts stand for what a kind does not have.
CREATE TABLE case_file (
    id            {id},
    machine       TEXT NOT NULL,
    subject       TEXT NOT NULL,
    fund          TEXT NOT NULL REFERENCES fund (id),
    year          {int} NOT NULL,
    region        TEXT NOT NULL,
    scheme        TEXT NOT NULL,
    enterprise    TEXT NOT NULL,
    indicator     TEXT NOT NULL,
    state         TEXT NOT NULL,
    revision      {int} NOT NULL CHECK (revision >= 0),
    amount_fen    {int},
    content       TEXT NOT NULL REFERENCES document (sha256),
    opened_by     TEXT NOT NULL,
    opened_at     {int} NOT NULL,
    changed_at    {int} NOT NULL,
    UNIQUE (machine, subject)
) {strict};
CREATE INDEX case_file_queue ON case_file (machine, fund, year, state, region);
CREATE INDEX case_file_enterprise ON case_file (enterprise) WHERE enterprise <> '';

-- What happened to each; the content as it was at every step.
CREATE TABLE case_step (
    case_id    {int} NOT NULL REFERENCES case_file (id),
    revision   {int} NOT NULL CHECK (revision > 0),
    action     TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    content    TEXT NOT NULL REFERENCES document (sha256),
    done_by    TEXT NOT NULL,
    role       TEXT NOT NULL,
    on_behalf  TEXT NOT NULL,
    reason     TEXT NOT NULL,
    civil      TEXT NOT NULL,
    done_at    {int} NOT NULL,
    PRIMARY KEY (case_id, revision)
) {strict};

-- Opinions beside the steps: a reviewer's verdict, a comment, the result of an inspection.
CREATE TABLE review (
    id         {id},
    case_id    {int} NOT NULL REFERENCES case_file (id),
    kind       TEXT NOT NULL,
    verdict    TEXT NOT NULL,
    words      TEXT NOT NULL,
    written_by TEXT NOT NULL,
    written_at {int} NOT NULL
) {strict};
CREATE INDEX review_case ON review (case_id);

CREATE TABLE case_evidence (
    case_id  {int} NOT NULL REFERENCES case_file (id),
    sha256   TEXT NOT NULL REFERENCES evidence (sha256),
    name     TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_at {int} NOT NULL,
    PRIMARY KEY (case_id, sha256)
) {strict};

-- Award runs as the engine made them, with what they were made from.
CREATE TABLE award_run (
    id            {id},
    fund          TEXT NOT NULL REFERENCES fund (id),
    year          {int} NOT NULL,
    folder_sha256 TEXT NOT NULL,
    inputs        TEXT NOT NULL REFERENCES document (sha256),
    summary       TEXT NOT NULL REFERENCES document (sha256),
    award_count   {int} NOT NULL CHECK (award_count >= 0),
    total_fen     {int} NOT NULL CHECK (total_fen >= 0),
    made_by       TEXT NOT NULL,
    made_at       {int} NOT NULL,
    UNIQUE (fund, year, inputs, folder_sha256)
) {strict};

CREATE TABLE award (
    run_id     {int} NOT NULL REFERENCES award_run (id),
    scheme     TEXT NOT NULL,
    region     TEXT NOT NULL,
    enterprise TEXT NOT NULL,
    claimed_fen {int} NOT NULL CHECK (claimed_fen >= 0),
    fen        {int} NOT NULL CHECK (fen >= 0),
    derivation TEXT NOT NULL REFERENCES document (sha256),
    illustrative {int} NOT NULL CHECK (illustrative IN (0, 1)),
    PRIMARY KEY (run_id, scheme, enterprise)
) {strict};
CREATE INDEX award_enterprise ON award (enterprise);
CREATE INDEX award_region ON award (run_id, region, scheme);

-- The books. The database itself refuses an account with less than nothing, a second end of a reservation and a second correction.
-- An account knows its newest entry, each entry the one before it on either account: the newest are found without an index over all entries, whose
-- upkeep would cost more than the entries themselves.
CREATE TABLE account (
    id           {id},
    fund         TEXT NOT NULL REFERENCES fund (id),
    year         {int} NOT NULL,
    kind         TEXT NOT NULL,
    scheme       TEXT NOT NULL,
    region       TEXT NOT NULL,
    enterprise   TEXT NOT NULL,
    closed       {int} NOT NULL CHECK (closed IN (0, 1)),
    came_in      {int} NOT NULL CHECK (came_in >= 0),
    went_out     {int} NOT NULL CHECK (went_out >= 0),
    reserved_in  {int} NOT NULL CHECK (reserved_in >= 0),
    reserved_out {int} NOT NULL CHECK (reserved_out >= 0),
    newest_entry TEXT,
    -- What tells accounts apart comes first, and a list of a fund's accounts by number is not tempted to read all of them by name.
    UNIQUE (enterprise, region, scheme, kind, year, fund),
    CONSTRAINT never_overdrawn CHECK (kind = 'source' OR came_in - went_out - reserved_out >= 0)
) {strict};

CREATE TABLE entry (
    key             TEXT PRIMARY KEY,
    kind            TEXT NOT NULL,
    step            TEXT NOT NULL,
    from_account    {int} NOT NULL REFERENCES account (id),
    to_account      {int} NOT NULL REFERENCES account (id),
    fen             {int} NOT NULL CHECK (fen > 0),
    ends_key        TEXT REFERENCES entry (key),
    corrects_key    TEXT REFERENCES entry (key),
    cause_kind      TEXT NOT NULL,
    cause_reference TEXT NOT NULL,
    reason          TEXT NOT NULL,
    made_by         TEXT NOT NULL,
    made_at         {int} NOT NULL,
    from_before     TEXT,
    to_before       TEXT,
    CHECK (from_account <> to_account)
) {strict};
CREATE UNIQUE INDEX entry_ends ON entry (ends_key) WHERE ends_key IS NOT NULL;
CREATE UNIQUE INDEX entry_corrects ON entry (corrects_key) WHERE corrects_key IS NOT NULL;

-- Surveys: an invitation is a token that was sent; only its digest is kept.
CREATE TABLE survey_invitation (
    id           {id},
    fund         TEXT NOT NULL REFERENCES fund (id),
    year         {int} NOT NULL,
    scheme       TEXT NOT NULL,
    region       TEXT NOT NULL,
    enterprise   TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    sent_at      {int} NOT NULL,
    expires_at   {int} NOT NULL,
    UNIQUE (fund, year, scheme, enterprise)
) {strict};

CREATE TABLE survey_answer (
    invitation_id {int} PRIMARY KEY REFERENCES survey_invitation (id),
    answers       TEXT NOT NULL REFERENCES document (sha256),
    answered_at   {int} NOT NULL
) {strict};

CREATE TABLE form_issued (
    id        {id},
    fund      TEXT NOT NULL REFERENCES fund (id),
    year      {int} NOT NULL,
    form      TEXT NOT NULL,
    region    TEXT NOT NULL,
    sha256    TEXT NOT NULL REFERENCES evidence (sha256),
    issued_by TEXT NOT NULL,
    issued_at {int} NOT NULL
) {strict};

-- Answers to requests that carried a key, so that the same request made again gets the same answer.
CREATE TABLE request_key (
    person_id      {int} NOT NULL,
    key            TEXT NOT NULL,
    request_sha256 TEXT NOT NULL,
    status         {int} NOT NULL,
    headers        TEXT NOT NULL,
    body           TEXT NOT NULL,
    made_at        {int} NOT NULL,
    PRIMARY KEY (person_id, key)
) {strict};

-- The audit chain: one record for each change of state; the head is locked last in a transaction.
CREATE TABLE audit_head (
    id     {int} PRIMARY KEY CHECK (id = 1),
    number {int} NOT NULL,
    link   TEXT NOT NULL
) {strict};

CREATE TABLE audit_record (
    number    {int} PRIMARY KEY,
    at_micros {int} NOT NULL,
    who       TEXT NOT NULL,
    on_behalf TEXT NOT NULL,
    origin    TEXT NOT NULL,
    deed      TEXT NOT NULL,
    subject   TEXT NOT NULL,
    before    TEXT NOT NULL,
    after     TEXT NOT NULL,
    reason    TEXT NOT NULL,
    content   TEXT NOT NULL,
    link      TEXT NOT NULL
) {strict};
CREATE INDEX audit_record_subject ON audit_record (subject);

-- Reading personal data is noted too, apart from the chain, so that a page that is read does not wait for a lock.
CREATE TABLE personal_read (
    id      {id},
    who     TEXT NOT NULL,
    origin  TEXT NOT NULL,
    subject TEXT NOT NULL,
    fields  TEXT NOT NULL,
    read_at {int} NOT NULL
) {strict};

CREATE TABLE audit_seal (
    last_number {int} PRIMARY KEY,
    first_number {int} NOT NULL,
    link        TEXT NOT NULL,
    sealed_at   {int} NOT NULL
) {strict};
