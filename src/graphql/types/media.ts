import { MediaStatus } from '../../generated/prisma/client.js'
import { findMedia, mediaUrl } from '../../media/media.js'
import { uploadMedia } from '../../media/upload.js'
import { builder, ownRow } from '../builder.js'
import { rowQuery, wholeRow } from '../connections.js'

export const MediaStatusEnum = builder.enumType('MediaStatus', {
  description: 'Whether the bytes of a file are here.',
  values: {
    [MediaStatus.PENDING]: { description: 'Being fetched from WhatsApp.' },
    [MediaStatus.READY]: { description: 'Here: they can be read.' },
    [MediaStatus.FAILED]: { description: 'WhatsApp did not give them, however often it was asked.' },
    [MediaStatus.EXPIRED]: { description: 'Kept no longer: MEDIA_RETENTION_DAYS of this server have passed.' },
  },
})

export const MediaNode = builder.prismaNode('Media', {
  id: { resolve: (row) => row.id, description: 'The media id (`med_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    status: t.expose('status', { type: MediaStatusEnum, description: 'Whether the bytes are here.' }),
    url: t.string({
      description: 'Where the bytes are read, with the same key.',
      resolve: (media, _args, ctx) => mediaUrl(ctx, media.id),
    }),
    mimeType: t.exposeString('mimeType', {
      description: 'The type, as the bytes themselves say; until they are here, as WhatsApp said.',
    }),
    size: t.exposeInt('size', { nullable: true, description: 'Bytes; null until they are here.' }),
    filename: t.exposeString('filename', { nullable: true, description: 'The name it was sent or uploaded with.' }),
    sha256: t.exposeString('sha256', {
      nullable: true,
      description: 'SHA-256 of the bytes, in lower-case hexadecimal; null until they are here.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was stored.' }),
  }),
})

builder.queryField('media', (t) =>
  t.field({
    type: MediaNode,
    nullable: true,
    description: 'A file sent or received; null where there is none of this id.',
    args: { id: t.arg.id({ required: true, description: 'The media id.' }) },
    authScopes: { scope: 'media:read' },
    resolve: (_root, { id }, ctx, info) => findMedia(ctx, id, rowQuery(ctx, info)),
  }),
)

builder.relayMutationField(
  'uploadMedia',
  {
    description: 'The file, and how it is called.',
    inputFields: (t) => ({
      file: t.field({
        type: 'Upload',
        required: true,
        description: 'The file, at most 16,777,216 bytes: a part of a multipart request.',
      }),
      filename: t.string({ description: "Its name; absent: the part's own." }),
    }),
  },
  {
    description: 'Takes a file, which messages may then carry by its id.',
    authScopes: { scope: 'media:write' },
    resolve: async (_root, { input }, ctx) => ({ media: await uploadMedia(ctx, input) }),
  },
  {
    description: 'The file.',
    outputFields: (t) => ({
      media: t.field({
        type: MediaNode,
        description: 'The file as it was stored.',
        resolve: (payload, _args, ctx, info) => wholeRow(ctx, info, payload.media),
      }),
    }),
  },
)
