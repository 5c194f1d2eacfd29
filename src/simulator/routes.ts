import { blockUsers, listBlockedUsers, unblockUsers } from './block-users.js'
import { unknownObject, unknownPath, unsupportedMethod } from './errors.js'
import type { GraphHandler } from './graph.js'
import { deleteMedia, getMedia, uploadMedia } from './media.js'
import { postMessages } from './messages.js'
import {
  getBusinessAccount,
  getBusinessProfile,
  getPhoneNumber,
  listPhoneNumbers,
  postBusinessProfile,
} from './phone-numbers.js'
import { deleteSubscribedApps, getSubscribedApps, postSubscribedApps } from './subscribed-apps.js'
import { createTemplate, deleteTemplate, getTemplate, listTemplates } from './templates.js'
import type { World } from './world.js'

type Methods = Readonly<Partial<Record<string, GraphHandler>>>
type Owner = 'phoneNumberId' | 'businessAccountId'

/** Meta's paths `/{id}/{edge}`: whose edge each is, and its methods. */
const edges: Readonly<Record<string, { owner: Owner; methods: Methods }>> = {
  messages: { owner: 'phoneNumberId', methods: { POST: postMessages } },
  media: { owner: 'phoneNumberId', methods: { POST: uploadMedia } },
  whatsapp_business_profile: {
    owner: 'phoneNumberId',
    methods: { GET: getBusinessProfile, POST: postBusinessProfile },
  },
  block_users: {
    owner: 'phoneNumberId',
    methods: { GET: listBlockedUsers, POST: blockUsers, DELETE: unblockUsers },
  },
  message_templates: {
    owner: 'businessAccountId',
    methods: { GET: listTemplates, POST: createTemplate, DELETE: deleteTemplate },
  },
  phone_numbers: { owner: 'businessAccountId', methods: { GET: listPhoneNumbers } },
  subscribed_apps: {
    owner: 'businessAccountId',
    methods: { GET: getSubscribedApps, POST: postSubscribedApps, DELETE: deleteSubscribedApps },
  },
}

/** A path without its version: `/{id}` or `/{id}/{edge}`, of which the edge must be known. Throws for anything else. */
export function parseGraphPath(segments: readonly string[]): { id: string; edge: string | null } {
  const [first = '', ...rest] = segments
  const [id, edge, ...more] = /^v\d+(\.\d+)?$/.test(first) ? rest : segments
  if (id === undefined || more.length > 0 || (edge !== undefined && !Object.hasOwn(edges, edge))) {
    throw unknownPath(`/${[edge ?? id ?? '', ...more].join('/')}`)
  }
  return { id, edge: edge ?? null }
}

/** Who answers. Throws code 100 with subcode 33 for an id that names nothing, and code 100 for a method it has not. */
export function findHandler(world: World, method: string, id: string, edge: string | null): GraphHandler {
  const asked = method === 'HEAD' ? 'GET' : method
  const row = edge === null ? undefined : edges[edge]
  const methods = row ? (id === world.options[row.owner] ? row.methods : null) : nodeMethods(world, id)
  if (!methods) throw unknownObject(method, id)
  const handler = Object.hasOwn(methods, asked) ? methods[asked] : undefined
  if (!handler) throw unsupportedMethod(method)
  return handler
}

/** What may be done with an object itself. */
function nodeMethods(world: World, id: string): Methods | null {
  if (id === world.options.phoneNumberId) return { GET: getPhoneNumber }
  if (id === world.options.businessAccountId) return { GET: getBusinessAccount }
  const media = world.media.find(id)
  if (media) return { GET: getMedia(media), DELETE: deleteMedia(media) }
  const template = world.templates.byId(id)
  return template ? { GET: getTemplate(template) } : null
}
