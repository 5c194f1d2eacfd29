import { Progress } from '@mantine/core'
import type { Counts } from './broadcast-state.ts'

/** Read, delivered, sent, failed and left out, of all; what is empty is still to come. */
export function ProgressBar({ of: counts, name, size = 'lg' }: { of: Counts; name: string; size?: string }) {
  const { total, sent, delivered, read, failed, skipped } = counts
  const share = (count: number) => (total === 0 ? 0 : (count / total) * 100)
  const parts = [
    { key: 'read', count: read, color: 'leaf.8' },
    { key: 'delivered', count: delivered - read, color: 'leaf.6' },
    { key: 'sent', count: sent - delivered, color: 'leaf.4' },
    { key: 'failed', count: failed, color: 'red.6' },
    { key: 'skipped', count: skipped, color: 'gray.5' },
  ]
  return (
    <Progress.Root size={size}>
      {parts.map(({ key, count, color }) => (
        <Progress.Section key={key} value={share(Math.max(count, 0))} color={color} aria-label={`${name}: ${key}`} />
      ))}
    </Progress.Root>
  )
}
