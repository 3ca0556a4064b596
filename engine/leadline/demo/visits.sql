-- Visits to the web site: most fall soon after a lead came and then thin out; in the weeks before
-- a company's project all of its leads come more often, and closer to the day.

CREATE TEMP TABLE visits AS
WITH counted AS (
    SELECT *,
        least(2 * tenure,
              whole(0.21 * appetite * (0.3 + 0.7 * tenure / getvariable('days'))
                    + draw('one more visit', n))) AS usual,
        CASE WHEN project_day > first_day
             THEN whole(intent * (2 + 10 * draw('burst', n)) * getvariable('events_per_lead') / 25)
             ELSE 0 END AS before_project
    FROM people
), numbered AS (
    SELECT *, unnest(range(usual + before_project)) AS k FROM counted
), keyed AS (
    SELECT *, concat(n, '/', k) AS key, k >= usual AS is_burst FROM numbered
), planned AS (
    SELECT *,
        CASE WHEN is_burst
             THEN greatest(first_day,
                           project_day - whole(60 * draw('when', key) * draw('when', key)))
             ELSE first_day + whole(tenure * draw('when', key) * draw('when', key))
        END AS planned_day
    FROM keyed
), dated AS (
    SELECT *, working_day(planned_day, draw('weekend', key)) AS day FROM planned
), moody AS (
    SELECT *, draw('mood', key) AS chance,
        project_day - day BETWEEN 0 AND 25 AS is_close,
        project_day - day BETWEEN 26 AND 75 AS is_near
    FROM dated
    WHERE day < getvariable('days')
)
SELECT n, k, lead_id, day, project_day,
    instant_of(day, office_second(draw('night', key), draw('clock a', key), draw('clock b', key)))
        AS started_at,
    -- 1 to 20 steps, 4 on average.
    least(20, whole(1.2 / (1 - draw('steps', key)))) AS steps,
    CASE WHEN is_job_hunter AND chance < 0.6 THEN 'job hunting'
         WHEN is_close AND chance < intent THEN 'buying'
         WHEN is_close OR is_near AND chance < intent THEN 'comparing'
         WHEN chance < 0.86 THEN 'looking'
         WHEN chance < 0.99 THEN 'comparing'
         ELSE 'buying' END AS mood,
    CASE WHEN draw('same product', key) < 0.8 THEN product
         ELSE pick(['analytics', 'automation', 'integration'], draw('visit product', key))
    END AS product,
    has_second_device AND draw('second device', key) < 0.4 AS is_second_device,
    CASE WHEN draw('device', key) < 0.3 THEN 'mobile' ELSE 'browser' END AS user_agent,
    -- Who refuses cookies leaves no visit number.
    draw('cookie', key) >= 0.2 AS has_cookie,
    pick([NULL, NULL, NULL, NULL, 'search-brand', 'search-generic', 'social-ads', 'retargeting'],
         draw('campaign', key)) AS campaign
FROM moody;
