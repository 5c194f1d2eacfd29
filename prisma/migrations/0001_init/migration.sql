-- Search by parts of names and numbers, together with tags, in one index.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- CreateEnum
CREATE TYPE "Plan" AS ENUM ('GROWTH', 'PRO');

-- CreateEnum
CREATE TYPE "ConsentPolicy" AS ENUM ('ENFORCED', 'ALLOW_UNKNOWN');

-- CreateEnum
CREATE TYPE "ConnectionSource" AS ENUM ('ENVIRONMENT', 'STORED');

-- CreateEnum
CREATE TYPE "ConnectionStatus" AS ENUM ('PENDING', 'CONNECTED', 'DISCONNECTED');

-- CreateEnum
CREATE TYPE "ConversationStatus" AS ENUM ('OPEN', 'ASSIGNED', 'RESOLVED', 'BOT_ACTIVE', 'AI_ACTIVE');

-- CreateEnum
CREATE TYPE "MessageDirection" AS ENUM ('INBOUND', 'OUTBOUND');

-- CreateEnum
CREATE TYPE "MessageType" AS ENUM ('TEXT', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'STICKER', 'TEMPLATE', 'INTERACTIVE', 'LOCATION', 'CONTACT', 'REACTION', 'BUTTON', 'ORDER', 'SYSTEM', 'UNSUPPORTED');

