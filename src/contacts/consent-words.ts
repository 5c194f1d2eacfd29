/** The words by which a customer speaks of their consent (contract, section 5), as the configuration spells them. */
export type ConsentWords = { stopWords: readonly string[]; startWords: readonly string[] }

/** Longer messages are none of these words, whatever stands around them. */
const maxLength = 256

/** Punctuation, signs, spaces and what cannot be seen; an emoji's variation selector is a mark, and counts with it. */
const around = String.raw`[\p{P}\p{S}\p{Z}\p{C}\uFE0F]+`
const leading = new RegExp(`^${around}`, 'u')
const trailing = new RegExp(`${around}$`, 'u')

/** A word as it is compared: lower case, compatibility forms joined, nothing around it, single spaces inside. */
const fold = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(leading, '').replace(trailing, '').replace(/\s+/gu, ' ')

/** What a message says of consent: only where the whole of it is one of the words. */
export function consentWord(text: string | null, { stopWords, startWords }: ConsentWords): 'stop' | 'start' | null {
  const trimmed = text?.trim() ?? ''
  if (trimmed.length > maxLength) return null
  const word = fold(trimmed)
  if (word === '') return null
  const isOneOf = (words: readonly string[]) => words.some((known) => fold(known) === word)
  if (isOneOf(stopWords)) return 'stop'
  return isOneOf(startWords) ? 'start' : null
}
