// The benches that are programs of their own, run one after the other: fan-out, sends and webhooks, broadcasts, idle sockets.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const programs = {
  fanout: ({ quick }) => ({ file: 'fanout.mjs', args: quick ? ['300', '40', '1'] : ['1000', '100', '3'] }),
  messaging: ({ quick }) => ({
    file: 'messaging.mjs',
    args: quick ? ['webhooks'] : ['sends', 'webhooks', 'webhooks-out'],
  }),
  broadcast: ({ quick }) => ({
    file: 'messaging.mjs',
    args: ['broadcast'],
    env: { BENCH_SECONDS: quick ? '5' : '60' },
  }),
  idle: ({ quick }) => ({ file: 'idle.mjs', args: [quick ? '1000' : '10000'] }),
}

/** Answers what each has said of itself: lists of `{ name, figures }`. */
export async function runBeside(settings) {
  const said = {}
  for (const [name, program] of Object.entries(programs)) {
    if (!settings.wants(name)) continue
    const { file, args, env } = program(settings)
    console.log(`\n${name}`)
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, { env: { ...process.env, ...env } })
    said[name] = []
    child.on('message', (message) => said[name].push(message))
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`${file} failed`)
  }
  return said
}
