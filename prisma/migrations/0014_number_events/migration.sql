-- Numbers committed events (docs/decisions/event-order.md): as a function, so that it is planned once for a connection.
-- Its statements have snapshots of their own, so the numbering sees all that was committed before it had the lock.
--
-- A few events are numbered in a log that grows fast: a planner whose statistics are behind it would read much of it
-- each time, so the rows are found by the index of what has no number, and again by where they lie, which nobody else
-- changes.
CREATE FUNCTION "numberEvents"("atMost" int)
RETURNS TABLE ("organizationId" text, "position" bigint, "numbered" int)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_advisory_xact_lock(7310571);
  RETURN QUERY
  WITH pending AS (
    SELECT "organizationId", row, row_number() OVER (PARTITION BY "organizationId" ORDER BY "insertion") AS place
    FROM (
      SELECT "organizationId", ctid AS row, "insertion" FROM "Event" WHERE "position" IS NULL
      ORDER BY "insertion" LIMIT "atMost"
    ) AS batch
  ), counts AS (
    SELECT "organizationId", count(*) AS n FROM pending GROUP BY 1
  ), heads AS (
    INSERT INTO "EventHead" ("organizationId", "position") SELECT "organizationId", n FROM counts
    ON CONFLICT ("organizationId") DO UPDATE SET "position" = "EventHead"."position" + excluded."position"
    RETURNING "organizationId", "position"
  ), numbering AS (
    UPDATE "Event" AS e SET "position" = heads."position" - counts.n + pending.place
    FROM pending JOIN heads USING ("organizationId") JOIN counts USING ("organizationId")
    WHERE e.ctid = pending.row
    RETURNING 1
  )
  SELECT heads."organizationId", heads."position", (SELECT count(*) FROM numbering)::int FROM heads;
END
$$;
