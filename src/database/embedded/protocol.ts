/**
 * What the server's thread and the database's thread say to each other. Bytes are PostgreSQL's wire protocol, version 3,
 * as a client and a server would write them to a socket; a session is one connection of the client.
 */

/** The work a thread is started for. `folder` null = in memory. */
export type WorkerTask =
  /** Makes a new database and ends: in `folder`, or as an archive of one in memory. */
  | { task: 'create'; folder: string | null }
  /** Opens what `folder` holds, or unpacks `archive` into memory, and serves until it is closed. */
  | { task: 'serve'; folder: string | null; archive: Uint8Array | null }

export type ToWorker =
  | { type: 'bytes'; session: number; bytes: Uint8Array }
  /** The client has gone. What it left open is rolled back before the next one starts. */
  | { type: 'end'; session: number }
  | { type: 'dump' }
  | { type: 'close' }

export type FromWorker =
  | { type: 'ready' }
  /** `last`: all bytes of one `bytes` message are answered. */
  | { type: 'answer'; session: number; bytes: Uint8Array; last: boolean }
  /** The server closes this connection, as PostgreSQL does after a CancelRequest. */
  | { type: 'hangup'; session: number }
  | { type: 'archive'; bytes: Uint8Array }
  | { type: 'closed' }
  /** The thread ends after this. One line that says why. */
  | { type: 'failed'; reason: string }
