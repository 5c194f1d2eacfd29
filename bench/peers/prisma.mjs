// The client that both peers on Prisma use, generated from the server's own schema.
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from '../../dist/generated/prisma/client.js'

export const organizationId = process.env.ORGANIZATION_ID
export const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL, max: 10, idleTimeoutMillis: 10_000 }),
})

let made = 0
export const createMessage = ({ conversationId, contactId, text }, query = {}) =>
  prisma.message.create({
    ...query,
    data: {
      ...{ organizationId, conversationId, contactId, text, content: { text } },
      ...{ direction: 'OUTBOUND', type: 'TEXT', status: 'QUEUED' },
      id: `msg_01${Date.now()}${String(made++).padStart(11, '0')}`,
    },
  })
