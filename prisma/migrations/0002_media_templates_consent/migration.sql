-- CreateEnum
CREATE TYPE "MediaStatus" AS ENUM ('PENDING', 'READY', 'FAILED');

-- DropForeignKey
ALTER TABLE "Media" DROP CONSTRAINT "Media_organizationId_messageId_fkey";

-- DropIndex
DROP INDEX "Media_organizationId_messageId_idx";

-- AlterTable
ALTER TABLE "Media" DROP COLUMN "messageId",
ADD COLUMN     "fetchAttempts" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "lastError" TEXT,
ADD COLUMN     "nextFetchAt" TIMESTAMPTZ(3),
ADD COLUMN     "status" "MediaStatus" NOT NULL DEFAULT 'READY',
ALTER COLUMN "size" DROP NOT NULL,
ALTER COLUMN "sha256" DROP NOT NULL;

-- AlterTable
ALTER TABLE "Message" ADD COLUMN     "editedAt" TIMESTAMPTZ(3),
ADD COLUMN     "mediaId" TEXT COLLATE "C",
ADD COLUMN     "revokedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "Template" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" TEXT COLLATE "C" NOT NULL,
    "businessAccountId" TEXT COLLATE "C" NOT NULL,
    "whatsappId" TEXT COLLATE "C" NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "language" TEXT COLLATE "C" NOT NULL,
    "category" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "parameterFormat" TEXT NOT NULL,
    "components" JSONB NOT NULL,
    "syncedAt" TIMESTAMPTZ(3) NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

CONSTRAINT "Template_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateTable
CREATE TABLE "ConsentRecord" (
    "organizationId" TEXT COLLATE "C" NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "contactId" TEXT COLLATE "C" NOT NULL,
    "optedIn" BOOLEAN,
    "source" TEXT NOT NULL,
    "proof" TEXT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

CONSTRAINT "ConsentRecord_pkey" PRIMARY KEY ("organizationId","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "Template_organizationId_businessAccountId_name_language_key" ON "Template"("organizationId", "businessAccountId", "name", "language");

-- CreateIndex
CREATE INDEX "ConsentRecord_organizationId_contactId_id_idx" ON "ConsentRecord"("organizationId", "contactId", "id");

-- AddForeignKey
ALTER TABLE "Message" ADD CONSTRAINT "Message_organizationId_mediaId_fkey" FOREIGN KEY ("organizationId", "mediaId") REFERENCES "Media"("organizationId", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- AddForeignKey
ALTER TABLE "Template" ADD CONSTRAINT "Template_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConsentRecord" ADD CONSTRAINT "ConsentRecord_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES "Organization"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ConsentRecord" ADD CONSTRAINT "ConsentRecord_organizationId_contactId_fkey" FOREIGN KEY ("organizationId", "contactId") REFERENCES "Contact"("organizationId", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Partial indexes, which schema.prisma cannot say.
CREATE INDEX "Message_media_idx" ON "Message"("organizationId", "mediaId") WHERE "mediaId" IS NOT NULL;
CREATE INDEX "Media_pending_idx" ON "Media"("nextFetchAt") WHERE "nextFetchAt" IS NOT NULL;
