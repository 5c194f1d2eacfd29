-- All that analytics read of a message, so that the indexes alone answer them. They are partial and include columns,
-- which schema.prisma cannot say.
DROP INDEX "Message_organizationId_createdAt_idx";
CREATE INDEX "Message_received_idx" ON "Message"("organizationId", "createdAt") INCLUDE ("conversationId")
  WHERE "direction" = 'INBOUND' AND "type" NOT IN ('REACTION', 'SYSTEM');
CREATE INDEX "Message_written_idx" ON "Message"("organizationId", "createdAt") INCLUDE ("conversationId", "status", "sentAt")
  WHERE "direction" = 'OUTBOUND' AND "type" NOT IN ('REACTION', 'SYSTEM');

-- They do so only where a vacuum has passed since the last change. By default that waits for a fifth of the table.
ALTER TABLE "Message" SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.02);
