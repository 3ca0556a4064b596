-- E-mails: sent on Tuesdays, read by people a while later, and opened at once by privacy proxies
-- and by the link scanners of mail gateways, which are nobody.

CREATE TEMP TABLE letters AS
SELECT list(asset_id ORDER BY asset_id) AS choices FROM assets WHERE kind = 'e-mail';

CREATE TEMP TABLE mailings AS
WITH counted AS (
    SELECT *, whole((1 + 5 * tenure / getvariable('days')) * 2 * draw('mailings', n)
                    * getvariable('events_per_lead') / 25) AS mails
    FROM people
    WHERE relation <> 'competitor'
), numbered AS (
    SELECT *, unnest(range(mails)) AS k FROM counted
), keyed AS (
    SELECT *, concat(n, '/', k) AS key FROM numbered
), planned AS (
    SELECT *, first_day + whole(tenure * draw('mail day', key)) AS planned_day FROM keyed
), dated AS (
    SELECT *, planned_day + (9 - dayofweek(day_of(planned_day))) % 7 AS day FROM planned
)
SELECT n, k, key, lead_id, day,
    instant_of(day, 28800 + whole(5400 * draw('mail second', key))) AS sent_at,
    CASE WHEN draw('program', key) < 0.55 THEN concat('q', quarter(day_of(day)), '-nurture')
         WHEN draw('program', key) < 0.85 THEN 'newsletter'
         ELSE 'webinar-invites' END AS campaign,
    pick(choices, draw('mail', key)) AS asset_id,
    draw('reads', key) < 0.2 + 0.2 * intent AS is_opened,
    draw('reads', key) < 0.04 + 0.08 * intent AS is_clicked,
    draw('proxy', key) < 0.15 AS is_proxied,
    has_mail_gateway AS is_scanned,
    -- Half of the readers come within the hour, the last after three days.
    least(259200, whole(1800 / (1 - draw('patience', key)))) AS reading_lag
FROM dated CROSS JOIN letters
WHERE day < getvariable('days') AND (unsubscribe_day IS NULL OR day < unsubscribe_day);

CREATE TEMP TABLE mail_events AS
SELECT concat('m', key, '-', suffix) AS event_id, lead_id, sent_at + to_seconds(lag) AS occurred_at,
       type, asset_id, campaign, agent AS user_agent
FROM (
    SELECT *, unnest([
        {suffix: 'sent', type: 'email_send', happens: true, lag: 0, agent: NULL},
        {suffix: 'open', type: 'email_open', happens: is_opened, lag: reading_lag,
         agent: 'mail-client'},
        {suffix: 'click', type: 'email_click', happens: is_clicked, lag: reading_lag + 20,
         agent: 'browser'},
        {suffix: 'proxy', type: 'email_open', happens: is_proxied, lag: 40,
         agent: 'mail-privacy-proxy'},
        {suffix: 'scan', type: 'email_click', happens: is_scanned, lag: 5, agent: 'link-scanner'}
    ], recursive := true)
    FROM mailings
)
WHERE happens;
