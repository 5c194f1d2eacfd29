import { z } from 'zod'
import {
  CreatePaymentLinkDocument,
  GetAnalyticsDocument,
  PageAiAgentsDocument,
  PageQuickRepliesDocument,
} from '../../operations/generated/graphql.js'
import { idempotencyKey, pageArguments, pageInput, pageNames } from '../input.js'
import { aiAgentOutput, analyticsOutput, pageOutput, paymentLinkOutput, quickReplyOutput } from '../output.js'
import { adds, asIs, page, reads, tool } from '../tool.js'

export const getAnalytics = tool({
  name: 'get_analytics',
  title: 'Get analytics',
  description:
    'How the inbox does: messages sent, delivered, read, received; conversations answered; response and resolution times; by day, hour and member. The last 30 days by default.',
  scope: 'analytics:read',
  annotations: reads,
  input: z.strictObject({
    from: z.string().optional().describe('ISO 8601; absent: 30 days before the end.'),
    to: z.string().optional().describe('ISO 8601, not included; absent: now.'),
  }),
  output: analyticsOutput,
  operation: GetAnalyticsDocument,
  variables: asIs,
  shape: ({ analytics }) => analytics,
})

export const listAiAgents = tool({
  name: 'list_ai_agents',
  title: 'List AI agents',
  description:
    'The agents that answer customers by themselves: what each is for, when it comes in, and whether it is active.',
  scope: 'agents:read',
  annotations: reads,
  input: z.strictObject(pageInput),
  output: pageOutput(aiAgentOutput),
  operation: PageAiAgentsDocument,
  names: pageNames,
  variables: pageArguments,
  shape: ({ aiAgents }) => page(aiAgents, asIs),
})

export const listQuickReplies = tool({
  name: 'list_quick_replies',
  title: 'List quick replies',
  description: "The team's own wordings for what is asked again and again: prefer them when drafting.",
  scope: 'agents:read',
  annotations: reads,
  input: z.strictObject({
    search: z.string().optional().describe('Any part of the shortcut or the text.'),
    ...pageInput,
  }),
  output: pageOutput(quickReplyOutput),
  operation: PageQuickRepliesDocument,
  names: pageNames,
  variables: ({ search, ...rest }) => ({ search, ...pageArguments(rest) }),
  shape: ({ quickReplies }) => page(quickReplies, asIs),
})

export const createPaymentLink = tool({
  name: 'create_payment_link',
  title: 'Create a payment link',
  description: 'Make an address at which a fixed amount is paid once. Sends nothing: give the url to send_message.',
  scope: 'payments:write',
  annotations: adds({ idempotent: false, reachesOut: true }),
  input: z.strictObject({
    amount: z.union([z.string(), z.number()]).describe('In major units: "499.50".'),
    currency: z.string().describe('ISO 4217, such as INR.'),
    description: z.string().describe('What the payer sees.'),
    contactId: z.string().optional().describe('con_..., whom it is for.'),
    expiresAt: z.string().optional().describe('ISO 8601, within a year; absent: never.'),
    idempotencyKey,
  }),
  output: paymentLinkOutput,
  operation: CreatePaymentLinkDocument,
  variables: ({ amount, ...input }) => ({ input: { amount: String(amount), ...input } }),
  shape: (data) => data.createPaymentLink.paymentLink,
})
