import { rate, readAnalytics } from '../../analytics/analytics.js'
import type { Analytics, Durations, MemberFigures, MessageCounts } from '../../analytics/figures.js'
import { builder } from '../builder.js'
import { MemberNode } from './member.js'

/** What it costs the database, in the measure of a document's cost. */
const analyticsCost = 5000

const DurationsType = builder.objectRef<Durations>('Durations').implement({
  description: 'How long something took.',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'How often it happened.' }),
    meanSeconds: t.exposeFloat('meanSeconds', {
      nullable: true,
      description: 'The mean; null where it never happened.',
    }),
    medianSeconds: t.exposeFloat('medianSeconds', {
      nullable: true,
      description: 'The median; null where it never happened.',
    }),
  }),
})

const countTexts: Record<keyof MessageCounts, string> = {
  sent: 'Messages of ours that WhatsApp accepted.',
  delivered: 'Those of them that reached the phone, read ones included.',
  read: 'Those of them that were read.',
  failed: 'Messages of ours that were given up.',
  received: 'Messages of customers.',
}

const DayType = builder.objectRef<MessageCounts & { date: string }>('AnalyticsDay').implement({
  description: 'The messages of one day.',
  fields: (t) => ({
    date: t.exposeString('date', { description: 'The date, as 2026-11-29.' }),
    sent: t.exposeInt('sent', { description: countTexts.sent }),
    delivered: t.exposeInt('delivered', { description: countTexts.delivered }),
    read: t.exposeInt('read', { description: countTexts.read }),
    failed: t.exposeInt('failed', { description: countTexts.failed }),
    received: t.exposeInt('received', { description: countTexts.received }),
  }),
})

const HourType = builder.objectRef<MessageCounts & { hour: number }>('AnalyticsHour').implement({
  description: 'The messages of one hour of the day, of all days together.',
  fields: (t) => ({
    hour: t.exposeInt('hour', { description: 'From 0 to 23.' }),
    sent: t.exposeInt('sent', { description: countTexts.sent }),
    delivered: t.exposeInt('delivered', { description: countTexts.delivered }),
    read: t.exposeInt('read', { description: countTexts.read }),
    failed: t.exposeInt('failed', { description: countTexts.failed }),
    received: t.exposeInt('received', { description: countTexts.received }),
  }),
})

const conversationTexts = {
  conversations: 'Conversations in which the customer wrote.',
  answered: 'Those of them in which we wrote after the first of those messages.',
  responseRate: 'answered / conversations; null where there are none.',
  firstResponse: "From the customer's first message of the period to our first one after it.",
}

const MemberType = builder.objectRef<MemberFigures>('MemberAnalytics').implement({
  description: 'What was done by one member.',
  fields: (t) => ({
    memberId: t.exposeID('memberId', { description: 'The member.' }),
    member: t.expose('member', {
      type: MemberNode,
      nullable: true,
      description: 'The member; null where they have been deleted since.',
    }),
    conversations: t.exposeInt('conversations', {
      description: 'Conversations assigned to them now in which the customer wrote.',
    }),
    answered: t.exposeInt('answered', { description: conversationTexts.answered }),
    responseRate: t.float({
      nullable: true,
      description: conversationTexts.responseRate,
      resolve: (row) => rate(row.answered, row.conversations),
    }),
    firstResponse: t.expose('firstResponse', { type: DurationsType, description: conversationTexts.firstResponse }),
    resolution: t.expose('resolution', {
      type: DurationsType,
      description:
        'From the beginning, or the last reopening, to the resolution, of conversations that were theirs then.',
    }),
  }),
})

const AnalyticsType = builder.objectRef<Analytics>('Analytics').implement({
  description: 'What happened in a period. Reactions and notices of WhatsApp count nowhere.',
  fields: (t) => ({
    from: t.expose('from', { type: 'DateTime', description: 'The beginning, which is in it.' }),
    to: t.expose('to', { type: 'DateTime', description: 'The end, which is not.' }),
    timeZone: t.exposeString('timeZone', { description: 'Whose clocks made the days and hours.' }),
    sent: t.exposeInt('sent', { description: countTexts.sent }),
    delivered: t.exposeInt('delivered', { description: countTexts.delivered }),
    read: t.exposeInt('read', { description: countTexts.read }),
    failed: t.exposeInt('failed', { description: countTexts.failed }),
    received: t.exposeInt('received', { description: countTexts.received }),
    deliveryRate: t.float({
      nullable: true,
      description: 'delivered / sent; null where nothing was sent.',
      resolve: (row) => rate(row.delivered, row.sent),
    }),
    readRate: t.float({
      nullable: true,
      description: 'read / delivered; null where nothing was delivered.',
      resolve: (row) => rate(row.read, row.delivered),
    }),
    conversations: t.exposeInt('conversations', { description: conversationTexts.conversations }),
    answered: t.exposeInt('answered', { description: conversationTexts.answered }),
    responseRate: t.float({
      nullable: true,
      description: conversationTexts.responseRate,
      resolve: (row) => rate(row.answered, row.conversations),
    }),
    firstResponse: t.expose('firstResponse', { type: DurationsType, description: conversationTexts.firstResponse }),
    resolution: t.expose('resolution', {
      type: DurationsType,
      description: 'From the beginning, or the last reopening, of a conversation to its resolution in the period.',
    }),
    byDay: t.expose('byDay', { type: [DayType], description: 'Every day that the period touches, in order.' }),
    byHour: t.expose('byHour', { type: [HourType], description: 'The 24 hours of the day, in order.' }),
    byMember: t.expose('byMember', { type: [MemberType], description: 'Every member who had anything in it.' }),
  }),
})

builder.queryField('analytics', (t) =>
  t.field({
    type: AnalyticsType,
    description: 'What happened in a period of at most 366 days; the last 30 days by default.',
    args: {
      from: t.arg({ type: 'DateTime', description: 'The beginning; absent: 30 days before the end.' }),
      to: t.arg({ type: 'DateTime', description: 'The end; absent: now.' }),
      timeZone: t.arg.string({
        defaultValue: 'UTC',
        description: 'Whose clocks make the days and hours, such as Asia/Kolkata.',
      }),
    },
    authScopes: { scope: 'analytics:read' },
    complexity: { field: analyticsCost, multiplier: 1 },
    resolve: (_root, input, ctx) => readAnalytics(ctx, input),
  }),
)
