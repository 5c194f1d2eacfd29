import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { loadConfig } from '../src/config.js'

/** Every variable that the configuration looks at, as it tells itself. */
function variablesRead(): string[] {
  const read = new Set<string>()
  loadConfig(new Proxy({}, { get: (_env, name) => void read.add(String(name)) }))
  return [...read].sort()
}

const example = Object.fromEntries(
  [...readFileSync('.env.example', 'utf8').matchAll(/^# ([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
    ([, name = '', value = '']) => [name, value],
  ),
)

it('.env.example has every variable that the configuration reads, and no other', () => {
  expect(Object.keys(example).sort()).toEqual(variablesRead())
})

it('.env.example says of each variable what it is where it is not set: with all of them set so, nothing changes', () => {
  expect(Object.values(example).filter((value) => value !== '').length).toBeGreaterThan(8)
  expect(loadConfig(example)).toEqual(loadConfig({}))
})

it('.env.example sets nothing by itself', () => {
  expect(readFileSync('.env.example', 'utf8')).toMatch(/^(#.*\n|\n)+$/)
})

it('the table of variables in the README has every variable that the configuration reads, and no other', () => {
  const readme = readFileSync('README.md', 'utf8')
  const table = readme.slice(readme.indexOf('| variable | default | meaning |'))
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2)
  const named = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''))
  expect(named.sort()).toEqual(variablesRead())
})
