/**
 * The digits of a phone number as callers write it, or null where it can be none: E.164 allows 7 to 15 digits with or
 * without a +, and people put spaces, dots, dashes and brackets between them.
 */
export function phoneDigits(text: string): string | null {
  if (!/^\+?[\d\s().-]+$/.test(text.trim())) return null
  const digits = text.replace(/\D/g, '')
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0') ? digits : null
}

/**
 * The WhatsApp id of a phone number, which is not always the number that was dialled (whatsapp-cloud-api.md, section 3):
 * Mexican mobiles keep a 1 after the country code, Brazilian ones outside the big cities have no ninth digit.
 */
export function waIdOf(digits: string): string {
  if (/^52[2-9]\d{9}$/.test(digits)) return `521${digits.slice(2)}`
  if (/^55[3-9]\d9\d{8}$/.test(digits)) return digits.slice(0, 4) + digits.slice(5)
  return digits
}

/** A business-scoped user id: a country, a dot, perhaps `ENT.` for a parent id, then letters and digits. */
export const isUserId = (text: string): boolean => /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(text)
