import { findMedia, mediaUrl } from '../../media/media.js'
import { builder, ownRow } from '../builder.js'
import { rowQuery } from '../connections.js'

export const MediaNode = builder.prismaNode('Media', {
  id: { resolve: (row) => row.id, description: 'The media id (`med_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    url: t.string({
      description: 'Where the bytes are read, with the same key.',
      resolve: (media, _args, ctx) => mediaUrl(ctx, media.id),
    }),
    mimeType: t.exposeString('mimeType', { description: 'The type, as the bytes themselves say.' }),
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
