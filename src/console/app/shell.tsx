import {
  ActionIcon,
  Alert,
  Button,
  Center,
  Loader,
  Menu,
  Stack,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core'
import { Suspense, useEffect } from 'react'
import { LogOut, Monitor, Moon, Sun, User } from 'react-feather'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { ViewerDocument } from '../generated/graphql.ts'
import { Boundary } from './boundary.tsx'
import { ConsoleContext } from './console-context.ts'
import { wordsOf } from './graph.ts'
import { useGraph } from './hooks.ts'
import { followLog, useLiveState } from './live.ts'
import { Logo } from './logo.tsx'
import { sections } from './sections.tsx'
import classes from './shell.module.css'

type ShellProps = { simulatorUrl: string | null; onSignOut: () => void }

/** Navigation, and the page of the address beside it. */
export function Shell({ simulatorUrl, onSignOut }: ShellProps) {
  // The cursor is read once, before any list; whatever happens after it is followed.
  const { data, error } = useGraph(ViewerDocument, {}, { staleTime: Number.POSITIVE_INFINITY })
  const cursor = data?.eventCursor
  useEffect(() => (cursor === undefined ? undefined : followLog(cursor)), [cursor])

  if (!data) {
    return (
      <Center h="100dvh" p="md">
        {error ? <Alert color="red">{wordsOf(error)}</Alert> : <Loader aria-label="Loading" />}
      </Center>
    )
  }
  const { scopes } = data.viewer
  const may = (scope: string) => scopes.includes('*') || scopes.includes(scope)
  const shown = sections.filter(({ simulated }) => !simulated || simulatorUrl !== null)
  return (
    <ConsoleContext value={{ ...data, simulatorUrl, may }}>
      <div className={classes.shell}>
        <Navigation shown={shown} organization={data.viewer.organization.name} onSignOut={onSignOut} />
        <main className={classes.main}>
          <Suspense fallback={<PageLoading />}>
            <Switch>
              <Route path="/">
                <Redirect to="/inbox" replace />
              </Route>
              {shown.map(({ path, page: Page }) => (
                <Route key={path} path={path} nest>
                  <Boundary>
                    <Page />
                  </Boundary>
                </Route>
              ))}
              <Route>
                <NoSuchPage />
              </Route>
            </Switch>
          </Suspense>
        </main>
      </div>
    </ConsoleContext>
  )
}

type NavigationProps = { shown: typeof sections; organization: string; onSignOut: () => void }

function Navigation({ shown, organization, onSignOut }: NavigationProps) {
  const [location] = useLocation()
  return (
    <nav className={classes.nav} aria-label="Console">
      <span className={classes.logo}>
        <Logo size={32} />
      </span>
      <div className={classes.links}>
        {shown.map(({ path, label, icon: Icon }) => (
          <Link
            key={path}
            to={path}
            className={classes.link}
            aria-current={location === path || location.startsWith(`${path}/`) ? 'page' : undefined}
          >
            <Icon size={20} aria-hidden />
            <span>{label}</span>
          </Link>
        ))}
      </div>
      <LiveDot />
      <AccountMenu organization={organization} onSignOut={onSignOut} />
    </nav>
  )
}

const liveWords = { connecting: 'Connecting', live: 'Live', away: 'Reconnecting' } as const

/** Whether the page is being kept up to date. */
function LiveDot() {
  const state = useLiveState()
  return (
    <output className={classes.live} data-state={state}>
      <span className={classes.dot} aria-hidden />
      <span className={classes.liveWord}>{liveWords[state]}</span>
    </output>
  )
}

function AccountMenu({ organization, onSignOut }: { organization: string; onSignOut: () => void }) {
  const { setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="right-end" withArrow>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" radius="xl" aria-label="Account and appearance">
          <User size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{organization}</Menu.Label>
        <Menu.Item leftSection={<Sun size={16} />} onClick={() => setColorScheme('light')}>
          Light
        </Menu.Item>
        <Menu.Item leftSection={<Moon size={16} />} onClick={() => setColorScheme('dark')}>
          Dark
        </Menu.Item>
        <Menu.Item leftSection={<Monitor size={16} />} onClick={() => setColorScheme('auto')}>
          As the system
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={16} />} onClick={onSignOut}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const PageLoading = () => (
  <Center h="100%">
    <Loader aria-label="Loading" />
  </Center>
)

const NoSuchPage = () => (
  <Center h="100%">
    <Stack align="center">
      <Title order={1} size="h3">
        There is no such page
      </Title>
      <Text c="dimmed">The link may be from another version of the console.</Text>
      <Button component={Link} to="/inbox">
        To the inbox
      </Button>
    </Stack>
  </Center>
)
