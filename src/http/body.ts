import express, { type Request, type RequestHandler } from 'express'

const maxBodyBytes = 1_000_000

/** The whole body as bytes, whatever its type says, and never more than a megabyte of it, unpacked. */
export const rawBody = (limitBytes = maxBodyBytes): RequestHandler =>
  express.raw({ type: () => true, limit: limitBytes })

/** The bytes that `rawBody` read; none where there was no body. */
export const bytesOf = (req: Request): Buffer => (Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0))
