import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type Child = {
  pid: number
  send(line: string): void
  /** The next line of its stdout; rejects when it ends before. */
  nextLine(): Promise<string>
  /** Every line until its end. */
  rest(): AsyncIterable<string>
  kill(): Promise<void>
}

/** Runs `test/support/<script>` under plain node. Its stderr is ours. */
export function startChild(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [path, ...args])
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  // What a killed child has not read yet.
  child.stdin.on('error', () => undefined)
  const exited = once(child, 'exit')
  if (child.pid === undefined) throw new Error('The child did not start')
  return {
    pid: child.pid,
    send: (line) => child.stdin.write(`${line}\n`),
    async nextLine() {
      const { value, done } = await lines.next()
      if (done) throw new Error('The child has ended')
      return value
    },
    async *rest() {
      for (let line = await lines.next(); !line.done; line = await lines.next()) yield line.value
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** The pid of a process that has ended. */
export async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'])
  await once(child, 'exit')
  return child.pid ?? 0
}
