import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { OptionsError, optionsFromEnvironment } from '../src/simulator/options.js'
import { freePort } from './support/free-port.js'
import { call } from './support/simulator.js'
import { within } from './support/wait.js'

/** The simulator compiled by itself, inside the project so that its packages are found: a worker needs JavaScript. */
let built: string

beforeAll(async () => {
  const root = process.cwd()
  await mkdir(join(root, '.cache'), { recursive: true })
  built = await mkdtemp(join(root, '.cache', 'simulator-'))
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(root, 'src'),
      outDir: join(built, 'out'),
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: [join(root, 'src/simulator')],
  }
  await writeFile(join(built, 'tsconfig.json'), JSON.stringify(config))
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json')
  const tsc = join(manifest, '..', 'bin', 'tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', join(built, 'tsconfig.json')])
})
afterAll(() => rm(built, { recursive: true, force: true }))

const compiled = (name: string) => join(built, 'out', 'simulator', name)

describe('options', () => {
  test('nothing set is every default, and an empty variable counts as nothing', () => {
    expect(Object.values(optionsFromEnvironment({ SIMULATOR_PORT: '' })).every((value) => value === undefined)).toBe(
      true,
    )
  })

  test('what is set is taken', () => {
    const env = {
      SIMULATOR_PORT: '4100',
      SIMULATOR_CALLBACK_URL: 'http://127.0.0.1:4000/webhooks/whatsapp',
      WHATSAPP_ACCESS_TOKEN: 'token',
      WHATSAPP_PHONE_NUMBER_ID: '1',
      WHATSAPP_BUSINESS_ACCOUNT_ID: '2',
      WHATSAPP_APP_SECRET: 'secret',
      WHATSAPP_VERIFY_TOKEN: 'verify',
    }
    expect(optionsFromEnvironment(env)).toEqual({
      port: 4100,
      callbackUrl: 'http://127.0.0.1:4000/webhooks/whatsapp',
      accessToken: 'token',
      phoneNumberId: '1',
      businessAccountId: '2',
      appSecret: 'secret',
      verifyToken: 'verify',
    })
  })

  test('every bad variable is named at once, and no value is quoted', () => {
    const read = () =>
      optionsFromEnvironment({
        SIMULATOR_PORT: '70000',
        SIMULATOR_CALLBACK_URL: 'ftp://elsewhere',
        WHATSAPP_ACCESS_TOKEN: 'a b',
        WHATSAPP_PHONE_NUMBER_ID: '200000000000001',
        WHATSAPP_BUSINESS_ACCOUNT_ID: 'x',
      })
    expect(read).toThrow(OptionsError)
    expect(read).toThrow(/SIMULATOR_PORT.*SIMULATOR_CALLBACK_URL.*WHATSAPP_ACCESS_TOKEN.*WHATSAPP_BUSINESS_ACCOUNT_ID/)
    expect(read).not.toThrow(/a b/)
    expect(() => optionsFromEnvironment({ WHATSAPP_PHONE_NUMBER_ID: '200000000000001' })).toThrow(/must differ/)
  })
})

describe('as a worker thread', () => {
  function startWorker(options: object) {
    const worker = new Worker(compiled('worker.js'), { workerData: options })
    onTestFinished(async () => {
      await worker.terminate()
    })
    return worker
  }
  const nextMessage = async (worker: Worker) => (await within(20_000, once(worker, 'message')))[0]

  test('it says when it is ready, serves, and ends when it is told to stop', async () => {
    const worker = startWorker({ port: 0, verifiedName: 'Other Corp' })
    const ready = await nextMessage(worker)
    expect(ready).toEqual({ type: 'ready', port: expect.any(Number), url: `http://127.0.0.1:${ready.port}` })
    const number = await call(`${ready.url}/100000000000001`, 'GET', undefined, {
      authorization: 'Bearer simulator-token',
    })
    expect(number.json).toMatchObject({ verified_name: 'Other Corp' })
    const ended = once(worker, 'exit')
    worker.postMessage({ type: 'stop' })
    expect(await within(10_000, ended)).toEqual([0])
    await expect(call(ready.url, 'GET')).rejects.toThrow()
  })

  test('a port that is taken is said with its code, and the thread ends', async () => {
    const first = await nextMessage(startWorker({ port: 0 }))
    const second = startWorker({ port: first.port })
    const ended = once(second, 'exit')
    expect(await nextMessage(second)).toEqual({ type: 'failed', message: expect.any(String), code: 'EADDRINUSE' })
    await within(10_000, ended)
  })
})

describe('as a program of its own', () => {
  function startProgram(env: Record<string, string>) {
    const child: ChildProcess = spawn(process.execPath, [compiled('main.js')], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk) => {
      output.stdout += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output.stderr += chunk
    })
    const ended = once(child, 'close')
    onTestFinished(async () => {
      child.kill('SIGKILL')
      await ended
    })
    const started = async () => {
      if (child.stdout) await within(20_000, once(child.stdout, 'data'))
    }
    return { child, output, ended, started }
  }

  test('it prints one line with its url and ends cleanly on SIGTERM', async () => {
    const port = await freePort()
    const program = startProgram({ SIMULATOR_PORT: String(port) })
    await program.started()
    expect(program.output.stdout).toMatch(new RegExp(`^[^\\n]*http://127\\.0\\.0\\.1:${port}\\n$`))
    expect((await call(`http://127.0.0.1:${port}/_simulator/messages`, 'GET')).json).toEqual({ data: [] })
    program.child.kill('SIGTERM')
    expect(await within(10_000, program.ended)).toEqual([0, null])
    expect(program.output.stderr).toBe('')
  })

  test('a port that is taken is one clear line on stderr and exit code 1', async () => {
    const port = await freePort()
    await startProgram({ SIMULATOR_PORT: String(port) }).started()
    const second = startProgram({ SIMULATOR_PORT: String(port) })
    expect(await within(10_000, second.ended)).toEqual([1, null])
    expect(second.output).toEqual({ stdout: '', stderr: expect.stringMatching(/^[^\n]*in use[^\n]*\n$/) })
  })

  test('bad variables are named, a line each, and exit code 1', async () => {
    const program = startProgram({ SIMULATOR_PORT: 'x', WHATSAPP_PHONE_NUMBER_ID: 'y' })
    expect(await within(10_000, program.ended)).toEqual([1, null])
    expect(program.output.stderr.trim().split('\n')).toEqual([
      expect.stringContaining('SIMULATOR_PORT'),
      expect.stringContaining('WHATSAPP_PHONE_NUMBER_ID'),
    ])
  })
})
