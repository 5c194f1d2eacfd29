import type { RenderedButton, RenderedHeader, RenderedTemplate } from '../../templates/render.js'
import { builder } from '../builder.js'

const Header = builder.objectRef<RenderedHeader>('TemplatePreviewHeader').implement({
  description: 'The header of a template, as the customer sees it.',
  fields: (t) => ({
    format: t.exposeString('format', { description: 'TEXT, IMAGE, VIDEO, DOCUMENT or LOCATION.' }),
    text: t.exposeString('text', { nullable: true, description: 'Of a text header; else null.' }),
    media: t.expose('media', {
      type: 'JSON',
      nullable: true,
      description: "The file or the place that fills the header, in Meta's shape; null where nothing does.",
    }),
  }),
})

const Button = builder.objectRef<RenderedButton>('TemplatePreviewButton').implement({
  description: 'A button of a template, as the customer sees it.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE, OTP, ...' }),
    text: t.exposeString('text', { nullable: true, description: 'What stands on it.' }),
    value: t.exposeString('value', {
      nullable: true,
      description: 'The address it opens, the number it calls, the code it copies or the payload it sends back.',
    }),
  }),
})

const Fault = builder.objectRef<RenderedTemplate['faults'][number]>('TemplatePreviewFault').implement({
  description: 'Something that a send with these components would be refused for.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'The field, such as components.0.parameters.' }),
    message: t.exposeString('message', { description: 'What is wrong with it.' }),
  }),
})

export const TemplatePreview = builder.objectRef<RenderedTemplate>('TemplatePreview').implement({
  description: 'A template with its parameters filled in. A place that nothing fills stays as it is written: {{1}}.',
  fields: (t) => ({
    header: t.expose('header', { type: Header, nullable: true, description: 'The header; null where it has none.' }),
    body: t.exposeString('body', {
      nullable: true,
      description: 'The text; null where WhatsApp writes it itself, as of some authentication templates.',
    }),
    footer: t.exposeString('footer', { nullable: true, description: 'The footer; null where it has none.' }),
    buttons: t.expose('buttons', { type: [Button], description: 'The buttons, in their order.' }),
    faults: t.expose('faults', {
      type: [Fault],
      description: 'What a send with these components would be refused for; empty where they fit the template.',
    }),
  }),
})
