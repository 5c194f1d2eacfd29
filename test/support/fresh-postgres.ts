import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { onTestFinished } from 'vitest'

/** Where a real PostgreSQL answers whose user may create databases; suites that need one are skipped without. */
export const testDatabaseUrl: string | null = process.env.TEST_DATABASE_URL ?? null

/** An empty database on that server, and how to be rid of it. */
export async function createTestDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = testDatabaseUrl
  if (server === null) throw new Error('TEST_DATABASE_URL is not set')
  const name = `kaanha_test_${randomBytes(8).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(server, `DROP DATABASE ${name} WITH (FORCE)`) }
}

/** The URL of an empty database on that server, which is dropped after the test. */
export async function freshPostgres(): Promise<string> {
  const { url, drop } = await createTestDatabase()
  onTestFinished(drop)
  return url
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
