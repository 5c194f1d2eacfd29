import { Button, Group } from '@mantine/core'
import { Key, MessageSquare, Share2 } from 'react-feather'
import { Link, useLocation } from 'wouter'

const parts = [
  { path: '/keys', label: 'API Keys', icon: Key },
  { path: '/webhooks', label: 'Webhooks', icon: Share2 },
  { path: '/quick-replies', label: 'Quick replies', icon: MessageSquare },
]

/** The parts of the settings, each with an address. */
export function SettingsTabs() {
  const [location] = useLocation()
  return (
    <Group component="nav" aria-label="Settings" gap="xs">
      {parts.map(({ path, label, icon: Icon }) => {
        const isHere = location.startsWith(path)
        return (
          <Button
            key={path}
            component={Link}
            to={path}
            variant={isHere ? 'filled' : 'default'}
            size="sm"
            radius="xl"
            leftSection={<Icon size={16} />}
            aria-current={isHere ? 'page' : undefined}
          >
            {label}
          </Button>
        )
      })}
    </Group>
  )
}
