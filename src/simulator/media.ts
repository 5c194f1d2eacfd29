import { createHmac } from 'node:crypto'
import { GraphError, invalidParameter, requiredParameter, unknownObject } from './errors.js'
import type { GraphHandler } from './graph.js'
import { graphReply, type Reply } from './http.js'
import { type Media, mediaKindOf, mediaKinds } from './media-store.js'
import { readUpload } from './multipart.js'
import { enumParam } from './params.js'
import type { World } from './world.js'

/** How long the url of a file holds before it answers 404 (section 1). */
const urlLifeMs = 5 * 60_000

/** Where the bytes are: on our own host, at the path that Meta's file host uses. */
export const bytesPath = ['whatsapp_business', 'attachments'] as const

const allTypes = Object.values(mediaKinds).flatMap(({ types }) => types)

/** `POST /{phone-number-id}/media`: the content type of the file part decides what it is. */
export const uploadMedia: GraphHandler = async (world, request) => {
  const upload = await readUpload(request.raw, mediaKinds.document.maxBytes)
  const product = upload.fields.messaging_product ?? request.target.query.get('messaging_product') ?? undefined
  if (product === undefined) throw requiredParameter('messaging_product')
  enumParam(product, 'messaging_product', ['whatsapp'])
  if (!upload.file) throw requiredParameter('file')
  const { mimeType, bytes } = upload.file
  const kind = mediaKindOf(mimeType)
  if (!kind) {
    throw invalidParameter(
      `Param file must be a file with one of the following types: ${allTypes.join(', ')}. Received file of type '${mimeType.slice(0, 100)}'.`,
    )
  }
  if (bytes.length === 0) throw invalidParameter('Param file must not be empty.')
  if (bytes.length > mediaKinds[kind].maxBytes) {
    throw new GraphError({
      code: 131053,
      details: `Media file size is too big. Max size for ${kind}: ${mediaKinds[kind].maxBytes} bytes, received: ${bytes.length}`,
    })
  }
  return graphReply({ id: world.media.add(mimeType, bytes).id })
}

/** `GET /{media-id}`. A phone number id may be given for our own uploads and must not be for a customer's media. */
export const getMedia =
  (media: Media): GraphHandler =>
  (world, request) => {
    checkOwner(world, media, 'get', request.target.query.get('phone_number_id'))
    const ext = String(Math.ceil((world.clock.nowMs() + urlLifeMs) / 1000))
    const url = `${request.baseUrl}/${bytesPath.join('/')}/?mid=${media.id}&ext=${ext}&hash=${urlHash(world, media.id, ext)}`
    return graphReply({
      url,
      mime_type: media.mimeType,
      sha256: media.sha256.toString('hex'),
      file_size: media.bytes.length,
      id: media.id,
      messaging_product: 'whatsapp',
    })
  }

export const deleteMedia =
  (media: Media): GraphHandler =>
  (world, request) => {
    checkOwner(world, media, 'delete', request.target.query.get('phone_number_id'))
    world.media.delete(media.id)
    return graphReply({ success: true })
  }

function checkOwner(world: World, media: Media, method: string, phoneNumberId: string | null): void {
  if (phoneNumberId === null) return
  if (media.inbound || phoneNumberId !== world.options.phoneNumberId) throw unknownObject(method, media.id)
}

/** The bytes behind a url of `getMedia`; 404 once it has expired or where it was made up. */
export function mediaBytes(world: World, query: URLSearchParams): Reply {
  const id = query.get('mid') ?? ''
  const ext = query.get('ext') ?? ''
  const media = world.media.find(id)
  const valid = query.get('hash') === urlHash(world, id, ext) && Number(ext) * 1000 > world.clock.nowMs()
  if (!media || !valid) throw new GraphError({ code: 100, status: 404, message: 'URL signature expired' })
  return { status: 200, contentType: media.mimeType, body: media.bytes }
}

const urlHash = (world: World, id: string, ext: string) =>
  createHmac('sha256', world.options.appSecret).update(`${id}:${ext}`).digest('base64url')
