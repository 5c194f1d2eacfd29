// Webhooks out, of which one endpoint of ten hangs: `npm run bench:messaging -- webhooks-out`. The same deliveries again
// and again (redelivery), so that nothing is timed but delivering: with all ten well, and with the tenth never answering.
import { once } from 'node:events'
import { createServer } from 'node:http'

const endpoints = 10
const hanging = endpoints - 1
const rounds = 3

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
  await receiver.until(each)

  const redeliver = (id) =>
    graph('mutation ($input: RedeliverWebhookInput!) { redeliverWebhook(input: $input) { count } }', {
      input: { webhookId: id, since },
    })
  async function round(hangs) {
    receiver.begin(hangs)
    if (hangs) {
      await redeliver(ids[hanging])
      await receiver.hung()
    }
    const from = performance.now()
    await Promise.all(ids.filter((_, n) => !hangs || n !== hanging).map(redeliver))
    await receiver.until(each, hanging)
    const seconds = (performance.now() - from) / 1000
    if (!hangs) await receiver.until(each)
    return seconds
  }
  await round(false)
  const well = []
  for (let n = 0; n < rounds; n++) well.push(await round(false))
  const nine = hanging * each
  say('webhooks out, ten endpoints, all well', { 'nine take s': well.map(short), 'per second': perSecond(nine, well) })
  const one = []
  for (let n = 0; n < rounds; n++) one.push(await round(true))
  const ratio = (median(one) / median(well)).toFixed(2)
  say('webhooks out, the tenth hangs', { 'nine take s': one.map(short), 'per second': perSecond(nine, one), ratio })
}

const short = (seconds) => seconds.toFixed(1)
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
const perSecond = (count, seconds) => Math.round(count / median(seconds))

/** Counts what each path gets. */
async function startReceiver(closing) {
  let counts = Array.from({ length: endpoints }, () => 0)
  let hangs = false
  let held = 0
  let look = () => undefined
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      const n = Number(req.url.slice(1))
      if (hangs && n === hanging) held++
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
    begin(given) {
      counts = counts.map(() => 0)
      hangs = given
      held = 0
    },
    until: (count, first = endpoints) => when(() => counts.slice(0, first).every((had) => had >= count)),
    hung: () => when(() => held > 0),
  }
}
