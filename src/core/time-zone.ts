/** A name of the IANA time zone database, such as Asia/Kolkata; no bare offsets, which PostgreSQL reads the other way. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z][\w/+-]{0,63}$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** The date of a moment by the clocks of a time zone, as "2026-11-29". */
export const localDate = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at)
