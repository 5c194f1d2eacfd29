import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openBrowser } from './chromium.js'
import type { TestServer } from './server.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Git ignores it, CI keeps it. */
const folder = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url))

export const desktop = { width: 1280, height: 800 }
export const phone = { width: 390, height: 844 }

type Violation = { id: string; impact: string | null; help: string; nodes: { html: string; failureSummary: string }[] }

export type ConsoleBrowser = {
  page: Page
  /** The console's address, as a user types it. */
  url: string
  /** Opens the console at a path and signs in with the server's key. */
  signIn(path?: string): Promise<void>
  /** What no page may do: ask another machine, break its own policy, throw. Fails with what was seen. */
  expectClean(): void
  /** Writes artifacts/screenshots/NAME.png. */
  screenshot(name: string): Promise<void>
  /**
   * The page as it stands, on a desk and on a phone, light and dark: no serious finding of axe, nothing wider than the
   * screen, and a screenshot of each.
   */
  expectAccessible(name: string): Promise<void>
  close(): Promise<void>
}

/** A browser with the console of a server. What a test of its own makes fail on purpose, `expected` matches. */
export async function openConsole(
  server: TestServer,
  { expected }: { expected?: RegExp } = {},
): Promise<ConsoleBrowser> {
  const { context, close } = await openBrowser()
  const page = await context.newPage()
  await page.setViewportSize(desktop)
  const hosts = new Set<string>()
  const faults: string[] = []
  page.on('request', (request) => hosts.add(new URL(request.url()).hostname))
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).hostname))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) faults.push(message.text())
  })
  const url = server.url.replace('127.0.0.1', 'localhost')
  mkdirSync(folder, { recursive: true })

  async function findings(): Promise<string[]> {
    await page.evaluate(axe)
    const violations = (await page.evaluate(
      "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)",
    )) as Violation[]
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}\n${node.html}\n${node.failureSummary}`))
  }

  return {
    page,
    url,
    async signIn(path = '/') {
      await page.goto(url + path)
      await page.getByLabel('API key').fill(server.key)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('navigation', { name: 'Console' }).waitFor()
    },
    expectClean() {
      expect([...hosts].filter((host) => host !== 'localhost' && host !== '127.0.0.1' && host !== '')).toEqual([])
      expect(faults).toEqual([])
    },
    async screenshot(name) {
      await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' })
    },
    async expectAccessible(name) {
      for (const [size, viewport] of Object.entries({ desktop, phone })) {
        await page.setViewportSize(viewport)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
          await page.screenshot({ path: `${folder}${name}-${size}-${colorScheme}.png`, animations: 'disabled' })
          expect({ name, size, colorScheme, findings: await findings() }).toMatchObject({ findings: [] })
          const beyond = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
          expect({ name, size, beyond }).toEqual({ name, size, beyond: 0 })
        }
      }
      await page.setViewportSize(desktop)
      await page.emulateMedia({ colorScheme: 'light' })
    },
    close,
  }
}
