import type { Page, Request } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../src/core/ids.js'
import { chromiumPath } from '../support/chromium.js'
import { type ConsoleBrowser, openConsole } from '../support/console.js'
import { bearer } from '../support/graph.js'
import { withRows } from '../support/rows.js'
import { describeServer, eventually, newPhone, startServer, type TestServer } from '../support/server.js'

const thousands = 10_000

describeServer('the inbox in a browser', () => {
  describe.skipIf(!chromiumPath)('(needs Chromium)', () => {
    let server: TestServer
    let browser: ConsoleBrowser
    let page: Page
    beforeAll(async () => {
      server = await startServer()
      browser = await openConsole(server, { expected: /ERR_CONNECTION|WebSocket connection|status of 404/ })
      page = browser.page
      await browser.signIn()
    })
    afterAll(async () => {
      await browser?.close()
      await server?.dispose()
    })

    const rows = () => page.getByRole('region', { name: 'Conversations' }).getByRole('link')
    const log = () => page.getByRole('log', { name: 'Messages', exact: true })
    const open = async (name: string) => {
      await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Inbox' }).click()
      await rows().filter({ hasText: name }).click()
      await page.getByRole('region', { name: `Conversation with ${name}` }).waitFor()
    }
    const write = async (text: string) => {
      await page.getByLabel('Message', { exact: true }).fill(text)
      await page.keyboard.press('Enter')
    }
    /** As `datetime-local` takes it; the browser's time is ours. */
    const localTime = (at: Date) => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19)
    const shown = (at: Date) =>
      page.evaluate(
        `new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' }).format(${at.getTime()})`,
      )
    const ours = (text: string) => log().getByRole('article', { name: /^We/ }).filter({ hasText: text })

    test('from nothing to a first message and its answer, on the phone and in the inbox', async () => {
      await page.getByText('No conversations yet').waitFor()
      await page.getByRole('link', { name: 'Write as a customer' }).click()
      await page.getByLabel('Write as the customer').fill('Namaste, are you open today?')
      await page.keyboard.press('Enter')
      await log().getByText('Namaste, are you open today?').waitFor()

      await write('Yes, until seven.')
      await ours('Yes, until seven.').getByRole('img', { name: 'Read' }).waitFor()
      const onPhone = page.getByRole('log', { name: 'Messages on the phone' })
      await onPhone.getByText('Yes, until seven.').waitFor()
      await browser.expectAccessible('phone')

      await open('Asha Rao')
      await browser.expectAccessible('inbox')
      browser.expectClean()
    })

    test('what was written shows once, with its ticks, and fails in the words of WhatsApp', async () => {
      await open('Asha Rao')
      await server.simulator('POST', '/faults', { fail: { code: 131026, times: 1 } })
      await write('This one fails')
      const failed = ours('This one fails')
      await failed.getByText(/131026/).waitFor()
      await failed.getByRole('button', { name: 'Send again' }).click()
      await ours('This one fails').last().getByRole('img', { name: 'Read' }).waitFor()
      expect(await ours('This one fails').count()).toBe(2)
    })

    test('a file goes out with its caption', async () => {
      await open('Asha Rao')
      const picture = Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
        'base64',
      )
      const chooser = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: 'Attach a file' }).click()
      await (await chooser).setFiles({ name: 'dot.png', mimeType: 'image/png', buffer: picture })
      await page.getByRole('button', { name: 'Send', exact: true }).and(page.locator(':enabled')).waitFor()
      await write('A dot')
      const image = ours('A dot').getByRole('img', { name: 'A dot' })
      await image.waitFor()
      await eventually(
        async () => (await page.evaluate(`document.querySelector('img[alt="A dot"]').naturalWidth`)) === 1,
      )
      await ours('A dot').getByRole('img', { name: 'Read' }).waitFor()
    })

    const fillInTemplate = async (order: string) => {
      await page.getByRole('button', { name: 'Send something else' }).click()
      await page.getByRole('menuitem', { name: 'A template' }).click()
      await page.getByLabel('Search templates').fill('order_update')
      await page.getByRole('button', { name: /order_update/ }).click()
      await page.getByLabel('Text {{1}}').fill('Asha')
      await page.getByLabel('Text {{2}}').fill(order)
      await page.getByRole('dialog').getByText(`Hi Asha, your order ${order}`).waitFor()
    }

    test('a template is filled in, seen and sent', async () => {
      await open('Asha Rao')
      await fillInTemplate('4821')
      await browser.screenshot('template-picker')
      await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
      await ours('Hi Asha, your order 4821').getByRole('img', { name: 'Read' }).waitFor()
    })

    test('a text and a template wait for a time, which is refused at its field where it is over, and can be cancelled', async () => {
      await open('Asha Rao')
      const message = page.getByLabel('Message', { exact: true })
      await message.fill('See you tomorrow')
      await page.getByRole('button', { name: 'Send later' }).press('Enter')
      await page.locator('input[type=datetime-local]:focus').fill('2020-01-01T10:00')
      await page.getByRole('button', { name: 'Schedule' }).click()
      await page.getByText('The time must be in the future').waitFor()
      expect([await message.inputValue(), await ours('See you tomorrow').count()]).toEqual(['See you tomorrow', 0])
      await browser.expectAccessible('send-later')
      const tomorrow = new Date(Math.floor(Date.now() / 60_000 + 1440) * 60_000)
      await page.getByLabel('Send at').fill(localTime(tomorrow).slice(0, 16))
      await message.press('Enter')
      const waiting = ours('See you tomorrow')
      await waiting.getByText(`Scheduled for ${await shown(tomorrow)}`).waitFor()
      await page.getByLabel('Send at').waitFor({ state: 'detached' })
      await browser.expectAccessible('scheduled')

      await fillInTemplate('4822')
      const dialog = page.getByRole('dialog')
      await dialog.getByLabel('Send later').check()
      await dialog.getByLabel('Send at').fill('2020-01-01T10:00')
      await dialog.getByRole('button', { name: 'Schedule' }).click()
      await dialog.getByText('The time must be in the future').waitFor()
      await dialog.getByLabel('Send at').fill(localTime(tomorrow).slice(0, 16))
      await dialog.getByRole('button', { name: 'Schedule' }).click()
      await ours('Hi Asha, your order 4822').getByText('Scheduled for').waitFor()

      await waiting.getByRole('button', { name: 'Cancel' }).click()
      await dialog.getByRole('button', { name: 'Cancel message' }).click()
      await waiting.getByText('It was cancelled.').waitFor()
      const { data } = await server.graphql(
        '{ conversations { nodes { messages(first: 2) { nodes { status scheduledAt error { reason } } } } } }',
      )
      const scheduledAt = tomorrow.toISOString()
      expect(data.conversations.nodes[0].messages.nodes).toEqual([
        { status: 'QUEUED', scheduledAt, error: null },
        { status: 'FAILED', scheduledAt, error: { reason: 'CANCELLED' } },
      ])

      await message.fill('In a moment')
      await page.getByRole('button', { name: 'Send later' }).click()
      await page.getByLabel('Send at').fill(localTime(new Date(Date.now() + 10_000)))
      await message.press('Enter')
      await ours('In a moment').getByText('Scheduled for').waitFor()
      await ours('In a moment').getByRole('img', { name: 'Read' }).waitFor()
      expect(await ours('In a moment').getByText('Scheduled for').count()).toBe(0)
    })

    test('a quick reply is found by its shortcut, and choices are tapped on the phone', async () => {
      await server.graphql(
        'mutation { createQuickReply(input: { shortcut: "hours", text: "We are open from 10 to 7." }) { quickReply { id } } }',
      )
      await open('Asha Rao')
      await page.getByLabel('Message', { exact: true }).fill('/ho')
      await page.getByRole('button', { name: '/hours' }).waitFor()
      await page.keyboard.press('Enter')
      await eventually(async () =>
        (await page.getByLabel('Message', { exact: true }).inputValue()).startsWith('We are'),
      )
      await page.keyboard.press('Enter')
      await ours('We are open from 10 to 7.').waitFor()

      await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Phone' }).click()
      await page.getByRole('button', { name: 'Send something else' }).click()
      await page.getByRole('menuitem', { name: 'Buttons or a list' }).click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'Text' }).fill('How do you pay?')
      await page.getByLabel('Choice 1').fill('By card')
      await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
      await page.getByRole('button', { name: 'Tap By card' }).click()
      await log()
        .getByRole('article', { name: /^Asha Rao/ })
        .filter({ hasText: 'By card' })
        .waitFor()
    })

    test('a conversation is given to a member, resolved, and comes back when the customer writes', async () => {
      await open('Asha Rao')
      await page.getByRole('button', { name: 'Assign', exact: true }).click()
      await page.getByRole('menuitem', { name: 'Add a member' }).click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Nisha Menon')
      await page.getByRole('dialog').getByLabel('Email address').fill('nisha@example.com')
      await page.getByRole('button', { name: 'Add and assign' }).click()
      await page.getByRole('button', { name: 'Assigned to Nisha Menon' }).waitFor()
      await page.getByRole('button', { name: 'Resolve' }).click()
      await page.getByRole('button', { name: 'Reopen' }).waitFor()
      await page.getByText('Done', { exact: true }).first().click()
      await rows().filter({ hasText: 'Asha Rao' }).waitFor()
      await server.customerWrites('+919812345678', 'One thing more')
      await page.getByRole('button', { name: 'Resolve' }).waitFor()
      await page.getByText('No conversation matches').waitFor()
      await page.getByText('All', { exact: true }).click()
    })

    test('the server killed and back while the inbox is open: no message is missing, none is there twice', async () => {
      await open('Asha Rao')
      const texts = (from: number) => Array.from({ length: 5 }, (_, i) => `Number ${from + i} of ten`)
      const send = async (text: string) => {
        const body = { to: '+919812345678', type: 'text', text }
        expect((await server.rest('POST', '/send', body)).status).toBe(200)
      }
      for (const text of texts(1)) await send(text)
      await server.kill()
      await page.getByRole('status').filter({ hasText: 'Reconnecting' }).waitFor()
      await server.restart()
      // The simulator came back with the server, and has forgotten that she wrote.
      await server.customerWrites('+919812345678', 'Still there?')
      for (const text of texts(6)) await send(text)
      await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
      for (const text of [...texts(1), ...texts(6)]) {
        await eventually(async () => (await ours(text).count()) === 1)
      }
      await log().getByText('Still there?').waitFor()
      browser.expectClean()
    })

    test('10,000 conversations scroll, and a thread of 10,000 messages opens, without loading them all', async () => {
      const key = await server.newOrganization('large')
      const beyond = new Set<string>()
      await withRows(server, async (rows) => {
        const organizationId = await rows.organizationId('large')
        const connectionId = await rows.connection(organizationId)
        const ids = (kind: 'Contact' | 'Conversation' | 'Message') =>
          Array.from({ length: thousands }, () => newId(kind))
        const contacts = ids('Contact')
        const conversations = ids('Conversation')
        for (const id of conversations.slice(50)) beyond.add(id)
        const firstPhone = Number(newPhone().slice(1)) * 10
        await rows.select(
          `INSERT INTO "Contact" ("organizationId", id, phone, name, "searchName", "optedIn", "updatedAt")
             SELECT $1, id, '+' || ($3::bigint + n), 'Customer ' || n, 'customer ' || n, true, now()
             FROM unnest($2::text[]) WITH ORDINALITY AS t(id, n)`,
          [organizationId, contacts, firstPhone],
        )
        await rows.select(
          `INSERT INTO "Conversation" ("organizationId", id, "contactId", "connectionId", "lastActivityAt", "lastMessageAt", "updatedAt")
             SELECT $1, id, contact, $4, now() - n * interval '1 minute', now() - n * interval '1 minute', now()
             FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t(id, contact, n)`,
          [organizationId, conversations, contacts, connectionId],
        )
        await rows.select(
          `INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status, text, content)
             SELECT $1, id, $3, $4, 'INBOUND', 'TEXT', 'READ', 'Line ' || n, jsonb_build_object('text', 'Line ' || n)
             FROM unnest($2::text[]) WITH ORDINALITY AS t(id, n)`,
          [organizationId, ids('Message'), conversations[0], contacts[0]],
        )
      })
      expect((await server.graphql('{ conversations { totalCount } }', {}, bearer(key))).data.conversations).toEqual({
        totalCount: thousands,
      })

      const asked: Request[] = []
      page.on('request', (request) => {
        if (request.url().endsWith('/graphql') && request.method() === 'POST') asked.push(request)
      })
      await page.getByRole('button', { name: 'Account and appearance' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByLabel('API key').fill(key)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await rows()
        .filter({ hasText: /^C1Customer 1\D|Customer 1$/ })
        .first()
        .waitFor()
      const scroll = (list: string, top: number) =>
        page.evaluate(`document.querySelector('${list}').scrollTo(0, ${top})`)
      // Again where the list had not been laid out yet, or had grown meanwhile.
      await eventually(async () => {
        await scroll('section[aria-label=Conversations] [data-testid=virtuoso-scroller]', 100_000)
        const links = await rows().evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
        return links.some((link) => beyond.has(link.split('/').at(-1) ?? ''))
      })
      expect(await rows().count()).toBeLessThan(60)

      asked.length = 0
      await page.getByLabel('Search by name or number').fill('Customer 10000')
      await rows().filter({ hasText: 'Customer 10000' }).waitFor()
      expect(asked.length).toBeLessThan(3)
      await page.getByLabel('Search by name or number').fill('Customer 1')
      await rows().filter({ hasText: 'Customer 11' }).first().waitFor()
      await rows().first().click()
      asked.length = 0
      await log().getByText(`Line ${thousands}`).waitFor()
      expect(await log().getByRole('article').count()).toBeLessThan(60)
      // As a reader would: again where the list was still on its way to its end.
      await eventually(async () => {
        await scroll('[role=log]', 0)
        return (
          (await log()
            .getByText(/^Line 99[0-4]\d$/)
            .count()) > 0
        )
      })
      expect(asked.length).toBeLessThan(8)
      browser.expectClean()
    })
  })
})
