import { contentLimits } from '../whatsapp/limits.js'

/**
 * A name that is safe to store, to show and to send on: no path, no control characters, no invisible turns of the
 * writing direction (which make "exe.jpg" of "gpj.exe"), of bounded length with its extension kept. Null where nothing is left.
 */
export function safeFilename(name: string | null | undefined): string | null {
  if (name == null) return null
  const clean = name
    .toWellFormed()
    .split(/[/\\]/)
    .slice(-1)[0]
    ?.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  if (!clean) return null
  const signs = [...clean]
  if (signs.length <= contentLimits.filename) return clean
  const extension = /\.\w{1,10}$/.exec(clean)?.[0] ?? ''
  return signs.slice(0, contentLimits.filename - extension.length).join('') + extension
}
