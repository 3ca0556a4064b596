-- What came of it: handoffs to sales, opportunities, and what the salespeople said.

CREATE TABLE opportunities AS
WITH opened AS (
    SELECT n AS company, account_id, employees, intent, project_day AS opened_day FROM companies
    WHERE project_day < getvariable('days') AND draw('opens', n) < 0.8
    UNION ALL
    -- One company in a hundred buys without a trace in the log.
    SELECT n, account_id, employees, intent, whole(draw('stray day', n) * getvariable('days'))
    FROM companies
    WHERE project_day IS NULL AND draw('stray', n) < 0.01
), led AS (
    SELECT o.*, p.lead_id,
        opened_day + 20 + whole(100 * draw('cycle', o.company)) AS closed_day,
        draw('wins', o.company) < likely(12 * (o.intent - 0.72)) AS is_won
    FROM opened o
    JOIN people p ON p.account_id = o.account_id AND p.is_first AND p.created_day <= o.opened_day
)
SELECT format('O{:05d}', company + 1) AS opportunity_id, lead_id, account_id,
    instant_of(opened_day, 32400 + whole(28800 * draw('opened at', company))) AS created_at,
    CASE WHEN closed_day < getvariable('days')
         THEN instant_of(closed_day, 32400 + whole(28800 * draw('closed at', company)))
    END AS closed_at,
    CASE WHEN closed_day < getvariable('days') THEN is_won END AS won,
    5000 + 500 * whole(least(employees, 2000) * (0.02 + 0.08 * draw('amount', company))) AS amount
FROM led;

CREATE TEMP TABLE offers AS
WITH offered AS (
    -- Half of the leads of a company with a project are offered to sales in time ...
    SELECT n, lead_id, account_id, job_title, is_job_hunter, 0.3 + 0.65 * intent AS chance,
        greatest(first_day, project_day - whole(10 * draw('offer day', n))) AS day
    FROM people
    WHERE project_day > created_day AND draw('offered', n) < 0.5
    UNION ALL
    -- ... and a few of the busy ones who will never buy.
    SELECT n, lead_id, account_id, job_title, is_job_hunter, 0.12,
        first_day + whole(tenure * draw('offer day', n))
    FROM people
    WHERE project_day IS NULL AND appetite > getvariable('events_per_lead')
      AND draw('offered', n) < 0.35
)
SELECT *, instant_of(day, 30600 + whole(21600 * draw('offered at', n))) AS offered_at,
    day + 1 + whole(9 * draw('decision', n) * draw('decision', n)) AS decided_day,
    draw('forgotten', n) < 0.07 AS is_forgotten,
    draw('accepts', n) < chance AS is_accepted
FROM offered
WHERE day < getvariable('days');

CREATE TABLE handoffs AS
WITH decided AS (
    SELECT *, decided_day < getvariable('days') AND NOT is_forgotten AS is_decided FROM offers
), reasoned AS (
    SELECT d.*,
        CASE WHEN is_decided THEN instant_of(decided_day, 32400
             + whole(25200 * draw('decided at', n))) END AS decided_at,
        CASE WHEN is_decided THEN is_accepted END AS accepted,
        CASE WHEN NOT is_decided OR is_accepted THEN NULL
             WHEN is_job_hunter THEN 'job seeker'
             WHEN job_title IN ('Student', 'Intern') THEN 'student'
             ELSE pick(['no budget', 'no budget', 'bad timing', 'bad timing', 'not a decision maker',
                        'cannot be reached'], draw('reason', n)) END AS reason
    FROM decided d
)
SELECT r.lead_id, r.offered_at, r.decided_at, r.accepted, r.reason,
    CASE WHEN r.is_forgotten AND r.day + 14 < getvariable('days')
         THEN instant_of(r.day + 14, 0) END AS expired_at,
    CASE WHEN r.accepted AND NOT o.won AND o.closed_at > r.decided_at
         THEN o.closed_at + to_days(1) END AS recycled_at
FROM reasoned r LEFT JOIN opportunities o ON o.account_id = r.account_id;

CREATE TABLE feedback AS
SELECT h.lead_id,
    CASE WHEN h.accepted THEN pick(['pricing_page', 'demo_request', 'deep_visit'], draw('praise', p.n))
         WHEN h.reason = 'job seeker' THEN 'job_seeker'
         ELSE pick(['white_paper', 'webinar', 'mail_click'], draw('blame', p.n)) END AS rule,
    h.decided_at + to_hours(2) AS "at", p.owner AS "by",
    CASE WHEN h.accepted THEN 'good' ELSE 'bad' END AS verdict,
    CASE WHEN h.accepted THEN 'knew the prices and asked for terms'
         ELSE concat('reads a lot, but: ', h.reason) END AS note
FROM handoffs h JOIN people p ON p.lead_id = h.lead_id
WHERE h.accepted IS NOT NULL AND draw('speaks', p.n) < 0.2
  AND NOT is_over(h.decided_at + to_hours(2));
