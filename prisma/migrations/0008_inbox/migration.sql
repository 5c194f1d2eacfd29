-- CreateEnum
CREATE TYPE "AiAgentTask" AS ENUM ('FAQ', 'SUPPORT', 'SALES', 'LEAD_QUALIFICATION', 'BOOKING', 'ORDERS', 'FEEDBACK', 'CUSTOM');

-- CreateEnum
CREATE TYPE "AiProvider" AS ENUM ('OPENAI', 'ANTHROPIC', 'GOOGLE', 'MISTRAL', 'GROQ', 'OPENROUTER', 'CUSTOM');

-- CreateEnum
CREATE TYPE "AgentTurnStatus" AS ENUM ('PENDING', 'ANSWERED', 'HANDED_OVER', 'MERGED', 'CANCELLED');

-- CreateEnum
CREATE TYPE "PaymentLinkStatus" AS ENUM ('OPEN', 'PAID', 'EXPIRED');

-- AlterTable
ALTER TABLE "Conversation" ADD COLUMN     "agentTurns" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "aiAgentId" TEXT COLLATE "C",
ADD COLUMN     "handedOverAt" TIMESTAMPTZ(3),
ADD COLUMN     "openedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "aiAgentId" TEXT COLLATE "C";

-- CreateTable
CREATE TABLE "QuickReply" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "shortcut" TEXT NOT NULL,
    "text" TEXT,
    "mediaId" TEXT COLLATE "C",
    "searchText" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "QuickReply_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "AiAgent" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "name" TEXT NOT NULL,
    "task" "AiAgentTask" NOT NULL,
    "triggerKeywords" TEXT[],
    "handoverKeywords" TEXT[],
    "prompt" TEXT NOT NULL,
    "provider" "AiProvider" NOT NULL,
    "model" TEXT NOT NULL,
    "baseUrl" TEXT,
    "apiKey" BYTEA,
    "temperature" DOUBLE PRECISION,
    "maxTurns" INTEGER NOT NULL,
    "businessHours" JSONB,
    "active" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "AiAgent_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "AgentTurn" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "messageId" TEXT COLLATE "C" NOT NULL,
    "conversationId" TEXT COLLATE "C" NOT NULL,
    "agentId" TEXT COLLATE "C" NOT NULL,
    "status" "AgentTurnStatus" NOT NULL DEFAULT 'PENDING',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "nextAttemptAt" TIMESTAMPTZ(3),
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "answer" JSONB,
    "reason" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

CONSTRAINT "AgentTurn_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ConversationResolution" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "conversationId" TEXT COLLATE "C" NOT NULL,
    "openedAt" TIMESTAMPTZ(3) NOT NULL,
    "resolvedAt" TIMESTAMPTZ(3) NOT NULL,
    "memberId" TEXT COLLATE "C",

CONSTRAINT "ConversationResolution_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "PaymentLink" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "provider" TEXT NOT NULL,
    "providerId" TEXT COLLATE "C",
    "url" TEXT,
    "amount" DECIMAL(18,3) NOT NULL,
    "currency" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "contactId" TEXT COLLATE "C",
    "status" "PaymentLinkStatus" NOT NULL DEFAULT 'OPEN',
    "expiresAt" TIMESTAMPTZ(3),
    "paidAt" TIMESTAMPTZ(3),
    "closeDueAt" TIMESTAMPTZ(3),
    "closeAttempts" INTEGER NOT NULL DEFAULT 0,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "PaymentLink_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "QuickReply_organizationId_mediaId_idx" ON "QuickReply"("organizationId", "mediaId");

-- CreateIndex
CREATE UNIQUE INDEX "QuickReply_organizationId_shortcut_key" ON "QuickReply"("organizationId", "shortcut");

-- CreateIndex
CREATE INDEX "AgentTurn_organizationId_conversationId_id_idx" ON "AgentTurn"("organizationId", "conversationId", "id");

-- CreateIndex
CREATE INDEX "AgentTurn_organizationId_agentId_idx" ON "AgentTurn"("organizationId", "agentId");

-- CreateIndex
CREATE INDEX "AgentTurn_finishedAt_idx" ON "AgentTurn"("finishedAt");

-- CreateIndex
CREATE UNIQUE INDEX "AgentTurn_organizationId_messageId_key" ON "AgentTurn"("organizationId", "messageId");

-- CreateIndex
CREATE INDEX "ConversationResolution_organizationId_resolvedAt_idx" ON "ConversationResolution"("organizationId", "resolvedAt");

-- CreateIndex
CREATE INDEX "ConversationResolution_organizationId_conversationId_idx" ON "ConversationResolution"("organizationId", "conversationId");

-- CreateIndex
CREATE INDEX "PaymentLink_organizationId_contactId_idx" ON "PaymentLink"("organizationId", "contactId");

-- CreateIndex
CREATE UNIQUE INDEX "PaymentLink_provider_providerId_key" ON "PaymentLink"("provider", "providerId");

-- CreateIndex
CREATE INDEX "Message_organizationId_createdAt_idx" ON "Message"("organizationId", "createdAt");

-- AddForeignKey
ALTER TABLE "Conversation" ADD CONSTRAINT "Conversation_organizationId_aiAgentId_fkey" FOREIGN KEY ("organizationId", "aiAgentId") REFERENCES "AiAgent"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "QuickReply" ADD CONSTRAINT "QuickReply_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "QuickReply" ADD CONSTRAINT "QuickReply_organizationId_mediaId_fkey" FOREIGN KEY ("organizationId", "mediaId") REFERENCES "Media"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "AiAgent" ADD CONSTRAINT "AiAgent_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgentTurn" ADD CONSTRAINT "AgentTurn_organizationId_conversationId_fkey" FOREIGN KEY ("organizationId", "conversationId") REFERENCES "Conversation"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgentTurn" ADD CONSTRAINT "AgentTurn_organizationId_messageId_fkey" FOREIGN KEY ("organizationId", "messageId") REFERENCES "Message"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AgentTurn" ADD CONSTRAINT "AgentTurn_organizationId_agentId_fkey" FOREIGN KEY ("organizationId", "agentId") REFERENCES "AiAgent"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConversationResolution" ADD CONSTRAINT "ConversationResolution_organizationId_conversationId_fkey" FOREIGN KEY ("organizationId", "conversationId") REFERENCES "Conversation"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaymentLink" ADD CONSTRAINT "PaymentLink_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PaymentLink" ADD CONSTRAINT "PaymentLink_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "Contact"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;


-- What is known of the conversations that are there already.
UPDATE "Conversation" SET "openedAt" = "createdAt";

-- Partial indexes, which schema.prisma cannot say.
CREATE INDEX "Conversation_aiAgent_idx" ON "Conversation"("organizationId", "aiAgentId") WHERE "aiAgentId" IS NOT NULL;
CREATE INDEX "AgentTurn_due_idx" ON "AgentTurn"("nextAttemptAt") WHERE "nextAttemptAt" IS NOT NULL;
CREATE INDEX "PaymentLink_close_idx" ON "PaymentLink"("closeDueAt") WHERE "closeDueAt" IS NOT NULL;
CREATE INDEX "PaymentLink_unmade_idx" ON "PaymentLink"("createdAt") WHERE "providerId" IS NULL;
