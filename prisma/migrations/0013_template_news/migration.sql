-- AlterTable
ALTER TABLE "Template" ADD COLUMN     "categoryNews" BIGINT[],
ADD COLUMN     "statusNews" BIGINT[];
