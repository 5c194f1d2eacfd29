// Programs that are timed, as processes of their own, and what they cost (Linux: /proc).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a file with node (or the `node` that is given) until `end`, which answers when the process has gone. */
export function startProcess(file, env, { node = process.execPath, args = [], name = file } = {}) {
  const child = spawn(node, [...args, file], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4000)
  })
  return {
    pid: child.pid,
    name,
    said: () => said,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Waits until an address answers at all. */
export async function untilAnswers(url, running) {
  for (let tries = 0; tries < 600; tries++) {
    if (running?.ended()) throw new Error(`${running.name} ended:\n${running.said()}`)
    const answered = await fetch(url).then(
      (response) => response.status < 500,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} does not answer:\n${running?.said()}`)
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** User and system time of a process so far, in ms (100 ticks a second); null where there is no such process here. */
export function cpuMsOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10
  } catch {
    return null
  }
}

/** What a process holds in memory, in MB. */
export function memoryMbOf(pid) {
  const kB = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Math.round(Number(kB) / 1000)
}
