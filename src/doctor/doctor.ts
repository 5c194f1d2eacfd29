import type { Context } from '../context.js'
import { type Report, reportOf } from './finding.js'
import { compareJournal } from './journal.js'
import { compareMedia } from './media-files.js'
import { findOverdue } from './overdue.js'
import { findDoubtful, findLocked } from './settings.js'

/** How far the comparison of the journal looks back where nobody says. */
export const defaultHours = 24

type Patient = Pick<Context, 'config' | 'database' | 'files' | 'clock'>

/** Looks at a database whose schema is ours, changes nothing in it, and says what is wrong and what to do. */
export async function examine(ctx: Patient, keyIds: string[], hours: number): Promise<Report> {
  const overdue = await findOverdue(ctx)
  const journal = await compareJournal(ctx, hours)
  const media = await compareMedia(ctx)
  const findings = [
    ...overdue,
    ...journal.findings,
    ...media.findings,
    ...(await findLocked(ctx, keyIds)),
    ...findDoubtful(ctx.config),
  ]
  const { webhooks, messages } = journal
  return reportOf(findings, { 'webhooks of the journal': webhooks, messages, files: media.files })
}
