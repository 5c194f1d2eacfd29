import { requiredParameter } from './errors.js'
import type { GraphHandler } from './graph.js'
import { graphReply } from './http.js'
import type { CompleteOptions } from './options.js'
import { at, enumParam, optionalString } from './params.js'
import { selectFields } from './select-fields.js'
import type { World } from './world.js'

/** The number, its account, and its business profile. */

const numberFields: Record<string, (world: World) => unknown> = {
  verified_name: ({ options }) => options.verifiedName,
  code_verification_status: () => 'VERIFIED',
  display_phone_number: ({ options }) => options.displayPhoneNumber,
  quality_rating: ({ number }) => number.qualityRating,
  quality_score: ({ number }) => ({ score: number.qualityRating }),
  platform_type: () => 'CLOUD_API',
  throughput: () => ({ level: 'STANDARD' }),
  name_status: () => 'APPROVED',
  status: ({ number }) => number.status,
  account_mode: () => 'LIVE',
  messaging_limit_tier: () => 'TIER_1K',
  is_official_business_account: () => false,
  last_onboarded_time: () => '2025-01-01T00:00:00+0000',
  id: ({ options }) => options.phoneNumberId,
}

const defaultNumberFields = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'id',
]

const showNumber = (world: World, fields: string | null) =>
  selectFields(world, numberFields, fields, defaultNumberFields, 'WhatsAppBusinessPhoneNumber')

export const getPhoneNumber: GraphHandler = (world, request) =>
  graphReply(showNumber(world, request.target.query.get('fields')))

export const listPhoneNumbers: GraphHandler = (world, request) => {
  const cursor = Buffer.from(world.options.phoneNumberId).toString('base64url')
  return graphReply({
    data: [showNumber(world, request.target.query.get('fields'))],
    paging: { cursors: { before: cursor, after: cursor } },
  })
}

const accountFields: Record<string, (options: CompleteOptions) => unknown> = {
  id: (options) => options.businessAccountId,
  name: (options) => options.verifiedName,
  currency: () => 'USD',
  timezone_id: () => '1',
  message_template_namespace: () => 'c0ffee00_0000_4000_8000_000000000001',
  account_review_status: () => 'APPROVED',
  business_verification_status: () => 'verified',
  country: () => 'IN',
}

export const getBusinessAccount: GraphHandler = ({ options }, request) =>
  graphReply(
    selectFields(
      options,
      accountFields,
      request.target.query.get('fields'),
      ['id', 'name', 'timezone_id', 'message_template_namespace'],
      'WhatsAppBusinessAccount',
    ),
  )

/** The texts of a business profile, and how long each may be. */
const profileTexts: Readonly<Record<string, number>> = {
  about: 139,
  address: 256,
  description: 512,
  email: 128,
  profile_picture_handle: 4096,
  vertical: 64,
}

export const getBusinessProfile: GraphHandler = (world, request) => {
  const asked = request.target.query.get('fields')
  const names = asked ? asked.split(',').map((name) => name.trim()) : Object.keys(world.profile)
  const known = Object.entries(world.profile).filter(([name]) => names.includes(name))
  return graphReply({ data: [{ ...Object.fromEntries(known), messaging_product: 'whatsapp' }] })
}

export const postBusinessProfile: GraphHandler = async (world, request) => {
  const params = await request.params()
  if (params.messaging_product === undefined) throw requiredParameter('messaging_product')
  enumParam(params.messaging_product, 'messaging_product', ['whatsapp'])
  const update: Record<string, unknown> = {}
  for (const [name, most] of Object.entries(profileTexts)) {
    const text = optionalString(params[name], name, most)
    if (text !== null) update[name] = text
  }
  if (Array.isArray(params.websites)) {
    update.websites = params.websites.slice(0, 2).map((site, index) => optionalString(site, at('websites', index), 256))
  }
  world.profile = { ...world.profile, ...update }
  return graphReply({ success: true })
}
