import type { Server, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

const checkIntervalMs = 50

export type Sockets = { close(): Promise<void>; open(): number }

/** The answers a server is working on. Its connections would not tell: one that has asked nothing yet counts as busy. */
export function answersOf(server: Server): Set<ServerResponse> {
  const answers = new Set<ServerResponse>()
  server.on('request', (_req, res) => {
    answers.add(res)
    res.once('close', () => answers.delete(res))
  })
  return answers
}

/**
 * No new connections; every live stream is cut, so that its client goes elsewhere at once; answers under way are
 * finished; what is then still open is cut.
 */
export async function closeDoors(
  server: Server,
  answers: Set<ServerResponse>,
  sockets: Sockets | null,
  cutStreams: () => void,
  msLeft: () => number,
): Promise<void> {
  const until = performance.now() + msLeft()
  server.close()
  const socketsClosed = sockets?.close()
  // Again and again: a subscription whose key is being looked at becomes a stream only afterwards.
  for (cutStreams(); answers.size > 0 && performance.now() < until; cutStreams()) await pause(checkIntervalMs)
  server.closeAllConnections()
  await socketsClosed
}
