import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadConfig } from '../src/config.js'
import { optionsFromEnvironment } from '../src/simulator/options.js'

type Service = { image: string; environment?: Record<string, string>; command?: string[] }

/** `merge`: as YAML 1.1 and compose know it. */
const compose = parse(readFileSync('compose.yaml', 'utf8'), { merge: true }) as {
  services: Record<string, Service>
}
const dockerfile = readFileSync('Dockerfile', 'utf8')

/** As compose puts a variable in that nobody has set. */
const withDefaults = (environment: Record<string, string> = {}) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace(/\$\{\w+:-([^}]*)\}/g, '$1')]),
  )

function namesRead(load: (env: Record<string, string>) => unknown): Set<string> {
  const read = new Set<string>()
  load(new Proxy({}, { get: (_env, name) => void read.add(String(name)) }))
  return read
}

it('compose.yaml starts servers whose every variable the configuration knows, and accepts', () => {
  const servers = Object.entries(compose.services).filter(([name]) => name.startsWith('server-'))
  expect(servers.map(([name]) => name)).toEqual(['server-1', 'server-2'])
  for (const [, { environment }] of servers) {
    const known = namesRead(loadConfig)
    expect(Object.keys(environment ?? {}).filter((name) => !known.has(name))).toEqual([])
    expect(loadConfig(withDefaults(environment))).toMatchObject({ simulator: null, redisUrl: 'redis://redis:6379' })
  }
})

it('the simulator in compose.yaml is given what it knows', () => {
  const { environment } = compose.services.simulator ?? {}
  const known = namesRead(optionsFromEnvironment)
  expect(Object.keys(environment ?? {}).filter((name) => !known.has(name))).toEqual([])
  expect(optionsFromEnvironment(environment ?? {})).toMatchObject({ host: '0.0.0.0' })
})

it('the variables and the files of the Dockerfile exist', () => {
  const [, variables = ''] = /^ENV (.*)$/m.exec(dockerfile) ?? []
  const env = Object.fromEntries(variables.split(' ').map((pair) => pair.split('=') as [string, string]))
  const known = namesRead(loadConfig)
  expect(Object.keys(env).filter((name) => !known.has(name))).toEqual(['NODE_ENV'])
  const copied = [...dockerfile.matchAll(/^COPY (?:--from=build \/app\/)?(\S+)/gm)].map(([, path = '']) => path)
  expect(copied.filter((path) => !existsSync(path))).toEqual([])
})
