-- The same twenty rules as an expert writes them for DuckDB: one pass over the events, one
-- FILTER aggregate a rule by lead and day, visits by a GROUP BY of their own.
CREATE OR REPLACE TEMP TABLE expert AS
WITH ev AS (
  SELECT e.lead_id, CAST(e.occurred_at AS DATE) AS day, e.type, e.url, e.seconds_watched,
         a.kind, a.product, a.duration
  FROM events e LEFT JOIN assets a USING (asset_id)
  WHERE e.occurred_at < TIMESTAMP '{before}'
), daily AS (
  SELECT lead_id, day, power(2, -(DATE '{day}' - day) / 45.0) AS f,
    count(*) FILTER (type = 'demo_request') AS demo,
    count(*) FILTER (type = 'form_submit') AS form,
    count(*) FILTER (type = 'page_view' AND url LIKE '/pricing%') AS pricing,
    count(*) FILTER (type = 'page_view' AND url LIKE '/compare%') AS compare,
    count(*) FILTER (type = 'download' AND kind = 'case study') AS case_study,
    count(*) FILTER (type = 'download' AND kind = 'white paper') AS white_paper,
    count(*) FILTER (type = 'email_click') AS click,
    count(*) FILTER (type = 'email_open') AS open_,
    count(*) FILTER (type = 'webinar_register') AS sign_up,
    count(*) FILTER (type = 'webinar_attend') AS webinar,
    count(*) FILTER (type = 'page_view' AND url LIKE '/products%') AS product_page,
    count(*) FILTER (type = 'page_view' AND url LIKE '/blog%') AS blog,
    count(*) FILTER (type = 'page_view' AND url LIKE '/customers%') AS customers,
    count(*) FILTER (type = 'page_view' AND url LIKE '/careers%') AS careers,
    count(*) FILTER (type = 'unsubscribe') AS unsubscribed,
    sum(20 * least(1, seconds_watched / duration))
      FILTER (type = 'video_play' AND duration > 0) AS video,
    count(*) FILTER (type IN ('page_view', 'download', 'video_play')
      AND product = 'analytics') AS analytics,
    count(*) FILTER (type IN ('page_view', 'download', 'video_play')
      AND product = 'automation') AS automation,
    count(*) FILTER (type IN ('page_view', 'download', 'video_play')
      AND product = 'integration') AS integration
  FROM ev
  GROUP BY lead_id, day
), deep AS (
  SELECT lead_id, sum(10 * power(2, -(DATE '{day}' - CAST(fifth AS DATE)) / 45.0)) AS points
  FROM (
    SELECT lead_id, list_sort(list(occurred_at))[5] AS fifth
    FROM events
    WHERE type = 'page_view' AND occurred_at < TIMESTAMP '{before}'
    GROUP BY lead_id, visit_id
    HAVING count(*) >= 5
  )
  GROUP BY lead_id
), summed AS (
  SELECT lead_id,
    sum(f * (40 * least(demo, 1) + 20 * least(form, 1) + 8 * least(pricing, 3)
      + 6 * least(compare, 2) + 12 * least(case_study, 1) + 10 * least(white_paper, 2)
      - 15 * least(careers, 1) - 30 * least(unsubscribed, 1) + coalesce(video, 0))) AS free,
    sum(f * (3 * least(click, 1) + least(open_, 1))) AS mail,
    sum(f * (5 * least(sign_up, 1) + 15 * least(webinar, 1))) AS webinars,
    sum(f * (2 * least(product_page, 5) + least(blog, 5) + 2 * least(customers, 3))) AS pages,
    sum(f * 5 * least(analytics, 5)) AS analytics,
    sum(f * 5 * least(automation, 5)) AS automation,
    sum(f * 5 * least(integration, 5)) AS integration
  FROM daily
  GROUP BY lead_id
), scored AS (
  SELECT l.lead_id,
    round(coalesce(s.free, 0) + least(coalesce(s.mail, 0), 20) + least(coalesce(s.webinars, 0), 45)
      + least(coalesce(s.pages, 0), 30) + coalesce(d.points, 0), 4) AS readiness,
    round(s.analytics, 4) AS analytics,
    round(s.automation, 4) AS automation,
    round(s.integration, 4) AS integration,
    CASE WHEN regexp_matches(l.job_title, '(?i)\b(vp|chief|head)\b') THEN 40 ELSE 0 END
      + CASE WHEN c.employees >= 200 THEN 30 ELSE 0 END AS fit
  FROM leads l
  LEFT JOIN summed s USING (lead_id)
  LEFT JOIN deep d USING (lead_id)
  LEFT JOIN accounts c ON c.account_id = l.account_id
)
SELECT *, CASE WHEN readiness >= 100 THEN 'sales_ready' WHEN readiness >= 50 THEN 'hot'
  WHEN readiness >= 20 THEN 'warm' ELSE 'cold' END AS stage
FROM scored
