import type { Contact, Prisma } from '../generated/prisma/client.js'

/** A contact as events and webhooks carry it (contract, sections 5 and 8). */
export const contactData = (contact: Contact): Prisma.InputJsonObject => ({
  id: contact.id,
  phone: contact.phone,
  userId: contact.userId,
  name: contact.name,
  email: contact.email,
  tags: contact.tags,
  optedIn: contact.optedIn,
  optInSource: contact.optInSource,
  attributes: contact.attributes as Prisma.InputJsonValue,
  createdAt: contact.createdAt.toISOString(),
  updatedAt: contact.updatedAt.toISOString(),
})

/** What the short form shows of a contact. */
export type SummarisedContact = Pick<Contact, 'id' | 'phone' | 'name' | 'tags'>

/** The short form inside messages and conversations. */
export const contactSummary = (contact: SummarisedContact): Prisma.InputJsonObject => ({
  id: contact.id,
  phone: contact.phone,
  name: contact.name,
  tags: contact.tags,
})
