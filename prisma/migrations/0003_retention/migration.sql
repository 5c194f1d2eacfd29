-- CreateIndex
CREATE INDEX "IdempotencyKey_organizationId_messageId_idx" ON "IdempotencyKey"("organizationId", "messageId");
