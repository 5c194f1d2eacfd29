-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "scheduledAt" TIMESTAMPTZ(3),
ADD COLUMN     "startsAt" TIMESTAMPTZ(3);

-- A partial index, which schema.prisma cannot say.
CREATE INDEX "Message_startsAt_idx" ON "Message"("startsAt") WHERE "startsAt" IS NOT NULL;
