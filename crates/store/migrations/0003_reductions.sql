-- What a reviewer took off an amount with a step of a case: 核减. Who, when and why stand with the step.
CREATE TABLE reduction (
    case_id    {int} NOT NULL,
    revision   {int} NOT NULL,
    before_fen {int} NOT NULL,
    after_fen  {int} NOT NULL CHECK (after_fen > 0 AND after_fen < before_fen),
    PRIMARY KEY (case_id, revision),
    FOREIGN KEY (case_id, revision) REFERENCES case_step (case_id, revision)
) {strict};
