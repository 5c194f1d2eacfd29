/** Days as the graph and the database name them, Sunday first, as Date.getUTCDay counts. */
export const weekdays = ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY'] as const
export type Weekday = (typeof weekdays)[number]

/** `from` and `to` as "HH:MM"; `to` may be "24:00", and is not in it. */
export type OpenInterval = { day: Weekday; from: string; to: string }
export type BusinessHours = { timeZone: string; days: OpenInterval[] }

/** "09:30" as minutes of the day; null where it is no time. */
export function minutesOf(time: string): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(time)
  if (!match) return null
  const [hours, minutes] = [Number(match[1]), Number(match[2])]
  const total = hours * 60 + minutes
  return minutes < 60 && total <= 24 * 60 ? total : null
}

/** Whether a moment lies in the hours, by the clocks of their time zone. Null: always. */
export function isOpen(hours: BusinessHours | null, now: Date): boolean {
  if (!hours) return true
  const { day, minutes } = wallClock(now, hours.timeZone)
  return hours.days.some((interval) => {
    const [from, to] = [minutesOf(interval.from) ?? 0, minutesOf(interval.to) ?? 0]
    return interval.day === day && minutes >= from && minutes < to
  })
}

function wallClock(now: Date, timeZone: string): { day: Weekday; minutes: number } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now)
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? ''
  const day = weekdays.find((name) => name === part('weekday').toUpperCase()) ?? 'SUNDAY'
  return { day, minutes: Number(part('hour')) * 60 + Number(part('minute')) }
}
