// The processes of bench/fanout.mjs and bench/idle.mjs, and how they are asked.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const timeoutMs = 600_000

/** Where our server leaves its CPU profiles, for `node bench/profile.mjs`. */
const profiles = process.env.BENCH_PROFILE

/** Runs `servers` or `clients` as a process of its own. */
export const run = (name, args) =>
  fork(fileURLToPath(new URL(`./${name}.mjs`, import.meta.url)), args, {
    execArgv: [
      '--expose-gc',
      ...(profiles && args[0] === 'kaanha' ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []),
    ],
  })

export function ask(child, message) {
  const answered = answer(child)
  child.send(message)
  return answered
}

/** The next message; fails where the child ends, or says nothing. */
export async function answer(child) {
  const over = new AbortController()
  const signal = AbortSignal.any([over.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const ended = once(child, 'exit', { signal }).then(() => Promise.reject(new Error('a process ended')))
    const [message] = await Promise.race([once(child, 'message', { signal }), ended])
    return message
  } finally {
    over.abort()
  }
}

export async function end(...children) {
  for (const child of children) {
    const exited = once(child, 'exit')
    // Only a process that ends by itself leaves its profile.
    if (profiles) child.send({ end: true })
    else child.kill('SIGKILL')
    await exited
  }
}
