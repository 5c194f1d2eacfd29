import { parseInput } from '../../core/input.js'
import type { PageArgs } from '../../database/page.js'
import { renderTemplate } from '../../templates/render.js'
import { listTemplates, syncOrganizationTemplates, type TemplateFilter } from '../../templates/templates.js'
import { componentsSchema } from '../../whatsapp/content-template.js'
import { builder, ownRow } from '../builder.js'
import { pageQuery, toConnection } from '../connections.js'
import { listCost } from '../cost.js'
import { TemplatePreview } from './template-preview.js'

export const TemplateNode = builder.prismaNode('Template', {
  id: { resolve: (row) => row.id, description: 'The template id (`tpl_...`).' },
  nullable: true,
  findUnique: ownRow,
  select: { organizationId: true, id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that a send gives.' }),
    language: t.exposeString('language', { description: 'The language that a send gives, such as en_US.' }),
    category: t.exposeString('category', { description: 'MARKETING, UTILITY or AUTHENTICATION.' }),
    status: t.exposeString('status', {
      description: 'APPROVED ones can be sent. Else PENDING, REJECTED, PAUSED, DISABLED, or another word of WhatsApp.',
    }),
    parameterFormat: t.exposeString('parameterFormat', {
      description: 'POSITIONAL: parameters in their order, for {{1}}, {{2}}. NAMED: each with its `parameter_name`.',
    }),
    components: t.expose('components', {
      type: 'JSON',
      description: 'Header, body, footer and buttons: a list, as WhatsApp describes them.',
    }),
    preview: t.field({
      type: TemplatePreview,
      description: 'What a customer would see of it, sent with these components. Sends and stores nothing.',
      args: {
        components: t.arg({ type: 'JSON', description: "The parameters, in Meta's shape, as a send has them." }),
      },
      select: { parameterFormat: true, components: true },
      resolve: (template, { components }) =>
        renderTemplate(template, parseInput(componentsSchema, components ?? [], ['components'])),
    }),
    whatsappId: t.exposeString('whatsappId', { description: "WhatsApp's id of it." }),
    businessAccountId: t.exposeString('businessAccountId', {
      description: "WhatsApp's id of the business account (WABA) it belongs to.",
    }),
    syncedAt: t.expose('syncedAt', { type: 'DateTime', description: 'As of when WhatsApp described it so.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was first seen here.' }),
  }),
})

const TemplateEdge = builder.edgeObject({
  type: TemplateNode,
  name: 'TemplateEdge',
  description: 'A template in a list.',
})

const TemplateConnection = builder.connectionObject(
  { type: TemplateNode, name: 'TemplateConnection', description: 'A page of templates.' },
  TemplateEdge,
)

builder.queryField('templates', (t) =>
  t.connection(
    {
      type: TemplateNode,
      description: 'The message templates that WhatsApp lists, as last synced; the newest first.',
      args: {
        status: t.arg.string({ description: 'Only this status, such as APPROVED, in any case.' }),
        category: t.arg.string({ description: 'Only this category, in any case.' }),
        language: t.arg.string({ description: 'Only exactly this language, such as en_US.' }),
        name: t.arg.string({ description: 'Only exactly this name, in each of its languages.' }),
        search: t.arg.string({ description: 'Any part of the name, in any case.' }),
        skip: t.arg.int({ description: 'How many rows to leave out first.' }),
      },
      authScopes: { scope: 'templates:read' },
      complexity: listCost,
      resolve: async (_root, args, ctx, info) =>
        toConnection(await listTemplates(ctx, args as TemplateFilter, args as PageArgs, pageQuery(ctx, info))),
    },
    TemplateConnection,
    TemplateEdge,
  ),
)

builder.relayMutationField(
  'syncTemplates',
  {
    description: 'Which templates to read from WhatsApp.',
    inputFields: (t) => ({
      businessAccountId: t.string({
        description: "Only those of this business account, by WhatsApp's id; absent: of all.",
      }),
    }),
  },
  {
    description:
      'Reads the templates from WhatsApp now. They are read by themselves when a number is connected, at every start, every hour, and when WhatsApp tells of a change.',
    authScopes: { scope: 'templates:write' },
    resolve: (_root, { input }, ctx) => syncOrganizationTemplates(ctx, input),
  },
  {
    description: 'What that changed.',
    outputFields: (t) => ({
      added: t.exposeInt('added', { description: 'How many are new.' }),
      updated: t.exposeInt('updated', { description: 'How many had changed.' }),
      removed: t.exposeInt('removed', { description: 'How many WhatsApp lists no more; they were removed here too.' }),
      total: t.exposeInt('total', { description: 'How many WhatsApp lists now.' }),
      templates: t.connection(
        {
          type: TemplateNode,
          description: 'All templates of the organization after that, the newest first.',
          args: { skip: t.arg.int({ description: 'How many rows to leave out first.' }) },
          complexity: listCost,
          resolve: async (_payload, args, ctx, info) =>
            toConnection(await listTemplates(ctx, {}, args as PageArgs, pageQuery(ctx, info))),
        },
        TemplateConnection,
        TemplateEdge,
      ),
    }),
  },
)
