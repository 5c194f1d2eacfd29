import { Badge } from '@mantine/core'
import { useEffect, useState } from 'react'
import { Clock } from 'react-feather'

const minuteMs = 60_000

/** The minutes that free-form messages may still be sent; 0: only a template may. Kept up to date. */
export function useMinutesLeft(expiresAt: string | null): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000)
    return () => clearInterval(timer)
  }, [])
  if (expiresAt === null) return 0
  // A message that came since the last tick moves the end further than a window from `now`.
  const at = Math.max(now, Date.parse(expiresAt) - 24 * 60 * minuteMs)
  return Math.max(0, Math.ceil((Date.parse(expiresAt) - at) / minuteMs))
}

/** How long the 24-hour window since the customer's last message is still open. */
export function WindowBadge({ expiresAt }: { expiresAt: string | null }) {
  const minutes = useMinutesLeft(expiresAt)
  const color = minutes === 0 ? 'gray' : minutes < 60 ? 'orange' : 'leaf'
  const words = minutes === 0 ? 'Window closed' : `${wordsFor(minutes)} left`
  return (
    <Badge
      size="sm"
      variant="outline"
      color={color}
      autoContrast
      leftSection={<Clock size={11} aria-hidden />}
      title="Free-form messages may be sent for 24 hours after the customer's last message"
      styles={{ label: { textTransform: 'none', color: 'var(--mantine-color-text)' } }}
    >
      {words}
    </Badge>
  )
}

const wordsFor = (minutes: number) => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])].join(' ')
}
