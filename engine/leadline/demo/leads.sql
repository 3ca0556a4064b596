-- People. A company's first lead comes with it, its others later. Appetite (how many events a
-- person is good for) follows a power law: half of the leads do almost nothing, one in a hundred
-- does hundreds of things.

CREATE TEMP TABLE people AS
WITH seated AS (
    SELECT c.n AS company, c.first_lead + unnest(range(c.size)) AS n FROM companies c
), arrived AS (
    SELECT s.n, c.account_id, c.slug, c.country, c.owner, c.relation, c.has_mail_gateway, c.intent,
        c.project_day, s.n = c.first_lead AS is_first,
        CASE WHEN draw('own product', s.n) < 0.75 THEN c.product
             ELSE pick(['analytics', 'automation', 'integration'], draw('other product', s.n))
        END AS product,
        CASE WHEN s.n = c.first_lead THEN c.arrival
             ELSE c.arrival + whole(draw('joins', s.n) * draw('joins', s.n)
                                    * (getvariable('days') - c.arrival) * 0.8)
        END AS created_day,
        -- 6.2 makes the mean come out right, with what follows.
        least(750, 1 / (1 - draw('appetite', s.n))) * getvariable('events_per_lead') / 6.2
            AS appetite,
        draw('job hunter', s.n) < 0.03 AS is_job_hunter,
        draw('free mail', s.n) < 0.05 AS has_free_mail,
        draw('second device', s.n) < 0.04 AS has_second_device
    FROM seated s JOIN companies c ON c.n = s.company
    WHERE s.n < getvariable('leads')
)
SELECT *, format('L{:06d}', n + 1) AS lead_id,
    greatest(created_day, 0) AS first_day,
    getvariable('days') - greatest(created_day, 0) AS tenure,
    CASE WHEN draw('leaves', n) < 0.04
         THEN greatest(created_day, 0) + 1 + whole(draw('leaving day', n) * getvariable('days'))
    END AS unsubscribe_day,
    pick(['VP Operations', 'VP Marketing', 'Chief Technology Officer', 'Head of IT',
          'Head of Analytics', 'Operations Manager', 'IT Manager', 'Marketing Manager',
          'Project Manager', 'Data Analyst', 'Data Analyst', 'Software Engineer',
          'Software Engineer', 'Consultant', 'Buyer', 'Student', 'Intern', NULL],
         draw('job title', n)) AS job_title,
    CASE WHEN draw('abroad', n) < 0.9 THEN country
         ELSE pick(['DE', 'US', 'GB', 'CH', 'AT', 'NO', 'DK', 'BE'], draw('which country', n))
    END AS own_country
FROM arrived;

CREATE TABLE leads AS
SELECT lead_id,
    -- Some leads carry no account_id; those with the company's mail domain belong to it anyway.
    CASE WHEN NOT has_free_mail AND draw('unassigned', n) >= 0.04 THEN account_id END AS account_id,
    instant_of(created_day, office_second(draw('created late', n), draw('created a', n),
                                          draw('created b', n))) AS created_at,
    concat(pick(['alex', 'bianca', 'chris', 'dana', 'erik', 'fatima', 'george', 'hanna', 'ivan',
                 'julia', 'karim', 'lena', 'marco', 'nora', 'oscar', 'paula', 'quentin', 'rosa',
                 'samir', 'tina'], draw('first name', n)), '.',
           pick(['abbott', 'becker', 'castro', 'dubois', 'ekberg', 'fischer', 'garcia', 'hansen',
                 'ivanov', 'jansen', 'keller', 'lund', 'moreau', 'novak', 'olsen', 'peters',
                 'rossi', 'silva', 'turner', 'weber'], draw('last name', n)), n + 1, '@',
           CASE WHEN has_free_mail THEN 'freemail' ELSE slug END, '.example') AS email,
    job_title, own_country AS country, owner,
    pick(['organic', 'organic', 'organic', 'paid-search', 'paid-search', 'social', 'event',
          'referral', 'partner'], draw('channel', n)) AS channel,
    relation
FROM people;
