// What many idle subscribers cost one server, and how long one event takes to reach all of them:
// `npm run bench:idle [-- SUBSCRIBERS]`. Needs two open files for each (`ulimit -n`).
import { build } from '../scripts/build.mjs'
import { answer, ask, end, run } from './fanout/children.mjs'

const subscribers = Number(process.argv[2] ?? 10_000)
build()

const server = run('servers', ['kaanha'])
const { url, key } = await answer(server)
const empty = await ask(server, { usage: true })
const clients = run('clients', [url, key, String(subscribers), '0'])
await answer(clients)
const full = await ask(server, { usage: true })
const perThousand = ((full.rssMb - empty.rssMb) / subscribers) * 1000
console.log(
  `${subscribers} idle subscribers: ${Math.round(full.rssMb - empty.rssMb)} MB, ${perThousand.toFixed(1)} MB per 1,000`,
)
for (let event = 1; event <= 3; event++) {
  await ask(clients, { expect: 1 })
  const startMs = performance.now()
  const all = answer(clients)
  server.send({ events: 1 })
  await all
  console.log(`event ${event}: all ${subscribers} reached in ${Math.round(performance.now() - startMs)} ms`)
}
await end(clients, server)
