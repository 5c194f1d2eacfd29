-- AlterTable
ALTER TABLE "Media" ADD COLUMN     "phoneNumberId" TEXT;
