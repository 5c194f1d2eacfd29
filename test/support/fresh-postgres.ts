import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { onTestFinished } from 'vitest'

/** Where a real PostgreSQL answers whose user may create databases; suites that need one are skipped without. */
export const testDatabaseUrl: string | null = process.env.TEST_DATABASE_URL ?? null

/** The URL of an empty database on that server, which is dropped after the test. */
export async function freshPostgres(): Promise<string> {
  if (testDatabaseUrl === null) throw new Error('TEST_DATABASE_URL is not set')
  const name = `kaanha_test_${randomBytes(8).toString('hex')}`
  await administer(testDatabaseUrl, `CREATE DATABASE ${name}`)
  onTestFinished(() => administer(testDatabaseUrl ?? '', `DROP DATABASE ${name} WITH (FORCE)`))
  const url = new URL(testDatabaseUrl)
  url.pathname = `/${name}`
  return url.href
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
