import { Center, Loader, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { signedOutEvent } from './graph.ts'
import { queryClient } from './hooks.ts'
import { hangUp } from './live.ts'
import { type Bootstrap, readSession, signOut } from './session.ts'
import { Shell } from './shell.tsx'
import { SignIn } from './sign-in.tsx'
import { styleNonce, theme } from './theme.ts'

export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={styleNonce}>
      <Notifications position="top-center" />
      <QueryClientProvider client={queryClient}>
        <Gate />
      </QueryClientProvider>
    </MantineProvider>
  )
}

/** The console for whoever is signed in, the way in for everybody else. */
function Gate() {
  const [session, setSession] = useState<Bootstrap | null>(null)
  const read = useCallback(async () => {
    for (;;) {
      try {
        return setSession(await readSession())
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 1000))
      }
    }
  }, [])
  const leave = useCallback(async () => {
    setSession((known) => known && { ...known, signedIn: false })
    queryClient.clear()
    await Promise.allSettled([signOut(), hangUp()])
  }, [])
  useEffect(() => {
    void read()
    const onSignedOut = () => void leave()
    window.addEventListener(signedOutEvent, onSignedOut)
    return () => window.removeEventListener(signedOutEvent, onSignedOut)
  }, [read, leave])

  if (!session) {
    return (
      <Center h="100dvh">
        <Loader aria-label="Loading" />
      </Center>
    )
  }
  if (!session.signedIn) return <SignIn onSignedIn={() => void read()} />
  return <Shell simulatorUrl={session.simulatorUrl} onSignOut={() => window.dispatchEvent(new Event(signedOutEvent))} />
}
