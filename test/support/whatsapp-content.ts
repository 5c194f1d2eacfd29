import { type OutboundContent, parseOutboundContent } from '../../src/whatsapp/content.js'

export const accepted = (input: unknown): OutboundContent => {
  const result = parseOutboundContent(input)
  if (!result.ok) throw new Error(JSON.stringify(result.details))
  return result.content
}
export const faults = (input: unknown): Record<string, string> => {
  const result = parseOutboundContent(input)
  if (result.ok) throw new Error(`accepted: ${JSON.stringify(result.content)}`)
  return Object.fromEntries(result.details.map(({ path, message }) => [path, message]))
}
export const paths = (input: unknown) => Object.keys(faults(input)).sort()

export const chars = (count: number, sign = 'x') => sign.repeat(count)
