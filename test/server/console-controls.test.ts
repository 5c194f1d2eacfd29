import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  broadcastNow,
  broadcastWhen,
  broadcastWith,
  ledgerOf,
  newBroadcast,
  newContacts,
} from '../support/broadcasts.js'
import { chromiumPath } from '../support/chromium.js'
import { type ConsoleBrowser, openConsole } from '../support/console.js'
import { ask } from '../support/graph.js'
import { describeServer, startServer, type TestServer } from '../support/server.js'
import { demoAccount } from '../support/two-accounts.js'

describeServer("the console's controls", () => {
  describe.skipIf(!chromiumPath)('in a browser (needs Chromium)', { timeout: 180_000 }, () => {
    let server: TestServer
    let browser: ConsoleBrowser
    beforeAll(async () => {
      server = await startServer()
      browser = await openConsole(server)
      await browser.signIn('/broadcasts')
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    const press = (name: string) => browser.page.getByRole('button', { name, exact: true }).click()
    const confirm = (verb: string) => browser.page.getByRole('dialog').getByRole('button', { name: verb }).click()
    const shows = (words: string) => browser.page.getByText(words, { exact: true }).waitFor()
    const open = async (path: string, heading: string) => {
      await browser.page.goto(browser.url + path)
      await browser.page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    }
    const audienceOf = async (count: number) => ({
      contactIds: (await newContacts(server, count)).map(({ id }) => id),
    })

    test('a broadcast under way is paused, goes on, and is cancelled; those whom it had not reached are left out', async () => {
      const { page } = browser
      const id = await newBroadcast(server, { name: 'Holi', audience: await audienceOf(60), messagesPerSecond: 1 })
      await open(`/broadcasts/${id}`, 'Holi')
      await press('Pause')
      await shows('Paused')
      const paused = await broadcastNow(server, id)
      expect(paused).toMatchObject({ status: 'PAUSED', total: 60 })
      expect(await page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(0)
      await press('Resume')
      await shows('Running')
      await broadcastWhen(server, id, ({ sent }) => sent > paused.sent)

      await press('Cancel')
      await confirm('Keep it')
      expect((await broadcastNow(server, id)).status).toBe('RUNNING')
      await press('Cancel')
      await page
        .getByRole('dialog')
        .getByText(/\d+ recipients are not written to/)
        .waitFor()
      await confirm('Cancel broadcast')
      await shows('Cancelled')
      const { skipped, pending } = await broadcastWith(server, id, 'CANCELLED')
      expect(pending).toBe(0)
      expect(await ledgerOf(server, id, 'SKIPPED')).toHaveLength(skipped)
      await page.getByRole('combobox', { name: 'Show only' }).click()
      await page.getByRole('option', { name: 'Left out' }).click()
      await page
        .getByRole('row', { name: /Left out/ })
        .first()
        .waitFor()
      await browser.expectAccessible('broadcast-cancelled')
    })

    test('a broadcast that waits for its time is held, and waits again', async () => {
      const scheduledAt = new Date(Date.now() + 86_400_000).toISOString()
      const id = await newBroadcast(server, { name: 'Onam', audience: await audienceOf(1), scheduledAt })
      await open(`/broadcasts/${id}`, 'Onam')
      await shows('Scheduled')
      await press('Pause')
      await shows('Paused')
      await press('Resume')
      await shows('Scheduled')
      expect((await broadcastNow(server, id)).status).toBe('SCHEDULED')
    })

    test('the failed ones of a broadcast are tried again in one of their own', async () => {
      const { page } = browser
      await server.simulator('POST', '/faults', { fail: { code: 131026, times: 2 } })
      const id = await newBroadcast(server, { name: 'Pongal', audience: await audienceOf(3) })
      await broadcastWith(server, id, 'COMPLETED')
      await open(`/broadcasts/${id}`, 'Pongal')
      await press('Retry 2 failed')
      await page.getByText('To those whom another broadcast failed to reach.').waitFor()
      await page.getByText('100 % of 2 recipients').waitFor()
      const retry = page.url().split('/').at(-1) ?? ''
      expect(await broadcastWith(server, retry, 'COMPLETED')).toMatchObject({ retryOfId: id, sent: 2, failed: 0 })
    })

    const connectWith = async (accessToken: string) => {
      const dialog = browser.page.getByRole('dialog')
      const fields = {
        'Phone number ID': demoAccount.phoneNumberId,
        'Business account ID': demoAccount.businessAccountId,
        'Access token': accessToken,
        'App secret': demoAccount.appSecret,
        'Verify token': demoAccount.verifyToken,
      }
      for (const [label, value] of Object.entries(fields)) {
        await dialog.getByRole('textbox', { name: label }).fill(value)
      }
      await dialog.getByRole('button', { name: 'Connect', exact: true }).click()
    }

    test('a number is connected by secrets that WhatsApp knows, disconnected, and connected again; the one of the environment stays', async () => {
      const { page } = browser
      const connections = async () =>
        (await ask(server, '{ connections { nodes { connected phoneNumberId } } }')).connections.nodes
      const [contact] = await newContacts(server, 1)
      const hello = { to: contact?.phone, type: 'template', templateName: 'hello_world', language: 'en_US' }
      const send = async () => (await server.rest('POST', '/send', hello)).json.status
      const { phoneNumberId } = demoAccount
      await open('/connection', 'Connection')
      await page.getByText(/^Set by the server/).waitFor()
      expect(await page.getByRole('button', { name: 'Disconnect' }).count()).toBe(0)

      await press('Connect a number')
      await connectWith('of-somebody-else')
      await page.getByRole('dialog').getByText('Access token is refused by WhatsApp').waitFor()
      await browser.expectAccessible('connect-refused')
      await connectWith(demoAccount.accessToken)
      await shows('Acme Corp is connected.')

      await press('Disconnect')
      await page.getByRole('dialog').getByText('Nothing more is sent from it.').waitFor()
      await confirm('Disconnect')
      await shows('Disconnected')
      expect(await connections()).toEqual([{ connected: false, phoneNumberId }])
      expect(await send()).toBe('QUEUED')
      await browser.expectAccessible('disconnected')

      await press('Connect a number')
      await connectWith(demoAccount.accessToken)
      await shows('Connected')
      expect(await connections()).toEqual([{ connected: true, phoneNumberId }])
      expect(await send()).toBe('SENT')
      browser.expectClean()
    })
  })
})
