import express, { type Request, type RequestHandler } from 'express'
import { isMultipart } from '../core/multipart.js'

export const maxBodyBytes = 1_000_000

/**
 * The whole body as bytes, whatever its type says, and never more than a megabyte of it, unpacked. A multipart body is
 * left to whoever wants a file of it.
 */
export const rawBody = (limitBytes = maxBodyBytes): RequestHandler =>
  express.raw({ type: (req) => !isMultipart(req), limit: limitBytes })

/** The bytes that `rawBody` read; none where there was no body. */
export const bytesOf = (req: Request): Buffer => (Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0))
