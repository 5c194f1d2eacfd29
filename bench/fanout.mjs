// How fast one event reaches 1,000 subscribers, beside what the same libraries do as documented and beside bare `ws`, in
// turns in one run: `npm run bench:fanout [-- SUBSCRIBERS EVENTS ROUNDS]`. Only the ratios carry over to other machines.
import { build } from '../scripts/build.mjs'
import { bundle } from '../scripts/bundle.mjs'
import { answer, ask, end, run } from './fanout/children.mjs'

const [subscribers = 1000, events = 100, rounds = 3] = process.argv.slice(2).map(Number)
build()
await bundle({ kaanha: 'bench/fanout/kaanha.mjs' }, 'dist/bench')

const kinds = [
  { name: 'Yoga + graphql-ws', server: 'yoga', deaf: 0 },
  { name: 'raw ws', server: 'raw', deaf: 0 },
  { name: 'Kaanha Graph', server: 'kaanha', deaf: 0 },
  { name: 'Kaanha Graph, one never reads', server: 'kaanha', deaf: 1 },
]
const runs = new Map(kinds.map(({ name }) => [name, []]))
for (let round = 0; round < rounds; round++) {
  for (const kind of kinds) runs.get(kind.name).push(...(await measure(kind)))
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]
const figures = new Map()
console.log(`${subscribers} subscribers, ${events} events at a time, ${rounds} rounds of 3, medians`)
for (const [name, all] of runs) {
  const of = (field) => median(all.map((run) => run[field]))
  figures.set(name, { perSecond: of('perSecond'), cpuUs: of('cpuUs') })
  console.log(
    `${name.padEnd(30)} ${Math.round(of('perSecond')).toString().padStart(7)} deliveries/s ${of('cpuUs').toFixed(1).padStart(6)} us CPU each ${Math.round(of('rssMb'))} MB`,
  )
}
const ratio = (a, b, field) => figures.get(a)[field] / figures.get(b)[field]
const show = (what, value) => console.log(`${what}: ${value.toFixed(2)}x`)
show('against Yoga + graphql-ws, deliveries/s', ratio('Kaanha Graph', 'Yoga + graphql-ws', 'perSecond'))
show('against Yoga + graphql-ws, CPU saved', ratio('Yoga + graphql-ws', 'Kaanha Graph', 'cpuUs'))
show('against raw ws, deliveries/s', ratio('Kaanha Graph', 'raw ws', 'perSecond'))
show('time with one that never reads', ratio('Kaanha Graph', 'Kaanha Graph, one never reads', 'perSecond'))
process.send?.({ name: 'fanout', figures: Object.fromEntries(figures) })

async function measure({ server: kind, deaf }) {
  const server = run('servers', [kind])
  const { url, key } = await answer(server)
  const clients = run('clients', [url, key, String(subscribers - deaf), String(deaf)])
  await answer(clients)
  const results = []
  for (let run = 0; run < 4; run++) {
    await ask(clients, { expect: events })
    const before = await ask(server, { usage: true })
    const startMs = performance.now()
    server.send({ events })
    await answer(clients)
    const seconds = (performance.now() - startMs) / 1000
    const after = await ask(server, { usage: true })
    const deliveries = events * (subscribers - deaf)
    const cpuUs = ((after.cpuMs - before.cpuMs) * 1000) / deliveries
    if (run > 0) results.push({ perSecond: deliveries / seconds, cpuUs, rssMb: after.rssMb })
  }
  await end(clients, server)
  return results
}
