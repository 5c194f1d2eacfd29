import { secondsMs } from '../core/clock.js'

/** Every bound of the AI agents, once. */
export const aiAgentLimits = {
  perOrganization: 50,
  nameCharacters: 100,
  promptCharacters: 20_000,
  modelCharacters: 200,
  urlCharacters: 2000,
  apiKeyCharacters: 1000,
  keywords: 50,
  keywordCharacters: 100,
  maxTurns: { default: 10, most: 100 },
  intervals: 50,
  /** From the connection to the end of the provider's answer. */
  timeoutMs: secondsMs(45),
  answerBytes: 1_000_000,
  /** Longer than an attempt and the send can take: after it another server may take the turn over. */
  leaseMs: secondsMs(75),
  /** At a stop: for the attempts under way to end by themselves. */
  stopGraceMs: secondsMs(2),
  /** Turns under way in one process, and of one agent: one that hangs leaves room for the others. */
  atOnce: { ofOneAgent: 4, allTogether: 32 },
  /** Messages that the model is shown, the newest. */
  historyMessages: 20,
  /** What WhatsApp takes of a text. */
  replyCharacters: 4096,
} as const
