// Webhooks out, of which one endpoint of ten hangs: `npm run bench:messaging -- webhooks-out`. The same deliveries again
// and again (redelivery), so that nothing is timed but delivering: with all ten well, and with the tenth never answering.
import { once } from 'node:events'
import { createServer } from 'node:http'

const well = 9
/** The tenth of each round: one that has hung is failing afterwards, and posted to more and more rarely. */
const tenths = [9, 10, 11]
const endpoints = well + tenths.length

/** `say` takes a name and figures. `write` makes one message of a customer's, an event each. */
export async function webhooksOut({ origin, headers, say, write, messages, closing }) {
  const receiver = await startReceiver(closing)
  const graph = async (query, variables) => {
    const answer = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await answer.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return data
  }
  const since = new Date().toISOString()
  const ids = []
  for (let n = 0; n < endpoints; n++) {
    const input = { name: `Bench ${n}`, url: `${receiver.url}/${n}`, events: ['message.received'] }
    const create = 'mutation ($input: CreateWebhookInput!) { createWebhook(input: $input) { webhook { id } } }'
    ids.push((await graph(create, { input })).createWebhook.webhook.id)
  }
  // A message more, the test event of each, is delivered with them.
  const each = messages + 1
  await write()
  await receiver.until(each, [0, endpoints])

  const redeliver = (id) =>
    graph('mutation ($input: RedeliverWebhookInput!) { redeliverWebhook(input: $input) { count } }', {
      input: { webhookId: id, since },
    })
  async function round(tenth, hangs) {
    receiver.begin(hangs ? tenth : null)
    if (hangs) {
      await redeliver(ids[tenth])
      await receiver.hung()
    }
    const from = performance.now()
    await Promise.all(ids.filter((_, n) => n < well || (n === tenth && !hangs)).map(redeliver))
    await receiver.until(each, [0, well])
    const seconds = (performance.now() - from) / 1000
    if (!hangs) await receiver.until(each, [tenth, tenth + 1])
    return seconds
  }
  await round(tenths[0], false)
  const seconds = { well: [], hanging: [] }
  for (const tenth of tenths) seconds.well.push(await round(tenth, false))
  for (const tenth of tenths) seconds.hanging.push(await round(tenth, true))
  const figures = (took) => ({ 'nine take s': took.map(short), 'per second': perSecond(well * each, took) })
  const ratio = (median(seconds.hanging) / median(seconds.well)).toFixed(2)
  say('webhooks out, ten endpoints, all well', figures(seconds.well))
  say('webhooks out, the tenth hangs', { ...figures(seconds.hanging), ratio })
}

const short = (seconds) => seconds.toFixed(1)
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const perSecond = (count, seconds) => Math.round(count / median(seconds))

/** Counts what each path gets. */
async function startReceiver(closing) {
  let counts = Array.from({ length: endpoints }, () => 0)
  let hanging = null
  let held = 0
  let look = () => undefined
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      const n = Number(req.url.slice(1))
      if (n === hanging) held++
      else {
        res.writeHead(200).end()
        counts[n]++
      }
      look()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const when = (condition) =>
    new Promise((resolve) => {
      look = () => condition() && resolve()
      look()
    })
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    begin(tenth) {
      counts = counts.map(() => 0)
      hanging = tenth
      held = 0
    },
    until: (count, [from, to]) => when(() => counts.slice(from, to).every((had) => had >= count)),
    hung: () => when(() => held > 0),
  }
}
