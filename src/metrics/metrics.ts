import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { LimitName } from '../limits/table.js'

/** The doors by what their paths begin with. Anything else is `other`, so that no caller makes labels. */
const doors = {
  '/graphql': 'graphql',
  '/api': 'rest',
  '/mcp': 'mcp',
  '/webhooks': 'webhooks',
  '/docs': 'docs',
  '/console': 'console',
} as const

export type Door = (typeof doors)[keyof typeof doors] | 'other'

export const doorOf = (path: string): Door => {
  const found = Object.entries(doors).find(([begin]) => path === begin || path.startsWith(`${begin}/`))
  return found?.[1] ?? 'other'
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/**
 * What this process counts of itself, for Prometheus. What is true of all servers together, such as what waits in the
 * database, is read when it is asked for (metrics/collect.ts).
 */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Histogram({
    name: 'kaanha_http_request_duration_seconds',
    help: 'Requests by door, method and status, and how long their answers took.',
    labelNames: ['door', 'method', 'status'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const refusals = new Counter({
    name: 'kaanha_limit_refusals_total',
    help: 'What a limit has refused.',
    labelNames: ['limit'] as const,
    registers,
  })
  const events = new Counter({
    name: 'kaanha_events_total',
    help: 'Events that this server has written: message.sent, message.failed and so on say how sends end.',
    labelNames: ['type'] as const,
    registers,
  })
  return {
    registry,
    /** `path` without its query. */
    request(path: string, method: string, status: number, seconds: number) {
      const door = doorOf(path)
      requests.observe({ door, method: methods.has(method) ? method : 'other', status: String(status) }, seconds)
    },
    refused: (limit: LimitName) => refusals.inc({ limit }),
    appended(types: string[]) {
      for (const type of types) events.inc({ type })
    },
    /** A value that is looked up at every scrape. */
    gauge<Label extends string>(name: string, help: string, labelNames: Label[] = []) {
      return new Gauge({ name, help, labelNames, registers })
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>
