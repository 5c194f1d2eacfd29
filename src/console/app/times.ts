const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const longDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** As 14:05. */
export const timeOf = (iso: string): string => clock.format(new Date(iso))
/** As Nov 29, 2026, 14:05. */
export const dateTimeOf = (iso: string | null): string => (iso === null ? 'never' : full.format(new Date(iso)))
/** As Sunday, November 29, 2026. */
export const dayOf = (iso: string): string => longDay.format(new Date(iso))
/** The time where it was today, else the day. */
export const shortTimeOf = (iso: string, now = new Date()): string =>
  new Date(iso).toDateString() === now.toDateString() ? timeOf(iso) : day.format(new Date(iso))
