-- CreateEnum
CREATE TYPE "WebhookSignatureFormat" AS ENUM ('PREFIXED', 'HEX');

-- CreateEnum
CREATE TYPE "WebhookRetries" AS ENUM ('EXTENDED', 'DOCUMENTED');

-- CreateEnum
CREATE TYPE "WebhookDeliveryStatus" AS ENUM ('PENDING', 'DELIVERED', 'FAILED');

-- CreateTable
CREATE TABLE "Webhook" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "events" TEXT[],
    "signatureFormat" "WebhookSignatureFormat" NOT NULL DEFAULT 'PREFIXED',
    "retries" "WebhookRetries" NOT NULL DEFAULT 'EXTENDED',
    "secret" BYTEA NOT NULL,
    "previousSecret" BYTEA,
    "previousSecretUntil" TIMESTAMPTZ(3),
    "position" BIGINT NOT NULL,
    "failingSince" TIMESTAMPTZ(3),
    "disabledAt" TIMESTAMPTZ(3),
    "disabledReason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "Webhook_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "WebhookDelivery" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "webhookId" TEXT COLLATE "C" NOT NULL,
    "eventId" TEXT COLLATE "C" NOT NULL,
    "event" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "conversationId" TEXT COLLATE "C",
    "position" BIGINT NOT NULL,
    "status" "WebhookDeliveryStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "responseCode" INTEGER,
    "durationMs" INTEGER,
    "lastError" TEXT,
    "deliveredAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

CONSTRAINT "WebhookDelivery_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "WebhookAttempt" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "deliveryId" TEXT COLLATE "C" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "requestHeaders" JSONB NOT NULL,
    "responseCode" INTEGER,
    "responseBody" TEXT,
    "durationMs" INTEGER NOT NULL,
    "error" TEXT,

CONSTRAINT "WebhookAttempt_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "WebhookDelivery_organizationId_webhookId_id_idx" ON "WebhookDelivery"("organizationId", "webhookId", "id");

-- CreateIndex
CREATE INDEX "WebhookDelivery_createdAt_idx" ON "WebhookDelivery"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookDelivery_organizationId_webhookId_eventId_key" ON "WebhookDelivery"("organizationId", "webhookId", "eventId");

-- CreateIndex
CREATE INDEX "WebhookAttempt_organizationId_deliveryId_id_idx" ON "WebhookAttempt"("organizationId", "deliveryId", "id");

-- AddForeignKey
ALTER TABLE "Webhook" ADD CONSTRAINT "Webhook_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookDelivery" ADD CONSTRAINT "WebhookDelivery_organizationId_webhookId_fkey" FOREIGN KEY ("organizationId", "webhookId") REFERENCES "Webhook"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "WebhookAttempt" ADD CONSTRAINT "WebhookAttempt_organizationId_deliveryId_fkey" FOREIGN KEY ("organizationId", "deliveryId") REFERENCES "WebhookDelivery"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;


-- Partial indexes, which schema.prisma cannot say.
CREATE INDEX "WebhookDelivery_due_idx" ON "WebhookDelivery"("organizationId", "webhookId", "nextAttemptAt") WHERE "nextAttemptAt" IS NOT NULL;
CREATE INDEX "WebhookDelivery_queue_idx" ON "WebhookDelivery"("organizationId", "webhookId", "conversationId", "position") WHERE "status" = 'PENDING';
