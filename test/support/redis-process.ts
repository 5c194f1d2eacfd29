import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { freePort } from './free-port.js'
import { eventually } from './wait.js'

/** Whether this machine has a Redis to start. */
export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0

export type RedisProcess = { url: string; restart(): Promise<void>; stop(): Promise<void> }

/** A Redis of the test's own, which keeps nothing: it can be killed, and begins anew with nothing. */
export async function startRedis(): Promise<RedisProcess> {
  const port = await freePort()
  const run = async () => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const child = spawn('redis-server', args, { stdio: 'ignore' })
    await eventually(() => answers(port))
    return child
  }
  const kill = async (child: ChildProcess) => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  let running = await run()
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await kill(running)
      running = await run()
    },
    stop: () => kill(running),
  }
}

function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
