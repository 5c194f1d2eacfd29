import type { Context } from '../context.js'
import { hoursMs } from '../core/clock.js'
import { examplesShown, type Finding } from './finding.js'

const batchSize = 500
/** Objects of a bucket that are asked for at once. */
const atOnce = 20
/** The server removes such files after two hours, and looks every six. */
const orphanAgeMs = hoursMs(9)

/** Rows whose file is gone, and files that no row needs. */
export async function compareMedia(
  ctx: Pick<Context, 'database' | 'files'>,
): Promise<{ findings: Finding[]; files: number }> {
  const { missing, files } = await findMissing(ctx)
  const orphans = await findOrphans(ctx)
  const findings: Finding[] = []
  if (missing.length > 0) {
    findings.push({
      check: 'media.missing',
      severity: 'problem',
      count: missing.length,
      what: `${missing.length} files are gone from the store though their rows say READY`,
      todo: 'Is this the right DATA_DIR or bucket? Bring the files back from a backup of it.',
      examples: missing.slice(0, examplesShown),
    })
  }
  if (orphans.length > 0) {
    findings.push({
      check: 'media.orphans',
      severity: 'note',
      count: orphans.length,
      what: `${orphans.length} files belong to no row`,
      todo: 'The server removes them by itself within hours, unless the store belongs to another database: then its log says so.',
      examples: orphans.slice(0, examplesShown),
    })
  }
  return { findings, files }
}

async function findMissing({ database, files }: Pick<Context, 'database' | 'files'>) {
  const suspects: string[] = []
  let seen = 0
  for (let after = ''; ; ) {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM "Media" WHERE status = 'READY' AND id > $1 ORDER BY id LIMIT ${batchSize}`,
      [after],
    )
    const ids = rows.map(({ id }) => id)
    seen += ids.length
    while (ids.length > 0) {
      const some = ids.splice(0, atOnce)
      const heads = await Promise.all(some.map((id) => files.read(id, 0, 1)))
      suspects.push(...some.filter((_, i) => heads[i]?.length === 0))
    }
    const last = rows.at(-1)
    if (!last || rows.length < batchSize) break
    after = last.id
  }
  // Deleted or expired while this looked: the row first, then the file.
  const still = await database.query<{ id: string }>(
    `SELECT id FROM "Media" WHERE id = ANY($1) AND status = 'READY' ORDER BY id`,
    [suspects],
  )
  return { missing: still.map(({ id }) => id), files: seen }
}

async function findOrphans({ database, files }: Pick<Context, 'database' | 'files'>): Promise<string[]> {
  const orphans: string[] = []
  for await (const ids of files.writtenBefore(new Date(Date.now() - orphanAgeMs))) {
    const rows = await database.query<{ id: string }>(
      `SELECT id FROM "Media" WHERE id = ANY($1) AND status IN ('PENDING', 'READY')`,
      [ids],
    )
    const needed = new Set(rows.map(({ id }) => id))
    orphans.push(...ids.filter((id) => !needed.has(id)))
  }
  return orphans
}
