import { Alert, Button, Center, Code, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { wordsOf } from './graph.ts'
import { Logo } from './logo.tsx'
import { signIn } from './session.ts'

export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [key, setKey] = useState('')
  const [error, setError] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await signIn(key.trim())
      onSignedIn()
    } catch (refusal) {
      setError(wordsOf(refusal))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder shadow="sm" p="xl" w="100%" maw={420}>
        <form onSubmit={submit}>
          <Stack>
            <Logo size={40} />
            <div>
              <Title order={1} size="h2">
                Sign in to Kaanha
              </Title>
              <Text c="dimmed" size="sm" mt={4}>
                With an API key. The first one was printed when the server first started; another is made by{' '}
                <Code>npm run --silent keys -- create --org demo --name mine</Code>
              </Text>
            </div>
            <PasswordInput
              label="API key"
              placeholder="kaanha_..."
              value={key}
              onChange={(event) => setKey(event.currentTarget.value)}
              autoComplete="current-password"
              autoFocus
              required
              withAsterisk={false}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the key' }}
            />
            {error && (
              <Alert color="red" role="alert">
                {error}
              </Alert>
            )}
            <Button type="submit" loading={busy} disabled={key.trim() === ''}>
              Sign in
            </Button>
            <Text c="dimmed" size="xs">
              The key is kept encrypted in a cookie that no script can read, for a week at most.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}
