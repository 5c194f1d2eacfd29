import type { Member } from '../generated/prisma/client.js'

/** Definitions: docs/analytics.md. A rate is null where there is nothing that it could be a part of. */
export type MessageCounts = { sent: number; delivered: number; read: number; failed: number; received: number }

/** In seconds; null where there was none. */
export type Durations = { count: number; meanSeconds: number | null; medianSeconds: number | null }

export type ConversationFigures = { conversations: number; answered: number; firstResponse: Durations }

export type MemberFigures = ConversationFigures & {
  memberId: string
  /** Null where they have been deleted since. */
  member: Member | null
  resolution: Durations
}

export type Period = { from: Date; to: Date; timeZone: string }

export type Analytics = Period &
  MessageCounts &
  ConversationFigures & {
    resolution: Durations
    byDay: (MessageCounts & { date: string })[]
    byHour: (MessageCounts & { hour: number })[]
    byMember: MemberFigures[]
  }
