// What can be reached at best: node:http in front of one prepared statement that makes the JSON, over the same tables.
import { createServer } from 'node:http'
import pg from 'pg'
import { Pool } from 'undici'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, idleTimeoutMillis: 10_000 })
const whatsapp = new Pool(process.env.WHATSAPP_API_URL, { connections: 16 })
const organization = process.env.ORGANIZATION_ID

const text = (column) => `coalesce(to_json(${column})::text, 'null')`
const time = (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const message = `'{"id":"' || m.id || '","direction":"' || m.direction || '","type":"' || m.type || '","status":"' || m.status
  || '","text":' || ${text('m.text')} || ',"createdAt":"' || ${time('m."createdAt"')} || '"}'`
const messagesOf = (count) => `(SELECT coalesce(string_agg(${message}, ','), '') FROM (
  SELECT * FROM "Message" WHERE "organizationId" = $1 AND "conversationId" = c.id ORDER BY id DESC LIMIT ${count}) AS m)`
const contact = (fields) =>
  `'{"id":"' || k.id || '","name":' || ${text('k.name')} || ',"phone":' || ${text('k.phone')} || '${fields}`

const statements = {
  q1: `SELECT '{"data":{"conversations":{"nodes":[' || coalesce(string_agg('{"id":"' || c.id || '","status":"' || c.status || '","unreadCount":' || c."unreadCount"
      || ',"lastMessageAt":"' || ${time('c."lastMessageAt"')} || '","contact":' || ${contact(`,"tags":' || to_json(k.tags) || '}`)}'
      || ',"messages":{"nodes":[' || ${messagesOf(20)} || ']}}', ',' ORDER BY c."lastActivityAt" DESC, c.id DESC), '') || ']}}}' AS json
    FROM (SELECT * FROM "Conversation" WHERE "organizationId" = $1 ORDER BY "lastActivityAt" DESC, id DESC LIMIT 20) AS c
    JOIN "Contact" AS k ON k."organizationId" = $1 AND k.id = c."contactId"`,
  q2: `WITH hits AS MATERIALIZED (SELECT id FROM "Contact" WHERE "organizationId" = $1 AND "searchName" LIKE $2 AND tags @> ARRAY[$3::text])
    SELECT '{"data":{"contacts":{"totalCount":' || (SELECT count(*) FROM hits) || ',"nodes":[' || coalesce(string_agg(
      ${contact(`,"tags":' || to_json(k.tags) || ',"createdAt":"' || ${time('k."createdAt"')} || '"}'`)}, ','), '') || ']}}}' AS json
    FROM (SELECT k.* FROM (SELECT id FROM hits ORDER BY id DESC LIMIT 20) AS page JOIN "Contact" AS k ON k."organizationId" = $1 AND k.id = page.id ORDER BY k.id DESC) AS k`,
  q3: `SELECT '{"data":{"conversation":{"id":"' || c.id || '","status":"' || c.status || '","contact":' || ${contact("}'")}
      || ',"messages":{"nodes":[' || ${messagesOf(50)} || ']}}}}' AS json
    FROM "Conversation" AS c JOIN "Contact" AS k ON k."organizationId" = $1 AND k.id = c."contactId" WHERE c."organizationId" = $1 AND c.id = $2`,
  q4: `SELECT '{"data":{"contact":' || ${contact(`,"email":' || ${text('k.email')} || ',"tags":' || to_json(k.tags) || ',"createdAt":"' || ${time('k."createdAt"')} || '"}'`)} || '}}' AS json
    FROM "Contact" AS k WHERE "organizationId" = $1 AND id = $2`,
  // The rows that a send writes, and no others: the message, its conversation, two events; then what WhatsApp answered, and an event.
  store: `WITH found AS (
      SELECT k.id AS contact, k.phone, k.name, k.tags, c.id AS conversation FROM "Contact" AS k
      JOIN "Conversation" AS c ON c."organizationId" = $1 AND c."contactId" = k.id
      WHERE k."organizationId" = $1 AND k.phone = $2 AND k."optedIn" AND c."windowExpiresAt" > now()
    ), stored AS (
      INSERT INTO "Message" ("organizationId", id, "conversationId", "contactId", direction, type, status, text, content, attempts, "attemptedAt", "leaseExpiresAt")
      SELECT $1, $3::text, conversation, contact, 'OUTBOUND', 'TEXT', 'QUEUED', $4::text, jsonb_build_object('text', $4::text), 1, now(), now() + interval '30 seconds' FROM found
    ), moved AS (
      UPDATE "Conversation" AS c SET "lastMessageId" = $3::text, "lastMessageAt" = now(), "lastActivityAt" = now(), "updatedAt" = now()
      FROM found WHERE c."organizationId" = $1 AND c.id = found.conversation
    ), told AS (
      INSERT INTO "Event" ("organizationId", id, type, data, "contactId", "conversationId", "messageId")
      SELECT $1, 'evt_' || right($3::text, 25) || n, (ARRAY['message.queued', 'conversation.updated'])[n], jsonb_build_object('id', $3::text, 'conversationId', conversation,
        'contact', jsonb_build_object('id', contact, 'phone', phone, 'name', name, 'tags', tags), 'message', jsonb_build_object('type', 'text', 'text', $4::text)), contact, conversation, $3::text
      FROM found, generate_series(1, 2) AS n
    ) SELECT conversation, contact FROM found`,
  settle: `WITH m AS (
      UPDATE "Message" SET status = 'SENT', wamid = $3, "sentAt" = now(), "attemptedAt" = NULL, "leaseExpiresAt" = NULL
      WHERE "organizationId" = $1 AND id = $2::text RETURNING *
    ), told AS (
      INSERT INTO "Event" ("organizationId", id, type, data, "contactId", "conversationId", "messageId")
      SELECT $1, 'evt_' || right($2::text, 25) || 3, 'message.sent', jsonb_build_object('id', m.id, 'messageId', m.wamid, 'conversationId', m."conversationId",
        'message', jsonb_build_object('type', 'text', 'text', m.text)), m."contactId", m."conversationId", $2::text FROM m
    ) SELECT '{"data":{"sendMessage":{"message":' || ${message} || '}}}' AS json FROM m`,
}

const run = async (name, ...values) => {
  const { rows } = await pool.query({ name, text: statements[name], values: [organization, ...values] })
  return rows[0]
}
let sent = 0
const id = () => `msg_01${Date.now()}${String(sent++).padStart(11, '0')}`

async function send(to) {
  const message = id()
  const words = 'On its way: it should be with you tomorrow.'
  const stored = await run('store', to, message, words)
  if (!stored) throw new Error('nobody to send to')
  const body = JSON.stringify({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to,
    type: 'text',
    text: { body: words },
    biz_opaque_callback_data: message,
  })
  const answer = await whatsapp.request({
    path: '/v24.0/100000000000001/messages',
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  const { messages } = await answer.body.json()
  return run('settle', message, messages[0].id)
}

const paths = {
  q1: () => run('q1'),
  q2: (query) => run('q2', `%${query.get('search')}%`, query.get('tag')),
  q3: (query) => run('q3', query.get('id')),
  q4: (query) => run('q4', query.get('id')),
  m1: (query) => send(`+${query.get('to')}`),
}

createServer(async (req, res) => {
  const [path, query = ''] = req.url.slice(1).split('?')
  const answer = paths[path]
  if (!answer) return res.writeHead(404).end()
  const { json } = await answer(new URLSearchParams(query))
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) })
  res.end(json)
}).listen(Number(process.env.PORT), '127.0.0.1')
