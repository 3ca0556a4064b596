-- The log. First the steps of the visits; then what follows from them.

CREATE TEMP TABLE steps AS
WITH stepped AS (
    SELECT v.*, unnest(range(v.steps)) AS step FROM visits v
), keyed AS (
    SELECT *, concat(n, '/', k, '/', step) AS key FROM stepped
), played AS (
    SELECT s.n, s.key, w.type, w.asset_id, s.campaign, s.user_agent,
        CASE WHEN s.is_second_device THEN format('visitor-{:06d}', s.n + 1)
             ELSE s.lead_id END AS lead_id,
        CASE WHEN s.has_cookie THEN format('V{:06d}-{}', s.n + 1, s.k) END AS visit_id,
        -- A step takes 10 to 80 seconds and never overtakes the next.
        s.started_at + to_seconds(80 * s.step + whole(70 * draw('pause', s.key))) AS occurred_at
    FROM keyed s
    JOIN wheel w ON w.mood = s.mood AND w.product = s.product
                AND w.slot = whole(1000 * draw('step', s.key))
)
SELECT concat('v', p.key) AS event_id, p.n, p.lead_id, p.occurred_at, p.type, p.asset_id,
    p.campaign, p.visit_id, p.user_agent, a.url,
    -- A quarter of the plays go to the end; the others stop anywhere.
    CASE WHEN p.type = 'video_play'
         THEN CAST(whole(a.duration * least(1, 1.33 * draw('watched', p.key))) AS INTEGER)
    END AS seconds_watched
FROM played p JOIN assets a ON a.asset_id = p.asset_id;

CREATE VIEW events AS
WITH attended AS (
    -- Webinars are held on Thursdays at 14 o'clock; a little more than half of those who
    -- register come.
    SELECT concat(event_id, '-attend') AS event_id, lead_id,
        CAST(CAST(occurred_at AS DATE) AS TIMESTAMP) + to_hours(14)
            + to_days(CAST(1 + (10 - dayofweek(CAST(occurred_at AS DATE))) % 7 AS INTEGER))
            + to_seconds(whole(600 * draw('late', event_id))) AS occurred_at,
        'webinar_attend' AS type, asset_id, 'webinar-invites' AS campaign
    FROM steps
    WHERE type = 'webinar_register' AND draw('attends', event_id) < 0.55
), unsubscribed AS (
    SELECT concat('u', n) AS event_id, lead_id,
        instant_of(unsubscribe_day, office_second(draw('unsubscribe', n), 0.5, 0.4)) AS occurred_at
    FROM people
    WHERE unsubscribe_day < getvariable('days')
)
SELECT event_id, lead_id, occurred_at, type, asset_id, campaign, visit_id, url, seconds_watched,
       user_agent
FROM steps WHERE NOT is_over(occurred_at)
UNION ALL
SELECT event_id, lead_id, occurred_at, type, asset_id, campaign, NULL, NULL, NULL, NULL
FROM attended WHERE NOT is_over(occurred_at)
UNION ALL
SELECT event_id, lead_id, occurred_at, type, asset_id, campaign, NULL, NULL, NULL, user_agent
FROM mail_events WHERE NOT is_over(occurred_at)
UNION ALL
SELECT event_id, lead_id, occurred_at, 'unsubscribe', NULL, NULL, NULL, NULL, NULL, NULL
FROM unsubscribed;

-- The largest table by far that nothing else needs.
DROP TABLE visits;
