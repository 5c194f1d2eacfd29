-- CreateTable
CREATE UNLOGGED TABLE "LimitWindow" (
    "name" TEXT NOT NULL,
    "heard" INTEGER NOT NULL,
    "added" INTEGER NOT NULL,
    "endsAt" TIMESTAMPTZ(3) NOT NULL,

CONSTRAINT "LimitWindow_pkey" PRIMARY KEY ("name")
);

-- CreateIndex
CREATE INDEX "LimitWindow_endsAt_idx" ON "LimitWindow"("endsAt");
