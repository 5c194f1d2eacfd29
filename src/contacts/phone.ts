import { parsePhoneNumberFromString } from 'libphonenumber-js'

/**
 * A phone number in E.164 with its plus sign, or null where the text is none. Accepts the number with or without `+`,
 * with the signs people put between digits; the country code must be there (contract, section 5, POST /contacts).
 */
export function normalisePhone(input: string): string | null {
  const trimmed = input.trim()
  if (trimmed.length > 32 || !/^\+?[\d\s().\-\u00a0]+$/.test(trimmed)) return null
  const digits = trimmed.replace(/\D/g, '')
  const number = parsePhoneNumberFromString(`+${digits}`)
  return number?.isPossible() ? number.number : null
}
