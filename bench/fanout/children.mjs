// The processes of bench/fanout.mjs and bench/idle.mjs, and how they are asked.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const timeoutMs = 600_000

/** Runs `servers` or `clients` as a process of its own. */
export const run = (name, args) =>
  fork(fileURLToPath(new URL(`./${name}.mjs`, import.meta.url)), args, { execArgv: ['--expose-gc'] })

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
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
