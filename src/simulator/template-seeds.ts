import type { JsonObject } from './json.js'
import type { Template } from './template-store.js'

/**
 * The templates an account starts with. `hello_world` and `order_update` are promised by contract.md (section 10); the
 * rest shows each kind a client meets: several languages of one name, media headers, buttons, named parameters, and the
 * statuses that refuse a send. They are more than one page of Meta's list.
 */
type Seed = Pick<Template, 'name' | 'language' | 'category' | 'components'> &
  Partial<Pick<Template, 'status' | 'parameterFormat' | 'rejectedReason' | 'qualityScore'>>

const body = (text: string, ...examples: string[]): JsonObject => ({
  type: 'BODY',
  text,
  ...(examples.length > 0 ? { example: { body_text: [examples] } } : {}),
})

const namedBody = (text: string, examples: Record<string, string>): JsonObject => ({
  type: 'BODY',
  text,
  example: {
    body_text_named_params: Object.entries(examples).map(([name, example]) => ({ param_name: name, example })),
  },
})

const textHeader = (text: string, ...examples: string[]): JsonObject => ({
  type: 'HEADER',
  format: 'TEXT',
  text,
  ...(examples.length > 0 ? { example: { header_text: examples } } : {}),
})

const mediaHeader = (format: 'IMAGE' | 'VIDEO' | 'DOCUMENT'): JsonObject => ({
  type: 'HEADER',
  format,
  example: { header_handle: ['https://scontent.whatsapp.net/example'] },
})

const locationHeader: JsonObject = { type: 'HEADER', format: 'LOCATION' }
const footer = (text: string): JsonObject => ({ type: 'FOOTER', text })
const buttons = (...list: JsonObject[]): JsonObject => ({ type: 'BUTTONS', buttons: list })
const quickReply = (text: string): JsonObject => ({ type: 'QUICK_REPLY', text })
const urlButton = (text: string, url: string, example?: string): JsonObject => ({
  type: 'URL',
  text,
  url,
  ...(example === undefined ? {} : { example: [example] }),
})

const seeds: readonly Seed[] = [
  {
    name: 'hello_world',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      textHeader('Hello World'),
      body('Welcome! This message shows that your number can send templates.'),
      footer('WhatsApp Business Platform sample message'),
    ],
  },
  {
    name: 'order_update',
    language: 'en',
    category: 'UTILITY',
    components: [body('Hi {{1}}, your order {{2}} is on its way.', 'Asha', 'A-1042')],
  },
  {
    name: 'appointment_reminder',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      body('Hello {{1}}, see you on {{2}} at {{3}}.', 'Asha', 'Monday', '10:30'),
      footer('Reply to reschedule'),
    ],
  },
  {
    name: 'appointment_reminder',
    language: 'hi',
    category: 'UTILITY',
    components: [body('नमस्ते {{1}}, {{2}} को {{3}} बजे मिलते हैं।', 'आशा', 'सोमवार', '10:30')],
  },
  {
    name: 'appointment_reminder',
    language: 'es',
    category: 'UTILITY',
    components: [body('Hola {{1}}, nos vemos el {{2}} a las {{3}}.', 'Asha', 'lunes', '10:30')],
  },
  {
    name: 'appointment_reminder',
    language: 'pt_BR',
    category: 'UTILITY',
    components: [body('Olá {{1}}, até {{2}} às {{3}}.', 'Asha', 'segunda-feira', '10:30')],
  },
  {
    name: 'welcome_offer',
    language: 'en',
    category: 'MARKETING',
    components: [
      mediaHeader('IMAGE'),
      body('Welcome, {{1}}! Here is 10% off your first order.', 'Asha'),
      footer('Reply STOP to opt out'),
      buttons(urlButton('Shop now', 'https://shop.example.com/welcome')),
    ],
  },
  {
    name: 'seasonal_sale',
    language: 'en_US',
    category: 'MARKETING',
    components: [
      textHeader('Our {{1}} is on!', 'Summer Sale'),
      body('Shop until {{1}} and use code {{2}} to save {{3}}.', 'the end of August', '25OFF', '25%'),
      buttons(quickReply('Tell me more'), quickReply('Stop promotions')),
    ],
  },
  {
    name: 'seasonal_sale',
    language: 'hi',
    category: 'MARKETING',
    components: [
      textHeader('हमारी {{1}} शुरू!', 'समर सेल'),
      body('{{1}} तक {{2}} कोड से {{3}} बचाइए।', 'अगस्त', '25OFF', '25%'),
      buttons(quickReply('और जानें'), quickReply('प्रचार बंद करें')),
    ],
  },
  {
    name: 'product_video',
    language: 'en',
    category: 'MARKETING',
    components: [mediaHeader('VIDEO'), body('See the new {{1}} in action.', 'kettle')],
  },
  {
    name: 'invoice_ready',
    language: 'en',
    category: 'UTILITY',
    components: [mediaHeader('DOCUMENT'), body('Hi {{1}}, invoice {{2}} is attached.', 'Asha', 'INV-7')],
  },
  {
    name: 'store_location',
    language: 'en',
    category: 'UTILITY',
    components: [locationHeader, body('Your order waits at our {{1}} store.', 'Indiranagar')],
  },
  {
    name: 'delivery_feedback',
    language: 'en',
    category: 'UTILITY',
    components: [
      body('Was your delivery {{1}} all right?', 'A-1042'),
      buttons(quickReply('Yes'), quickReply('No'), quickReply('Not received')),
    ],
  },
  {
    name: 'track_package',
    language: 'en_US',
    category: 'UTILITY',
    components: [
      body('Your package {{1}} has left our warehouse.', 'P-88'),
      buttons(
        quickReply('Thanks'),
        urlButton('Track', 'https://shop.example.com/track/{{1}}', 'https://shop.example.com/track/P-88'),
      ),
    ],
  },
  {
    name: 'login_code',
    language: 'en_US',
    category: 'AUTHENTICATION',
    components: [
      {
        type: 'BODY',
        text: '*{{1}}* is your verification code. For your security, do not share this code.',
        add_security_recommendation: true,
        example: { body_text: [['123456']] },
      },
      { type: 'FOOTER', text: 'This code expires in 10 minutes.', code_expiration_minutes: 10 },
      buttons(
        urlButton(
          'Copy code',
          'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}',
          'https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp123456',
        ),
      ),
    ],
  },
  {
    name: 'discount_coupon',
    language: 'en',
    category: 'MARKETING',
    components: [
      body('A gift for you, {{1}}: {{2}} off with this code.', 'Asha', '15%'),
      buttons({ type: 'COPY_CODE', text: 'Copy offer code', example: ['SAVE15'] }),
    ],
  },
  {
    name: 'contact_us',
    language: 'en',
    category: 'UTILITY',
    components: [
      body('We could not reach you about order {{1}}. Please call us.', 'A-1042'),
      buttons({ type: 'PHONE_NUMBER', text: 'Call us', phone_number: '+919876543210' }),
    ],
  },
  {
    name: 'feedback_form',
    language: 'en',
    category: 'UTILITY',
    components: [
      body('How did we do, {{1}}?', 'Asha'),
      buttons({
        type: 'FLOW',
        text: 'Give feedback',
        flow_id: '400000000000001',
        flow_action: 'NAVIGATE',
        navigate_screen: 'START',
      }),
    ],
  },
  {
    name: 'payment_reminder',
    language: 'en',
    category: 'UTILITY',
    parameterFormat: 'NAMED',
    components: [
      namedBody('Dear {{customer_name}}, {{amount}} is due on {{due_date}}.', {
        customer_name: 'Asha',
        amount: '₹1,200',
        due_date: '1 May',
      }),
    ],
  },
  {
    name: 'flash_sale',
    language: 'en',
    category: 'MARKETING',
    status: 'PAUSED',
    qualityScore: 'RED',
    components: [body('Only today, {{1}}: everything at half price.', 'Asha')],
  },
  {
    name: 'guaranteed_prize',
    language: 'en',
    category: 'MARKETING',
    status: 'REJECTED',
    rejectedReason: 'ABUSIVE_CONTENT',
    components: [body('You have won {{1}}! Send us your bank details.', 'a car')],
  },
  {
    name: 'old_newsletter',
    language: 'en',
    category: 'MARKETING',
    status: 'DISABLED',
    qualityScore: 'RED',
    components: [body('This month at {{1}}.', 'Acme Corp')],
  },
  {
    name: 'new_catalogue',
    language: 'en',
    category: 'MARKETING',
    status: 'PENDING',
    components: [body('Our new catalogue is here, {{1}}.', 'Asha')],
  },
  ...plainUtility(),
]

