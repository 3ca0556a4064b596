-- What marketing made. Each template exists once for each product; the neutral ones exist once.

CREATE TEMP TABLE products AS
SELECT unnest(['analytics', 'automation', 'integration']) AS product;

CREATE TEMP TABLE product_templates (kind, title, path, stage, duration, tags) AS VALUES
    ('page', '{} overview', '/products/{}', 'aware', NULL, 'product'),
    ('page', 'What is {}?', '/blog/what-is-{}', 'aware', NULL, 'blog;evergreen'),
    ('page', 'Ten questions about {}', '/blog/ten-questions-about-{}', 'aware', NULL, 'blog'),
    ('page', '{} features', '/products/{}/features', 'engaged', NULL, 'product'),
    ('page', '{} for your industry', '/solutions/{}', 'engaged', NULL, 'product'),
    ('page', '{} integrations', '/products/{}/connectors', 'engaged', NULL, 'product'),
    ('page', '{} pricing', '/pricing/{}', 'sales_ready', NULL, 'sales-ready;pricing'),
    ('page', '{} compared', '/compare/{}', 'sales_ready', NULL, 'sales-ready'),
    ('page', '{} security and terms', '/products/{}/security', 'sales_ready', NULL, 'sales-ready'),
    ('page', '{} roll-out plan', '/products/{}/roll-out', 'sales_ready', NULL, 'sales-ready'),
    ('video', '{} in a minute', '/videos/{}-in-a-minute', 'aware', 60, 'short'),
    ('video', '{} explained', '/videos/{}-explained', 'engaged', 240, 'product'),
    ('video', '{} product tour', '/videos/{}-tour', 'sales_ready', 600, 'sales-ready;product'),
    ('white paper', 'State of {}', '/papers/state-of-{}', 'aware', NULL, 'report'),
    ('white paper', 'A guide to choosing {}', '/papers/choosing-{}', 'engaged', NULL, 'guide'),
    ('case study', '{} at a machine builder', '/cases/{}-machine-builder', 'engaged', NULL, 'case'),
    ('case study', '{} at a bank', '/cases/{}-bank', 'sales_ready', NULL, 'sales-ready;case'),
    ('webinar', 'First steps with {}', '/webinars/{}-first-steps', 'aware', 1800, 'live'),
    ('webinar', '{} in practice', '/webinars/{}-in-practice', 'engaged', 2700, 'live'),
    ('webinar', '{} ask us anything', '/webinars/{}-questions', 'sales_ready', 2700, 'live;sales-ready'),
    ('form', '{} newsletter sign-up', '/forms/{}-newsletter', 'aware', NULL, NULL),
    ('form', '{} trial sign-up', '/forms/{}-trial', 'engaged', NULL, 'trial'),
    ('form', '{} demo request', '/forms/{}-demo', 'sales_ready', NULL, 'sales-ready;demo'),
    ('e-mail', '{} news', '/mail/{}-news', 'aware', NULL, NULL),
    ('e-mail', '{} tips', '/mail/{}-tips', 'engaged', NULL, NULL),
    ('e-mail', '{} offer', '/mail/{}-offer', 'sales_ready', NULL, 'sales-ready');

CREATE TEMP TABLE neutral_templates (kind, title, path, stage, duration, tags) AS VALUES
    ('page', 'Home', '/', 'aware', NULL, NULL),
    ('page', 'Blog', '/blog', 'aware', NULL, 'blog'),
    ('page', 'About us', '/about', 'aware', NULL, NULL),
    ('page', 'Customers', '/customers', 'engaged', NULL, NULL),
    ('page', 'Pricing', '/pricing', 'sales_ready', NULL, 'sales-ready;pricing'),
    ('page', 'Talk to us', '/contact', 'sales_ready', NULL, 'sales-ready'),
    ('page', 'Careers', '/careers', NULL, NULL, 'careers'),
    ('page', 'Careers: engineering', '/careers/engineering', NULL, NULL, 'careers'),
    ('page', 'Careers: sales', '/careers/sales', NULL, NULL, 'careers'),
    ('page', 'Careers: how to apply', '/careers/apply', NULL, NULL, 'careers');

CREATE TABLE assets AS
WITH made AS (
    SELECT kind, replace(title, '{}', product) AS title, replace(path, '{}', product) AS url,
           product, stage, duration, tags
    FROM product_templates CROSS JOIN products
    UNION ALL
    SELECT kind, title, path, NULL, stage, duration, tags FROM neutral_templates
)
SELECT format('A{:03d}', row_number() OVER (ORDER BY url)) AS asset_id, kind,
       concat(upper(title[1]), title[2:]) AS title, url, product, stage,
       CAST(duration AS INTEGER) AS duration, tags
FROM made;

-- What a visitor in each mood does, in percent of the steps of a visit.
CREATE TEMP TABLE habits (mood, type, kind, stage, share) AS VALUES
    ('looking', 'page_view', 'page', 'aware', 74),
    ('looking', 'page_view', 'page', 'engaged', 9),
    ('looking', 'video_play', 'video', 'aware', 6),
    ('looking', 'download', 'white paper', 'aware', 5),
    ('looking', 'webinar_register', 'webinar', 'aware', 3),
    ('looking', 'form_submit', 'form', 'aware', 3),
    ('comparing', 'page_view', 'page', 'aware', 30),
    ('comparing', 'page_view', 'page', 'engaged', 38),
    ('comparing', 'page_view', 'page', 'sales_ready', 6),
    ('comparing', 'video_play', 'video', 'engaged', 8),
    ('comparing', 'download', 'white paper', 'engaged', 7),
    ('comparing', 'download', 'case study', 'engaged', 5),
    ('comparing', 'webinar_register', 'webinar', 'engaged', 4),
    ('comparing', 'form_submit', 'form', 'engaged', 2),
    ('buying', 'page_view', 'page', 'engaged', 22),
    ('buying', 'page_view', 'page', 'sales_ready', 54),
    ('buying', 'video_play', 'video', 'sales_ready', 7),
    ('buying', 'download', 'case study', 'sales_ready', 9),
    ('buying', 'webinar_register', 'webinar', 'sales_ready', 3),
    ('buying', 'demo_request', 'form', 'sales_ready', 5),
    ('job hunting', 'page_view', 'page', NULL, 90),
    ('job hunting', 'page_view', 'page', 'aware', 10);

-- The habits as a wheel of 1,000 slots for each mood and product: one look-up turns a draw into
-- an event type and an asset. The square makes the first assets of a kind the popular ones.
CREATE TEMP TABLE wheel AS
WITH reach AS (
    SELECT product, kind, stage, list(asset_id ORDER BY asset_id) AS assets
    FROM (
        SELECT p.product, a.kind, a.stage, a.asset_id
        FROM products p JOIN assets a ON a.product = p.product OR a.product IS NULL
    )
    GROUP BY ALL
), ranges AS (
    SELECT mood, type, kind, stage, share * 10 AS slots,
           10 * (sum(share) OVER (PARTITION BY mood ORDER BY type, kind, stage) - share) AS first
    FROM habits
), slots AS (
    SELECT *, unnest(range(CAST(slots AS BIGINT))) AS nth FROM ranges
)
SELECT s.mood, r.product, s.first + s.nth AS slot, s.type,
       pick(r.assets, (s.nth / s.slots) * (s.nth / s.slots)) AS asset_id
FROM slots s JOIN reach r ON r.kind = s.kind AND r.stage IS NOT DISTINCT FROM s.stage;
