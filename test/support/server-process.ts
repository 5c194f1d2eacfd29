import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.js'
import { within } from './wait.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const startTimeoutMs = 60_000
const stopTimeoutMs = 15_000

export type ServerProcess = {
  url: string
  simulatorUrl: string
  pid: number
  /** Everything it has written so far. */
  output(): string
  /** Resolves with the exit code; null where a signal ended it. */
  exited: Promise<number | null>
  /** SIGTERM, and waits for the end. */
  stop(): Promise<number | null>
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>
}

type Environment = Record<string, string>

/** Nothing of the environment of whoever runs the tests but what a process needs to run at all. */
const inherited = Object.fromEntries(
  ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
) as Environment

/** Runs a program of dist/ as its own process. */
export function runProgram(program: string, args: string[], env: Environment): ChildProcess {
  return spawn(process.execPath, ['scripts/run.mjs', program, ...args], {
    cwd: root,
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs a program to its end. */
export async function runToEnd(
  program: string,
  args: string[],
  env: Environment,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = runProgram(program, args, env)
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output.stderr += chunk
  })
  const [exitCode] = await within(startTimeoutMs, once(child, 'close'))
  return { exitCode, ...output }
}

/** The real server, as `npm start` runs it, on free ports; resolves when it says that it is ready. */
export async function runServer(env: Environment): Promise<ServerProcess> {
  const port = env.PORT ?? String(await freePort())
  const simulatorPort = env.SIMULATOR_PORT ?? String(await freePort())
  const child = runProgram('main', [], { ...env, PORT: port, SIMULATOR_PORT: simulatorPort })
  let output = ''
  child.stdout?.on('data', (chunk) => {
    output += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output += chunk
  })
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${port}`
  try {
    await within(startTimeoutMs, Promise.race([untilReady(url), exited.then(() => Promise.reject(new Error('ended')))]))
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`The server did not start (${error instanceof Error ? error.message : error}):\n${output}`)
  }
  return {
    url,
    simulatorUrl: env.WHATSAPP_API_URL ?? `http://127.0.0.1:${simulatorPort}`,
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    async stop() {
      child.kill('SIGTERM')
      return within(stopTimeoutMs, exited)
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    try {
      if ((await fetch(`${url}/readyz`)).ok) return
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
