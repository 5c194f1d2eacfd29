/** The server's time. Everything that compares or stores a time asks the clock of its Context, so that tests can move it. */
export type Clock = { now(): Date }

export const systemClock: Clock = { now: () => new Date() }

export const secondsMs = (seconds: number): number => seconds * 1000
export const minutesMs = (minutes: number): number => minutes * 60_000
export const hoursMs = (hours: number): number => hours * 3_600_000
