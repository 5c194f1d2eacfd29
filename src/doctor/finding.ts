/** What the doctor has found. A problem asks for somebody; a note is to be known. */
export type Finding = {
  check: string
  severity: 'problem' | 'note'
  /** How many there are of it, where it can be counted. */
  count: number
  what: string
  /** What to do about it. */
  todo: string
  /** Some ids of what it is about. */
  examples: string[]
}

/** `examined`: how much was looked at. */
export type Report = { healthy: boolean; findings: Finding[]; examined: Record<string, number> }

export const examplesShown = 5

export const reportOf = (findings: Finding[], examined: Record<string, number> = {}): Report => ({
  healthy: findings.every(({ severity }) => severity === 'note'),
  findings,
  examined,
})

export function reportText({ findings, examined }: Report): string {
  const count = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity).length
  const looked = Object.entries(examined).map(([what, number]) => `${number} ${what}`)
  const lines = findings.flatMap(({ severity, check, what, todo, examples }) => [
    `${severity.toUpperCase().padEnd(8)} ${check}: ${what}${examples.length > 0 ? ` (${examples.join(', ')})` : ''}`,
    `         ${todo}`,
  ])
  const seen = looked.length > 0 ? ` Looked at ${looked.join(', ')}.` : ''
  return [...lines, `${count('problem')} problems, ${count('note')} notes.${seen}`, ''].join('\n')
}