/** Utility texts without anything special, which fill the list beyond its first page. */
function plainUtility(): Seed[] {
  const texts: readonly (readonly [name: string, text: string, ...examples: string[]])[] = [
    ['payment_received', 'Thank you, {{1}}. We have received {{2}}.', 'Asha', '₹1,200'],
    ['payment_failed', 'Your payment of {{1}} did not go through.', '₹1,200'],
    ['refund_issued', 'We have refunded {{1}} to your {{2}}.', '₹1,200', 'card'],
    ['booking_confirmed', 'Your booking {{1}} is confirmed for {{2}}.', 'B-12', '1 May'],
    ['booking_cancelled', 'Your booking {{1}} has been cancelled.', 'B-12'],
    ['ticket_opened', 'We have your request. Its number is {{1}}.', 'T-5'],
    ['ticket_closed', 'Request {{1}} is resolved. Write to us if anything is left.', 'T-5'],
    ['account_created', 'Welcome, {{1}}. Your account is ready.', 'Asha'],
    ['password_changed', 'The password of your account was changed at {{1}}.', '10:30'],
    ['order_confirmed', 'We have your order {{1}}, to be delivered by {{2}}.', 'A-1042', 'Monday'],
    ['order_delivered', 'Order {{1}} has been delivered.', 'A-1042'],
    ['order_delayed', 'Order {{1}} is late. The new date is {{2}}.', 'A-1042', 'Tuesday'],
    ['pickup_ready', 'Order {{1}} is ready to be collected.', 'A-1042'],
    ['document_needed', 'Please send us your {{1}} to go on.', 'proof of address'],
    ['opening_hours', 'We are open from 9 to 18 on weekdays.'],
  ]
  return texts.map(([name, text, ...examples]) => ({
    name,
    language: 'en',
    category: 'UTILITY',
    components: [body(text, ...examples)],
  }))
}

/** Fresh copies, oldest first; their ids are the same at every start. */
export const seededTemplates = (): Template[] =>
  structuredClone(seeds).map((seed, index) => ({
    status: 'APPROVED',
    parameterFormat: 'POSITIONAL',
    rejectedReason: 'NONE',
    qualityScore: 'GREEN',
    ...seed,
    id: String(700_000_000_000_001 + index),
  }))
