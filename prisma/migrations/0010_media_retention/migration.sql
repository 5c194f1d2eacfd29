-- AlterEnum
ALTER TYPE "MediaStatus" ADD VALUE 'EXPIRED';

-- The oldest files first, for retention.
CREATE INDEX "Media_ready_idx" ON "Media" ("createdAt") WHERE "status" = 'READY';
