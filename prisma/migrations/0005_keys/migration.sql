-- AlterTable
ALTER TABLE "ApiKey" ADD COLUMN     "replacedById" TEXT COLLATE "C";

-- AlterTable
ALTER TABLE "WhatsAppConnection" ADD COLUMN     "verifyTokenHash" BYTEA;

-- CreateTable
CREATE TABLE "AuditEntry" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "actorKeyId" TEXT COLLATE "C",
    "actorName" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subjectId" TEXT COLLATE "C" NOT NULL,
    "details" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE INDEX "WhatsAppConnection_businessAccountId_idx" ON "WhatsAppConnection"("businessAccountId");

-- CreateIndex
CREATE INDEX "WhatsAppConnection_verifyTokenHash_idx" ON "WhatsAppConnection"("verifyTokenHash");

-- AddForeignKey
ALTER TABLE "AuditEntry" ADD CONSTRAINT "AuditEntry_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;
