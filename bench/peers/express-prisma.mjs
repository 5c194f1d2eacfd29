// REST as it is written most: Express in front of Prisma.
import express from 'express'
import { createMessage, organizationId, prisma } from './prisma.mjs'

const app = express()
app.use(express.json())

const person = { id: true, name: true, phone: true }
const message = { id: true, direction: true, type: true, status: true, text: true, createdAt: true }

app.get('/q1', async (_req, res) => {
  const conversations = await prisma.conversation.findMany({
    where: { organizationId },
    orderBy: [{ lastActivityAt: 'desc' }, { id: 'desc' }],
    take: 20,
    select: {
      ...{ id: true, status: true, unreadCount: true, lastMessageAt: true },
      contact: { select: { ...person, tags: true } },
      messages: { orderBy: { id: 'desc' }, take: 20, select: message },
    },
  })
  res.json({ conversations })
})

app.get('/q2', async (req, res) => {
  const where = { organizationId, searchName: { contains: req.query.search }, tags: { has: req.query.tag } }
  const [totalCount, nodes] = await Promise.all([
    prisma.contact.count({ where }),
    prisma.contact.findMany({
      where,
      orderBy: { id: 'desc' },
      take: 20,
      select: { ...person, tags: true, createdAt: true },
    }),
  ])
  res.json({ contacts: { totalCount, nodes } })
})

app.get('/q3', async (req, res) => {
  const conversation = await prisma.conversation.findUnique({
    where: { organizationId_id: { organizationId, id: req.query.id } },
    select: {
      ...{ id: true, status: true },
      contact: { select: person },
      messages: { orderBy: { id: 'desc' }, take: 50, select: message },
    },
  })
  res.json({ conversation })
})

app.get('/q4', async (req, res) => {
  const contact = await prisma.contact.findUnique({
    where: { organizationId_id: { organizationId, id: req.query.id } },
    select: { ...person, email: true, tags: true, createdAt: true },
  })
  res.json({ contact })
})

app.post('/m1', async (req, res) => res.json({ message: await createMessage(req.body, { select: message }) }))

/** What GET /chats of the server answers: a page of the inbox with the last messages, and how many there are. */
app.get('/chats', async (req, res) => {
  const limit = Number(req.query.limit)
  const where = { organizationId }
  const [total, data] = await Promise.all([
    prisma.conversation.count({ where }),
    prisma.conversation.findMany({
      ...{ where, orderBy: [{ lastActivityAt: 'desc' }, { id: 'desc' }], take: limit },
      include: { contact: { select: { ...person, tags: true } }, assignedTo: true, lastMessage: true },
    }),
  ])
  res.json({ data, pagination: { page: 1, limit, total } })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
