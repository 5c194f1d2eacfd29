/**
 * What no line of a log may hold: what this run gave to a server as a key, a token, a phone number or the text of a
 * message. Gathered from every request that the tests make.
 */
const words = new Set<string>()
const mostWords = 5_000

const secretNames = /^(secret|accessToken|appSecret|verifyToken)$/
/** What may stand in a log: an id, and what is a number however long. */
const harmless = /^([a-z]{3}_\w{26}|\d+)$/
const textNames = /^(text|caption|body)$/
const key = /^kaanha_[0-9A-Za-z]{36}$/
const phone = /^\+?\d{10,15}$/

function remember(word: string): void {
  if (words.size < mostWords) words.add(word)
}

function look(name: string, value: unknown): void {
  if (typeof value === 'string') {
    const bare = value.replace(/^Bearer /i, '')
    if (key.test(bare)) remember(bare)
    else if (secretNames.test(name) && value.length >= 12 && !harmless.test(value)) remember(value)
    else if (phone.test(value.replaceAll(' ', ''))) remember(value.replace(/\D/g, ''))
    // A sentence: a single word may stand in a log for another reason.
    else if (textNames.test(name) && value.length >= 12 && value.includes(' ')) remember(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const [inner, below] of Object.entries(value)) look(inner, below)
  }
}

/** Everything private in what is given to a server: its headers, its body, its environment. */
export const rememberPrivate = (given: unknown): void => look('', given)

/** The private words that the lines of a log hold; what is printed at a start for a person is no line of it. */
export function privateWordsIn(output: string): string[] {
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .join('\n')
  const unescaped = lines.replaceAll('\\"', '"')
  return [...words].filter((word) => lines.includes(word) || unescaped.includes(word))
}
