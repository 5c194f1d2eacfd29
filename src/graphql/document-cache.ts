/** Characters of all documents together; what is made of one may take a hundred times its text. */
const maxCharacters = 200_000

/**
 * What has been made of documents by their text, the least recently used forgotten first. Bounded by the size of the
 * texts: a bound on their number alone would let a thousand of the largest fill the memory.
 */
export function createDocumentCache<T>(limit = maxCharacters) {
  const known = new Map<string, T>()
  let characters = 0
  return {
    get(text: string): T | undefined {
      const found = known.get(text)
      if (found === undefined) return undefined
      known.delete(text)
      known.set(text, found)
      return found
    },
    set(text: string, made: T): void {
      if (text.length > limit) return
      if (!known.delete(text)) characters += text.length
      known.set(text, made)
      for (const oldest of known.keys()) {
        if (characters <= limit) return
        known.delete(oldest)
        characters -= oldest.length
      }
    },
  }
}
