import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopes } from '../../src/core/scopes.js'
import { webhookEventTypes } from '../../src/events/types.js'
import { newContacts } from '../support/broadcasts.js'
import { chromiumPath } from '../support/chromium.js'
import { type ConsoleBrowser, openConsole } from '../support/console.js'
import { png } from '../support/media-files.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'
import { type Receiver, startReceiver } from '../support/webhook-receiver.js'
import { newWebhook, webhookNow } from '../support/webhooks.js'

describeServer("the console's pages", () => {
  describe.skipIf(!chromiumPath)('in a browser (needs Chromium)', { timeout: 180_000 }, () => {
    let server: TestServer
    let receiver: Receiver
    let browser: ConsoleBrowser
    beforeAll(async () => {
      receiver = await startReceiver()
      server = await startServer({ env: { ALLOW_PRIVATE_URLS: 'on' } })
      browser = await openConsole(server)
      await browser.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
      await browser.signIn('/settings')
    })
    afterAll(async () => {
      await browser?.close()
      await server.dispose()
      await receiver.stop()
    })

    const open = async (path: string, heading: string) => {
      await browser.page.goto(browser.url + path)
      await browser.page.getByRole('heading', { name: heading, level: 1 }).waitFor()
    }

    test('Settings, API Keys: a key is created, copied, used, rotated, revoked and then refused', async () => {
      const { page } = browser
      await page.getByRole('button', { name: 'Create key' }).click()
      const dialog = page.getByRole('dialog')
      const offered = await dialog
        .getByRole('checkbox')
        .evaluateAll((boxes) => boxes.map((box) => (box as unknown as { value: string }).value))
      expect(offered.toSorted()).toEqual(Object.keys(scopes).toSorted())
      await dialog.getByLabel('Name').fill('Billing server')
      await dialog.getByRole('checkbox', { name: 'Read contacts' }).check()
      await browser.expectAccessible('create-key')
      await dialog.getByRole('button', { name: 'Create key' }).click()
      await page.getByRole('button', { name: 'Copy API key' }).click()
      const secret = (await page.evaluate('navigator.clipboard.readText()')) as string
      expect(secret).toMatch(/^kaanha_/)
      await browser.expectAccessible('key-secret')
      const asked = (by = secret) =>
        server.call('POST', '/graphql', { query: '{ viewer { scopes } }' }, { authorization: `Bearer ${by}` })
      expect((await asked()).json).toMatchObject({ data: { viewer: { scopes: ['contacts:read'] } } })
      await page.getByRole('button', { name: 'I have kept it' }).click()
      expect(await page.content()).not.toContain(secret)
      await browser.expectAccessible('keys')
      await page.getByRole('button', { name: 'Actions of Billing server' }).click()
      await page.getByRole('menuitem', { name: 'Rotate' }).click()
      await dialog.getByRole('button', { name: 'Rotate key' }).click()
      const successor = (await page.getByLabel('API key', { exact: true }).textContent()) ?? ''
      await page.getByRole('button', { name: 'I have kept it' }).click()
      const old = page.getByRole('row', { name: /Billing server.*Rotated/ })
      await old.waitFor()
      for (const by of [secret, successor]) expect((await asked(by)).status).toBe(200)
      await old.getByRole('button', { name: 'Actions of Billing server' }).click()
      await page.getByRole('menuitem', { name: 'Revoke' }).click()
      await page.getByRole('button', { name: 'Revoke key' }).click()
      await page.getByRole('row', { name: /Billing server.*Revoked/ }).waitFor()
      expect([(await asked()).status, (await asked(successor)).status]).toEqual([401, 200])
    })

    test('Settings, Webhooks: an endpoint is added; its log shows what failed, and sends it again', async () => {
      const { page } = browser
      await open('/settings/webhooks', 'Webhooks')
      const url = receiver.url('/crm', (_, n) => (n === 1 ? { status: 410, body: 'not yet' } : 200))
      await page.getByRole('button', { name: 'Add endpoint' }).click()
      const dialog = page.getByRole('dialog')
      const offered = await dialog
        .getByRole('checkbox')
        .evaluateAll((boxes) => boxes.map((box) => (box as unknown as { value: string }).value))
      expect(offered.toSorted()).toEqual(webhookEventTypes.toSorted())
      await dialog.getByLabel('Name').fill('CRM')
      await dialog.getByLabel('URL').fill('ftp://example.com')
      await dialog.getByRole('button', { name: 'Add endpoint' }).click()
      await dialog.getByText('URL is not an https URL').waitFor()
      await browser.expectAccessible('add-webhook')
      await dialog.getByLabel('URL').fill(url)
      await dialog.getByRole('button', { name: 'Add endpoint' }).click()
      expect(await page.getByLabel('Signing secret', { exact: true }).textContent()).toMatch(/^whsec_/)
      await page.getByRole('button', { name: 'I have kept it' }).click()
      await browser.expectAccessible('webhooks')
      await page.getByRole('link', { name: 'CRM' }).click()
      const failed = page.getByRole('row', { name: /webhook\.test Failed 410/ })
      await failed.waitFor()
      await browser.expectAccessible('webhook')
      await failed.getByRole('button', { name: 'webhook.test', exact: true }).click()
      await dialog.getByText('not yet').waitFor()
      await browser.expectAccessible('delivery')
      await dialog.getByRole('button', { name: 'Close' }).click()
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Enable' }).click()
      await page.getByText('On', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Redeliver all failed' }).click()
      await page.getByText('One delivery begins again.').waitFor()
      await failed.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Send test event' }).click()
      await page
        .getByRole('row', { name: /webhook\.test Delivered 200/ })
        .nth(2)
        .waitFor()
      await page.getByRole('button', { name: 'Redeliver webhook.test' }).first().click()
      await eventually(() => receiver.at('/crm').length === 5, 60_000)
    })

    test('Settings, Webhooks: an endpoint is changed, gets a new secret, which signs from then on, is disabled, and deleted', async () => {
      const { page } = browser
      const before = await newWebhook(server, receiver.url('/shop'), ['message.received'], { name: 'Shop' })
      await eventually(() => receiver.at('/shop').length === 1)
      await open(`/settings/webhooks/${before.id}`, 'Shop')
      const dialog = page.getByRole('dialog')
      await page.getByRole('button', { name: 'Edit' }).click()
      await dialog.getByRole('checkbox', { name: 'A contact was created' }).check()
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Told of message.received, contact.created').waitFor()
      await eventually(() => receiver.at('/shop').length === 2)
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Rotate secret' }).click()
      await dialog.getByRole('button', { name: 'Rotate secret' }).click()
      const secret = (await page.getByLabel('Signing secret', { exact: true }).textContent()) ?? ''
      expect(secret).toMatch(/^whsec_/)
      expect(secret).not.toBe(before.secret)
      await page.getByRole('button', { name: 'I have kept it' }).click()
      await page.getByText(/^The secret before signs too, until/).waitFor()
      await page.getByRole('button', { name: 'Send test event' }).click()
      await eventually(() => receiver.at('/shop').length === 3)
      const { headers, body, event } = receiver.at('/shop').at(-1) ?? {}
      expect(new Webhook(secret).verify(body ?? '', headers as Record<string, string>)).toEqual(event)

      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Disable' }).click()
      await page.getByText('Disabled by request.').waitFor()
      expect(await webhookNow(server, before.id)).toMatchObject({ enabled: false })
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await dialog.getByRole('button', { name: 'Keep it' }).click()
      await page.getByRole('button', { name: 'More actions' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await dialog.getByRole('button', { name: 'Delete endpoint' }).click()
      await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor()
      await page.getByRole('link', { name: 'Shop' }).waitFor({ state: 'detached' })
      expect(await webhookNow(server, before.id)).toBeNull()
      await page.goto(`${browser.url}/settings/webhooks/${before.id}`)
      await page.getByText('There is no such endpoint').waitFor()
    })

    test('Settings, Quick replies: they are added, changed, found in the inbox, file and all, and deleted', async () => {
      const { page } = browser
      await open('/settings/quick-replies', 'Quick replies')
      await page.getByText('There is no quick reply yet').waitFor()
      const dialog = page.getByRole('dialog')
      const add = page.getByRole('button', { name: 'Add quick reply' })
      await add.click()
      await dialog.getByLabel('Shortcut').fill('opening hours')
      await dialog.getByLabel('Text').fill('We are open from 10 to 6.')
      await dialog.getByRole('button', { name: 'Add quick reply' }).click()
      await dialog.getByText('Shortcut must be 1 to 50 letters, digits, - and _').waitFor()
      await browser.expectAccessible('add-quick-reply')
      await dialog.getByLabel('Shortcut').fill('/Hours')
      await dialog.getByLabel('Shortcut').press('Enter')
      await page.getByRole('row', { name: /^\/hours We are open from 10 to 6\./ }).waitFor()

      await add.click()
      await dialog.getByLabel('Shortcut').fill('hours')
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        dialog.getByRole('button', { name: 'Attach a file' }).click(),
      ])
      await chooser.setFiles({ name: 'way.png', mimeType: 'image/png', buffer: png })
      await dialog.getByRole('button', { name: 'Add quick reply' }).click()
      await dialog.getByText('Shortcut belongs to another quick reply').waitFor()
      await dialog.getByLabel('Shortcut').fill('way')
      await dialog.getByRole('button', { name: 'Add quick reply' }).click()
      await page.getByRole('row', { name: /^\/way way\.png/ }).waitFor()
      await browser.expectAccessible('quick-replies')

      await page.getByRole('button', { name: 'Actions of /way' }).click()
      await page.getByRole('menuitem', { name: 'Edit' }).click()
      await dialog.getByText('way.png').waitFor()
      await dialog.getByLabel('Text').fill('The way to us')
      await dialog.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('row', { name: /^\/way The way to us way\.png/ }).waitFor()
      await page.getByLabel('Search quick replies').fill('open')
      await page.getByRole('row', { name: /^\/way/ }).waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Actions of /hours' }).click()
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await dialog.getByRole('button', { name: 'Delete quick reply' }).click()
      await page.getByText('No quick reply matches').waitFor()
      const { data } = await server.graphql('{ quickReplies { nodes { shortcut text media { filename } } } }')
      expect(data.quickReplies.nodes).toEqual([
        { shortcut: 'way', text: 'The way to us', media: { filename: 'way.png' } },
      ])

      await server.customerWrites(newPhone(), 'Where are you?')
      await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Inbox' }).click()
      await page.getByRole('region', { name: 'Conversations' }).getByRole('link').click()
      const message = page.getByLabel('Message', { exact: true })
      await message.fill('/hours')
      await page.getByText('No quick reply matches. They are made in Settings').waitFor()
      await message.fill('/wa')
      await page.getByRole('button', { name: '/way' }).waitFor()
      await message.press('Enter')
      await page.getByText('way.png').waitFor()
      await message.press('Enter')
      const ours = page.getByRole('article', { name: /^We/ })
      await ours.filter({ hasText: 'The way to us' }).getByRole('img', { name: 'Read' }).waitFor()
      await ours.getByRole('img', { name: 'The way to us' }).waitFor()
    })

    test('Broadcasts: one is put together, checked, started and watched to its end', async () => {
      const { page } = browser
      const tagged = await newContacts(server, 2, ['diwali'])
      const inFile = await newContacts(server, 1)
      await open('/broadcasts', 'Broadcasts')
      await page.getByRole('link', { name: 'New broadcast' }).click()
      await page.getByLabel('Name').fill('Diwali sale')
      await page.getByPlaceholder('Search the approved templates').fill('order_update')
      await page.getByRole('option', { name: 'order_update (en)' }).click()
      await page.getByLabel('Text {{1}}').fill('Asha')
      await page.getByLabel('Text {{2}}').fill('#1234')
      await page.getByText(/#1234/).waitFor()
      await browser.expectAccessible('new-broadcast')
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('combobox', { name: 'Tags' }).fill('diwali')
      await page.getByRole('combobox', { name: 'Tags' }).press('Enter')
      const csv = `phone,name,1,2\n${inFile[0]?.phone},Ravi,Ravi,#9\nnone,Nobody,a,b\n`
      await page.locator('input[type=file]').setInputFiles({
        name: 'people.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(csv),
      })
      await browser.expectAccessible('new-broadcast-audience')
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByText('At a time').click()
      await page.getByLabel('Starts at').fill('2020-01-01T10:00')
      await page.getByRole('button', { name: 'Review', exact: true }).click()
      await page.getByText('The time lies in the past').waitFor()
      await page.getByText('At once').click()
      await page.getByRole('button', { name: 'Review', exact: true }).click()
      await page.getByText('Line 3: phone is no phone number').waitFor()
      await page.getByText('2 rows read, 1 refused').waitFor()
      await browser.expectAccessible('new-broadcast-review')
      await page.getByRole('button', { name: 'Start broadcast' }).click()
      await page.getByRole('heading', { name: 'Diwali sale', level: 1 }).waitFor()
      await page.getByText('Completed', { exact: true }).waitFor()
      await page.getByText('100 % of 3 recipients').waitFor()
      for (const { phone } of [...tagged, ...inFile]) {
        await page.getByRole('row', { name: new RegExp(`\\${phone} (Sent|Delivered|Read)`) }).waitFor()
      }
      await browser.expectAccessible('broadcast')
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'CSV' }).click(),
      ])
      expect(await download.failure()).toBeNull()
      await page.getByRole('link', { name: 'All broadcasts' }).click()
      await page.getByRole('row', { name: /Diwali sale.*Completed/ }).waitFor()
      await browser.expectAccessible('broadcasts')
    })

    test('Templates, Analytics and Connection show what the server has', async () => {
      const { page } = browser
      await open('/templates', 'Templates')
      await page.getByLabel('Search templates').fill('order_up')
      await page.getByRole('article', { name: 'order_update (en)' }).waitFor()
      await page.getByRole('button', { name: 'Synchronise' }).click()
      await page.getByText(/templates: 0 new/).waitFor()
      await page.getByLabel('Search templates').fill('')
      await page.getByRole('article').nth(20).waitFor()
      await browser.expectAccessible('templates')
      await server.customerWrites(newPhone(), 'Namaste')
      await open('/analytics', 'Analytics')
      await page.getByRole('img', { name: /Messages by day: Received \d/ }).waitFor()
      await browser.expectAccessible('analytics')
      await page.getByRole('figure', { name: 'Messages by hour of the day' }).getByText('Table').click()
      await page.getByRole('cell', { name: '23:00' }).waitFor()
      await open('/connection', 'Connection')
      await page.getByText('Connected', { exact: true }).waitFor()
      await browser.expectAccessible('connection')
      await page.getByRole('button', { name: 'Connect a number' }).click()
      await page.getByRole('dialog').getByLabel('Phone number ID').waitFor()
      await browser.expectAccessible('connect-number')
      browser.expectClean()
    })
  })
})
