import { Alert, Button, Center, Container, Group, Loader, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Icon } from 'react-feather'
import { wordsOf } from './graph.ts'

type PageProps = { title: string; about?: ReactNode; actions?: ReactNode; children: ReactNode }

/** An ordinary page: its title, what it is about, what can be done at its top, and its content. */
export function Page({ title, about, actions, children }: PageProps) {
  return (
    <Container size="lg" py="lg">
      <Stack gap="lg">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={1} size="h2">
              {title}
            </Title>
            {about && <Text c="dimmed">{about}</Text>}
          </div>
          {actions && <Group gap="xs">{actions}</Group>}
        </Group>
        {children}
      </Stack>
    </Container>
  )
}

type Loaded<Data> = { data: Data | undefined; error: Error | null; refetch?: () => unknown }

/** What was read; until then that it is being read, or why it cannot be. */
export function Loadable<Data>({ of, children }: { of: Loaded<Data>; children: (data: Data) => ReactNode }) {
  if (of.data !== undefined) return children(of.data)
  if (of.error) return <Failure error={of.error} {...(of.refetch ? { onRetry: of.refetch } : {})} />
  return (
    <Center py="xl">
      <Loader aria-label="Loading" />
    </Center>
  )
}

/** An error in the server's words. */
export const Failure = ({ error, onRetry }: { error: unknown; onRetry?: () => unknown }) => (
  <Alert color="red" role="alert">
    <Group justify="space-between">
      <Text size="sm">{wordsOf(error)}</Text>
      {onRetry && (
        <Button size="xs" variant="default" onClick={() => void onRetry()}>
          Try again
        </Button>
      )}
    </Group>
  </Alert>
)

/** Where there is nothing yet: what would be here, and how it comes here. */
export const Empty = ({ icon: Sign, title, children }: { icon: Icon; title: string; children?: ReactNode }) => (
  <Center py="xl">
    <Stack align="center" gap="xs" maw={420} ta="center">
      <Sign size={32} color="var(--console-muted)" aria-hidden />
      <Text fw={600}>{title}</Text>
      {children && (
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      )}
    </Stack>
  </Center>
)
