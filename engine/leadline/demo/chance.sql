-- Chance without a random number generator: a draw is a function of the seed, a purpose and a
-- key. DuckDB's own hash() may change from version to version, md5 cannot. Nothing in these files
-- uses a function whose last digit depends on the machine's mathematics library (ln, exp, pow):
-- only + - * / and floor, which IEEE 754 defines to the last bit.

-- A number in [0, 1).
CREATE MACRO draw(purpose, key) AS
    CAST(md5_number_lower(concat(getvariable('seed'), '/', purpose, '/', key)) >> 11 AS DOUBLE)
    / CAST(9007199254740992 AS DOUBLE);

-- The whole part of a number.
CREATE MACRO whole(x) AS CAST(floor(x) AS BIGINT);

-- One of a list; an element that stands there twice is twice as likely.
CREATE MACRO pick(choices, chance) AS choices[1 + whole(chance * len(choices))];

-- Days are counted from 0, the first day of the log.
CREATE MACRO day_of(day) AS getvariable('first_day') + CAST(day AS INTEGER);
CREATE MACRO instant_of(day, second) AS day_of(day) + to_seconds(CAST(second AS BIGINT));
CREATE MACRO is_over(instant) AS instant >= instant_of(getvariable('days'), 0);

-- Most of what falls on a weekend waits for two to five days.
CREATE MACRO working_day(day, chance) AS
    CASE WHEN dayofweek(day_of(day)) IN (0, 6) AND chance < 0.8
         THEN day + 2 + whole(4 * chance) ELSE day END;

-- A number below 0 becomes a low probability, one above 0 a high one (an S-curve without exp).
CREATE MACRO likely(z) AS 0.5 * (1 + z / (1 + abs(z)));

-- A second of the day: six times in seven in office hours (UTC), most often about 13 o'clock.
CREATE MACRO office_second(night, first, second) AS
    CASE WHEN night < 0.15 THEN whole(86400 * first)
         ELSE 28800 + whole(18000 * (first + second)) END;
