import { builder } from './builder.js'
import './types/scalars.js'
import './types/organization.js'
import './types/viewer.js'
import './types/connection.js'
import './types/member.js'
import './types/media.js'
import './types/template.js'
import './types/contact.js'
import './types/message.js'
import './types/conversation.js'
import './types/send-message.js'
import './types/sendability.js'
import './types/events.js'
import './types/webhook.js'
import './types/webhook-delivery.js'

/** The one contract. schema.graphql is printed from it. */
export const schema = builder.toSchema()
