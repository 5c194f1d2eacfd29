import type { SendableContent } from './content.js'
import { messageTypes } from './message-types.js'
import type { SendRequest } from './provider.js'

/**
 * The body of `POST /{phone-number-id}/messages` (whatsapp-cloud-api.md, section 2). A business-scoped user id goes
 * into `recipient`: in `to`, WhatsApp accepts it and drops the message without a word.
 */
export function sendPayload(request: SendRequest): Record<string, unknown> {
  const { recipient, content, replyToWamid, messageId } = request
  const wireType = messageTypes[content.type].wire
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    ...('phone' in recipient ? { to: recipient.phone } : { recipient: recipient.userId }),
    ...(replyToWamid === null ? {} : { context: { message_id: replyToWamid } }),
    biz_opaque_callback_data: messageId,
    type: wireType,
    [wireType]: contentObject(content),
  }
}

/** Fields that are undefined disappear in the JSON. */
function contentObject(content: SendableContent): unknown {
  switch (content.type) {
    case 'text':
      return { body: content.text, preview_url: content.previewUrl }
    case 'image':
    case 'video':
      return { ...content.media, caption: content.caption }
    case 'document':
      return { ...content.media, caption: content.caption, filename: content.filename }
    case 'audio':
      return { ...content.media, voice: content.voice }
    case 'sticker':
      return content.media
    case 'template':
      return { name: content.templateName, language: { code: content.language }, components: content.components }
    case 'interactive':
      return content.interactive
    case 'location':
      return {
        latitude: content.latitude,
        longitude: content.longitude,
        name: content.name,
        address: content.address,
      }
    case 'contact':
      return content.contacts
    case 'reaction':
      return { message_id: content.messageId, emoji: content.emoji }
  }
}

/** The body that marks an inbound message as read, on the same path. */
export const readReceiptPayload = (wamid: string, typing: boolean): Record<string, unknown> => ({
  messaging_product: 'whatsapp',
  status: 'read',
  message_id: wamid,
  ...(typing ? { typing_indicator: { type: 'text' } } : {}),
})
