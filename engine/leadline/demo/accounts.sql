-- Companies. Each has a hidden will to buy (intent, 0 to 1) and perhaps a project on some day;
-- its leads act out of it, and its opportunities come of it, so behaviour foretells outcomes.

CREATE TEMP TABLE companies AS
WITH sized AS (
    -- 1 to 12 leads a company, half of them with one: P(size >= k) = 1 / k.
    SELECT n, least(12, whole(1 / (1 - draw('company size', n)))) AS size
    FROM range(getvariable('leads')) t (n)
), placed AS (
    SELECT n, size, sum(size) OVER (ORDER BY n) - size AS first_lead FROM sized
), described AS (
    SELECT n, size, CAST(first_lead AS BIGINT) AS first_lead,
        least(50000, whole(10 + 90 * draw('employees', n) / (1 - draw('employees', n)))) AS employees,
        pick(['software', 'software', 'manufacturing', 'manufacturing', 'finance', 'retail',
              'logistics', 'health', 'education', 'energy'], draw('industry', n)) AS industry,
        pick(['DE', 'DE', 'DE', 'DE', 'US', 'US', 'US', 'GB', 'GB', 'FR', 'NL', 'NO', 'SE', 'PL',
              'ES', 'IT'], draw('company country', n)) AS country,
        pick(['analytics', 'analytics', 'automation', 'automation', 'integration'],
             draw('company product', n)) AS product,
        pick(['anna', 'ben', 'carla', 'david', 'emma', 'felix'], draw('owner', n)) AS owner,
        CASE WHEN draw('relation', n) < 0.92 THEN 'prospect'
             WHEN draw('relation', n) < 0.97 THEN 'customer'
             ELSE 'competitor' END AS relation,
        -- One company in eight was known before the log begins.
        whole((1.15 * draw('arrival', n) - 0.15) * getvariable('days')) AS arrival,
        draw('mail gateway', n) < 0.2 AS has_mail_gateway
    FROM placed
    WHERE first_lead < getvariable('leads')
), willing AS (
    SELECT *, 0.6 * draw('intent', n) + 0.25 * CAST(employees >= 200 AS INTEGER)
            + 0.15 * CAST(industry IN ('software', 'manufacturing', 'finance') AS INTEGER) AS intent
    FROM described
), planned AS (
    SELECT *,
        CASE WHEN relation = 'prospect' AND draw('project', n) < 1.2 * intent * intent
             THEN greatest(arrival, 0) + 20
                  + whole(draw('project day', n) * (getvariable('days') - greatest(arrival, 0)))
        END AS project_day
    FROM willing
)
SELECT *, format('C{:05d}', n + 1) AS account_id,
    -- 40 x 30 names, no two alike (7 * 40 + 1 has no factor in common with 30); the next 1,200
    -- companies get a number behind theirs.
    concat((['alder', 'birch', 'cedar', 'dune', 'elm', 'fjord', 'granite', 'harbor', 'iris',
                 'juniper', 'kestrel', 'larch', 'maple', 'north', 'oak', 'pine', 'quarry', 'river',
                 'summit', 'tundra', 'umber', 'vale', 'willow', 'yarrow', 'zephyr', 'amber',
                 'beacon', 'cobalt', 'delta', 'ember', 'falcon', 'glacier', 'heron', 'indigo',
                 'jasper', 'lagoon', 'meadow', 'nova', 'opal', 'prairie'])
               [1 + 7 * n % 40], '-',
           (['systems', 'logistics', 'foods', 'energy', 'health', 'works', 'labs', 'media',
                 'bank', 'motors', 'textiles', 'partners', 'robotics', 'chemicals', 'travel',
                 'insurance', 'paper', 'optics', 'tools', 'telecom', 'marine', 'homes', 'sports',
                 'steel', 'aero', 'pharma', 'studios', 'networks', 'farms', 'mills'])
               [1 + (7 * n + n // 40) % 30],
           CASE WHEN n < 1200 THEN '' ELSE concat('-', n // 1200) END) AS slug
FROM planned;

CREATE TABLE accounts AS
SELECT account_id,
       concat_ws(' ', concat(upper(slug[1]), split_part(slug, '-', 1)[2:]),
                 concat(upper(split_part(slug, '-', 2)[1]), split_part(slug, '-', 2)[2:]),
                 nullif(split_part(slug, '-', 3), '')) AS name,
       concat(slug, '.example') AS domain, employees, industry, country
FROM companies;
