import { foldName } from '../contacts/search.js'

/** Whether a text has one of some words or phrases as a whole, in any case: "refund" is in "A refund?", not in "refunds". */
export function hasKeyword(text: string, keywords: readonly string[]): boolean {
  const words = ` ${wordsOf(text)} `
  return keywords.some((keyword) => words.includes(` ${wordsOf(keyword)} `))
}

/** Letters and digits alone, folded, with one space between words. */
export const wordsOf = (text: string): string =>
  foldName(text)
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
