-- Every message, event and status is written into each index of its table, a message five times: those that say twice
-- what another says are gone.

-- A place is looked for only where there is one. An index of all of them had a first entry for each event, without a
-- number, and a second with it. It is partial, which schema.prisma cannot say.
DROP INDEX "Event_organizationId_position_key";
CREATE UNIQUE INDEX "Event_position_key" ON "Event"("organizationId", "position") WHERE "position" IS NOT NULL;

-- The messages of a contact, and the templates among them.
DROP INDEX "Message_template_idx";
DROP INDEX "Message_organizationId_contactId_idx";
CREATE INDEX "Message_organizationId_contactId_type_idx" ON "Message"("organizationId", "contactId", "type");

-- A status is named by what it says; nobody asked for its number.
ALTER TABLE "MessageStatusEvent" DROP CONSTRAINT "MessageStatusEvent_pkey", DROP COLUMN "id";
ALTER TABLE "MessageStatusEvent" ADD CONSTRAINT "MessageStatusEvent_pkey"
  PRIMARY KEY USING INDEX "MessageStatusEvent_organizationId_wamid_kind_occurredAt_key";
