// Broadcasts by their pace, as the simulator sees it: `npm run bench:messaging -- broadcast`, or with the rates to be
// held, such as `-- broadcast 80 1000`; `BENCH_SECONDS` is how long each is watched, `BENCH_STATUSES=off` leaves the
// statuses out, `BENCH_BATCH=100` has up to so many of them posted together.

const seconds = Number(process.env.BENCH_SECONDS ?? 60)
const statuses = process.env.BENCH_STATUSES !== 'off'
const together = Number(process.env.BENCH_BATCH ?? 1)
const rates = process.argv.map(Number).filter((rate) => rate > 0)

/** How long after its first message a broadcast is watched, so that its start is not measured. */
const warmUpMs = 2000

export async function benchBroadcasts({ graph, cpu, seed, tag, simulator }) {
  const wanted = rates.length > 0 ? rates : [80, 1000]
  const sizes = wanted.map((rate) => rate * (seconds + 5))
  await seed(sizes.reduce((sum, size) => sum + size, 0))
  await fetch(`${simulator}/_simulator/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ autoStatuses: statuses, webhooks: { batch: together } }),
  })
  let skip = 0
  for (const [n, rate] of wanted.entries()) {
    await tag(`bench-${rate}`, skip, sizes[n])
    skip += sizes[n]
    await benchOne({ graph, cpu, simulator, rate, size: sizes[n] })
  }
}

async function benchOne({ graph, cpu, simulator, rate, size }) {
  const accepted = follow(simulator)
  await accepted.look()
  accepted.forget()
  const create = 'mutation ($input: CreateBroadcastInput!) { createBroadcast(input: $input) { broadcast { id } } }'
  const template = { name: 'hello_world', language: 'en_US' }
  const input = { name: `Bench ${rate}`, template, audience: { tags: [`bench-${rate}`] }, messagesPerSecond: rate }
  const createdMs = Date.now()
  const { id } = (await graph(create, { input })).createBroadcast.broadcast
  let cpuAtStart = cpu()
  for (let first = null; ; ) {
    await accepted.look()
    if (first === null && accepted.times.length > 0) {
      first = accepted.times[0]
      cpuAtStart = cpu()
    }
    if (first !== null && Date.now() > first + warmUpMs + seconds * 1000 + 500) break
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  const from = accepted.times[0] + warmUpMs
  const each = Array(seconds).fill(0)
  for (const at of accepted.times) {
    const second = Math.floor((at - from) / 1000)
    if (second >= 0 && second < seconds) each[second]++
  }
  const total = each.reduce((sum, count) => sum + count, 0)
  const held = total / seconds
  const off = ((held - rate) / rate) * 100
  process.send?.({ name: `broadcast at ${rate} a second`, figures: { held, offPercent: off, seconds } })
  console.log(
    `broadcast at ${rate} a second, ${statuses ? 'three statuses each' : 'no statuses'}`.padEnd(46),
    `${held.toFixed(1)} a second over ${seconds} s (${off > 0 ? '+' : ''}${off.toFixed(2)} %)`,
    ` slowest second ${Math.min(...each)}  fastest ${Math.max(...each)}`,
    ` ${size} recipients resolved after ${((accepted.times[0] - createdMs) / 1000).toFixed(1)} s`,
    ` server CPU ms each ${((cpu() - cpuAtStart) / accepted.times.length).toFixed(2)}`,
  )
  const cancel = 'mutation ($id: ID!) { cancelBroadcast(input: { id: $id }) { broadcast { status } } }'
  await graph(cancel, { id }).catch(() => undefined)
  await new Promise((resolve) => setTimeout(resolve, 3000))
}

/** When WhatsApp accepted each message. */
function follow(simulator) {
  let last = 0
  const times = []
  return {
    times,
    forget: () => void times.splice(0),
    async look() {
      const answer = await fetch(`${simulator}/_simulator/messages?after=${last}`)
      for (const { seq, acceptedAt } of (await answer.json()).data) {
        times.push(new Date(acceptedAt).getTime())
        last = seq
      }
    },
  }
}
