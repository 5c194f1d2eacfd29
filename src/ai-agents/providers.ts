import type { AiProvider } from '../generated/prisma/client.js'

/** Where each provider answers OpenAI's chat completions (`/chat/completions` below it); null: the agent says where. */
export const providerBaseUrls: Record<AiProvider, string | null> = {
  OPENAI: 'https://api.openai.com/v1',
  ANTHROPIC: 'https://api.anthropic.com/v1',
  GOOGLE: 'https://generativelanguage.googleapis.com/v1beta/openai',
  MISTRAL: 'https://api.mistral.ai/v1',
  GROQ: 'https://api.groq.com/openai/v1',
  OPENROUTER: 'https://openrouter.ai/api/v1',
  CUSTOM: null,
}
