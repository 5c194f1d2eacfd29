-- Numbers committed events (docs/decisions/event-order.md): as a function, so that it is planned once for a connection.
-- Its statements have snapshots of their own, so the numbering sees all that was committed before it had the lock.
--
-- A few events are numbered in a log that grows fast: a planner whose statistics are behind it would read much of it
-- each time, so the rows are found by the index of what has no number, and again by where they lie, which nobody else
-- changes. That index keeps an entry of every event until the next vacuum, so it is read from "after" on.
--
-- Answers one row. "heads": the logs that grew, [{organizationId, position}], the position as a text. "numbered": how
-- many events. "inserted": the last insertion that anybody had taken when it began; "begun": whoever had taken one of
-- these has a transaction with an earlier id, null where there was nothing to number; "ended": every transaction with an
-- earlier id had ended when it began.
CREATE FUNCTION "numberEvents"("after" bigint, "atMost" int)
RETURNS TABLE ("heads" jsonb, "numbered" int, "inserted" text, "begun" text, "ended" text)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
AS $$
#variable_conflict use_column
BEGIN
  PERFORM pg_advisory_xact_lock(7310571);
  -- In this order: an insertion is taken by a transaction that has its id, and this one gets its own, a later one, below.
  "inserted" := coalesce(pg_sequence_last_value('"Event_insertion_seq"'), 0);
  "ended" := pg_snapshot_xmin(pg_current_snapshot());
  WITH pending AS (
    SELECT "organizationId", row, row_number() OVER (PARTITION BY "organizationId" ORDER BY "insertion") AS place
    FROM (
      SELECT "organizationId", ctid AS row, "insertion" FROM "Event"
      WHERE "position" IS NULL AND "insertion" > "after" ORDER BY "insertion" LIMIT "atMost"
    ) AS batch
  ), counts AS (
    SELECT "organizationId", count(*) AS n FROM pending GROUP BY 1
  ), grown AS (
    INSERT INTO "EventHead" ("organizationId", "position") SELECT "organizationId", n FROM counts
    ON CONFLICT ("organizationId") DO UPDATE SET "position" = "EventHead"."position" + excluded."position"
    RETURNING "organizationId", "position"
  ), numbering AS (
    UPDATE "Event" AS e SET "position" = grown."position" - counts.n + pending.place
    FROM pending JOIN grown USING ("organizationId") JOIN counts USING ("organizationId")
    WHERE e.ctid = pending.row
    RETURNING 1
  )
  SELECT
    (SELECT jsonb_agg(jsonb_build_object('organizationId', "organizationId", 'position', "position"::text)) FROM grown),
    (SELECT count(*) FROM numbering)
  INTO "heads", "numbered";
  "begun" := pg_current_xact_id_if_assigned();
  RETURN NEXT;
END
$$;