-- CreateEnum
CREATE TYPE "MessageStatus" AS ENUM ('QUEUED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'UNKNOWN', 'RECEIVED');

-- CreateEnum
CREATE TYPE "StatusEventKind" AS ENUM ('SENT', 'DELIVERED', 'READ', 'PLAYED', 'FAILED');

-- CreateTable
CREATE TABLE "Organization" (
    "id" TEXT COLLATE "C" NOT NULL,
    "slug" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "plan" "Plan" NOT NULL DEFAULT 'GROWTH',
    "consentPolicy" "ConsentPolicy" NOT NULL DEFAULT 'ENFORCED',
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Organization_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WhatsAppConnection" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "phoneNumberId" TEXT COLLATE "C" NOT NULL,
    "businessAccountId" TEXT COLLATE "C" NOT NULL,
    "displayPhoneNumber" TEXT,
    "verifiedName" TEXT,
    "qualityRating" TEXT,
    "status" "ConnectionStatus" NOT NULL DEFAULT 'PENDING',
    "lastError" TEXT,
    "checkedAt" TIMESTAMPTZ(3),
    "source" "ConnectionSource" NOT NULL,
    "secrets" BYTEA,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "WhatsAppConnection_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ApiKey" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "hash" BYTEA NOT NULL,
    "prefix" TEXT NOT NULL,
    "scopes" TEXT[],
    "expiresAt" TIMESTAMPTZ(3),
    "lastUsedAt" TIMESTAMPTZ(3),
    "revokedAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ApiKey_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Member" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Member_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Contact" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "phone" TEXT COLLATE "C",
    "userId" TEXT COLLATE "C",
    "name" TEXT,
    "searchName" TEXT COLLATE "C" NOT NULL DEFAULT '',
    "email" TEXT,
    "tags" TEXT[] COLLATE "C" DEFAULT ARRAY[]::TEXT[],
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "optedIn" BOOLEAN,
    "optInSource" TEXT,
    "optInProof" TEXT,
    "optInAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Contact_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Conversation" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "contactId" TEXT COLLATE "C" NOT NULL,
    "connectionId" TEXT COLLATE "C" NOT NULL,
    "status" "ConversationStatus" NOT NULL DEFAULT 'OPEN',
    "assignedToId" TEXT COLLATE "C",
    "unreadCount" INTEGER NOT NULL DEFAULT 0,
    "lastMessageId" TEXT COLLATE "C",
    "lastMessageAt" TIMESTAMPTZ(3),
    "lastActivityAt" TIMESTAMPTZ(3) NOT NULL,
    "windowExpiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Conversation_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Message" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "conversationId" TEXT COLLATE "C" NOT NULL,
    "contactId" TEXT COLLATE "C" NOT NULL,
    "direction" "MessageDirection" NOT NULL,
    "type" "MessageType" NOT NULL,
    "status" "MessageStatus" NOT NULL,
    "text" TEXT,
    "content" JSONB NOT NULL,
    "wamid" TEXT COLLATE "C",
    "replyToId" TEXT COLLATE "C",
    "replyToWamid" TEXT COLLATE "C",
    "error" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sentAt" TIMESTAMPTZ(3),
    "deliveredAt" TIMESTAMPTZ(3),
    "readAt" TIMESTAMPTZ(3),
    "failedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "unknownOutcomes" INTEGER NOT NULL DEFAULT 0,
    "attemptedAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),

    CONSTRAINT "Message_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "MessageStatusEvent" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "wamid" TEXT COLLATE "C" NOT NULL,
    "messageId" TEXT COLLATE "C",
    "kind" "StatusEventKind" NOT NULL,
    "occurredAt" TIMESTAMPTZ(3) NOT NULL,
    "errors" JSONB,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "MessageStatusEvent_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "Media" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "messageId" TEXT COLLATE "C",
    "mimeType" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "filename" TEXT,
    "sha256" TEXT NOT NULL,
    "whatsappMediaId" TEXT COLLATE "C",
    "whatsappExpiresAt" TIMESTAMPTZ(3),
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Media_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "InboundDelivery" (
    "id" BIGSERIAL NOT NULL,
    "body" BYTEA NOT NULL,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastError" TEXT,

    CONSTRAINT "InboundDelivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Event" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "insertion" BIGSERIAL NOT NULL,
    "position" BIGINT,
    "type" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "contactId" TEXT COLLATE "C",
    "conversationId" TEXT COLLATE "C",
    "messageId" TEXT COLLATE "C",
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "EventHead" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "EventHead_pkey" PRIMARY KEY ("organizationId")
);

-- CreateTable
CREATE TABLE "IdempotencyKey" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "requestHash" BYTEA NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "answer" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("organizationId","key")
);

-- CreateIndex
CREATE UNIQUE INDEX "Organization_slug_key" ON "Organization"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "WhatsAppConnection_phoneNumberId_key" ON "WhatsAppConnection"("phoneNumberId");

-- CreateIndex
CREATE UNIQUE INDEX "ApiKey_hash_key" ON "ApiKey"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "Member_organizationId_email_key" ON "Member"("organizationId", "email");

-- CreateIndex
CREATE INDEX "Contact_search_idx" ON "Contact" USING GIN ("organizationId" text_ops, "searchName" gin_trgm_ops, "phone" gin_trgm_ops, "tags");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_organizationId_phone_key" ON "Contact"("organizationId", "phone");

-- CreateIndex
CREATE UNIQUE INDEX "Contact_organizationId_userId_key" ON "Contact"("organizationId", "userId");

-- CreateIndex
CREATE INDEX "Conversation_organizationId_lastActivityAt_id_idx" ON "Conversation"("organizationId", "lastActivityAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_organizationId_status_lastActivityAt_id_idx" ON "Conversation"("organizationId", "status", "lastActivityAt", "id");

-- CreateIndex
CREATE INDEX "Conversation_organizationId_assignedToId_idx" ON "Conversation"("organizationId", "assignedToId");

-- CreateIndex
CREATE INDEX "Conversation_organizationId_connectionId_idx" ON "Conversation"("organizationId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "Conversation_organizationId_contactId_connectionId_key" ON "Conversation"("organizationId", "contactId", "connectionId");

-- CreateIndex
CREATE UNIQUE INDEX "Conversation_organizationId_lastMessageId_key" ON "Conversation"("organizationId", "lastMessageId");

-- CreateIndex
CREATE INDEX "Message_organizationId_conversationId_id_idx" ON "Message"("organizationId", "conversationId", "id");

-- CreateIndex
CREATE INDEX "Message_organizationId_contactId_idx" ON "Message"("organizationId", "contactId");

-- CreateIndex
CREATE UNIQUE INDEX "Message_organizationId_wamid_key" ON "Message"("organizationId", "wamid");

-- CreateIndex
CREATE INDEX "MessageStatusEvent_organizationId_messageId_idx" ON "MessageStatusEvent"("organizationId", "messageId");

-- CreateIndex
CREATE UNIQUE INDEX "MessageStatusEvent_organizationId_wamid_kind_occurredAt_key" ON "MessageStatusEvent"("organizationId", "wamid", "kind", "occurredAt");

-- CreateIndex
CREATE INDEX "Media_organizationId_messageId_idx" ON "Media"("organizationId", "messageId");

-- CreateIndex
CREATE UNIQUE INDEX "Event_organizationId_position_key" ON "Event"("organizationId", "position");

-- CreateIndex
CREATE INDEX "IdempotencyKey_createdAt_idx" ON "IdempotencyKey"("createdAt");

-- AddForeignKey
ALTER TABLE "WhatsAppConnection" ADD CONSTRAINT "WhatsAppConnection_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ApiKey" ADD CONSTRAINT "ApiKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Member" ADD CONSTRAINT "Member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Contact" ADD CONSTRAINT "Contact_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "Contact"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_connectionId_fkey" FOREIGN KEY ("organizationId", "connectionId") REFERENCES "WhatsAppConnection"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_assignedToId_fkey" FOREIGN KEY ("organizationId", "assignedToId") REFERENCES "Member"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_lastMessageId_fkey" FOREIGN KEY ("organizationId", "lastMessageId") REFERENCES "Message"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_conversationId_fkey" FOREIGN KEY ("organizationId", "conversationId") REFERENCES "Conversation"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "Contact"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_replyToId_fkey" FOREIGN KEY ("organizationId", "replyToId") REFERENCES "Message"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "MessageStatusEvent" ADD CONSTRAINT "MessageStatusEvent_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Media" ADD CONSTRAINT "Media_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Media" ADD CONSTRAINT "Media_organizationId_messageId_fkey" FOREIGN KEY ("organizationId", "messageId") REFERENCES "Message"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Event" ADD CONSTRAINT "Event_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EventHead" ADD CONSTRAINT "EventHead_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "IdempotencyKey" ADD CONSTRAINT "IdempotencyKey_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Partial indexes, which schema.prisma cannot say: each holds only the rows that somebody still has to work on.
CREATE INDEX "Event_unsequenced_idx" ON "Event"("insertion") WHERE "position" IS NULL;
CREATE INDEX "InboundDelivery_pending_idx" ON "InboundDelivery"("nextAttemptAt", "id") WHERE "processedAt" IS NULL;
CREATE INDEX "Message_lease_idx" ON "Message"("leaseExpiresAt") WHERE "leaseExpiresAt" IS NOT NULL;
CREATE INDEX "Message_replyTo_idx" ON "Message"("organizationId", "replyToId") WHERE "replyToId" IS NOT NULL;
CREATE INDEX "MessageStatusEvent_orphan_idx" ON "MessageStatusEvent"("organizationId", "wamid") WHERE "messageId" IS NULL;
