import { z } from 'zod'
import type { Context } from '../context.js'
import { parseRetryAfter } from '../core/retry-after.js'
import { beginningOf } from '../core/streams.js'
import type { AiAgent } from '../generated/prisma/client.js'
import { FetchRefused } from '../net/public-fetcher.js'
import { SecretError } from '../secrets/cipher.js'
import type { AgentAnswer } from './claim.js'
import { aiAgentLimits } from './limits.js'
import { type ChatMessage, handOverTool, replyText } from './prompt.js'
import { providerBaseUrls } from './providers.js'
import { openApiKey } from './secret-store.js'

/** `mayPass`: the same again may do better. */
export type ChatFailure = { failure: string; mayPass: boolean; retryAfterMs: number | null }

/** The part of OpenAI's answer that matters; what else a provider sends is left alone. */
const completion = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: z.string().nullish(),
          tool_calls: z.array(z.object({ function: z.object({ name: z.string() }).nullish() })).nullish(),
        }),
      }),
    )
    .min(1),
})

/**
 * Asks the agent's model once. Never throws: whatever goes wrong is a failure; null where the signal broke it off. What
 * a failure says holds nothing of the provider's answer, which may repeat the key.
 */
export async function askModel(
  ctx: Context,
  agent: AiAgent,
  messages: ChatMessage[],
  signal: AbortSignal,
): Promise<AgentAnswer | ChatFailure | null> {
  try {
    const { status, headers, body } = await ctx.publicFetcher.request({
      url: `${agent.baseUrl ?? providerBaseUrls[agent.provider] ?? ''}/chat/completions`,
      method: 'POST',
      headers: headersOf(ctx, agent),
      body: JSON.stringify({
        model: agent.model,
        messages,
        tools: [handOverTool],
        ...(agent.temperature === null ? {} : { temperature: agent.temperature }),
      }),
      timeoutMs: aiAgentLimits.timeoutMs,
      signal,
    })
    const text = (await beginningOf(body, aiAgentLimits.answerBytes)).toString('utf8')
    if (status === 200) return answerOf(text)
    const retryAfterMs = parseRetryAfter(headers['retry-after'], ctx.clock.now())
    return { failure: `The provider answered ${status}.`, mayPass: isPassing(status), retryAfterMs }
  } catch (error) {
    if (signal.aborted) return null
    if (error instanceof SecretError) return final('The API key of the AI agent cannot be decrypted.')
    if (error instanceof FetchRefused) return passing(`The provider ${error.message}.`)
    ctx.logger.warn({ err: error, aiAgentId: agent.id }, 'an AI provider could not be asked')
    return passing("The provider's answer broke off.")
  }
}

const passing = (failure: string): ChatFailure => ({ failure, mayPass: true, retryAfterMs: null })
const final = (failure: string): ChatFailure => ({ failure, mayPass: false, retryAfterMs: null })

const isPassing = (status: number): boolean => status >= 500 || [408, 409, 425, 429].includes(status)

function headersOf(ctx: Context, { id, apiKey }: AiAgent): Record<string, string> {
  const key = apiKey === null ? null : openApiKey(ctx, id, apiKey)
  return { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) }
}

function answerOf(text: string): AgentAnswer | ChatFailure {
  const parsed = completion.safeParse(parse(text))
  const message = parsed.data?.choices[0]?.message
  if (!message) return passing('The provider answered in a form that is none of OpenAI.')
  const said = replyText(message.content ?? '')
  const handOver = (message.tool_calls ?? []).some((call) => call.function?.name === handOverTool.function.name)
  return said === null && !handOver ? passing('The provider answered nothing.') : { text: said, handOver }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
