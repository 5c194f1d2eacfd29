import { z } from 'zod'
import { CreateContactDocument, GetContactDocument, PageContactsDocument } from '../../operations/generated/graphql.js'
import { idempotencyKey, pageArguments, pageInput, pageNames } from '../input.js'
import { contactOutput, pageOutput } from '../output.js'
import { adds, asIs, page, reads, tool } from '../tool.js'

export const listContacts = tool({
  name: 'list_contacts',
  title: 'List contacts',
  description: 'Find contacts by part of a name or phone number, or by tag. Newest first.',
  scope: 'contacts:read',
  annotations: reads,
  input: z.strictObject({
    search: z.string().optional().describe('Any part of the name, or of the digits of the phone.'),
    tag: z.string().optional().describe('Exactly this tag.'),
    ...pageInput,
  }),
  output: pageOutput(contactOutput),
  operation: PageContactsDocument,
  names: pageNames,
  variables: ({ search, tag, ...rest }) => ({ search, tag, ...pageArguments(rest) }),
  shape: ({ contacts }) => page(contacts, asIs),
})

export const getContact = tool({
  name: 'get_contact',
  title: 'Get a contact',
  description: 'One contact by id or by phone: give exactly one of the two.',
  scope: 'contacts:read',
  annotations: reads,
  input: z.strictObject({
    id: z.string().optional().describe('con_...'),
    phone: z.string().optional().describe('With its country code.'),
  }),
  output: contactOutput,
  operation: GetContactDocument,
  variables: asIs,
  shape: ({ contact }) => contact,
})

export const createContact = tool({
  name: 'create_contact',
  title: 'Create a contact',
  description: 'Add a contact. A phone that is known already gives CONFLICT with existingId.',
  scope: 'contacts:write',
  annotations: adds({ idempotent: true, reachesOut: false }),
  input: z.strictObject({
    phone: z.string().describe('With its country code, such as +919876543210.'),
    name: z.string().optional(),
    email: z.string().optional(),
    tags: z.array(z.string()).optional(),
    optedIn: z.boolean().optional().describe('Only where the person agreed to be written to; absent: unknown.'),
    optInSource: z.string().optional().describe('What the consent rests on, such as "web form".'),
    optInProof: z.string().optional().describe('Evidence of the consent, such as a link.'),
    attributes: z.record(z.string(), z.unknown()).optional().describe('Anything else worth keeping.'),
    idempotencyKey,
  }),
  output: contactOutput,
  operation: CreateContactDocument,
  variables: (input) => ({ input }),
  shape: ({ createContact }) => createContact.contact,
})
