-- CreateEnum
CREATE TYPE "BroadcastStatus" AS ENUM ('DRAFT', 'SCHEDULED', 'RUNNING', 'PAUSED', 'COMPLETED', 'CANCELLED', 'FAILED');

-- CreateEnum
CREATE TYPE "TagMatch" AS ENUM ('ANY', 'ALL');

-- CreateEnum
CREATE TYPE "BroadcastRecipientState" AS ENUM ('PENDING', 'MESSAGED', 'SKIPPED');

-- CreateEnum
CREATE TYPE "BroadcastSkipReason" AS ENUM ('OPTED_OUT', 'NOT_OPTED_IN', 'MARKETING_LIMIT', 'UNREACHABLE', 'CANCELLED');

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "broadcastId" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "Broadcast" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "status" "BroadcastStatus" NOT NULL,
    "statusReason" TEXT,
    "connectionId" TEXT COLLATE "C" NOT NULL,
    "templateName" TEXT COLLATE "C" NOT NULL,
    "language" TEXT COLLATE "C" NOT NULL,
    "components" JSONB NOT NULL,
    "tags" TEXT[],
    "tagMatch" "TagMatch" NOT NULL DEFAULT 'ANY',
    "messagesPerSecond" INTEGER NOT NULL,
    "scheduledAt" TIMESTAMPTZ(3),
    "startedAt" TIMESTAMPTZ(3),
    "completedAt" TIMESTAMPTZ(3),
    "resolvedTo" TEXT COLLATE "C",
    "resolvedAt" TIMESTAMPTZ(3),
    "retryOfId" TEXT COLLATE "C",
    "csvRows" INTEGER,
    "csvRejected" INTEGER NOT NULL DEFAULT 0,
    "csvFaults" JSONB NOT NULL DEFAULT '[]',
    "idempotencyKey" TEXT,
    "requestHash" BYTEA,
    "leaseToken" TEXT COLLATE "C",
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "Broadcast_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "BroadcastRecipient" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "broadcastId" TEXT COLLATE "C" NOT NULL,
    "contactId" TEXT COLLATE "C" NOT NULL,
    "state" "BroadcastRecipientState" NOT NULL DEFAULT 'PENDING',
    "skipReason" "BroadcastSkipReason",
    "parameters" JSONB,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "BroadcastRecipient_pkey" PRIMARY KEY ("organizationId","broadcastId","contactId")
);

-- CreateIndex
CREATE INDEX "Broadcast_organizationId_connectionId_idx" ON "Broadcast"("organizationId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "Broadcast_organizationId_idempotencyKey_key" ON "Broadcast"("organizationId", "idempotencyKey");

-- CreateIndex
CREATE UNIQUE INDEX "Broadcast_organizationId_retryOfId_key" ON "Broadcast"("organizationId", "retryOfId");

-- CreateIndex
CREATE INDEX "BroadcastRecipient_organizationId_broadcastId_state_idx" ON "BroadcastRecipient"("organizationId", "broadcastId", "state");

-- CreateIndex
CREATE INDEX "BroadcastRecipient_organizationId_contactId_idx" ON "BroadcastRecipient"("organizationId", "contactId");

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_broadcastId_fkey" FOREIGN KEY ("organizationId", "broadcastId") REFERENCES "Broadcast"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Broadcast" ADD CONSTRAINT "Broadcast_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Broadcast" ADD CONSTRAINT "Broadcast_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "WhatsAppConnection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Broadcast" ADD CONSTRAINT "Broadcast_organizationId_retryOfId_fkey" FOREIGN KEY ("organizationId", "retryOfId") REFERENCES "Broadcast"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "BroadcastRecipient" ADD CONSTRAINT "BroadcastRecipient_organizationId_broadcastId_fkey" FOREIGN KEY ("organizationId", "broadcastId") REFERENCES "Broadcast"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "BroadcastRecipient" ADD CONSTRAINT "BroadcastRecipient_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "Contact"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Partial indexes, which schema.prisma cannot say.
-- Once: a contact gets one message of a broadcast. INCLUDE: counting a broadcast by status reads the index alone.
CREATE UNIQUE INDEX "Message_broadcast_idx" ON "Message"("organizationId", "broadcastId", "contactId") INCLUDE ("status") WHERE "broadcastId" IS NOT NULL;
-- The templates that a contact got: one marketing template in 24 hours.
CREATE INDEX "Message_template_idx" ON "Message"("organizationId", "contactId") WHERE "type" = 'TEMPLATE' AND "direction" = 'OUTBOUND';
CREATE INDEX "BroadcastRecipient_pending_idx" ON "BroadcastRecipient"("organizationId", "broadcastId", "dueAt", "contactId") WHERE "state" = 'PENDING';
CREATE INDEX "Broadcast_open_idx" ON "Broadcast"("status") WHERE "status" IN ('DRAFT', 'SCHEDULED', 'RUNNING');
