// A broadcast's recipients as a file, in and out: `npm run bench:messaging -- csv`. `BENCH_ROWS` is how many, 100,000 else.
// Memory is the server's own, at its highest while the file is read or written.
import { readFileSync, writeFileSync } from 'node:fs'

const count = Number(process.env.BENCH_ROWS ?? 100_000)
const dayMs = 86_400_000

export async function benchCsv({ origin, headers, graph, seed, pid }) {
  const phones = await seed(count)
  const idleMb = highestMb(pid)
  const places = new Set()
  const imported = await timed(pid, async () => {
    const query = '{ broadcasts(first: 1) { edges { node { id status statusReason csvRows } } } }'
    let refused = null
    // Its answer comes when the file has been read, or after 20 s: how far it is, is seen from beside.
    const created = create(origin, headers, phones).catch((error) => {
      refused = error
    })
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      if (refused) throw refused
      const [edge] = (await graph(query)).broadcasts.edges
      if (!edge) continue
      const { id, status, csvRows } = edge.node
      if (status === 'DRAFT') places.add(csvRows ?? 0)
      else if (status === 'SCHEDULED' && csvRows === count) return created.then(() => id)
      else throw new Error(`the import ended as ${JSON.stringify(edge.node)}`)
    }
  })
  say(`${count} rows imported`, imported, idleMb)
  console.log(`  ${places.size} different states of it were seen on the way, four looks a second`)

  const exported = await timed(pid, async () => {
    const answer = await fetch(`${origin}/api/broadcasts/${imported.result}/recipients.csv`, { headers })
    let [lines, bytes] = [0, 0]
    for await (const chunk of answer.body) {
      bytes += chunk.length
      for (const byte of chunk) if (byte === 10) lines++
    }
    if (lines !== count + 1) throw new Error(`the ledger has ${lines} lines`)
    return bytes
  })
  say(`a ledger of ${count} exported, ${(exported.result / 1e6).toFixed(1)} MB`, exported, idleMb)
}

/** @throws what the server says where it makes none. */
async function create(origin, { authorization }, phones) {
  const file = ['phone,name', ...phones.map((phone, n) => `${phone},Bench ${n}`)]
  const query = 'mutation ($input: CreateBroadcastInput!) { createBroadcast(input: $input) { broadcast { id } } }'
  const input = {
    name: 'A file',
    template: { name: 'hello_world', language: 'en_US' },
    audience: { csv: null },
    scheduledAt: new Date(Date.now() + dayMs).toISOString(),
  }
  const form = new FormData()
  form.set('operations', JSON.stringify({ query, variables: { input } }))
  form.set('map', JSON.stringify({ 0: ['variables.input.audience.csv'] }))
  form.set('0', new Blob([file.join('\n')], { type: 'text/csv' }), 'people.csv')
  const answer = await fetch(`${origin}/graphql`, { method: 'POST', headers: { authorization }, body: form })
  const { errors } = await answer.json()
  if (errors) throw new Error(JSON.stringify(errors))
}

async function timed(pid, work) {
  // From now on the highest is counted anew (Linux).
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
  const from = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - from) / 1000, mb: highestMb(pid) }
}

const highestMb = (pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

function say(what, { seconds, mb }, idleMb) {
  process.send?.({ name: what, figures: { seconds, mb, idleMb } })
  console.log(
    `${what.padEnd(46)} ${seconds.toFixed(1)} s  highest memory ${mb.toFixed(0)} MB, ${idleMb.toFixed(0)} MB before`,
  )
}
