import type { Context } from '../context.js'

/** The only place that knows how an agent's API key lies in the database: encrypted, and of use to this agent alone. */
export const sealApiKey = (ctx: Context, agentId: string, apiKey: string): Uint8Array<ArrayBuffer> =>
  ctx.secrets.seal(apiKey, contextOf(agentId))

/** @throws SecretError where it cannot be decrypted. */
export const openApiKey = (ctx: Context, agentId: string, sealed: Uint8Array): string =>
  ctx.secrets.open(sealed, contextOf(agentId))

const contextOf = (agentId: string) => `ai-agent:${agentId}`
