-- What the other systems keep: corrections, tags, merged visitors, figures no event carries.

CREATE TABLE lead_history AS
WITH changed AS (
    SELECT p.n, p.lead_id, l.created_at,
        instant_of(p.first_day + 1 + whole(0.9 * p.tenure * draw('changes', p.n)), 36000) AS later,
        draw('promoted', p.n) < 0.05 AND p.job_title IS NOT NULL AS is_promoted, p.job_title,
        draw('corrected', p.n) < 0.02 AS is_corrected, p.own_country
    FROM people p JOIN leads l ON l.lead_id = p.lead_id
), pairs AS (
    SELECT *, unnest([
        {field: 'job_title', applies: is_promoted, value: job_title, changed_at: later,
         before: pick(['Analyst', 'Coordinator', 'Associate'], draw('old title', n))},
        {field: 'country', applies: is_corrected, value: own_country, changed_at: later,
         before: pick(['DE', 'US', 'GB'], draw('old country', n))}
    ], recursive := true)
    FROM changed
)
SELECT lead_id, field, before AS value, created_at AS changed_at FROM pairs
WHERE applies AND before <> value AND NOT is_over(changed_at)
UNION ALL
SELECT lead_id, field, value, changed_at FROM pairs
WHERE applies AND before <> value AND NOT is_over(changed_at);

CREATE TABLE lead_tags AS
WITH dated AS (
    SELECT lead_id, 'consent' AS tag, 'withdrawn' AS value, occurred_at AS set_at
    FROM events WHERE type = 'unsubscribe'
    UNION ALL
    SELECT lead_id, 'lifecycle', 'subscriber', created_at FROM leads
    UNION ALL
    SELECT lead_id, 'lifecycle', 'mql', offered_at FROM handoffs
    UNION ALL
    SELECT lead_id, 'lifecycle', 'sql', decided_at FROM handoffs WHERE accepted
    UNION ALL
    SELECT lead_id, 'lifecycle', 'customer', closed_at FROM opportunities WHERE won
)
SELECT * FROM dated;

CREATE TABLE aliases AS
SELECT format('visitor-{:06d}', p.n + 1) AS old_lead_id, p.lead_id,
    -- Some were recognised on a certain day, for the others it has always been so.
    CASE WHEN draw('recognised', p.n) < 0.5
         THEN instant_of(p.first_day + whole(p.tenure * draw('recognised on', p.n)), 43200)
    END AS since
FROM people p
WHERE p.has_second_device;

CREATE TABLE metrics AS
WITH months AS (
    SELECT campaign AS program, CAST(date_trunc('month', sent_at) AS DATE) AS month,
           count(*) AS sent
    FROM mailings GROUP BY ALL
), attendance AS (
    SELECT CAST(date_trunc('month', occurred_at) AS DATE) AS month, count(*) AS attended
    FROM events WHERE type = 'webinar_attend' GROUP BY ALL
)
SELECT program, month AS date, 'sent' AS metric, CAST(sent AS DOUBLE) AS value FROM months
UNION ALL
SELECT program, month, 'cost', 200 + whole(sent * (0.5 + draw('cost', concat(program, month))))
FROM months
UNION ALL
-- The hall's own count: it knows guests that nobody registered.
SELECT 'webinar-invites', month, 'attendance', attended + whole(5 * draw('guests', month))
FROM attendance
UNION ALL
-- What nurturing by hand achieved in the month before the log begins: the benchmark.
SELECT 'q1-nurture', CAST(date_trunc('month', day_of(-28)) AS DATE), metric, value
FROM (VALUES ('sent', 400), ('clicks', 9)) benchmark (metric, value);
